//! What to try, and what to try after it fails. Knows neither clock nor network: callers say what
//! happened and when, this says what is next.
//!
//! Models are tried in the order of the chain, credentials of a model in the order of
//! [`crate::auth_order`]. A failure makes one of four things follow; see [`reaction`]. What is in cooldown
//! is kept by the rules of [`crate::cooldown`], within the run also for credentials that are not
//! stored.
//!
//! Invariants: every (model, credential) pair is tried at most once, or once more after its login
//! was renewed, after the wait that the server asked for, or without the states of earlier answers
//! where those were refused; a pair that is in cooldown is not
//! tried; nothing is tried once text has reached the reader, or once the run's time is over; the
//! run ends. The same pair is not asked again at once, not even after a dropped connection: the
//! next credential or model is the retry.

mod limits;
mod overflow;
mod rules;
mod step;
mod trail;
mod walk;

pub use limits::{Allowance, Limits, Options, RUN_TIMEOUT};
pub use rules::{Reaction, reaction};
pub use step::{Attempt, Candidate, Health, Outcome, Step};
pub use trail::{Failed, SkipReason, Trail, TrailEntry, TrailOutcome};

use std::collections::BTreeMap;
use std::time::Duration;

use crate::auth_order::CredentialSource;
use crate::cooldown::{
    Interval, Penalty, Policy, UsageStats, after_failure, after_success, penalty,
};
use crate::credential::ProviderId;
use crate::failure::{Failure, FailureKind};
use crate::time::Timestamp;

/// How many credentials meet a busy or silent model before the next model is preferred.
const BUSY_LIMIT: u32 = 2;

/// One run through the chain.
#[derive(Clone, Debug)]
pub struct Cascade {
    candidates: Vec<State>,
    health: Health,
    policies: BTreeMap<ProviderId, Policy>,
    options: Options,
    trail: Trail,
    /// How long the run has taken, by the caller's measure.
    spent: Duration,
    pending: Option<Pending>,
    waiting: Option<(usize, usize, Timestamp)>,
    /// The shortest context that the input may fit into, as far as failures told.
    needed: Option<u64>,
    end: Option<End>,
}

#[derive(Clone, Debug)]
struct State {
    candidate: Candidate,
    pairs: Vec<Pair>,
    phase: Phase,
    busy: u32,
    visited: bool,
}

#[derive(Clone, Copy, Debug, Default)]
struct Pair {
    tried: bool,
    waited: bool,
    noted: bool,
    /// The server said when to ask again.
    again: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    Open,
    /// Busy: its other credentials are kept for when no other model is left.
    Reserve,
    Closed,
}

#[derive(Clone, Debug)]
struct Pending {
    model: usize,
    source: usize,
    since: Timestamp,
    refreshed: bool,
    /// Whether the states of earlier answers are left out this time.
    without_states: bool,
    /// The refusal that a renewal is to cure.
    refused: Option<Failure>,
}

impl Pending {
    /// An attempt that begins.
    fn of(model: usize, source: usize, since: Timestamp) -> Self {
        Self {
            model,
            source,
            since,
            refreshed: false,
            without_states: false,
            refused: None,
        }
    }
}

#[derive(Clone, Debug)]
enum End {
    Done,
    Stopped(Failure),
    Exhausted,
}

impl Cascade {
    /// Starts a run over the candidates, with what is remembered of their credentials.
    /// Providers without a policy follow the default one.
    #[must_use]
    pub fn new(
        candidates: Vec<Candidate>,
        health: Health,
        policies: BTreeMap<ProviderId, Policy>,
        options: Options,
    ) -> Self {
        let state = |candidate: Candidate| State {
            pairs: vec![
                Pair::default();
                if candidate.locked {
                    candidate.sources.len().min(1)
                } else {
                    candidate.sources.len()
                }
            ],
            candidate,
            phase: Phase::Open,
            busy: 0,
            visited: false,
        };
        Self {
            candidates: candidates.into_iter().map(state).collect(),
            health,
            policies,
            options,
            trail: Trail::default(),
            spent: Duration::ZERO,
            pending: None,
            waiting: None,
            needed: None,
            end: None,
        }
    }

    /// Returns what has happened so far.
    #[must_use]
    pub fn trail(&self) -> &Trail {
        &self.trail
    }

    /// Adds a remark to the trail, such as a configured model that is not allowed.
    pub fn note(&mut self, entry: TrailEntry) {
        self.trail.entries.push(entry);
    }

