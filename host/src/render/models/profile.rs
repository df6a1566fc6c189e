//! A stored profile, as every listing shows it.

use openclaw_core::cooldown::{Cooling, CoolingScope};
use openclaw_core::credential::{Mode, ProfileId, ProviderId};
use openclaw_core::model_ref::ModelRef;
use openclaw_core::secret::HIDDEN;
use openclaw_core::status::{Health, Status, expiry_phrase, relative, rough_duration};
use openclaw_core::time::{Timestamp, millis};
use serde_json::{Value, json};

use crate::commands::models::status::Stored;
use crate::render::layout::{Entry, Piece};
use crate::render::style::{Label, visible};

/// Returns how well a status is.
pub(super) fn label(status: Status) -> Label {
    match status {
        Status::Active => Label::Good,
        Status::Expiring | Status::Cooldown => Label::Warning,
        Status::Rejected | Status::Expired | Status::Disabled => Label::Bad,
    }
}

/// Returns a credential's line: where it is, its auth type, its state, and what else to say.
pub(super) fn entry(name: String, mode: Mode, status: Status, details: Vec<Piece>) -> Entry {
    Entry {
        cells: vec![
            (Label::Name, name),
            (Label::Dim, mode.name().to_owned()),
            (label(status), status.name().to_owned()),
        ],
        details,
    }
}

/// Returns what there is to say of how a profile is, besides its status.
pub(super) fn details(profile: &Stored, now: Timestamp) -> Vec<Piece> {
    let mut details = Vec::new();
    if let Some(expires) = profile.health.expires_at {
        let day = expires.day();
        let piece = match profile.health.status {
            _ if profile.renewable => {
                let phrase = expiry_phrase(now, expires);
                (
                    Label::Dim,
                    format!("refreshed automatically; access token {phrase}"),
                )
            }
            // The word before it is the verb.
            Status::Expiring | Status::Expired => (
                label(profile.health.status),
                format!("{} ({day})", relative(now, expires)),
            ),
            _ => {
                let phrase = expiry_phrase(now, expires);
                (Label::Dim, format!("{phrase} ({day})"))
            }
        };
        details.push(piece);
    }
    match &profile.unusable {
        Some(why) => details.push((Label::Bad, visible(why))),
        None if profile.health.health == Health::Missing => {
            details.push((Label::Bad, "contains no key or token".to_owned()));
        }
        None if profile.health.health == Health::Expiring
            && profile.health.expires_at.is_none() =>
        {
            let text = "`expires` is no point in time".to_owned();
            details.push((Label::Warning, text));
        }
        None => {}
    }
    details.extend(profile.cooling.iter().map(|one| cooling(one, now)));
    if profile.refused {
        details.push((Label::Bad, "refused at its last use".to_owned()));
    }
    details
}

/// Returns whose a profile is: the account, and its secret masked.
pub(super) fn identity(profile: &Stored) -> Vec<Piece> {
    let email = profile.email.iter();
    let mut identity: Vec<Piece> = email.map(|email| (Label::Dim, visible(email))).collect();
    if profile.health.health != Health::Missing {
        identity.extend(key(&profile.masked));
        let reference = profile.reference.iter();
        identity.extend(reference.map(|reference| (Label::Dim, visible(reference))));
    }
    identity
}

/// Returns a masked secret, where enough of it may be shown to tell it from another.
pub(super) fn key(masked: &str) -> Option<Piece> {
    (masked != HIDDEN).then(|| (Label::Dim, visible(masked)))
}

fn cooling(cooling: &Cooling, now: Timestamp) -> Piece {
    let left = left(cooling, now);
    let why = visible(cooling.phrase());
    match &cooling.scope {
        CoolingScope::Disabled => (Label::Bad, format!("{why}, {left}")),
        CoolingScope::Profile => (Label::Warning, format!("{why}, {left}")),
        CoolingScope::Model(model) => (
            Label::Warning,
            format!("`{}` in cooldown: {why}, {left}", visible(model)),
        ),
    }
}

/// Returns what is in cooldown: the whole profile, or one model.
pub(super) fn scope(cooling: &Cooling) -> String {
    match &cooling.scope {
        CoolingScope::Model(model) => visible(model),
        CoolingScope::Profile | CoolingScope::Disabled => "whole profile".to_owned(),
    }
}

/// Returns how long a cooldown still lasts.
pub(super) fn left(cooling: &Cooling, now: Timestamp) -> String {
    format!("{} left", rough_duration(now.until(cooling.until)))
}

/// Returns a profile as data.
pub(super) fn shape(profile: &Stored, provider: &ProviderId, now: Timestamp) -> Value {
    let cooling = profile.cooling.iter();
    json!({
        "profileId": profile.id.as_str(),
        "provider": provider.as_str(),
        "mode": profile.mode.name(),
        "status": profile.health.status.name(),
        "expiresAt": profile.health.expires_at.map(|at| at.0),
        "remainingMs": profile.health.remaining_ms,
        "email": profile.email,
        "masked": profile.masked,
        "secretRef": profile.reference,
        "refused": profile.refused,
        "cooldowns": cooling
            .map(|cooling| cooldown(cooling, &profile.id, provider, now))
            .collect::<Vec<_>>(),
    })
}

/// Returns a cooldown as data. One that is for a model alone names it.
pub(in crate::render) fn cooldown(
    cooling: &Cooling,
    id: &ProfileId,
    provider: &ProviderId,
    now: Timestamp,
) -> Value {
    let model = match &cooling.scope {
        CoolingScope::Model(model) => Some(ModelRef::new(provider.as_str(), model).key()),
        CoolingScope::Profile | CoolingScope::Disabled => None,
    };
    json!({
        "profileId": id.as_str(),
        "provider": provider.as_str(),
        "kind": cooling.name(),
        "reason": cooling.reason,
        "message": cooling.to_string(),
        "model": model,
        "until": cooling.until.0,
        "remainingMs": millis(now.until(cooling.until)),
    })
}
