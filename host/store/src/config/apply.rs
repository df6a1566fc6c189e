//! Changing the config: the bytes that a command has to change, and no others.

use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use super::examine::{Looked, look};
use super::include::{Sources, names_directive, not_json5};
use super::load::{Config, ConfigFile, check};
use crate::environment::Environment;
use crate::error::{Problem, StoreError};
use crate::file::{Access, CONFIG_BYTES, Place, read_at, unresolved};
use crate::json5::{Editor, KeyPath, Node, Segment, parse};
use crate::lock::{LOCK_TIMEOUT, Lock};
use crate::schema::json::Unknown;

/// How many backups are kept: `.bak`, `.bak.1` … `.bak.4`.
const BACKUPS: usize = 5;

/// Returns the backups of a config that are there and can be read, the newest first.
pub(crate) fn backups(config: &Path) -> Vec<PathBuf> {
    let name = config.file_name().unwrap_or_default();
    let beside = |age: usize| {
        let mut name = name.to_os_string();
        name.push(".bak");
        if age > 0 {
            name.push(format!(".{age}"));
        }
        config.with_file_name(name)
    };
    let is_good = |file: &PathBuf| {
        let bytes = read_at(file, CONFIG_BYTES).ok().flatten();
        let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
        text.is_some_and(|text| parse(&text).is_ok())
    };
    (0..BACKUPS).map(beside).filter(is_good).collect()
}

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

/// A text after edits.
struct Edited {
    text: String,
    /// Keys that nobody reads and that were not there before.
    unknown: Vec<Unknown>,
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
        let (written, (), _) =
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
        let (written, value, unknown) = self.write(Care::Schema, |before| {
            let sources = Sources::read(&self.path, before.unwrap_or("{}"))?;
            decide(&sources.merged)
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
        let (written, value, _) = self.write(Care::Known, |before| {
            decide(&self.parse(before, environment)?)
        })?;
        Ok((written, value))
    }

    fn write<T, E: From<StoreError>>(
        &self,
        care: Care,
        mut decide: impl FnMut(Option<&str>) -> Result<(Vec<Edit>, T), E>,
    ) -> Result<(Written, T, Vec<Unknown>), E> {
        let written = |changed| Written {
            file: self.path.clone(),
            changed,
        };
        // What changes nothing needs no lock, nor a folder that can be written.
        let mut before = self.read()?;
        let (mut edits, mut value) = decide(before.as_deref())?;
        let Some(mut after) = self.edited(before.as_deref(), &edits, care)? else {
            return Ok((written(false), value, Vec::new()));
        };
        if let Some(dry_run) = &self.dry_run {
            dry_run.config(&self.path, before.as_deref(), &after.text);
            return Ok((written(true), value, after.unknown));
        }
        let place = Place::create(&self.path).map_err(StoreError::from)?;
        let lock = Lock::acquire(&place, LOCK_TIMEOUT)?;
        let now = self.read()?;
        if now != before {
            before = now;
            (edits, value) = decide(before.as_deref())?;
            let Some(edited) = self.edited(before.as_deref(), &edits, care)? else {
                return Ok((written(false), value, Vec::new()));
            };
            after = edited;
        }
        let commit = || -> Result<(), StoreError> {
            let staged = place.stage(after.text.as_bytes(), Access::Kept)?;
            if before.is_some() {
                place.back_up(&unresolved(&self.path)?, BACKUPS)?;
            }
            staged.commit()?;
            Ok(())
        };
        commit()?;
        drop(lock);
        Ok((written(true), value, after.unknown))
    }

    /// Returns the text after the edits, `None` if that is the same text.
    fn edited(
        &self,
        before: Option<&str>,
        edits: &[Edit],
        care: Care,
    ) -> Result<Option<Edited>, StoreError> {
        let start = before.unwrap_or("{}\n");
        let sources = Sources::read(&self.path, start)?;
        let fail = |error| StoreError::Edit {
            path: self.path.clone(),
            error,
        };
        let mut editor = Editor::new(start).map_err(|error| not_json5(&self.path, start, error))?;
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
        let mut unknown = Vec::new();
        match care {
            Care::Known => {
                let (problems, _) = check(&after, None, false);
                if !problems.is_empty() {
                    return Err(StoreError::Invalid { problems });
                }
            }
            Care::Schema => {
                let (problems, new) = news(&look(&sources, None), look(&after, None));
                if !problems.is_empty() {
                    return Err(StoreError::WouldBreak { problems });
                }
                if let Some(slip) = new.iter().find(|one| one.slip) {
                    return Err(StoreError::UnknownKey(slip.clone()));
                }
                unknown = new;
            }
        }
        Ok(Some(Edited {
            text: editor.text().to_owned(),
            unknown,
        }))
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

/// Returns the problems and unknown keys that were not there before. An element's problem is the same
/// one when the element has moved.
fn news(before: &Looked, after: Looked) -> (Vec<Problem>, Vec<Unknown>) {
    let mark = |problem: &Problem| (unplaced(&problem.path), problem.message.clone());
    let mut old: Vec<_> = before.problems.iter().map(mark).collect();
    let mut problems = after.problems;
    problems.retain(|problem| !take(&mut old, &mark(problem)));
    let old = before.unknown.iter();
    let mut old: Vec<_> = old.map(|one| unplaced(&one.path)).collect();
    let mut unknown = after.unknown;
    unknown.retain(|one| !take(&mut old, &unplaced(&one.path)));
    (problems, unknown)
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
