//! The end of the record.

use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::Path;

use super::chain::open;
use super::{KEPT_FILES, READ_BYTES, rotated};
use crate::error::PathError;

/// Returns the last lines of the record, at most `most`, oldest first; `None` if there is none.
///
/// Reads from the end, so a long record costs no more than a short one.
///
/// # Errors
/// When a file is there and cannot be read.
pub fn tail(folder: &Path, most: usize) -> Result<Option<Vec<String>>, PathError> {
    let mut found: Option<Vec<String>> = None;
    for age in 0..=KEPT_FILES {
        let known = found.as_ref().map_or(0, Vec::len);
        if known >= most && found.is_some() {
            break;
        }
        let path = rotated(folder, age);
        let lines = tail_of(&path, most - known);
        if let Some(mut lines) = lines.map_err(|error| PathError::new("read", path, error))? {
            lines.extend(found.unwrap_or_default());
            found = Some(lines);
        }
    }
    Ok(found)
}

fn tail_of(path: &Path, most: usize) -> io::Result<Option<Vec<String>>> {
    const CHUNK: u64 = 64 << 10;
    let Some(mut file) = open(path)? else {
        return Ok(None);
    };
    let mut start = file.metadata()?.len();
    let mut bytes: Vec<u8> = Vec::new();
    let mut ends = 0;
    // One line end more than lines: the one before the first of them.
    while start > 0 && ends <= most && (bytes.len() as u64) < READ_BYTES {
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
