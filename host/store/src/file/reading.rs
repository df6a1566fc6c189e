//! Reading a file that may be anything: a pipe, a device, a folder, endless.
//!
//! A file is opened without waiting for whoever may be at the other end, and is read only if it is a
//! regular one of a bounded size. Everything that the store reads comes through here.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use cap_std::fs::{Dir, File, Metadata, OpenOptions};

use super::Place;
use crate::error::{PathError, StoreError};

/// Largest config file, and largest file that one includes, in bytes.
pub(crate) const CONFIG_BYTES: u64 = 16 << 20;
/// Largest `.env` file, in bytes.
pub(crate) const DOTENV_BYTES: u64 = 1 << 20;
/// Largest credential store, in bytes.
pub(crate) const STORE_BYTES: u64 = 64 << 20;

/// Why a file that is there is not read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unsuitable {
    /// Something else is in its place.
    #[error("it is {0}, not a regular file")]
    Kind(&'static str),
    /// It is larger than anything of its kind.
    #[error("it is larger than {} MiB", .0 >> 20)]
    TooLarge(u64),
    /// It is a link into a folder that does not exist.
    #[error("it is a link to {}, and that folder does not exist", .0.display())]
    Dangling(PathBuf),
}

impl Place {
    /// Reads the file; `None` if it does not exist.
    pub(crate) fn read(&self, most: u64) -> Result<Option<Vec<u8>>, PathError> {
        match read(&self.dir, Path::new(&self.name), most) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(PathError::new("read", self.path(), error)),
            Ok(bytes) => Ok(Some(bytes)),
        }
    }
}

/// Reads the file at a path; `None` if it does not exist. A failure names the path itself: hints are
/// about a link, and not about what a link leads to.
pub(crate) fn read_at(path: &Path, most: u64) -> Result<Option<Vec<u8>>, PathError> {
    let read = match Place::open(path)? {
        Some(place) => place.read(most),
        None => Ok(None),
    };
    read.map_err(|error| PathError::new(error.action, path, error.source))
}

/// Reads a `.env` file; `None` if there is none.
pub(crate) fn dotenv(path: &Path) -> Result<Option<String>, StoreError> {
    read_at(path, DOTENV_BYTES)?
        .map(|bytes| text(path, bytes))
        .transpose()
}

/// Returns a file's bytes as text.
pub(crate) fn text(path: &Path, bytes: Vec<u8>) -> Result<String, StoreError> {
    let not_text = |offset, utf16| StoreError::NotText {
        path: path.to_path_buf(),
        offset,
        utf16,
    };
    let marked = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
    if let Some(offset) = bytes.iter().position(|byte| *byte == 0) {
        return Err(not_text(offset, marked || offset < 2));
    }
    String::from_utf8(bytes).map_err(|error| not_text(error.utf8_error().valid_up_to(), marked))
}

fn read(dir: &Dir, name: &Path, most: u64) -> io::Result<Vec<u8>> {
    let mut options = OpenOptions::new();
    options.read(true);
    at_once(&mut options);
    let file = dir.open_with(name, &options).map_err(|error| {
        // A socket cannot be opened; what it is says more than why not.
        let metadata = dir.metadata(name).ok();
        metadata
            .and_then(|found| suitable(&found).err())
            .unwrap_or(error)
    })?;
    let metadata = file.metadata()?;
    suitable(&metadata)?;
    if metadata.len() > most {
        return Err(io::Error::other(Unsuitable::TooLarge(most)));
    }
    bounded(file, most)
}

/// Opens a file by its path, if it is a regular one, and without waiting for anybody.
pub(crate) fn regular(mut options: fs::OpenOptions, path: &Path) -> io::Result<fs::File> {
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        let flags = (OFlags::NONBLOCK | OFlags::NOCTTY).bits();
        std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, flags.cast_signed());
    }
    let file = File::from_std(options.open(path)?);
    suitable(&file.metadata()?)?;
    Ok(file.into_std())
}

/// Reads a file to its end, if that is not too far.
pub(crate) fn bounded(file: impl Read, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(most + 1).read_to_end(&mut bytes)?;
    // It may have grown, and some file systems do not know how much there is.
    if bytes.len() as u64 > most {
        return Err(io::Error::other(Unsuitable::TooLarge(most)));
    }
    Ok(bytes)
}

fn suitable(metadata: &Metadata) -> io::Result<()> {
    if metadata.is_file() {
        return Ok(());
    }
    if metadata.is_dir() {
        return Err(folder());
    }
    Err(io::Error::other(Unsuitable::Kind(kind(metadata))))
}

#[cfg(unix)]
fn folder() -> io::Error {
    rustix::io::Errno::ISDIR.into()
}

#[cfg(not(unix))]
fn folder() -> io::Error {
    io::ErrorKind::IsADirectory.into()
}

#[cfg(unix)]
fn kind(metadata: &Metadata) -> &'static str {
    use cap_std::fs::FileTypeExt as _;
    let kind = metadata.file_type();
    if kind.is_fifo() {
        "a named pipe"
    } else if kind.is_socket() {
        "a socket"
    } else {
        "a device"
    }
}

#[cfg(not(unix))]
fn kind(_metadata: &Metadata) -> &'static str {
    "something else"
}

/// Makes opening return at once, also for a pipe that nobody writes to.
#[cfg(unix)]
pub(super) fn at_once(options: &mut OpenOptions) {
    use rustix::fs::OFlags;
    let flags = (OFlags::NONBLOCK | OFlags::NOCTTY).bits();
    cap_std::fs::OpenOptionsExt::custom_flags(options, flags.cast_signed());
}

#[cfg(not(unix))]
pub(super) fn at_once(_options: &mut OpenOptions) {}
