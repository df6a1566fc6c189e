//! A file in a folder that was opened once, read whole and replaced whole.
//!
//! A replacement is written beside the file, flushed, and renamed over it, so that a reader or a
//! crash finds the old bytes or the new ones; only a file that is a mount point itself is written over
//! in its place. A symbolic link is followed when the file is opened:
//! its target is what gets replaced.

pub(super) mod owner;
mod reading;

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use cap_std::ambient_authority;
use cap_std::fs::{Dir, File, OpenOptions};

use super::error::PathError;
pub(super) use reading::{
    CONFIG_BYTES, STORE_BYTES, Unsuitable, bounded, dotenv, read_at, regular, text,
};

/// Links to follow before a circle is assumed.
const MAX_LINKS: usize = 40;

/// A file's name in its opened folder. The file itself need not exist.
#[derive(Debug)]
pub(super) struct Place {
    dir: Dir,
    folder: PathBuf,
    name: OsString,
}

/// Who may read a file that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    /// The same as before; the owner alone if it is new.
    Kept,
    /// The owner alone.
    Private,
}

impl Place {
    /// Opens the folder of `path`; `None` if there is no such folder.
    pub(super) fn open(path: &Path) -> Result<Option<Self>, PathError> {
        let (folder, name) = target(path)?;
        match Dir::open_ambient_dir(&folder, ambient_authority()) {
            Ok(dir) => Ok(Some(Self { dir, folder, name })),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(PathError::new("open", folder, error)),
        }
    }

    /// Opens the folder of `path`, making it for the owner alone if it is missing.
    pub(super) fn create(path: &Path) -> Result<Self, PathError> {
        if let Some(place) = Self::open(path)? {
            return Ok(place);
        }
        let (folder, name) = target(path)?;
        // Making the folders of a volume that is not mounted would only hide that.
        if path.is_symlink() {
            let missing = io::Error::other(Unsuitable::Dangling(folder.join(&name)));
            return Err(PathError::new("write", path, missing));
        }
        super::folder::create(&folder)?;
        let dir = Dir::open_ambient_dir(&folder, ambient_authority())
            .map_err(|error| PathError::new("open", &folder, error))?;
        Ok(Self { dir, folder, name })
    }

    /// Returns the path, links resolved.
    pub(super) fn path(&self) -> PathBuf {
        self.folder.join(&self.name)
    }

    /// Returns a file beside this one, its name extended by `suffix`.
    pub(super) fn beside(&self, suffix: &str) -> OsString {
        let mut name = self.name.clone();
        name.push(suffix);
        name
    }

    /// Opens the file beside this one that a lock is taken on.
    pub(super) fn open_lock(&self, suffix: &str) -> Result<(fs::File, PathBuf), PathError> {
        let name = self.beside(suffix);
        let path = self.folder.join(&name);
        let mut options = OpenOptions::new();
        options.write(true).create(true);
        private(&mut options);
        reading::at_once(&mut options);
        match self.dir.open_with(&name, &options) {
            Ok(file) => {
                self.give_lock(&file);
                Ok((file.into_std(), path))
            }
            Err(error) => Err(PathError::new("lock", path, error)),
        }
    }

    /// Gives a lock's file that root made to the owner of the folder, who has to open it too.
    fn give_lock(&self, file: &File) {
        let Some(owner) = owner::of_new(&self.folder) else {
            return;
        };
        let is_ours = file
            .metadata()
            .is_ok_and(|file| file.is_file() && file.len() == 0);
        if is_ours {
            owner::give(file, Some(owner));
        }
    }

