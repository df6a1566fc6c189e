//! `openclaw models set`, and what it has in common with `set-image`.

use openclaw_core::edit;
use openclaw_core::model_ref::ModelRef;
use openclaw_core::selection::Purpose;

use super::for_agent::{self, AgentChange};
use super::model_lookup;
use crate::app::App;
use crate::commands::Outcome;
use crate::config_writer::{self, Saved};
use openclaw_router::Snapshot;
use openclaw_router::snapshot::settings_of;

/// Set the primary text model
///
/// Writes `agents.defaults.model.primary`. The model has to be in the catalog, in the config's own
/// providers, or in the list of allowed models; its fallbacks stay. A running gateway takes it up
/// when it is restarted. For one agent alone, set `agents.list[N].model.primary` with `openclaw
/// config set`.
///
/// Example: openclaw models set anthropic/claude-opus-4-5
#[derive(Debug, clap::Args)]
pub struct SetArgs {
    /// Model as `provider/model`, or an alias
    model: String,
    /// Refused, with the command that sets the model of one agent
    #[arg(short, long, value_name = "ID", hide = true)]
    agent: Option<String>,
}

/// A primary model that was set.
pub struct PrimarySet {
    /// For what it was set.
    pub purpose: Purpose,
    /// The model.
    pub model: ModelRef,
    /// The alias it was given as.
    pub via_alias: Option<String>,
    /// What became of the config.
    pub saved: Saved,
    /// What there is to say against it.
    pub warnings: Vec<String>,
    /// What there is to say besides.
    pub remarks: Vec<String>,
}

/// Runs the command.
///
/// # Errors
/// When the model is unknown or the config cannot be written.
pub fn run(app: &App, args: &SetArgs) -> Outcome {
    set(app, Purpose::Text, &args.model, args.agent.as_deref())
}

/// Sets the primary of a purpose.
pub(super) fn set(app: &App, purpose: Purpose, typed: &str, agent: Option<&str>) -> Outcome {
    let (command, attempt) = match purpose {
        Purpose::Text => ("models set", "set the primary model"),
        Purpose::Image => ("models set-image", "set the image model"),
    };
    if let Some(agent) = agent {
        let wanted = AgentChange::Primary(typed);
        return Err(for_agent::refused(app, command, agent, purpose, &wanted));
    }
    let snapshot = Snapshot::read(app, None).map_err(config_writer::unchanged(attempt))?;
    let found = model_lookup::model(app, &snapshot, typed)?;
    let unsure = match purpose {
        Purpose::Text => Vec::new(),
        Purpose::Image => model_lookup::takes_images(app, &snapshot, &found)?,
    };
    let saved = config_writer::save(app, attempt, |config| {
        Ok(edit::set_primary(
            &settings_of(config),
            purpose,
            &found.model,
        ))
    })?;
    let warnings = snapshot.warnings.into_iter().chain(found.warnings);
    Ok(Box::new(PrimarySet {
        purpose,
        model: found.model,
        via_alias: found.via_alias,
        saved,
        warnings: warnings.chain(unsure).collect(),
        remarks: found.remarks,
    }))
}
