//! `openclaw models auth order`

use std::path::PathBuf;

use clap::Subcommand;
use openclaw_core::auth_order::{Order, SkippedProfile, listed, order};
use openclaw_core::credential::{ProfileId, ProviderId};
use openclaw_core::edit;
use openclaw_core::time::Timestamp;

use crate::app::App;
use crate::commands::Outcome;
use crate::commands::models::model_lookup;
use crate::config_writer::{self, Saved};
use openclaw_router::Failure;
use openclaw_router::Snapshot;
use openclaw_router::failure::agent_flag;
use openclaw_router::snapshot::settings_of;
use openclaw_store::StoreError;

/// The order in which a provider's profiles are tried
#[derive(Debug, Subcommand)]
pub enum OrderCommand {
    /// Show the order in effect and where it comes from
    ///
    /// An agent's own order comes before the one in its credential store, and that before
    /// `auth.order.<provider>`. Without any, the stored profiles are used in turn (round robin).
    /// Profiles that are skipped are named with the reason.
    ///
    /// Example: openclaw models auth order get --provider anthropic
    ///
    /// Example: openclaw models auth order get --provider anthropic --agent work --json
    Get(At),
    /// Set the order; profiles that are not named are not used
    ///
    /// Writes `auth.order.<provider>`; with `--agent`, `agents.list[].auth.order.<provider>` of that
    /// agent alone. The profiles have to be stored, and of this provider.
    ///
    /// Example: openclaw models auth order set --provider anthropic anthropic:work anthropic:default
    Set {
        /// Whose order it is
        #[command(flatten)]
        at: At,
        /// Profile ids, first one first
        #[arg(required = true, value_name = "ID")]
        ids: Vec<String>,
    },
    /// Remove the order: the profiles of the provider are used in turn again (round robin)
    ///
    /// Removes `auth.order.<provider>`; with `--agent`, `agents.list[].auth.order.<provider>` of that
    /// agent alone.
    ///
    /// Example: openclaw models auth order clear --provider anthropic
    ///
    /// Example: openclaw models auth order clear --provider anthropic --agent work
    Clear(At),
}

/// Whose order is meant.
#[derive(Debug, clap::Args)]
pub struct At {
    /// Provider whose profiles they are
    #[arg(short, long, value_name = "NAME")]
    provider: String,
    /// Agent whose own order is meant; the one for all agents when left out
    #[arg(short, long, value_name = "ID")]
    agent: Option<String>,
}

/// What was done to an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// Nothing: it was asked for.
    Asked,
    /// It was set.
    Set,
    /// It was removed.
    Cleared,
}

/// An order.
pub struct Ordered {
    /// What was done.
    pub done: Done,
    /// The provider.
    pub provider: ProviderId,
    /// The agent that it is in effect for.
    pub agent: String,
    /// Its folder.
    pub agent_dir: PathBuf,
    /// Its credential store, and the same for a person.
    pub store: (PathBuf, String),
    /// The config, for a person.
    pub config: String,
    /// Where the order comes from.
    pub source: Order,
    /// The ids.
    pub ids: Vec<ProfileId>,
    /// The ids that are in effect; others where an order was set that another one hides.
    pub effective: Vec<ProfileId>,
    /// Those that are not used now, and why.
    pub skipped: Vec<SkippedProfile>,
    /// The present.
    pub now: Timestamp,
    /// What became of the config, where it was to be changed.
    pub saved: Option<Saved>,
    /// Whether the order in the credential store was removed.
    pub store_cleared: bool,
    /// What there is to say.
    pub warnings: Vec<String>,
}

/// Runs the command.
///
/// # Errors
/// When the provider, agent or a profile is unknown, or a file cannot be read or written.
pub fn run(app: &App, command: &OrderCommand) -> Outcome {
    match command {
        OrderCommand::Get(at) => {
            let snapshot = Snapshot::read(app, at.agent.as_deref())?;
            let provider = model_lookup::provider(&snapshot, &at.provider)?;
            Ok(Box::new(in_effect(app, snapshot, provider)))
        }
        OrderCommand::Set { at, ids } => set(app, at, ids),
        OrderCommand::Clear(at) => clear(app, at),
    }
}

