//! The stored profiles of a provider: which of them count, and in what order.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::{AuthInputs, CredentialSource, DeclaredProfile, REFRESH_EARLY, SourceOption};
use crate::cooldown::{Cooling, is_ahead, usable};
use crate::credential::{Credential, Mode, Profile, ProfileId, ProviderId};
use crate::credential_format::Unsendable;
use crate::time::Timestamp;

/// Where the order of a provider's profiles comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The user chose one profile.
    Explicit,
    /// `agents.list[].auth.order` in the config.
    AgentConfig,
    /// `order` in the agent's store.
    AgentStore,
    /// `auth.order` in the config.
    Config,
    /// The ids of `auth.profiles` in the config, taken in turn.
    Declared,
    /// All stored profiles of the provider, taken in turn.
    Stored,
}

impl Order {
    /// Whether the order was given by a person, rather than found by taking turns.
    #[must_use]
    pub fn is_explicit(self) -> bool {
        !matches!(self, Self::Declared | Self::Stored)
    }
}

/// Why a profile was passed over. Prints as a short phrase without times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Skip {
    /// Named in an order but not stored.
    NotStored,
    /// Stored for another provider.
    OtherProvider(ProviderId),
    /// The config declares another mode than is stored.
    ModeConflict {
        /// What the config says.
        declared: Mode,
        /// What is stored.
        stored: Mode,
    },
    /// Its key or token is empty.
    Blank,
    /// Its key or token is kept elsewhere and cannot be had; with the reason.
    Unavailable(String),
    /// No request can carry it.
    Unsendable(Unsendable),
    /// It expired and cannot be renewed.
    Expired {
        /// When.
        since: Timestamp,
    },
    /// It is in cooldown; it may still be used once that is over.
    CoolingDown(Cooling),
    /// Stored, but not in the order that is in force.
    NotInOrder,
}

impl Skip {
    /// Returns the stable snake-case name used in `--json`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::NotStored => "not_stored",
            Self::OtherProvider(_) => "other_provider",
            Self::ModeConflict { .. } => "other_mode",
            Self::Blank => "empty",
            Self::Unavailable(_) => "unavailable",
            Self::Unsendable(_) => "cannot_be_sent",
            Self::Expired { .. } => "expired",
            Self::CoolingDown(cooling) => cooling.name(),
            Self::NotInOrder => "not_in_order",
        }
    }
}

impl fmt::Display for Skip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotStored => f.write_str("not stored"),
            Self::OtherProvider(provider) => write!(f, "belongs to {provider}"),
            Self::ModeConflict { declared, stored } => {
                write!(f, "config says {declared}, stored is {stored}")
            }
            Self::Blank => f.write_str("empty"),
            Self::Unavailable(why) => f.write_str(why),
            Self::Unsendable(why) => write!(f, "cannot be sent: {why}"),
            Self::Expired { .. } => f.write_str("expired"),
            Self::CoolingDown(cooling) => write!(f, "{cooling}"),
            Self::NotInOrder => f.write_str("not in the auth order"),
        }
    }
}

/// A profile that was passed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SkippedProfile {
    /// The profile.
    pub id: ProfileId,
    /// Why.
    pub reason: Skip,
}

/// Returns where the order comes from, the profiles to try, and those passed over.
///
/// An explicit order is kept, except that profiles in cooldown go last. Without one, profiles take
/// turns: logins before tokens before keys, then the one unused longest. A preferred profile goes
/// first even when it is in cooldown.
#[must_use]
pub fn order(inputs: &AuthInputs<'_>) -> (Order, Vec<SourceOption>, Vec<SkippedProfile>) {
    let (order, ids) = listed(inputs);
    let mut skipped = Vec::new();
    let mut found: Vec<(&ProfileId, SourceOption, Option<Cooling>)> = Vec::new();
    // Most providers have no profile, and there may be thousands of either.
    let facts = if ids.is_empty() {
        Facts::default()
    } else {
        Facts::of(inputs)
    };
    let mut seen = BTreeSet::new();
    for id in &ids {
        if !seen.insert(*id) {
            continue;
        }
        match option(inputs, &facts, id) {
            Err(reason) => skipped.push(SkippedProfile {
                id: (*id).clone(),
                reason,
            }),
            Ok(option) => {
                let usage = inputs.usage.get(id);
                let in_cooldown =
                    usage.and_then(|usage| usable(usage, inputs.model, inputs.now).err());
                found.push((id, option, in_cooldown));
            }
        }
    }

    // A use in the future is that of a clock that was wrong.
    let last_used = |id: &ProfileId| {
        let at = inputs.usage.get(id).and_then(|usage| usage.last_used);
        at.filter(|at| !is_ahead(*at, inputs.now))
            .unwrap_or_default()
    };
    let turn = |id: &ProfileId, mode| (rank(mode), last_used(id));
    // The sort is stable: what is equal stays in the order found.
    found.sort_by_key(|(id, option, in_cooldown)| {
        let until = in_cooldown.as_ref().map(|cooling| cooling.until);
        let turn = if order.is_explicit() || until.is_some() {
            None
        } else {
            Some(turn(id, option.mode))
        };
        (until, turn)
    });
    if let Some(preferred) = inputs.preferred {
        found.sort_by_key(|(id, ..)| Reverse(*id == preferred));
    }

    skipped.extend(found.iter().filter_map(|(id, _, in_cooldown)| {
        let reason = Skip::CoolingDown(in_cooldown.clone()?);
        Some(SkippedProfile {
            id: (*id).clone(),
            reason,
        })
    }));
    for profile in inputs
        .profiles
        .iter()
        .filter(|profile| profile.provider == *inputs.provider)
    {
        if !seen.contains(&profile.id) {
            skipped.push(SkippedProfile {
                id: profile.id.clone(),
                reason: Skip::NotInOrder,
            });
        }
    }
    (
        order,
        found.into_iter().map(|(_, option, _)| option).collect(),
        skipped,
    )
}

