//! The profiles that are stored, over all agents.

use openclaw_core::model_ref::{DEFAULT_AGENT, normalize_agent_id};

use crate::app::App;
use openclaw_router::Failure;
use openclaw_router::Snapshot;

/// Returns every agent's view of the files.
pub(super) fn every_agent(app: &App, snapshot: &Snapshot) -> Result<Vec<Snapshot>, Failure> {
    let mut ids = vec![DEFAULT_AGENT.to_owned()];
    for agent in &snapshot.settings.agents {
        let id = normalize_agent_id(&agent.id);
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    ids.iter().map(|id| Snapshot::read(app, Some(id))).collect()
}
