//! Which plugin serves which provider. So far these are the bundled ones.

use std::sync::{Arc, OnceLock};

use openclaw_core::catalog::Model;
use openclaw_core::credential::{Mode, ProviderId};
use openclaw_manifest::Manifest;
use openclaw_runtime::bundle::{self, Bundled};
use openclaw_runtime::{LoadError, Plugin};

/// A plugin that may serve a provider.
#[derive(Clone, Copy)]
pub struct Installed(&'static Entry);

struct Entry {
    bundled: &'static Bundled,
    manifest: OnceLock<Manifest>,
}

/// Returns every plugin, by id.
#[must_use]
pub fn all() -> Vec<Installed> {
    entries().iter().map(Installed).collect()
}

/// Returns the plugin that serves a provider, by its id or an alias.
#[must_use]
pub fn find(provider: &ProviderId) -> Option<Installed> {
    let by_id = entries()
        .iter()
        .find(|entry| entry.bundled.id == provider.as_str());
    by_id.map(Installed)
}

/// Returns the plugin that speaks a wire format, by its name in `models.providers.<id>.api`.
#[must_use]
pub fn for_dialect(api: &str) -> Option<Installed> {
    let id = match api {
        "anthropic-messages" => "anthropic",
        "openai-completions" | "openai-responses" => "openai",
        "google-generative-ai" => "google",
        "ollama" => "ollama",
        _ => return None,
    };
    find(&ProviderId::new(id))
}

/// Returns the variables that may hold a provider's credential, in its order, with their modes.
#[must_use]
pub fn secret_variables(provider: &ProviderId) -> Vec<(String, Option<Mode>)> {
    let Some(plugin) = find(provider) else {
        return Vec::new();
    };
    plugin
        .manifest()
        .env
        .iter()
        .filter(|variable| variable.secret)
        .map(|variable| {
            (
                variable.name.clone(),
                variable.mode.as_deref().and_then(Mode::from_name),
            )
        })
        .collect()
}

/// Returns the command that signs in to a provider anew.
#[must_use]
pub fn sign_in(provider: &ProviderId) -> String {
    let takes_token = find(provider).is_some_and(|plugin| {
        let is_token = |mode: &str| Mode::from_name(mode) == Some(Mode::Token);
        plugin
            .manifest()
            .auth
            .iter()
            .any(|method| is_token(&method.mode) && method.refuse.is_none())
    });
    let verb = if takes_token { "setup-token" } else { "add" };
    format!("openclaw models auth {verb} --provider {provider}")
}

/// Whether a text has the form of a credential of any plugin's vendor.
#[must_use]
pub fn is_credential(text: &str) -> bool {
    all().into_iter().any(|plugin| {
        let patterns = plugin.manifest().auth.iter();
        let mut patterns = patterns.filter_map(|method| method.pattern.as_deref());
        patterns.any(|pattern| {
            regex_lite::Regex::new(pattern).is_ok_and(|pattern| pattern.is_match(text))
        })
    })
}

fn entries() -> &'static [Entry] {
    static ENTRIES: OnceLock<Vec<Entry>> = OnceLock::new();
    ENTRIES.get_or_init(|| {
        bundle::ALL
            .iter()
            .map(|bundled| Entry {
                bundled,
                manifest: OnceLock::new(),
            })
            .collect()
    })
}

impl Installed {
    /// Returns its id.
    #[must_use]
    pub fn id(self) -> &'static str {
        self.0.bundled.id
    }

    /// Returns its manifest.
    #[must_use]
    pub fn manifest(self) -> &'static Manifest {
        self.0.manifest.get_or_init(|| {
            self.plugin()
                .expect("a test reads every bundled component")
                .manifest
                .clone()
        })
    }

    /// Reads the component.
    ///
    /// # Errors
    /// When it cannot be used.
    pub fn plugin(self) -> Result<Arc<Plugin>, LoadError> {
        self.0.bundled.plugin()
    }

    /// Returns the models it knew when it was built.
    #[must_use]
    pub fn models(self) -> Vec<Model> {
        self.0.bundled.models()
    }
}
