//! The part of the config that selection works on, as written there.

use super::SelectionError;
use crate::catalog::nearest;
use crate::credential::ProviderId;
use crate::defaults;
use crate::model_ref::{
    AliasTable, DEFAULT_AGENT, InvalidModelRef, ModelRef, Resolved, normalize_agent_id,
    normalize_provider,
};

/// A `model` or `imageModel` key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ModelSetting {
    /// Not in the document.
    #[default]
    Absent,
    /// A plain string: the primary, with inherited fallbacks.
    Name(String),
    /// An object.
    Chain {
        /// `primary`, as written.
        primary: Option<String>,
        /// `fallbacks`, as written and entry for entry; `None` inherits, empty disables.
        fallbacks: Option<Vec<String>>,
    },
}

impl ModelSetting {
    /// Returns the primary as written, if there is one and it is not blank.
    #[must_use]
    pub fn primary(&self) -> Option<&str> {
        match self {
            Self::Absent => None,
            Self::Name(name) => Some(name.as_str()),
            Self::Chain { primary, .. } => primary.as_deref(),
        }
        .filter(|name| !name.trim().is_empty())
    }

    /// Returns the fallbacks as written, if the key is there.
    #[must_use]
    pub fn fallbacks(&self) -> Option<&[String]> {
        match self {
            Self::Chain { fallbacks, .. } => fallbacks.as_deref(),
            Self::Absent | Self::Name(_) => None,
        }
    }
}

/// One entry of `agents.defaults.models`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelEntry {
    /// The key as written.
    pub key: String,
    /// `alias` as written; empty means that a built-in alias is not wanted.
    pub alias: Option<String>,
}

/// One entry of `agents.list`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AgentSettings {
    /// `id` as written.
    pub id: String,
    /// Whether it is marked `default`.
    pub is_default: bool,
    /// `model`.
    pub model: ModelSetting,
    /// `imageModel`.
    pub image_model: ModelSetting,
    /// `auth.order`, keys as written.
    pub auth_order: Vec<(String, Vec<String>)>,
}

/// The part of the config that selection works on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// `agents.defaults.model`.
    pub model: ModelSetting,
    /// `agents.defaults.imageModel`.
    pub image_model: ModelSetting,
    /// `agents.defaults.models` in document order, without [`ANY_MODEL`]: known models, aliases and,
    /// unless it is empty or allows any, the allowlist.
    pub models: Vec<ModelEntry>,
    /// `agents.list`, entry for entry.
    pub agents: Vec<AgentSettings>,
    /// `auth.order`, keys as written.
    pub auth_order: Vec<(String, Vec<String>)>,
    /// Whether `agents.defaults.models` has the entry [`ANY_MODEL`]: it is then no list of the only
    /// models allowed.
    pub allows_any: bool,
    /// The model that is used when none is configured, where somebody looked which credentials there
    /// are.
    pub default_model: Option<ModelRef>,
}

/// The key of `agents.defaults.models` that allows every model.
pub const ANY_MODEL: &str = "*";

/// What a chain is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Text requests: `model`.
    Text,
    /// Requests with images: `imageModel`, then the text primary.
    Image,
}

/// Where a setting was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// `agents.defaults`.
    Defaults,
    /// The agent's entry in `agents.list`.
    Agent,
}

impl Scope {
    /// Returns `defaults` or `agent`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Defaults => "defaults",
            Self::Agent => "agent",
        }
    }
}

impl Settings {
    /// Returns the aliases in force.
    #[must_use]
    pub fn aliases(&self) -> AliasTable {
        AliasTable::build(
            self.models
                .iter()
                .map(|entry| (&*entry.key, entry.alias.as_deref())),
        )
    }

    /// Resolves what a person typed: an alias, `provider/model`, or a bare Anthropic model.
    ///
    /// # Errors
    /// [`InvalidModelRef`] when it can be none of them.
    pub fn resolve(&self, raw: &str) -> Result<Resolved, InvalidModelRef> {
        self.aliases()
            .resolve(raw, &ProviderId::new(defaults::PROVIDER))
    }

