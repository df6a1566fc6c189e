//! Edits to a text that keep every byte they do not have to change.
//!
//! Each step cuts or inserts a few bytes and reads the text again, so that a step never works on
//! stale places. Comments are never cut, except inside a value that is itself removed or replaced.

use serde_json::{Map, Value as Json};

use super::parse::{SyntaxError, parse};
use super::path::{KeyPath, Segment};
use super::splice::removal;
use super::style::items;
use super::tree::{Node, Value};

/// An edit that does not fit the document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// A step of the path leads into something that is neither object nor array.
    #[error("`{path}` is {found}, so it has no `{step}`")]
    NotAContainer {
        /// The path so far.
        path: KeyPath,
        /// What is there.
        found: &'static str,
        /// The step that failed.
        step: String,
    },
    /// A key where an array wants an index.
    #[error("`{path}` is an array: expected an index, got `{step}`")]
    NotAnIndex {
        /// The array.
        path: KeyPath,
        /// The step that failed.
        step: String,
    },
    /// An index that would leave a hole.
    #[error(
        "`{path}` has {length} elements, so index {index} would leave a hole; the next is {length}"
    )]
    Hole {
        /// The array.
        path: KeyPath,
        /// How many there are.
        length: usize,
        /// The index asked for.
        index: usize,
    },
    /// The text was not JSON5, before or (a bug) after the edit.
    #[error(transparent)]
    Syntax(#[from] SyntaxError),
}

/// A document being edited.
#[derive(Clone, Debug)]
pub struct Editor {
    pub(super) text: String,
    pub(super) root: Node,
}

impl Editor {
    /// Starts with a text.
    ///
    /// # Errors
    /// When it is not JSON5.
    pub fn new(text: impl Into<String>) -> Result<Self, SyntaxError> {
        let text = text.into();
        let root = parse(&text)?;
        Ok(Self { text, root })
    }

    /// Returns the text as it is now.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the tree as it is now.
    #[must_use]
    pub fn root(&self) -> &Node {
        &self.root
    }

    /// Sets the value at `path` and returns whether anything changed.
    ///
    /// Missing containers are made, arrays where the next step is an index; `null` on the way
    /// counts as missing. A container that is set to another of its type keeps the members that
    /// stay, with their comments and places.
    ///
    /// # Errors
    /// [`EditError`], leaving the text as it was.
    pub fn set(&mut self, path: &[Segment], value: &Json) -> Result<bool, EditError> {
        let before = self.clone();
        self.set_steps(path, value).inspect_err(|_| *self = before)
    }

    /// Removes what is at `path` and returns whether there was anything.
    ///
    /// # Errors
    /// [`EditError::Syntax`] alone, and only for a bug.
    pub fn remove(&mut self, path: &[Segment]) -> Result<bool, EditError> {
        let Some((last, above)) = path.split_last() else {
            return self.set(path, &Json::Object(Map::new()));
        };
        let mut changed = false;
        while let Some(container) = self.root.at(above) {
            let place = match &container.value {
                Value::Array(elements) => last
                    .index()
                    .filter(|index| *index < elements.len() && !changed),
                Value::Object(members) => members.iter().position(|one| one.key == last.key()),
                _ => None,
            };
            let Some(place) = place else { break };
            let splices = removal(&self.text, &items(container), place);
            self.splice(splices)?;
            changed = true;
        }
        if changed {
            self.close_up(above)?;
        }
        Ok(changed)
    }

    /// Adds `value` to the end of the array at `path`, which is made if missing.
    ///
    /// # Errors
    /// As [`Editor::set`].
    pub fn push(&mut self, path: &[Segment], value: &Json) -> Result<(), EditError> {
        let length = match self.root.at(path).map(|node| &node.value) {
            Some(Value::Array(elements)) => elements.len(),
            _ => 0,
        };
        self.set(&KeyPath::from(path).join(length).0, value)
            .map(drop)
    }

