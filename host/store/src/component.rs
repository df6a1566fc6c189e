//! A file that the user names, such as a plugin's. Read whole, written never.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use super::error::PathError;

/// Reads a file of which at most `most` bytes can be of use; one byte more says that it is longer.
///
/// # Errors
/// When it is not a file, or the system refuses.
pub fn read(path: &Path, most: usize) -> Result<Vec<u8>, PathError> {
    let at_path = |source| PathError::new("read", path, source);
    // Asked first: opening a pipe would wait for its writer.
    let metadata = std::fs::metadata(path).map_err(at_path)?;
    if metadata.is_dir() {
        return Err(at_path(io::Error::other("it is a folder")));
    }
    if !metadata.is_file() {
        return Err(at_path(io::Error::other("it is not a regular file")));
    }
    let file = File::open(path).map_err(at_path)?;
    let mut bytes = Vec::new();
    file.take(most as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(at_path)?;
    Ok(bytes)
}
