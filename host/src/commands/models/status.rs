//! `openclaw models status`

use std::collections::BTreeSet;
use std::path::PathBuf;

use openclaw_core::auth_order::{Order, listed as listed_profiles, resolve};
use openclaw_core::cooldown::{Cooling, active};
use openclaw_core::credential::{Credential, Mode, Profile, ProfileId, ProviderId};
use openclaw_core::failure::FailureKind;
use openclaw_core::model_ref::{DEFAULT_AGENT, ModelRef, normalize_provider};
use openclaw_core::secret::mask;
use openclaw_core::selection::{Listed, Purpose, configured, listed};
use openclaw_core::status::{Check, EXPIRY_WARNING, ProfileHealth, check, profile_health};
use openclaw_core::time::Timestamp;

use crate::app::App;
use crate::commands::Outcome;
use crate::registry;
use crate::shell::Imported;
use crate::state::State;

/// Show the configured models and the health of every credential
///
/// Nothing is called. With `--plain`: the primary model alone. Exit codes with `--check`: 0 every
/// credential is valid; 1 one has expired, or a provider in use has none; 2 one expires within 7
/// days.
///
/// Example: openclaw models status --json | jq '.authProfiles.anthropic[]'
#[derive(Debug, Default, clap::Args)]
pub struct StatusArgs {
    /// Show the models and credentials of one agent
    #[arg(long, value_name = "ID")]
    agent: Option<String>,
    /// Exit with 1 if a credential has expired or is missing, with 2 if one expires soon
    #[arg(long)]
    check: bool,
}

impl StatusArgs {
    /// Whether any of them was given.
    pub(super) fn is_given(&self) -> bool {
        self.agent.is_some() || self.check
    }

    /// Returns these arguments, with those before the command's name where they are not given.
    pub(super) fn or(self, before: Self) -> Self {
        Self {
            agent: self.agent.or(before.agent),
            check: self.check || before.check,
        }
    }
}

/// The configured models and the health of credentials.
pub struct Status {
    /// The config file, and the same for a person.
    pub config: (PathBuf, String),
    /// The agent that was asked for.
    pub agent: Option<String>,
    /// The folder of the agent whose credentials these are.
    pub agent_dir: PathBuf,
    /// Its credential store, and the same for a person.
    pub store: (PathBuf, String),
    /// Text models.
    pub text: Listed,
    /// Image models.
    pub image: Listed,
    /// The primary text model that is in effect.
    pub primary: ModelRef,
    /// Names and models, in the order of the config.
    pub aliases: Vec<(String, ModelRef)>,
    /// The only models that are allowed; empty when all are.
    pub allowed: Vec<ModelRef>,
    /// Every model that the config mentions.
    pub configured: Vec<ModelRef>,
    /// Providers with a credential or in use, by id.
    pub providers: Vec<Provider>,
    /// Credential stores that count as empty because they cannot be understood, for a person.
    pub unusable: Vec<String>,
    /// What was taken from the login shell.
    pub shell: Imported,
    /// What a check comes to.
    pub check: Check,
    /// Whether a check was asked for.
    pub checked: bool,
    /// The present.
    pub now: Timestamp,
    /// What there is to say.
    pub warnings: Vec<String>,
    /// What else to know.
    pub remarks: Vec<String>,
}

/// The credentials of one provider.
pub struct Provider {
    /// Its id.
    pub id: ProviderId,
    /// Whether a configured model needs it.
    pub in_use: bool,
    /// Whether it needs no credential.
    pub needs_none: bool,
    /// Whether there is a credential that may be tried.
    pub available: bool,
    /// The stored profiles, by id.
    pub profiles: Vec<Stored>,
    /// The variable that holds a credential: its source, mode, masked value.
    pub environment: Option<(String, Mode, String)>,
    /// The config's key, masked.
    pub config_key: Option<String>,
    /// Where the order of the profiles comes from.
    pub order: Order,
    /// The order.
    pub ids: Vec<ProfileId>,
}

impl Provider {
    /// Whether it has a credential of any kind, usable or not.
    #[must_use]
    pub fn has_any(&self) -> bool {
        !self.profiles.is_empty() || self.environment.is_some() || self.config_key.is_some()
    }

    /// Whether a model needs a credential that is not there.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        self.in_use && !self.available
    }
}

/// A stored profile.
pub struct Stored {
    /// Its id.
    pub id: ProfileId,
    /// How it signs.
    pub mode: Mode,
    /// Its secret, masked.
    pub masked: String,
    /// The account, where known.
    pub email: Option<String>,
    /// Its health.
    pub health: ProfileHealth,
    /// Every cooldown in force, those of single models too.
    pub cooling: Vec<Cooling>,
}

