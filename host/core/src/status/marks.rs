//! What a person should know of a configured model at a glance.

use crate::catalog::Model;
use crate::model_ref::ModelRef;

/// Something that speaks against a configured model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    /// The text is no model reference.
    NoReference,
    /// Outside a non-empty allowlist.
    NotAllowed,
    /// Its provider has stopped serving it.
    Retired {
        /// The day, where known.
        since: Option<String>,
    },
    /// Still served, but its vendor advises against it.
    Withdrawn {
        /// The vendor's word, such as `deprecated`.
        status: String,
        /// The day it ends, where known.
        until: Option<String>,
    },
    /// In no catalog, though the provider has one.
    Missing {
        /// What may have been meant.
        near: Option<ModelRef>,
    },
    /// Nothing serves its provider.
    NoProvider,
}

impl Mark {
    /// Returns the stable word of `--json`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::NoReference => "invalid",
            Self::NotAllowed => "not_allowed",
            Self::Retired { .. } => "retired",
            Self::Withdrawn { .. } => "deprecated",
            Self::Missing { .. } => "missing",
            Self::NoProvider => "no_provider",
        }
    }

    /// Whether a request for the model fails, as far as is known.
    #[must_use]
    pub fn is_fatal(&self) -> bool {
        !matches!(self, Self::Withdrawn { .. } | Self::Missing { .. })
    }
}

/// What is known of a configured model.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// Whether the allowlist lets it pass.
    pub allowed: bool,
    /// Whether a plugin or the config serves its provider.
    pub served: bool,
    /// Its entry in the catalog.
    pub known: Option<&'a Model>,
    /// Whether the catalog of its provider is meant to be complete: that of a local server is not.
    pub complete: bool,
}

/// Returns what speaks against a model, the worst first. `near` is asked only when it is missing.
#[must_use]
pub fn marks(facts: &Facts<'_>, today: &str, near: impl FnOnce() -> Option<ModelRef>) -> Vec<Mark> {
    let mut marks = Vec::new();
    match facts.known {
        Some(model) if model.is_retired_on(today) => marks.push(Mark::Retired {
            since: model.retires.clone(),
        }),
        Some(model) if !model.is_current_on(today) => marks.push(Mark::Withdrawn {
            status: model.status.clone(),
            until: model.retires.clone(),
        }),
        Some(_) => {}
        None if !facts.served => marks.push(Mark::NoProvider),
        None if facts.complete => marks.push(Mark::Missing { near: near() }),
        None => {}
    }
    if !facts.allowed {
        marks.push(Mark::NotAllowed);
    }
    marks
}
