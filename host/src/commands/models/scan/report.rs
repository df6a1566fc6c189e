//! What a scan was asked for, what it found, and what was selected.

use std::num::NonZeroUsize;
use std::time::Duration;

use openclaw_core::credential::ProviderId;
use openclaw_core::model_ref::ModelRef;
use openclaw_core::scan::{Candidate, Criteria, Excluded};
use openclaw_core::selection::Purpose;

use super::candidates::ProviderCandidates;
use crate::config_writer::Saved;

/// What was asked for, in numbers that can be used.
#[derive(Clone, Debug)]
pub struct ScanRequest {
    /// Which models.
    pub criteria: Criteria,
    /// Only this provider.
    pub provider: Option<ProviderId>,
    /// Most candidates to show.
    pub shown: usize,
    /// Longest that one question may take.
    pub timeout: Duration,
    /// Most questions at once.
    pub concurrency: NonZeroUsize,
    /// Whether providers are asked.
    pub probe: bool,
    /// What a model is selected for, and whether it is written.
    pub purposes: Vec<(Purpose, bool)>,
}

/// What a scan found.
#[derive(Debug)]
pub struct Scan {
    /// What was asked for.
    pub wanted: ScanRequest,
    /// Every provider, those that can be used first.
    pub providers: Vec<ProviderCandidates>,
    /// Every candidate, best first.
    pub candidates: Vec<Candidate>,
    /// Every model that is none, and why.
    pub left_out: Vec<(ModelRef, Excluded)>,
    /// The models that are primary now, where any is configured.
    pub current: Vec<(Purpose, ModelRef)>,
}

/// A model that was selected.
#[derive(Clone, Debug)]
pub struct Choice {
    /// For what.
    pub purpose: Purpose,
    /// The model; `None` to keep the current one.
    pub model: Option<ModelRef>,
    /// Whether it was to be written.
    pub written: bool,
}

/// A scan and what came of it.
pub struct Scanned {
    /// What was found.
    pub scan: Scan,
    /// What was selected; empty where nobody was to select.
    pub choices: Vec<Choice>,
    /// What became of the config, where it was to be written.
    pub saved: Option<Saved>,
    /// Whether the findings were shown already, to choose from.
    pub told: bool,
    /// What there is to say.
    pub warnings: Vec<String>,
}

impl Scan {
    /// Returns the candidates for a purpose, best first.
    pub fn candidates_for(&self, purpose: Purpose) -> impl Iterator<Item = &Candidate> {
        self.candidates
            .iter()
            .filter(move |candidate| purpose == Purpose::Text || candidate.facts.accepts("image"))
    }

    /// Returns the model that is primary now.
    #[must_use]
    pub fn current_for(&self, purpose: Purpose) -> Option<&ModelRef> {
        let found = self.current.iter().find(|(of, _)| *of == purpose);
        found.map(|(_, model)| model)
    }
}
