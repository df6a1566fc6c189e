//! `--agent` of commands that change what all agents share: it is taken to be able to say which
//! command does the same for one agent.

use openclaw_core::edit::{self, Edit};
use openclaw_core::model_ref::ModelRef;
use openclaw_core::selection::Purpose;

use crate::app::App;
use crate::config_writer;
use openclaw_router::Snapshot;
use openclaw_router::{Failure, Kind};

/// What was wanted for one agent.
pub(super) enum AgentChange<'a> {
    /// This primary.
    Primary(&'a str),
    /// One more fallback.
    Added(&'a str),
    /// One fallback less.
    Removed(&'a str),
    /// No fallbacks.
    Cleared,
}

/// Returns the failure of a command that was given `--agent` and is for all agents. It holds the
/// command that does what was meant.
pub(super) fn refused(
    app: &App,
    command: &str,
    agent: &str,
    purpose: Purpose,
    wanted: &AgentChange<'_>,
) -> Failure {
    let edit =
        Snapshot::read(app, None).and_then(|snapshot| edit_of(&snapshot, agent, purpose, wanted));
    let edit = match edit {
        Ok(edit) => edit,
        Err(failure) => return failure,
    };
    let key = match (purpose, wanted) {
        (Purpose::Text, AgentChange::Primary(_)) => "model.primary",
        (Purpose::Image, AgentChange::Primary(_)) => "imageModel.primary",
        (Purpose::Text, _) => "model.fallbacks",
        (Purpose::Image, _) => "imageModel.fallbacks",
    };
    let failure = Failure::new(
        Kind::Usage,
        format!("`{command}` takes no `--agent`: it is for all agents"),
    )
    .detail(format!(
        "it writes `agents.defaults.{key}`, which every agent uses that has none of its own"
    ))
    .detail("nothing was changed");
    match edit {
        Some(edit) => failure.hint(format!(
            "for the agent `{agent}` alone: {}",
            config_writer::config_set(&edit)
        )),
        None => failure.hint(format!(
            "`{agent}` has no entry in `agents.list`, so this is its setting too; leave out `--agent`"
        )),
    }
}

fn edit_of(
    snapshot: &Snapshot,
    agent: &str,
    purpose: Purpose,
    wanted: &AgentChange<'_>,
) -> Result<Option<Edit>, Failure> {
    let settings = &snapshot.settings;
    let entry = settings.agent(agent)?;
    let named = |typed: &str| -> Result<ModelRef, Failure> { Ok(settings.resolve(typed)?.model) };
    let fallbacks = match wanted {
        AgentChange::Primary(typed) => {
            return Ok(edit::agent_primary(
                settings,
                agent,
                purpose,
                &named(typed)?,
            )?);
        }
        AgentChange::Added(typed) => edit::with_fallback(settings, entry, purpose, &named(typed)?),
        AgentChange::Removed(typed) => edit::without_fallback(settings, entry, purpose, typed)?,
        AgentChange::Cleared => Vec::new(),
    };
    Ok(edit::agent_fallbacks(settings, agent, purpose, &fallbacks)?)
}
