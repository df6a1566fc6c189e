//! The bundled components: built from the guests of this tree, checked, and kept beside a lock.
//!
//! A guest is a package below `providers/` or `tests/plugins/` with a `plugin.toml`; the name of its
//! folder is its id. Each of the two folders has a `bundle/` with `<id>.wasm` and `bundle.lock`,
//! both committed, so the program builds and its tests run where no WebAssembly target is installed.
//!
//! Invariant: the bytes depend on the sources, the compiler and its standard library alone, not on
//! the place of the checkout. What is left of that dependence stands in the lock, so that a check
//! can tell "the sources changed" from "this is another compiler".
//!
//! What a provider's component says of itself (manifest and catalog) is written beside it when the
//! bundle is made: the program ships those facts and starts no engine to read them. A test of the
//! runtime compares the two. The list of bundled ids is written too, for the runtime to include.

mod build;
mod inspect;
mod lock;
mod sources;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use self::build::{Build, Toolchain};
use self::lock::{Component, Lock};
use crate::say;
use crate::workspace::{self, GUEST_TARGET, Metadata, Workspace};

/// Folders whose guests are bundled, each with its own `bundle/`.
const HOMES: [&str; 2] = ["providers", "tests/plugins"];

#[derive(clap::Args, Default)]
pub(crate) struct Args {
    /// Write nothing; fail if a bundle is not what the sources give
    #[arg(long)]
    pub(crate) check: bool,
    /// Guests to build, by the names of their folders; all if none is named
    pub(crate) ids: Vec<String>,
}

/// A package that becomes a component.
struct Guest {
    id: String,
    package: String,
    version: String,
    /// One of [`HOMES`].
    home: &'static str,
}

impl Guest {
    fn artifact(&self, workspace: &Workspace) -> PathBuf {
        workspace
            .path(self.home)
            .join("bundle")
            .join(format!("{}.wasm", self.id))
    }
}

/// Builds the components into their bundles, or checks the bundles.
///
/// # Errors
/// The target is not installed (unless checking), a guest does not build or breaks a rule, or (with
/// `--check`) a bundle differs from its sources.
pub(crate) fn run(workspace: &Workspace, args: &Args) -> Result<()> {
    let metadata = workspace.metadata()?;
    let guests = guests(workspace, &metadata)?;
    for id in &args.ids {
        ensure!(
            guests.iter().any(|guest| guest.id == *id),
            "no guest is called `{id}`"
        );
    }
    let wanted = |guest: &&Guest| args.ids.is_empty() || args.ids.contains(&guest.id);
    let wanted: Vec<&Guest> = guests.iter().filter(wanted).collect();
    if args.check {
        check(workspace, &metadata, &guests, &wanted)
    } else {
        bundle(workspace, &metadata, &guests, &wanted)?;
        list(workspace, &guests)?;
        facts(workspace, &wanted)
    }
}

/// The list of ids as the runtime includes it.
fn list_text(guests: &[Guest]) -> String {
    let ids = guests.iter().filter(|guest| guest.home == HOMES[0]);
    let lines: String = ids
        .map(|guest| format!("    \"{}\",\n", guest.id))
        .collect();
    format!("// Written by `cargo xtask components`; do not edit.\nbundled! {{\n{lines}}}\n")
}

fn list_path(workspace: &Workspace) -> PathBuf {
    workspace.path(HOMES[0]).join("bundle/bundled.rs")
}

fn list(workspace: &Workspace, guests: &[Guest]) -> Result<()> {
    workspace::write(&list_path(workspace), list_text(guests).as_bytes())
}

/// Writes what the providers say of themselves, by asking the components in the runtime itself.
fn facts(workspace: &Workspace, wanted: &[&Guest]) -> Result<()> {
    let providers: Vec<&&Guest> = wanted
        .iter()
        .filter(|guest| guest.home == HOMES[0])
        .collect();
    if providers.is_empty() {
        return Ok(());
    }
    for guest in providers {
        // The runtime includes the facts, so some have to be there for it to compile, and to be read:
        // what a provider may read depends on what the others call secret.
        let artifact = guest.artifact(workspace);
        let facts = artifact.with_extension("facts.jsonl");
        if !facts.exists() {
            let manifest = inspect::accept(&std::fs::read(&artifact)?)?.to_canonical_json();
            let head = format!("{{\"digest\":\"\",\"manifest\":{manifest}}}\n");
            workspace::write(&facts, head.as_bytes())?;
        }
    }
    let folder = workspace.path(HOMES[0]).join("bundle");
    let mut command = workspace.cargo(&[
        "run",
        "--quiet",
        "-p",
        "openclaw-runtime",
        "--example",
        "facts",
        "--",
    ]);
    workspace::run(command.arg(folder))
}

