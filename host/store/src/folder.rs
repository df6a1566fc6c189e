//! Folders that the program makes.

use std::fs;
use std::io;
use std::path::Path;

use super::error::PathError;
use super::file::owner;

/// Makes a folder, and those above it, for the owner alone. Returns whether it was missing; one
/// that is there stays as it is.
///
/// # Errors
/// When the system refuses, or something else is in its place.
pub fn create(path: &Path) -> Result<bool, PathError> {
    if path.is_dir() {
        return Ok(false);
    }
    let there = path.ancestors().find(|above| above.is_dir());
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(path)
        .map_err(|error| PathError::new("create", path, error))?;
    if let Some(there) = there {
        owner::give_folders(path, there);
    }
    Ok(true)
}

/// Returns why files cannot be made in a folder, or in the nearest one above it that is there.
#[cfg(unix)]
#[must_use]
pub fn unwritable(path: &Path) -> Option<io::Error> {
    use rustix::fs::{Access, access};
    let nearest = path.ancestors().find(|above| above.is_dir())?;
    let refused = access(nearest, Access::WRITE_OK | Access::EXEC_OK).err();
    refused.map(io::Error::from)
}

/// Returns why files cannot be made in a folder; nothing where the system does not say.
#[cfg(not(unix))]
#[must_use]
pub fn unwritable(_path: &Path) -> Option<io::Error> {
    None
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