/// Returns the ids that count, as their source lists them, and that source: whether they can be
/// used now is another question, which [`order`] answers.
#[must_use]
pub fn listed<'a>(inputs: &AuthInputs<'a>) -> (Order, Vec<&'a ProfileId>) {
    let orders = [
        (Order::AgentConfig, inputs.agent_order),
        (Order::AgentStore, inputs.store_order),
        (Order::Config, inputs.config_order),
    ];
    for (order, ids) in orders {
        if let Some(ids) = ids.filter(|ids| !ids.is_empty()) {
            return (order, ids.iter().collect());
        }
    }
    let declared = inputs
        .declared
        .iter()
        .filter(|declared| declared.provider == *inputs.provider);
    let declared: Vec<&ProfileId> = declared.map(|declared| &declared.id).collect();
    if !declared.is_empty() {
        return (Order::Declared, declared);
    }
    let stored = inputs
        .profiles
        .iter()
        .filter(|profile| profile.provider == *inputs.provider);
    (Order::Stored, stored.map(|profile| &profile.id).collect())
}

/// The profiles and declarations by id.
#[derive(Default)]
pub(super) struct Facts<'a> {
    profiles: BTreeMap<&'a ProfileId, &'a Profile>,
    declared: BTreeMap<&'a ProfileId, &'a DeclaredProfile>,
}

impl<'a> Facts<'a> {
    pub(super) fn of(inputs: &AuthInputs<'a>) -> Self {
        // Of two with one id the first counts.
        let declared = inputs.declared.iter().rev();
        let profiles = inputs.profiles.iter().rev();
        Self {
            profiles: profiles.map(|profile| (&profile.id, profile)).collect(),
            declared: declared.map(|one| (&one.id, one)).collect(),
        }
    }
}

/// Returns a profile as a credential to try.
pub(super) fn option(
    inputs: &AuthInputs<'_>,
    facts: &Facts<'_>,
    id: &ProfileId,
) -> Result<SourceOption, Skip> {
    let profile: &Profile = facts.profiles.get(id).ok_or(Skip::NotStored)?;
    if profile.provider != *inputs.provider {
        return Err(Skip::OtherProvider(profile.provider.clone()));
    }
    let mode = profile.credential.mode();
    if let Some(declared) = facts.declared.get(id) {
        check_declared(declared, inputs.provider, mode)?;
    }
    if let Some(why) = profile.credential.unsendable() {
        return Err(Skip::Unsendable(why));
    }
    if let Some(why) = &profile.lost {
        return Err(Skip::Unavailable(why.clone()));
    }
    let now = inputs.now;
    let elsewhere = profile.reference.is_some();
    let (refreshable, refresh_first) = match &profile.credential {
        Credential::ApiKey { key } if is_blank(key.expose()) && !elsewhere => {
            return Err(Skip::Blank);
        }
        Credential::Token { token, .. } if is_blank(token.expose()) && !elsewhere => {
            return Err(Skip::Blank);
        }
        Credential::ApiKey { .. } => (false, false),
        Credential::Token { expires, .. } => {
            not_expired(*expires, now)?;
            (false, false)
        }
        Credential::Oauth {
            access,
            refresh,
            expires,
        } => {
            let refreshable = !is_blank(refresh.expose());
            let has_access = !is_blank(access.expose());
            if !refreshable && !has_access {
                return Err(Skip::Blank);
            }
            if !refreshable {
                not_expired(*expires, now)?;
            }
            let due = expires.is_none_or(|expires| expires <= now.plus(REFRESH_EARLY));
            (refreshable, refreshable && (!has_access || due))
        }
    };
    let source = CredentialSource::Profile(id.clone());
    Ok(SourceOption {
        source,
        mode: Some(mode),
        refreshable,
        refresh_first,
    })
}

/// Returns the record of a profile that is in cooldown.
pub(super) fn cooling(inputs: &AuthInputs<'_>, id: &ProfileId) -> Option<SkippedProfile> {
    let usage = inputs.usage.get(id)?;
    let cooling = usable(usage, inputs.model, inputs.now).err()?;
    Some(SkippedProfile {
        id: id.clone(),
        reason: Skip::CoolingDown(cooling),
    })
}

fn check_declared(
    declared: &DeclaredProfile,
    provider: &ProviderId,
    stored: Mode,
) -> Result<(), Skip> {
    if declared.provider != *provider {
        return Err(Skip::OtherProvider(declared.provider.clone()));
    }
    // A pasted token may stand where the config expects a login.
    let stand_in = declared.mode == Mode::Oauth && stored == Mode::Token;
    if declared.mode == stored || stand_in {
        Ok(())
    } else {
        Err(Skip::ModeConflict {
            declared: declared.mode,
            stored,
        })
    }
}

/// An expiry of zero is how some files say that there is none.
fn not_expired(expires: Option<Timestamp>, now: Timestamp) -> Result<(), Skip> {
    match expires {
        Some(since) if since.0 > 0 && since <= now => Err(Skip::Expired { since }),
        _ => Ok(()),
    }
}

fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

fn rank(mode: Option<Mode>) -> u8 {
    match mode {
        Some(Mode::Oauth) => 0,
        Some(Mode::Token) => 1,
        Some(Mode::ApiKey) => 2,
        Some(Mode::AwsSdk) | None => 3,
    }
}
