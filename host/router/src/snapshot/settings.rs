//! The config, in the terms that the rules work with.

use openclaw_core::auth_order::DeclaredProfile;
use openclaw_core::credential::{Mode, ProfileId};
use openclaw_core::model_ref::normalize_provider;
use openclaw_core::selection::{ANY_MODEL, AgentSettings, ModelEntry, ModelSetting, Settings};

use openclaw_store::config::Config;
use openclaw_store::json5::{Segment, Value};
use openclaw_store::schema::agents::Choice;

/// Puts the config into the terms that selection works with.
#[must_use]
pub fn settings_of(config: &Config) -> Settings {
    let agents = &config.typed.agents;
    let setting = |choice: &Option<Choice>, path: Vec<Segment>| match choice {
        None => ModelSetting::Absent,
        Some(choice) => {
            let is_text = config
                .root
                .at(&path)
                .is_some_and(|node| matches!(node.value, Value::String(_)));
            match (&choice.primary, is_text) {
                (Some(primary), true) => ModelSetting::Name(primary.clone()),
                (primary, _) => ModelSetting::Chain {
                    primary: primary.clone(),
                    fallbacks: choice.fallbacks.clone(),
                },
            }
        }
    };
    let key = |name: &str| Segment::Key(name.to_owned());
    let defaults = |name: &str| vec![key("agents"), key("defaults"), key(name)];
    let listed = |index: usize, name: &str| {
        vec![key("agents"), key("list"), Segment::Index(index), key(name)]
    };
    Settings {
        model: setting(&agents.defaults.model, defaults("model")),
        image_model: setting(&agents.defaults.image_model, defaults("imageModel")),
        models: agents
            .defaults
            .models
            .iter()
            .filter(|(key, _)| key.trim() != ANY_MODEL)
            .map(|(key, entry)| ModelEntry {
                key: key.clone(),
                alias: entry.alias.clone(),
            })
            .collect(),
        agents: agents
            .list
            .iter()
            .enumerate()
            .map(|(index, agent)| AgentSettings {
                id: agent.id.clone(),
                is_default: agent.default,
                model: setting(&agent.model, listed(index, "model")),
                image_model: setting(&agent.image_model, listed(index, "imageModel")),
                auth_order: agent.auth_order.clone(),
            })
            .collect(),
        auth_order: config.typed.auth.order.clone(),
        allows_any: agents
            .defaults
            .models
            .iter()
            .any(|(key, _)| key.trim() == ANY_MODEL),
        default_model: None,
    }
}

/// Returns the config's `auth.profiles` that can be understood.
#[must_use]
pub fn declared(config: &Config) -> Vec<DeclaredProfile> {
    config
        .typed
        .auth
        .profiles
        .iter()
        .filter_map(|(id, note)| {
            Some(DeclaredProfile {
                id: ProfileId::new(id),
                provider: normalize_provider(note.provider.as_deref()?),
                mode: Mode::from_name(note.mode.as_deref()?)?,
            })
        })
        .collect()
}
