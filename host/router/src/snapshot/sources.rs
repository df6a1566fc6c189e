//! Where a provider's credentials may come from: stored profiles, variables, the config's key, or
//! nothing where none is needed.

use openclaw_core::auth_order::{AdcFacts, AuthInputs, AwsFacts, EnvironmentKey, resolve};
use openclaw_core::capability::{Reach, Target, reach};
use openclaw_core::credential::{Mode, ProfileId, ProviderId};
use openclaw_core::credential_format::tidy;
use openclaw_core::model_ref::ModelRef;
use openclaw_core::secret_ref::SecretRef;
use openclaw_core::selection::{Purpose, order_of};
use openclaw_store::schema::models::Model as ConfiguredModel;
use openclaw_store::secrets::Lookup;
use openclaw_store::{Paths, env_vars};

use super::Snapshot;
use crate::adc;
use crate::aws;
use crate::surroundings::Surroundings;

/// A variable that could hold a credential and gives none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmptyVariable {
    /// Its name.
    pub name: String,
    /// What there is to say besides that it is not set.
    pub why: Option<String>,
}

impl EmptyVariable {
    /// Returns what is wrong, in a line.
    #[must_use]
    pub fn line(&self) -> String {
        let why = self.why.as_deref().unwrap_or("not set");
        format!("environment `{}`: {why}", self.name)
    }
}

impl Snapshot {
    /// Returns the first of a provider's variables that holds a credential of it.
    #[must_use]
    pub fn environment_key(&self, provider: &ProviderId) -> Option<EnvironmentKey> {
        let names = self.registry.secret_variables(provider);
        let name = names.into_iter().find(|(name, _)| {
            let value = self.config.environment.credential(name);
            value.is_some_and(|value| self.misfit(provider, value).is_none())
        });
        name.map(|(name, mode)| EnvironmentKey {
            mode: mode.unwrap_or(Mode::ApiKey),
            from_shell: self.shell.names.contains(&name),
            name,
        })
    }

    /// Returns why nothing gives a credential of a provider that could: its variables and the key of
    /// the config, a line each for a person.
    #[must_use]
    pub fn variables_without_credential(
        &self,
        paths: &Paths,
        provider: &ProviderId,
    ) -> Vec<String> {
        let variables = self.empty_variables(paths, provider);
        let lines = variables.iter().map(EmptyVariable::line);
        lines.chain(self.config_key_problem(provider)).collect()
    }

    /// Returns the variables that could hold a credential of a provider and give none.
    #[must_use]
    pub fn empty_variables(&self, paths: &Paths, provider: &ProviderId) -> Vec<EmptyVariable> {
        let names = self.registry.secret_variables(provider).into_iter();
        let found = names.filter_map(|(name, _)| {
            if let Some(value) = self.config.environment.credential(&name) {
                let misfit = self.misfit(provider, value)?;
                let why = Some(format!("set, but not used: {}", misfit.why));
                return Some(EmptyVariable { name, why });
            }
            let local = &self.local;
            let file = local.file.as_ref();
            let file = file.filter(|_| local.ignored.contains(&name));
            let why =
                file.map(|file| format!("not set; the one in {} is ignored", paths.shorten(file)));
            Some(EmptyVariable { name, why })
        });
        found.collect()
    }

    /// Returns why the config's key for a provider gives none, where it names one.
    #[must_use]
    pub fn config_key_problem(&self, provider: &ProviderId) -> Option<String> {
        let key = format!("config `models.providers.{provider}.apiKey`");
        if let Some(name) = self.config_key_variable(provider) {
            return Some(format!("{key}: {name} is not set"));
        }
        let unresolved = self.config_reference(provider)?.err()?;
        Some(format!("{key}: {}", unresolved.line()))
    }

    /// Returns the variable that the config's key for a provider refers to, if it is not set.
    #[must_use]
    pub fn config_key_variable(&self, provider: &ProviderId) -> Option<&str> {
        let key = self.provider_config(provider)?.api_key.as_ref()?;
        key.as_ref().err().map(|missing| missing.name.as_str())
    }

