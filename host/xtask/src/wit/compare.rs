//! Two versions of a package, and whether the new one may follow the old one.
//!
//! Versions are matched as semver does: all of `0.1.z` is one track, and `0.2` is beside it. A break
//! is announced by a version of a later track.

use anyhow::{Result, ensure};
use semver::Version;
use serde::Serialize;

use super::changes;
use super::describe::Package;

/// What a change does to what was built before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Class {
    /// It keeps plugins of the old version from working.
    Break,
    /// Old plugins do not notice it.
    Addition,
    /// An `@since` that is not true: an addition that claims to be as old as the release, or a
    /// released item with another date.
    Date,
}

/// A difference between two packages.
#[derive(Debug, Serialize)]
pub(super) struct Change {
    /// What changed, such as `chat.event.text`.
    pub(super) path: String,
    /// What it does to plugins.
    pub(super) class: Class,
    /// What is different.
    pub(super) what: String,
}

/// Two versions of a package, and how they differ.
pub(super) struct Comparison {
    /// Name of the package.
    pub(super) package: String,
    /// The version that is compared with.
    pub(super) old: Version,
    /// The version that is compared.
    pub(super) new: Version,
    /// The differences, sorted by interface.
    pub(super) changes: Vec<Change>,
}

impl Comparison {
    /// Compares two packages.
    ///
    /// # Errors
    /// They are not versions of the same package.
    pub(super) fn of(old: &Package, new: &Package) -> Result<Self> {
        ensure!(
            old.name == new.name,
            "{} and {} are different packages",
            old.name,
            new.name
        );
        Ok(Self {
            package: new.name.clone(),
            old: old.version.clone(),
            new: new.version.clone(),
            changes: changes::between(old, new),
        })
    }

    /// Returns whether the new version is on a later track, where everything may be different.
    pub(super) fn announces(&self) -> bool {
        track(&self.new) > track(&self.old)
    }

    /// Returns how many changes are of a class.
    pub(super) fn count(&self, class: Class) -> usize {
        let of_class = self.changes.iter().filter(|change| change.class == class);
        of_class.count()
    }

    /// Returns why the new package cannot follow the old one; nothing if it can.
    pub(super) fn problems(&self) -> Vec<String> {
        let (old, new) = (&self.old, &self.new);
        let mut problems = Vec::new();
        let breaks = self.count(Class::Break);
        if breaks > 0 && !self.announces() {
            problems.push(format!(
                "what {old} promised is broken in {}, and version {new} does not announce it: undo \
                 that, or release it as {}",
                places(breaks),
                next_track(old)
            ));
        }
        let dates = self.count(Class::Date);
        if dates > 0 {
            problems.push(format!(
                "`@since` is wrong in {}: what is added to {old} has a later version, and what was \
                 released keeps its own",
                places(dates)
            ));
        }
        if problems.is_empty() && !self.changes.is_empty() && new <= old {
            problems.push(format!(
                "{old} is released and never changes, so {new} cannot be the version of this package"
            ));
        }
        problems
    }
}

fn places(count: usize) -> String {
    match count {
        1 => "1 place".to_owned(),
        _ => format!("{count} places"),
    }
}

/// Returns what versions that are matched with each other have in common, as semver has it.
pub(super) fn track(version: &Version) -> (u64, u64, u64) {
    match (version.major, version.minor) {
        (0, 0) => (0, 0, version.patch),
        (0, minor) => (0, minor, 0),
        (major, _) => (major, 0, 0),
    }
}

fn next_track(version: &Version) -> Version {
    match version.major {
        0 => Version::new(0, version.minor + 1, 0),
        major => Version::new(major + 1, 0, 0),
    }
}
