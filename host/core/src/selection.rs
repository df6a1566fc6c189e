//! Which models a request may use, and in what order: the effective chain of an agent.
//!
//! Works on [`Settings`], a plain copy of the few config keys that matter; reading the file is the
//! store's task. Whether a model exists is the catalog's question, whether it answers the
//! cascade's. Invariant: a chain holds every model once, and only allowed ones.

mod configured;
mod listed;
mod settings;

pub use configured::{ConfiguredModel, Tag, configured, configured_for};
pub use listed::{Listed, Named, listed};
pub use settings::{
    ANY_MODEL, AgentSettings, ModelEntry, ModelSetting, Purpose, Scope, Settings, order_of,
};

use crate::credential::ProviderId;
use crate::defaults;
use crate::model_ref::{AliasTable, InvalidModelRef, ModelRef, Resolved};

/// Why a model is in a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Asked for by the caller.
    Requested,
    /// The configured primary.
    Primary(Scope),
    /// The configured fallback with this index.
    Fallback(Scope, usize),
    /// The configured primary, as the last resort of a requested model.
    AppendedPrimary(Scope),
    /// The text primary, as the last resort of an image chain.
    TextPrimary(Scope),
    /// Nothing is configured.
    BuiltInDefault,
}

impl Origin {
    /// Returns the stable snake-case name used in `--json`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Primary(_) => "primary",
            Self::Fallback(..) => "fallback",
            Self::AppendedPrimary(_) => "last_resort",
            Self::TextPrimary(_) => "text_last_resort",
            Self::BuiltInDefault => "built_in",
        }
    }

    /// Returns where it is configured, if it is.
    #[must_use]
    pub fn scope(self) -> Option<Scope> {
        match self {
            Self::Primary(scope)
            | Self::Fallback(scope, _)
            | Self::AppendedPrimary(scope)
            | Self::TextPrimary(scope) => Some(scope),
            Self::Requested | Self::BuiltInDefault => None,
        }
    }
}

/// One model of a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The model.
    pub model: ModelRef,
    /// Why it is there.
    pub origin: Origin,
    /// The alias it was configured by.
    pub via_alias: Option<String>,
}

/// Why a configured model is not in the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkSkip {
    /// Not in the allowlist.
    NotAllowed,
    /// Already in the chain.
    Duplicate,
    /// No model reference.
    Invalid,
}

/// A configured model that was passed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SkippedLink {
    /// The text as configured.
    pub raw: String,
    /// What it stands for, unless it is invalid.
    pub model: Option<ModelRef>,
    /// Where it stands.
    pub origin: Origin,
    /// Why it was passed over.
    pub reason: LinkSkip,
}

/// The models to try, first one first, and what was left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chain {
    /// The models to try; never empty when returned by [`chain`].
    pub links: Vec<Link>,
    /// Configured models that were passed over.
    pub skipped: Vec<SkippedLink>,
    /// Warnings about the configuration.
    pub warnings: Vec<String>,
}

/// Why there is no chain.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SelectionError {
    /// The requested or primary model is no model reference.
    #[error(transparent)]
    Invalid(#[from] InvalidModelRef),
    /// The requested or primary model is outside a non-empty allowlist.
    #[error("Model not allowed: {model}")]
    NotAllowed {
        /// The refused model.
        model: ModelRef,
        /// How it came to be asked for.
        origin: Origin,
    },
    /// No such agent.
    #[error("Unknown agent id \"{id}\". Use \"openclaw agents list\" to see configured agents.")]
    UnknownAgent {
        /// What was named.
        id: String,
        /// The agent that it resembles.
        near: Option<String>,
    },
}