    fn set_steps(&mut self, path: &[Segment], value: &Json) -> Result<bool, EditError> {
        // The deepest node that exists on the way, and the steps beyond it.
        let known = (0..=path.len())
            .rev()
            .find(|steps| self.root.at(&path[..*steps]).is_some());
        let (above, beyond) = path.split_at(known.unwrap_or(0));
        let node = self.root.at(above).unwrap_or(&self.root);
        let Some((step, below)) = beyond.split_first() else {
            return self.set_existing(path, value);
        };
        let here = || KeyPath::from(above);
        if node.value == Value::Null {
            let fresh = nested(&here(), beyond, value)?;
            return self.replace(above, &fresh).map(|()| true);
        }
        match (&node.value, step) {
            (Value::Object(_), _) => {
                let fresh = nested(&here().join(step.clone()), below, value)?;
                self.append(above, Some(&step.key()), &fresh)?;
            }
            (Value::Array(elements), Segment::Index(index)) if *index == elements.len() => {
                let fresh = nested(&here().join(step.clone()), below, value)?;
                self.append(above, None, &fresh)?;
            }
            (Value::Array(elements), Segment::Index(index)) => {
                let length = elements.len();
                return Err(EditError::Hole {
                    path: here(),
                    length,
                    index: *index,
                });
            }
            (Value::Array(_), Segment::Key(_)) => {
                return Err(EditError::NotAnIndex {
                    path: here(),
                    step: step.key(),
                });
            }
            _ => {
                let (found, step) = (node.kind(), step.key());
                return Err(EditError::NotAContainer {
                    path: here(),
                    found,
                    step,
                });
            }
        }
        Ok(true)
    }

    /// Changes an existing node to `value`, going into containers of the same type.
    fn set_existing(&mut self, path: &[Segment], value: &Json) -> Result<bool, EditError> {
        let Some(old) = self.root.at(path).map(Node::to_json) else {
            return Ok(false);
        };
        if old == *value {
            return Ok(false);
        }
        let here = KeyPath::from(path);
        match (&old, value) {
            (Json::Object(old), Json::Object(new)) => {
                for key in old.keys().filter(|key| !new.contains_key(*key)) {
                    self.remove(&here.join(key.as_str()).0)?;
                }
                for (key, value) in new {
                    self.set_steps(&here.join(key.as_str()).0, value)?;
                }
            }
            (Json::Array(old), Json::Array(new)) => {
                let kept = kept_elements(old, new);
                for index in (0..old.len()).rev().filter(|index| !kept.contains(index)) {
                    self.remove(&here.join(index).0)?;
                }
                for (index, value) in new.iter().enumerate() {
                    self.set_steps(&here.join(index).0, value)?;
                }
            }
            _ => self.replace(path, value)?,
        }
        Ok(true)
    }
}

/// Wraps `value` in the containers that `steps` go through.
fn nested(at: &KeyPath, steps: &[Segment], value: &Json) -> Result<Json, EditError> {
    let Some((step, below)) = steps.split_first() else {
        return Ok(value.clone());
    };
    let inner = nested(&at.join(step.clone()), below, value)?;
    match step {
        Segment::Key(key) => Ok(Json::Object(Map::from_iter([(key.clone(), inner)]))),
        Segment::Index(0) => Ok(Json::Array(vec![inner])),
        Segment::Index(index) => Err(EditError::Hole {
            path: at.clone(),
            length: 0,
            index: *index,
        }),
    }
}

/// Returns the places of old elements that can stay: all that `new` has in the same order, if that
/// makes `new` from the old by removals alone; else as many from the front as there are new ones.
fn kept_elements(old: &[Json], new: &[Json]) -> Vec<usize> {
    let mut wanted = new.iter().peekable();
    let kept =
        (0..old.len()).filter(|index| wanted.next_if(|next| **next == old[*index]).is_some());
    let kept: Vec<usize> = kept.collect();
    if wanted.peek().is_none() {
        kept
    } else {
        (0..old.len().min(new.len())).collect()
    }
}
