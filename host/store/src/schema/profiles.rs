//! The entries of `auth-profiles.json`, as JSON and as the core knows them.
//!
//! A conversion to JSON changes the known keys of the entry that is there and keeps the others.

use std::collections::BTreeMap;

use openclaw_core::cooldown::{ModelCooldown, UsageStats};
use openclaw_core::credential::{Credential, Mode, Profile, ProfileId};
use openclaw_core::credential_format::tidy;
use openclaw_core::model_ref::normalize_provider;
use openclaw_core::renewal::Renewal;
use openclaw_core::secret::Secret;
use openclaw_core::time::{Timestamp, parse_iso};
use serde_json::{Map, Value as Json, json};

use crate::secrets;

type Entry = Map<String, Json>;

/// Reads one entry of `profiles`; `None` if its type is unknown or it names no provider.
#[must_use]
pub fn profile(id: &str, entry: &Json) -> Option<Profile> {
    let provider = filled(entry, "provider")?;
    let secret = |key| Secret::new(tidy(text(entry, key).unwrap_or_default()).to_owned());
    let expires = time(entry, "expires").filter(|at| at.0 > 0);
    let credential = match Mode::from_name(text(entry, "type")?)? {
        Mode::ApiKey => Credential::ApiKey { key: secret("key") },
        Mode::Token => Credential::Token {
            token: secret("token"),
            expires,
        },
        Mode::Oauth => Credential::Oauth {
            access: secret("access"),
            refresh: secret("refresh"),
            expires,
        },
        Mode::AwsSdk => return None,
    };
    Some(Profile {
        id: ProfileId::new(id),
        provider: normalize_provider(provider),
        credential,
        reference: secrets::of_entry(entry).and_then(Result::ok),
        lost: None,
        email: filled(entry, "email").map(str::to_owned),
        account: filled(entry, "accountId").map(str::to_owned),
        odd_expiry: is_odd(entry, "expires"),
    })
}

/// Writes a profile over the entry it had. An entry of another type or provider leaves nothing.
#[must_use]
pub fn profile_entry(profile: &Profile, before: Option<&Json>) -> Json {
    let same = before
        .and_then(|entry| self::profile(profile.id.as_str(), entry))
        .is_some_and(|old| {
            old.provider == profile.provider && old.credential.mode() == profile.credential.mode()
        });
    let mut entry = match before {
        Some(Json::Object(entry)) if same => entry.clone(),
        _ => Map::new(),
    };
    let mut secrets = |kind: &str, values: &[(&str, &Secret<String>)]| {
        set(&mut entry, "type", Some(kind.into()));
        if !same {
            set(
                &mut entry,
                "provider",
                Some(profile.provider.as_str().into()),
            );
        }
        for (key, value) in values {
            set(&mut entry, key, Some(value.expose().as_str().into()));
        }
        if let Some((secret, place)) = secrets::places(profile.credential.mode()) {
            // A reference goes before a secret beside it, so there is one of them.
            let reference = profile.reference.as_ref();
            set(&mut entry, place, reference.map(secrets::to_json));
            if reference.is_some() {
                set(&mut entry, secret, None);
            }
        }
    };
    match &profile.credential {
        Credential::ApiKey { key } => secrets("api_key", &[("key", key)]),
        Credential::Token { token, .. } => secrets("token", &[("token", token)]),
        Credential::Oauth {
            access, refresh, ..
        } => {
            secrets("oauth", &[("access", access), ("refresh", refresh)]);
        }
    }
    if profile.credential.mode() != Mode::ApiKey {
        set_time(&mut entry, "expires", profile.credential.expires());
    }
    set(
        &mut entry,
        "email",
        profile.email.as_deref().map(Json::from),
    );
    if let Some(account) = &profile.account {
        set(&mut entry, "accountId", Some(account.as_str().into()));
    }
    Json::Object(entry)
}

/// The key of a login's entry that says that its renewal was begun.
pub const RENEWAL: &str = "renewal";

/// Reads the renewal of a login that was begun and not finished; `None` if there is none, or the
/// login has been replaced since.
#[must_use]
pub fn unfinished(id: &str, entry: &Json) -> Option<Renewal> {
    let begun = entry.get(RENEWAL)?;
    let renewal = Renewal {
        begun: time(begun, "begun")?,
        of: time(begun, "expires"),
    };
    let login = profile(id, entry)?.credential;
    renewal.concerns(&login).then_some(renewal)
}

/// Writes the intent to renew a login.
#[must_use]
pub fn renewal_entry(renewal: Renewal) -> Json {
    json!({ "begun": renewal.begun.0, "expires": renewal.of.map(|at| at.0) })
}

/// Reads one entry of `usageStats`.
#[must_use]
pub fn usage(entry: &Json) -> UsageStats {
    let word = |key| text(entry, key).map(str::to_owned);
    let counts = entry.get("failureCounts").and_then(Json::as_object);
    let models = entry.get("models").and_then(Json::as_object);
    UsageStats {
        last_used: time(entry, "lastUsed"),
        error_count: count(entry.get("errorCount")),
        failure_counts: counts
            .into_iter()
            .flatten()
            .map(|(kind, times)| (kind.clone(), count(Some(times))))
            .collect(),
        last_failure_at: time(entry, "lastFailureAt"),
        cooldown_until: time(entry, "cooldownUntil"),
        cooldown_since: time(entry, "cooldownSince"),
        cooldown_model: word("cooldownModel"),
        cooldown_reason: word("cooldownReason"),
        disabled_until: time(entry, "disabledUntil"),
        disabled_since: time(entry, "disabledSince"),
        disabled_reason: word("disabledReason"),
        models: models
            .into_iter()
            .flatten()
            .filter_map(|(model, entry)| Some((model.clone(), model_cooldown(entry)?)))
            .collect::<BTreeMap<_, _>>(),
    }
}

