//! The health of stored credentials, what a check of them comes to, and what speaks against a
//! configured model.

mod marks;

pub use marks::{Facts, Mark, marks};

use std::time::Duration;

use crate::cooldown::{Cooling, CoolingScope, UsageStats, usable};
use crate::credential::{Credential, Profile, ProviderId};
use crate::failure::FailureKind;
use crate::time::Timestamp;

/// A credential that expires within this time is reported as expiring.
pub const EXPIRY_WARNING: Duration = Duration::from_secs(7 * 24 * 3600);

/// The health of a profile or provider, from best to worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Health {
    /// Does not expire.
    Static,
    /// Valid, or renewable.
    Ok,
    /// Expires soon and cannot be renewed.
    Expiring,
    /// Has expired and cannot be renewed.
    Expired,
    /// Holds nothing usable.
    Missing,
}

impl Health {
    /// Returns the name used in `--json`, as in the existing product.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Static => "static",
            Self::Ok => "ok",
            Self::Expiring => "expiring",
            Self::Expired => "expired",
            Self::Missing => "missing",
        }
    }
}

/// The status shown to people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Can be used.
    Active,
    /// Can be used, but not for long.
    Expiring,
    /// In cooldown after a failure, with every model.
    Cooldown,
    /// The provider refused it when it was last used.
    Rejected,
    /// Cannot be used: it has expired.
    Expired,
    /// Cannot be used for another reason: no credit, or nothing in it.
    Disabled,
}

impl Status {
    /// Every status, from best to worst.
    pub const ALL: [Self; 6] = [
        Self::Active,
        Self::Expiring,
        Self::Cooldown,
        Self::Rejected,
        Self::Expired,
        Self::Disabled,
    ];

    /// Returns the word, as documented.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Expiring => "expiring",
            Self::Cooldown => "cooldown",
            Self::Rejected => "rejected",
            Self::Expired => "expired",
            Self::Disabled => "disabled",
        }
    }
}

/// What is known of one stored profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileHealth {
    /// Its health by content and time.
    pub health: Health,
    /// The word for people, cooldowns included.
    pub status: Status,
    /// When it expires, where it does.
    pub expires_at: Option<Timestamp>,
    /// Milliseconds until then; negative afterwards.
    pub remaining_ms: Option<i64>,
    /// The cooldown of the whole profile, while in force.
    pub cooling: Option<Cooling>,
}

/// Returns the health of a stored profile.
///
/// A login that can be renewed is `ok` even when its access token has expired, unless its last
/// renewal failed.
#[must_use]
pub fn profile_health(
    profile: &Profile,
    usage: Option<&UsageStats>,
    refresh_failed: bool,
    now: Timestamp,
    warning: Duration,
) -> ProfileHealth {
    let blank = |text: &str| text.trim().is_empty();
    let elsewhere = profile.reference.is_some() && profile.lost.is_none();
    // Zero is how some files say that there is no expiry.
    let expires_at = profile.credential.expires().filter(|expires| expires.0 > 0);
    let by_time = |expires: Timestamp| {
        if expires <= now {
            Health::Expired
        } else if now.until(expires) <= warning {
            Health::Expiring
        } else {
            Health::Ok
        }
    };
    let health = match &profile.credential {
        _ if profile.credential.unsendable().is_some() => Health::Missing,
        Credential::ApiKey { key } if blank(key.expose()) && !elsewhere => Health::Missing,
        Credential::Token { token, .. } if blank(token.expose()) && !elsewhere => Health::Missing,
        Credential::ApiKey { .. } => Health::Static,
        // Nobody knows how long it is good for, so it is not one that never expires.
        Credential::Token { .. } if profile.odd_expiry => Health::Expiring,
        Credential::Token { .. } => expires_at.map_or(Health::Static, by_time),
        Credential::Oauth { refresh, .. } if !blank(refresh.expose()) && !refresh_failed => {
            Health::Ok
        }
        Credential::Oauth { access, .. } if blank(access.expose()) => Health::Missing,
        Credential::Oauth { .. } if profile.odd_expiry => Health::Expiring,
        Credential::Oauth { .. } => expires_at.map_or(Health::Missing, by_time),
    };
    let cooling = usage.and_then(|stats| usable(stats, None, now).err());
    let disabled = cooling
        .as_ref()
        .is_some_and(|cooling| cooling.scope == CoolingScope::Disabled);
    let status = match health {
        Health::Expired => Status::Expired,
        Health::Missing => Status::Disabled,
        _ if disabled => Status::Disabled,
        _ if cooling.is_some() => Status::Cooldown,
        _ if refresh_failed => Status::Rejected,
        Health::Expiring => Status::Expiring,
        Health::Static | Health::Ok => Status::Active,
    };
    let remaining_ms = expires_at.map(|expires| {
        let signed = |at: Timestamp| i64::try_from(at.0).unwrap_or(i64::MAX);
        signed(expires).saturating_sub(signed(now))
    });
    ProfileHealth {
        health,
        status,
        expires_at,
        remaining_ms,
        cooling,
    }
}

