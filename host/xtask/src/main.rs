//! Development tasks, run as `cargo xtask <task>`. Never shipped.
//!
//! Each task is a module with an `Args` (its doc comments are the help) and a `run`. What several
//! tasks need of the tree or of cargo is in [`workspace`].

mod catalog;
mod components;
mod tidy;
mod wit;
mod workspace;

use std::process::ExitCode;

use clap::Parser;

use crate::workspace::Workspace;

/// Development tasks of openclaw
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Task {
    /// Write the providers' built-in model lists from published data
    Catalog(catalog::Args),
    /// Build the bundled components, reproducibly
    Components(components::Args),
    /// Everything that should hold before a change is handed on
    Tidy(tidy::Args),
    /// Check the contract: each item is documented and dated, and nothing released is changed
    Wit(wit::Args),
}

fn main() -> ExitCode {
    let task = Task::parse();
    let outcome = Workspace::locate().and_then(|workspace| match task {
        Task::Catalog(args) => catalog::run(&workspace, &args),
        Task::Components(args) => components::run(&workspace, &args),
        Task::Tidy(args) => tidy::run(&workspace, &args),
        Task::Wit(args) => wit::run(&workspace, &args),
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// Tells the developer something, on stderr as cargo does.
#[expect(
    clippy::print_stderr,
    reason = "the one place where tasks tell something"
)]
fn say(line: &str) {
    eprintln!("{line}");
}

/// Prints what was asked for, on stdout.
#[expect(clippy::print_stdout, reason = "the one place where tasks print data")]
fn print(line: &str) {
    println!("{line}");
}