fn model_cooldown(entry: &Json) -> Option<ModelCooldown> {
    Some(ModelCooldown {
        until: time(entry, "until")?,
        since: time(entry, "since"),
        reason: text(entry, "reason").unwrap_or("unknown").to_owned(),
        error_count: count(entry.get("errorCount")),
    })
}

/// Writes usage over the entry it had. What is unset has no key, except `errorCount`, which the
/// existing product keeps at 0.
#[must_use]
pub fn usage_entry(usage: &UsageStats, before: Option<&Json>) -> Json {
    let mut entry = before
        .and_then(Json::as_object)
        .cloned()
        .unwrap_or_default();
    let word = |value: &Option<String>| value.as_deref().map(Json::from);
    set_time(&mut entry, "lastUsed", usage.last_used);
    set(&mut entry, "errorCount", Some(usage.error_count.into()));
    let counts: Entry = usage
        .failure_counts
        .iter()
        .map(|(kind, times)| (kind.clone(), (*times).into()))
        .collect();
    set(
        &mut entry,
        "failureCounts",
        (!counts.is_empty()).then_some(Json::Object(counts)),
    );
    set_time(&mut entry, "lastFailureAt", usage.last_failure_at);
    set_time(&mut entry, "cooldownUntil", usage.cooldown_until);
    set_time(&mut entry, "cooldownSince", usage.cooldown_since);
    set(&mut entry, "cooldownModel", word(&usage.cooldown_model));
    set(&mut entry, "cooldownReason", word(&usage.cooldown_reason));
    set_time(&mut entry, "disabledUntil", usage.disabled_until);
    set_time(&mut entry, "disabledSince", usage.disabled_since);
    set(&mut entry, "disabledReason", word(&usage.disabled_reason));

    let known = entry
        .get("models")
        .and_then(Json::as_object)
        .cloned()
        .unwrap_or_default();
    let mut models = Map::new();
    for (model, cooldown) in &usage.models {
        let mut entry = known
            .get(model)
            .and_then(Json::as_object)
            .cloned()
            .unwrap_or_default();
        set_time(&mut entry, "until", Some(cooldown.until));
        set_time(&mut entry, "since", cooldown.since);
        set(&mut entry, "reason", Some(cooldown.reason.as_str().into()));
        set(&mut entry, "errorCount", Some(cooldown.error_count.into()));
        models.insert(model.clone(), Json::Object(entry));
    }
    set(
        &mut entry,
        "models",
        (!models.is_empty()).then_some(Json::Object(models)),
    );
    Json::Object(entry)
}

fn text<'a>(entry: &'a Json, key: &str) -> Option<&'a str> {
    entry.get(key)?.as_str()
}

fn filled<'a>(entry: &'a Json, key: &str) -> Option<&'a str> {
    text(entry, key)
        .map(str::trim)
        .filter(|text| !text.is_empty())
}

/// Reads a number of zero or more; another program may have written it with a fraction.
fn whole(value: &Json) -> Option<u64> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "`as` saturates"
    )]
    value.as_u64().or_else(|| {
        value
            .as_f64()
            .filter(|value| *value >= 0.0)
            .map(|value| value as u64)
    })
}

/// Reads a time: milliseconds, as this program writes it, or what others do: seconds, either of them
/// in quotes, or the text of a date.
pub(crate) fn time(entry: &Json, key: &str) -> Option<Timestamp> {
    /// As seconds these are the years 2001 to 5138, as milliseconds the first weeks of 1970 to 1973.
    const SECONDS: std::ops::Range<u64> = 1_000_000_000..100_000_000_000;
    let value = entry.get(key)?;
    let number = match value.as_str().map(str::trim) {
        Some(text) => match text.parse::<f64>() {
            Ok(number) => whole(&json!(number))?,
            Err(_) => return parse_iso(text),
        },
        None => whole(value)?,
    };
    Some(Timestamp(if SECONDS.contains(&number) {
        number * 1_000
    } else {
        number
    }))
}

/// Whether there is something under a key that is meant to be a point in time, and is none.
fn is_odd(entry: &Json, key: &str) -> bool {
    let nothing =
        |value: &Json| value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty());
    entry.get(key).is_some_and(|value| !nothing(value)) && time(entry, key).is_none()
}

fn count(value: Option<&Json>) -> u32 {
    value
        .and_then(whole)
        .map_or(0, |count| u32::try_from(count).unwrap_or(u32::MAX))
}

fn set(entry: &mut Entry, key: &str, value: Option<Json>) {
    match value {
        Some(value) => {
            entry.insert(key.to_owned(), value);
        }
        None => {
            entry.shift_remove(key);
        }
    }
}

fn set_time(entry: &mut Entry, key: &str, at: Option<Timestamp>) {
    set(entry, key, at.map(|at| at.0.into()));
}
