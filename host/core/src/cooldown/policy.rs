//! The waiting rules of a provider, from the config.

use std::time::Duration;

use super::STEPS;
use crate::credential::ProviderId;
use crate::model_ref::normalize_provider;

const HOUR: Duration = Duration::from_secs(3600);

/// The `auth.cooldowns` keys of the config.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CooldownSettings {
    /// `billingBackoffHours`.
    pub billing_backoff_hours: Option<f64>,
    /// `billingBackoffHoursByProvider`, keys as written.
    pub billing_backoff_hours_by_provider: Vec<(String, f64)>,
    /// `billingMaxHours`.
    pub billing_max_hours: Option<f64>,
    /// `failureWindowHours`.
    pub failure_window_hours: Option<f64>,
}

/// The waiting rules of one provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// First cooldown after a billing failure; doubles with each further one.
    pub billing_backoff: Duration,
    /// Longest cooldown after a billing failure.
    pub billing_max: Duration,
    /// Billing failures further apart than this do not add up.
    pub failure_window: Duration,
    /// Whether a billing failure concerns only the model: resellers keep pools of their own for
    /// each upstream, and "no credit" for one says nothing about the next.
    pub billing_per_model: bool,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            billing_backoff: 5 * HOUR,
            billing_max: 24 * HOUR,
            failure_window: 24 * HOUR,
            billing_per_model: false,
        }
    }
}

impl Policy {
    /// Returns the rules of a provider, of which its manifest says whether it bills each model
    /// apart. Settings that are no positive number count as not set.
    #[must_use]
    pub fn for_provider(
        settings: &CooldownSettings,
        provider: &ProviderId,
        billing_per_model: bool,
    ) -> Self {
        let defaults = Self::default();
        let own = settings
            .billing_backoff_hours_by_provider
            .iter()
            .find(|(key, _)| normalize_provider(key) == *provider)
            .map(|(_, hours)| *hours);
        let backoff = own
            .and_then(hours)
            .or(settings.billing_backoff_hours.and_then(hours));
        Self {
            billing_backoff: backoff.unwrap_or(defaults.billing_backoff).max(STEPS[1]),
            billing_max: settings
                .billing_max_hours
                .and_then(hours)
                .unwrap_or(defaults.billing_max),
            failure_window: settings
                .failure_window_hours
                .and_then(hours)
                .unwrap_or(defaults.failure_window),
            billing_per_model,
        }
    }

    pub(super) fn billing_cooldown(&self, failures: u32) -> Duration {
        let factor = 2_u32.saturating_pow(failures.saturating_sub(1).min(10));
        self.billing_backoff
            .saturating_mul(factor)
            .min(self.longest_billing())
    }

    /// Returns the longest cooldown for want of credit, whoever asks for it.
    pub(super) fn longest_billing(&self) -> Duration {
        self.billing_max.max(self.billing_backoff)
    }
}

fn hours(number: f64) -> Option<Duration> {
    let seconds = number * 3600.0;
    (number > 0.0)
        .then(|| Duration::try_from_secs_f64(seconds).ok())
        .flatten()
}
