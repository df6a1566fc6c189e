//! `openclaw models image-fallbacks`

use clap::Subcommand;
use openclaw_core::selection::Purpose;

use super::fallbacks::{self, Verb};
use crate::app::App;
use crate::commands::Outcome;

/// The models that are tried after the primary image model
///
/// Kept in `agents.defaults.imageModel.fallbacks`. When they fail too, the primary text model is
/// tried.
#[derive(Debug, clap::Args)]
pub struct ImageFallbacksArgs {
    /// Agent whose models `list` shows; the other commands are for all agents
    // The flag of `models` itself has the id `agent`, and clap hands globals upwards too.
    #[arg(
        id = "of_agent",
        short = 'a',
        long = "agent",
        value_name = "ID",
        global = true
    )]
    agent: Option<String>,
    #[command(subcommand)]
    command: ImageFallbacksCommand,
}

#[derive(Debug, Subcommand)]
enum ImageFallbacksCommand {
    /// Show the primary image model and its fallbacks, in the order they are tried
    ///
    /// Modifies nothing.
    ///
    /// Example: openclaw models image-fallbacks list
    #[command(visible_alias = "ls")]
    List,
    /// Add a model at the end
    ///
    /// Writes `agents.defaults.imageModel.fallbacks`. A model that cannot answer now, such as one
    /// that takes no images, is added with a warning.
    ///
    /// Example: openclaw models image-fallbacks add google/gemini-2.5-flash
    Add {
        /// Model as `provider/model`, or an alias
        model: String,
    },
    /// Remove a model
    ///
    /// Writes `agents.defaults.imageModel.fallbacks`.
    ///
    /// Example: openclaw models image-fallbacks remove google/gemini-2.5-flash
    #[command(visible_alias = "rm")]
    Remove {
        /// Model as `provider/model`, or an alias
        model: String,
    },
    /// Remove all image fallbacks
    ///
    /// Writes an empty list to `agents.defaults.imageModel.fallbacks`.
    ///
    /// Example: openclaw models image-fallbacks clear
    Clear,
}

/// Runs the command.
///
/// # Errors
/// When the model is unknown or the config cannot be read or written.
pub fn run(app: &App, args: &ImageFallbacksArgs) -> Outcome {
    let verb = match &args.command {
        ImageFallbacksCommand::List => Verb::List,
        ImageFallbacksCommand::Add { model } => Verb::Add(model),
        ImageFallbacksCommand::Remove { model } => Verb::Remove(model),
        ImageFallbacksCommand::Clear => Verb::Clear,
    };
    fallbacks::change(app, Purpose::Image, &verb, args.agent.as_deref())
}
