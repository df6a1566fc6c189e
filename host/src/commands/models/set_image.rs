//! `openclaw models set-image`

use openclaw_core::selection::Purpose;

use super::set;
use crate::app::App;
use crate::commands::Outcome;

/// Set the primary model for requests with images
///
/// Writes `agents.defaults.imageModel.primary`. The model has to take image input. When it and the
/// image fallbacks fail, the primary text model is tried. With `--agent` it is written to
/// `imageModel.primary` of that agent's entry in `agents.list`.
///
/// Example: openclaw models set-image google/gemini-2.5-flash
#[derive(Debug, clap::Args)]
pub struct SetImageArgs {
    /// Model as `provider/model`, or an alias; it has to take images
    model: String,
    /// Agent that alone gets it, instead of all
    #[arg(short, long, value_name = "ID")]
    agent: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// When the model is unknown or takes no images, or the config cannot be written.
pub fn run(app: &App, args: &SetImageArgs) -> Outcome {
    set::set(
        app,
        Purpose::Image,
        &args.model,
        args.agent.as_deref(),
        false,
    )
}
