//! What was released of the contract: a folder for each version, which never changes.
//!
//! A folder without WIT, such as one with notes for a whole track, is none of them.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use semver::Version;

use super::compare::track;
use super::describe::Package;
use super::{files, read};
use crate::{say, workspace};

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

/// Copies the package in `folder` to where the releases are.
///
/// # Errors
/// Its version is released already and differs, a later one of its track is, or a file cannot be
/// read or written.
pub(super) fn release(folder: &Path, releases: &Path) -> Result<()> {
    let version = read(folder)?.version;
    let target = releases.join(version.to_string());
    if target.exists() {
        let differing = differing(folder, &target)?;
        ensure!(
            differing.is_empty(),
            "{version} is released and never changes, but {} {}; raise the version in each file of {}",
            differing.join(", "),
            if differing.len() == 1 {
                "differs"
            } else {
                "differ"
            },
            folder.display()
        );
        say(&format!("wit: {version} is released already, as it is"));
        return Ok(());
    }
    if let Some(newest) = baseline(releases, &version)? {
        ensure!(
            track(&newest.version) != track(&version) || newest.version < version,
            "{} is released already, so {version} cannot follow it",
            newest.version
        );
    }
    // The release appears as a whole or not at all.
    let unfinished = releases.join(format!(".{version}"));
    if let Err(error) = copy(folder, &unfinished, &target) {
        if unfinished.exists() {
            std::fs::remove_dir_all(&unfinished)
                .with_context(|| format!("cannot remove {}", unfinished.display()))?;
        }
        return Err(error.context(format!("cannot release {version}")));
    }
    say(&format!("wit: released {version}, which never changes now"));
    Ok(())
}

fn copy(folder: &Path, unfinished: &Path, target: &Path) -> Result<()> {
    std::fs::create_dir_all(unfinished)
        .with_context(|| format!("cannot make the folder {}", unfinished.display()))?;
    for file in files(folder)? {
        let copy = unfinished.join(file.file_name().context("a file has a name")?);
        workspace::write(&copy, &workspace::read(&file)?)?;
    }
    // What cannot be read alone could never be compared with.
    read(unfinished)?;
    std::fs::rename(unfinished, target)
        .with_context(|| format!("cannot rename {}", unfinished.display()))
}

/// Returns the names of the files of two packages that are not the same in both.
fn differing(one: &Path, other: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for file in files(one)?.into_iter().chain(files(other)?) {
        let Some(name) = file.file_name() else {
            bail!("{} has no name", file.display());
        };
        let (one, other) = (one.join(name), other.join(name));
        let same =
            one.is_file() && other.is_file() && workspace::read(&one)? == workspace::read(&other)?;
        if !same {
            names.push(name.to_string_lossy().into_owned());
        }
    }
    names.sort();
    names.dedup();
    Ok(names)
}