    /// Returns what is remembered of a credential, the run so far included.
    #[must_use]
    pub fn health(&self, provider: &ProviderId, source: &CredentialSource) -> Option<&UsageStats> {
        self.health.get(&(provider.clone(), source.clone()))
    }

    /// Replaces what is remembered of a credential, as when another process has used it.
    pub fn observe(&mut self, provider: &ProviderId, source: &CredentialSource, stats: UsageStats) {
        self.health
            .insert((provider.clone(), source.clone()), stats);
    }

    /// Whether the login that was refused last is to be renewed next. Until that fails, the refusal
    /// says nothing about the profile.
    #[must_use]
    pub fn is_renewing(&self) -> bool {
        self.pending
            .as_ref()
            .is_some_and(|pending| pending.refused.is_some())
    }

    /// Returns when the attempt under way began, which is what a report will be about.
    #[must_use]
    pub fn begun(&self) -> Option<Timestamp> {
        self.pending.as_ref().map(|pending| pending.since)
    }

    /// Takes in how long the run has taken so far. Time here is the caller's measure, not the
    /// difference of two points of [`next`](Self::next): a clock can be set.
    pub fn spend(&mut self, spent: Duration) {
        self.spent = spent;
    }

    /// Returns how long the next attempt may take; `None` for as long as it wants.
    #[must_use]
    pub fn allowance(&self) -> Option<Allowance> {
        self.options.limits.allowance(self.spent)
    }

    /// Returns the next step. Asked again before the outcome is reported, it says the same, unless
    /// the run's time is over.
    pub fn next(&mut self, now: Timestamp) -> Step {
        let limits = self.options.limits;
        if self.end.is_none()
            && limits.left(self.spent) == Some(Duration::ZERO)
            && let Some(failure) = limits.run_over()
        {
            // A login that was to be renewed is not: its refusal is no verdict yet.
            self.pending = None;
            self.end = Some(End::Stopped(failure));
        }
        if let Some(pending) = &self.pending {
            let attempt = self.attempt(pending);
            return match pending.refused {
                Some(_) => Step::Refresh(attempt),
                None => Step::Attempt(attempt),
            };
        }
        match &self.end {
            Some(End::Done) => return Step::Done,
            Some(_) => return Step::Failed(self.failed()),
            None => {}
        }
        if let Some((model, source, _)) = self.waiting.filter(|(.., until)| *until <= now) {
            self.candidates[model].pairs[source].tried = false;
        }
        if let Some((model, source)) = self.find(now) {
            self.waiting = None;
            self.candidates[model].pairs[source].tried = true;
            let pending = Pending::of(model, source, now);
            let attempt = self.attempt(&pending);
            self.pending = Some(pending);
            return Step::Attempt(attempt);
        }
        if let Some((model, source, until)) = self.waiting(now)
            && let Err(cooling) = self.usable(model, source, now)
        {
            return Step::Wait {
                until,
                attempt: self.attempt(&Pending::of(model, source, now)),
                cooling,
            };
        }
        self.end = Some(End::Exhausted);
        Step::Failed(self.failed())
    }

    /// Takes in what came of the last step. A report that answers no step changes nothing.
    pub fn report(&mut self, outcome: Outcome, now: Timestamp) {
        let Some(pending) = self.pending.take() else {
            return;
        };
        match (outcome, pending.refused.clone()) {
            (Outcome::CutOff(failure), _) => {
                // The reader's patience ended, which says nothing about the credential.
                let elapsed = Some(pending.since.until(now));
                self.record(
                    &pending,
                    TrailOutcome::Attempted {
                        failure: failure.clone(),
                        elapsed,
                    },
                );
                self.end = Some(End::Stopped(failure));
            }
            (Outcome::Success | Outcome::Refreshed, None) => {
                self.remember(&pending, now, |stats, model, attempt, _| {
                    after_success(stats, model, attempt)
                });
                self.record(
                    &pending,
                    TrailOutcome::Succeeded {
                        elapsed: pending.since.until(now),
                    },
                );
                self.end = Some(End::Done);
            }
            (Outcome::Success | Outcome::Refreshed, Some(_)) => {
                self.record(&pending, TrailOutcome::Refreshed);
                self.pending = Some(Pending {
                    since: now,
                    refreshed: true,
                    refused: None,
                    ..pending
                });
            }
            (Outcome::RefreshFailed(failure) | Outcome::Failure { failure, .. }, Some(refused)) => {
                // The provider's refusal, not a network hiccup of the renewal, is what counts.
                self.punish(&pending, &refused, now);
                let aborted = failure.kind == FailureKind::Aborted;
                self.record(
                    &pending,
                    TrailOutcome::RefreshFailed {
                        failure: failure.clone(),
                    },
                );
                self.react(&pending, if aborted { failure } else { refused });
            }
            (Outcome::RefreshFailed(failure), None) => {
                // A login that cannot be renewed now is not renewed again right away.
                self.failure(
                    Pending {
                        refreshed: true,
                        ..pending
                    },
                    failure,
                    false,
                    now,
                );
            }
            (Outcome::Failure { failure, emitted }, None) => {
                self.failure(pending, failure, emitted, now);
            }
        }
    }

