//! Files that the user asks for by a folder of their own: manual pages.

use std::fs;
use std::path::Path;

use super::error::PathError;

/// Writes a page to a folder, which is made if it is missing.
///
/// # Errors
/// When the system refuses.
pub fn write(folder: &Path, name: &str, text: &str) -> Result<(), PathError> {
    fs::create_dir_all(folder).map_err(|error| PathError::new("create", folder, error))?;
    let path = folder.join(name);
    fs::write(&path, text).map_err(|error| PathError::new("write", path, error))
}