/// Returns the chain of a request.
///
/// `agent` is an id, or `None` for the defaults alone. `requested` is the model that the caller
/// asked for; the configured fallbacks follow it, and then the configured primary unless the agent
/// has a fallback list of its own. Fallbacks outside the allowlist are passed over and recorded.
///
/// # Errors
/// [`SelectionError`] when the requested model, or the primary where none is requested, is invalid
/// or not allowed, or the agent is unknown.
pub fn chain(
    settings: &Settings,
    agent: Option<&str>,
    purpose: Purpose,
    requested: Option<&str>,
) -> Result<Chain, SelectionError> {
    let agent = agent.map_or(Ok(None), |id| settings.agent(id))?;
    let mut builder = Builder {
        aliases: settings.aliases(),
        allowlist: settings.allowlist(),
        chain: Chain::default(),
    };
    let default_provider = ProviderId::new(defaults::PROVIDER);

    let primary = settings.primary(agent, purpose);
    if let Some(raw) = requested {
        builder.first(raw, Origin::Requested)?;
    } else if let Some((raw, scope)) = primary {
        builder.first(raw, Origin::Primary(scope))?;
    } else if purpose == Purpose::Text {
        builder.first(&settings.default_model().key(), Origin::BuiltInDefault)?;
    }

    let provider = match primary.map(|(raw, _)| builder.aliases.resolve(raw, &default_provider)) {
        Some(Ok(resolved)) => resolved.model.provider,
        _ => default_provider.clone(),
    };
    let (fallbacks, scope) = settings.fallbacks(agent, purpose);
    for (index, raw) in fallbacks.iter().enumerate() {
        builder.further(raw, &provider, Origin::Fallback(scope, index));
    }

    if let (Some(_), Some((raw, from)), Scope::Defaults) = (requested, primary, scope) {
        builder.further(raw, &default_provider, Origin::AppendedPrimary(from));
    }
    if purpose == Purpose::Image {
        match settings.primary(agent, Purpose::Text) {
            Some((raw, from)) => builder.further(raw, &default_provider, Origin::TextPrimary(from)),
            None => {
                let key = settings.default_model().key();
                builder.further(&key, &default_provider, Origin::BuiltInDefault);
            }
        }
    }
    builder.finish()
}

struct Builder {
    aliases: AliasTable,
    allowlist: Vec<ModelRef>,
    chain: Chain,
}

impl Builder {
    fn allows(&self, model: &ModelRef) -> bool {
        self.allowlist.is_empty() || self.allowlist.contains(model)
    }

    fn first(&mut self, raw: &str, origin: Origin) -> Result<(), SelectionError> {
        let resolved = self
            .aliases
            .resolve(raw, &ProviderId::new(defaults::PROVIDER))?;
        if !self.allows(&resolved.model) {
            return Err(SelectionError::NotAllowed {
                model: resolved.model,
                origin,
            });
        }
        if origin != Origin::Requested {
            self.chain.warnings.extend(resolved.warning);
        }
        let Resolved {
            model, via_alias, ..
        } = resolved;
        self.chain.links.push(Link {
            model,
            origin,
            via_alias,
        });
        Ok(())
    }

    fn further(&mut self, raw: &str, default_provider: &ProviderId, origin: Origin) {
        let resolved = self.aliases.resolve(raw, default_provider).ok();
        let reason = match &resolved {
            None => Some(LinkSkip::Invalid),
            Some(found)
                if self
                    .chain
                    .links
                    .iter()
                    .any(|link| link.model == found.model) =>
            {
                Some(LinkSkip::Duplicate)
            }
            Some(found) if !self.allows(&found.model) => Some(LinkSkip::NotAllowed),
            Some(_) => None,
        };
        match (reason, resolved) {
            (
                None,
                Some(Resolved {
                    model, via_alias, ..
                }),
            ) => {
                self.chain.links.push(Link {
                    model,
                    origin,
                    via_alias,
                });
            }
            (reason, resolved) => self.chain.skipped.push(SkippedLink {
                raw: raw.to_owned(),
                model: resolved.map(|found| found.model),
                origin,
                reason: reason.unwrap_or(LinkSkip::Invalid),
            }),
        }
    }

    /// An image chain may come out empty when the allowlist refuses all of it.
    fn finish(self) -> Result<Chain, SelectionError> {
        if !self.chain.links.is_empty() {
            return Ok(self.chain);
        }
        let refused = self.chain.skipped.into_iter().rev().find_map(|skipped| {
            Some(SelectionError::NotAllowed {
                model: skipped.model?,
                origin: skipped.origin,
            })
        });
        Err(refused.unwrap_or_else(|| InvalidModelRef(String::new()).into()))
    }
}
