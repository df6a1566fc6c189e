//! The contract: what is checked of `wit/`, and how two versions of it are compared.
//!
//! After a release, what was released stays as it is: [`changes`] has the rules. The releases are
//! folders below `wit/released/`, each with the `*.wit` files of its day; the parser looks into no folder
//! but `deps`, so they do not disturb the package above them.
//!
//! Only structure is compared. What documentation says (the words of a list, the meaning of a field)
//! is for a person to read.

mod changes;
mod compare;
mod describe;
mod lint;
mod released;
mod report;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use wit_parser::{PackageId, Resolve};

use self::compare::Comparison;
use self::describe::Package;
use crate::workspace::Workspace;
use crate::{print, say};

/// Folder of the contract.
const FOLDER: &str = "wit";
/// Folder of what was released of it, a folder for each version.
const RELEASED: &str = "wit/released";

#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    task: Option<Task>,
}

#[derive(clap::Subcommand)]
enum Task {
    /// Compare two folders of WIT, and fail if a change breaks what the version does not announce
    Diff {
        /// Folder of the released package
        old: PathBuf,
        /// Folder of the package to come
        new: PathBuf,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Keep a copy of the contract as released, for ever
    Release,
}

/// Checks the contract, compares two packages, or releases the contract.
///
/// # Errors
/// A package cannot be read or breaks a rule, or the release is there and differs.
pub(crate) fn run(workspace: &Workspace, args: &Args) -> Result<()> {
    match &args.task {
        None => check(workspace),
        Some(Task::Diff { old, new, json }) => diff(old, new, *json),
        Some(Task::Release) => {
            check(workspace)?;
            released::release(&workspace.path(FOLDER), &workspace.path(RELEASED))
        }
    }
}

/// Checks the package in `wit/`, and that it keeps what was released.
///
/// # Errors
/// It does not parse, an item lacks documentation or `@since`, or it changes what was released in a
/// way that its version does not announce.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    let (contract, id) = parse(&workspace.path(FOLDER))?;
    let items = lint::check(&contract, id)?;
    let package = Package::describe(&contract, id)?;
    say(&format!(
        "wit: {items} items of {}, each documented and dated",
        contract.packages[id].name
    ));
    let Some(baseline) = released::baseline(&workspace.path(RELEASED), &package.version)? else {
        say("wit: nothing has been released yet, so there is nothing to compare with");
        return Ok(());
    };
    let comparison = Comparison::of(&baseline, &package)?;
    say(&format!("wit: {}", report::text(&comparison)));
    verdict(&comparison)
}

fn diff(old: &Path, new: &Path, json: bool) -> Result<()> {
    let comparison = Comparison::of(&read(old)?, &read(new)?)?;
    print(&if json {
        report::json(&comparison)?
    } else {
        report::text(&comparison)
    });
    verdict(&comparison)
}

fn verdict(comparison: &Comparison) -> Result<()> {
    let problems = comparison.problems();
    if !problems.is_empty() {
        bail!("{}", problems.join("\n  "));
    }
    Ok(())
}

/// Returns the files of the package in a folder, sorted; what is in its folders is none of it.
///
/// # Errors
/// The folder cannot be read.
pub(crate) fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let context = || format!("cannot list the folder {}", folder.display());
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(context)? {
        let path = entry.with_context(context)?.path();
        if path.extension().is_some_and(|found| found == "wit") && path.is_file() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Reads and describes the package in a folder.
fn read(folder: &Path) -> Result<Package> {
    let (contract, package) = parse(folder)?;
    Package::describe(&contract, package)
        .with_context(|| format!("cannot compare the package in {}", folder.display()))
}

fn parse(folder: &Path) -> Result<(Resolve, PackageId)> {
    let mut contract = Resolve::default();
    let (package, _) = contract
        .push_dir(folder)
        .with_context(|| format!("the package in {} does not parse", folder.display()))?;
    Ok((contract, package))
}