/// Finds the guests of the tree, sorted by id within their folders.
fn guests(workspace: &Workspace, metadata: &Metadata) -> Result<Vec<Guest>> {
    let mut guests: Vec<Guest> = Vec::new();
    for package in metadata.members() {
        let folder = package
            .manifest_path
            .parent()
            .context("a package has a folder")?;
        let Some(id) = folder
            .file_name()
            .filter(|_| folder.join("plugin.toml").is_file())
        else {
            continue;
        };
        let home = HOMES
            .into_iter()
            .find(|home| folder.parent() == Some(&workspace.path(home)));
        if let Some(home) = home {
            guests.push(Guest {
                id: id.to_string_lossy().into_owned(),
                package: package.name.clone(),
                version: package.version.clone(),
                home,
            });
        }
    }
    guests.sort_by(|a, b| (a.home, &a.id).cmp(&(b.home, &b.id)));
    Ok(guests)
}

fn bundle(
    workspace: &Workspace,
    metadata: &Metadata,
    guests: &[Guest],
    wanted: &[&Guest],
) -> Result<()> {
    let toolchain = Toolchain::find()?.with_context(|| {
        format!(
            "the target {GUEST_TARGET} is not installed; \
             add it with `rustup target add {GUEST_TARGET} wasm32-wasip2`"
        )
    })?;
    let build = Build::new(workspace, metadata, &toolchain);
    for home in HOMES {
        let folder = workspace.path(home).join("bundle");
        std::fs::create_dir_all(&folder)
            .with_context(|| format!("cannot make the folder {}", folder.display()))?;
        let mut lock = Lock::load(&folder)?.unwrap_or_default();
        for guest in wanted.iter().filter(|guest| guest.home == home) {
            let (component, bytes) = component(workspace, metadata, &build, guest)?;
            workspace::write(&guest.artifact(workspace), &bytes)?;
            say(&format!(
                "{}: {:.1} KiB, sha256 {}",
                workspace.relative(&guest.artifact(workspace)),
                inspect::kib(bytes.len()),
                component.sha256
            ));
            lock.put(component);
            // At once, so that a later guest that fails leaves no file without its entry.
            lock.store(&folder)?;
        }
        for stale in lock.retain(|id| {
            guests
                .iter()
                .any(|guest| guest.home == home && guest.id == id)
        }) {
            say(&format!(
                "{home}/bundle: `{stale}` has no sources any more; removed from the lock"
            ));
        }
        for stale in strangers(&folder, &lock)? {
            std::fs::remove_file(&stale)
                .with_context(|| format!("cannot remove {}", stale.display()))?;
        }
        lock.store(&folder)?;
    }
    Ok(())
}

/// Builds one guest and returns what the lock says of it, with its bytes.
fn component(
    workspace: &Workspace,
    metadata: &Metadata,
    build: &Build<'_>,
    guest: &Guest,
) -> Result<(Component, Vec<u8>)> {
    let sources = sources::digest(workspace, metadata, &guest.package)?;
    let bytes = build.component(&guest.package)?;
    let manifest = inspect::accept(&bytes)
        .with_context(|| format!("the component `{}` is refused", guest.id))?;
    ensure!(
        manifest.id == guest.id && manifest.version == guest.version,
        "{}/{}/plugin.toml says {} {}; its folder and Cargo.toml say {} {}",
        guest.home,
        guest.id,
        manifest.id,
        manifest.version,
        guest.id,
        guest.version
    );
    let component = Component {
        id: guest.id.clone(),
        version: guest.version.clone(),
        sha256: workspace::sha256(&bytes),
        size: bytes.len(),
        sources,
        toolchain: build.toolchain.rustc.clone(),
        standard_library: build.toolchain.standard_library.clone(),
    };
    Ok((component, bytes))
}

