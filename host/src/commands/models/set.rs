//! `openclaw models set`, and what it has in common with `set-image`.

use openclaw_core::edit;
use openclaw_core::model_ref::ModelRef;
use openclaw_core::selection::{Purpose, listed};
use openclaw_core::shell::pasteable;

use super::fallbacks::no_credential;
use super::model_lookup;
use crate::app::App;
use crate::commands::Outcome;
use crate::config_writer::{self, Saved};
use openclaw_router::Snapshot;
use openclaw_router::failure::agent_flag;

/// Set the primary text model
///
/// Writes `agents.defaults.model.primary`; with `--agent`, `model.primary` of that agent's entry in
/// `agents.list`. The model has to be in the catalog, in the config's own providers, or in the list
/// of allowed models, to which it is added where there is one. The fallbacks stay, unless `--swap` is
/// given. A running gateway takes it up when it is restarted.
///
/// Example: openclaw models set anthropic/claude-opus-4-5
#[derive(Debug, clap::Args)]
pub struct SetArgs {
    /// Model as `provider/model`, or an alias
    model: String,
    /// Agent that alone gets it, instead of all
    #[arg(short, long, value_name = "ID")]
    agent: Option<String>,
    /// Where the model is a fallback, put the former primary in its place
    #[arg(long, conflicts_with = "agent")]
    swap: bool,
}

/// A primary model that was set.
pub struct PrimarySet {
    /// For what it was set.
    pub purpose: Purpose,
    /// The agent that alone has it.
    pub agent: Option<String>,
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
    set(
        app,
        Purpose::Text,
        &args.model,
        args.agent.as_deref(),
        args.swap,
    )
}

/// Sets the primary of a purpose.
pub(super) fn set(
    app: &App,
    purpose: Purpose,
    typed: &str,
    agent: Option<&str>,
    swap: bool,
) -> Outcome {
    let (command, attempt) = match purpose {
        Purpose::Text => ("set", "set the primary model"),
        Purpose::Image => ("set-image", "set the image model"),
    };
    let snapshot = Snapshot::read(app, agent).map_err(config_writer::unchanged(attempt))?;
    let command = format!("{command}{}", agent_flag(agent));
    let found = model_lookup::model(app, &snapshot, typed, &command)?;
    let unsure = match purpose {
        Purpose::Text => Vec::new(),
        Purpose::Image => model_lookup::takes_images(app, &snapshot, &found)?,
    };
    let saved = config_writer::save(app, attempt, |config| {
        let settings = snapshot.settings_again(config);
        Ok(match agent {
            Some(agent) => edit::set_agent_primary(&settings, agent, purpose, &found.model)?,
            None if swap => edit::swap_primary(&settings, purpose, &found.model),
            None => edit::set_primary(&settings, purpose, &found.model),
        })
    })?;
    let mut remarks = found.remarks;
    let entry = agent.and_then(|_| snapshot.agent_settings());
    let place = edit::place_among_fallbacks(&snapshot.settings, entry, purpose, &found.model);
    if let (Some(place), false, true) = (place, swap, saved.changed) {
        remarks.push(also_fallback(
            &snapshot,
            agent,
            purpose,
            &found.model,
            place,
        ));
    }
    if !snapshot.is_available(app, &found.model.provider) {
        remarks.push(no_credential(&snapshot, &found.model));
    }
    let warnings = snapshot.warnings.into_iter().chain(found.warnings);
    Ok(Box::new(PrimarySet {
        purpose,
        agent: agent.map(|_| snapshot.agent),
        model: found.model,
        via_alias: found.via_alias,
        saved,
        warnings: warnings.chain(unsure).collect(),
        remarks,
    }))
}

/// Says that a new primary is a fallback too, and how to put the former primary in its place.
fn also_fallback(
    snapshot: &Snapshot,
    agent: Option<&str>,
    purpose: Purpose,
    model: &ModelRef,
    place: usize,
) -> String {
    let entry = agent.and_then(|_| snapshot.agent_settings());
    let former = listed(&snapshot.settings, entry, purpose).primary;
    let former = former.and_then(|named| named.model);
    let family = match purpose {
        Purpose::Text => "fallbacks",
        Purpose::Image => "image-fallbacks",
    };
    let agent = agent_flag(agent);
    let next = match former.filter(|former| former != model) {
        Some(former) => format!(
            "keep the former primary as a fallback with `openclaw models {family} add {}{agent}`",
            pasteable(&former.key())
        ),
        None => format!(
            "remove it there with `openclaw models {family} remove {}{agent}`",
            pasteable(&model.key())
        ),
    };
    format!("`{model}` is fallback {place} too, and is tried only once; {next}")
}
