//! `openclaw models auth remove`

use openclaw_core::credential::ProfileId;
use openclaw_core::edit;
use openclaw_core::model_ref::{DEFAULT_AGENT, ModelRef};
use openclaw_core::shell::pasteable;

use super::keep::{Keeper, reference_of};
use super::stored::every_agent;
use crate::app::App;
use crate::commands::Outcome;
use crate::commands::models::model_lookup;
use crate::commands::models::status::stored;
use crate::config_writer::{self, Saved};
use crate::prompt::Prompt;
use openclaw_router::Snapshot;
use openclaw_router::failure::agent_flag;
use openclaw_router::snapshot::settings_of;
use openclaw_router::{Failure, Kind};
use openclaw_store::StoreError;
use openclaw_store::auth::AuthFile;

const ATTEMPT: &str = "remove the credential";

/// Remove stored credentials
///
/// Removes the profiles from the credential store, with what is remembered of their use, and takes
/// them out of the config: `auth.profiles`, `auth.order` and the orders of agents. Keys that were put
/// in the keychain or a file of secrets for them go too. Says which models are left without a
/// credential.
///
/// Example: openclaw models auth remove anthropic:backup
#[derive(Debug, clap::Args)]
pub struct RemoveArgs {
    /// Profile ids
    #[arg(required = true, value_name = "ID")]
    pub(super) ids: Vec<String>,
    /// Remove without asking
    #[arg(short, long)]
    pub(super) yes: bool,
    /// Agent whose own store is meant; the default agent's, or the main one, when left out
    #[arg(short, long, value_name = "ID")]
    pub(super) agent: Option<String>,
}

/// Credentials that were removed.
pub struct Removed {
    /// The profiles with a word on each, such as `anthropic/api-key`.
    pub profiles: Vec<(ProfileId, String)>,
    /// The stores that held them, for a person.
    pub stores: Vec<String>,
    /// What became of the config.
    pub saved: Saved,
    /// Models that no credential is left for, and the agents that use them.
    pub lost: Vec<(ModelRef, Vec<String>)>,
    /// Profiles that another agent has a copy of.
    pub kept: Vec<(ProfileId, String)>,
    /// What there is to say.
    pub warnings: Vec<String>,
}

