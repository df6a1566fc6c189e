//! Changing the config: the bytes that a command has to change, and no others.

use std::path::PathBuf;

use serde_json::Value as Json;

use super::examine::{problems, unknown};
use super::include::{Sources, names_directive};
use super::load::{Config, ConfigFile, check};
use crate::environment::Environment;
use crate::error::{Problem, StoreError};
use crate::file::{Access, Place, unresolved};
use crate::json5::{Editor, KeyPath, Node, Segment};
use crate::lock::{LOCK_TIMEOUT, Lock};
use crate::schema::json::Unknown;

/// How many backups are kept: `.bak`, `.bak.1` … `.bak.4`.
const BACKUPS: usize = 5;

/// One wanted change.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    /// Set a key, making what it is in.
    Set {
        /// The key.
        path: Vec<Segment>,
        /// Its value.
        value: Json,
    },
    /// Add an element at the end of an array, making what it is in.
    Append {
        /// The array.
        path: Vec<Segment>,
        /// The element.
        value: Json,
    },
    /// Remove a key; one that is not there is no error.
    Remove {
        /// The key.
        path: Vec<Segment>,
    },
}

impl Edit {
    fn path(&self) -> &[Segment] {
        match self {
            Self::Set { path, .. } | Self::Append { path, .. } | Self::Remove { path } => path,
        }
    }
}

/// What a write did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The config file.
    pub file: PathBuf,
    /// Whether anything was different; if not, nothing was written.
    pub changed: bool,
}

/// What a revision did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revised<T> {
    /// What became of the file.
    pub written: Written,
    /// Keys that nobody reads and that were not there before.
    pub unknown: Vec<Unknown>,
    /// What was decided besides.
    pub value: T,
}

/// How closely a result is looked at before it is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Care {
    /// The known keys are read.
    Known,
    /// The schema is asked too.
    Schema,
}

impl ConfigFile {
    /// Makes the file, with an empty config in it; one that is there stays as it is.
    ///
    /// # Errors
    /// [`StoreError`], when it cannot be written.
    pub fn create(&self) -> Result<(), StoreError> {
        let place = Place::create(&self.path)?;
        let _lock = Lock::acquire(&place, LOCK_TIMEOUT)?;
        if self.read()?.is_none() {
            place.stage(b"{}\n", Access::Kept)?.commit()?;
        }
        Ok(())
    }

    /// Makes all the edits, or none.
    ///
    /// The lock and the temporary file are beside the file that a symbolic link leads to, the
    /// backups beside the link, so that secrets in them stay in the state folder. Nothing but the
    /// edits is written: no defaults, no `meta` stamp.
    ///
    /// # Errors
    /// [`StoreError`]; the file is then as it was.
    pub fn apply(&self, edits: &[Edit]) -> Result<Written, StoreError> {
        let (written, ()) =
            self.write::<_, StoreError>(Care::Known, |_| Ok((edits.to_vec(), ())))?;
        Ok(written)
    }

    /// Makes the edits that `decide` wants, all or none, on a config that may be invalid, so that
    /// it can be mended. The result is compared with the schema and may have no problem that was
    /// not there before, nor an unknown key that is a slip of the hand.
    ///
    /// # Errors
    /// That of `decide`, or a [`StoreError`]; the file is then as it was.
    pub fn revise<T, E: From<StoreError>>(
        &self,
        mut decide: impl FnMut(&Node) -> Result<(Vec<Edit>, T), E>,
    ) -> Result<Revised<T>, E> {
        let mut unknown = Vec::new();
        let (written, value) = self.write(Care::Schema, |before| {
            let before = before.unwrap_or("{}");
            let sources = Sources::read(&self.path, before)?;
            let (edits, value) = decide(&sources.merged)?;
            if let Some(after) = self.edited(Some(before), &edits, Care::Schema)? {
                unknown = new_unknown(&sources, &Sources::read(&self.path, &after)?);
            }
            Ok::<_, E>((edits, value))
        })?;
        Ok(Revised {
            written,
            unknown,
            value,
        })
    }

    /// Makes the edits that `decide` wants, all or none, as [`ConfigFile::apply`] does. They are
    /// decided from the config as it is while the lock is held, so that nothing another process
    /// wrote is lost or counted twice; `decide` may be asked more than once.
    ///
    /// # Errors
    /// That of `decide`, or a [`StoreError`]; the file is then as it was.
    pub fn update<T, E: From<StoreError>>(
        &self,
        environment: &Environment,
        mut decide: impl FnMut(&Config) -> Result<(Vec<Edit>, T), E>,
    ) -> Result<(Written, T), E> {
        self.write(Care::Known, |before| {
            decide(&self.parse(before, environment)?)
        })
    }

    fn write<T, E: From<StoreError>>(
        &self,
        care: Care,
        mut decide: impl FnMut(Option<&str>) -> Result<(Vec<Edit>, T), E>,
    ) -> Result<(Written, T), E> {
        let written = |changed| Written {
            file: self.path.clone(),
            changed,
        };
        // What changes nothing needs no lock, nor a folder that can be written.
        let before = self.read()?;
        let (edits, value) = decide(before.as_deref())?;
        let Some(after) = self.edited(before.as_deref(), &edits, care)? else {
            return Ok((written(false), value));
        };
        if let Some(dry_run) = &self.dry_run {
            dry_run.config(&self.path, before.as_deref(), &after);
            return Ok((written(true), value));
        }
        let place = Place::create(&self.path).map_err(StoreError::from)?;
        let lock = Lock::acquire(&place, LOCK_TIMEOUT)?;
        let before = self.read()?;
        let (edits, value) = decide(before.as_deref())?;
        let Some(after) = self.edited(before.as_deref(), &edits, care)? else {
            return Ok((written(false), value));
        };
        let commit = || -> Result<(), StoreError> {
            let staged = place.stage(after.as_bytes(), Access::Kept)?;
            if before.is_some() {
                place.back_up(&unresolved(&self.path)?, BACKUPS)?;
            }
            staged.commit()?;
            Ok(())
        };
        commit()?;
        drop(lock);
        Ok((written(true), value))
    }

