//! `openclaw agents`: who answers, each with models and credentials of its own.

pub mod add;
pub mod list;
pub mod remove;

use clap::Subcommand;

use super::Outcome;
use crate::app::App;

/// The commands. Those with arguments have their help there.
#[derive(Debug, Subcommand)]
pub(crate) enum AgentsCommand {
    Add(add::AddArgs),
    /// Show every agent: models in effect and where from, folders, credentials
    ///
    /// Reads only. Without `agents.list` in the config there is one agent, `main`.
    ///
    /// Example: openclaw agents list
    #[command(visible_alias = "ls")]
    List,
    #[command(visible_alias = "rm", alias = "delete")]
    Remove(remove::RemoveArgs),
}

/// Runs the command.
///
/// # Errors
/// Whatever kept it from doing what was asked.
pub(crate) fn run(app: &App, command: AgentsCommand) -> Outcome {
    match command {
        AgentsCommand::Add(args) => add::run(app, &args),
        AgentsCommand::List => list::run(app),
        AgentsCommand::Remove(args) => remove::run(app, &args),
    }
}