    /// Whether the config holds a usable key for a provider, or says where one is.
    #[must_use]
    pub fn has_config_key(&self, provider: &ProviderId) -> bool {
        let elsewhere =
            |found: Result<(_, Lookup), _>| found.is_ok_and(|(_, lookup)| lookup.is_elsewhere());
        self.config_key(provider).is_some()
            || self.config_reference(provider).is_some_and(elsewhere)
    }

    /// Returns the config's key for a provider, if its variables are set and it is not blank. One that
    /// is kept elsewhere is not among them.
    #[must_use]
    pub fn config_key(&self, provider: &ProviderId) -> Option<String> {
        if let Some(Err(_)) = self.config_reference(provider) {
            return None;
        }
        let key = self.provider_config(provider)?.api_key.as_ref()?;
        let text = tidy(key.as_ref().ok()?.expose()).to_owned();
        Some(text).filter(|text| !text.is_empty())
    }

    /// Puts together what decides about the credentials of a provider, and hands it to `decide`.
    pub fn with_auth_inputs<T>(
        &self,
        surroundings: &Surroundings,
        provider: &ProviderId,
        model: Option<&str>,
        explicit: Option<&ProfileId>,
        decide: impl FnOnce(&AuthInputs<'_>) -> T,
    ) -> T {
        let ids = |order: &[(String, Vec<String>)]| {
            order_of(order, provider)
                .map(|list| list.iter().map(ProfileId::new).collect::<Vec<_>>())
        };
        let agent_order = self
            .agent_settings()
            .and_then(|agent| ids(&agent.auth_order));
        let config_order = ids(&self.settings.auth_order);
        let store_order = self
            .auth
            .order
            .iter()
            .find(|(of, _)| of == provider)
            .map(|(_, list)| list.as_slice());
        let entry = self.provider_config(provider);
        let keyless = self.asks_for_none(provider);
        let environment = self.environment_key(provider).filter(|_| !keyless);
        let aws_override = entry.is_some_and(|entry| entry.auth.as_deref() == Some("aws-sdk"));
        let uses_aws = aws_override || self.registry.signs_with_aws(provider);
        decide(&AuthInputs {
            provider,
            model,
            explicit,
            preferred: None,
            profiles: if keyless { &[] } else { &self.auth.profiles },
            declared: &self.declared,
            agent_order: agent_order.as_deref(),
            store_order,
            config_order: config_order.as_deref(),
            usage: &self.usage,
            environment: environment.as_ref(),
            config_key: !keyless && self.has_config_key(provider),
            aws_override,
            aws: (uses_aws && !keyless)
                .then(|| self.aws(provider, model.is_some() || entry.is_some()))
                .flatten(),
            adc: (self.registry.asks_for_adc(provider) && !keyless)
                .then(|| self.adc(provider, model.is_some() || entry.is_some()))
                .flatten(),
            needs_none: self.needs_no_credential(provider),
            now: surroundings.now(),
        })
    }

    /// Whether a provider works without a credential: its plugin serves models on this machine, it is
    /// the user's own and on this machine or in its network, or the config says that none is asked
    /// for, or has the header that would carry one. One whose config names a key that cannot be had
    /// needs it, wherever it is.
    #[must_use]
    pub fn needs_no_credential(&self, provider: &ProviderId) -> bool {
        const CARRIERS: [&str; 4] = ["authorization", "x-api-key", "api-key", "x-goog-api-key"];
        if self.registry.is_local(provider) || self.asks_for_none(provider) {
            return true;
        }
        let Some(entry) = self.provider_config(provider) else {
            return false;
        };
        let mut headers = entry.headers.iter().map(|(name, _)| name);
        headers.any(|name| CARRIERS.contains(&name.to_ascii_lowercase().as_str()))
            || !entry.api_key_ref.as_ref().is_some_and(is_elsewhere)
                && self.registry.find(provider).is_none()
                && self
                    .base_url(provider)
                    .ok()
                    .flatten()
                    .is_some_and(|url| is_near(&url))
    }

    /// Whether the config says that a provider asks for no credential.
    fn asks_for_none(&self, provider: &ProviderId) -> bool {
        let entry = self.provider_config(provider);
        entry.is_some_and(|entry| entry.auth.as_deref() == Some("none"))
    }

    /// Returns what the config says of a model in its provider's list.
    #[must_use]
    pub fn configured_model(&self, model: &ModelRef) -> Option<&ConfiguredModel> {
        let models = &self.provider_config(&model.provider)?.models;
        models.iter().rfind(|known| known.id == model.model)
    }

    /// Whether a model of this provider is the one that is used, or its fallback.
    fn is_named(&self, provider: &ProviderId) -> bool {
        let agent = self.agent_settings();
        let primary = self.settings.primary(agent, Purpose::Text);
        let (fallbacks, _) = self.settings.fallbacks(agent, Purpose::Text);
        let primary = primary.map(|(name, _)| name).into_iter();
        let mut named = primary.chain(fallbacks.iter().map(String::as_str));
        named.any(|raw| {
            let found = self.settings.resolve(raw);
            found.is_ok_and(|found| found.model.provider == *provider)
        })
    }

    /// Returns where AWS credentials of this machine would come from. Whoever has an account may have
    /// them anywhere; who never heard of the provider is not told that there might be some.
    fn aws(&self, provider: &ProviderId, is_asked_for: bool) -> Option<AwsFacts> {
        let is_set = |variable| self.config.environment.var(&variable).is_some();
        let told = AwsFacts {
            bearer: is_set(env_vars::AWS_BEARER_TOKEN_BEDROCK),
            access_key: is_set(env_vars::AWS_ACCESS_KEY_ID)
                && is_set(env_vars::AWS_SECRET_ACCESS_KEY),
            profile: is_set(env_vars::AWS_PROFILE),
            shared: false,
            web_identity: is_set(env_vars::AWS_WEB_IDENTITY_TOKEN_FILE),
            container: is_set(env_vars::AWS_CONTAINER_CREDENTIALS_RELATIVE_URI)
                || is_set(env_vars::AWS_CONTAINER_CREDENTIALS_FULL_URI),
        };
        let is_relevant = told.is_told() || is_asked_for || self.is_named(provider);
        is_relevant.then(|| AwsFacts {
            shared: *self
                .aws_profile
                .get_or_init(|| aws::has_default_profile(&self.config.environment)),
            ..told
        })
    }

    /// Returns where Google's credentials of this machine would come from. A file that is named is told of;
    /// a login of gcloud's own is, where the provider is asked for or its project is set.
    fn adc(&self, provider: &ProviderId, is_asked_for: bool) -> Option<AdcFacts> {
        let environment = &self.config.environment;
        let is_set = |variable| environment.var(&variable).is_some();
        let file = is_set(env_vars::GOOGLE_APPLICATION_CREDENTIALS);
        let is_relevant = file || is_asked_for || self.is_named(provider);
        if !is_relevant && !is_set(env_vars::GOOGLE_CLOUD_PROJECT) {
            return None;
        }
        let login = adc::has_login(environment);
        (is_relevant || login).then_some(AdcFacts { file, login })
    }

    /// Whether there is a credential for a provider that may be tried, or none is needed.
    #[must_use]
    pub fn is_available(&self, surroundings: &Surroundings, provider: &ProviderId) -> bool {
        self.with_auth_inputs(surroundings, provider, None, None, |inputs| {
            resolve(inputs).is_ok_and(|found| !found.sources.is_empty())
        })
    }
}

/// Whether a reference is to something other than a variable.
fn is_elsewhere(reference: &SecretRef) -> bool {
    !matches!(reference, SecretRef::Env(_))
}

/// Whether an address leads to this machine or into its network.
fn is_near(url: &str) -> bool {
    let Ok(target) = Target::parse(&format!("{url}/")) else {
        return false;
    };
    let host = target.host();
    match host.address() {
        Some(address) => reach(address) != Reach::Global,
        None => host.is_private_name(),
    }
}
