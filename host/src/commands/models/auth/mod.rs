//! `openclaw models auth`

pub mod add;
mod auth_methods;
pub mod check;
pub mod cooldown;
pub mod credential_input;
pub mod keep;
pub mod list;
pub mod login;
pub mod logout;
pub mod migrate;
pub mod order;
pub mod paste_token;
pub mod remove;
pub mod setup_token;
mod sign_in;
mod stored;
pub mod token;

use clap::Subcommand;

use crate::app::App;
use crate::commands::Outcome;

/// Credentials: add, list and remove them, and set the order in which they are tried
#[derive(Debug, Subcommand)]
pub(super) enum AuthCommand {
    Add(add::AddArgs),
    SetupToken(setup_token::SetupTokenArgs),
    PasteToken(paste_token::PasteTokenArgs),
    #[command(visible_aliases = ["ls", "status"])]
    List(list::AuthListArgs),
    #[command(visible_alias = "rm")]
    Remove(remove::RemoveArgs),
    Login(login::LoginArgs),
    Logout(logout::LogoutArgs),
    Token(token::TokenArgs),
    Migrate(migrate::MigrateArgs),
    #[command(subcommand)]
    Order(order::OrderCommand),
    #[command(subcommand)]
    Cooldown(cooldown::CooldownCommand),
}

/// Runs the command.
///
/// # Errors
/// Whatever kept it from doing what was asked.
pub(super) fn run(app: &App, command: AuthCommand) -> Outcome {
    match command {
        AuthCommand::Add(args) => add::run(app, &args),
        AuthCommand::SetupToken(args) => setup_token::run(app, &args),
        AuthCommand::PasteToken(args) => paste_token::run(app, &args),
        AuthCommand::List(args) => list::run(app, &args),
        AuthCommand::Remove(args) => remove::run(app, &args),
        AuthCommand::Login(args) => login::run(app, &args),
        AuthCommand::Logout(args) => logout::run(app, &args),
        AuthCommand::Token(args) => token::run(app, &args),
        AuthCommand::Migrate(args) => migrate::run(app, &args),
        AuthCommand::Order(command) => order::run(app, &command),
        AuthCommand::Cooldown(command) => cooldown::run(app, &command),
    }
}
