//! The record of what plugins did: `<state>/logs/audit.jsonl`, and before it `audit.jsonl.1` to `.4`.
//!
//! One JSON object a line. Each line holds the digest of the line before it, so that a line that is
//! changed or taken out breaks the chain from there on; the digest of the last is in a file apart
//! from it. The chain goes on from one file to the next. Holds no secret and no body.

mod chain;
mod line;

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use openclaw_core::activity::Event;
use openclaw_core::time::Timestamp;

use crate::file::owner;
use chain::{End, Head};

pub use chain::{Break, verify};

/// The file's name in the folder of logs.
pub const FILE: &str = "audit.jsonl";
/// How many full files are kept beside the current one.
const KEPT_FILES: usize = 4;
/// Largest size of a file.
const FILE_BYTES: u64 = 10 << 20;
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
    match OpenOptions::new().append(true).open(folder.join(FILE)) {
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

/// Returns the last lines of the record, at most `most`, oldest first; `None` if there is none.
///
/// Reads from the end, so a long record costs no more than a short one.
///
/// # Errors
/// When a file is there and cannot be read.
pub fn tail(folder: &Path, most: usize) -> io::Result<Option<Vec<String>>> {
    let mut found: Option<Vec<String>> = None;
    for age in 0..=KEPT_FILES {
        let known = found.as_ref().map_or(0, Vec::len);
        if known >= most && found.is_some() {
            break;
        }
        if let Some(mut lines) = tail_of(&rotated(folder, age), most - known)? {
            lines.extend(found.unwrap_or_default());
            found = Some(lines);
        }
    }
    Ok(found)
}

fn tail_of(path: &Path, most: usize) -> io::Result<Option<Vec<String>>> {
    const CHUNK: u64 = 64 << 10;
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut start = file.metadata()?.len();
    let mut bytes: Vec<u8> = Vec::new();
    let mut ends = 0;
    // One line end more than lines: the one before the first of them.
    while start > 0 && ends <= most {
        let size = start.min(CHUNK);
        start -= size;
        file.seek(SeekFrom::Start(start))?;
        let mut chunk = Vec::new();
        (&file).take(size).read_to_end(&mut chunk)?;
        ends += chunk.iter().filter(|byte| **byte == b'\n').count();
        chunk.extend(bytes);
        bytes = chunk;
    }
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    let from = lines.len().saturating_sub(most);
    Ok(Some(
        lines[from..]
            .iter()
            .map(|line| (*line).to_owned())
            .collect(),
    ))
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
    let file = options.open(path)?;
    if is_new && let Some(folder) = path.parent() {
        owner::give(&file, owner::of_new(folder));
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use openclaw_core::activity::Use;

    use super::*;

    fn append(folder: &Path, cache: &Path, events: &[Event], now: Timestamp) -> io::Result<()> {
        super::append(folder, cache, "run", events, now)
    }

    fn within(
        folder: &Path,
        cache: &Path,
        events: &[Event],
        now: Timestamp,
        file_bytes: u64,
    ) -> io::Result<()> {
        append_within((folder, cache), "run", events, now, file_bytes)
    }

    fn event(name: &str) -> Event {
        Event {
            plugin: "acme".to_owned(),
            digest: "d".to_owned(),
            use_of: Use::Env {
                name: name.to_owned(),
                found: true,
            },
            denied: None,
        }
    }

    #[test]
    fn the_last_lines_are_found_from_the_end() {
        let folder = tempfile::tempdir().expect("temporary folder");
        assert_eq!(tail(folder.path(), 3).expect("readable"), None);
        let line = |number: usize| format!("{number} {}", "x".repeat(20_000));
        let text: String = (0..12).map(|number| line(number) + "\n").collect();
        fs::write(folder.path().join(FILE), text).expect("written");
        let found = |most| tail(folder.path(), most).expect("readable").expect("there");
        assert_eq!(found(2), [line(10), line(11)]);
        assert_eq!(found(12).len(), 12);
        assert_eq!(found(usize::MAX).len(), 12);
        assert_eq!(found(usize::MAX)[0], line(0));
    }

    fn cache(folder: &Path) -> PathBuf {
        folder.join("cache")
    }

    fn noted(folder: &Path) -> PathBuf {
        chain::head_file(&cache(folder), folder)
    }

    /// Returns the break, if there is one.
    #[track_caller]
    fn broken(folder: &Path) -> Option<(String, usize, &'static str)> {
        let (_, found) = verify(folder, &cache(folder)).expect("readable");
        let name = |file: PathBuf| file.file_name().map(|name| name.display().to_string());
        found.map(|found| (name(found.file).unwrap_or_default(), found.line, found.what))
    }

    fn written(names: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("temporary folder");
        for name in names {
            append(
                folder.path(),
                &cache(folder.path()),
                &[event(name)],
                Timestamp(0),
            )
            .expect("writes");
        }
        folder
    }

    fn text(folder: &Path) -> String {
        fs::read_to_string(folder.join(FILE)).expect("there")
    }

    fn set(folder: &Path, text: &str) {
        fs::write(folder.join(FILE), text).expect("writes");
    }

    #[test]
    fn each_line_follows_the_one_before_it() {
        let folder = tempfile::tempdir().expect("temporary folder");
        append(
            folder.path(),
            &cache(folder.path()),
            &[event("A"), event("B")],
            Timestamp(0),
        )
        .expect("writes");
        append(
            folder.path(),
            &cache(folder.path()),
            &[event("C")],
            Timestamp(1),
        )
        .expect("writes");
        assert_eq!(
            verify(folder.path(), &cache(folder.path())).expect("readable"),
            (3, None)
        );
        let empty = tempfile::tempdir().expect("temporary folder");
        assert_eq!(
            verify(empty.path(), &cache(empty.path())).expect("readable"),
            (0, None)
        );
    }

    #[test]
    fn a_line_that_is_changed_or_taken_out_is_named() {
        let folder = written(&["A", "B", "C"]);
        let whole = text(folder.path());
        set(folder.path(), &whole.replace("\"B\"", "\"X\""));
        let changed = ("audit.jsonl".to_owned(), 2, "is not what was written");
        assert_eq!(broken(folder.path()), Some(changed));
        let lines: Vec<&str> = whole.lines().collect();
        set(folder.path(), &format!("{}\n{}\n", lines[0], lines[2]));
        let missing = (
            "audit.jsonl".to_owned(),
            2,
            "does not follow the line before it",
        );
        assert_eq!(broken(folder.path()), Some(missing.clone()));
        // What comes later does not mend it.
        append(
            folder.path(),
            &cache(folder.path()),
            &[event("D")],
            Timestamp(0),
        )
        .expect("writes");
        assert_eq!(broken(folder.path()), Some(missing));
    }

    #[test]
    fn an_end_that_is_cut_off_is_noticed_also_after_more_is_written() {
        let folder = written(&["A", "B", "C"]);
        let whole = text(folder.path());
        let first = whole.lines().next().expect("a line");
        set(folder.path(), &format!("{first}\n"));
        let end = ("audit.jsonl".to_owned(), 0, "the last lines are missing");
        assert_eq!(broken(folder.path()), Some(end));
        append(
            folder.path(),
            &cache(folder.path()),
            &[event("D")],
            Timestamp(0),
        )
        .expect("writes");
        let missing = (
            "audit.jsonl".to_owned(),
            2,
            "does not follow the line before it",
        );
        assert_eq!(broken(folder.path()), Some(missing));
        fs::remove_file(folder.path().join(FILE)).expect("removed");
        assert!(broken(folder.path()).is_some());
    }

    #[test]
    fn after_a_line_that_was_not_written_to_its_end_a_new_one_begins() {
        let folder = written(&["A", "B"]);
        let whole = text(folder.path());
        set(folder.path(), &format!("{whole}{{\"at\":\"torn"));
        append(
            folder.path(),
            &cache(folder.path()),
            &[event("C")],
            Timestamp(0),
        )
        .expect("writes");
        assert_eq!(text(folder.path()).lines().count(), 4);
        let torn = ("audit.jsonl".to_owned(), 3, "cannot be understood");
        assert_eq!(broken(folder.path()), Some(torn));
        let last = tail(folder.path(), 1).expect("readable").expect("there");
        assert!(last[0].contains("\"C\""), "{last:?}");
    }

    /// The process ended between the two files.
    #[test]
    fn a_record_that_is_ahead_of_what_was_noted_goes_on() {
        let folder = written(&["A"]);
        let before = fs::read(noted(folder.path())).expect("there");
        append(
            folder.path(),
            &cache(folder.path()),
            &[event("B")],
            Timestamp(0),
        )
        .expect("writes");
        fs::write(noted(folder.path()), before).expect("writes");
        append(
            folder.path(),
            &cache(folder.path()),
            &[event("C")],
            Timestamp(0),
        )
        .expect("writes");
        assert_eq!(
            verify(folder.path(), &cache(folder.path())).expect("readable"),
            (3, None)
        );
        fs::write(noted(folder.path()), "00").expect("writes");
        append(
            folder.path(),
            &cache(folder.path()),
            &[event("D")],
            Timestamp(0),
        )
        .expect("writes");
        assert_eq!(
            verify(folder.path(), &cache(folder.path())).expect("readable"),
            (4, None)
        );
    }

    #[test]
    fn a_line_is_bounded_whatever_is_in_it() {
        let folder = written(&["A", &"\u{1}x".repeat(400_000), "C"]);
        let longest = text(folder.path()).lines().map(str::len).max();
        assert!(longest < Some(line::LINE_BYTES), "{longest:?}");
        assert_eq!(
            verify(folder.path(), &cache(folder.path())).expect("readable"),
            (3, None)
        );
    }

    #[test]
    fn a_full_file_is_put_away_and_the_chain_goes_on() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let many: Vec<Event> = (0..100).map(|at| event(&format!("{at}-x"))).collect();
        for _ in 0..7 {
            within(
                folder.path(),
                &cache(folder.path()),
                &many,
                Timestamp(0),
                50_000,
            )
            .expect("writes");
        }
        for age in 0..=KEPT_FILES {
            let size = fs::metadata(rotated(folder.path(), age))
                .expect("there")
                .len();
            assert!(size <= 50_000, "{age}: {size}");
        }
        assert!(!rotated(folder.path(), KEPT_FILES + 1).exists());
        assert_eq!(
            verify(folder.path(), &cache(folder.path())).expect("readable"),
            (500, None)
        );
        let last = tail(folder.path(), 150).expect("readable").expect("there");
        assert_eq!(last.len(), 150);
        assert!(last[0].contains("\"50-x") && last[149].contains("\"99-x"));
        fs::remove_file(rotated(folder.path(), 2)).expect("removed");
        assert_eq!(
            broken(folder.path()),
            Some((
                "audit.jsonl.1".to_owned(),
                1,
                "does not follow the line before it"
            ))
        );
    }
}
