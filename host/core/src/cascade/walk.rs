//! Which pair is next: the walk along the chain, and what is worth waiting for.

use super::{Cascade, Phase, SkipReason, State, TrailEntry, TrailOutcome};
use crate::auth_order::{CredentialSource, Skip};
use crate::cooldown::{Cooling, usable};
use crate::time::Timestamp;

impl Cascade {
    /// Returns the first pair that may be tried now, noting those it passes.
    pub(super) fn find(&mut self, now: Timestamp) -> Option<(usize, usize)> {
        for phase in [Phase::Open, Phase::Reserve] {
            for model in 0..self.candidates.len() {
                if self.candidates[model].phase != phase || !self.enter(model) {
                    continue;
                }
                for source in 0..self.candidates[model].pairs.len() {
                    if self.candidates[model].pairs[source].tried {
                        continue;
                    }
                    match self.usable(model, source, now) {
                        Ok(()) => return Some((model, source)),
                        Err(cooling) => self.note_cooling(model, source, cooling),
                    }
                }
            }
        }
        None
    }

    /// Notes what is known of a model at its turn; returns whether it can take the request.
    fn enter(&mut self, model: usize) -> bool {
        let outgrown = self.outgrown;
        let State {
            candidate,
            visited,
            phase,
            ..
        } = &mut self.candidates[model];
        let mut skip = |source, reason| {
            let outcome = TrailOutcome::Skipped(reason);
            self.trail.entries.push(TrailEntry {
                model: candidate.model.clone(),
                source,
                outcome,
            });
        };
        if !*visited {
            *visited = true;
            for profile in &candidate.skipped {
                let source = CredentialSource::Profile(profile.id.clone());
                // A profile in cooldown is still among the sources and is noted when passed.
                if !matches!(profile.reason, Skip::CoolingDown(_)) {
                    skip(Some(source), SkipReason::Profile(profile.reason.clone()));
                }
            }
            if candidate.sources.is_empty() {
                skip(None, SkipReason::NoCredential);
            }
        }
        let fits = outgrown.is_none_or(|length| candidate.context.is_none_or(|own| own > length));
        if !fits {
            skip(
                None,
                SkipReason::ContextTooSmall {
                    context: candidate.context,
                },
            );
            *phase = Phase::Closed;
        }
        fits
    }

    fn note_cooling(&mut self, model: usize, source: usize, cooling: Cooling) {
        let state = &mut self.candidates[model];
        if !std::mem::replace(&mut state.pairs[source].noted, true) {
            self.trail.entries.push(TrailEntry {
                model: state.candidate.model.clone(),
                source: Some(state.candidate.sources[source].source.clone()),
                outcome: TrailOutcome::Skipped(SkipReason::CoolingDown(cooling)),
            });
        }
    }

    /// Returns the pair worth waiting for: the soonest one within patience, each once.
    pub(super) fn waiting(&mut self, now: Timestamp) -> Option<(usize, usize, Timestamp)> {
        if let Some(waiting) = self.waiting.filter(|(.., until)| now < *until) {
            return Some(waiting);
        }
        let left = self.options.limits.left(self.spent);
        let patience = left.map_or(self.options.max_wait, |left| {
            left.min(self.options.max_wait)
        });
        let latest = now.plus(patience);
        let mut soonest: Option<(usize, usize, Timestamp)> = None;
        for (model, state) in self.candidates.iter().enumerate() {
            for (source, pair) in state.pairs.iter().enumerate() {
                if pair.tried || pair.waited || state.phase == Phase::Closed {
                    continue;
                }
                if let Err(Cooling { until, .. }) = self.usable(model, source, now)
                    && until
                        <= soonest
                            .map_or(latest, |(.., until)| Timestamp(until.0.saturating_sub(1)))
                {
                    soonest = Some((model, source, until));
                }
            }
        }
        let (model, source, _) = soonest?;
        self.candidates[model].pairs[source].waited = true;
        self.waiting = soonest;
        soonest
    }

    pub(super) fn usable(
        &self,
        model: usize,
        source: usize,
        now: Timestamp,
    ) -> Result<(), Cooling> {
        let candidate = &self.candidates[model].candidate;
        let key = (
            candidate.model.provider.clone(),
            candidate.sources[source].source.clone(),
        );
        self.health.get(&key).map_or(Ok(()), |stats| {
            usable(stats, Some(&candidate.model.model), now)
        })
    }
}
