//! Every model that the config mentions, and the parts it plays there.

use std::fmt;

use super::{AgentSettings, ModelEntry, Purpose, Settings};
use crate::credential::ProviderId;
use crate::defaults;
use crate::model_ref::ModelRef;

/// A part that a model plays in the config. Prints as in listings: `default`, `fallback#1`, …
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tag {
    /// The primary text model.
    Default,
    /// A text fallback, counted from 1.
    Fallback(usize),
    /// The primary image model.
    Image,
    /// An image fallback, counted from 1.
    ImageFallback(usize),
    /// An entry of `agents.defaults.models`.
    Configured,
    /// The aliases of this model.
    Alias(Vec<String>),
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::Fallback(number) => write!(f, "fallback#{number}"),
            Self::Image => f.write_str("image"),
            Self::ImageFallback(number) => write!(f, "img-fallback#{number}"),
            Self::Configured => f.write_str("configured"),
            Self::Alias(names) => write!(f, "alias:{}", names.join(",")),
        }
    }
}

/// A model that the config mentions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfiguredModel {
    /// The model.
    pub model: ModelRef,
    /// Its parts, in the order of [`Tag`].
    pub tags: Vec<Tag>,
}

/// Returns the models of `agents.defaults`: primary, fallbacks, image primary, image fallbacks,
/// then the entries of `models`. Texts that are no model references are passed over.
#[must_use]
pub fn configured(settings: &Settings) -> Vec<ConfiguredModel> {
    configured_for(settings, None)
}

/// Returns the same as an agent sees it: its own primaries and fallbacks, or those it inherits.
#[must_use]
pub fn configured_for(settings: &Settings, agent: Option<&AgentSettings>) -> Vec<ConfiguredModel> {
    let aliases = settings.aliases();
    let default_provider = ProviderId::new(defaults::PROVIDER);
    let resolve = |raw: &str, provider: &ProviderId| {
        aliases
            .resolve(raw, provider)
            .ok()
            .map(|resolved| resolved.model)
    };
    let mut rows: Vec<ConfiguredModel> = Vec::new();
    let mut add = |model: Option<ModelRef>, tag: Tag| {
        let Some(model) = model else { return };
        match rows.iter_mut().find(|row| row.model == model) {
            Some(row) if !row.tags.contains(&tag) => row.tags.push(tag),
            Some(_) => {}
            None => rows.push(ConfiguredModel {
                model,
                tags: vec![tag],
            }),
        }
    };

    for purpose in [Purpose::Text, Purpose::Image] {
        let text = purpose == Purpose::Text;
        let primary = match settings.primary(agent, purpose) {
            Some((raw, _)) => resolve(raw, &default_provider),
            None => text.then(|| settings.default_model()),
        };
        let provider = primary
            .as_ref()
            .map_or(&default_provider, |model| &model.provider)
            .clone();
        add(primary, if text { Tag::Default } else { Tag::Image });
        for (index, raw) in settings.fallbacks(agent, purpose).0.iter().enumerate() {
            let number = index + 1;
            let tag = if text {
                Tag::Fallback(number)
            } else {
                Tag::ImageFallback(number)
            };
            add(resolve(raw, &provider), tag);
        }
    }
    for ModelEntry { key, .. } in &settings.models {
        add(key.parse().ok(), Tag::Configured);
    }
    for row in &mut rows {
        let names: Vec<String> = aliases.names_of(&row.model).map(str::to_owned).collect();
        if !names.is_empty() {
            row.tags.push(Tag::Alias(names));
        }
    }
    rows
}
