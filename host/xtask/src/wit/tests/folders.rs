//! Packages in folders, and releases beside them.

use std::fs;
use std::path::Path;

use semver::Version;
use tempfile::TempDir;

use super::{RELEASED, replaced};
use crate::wit::compare::Comparison;
use crate::wit::released::{baseline, release};
use crate::wit::{files, read};

/// A contract of two files.
fn contract(version: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    write(folder.path(), version);
    folder
}

fn write(folder: &Path, version: &str) {
    fs::create_dir_all(folder).expect("a folder");
    let text = replaced(RELEASED, "@0.1.0;", &format!("@{version};"));
    let at = text.find("/// All of it.").expect("the world");
    let (interfaces, world) = text.split_at(at);
    fs::write(folder.join("all.wit"), interfaces).expect("a file");
    let world = format!("package acme:tool@{version};\n{world}");
    fs::write(folder.join("world.wit"), world).expect("a file");
}

fn version(text: &str) -> Version {
    Version::parse(text).expect("a version")
}

/// Returns the version that another one is compared with.
fn followed(folder: &Path, by: &str) -> Option<String> {
    let package = baseline(folder, &version(by)).expect("releases");
    package.map(|package| package.version.to_string())
}

#[test]
fn releases_below_the_contract_are_no_part_of_it() {
    let folder = contract("0.1.1");
    let alone = read(folder.path()).expect("a package");
    // Another version, and one that does not even parse.
    write(&folder.path().join("released/0.1.0"), "0.1.0");
    let broken = folder.path().join("released/0.0.1");
    fs::create_dir_all(&broken).expect("a folder");
    fs::write(broken.join("all.wit"), "this is not WIT").expect("a file");
    fs::write(folder.path().join("notes.md"), "not WIT either").expect("a file");
    let with_releases = read(folder.path()).expect("a package");
    assert_eq!(with_releases.version, version("0.1.1"));
    let comparison = Comparison::of(&alone, &with_releases).expect("comparable");
    assert!(comparison.changes.is_empty());
    let names = files(folder.path()).expect("files");
    assert_eq!(
        names,
        ["all.wit", "world.wit"].map(|name| folder.path().join(name))
    );
}

#[test]
fn a_package_follows_the_newest_release_of_its_track() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let releases = folder.path().join("released");
    assert_eq!(followed(&releases, "0.1.0"), None);
    for version in ["0.1.9", "0.1.10", "0.2.0"] {
        write(&releases.join(version), version);
    }
    // Notes for a track, and what an interrupted release left.
    fs::create_dir_all(releases.join("0.1")).expect("a folder");
    fs::write(releases.join("0.1/extensions.md"), "# Keys").expect("a file");
    write(&releases.join(".0.3.0"), "0.3.0");
    assert_eq!(followed(&releases, "0.1.11").as_deref(), Some("0.1.10"));
    assert_eq!(followed(&releases, "0.2.1").as_deref(), Some("0.2.0"));
    assert_eq!(followed(&releases, "0.3.0").as_deref(), Some("0.2.0"));
    write(&releases.join("latest"), "0.4.0");
    assert!(baseline(&releases, &version("0.1.11")).is_err());
}

#[test]
fn a_release_is_named_by_its_version() {
    let releases = tempfile::tempdir().expect("a temporary folder");
    write(&releases.path().join("0.1.1"), "0.1.0");
    let error = baseline(releases.path(), &version("0.1.2"))
        .err()
        .expect("an error");
    assert!(
        error
            .to_string()
            .contains("holds the package of version 0.1.0"),
        "{error}"
    );
}

#[test]
fn a_release_is_a_copy_that_never_changes() {
    let folder = contract("0.1.0");
    let releases = folder.path().join("released");
    release(folder.path(), &releases).expect("released");
    for file in files(folder.path()).expect("files") {
        let name = file.file_name().expect("a name");
        let copy = releases.join("0.1.0").join(name);
        assert_eq!(
            fs::read(&file).expect("it"),
            fs::read(copy).expect("its copy")
        );
    }
    assert_eq!(fs::read_dir(&releases).expect("releases").count(), 1);
    release(folder.path(), &releases).expect("the same again");

    // Not even documentation changes, and no file comes or goes.
    let file = folder.path().join("world.wit");
    let text = fs::read_to_string(&file).expect("a file");
    fs::write(&file, text.replace("All of it.", "Everything.")).expect("a file");
    let error = release(folder.path(), &releases).expect_err("another text");
    assert!(
        error
            .to_string()
            .contains("never changes, but world.wit differs"),
        "{error}"
    );
    fs::write(&file, &text).expect("a file");
    fs::write(folder.path().join("more.wit"), "package acme:tool@0.1.0;\n").expect("a file");
    let error = release(folder.path(), &releases).expect_err("another file");
    assert!(error.to_string().contains("more.wit differs"), "{error}");
    let kept = fs::read_to_string(releases.join("0.1.0/world.wit")).expect("the release");
    assert_eq!(kept, text);
}

#[test]
fn releases_follow_each_other() {
    let folder = contract("0.1.2");
    let releases = folder.path().join("released");
    for version in ["0.1.2", "0.2.0", "0.1.3"] {
        write(folder.path(), version);
        release(folder.path(), &releases).expect("a later one of its track");
    }
    write(folder.path(), "0.1.1");
    let error = release(folder.path(), &releases).expect_err("an older one");
    assert!(
        error.to_string().contains("0.1.3 is released already"),
        "{error}"
    );
    assert!(!releases.join("0.1.1").exists());
}
