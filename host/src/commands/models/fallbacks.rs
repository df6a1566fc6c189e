//! `openclaw models fallbacks`, and what it has in common with `image-fallbacks`.

use clap::Subcommand;
use openclaw_core::catalog::doubts;
use openclaw_core::edit;
use openclaw_core::model_ref::{ModelRef, normalize_agent_id};
use openclaw_core::selection::{Listed, Named, Purpose, Scope, listed};

use super::model_lookup::{self, CheckedModel};
use crate::app::App;
use crate::commands::Outcome;
use crate::config_writer::{self, Saved};
use openclaw_router::Failure;
use openclaw_router::Snapshot;
use openclaw_router::failure::agent_flag;
use openclaw_router::snapshot::settings_of;

/// The models that are tried after the primary
///
/// Kept in `agents.defaults.model.fallbacks`.
#[derive(Debug, clap::Args)]
pub struct FallbacksArgs {
    /// Agent whose models are meant, instead of those of all agents
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
    command: FallbacksCommand,
}

#[derive(Debug, Subcommand)]
enum FallbacksCommand {
    /// Show the primary and its fallbacks, in the order they are tried
    ///
    /// Modifies nothing.
    ///
    /// Example: openclaw models fallbacks list --json
    #[command(visible_alias = "ls")]
    List,
    /// Add a model at the end
    ///
    /// Writes `agents.defaults.model.fallbacks`, or with `--agent` that agent's own. A model that cannot answer now, such as one without
    /// a credential, is added with a warning.
    ///
    /// Example: openclaw models fallbacks add openai/gpt-5.2
    Add {
        /// Model as `provider/model`, or an alias
        model: String,
    },
    /// Remove a model
    ///
    /// Writes `agents.defaults.model.fallbacks`.
    ///
    /// Example: openclaw models fallbacks remove openai/gpt-5.2
    #[command(visible_alias = "rm")]
    Remove {
        /// Model as `provider/model`, or an alias
        model: String,
    },
    /// Remove all fallbacks: only the primary is used
    ///
    /// Writes an empty list to `agents.defaults.model.fallbacks`.
    ///
    /// Example: openclaw models fallbacks clear
    Clear,
}

