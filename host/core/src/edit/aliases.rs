//! Aliases, stored with the entries of `agents.defaults.models`.

use super::allowed::allow_any;
use super::models::allow;
use super::{Change, Note, PathSegment, at};
use crate::model_ref::{AliasError, ModelRef, built_in_alias, validate_alias};
use crate::selection::{ModelEntry, Settings};

/// Decides how to give a model an alias, taking the alias from whichever model has it.
///
/// An alias needs the model's entry in `agents.defaults.models`. The first entry would make a list of
/// allowed models of the map; so that a name for one model does not forbid all others, the entry
/// that allows any model goes in with it. To a list that is in force the model is added.
///
/// # Errors
/// [`AliasError::Empty`] and [`AliasError::Characters`].
pub fn add_alias(settings: &Settings, alias: &str, model: &ModelRef) -> Result<Change, AliasError> {
    let alias = validate_alias(alias)?;
    let entry = entry_of(settings, model);
    let holders = holders(settings, alias);
    let elsewhere: Vec<&ModelEntry> = holders
        .into_iter()
        .filter(|holder| !is_for(holder, model))
        .collect();
    let old = entry
        .and_then(|entry| entry.alias.as_deref())
        .filter(|old| !old.is_empty());
    if old == Some(alias) && elsewhere.is_empty() {
        return Ok(Change::unchanged());
    }

    let mut change = Change::default();
    for holder in elsewhere {
        drop_alias(&mut change, holder);
        if let Ok(from) = holder.key.parse() {
            change.notes.push(Note::AliasMoved(from));
        }
    }
    if let Some(old) = old.filter(|old| !old.eq_ignore_ascii_case(alias)) {
        change.notes.push(Note::AliasReplaced(old.to_owned()));
    }
    if settings.models.is_empty() {
        if !settings.allows_any {
            allow_any(&mut change);
        }
    } else {
        allow(&mut change, settings, model);
    }
    let key = entry.map_or_else(|| model.key(), |entry| entry.key.clone());
    change.set(alias_path(&key), alias);
    Ok(change)
}

/// Decides how to remove an alias, whatever its case. The model's entry stays. Where the product
/// would put a built-in alias back, an empty one is stored instead.
///
/// # Errors
/// [`AliasError::NotFound`].
pub fn remove_alias(settings: &Settings, alias: &str) -> Result<Change, AliasError> {
    let alias = alias.trim();
    let mut change = Change::default();
    for holder in holders(settings, alias) {
        drop_alias(&mut change, holder);
    }
    if change.edits.is_empty() {
        return Err(AliasError::NotFound(alias.to_owned()));
    }
    Ok(change)
}

fn alias_path(key: &str) -> Vec<PathSegment> {
    at!["agents", "defaults", "models", key, "alias"]
}

fn is_for(entry: &ModelEntry, model: &ModelRef) -> bool {
    entry
        .key
        .parse::<ModelRef>()
        .is_ok_and(|found| found == *model)
}

/// Returns the entry that counts for a model: the last one, should several spell it.
fn entry_of<'a>(settings: &'a Settings, model: &ModelRef) -> Option<&'a ModelEntry> {
    settings
        .models
        .iter()
        .rev()
        .find(|entry| is_for(entry, model))
}

/// Returns the entries with an alias, by their own `alias` key or built in.
fn holders<'a>(settings: &'a Settings, alias: &str) -> Vec<&'a ModelEntry> {
    let table = settings.aliases();
    let built_in = table
        .get(alias)
        .filter(|found| found.built_in)
        .map(|found| &found.model);
    let holds = |entry: &&ModelEntry| match &entry.alias {
        Some(name) => !name.trim().is_empty() && name.trim().eq_ignore_ascii_case(alias),
        None => built_in.is_some_and(|model| is_for(entry, model)),
    };
    settings.models.iter().filter(holds).collect()
}

fn drop_alias(change: &mut Change, holder: &ModelEntry) {
    let path = alias_path(&holder.key);
    let model = holder.key.parse::<ModelRef>();
    if model.is_ok_and(|model| built_in_alias(&model).is_some()) {
        change.set(path, "");
    } else {
        change.remove(path);
    }
}
