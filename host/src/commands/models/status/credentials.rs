//! The credentials of each provider, as `models status` shows them.

use std::collections::BTreeSet;

use openclaw_core::auth_order::{CredentialSource, Order, listed as listed_profiles, resolve};
use openclaw_core::cooldown::{Cooling, active};
use openclaw_core::credential::{Credential, Mode, Profile, ProfileId, ProviderId};
use openclaw_core::secret::{HIDDEN, mask};
use openclaw_core::status::{EXPIRY_WARNING, ProfileHealth, Status, profile_health, refused};

use crate::app::App;
use crate::commands::models::model_lookup;
use openclaw_router::{Fault, Snapshot};

/// The credentials of one provider.
pub struct Provider {
    /// Its id.
    pub id: ProviderId,
    /// Whether a configured model needs it.
    pub in_use: bool,
    /// Whether a plugin or the config serves it.
    pub served: bool,
    /// Whether it needs no credential.
    pub needs_none: bool,
    /// Whether there is a credential that may be tried.
    pub available: bool,
    /// What keeps requests to it from being sent at all.
    pub fault: Option<Fault>,
    /// The stored profiles, by id.
    pub profiles: Vec<Stored>,
    /// The variable that holds a credential.
    pub environment: Option<Variable>,
    /// The variable that the config's key refers to, if it is not set.
    pub unset: Option<String>,
    /// The variable that may hold a key.
    pub variable: Option<String>,
    /// The config's key, masked, and where it is kept, if that is elsewhere.
    pub config_key: Option<(String, Option<String>)>,
    /// Where the machine's own credentials come from, if they are to be used, and how they sign.
    pub ambient: Option<(String, Mode)>,
    /// Where the order of the profiles comes from.
    pub order: Order,
    /// The order.
    pub ids: Vec<ProfileId>,
}

impl Provider {
    /// Whether it has a credential of any kind, usable or not.
    #[must_use]
    pub fn has_any(&self) -> bool {
        !self.profiles.is_empty()
            || self.environment.is_some()
            || self.config_key.is_some()
            || self.ambient.is_some()
    }

    /// Whether a model needs a credential that is not there.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        self.in_use && !self.available
    }
}

/// A variable that holds a credential.
pub struct Variable {
    /// Where it comes from, as in `env:OPENAI_API_KEY`.
    pub source: String,
    /// How it signs.
    pub mode: Mode,
    /// Its value, masked.
    pub masked: String,
    /// The file that it is from; `None` for one of the process's environment.
    pub file: Option<String>,
}

/// A stored profile.
pub struct Stored {
    /// Its id.
    pub id: ProfileId,
    /// Its auth type.
    pub mode: Mode,
    /// Its secret, masked; empty when too little of it may be shown to tell it from another.
    pub masked: String,
    /// Where its secret is kept, if that is elsewhere.
    pub reference: Option<String>,
    /// The account, where known.
    pub email: Option<String>,
    /// Its health.
    pub health: ProfileHealth,
    /// Why nothing can be sent of it, if nothing can.
    pub unusable: Option<String>,
    /// Whether an expired access token is renewed by the next request.
    pub renewable: bool,
    /// Whether its provider refused it at its last use.
    pub refused: bool,
    /// Every cooldown in force, those of single models too.
    pub cooling: Vec<Cooling>,
}

/// Returns the providers that have a credential or are in use, by id.
pub(super) fn providers(
    app: &App,
    snapshot: &Snapshot,
    used: &BTreeSet<ProviderId>,
) -> Vec<Provider> {
    let mut ids = used.clone();
    ids.extend(model_lookup::providers(snapshot));
    let found = ids.into_iter().map(|id| provider(app, snapshot, id, used));
    found.filter(|one| one.has_any() || one.in_use).collect()
}

