//! Reading and writing `auth-profiles.json`.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use openclaw_core::time::Timestamp;

use super::document::AuthDocument;
use super::legacy::{self, warning};
use super::tools::{self, ToolLogin};
use crate::dry_run::DryRun;
use crate::error::{PathError, StoreError, Warning};
use crate::file::{Access, Place, STORE_BYTES, read_at};
use crate::lock::{LOCK_TIMEOUT, Lock};

/// What warnings about a store begin with.
const NOT_WRITTEN: &str = "the credential store counts as empty and will not be written: ";
const EMPTY: &str = "the credential store counts as empty: ";

/// Returns what is wrong with a file out of the warning about it, for one that says itself what
/// follows from that.
#[must_use]
pub fn reason(warning: &Warning) -> &str {
    let beginnings = [NOT_WRITTEN, EMPTY, legacy::NOT_TAKEN, legacy::UNREADABLE];
    let message = warning.message.as_str();
    let mut found = beginnings
        .iter()
        .filter_map(|one| message.strip_prefix(one));
    found.next().unwrap_or(message)
}

/// One agent's credential store, whether it exists or not.
#[derive(Clone, Debug)]
pub struct AuthFile {
    path: PathBuf,
    legacy_auth: PathBuf,
    legacy_oauth: Option<PathBuf>,
    tools: Option<Tools>,
    dry_run: Option<DryRun>,
}

/// Where to look for the logins of other tools.
#[derive(Clone, Debug)]
struct Tools {
    home: PathBuf,
    logins: Arc<[ToolLogin]>,
    now: Timestamp,
}

/// What tells one content of a store from another without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    length: u64,
    modified: Option<SystemTime>,
    /// Every write puts another file in the place of the old one.
    file: u64,
}

/// A store that was read.
#[derive(Clone)]
pub struct LoadedAuth {
    /// Its content; empty if there is no file or it cannot be understood.
    pub document: AuthDocument,
    /// Whether there is a file.
    pub exists: bool,
    /// Whether that file cannot be read or understood.
    pub unusable: bool,
    /// What there is to say: a file that cannot be understood, so counts as empty.
    pub warnings: Vec<Warning>,
}

/// The right to renew the logins of a store, for one process at a time. Dropping it, or the end of
/// the process, lets the next one have it.
#[derive(Debug)]
pub struct Renewing {
    _lock: Lock,
}

/// What an update did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Updated<T> {
    /// What the change returned.
    pub value: T,
    /// Whether anything was different; if not, nothing was written.
    pub changed: bool,
}

impl AuthFile {
    /// Names the store in an agent's folder.
    #[must_use]
    pub fn new(agent_dir: &Path) -> Self {
        Self {
            path: agent_dir.join("auth-profiles.json"),
            legacy_auth: agent_dir.join("auth.json"),
            legacy_oauth: None,
            tools: None,
            dry_run: None,
        }
    }

    /// Also imports this `oauth.json` while there is no store. Meant for the main agent: others
    /// see its store anyway.
    #[must_use]
    pub fn importing(self, legacy_oauth: &Path) -> Self {
        Self {
            legacy_oauth: Some(legacy_oauth.to_path_buf()),
            ..self
        }
    }

    /// Also sees these logins that other tools keep in this home folder, while they are valid. They
    /// are never written.
    #[must_use]
    pub fn with_tools(self, home: Option<&Path>, logins: Arc<[ToolLogin]>, now: Timestamp) -> Self {
        let tools = home.filter(|_| !logins.is_empty()).map(|home| Tools {
            home: home.to_path_buf(),
            logins,
            now,
        });
        Self { tools, ..self }
    }

    /// Notes what would be written, in place of writing it.
    #[must_use]
    pub fn dry(self, dry_run: Option<DryRun>) -> Self {
        Self { dry_run, ..self }
    }

    /// Where it is noted what would be written.
    #[must_use]
    pub fn dry_run(&self) -> Option<DryRun> {
        self.dry_run.clone()
    }

    /// Returns the stamp of the file as it is now; `None` if there is none.
    #[must_use]
    pub fn stamp(&self) -> Option<Stamp> {
        let metadata = std::fs::metadata(&self.path).ok()?;
        #[cfg(unix)]
        let file = std::os::unix::fs::MetadataExt::ino(&metadata);
        #[cfg(not(unix))]
        let file = 0;
        Some(Stamp {
            length: metadata.len(),
            modified: metadata.modified().ok(),
            file,
        })
    }

