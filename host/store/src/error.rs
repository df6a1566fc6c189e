//! What can go wrong with the user's files. No message holds a value from a file that could be a
//! secret: paths, keys, types and places only.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use openclaw_core::shell::pasteable;

use super::file::Unsuitable;
use super::json5::{EditError, KeyPath, Position, SyntaxError};

/// An input or output error, with its path.
#[derive(Debug, thiserror::Error)]
#[error("cannot {action} {}", path.display())]
pub struct PathError {
    /// What was attempted: `read`, `write`, `lock` …
    pub action: &'static str,
    /// On what.
    pub path: PathBuf,
    /// Why it failed.
    pub source: io::Error,
}

impl PathError {
    pub(super) fn new(action: &'static str, path: impl Into<PathBuf>, source: io::Error) -> Self {
        Self {
            action,
            path: path.into(),
            source,
        }
    }
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// The file.
    pub file: PathBuf,
    /// Where in it.
    pub position: Position,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Position { line, column } = self.position;
        write!(f, "{}:{line}:{column}", self.file.display())
    }
}

/// A key whose value cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The key.
    pub path: KeyPath,
    /// What is wrong, such as `expected a string, found a number`.
    pub message: String,
    /// Where.
    pub location: Location,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} ({})", self.path, self.message, self.location)
    }
}

/// Something worth saying that stops nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// The key, where it is about one.
    pub path: Option<KeyPath>,
    /// What there is to say.
    pub message: String,
    /// Where.
    pub file: PathBuf,
    /// Where in the file, if known.
    pub position: Option<Position>,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(path) = &self.path {
            write!(f, "{path}: ")?;
        }
        write!(f, "{} ({}", self.message, self.file.display())?;
        if let Some(Position { line, column }) = self.position {
            write!(f, ":{line}:{column}")?;
        }
        f.write_str(")")
    }
}

/// A failure of the store. After any of them the files are as they were.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Neither a home folder nor a state folder is known.
    #[error("cannot find the home folder, so there is no place for openclaw's files")]
    NoHome,
    /// The system refused.
    #[error(transparent)]
    Io(#[from] PathError),
    /// Another process kept the lock.
    #[error("Failed to update {} (lock busy?).", path.display())]
    LockBusy {
        /// The file that was to be written.
        path: PathBuf,
    },
    /// A file that is not text.
    #[error("{} {}", path.display(), not_text(*offset, *utf16))]
    NotText {
        /// The file.
        path: PathBuf,
        /// The first byte that is wrong, counted from 0.
        offset: usize,
        /// Whether it looks like UTF-16, as Windows writes it.
        utf16: bool,
    },
    /// The `.env` file of the state folder cannot be used.
    #[error(transparent)]
    Dotenv(Box<StoreError>),
    /// A file that is not JSON5.
    #[error("{}, {error}", path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// Where and what.
        error: SyntaxError,
        /// The line, its texts hidden, and below it a mark at the place.
        excerpt: Vec<String>,
    },
    /// An `$include` that cannot be followed.
    #[error("cannot follow $include{}: {reason} ({location})", named(include))]
    Include {
        /// What was to be included; empty if the directive names nothing.
        include: String,
        /// Why not.
        reason: String,
        /// The directive.
        location: Location,
    },
    /// Known keys with unusable values.
    #[error("Config invalid: {}", list(problems))]
    Invalid {
        /// All of them.
        problems: Vec<Problem>,
    },
    /// A change after which known keys would have unusable values.
    #[error("the config would be invalid: {}", wrong(problems))]
    WouldBreak {
        /// All of them; their places are in the text that was not written.
        problems: Vec<Problem>,
    },
    /// A change that would add a key that is no key.
    #[error("unknown key `{}`", .0.path.written())]
    UnknownKey(super::schema::json::Unknown),
    /// A `${NAME}` without a value.
    #[error(transparent)]
    MissingVariable(#[from] super::config::MissingVariable),
    /// An edit that does not fit the document.
    #[error("cannot change {}: {error}", path.display())]
    Edit {
        /// The file.
        path: PathBuf,
        /// Why.
        error: EditError,
    },
    /// An edit of something that another file provides.
    #[error("`{key}` comes from {}, which {} includes: edit it there", included.display(), main.display())]
    Included {
        /// The key.
        key: KeyPath,
        /// The file that provides it.
        included: PathBuf,
        /// The config file.
        main: PathBuf,
    },
    /// An auth store that cannot be understood, so must not be overwritten.
    #[error("refusing to overwrite {}: {reason}", path.display())]
    CorruptAuth {
        /// The file.
        path: PathBuf,
        /// What is wrong with it; quotes nothing from it.
        reason: String,
    },
    /// A file of secrets that cannot be opened or encrypted.
    #[error("cannot write {}: {why}", path.display())]
    Sealed {
        /// The file.
        path: PathBuf,
        /// Why not; quotes nothing of a secret.
        why: String,
        /// What to do about it.
        next: Option<String>,
    },
    /// Data of this program's own that cannot be understood, so must not be overwritten.
    #[error("cannot use {}: {reason}", path.display())]
    CorruptData {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

fn not_text(offset: usize, utf16: bool) -> String {
    if utf16 {
        "is UTF-16 text, where UTF-8 is expected".to_owned()
    } else {
        format!("is not UTF-8 text (byte {offset})")
    }
}

fn named(include: &str) -> String {
    if include.is_empty() {
        String::new()
    } else {
        format!(" `{include}`")
    }
}

fn list(problems: &[Problem]) -> String {
    problems
        .iter()
        .map(Problem::to_string)
        .collect::<Vec<_>>()
        .join("; ")
}

fn wrong(problems: &[Problem]) -> String {
    let said = |one: &Problem| match one.path.0.is_empty() {
        true => one.message.clone(),
        false => format!("`{}`: {}", one.path.written(), one.message),
    };
    problems.iter().map(said).collect::<Vec<_>>().join("; ")
}

impl StoreError {
    /// Says that it is about the `.env` file of the state folder.
    pub(super) fn in_dotenv(self) -> Self {
        Self::Dotenv(Box::new(self))
    }

    /// Returns what is wrong, without the file's name where it would begin with it.
    pub(super) fn what(&self) -> String {
        match self {
            Self::NotText { offset, utf16, .. } => not_text(*offset, *utf16),
            other => other.to_string(),
        }
    }

    /// Returns what a person can do next.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NoHome => Some("set HOME, or OPENCLAW_STATE_DIR to a folder of your own".into()),
            Self::Io(error) => io_hint(error),
            Self::LockBusy { path } => Some(format!(
                "another openclaw is writing {}; try again when it is done",
                path.display()
            )),
            Self::NotText {
                path, utf16: true, ..
            } => Some({
                let (from, to) = (quoted(path, ""), quoted(path, ".utf8"));
                format!(
                    "write it as UTF-8: iconv -f UTF-16 -t UTF-8 {from} > {to} && mv {to} {from}"
                )
            }),
            Self::Dotenv(error) => match &**error {
                Self::NotText { utf16: false, .. } => {
                    Some("save it as UTF-8 text, or move it away".into())
                }
                other => other.hint(),
            },
            Self::NotText { path, .. } | Self::Syntax { path, .. } => Some(restore(path)),
            Self::Included { included, .. } => Some(format!("edit {}", included.display())),
            Self::CorruptAuth { path, .. } | Self::CorruptData { path, .. } => Some(format!(
                "correct it by hand, or move it away: {}",
                move_broken(path)
            )),
            Self::Sealed { next, .. } => next.clone(),
            Self::MissingVariable(missing) => Some(missing.hint()),
            Self::UnknownKey(unknown) => Some(match &unknown.near {
                Some(near) => format!("did you mean `{}`?", near.written()),
                None => "see the keys that there are with `openclaw config schema`".to_owned(),
            }),
            Self::Invalid { .. } => {
                Some("see every problem with `openclaw config validate`".into())
            }
            Self::Include { .. } | Self::WouldBreak { .. } | Self::Edit { .. } => None,
        }
    }
}