fn set(app: &App, at: &At, ids: &[String]) -> Outcome {
    let attempt = "set the auth order";
    let snapshot =
        Snapshot::read(app, at.agent.as_deref()).map_err(config_writer::unchanged(attempt))?;
    let provider = model_lookup::provider(&snapshot, &at.provider)?;
    let ids: Vec<ProfileId> = ids.iter().map(|id| ProfileId::new(id.trim())).collect();
    let stored: Vec<_> = snapshot
        .auth
        .profiles
        .iter()
        .map(|profile| (profile.id.clone(), profile.provider.clone()))
        .collect();
    let store = app.paths.shorten(snapshot.auth_file.path());
    let saved = config_writer::save(app, attempt, |config| {
        let settings = settings_of(config);
        Ok(edit::set_auth_order(
            &settings,
            at.agent.as_deref(),
            &provider,
            &ids,
            &stored,
            &store,
        )?)
    })?;
    let mut reply = in_effect(app, Snapshot::read(app, at.agent.as_deref())?, provider);
    let wanted = if at.agent.is_some() {
        Order::AgentConfig
    } else {
        Order::Config
    };
    if reply.source != wanted {
        reply.warnings.push(format!(
            "the agent `{agent}` still uses an order of its own; remove that with `openclaw models auth order clear --provider {} --agent {agent}`",
            reply.provider,
            agent = reply.agent,
        ));
        reply.source = wanted;
        reply.ids = Vec::new();
        for id in ids {
            if !reply.ids.contains(&id) {
                reply.ids.push(id);
            }
        }
        reply.skipped.clear();
    }
    Ok(Box::new(Ordered {
        done: Done::Set,
        saved: Some(saved),
        ..reply
    }))
}

fn clear(app: &App, at: &At) -> Outcome {
    let attempt = "clear the auth order";
    let snapshot =
        Snapshot::read(app, at.agent.as_deref()).map_err(config_writer::unchanged(attempt))?;
    let provider = model_lookup::provider(&snapshot, &at.provider)?;
    // The existing product keeps an agent's order in its store; one left there would stay in effect.
    let mut store_cleared = false;
    if snapshot
        .auth_file
        .load()
        .document
        .store()
        .order
        .iter()
        .any(|(of, _)| *of == provider)
    {
        let cleared = snapshot
            .auth_file
            .update(|document| Ok::<_, StoreError>(document.clear_order(&provider)));
        store_cleared = cleared
            .map_err(Failure::from)
            .map_err(config_writer::unchanged(attempt))?
            .value;
    }
    let saved = config_writer::save(app, attempt, |config| {
        Ok(edit::clear_auth_order(
            &settings_of(config),
            at.agent.as_deref(),
            &provider,
        )?)
    })?;
    let mut reply = in_effect(app, Snapshot::read(app, at.agent.as_deref())?, provider);
    if reply.source.is_explicit() {
        let of_all = reply.source == Order::Config;
        let agent = agent_flag((!of_all).then_some(&reply.agent));
        reply.warnings.push(format!(
            "an order is still in effect for the agent `{}`: {}; remove it with `openclaw models auth order clear --provider {}{agent}`",
            reply.agent,
            if of_all { "the one for all agents" } else { "its own" },
            reply.provider
        ));
    }
    Ok(Box::new(Ordered {
        done: Done::Cleared,
        saved: Some(saved),
        store_cleared,
        ..reply
    }))
}

fn in_effect(app: &App, snapshot: Snapshot, provider: ProviderId) -> Ordered {
    let (source, ids, skipped) = snapshot.with_auth_inputs(app, &provider, None, None, |inputs| {
        let (source, ids) = listed(inputs);
        let ids: Vec<ProfileId> = ids.into_iter().cloned().collect();
        (source, ids, order(inputs).2)
    });
    Ordered {
        done: Done::Asked,
        provider,
        agent: snapshot.agent,
        agent_dir: snapshot.agent_dir,
        store: (
            snapshot.auth_file.path().to_path_buf(),
            app.paths.shorten(snapshot.auth_file.path()),
        ),
        config: app.paths.shorten(&snapshot.config.file),
        source,
        effective: ids.clone(),
        ids,
        skipped,
        now: app.now(),
        saved: None,
        store_cleared: false,
        warnings: snapshot.warnings,
    }
}
