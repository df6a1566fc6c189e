//! When a credential is in cooldown after a failure, and for which models.
//!
//! The state is the existing product's `usageStats` entry with optional finer additions. A limit
//! of one model is kept in [`UsageStats::models`] and deliberately *not* in
//! [`UsageStats::cooldown_until`]: that field blocks the whole profile, and one model's rate limit
//! must not block the others. A program that knows only the old fields then simply meets the limit
//! itself. Whatever another program wrote into the old fields is honoured.

mod policy;

pub use policy::{CooldownSettings, Policy};

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use crate::failure::{Failure, FailureKind};
use crate::time::Timestamp;

/// How long a credential is in cooldown after the first, second and every further failure in a row.
pub const STEPS: [Duration; 3] = [
    Duration::from_secs(30),
    Duration::from_secs(60),
    Duration::from_secs(300),
];

/// What is remembered of one credential's use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UsageStats {
    /// Last success.
    pub last_used: Option<Timestamp>,
    /// Failures in a row that concern the whole profile.
    pub error_count: u32,
    /// Failures by kind since the last success, within the failure window.
    pub failure_counts: BTreeMap<String, u32>,
    /// Last failure.
    pub last_failure_at: Option<Timestamp>,
    /// The profile is in cooldown until then; only for [`Self::cooldown_model`] where that is set.
    pub cooldown_until: Option<Timestamp>,
    /// The one model that `cooldown_until` is about. Read, never written, by this program.
    pub cooldown_model: Option<String>,
    /// Kind of the failure behind `cooldown_until`.
    pub cooldown_reason: Option<String>,
    /// The profile is out of use until then.
    pub disabled_until: Option<Timestamp>,
    /// Why it is, such as `billing`.
    pub disabled_reason: Option<String>,
    /// Cooldowns of single models, by the provider's model id.
    pub models: BTreeMap<String, ModelCooldown>,
}

/// What is remembered of one credential's use with one model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelCooldown {
    /// The pair is in cooldown until then.
    pub until: Timestamp,
    /// Kind of the failure behind it.
    pub reason: String,
    /// Failures in a row.
    pub error_count: u32,
}

/// How much of a credential is in cooldown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CoolingScope {
    /// All of it: a cooldown.
    Profile,
    /// All of it, for long: no credit.
    Disabled,
    /// Its use with this model.
    Model(String),
}

/// A credential that may not be used now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cooling {
    /// Usable again from here on.
    pub until: Timestamp,
    /// Kind of the failure behind it, as stored.
    pub reason: String,
    /// What is in cooldown.
    pub scope: CoolingScope,
}

impl Cooling {
    /// Returns a short phrase for the reason, such as `rate limited`.
    #[must_use]
    pub fn phrase(&self) -> &str {
        match FailureKind::from_name(&self.reason) {
            Some(kind) => kind.phrase(),
            None => &self.reason,
        }
    }
}

impl fmt::Display for Cooling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verb = if self.scope == CoolingScope::Disabled {
            "disabled"
        } else {
            "in cooldown"
        };
        write!(f, "{verb}: {}", self.phrase())
    }
}

/// What a failure of some kind makes rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Penalty {
    /// Nothing: the request, the network or the caller was the cause.
    None,
    /// The credential's use with this model, by the steps.
    Model,
    /// The credential, by the steps.
    Profile,
    /// The credential, for hours.
    Disabled,
}

/// Returns what a failure of this kind makes rest.
#[must_use]
pub fn penalty(kind: FailureKind) -> Penalty {
    use FailureKind as Kind;
    match kind {
        Kind::RateLimit
        | Kind::Overloaded
        | Kind::Timeout
        | Kind::Server
        | Kind::ModelNotFound
        | Kind::Permission => Penalty::Model,
        Kind::Auth => Penalty::Profile,
        Kind::Billing => Penalty::Disabled,
        Kind::Network
        | Kind::ContextOverflow
        | Kind::BadRequest
        | Kind::ContentFilter
        | Kind::Format
        | Kind::Aborted
        | Kind::Other => Penalty::None,
    }
}

/// Returns whether a credential may be used now: with `model`, or at all when that is `None`.
///
/// # Errors
/// The cooldown that lasts longest.
pub fn usable(stats: &UsageStats, model: Option<&str>, now: Timestamp) -> Result<(), Cooling> {
    let concerns = |scope: &CoolingScope| match scope {
        CoolingScope::Model(in_cooldown) => {
            model.is_some_and(|model| same_model(in_cooldown, model))
        }
        CoolingScope::Profile | CoolingScope::Disabled => true,
    };
    let longest = active(stats, now)
        .into_iter()
        .filter(|cooling| concerns(&cooling.scope))
        .max_by_key(|cooling| cooling.until);
    longest.map_or(Ok(()), Err)
}

/// Later releases of the existing product may write the whole reference.
fn same_model(in_cooldown: &str, model: &str) -> bool {
    in_cooldown == model
        || in_cooldown
            .strip_suffix(model)
            .is_some_and(|head| head.ends_with('/'))
}