/// Returns the command that moves a credential store away which cannot be understood.
#[must_use]
pub fn move_broken(path: &Path) -> String {
    format!("mv {} {}", quoted(path, ""), quoted(path, ".broken"))
}

/// Returns a path with something after it, as a shell takes it.
fn quoted(path: &Path, after: &str) -> String {
    pasteable(&format!("{}{after}", path.display()))
}

/// Returns how a file gets right again: by hand, or from the newest of its backups that can be read.
fn restore(path: &Path) -> String {
    let backups = super::config::backups(path);
    match backups.as_slice() {
        [] => "correct the file by hand".to_owned(),
        [newest, older @ ..] => {
            let more = match older {
                [] => String::new(),
                older => {
                    let names = older.iter().filter_map(|file| file.file_name());
                    let names: Vec<_> = names.map(|name| name.to_string_lossy()).collect();
                    format!("; older ones are {}", names.join(", "))
                }
            };
            format!(
                "correct the file by hand, or restore its newest backup: cp {} {}{more}",
                quoted(newest, ""),
                quoted(path, "")
            )
        }
    }
}

fn io_hint(error: &PathError) -> Option<String> {
    let inner = error.source.get_ref();
    if let Some(unsuitable) = inner.and_then(|inner| inner.downcast_ref::<Unsuitable>()) {
        return Some(match unsuitable {
            Unsuitable::Kind(_) => {
                format!(
                    "move it away: mv {} {}",
                    quoted(&error.path, ""),
                    quoted(&error.path, ".old")
                )
            }
            Unsuitable::Dangling(target) => format!(
                "mount the folder that it leads to, or make it: mkdir -p {}",
                quoted(target.parent().unwrap_or(target), "")
            ),
            Unsuitable::TooLarge(_) => format!(
                "see what it is with `head -c 300 {0}`; if nothing needs it, move it away: mv {0} {1}",
                quoted(&error.path, ""),
                quoted(&error.path, ".old")
            ),
        });
    }
    let folder = error.path.parent().unwrap_or_else(|| Path::new("/"));
    let folder = quoted(folder, "");
    match error.source.kind() {
        io::ErrorKind::PermissionDenied => Some(format!(
            "check who owns it with `ls -la {folder}`, or set OPENCLAW_STATE_DIR to a folder of your own"
        )),
        io::ErrorKind::ReadOnlyFilesystem => Some(format!(
            "{folder} is on a read-only file system; set OPENCLAW_STATE_DIR to a folder that can be written"
        )),
        io::ErrorKind::IsADirectory => Some(format!(
            "a folder is in its place, as Docker makes one where it is to mount a file that is not there; if it is empty, remove it: rmdir {}",
            quoted(&error.path, "")
        )),
        io::ErrorKind::NotADirectory => Some(format!(
            "{} leads through a file where a folder should be: move that file away, or set OPENCLAW_STATE_DIR to a folder of your own",
            error.path.display()
        )),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Some(format!(
            "make room on the disk that holds {folder} (`df -h {folder}`)"
        )),
        _ => None,
    }
}
