//! What the user's files say, read once for a command and put into the core's terms.

mod credentials;
mod default_model;
mod faults;
mod misfit;
mod references;
mod refusal;
mod settings;
mod sources;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use openclaw_core::auth_order::DeclaredProfile;
use openclaw_core::base_url::{self, Unusable};
use openclaw_core::cooldown::{CooldownSettings, Policy, UsageStats};
use openclaw_core::credential::{Profile, ProfileId, ProviderId};
use openclaw_core::model_ref::{DEFAULT_AGENT, ModelRef, normalize_agent_id, normalize_provider};
use openclaw_core::selection::{AgentSettings, Settings};
use openclaw_core::status::relative;
use openclaw_core::time::Timestamp;

use crate::adc;
use crate::aws::Ambient;
use crate::catalog::Catalog;
use crate::failure::{Failure, Kind};
use crate::local_credentials::{self, LocalCredentials};
use crate::login_shell::{self, Imported};
use crate::registry::{Installed, Registry};
use crate::secrets::Secrets;
use crate::surroundings::Surroundings;
use crate::update;
use openclaw_store::Paths;
use openclaw_store::auth::{AuthFile, AuthStore, Stamp};
use openclaw_store::catalog_data::CatalogData;
use openclaw_store::config::Config;
use openclaw_store::schema::models::{Model as ConfiguredModel, Provider as ProviderConfig};
use openclaw_store::secrets::Unresolved;

use credentials::{Credentials, credentials};

pub use faults::Fault;
pub use misfit::{Misfit, Misplaced, forms};
pub use settings::{declared, settings_of};
pub use sources::EmptyVariable;

/// The user's files, as one agent sees them.
pub struct Snapshot {
    /// The config.
    pub config: Config,
    /// Its part that selection works on.
    pub settings: Settings,
    /// The agent, normalized.
    pub agent: String,
    /// The agent's folder.
    pub agent_dir: PathBuf,
    /// The agent's own credential store; writes go here.
    pub auth_file: AuthFile,
    /// The store of `main`, for an agent that inherits from it.
    pub main_auth: Option<AuthFile>,
    /// The credentials that the agent sees: its own laid over those of `main`.
    pub auth: AuthStore,
    /// Use and cooldowns by profile.
    pub usage: BTreeMap<ProfileId, UsageStats>,
    /// The config's `auth.profiles`.
    pub declared: Vec<DeclaredProfile>,
    /// Why references of stored profiles to secrets elsewhere gave none, by profile.
    pub unresolved: BTreeMap<ProfileId, String>,
    /// Why references of the config's keys gave none, where that was looked at, by provider.
    pub(crate) lost_keys: BTreeMap<ProviderId, Unresolved>,
    /// The secrets that are kept elsewhere.
    pub secrets: Secrets,
    /// Credential stores that cannot be read or understood, so count as empty.
    pub unusable: Vec<PathBuf>,
    /// What was taken from the login shell.
    pub shell: Imported,
    /// The credentials in the working directory's `.env`, used or not.
    pub local: LocalCredentials,
    /// Which plugins there are.
    pub registry: Arc<Registry>,
    /// Facts of models that were installed.
    pub catalog_data: Arc<CatalogData>,
    /// The credentials that the machine has by itself.
    pub(crate) ambient: Arc<Ambient>,
    /// The same, of Google's.
    pub(crate) adc: Arc<adc::Ambient>,
    /// Whether the default AWS profile leads to credentials, once that was asked.
    aws_profile: OnceLock<bool>,
    /// Where the config's entry for each provider is.
    providers: BTreeMap<ProviderId, usize>,
    /// The stamps of the credential stores when they were read: the agent's own, and the inherited.
    pub(crate) stamps: (Option<Stamp>, Option<Stamp>),
    /// What there is to say about the files.
    pub warnings: Vec<String>,
}

