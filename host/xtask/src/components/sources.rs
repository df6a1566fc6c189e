//! The digest of what a component is made from.
//!
//! SHA-256 over, in this order, each entry as its name, its length in bytes and its bytes:
//! 1. the guest's dependency tree as `cargo tree` prints it: names, versions, features, with the
//!    packages of this tree by their folders. It stands for the lock file, most of which is not
//!    the guests' concern and would make every update of the host look like a change of theirs;
//! 2. the sections of the top `Cargo.toml` that decide how guests are compiled;
//! 3. for each package of this tree among the dependencies: `Cargo.toml`, `plugin.toml`,
//!    `models.tsv`, `build.rs` and everything in `src/`, sorted by path;
//! 4. the contract: `wit/*.wit`, but not what was released before, below `wit/released/`;
//! 5. the version of wit-component.
//!
//! Text is taken byte by byte, so tests inside `src/` count: they move the lines that panics name.

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::{Result, ensure};
use sha2::{Digest, Sha256};

use crate::wit;
use crate::workspace::{self, GUEST_TARGET, Metadata, Workspace};

/// Sections of the top `Cargo.toml` that decide how a guest is compiled.
const SECTIONS: [&str; 3] = [
    "[workspace.package]",
    "[profile.release]",
    "[profile.component]",
];

/// Returns the digest of everything that decides a guest's component, but for the compiler.
///
/// # Errors
/// Cargo fails, or a file cannot be read.
pub(super) fn digest(workspace: &Workspace, metadata: &Metadata, package: &str) -> Result<String> {
    let (tree, folders) = tree(workspace, package)?;
    let mut digest = Sha256::new();
    let mut entry = |name: &str, bytes: &[u8]| {
        digest.update(format!("{name}\n{}\n", bytes.len()));
        digest.update(bytes);
    };
    entry("tree", tree.as_bytes());
    let manifest = workspace::read_text(&workspace.path("Cargo.toml"))?;
    entry("profile", sections(&manifest).as_bytes());
    let mut files = Vec::new();
    for folder in &folders {
        let single = ["Cargo.toml", "plugin.toml", "models.tsv", "build.rs"]
            .map(|name| workspace.path(folder).join(name));
        files.extend(single.into_iter().filter(|file| file.is_file()));
        files.extend(workspace.files(PathBuf::from(folder).join("src"))?);
    }
    files.extend(wit::files(&workspace.path("wit"))?);
    for file in files {
        entry(&workspace.relative(&file), &workspace::read(&file)?);
    }
    for tool in metadata
        .packages
        .iter()
        .filter(|package| package.name == "wit-component")
    {
        entry("wit-component", tool.version.as_bytes());
    }
    Ok(workspace::hex(&digest.finalize()))
}

/// Returns the guest's dependencies, one a line, and the folders of those in this tree.
fn tree(workspace: &Workspace, package: &str) -> Result<(String, BTreeSet<String>)> {
    let mut command = workspace.cargo(&["tree", "--locked", "--package", package]);
    command.args(["--target", GUEST_TARGET, "--edges", "normal,build"]);
    command.args([
        "--prefix",
        "none",
        "--format",
        "{p} {f}",
        "--charset",
        "ascii",
    ]);
    let text = workspace::output(&mut command)?;
    let (lines, folders) = normalize(&text, &format!("{}/", workspace.root().display()));
    ensure!(
        !folders.is_empty(),
        "`cargo tree` names no folder of {}",
        workspace.root().display()
    );
    Ok((lines.into_iter().collect::<Vec<_>>().join("\n"), folders))
}

/// Returns the lines of `cargo tree` without repetitions or the checkout's path, and the folders
/// that they name below `root`.
fn normalize(text: &str, root: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let mut lines = BTreeSet::new();
    let mut folders = BTreeSet::new();
    for line in text.lines().filter(|line| !line.is_empty()) {
        // `(*)` marks a package that was printed before.
        let line = line.trim_end().trim_end_matches(" (*)").trim_end();
        if let Some((_, after)) = line.split_once(root)
            && let Some((folder, _)) = after.split_once(')')
        {
            folders.insert(folder.to_owned());
        }
        lines.insert(line.replace(root, ""));
    }
    (lines, folders)
}

/// Returns the lines of the named sections, without comments and empty lines.
fn sections(manifest: &str) -> String {
    let mut taken = String::new();
    let mut inside = false;
    for line in manifest.lines().map(str::trim) {
        if line.starts_with('[') {
            inside = SECTIONS
                .iter()
                .any(|section| line.starts_with(section.trim_end_matches(']')));
        }
        if inside && !line.is_empty() && !line.starts_with('#') {
            taken.push_str(line);
            taken.push('\n');
        }
    }
    taken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_sections_that_compile_guests_are_taken() {
        let manifest = "[workspace.package]\nedition = \"2024\"\n\n[profile.dev]\ndebug = 1\n\
             [profile.component]\n# why\nlto = true\n[profile.component.package.x]\nopt-level = 1\n";
        assert_eq!(
            sections(manifest),
            "[workspace.package]\nedition = \"2024\"\n[profile.component]\nlto = true\n\
             [profile.component.package.x]\nopt-level = 1\n"
        );
    }

    #[test]
    fn the_checkouts_path_and_repetitions_are_dropped_from_the_tree() {
        let text = "acme v0.1.0 (/home/me/claw/providers/acme) \nserde v1.0.0 default,std\n\
             sdk v0.1.0 (/home/me/claw/sdk) \nserde v1.0.0 default,std (*)\n\
             macros v0.1.0 (proc-macro) (/home/me/claw/sdk/macros) \n";
        let (lines, folders) = normalize(text, "/home/me/claw/");
        let lines: Vec<_> = lines.iter().map(String::as_str).collect();
        assert_eq!(
            lines,
            [
                "acme v0.1.0 (providers/acme)",
                "macros v0.1.0 (proc-macro) (sdk/macros)",
                "sdk v0.1.0 (sdk)",
                "serde v1.0.0 default,std"
            ]
        );
        let folders: Vec<_> = folders.iter().map(String::as_str).collect();
        assert_eq!(folders, ["providers/acme", "sdk", "sdk/macros"]);
    }
}
