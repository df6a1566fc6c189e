//! The primaries and the fallback lists of `agents.defaults`.

use super::{Change, Edit, Note, PathSegment, Value, at};
use crate::model_ref::ModelRef;
use crate::selection::{AgentSettings, ModelSetting, Named, Purpose, Settings, listed};

/// A model to remove that is not in its list.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} not found: {model}", match .purpose { Purpose::Text => "Fallback", Purpose::Image => "Image fallback" })]
pub struct FallbackNotFound {
    /// Which list.
    pub purpose: Purpose,
    /// The model's key, or what was typed where it stands for no model.
    pub model: String,
    /// The keys that are in the list.
    pub listed: Vec<String>,
}

/// Decides how to make a model the primary of a purpose.
///
/// The model joins `agents.defaults.models` only when that map already has entries: it is the
/// allowlist then, and the primary has to be on it. An empty map stays empty, because its first
/// entry would turn the allowlist on for a user who never asked for one.
#[must_use]
pub fn set_primary(settings: &Settings, purpose: Purpose, model: &ModelRef) -> Change {
    let mut change = Change::default();
    let key = model.key();
    match setting(settings, purpose) {
        ModelSetting::Chain {
            primary: Some(primary),
            ..
        } if *primary == key => {}
        // A plain string is replaced by an object: the existing product accepts no other form.
        ModelSetting::Name(_) => {
            change.set(
                root(purpose),
                Value::Object(vec![("primary".to_owned(), key.as_str().into())]),
            );
        }
        _ => change.set(below(purpose, "primary"), key.as_str()),
    }
    allow(&mut change, settings, model);
    if change.edits.is_empty() {
        Change::unchanged()
    } else {
        change
    }
}

/// Returns the place of a model among the fallbacks of a purpose, counted from 1.
#[must_use]
pub fn place_among_fallbacks(
    settings: &Settings,
    agent: Option<&AgentSettings>,
    purpose: Purpose,
    model: &ModelRef,
) -> Option<usize> {
    let places = positions(settings, agent, purpose, &model.key());
    places.first().map(|place| place + 1)
}

/// Decides how to make one of the fallbacks the primary, and the primary that fallback. A model that
/// is no fallback becomes the primary as by [`set_primary`].
#[must_use]
pub fn swap_primary(settings: &Settings, purpose: Purpose, model: &ModelRef) -> Change {
    let found = listed(settings, None, purpose);
    let former = match found.primary.and_then(|named| named.model) {
        Some(former) => former,
        None => settings.default_model(),
    };
    let places = positions(settings, None, purpose, &model.key());
    let change = set_primary(settings, purpose, model);
    let Some(&place) = places.first().filter(|_| former != *model) else {
        return change;
    };
    let known = positions(settings, None, purpose, &former.key());
    let mut path = below(purpose, "fallbacks");
    path.push(place.into());
    let mut swapped = Change {
        edits: change.edits,
        notes: change.notes,
    };
    if known.is_empty() {
        swapped.set(path, former.key().as_str());
        swapped.notes.push(Note::Swapped(former));
    } else {
        swapped.remove(path);
    }
    swapped
}

/// Decides how to make models the primaries of several purposes at once.
#[must_use]
pub fn set_primaries(settings: &Settings, primaries: &[(Purpose, &ModelRef)]) -> Change {
    let mut whole = Change::default();
    for (purpose, model) in primaries {
        let change = set_primary(settings, *purpose, model);
        if change != Change::unchanged() {
            // Both may add the same model to the allowlist.
            for edit in change.edits {
                if !whole.edits.contains(&edit) {
                    whole.edits.push(edit);
                }
            }
            for note in change.notes {
                if !whole.notes.contains(&note) {
                    whole.notes.push(note);
                }
            }
        }
    }
    if whole.edits.is_empty() {
        Change::unchanged()
    } else {
        whole
    }
}

/// Decides how to add a model at the end of the fallbacks of a purpose. One that is already there
/// stays where it is, and is allowed if it was not.
#[must_use]
pub fn add_fallback(settings: &Settings, purpose: Purpose, model: &ModelRef) -> Change {
    let mut change = Change::default();
    let key = model.key();
    if positions(settings, None, purpose, &key).is_empty() {
        match setting(settings, purpose) {
            ModelSetting::Name(name) => {
                change.set(root(purpose), object(name, Value::strings([key])));
            }
            _ => change.edits.push(Edit::Append {
                path: below(purpose, "fallbacks"),
                value: Value::String(key),
            }),
        }
    }
    allow(&mut change, settings, model);
    if change.edits.is_empty() {
        Change::unchanged()
    } else {
        change
    }
}