/// Whether the provider refused the credential when it was last tried. A success forgets the
/// failures before it, so those that are remembered are of the last attempts.
#[must_use]
pub fn refused(usage: Option<&UsageStats>) -> bool {
    usage.is_some_and(|usage| usage.failure_counts.contains_key(FailureKind::Auth.name()))
}

/// Returns the health of a provider from that of its profiles. Those that do not expire count
/// only when there are no others; no profile at all is `missing`.
#[must_use]
pub fn provider_health(profiles: impl IntoIterator<Item = Health>) -> Health {
    let worst = profiles.into_iter().max();
    match worst {
        None => Health::Missing,
        Some(Health::Missing) => Health::Expired,
        Some(worst) => worst,
    }
}

/// What `--check` comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Check {
    /// Every credential is valid.
    Valid,
    /// Some expire soon.
    Expiring,
    /// Some have expired, or a provider in use has none.
    Failing,
}

impl Check {
    /// Returns the documented exit code.
    #[must_use]
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Valid => 0,
            Self::Failing => 1,
            Self::Expiring => 2,
        }
    }
}

/// Returns what a check comes to: over all stored profiles, and the providers in use that have no
/// credential of any kind. Cooldowns do not count: they end by themselves.
#[must_use]
pub fn check(profiles: impl IntoIterator<Item = Health>, missing_in_use: &[ProviderId]) -> Check {
    if !missing_in_use.is_empty() {
        return Check::Failing;
    }
    let verdict = |health| match health {
        Health::Static | Health::Ok => Check::Valid,
        Health::Expiring => Check::Expiring,
        Health::Expired | Health::Missing => Check::Failing,
    };
    profiles
        .into_iter()
        .map(verdict)
        .max()
        .unwrap_or(Check::Valid)
}

/// Returns a duration in its one fitting unit, rounded: `41 s`, `5 min`, `3 h`, `12 d`.
#[must_use]
pub fn rough_duration(duration: Duration) -> String {
    let half = u64::from(duration.subsec_millis() >= 500);
    let seconds = duration.as_secs().saturating_add(half);
    let in_units = |unit: u64| seconds.saturating_add(unit / 2) / unit;
    if seconds < 60 {
        format!("{seconds} s")
    } else if in_units(60) < 60 {
        format!("{} min", in_units(60))
    } else if in_units(3600) < 48 {
        format!("{} h", in_units(3600))
    } else {
        format!("{} d", in_units(86_400))
    }
}

/// Returns when something ends or ended: `in 12 d`, `3 d ago`.
#[must_use]
pub fn relative(now: Timestamp, end: Timestamp) -> String {
    if now < end {
        format!("in {}", rough_duration(now.until(end)))
    } else {
        format!("{} ago", rough_duration(end.until(now)))
    }
}

/// Returns the expiry of a credential for people: `expires in 12 d`, `expired 3 d ago`.
#[must_use]
pub fn expiry_phrase(now: Timestamp, expires: Timestamp) -> String {
    let verb = if now < expires { "expires" } else { "expired" };
    format!("{verb} {}", relative(now, expires))
}
