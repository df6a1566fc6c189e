//! Catalog facts that were installed after the program was built: `catalog/` in the state folder.
//!
//! | file | what is in it |
//! |---|---|
//! | `catalog.json` | which facts are in use and which were before, each with an index by provider |
//! | `<digest>.facts` | facts: a model a line, those of a provider together; never changed once written |
//! | `trusted-keys.json` | public keys that facts may be signed with |
//!
//! Installing writes a file of facts and then replaces `catalog.json`, which is what puts it in use;
//! going back replaces `catalog.json` alone. Reading finds a provider's lines by the index and reads
//! no others.

pub mod document;
mod trust;
mod versions;

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use openclaw_core::credential::ProviderId;

pub use trust::{TrustedKey, TrustedKeys};
pub use versions::{Installed, Section, Versions};

use crate::dry_run::DryRun;
use crate::error::{PathError, StoreError};
use crate::file::{Access, Place, read_at};
use crate::lock::{LOCK_TIMEOUT, Lock};
use crate::paths::Paths;

/// The folder's name in the state folder.
const FOLDER: &str = "catalog";
/// Which facts are in use.
const VERSIONS: &str = "catalog.json";
/// What the name of a file of facts ends in.
const FACTS: &str = ".facts";
/// Largest `catalog.json` that is read, in bytes.
const VERSIONS_BYTES: u64 = 1 << 20;

/// The facts that are installed, as they were when they were first asked for.
#[derive(Debug)]
pub struct CatalogData {
    folder: PathBuf,
    dry_run: Option<DryRun>,
    versions: OnceLock<Result<Versions, String>>,
}

/// New facts, to be installed.
#[derive(Clone, Debug, PartialEq)]
pub struct NewFacts {
    /// What is said of them; file and sections are filled in.
    pub about: Installed,
    /// The lines of each provider, with the day or time that they are from.
    pub providers: Vec<(ProviderId, String, Vec<String>)>,
}

impl CatalogData {
    /// Returns the facts in the state folder.
    #[must_use]
    pub fn new(paths: &Paths) -> Self {
        Self {
            folder: paths.state.join(FOLDER),
            dry_run: None,
            versions: OnceLock::new(),
        }
    }

    /// Notes what would be written, in place of writing it.
    #[must_use]
    pub fn dry(self, dry_run: Option<DryRun>) -> Self {
        Self { dry_run, ..self }
    }

    /// Returns the folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns the file that says which facts are in use.
    #[must_use]
    pub fn index(&self) -> PathBuf {
        self.folder.join(VERSIONS)
    }

    /// Returns the keys that facts may be signed with.
    #[must_use]
    pub fn trusted_keys(&self) -> TrustedKeys {
        TrustedKeys::new(&self.folder, self.dry_run.clone())
    }

    /// Returns which facts are in use, and which were before. Read once.
    ///
    /// # Errors
    /// What is wrong with the file that says it; then none are in use.
    pub fn versions(&self) -> Result<&Versions, &str> {
        let versions = self.versions.get_or_init(|| self.read());
        versions.as_ref().map_err(String::as_str)
    }

    /// Returns the facts in use.
    #[must_use]
    pub fn current(&self) -> Option<&Installed> {
        self.versions().ok()?.current.as_ref()
    }

