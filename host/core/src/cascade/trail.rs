//! The record of a run: what was tried, what was passed over, and why.

use std::fmt;
use std::time::Duration;

use crate::auth_order::{CredentialSource, Skip};
use crate::cooldown::Cooling;
use crate::failure::Failure;
use crate::model_ref::ModelRef;
use crate::selection::LinkSkip;

/// Why a pair or a model was passed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SkipReason {
    /// The profile cannot be used.
    Profile(Skip),
    /// The pair is in cooldown.
    CoolingDown(Cooling),
    /// There is no credential for the provider.
    NoCredential,
    /// No plugin serves the provider.
    NoPlugin,
    /// The input is too long for this model.
    ContextTooSmall {
        /// Its context window in tokens.
        context: u64,
        /// The least that the input needs, as far as is known.
        needed: u64,
    },
    /// The configured model is not part of the chain.
    Link(LinkSkip),
    /// The model cannot take this kind of input, such as `image`.
    Input(String),
    /// The model cannot do what is asked for, such as `tools`.
    Unsupported(String),
}

impl SkipReason {
    /// Returns the stable snake-case name used in `--json`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Profile(skip) => skip.name(),
            Self::CoolingDown(cooling) => cooling.name(),
            Self::NoCredential => "no_credential",
            Self::NoPlugin => "no_plugin",
            Self::ContextTooSmall { .. } => "context_too_small",
            Self::Link(LinkSkip::NotAllowed) => "not_allowed",
            Self::Link(LinkSkip::Duplicate) => "duplicate",
            Self::Link(LinkSkip::Invalid) => "invalid",
            Self::Input(_) => "input_not_supported",
            Self::Unsupported(_) => "not_supported",
        }
    }

    /// Returns the cooldown that it is about, if it is about one.
    #[must_use]
    pub fn cooling(&self) -> Option<&Cooling> {
        match self {
            Self::CoolingDown(cooling) | Self::Profile(Skip::CoolingDown(cooling)) => Some(cooling),
            _ => None,
        }
    }
}

impl fmt::Display for SkipReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Profile(skip) => write!(f, "{skip}"),
            Self::CoolingDown(cooling) => write!(f, "{cooling}"),
            Self::NoCredential => f.write_str("no credential"),
            Self::NoPlugin => f.write_str("no plugin serves this provider"),
            Self::ContextTooSmall { context, needed } => write!(
                f,
                "input too long: at least {needed} tokens, its context is {context}"
            ),
            Self::Link(LinkSkip::NotAllowed) => f.write_str("not in the allowlist"),
            Self::Link(LinkSkip::Duplicate) => f.write_str("already in the chain"),
            Self::Link(LinkSkip::Invalid) => f.write_str("not a model reference"),
            Self::Input(modality) => write!(f, "does not take {modality} input"),
            Self::Unsupported(need) => write!(f, "does not support what is asked for: {need}"),
        }
    }
}

/// What came of a model or a pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrailOutcome {
    /// It answered.
    Succeeded {
        /// How long it took.
        elapsed: Duration,
    },
    /// It was tried and failed.
    Attempted {
        /// How.
        failure: Failure,
        /// How long that took, where measured.
        elapsed: Option<Duration>,
    },
    /// Its login was renewed.
    Refreshed,
    /// Its login could not be renewed.
    RefreshFailed {
        /// Why.
        failure: Failure,
    },
    /// It was passed over.
    Skipped(SkipReason),
}

/// One line of the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrailEntry {
    /// The model.
    pub model: ModelRef,
    /// The credential; `None` when the line is about the model.
    pub source: Option<CredentialSource>,
    /// What came of it.
    pub outcome: TrailOutcome,
}

/// Everything that was tried or passed over, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trail {
    /// The lines.
    pub entries: Vec<TrailEntry>,
}

impl Trail {
    /// Returns the failures of the calls that were made.
    pub fn failures(&self) -> impl Iterator<Item = &Failure> {
        self.entries
            .iter()
            .filter_map(|entry| match &entry.outcome {
                TrailOutcome::Attempted { failure, .. } => Some(failure),
                _ => None,
            })
    }
}

/// The end of a run without an answer. Prints as the headline of the error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    /// What was tried and passed over.
    pub trail: Trail,
    /// The failure that ended the run at once, if one did.
    pub stopped: Option<Failure>,
}

impl fmt::Display for Failed {
    /// Writes the failure that ended the run, or the only reason there is, or that all failed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(failure) = &self.stopped {
            return write!(f, "{failure}");
        }
        let mut models: Vec<&ModelRef> = Vec::new();
        for TrailEntry { model, outcome, .. } in &self.trail.entries {
            // What could not take the request at all has not failed.
            let unfit = matches!(
                outcome,
                TrailOutcome::Skipped(
                    SkipReason::ContextTooSmall { .. }
                        | SkipReason::Link(_)
                        | SkipReason::Input(_)
                        | SkipReason::Unsupported(_)
                )
            );
            if !unfit && !models.contains(&model) {
                models.push(model);
            }
        }
        // A credential that was asked again after a wait counts once, with its last word.
        let mut failed: Vec<(Option<&CredentialSource>, &Failure)> = Vec::new();
        for TrailEntry {
            source, outcome, ..
        } in &self.trail.entries
        {
            if let TrailOutcome::Attempted { failure, .. } = outcome {
                failed.retain(|(other, _)| *other != source.as_ref());
                failed.push((source.as_ref(), failure));
            }
        }
        match (
            models.as_slice(),
            failed.as_slice(),
            self.trail.entries.as_slice(),
        ) {
            ([_], [(_, failure)], _) => write!(f, "{failure}"),
            ([model], [], entries) => match entries.last().map(|entry| &entry.outcome) {
                Some(TrailOutcome::Skipped(SkipReason::NoCredential)) => {
                    write!(f, "No API key found for provider '{}'", model.provider)
                }
                Some(TrailOutcome::Skipped(SkipReason::CoolingDown(cooling))) => {
                    write!(f, "{model} cannot be used now: {cooling}")
                }
                _ => f.write_str("All models failed"),
            },
            _ => f.write_str("All models failed"),
        }
    }
}

impl std::error::Error for Failed {}
