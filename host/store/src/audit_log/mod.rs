//! The record of what plugins did: `<state>/logs/audit.jsonl`, and before it `audit.jsonl.1` to `.4`.
//!
//! One JSON object a line. Each line holds the digest of the line before it, so that a line that is
//! changed or taken out breaks the chain from there on; the digest of the last is in a file apart
//! from it. The chain goes on from one file to the next. Holds no secret and no body.

mod chain;
mod line;
mod tail;

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use openclaw_core::activity::Event;
use openclaw_core::time::Timestamp;

use crate::file::{owner, regular};
use chain::{End, Head};

pub use chain::{Break, verify};
pub use tail::tail;

/// The file's name in the folder of logs.
pub const FILE: &str = "audit.jsonl";
/// How many full files are kept beside the current one.
const KEPT_FILES: usize = 4;
/// Largest size of a file.
const FILE_BYTES: u64 = 10 << 20;
/// Most that is read of a file: what a run adds at once may be beyond its largest size.
const READ_BYTES: u64 = 64 << 20;
/// What the first line names as the line before it.
const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Appends events of a run to the record, under its lock. What was written last is noted below `cache`, as
/// far as that can be written.
///
/// # Errors
/// When the folder or the file cannot be written.
pub fn append(
    folder: &Path,
    cache: &Path,
    run: &str,
    events: &[Event],
    now: Timestamp,
) -> io::Result<()> {
    append_within((folder, cache), run, events, now, FILE_BYTES)
}

fn append_within(
    (folder, cache): (&Path, &Path),
    run: &str,
    events: &[Event],
    now: Timestamp,
    file_bytes: u64,
) -> io::Result<()> {
    if events.is_empty() {
        return Ok(());
    }
    crate::folder::create(folder).map_err(|error| error.source)?;
    let head = Head::read(cache, folder);
    let mut file = locked(&folder.join(FILE))?;
    let end = End::of(&mut file)?;
    let mut hash = match &head {
        Some(head) if !end.holds(head) && chain::is_in(folder, head)? => end.follows(None),
        head => end.follows(head.as_ref()),
    };
    let mut text = String::new();
    if end.torn {
        text.push('\n');
    }
    for event in events {
        let (line, own) = line::chained(event, run, now, &hash);
        text.push_str(&line);
        text.push('\n');
        hash = own;
    }
    let size = file.metadata()?.len();
    if size > 0 && size + text.len() as u64 > file_bytes {
        rotate(folder)?;
        let mut next = open_private(&folder.join(FILE))?;
        next.write_all(text.as_bytes())?;
    } else {
        file.write_all(text.as_bytes())?;
    }
    // Without it no cut end is noticed, and nothing else is different.
    let _unwritten = Head { hash }.write(cache, folder);
    Ok(())
}

/// Opens the current file and waits for its lock. Another process may have put it away meanwhile.
fn locked(path: &Path) -> io::Result<File> {
    loop {
        let file = open_private(path)?;
        file.lock()?;
        if is_at(&file, path) {
            return Ok(file);
        }
    }
}

#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let (Ok(ours), Ok(there)) = (file.metadata(), fs::metadata(path)) else {
        return false;
    };
    ours.ino() == there.ino() && ours.dev() == there.dev()
}

#[cfg(not(unix))]
fn is_at(_file: &File, _path: &Path) -> bool {
    true
}

/// Whether the record can be appended to, found out without writing or making anything.
///
/// # Errors
/// Why it cannot.
pub fn appendable(folder: &Path) -> Result<(), String> {
    let said = |error: io::Error| error.to_string();
    let mut options = OpenOptions::new();
    options.read(true).append(true);
    match regular(options, &folder.join(FILE)) {
        Ok(_) => return Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(said(error)),
    }
    // It is made when it is first needed, in the nearest folder that is there.
    for above in folder.ancestors() {
        match fs::metadata(above) {
            Ok(found) if !found.is_dir() => {
                return Err(format!("{} is not a folder", above.display()));
            }
            Ok(found) if found.permissions().readonly() => {
                return Err(format!("{} is read-only", above.display()));
            }
            Ok(_) => return Ok(()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(said(error)),
        }
    }
    Ok(())
}

/// Returns a file of the record by its age: the current one, or one that was put away.
fn rotated(folder: &Path, age: usize) -> PathBuf {
    match age {
        0 => folder.join(FILE),
        age => folder.join(format!("{FILE}.{age}")),
    }
}

/// Puts the current file away; the oldest one goes.
fn rotate(folder: &Path) -> io::Result<()> {
    for age in (0..KEPT_FILES).rev() {
        match fs::rename(rotated(folder, age), rotated(folder, age + 1)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

fn open_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let is_new = !path.exists();
    let file = regular(options, path)?;
    if is_new && let Some(folder) = path.parent() {
        owner::give(&file, owner::of_new(folder));
    }
    Ok(file)
}

#[cfg(test)]
mod tests;
