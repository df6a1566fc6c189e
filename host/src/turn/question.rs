//! What goes into a run and what comes out of it: the question, who listens, the answer.

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
pub struct Question {
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
    /// Upper bound on generated tokens.
    pub max_output_tokens: Option<u32>,
    /// Whether the provider should stream.
    pub stream: bool,
    /// How patient the run is.
    pub patience: Options,
}

/// Nobody reads the answer any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gone;

/// Hears of a run as it happens.
pub trait Listener {
    /// An attempt begins.
    fn attempting(&mut self, attempt: &Attempt) {
        let _ = attempt;
    }
    /// An attempt failed.
    fn failed(&mut self, attempt: &Attempt, failure: &ProviderFailure, elapsed: Duration) {
        let _ = (attempt, failure, elapsed);
    }
    /// An attempt succeeded.
    fn succeeded(&mut self, attempt: &Attempt, elapsed: Duration) {
        let _ = (attempt, elapsed);
    }
    /// A model or a credential is passed over, or a login was renewed.
    fn noted(&mut self, entry: &TrailEntry) {
        let _ = entry;
    }
    /// Everything rests; the run waits.
    fn waiting(&mut self, attempt: &Attempt, cooling: &Cooling, wait: Duration) {
        let _ = (attempt, cooling, wait);
    }
    /// Something to know that stops nothing.
    fn warning(&mut self, warning: &str) {
        let _ = warning;
    }
    /// The next piece of the answer.
    ///
    /// # Errors
    /// [`Gone`] to stop quietly.
    fn text(&mut self, text: &str) -> Result<(), Gone>;
}

/// An answer, whole.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The model that answered.
    pub model: ModelRef,
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
pub enum Unanswered {
    /// Nothing is left to try.
    Failed(Failed),
    /// Nobody reads any more.
    Gone,
    /// The user stopped it; no profile was marked.
    Interrupted,
    /// The question could not be asked at all.
    Refused(Failure),
}

impl From<Failure> for Unanswered {
    fn from(failure: Failure) -> Self {
        Self::Refused(failure)
    }
}
