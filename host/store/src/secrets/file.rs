//! A secret in a file: the whole of it, or a string in its JSON.

use std::fs::OpenOptions;
use std::io;
use std::path::PathBuf;

use openclaw_core::secret::Secret;
use openclaw_core::shell::pasteable;

use super::sealed::{self, Key};
use super::{Means, Problem, accept, string_at};
use crate::file::{Unsuitable, bounded, regular};

/// A secret in a file.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FileSecret {
    /// The file.
    pub path: PathBuf,
    /// Which part of it.
    pub(super) part: Part,
    /// Most bytes that are read.
    pub(super) most: u64,
    /// Whether others may read it.
    pub(super) insecure: bool,
    /// What it is encrypted for, if it is.
    pub(super) sealed: Option<Key>,
}

/// A part of a file.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Part {
    /// All of it.
    Whole,
    /// The string at a JSON pointer.
    Pointer(String),
}

impl FileSecret {
    pub(super) fn get(&self, means: &Means<'_>) -> Result<Secret<String>, Problem> {
        let bytes = self.bytes()?;
        match &self.sealed {
            Some(key) => {
                let text = sealed::open(&self.path, &bytes, key, means)?;
                self.part(text.expose())
            }
            None => self.part(&bytes),
        }
    }

    /// Looks what can be known without asking anybody.
    pub(super) fn look(&self) -> Result<(), Problem> {
        let bytes = self.bytes()?;
        match &self.sealed {
            Some(key) => sealed::look(key),
            None => self.part(&bytes).map(drop),
        }
    }

    /// Reads the file as it is.
    pub(super) fn bytes(&self) -> Result<Vec<u8>, Problem> {
        self.read().map_err(|error| self.unread(&error))?
    }

    fn part(&self, bytes: &[u8]) -> Result<Secret<String>, Problem> {
        let what = format!("the file {}", self.path.display());
        match &self.part {
            Part::Whole => accept(bytes, &what),
            Part::Pointer(pointer) => {
                // The parser's own words may quote what it found.
                let json: serde_json::Value = serde_json::from_slice(bytes)
                    .map_err(|_| Problem::new("not_json", format!("{what} is not JSON")))?;
                string_at(json.pointer(pointer), &what)
            }
        }
    }

    /// Reads the file; who may read it is asked of the very file that was opened.
    fn read(&self) -> io::Result<Result<Vec<u8>, Problem>> {
        let mut options = OpenOptions::new();
        options.read(true);
        let file = regular(options, &self.path)?;
        if let Err(problem) = self.private(&file.metadata()?) {
            return Ok(Err(problem));
        }
        Ok(Ok(bounded(file, self.most)?))
    }

    #[cfg(unix)]
    fn private(&self, metadata: &std::fs::Metadata) -> Result<(), Problem> {
        use std::os::unix::fs::MetadataExt as _;
        let path = self.path.display();
        let mode = metadata.mode() & 0o777;
        let word = pasteable(&path.to_string());
        if self.insecure {
            return Ok(());
        }
        let user = rustix::process::geteuid().as_raw();
        let owner = metadata.uid();
        if owner != user && owner != 0 {
            return Err(Problem::new(
                "not_private",
                format!("the file {path} belongs to another user (uid {owner})"),
            )
            .next(format!("make it yours: chown {user} {word}")));
        }
        if mode & 0o077 != 0 {
            return Err(Problem::new(
                "not_private",
                format!("the file {path} may be read or written by others (mode {mode:04o})"),
            )
            .next(format!("chmod 600 {word}")));
        }
        Ok(())
    }

    #[cfg(not(unix))]
    fn private(&self, _: &std::fs::Metadata) -> Result<(), Problem> {
        Ok(())
    }

    fn unread(&self, error: &io::Error) -> Problem {
        let path = self.path.display();
        let inner = error.get_ref();
        match inner.and_then(|inner| inner.downcast_ref::<Unsuitable>()) {
            Some(Unsuitable::TooLarge(most)) => Problem::new(
                "too_large",
                format!("the file {path} has more than {most} bytes"),
            ),
            Some(unsuitable) => {
                Problem::new("not_a_file", format!("the file {path}: {unsuitable}"))
            }
            None if error.kind() == io::ErrorKind::NotFound => {
                Problem::new("not_found", format!("the file {path} does not exist"))
            }
            None if error.kind() == io::ErrorKind::IsADirectory => {
                Problem::new("not_a_file", format!("{path} is a folder"))
            }
            None => Problem::new("not_read", format!("the file {path}: {error}")),
        }
    }
}