    /// Returns the only models that may be used; empty when every model may.
    #[must_use]
    pub fn allowlist(&self) -> Vec<ModelRef> {
        if self.allows_any {
            return Vec::new();
        }
        self.models
            .iter()
            .filter_map(|entry| entry.key.parse().ok())
            .collect()
    }

    /// Whether `agents.defaults.models` names a model, be it only for an alias.
    #[must_use]
    pub fn lists(&self, model: &ModelRef) -> bool {
        let mut keys = self.models.iter().map(|entry| entry.key.parse());
        keys.any(|key: Result<ModelRef, _>| key.as_ref() == Ok(model))
    }

    /// Returns the model that is used when none is configured.
    #[must_use]
    pub fn default_model(&self) -> ModelRef {
        let found = self.default_model.clone();
        found.unwrap_or_else(ModelRef::fallback_default)
    }

    /// Whether a model may be used.
    #[must_use]
    pub fn allows(&self, model: &ModelRef) -> bool {
        let allowlist = self.allowlist();
        allowlist.is_empty() || allowlist.contains(model)
    }

    /// Returns the agent's entry in the list; `None` for a `main` that has none.
    ///
    /// # Errors
    /// [`SelectionError::UnknownAgent`].
    pub fn agent(&self, id: &str) -> Result<Option<&AgentSettings>, SelectionError> {
        let wanted = normalize_agent_id(id);
        let found = self
            .agents
            .iter()
            .find(|agent| normalize_agent_id(&agent.id) == wanted);
        match found {
            None if wanted != DEFAULT_AGENT => {
                let known = self.agents.iter().map(|agent| agent.id.as_str());
                let near = nearest(id, known.chain([DEFAULT_AGENT]));
                Err(SelectionError::UnknownAgent {
                    id: id.to_owned(),
                    near: near.map(str::to_owned),
                })
            }
            found => Ok(found),
        }
    }

    /// Returns the id of the agent that runs when none is named: the one marked, else the first,
    /// else `main`.
    #[must_use]
    pub fn default_agent(&self) -> String {
        let marked = self.agents.iter().find(|agent| agent.is_default);
        let agent = marked.or(self.agents.first());
        agent.map_or_else(
            || DEFAULT_AGENT.to_owned(),
            |agent| normalize_agent_id(&agent.id),
        )
    }

    /// Returns the primary of a purpose as configured, and where; the agent's before the
    /// defaults'.
    #[must_use]
    pub fn primary<'a>(
        &'a self,
        agent: Option<&'a AgentSettings>,
        purpose: Purpose,
    ) -> Option<(&'a str, Scope)> {
        let (own, defaults) = self.settings_of(agent, purpose);
        let own = own
            .and_then(ModelSetting::primary)
            .map(|name| (name, Scope::Agent));
        own.or(defaults.primary().map(|name| (name, Scope::Defaults)))
    }

    /// Returns the fallbacks of a purpose as configured, and where. An agent without a
    /// `fallbacks` key inherits, also when its `model` is a plain string.
    #[must_use]
    pub fn fallbacks<'a>(
        &'a self,
        agent: Option<&'a AgentSettings>,
        purpose: Purpose,
    ) -> (&'a [String], Scope) {
        let (own, defaults) = self.settings_of(agent, purpose);
        match own.and_then(ModelSetting::fallbacks) {
            Some(list) => (list, Scope::Agent),
            None => (defaults.fallbacks().unwrap_or_default(), Scope::Defaults),
        }
    }

    fn settings_of<'a>(
        &'a self,
        agent: Option<&'a AgentSettings>,
        purpose: Purpose,
    ) -> (Option<&'a ModelSetting>, &'a ModelSetting) {
        match purpose {
            Purpose::Text => (agent.map(|agent| &agent.model), &self.model),
            Purpose::Image => (agent.map(|agent| &agent.image_model), &self.image_model),
        }
    }
}

/// Returns the order configured for a provider, compared by normalized id.
#[must_use]
pub fn order_of<'a>(
    orders: &'a [(String, Vec<String>)],
    provider: &ProviderId,
) -> Option<&'a [String]> {
    let found = orders
        .iter()
        .find(|(key, _)| normalize_provider(key) == *provider);
    found
        .map(|(_, ids)| ids.as_slice())
        .filter(|ids| !ids.is_empty())
}
