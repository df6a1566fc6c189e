//! The models of one purpose as configured, entry for entry: for showing and editing. What a
//! request may really use is [`chain`](super::chain).

use super::{AgentSettings, Purpose, Scope, Settings};
use crate::credential::ProviderId;
use crate::defaults;
use crate::model_ref::{AliasTable, ModelRef};

/// A configured text and what it stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// As written.
    pub raw: String,
    /// The model; `None` when the text is no model reference.
    pub model: Option<ModelRef>,
    /// The alias it was written as.
    pub via_alias: Option<String>,
}

impl Named {
    fn of(raw: &str, aliases: &AliasTable, default_provider: &ProviderId) -> Self {
        let found = aliases.resolve(raw, default_provider).ok();
        let (model, via_alias) =
            found.map_or((None, None), |found| (Some(found.model), found.via_alias));
        Self {
            raw: raw.to_owned(),
            model,
            via_alias,
        }
    }

    /// Returns the model's key, or the text where it stands for none.
    #[must_use]
    pub fn key(&self) -> String {
        self.model
            .as_ref()
            .map_or_else(|| self.raw.clone(), ModelRef::key)
    }
}

/// The models of one purpose, as configured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The primary, if one is configured.
    pub primary: Option<Named>,
    /// Where the primary is configured.
    pub primary_scope: Scope,
    /// The fallbacks.
    pub fallbacks: Vec<Named>,
    /// Where they are configured.
    pub fallbacks_scope: Scope,
}

/// Returns the models of a purpose as configured: the agent's, or what it inherits.
///
/// As everywhere, a fallback without a provider is one of the primary's provider.
#[must_use]
pub fn listed(settings: &Settings, agent: Option<&AgentSettings>, purpose: Purpose) -> Listed {
    let aliases = settings.aliases();
    let default_provider = ProviderId::new(defaults::PROVIDER);
    let primary = settings.primary(agent, purpose);
    let primary_scope = primary.map_or(Scope::Defaults, |(_, scope)| scope);
    let primary = primary.map(|(raw, _)| Named::of(raw, &aliases, &default_provider));
    let model = primary.as_ref().and_then(|named| named.model.as_ref());
    let provider = model.map_or(&default_provider, |model| &model.provider);
    let (fallbacks, fallbacks_scope) = settings.fallbacks(agent, purpose);
    let fallbacks = fallbacks
        .iter()
        .map(|raw| Named::of(raw, &aliases, provider))
        .collect();
    Listed {
        primary,
        primary_scope,
        fallbacks,
        fallbacks_scope,
    }
}
