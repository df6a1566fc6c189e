//! A wanted change to the config, as data: what to set, append and remove, and what to tell the
//! user about it.
//!
//! Nothing here reads or writes a file. Edits name only the keys that a command owns, so that the
//! rest of the document stays as its owner wrote it.

mod agents;
mod aliases;
mod allowed;
mod auth;
mod models;
mod overrides;

pub use agents::{AgentError, NewAgent, add_agent, agent_id, remove_agent};
pub use aliases::{add_alias, remove_alias};
pub use allowed::{DisallowError, allow_all, allow_model, disallow_model, follow_allowed};
pub use auth::{
    OrderError, Position, admit_profile, clear_auth_order, forget_profiles, set_auth_order,
};
pub use models::{
    FallbackNotFound, add_fallback, clear_fallbacks, place_among_fallbacks, remove_fallback,
    set_primaries, set_primary, swap_primary,
};
pub use overrides::{
    set_agent_chain, set_agent_fallbacks, set_agent_primary, with_fallback, without_fallback,
};

use crate::model_ref::ModelRef;

/// A value to write, independent of any file format.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Nothing.
    Null,
    /// A truth value.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A text.
    String(String),
    /// A list.
    Array(Vec<Value>),
    /// Keys and values, in order.
    Object(Vec<(String, Value)>),
}

impl Value {
    /// Returns a list of texts.
    pub fn strings<T: Into<String>>(items: impl IntoIterator<Item = T>) -> Self {
        Self::Array(
            items
                .into_iter()
                .map(|item| Self::String(item.into()))
                .collect(),
        )
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

/// One step of a path into the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PathSegment {
    /// A key of an object; never split at dots or slashes.
    Key(String),
    /// An index of an array.
    Index(usize),
}

impl From<&str> for PathSegment {
    fn from(key: &str) -> Self {
        Self::Key(key.to_owned())
    }
}

impl From<usize> for PathSegment {
    fn from(index: usize) -> Self {
        Self::Index(index)
    }
}

/// One change to the document. Edits of a change apply in order, each to the result of those
/// before.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    /// Puts a value at a path; objects missing on the way are created.
    Set {
        /// Where.
        path: Vec<PathSegment>,
        /// What.
        value: Value,
    },
    /// Adds a value at the end of the array at a path; a missing array is created.
    Append {
        /// Where the array is.
        path: Vec<PathSegment>,
        /// What to add.
        value: Value,
    },
    /// Removes a key or an element; nothing happens when it is not there.
    Remove {
        /// Where.
        path: Vec<PathSegment>,
    },
}

/// Something a user should know about a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// There was nothing to do.
    AlreadySo,
    /// The model was not in the allowlist and has been added to it.
    AllowlistExtended(ModelRef),
    /// The first entry of `agents.defaults.models` makes it an allowlist; these configured models
    /// were entered too, so that none of them becomes refused.
    AllowlistCreated(Vec<ModelRef>),
    /// The model's entry went, and with it this alias.
    AliasGone(String),
    /// The model took the place of the former primary, and that one its place among the fallbacks.
    Swapped(ModelRef),
    /// The alias was taken from this model.
    AliasMoved(ModelRef),
    /// The model had this alias before; it has one at a time.
    AliasReplaced(String),
    /// The profile is now first in the global auth order of its provider.
    FirstInOrder,
    /// The profile is now last in it.
    LastInOrder,
    /// The global auth order of its provider does not name the profile, so it is not used.
    NotInOrder,
    /// The order of this agent does not name the profile, so the agent does not use it.
    NotInOrderOf(String),
}

/// The edits of one command.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Change {
    /// What to write; empty when the document already says so.
    pub edits: Vec<Edit>,
    /// What to tell.
    pub notes: Vec<Note>,
}

impl Change {
    /// Adds the edits and notes of another change.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.edits.extend(other.edits);
        self.notes.extend(other.notes);
        self
    }

    fn set(&mut self, path: Vec<PathSegment>, value: impl Into<Value>) {
        self.edits.push(Edit::Set {
            path,
            value: value.into(),
        });
    }

    fn remove(&mut self, path: Vec<PathSegment>) {
        self.edits.push(Edit::Remove { path });
    }

    fn unchanged() -> Self {
        Self {
            edits: Vec::new(),
            notes: vec![Note::AlreadySo],
        }
    }
}

/// Builds a path from keys and indices.
macro_rules! at {
    ($($segment:expr),+ $(,)?) => {
        vec![$($crate::edit::PathSegment::from($segment)),+]
    };
}
use at;
