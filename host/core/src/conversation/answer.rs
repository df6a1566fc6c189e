//! An answer that came, whole or broken off.

use super::call_ids::{CallIds, rename};
use super::{
    About, Citation, Content, Extension, Finish, Limit, Message, Notice, Origin, Part, State,
    Token, Usage, role,
};

/// All that came back for one request: the fold of its events.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// What it says of itself.
    pub about: About,
    /// The answers by number; more than one only where several were asked for.
    pub choices: Vec<Choice>,
    /// What was used, as far as told.
    pub usage: Option<Usage>,
    /// What the reply says about limits; of one limit the latest.
    pub limits: Vec<Limit>,
    /// What was done other than asked.
    pub notices: Vec<Notice>,
}

impl Answer {
    /// Whether there is an answer, and every one came to its end.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        !self.choices.is_empty() && self.choices.iter().all(|choice| choice.finish.is_some())
    }
}

/// One answer of several, or the only one.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// Its number, from 0.
    pub answer: u32,
    /// Its parts, in the order of their begins.
    pub parts: Vec<AnswerPart>,
    /// How it ended; `None` of one that was broken off.
    pub finish: Option<Finish>,
}

impl Choice {
    /// Returns the words of the answer, without reasoning and refusals.
    #[must_use]
    pub fn text(&self) -> String {
        let words = self.parts.iter().filter_map(|part| match &part.content {
            Content::Text(text) => Some(text.as_str()),
            _ => None,
        });
        words.collect()
    }

    /// Returns the answer as the message after `before`, with canonical ids of calls, and a notice
    /// for each id that changed. `complete` of the origin is made to say how the answer ended.
    ///
    /// Left out is what no provider takes back: blank text without a state, and the beginning of a
    /// file. Citations, likelihoods and transcripts are no part of a message.
    #[must_use]
    pub fn into_message(self, before: &[Message], origin: Origin) -> (Message, Vec<Notice>) {
        let complete = self.finish.is_some();
        let parts = self.parts.into_iter().filter(AnswerPart::is_worth_keeping);
        let mut message = Message::new(role::ASSISTANT, parts.map(Part::from).collect());
        message.origin = Some(Origin { complete, ..origin });
        let mut notices = Vec::new();
        rename(&mut message, &mut CallIds::after(before), &mut notices);
        (message, notices)
    }
}

/// A part of an answer, and what was told beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct AnswerPart {
    /// Its number among all that came back.
    pub number: u32,
    /// The vendor's id of the item.
    pub id: Option<String>,
    /// What it holds. Bytes of a file are here; arguments of a call that has none are `{}`.
    pub content: Content,
    /// What the vendor wants back with it.
    pub state: Option<State>,
    /// More about it, of its begin and then of its end.
    pub extensions: Vec<Extension>,
    /// What its statements rest on.
    pub citations: Vec<Citation>,
    /// Likelihoods of its tokens.
    pub logprobs: Vec<Token>,
    /// What a recording says.
    pub transcript: Option<String>,
    /// Whether it is whole.
    pub ended: bool,
}

impl AnswerPart {
    fn is_worth_keeping(&self) -> bool {
        let text = match &self.content {
            Content::Text(text) | Content::Refusal(text) => text,
            Content::Reasoning(reasoning) => &reasoning.text,
            Content::File(_) | Content::Other(_) => return self.ended,
            Content::ToolCall(_) | Content::ToolResult(_) => return true,
        };
        self.state.is_some() || !text.trim().is_empty()
    }
}

impl From<AnswerPart> for Part {
    /// Returns what of it is part of the conversation.
    fn from(part: AnswerPart) -> Self {
        Self {
            content: part.content,
            state: part.state,
            cache: None,
            extensions: part.extensions,
        }
    }
}