impl Snapshot {
    /// Reads config and credentials. Without an agent, the default one is meant.
    ///
    /// # Errors
    /// When the config cannot be used or the agent is unknown.
    pub fn read(surroundings: &Surroundings, agent: Option<&str>) -> Result<Self, Failure> {
        let mut config = surroundings.config.load(&surroundings.environment)?;
        let settings = settings_of(&config);
        let agent = match agent {
            Some(id) => {
                settings.agent(id)?;
                normalize_agent_id(id)
            }
            None => settings.default_agent(),
        };
        let configured = config
            .typed
            .agents
            .list
            .iter()
            .find(|entry| normalize_agent_id(&entry.id) == agent);
        let agent_dir = surroundings.paths.agent_dir(
            &agent,
            configured.and_then(|entry| entry.agent_dir.as_deref()),
        )?;
        let (shell, unasked) = login_shell::import(
            &surroundings.shell,
            &surroundings.environment,
            &surroundings.registry,
            &mut config,
        );
        let local = local_credentials::import(&surroundings.registry, &mut config);
        let mut warnings: Vec<String> = config.warnings.iter().map(ToString::to_string).collect();
        warnings.extend(unasked);
        warnings.extend(config.faults.iter().map(ToString::to_string));
        warnings.extend(update::warning(&surroundings.catalog_data));
        let mut unusable = Vec::new();
        let Credentials {
            auth_file,
            main_auth,
            auth,
            stamps,
            unresolved,
        } = credentials(
            surroundings,
            &config,
            &agent,
            &agent_dir,
            (&mut warnings, &mut unusable),
        )?;
        let registry = &surroundings.registry;
        let logins = auth.renewals.iter().map(|(id, _)| id);
        warnings.extend(logins.filter_map(|id| cut_off(registry, &auth, id, surroundings.now())));
        let usage = auth.usage.iter().cloned().collect();
        let declared = declared(&config);
        let mut snapshot = Self {
            providers: places(&config.typed.models.providers),
            config,
            settings,
            agent,
            agent_dir,
            auth_file,
            main_auth,
            auth,
            usage,
            declared,
            unresolved,
            lost_keys: BTreeMap::new(),
            secrets: surroundings.secrets.clone(),
            unusable,
            shell,
            local,
            registry: Arc::clone(registry),
            catalog_data: Arc::clone(&surroundings.catalog_data),
            ambient: Arc::clone(&surroundings.ambient),
            adc: Arc::clone(&surroundings.adc),
            aws_profile: OnceLock::new(),
            stamps,
            warnings,
        };
        let keys = snapshot.unresolved_keys().into_iter();
        let said = keys.map(|(key, why)| format!("{key}: {}", why.line()));
        snapshot.warnings.extend(said);
        snapshot.settings.default_model = default_model::of(surroundings, &snapshot);
        Ok(snapshot)
    }

    /// Returns the config's part that selection works on, when it was read again: with the default
    /// model that was found before.
    #[must_use]
    pub fn settings_again(&self, config: &Config) -> Settings {
        Settings {
            default_model: self.settings.default_model.clone(),
            ..settings_of(config)
        }
    }

    /// Returns the agent's entry in the config, if it has one.
    #[must_use]
    pub fn agent_settings(&self) -> Option<&AgentSettings> {
        self.settings.agent(&self.agent).ok().flatten()
    }

    /// Returns the config's entry for a provider, by exact or normalized id.
    #[must_use]
    pub fn provider_config(&self, provider: &ProviderId) -> Option<&ProviderConfig> {
        let entries = &self.config.typed.models.providers;
        let place = self.providers.get(provider)?;
        entries.get(*place).map(|(_, entry)| entry)
    }