fn check(
    workspace: &Workspace,
    metadata: &Metadata,
    guests: &[Guest],
    wanted: &[&Guest],
) -> Result<()> {
    let toolchain = Toolchain::find()?;
    if toolchain.is_none() {
        say(&format!(
            "note: the target {GUEST_TARGET} is not installed: comparing the digests of the \
             sources, not rebuilding"
        ));
    }
    let build = toolchain
        .as_ref()
        .map(|toolchain| Build::new(workspace, metadata, toolchain));
    let mut problems = Vec::new();
    for home in HOMES {
        let folder = workspace.path(home).join("bundle");
        let lock = Lock::load(&folder)?.unwrap_or_default();
        for guest in wanted.iter().filter(|guest| guest.home == home) {
            let shown = workspace.relative(&guest.artifact(workspace));
            match check_one(workspace, metadata, build.as_ref(), &lock, guest)? {
                Verdict::Same(proof) => say(&format!("{shown}: {proof}")),
                Verdict::Differs(problem) => problems.push(format!("{shown}: {problem}")),
            }
        }
        for id in lock.ids().filter(|id| {
            !guests
                .iter()
                .any(|guest| guest.home == home && guest.id == *id)
        }) {
            problems.push(format!("{home}/bundle/bundle.lock: `{id}` has no sources"));
        }
        for stale in strangers(&folder, &lock)? {
            problems.push(format!("{}: not in the lock", workspace.relative(&stale)));
        }
    }
    let listed = std::fs::read_to_string(list_path(workspace)).unwrap_or_default();
    if listed != list_text(guests) {
        let path = workspace.relative(&list_path(workspace));
        problems.push(format!("{path}: not the list of the providers"));
    }
    if !problems.is_empty() {
        bail!(
            "{}\nhint: bring the bundles up to date with `cargo xtask components`",
            problems.join("\n  ")
        );
    }
    Ok(())
}

/// What a check found.
enum Verdict {
    Same(&'static str),
    Differs(&'static str),
}

fn check_one(
    workspace: &Workspace,
    metadata: &Metadata,
    build: Option<&Build<'_>>,
    lock: &Lock,
    guest: &Guest,
) -> Result<Verdict> {
    let Some(locked) = lock.get(&guest.id) else {
        return Ok(Verdict::Differs("not in the lock"));
    };
    let Ok(committed) = std::fs::read(guest.artifact(workspace)) else {
        return Ok(Verdict::Differs("cannot be read"));
    };
    if workspace::sha256(&committed) != locked.sha256 || committed.len() != locked.size {
        return Ok(Verdict::Differs("not the file that the lock pins"));
    }
    inspect::accept(&committed)
        .with_context(|| format!("the component `{}` is refused", guest.id))?;
    let Some(build) = build else {
        let same = sources::digest(workspace, metadata, &guest.package)? == locked.sources;
        return Ok(if same {
            Verdict::Same("the sources are those of the lock")
        } else {
            Verdict::Differs("the sources have changed")
        });
    };
    let (rebuilt, _) = component(workspace, metadata, build, guest)?;
    Ok(
        if rebuilt.sources != locked.sources || rebuilt.version != locked.version {
            Verdict::Differs("the sources have changed")
        } else if rebuilt.sha256 == locked.sha256 {
            Verdict::Same("rebuilt, the same bytes")
        } else if rebuilt.toolchain == locked.toolchain
            && rebuilt.standard_library == locked.standard_library
        {
            Verdict::Differs("the same sources and compiler give other bytes")
        } else {
            Verdict::Same(
                "the sources are those of the lock; rebuilt with another compiler or standard library, \
             so the bytes say nothing",
            )
        },
    )
}

/// Returns the components in `folder` that the lock does not name.
fn strangers(folder: &Path, lock: &Lock) -> Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let entries =
        std::fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    let mut strangers = Vec::new();
    for entry in entries {
        let path = entry
            .with_context(|| format!("cannot list {}", folder.display()))?
            .path();
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        if path
            .extension()
            .is_some_and(|extension| extension == "wasm")
            && lock.get(&stem).is_none()
        {
            strangers.push(path);
        }
    }
    strangers.sort();
    Ok(strangers)
}