/// Runs the command.
///
/// # Errors
/// When the config cannot be read or the agent is unknown.
pub fn run(app: &App, args: StatusArgs) -> Outcome {
    let state = State::read(app, args.agent.as_deref())?;
    let settings = &state.settings;
    let shown = args.agent.as_ref().and(state.agent_settings());
    let text = listed(settings, shown, Purpose::Text);
    let image = listed(settings, shown, Purpose::Image);
    let primary = text.primary.as_ref().and_then(|named| named.model.clone());
    let primary = primary.unwrap_or_else(ModelRef::fallback_default);

    let mut used: BTreeSet<ProviderId> = state
        .models_in_use()
        .into_iter()
        .map(|model| model.provider)
        .collect();
    let named = [&text, &image]
        .into_iter()
        .flat_map(|found| found.primary.iter().chain(&found.fallbacks));
    used.extend(named.filter_map(|named| Some(named.model.as_ref()?.provider.clone())));
    used.insert(primary.provider.clone());
    let providers = providers(app, &state, &used);

    let missing: Vec<ProviderId> = providers
        .iter()
        .filter(|one| one.is_missing())
        .map(|one| one.id.clone())
        .collect();
    let health = providers
        .iter()
        .flat_map(|one| &one.profiles)
        .map(|profile| profile.health.health);
    let check = if state.unusable.is_empty() {
        check(health, &missing)
    } else {
        Check::Failing
    };
    let mut remarks = Vec::new();
    let own = state
        .agent_settings()
        .is_some_and(|agent| agent.model.primary().is_some());
    if args.agent.is_none() && own {
        remarks.push(format!(
            "the default agent `{0}` has a model of its own; see `openclaw models status --agent {0}`",
            state.agent
        ));
    }
    Ok(Box::new(Status {
        config: (
            state.config.file.clone(),
            app.paths.shorten(&state.config.file),
        ),
        agent: args.agent.as_ref().map(|_| state.agent.clone()),
        store: (
            state.auth_file.path().to_path_buf(),
            app.paths.shorten(state.auth_file.path()),
        ),
        text,
        image,
        primary,
        aliases: settings
            .aliases()
            .iter()
            .map(|alias| (alias.name.clone(), alias.model.clone()))
            .collect(),
        allowed: settings.allowlist(),
        configured: configured(settings)
            .into_iter()
            .map(|entry| entry.model)
            .collect(),
        providers,
        unusable: state
            .unusable
            .iter()
            .map(|path| app.paths.shorten(path))
            .collect(),
        shell: state.shell,
        check,
        checked: args.check,
        now: app.now(),
        warnings: state.warnings,
        remarks,
        agent_dir: state.agent_dir,
    }))
}

/// Returns the providers that have a credential or are in use, by id.
fn providers(app: &App, state: &State, used: &BTreeSet<ProviderId>) -> Vec<Provider> {
    let mut ids = used.clone();
    ids.extend(
        state
            .auth
            .profiles
            .iter()
            .map(|profile| profile.provider.clone()),
    );
    ids.extend(
        state
            .config
            .typed
            .models
            .providers
            .iter()
            .map(|(key, _)| normalize_provider(key)),
    );
    ids.extend(
        registry::all()
            .into_iter()
            .map(|plugin| ProviderId::new(plugin.id())),
    );
    let found = ids.into_iter().map(|id| provider(app, state, id, used));
    found.filter(|one| one.has_any() || one.in_use).collect()
}

fn provider(app: &App, state: &State, id: ProviderId, used: &BTreeSet<ProviderId>) -> Provider {
    let (order, ids, available, needs_none) =
        state.with_auth_inputs(app, &id, None, None, |inputs| {
            let (order, ids) = listed_profiles(inputs);
            let ids: Vec<ProfileId> = ids.into_iter().cloned().collect();
            let available = resolve(inputs).is_ok_and(|found| !found.sources.is_empty());
            (order, ids, available, inputs.needs_none)
        });
    let mut profiles: Vec<Stored> = state
        .auth
        .profiles
        .iter()
        .filter(|profile| profile.provider == id)
        .map(|profile| stored(app, state, profile))
        .collect();
    profiles.sort_by(|a, b| a.id.cmp(&b.id));
    let environment = state.environment_key(&id).map(|key| {
        let value = state.config.environment.get(&key.name).unwrap_or_default();
        (key.source().to_string(), key.mode, mask(value))
    });
    Provider {
        in_use: used.contains(&id),
        needs_none,
        available,
        profiles,
        environment,
        config_key: state.config_key(&id).map(|key| mask(&key)),
        order,
        ids,
        id,
    }
}

pub(super) fn stored(app: &App, state: &State, profile: &Profile) -> Stored {
    let usage = state.usage.get(&profile.id);
    // A success forgets the failures before it, so these are of the last attempts.
    let refused =
        usage.is_some_and(|usage| usage.failure_counts.contains_key(FailureKind::Auth.name()));
    let secret = match &profile.credential {
        Credential::ApiKey { key } => key,
        Credential::Token { token, .. } => token,
        Credential::Oauth {
            access, refresh, ..
        } => {
            if access.expose().trim().is_empty() {
                refresh
            } else {
                access
            }
        }
    };
    Stored {
        id: profile.id.clone(),
        mode: profile.credential.mode(),
        masked: mask(secret.expose().trim()),
        email: profile.email.clone(),
        health: profile_health(profile, usage, refused, app.now(), EXPIRY_WARNING),
        cooling: usage
            .map(|usage| active(usage, app.now()))
            .unwrap_or_default(),
    }
}

impl Status {
    /// Returns the agent whose credentials these are, for a command line.
    #[must_use]
    pub fn agent_or_main(&self) -> &str {
        self.agent.as_deref().unwrap_or(DEFAULT_AGENT)
    }
}