    /// Returns the lines of a section of the facts in use.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn lines(&self, of: &Installed, section: &Section) -> Result<String, String> {
        let path = self.folder.join(&of.file);
        let failed = |why: String| format!("{}: {why}", path.display());
        let read = || -> std::io::Result<Vec<u8>> {
            let mut file = File::open(&path)?;
            file.seek(SeekFrom::Start(section.start))?;
            let mut bytes = Vec::new();
            file.take(section.length).read_to_end(&mut bytes)?;
            Ok(bytes)
        };
        let bytes = read().map_err(|error| failed(error.to_string()))?;
        if bytes.len() as u64 != section.length {
            return Err(failed("it is shorter than its index says".to_owned()));
        }
        String::from_utf8(bytes).map_err(|_| failed("it is not UTF-8 text".to_owned()))
    }

    /// Returns the bytes of the facts in use, to be compared with their digest.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn check(&self, of: &Installed) -> Result<(), String> {
        let path = self.folder.join(&of.file);
        let bytes = read_at(&path, document::LARGEST as u64 * 4);
        let bytes = bytes
            .map_err(|error| StoreError::from(error).to_string())?
            .ok_or_else(|| format!("{} does not exist", path.display()))?;
        match versions::name(&bytes) == of.file {
            true => Ok(()),
            false => Err(format!(
                "{} was changed after it was written",
                path.display()
            )),
        }
    }

    /// Puts new facts in use. `may` is asked under the lock whether they may take the place of those
    /// that are in use then.
    ///
    /// # Errors
    /// What `may` says, or when the system refuses.
    pub fn install<E: From<StoreError>>(
        &self,
        new: NewFacts,
        may: impl FnOnce(&Versions) -> Result<(), E>,
    ) -> Result<Versions, E> {
        let (installed, text) = versions::written(new);
        self.change(|folder, now| {
            may(now)?;
            if self.dry_run.is_none() {
                let place =
                    Place::create(&folder.join(&installed.file)).map_err(StoreError::from)?;
                let staged = place.stage(text.as_bytes(), Access::Private);
                staged
                    .and_then(super::file::Staged::commit)
                    .map_err(StoreError::from)?;
            }
            // The same facts again are not their own predecessor.
            let is_same = now
                .current
                .as_ref()
                .is_some_and(|now| now.file == installed.file);
            let previous = match is_same {
                true => now.previous.clone(),
                false => Some(now.current.clone()),
            };
            Ok(Versions {
                current: Some(installed),
                previous,
            })
        })
    }

    /// Puts the facts in use that were in use before, and the other way round; `None` where nothing was
    /// installed yet.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn roll_back(&self) -> Result<Option<Versions>, StoreError> {
        if !self.index().exists() {
            return Ok(None);
        }
        let mut any = true;
        let versions = self.change(|_, now| {
            let Some(previous) = now.previous.clone() else {
                any = false;
                return Ok::<_, StoreError>(now.clone());
            };
            Ok(Versions {
                current: previous,
                previous: Some(now.current.clone()),
            })
        })?;
        Ok(any.then_some(versions))
    }

    /// Changes which facts are in use, under the lock, and removes the files that are no longer named.
    fn change<E: From<StoreError>>(
        &self,
        change: impl FnOnce(&Path, &Versions) -> Result<Versions, E>,
    ) -> Result<Versions, E> {
        let path = self.folder.join(VERSIONS);
        if let Some(dry_run) = &self.dry_run {
            let now = self.understood(read_at(&path, VERSIONS_BYTES).map_err(StoreError::from)?)?;
            let next = change(&self.folder, &now)?;
            if now != next {
                let before = (now != Versions::default()).then(|| now.to_text());
                dry_run.plain(&path, before.as_deref(), &next.to_text());
            }
            return Ok(next);
        }
        let place = Place::create(&path).map_err(StoreError::from)?;
        let lock = Lock::acquire(&place, LOCK_TIMEOUT)?;
        let now = self.understood(place.read(VERSIONS_BYTES).map_err(StoreError::from)?)?;
        let next = change(&self.folder, &now)?;
        if now != next {
            let staged = place.stage(next.to_text().as_bytes(), Access::Private);
            staged
                .and_then(super::file::Staged::commit)
                .map_err(StoreError::from)?;
        }
        self.sweep(&next);
        drop(lock);
        Ok(next)
    }

    /// Removes facts that are neither in use nor were before. That one cannot be removed harms nobody.
    fn sweep(&self, versions: &Versions) {
        let previous = versions.previous.iter().flatten();
        let kept: Vec<&str> = versions
            .current
            .iter()
            .chain(previous)
            .map(|one| one.file.as_str())
            .collect();
        let Ok(entries) = std::fs::read_dir(&self.folder) else {
            return;
        };
        for name in entries.flatten().map(|entry| entry.file_name()) {
            let Some(name) = name.to_str().filter(|name| name.ends_with(FACTS)) else {
                continue;
            };
            if !kept.contains(&name) {
                std::fs::remove_file(self.folder.join(name)).ok();
            }
        }
    }

    fn read(&self) -> Result<Versions, String> {
        let path = self.folder.join(VERSIONS);
        let failed = |why: &str| format!("{}: {why}", path.display());
        // Most have none, and asking costs one call of the system.
        match std::fs::symlink_metadata(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Versions::default());
            }
            _ => {}
        }
        let bytes = read_at(&path, VERSIONS_BYTES)
            .map_err(|error: PathError| StoreError::from(error).to_string())?;
        let Some(bytes) = bytes else {
            return Ok(Versions::default());
        };
        Versions::parse(&bytes).map_err(|why| failed(&why))
    }

    /// Reads which facts are in use for a change. What cannot be understood is never overwritten.
    fn understood(&self, bytes: Option<Vec<u8>>) -> Result<Versions, StoreError> {
        let Some(bytes) = bytes else {
            return Ok(Versions::default());
        };
        Versions::parse(&bytes).map_err(|reason| StoreError::CorruptData {
            path: self.folder.join(VERSIONS),
            reason,
        })
    }
}
