//! `openclaw models fallbacks`

use clap::Subcommand;
use openclaw_core::edit;
use openclaw_core::model_ref::{DEFAULT_MODEL, ModelRef};
use openclaw_core::selection::{Listed, Purpose, listed};

use super::known;
use crate::app::App;
use crate::commands::Outcome;
use crate::edits::{self, Saved};
use crate::failure::Failure;
use crate::state::{State, settings_of};

/// The models that are tried after the primary
#[derive(Debug, Subcommand)]
pub enum FallbacksCommand {
    /// Show the primary and its fallbacks, in the order they are tried
    List,
    /// Add a model at the end
    ///
    /// Example: openclaw models fallbacks add openai/gpt-5.2
    Add {
        /// Model as `provider/model`, or an alias
        model: String,
    },
    /// Remove a model
    Remove {
        /// Model as `provider/model`, or an alias
        model: String,
    },
    /// Remove all fallbacks: only the primary is used
    Clear,
}

/// The chain as configured.
pub struct FallbackList {
    /// The primary's key, and whether it is configured.
    pub primary: (String, bool),
    /// The fallbacks' keys.
    pub fallbacks: Vec<String>,
    /// What there is to say.
    pub warnings: Vec<String>,
}

/// What was done to the fallbacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// One was added.
    Added,
    /// One was removed.
    Removed,
    /// All were removed.
    Cleared,
}

/// Fallbacks that were changed.
pub struct FallbacksChanged {
    /// What was done.
    pub done: Done,
    /// The fallbacks' keys afterwards.
    pub fallbacks: Vec<String>,
    /// What became of the config.
    pub saved: Saved,
    /// What there is to say.
    pub warnings: Vec<String>,
}

/// Runs the command.
///
/// # Errors
/// When the model is unknown or the config cannot be read or written.
pub fn run(app: &App, command: &FallbacksCommand) -> Outcome {
    match command {
        FallbacksCommand::List => list(app),
        FallbacksCommand::Add { model } => add(app, model),
        FallbacksCommand::Remove { model } => remove(app, model),
        FallbacksCommand::Clear => clear(app),
    }
}

fn list(app: &App) -> Outcome {
    let state = State::read(app, None)?;
    let found = listed(&state.settings, None, Purpose::Text);
    let mut warnings = state.warnings;
    for named in &found.fallbacks {
        match &named.model {
            None => warnings.push(format!(
                "the fallback `{}` is no model reference and is passed over",
                named.raw
            )),
            Some(model) if !state.settings.allows(model) => warnings.push(format!(
                "the fallback `{model}` is passed over: `agents.defaults.models` does not allow it"
            )),
            Some(_) => {}
        }
    }
    let primary = match &found.primary {
        Some(primary) => (primary.key(), true),
        None => (DEFAULT_MODEL.to_owned(), false),
    };
    Ok(Box::new(FallbackList {
        primary,
        fallbacks: keys(&found),
        warnings,
    }))
}

fn add(app: &App, typed: &str) -> Outcome {
    let attempt = "add the fallback";
    let state = State::read(app, None).map_err(edits::unchanged(attempt))?;
    let found = known::model(app, &state, typed)?;
    let primary = listed(&state.settings, None, Purpose::Text).primary;
    let mut warnings: Vec<String> = state
        .warnings
        .iter()
        .cloned()
        .chain(found.warnings)
        .collect();
    if primary.is_some_and(|primary| primary.model.as_ref() == Some(&found.model)) {
        warnings.push(format!(
            "`{}` is the primary too, so it is tried only once",
            found.model
        ));
    }
    let decide = |config: &_| {
        Ok(edit::add_fallback(
            &settings_of(config),
            Purpose::Text,
            &found.model,
        ))
    };
    let saved = edits::save(app, attempt, decide)?;
    changed(app, Done::Added, saved, warnings)
}

fn remove(app: &App, typed: &str) -> Outcome {
    let attempt = "remove the fallback";
    let state = State::read(app, None).map_err(edits::unchanged(attempt))?;
    let model = meant(&state, typed)?;
    let decide = |config: &_| {
        Ok(edit::remove_fallback(
            &settings_of(config),
            Purpose::Text,
            &model,
        )?)
    };
    let saved = edits::save(app, attempt, decide)?;
    changed(app, Done::Removed, saved, state.warnings)
}

/// Returns the model that was typed. A bare name may also be one that stands in the list.
fn meant(state: &State, typed: &str) -> Result<ModelRef, Failure> {
    let resolved = state.settings.resolve(typed)?;
    let fallbacks = listed(&state.settings, None, Purpose::Text).fallbacks;
    let same = fallbacks
        .into_iter()
        .find(|named| named.raw.trim() == typed.trim());
    Ok(same.and_then(|named| named.model).unwrap_or(resolved.model))
}

fn clear(app: &App) -> Outcome {
    let decide = |config: &_| Ok(edit::clear_fallbacks(&settings_of(config), Purpose::Text));
    let saved = edits::save(app, "clear the fallbacks", decide)?;
    changed(app, Done::Cleared, saved, Vec::new())
}

fn changed(app: &App, done: Done, saved: Saved, warnings: Vec<String>) -> Outcome {
    let now = settings_of(&app.config.load(&app.environment)?);
    let fallbacks = keys(&listed(&now, None, Purpose::Text));
    Ok(Box::new(FallbacksChanged {
        done,
        fallbacks,
        saved,
        warnings,
    }))
}

fn keys(found: &Listed) -> Vec<String> {
    found
        .fallbacks
        .iter()
        .map(openclaw_core::selection::Named::key)
        .collect()
}
