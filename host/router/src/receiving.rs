//! An answer as it comes: folded, with ids that every vendor takes, and what of it was shown.

use openclaw_core::cascade::Attempt;
use openclaw_core::conversation::{
    Answer, CallIds, Content, Event as AnswerEvent, Finish, Notice, Opening, Piece, Request,
};
use openclaw_core::conversation::{Folding, Malformed};
use openclaw_core::cost::{self, Cost};
use openclaw_core::credential::Mode;
use openclaw_core::failure::{Failure, FailureKind};

use crate::request::Event;
use crate::snapshot::Snapshot;

/// The part of an answer that has arrived.
#[derive(Default)]
pub(crate) struct Receiving {
    folding: Folding,
    ids: CallIds,
    /// What the host rewrote before it was asked.
    pub(crate) notices: Vec<Notice>,
    /// Whether anything of it has reached the reader that could not be taken back.
    pub(crate) emitted: bool,
}

impl Receiving {
    /// Begins to receive the answer to a request.
    pub(crate) fn to(request: &Request, notices: Vec<Notice>) -> Self {
        Self {
            folding: Folding::new(&request.tools),
            ids: CallIds::after(&request.messages),
            notices,
            emitted: false,
        }
    }

    /// Takes the next event in, and returns it as a reader may see it.
    pub(crate) fn take(&mut self, mut event: AnswerEvent) -> Result<AnswerEvent, Failure> {
        self.ids.rename_event(&mut event);
        self.folding.push(event.clone()).map_err(malformed)?;
        self.emitted |= is_shown(&event);
        Ok(event)
    }

    /// Whether every answer that began has finished.
    pub(crate) fn is_complete(&self) -> bool {
        self.folding.is_complete()
    }

    pub(crate) fn into_answer(self) -> (Answer, Vec<Notice>) {
        (self.folding.into_answer(), self.notices)
    }
}

/// Whether a reader who has seen an event has seen something of the answer. Reasoning is none: the
/// next model may reason otherwise.
fn is_shown(event: &AnswerEvent) -> bool {
    match event {
        AnswerEvent::Begin(begin) => matches!(
            begin.opening,
            Opening::ToolCall(_) | Opening::ToolResult(_) | Opening::File(_)
        ),
        AnswerEvent::Delta(delta) => !matches!(delta.piece, Piece::Logprobs(_)),
        _ => false,
    }
}

fn malformed(fault: Malformed) -> Failure {
    Failure {
        code: Some("plugin_answer".to_owned()),
        ..Failure::new(
            FailureKind::Other,
            format!("the plugin's answer makes no sense: {fault}"),
        )
    }
}

/// Returns the failure that an answer without content is, unless it was cut at its longest, as when
/// a model spends all of it on reasoning: a longer one would have had text.
pub(crate) fn empty(answer: &Answer) -> Option<Failure> {
    let mut parts = answer.choices.iter().flat_map(|choice| &choice.parts);
    let has_content = parts.any(|part| match &part.content {
        Content::Text(text) | Content::Refusal(text) => !text.trim().is_empty(),
        Content::Reasoning(_) => false,
        _ => true,
    });
    let finish: Option<&Finish> = answer.choices.first().and_then(|one| one.finish.as_ref());
    let reason = finish.map_or("", |finish| &finish.reason);
    let is_empty = !has_content && !matches!(reason, "length" | "pause");
    is_empty.then(|| Failure {
        code: Some("empty_answer".to_owned()),
        ..Failure::new(
            FailureKind::Other,
            format!("an empty answer (finish reason `{reason}`)"),
        )
    })
}

/// Reads the text of the first answer out of a run's events.
#[derive(Debug, Default)]
pub struct AnswerText {
    /// Parts of the attempt under way that are text of the first answer, or words of refusal.
    parts: Vec<u32>,
}

impl AnswerText {
    /// Returns the next piece of the text, if this event has one.
    pub fn of<'e>(&mut self, event: &'e Event) -> Option<&'e str> {
        match event {
            Event::Attempting(_) => {
                self.parts.clear();
                None
            }
            Event::Answer(AnswerEvent::Begin(begin)) => {
                if begin.answer == 0 && matches!(begin.opening, Opening::Text | Opening::Refusal) {
                    self.parts.push(begin.part);
                }
                None
            }
            Event::Answer(AnswerEvent::Delta(delta)) if self.parts.contains(&delta.part) => {
                match &delta.piece {
                    Piece::Text(text) => Some(text),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

/// Returns what an answer cost. A plan is not paid by use.
pub(crate) fn cost(snapshot: &Snapshot, attempt: &Attempt, answer: &Answer) -> Option<Cost> {
    let by_use = !matches!(attempt.option.mode, Some(Mode::Oauth | Mode::Token));
    let known = snapshot.catalog().get(&attempt.model);
    let found = cost::of(known.as_ref(), answer.usage.as_ref()?)?;
    Some(found).filter(|cost| by_use || cost.told)
}
