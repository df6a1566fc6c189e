//! What was released of the contract: a folder for each version, which never changes.
//!
//! A folder without WIT, such as one with notes for a whole track, is none of them.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use semver::Version;

use super::compare::track;
use super::describe::Package;
use super::{files, read};

/// Returns the release that `version` has to follow: the newest of its track, else the newest.
///
/// # Errors
/// A folder cannot be read, or its name is not the version of the package in it.
pub(super) fn baseline(folder: &Path, version: &Version) -> Result<Option<Package>> {
    let mut releases = releases(folder)?;
    releases.sort_by(|(one, _), (other, _)| one.cmp(other));
    let of_track = |(release, _): &&(Version, PathBuf)| track(release) == track(version);
    let found = releases.iter().rfind(of_track).or(releases.last());
    let Some((release, path)) = found else {
        return Ok(None);
    };
    let package = read(path)?;
    ensure!(
        package.version == *release,
        "{} holds the package of version {}",
        path.display(),
        package.version
    );
    Ok(Some(package))
}

fn releases(folder: &Path) -> Result<Vec<(Version, PathBuf)>> {
    let mut found = Vec::new();
    if !folder.exists() {
        return Ok(found);
    }
    let context = || format!("cannot list the folder {}", folder.display());
    for entry in std::fs::read_dir(folder).with_context(context)? {
        let path = entry.with_context(context)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if !path.is_dir() || name.starts_with('.') || files(&path)?.is_empty() {
            continue;
        }
        let version = Version::parse(&name)
            .with_context(|| format!("{} is not named by a version", path.display()))?;
        found.push((version, path));
    }
    Ok(found)
}
