//! Writing a file of secrets: JSON, whole, for the owner alone.

use std::path::{Path, PathBuf};

use openclaw_core::secret::Secret;
use serde_json::{Map, Value as Json};

use super::file::Part;
use super::sealed::{self, Key};
use super::{Lookup, Means, Problem};
use crate::dry_run::DryRun;
use crate::error::StoreError;
use crate::file::{Access, Place, STORE_BYTES};
use crate::lock::{LOCK_TIMEOUT, Lock};

/// The name of the file of secrets in the state folder, where the config names no other.
pub(super) const NAME: &str = "secrets.json";

/// The place of one secret in a file of many.
#[derive(Debug)]
pub struct SecretPlace {
    path: PathBuf,
    steps: Vec<String>,
    sealed: Option<Key>,
    dry_run: Option<DryRun>,
}

impl SecretPlace {
    /// Returns the place that a lookup leads to; `None` if that is not in a file of many secrets.
    #[must_use]
    pub fn of(lookup: &Lookup, dry_run: Option<DryRun>) -> Option<Self> {
        let Lookup::File(file) = lookup else {
            return None;
        };
        let Part::Pointer(pointer) = &file.part else {
            return None;
        };
        let steps = pointer.split('/').skip(1);
        Some(Self {
            path: file.path.clone(),
            steps: steps
                .map(|step| step.replace("~1", "/").replace("~0", "~"))
                .collect(),
            sealed: file.sealed.clone(),
            dry_run,
        })
    }

    /// Returns the file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes the secret, making the file where there is none.
    ///
    /// # Errors
    /// When the file cannot be written, opened, or understood.
    pub fn put(&self, secret: &Secret<String>, means: &Means<'_>) -> Result<(), StoreError> {
        self.update(means, |root| {
            let mut at = root;
            for step in &self.steps {
                if !at.is_object() {
                    *at = Json::Object(Map::new());
                }
                at = &mut at[step.as_str()];
            }
            *at = secret.expose().as_str().into();
        })
    }

    /// Removes the secret, if it is there.
    ///
    /// # Errors
    /// When the file cannot be written, opened, or understood.
    pub fn remove(&self, means: &Means<'_>) -> Result<(), StoreError> {
        let Some((last, above)) = self.steps.split_last() else {
            return Ok(());
        };
        self.update(means, |root| {
            let at = above
                .iter()
                .try_fold(root, |at, step| at.get_mut(step.as_str()));
            if let Some(entries) = at.and_then(Json::as_object_mut) {
                entries.shift_remove(last);
            }
        })
    }

    fn update(&self, means: &Means<'_>, change: impl FnOnce(&mut Json)) -> Result<(), StoreError> {
        if let (Some(dry_run), Some(_)) = (&self.dry_run, &self.sealed) {
            // Nobody is asked for a key only to show what may not be shown.
            let before = self.path.exists().then_some("(encrypted)\n");
            dry_run.plain(&self.path, before, "(encrypted, changed)\n");
            return Ok(());
        }
        if let Some(dry_run) = &self.dry_run {
            let text = dry_run.text_of(&self.path).map(String::into_bytes);
            let bytes = match text {
                Some(text) => Some(text),
                None => crate::file::read_at(&self.path, STORE_BYTES)?,
            };
            let (before, after) = self.changed(bytes.as_deref(), change)?;
            if before != after {
                dry_run.secrets(&self.path, bytes.as_deref(), &written(&after));
            }
            return Ok(());
        }
        let place = Place::create(&self.path)?;
        let lock = Lock::acquire(&place, LOCK_TIMEOUT)?;
        let bytes = place.read(STORE_BYTES)?;
        let is_new = bytes.is_none();
        let bytes = match (bytes, &self.sealed) {
            (Some(bytes), Some(key)) => {
                let opened = sealed::open(&self.path, &bytes, key, means);
                Some(opened.map_err(|problem| self.locked(problem))?)
            }
            (bytes, _) => bytes.map(Secret::new),
        };
        let bytes = bytes.as_ref().map(|bytes| bytes.expose().as_slice());
        let (before, after) = self.changed(bytes, change)?;
        if before != after {
            let mut text = written(&after);
            if let Some(key) = &self.sealed {
                let sealed = sealed::seal(&self.path, &text, key, is_new, means);
                text = sealed.map_err(|problem| self.locked(problem))?;
            }
            place.stage(&text, Access::Private)?.commit()?;
        }
        drop(lock);
        Ok(())
    }

    fn locked(&self, problem: Problem) -> StoreError {
        StoreError::Sealed {
            path: self.path.clone(),
            why: problem.why,
            next: problem.next,
        }
    }

    fn changed(
        &self,
        bytes: Option<&[u8]>,
        change: impl FnOnce(&mut Json),
    ) -> Result<(Json, Json), StoreError> {
        let before = match bytes {
            None => Json::Object(Map::new()),
            // The parser's own words may quote what it found.
            Some(bytes) => serde_json::from_slice::<Json>(bytes)
                .ok()
                .filter(Json::is_object)
                .ok_or_else(|| StoreError::CorruptAuth {
                    path: self.path.clone(),
                    reason: "it is not an object of JSON".to_owned(),
                })?,
        };
        let mut after = before.clone();
        change(&mut after);
        Ok((before, after))
    }
}

fn written(document: &Json) -> Vec<u8> {
    format!("{document:#}\n").into_bytes()
}
