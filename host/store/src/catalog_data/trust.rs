//! `trusted-keys.json`: the public keys that facts may be signed with.

use std::path::{Path, PathBuf};

use openclaw_core::time::Timestamp;
use serde_json::{Value as Json, json};

use crate::dry_run::DryRun;
use crate::error::StoreError;
use crate::file::{Access, Place, Staged, read_at};
use crate::lock::{LOCK_TIMEOUT, Lock};
use crate::signature::{KeyId, PublicKey};

/// The file's name.
const NAME: &str = "trusted-keys.json";
/// Largest file that is read, in bytes.
const LARGEST: u64 = 1 << 20;

/// A key that is trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedKey {
    /// The key.
    pub key: PublicKey,
    /// Since when.
    pub added_at: Timestamp,
}

/// The keys that are trusted.
#[derive(Debug)]
pub struct TrustedKeys {
    path: PathBuf,
    dry_run: Option<DryRun>,
}

impl TrustedKeys {
    pub(super) fn new(folder: &Path, dry_run: Option<DryRun>) -> Self {
        Self {
            path: folder.join(NAME),
            dry_run,
        }
    }

    /// Returns the file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the keys, in the order in which they were added.
    ///
    /// # Errors
    /// When the file cannot be read or understood: then no key is trusted.
    pub fn all(&self) -> Result<Vec<TrustedKey>, StoreError> {
        self.parse(read_at(&self.path, LARGEST)?)
    }

    /// Adds a key. Returns whether it was not there.
    ///
    /// # Errors
    /// When the file cannot be written or understood.
    pub fn add(&self, key: &PublicKey, now: Timestamp) -> Result<bool, StoreError> {
        self.change(|keys| {
            if keys.iter().any(|known| known.key == *key) {
                return false;
            }
            keys.push(TrustedKey {
                key: key.clone(),
                added_at: now,
            });
            true
        })
    }

    /// Removes the keys with this number. Returns whether there was one.
    ///
    /// # Errors
    /// When the file cannot be written or understood.
    pub fn remove(&self, id: KeyId) -> Result<bool, StoreError> {
        self.change(|keys| {
            let before = keys.len();
            keys.retain(|known| known.key.id() != id);
            keys.len() < before
        })
    }

    fn change(
        &self,
        change: impl FnOnce(&mut Vec<TrustedKey>) -> bool,
    ) -> Result<bool, StoreError> {
        if let Some(dry_run) = &self.dry_run {
            let mut keys = self.all()?;
            let before = (!keys.is_empty()).then(|| text(&keys));
            let changed = change(&mut keys);
            if changed {
                dry_run.plain(&self.path, before.as_deref(), &text(&keys));
            }
            return Ok(changed);
        }
        let place = Place::create(&self.path)?;
        let lock = Lock::acquire(&place, LOCK_TIMEOUT)?;
        let mut keys = self.parse(place.read(LARGEST)?)?;
        let changed = change(&mut keys);
        if changed {
            let staged = place.stage(text(&keys).as_bytes(), Access::Private);
            staged.and_then(Staged::commit)?;
        }
        drop(lock);
        Ok(changed)
    }

    fn parse(&self, bytes: Option<Vec<u8>>) -> Result<Vec<TrustedKey>, StoreError> {
        let Some(bytes) = bytes else {
            return Ok(Vec::new());
        };
        let keys = || -> Option<Vec<TrustedKey>> {
            let value: Json = serde_json::from_slice(&bytes).ok()?;
            let keys = value["keys"].as_array()?.iter();
            keys.map(|entry| {
                Some(TrustedKey {
                    key: PublicKey::parse(entry["key"].as_str()?).ok()?,
                    added_at: Timestamp(entry["addedAt"].as_u64()?),
                })
            })
            .collect()
        };
        keys().ok_or_else(|| StoreError::CorruptData {
            path: self.path.clone(),
            reason: "it is not a list of keys".to_owned(),
        })
    }
}

fn text(keys: &[TrustedKey]) -> String {
    let keys = keys.iter().map(|trusted| {
        json!({
            "id": trusted.key.id().to_string(),
            "key": trusted.key.line(),
            "addedAt": trusted.added_at.0,
        })
    });
    format!("{:#}\n", json!({ "keys": keys.collect::<Vec<_>>() }))
}
