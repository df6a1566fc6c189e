//! `openclaw models set`

use openclaw_core::edit;
use openclaw_core::model_ref::ModelRef;
use openclaw_core::selection::Purpose;

use super::known;
use crate::app::App;
use crate::commands::Outcome;
use crate::edits::{self, Saved};
use crate::state::{State, settings_of};

const ATTEMPT: &str = "set the primary model";

/// Set the primary text model
///
/// Writes `agents.defaults.model.primary`. The model has to be in the catalog, in the config's own
/// providers, or in the list of allowed models. A running gateway takes it up when it is restarted.
///
/// Example: openclaw models set anthropic/claude-opus-4-5
#[derive(Debug, clap::Args)]
pub struct SetArgs {
    /// Model as `provider/model`, or an alias
    model: String,
}

/// A primary model that was set.
pub struct PrimarySet {
    /// The model.
    pub model: ModelRef,
    /// The alias it was given as.
    pub via_alias: Option<String>,
    /// What became of the config.
    pub saved: Saved,
    /// What there is to say against it.
    pub warnings: Vec<String>,
}

/// Runs the command.
///
/// # Errors
/// When the model is unknown or the config cannot be written.
pub fn run(app: &App, args: &SetArgs) -> Outcome {
    let state = State::read(app, None).map_err(edits::unchanged(ATTEMPT))?;
    let found = known::model(app, &state, &args.model)?;
    let saved = edits::save(app, ATTEMPT, |config| {
        Ok(edit::set_primary(
            &settings_of(config),
            Purpose::Text,
            &found.model,
        ))
    })?;
    let warnings = state.warnings.into_iter().chain(found.warnings).collect();
    Ok(Box::new(PrimarySet {
        model: found.model,
        via_alias: found.via_alias,
        saved,
        warnings,
    }))
}
