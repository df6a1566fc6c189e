//! Folds the events of a reply to an answer, and refuses what makes no sense.
//!
//! A component is somebody else's program: every event is held against those before it and against
//! bounds, before anything of it is kept. What was folded stays usable after a fault.

pub mod bounds;
mod growing;
mod malformed;

pub use malformed::Malformed;

use std::collections::{BTreeMap, HashMap};

use self::bounds::{MAX_ANSWERS, MAX_ENTRIES, MAX_PARTS};
use self::growing::{Growing, Volume};
use self::malformed::at_most;
use super::{About, Answer, Begin, Choice, Event, Finish, Limit, Notice, Tool, ToolInput, Usage};

/// An answer while it comes.
#[derive(Clone, Debug, Default)]
pub struct Folding {
    about: About,
    /// In the order of their begins.
    parts: Vec<Growing>,
    by_number: HashMap<u32, usize>,
    /// Of each answer that began or finished, how.
    finishes: BTreeMap<u32, Option<Finish>>,
    usage: Option<Usage>,
    limits: Vec<Limit>,
    notices: Vec<Notice>,
    volume: Volume,
    text_tools: Vec<String>,
}

impl Folding {
    /// Returns an answer of which nothing came, to a request that offers these tools: a call of one
    /// that takes text may have empty arguments, of another one they become `{}`.
    #[must_use]
    pub fn new(tools: &[Tool]) -> Self {
        let text_tools = tools
            .iter()
            .filter(|tool| matches!(tool.input, ToolInput::Text(_)));
        Self {
            text_tools: text_tools.map(|tool| tool.name.clone()).collect(),
            ..Self::default()
        }
    }

    /// Adds the next event.
    ///
    /// # Errors
    ///
    /// [`Malformed`] where it makes no sense after those before it, or goes beyond a bound. Nothing
    /// of it is kept then.
    pub fn push(&mut self, event: Event) -> Result<(), Malformed> {
        match event {
            Event::About(about) => self.add_about(about),
            Event::Begin(begin) => self.begin(begin),
            Event::Delta(delta) => {
                let volume = &mut self.volume;
                open(&self.by_number, &mut self.parts, delta.part)?.push(delta.piece, volume)
            }
            Event::End(end) => {
                let volume = &mut self.volume;
                open(&self.by_number, &mut self.parts, end.part)?.end(end, volume)
            }
            Event::Finish(finish) => self.finish(finish),
            Event::Usage(usage) => {
                malformed::usage(&usage)?;
                self.usage = Some(usage);
                Ok(())
            }
            Event::Limits(limits) => self.add_limits(limits),
            Event::Notice(notice) => {
                at_most(self.notices.len() + 1, MAX_ENTRIES, "notices")?;
                malformed::words([&notice.kind, &notice.about, &notice.message])?;
                self.notices.push(notice);
                Ok(())
            }
            Event::Other(extension) => malformed::extensions(&[extension]).map(drop),
        }
    }

    fn begin(&mut self, begin: Begin) -> Result<(), Malformed> {
        let Begin { part, answer, .. } = begin;
        at_most(part as usize + 1, MAX_PARTS as usize, "parts")?;
        at_most(answer as usize + 1, MAX_ANSWERS as usize, "answers")?;
        if self.by_number.contains_key(&part) {
            return Err(Malformed::BegunTwice { part });
        }
        if matches!(self.finishes.get(&answer), Some(Some(_))) {
            return Err(Malformed::Finished { answer });
        }
        let growing = Growing::new(begin, &mut self.volume)?;
        self.by_number.insert(part, self.parts.len());
        self.parts.push(growing);
        self.finishes.entry(answer).or_default();
        Ok(())
    }

    fn finish(&mut self, finish: Finish) -> Result<(), Malformed> {
        let answer = finish.answer;
        at_most(answer as usize + 1, MAX_ANSWERS as usize, "answers")?;
        if matches!(self.finishes.get(&answer), Some(Some(_))) {
            return Err(Malformed::Finished { answer });
        }
        let parts = self.parts.iter().filter(|part| part.answer == answer);
        if let Some(open) = parts.into_iter().find(|part| !part.ended) {
            let part = open.number;
            return Err(Malformed::FinishedEarly { answer, part });
        }
        malformed::words([&finish.reason])?;
        malformed::words(finish.vendor_reason.iter().chain(&finish.sequence))?;
        self.volume
            .text(malformed::extensions(&finish.extensions)?)?;
        self.finishes.insert(answer, Some(finish));
        Ok(())
    }

    /// Adds what an answer says of itself to what it said before.
    fn add_about(&mut self, about: About) -> Result<(), Malformed> {
        let words = [
            &about.id,
            &about.model,
            &about.request_id,
            &about.service_tier,
        ];
        malformed::words(words.into_iter().flatten())?;
        self.volume
            .text(malformed::extensions(&about.extensions)?)?;
        let known = self.about.extensions.len() + about.extensions.len();
        at_most(known, MAX_ENTRIES, "extensions")?;
        let told = &mut self.about;
        told.id = about.id.or(told.id.take());
        told.model = about.model.or(told.model.take());
        told.created = about.created.or(told.created);
        told.request_id = about.request_id.or(told.request_id.take());
        told.service_tier = about.service_tier.or(told.service_tier.take());
        told.extensions.extend(about.extensions);
        Ok(())
    }

    /// Adds limits; one that was told before is replaced.
    fn add_limits(&mut self, limits: Vec<Limit>) -> Result<(), Malformed> {
        malformed::limits(&limits)?;
        at_most(self.limits.len() + limits.len(), MAX_ENTRIES, "limits")?;
        for limit in limits {
            let same = |known: &&mut Limit| known.name == limit.name && known.scope == limit.scope;
            match self.limits.iter_mut().find(same) {
                Some(known) => *known = limit,
                None => self.limits.push(limit),
            }
        }
        Ok(())
    }

    /// Whether an answer began, and every one that did has finished.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        !self.finishes.is_empty() && self.finishes.values().all(Option::is_some)
    }

    /// Returns what came, also where it was broken off: an answer without an end has no `finish`.
    #[must_use]
    pub fn into_answer(self) -> Answer {
        let choice = |(answer, finish)| Choice {
            answer,
            parts: Vec::new(),
            finish,
        };
        let mut choices: Vec<Choice> = self.finishes.into_iter().map(choice).collect();
        let takes_text = |name: &str| self.text_tools.iter().any(|tool| tool == name);
        for growing in self.parts {
            let answer = growing.answer;
            let found = choices.iter_mut().find(|choice| choice.answer == answer);
            if let Some(choice) = found {
                choice.parts.push(growing.into_part(takes_text));
            }
        }
        Answer {
            about: self.about,
            choices,
            usage: self.usage,
            limits: self.limits,
            notices: self.notices,
        }
    }
}

/// Returns a part that has begun and not ended.
fn open<'a>(
    by_number: &HashMap<u32, usize>,
    parts: &'a mut [Growing],
    part: u32,
) -> Result<&'a mut Growing, Malformed> {
    let found = by_number.get(&part).and_then(|index| parts.get_mut(*index));
    match found {
        None => Err(Malformed::NotBegun { part }),
        Some(growing) if growing.ended => Err(Malformed::Ended { part }),
        Some(growing) => Ok(growing),
    }
}
