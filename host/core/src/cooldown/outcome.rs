//! What an attempt does to what is remembered of its credential.
//!
//! Attempts overlap: many processes use one credential at once. A failure of an attempt that was
//! under way when a cooldown began is the same failure, seen once more; it lengthens nothing, but
//! for a longer wait that the server asks for. A success of such an attempt says nothing about the
//! cooldown either, which stays.

use std::time::Duration;

use super::{
    IN_A_ROW, LONGEST, ModelCooldown, Penalty, Policy, STEPS, UsageStats, is_ahead, is_too_late,
    penalty, same_model,
};
use crate::failure::{Failure, FailureKind};
use crate::time::Timestamp;

/// Shortest cooldown: a server that asks for none at all is asked again by the next run.
const SHORTEST: Duration = Duration::from_secs(1);

/// Longest cooldown that a server can ask for with what is neither a quota nor credit.
const A_DAY: Duration = Duration::from_secs(24 * 3600);

/// When an attempt began and when it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval {
    /// When the request was made.
    pub begun: Timestamp,
    /// When its answer or failure was known.
    pub ended: Timestamp,
}

/// A cooldown as it stands: when it ends, when it began, and which failure in a row it is.
#[derive(Clone, Copy)]
struct Standing {
    until: Timestamp,
    since: Option<Timestamp>,
    count: u32,
}

impl Standing {
    /// Whether an attempt was under way already when this began, so that its failure is the same.
    fn covers(&self, attempt: Interval) -> bool {
        match self.since {
            Some(since) => attempt.begun <= since,
            // Nothing in cooldown is asked, so the attempt began before the cooldown.
            None => attempt.ended < self.until,
        }
    }

    /// Returns the cooldown after one more failure. `wait` is what the server asked for; `step`
    /// gives the wait for a count.
    fn after(
        standing: Option<Self>,
        attempt: Interval,
        wait: Option<Duration>,
        step: impl Fn(u32) -> Duration,
    ) -> Self {
        let now = attempt.ended;
        let end = |count: u32| {
            let length = wait.map_or_else(|| step(count), |wait| wait.max(SHORTEST));
            now.plus(length.min(LONGEST))
        };
        match standing {
            Some(same) if same.covers(attempt) => Self {
                until: match wait {
                    None if now < same.until => same.until,
                    _ => same.until.max(end(same.count)),
                },
                ..same
            },
            Some(before) if now <= before.until.plus(IN_A_ROW) => {
                let count = before.count.saturating_add(1);
                Self {
                    until: before.until.max(end(count)),
                    since: Some(now),
                    count,
                }
            }
            _ => Self {
                until: end(1),
                since: Some(now),
                count: 1,
            },
        }
    }
}

/// Returns the state after a failed call with `model`.
///
/// A failure counts as one more in a row when it comes within [`IN_A_ROW`] of the end of the last
/// cooldown of the same scope, and not at all when its attempt was under way as that cooldown
/// began. A wait that the server states is the wait, shorter or longer than the step. Kinds without
/// a [`penalty`] leave the state as it was.
#[must_use]
pub fn after_failure(
    stats: &UsageStats,
    model: &str,
    failure: &Failure,
    attempt: Interval,
    policy: &Policy,
) -> UsageStats {
    let now = attempt.ended;
    let stats = &believed(stats, now);
    let mut next = stats.clone();
    let name = failure.kind.name();
    let scope = match penalty(failure.kind) {
        Penalty::None => return next,
        Penalty::Disabled if policy.billing_per_model => Penalty::Model,
        scope => scope,
    };
    let is_billing = penalty(failure.kind) == Penalty::Disabled;
    let stale = |at: Timestamp| at.until(now) > policy.failure_window;
    if stats.last_failure_at.is_some_and(stale) {
        next.failure_counts.clear();
    }
    next.last_failure_at = Some(stats.last_failure_at.map_or(now, |last| last.max(now)));

    let standing = standing(stats, scope, model);
    let counted = standing.is_none_or(|standing| !standing.covers(attempt));
    let count = next.failure_counts.entry(name.to_owned()).or_default();
    if counted || *count == 0 {
        *count = count.saturating_add(1);
    }
    // Credit does not come back by itself within minutes: every failure of the window counts.
    let billing = policy.billing_cooldown(*count);
    let stated = failure
        .retry_after
        .map(|wait| wait.min(longest(failure.kind, policy)));
    let after = Standing::after(standing, attempt, stated, |count| {
        if is_billing { billing } else { step(count) }
    });
    match scope {
        Penalty::Disabled => {
            next.disabled_until = Some(after.until);
            next.disabled_since = after.since;
            next.disabled_reason = Some(name.to_owned());
        }
        Penalty::Profile => {
            next.error_count = after.count;
            next.cooldown_until = Some(after.until);
            next.cooldown_since = after.since;
            next.cooldown_model = None;
            next.cooldown_reason = Some(name.to_owned());
        }
        Penalty::Model | Penalty::None => {
            let recent = |cooldown: &ModelCooldown| now < cooldown.until.plus(IN_A_ROW);
            next.models.retain(|_, cooldown| recent(cooldown));
            let cooldown = ModelCooldown {
                until: after.until,
                since: after.since,
                reason: name.to_owned(),
                error_count: after.count,
            };
            next.models.insert(model.to_owned(), cooldown);
        }
    }
    next
}