    /// Returns the base URL that the config names for a provider, as it becomes a grant.
    ///
    /// # Errors
    /// When it cannot be used: no other address may take its place.
    pub fn base_url(&self, provider: &ProviderId) -> Result<Option<String>, Failure> {
        let Some(entry) = self.provider_config(provider) else {
            return Ok(None);
        };
        match (&entry.base_url, &entry.base_url_fault) {
            (None, _) => Ok(None),
            (Some(url), None) => {
                let url = url.trim().trim_end_matches('/').to_owned();
                Ok(Some(url).filter(|url| !url.is_empty()))
            }
            // What the gate refuses anyway it refuses in its own words.
            (Some(url), Some(Unusable::Part(_) | Unusable::Refused(_))) if !url.contains('*') => {
                Ok(Some(url.trim().trim_end_matches('/').to_owned()))
            }
            (Some(_), Some(why)) => Err(Failure::new(
                Kind::Config,
                "cannot use the configured `baseUrl`",
            )
            .detail(format!("caused by: {why}"))
            .hint(format!(
                "write a whole address, as in `openclaw config set models.providers.{provider}.baseUrl {}`",
                base_url::EXAMPLE
            ))),
        }
    }

    /// Returns the store that holds a profile: the agent's own, or that of `main` which it inherits.
    /// The files are read anew.
    #[must_use]
    pub fn store_of(&self, id: &ProfileId) -> Option<&AuthFile> {
        std::iter::once(&self.auth_file)
            .chain(&self.main_auth)
            .find(|file| file.load().document.entry(id).is_some())
    }

    /// Returns the store that holds a profile; for one that is stored nowhere, that of `main`.
    pub(crate) fn owner(&self, id: &ProfileId) -> &AuthFile {
        self.store_of(id)
            .or(self.main_auth.as_ref())
            .unwrap_or(&self.auth_file)
    }

    /// Returns why nothing can be sent of a stored profile that looks as if something could.
    #[must_use]
    pub fn unusable_because(&self, profile: &Profile) -> Option<String> {
        let unresolved = self.unresolved.get(&profile.id).cloned();
        unresolved.or_else(|| {
            let why = profile.credential.unsendable()?;
            Some(format!("cannot be sent: {why}"))
        })
    }

    /// Returns a profile that the agent sees.
    #[must_use]
    pub fn profile(&self, id: &ProfileId) -> Option<&Profile> {
        self.auth.profiles.iter().find(|profile| profile.id == *id)
    }

    /// Returns the credential stores of the configured agents, but for one.
    #[must_use]
    pub fn other_stores(&self, paths: &Paths, but: &AuthFile) -> Vec<AuthFile> {
        let list = &self.config.typed.agents.list;
        let configured = list
            .iter()
            .map(|entry| (entry.id.as_str(), entry.agent_dir.as_deref()));
        let has_main = list
            .iter()
            .any(|entry| normalize_agent_id(&entry.id) == DEFAULT_AGENT);
        configured
            .chain((!has_main).then_some((DEFAULT_AGENT, None)))
            .filter_map(|(id, folder)| paths.agent_dir(id, folder).ok())
            .map(|folder| AuthFile::new(&folder).dry(but.dry_run()))
            .filter(|file| file.path() != but.path())
            .collect()
    }

    /// Takes back the warning about a login that has just been replaced.
    pub fn signed_in_anew(&mut self, id: &ProfileId, now: Timestamp) {
        let about = cut_off(&self.registry, &self.auth, id, now);
        self.warnings
            .retain(|warning| Some(warning) != about.as_ref());
    }

    /// Returns the waiting rules of a provider.
    #[must_use]
    pub fn policy(&self, provider: &ProviderId) -> Policy {
        let cooldowns = &self.config.typed.auth.cooldowns;
        let settings = CooldownSettings {
            billing_backoff_hours: cooldowns.billing_backoff_hours,
            billing_backoff_hours_by_provider: cooldowns.billing_backoff_hours_by_provider.clone(),
            billing_max_hours: cooldowns.billing_max_hours,
            failure_window_hours: cooldowns.failure_window_hours,
        };
        // Behind an id of the user's own there may be many accounts, as with a proxy.
        let is_own = self.registry.find(provider).is_none();
        let by_model = is_own || self.registry.bills_by_model(provider);
        Policy::for_provider(&settings, provider, by_model)
    }

    /// Returns every known model: of the plugins, and of the config's own providers.
    #[must_use]
    pub fn catalog(&self) -> Catalog {
        let configured = &self.config.typed.models.providers;
        Catalog::new(&self.registry, &self.catalog_data, configured)
    }

