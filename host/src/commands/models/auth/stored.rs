//! The profiles that are stored: looked up by what a person typed, and over all agents.

use openclaw_core::credential::ProfileId;
use openclaw_core::model_ref::{DEFAULT_AGENT, normalize_agent_id};

use crate::app::App;
use crate::failure::Failure;
use crate::state::State;
use crate::store::auth::AuthFile;

/// Returns the store that holds a profile: the agent's own, or that of `main` which it inherits.
pub(super) fn holder<'s>(state: &'s State, id: &ProfileId) -> Option<&'s AuthFile> {
    let stores = std::iter::once(&state.auth_file).chain(&state.main_auth);
    let mut stores = stores.filter(|file| file.load().document.entry(id).is_some());
    stores.next()
}

/// Returns every agent's view of the files.
pub(super) fn every_agent(app: &App, state: &State) -> Result<Vec<State>, Failure> {
    let mut ids = vec![DEFAULT_AGENT.to_owned()];
    for agent in &state.settings.agents {
        let id = normalize_agent_id(&agent.id);
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    ids.iter().map(|id| State::read(app, Some(id))).collect()
}