fn provider(
    app: &App,
    snapshot: &Snapshot,
    id: ProviderId,
    used: &BTreeSet<ProviderId>,
) -> Provider {
    let (order, ids, sources, needs_none) =
        snapshot.with_auth_inputs(app, &id, None, None, |inputs| {
            let (order, ids) = listed_profiles(inputs);
            let ids: Vec<ProfileId> = ids.into_iter().cloned().collect();
            let sources = resolve(inputs).map_or(Vec::new(), |found| found.sources);
            (order, ids, sources, inputs.needs_none)
        });
    let mut profiles: Vec<Stored> = snapshot
        .auth
        .profiles
        .iter()
        .filter(|profile| profile.provider == id)
        .map(|profile| stored(app, snapshot, profile))
        .collect();
    let fault = snapshot.fault(&id);
    if fault.is_some() {
        for profile in &mut profiles {
            profile.health.status = Status::Disabled;
        }
    }
    profiles.sort_by(|a, b| a.id.cmp(&b.id));
    let environment = snapshot.environment_key(&id).map(|key| {
        let environment = &snapshot.config.environment;
        let value = environment.credential(&key.name).unwrap_or_default();
        Variable {
            source: key.source().to_string(),
            mode: key.mode,
            masked: mask(value),
            file: environment
                .file_of(&key.name)
                .map(|file| app.paths.shorten(file)),
        }
    });
    let ambient = sources.iter().find_map(|option| match &option.source {
        CredentialSource::ProviderFallback(name) => Some((name.clone(), option.mode?)),
        _ => None,
    });
    Provider {
        in_use: used.contains(&id),
        served: snapshot.knows_provider(&id),
        needs_none,
        available: !sources.is_empty(),
        fault,
        profiles,
        environment,
        unset: snapshot.config_key_variable(&id).map(str::to_owned),
        variable: snapshot
            .registry
            .secret_variables(&id)
            .into_iter()
            .find(|(_, mode)| *mode != Some(Mode::Oauth))
            .map(|(name, _)| name),
        config_key: config_key(snapshot, &id),
        ambient,
        order,
        ids,
        id,
    }
}

/// Returns the config's key for a provider, masked, and where it is kept, if that is elsewhere.
fn config_key(snapshot: &Snapshot, id: &ProviderId) -> Option<(String, Option<String>)> {
    if !snapshot.has_config_key(id) {
        return None;
    }
    let reference = snapshot.config_reference(id).and_then(Result::ok);
    let reference = reference.map(|(reference, _)| reference.to_string());
    let key = snapshot.config_key(id);
    let masked = key.map_or_else(|| HIDDEN.to_owned(), |key| mask(&key));
    Some((masked, reference))
}

pub(in crate::commands::models) fn stored(
    app: &App,
    snapshot: &Snapshot,
    profile: &Profile,
) -> Stored {
    let usage = snapshot.usage.get(&profile.id);
    let refused = refused(usage);
    let is_blank = |text: &str| text.trim().is_empty();
    let (secret, renewable) = match &profile.credential {
        Credential::ApiKey { key } => (key, false),
        Credential::Token { token, .. } => (token, false),
        Credential::Oauth {
            access, refresh, ..
        } => {
            let shown = if is_blank(access.expose()) {
                refresh
            } else {
                access
            };
            (shown, !is_blank(refresh.expose()) && !refused)
        }
    };
    Stored {
        id: profile.id.clone(),
        mode: profile.credential.mode(),
        masked: match &profile.reference {
            Some(_) if is_blank(secret.expose()) => HIDDEN.to_owned(),
            _ => mask(secret.expose().trim()),
        },
        reference: profile.reference.as_ref().map(ToString::to_string),
        email: profile.email.clone(),
        unusable: snapshot.unusable_because(profile),
        health: profile_health(profile, usage, refused, app.now(), EXPIRY_WARNING),
        renewable,
        refused,
        cooling: usage
            .map(|usage| active(usage, app.now()))
            .unwrap_or_default(),
    }
}
