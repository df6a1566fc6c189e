//! What goes into a run and what comes out of it: the request, the events, the response.

use std::time::Duration;

use openclaw_core::auth_order::CredentialSource;
use openclaw_core::cascade::{Attempt, Failed, Options, Trail, TrailEntry};
use openclaw_core::chat::{Message, Usage};
use openclaw_core::cooldown::Cooling;
use openclaw_core::credential::ProfileId;
use openclaw_core::failure::Failure as ProviderFailure;
use openclaw_core::model_ref::ModelRef;
use openclaw_core::selection::Purpose;

use crate::failure::Failure;

/// What is asked, and with what.
#[derive(Clone, Debug)]
pub struct Request {
    /// System prompt.
    pub system: Option<String>,
    /// The conversation so far.
    pub messages: Vec<Message>,
    /// Which chain.
    pub purpose: Purpose,
    /// The model asked for, as typed.
    pub model: Option<String>,
    /// The only profile to use.
    pub profile: Option<ProfileId>,
    /// Whether other models are asked when the first one fails.
    pub fallbacks: bool,
    /// Upper bound on generated tokens.
    pub max_output_tokens: Option<u32>,
    /// Whether the provider should stream.
    pub stream: bool,
    /// Longest that the run, an attempt and a wait for a cooldown may take.
    pub limits: Options,
}

impl Request {
    /// Returns a request for a streamed answer of the chain of a purpose, with nothing to say yet.
    #[must_use]
    pub fn new(purpose: Purpose) -> Self {
        Self {
            system: None,
            messages: Vec::new(),
            purpose,
            model: None,
            profile: None,
            fallbacks: true,
            max_output_tokens: None,
            stream: true,
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
    /// The next piece of the answer.
    Text(String),
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
    /// The text.
    pub text: String,
    /// Why it stopped.
    pub stop: String,
    /// What it used.
    pub usage: Option<Usage>,
    /// What was tried.
    pub trail: Trail,
    /// How long everything took.
    pub elapsed: Duration,
}

/// How a run ended without an answer.
#[derive(Debug)]
pub enum RunError {
    /// Nothing is left to try.
    Failed(Box<Failed>),
    /// The request could not be asked at all.
    Refused(Box<Failure>),
}

impl From<Failure> for RunError {
    fn from(failure: Failure) -> Self {
        Self::Refused(Box::new(failure))
    }
}