    /// Writes the bytes to a new file beside this one and flushes it. The caller holds the lock.
    pub(super) fn stage(&self, bytes: &[u8], access: Access) -> Result<Staged<'_>, PathError> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        self.sweep();
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let mut name = self.temporary_prefix();
        name.push(format!("{}-{count}.tmp", std::process::id()));
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        private(&mut options);
        let failed = |error| PathError::new("write", self.path(), error);
        let file = self.dir.open_with(&name, &options).map_err(failed)?;
        // From here on, dropping it removes the file.
        let staged = Staged {
            place: self,
            name: Some(name),
        };
        self.fill(file, bytes, access).map_err(failed)?;
        Ok(staged)
    }

    fn fill(&self, mut file: File, bytes: &[u8], access: Access) -> io::Result<()> {
        file.write_all(bytes)?;
        let existing = self.dir.metadata(&self.name).ok();
        match &existing {
            Some(existing) => owner::give(&file, owner::of_replaced(existing)),
            None => owner::give(&file, owner::of_new(&self.folder)),
        }
        if let Some(existing) = existing.filter(|_| access == Access::Kept) {
            file.set_permissions(existing.permissions())?;
        }
        file.sync_all()
    }

    /// Removes what a killed writer left. Nobody else writes now: the caller holds the lock.
    fn sweep(&self) {
        let prefix = self.temporary_prefix();
        let Ok(entries) = self.dir.entries() else {
            return;
        };
        for name in entries.flatten().map(|entry| entry.file_name()) {
            let bytes = name.as_encoded_bytes();
            if bytes.starts_with(prefix.as_encoded_bytes()) && bytes.ends_with(b".tmp") {
                // A left-over that cannot be removed harms nobody.
                self.dir.remove_file(&name).ok();
            }
        }
    }

    fn temporary_prefix(&self) -> OsString {
        let mut prefix = OsString::from(".");
        prefix.push(&self.name);
        prefix.push(".");
        prefix
    }

    /// Keeps the file as it is now under the name `<name>.bak`, moving older ones one on.
    ///
    /// The file stays in its place throughout: the backup is a second name for the same bytes, or
    /// a copy where the file system has no such thing.
    pub(super) fn back_up(&self, beside: &Self, generations: usize) -> Result<(), PathError> {
        let name = |age: usize| match age {
            0 => beside.beside(".bak"),
            _ => beside.beside(&format!(".bak.{age}")),
        };
        let failed =
            |name: &OsStr, error| PathError::new("back up to", beside.folder.join(name), error);
        for age in (1..generations).rev() {
            match beside.dir.rename(name(age - 1), &beside.dir, name(age)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(failed(&name(age), error));
                }
                _ => {}
            }
        }
        let newest = name(0);
        self.dir
            .hard_link(&self.name, &beside.dir, &newest)
            .or_else(|_| self.copy_to(beside, &newest))
            .map_err(|error| failed(&newest, error))
    }

    /// Copies the file as it is now.
    fn copy_to(&self, beside: &Self, name: &OsStr) -> io::Result<()> {
        self.dir.copy(&self.name, &beside.dir, name)?;
        let kept = self.dir.metadata(&self.name)?;
        owner::give(beside.dir.open(name)?, owner::of_replaced(&kept));
        Ok(())
    }

    /// Writes over the file where it is: for one that is a mount point itself, which nothing can be
    /// renamed over.
    fn overwrite(&self, with: &OsStr) -> io::Result<()> {
        let mut source = self.dir.open(with)?;
        let mut options = OpenOptions::new();
        options.write(true);
        let mut file = self.dir.open_with(&self.name, &options)?;
        let length = io::copy(&mut source, &mut file)?;
        file.set_len(length)?;
        file.sync_all()
    }

    /// Makes renames in the folder last.
    fn sync(&self) -> io::Result<()> {
        let synced = fs::File::open(&self.folder).and_then(|folder| folder.sync_all());
        match synced {
            // Some file systems cannot flush a folder; they have nothing to flush then.
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported
                ) =>
            {
                Ok(())
            }
            other if cfg!(unix) => other,
            _ => Ok(()),
        }
    }
}

/// New content, complete and flushed, that has not taken its place yet.
#[derive(Debug)]
pub(super) struct Staged<'a> {
    place: &'a Place,
    name: Option<OsString>,
}

impl Staged<'_> {
    /// Puts the content in its place. A file that is a mount point, as with a single file that is
    /// mounted into a container, is written over where it is; the staged content stays beside it
    /// until that is done.
    pub(super) fn commit(mut self) -> Result<(), PathError> {
        let place = self.place;
        let failed = |error| PathError::new("write", place.path(), error);
        if let Some(name) = &self.name {
            match place.dir.rename(name, &place.dir, &place.name) {
                Err(error) if is_mounted(&error) => {
                    place.overwrite(name).map_err(failed)?;
                    // Dropping it removes the staged file.
                    return Ok(());
                }
                renamed => renamed.map_err(failed)?,
            }
        }
        self.name = None;
        place.sync().map_err(failed)
    }
}

impl Drop for Staged<'_> {
    fn drop(&mut self) {
        if let Some(name) = &self.name {
            self.place.dir.remove_file(name).ok();
        }
    }
}

/// Whether a file could not be replaced because it is a mount point.
fn is_mounted(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ResourceBusy | io::ErrorKind::CrossesDevices
    )
}

#[cfg(unix)]
fn private(options: &mut OpenOptions) {
    cap_std::fs::OpenOptionsExt::mode(options, 0o600);
}

#[cfg(not(unix))]
fn private(_: &mut OpenOptions) {}

/// Returns the folder and name of the file that `path` leads to, following links even to a file
/// that does not exist yet.
fn target(path: &Path) -> Result<(PathBuf, OsString), PathError> {
    let mut target = path.to_path_buf();
    for _ in 0..MAX_LINKS {
        match fs::read_link(&target) {
            Ok(next) => {
                target.pop();
                target.push(next);
            }
            Err(_) => {
                let folder = match target.parent() {
                    Some(folder) if !folder.as_os_str().is_empty() => folder.to_path_buf(),
                    _ => PathBuf::from("."),
                };
                let name = target.file_name().map(OsStr::to_os_string).ok_or_else(|| {
                    PathError::new("open", path, io::ErrorKind::InvalidFilename.into())
                })?;
                return Ok((folder, name));
            }
        }
    }
    let circle = io::Error::other("the symbolic links lead in a circle");
    Err(PathError::new("open", path, circle))
}

/// Returns the path that links lead to.
pub(super) fn leads_to(path: &Path) -> Option<PathBuf> {
    let (folder, name) = target(path).ok()?;
    Some(folder.join(name))
}

/// Returns the place of `path` itself, without following a link there.
pub(super) fn unresolved(path: &Path) -> Result<Place, PathError> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new(".")).to_path_buf();
    let dir = Dir::open_ambient_dir(&folder, ambient_authority())
        .map_err(|error| PathError::new("open", &folder, error))?;
    Ok(Place {
        dir,
        folder,
        name: path.file_name().unwrap_or_default().to_os_string(),
    })
}
