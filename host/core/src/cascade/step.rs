//! What a run starts from, what it asks for, and what it is told.

use std::collections::BTreeMap;

use super::trail::Failed;
use crate::auth_order::{CredentialSource, SkippedProfile, SourceOption};
use crate::cooldown::{Cooling, UsageStats};
use crate::credential::ProviderId;
use crate::failure::Failure;
use crate::model_ref::ModelRef;
use crate::time::Timestamp;

/// A model of the chain with the credentials it may be tried with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The model.
    pub model: ModelRef,
    /// Its credentials, first one first.
    pub sources: Vec<SourceOption>,
    /// Profiles that were passed over when the credentials were collected.
    pub skipped: Vec<SkippedProfile>,
    /// Longest input in tokens, where known.
    pub context: Option<u64>,
    /// Whether the user chose the credential: only the first one is tried.
    pub locked: bool,
}

/// What is remembered of each credential of each provider.
pub type Health = BTreeMap<(ProviderId, CredentialSource), UsageStats>;

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Call this model with this credential, then [`super::Cascade::report`].
    Attempt(Attempt),
    /// Renew this login, then [`super::Cascade::report`] [`Outcome::Refreshed`] or
    /// [`Outcome::RefreshFailed`].
    Refresh(Attempt),
    /// Nothing can be tried now; ask again at `until`.
    Wait {
        /// When.
        until: Timestamp,
        /// The pair that is usable then.
        attempt: Attempt,
        /// Why it is in cooldown.
        cooling: Cooling,
    },
    /// The request was answered.
    Done,
    /// The request was not answered and nothing is left to try.
    Failed(Failed),
}

/// What came of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The model answered.
    Success,
    /// The call failed.
    Failure {
        /// How.
        failure: Failure,
        /// Whether any of the answer had reached the reader.
        emitted: bool,
    },
    /// The call was ended because the run's time was over; see [`super::Allowance`].
    CutOff(Failure),
    /// The login was renewed.
    Refreshed,
    /// The login could not be renewed.
    RefreshFailed(Failure),
}

/// A model and a credential to try it with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Which candidate of the chain, from 0.
    pub index: usize,
    /// The model.
    pub model: ModelRef,
    /// The credential. One with `refresh_first` is renewed by the caller before the call; where
    /// that fails and the old token has expired, the report is [`Outcome::RefreshFailed`].
    pub option: SourceOption,
    /// Whether its login was renewed during this run.
    pub refreshed: bool,
    /// Whether states of earlier answers are left out, since they were refused.
    pub without_states: bool,
}
