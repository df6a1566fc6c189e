//! `openclaw models auth`

pub mod order;
pub mod paste_token;

use clap::Subcommand;

use crate::app::App;
use crate::commands::Outcome;

/// Credentials: store them, and set the order in which they are tried
#[derive(Debug, Subcommand)]
pub(super) enum AuthCommand {
    PasteToken(paste_token::PasteTokenArgs),
    #[command(subcommand)]
    Order(order::OrderCommand),
}

/// Runs the command.
///
/// # Errors
/// Whatever kept it from doing what was asked.
pub(super) fn run(app: &App, command: AuthCommand) -> Outcome {
    match command {
        AuthCommand::PasteToken(args) => paste_token::run(app, &args),
        AuthCommand::Order(command) => order::run(app, &command),
    }
}
