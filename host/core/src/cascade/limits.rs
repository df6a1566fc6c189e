//! How long a run and each of its attempts may take. Durations only: the caller measures them.

use std::time::Duration;

use super::step::Outcome;
use crate::failure::{Failure, FailureKind};
use crate::time::millis;

/// How long a run may take and wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Longest wait for a pair in cooldown when nothing else is left.
    pub max_wait: Duration,
    /// Longest that all of it and each attempt may take.
    pub limits: Limits,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            max_wait: Duration::from_secs(10),
            limits: Limits::default(),
        }
    }
}

/// Bounds in time; `None` is no bound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Longest that the run may take, with its waits.
    pub run: Option<Duration>,
    /// Longest that an attempt may take, to the end of the answer.
    pub attempt: Option<Duration>,
}

/// How long the next attempt may take, and what has come when that is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// How long.
    pub time: Duration,
    /// What is said of the attempt that took longer.
    pub failure: Failure,
    ends_run: bool,
}

impl Allowance {
    /// Returns what to report of the attempt that took longer.
    #[must_use]
    pub fn outcome(self, emitted: bool) -> Outcome {
        let failure = self.failure;
        if self.ends_run {
            Outcome::CutOff(failure)
        } else {
            Outcome::Failure { failure, emitted }
        }
    }
}

impl Limits {
    /// Returns what the next attempt is allowed when the run has taken `spent`: an attempt's own
    /// bound, or what is left of the run if that is no more.
    pub(super) fn allowance(&self, spent: Duration) -> Option<Allowance> {
        let left = self.left(spent);
        match (self.attempt, left) {
            (Some(time), left) if left.is_none_or(|left| time < left) => Some(Allowance {
                time,
                failure: over("attempt_timeout", time, "the attempt's"),
                ends_run: false,
            }),
            (_, left) => Some(Allowance {
                time: left?,
                failure: self.run_over()?,
                ends_run: true,
            }),
        }
    }

    /// Returns what is left of the run's time.
    pub(super) fn left(&self, spent: Duration) -> Option<Duration> {
        self.run.map(|run| run.saturating_sub(spent))
    }

    /// Returns how a run ends that has taken all of its time.
    pub(super) fn run_over(&self) -> Option<Failure> {
        self.run.map(|limit| over(RUN_TIMEOUT, limit, "the run's"))
    }
}

/// The code of a run's end by its own bound.
pub const RUN_TIMEOUT: &str = "run_timeout";

fn over(code: &str, limit: Duration, whose: &str) -> Failure {
    Failure {
        code: Some(code.to_owned()),
        ..Failure::new(
            FailureKind::Timeout,
            format!("no whole answer within {}, {whose} limit", exact(limit)),
        )
    }
}

/// Returns a duration as it may have been typed: `2 min`, `90 s`, `1500 ms`.
fn exact(duration: Duration) -> String {
    match millis(duration) {
        ms if ms % 60_000 == 0 => format!("{} min", ms / 60_000),
        ms if ms % 1_000 == 0 => format!("{} s", ms / 1_000),
        ms => format!("{ms} ms"),
    }
}