    fn failure(&mut self, pending: Pending, failure: Failure, emitted: bool, now: Timestamp) {
        let elapsed = Some(pending.since.until(now));
        self.record(
            &pending,
            TrailOutcome::Attempted {
                failure: failure.clone(),
                elapsed,
            },
        );
        if emitted {
            self.punish(&pending, &failure, now);
            self.end = Some(End::Stopped(failure));
            return;
        }
        let refreshable =
            self.candidates[pending.model].candidate.sources[pending.source].refreshable;
        let reaction = reaction(failure.kind);
        if reaction == Reaction::RefreshOrRotate && refreshable && !pending.refreshed {
            self.pending = Some(Pending {
                refused: Some(failure),
                ..pending
            });
            return;
        }
        if reaction == Reaction::RetryWithoutStates && !pending.without_states {
            self.pending = Some(Pending {
                since: now,
                without_states: true,
                ..pending
            });
            return;
        }
        self.punish(&pending, &failure, now);
        self.candidates[pending.model].pairs[pending.source].again =
            failure.retry_after.is_some() && penalty(failure.kind) == Penalty::Model;
        self.react(&pending, failure);
    }

    fn react(&mut self, pending: &Pending, failure: Failure) {
        let state = &mut self.candidates[pending.model];
        match reaction(failure.kind) {
            Reaction::Rotate | Reaction::RefreshOrRotate => {}
            Reaction::RotateOnce => {
                state.busy += 1;
                if state.busy >= BUSY_LIMIT {
                    state.phase = state.phase.max(Phase::Reserve);
                }
            }
            Reaction::NextModel | Reaction::RetryWithoutStates => state.phase = Phase::Closed,
            Reaction::LargerModel => {
                state.phase = Phase::Closed;
                let least = overflow::least(&failure, state.candidate.context);
                self.needed = self.needed.max(least);
            }
            Reaction::Stop => self.end = Some(End::Stopped(failure)),
        }
    }

    fn attempt(&self, pending: &Pending) -> Attempt {
        let candidate = &self.candidates[pending.model].candidate;
        let option = candidate.sources[pending.source].clone();
        Attempt {
            index: pending.model,
            model: candidate.model.clone(),
            option,
            refreshed: pending.refreshed,
            without_states: pending.without_states,
        }
    }

    fn record(&mut self, pending: &Pending, outcome: TrailOutcome) {
        let candidate = &self.candidates[pending.model].candidate;
        let source = Some(candidate.sources[pending.source].source.clone());
        self.trail.entries.push(TrailEntry {
            model: candidate.model.clone(),
            source,
            outcome,
        });
    }

    fn punish(&mut self, pending: &Pending, failure: &Failure, now: Timestamp) {
        self.remember(pending, now, |stats, model, attempt, policy| {
            after_failure(stats, model, failure, attempt, policy)
        });
    }

    fn remember(
        &mut self,
        pending: &Pending,
        now: Timestamp,
        change: impl FnOnce(&UsageStats, &str, Interval, &Policy) -> UsageStats,
    ) {
        let candidate = &self.candidates[pending.model].candidate;
        let policy = self
            .policies
            .get(&candidate.model.provider)
            .copied()
            .unwrap_or_default();
        let source = candidate.sources[pending.source].source.clone();
        let stats = self
            .health
            .entry((candidate.model.provider.clone(), source))
            .or_default();
        let attempt = Interval {
            begun: pending.since,
            ended: now,
        };
        *stats = change(stats, &candidate.model.model, attempt, &policy);
    }

    fn failed(&self) -> Failed {
        let stopped = match &self.end {
            Some(End::Stopped(failure)) => Some(failure.clone()),
            _ => None,
        };
        Failed {
            trail: self.trail.clone(),
            stopped,
        }
    }
}
