//! The list of allowed models: the keys of `agents.defaults.models`, unless one of them is `*`.

use super::models::enter;
use super::{Change, Edit, Note, PathSegment, Value, at};
use crate::model_ref::ModelRef;
use crate::selection::{ANY_MODEL, ModelEntry, Purpose, Settings, chain};

/// Why a model cannot be taken off the list.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DisallowError {
    /// There is no list.
    #[error("every model is allowed: there is no list to take {0} from")]
    NoList(ModelRef),
    /// It is not on the list.
    #[error("{0} is not on the list of allowed models")]
    NotListed(ModelRef),
    /// Nothing would be left, and an empty list allows every model.
    #[error("{0} is the only model allowed, and an empty list would allow every model")]
    Last(ModelRef),
}

/// Decides how to allow a model. Where every model is allowed this begins the list; the models of
/// all configured chains are then entered as well, so that nothing that worked is refused afterwards.
#[must_use]
pub fn allow_model(settings: &Settings, model: &ModelRef) -> Change {
    let mut change = Change::default();
    let listed = settings.lists(model);
    if !settings.models.is_empty() && !settings.allows_any {
        if listed {
            return Change::unchanged();
        }
        enter(&mut change, model);
        change.notes.push(Note::AllowlistExtended(model.clone()));
        return change;
    }
    if settings.allows_any {
        change.remove(at!["agents", "defaults", "models", ANY_MODEL]);
    }
    if !listed {
        enter(&mut change, model);
    }
    let mut kept = chain_models(settings);
    kept.retain(|kept| kept != model && !settings.lists(kept));
    kept.iter().for_each(|kept| enter(&mut change, kept));
    change.notes.push(Note::AllowlistCreated(kept));
    change
}

/// Decides how to allow every model. The entries stay, and with them the aliases.
#[must_use]
pub fn allow_all(settings: &Settings) -> Change {
    if settings.models.is_empty() || settings.allows_any {
        return Change::unchanged();
    }
    let mut change = Change::default();
    allow_any(&mut change);
    change
}

/// Decides how to take a model off the list; its alias goes with its entry.
///
/// # Errors
/// [`DisallowError`].
pub fn disallow_model(settings: &Settings, model: &ModelRef) -> Result<Change, DisallowError> {
    if settings.models.is_empty() || settings.allows_any {
        return Err(DisallowError::NoList(model.clone()));
    }
    let is_its = |entry: &&ModelEntry| entry.key.parse::<ModelRef>().as_ref() == Ok(model);
    let entries: Vec<&ModelEntry> = settings.models.iter().filter(is_its).collect();
    if entries.is_empty() {
        return Err(DisallowError::NotListed(model.clone()));
    }
    if entries.len() == settings.models.len() {
        return Err(DisallowError::Last(model.clone()));
    }
    let mut change = Change::default();
    for entry in entries {
        change.remove(at!["agents", "defaults", "models", entry.key.as_str()]);
        let alias = entry.alias.as_deref().filter(|alias| !alias.is_empty());
        if let Some(alias) = alias {
            change.notes.push(Note::AliasGone(alias.to_owned()));
        }
    }
    Ok(change)
}

/// Brings settings to what they are after a change of the list of allowed models, so that the next
/// change can be decided on.
pub fn follow_allowed(settings: &mut Settings, change: &Change) {
    let list = at!["agents", "defaults", "models"];
    for edit in &change.edits {
        let (Edit::Set { path, .. } | Edit::Append { path, .. } | Edit::Remove { path }) = edit;
        let [before @ .., PathSegment::Key(key)] = path.as_slice() else {
            continue;
        };
        if before != list {
            continue;
        }
        let removes = matches!(edit, Edit::Remove { .. });
        match (key.as_str(), removes) {
            (ANY_MODEL, removes) => settings.allows_any = !removes,
            (key, true) => settings.models.retain(|entry| entry.key != key),
            (key, false) => settings.models.push(ModelEntry {
                key: key.to_owned(),
                alias: None,
            }),
        }
    }
}

pub(super) fn allow_any(change: &mut Change) {
    change.set(
        at!["agents", "defaults", "models", ANY_MODEL],
        Value::Object(Vec::new()),
    );
}

/// Returns every model of every configured chain, the agents' and the images' included.
fn chain_models(settings: &Settings) -> Vec<ModelRef> {
    let mut models: Vec<ModelRef> = Vec::new();
    let agents = settings.agents.iter().map(|agent| Some(agent.id.as_str()));
    for agent in std::iter::once(None).chain(agents) {
        for purpose in [Purpose::Text, Purpose::Image] {
            let links = chain(settings, agent, purpose, None).map(|chain| chain.links);
            for link in links.unwrap_or_default() {
                if !models.contains(&link.model) {
                    models.push(link.model);
                }
            }
        }
    }
    models
}