    /// Returns the plugin that serves a provider: its own, else the one that speaks the wire format
    /// that the config names for it.
    #[must_use]
    pub fn plugin(&self, provider: &ProviderId) -> Option<&Installed> {
        self.plugin_for(provider, None)
    }

    /// Returns the plugin that serves a model of a provider: one of the user's own may have a model
    /// with a wire format of its own.
    #[must_use]
    pub fn plugin_for(&self, provider: &ProviderId, model: Option<&str>) -> Option<&Installed> {
        self.registry.find(provider).or_else(|| {
            let entry = self.provider_config(provider)?;
            entry.base_url.as_ref()?;
            let own = model.and_then(|id| self.model_config(provider, id)?.api.as_deref());
            let of_any = || entry.models.iter().find_map(|model| model.api.as_deref());
            let api = own.or(entry.api.as_deref()).or_else(of_any)?;
            self.registry.for_dialect(api)
        })
    }

    /// Returns what the config says of a model of a provider.
    #[must_use]
    pub fn model_config(&self, provider: &ProviderId, id: &str) -> Option<&ConfiguredModel> {
        let entry = self.provider_config(provider)?;
        entry.models.iter().find(|model| model.id == id)
    }

    /// Whether a model that no catalog lists may be asked for: the config names it, or its provider
    /// is the user's own.
    #[must_use]
    pub fn accepts_unlisted(&self, model: &ModelRef) -> bool {
        self.settings.lists(model)
            || self.provider_config(&model.provider).is_some()
            || self.registry.is_local(&model.provider)
    }

    /// Whether a provider is configured or served by a plugin.
    #[must_use]
    pub fn knows_provider(&self, provider: &ProviderId) -> bool {
        self.registry.find(provider).is_some() || self.provider_config(provider).is_some()
    }

    /// Returns the models in use: primary, fallbacks and image models of this agent.
    #[must_use]
    pub fn models_in_use(&self) -> Vec<ModelRef> {
        use openclaw_core::selection::{Purpose, chain};
        let mut models = Vec::new();
        for purpose in [Purpose::Text, Purpose::Image] {
            if purpose == Purpose::Image
                && self
                    .settings
                    .primary(self.agent_settings(), purpose)
                    .is_none()
            {
                continue;
            }
            if let Ok(chain) = chain(&self.settings, Some(&self.agent), purpose, None) {
                for link in chain.links {
                    if !models.contains(&link.model) {
                        models.push(link.model);
                    }
                }
            }
        }
        models
    }
}

/// Returns where each provider's entry is: that of its exact id, else the first one that means it.
fn places(entries: &[(String, ProviderConfig)]) -> BTreeMap<ProviderId, usize> {
    let mut places: BTreeMap<ProviderId, usize> = BTreeMap::new();
    for (at, (key, _)) in entries.iter().enumerate() {
        let id = normalize_provider(key);
        let is_exact = id.as_str() == key;
        match places.entry(id) {
            Entry::Vacant(entry) => {
                entry.insert(at);
            }
            Entry::Occupied(mut entry) if is_exact && entries[*entry.get()].0 != *key => {
                entry.insert(at);
            }
            Entry::Occupied(_) => {}
        }
    }
    places
}

/// Returns what there is to say of a login whose renewal somebody began and never finished.
fn cut_off(
    registry: &Registry,
    auth: &AuthStore,
    id: &ProfileId,
    now: Timestamp,
) -> Option<String> {
    let (_, renewal) = auth
        .renewals
        .iter()
        .find(|(known, renewal)| known == id && renewal.is_overdue(now))?;
    let profile = auth.profiles.iter().find(|profile| profile.id == *id)?;
    Some(format!(
        "refreshing the OAuth token of `{id}`, begun {}, was cut off before the result was stored: the login may be lost; if so, log in again with `{}`",
        relative(now, renewal.begun),
        registry.sign_in(&profile.provider)
    ))
}
