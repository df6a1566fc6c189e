//! The primaries and the fallbacks of one agent, in its entry of `agents.list`.

use super::models::{allow, not_found, object, positions, set_primary};
use super::{Change, Edit, FallbackNotFound, PathSegment, Value, at};
use crate::model_ref::{ModelRef, normalize_agent_id};
use crate::selection::{AgentSettings, ModelSetting, Purpose, SelectionError, Settings};

/// Decides how to give an agent a primary of its own. The model is added to an allowlist that is in
/// force. A `main` without an entry gets one where there are other agents; alone it has what all have.
///
/// # Errors
/// [`SelectionError::UnknownAgent`].
pub fn set_agent_primary(
    settings: &Settings,
    agent: &str,
    purpose: Purpose,
    model: &ModelRef,
) -> Result<Change, SelectionError> {
    let key = model.key();
    let mut change = Change::default();
    match place(settings, agent, purpose)? {
        Place::Defaults => return Ok(set_primary(settings, purpose, model)),
        Place::Missing(id) => {
            let own = Value::Object(vec![("primary".to_owned(), key.as_str().into())]);
            change.edits.push(entry(&id, purpose, own));
        }
        Place::There(..) if own_primary(settings, agent, purpose) == Some(key.as_str()) => {}
        // A plain string stays one.
        Place::There(path, ModelSetting::Name(_)) => change.set(path, key.as_str()),
        Place::There(mut path, _) => {
            path.push("primary".into());
            change.set(path, key.as_str());
        }
    }
    Ok(finished(change, settings, Some(model)))
}

/// Decides how to give an agent fallbacks of its own; `added` is among them and is added to an
/// allowlist that is in force. As for `main` without an entry, see [`set_agent_primary`]: `None` says
/// that the defaults are meant.
///
/// # Errors
/// [`SelectionError::UnknownAgent`].
pub fn set_agent_fallbacks(
    settings: &Settings,
    agent: &str,
    purpose: Purpose,
    wanted: &[String],
    added: Option<&ModelRef>,
) -> Result<Option<Change>, SelectionError> {
    let list = Value::strings(wanted.iter().map(String::as_str));
    let mut change = Change::default();
    match place(settings, agent, purpose)? {
        Place::Defaults => return Ok(None),
        Place::Missing(id) => {
            let own = Value::Object(vec![("fallbacks".to_owned(), list)]);
            change.edits.push(entry(&id, purpose, own));
        }
        Place::There(path, ModelSetting::Name(primary)) => change.set(path, object(primary, list)),
        Place::There(_, own) if own.fallbacks() == Some(wanted) => {}
        Place::There(mut path, _) => {
            path.push("fallbacks".into());
            change.set(path, list);
        }
    }
    Ok(Some(finished(change, settings, added)))
}

/// Decides how to give an agent a primary model, and fallbacks beside those that it has, its own or
/// inherited, in one change. Those stay as they are written, but for the new primary. The models are
/// added to an allowlist that is in force. As for `main` without an entry, see
/// [`set_agent_fallbacks`].
///
/// # Errors
/// [`SelectionError::UnknownAgent`].
pub fn set_agent_chain(
    settings: &Settings,
    agent: &str,
    purpose: Purpose,
    primary: &ModelRef,
    added: &[ModelRef],
) -> Result<Option<Change>, SelectionError> {
    let key = primary.key();
    let entry_now = settings.agent(agent)?;
    let there = |model: &ModelRef| positions(settings, entry_now, purpose, &model.key());
    let gone = there(primary);
    let known = settings.fallbacks(entry_now, purpose).0.iter().enumerate();
    let known = known.filter(|(index, _)| !gone.contains(index));
    let mut wanted: Vec<String> = known.map(|(_, raw)| raw.clone()).collect();
    let new = added.iter().filter(|model| there(model).is_empty());
    wanted.extend(new.map(ModelRef::key));
    let list = Value::strings(wanted.iter().map(String::as_str));
    let mut change = Change::default();
    match place(settings, agent, purpose)? {
        Place::Defaults => return Ok(None),
        Place::Missing(id) => change.edits.push(entry(&id, purpose, object(&key, list))),
        Place::There(path, ModelSetting::Name(_)) => change.set(path, object(&key, list)),
        Place::There(path, own) => {
            let below = |name: &str| {
                let mut path = path.clone();
                path.push(name.into());
                path
            };
            if own.primary() != Some(key.as_str()) {
                change.set(below("primary"), key.as_str());
            }
            if own.fallbacks() != Some(&wanted) {
                change.set(below("fallbacks"), list);
            }
        }
    }
    for model in added {
        allow(&mut change, settings, model);
    }
    Ok(Some(finished(change, settings, Some(primary))))
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

/// Where the models of an agent are kept.
enum Place<'a> {
    /// In its entry, here, and what is there now.
    There(Vec<PathSegment>, &'a ModelSetting),
    /// It has no entry, and others have.
    Missing(String),
    /// It has no entry, and there is no other agent.
    Defaults,
}

fn place<'a>(
    settings: &'a Settings,
    agent: &str,
    purpose: Purpose,
) -> Result<Place<'a>, SelectionError> {
    settings.agent(agent)?;
    let wanted = normalize_agent_id(agent);
    let index = settings
        .agents
        .iter()
        .position(|entry| normalize_agent_id(&entry.id) == wanted);
    Ok(match index {
        None if settings.agents.is_empty() => Place::Defaults,
        None => Place::Missing(wanted),
        Some(index) => {
            let entry = &settings.agents[index];
            let own = match purpose {
                Purpose::Text => &entry.model,
                Purpose::Image => &entry.image_model,
            };
            Place::There(at!["agents", "list", index, key_of(purpose)], own)
        }
    })
}

fn own_primary<'a>(settings: &'a Settings, agent: &str, purpose: Purpose) -> Option<&'a str> {
    let entry = settings.agent(agent).ok().flatten()?;
    match purpose {
        Purpose::Text => entry.model.primary(),
        Purpose::Image => entry.image_model.primary(),
    }
}

fn key_of(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Text => "model",
        Purpose::Image => "imageModel",
    }
}

fn entry(id: &str, purpose: Purpose, own: Value) -> Edit {
    Edit::Append {
        path: at!["agents", "list"],
        value: Value::Object(vec![
            ("id".to_owned(), id.into()),
            (key_of(purpose).to_owned(), own),
        ]),
    }
}

fn finished(mut change: Change, settings: &Settings, model: Option<&ModelRef>) -> Change {
    if let Some(model) = model {
        allow(&mut change, settings, model);
    }
    if change.edits.is_empty() {
        Change::unchanged()
    } else {
        change
    }
}
