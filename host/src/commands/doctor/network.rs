//! Facts about proxies and certificates.

use openclaw_core::doctor::{Finding, unusable_network, unused_variable};
use openclaw_router::Snapshot;
use openclaw_router::network::{problem, unused};

use crate::app::App;

/// Looks at how the providers of the models in use are reached.
pub(super) fn look(app: &App, agents: &[Snapshot], findings: &mut Vec<Finding>) {
    for snapshot in agents {
        for model in snapshot.models_in_use() {
            let provider = &model.provider;
            for unused in unused(app, snapshot, provider) {
                let finding = unused_variable(&unused.variable, unused.purpose, &unused.command);
                findings.push(finding);
            }
            if let Some(failure) = problem(app, snapshot, provider) {
                findings.push(unusable_network(&failure, provider));
            }
        }
    }
}
