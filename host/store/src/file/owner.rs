//! Whose files are: when root writes in somebody's folder, as with `sudo` or in a container, what it
//! replaces stays theirs and what it makes becomes theirs. Anybody else's files are their own anyway.
//!
//! That an owner cannot be set stops nothing: some file systems and containers have no such thing.

#[cfg(unix)]
mod unix {
    use std::fs::Metadata;
    use std::os::fd::AsFd;
    use std::os::unix::fs::{MetadataExt, chown, fchown};
    use std::path::Path;

    /// An owner and a group.
    pub(crate) type Owner = (u32, u32);

    fn is_root() -> bool {
        rustix::process::geteuid().is_root()
    }

    fn of(metadata: &Metadata) -> Owner {
        (metadata.uid(), metadata.gid())
    }

    /// Gives an open file to an owner.
    pub(crate) fn give(file: impl AsFd, owner: Option<Owner>) {
        if let Some((user, group)) = owner {
            fchown(file, Some(user), Some(group)).ok();
        }
    }

    /// Returns the owner that what root makes in a folder should have; `None` for anybody else, and
    /// in a folder of root's own.
    pub(crate) fn of_new(folder: &Path) -> Option<Owner> {
        if !is_root() {
            return None;
        }
        let owner = of(&std::fs::metadata(folder).ok()?);
        (owner.0 != 0).then_some(owner)
    }

    /// Returns the owner that a replacement of a file should have.
    pub(crate) fn of_replaced(file: &cap_std::fs::Metadata) -> Option<Owner> {
        use cap_std::fs::MetadataExt as _;
        is_root().then(|| (file.uid(), file.gid()))
    }

    /// Gives a folder that root has just made, and those above it that it made too, to the owner of
    /// the first one that was there.
    pub(crate) fn give_folders(made: &Path, there: &Path) {
        let Some((user, group)) = of_new(there) else {
            return;
        };
        for folder in made.ancestors().take_while(|above| *above != there) {
            chown(folder, Some(user), Some(group)).ok();
        }
    }
}

#[cfg(not(unix))]
mod other {
    use std::path::Path;

    pub(crate) type Owner = ();

    pub(crate) fn give<T>(_file: T, _owner: Option<Owner>) {}

    pub(crate) fn of_new(_folder: &Path) -> Option<Owner> {
        None
    }

    pub(crate) fn of_replaced(_file: &cap_std::fs::Metadata) -> Option<Owner> {
        None
    }

    pub(crate) fn give_folders(_made: &Path, _there: &Path) {}
}

#[cfg(not(unix))]
pub(crate) use other::*;
#[cfg(unix)]
pub(crate) use unix::*;
