//! `openclaw models aliases`

use clap::Subcommand;
use openclaw_core::catalog::nearest;
use openclaw_core::edit;
use openclaw_core::model_ref::{AliasError, ModelRef, validate_alias};

use super::known;
use crate::app::App;
use crate::commands::Outcome;
use crate::edits::{self, Saved};
use crate::failure::Failure;
use crate::state::{State, settings_of};

/// Short names for models
#[derive(Debug, Subcommand)]
pub enum AliasesCommand {
    /// Show every alias
    List,
    /// Add an alias, or point it at another model
    ///
    /// Example: openclaw models aliases add fast google/gemini-2.5-flash
    Add {
        /// The alias: letters, digits, `.`, `_`, `:` and `-`
        alias: String,
        /// Model as `provider/model`, or another alias of it
        model: String,
    },
    /// Remove an alias; the model stays
    Remove {
        /// The alias
        alias: String,
    },
}

/// Every alias.
pub struct AliasList {
    /// Name and model, in the order of the config.
    pub aliases: Vec<(String, ModelRef)>,
    /// What there is to say.
    pub warnings: Vec<String>,
}

/// An alias that was added or removed.
pub struct AliasChanged {
    /// Its name.
    pub alias: String,
    /// What it stands for; `None` when it was removed.
    pub model: Option<ModelRef>,
    /// How many aliases there are now.
    pub left: usize,
    /// What became of the config.
    pub saved: Saved,
    /// What there is to say.
    pub warnings: Vec<String>,
}

/// Runs the command.
///
/// # Errors
/// When the alias or model cannot be used, or the config cannot be read or written.
pub fn run(app: &App, command: &AliasesCommand) -> Outcome {
    match command {
        AliasesCommand::List => list(app),
        AliasesCommand::Add { alias, model } => add(app, alias, model),
        AliasesCommand::Remove { alias } => remove(app, alias),
    }
}

fn list(app: &App) -> Outcome {
    let state = State::read(app, None)?;
    let aliases = state.settings.aliases();
    let aliases = aliases
        .iter()
        .map(|alias| (alias.name.clone(), alias.model.clone()))
        .collect();
    Ok(Box::new(AliasList {
        aliases,
        warnings: state.warnings,
    }))
}

fn add(app: &App, alias: &str, typed: &str) -> Outcome {
    let attempt = "add the alias";
    let alias = validate_alias(alias)
        .map_err(|error| Failure::new(crate::failure::Kind::Usage, error.to_string()))?;
    let state = State::read(app, None).map_err(edits::unchanged(attempt))?;
    let found = known::model(app, &state, typed)?;
    let decide = |config: &_| Ok(edit::add_alias(&settings_of(config), alias, &found.model)?);
    let saved = edits::save(app, attempt, decide)?;
    let warnings = state.warnings.into_iter().chain(found.warnings).collect();
    Ok(Box::new(AliasChanged {
        alias: alias.to_owned(),
        model: Some(found.model),
        left: 1,
        saved,
        warnings,
    }))
}

fn remove(app: &App, alias: &str) -> Outcome {
    let attempt = "remove the alias";
    let saved = edits::save(app, attempt, |config| {
        let settings = settings_of(config);
        edit::remove_alias(&settings, alias).map_err(|error| {
            let aliases = settings.aliases();
            let near = nearest(alias, aliases.iter().map(|known| &*known.name));
            match (&error, near) {
                (AliasError::NotFound(_), Some(near)) => {
                    let failure = Failure::from(error);
                    Failure {
                        hints: vec![format!("did you mean `{near}`?")],
                        ..failure
                    }
                }
                _ => error.into(),
            }
        })
    })?;
    let left = settings_of(&app.config.load(&app.environment)?)
        .aliases()
        .iter()
        .count();
    Ok(Box::new(AliasChanged {
        alias: alias.trim().to_owned(),
        model: None,
        left,
        saved,
        warnings: Vec::new(),
    }))
}
