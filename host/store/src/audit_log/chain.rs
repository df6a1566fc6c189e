//! Whether the record is whole: each line follows the one before it, and the last one is the one
//! that was written last.
//!
//! The hashes have no key: whoever may write the files can write another record. What shows is a
//! line that was changed or taken out, and an end that was cut off.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::line::{LINE_BYTES, Link, link_of};
use super::{GENESIS, KEPT_FILES, READ_BYTES, rotated};
use crate::error::PathError;
use crate::file::{bounded, owner, regular};

/// The last line that was written, in a file that is not beside the record: whoever cuts the one
/// may not know of the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Head {
    /// Its hash.
    pub(super) hash: String,
}

/// Returns the file for the record in a folder.
pub(super) fn head_file(cache: &Path, folder: &Path) -> PathBuf {
    let name = format!(
        "{:x}",
        Sha256::digest(folder.as_os_str().as_encoded_bytes())
    );
    cache.join("audit").join(&name[..32])
}

impl Head {
    /// Reads it; `None` when there is none, or it was not written to its end.
    pub(super) fn read(cache: &Path, folder: &Path) -> Option<Self> {
        let mut hash = String::new();
        let file = open(&head_file(cache, folder)).ok()??;
        file.take(1_000).read_to_string(&mut hash).ok()?;
        let is_whole = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_whole.then_some(Self { hash })
    }

    pub(super) fn write(&self, cache: &Path, folder: &Path) -> io::Result<()> {
        let path = head_file(cache, folder);
        if let Some(folder) = path.parent() {
            crate::folder::create(folder).map_err(|error| error.source)?;
        }
        let is_new = !path.exists();
        let mut options = OpenOptions::new();
        options.write(true).create(true);
        let mut file = regular(options, &path)?;
        file.set_len(0)?;
        file.write_all(self.hash.as_bytes())?;
        if is_new && let Some(folder) = path.parent() {
            owner::give(&file, owner::of_new(folder));
        }
        Ok(())
    }
}

/// Opens a file of the record to be read; `None` if there is none.
pub(super) fn open(path: &Path) -> io::Result<Option<File>> {
    let mut options = OpenOptions::new();
    options.read(true);
    match regular(options, path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        opened => opened.map(Some),
    }
}

/// Returns the text of a file of the record; `None` if there is none.
fn text(path: &Path) -> io::Result<Option<String>> {
    let Some(file) = open(path)? else {
        return Ok(None);
    };
    let bytes = bounded(file, READ_BYTES)?;
    Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
}

/// Whether a line with this hash stands anywhere in the record: what was noted may be older, where
/// another process has another cache.
pub(super) fn is_in(folder: &Path, head: &Head) -> io::Result<bool> {
    let wanted = format!("\"hash\":\"{}\"", head.hash);
    for age in 0..=KEPT_FILES {
        if text(&rotated(folder, age))?.is_some_and(|text| text.contains(&wanted)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The last lines of a file.
pub(super) struct End {
    pub(super) links: Vec<Link>,
    /// Whether the file ends in the middle of a line.
    pub(super) torn: bool,
}

impl End {
    /// Reads as much of the end of a file as holds two lines at least.
    pub(super) fn of(file: &mut File) -> io::Result<Self> {
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(
            length.saturating_sub(4 * LINE_BYTES as u64),
        ))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let text = String::from_utf8_lossy(&bytes);
        Ok(Self {
            links: text.lines().filter_map(link_of).collect(),
            torn: !bytes.is_empty() && !bytes.ends_with(b"\n"),
        })
    }

    /// Whether the line that was noted is one of them.
    pub(super) fn holds(&self, head: &Head) -> bool {
        self.links.iter().any(|link| link.hash == head.hash)
    }

    /// Returns the hash that the next line follows: that of the last line, where that is the one
    /// which was written last or comes after it.
    pub(super) fn follows(&self, head: Option<&Head>) -> String {
        let last = self.links.last();
        match head {
            None => last.map_or_else(|| GENESIS.to_owned(), |link| link.hash.clone()),
            Some(head) => {
                let known = self.links.iter().position(|link| link.hash == head.hash);
                let after = known.map(|at| &self.links[at..]);
                let joined = |links: &[Link]| {
                    let mut pairs = links.windows(2);
                    pairs.all(|pair| pair[0].hash == pair[1].previous)
                };
                match (after.filter(|links| joined(links)), last) {
                    (Some(_), Some(last)) => last.hash.clone(),
                    _ => head.hash.clone(),
                }
            }
        }
    }
}

/// What is wrong with the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Break {
    /// The file.
    pub file: PathBuf,
    /// The line, from 1; 0 for the end of the record.
    pub line: usize,
    /// What it is.
    pub what: &'static str,
}

/// Looks through the whole record. Returns how many lines it has, and the first thing that is wrong
/// with it.
///
/// # Errors
/// When a file is there and cannot be read.
pub fn verify(folder: &Path, cache: &Path) -> Result<(usize, Option<Break>), PathError> {
    let (mut lines, mut found) = (0, None);
    let mut previous: Option<String> = None;
    let mut last_file = folder.join(super::FILE);
    // What came before the oldest file that is kept is gone by right.
    let has_oldest = rotated(folder, KEPT_FILES).exists();
    for turn in (0..=KEPT_FILES).rev() {
        let path = rotated(folder, turn);
        let text = text(&path).map_err(|error| PathError::new("read", &path, error))?;
        let Some(text) = text else {
            continue;
        };
        for (at, line) in text.lines().enumerate() {
            if line.trim().is_empty() {
                continue;
            }
            lines += 1;
            let what = match (link_of(line), &previous) {
                (None, _) => Some("cannot be understood"),
                (Some(link), _) if !link.holds => Some("is not what was written"),
                (Some(link), Some(before)) if link.previous != *before => {
                    Some("does not follow the line before it")
                }
                (Some(link), None) if link.previous != GENESIS && !has_oldest => {
                    Some("does not begin the record: lines before it are missing")
                }
                (Some(link), _) => {
                    previous = Some(link.hash);
                    None
                }
            };
            if let Some(what) = what {
                if found.is_none() {
                    found = Some(Break {
                        file: path.clone(),
                        line: at + 1,
                        what,
                    });
                }
                previous = link_of(line).map(|link| link.hash).or(previous);
            }
        }
        last_file = path;
    }
    if found.is_none() {
        let head = Head::read(cache, folder);
        let is_cut = match head {
            Some(head) if previous.as_deref() != Some(head.hash.as_str()) => {
                let is_in = is_in(folder, &head);
                !is_in.map_err(|error| PathError::new("read", folder, error))?
            }
            _ => false,
        };
        found = is_cut.then_some(Break {
            file: last_file,
            line: 0,
            what: "the last lines are missing",
        });
    }
    Ok((lines, found))
}
