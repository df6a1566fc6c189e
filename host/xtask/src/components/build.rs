//! From a guest's package to the bytes of its component.
//!
//! Paths of this machine reach a module through the places that panics name, so the compiler is
//! told to write others: `/src` for this tree, `/cargo` for the registry's packages, `/rustc/<commit>`
//! for the standard library. The developer's own flags and profiles are kept out.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use wit_component::ComponentEncoder;

use crate::workspace::{self, GUEST_TARGET, Metadata, Workspace};

/// A compiler that can build guests.
pub(super) struct Toolchain {
    /// What `rustc --version` says.
    pub(super) rustc: String,
    /// SHA-256 over the target's libraries.
    pub(super) standard_library: String,
    commit: String,
    sysroot: PathBuf,
}

impl Toolchain {
    /// Looks for the compiler and its guest target; none if the target is not installed.
    ///
    /// # Errors
    /// The compiler cannot be run, or its libraries cannot be read.
    pub(super) fn find() -> Result<Option<Self>> {
        let verbose = rustc(&["--version", "--verbose"])?;
        let sysroot = PathBuf::from(rustc(&["--print", "sysroot"])?.trim());
        let folder = sysroot.join("lib/rustlib").join(GUEST_TARGET).join("lib");
        let mut libraries: Vec<PathBuf> = match std::fs::read_dir(&folder) {
            Ok(entries) => entries
                .map(|entry| entry.map(|entry| entry.path()))
                .collect::<Result<_, _>>()
                .with_context(|| format!("cannot list {}", folder.display()))?,
            Err(_) => return Ok(None),
        };
        libraries.retain(|path| {
            path.extension()
                .is_some_and(|extension| extension == "rlib")
        });
        if libraries.is_empty() {
            return Ok(None);
        }
        libraries.sort();
        let mut digest = Sha256::new();
        for library in &libraries {
            digest.update(library.file_name().unwrap_or_default().as_encoded_bytes());
            digest.update(workspace::read(library)?);
        }
        let line = |key: &str| {
            verbose
                .lines()
                .find_map(|line| line.strip_prefix(key))
                .map(str::to_owned)
        };
        Ok(Some(Self {
            rustc: verbose.lines().next().unwrap_or_default().to_owned(),
            standard_library: workspace::hex(&digest.finalize()),
            commit: line("commit-hash: ").unwrap_or_else(|| "unknown".to_owned()),
            sysroot,
        }))
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the developer names the compiler as for cargo"
)]
fn rustc(arguments: &[&str]) -> Result<String> {
    let program = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    workspace::output(Command::new(program).args(arguments))
}

/// A way to build guests of one tree with one compiler.
pub(super) struct Build<'a> {
    pub(super) toolchain: &'a Toolchain,
    workspace: &'a Workspace,
    target_directory: PathBuf,
    /// Paths of this machine, and what is written instead.
    remapped: Vec<(PathBuf, String)>,
}

/// A line of cargo's messages, as far as it tells of files.
#[derive(Deserialize)]
struct Message {
    #[serde(default)]
    filenames: Vec<PathBuf>,
}

impl<'a> Build<'a> {
    pub(super) fn new(
        workspace: &'a Workspace,
        metadata: &Metadata,
        toolchain: &'a Toolchain,
    ) -> Self {
        let mut remapped = vec![
            (workspace.root().to_owned(), "/src".to_owned()),
            (
                toolchain.sysroot.join("lib/rustlib/src/rust"),
                format!("/rustc/{}", toolchain.commit),
            ),
        ];
        // The folder above a registry's packages is named after the registry's address, which a
        // mirror changes.
        let registries: BTreeSet<&Path> = metadata
            .packages
            .iter()
            .filter(|package| package.source.is_some())
            .filter_map(|package| package.manifest_path.parent()?.parent())
            .collect();
        remapped.extend(
            registries
                .into_iter()
                .map(|path| (path.to_owned(), "/cargo".to_owned())),
        );
        let target_directory = metadata.target_directory.join("components");
        Self {
            toolchain,
            workspace,
            target_directory,
            remapped,
        }
    }

    /// Builds a package and returns its component.
    ///
    /// # Errors
    /// It does not compile, is not a guest, or still names a path of this machine.
    pub(super) fn component(&self, package: &str) -> Result<Vec<u8>> {
        let file = self.module(package)?;
        let module = workspace::read(&file)?;
        let component = ComponentEncoder::default()
            .validate(true)
            .module(&module)
            .and_then(|mut encoder| encoder.encode())
            .with_context(|| format!("`{package}` does not make a component"))?;
        for (path, _) in &self.remapped {
            let path = path.as_os_str().as_encoded_bytes();
            ensure!(
                !component.windows(path.len()).any(|bytes| bytes == path),
                "the component of `{package}` holds the path {}",
                String::from_utf8_lossy(path)
            );
        }
        Ok(component)
    }

    /// Compiles a package and returns the file with its core module.
    fn module(&self, package: &str) -> Result<PathBuf> {
        let mut command =
            self.workspace
                .cargo(&["rustc", "--locked", "--package", package, "--lib"]);
        command
            .args([
                "--crate-type",
                "cdylib",
                "--target",
                GUEST_TARGET,
                "--profile",
                "component",
            ])
            .args([
                "--message-format",
                "json-render-diagnostics",
                "--quiet",
                "--target-dir",
            ])
            .arg(&self.target_directory)
            .stdout(Stdio::piped());
        self.isolate(&mut command);
        let messages = workspace::output(&mut command)?;
        messages
            .lines()
            .filter_map(|line| serde_json::from_str::<Message>(line).ok())
            .flat_map(|message| message.filenames)
            .find(|file| {
                file.extension()
                    .is_some_and(|extension| extension == "wasm")
            })
            .with_context(|| format!("`{package}` gave no module"))
    }

    /// Keeps out of a build what the developer's environment would add to it.
    #[expect(
        clippy::disallowed_methods,
        reason = "a task looks at the developer's own environment"
    )]
    fn isolate(&self, command: &mut Command) {
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            let changes_code = [
                "CARGO_PROFILE_",
                "CARGO_TARGET_WASM32",
                "CARGO_BUILD_",
                "CARGO_PKG_",
            ]
            .iter()
            .any(|prefix| text.starts_with(prefix));
            if changes_code
                || matches!(
                    &*text,
                    "RUSTFLAGS" | "CARGO_INCREMENTAL" | "RUSTC_BOOTSTRAP"
                )
            {
                command.env_remove(&name);
            }
        }
        let mut flags = OsString::new();
        for (from, to) in &self.remapped {
            if !flags.is_empty() {
                // How cargo parts flags that may hold spaces.
                flags.push("\u{1f}");
            }
            flags.push("--remap-path-prefix=");
            flags.push(from);
            flags.push("=");
            flags.push(to);
        }
        command.env("CARGO_ENCODED_RUSTFLAGS", flags);
    }
}