/// Returns every cooldown of a credential that is in force, soonest end first.
#[must_use]
pub fn active(stats: &UsageStats, now: Timestamp) -> Vec<Cooling> {
    let named = |reason: &Option<String>, default: &str| {
        reason.clone().unwrap_or_else(|| default.to_owned())
    };
    let mut found = Vec::new();
    if let Some(until) = stats.cooldown_until {
        let scope = stats
            .cooldown_model
            .clone()
            .map_or(CoolingScope::Profile, CoolingScope::Model);
        // The existing product writes no reason; a rate limit is its commonest one.
        found.push(Cooling {
            until,
            reason: named(&stats.cooldown_reason, "rate_limit"),
            scope,
        });
    }
    if let Some(until) = stats.disabled_until {
        let reason = named(&stats.disabled_reason, "billing");
        found.push(Cooling {
            until,
            reason,
            scope: CoolingScope::Disabled,
        });
    }
    for (model, ModelCooldown { until, reason, .. }) in &stats.models {
        let scope = CoolingScope::Model(model.clone());
        found.push(Cooling {
            until: *until,
            reason: reason.clone(),
            scope,
        });
    }
    found.retain(|cooling| now < cooling.until);
    found.sort_by_key(|cooling| cooling.until);
    found
}

/// Returns the state after a failed call with `model`.
///
/// A step counts as a further one only while the last cooldown of the same scope is in force, as
/// with requests sent at the same time; a failure after its end starts at the first step. What
/// the server asks to wait is a minimum, or for billing the exact time. Kinds without a
/// [`penalty`] leave the state as it was.
#[must_use]
pub fn after_failure(
    stats: &UsageStats,
    model: &str,
    failure: &Failure,
    now: Timestamp,
    policy: &Policy,
) -> UsageStats {
    let mut next = stats.clone();
    let kind = failure.kind;
    let scope = penalty(kind);
    if scope == Penalty::None {
        return next;
    }
    let stale = |at: Timestamp| at.until(now) > policy.failure_window;
    if stats.last_failure_at.is_some_and(stale) {
        next.failure_counts.clear();
    }
    next.last_failure_at = Some(now);
    let count = next
        .failure_counts
        .entry(kind.name().to_owned())
        .or_default();
    *count = count.saturating_add(1);

    let wait = failure.retry_after;
    let billing = wait.unwrap_or_else(|| policy.billing_cooldown(*count));
    let stepped = |failures| step(failures).max(wait.unwrap_or_default());
    match scope {
        Penalty::Disabled if !policy.billing_per_model => {
            next.disabled_until = later(stats.disabled_until, now.plus(billing));
            next.disabled_reason = Some(kind.name().to_owned());
        }
        Penalty::Profile => {
            // A cooldown of a single model does not count towards one of the profile.
            let running = stats.cooldown_until.filter(|until| now < *until);
            let running = running.filter(|_| stats.cooldown_model.is_none());
            next.error_count = counted(running.map(|_| stats.error_count));
            next.cooldown_until = later(running, now.plus(stepped(next.error_count)));
            next.cooldown_model = None;
            next.cooldown_reason = Some(kind.name().to_owned());
        }
        Penalty::Model | Penalty::Disabled | Penalty::None => {
            let running = stats
                .models
                .get(model)
                .filter(|in_cooldown| now < in_cooldown.until);
            let error_count = counted(running.map(|in_cooldown| in_cooldown.error_count));
            let rest = if scope == Penalty::Disabled {
                billing
            } else {
                stepped(error_count)
            };
            let end = now.plus(rest);
            let until = running.map_or(end, |in_cooldown| in_cooldown.until.max(end));
            let reason = kind.name().to_owned();
            next.models.retain(|_, in_cooldown| now < in_cooldown.until);
            next.models.insert(
                model.to_owned(),
                ModelCooldown {
                    until,
                    reason,
                    error_count,
                },
            );
        }
    }
    next
}

fn counted(running: Option<u32>) -> u32 {
    running.unwrap_or(0).saturating_add(1)
}

fn step(failures: u32) -> Duration {
    let index = usize::try_from(failures.saturating_sub(1)).unwrap_or(usize::MAX);
    STEPS[index.min(STEPS.len() - 1)]
}

fn later(running: Option<Timestamp>, end: Timestamp) -> Option<Timestamp> {
    Some(running.map_or(end, |running| running.max(end)))
}

/// Returns the state after a successful call with `model`: the profile is good again, and so is
/// its use with this model. Cooldowns of other models stay.
#[must_use]
pub fn after_success(stats: &UsageStats, model: &str, now: Timestamp) -> UsageStats {
    let mut next = stats.clone();
    next.last_used = Some(now);
    next.error_count = 0;
    next.failure_counts.clear();
    next.disabled_until = None;
    next.disabled_reason = None;
    if next
        .cooldown_model
        .as_ref()
        .is_none_or(|in_cooldown| same_model(in_cooldown, model))
    {
        next.cooldown_until = None;
        next.cooldown_model = None;
        next.cooldown_reason = None;
    }
    next.models
        .retain(|in_cooldown, cooldown| !same_model(in_cooldown, model) && now < cooldown.until);
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
        next.cooldown_until = None;
        next.cooldown_model = None;
        next.cooldown_reason = None;
    }
    next
}