/// Runs the command.
///
/// # Errors
/// When a profile is not stored, removal was not confirmed, or a file cannot be written.
pub fn run(app: &App, args: &RemoveArgs) -> Outcome {
    let snapshot =
        Snapshot::read(app, args.agent.as_deref()).map_err(config_writer::unchanged(ATTEMPT))?;
    let mut ids: Vec<ProfileId> = Vec::new();
    for typed in &args.ids {
        let id = ProfileId::new(typed.trim());
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    let mut found = Vec::new();
    for id in &ids {
        found.push((id, held_by(app, &snapshot, id, args.agent.is_some())?));
    }
    let profiles: Vec<(ProfileId, String)> = ids
        .iter()
        .map(|id| (id.clone(), describe(app, &snapshot, id)))
        .collect();
    if !args.yes {
        confirm(app, &profiles, args.agent.as_deref())?;
    }

    let before = every_agent(app, &snapshot)?;
    let mut stores = Vec::new();
    let mut references = Vec::new();
    for (id, file) in found {
        references.extend(reference_of(file, id));
        let removed = file.update(|document| Ok::<_, StoreError>(document.remove(id)));
        removed
            .map_err(Failure::from)
            .map_err(config_writer::unchanged(ATTEMPT))?;
        let store = app.paths.shorten(file.path());
        if !stores.contains(&store) {
            stores.push(store);
        }
    }
    let keeper = Keeper {
        app,
        snapshot: &snapshot,
    };
    let left: Vec<String> = references
        .iter()
        .filter_map(|reference| keeper.discard(reference))
        .collect();
    let after = every_agent(app, &snapshot)?;
    let mut kept = Vec::new();
    for id in &ids {
        let copy = after
            .iter()
            .find(|agent| agent.auth_file.load().document.entry(id).is_some());
        kept.extend(copy.map(|agent| (id.clone(), agent.agent.clone())));
    }
    let gone: Vec<ProfileId> = ids
        .iter()
        .filter(|id| kept.iter().all(|(kept, _)| kept != *id))
        .cloned()
        .collect();
    let saved = config_writer::save(app, "take the profile out of the config", |config| {
        let declared = config.typed.auth.profiles.iter();
        let declared: Vec<ProfileId> = declared.map(|(id, _)| ProfileId::new(id)).collect();
        Ok(edit::forget_profiles(
            &settings_of(config),
            &declared,
            &gone,
        ))
    });
    let saved = saved.map_err(|mut failure| {
        failure
            .details
            .retain(|detail| detail != "nothing was changed");
        failure.detail("the credential was removed; the config still names it")
    })?;
    Ok(Box::new(Removed {
        profiles,
        stores,
        saved,
        lost: lost(app, &before, &after),
        kept,
        warnings: [snapshot.warnings, left].concat(),
    }))
}

/// Returns the store to remove a profile from. An agent that was named has only its own.
fn held_by<'s>(
    app: &App,
    snapshot: &'s Snapshot,
    id: &ProfileId,
    named: bool,
) -> Result<&'s AuthFile, Failure> {
    let Some(file) = snapshot.store_of(id) else {
        return Err(model_lookup::unknown_profile(app, snapshot, id));
    };
    if named && file.path() != snapshot.auth_file.path() {
        return Err(Failure::new(
            Kind::Auth,
            format!(
                "the agent `{}` has `{id}` from `{DEFAULT_AGENT}`, not of its own",
                snapshot.agent
            ),
        )
        .detail("nothing was changed")
        .hint(format!(
            "remove it for all agents with `openclaw models auth remove {id} --agent {DEFAULT_AGENT}`"
        )));
    }
    Ok(file)
}

fn describe(app: &App, snapshot: &Snapshot, id: &ProfileId) -> String {
    match snapshot.profile(id) {
        Some(profile) => {
            let shown = stored(app, snapshot, profile);
            format!("{}/{}, {}", profile.provider, shown.mode, shown.masked)
        }
        None => "not understood".to_owned(),
    }
}

fn confirm(
    app: &App,
    profiles: &[(ProfileId, String)],
    agent: Option<&str>,
) -> Result<(), Failure> {
    let ids: Vec<&str> = profiles.iter().map(|(id, _)| id.as_str()).collect();
    let typed: Vec<String> = ids.iter().map(|id| pasteable(id)).collect();
    let instead = format!(
        "to remove without being asked: `openclaw models auth remove {}{} --yes`",
        typed.join(" "),
        agent_flag(agent)
    );
    let prompt = Prompt::at(app, &format!("remove {}", ids.join(", ")), &instead)?;
    let each: Vec<String> = profiles
        .iter()
        .map(|(id, what)| format!("{id} ({what})"))
        .collect();
    if prompt.confirm(&format!("Remove {}?", each.join(" and ")), false)? {
        return Ok(());
    }
    Err(Failure::new(
        Kind::Cancelled,
        "Cancelled; nothing was removed.",
    ))
}

/// Returns the models in use that had a credential before and have none now.
fn lost(app: &App, before: &[Snapshot], after: &[Snapshot]) -> Vec<(ModelRef, Vec<String>)> {
    let mut lost: Vec<(ModelRef, Vec<String>)> = Vec::new();
    for (before, after) in before.iter().zip(after) {
        for model in after.models_in_use() {
            let provider = &model.provider;
            if !before.is_available(app, provider) || after.is_available(app, provider) {
                continue;
            }
            let agent = after.agent.clone();
            match lost.iter_mut().find(|(known, _)| *known == model) {
                Some((_, agents)) => agents.push(agent),
                None => lost.push((model, vec![agent])),
            }
        }
    }
    lost
}
