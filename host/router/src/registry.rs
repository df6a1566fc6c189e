//! Which plugin serves which provider.
//!
//! A value, built once from the bundled components (later also from installed ones and the
//! operator's policy). What has to be known of a vendor is in its plugin's manifest; nothing here
//! names one. Manifests are read when first asked for.

use std::sync::{Arc, OnceLock};

use openclaw_core::catalog::Model;
use openclaw_core::credential::{Mode, ProfileId, ProviderId};
use openclaw_manifest::Manifest;
use openclaw_runtime::bundle::{self, Bundled};
use openclaw_runtime::{LoadError, Plugin};
use openclaw_store::auth::ToolLogin;

/// The plugins that may serve a provider, by id.
#[derive(Debug)]
pub struct Registry {
    plugins: Vec<Installed>,
}

/// A plugin that may serve a provider. Cheap to copy.
#[derive(Clone, Debug)]
pub struct Installed(Arc<Entry>);

#[derive(Debug)]
struct Entry {
    bundled: &'static Bundled,
    manifest: OnceLock<Manifest>,
}

impl Registry {
    /// Returns the registry of the bundled plugins.
    #[must_use]
    pub fn bundled() -> Self {
        let entry = |bundled| {
            Installed(Arc::new(Entry {
                bundled,
                manifest: OnceLock::new(),
            }))
        };
        Self {
            plugins: bundle::ALL.iter().map(entry).collect(),
        }
    }

    /// Returns every plugin, by id.
    #[must_use]
    pub fn all(&self) -> &[Installed] {
        &self.plugins
    }

    /// Returns the plugin whose id is a provider's.
    #[must_use]
    pub fn find(&self, provider: &ProviderId) -> Option<&Installed> {
        self.plugins
            .iter()
            .find(|plugin| plugin.id() == provider.as_str())
    }

    /// Returns the manifest of the plugin that serves a provider.
    #[must_use]
    pub fn manifest(&self, provider: &ProviderId) -> Option<&Manifest> {
        self.find(provider).map(Installed::manifest)
    }

    /// Returns the plugin that serves a wire format for custom providers, by its name in
    /// `models.providers.<id>.api`: the first whose manifest lists it.
    #[must_use]
    pub fn for_dialect(&self, api: &str) -> Option<&Installed> {
        self.plugins
            .iter()
            .find(|plugin| plugin.manifest().dialects.iter().any(|name| name == api))
    }

    /// Whether a provider's plugin serves models on this machine, and so needs no credential.
    #[must_use]
    pub fn is_local(&self, provider: &ProviderId) -> bool {
        self.manifest(provider)
            .is_some_and(|manifest| manifest.local)
    }

    /// Returns the variables that may hold a provider's credential, in its order, with their modes.
    #[must_use]
    pub fn secret_variables(&self, provider: &ProviderId) -> Vec<(String, Option<Mode>)> {
        let Some(manifest) = self.manifest(provider) else {
            return Vec::new();
        };
        let secret = manifest.env.iter().filter(|variable| variable.secret);
        secret
            .map(|variable| {
                let mode = variable.mode.as_deref().and_then(Mode::from_name);
                (variable.name.clone(), mode)
            })
            .collect()
    }

    /// Returns the variables that may hold a credential of any provider.
    #[must_use]
    pub fn all_secret_variables(&self) -> Vec<String> {
        let plugins = self.plugins.iter();
        plugins.flat_map(Installed::secret_variables).collect()
    }

    /// Whether a provider bills each model apart.
    #[must_use]
    pub fn bills_by_model(&self, provider: &ProviderId) -> bool {
        self.manifest(provider)
            .is_some_and(|manifest| manifest.billing_by_model)
    }

    /// Whether a provider's plugin asks to sign with the AWS credentials of the machine.
    #[must_use]
    pub fn signs_with_aws(&self, provider: &ProviderId) -> bool {
        self.manifest(provider)
            .is_some_and(Manifest::signs_with_aws)
    }

    /// Whether a provider's plugin asks for access tokens of Google's Application Default Credentials.
    #[must_use]
    pub fn asks_for_adc(&self, provider: &ProviderId) -> bool {
        self.manifest(provider).is_some_and(Manifest::asks_for_adc)
    }

    /// Returns the logins of vendors' own tools that may be used. Only bundled plugins may name
    /// some: whoever names a file here has its content sent to where the plugin says.
    #[must_use]
    pub fn tool_logins(&self) -> Arc<[ToolLogin]> {
        let bundled = self.plugins.iter().flat_map(|plugin| {
            let logins = plugin.manifest().tool_logins.iter();
            logins.map(|login| ToolLogin {
                file: login.file.clone(),
                provider: login.provider.clone(),
                profile: ProfileId::new(&login.profile),
                access: login
                    .access
                    .clone()
                    .unwrap_or_else(|| "/access_token".to_owned()),
            })
        });
        bundled.collect()
    }

    /// Returns the command that signs in to a provider anew.
    #[must_use]
    pub fn sign_in(&self, provider: &ProviderId) -> String {
        let has_flow = self.manifest(provider).is_some_and(|manifest| {
            let mut methods = manifest.auth.iter();
            let first = methods.find(|method| method.refuse.is_none());
            first.is_some_and(|method| method.login.is_some())
        });
        if has_flow {
            return format!("openclaw models auth login {provider}");
        }
        let takes_token = self.manifest(provider).is_some_and(|manifest| {
            let is_token = |mode: &str| Mode::from_name(mode) == Some(Mode::Token);
            let mut methods = manifest.auth.iter();
            methods.any(|method| {
                let lasts = method.lifetime_days.is_some();
                is_token(&method.mode) && lasts && method.refuse.is_none()
            })
        });
        let verb = if takes_token { "setup-token" } else { "add" };
        format!("openclaw models auth {verb} --provider {provider}")
    }

    /// Whether a text has the form of a credential of any plugin's vendor.
    #[must_use]
    pub fn is_credential(&self, text: &str) -> bool {
        self.plugins.iter().any(|plugin| {
            let patterns = plugin.manifest().auth.iter();
            let mut patterns = patterns.filter_map(|method| method.pattern.as_deref());
            patterns.any(|pattern| {
                regex_lite::Regex::new(pattern).is_ok_and(|pattern| pattern.is_match(text))
            })
        })
    }
}

impl Installed {
    /// Returns its id.
    #[must_use]
    pub fn id(&self) -> &'static str {
        self.0.bundled.id
    }

    /// Returns its manifest.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        self.0.manifest.get_or_init(|| self.0.bundled.manifest())
    }

    /// Returns the variables that it declares as secrets.
    #[must_use]
    pub fn secret_variables(&self) -> Vec<String> {
        let variables = self.manifest().env.iter();
        let secret = variables.filter(|variable| variable.secret);
        secret.map(|variable| variable.name.clone()).collect()
    }

    /// Reads the component.
    ///
    /// # Errors
    /// When it cannot be used.
    pub fn plugin(&self) -> Result<Arc<Plugin>, LoadError> {
        self.0.bundled.plugin()
    }

    /// Returns the models it knew when it was built.
    #[must_use]
    pub fn models(&self) -> Vec<Model> {
        self.0.bundled.models()
    }

    /// Returns what it knew of one model; the others are not looked at.
    #[must_use]
    pub fn model(&self, id: &str) -> Option<Model> {
        self.0.bundled.model(id)
    }

    /// Whether it knew any models.
    #[must_use]
    pub fn has_models(&self) -> bool {
        self.0.bundled.has_models()
    }
}