    /// Returns the text after the edits, `None` if that is the same text.
    fn edited(
        &self,
        before: Option<&str>,
        edits: &[Edit],
        care: Care,
    ) -> Result<Option<String>, StoreError> {
        let start = before.unwrap_or("{}\n");
        let sources = Sources::read(&self.path, start)?;
        let fail = |error| StoreError::Edit {
            path: self.path.clone(),
            error,
        };
        let mut editor = Editor::new(start).map_err(|error| StoreError::Syntax {
            path: self.path.clone(),
            error,
        })?;
        let mut changed = false;
        for edit in edits {
            let from = sources.included_from(edit.path());
            let own_directive = names_directive(&KeyPath::from(edit.path()));
            changed |= match (edit, from) {
                (Edit::Remove { path }, Some(included)) if !own_directive => {
                    return Err(self.included(path, included));
                }
                (Edit::Set { path, value }, Some(included))
                    if !own_directive && !sources.main_has(path) =>
                {
                    let same = sources
                        .merged
                        .at(path)
                        .is_some_and(|old| old.to_json() == *value);
                    if !same {
                        return Err(self.included(path, included));
                    }
                    false
                }
                (Edit::Append { path, .. }, Some(included))
                    if !own_directive && !sources.main_has(path) =>
                {
                    return Err(self.included(path, included));
                }
                (Edit::Append { path, value }, _) => {
                    editor.push(path, value).map_err(fail)?;
                    true
                }
                (Edit::Set { path, value }, _) => editor.set(path, value).map_err(fail)?,
                (Edit::Remove { path }, _) => editor.remove(path).map_err(fail)?,
            };
        }
        if !changed || editor.text() == start {
            return Ok(None);
        }
        let after = Sources::read(&self.path, editor.text())?;
        self.check_effect(&after, edits)?;
        match care {
            Care::Known => {
                let problems = check(&after);
                if !problems.is_empty() {
                    return Err(StoreError::Invalid { problems });
                }
            }
            Care::Schema => {
                let problems = new_problems(&sources, &after);
                if !problems.is_empty() {
                    return Err(StoreError::WouldBreak { problems });
                }
                let mut unknown = new_unknown(&sources, &after).into_iter();
                if let Some(slip) = unknown.find(|one| one.slip) {
                    return Err(StoreError::UnknownKey(slip));
                }
            }
        }
        Ok(Some(editor.text().to_owned()))
    }

    /// Makes sure that no include hides or changes what was asked for.
    fn check_effect(&self, after: &Sources, edits: &[Edit]) -> Result<(), StoreError> {
        let Some(some_file) = after.first_included() else {
            return Ok(());
        };
        for (place, edit) in edits.iter().enumerate() {
            let path = edit.path();
            let touched_again = edits[place + 1..].iter().any(|later| {
                let (later, shorter) = (later.path(), later.path().len().min(path.len()));
                later[..shorter] == path[..shorter]
                    || later.last().is_some_and(|s| s.index().is_some())
            });
            if touched_again || names_directive(&KeyPath::from(path)) {
                continue;
            }
            let now = after.merged.at(path).map(crate::json5::Node::to_json);
            let as_asked = match edit {
                Edit::Append { value, .. } => {
                    let items = now.as_ref().and_then(Json::as_array);
                    items.is_some_and(|items| items.contains(value))
                }
                Edit::Set { value, .. } => now.as_ref() == Some(value),
                // An array closes up, so another element may be there now.
                Edit::Remove { .. } => {
                    now.is_none() || path.last().is_some_and(|step| step.index().is_some())
                }
            };
            if !as_asked {
                let from = after.included_from(path).unwrap_or(some_file);
                return Err(self.included(path, from));
            }
        }
        Ok(())
    }

    fn included(&self, key: &[Segment], included: PathBuf) -> StoreError {
        StoreError::Included {
            key: KeyPath::from(key),
            included,
            main: self.path.clone(),
        }
    }
}

/// Returns the problems that were not there before. An element's problem is the same one when the
/// element has moved.
fn new_problems(before: &Sources, after: &Sources) -> Vec<Problem> {
    let mark = |problem: &Problem| (unplaced(&problem.path), problem.message.clone());
    let mut old: Vec<_> = problems(before).iter().map(mark).collect();
    let mut found = problems(after);
    found.retain(|problem| !take(&mut old, &mark(problem)));
    found
}

fn new_unknown(before: &Sources, after: &Sources) -> Vec<Unknown> {
    let mut old: Vec<_> = unknown(before)
        .iter()
        .map(|one| unplaced(&one.path))
        .collect();
    let mut found = unknown(after);
    found.retain(|one| !take(&mut old, &unplaced(&one.path)));
    found
}

/// Returns a path without the places in lists.
fn unplaced(path: &KeyPath) -> KeyPath {
    let steps = path.0.iter().filter(|step| step.index().is_none());
    KeyPath(steps.cloned().collect())
}

fn take<T: PartialEq>(from: &mut Vec<T>, wanted: &T) -> bool {
    let place = from.iter().position(|one| one == wanted);
    place.map(|place| from.swap_remove(place)).is_some()
}
