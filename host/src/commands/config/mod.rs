//! `openclaw config`: the config file by its keys.

pub mod edit;
pub mod get;
pub mod list;
mod missing;
pub mod path;
mod references;
pub mod schema;
pub mod set;
pub mod unset;
pub mod validate;

use clap::Subcommand;

use super::Outcome;
use crate::app::App;
use openclaw_router::{Failure, Kind};
use openclaw_store::json5::KeyPath;

/// The commands. Those with arguments have their help there.
#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    #[command(visible_alias = "show")]
    Get(get::GetArgs),
    #[command(visible_alias = "ls")]
    List(list::ListArgs),
    Edit(edit::EditArgs),
    Set(set::SetArgs),
    #[command(visible_alias = "rm")]
    Unset(unset::UnsetArgs),
    /// Check every key of the config, and of the files it includes
    ///
    /// Reads only. Each problem is named with file, line, column, key and what was expected; keys
    /// that nobody reads are warnings. Exits 1 when there are problems, also with `--json`, which
    /// prints them as a list.
    ///
    /// Example: openclaw config validate
    Validate,
    /// Print where the config file is, whether it exists or not
    ///
    /// Example: openclaw config path
    #[command(visible_alias = "file")]
    Path,
    /// Print the JSON Schema of the config file (draft 2020-12)
    ///
    /// Editors complete and check the file with it. `config set` and `config validate` use it too.
    ///
    /// Example: openclaw config schema > openclaw.schema.json
    Schema,
}

/// Runs the command.
///
/// # Errors
/// Whatever kept it from doing what was asked.
pub(crate) fn run(app: &App, command: ConfigCommand) -> Outcome {
    match command {
        ConfigCommand::Get(args) => get::run(app, &args),
        ConfigCommand::List(args) => list::run(app, &args),
        ConfigCommand::Edit(args) => edit::run(app, &args),
        ConfigCommand::Set(args) => set::run(app, &args),
        ConfigCommand::Unset(args) => unset::run(app, &args),
        ConfigCommand::Validate => validate::run(app),
        ConfigCommand::Path => path::run(app),
        ConfigCommand::Schema => schema::run(),
    }
}

/// Reads a path that was typed.
fn typed(path: &str) -> Result<KeyPath, Failure> {
    KeyPath::parse(path.trim()).map_err(|error| {
        Failure::new(Kind::Usage, error.to_string()).hint(
            "a path has dots, and places in lists in brackets: `agents.list[1].model.primary`",
        )
    })
}