/// What is to be done with a list of fallbacks.
pub(super) enum Verb<'a> {
    /// Show it.
    List,
    /// Add a model.
    Add(&'a str),
    /// Remove a model.
    Remove(&'a str),
    /// Empty it.
    Clear,
}

/// The chain as configured.
pub struct FallbackList {
    /// What it is for.
    pub purpose: Purpose,
    /// The agent that was asked about.
    pub agent: Option<String>,
    /// The primary's key, if one is configured, and where.
    pub primary: Option<(String, Scope)>,
    /// The fallbacks' keys.
    pub fallbacks: Vec<String>,
    /// Where they are configured.
    pub fallbacks_scope: Scope,
    /// The primary text model: in place of a primary that is not configured, or after all images.
    pub text_primary: String,
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
    /// What they are for.
    pub purpose: Purpose,
    /// The agent whose own they are.
    pub agent: Option<String>,
    /// What was done.
    pub done: Done,
    /// The fallbacks' keys afterwards.
    pub fallbacks: Vec<String>,
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
/// When the model is unknown or the config cannot be read or written.
pub fn run(app: &App, args: &FallbacksArgs) -> Outcome {
    let verb = match &args.command {
        FallbacksCommand::List => Verb::List,
        FallbacksCommand::Add { model } => Verb::Add(model),
        FallbacksCommand::Remove { model } => Verb::Remove(model),
        FallbacksCommand::Clear => Verb::Clear,
    };
    change(app, Purpose::Text, &verb, args.agent.as_deref())
}

/// Shows or changes the fallbacks of a purpose.
pub(super) fn change(app: &App, purpose: Purpose, verb: &Verb<'_>, agent: Option<&str>) -> Outcome {
    match verb {
        Verb::List => list(app, purpose, agent),
        Verb::Add(typed) => add(app, purpose, typed, agent),
        Verb::Remove(typed) => remove(app, purpose, typed, agent),
        Verb::Clear => clear(app, purpose, agent),
    }
}

fn list(app: &App, purpose: Purpose, agent: Option<&str>) -> Outcome {
    let snapshot = Snapshot::read(app, agent)?;
    let entry = agent.and_then(|_| snapshot.agent_settings());
    let found = listed(&snapshot.settings, entry, purpose);
    let text = listed(&snapshot.settings, entry, Purpose::Text).primary;
    let mut warnings = snapshot.warnings.clone();
    let today = app.now().day();
    let catalog = snapshot.catalog().on(&today);
    let named = found.fallbacks.iter();
    warnings.extend(named.flat_map(|named| {
        let Some(model) = &named.model else {
            return vec![format!(
                "the fallback `{}` is no model reference and is skipped",
                named.raw
            )];
        };
        let mut against: Vec<String> = catalog
            .get(model)
            .map(|facts| doubts(&facts, needed(purpose), &today))
            .unwrap_or_default()
            .iter()
            .map(|doubt| model_lookup::against(model, doubt))
            .collect();
        if !snapshot.settings.allows(model) {
            against.push(format!(
                "the fallback `{model}` is skipped: `agents.defaults.models` does not allow it"
            ));
        }
        against
    }));
    Ok(Box::new(FallbackList {
        purpose,
        agent: agent.map(|_| snapshot.agent.clone()),
        primary: found
            .primary
            .as_ref()
            .map(|primary| (primary.key(), found.primary_scope)),
        fallbacks: keys(&found),
        fallbacks_scope: found.fallbacks_scope,
        text_primary: text.map_or_else(
            || snapshot.settings.default_model().key(),
            |named| named.key(),
        ),
        warnings,
    }))
}

/// Returns the modality that a purpose needs.
fn needed(purpose: Purpose) -> Option<&'static str> {
    (purpose == Purpose::Image).then_some("image")
}

fn add(app: &App, purpose: Purpose, typed: &str, agent: Option<&str>) -> Outcome {
    let attempt = match purpose {
        Purpose::Text => "add the fallback",
        Purpose::Image => "add the image fallback",
    };
    let snapshot = Snapshot::read(app, agent).map_err(config_writer::unchanged(attempt))?;
    let command = match purpose {
        Purpose::Text => "fallbacks add",
        Purpose::Image => "image-fallbacks add",
    };
    let command = format!("{command}{}", agent_flag(agent));
    let found = model_lookup::model(app, &snapshot, typed, &command)?;
    let more = obstacles(app, &snapshot, purpose, &found, agent);
    let decide = |config: &_| {
        let settings = settings_of(config);
        let model = &found.model;
        if let Some(agent) = agent {
            let list = edit::with_fallback(&settings, settings.agent(agent)?, purpose, model);
            let own = edit::set_agent_fallbacks(&settings, agent, purpose, &list, Some(model))?;
            if let Some(change) = own {
                return Ok(change);
            }
        }
        Ok(edit::add_fallback(&settings, purpose, model))
    };
    let saved = config_writer::save(app, attempt, decide)?;
    let warnings = snapshot.warnings.into_iter().chain(found.warnings);
    changed(
        app,
        (purpose, agent),
        Done::Added,
        saved,
        warnings.chain(more).collect(),
        found.remarks,
    )
}

/// Returns what keeps a model from ever helping as a fallback, besides what the catalog says of it.
fn obstacles(
    app: &App,
    snapshot: &Snapshot,
    purpose: Purpose,
    found: &CheckedModel,
    agent: Option<&str>,
) -> Vec<String> {
    let model = &found.model;
    let mut warnings = Vec::new();
    if purpose == Purpose::Image {
        let of_input = found.facts.as_ref().map(|facts| {
            let all = doubts(facts, needed(purpose), &app.now().day());
            let input = all
                .into_iter()
                .filter(|doubt| matches!(doubt, openclaw_core::catalog::Doubt::NoInput { .. }));
            input
                .map(|doubt| model_lookup::against(model, &doubt))
                .collect()
        });
        warnings.extend(
            of_input.unwrap_or_else(|| {
                vec![format!("whether `{model}` takes image input is not known")]
            }),
        );
    }
    let entry = agent.and_then(|_| snapshot.agent_settings());
    let primary = listed(&snapshot.settings, entry, purpose).primary;
    let primary = match primary {
        Some(named) => named.model,
        None => (purpose == Purpose::Text).then(|| snapshot.settings.default_model()),
    };
    if primary.as_ref() == Some(model) {
        warnings.push(format!(
            "`{model}` is the primary too, so it is tried only once"
        ));
    }
    if !snapshot.is_available(app, &model.provider) {
        warnings.push(no_credential(snapshot, model));
    }
    warnings
}

/// Says that a model cannot be asked, and what to do.
pub(super) fn no_credential(snapshot: &Snapshot, model: &ModelRef) -> String {
    let provider = &model.provider;
    let names: Vec<String> = snapshot
        .registry
        .secret_variables(provider)
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    let variables = match names.as_slice() {
        [] => String::new(),
        names => format!(", or set {}", names.join(" or ")),
    };
    format!(
        "no credential for `{provider}`: `{model}` is skipped until there is one; add it with `openclaw models auth add --provider {provider}`{variables}"
    )
}

fn remove(app: &App, purpose: Purpose, typed: &str, agent: Option<&str>) -> Outcome {
    let attempt = match purpose {
        Purpose::Text => "remove the fallback",
        Purpose::Image => "remove the image fallback",
    };
    let decide = |config: &_| {
        let settings = settings_of(config);
        if let Some(agent) = agent {
            let list = edit::without_fallback(&settings, settings.agent(agent)?, purpose, typed)
                .map_err(|error| Failure::fallback_not_found(&error, Some(agent)))?;
            if let Some(change) = edit::set_agent_fallbacks(&settings, agent, purpose, &list, None)?
            {
                return Ok(change);
            }
        }
        Ok(edit::remove_fallback(&settings, purpose, typed)?)
    };
    let saved = config_writer::save(app, attempt, decide)?;
    let target = (purpose, agent);
    changed(app, target, Done::Removed, saved, Vec::new(), Vec::new())
}

fn clear(app: &App, purpose: Purpose, agent: Option<&str>) -> Outcome {
    let attempt = match purpose {
        Purpose::Text => "clear the fallbacks",
        Purpose::Image => "clear the image fallbacks",
    };
    let decide = |config: &_| {
        let settings = settings_of(config);
        if let Some(agent) = agent
            && let Some(change) = edit::set_agent_fallbacks(&settings, agent, purpose, &[], None)?
        {
            return Ok(change);
        }
        Ok(edit::clear_fallbacks(&settings, purpose))
    };
    let saved = config_writer::save(app, attempt, decide)?;
    let target = (purpose, agent);
    changed(app, target, Done::Cleared, saved, Vec::new(), Vec::new())
}

fn changed(
    app: &App,
    (purpose, agent): (Purpose, Option<&str>),
    done: Done,
    saved: Saved,
    warnings: Vec<String>,
    remarks: Vec<String>,
) -> Result<Box<dyn crate::render::Reply>, Failure> {
    let now = settings_of(&app.config.load(&app.environment)?);
    let entry = agent.map_or(Ok(None), |id| now.agent(id))?;
    Ok(Box::new(FallbacksChanged {
        purpose,
        agent: agent.map(normalize_agent_id),
        done,
        fallbacks: keys(&listed(&now, entry, purpose)),
        saved,
        warnings,
        remarks,
    }))
}

fn keys(found: &Listed) -> Vec<String> {
    found.fallbacks.iter().map(Named::key).collect()
}