    /// Returns the file's path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads the store. Writes nothing, whatever it finds.
    #[must_use]
    pub fn load(&self) -> LoadedAuth {
        let mut warnings = Vec::new();
        // A dry run reads what it would have written.
        let noted = self.dry_run.as_ref();
        let noted = noted.and_then(|dry_run| dry_run.text_of(&self.path));
        let read = match noted {
            Some(text) => Ok(Some(text.into_bytes())),
            None => read_at(&self.path, STORE_BYTES),
        };
        let (mut document, exists, unusable) = match read {
            Ok(None) => {
                let oauth = self.legacy_oauth.as_deref();
                (
                    legacy::import(&self.legacy_auth, oauth, &mut warnings).document,
                    false,
                    false,
                )
            }
            Ok(Some(bytes)) => match AuthDocument::parse(&bytes) {
                Ok(document) => (document, true, false),
                Err(reason) => {
                    let message = format!(
                        "the credential store counts as empty and will not be written: {reason}"
                    );
                    warnings.push(warning(&self.path, message));
                    (AuthDocument::default(), true, true)
                }
            },
            Err(error) => {
                let message = format!(
                    "the credential store counts as empty: {error}: {}",
                    error.source
                );
                warnings.push(warning(&self.path, message));
                (AuthDocument::default(), true, true)
            }
        };
        if let Some(Tools { home, logins, now }) = &self.tools {
            tools::overlay(&mut document, logins, home, *now);
        }
        LoadedAuth {
            document,
            exists,
            unusable,
            warnings,
        }
    }

    /// Waits until no other process renews logins of this store. The store itself stays free for
    /// other writers meanwhile: a provider that is slow to answer keeps nobody waiting.
    ///
    /// # Errors
    /// [`StoreError::LockBusy`] after `timeout`, or when the lock cannot be opened.
    pub fn renewing(&self, timeout: Duration) -> Result<Renewing, StoreError> {
        let place = Place::create(&self.path)?;
        let lock = Lock::for_renewing(&place, timeout)?;
        Ok(Renewing { _lock: lock })
    }

    /// Changes the store: takes its lock, reads it again, lets `change` have it, and replaces the
    /// file if it is different. The lock is held throughout, so what `change` decides is still
    /// true when it is written; if it fails, nothing is.
    ///
    /// # Errors
    /// That of `change`, or a [`StoreError`]: above all [`StoreError::CorruptAuth`], before
    /// `change` is called, for a file that cannot be understood.
    pub fn update<T, E: From<StoreError>>(
        &self,
        change: impl FnOnce(&mut AuthDocument) -> Result<T, E>,
    ) -> Result<Updated<T>, E> {
        self.update_within(LOCK_TIMEOUT, change)
    }

    /// As [`update`](Self::update), waiting this long for other writers.
    ///
    /// # Errors
    /// As [`update`](Self::update).
    pub fn update_within<T, E: From<StoreError>>(
        &self,
        timeout: Duration,
        change: impl FnOnce(&mut AuthDocument) -> Result<T, E>,
    ) -> Result<Updated<T>, E> {
        if let Some(dry_run) = &self.dry_run {
            return self.would_update(dry_run, change);
        }
        let place = Place::create(&self.path).map_err(StoreError::from)?;
        let lock = Lock::acquire(&place, timeout)?;
        let mut leftover = None;
        let before = match place.read(STORE_BYTES).map_err(StoreError::from)? {
            Some(bytes) => {
                AuthDocument::parse(&bytes).map_err(|reason| StoreError::CorruptAuth {
                    path: self.path.clone(),
                    reason,
                })?
            }
            None => {
                let oauth = self.legacy_oauth.as_deref();
                let found = legacy::import(&self.legacy_auth, oauth, &mut Vec::new());
                leftover = found.from_auth_json.then_some(&self.legacy_auth);
                found.document
            }
        };
        let mut after = before.clone();
        let value = change(&mut after)?;
        let changed = after != before;
        if changed {
            let staged = place
                .stage(&after.to_bytes(), Access::Private)
                .map_err(StoreError::from)?;
            staged.commit().map_err(StoreError::from)?;
            if let Some(imported) = leftover {
                std::fs::remove_file(imported)
                    .map_err(|error| PathError::new("remove", imported, error))
                    .map_err(StoreError::from)?;
            }
        }
        drop(lock);
        Ok(Updated { value, changed })
    }

    /// Notes what [`update`](Self::update) would write.
    fn would_update<T, E: From<StoreError>>(
        &self,
        dry_run: &DryRun,
        change: impl FnOnce(&mut AuthDocument) -> Result<T, E>,
    ) -> Result<Updated<T>, E> {
        let read = Place::open(&self.path)
            .and_then(|place| place.map_or(Ok(None), |place| place.read(STORE_BYTES)));
        let noted = dry_run.text_of(&self.path).map(String::into_bytes);
        let bytes = noted.or(read.map_err(StoreError::from)?);
        let before = match &bytes {
            Some(bytes) => {
                AuthDocument::parse(bytes).map_err(|reason| StoreError::CorruptAuth {
                    path: self.path.clone(),
                    reason,
                })?
            }
            None => {
                let oauth = self.legacy_oauth.as_deref();
                legacy::import(&self.legacy_auth, oauth, &mut Vec::new()).document
            }
        };
        let mut after = before.clone();
        let value = change(&mut after)?;
        let changed = after != before;
        if changed {
            dry_run.store(&self.path, bytes.as_deref(), &after.to_bytes());
        }
        Ok(Updated { value, changed })
    }
}
