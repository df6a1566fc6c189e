//! `openclaw models auth cooldown`

use std::path::PathBuf;

use clap::Subcommand;
use openclaw_core::cooldown::{Cooling, UsageStats, active, clear, clear_model};
use openclaw_core::credential::{ProfileId, ProviderId};
use openclaw_core::model_ref::normalize_provider;
use openclaw_core::time::Timestamp;

use crate::app::App;
use crate::commands::Outcome;
use crate::commands::models::model_lookup;
use crate::config_writer;
use openclaw_router::Snapshot;
use openclaw_router::failure::agent_flag;
use openclaw_router::{Failure, Kind};
use openclaw_store::StoreError;

/// Credentials in cooldown after failures: see them, and end their cooldown
#[derive(Debug, Subcommand)]
pub enum CooldownCommand {
    /// List what is in cooldown: the profile or one model of it, why, and for how long
    ///
    /// Example: openclaw models auth cooldown list
    #[command(visible_alias = "ls")]
    List(CooldownListArgs),
    /// End cooldowns, so that the credentials are tried again at once
    ///
    /// Name profiles, a provider or a model, or say `--all`. Changes `usageStats` in the agent's
    /// `auth-profiles.json`; when a profile was last used and last failed is kept.
    ///
    /// Example: openclaw models auth cooldown clear anthropic:work
    Clear(CooldownClearArgs),
}

/// Whose cooldowns are listed.
#[derive(Debug, clap::Args)]
pub struct CooldownListArgs {
    /// Only the profiles of this provider
    #[arg(short, long, value_name = "NAME")]
    provider: Option<String>,
    /// Agent whose cooldowns are meant; the default one when left out
    #[arg(short, long, value_name = "ID")]
    agent: Option<String>,
}

/// Which cooldowns are ended.
#[derive(Debug, clap::Args)]
pub struct CooldownClearArgs {
    /// Profile ids
    #[arg(value_name = "ID")]
    ids: Vec<String>,
    /// All profiles of this provider
    #[arg(short, long, value_name = "NAME")]
    provider: Option<String>,
    /// Only the cooldown of this model, as `provider/model` or an alias
    #[arg(long, value_name = "MODEL")]
    model: Option<String>,
    /// All profiles
    #[arg(long, conflicts_with_all = ["ids", "provider"])]
    all: bool,
    /// Agent whose cooldowns are meant; the default one when left out
    #[arg(short, long, value_name = "ID")]
    agent: Option<String>,
}

/// Cooldowns: those in force, or those that were ended.
pub struct Cooldowns {
    /// Whether they were ended.
    pub cleared: bool,
    /// The agent.
    pub agent: String,
    /// The same as a flag, where it was named.
    pub agent_flag: String,
    /// The profiles with their providers and cooldowns, soonest end first.
    pub in_cooldown: Vec<(ProfileId, ProviderId, Vec<Cooling>)>,
    /// The credential store, and the same for a person.
    pub store: (PathBuf, String),
    /// Whether the store was written.
    pub changed: bool,
    /// The present.
    pub now: Timestamp,
    /// What there is to say.
    pub warnings: Vec<String>,
}

/// Runs the command.
///
/// # Errors
/// When a profile, provider or agent is unknown, or a file cannot be read or written.
pub fn run(app: &App, command: &CooldownCommand) -> Outcome {
    match command {
        CooldownCommand::List(args) => list(app, args),
        CooldownCommand::Clear(args) => end(app, args),
    }
}

fn list(app: &App, args: &CooldownListArgs) -> Outcome {
    let snapshot = Snapshot::read(app, args.agent.as_deref())?;
    let typed = args.provider.as_deref();
    let provider = typed
        .map(|typed| model_lookup::provider(&snapshot, typed))
        .transpose()?;
    let concerned = |id: &ProfileId| provider.as_ref().is_none_or(|of| is_of(&snapshot, id, of));
    let in_cooldown = snapshot
        .usage
        .iter()
        .filter(|(id, _)| concerned(id))
        .map(|(id, usage)| (id.clone(), active(usage, app.now())))
        .filter(|(_, cooling)| !cooling.is_empty())
        .collect();
    Ok(Box::new(reply(
        app,
        snapshot,
        args.agent.as_deref(),
        false,
        in_cooldown,
        false,
    )))
}

