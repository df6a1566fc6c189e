//! `openclaw models aliases`

use clap::Subcommand;
use openclaw_core::catalog::nearest;
use openclaw_core::defaults;
use openclaw_core::edit;
use openclaw_core::model_ref::{ModelRef, validate_alias};
use openclaw_core::shell::pasteable;

use super::model_lookup;
use crate::app::App;
use crate::commands::Outcome;
use crate::config_writer::{self, Saved};
use openclaw_router::Snapshot;
use openclaw_router::snapshot::settings_of;
use openclaw_router::{Failure, Kind};

/// Short names for models
///
/// Kept with the models in `agents.defaults.models`; upper and lower case are the same. All agents
/// share them. A name forbids nothing: where there is no list of allowed models, every model stays
/// allowed.
#[derive(Debug, clap::Args)]
pub struct AliasesArgs {
    /// Refused: all agents share the aliases
    // The flag of `models` itself has the id `agent`, and clap hands globals upwards too.
    #[arg(
        id = "of_agent",
        long = "agent",
        value_name = "ID",
        global = true,
        hide = true
    )]
    agent: Option<String>,
    #[command(subcommand)]
    command: AliasesCommand,
}

#[derive(Debug, Subcommand)]
enum AliasesCommand {
    /// Show every alias
    ///
    /// Modifies nothing.
    ///
    /// Example: openclaw models aliases list
    #[command(visible_alias = "ls")]
    List,
    /// Add an alias, or point it at another model
    ///
    /// Writes `agents.defaults.models.<model>.alias`. A model has one alias at a time.
    ///
    /// Example: openclaw models aliases add fast google/gemini-2.5-flash
    Add {
        /// The alias: letters, digits, `.`, `_`, `:` and `-`
        alias: String,
        /// Model as `provider/model`, or another alias of it
        model: String,
    },
    /// Remove an alias; the model stays
    ///
    /// Removes `agents.defaults.models.<model>.alias`. A built-in alias, such as `opus`, is replaced by
    /// an empty one, so that it does not come back.
    ///
    /// Example: openclaw models aliases remove fast
    #[command(visible_alias = "rm")]
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
    /// What there is to say against it.
    pub warnings: Vec<String>,
    /// What there is to say besides.
    pub remarks: Vec<String>,
}

/// Runs the command.
///
/// # Errors
/// When the alias or model cannot be used, or the config cannot be read or written.
pub fn run(app: &App, args: &AliasesArgs) -> Outcome {
    if args.agent.is_some() {
        let failure = Failure::new(Kind::Usage, "`models aliases` takes no `--agent`")
            .detail("all agents share the aliases")
            .detail("nothing was changed")
            .hint("leave out `--agent`; see the aliases with `openclaw models aliases list`");
        return Err(failure);
    }
    match &args.command {
        AliasesCommand::List => list(app),
        AliasesCommand::Add { alias, model } => add(app, alias, model),
        AliasesCommand::Remove { alias } => remove(app, alias),
    }
}

fn list(app: &App) -> Outcome {
    let snapshot = Snapshot::read(app, None)?;
    let aliases = snapshot.settings.aliases();
    let aliases = aliases
        .iter()
        .map(|alias| (alias.name.clone(), alias.model.clone()))
        .collect();
    Ok(Box::new(AliasList {
        aliases,
        warnings: snapshot.warnings,
    }))
}

fn add(app: &App, alias: &str, typed: &str) -> Outcome {
    let attempt = "add the alias";
    let alias = validate_alias(alias).map_err(|error| {
        Failure::new(Kind::Usage, error.to_string())
            .detail("nothing was changed")
            .hint(format!(
                "for example: openclaw models aliases add fast {}",
                defaults::EXAMPLE_MODEL
            ))
    })?;
    let snapshot = Snapshot::read(app, None).map_err(config_writer::unchanged(attempt))?;
    let command = format!("aliases add {}", pasteable(alias));
    let found = model_lookup::model(app, &snapshot, typed, &command)?;
    let decide = |config: &_| Ok(edit::add_alias(&settings_of(config), alias, &found.model)?);
    let saved = config_writer::save(app, attempt, decide)?;
    let warnings = snapshot
        .warnings
        .into_iter()
        .chain(found.warnings)
        .collect();
    Ok(Box::new(AliasChanged {
        alias: alias.to_owned(),
        model: Some(found.model),
        left: 1,
        saved,
        warnings,
        remarks: found.remarks,
    }))
}

fn remove(app: &App, alias: &str) -> Outcome {
    let attempt = "remove the alias";
    let saved = config_writer::save(app, attempt, |config| {
        let settings = settings_of(config);
        edit::remove_alias(&settings, alias).map_err(|error| {
            let aliases = settings.aliases();
            let near = nearest(alias, aliases.iter().map(|known| &*known.name));
            let mut failure = Failure::from(error);
            if let Some(near) = near {
                failure.hints = vec![format!("did you mean `{near}`?")];
            }
            failure.detail("nothing was changed")
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
        remarks: Vec::new(),
    }))
}
