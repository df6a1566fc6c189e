//! `auth`: which credentials there are, in which order they are tried, how long they rest. No
//! secrets: those are in [`super::profiles`].

use super::Pairs;
use super::agents::order;
use super::reader::{At, Reader};

/// `auth`
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Auth {
    /// `auth.profiles`
    pub profiles: Pairs<ProfileNote>,
    /// `auth.order`: profile ids by provider.
    pub order: Pairs<Vec<String>>,
    /// `auth.cooldowns`
    pub cooldowns: Cooldowns,
}

/// What the config says of a profile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProfileNote {
    /// `provider`
    pub provider: Option<String>,
    /// `mode`, as written.
    pub mode: Option<String>,
    /// `email`
    pub email: Option<String>,
}

/// `auth.cooldowns`; all are above 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cooldowns {
    /// `billingBackoffHours`
    pub billing_backoff_hours: Option<f64>,
    /// `billingBackoffHoursByProvider`
    pub billing_backoff_hours_by_provider: Pairs<f64>,
    /// `billingMaxHours`
    pub billing_max_hours: Option<f64>,
    /// `failureWindowHours`
    pub failure_window_hours: Option<f64>,
}

impl Auth {
    pub(super) fn read(reader: &mut Reader<'_>, at: At<'_>) -> Self {
        let Some(at) = reader.object(at, &["profiles", "order", "cooldowns"]) else {
            return Self::default();
        };
        Self {
            profiles: at
                .get("profiles")
                .map(|at| reader.pairs(at, note))
                .unwrap_or_default(),
            order: at
                .get("order")
                .map(|at| order(reader, at))
                .unwrap_or_default(),
            cooldowns: at
                .get("cooldowns")
                .and_then(|at| cooldowns(reader, at))
                .unwrap_or_default(),
        }
    }
}

fn note(reader: &mut Reader<'_>, at: At<'_>) -> Option<ProfileNote> {
    let at = reader.object(at, &["provider", "mode", "email"])?;
    Some(ProfileNote {
        provider: at.get("provider").and_then(|at| reader.text(at)),
        mode: at.get("mode").and_then(|at| reader.text(at)),
        email: at.get("email").and_then(|at| reader.text(at)),
    })
}

fn cooldowns(reader: &mut Reader<'_>, at: At<'_>) -> Option<Cooldowns> {
    const BY_PROVIDER: &str = "billingBackoffHoursByProvider";
    let known = [
        "billingBackoffHours",
        BY_PROVIDER,
        "billingMaxHours",
        "failureWindowHours",
    ];
    let at = reader.object(at, &known)?;
    Some(Cooldowns {
        billing_backoff_hours: at
            .get("billingBackoffHours")
            .and_then(|at| reader.positive(at)),
        billing_backoff_hours_by_provider: at
            .get(BY_PROVIDER)
            .map(|at| reader.pairs(at, Reader::positive))
            .unwrap_or_default(),
        billing_max_hours: at.get("billingMaxHours").and_then(|at| reader.positive(at)),
        failure_window_hours: at
            .get("failureWindowHours")
            .and_then(|at| reader.positive(at)),
    })
}
