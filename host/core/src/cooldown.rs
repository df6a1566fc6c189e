//! When a credential is in cooldown after a failure, and for which models.
//!
//! The state is the existing product's `usageStats` entry with optional finer additions. A limit
//! of one model is kept in [`UsageStats::models`] and deliberately *not* in
//! [`UsageStats::cooldown_until`]: that field blocks the whole profile, and one model's rate limit
//! must not block the others. A program that knows only the old fields then simply meets the limit
//! itself. Whatever another program wrote into the old fields is honoured.

mod outcome;
mod policy;

pub use outcome::{Interval, after_failure, after_success, clear, clear_model};
pub use policy::{CooldownSettings, Policy};

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use crate::failure::FailureKind;
use crate::time::Timestamp;

/// How long a credential is in cooldown after the first, second and every further failure in a row.
pub const STEPS: [Duration; 3] = [
    Duration::from_secs(30),
    Duration::from_secs(60),
    Duration::from_secs(300),
];

/// A failure that follows the end of a cooldown within this time is one more in a row; one that
/// comes later starts at the first step again.
pub const IN_A_ROW: Duration = Duration::from_secs(300);

/// Longest cooldown that is ever set, whatever a server asks for.
pub const LONGEST: Duration = Duration::from_secs(31 * 24 * 3600);

/// How far two clocks may be apart before one of them counts as wrong.
pub const CLOCK_SKEW: Duration = Duration::from_secs(24 * 3600);

/// Whether a stored end is later than any that is ever set, as after a clock was wrong.
#[must_use]
pub fn is_too_late(until: Timestamp, now: Timestamp) -> bool {
    until > now.plus(LONGEST + CLOCK_SKEW)
}

/// How far ahead of this clock another may be that writes into the same file.
const AHEAD: Duration = Duration::from_secs(300);

/// Whether something that has happened is stored as if it were yet to come, as by a clock that was
/// wrong. It then counts as never having happened: waiting for it would stop the turns of the
/// credentials until then.
#[must_use]
pub fn is_ahead(at: Timestamp, now: Timestamp) -> bool {
    at > now.plus(AHEAD)
}

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
    /// When the failure came that began `cooldown_until`. The existing product does not write it.
    pub cooldown_since: Option<Timestamp>,
    /// The one model that `cooldown_until` is about. Read, never written, by this program.
    pub cooldown_model: Option<String>,
    /// Kind of the failure behind `cooldown_until`.
    pub cooldown_reason: Option<String>,
    /// The profile is out of use until then.
    pub disabled_until: Option<Timestamp>,
    /// When the failure came that began `disabled_until`. The existing product does not write it.
    pub disabled_since: Option<Timestamp>,
    /// Why it is, such as `billing`.
    pub disabled_reason: Option<String>,
    /// Cooldowns of single models, by the provider's model id.
    pub models: BTreeMap<String, ModelCooldown>,
}

impl UsageStats {
    /// Forgets what `cooldown_until` stands for.
    fn end_cooldown(&mut self) {
        self.cooldown_until = None;
        self.cooldown_since = None;
        self.cooldown_model = None;
        self.cooldown_reason = None;
    }
}

/// What is remembered of one credential's use with one model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelCooldown {
    /// The pair is in cooldown until then.
    pub until: Timestamp,
    /// When the failure came that began the cooldown.
    pub since: Option<Timestamp>,
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
    /// Returns what it is in one word, as in the existing product: `cooldown` or `disabled`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        if self.scope == CoolingScope::Disabled {
            "disabled"
        } else {
            "cooldown"
        }
    }

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

/// What a failure of some kind puts into cooldown.
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

/// Returns what a failure of this kind puts into cooldown.
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
        // What is wrong is with the place that keeps it, and may be right in a moment.
        Kind::CredentialUnavailable
        | Kind::Network
        | Kind::ContextOverflow
        | Kind::BadRequest
        | Kind::ContentFilter
        | Kind::Format
        | Kind::Unsupported
        | Kind::Replay
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
    found.retain(|cooling| now < cooling.until && !is_too_late(cooling.until, now));
    found.sort_by_key(|cooling| cooling.until);
    found
}
