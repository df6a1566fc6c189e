//! A stored profile, as lists of them show it.

use openclaw_core::cooldown::{Cooling, CoolingScope};
use openclaw_core::credential::Mode;
use openclaw_core::status::{Health, Status, expiry_phrase, rough_duration};
use openclaw_core::time::{Timestamp, millis};
use serde_json::{Value, json};

use crate::commands::models::status::Stored;
use crate::render::models::trail::resting;
use crate::render::style::{Label, visible};

/// Returns how well a status is.
pub(super) fn label(status: Status) -> Label {
    match status {
        Status::Active => Label::Good,
        Status::Expiring => Label::Warning,
        Status::Expired | Status::Disabled => Label::Bad,
    }
}

/// Returns what there is to say of a profile besides its status.
pub(super) fn details(profile: &Stored, now: Timestamp) -> Vec<String> {
    let mut details = Vec::new();
    if let Some(expires) = profile.health.expires_at {
        let phrase = format!("{} ({})", expiry_phrase(now, expires), expires.day());
        let renews = profile.mode == Mode::Oauth && profile.health.health == Health::Ok;
        details.push(if renews {
            format!("renews itself; access token {phrase}")
        } else {
            phrase
        });
    }
    if profile.health.health == Health::Missing {
        details.push("holds no credential".to_owned());
    }
    details.extend(profile.cooling.iter().map(|cooling| {
        let text = visible(resting(cooling, now));
        match &cooling.scope {
            CoolingScope::Model(model) => format!("`{}` {text}", visible(model)),
            CoolingScope::Profile | CoolingScope::Disabled => text,
        }
    }));
    details.extend(profile.email.as_ref().map(visible));
    details
}

/// Returns what rests: the whole profile, or one model.
pub(super) fn scope(cooling: &Cooling) -> String {
    match &cooling.scope {
        CoolingScope::Model(model) => visible(model),
        CoolingScope::Profile | CoolingScope::Disabled => "whole profile".to_owned(),
    }
}

/// Returns how long something rests yet.
pub(super) fn left(cooling: &Cooling, now: Timestamp) -> String {
    format!("{} left", rough_duration(now.until(cooling.until)))
}

/// Returns a cooldown as data.
pub(super) fn cooldown(cooling: &Cooling, now: Timestamp) -> Value {
    let model = match &cooling.scope {
        CoolingScope::Model(model) => Some(model.as_str()),
        CoolingScope::Profile | CoolingScope::Disabled => None,
    };
    json!({
        "kind": if cooling.scope == CoolingScope::Disabled { "disabled" } else { "cooldown" },
        "reason": cooling.reason,
        "model": model,
        "until": cooling.until.0,
        "remainingMs": millis(now.until(cooling.until)),
    })
}
