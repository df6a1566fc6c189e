//! Folders that the program makes.

use std::fs;
use std::io;
use std::path::Path;

use super::error::PathError;

/// Makes a folder, and those above it, for the owner alone. Returns whether it was missing; one
/// that is there stays as it is.
///
/// # Errors
/// When the system refuses, or something else is in its place.
pub fn create(path: &Path) -> Result<bool, PathError> {
    if path.is_dir() {
        return Ok(false);
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(path)
        .map(|()| true)
        .map_err(|error| PathError::new("create", path, error))
}

/// Fails if a folder could not be made because something else is in its place.
///
/// # Errors
/// That something, or what is in the place of a folder above it.
pub fn check(path: &Path) -> Result<(), PathError> {
    let nearest = path.ancestors().find(|above| above.exists());
    match nearest {
        Some(above) if !above.is_dir() => {
            let kind = io::ErrorKind::NotADirectory;
            Err(PathError::new("create", path, kind.into()))
        }
        _ => Ok(()),
    }
}
