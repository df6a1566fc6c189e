//! The primaries and the fallbacks of one agent. What is decided here is shown to the user as the
//! command that writes it, so each answer is a single edit.

use super::models::{not_found, object, positions};
use super::{Edit, FallbackNotFound, PathSegment, Value, at};
use crate::model_ref::{ModelRef, normalize_agent_id};
use crate::selection::{AgentSettings, ModelSetting, Purpose, SelectionError, Settings};

/// Returns the edit that gives an agent a primary of its own; `None` for a `main` without an entry
/// in `agents.list`, which has the primary of the defaults.
///
/// # Errors
/// [`SelectionError::UnknownAgent`].
pub fn agent_primary(
    settings: &Settings,
    agent: &str,
    purpose: Purpose,
    model: &ModelRef,
) -> Result<Option<Edit>, SelectionError> {
    Ok(place(settings, agent, purpose)?.map(|(mut path, own)| {
        // A plain string stays one.
        if !matches!(own, ModelSetting::Name(_)) {
            path.push("primary".into());
        }
        Edit::Set {
            path,
            value: model.key().as_str().into(),
        }
    }))
}

/// Returns the edit that gives an agent fallbacks of its own; `None` as in [`agent_primary`].
///
/// # Errors
/// [`SelectionError::UnknownAgent`].
pub fn agent_fallbacks(
    settings: &Settings,
    agent: &str,
    purpose: Purpose,
    wanted: &[String],
) -> Result<Option<Edit>, SelectionError> {
    let wanted = Value::strings(wanted.iter().map(String::as_str));
    Ok(
        place(settings, agent, purpose)?.map(|(mut path, own)| match own {
            ModelSetting::Name(primary) => Edit::Set {
                path,
                value: object(primary, wanted),
            },
            _ => {
                path.push("fallbacks".into());
                Edit::Set {
                    path,
                    value: wanted,
                }
            }
        }),
    )
}

/// Returns the fallbacks that an agent has, its own or inherited, with one more model at the end.
#[must_use]
pub fn with_fallback(
    settings: &Settings,
    agent: Option<&AgentSettings>,
    purpose: Purpose,
    model: &ModelRef,
) -> Vec<String> {
    let mut list = settings.fallbacks(agent, purpose).0.to_vec();
    if positions(settings, agent, purpose, &model.key()).is_empty() {
        list.push(model.key());
    }
    list
}

/// Returns the fallbacks that an agent has, its own or inherited, without what was typed.
///
/// # Errors
/// [`FallbackNotFound`].
pub fn without_fallback(
    settings: &Settings,
    agent: Option<&AgentSettings>,
    purpose: Purpose,
    typed: &str,
) -> Result<Vec<String>, FallbackNotFound> {
    let gone = positions(settings, agent, purpose, typed);
    if gone.is_empty() {
        return Err(not_found(settings, agent, purpose, typed));
    }
    let list = settings.fallbacks(agent, purpose).0.iter().enumerate();
    Ok(list
        .filter(|(index, _)| !gone.contains(index))
        .map(|(_, raw)| raw.clone())
        .collect())
}

/// Returns where an agent's models of a purpose are, and what is there now.
fn place<'a>(
    settings: &'a Settings,
    agent: &str,
    purpose: Purpose,
) -> Result<Option<(Vec<PathSegment>, &'a ModelSetting)>, SelectionError> {
    settings.agent(agent)?;
    let wanted = normalize_agent_id(agent);
    let index = settings
        .agents
        .iter()
        .position(|entry| normalize_agent_id(&entry.id) == wanted);
    Ok(index.map(|index| {
        let entry = &settings.agents[index];
        let (key, own) = match purpose {
            Purpose::Text => ("model", &entry.model),
            Purpose::Image => ("imageModel", &entry.image_model),
        };
        (at!["agents", "list", index, key], own)
    }))
}
