//! `--dry-run`: what a command would write, in place of writing it.

use std::ffi::OsString;

use clap::CommandFactory as _;
use openclaw_router::{Failure, Kind};
use openclaw_store::Paths;
use openclaw_store::dry_run::DryRun;

use crate::cli::Cli;
use crate::help::About;
use crate::render::Reply;

/// A reply of a command that was not carried out.
pub struct Unwritten {
    /// What the command would have said.
    pub reply: Box<dyn Reply>,
    /// The files that would be written.
    pub files: Vec<File>,
}

/// A file that would be written.
pub struct File {
    /// Its path, as a person writes it.
    pub shown: String,
    /// Its path.
    pub path: std::path::PathBuf,
    /// Its text now; nothing if there is no file.
    pub before: String,
    /// Its text then.
    pub after: String,
}

/// Makes sure that the command is one that writes.
///
/// # Errors
/// When it writes no file of the user's, and so does something else than it is asked for.
pub fn check(arguments: &[OsString]) -> Result<(), Failure> {
    let tree = Cli::command();
    let Ok(matches) = tree.clone().try_get_matches_from(arguments) else {
        return Ok(());
    };
    let mut words = Vec::new();
    let (mut command, mut matches) = (&tree, &matches);
    while let Some((name, below)) = matches.subcommand() {
        words.push(name);
        let Some(found) = command.find_subcommand(name) else {
            break;
        };
        (command, matches) = (found, below);
    }
    if !About::of(command).modifies.is_empty() || matches!(words[..], ["login" | "logout"]) {
        return Ok(());
    }
    let failure = Failure::new(
        Kind::Usage,
        format!(
            "`openclaw {}` writes no file, so there is no dry run of it",
            words.join(" ")
        ),
    );
    Err(if words.last() == Some(&"run") {
        failure.hint("see what a prompt would be tried with: `openclaw models explain`")
    } else {
        failure.hint("leave out `--dry-run`")
    })
}

/// Returns what would be written.
#[must_use]
pub fn reply(reply: Box<dyn Reply>, dry_run: &DryRun, paths: Option<&Paths>) -> Box<dyn Reply> {
    let files = dry_run.files().into_iter().map(|file| File {
        shown: paths.map_or_else(
            || file.file.display().to_string(),
            |paths| paths.shorten(&file.file),
        ),
        path: file.file,
        before: file.before.unwrap_or_default(),
        after: file.after,
    });
    Box::new(Unwritten {
        reply,
        files: files.collect(),
    })
}
