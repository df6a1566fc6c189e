//! `openclaw plugins`: what a plugin is and what it may do. Nothing here compiles or runs one.

mod batch;
pub mod can_reach;
pub mod inspect;
pub mod list;
mod load;
pub mod rights;

use clap::Subcommand;

use super::Outcome;
use crate::app::App;

/// The commands. Those with arguments have their help there.
#[derive(Debug, Subcommand)]
pub(crate) enum PluginsCommand {
    /// List the plugins and what each may reach
    ///
    /// One line a plugin: its id, version, where it comes from, its digest, and the hosts that its
    /// manifest and the config's `baseUrl` lead to. Nothing of a plugin is compiled or run.
    ///
    /// Example: openclaw plugins list
    #[command(visible_alias = "ls")]
    List,
    #[command(visible_alias = "show")]
    Inspect(inspect::InspectArgs),
    CanReach(can_reach::CanReachArgs),
}

/// Runs the command.
///
/// # Errors
/// Whatever kept it from doing what was asked.
pub(crate) fn run(app: &App, command: PluginsCommand) -> Outcome {
    match command {
        PluginsCommand::List => list::run(app),
        PluginsCommand::Inspect(args) => inspect::run(app, &args),
        PluginsCommand::CanReach(args) => can_reach::run(app, &args),
    }
}