fn end(app: &App, args: &CooldownClearArgs) -> Outcome {
    let attempt = "end the cooldown";
    let snapshot =
        Snapshot::read(app, args.agent.as_deref()).map_err(config_writer::unchanged(attempt))?;
    if args.ids.is_empty() && args.provider.is_none() && args.model.is_none() && !args.all {
        return Err(Failure::new(
            Kind::Usage,
            "Name profiles, `--provider`, `--model` or `--all`.",
        )
        .detail("nothing was changed")
        .hint("see what is in cooldown with `openclaw models auth cooldown list`"));
    }
    let ids: Vec<ProfileId> = args
        .ids
        .iter()
        .map(|id| ProfileId::new(id.trim()))
        .collect();
    for id in &ids {
        if snapshot.profile(id).is_none() && !snapshot.usage.contains_key(id) {
            return Err(model_lookup::unknown_profile(app, &snapshot, id));
        }
    }
    let typed = args.provider.as_deref();
    let provider = typed
        .map(|typed| model_lookup::provider(&snapshot, typed))
        .transpose()?;
    let model = args.model.as_deref();
    let model = model
        .map(|typed| snapshot.settings.resolve(typed).map(|found| (typed, found)))
        .transpose()?;
    // A bare name says nothing of the provider.
    let of_model = model
        .as_ref()
        .filter(|(typed, found)| typed.contains('/') || found.via_alias.is_some())
        .map(|(_, found)| &found.model.provider);
    let concerned = |id: &ProfileId| {
        (ids.is_empty() || ids.contains(id))
            && provider.as_ref().is_none_or(|of| is_of(&snapshot, id, of))
            && of_model.is_none_or(|of| is_of(&snapshot, id, of))
    };
    let ended = |usage: &UsageStats| match &model {
        Some((_, found)) => clear_model(usage, &found.model.model),
        None => clear(usage),
    };
    // An agent's own view decides; what it inherits is laid under its own entries.
    let now = app.now();
    let mut in_cooldown = Vec::new();
    let mut fresh = Vec::new();
    for (id, before) in snapshot.usage.iter().filter(|(id, _)| concerned(id)) {
        let after = ended(before);
        let left = active(&after, now);
        let mut over = active(before, now);
        over.retain(|cooling| !left.contains(cooling));
        if !over.is_empty() {
            in_cooldown.push((id.clone(), over));
        }
        if after != *before {
            fresh.push(id.clone());
        }
    }
    let mut changed = false;
    if !fresh.is_empty() {
        let updated = snapshot.auth_file.update(|document| {
            for id in &fresh {
                // Read again under the lock: another run may have learnt more meanwhile.
                let usage = match document.usage(id) {
                    own if own == UsageStats::default() => snapshot.usage[id].clone(),
                    own => own,
                };
                document.set_usage(id, &ended(&usage));
            }
            Ok::<_, StoreError>(())
        });
        changed = updated
            .map_err(Failure::from)
            .map_err(config_writer::unchanged(attempt))?
            .changed;
    }
    Ok(Box::new(reply(
        app,
        snapshot,
        args.agent.as_deref(),
        true,
        in_cooldown,
        changed,
    )))
}

fn reply(
    app: &App,
    snapshot: Snapshot,
    named: Option<&str>,
    cleared: bool,
    mut in_cooldown: Vec<(ProfileId, Vec<Cooling>)>,
    changed: bool,
) -> Cooldowns {
    in_cooldown.sort_by_key(|(_, cooling)| cooling.first().map(|first| first.until));
    let in_cooldown = in_cooldown
        .into_iter()
        .map(|(id, cooling)| {
            let provider = provider_of(&snapshot, &id);
            (id, provider, cooling)
        })
        .collect();
    Cooldowns {
        cleared,
        store: (
            snapshot.auth_file.path().to_path_buf(),
            app.paths.shorten(snapshot.auth_file.path()),
        ),
        agent: snapshot.agent,
        agent_flag: agent_flag(named),
        in_cooldown,
        changed,
        now: app.now(),
        warnings: snapshot.warnings,
    }
}

/// Whether a profile is a provider's. One that is no longer stored says it by its id.
fn is_of(snapshot: &Snapshot, id: &ProfileId, provider: &ProviderId) -> bool {
    provider_of(snapshot, id) == *provider
}

fn provider_of(snapshot: &Snapshot, id: &ProfileId) -> ProviderId {
    match snapshot.profile(id) {
        Some(profile) => profile.provider.clone(),
        None => {
            let head = id.as_str().split(':').next().unwrap_or_default();
            normalize_provider(head)
        }
    }
}
