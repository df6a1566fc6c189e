//! The flags of probing: read and checked, also where nothing is probed.

use std::num::NonZeroUsize;
use std::time::Duration;

use openclaw_core::credential::ProfileId;

use crate::render::Form;
use openclaw_router::{Failure, Kind};

/// Longest that one probe takes unless told otherwise.
pub(super) const LIMIT: Duration = Duration::from_millis(8_000);
/// The same for a local provider, which may have to load the model first.
pub(super) const LOCAL_LIMIT: Duration = Duration::from_millis(30_000);
/// Longest that can be asked for, in milliseconds: a day.
const LONGEST_MS: u64 = 86_400_000;
/// How many are asked at once unless told otherwise.
const AT_ONCE: usize = 2;
/// Most that are asked at once.
const MOST_AT_ONCE: u64 = 64;
/// Tokens that a model may generate unless told otherwise.
const MAX_TOKENS: u32 = 8;

/// The flags of probing.
#[derive(Debug, Default, clap::Args)]
pub struct ProbeArgs {
    /// Verify credentials with live requests (may cost tokens and hit rate limits)
    #[arg(long)]
    probe: bool,
    /// Probe one provider only
    #[arg(long, value_name = "NAME")]
    probe_provider: Option<String>,
    /// Probe these auth profiles only; with commas between them, or given several times
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    probe_profile: Vec<String>,
    /// Timeout of one probe, in milliseconds [default: 8000; local providers: 30000]
    #[arg(long, value_name = "MS", allow_hyphen_values = true)]
    probe_timeout: Option<String>,
    /// Max concurrent probes [default: 2]
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    probe_concurrency: Option<String>,
    /// Max tokens of one probe [default: 8]
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    probe_max_tokens: Option<String>,
}

impl ProbeArgs {
    /// Whether any of them was given.
    pub(in crate::commands::models::status) fn is_given(&self) -> bool {
        self.probe || self.has_details()
    }

    fn has_details(&self) -> bool {
        self.probe_provider.is_some()
            || !self.probe_profile.is_empty()
            || self.probe_timeout.is_some()
            || self.probe_concurrency.is_some()
            || self.probe_max_tokens.is_some()
    }

    /// Returns these flags, with those before the command's name where they are not given.
    pub(in crate::commands::models::status) fn or(self, before: Self) -> Self {
        let profiles = if self.probe_profile.is_empty() {
            before.probe_profile
        } else {
            self.probe_profile
        };
        Self {
            probe: self.probe || before.probe,
            probe_provider: self.probe_provider.or(before.probe_provider),
            probe_profile: profiles,
            probe_timeout: self.probe_timeout.or(before.probe_timeout),
            probe_concurrency: self.probe_concurrency.or(before.probe_concurrency),
            probe_max_tokens: self.probe_max_tokens.or(before.probe_max_tokens),
        }
    }

    /// Reads the flags, also those that are not going to be used.
    ///
    /// # Errors
    /// When one has no usable value, or the form has no place for what probes find.
    pub(in crate::commands::models::status) fn checked(
        self,
        form: Form,
    ) -> Result<ProbeRequest, Failure> {
        let number = |flag: &str, rule: &str, example: u64, text: &Option<String>| {
            let Some(text) = text else {
                return Ok::<_, Failure>(None);
            };
            let number = positive(text).ok_or_else(|| {
                Failure::new(Kind::Usage, format!("{flag} must be {rule}"))
                    .detail(format!("it was given `{}`", text.trim()))
                    .hint(format!(
                        "write a number, as in `openclaw models status --probe {flag} {example}`"
                    ))
            })?;
            Ok(Some(number))
        };
        let limit = number(
            "--probe-timeout",
            "a positive number (ms).",
            8_000,
            &self.probe_timeout,
        )?;
        let at_once = number("--probe-concurrency", "> 0.", 2, &self.probe_concurrency)?;
        let max_tokens = number("--probe-max-tokens", "> 0.", 8, &self.probe_max_tokens)?;
        if self.probe && form == Form::Plain {
            return Err(
                Failure::new(Kind::Usage, "--probe cannot be used with --plain output.")
                    .hint("take `--json`, as in `openclaw models status --probe --json`"),
            );
        }
        let at_once = at_once.map_or(AT_ONCE, |count| {
            usize::try_from(count.min(MOST_AT_ONCE)).unwrap_or(AT_ONCE)
        });
        let unused = !self.probe && self.has_details();
        Ok(ProbeRequest {
            probe: self.probe,
            unused,
            provider: self.probe_provider,
            profiles: self
                .probe_profile
                .iter()
                .map(|id| id.trim())
                .filter(|id| !id.is_empty())
                .map(ProfileId::new)
                .collect(),
            limit: limit.map(|ms| Duration::from_millis(ms.min(LONGEST_MS))),
            at_once: NonZeroUsize::new(at_once).unwrap_or(NonZeroUsize::MIN),
            max_tokens: max_tokens
                .map_or(MAX_TOKENS, |count| u32::try_from(count).unwrap_or(u32::MAX)),
        })
    }
}

/// Returns a number of at least 1, without its fraction.
fn positive(text: &str) -> Option<u64> {
    let number = text.trim().parse::<f64>().ok()?;
    let fits = (1.0..=9e15).contains(&number);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it was found to be in the range"
    )]
    fits.then_some(number as u64)
}

/// What is to be probed, and how.
pub(in crate::commands::models::status) struct ProbeRequest {
    pub(super) probe: bool,
    pub(super) unused: bool,
    pub(super) provider: Option<String>,
    pub(super) profiles: Vec<ProfileId>,
    pub(super) limit: Option<Duration>,
    pub(super) at_once: NonZeroUsize,
    pub(super) max_tokens: u32,
}

#[cfg(test)]
mod tests {
    use super::positive;

    #[test]
    fn numbers_are_at_least_one() {
        assert_eq!(positive("8000"), Some(8000));
        assert_eq!(positive(" 2.9 "), Some(2));
        for wrong in ["0", "-1", "0.5", "", "x", "NaN", "inf", "1e300", "8s"] {
            assert_eq!(positive(wrong), None, "{wrong}");
        }
    }
}
