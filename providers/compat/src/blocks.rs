//! What the formats have in common that say a conversation in blocks: Anthropic's Messages and
//! Amazon's Converse.

use openclaw_sdk::conversation::{
    CacheMark, Content, Message, OutputFormat, Part, Request, Sampling,
};
use openclaw_sdk::{Failure, FailureKind, errors};

use crate::question::{self, Notices};

/// Fewest tokens that a model can be given to think with.
pub(crate) const LEAST_BUDGET: u64 = 1_024;

/// Most marks that the formats take.
const MOST_MARKS: usize = 4;

/// Which of the marks are sent: the last ones, which hold the longest prefixes.
pub(crate) struct Marks {
    left_out: usize,
}

impl Marks {
    pub(crate) fn of(request: &Request, notices: &mut Notices) -> Self {
        let left_out = marks(request).count().saturating_sub(MOST_MARKS);
        if left_out > 0 {
            notices.dropped(
                "caching",
                "at most four marks are taken: the last ones are sent",
            );
        }
        Self { left_out }
    }

    /// Takes a mark in its turn, and returns it if it is to be sent.
    pub(crate) fn take<'a>(&mut self, mark: Option<&'a CacheMark>) -> Option<&'a CacheMark> {
        let mark = mark?;
        if self.left_out > 0 {
            self.left_out -= 1;
            return None;
        }
        Some(mark)
    }
}

/// The blocks of an answer that have begun and not ended, by the number that the format gives them,
/// in the order in which they began.
pub(crate) struct OpenBlocks<B>(Vec<(u64, B)>);

impl<B> OpenBlocks<B> {
    pub(crate) const fn new() -> Self {
        Self(Vec::new())
    }

    pub(crate) fn get(&mut self, index: u64) -> Option<&mut B> {
        let found = self.0.iter_mut().find(|(known, _)| *known == index);
        found.map(|(_, block)| block)
    }

    /// Adds a block. One of the same number has ended before.
    pub(crate) fn add(&mut self, index: u64, block: B) {
        self.0.push((index, block));
    }

    pub(crate) fn take(&mut self, index: u64) -> Option<B> {
        let at = self.0.iter().position(|(known, _)| *known == index)?;
        Some(self.0.remove(at).1)
    }

    /// Takes the one that began first.
    pub(crate) fn take_first(&mut self) -> Option<B> {
        (!self.0.is_empty()).then(|| self.0.remove(0).1)
    }
}

/// Returns the marks of a request.
pub(crate) fn marks(request: &Request) -> impl Iterator<Item = &CacheMark> {
    let parts = request.messages.iter().flat_map(|message| &message.parts);
    let parts = parts.filter_map(|part| part.cache.as_ref());
    let tools = request.tools.iter().filter_map(|tool| tool.cache.as_ref());
    parts.chain(tools)
}

/// Refuses what the formats cannot do.
pub(crate) fn check(request: &Request) -> Result<(), Failure> {
    let lacks = |about: &str, why: &str| Err(errors::unsupported(about, why));
    if request.answers.is_some_and(|answers| answers > 1) {
        return lacks("answers", "this format gives one answer");
    }
    if request.logprobs.is_some() {
        return lacks("logprobs", "this format tells no likelihoods");
    }
    if request.modalities.iter().any(|modality| modality != "text") {
        return lacks("modalities", "this format answers with text only");
    }
    Ok(())
}

/// Returns the texts of the instructions that say something, with their marks.
pub(crate) fn instruction_texts(instructions: &[Message]) -> Vec<(&str, Option<&CacheMark>)> {
    let parts = instructions.iter().flat_map(|message| &message.parts);
    let texts = parts.filter_map(|part| match &part.content {
        Content::Text(text) if !text.trim().is_empty() => {
            Some((text.as_str(), part.cache.as_ref()))
        }
        _ => None,
    });
    texts.collect()
}

/// Whether there is anything to be written of a part.
pub(crate) fn is_something(part: &Part, realm: &str, namespace: &str) -> bool {
    let has_state = || question::state_of(part, realm).is_some();
    match &part.content {
        Content::Text(text) | Content::Refusal(text) => !text.trim().is_empty(),
        // There is no place for another model's reasoning.
        Content::Reasoning(_) => has_state(),
        Content::Other(other) => other.kind.starts_with(namespace) || has_state(),
        _ => true,
    }
}

/// Returns the JSON Schema that an answer has to fit; none where text will do.
pub(crate) fn schema(wanted: Option<&OutputFormat>) -> Result<Option<&str>, Failure> {
    match wanted.map(|wanted| (wanted.kind.as_str(), wanted.schema.as_deref())) {
        None | Some(("text", _)) => Ok(None),
        Some(("json-schema", Some(schema))) => Ok(Some(schema)),
        Some((kind, _)) => {
            let message = [
                "this format takes a JSON Schema, and no output of the form `",
                kind,
                "`",
            ];
            Err(errors::unsupported("output", message.concat()))
        }
    }
}

/// Tells of the wishes about sampling that the formats have no word for.
pub(crate) fn sampling_without_place(sampling: &Sampling, notices: &mut Notices) {
    notices.no_place(&[
        (
            "sampling.presence-penalty",
            sampling.presence_penalty.is_some(),
        ),
        (
            "sampling.frequency-penalty",
            sampling.frequency_penalty.is_some(),
        ),
        ("sampling.seed", sampling.seed.is_some()),
    ]);
}

/// Returns why a Claude model would refuse to think: a forced tool, or a step under way that did not
/// begin with signed thinking, as after another model's calls.
pub(crate) fn hindrance(request: &Request, realm: &str) -> Option<&'static str> {
    let forced = request.tool_choice.as_ref();
    if !request.tools.is_empty() && forced.is_some_and(|choice| choice.mode == "required") {
        return Some("a model whose tool is forced cannot think first");
    }
    let said_last = request.messages.iter().rposition(|m| m.role == "user");
    let step = request.messages.get(said_last.map_or(0, |at| at + 1)..)?;
    let first = step.iter().find(|message| message.role == "assistant")?;
    let begins = first.parts.first().is_some_and(|part| {
        matches!(part.content, Content::Reasoning(_)) && question::state_of(part, realm).is_some()
    });
    (!begins).then_some("the step under way did not begin with signed thinking")
}

/// Returns the failure of an answer that ended for this reason before it began.
pub(crate) fn ended(kind: FailureKind, status: u16, reason: &str, message: &str) -> Failure {
    Failure {
        code: Some(reason.to_owned()),
        status: Some(status),
        ..errors::failure(kind, message)
    }
}
