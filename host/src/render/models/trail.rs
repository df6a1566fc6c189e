//! The trail of a run: what was tried, what was passed over, and why.

use openclaw_core::auth_order::{CredentialSource, Skip};
use openclaw_core::cascade::{SkipReason, Trail, TrailEntry, TrailOutcome};
use openclaw_core::cooldown::Cooling;
use openclaw_core::credential::ProfileId;
use openclaw_core::failure::Failure;
use openclaw_core::selection::LinkSkip;
use openclaw_core::status::rough_duration;
use openclaw_core::time::{Timestamp, millis};
use serde_json::{Value, json};

/// Returns the trail in rows: the model, the credential, what came of it.
#[must_use]
pub fn rows(trail: &Trail, now: Timestamp) -> Vec<Vec<String>> {
    let entries = trail.entries.iter();
    let entries = entries.filter(|entry| !is_duplicate(&entry.outcome));
    entries
        .map(|entry| {
            let source = entry.source.as_ref().map(label).unwrap_or_default();
            vec![
                entry.model.to_string(),
                source,
                outcome(&entry.outcome, now),
            ]
        })
        .collect()
}

/// Whether an entry says only that a model was named twice: nothing came of that.
#[must_use]
pub fn is_duplicate(outcome: &TrailOutcome) -> bool {
    *outcome == TrailOutcome::Skipped(SkipReason::Link(LinkSkip::Duplicate))
}

/// Returns a credential as people read it: the profile's id, the variable's name.
#[must_use]
pub fn label(source: &CredentialSource) -> String {
    match source {
        CredentialSource::Profile(id) => format!("`{id}`"),
        CredentialSource::NoneNeeded => "no credential needed".to_owned(),
        other => other.to_string(),
    }
}

/// Returns what came of an entry in a line.
#[must_use]
pub fn outcome(outcome: &TrailOutcome, now: Timestamp) -> String {
    match outcome {
        TrailOutcome::Succeeded { elapsed } => format!("answered in {} ms", elapsed.as_millis()),
        TrailOutcome::Attempted { failure, .. } => failed(failure),
        TrailOutcome::Refreshed => "OAuth token refreshed".to_owned(),
        TrailOutcome::RefreshFailed { failure } => {
            format!("OAuth token not refreshed: {}", failed(failure))
        }
        TrailOutcome::Skipped(reason) => skipped(reason, now),
    }
}

/// Returns a failure in a line: what it was, the status, how long the server asked to wait, and what
/// it said.
#[must_use]
pub fn failed(failure: &Failure) -> String {
    let mut text = failure.kind.phrase().to_owned();
    if let Some(status) = failure.status {
        text.push_str(&format!(" ({status})"));
    }
    if let Some(wait) = failure.retry_after {
        text.push_str(&format!(", retry in {}", rough_duration(wait)));
    }
    if !failure.message.is_empty() {
        text.push_str(": ");
        text.push_str(&failure.message);
    }
    text
}

/// Returns a reason to pass over in a line, with the time left where there is one.
#[must_use]
pub fn skipped(reason: &SkipReason, now: Timestamp) -> String {
    match reason {
        SkipReason::CoolingDown(cooling) | SkipReason::Profile(Skip::CoolingDown(cooling)) => {
            in_cooldown(cooling, now)
        }
        SkipReason::Profile(Skip::Expired { since }) => {
            format!("expired {} ago", rough_duration(since.until(now)))
        }
        other => other.to_string(),
    }
}

/// Returns a cooldown in a line, with the time left.
#[must_use]
pub fn in_cooldown(cooling: &Cooling, now: Timestamp) -> String {
    format!(
        "{cooling}, {} left",
        rough_duration(now.until(cooling.until))
    )
}

/// Returns the trail as data.
#[must_use]
pub fn json(trail: &Trail) -> Value {
    trail.entries.iter().map(entry).collect()
}

/// Returns a line of the trail as data.
#[must_use]
pub fn entry(entry: &TrailEntry) -> Value {
    let mut value = json!({
        "model": entry.model.to_string(),
        "source": entry.source.as_ref().map(ToString::to_string),
        "profileId": entry.source.as_ref().and_then(profile_id),
    });
    match &entry.outcome {
        TrailOutcome::Succeeded { elapsed } => {
            value["outcome"] = "succeeded".into();
            value["elapsedMs"] = millis(*elapsed).into();
        }
        TrailOutcome::Attempted { failure, elapsed } => {
            value["outcome"] = "failed".into();
            value["failure"] = failure_json(failure);
            value["elapsedMs"] = json!(elapsed.map(millis));
        }
        TrailOutcome::Refreshed => value["outcome"] = "refreshed".into(),
        TrailOutcome::RefreshFailed { failure } => {
            value["outcome"] = "refresh_failed".into();
            value["failure"] = failure_json(failure);
        }
        TrailOutcome::Skipped(reason) => {
            value["outcome"] = "skipped".into();
            explain(&mut value, reason);
        }
    }
    value
}

/// Returns the id of the profile that a credential is, if it is one.
pub(super) fn profile_id(source: &CredentialSource) -> Option<&str> {
    match source {
        CredentialSource::Profile(id) => Some(id.as_str()),
        _ => None,
    }
}

/// Adds to the data of something why it is skipped: a stable word, the same in a sentence, and of a
/// cooldown its cause and its end.
pub(super) fn explain(value: &mut Value, reason: &SkipReason) {
    value["reason"] = reason.name().into();
    value["message"] = reason.to_string().into();
    if let Some(cooling) = reason.cooling() {
        value["cooldownReason"] = cooling.reason.as_str().into();
        value["until"] = cooling.until.0.into();
    }
}

/// Returns the profiles that are not used, and why, as data.
pub(super) fn skipped_profiles<'a>(
    skipped: impl IntoIterator<Item = (&'a ProfileId, &'a Skip)>,
) -> Value {
    let each = skipped.into_iter().map(|(id, reason)| {
        let mut value = json!({ "profileId": id.as_str() });
        explain(&mut value, &SkipReason::Profile(reason.clone()));
        value
    });
    each.collect()
}

/// Returns a failure as data.
#[must_use]
pub fn failure_json(failure: &Failure) -> Value {
    json!({
        "kind": failure.kind.name(),
        "code": failure.code,
        "status": failure.status,
        "message": failure.message,
        "retryAfterMs": failure.retry_after.map(millis),
    })
}