/// Decides how to remove what was typed from the fallbacks of a purpose, under whatever spelling it
/// stands there; an entry that is no model reference goes by its own text. The entry in the
/// allowlist stays.
///
/// # Errors
/// [`FallbackNotFound`].
pub fn remove_fallback(
    settings: &Settings,
    purpose: Purpose,
    typed: &str,
) -> Result<Change, FallbackNotFound> {
    let positions = positions(settings, None, purpose, typed);
    if positions.is_empty() {
        return Err(not_found(settings, None, purpose, typed));
    }
    let mut change = Change::default();
    for index in positions.into_iter().rev() {
        let mut path = below(purpose, "fallbacks");
        path.push(index.into());
        change.remove(path);
    }
    Ok(change)
}

/// Decides how to empty the fallbacks of a purpose. The empty list is stored: it says "none",
/// where a missing one says nothing.
#[must_use]
pub fn clear_fallbacks(settings: &Settings, purpose: Purpose) -> Change {
    let mut change = Change::default();
    let none = Value::Array(Vec::new());
    match setting(settings, purpose) {
        ModelSetting::Chain {
            fallbacks: Some(list),
            ..
        } if list.is_empty() => {
            return Change::unchanged();
        }
        ModelSetting::Name(name) => change.set(root(purpose), object(name, none)),
        _ => change.set(below(purpose, "fallbacks"), none),
    }
    change
}

fn setting(settings: &Settings, purpose: Purpose) -> &ModelSetting {
    match purpose {
        Purpose::Text => &settings.model,
        Purpose::Image => &settings.image_model,
    }
}

fn root(purpose: Purpose) -> Vec<PathSegment> {
    let key = match purpose {
        Purpose::Text => "model",
        Purpose::Image => "imageModel",
    };
    at!["agents", "defaults", key]
}

fn below(purpose: Purpose, key: &str) -> Vec<PathSegment> {
    let mut path = root(purpose);
    path.push(key.into());
    path
}

pub(super) fn object(primary: &str, fallbacks: Value) -> Value {
    Value::Object(vec![
        ("primary".to_owned(), primary.into()),
        ("fallbacks".to_owned(), fallbacks),
    ])
}

/// Returns the failure for what is not among the fallbacks of the defaults or of an agent.
pub(super) fn not_found(
    settings: &Settings,
    agent: Option<&AgentSettings>,
    purpose: Purpose,
    typed: &str,
) -> FallbackNotFound {
    let model = settings
        .resolve(typed)
        .map_or_else(|_| typed.trim().to_owned(), |found| found.model.key());
    let fallbacks = listed(settings, agent, purpose).fallbacks;
    FallbackNotFound {
        purpose,
        model,
        listed: fallbacks.iter().map(Named::key).collect(),
    }
}

/// Returns where what was typed stands in the list of fallbacks, ascending: as the same text, or as
/// the same model.
pub(super) fn positions(
    settings: &Settings,
    agent: Option<&AgentSettings>,
    purpose: Purpose,
    typed: &str,
) -> Vec<usize> {
    let fallbacks = listed(settings, agent, purpose).fallbacks;
    let same_text = |named: &Named| named.raw.trim() == typed.trim();
    let model = match fallbacks.iter().find(|named| same_text(named)) {
        Some(named) => named.model.clone(),
        None => settings.resolve(typed).ok().map(|found| found.model),
    };
    let stands = |named: &Named| same_text(named) || (model.is_some() && named.model == model);
    (0..fallbacks.len())
        .filter(|&index| stands(&fallbacks[index]))
        .collect()
}

/// Adds a model to an allowlist that is in force.
pub(super) fn allow(change: &mut Change, settings: &Settings, model: &ModelRef) {
    if !settings.allows(model) {
        enter(change, model);
        change.notes.push(Note::AllowlistExtended(model.clone()));
    }
}

/// Adds an empty entry to `agents.defaults.models`.
pub(super) fn enter(change: &mut Change, model: &ModelRef) {
    let key = model.key();
    change.set(
        at!["agents", "defaults", "models", key.as_str()],
        Value::Object(Vec::new()),
    );
}
