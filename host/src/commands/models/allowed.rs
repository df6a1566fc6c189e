//! `openclaw models allow`, `disallow` and `allowed`: the list of allowed models, and nothing else.

use openclaw_core::edit::{self, Change, Note};
use openclaw_core::model_ref::ModelRef;

use super::model_lookup;
use crate::app::App;
use crate::commands::Outcome;
use crate::config_writer::{self, Saved};
use openclaw_router::Snapshot;

/// Allow models, where only some may be used
///
/// Writes `agents.defaults.models`: its entries are the only models that may be used. Where there is no
/// such list yet this begins one, and the models in use are entered too. With `--all` every model may
/// be used again; the entries and their aliases stay.
///
/// Example: openclaw models allow openai/gpt-5.2
#[derive(Debug, clap::Args)]
pub struct AllowArgs {
    /// Models as `provider/model`, or aliases
    #[arg(required_unless_present = "all")]
    models: Vec<String>,
    /// Every model
    #[arg(long, conflicts_with = "models")]
    all: bool,
}

/// Take models off the list of allowed models
///
/// Removes their entries from `agents.defaults.models`, and with them their aliases.
///
/// Example: openclaw models disallow openai/gpt-5.2
#[derive(Debug, clap::Args)]
pub struct DisallowArgs {
    /// Models as `provider/model`, or aliases
    #[arg(required = true)]
    models: Vec<String>,
}

/// Show which models are allowed
///
/// Modifies nothing.
///
/// Example: openclaw models allowed --json
#[derive(Debug, clap::Args)]
pub struct AllowedArgs {}

/// The list of allowed models, and what was done to it.
pub struct Allowed {
    /// The only models allowed; none when every model is.
    pub models: Vec<ModelRef>,
    /// What became of the config, where it was to be changed.
    pub saved: Option<Saved>,
    /// What there is to say against it.
    pub warnings: Vec<String>,
    /// What there is to say besides.
    pub remarks: Vec<String>,
}

/// Runs `allow`.
///
/// # Errors
/// When a model is unknown or the config cannot be written.
pub fn allow(app: &App, args: &AllowArgs) -> Outcome {
    let attempt = "allow the model";
    let snapshot = Snapshot::read(app, None).map_err(config_writer::unchanged(attempt))?;
    let (mut warnings, mut remarks) = (snapshot.warnings.clone(), Vec::new());
    let mut models = Vec::new();
    for typed in &args.models {
        let found = model_lookup::model(app, &snapshot, typed, "allow")?;
        warnings.extend(found.warnings);
        remarks.extend(found.remarks);
        models.push(found.model);
    }
    change(app, &snapshot, attempt, (warnings, remarks), |settings| {
        if args.all {
            return Ok(edit::allow_all(settings));
        }
        let mut settings = settings.clone();
        let mut whole = Change::default();
        for model in &models {
            let change = edit::allow_model(&settings, model);
            // The next one finds the list as this one leaves it.
            edit::follow_allowed(&mut settings, &change);
            whole = whole.and(change);
        }
        if !whole.edits.is_empty() {
            whole.notes.retain(|note| *note != Note::AlreadySo);
        }
        whole.notes.dedup();
        Ok(whole)
    })
}

/// Runs `disallow`.
///
/// # Errors
/// When a model is not on the list, or the last one, or the config cannot be written.
pub fn disallow(app: &App, args: &DisallowArgs) -> Outcome {
    let attempt = "take the model off the list";
    let snapshot = Snapshot::read(app, None).map_err(config_writer::unchanged(attempt))?;
    let mut models = Vec::new();
    for typed in &args.models {
        models.push(snapshot.settings.resolve(typed)?.model);
    }
    let in_use = snapshot.models_in_use();
    let warnings = models.iter().filter(|model| in_use.contains(model));
    let warnings: Vec<String> = warnings
        .map(|model| {
            format!("`{model}` is in use, and is refused from now on; see `openclaw models status`")
        })
        .collect();
    let warnings: Vec<String> = snapshot.warnings.iter().cloned().chain(warnings).collect();
    change(
        app,
        &snapshot,
        attempt,
        (warnings, Vec::new()),
        |settings| {
            let mut settings = settings.clone();
            let mut whole = Change::default();
            for model in &models {
                let change = edit::disallow_model(&settings, model)?;
                edit::follow_allowed(&mut settings, &change);
                whole = whole.and(change);
            }
            Ok(whole)
        },
    )
}

/// Runs `allowed`.
///
/// # Errors
/// When the config cannot be read.
pub fn show(app: &App, _args: &AllowedArgs) -> Outcome {
    let snapshot = Snapshot::read(app, None)?;
    Ok(Box::new(Allowed {
        models: snapshot.settings.allowlist(),
        saved: None,
        warnings: snapshot.warnings,
        remarks: Vec::new(),
    }))
}

fn change(
    app: &App,
    snapshot: &Snapshot,
    attempt: &str,
    (warnings, remarks): (Vec<String>, Vec<String>),
    decide: impl Fn(&openclaw_core::selection::Settings) -> Result<Change, openclaw_router::Failure>,
) -> Outcome {
    let saved = config_writer::save(app, attempt, |config| {
        decide(&snapshot.settings_again(config))
    })?;
    let now = snapshot.settings_again(&app.config.load(&app.environment)?);
    Ok(Box::new(Allowed {
        models: now.allowlist(),
        saved: Some(saved),
        warnings,
        remarks,
    }))
}