/// Returns the last cooldown of a scope, over or not.
fn standing(stats: &UsageStats, scope: Penalty, model: &str) -> Option<Standing> {
    match scope {
        Penalty::None => None,
        Penalty::Disabled => Some(Standing {
            until: stats.disabled_until?,
            since: stats.disabled_since,
            count: 1,
        }),
        // A cooldown of a single model does not count towards one of the profile.
        Penalty::Profile if stats.cooldown_model.is_some() => None,
        Penalty::Profile => Some(Standing {
            until: stats.cooldown_until?,
            since: stats.cooldown_since,
            count: stats.error_count.max(1),
        }),
        Penalty::Model => stats.models.get(model).map(|cooldown| Standing {
            until: cooldown.until,
            since: cooldown.since,
            count: cooldown.error_count.max(1),
        }),
    }
}

/// Returns the state without what a wrong clock has left: ends that are later than any that is ever
/// set, and things that have happened at a time that is yet to come.
fn believed(stats: &UsageStats, now: Timestamp) -> UsageStats {
    let mut stats = stats.clone();
    let late = |until: &Timestamp| is_too_late(*until, now);
    stats.cooldown_until = stats.cooldown_until.filter(|until| !late(until));
    stats.disabled_until = stats.disabled_until.filter(|until| !late(until));
    stats.models.retain(|_, cooling| !late(&cooling.until));
    for past in [
        &mut stats.last_used,
        &mut stats.last_failure_at,
        &mut stats.cooldown_since,
        &mut stats.disabled_since,
    ]
    .into_iter()
    .chain(stats.models.values_mut().map(|cooling| &mut cooling.since))
    {
        *past = past.filter(|at| !is_ahead(*at, now));
    }
    stats
}

/// Returns the longest wait that a server may ask for with a failure of a kind. A quota may be one of
/// a month. Credit is back when somebody has paid, which no server knows before; the user has a word
/// in that. Whatever else is wrong is looked at again a day later.
fn longest(kind: FailureKind, policy: &Policy) -> Duration {
    match kind {
        FailureKind::RateLimit => LONGEST,
        FailureKind::Billing => policy.longest_billing(),
        _ => A_DAY,
    }
}

fn step(failures: u32) -> Duration {
    let index = usize::try_from(failures.saturating_sub(1)).unwrap_or(usize::MAX);
    STEPS[index.min(STEPS.len() - 1)]
}

/// Returns the state after a successful call with `model`: the profile is good again, and so is
/// its use with this model. Cooldowns of other models stay, and so do those that began after the
/// call did: it proves nothing about them.
#[must_use]
pub fn after_success(stats: &UsageStats, model: &str, attempt: Interval) -> UsageStats {
    let Interval { begun, ended } = attempt;
    let stats = &believed(stats, ended);
    let mut next = stats.clone();
    let older =
        |since: Option<Timestamp>| since.or(stats.last_failure_at).is_none_or(|at| at < begun);
    next.last_used = Some(stats.last_used.map_or(ended, |last| last.max(ended)));
    let whole = stats.cooldown_model.as_ref();
    let concerned = whole.is_none_or(|in_cooldown| same_model(in_cooldown, model));
    let cooldown_is_over =
        concerned && (stats.cooldown_until.is_none() || older(stats.cooldown_since));
    if cooldown_is_over {
        next.error_count = 0;
        next.end_cooldown();
    }
    let credit_is_back = stats.disabled_until.is_none() || older(stats.disabled_since);
    if credit_is_back {
        next.disabled_until = None;
        next.disabled_since = None;
        next.disabled_reason = None;
    }
    if stats.last_failure_at.is_none_or(|at| at <= begun) {
        next.failure_counts.clear();
    }
    next.models.retain(|in_cooldown, cooldown| {
        let cured = same_model(in_cooldown, model) && older(cooldown.since);
        !cured && ended < cooldown.until.plus(IN_A_ROW)
    });
    next
}

/// Returns the state without any cooldown or count; when it was last used and last failed stays.
#[must_use]
pub fn clear(stats: &UsageStats) -> UsageStats {
    UsageStats {
        last_used: stats.last_used,
        last_failure_at: stats.last_failure_at,
        ..UsageStats::default()
    }
}

/// Returns the state without the cooldowns of one model; whatever concerns the whole profile stays.
#[must_use]
pub fn clear_model(stats: &UsageStats, model: &str) -> UsageStats {
    let mut next = stats.clone();
    next.models.retain(|in_cooldown, _| {
        !same_model(in_cooldown, model) && !same_model(model, in_cooldown)
    });
    let only_this =
        |in_cooldown: &String| same_model(in_cooldown, model) || same_model(model, in_cooldown);
    if next.cooldown_model.as_ref().is_some_and(only_this) {
        next.end_cooldown();
    }
    next
}
