//! The record of what plugins did: `<state>/logs/audit.jsonl`.
//!
//! One JSON object a line. Each line holds the digest of the line before it, so that a line that is
//! changed or taken out breaks the chain from there on. Holds no secret and no body.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use openclaw_core::activity::{Event, Use};
use openclaw_core::time::{Timestamp, millis};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// The file's name in the folder of logs.
pub const FILE: &str = "audit.jsonl";
/// What the first line names as the line before it.
const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Appends events of a run to the record, under its lock.
///
/// # Errors
/// When the folder or the file cannot be written.
pub fn append(folder: &Path, run: &str, events: &[Event], now: Timestamp) -> io::Result<()> {
    if events.is_empty() {
        return Ok(());
    }
    create_private(folder)?;
    let mut file = open_private(&folder.join(FILE))?;
    file.lock()?;
    let mut previous = last_hash(&mut file)?;
    let mut lines = String::new();
    for event in events {
        let mut line = line_of(event, now);
        line["run"] = run.into();
        line["prev"] = Value::from(previous);
        let hash = hash_of(&line);
        line["hash"] = Value::from(hash.clone());
        lines.push_str(&line.to_string());
        lines.push('\n');
        previous = hash;
    }
    file.seek(SeekFrom::End(0))?;
    file.write_all(lines.as_bytes())
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
/// When the file is there and cannot be read.
pub fn tail(folder: &Path, most: usize) -> io::Result<Option<Vec<String>>> {
    const CHUNK: u64 = 64 << 10;
    let mut file = match File::open(folder.join(FILE)) {
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

fn line_of(event: &Event, now: Timestamp) -> Value {
    let mut line = json!({
        "at": now.iso(),
        "plugin": event.plugin,
        "digest": event.digest,
        "decision": if event.denied.is_some() { "deny" } else { "allow" },
    });
    match &event.use_of {
        Use::Http {
            method,
            url,
            secrets_in,
            status,
            elapsed,
        } => {
            line["use"] = "http".into();
            line["method"] = method.clone().into();
            line["url"] = url.clone().into();
            line["secrets_in"] = json!(secrets_in);
            line["status"] = json!(status);
            line["elapsed_ms"] = millis(*elapsed).into();
        }
        Use::Env { name, found } => {
            line["use"] = "env".into();
            line["name"] = name.clone().into();
            line["found"] = (*found).into();
        }
    }
    if let Some(denied) = &event.denied {
        line["rule"] = denied.rule.clone().into();
        line["message"] = denied.message.clone().into();
        line["smallest_grant"] = json!(denied.smallest_grant);
    }
    line
}

/// Returns the digest of a line, in hex.
fn hash_of(line: &Value) -> String {
    format!("{:x}", Sha256::digest(line.to_string().as_bytes()))
}

/// Returns the hash in the last whole line.
fn last_hash(file: &mut File) -> io::Result<String> {
    const TAIL: u64 = 64 << 10;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(TAIL)))?;
    let mut tail = Vec::new();
    file.read_to_end(&mut tail)?;
    let text = String::from_utf8_lossy(&tail);
    let last = text
        .lines()
        .rev()
        .find_map(|line| serde_json::from_str::<Value>(line).ok());
    let hash = last.and_then(|line| line["hash"].as_str().map(str::to_owned));
    Ok(hash.unwrap_or_else(|| GENESIS.to_owned()))
}

#[cfg(unix)]
fn create_private(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
}

#[cfg(not(unix))]
fn create_private(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

fn open_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn each_line_names_the_hash_of_the_line_before_it() {
        let folder = tempfile::tempdir().expect("temporary folder");
        append(folder.path(), "r", &[event("A"), event("B")], Timestamp(0)).expect("writes");
        append(folder.path(), "r", &[event("C")], Timestamp(1)).expect("writes");
        let text = fs::read_to_string(folder.path().join("audit.jsonl")).expect("there");
        let mut previous = GENESIS.to_owned();
        for line in text.lines() {
            let mut value: Value = serde_json::from_str(line).expect("JSON");
            assert_eq!(value["prev"], previous.as_str());
            let hash = value
                .as_object_mut()
                .and_then(|map| map.remove("hash"))
                .expect("hash");
            previous = hash_of(&value);
            assert_eq!(hash, previous.as_str());
        }
        assert_eq!(text.lines().count(), 3);
    }
}
