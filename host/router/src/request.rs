//! What goes into a run and what comes out of it: the request, the events, the response.

use std::time::Duration;

use openclaw_core::auth_order::CredentialSource;
use openclaw_core::cascade::{Attempt, Failed, Options, Trail, TrailEntry};
use openclaw_core::conversation::{self, Answer, Content, Message, Notice};
use openclaw_core::cooldown::Cooling;
use openclaw_core::cost::Cost;
use openclaw_core::credential::ProfileId;
use openclaw_core::failure::Failure as ProviderFailure;
use openclaw_core::model_ref::ModelRef;
use openclaw_core::selection::Purpose;

use crate::failure::Failure;

/// What is asked, and with what.
#[derive(Clone, Debug)]
pub struct Request {
    /// The conversation so far, and what is wished of the answer. Which model answers is chosen by
    /// the chain: what this says of it counts for nothing.
    pub conversation: conversation::Request,
    /// Which chain.
    pub purpose: Purpose,
    /// The model asked for, as typed.
    pub model: Option<String>,
    /// The only profile to use.
    pub profile: Option<ProfileId>,
    /// Whether other models are asked when the first one fails.
    pub fallbacks: bool,
    /// Longest that the run, an attempt and a wait for a cooldown may take.
    pub limits: Options,
}

impl Request {
    /// Returns a request for a streamed answer of the chain of a purpose, with nothing to say yet.
    #[must_use]
    pub fn new(purpose: Purpose) -> Self {
        Self {
            conversation: conversation::Request {
                stream: true,
                ..conversation::Request::default()
            },
            purpose,
            model: None,
            profile: None,
            fallbacks: true,
            limits: Options::default(),
        }
    }
}

/// What happens during a run, in order. The last one is [`Event::Ended`].
#[derive(Debug)]
pub enum Event {
    /// An attempt begins.
    Attempting(Attempt),
    /// An attempt failed.
    AttemptFailed {
        /// Which.
        attempt: Attempt,
        /// How.
        failure: ProviderFailure,
        /// How long it took.
        elapsed: Duration,
    },
    /// An attempt succeeded.
    AttemptSucceeded {
        /// Which.
        attempt: Attempt,
        /// How long it took.
        elapsed: Duration,
    },
    /// A model or a credential is skipped, or a login was renewed.
    Noted(TrailEntry),
    /// Everything is in cooldown; the run waits.
    Waiting {
        /// What will be tried then.
        attempt: Attempt,
        /// Why it has to wait.
        cooling: Cooling,
        /// How long.
        wait: Duration,
    },
    /// Something to know that stops nothing.
    Warning(String),
    /// What comes back of the attempt under way; [`AnswerText`](crate::AnswerText) reads the text
    /// out of it.
    Answer(conversation::Event),
    /// The run is over.
    Ended(Result<Box<Response>, RunError>),
}

/// An answer, whole.
#[derive(Clone, Debug)]
pub struct Response {
    /// The model that answered.
    pub model: ModelRef,
    /// The model that was asked for, or the primary.
    pub asked: ModelRef,
    /// The credential it was asked with.
    pub source: CredentialSource,
    /// What came back.
    pub answer: Answer,
    /// The first answer as the next message of the conversation, with who gave it.
    pub message: Message,
    /// What the host rewrote of the conversation for this model, and what became of the ids of calls.
    pub notices: Vec<Notice>,
    /// What was tried.
    pub trail: Trail,
    /// How long everything took.
    pub elapsed: Duration,
    /// What it cost, where it is paid by use and the prices are known.
    pub cost: Option<Cost>,
}

impl Response {
    /// Returns the text of the first answer, words of refusal included.
    #[must_use]
    pub fn text(&self) -> String {
        let parts = self.answer.choices.first().map(|choice| &choice.parts);
        let words = parts
            .into_iter()
            .flatten()
            .filter_map(|part| match &part.content {
                Content::Text(text) | Content::Refusal(text) => Some(text.as_str()),
                _ => None,
            });
        words.collect()
    }

    /// Returns why the first answer ended, such as `end`.
    #[must_use]
    pub fn stop(&self) -> &str {
        let first = self.answer.choices.first();
        let finish = first.and_then(|choice| choice.finish.as_ref());
        finish.map_or("", |finish| &finish.reason)
    }
}

/// How a run ended without an answer.
#[derive(Debug)]
pub enum RunError {
    /// Nothing is left to try.
    Failed {
        /// What was tried.
        failed: Box<Failed>,
        /// The part of an answer that was shown before its attempt failed.
        partial: Option<Box<Answer>>,
    },
    /// The request could not be asked at all.
    Refused(Box<Failure>),
}

impl From<Failure> for RunError {
    fn from(failure: Failure) -> Self {
        Self::Refused(Box::new(failure))
    }
}
