//! The source tree and cargo's view of it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use sha2::{Digest, Sha256};

/// Target that guests are built for.
pub(crate) const GUEST_TARGET: &str = "wasm32-unknown-unknown";

/// The source tree.
pub(crate) struct Workspace {
    root: PathBuf,
    cargo: OsString,
}

/// What `cargo metadata` says, as far as tasks need it.
#[derive(Deserialize)]
pub(crate) struct Metadata {
    /// Every package of the dependency graph.
    pub(crate) packages: Vec<Package>,
    /// Ids of the packages in this tree.
    workspace_members: Vec<String>,
    /// Where cargo writes, by its own settings.
    pub(crate) target_directory: PathBuf,
}

/// A package of the dependency graph.
#[derive(Deserialize)]
pub(crate) struct Package {
    id: String,
    /// Its name.
    pub(crate) name: String,
    /// Its version.
    pub(crate) version: String,
    /// Its `Cargo.toml`.
    pub(crate) manifest_path: PathBuf,
    /// Registry it comes from; none for packages of this tree.
    pub(crate) source: Option<String>,
}

impl Metadata {
    /// Returns the packages of this tree.
    pub(crate) fn members(&self) -> impl Iterator<Item = &Package> {
        self.packages
            .iter()
            .filter(|package| self.workspace_members.contains(&package.id))
    }
}

impl Workspace {
    /// Finds the tree that this program was started for.
    ///
    /// # Errors
    /// The folder that holds this program's package is not inside a workspace.
    #[expect(
        clippy::disallowed_methods,
        reason = "cargo tells where it is through the environment"
    )]
    pub(crate) fn locate() -> Result<Self> {
        // `cargo run` names the package's folder when it starts the program, which is right even if
        // the tree was moved or copied since it was built.
        let package = std::env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = package
            .ancestors()
            .nth(2)
            .filter(|root| root.join("Cargo.lock").is_file())
            .with_context(|| format!("no workspace above {}", package.display()))?;
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        Ok(Self {
            root: root.to_owned(),
            cargo,
        })
    }

    /// Returns the top folder.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Returns a path below the top folder.
    pub(crate) fn path(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.root.join(relative)
    }

    /// Returns `path` as it is shown and hashed: below the top folder, with `/`.
    pub(crate) fn relative(&self, path: &Path) -> String {
        let path = path.strip_prefix(&self.root).unwrap_or(path);
        let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
        parts.join("/")
    }

    /// Returns a call of cargo in the top folder.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.cargo);
        command
            .current_dir(&self.root)
            .args(arguments)
            .stdin(Stdio::null());
        command
    }

    /// Asks cargo for the packages that guests and tasks are made of.
    ///
    /// Downloads what is missing, so afterwards each package's sources are on disk.
    ///
    /// # Errors
    /// Cargo fails: the lock file is out of date, or the registry cannot be reached.
    pub(crate) fn metadata(&self) -> Result<Metadata> {
        let mut command = self.cargo(&["metadata", "--format-version=1", "--locked"]);
        command.args(["--filter-platform", GUEST_TARGET]);
        let text = output(&mut command)?;
        serde_json::from_str(&text).context("cannot read what `cargo metadata` printed")
    }

    /// Returns every file below `folder`, sorted; hidden ones, backups and build output apart.
    ///
    /// # Errors
    /// A folder cannot be read.
    pub(crate) fn files(&self, folder: impl AsRef<Path>) -> Result<Vec<PathBuf>> {
        let mut found = Vec::new();
        collect(&self.root.join(folder), &mut found)?;
        found.sort();
        Ok(found)
    }
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    let entries = std::fs::read_dir(folder)
        .with_context(|| format!("cannot list the folder {}", folder.display()))?;
    for entry in entries {
        let entry = entry.with_context(|| format!("cannot list {}", folder.display()))?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with('.') || name.ends_with('~') || name.ends_with(".tmp") {
            continue;
        }
        let kind = entry
            .file_type()
            .with_context(|| format!("cannot read {}", entry.path().display()))?;
        if kind.is_dir() {
            if name != "target" && name != "node_modules" {
                collect(&entry.path(), found)?;
            }
        } else if kind.is_file() {
            found.push(entry.path());
        }
    }
    Ok(())
}

/// Runs a command whose output is data; what it says on stderr is shown.
///
/// # Errors
/// It cannot be started, fails, or prints something that is not UTF-8.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let shown = shown(command);
    let done = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot start `{shown}`"))?;
    ensure!(done.status.success(), "`{shown}` failed ({})", done.status);
    String::from_utf8(done.stdout).with_context(|| format!("`{shown}` did not print UTF-8"))
}

/// Runs a command that reports for itself.
///
/// # Errors
/// It cannot be started, or fails.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let shown = shown(command);
    let status = command
        .status()
        .with_context(|| format!("cannot start `{shown}`"))?;
    if !status.success() {
        bail!("`{shown}` failed ({status})");
    }
    Ok(())
}

fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program())
        .file_name()
        .unwrap_or(command.get_program());
    let words = std::iter::once(program).chain(command.get_args());
    words
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Reads a file as text.
///
/// # Errors
/// It cannot be read, or is not UTF-8; the path is named.
pub(crate) fn read_text(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Reads a file.
///
/// # Errors
/// It cannot be read; the path is named.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Writes a file.
///
/// # Errors
/// It cannot be written; the path is named.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    std::fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))
}

/// Returns the SHA-256 of some bytes as lower-case hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Returns bytes as lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            write!(text, "{byte:02x}").expect("a string takes any text");
            text
        })
}
