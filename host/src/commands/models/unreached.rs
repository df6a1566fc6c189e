//! What may be why a server was not reached, and what helps.

use openclaw_core::cascade::{Failed, TrailOutcome};
use openclaw_core::credential::ProviderId;
use openclaw_core::failure::{Failure as ProviderFailure, FailureKind};
use openclaw_router::network::unused;
use openclaw_router::{Failure, Snapshot, Surroundings};

/// Adds to a run's failure what its servers that were not reached lack.
pub(super) fn explained(
    mut failure: Failure,
    failed: &Failed,
    surroundings: &Surroundings,
    snapshot: &Snapshot,
) -> Failure {
    let mut hints: Vec<String> = Vec::new();
    for entry in &failed.trail.entries {
        if let TrailOutcome::Attempted { failure, .. } = &entry.outcome {
            let provider = &entry.model.provider;
            for hint in of_one(failure, provider, surroundings, snapshot) {
                if !hints.contains(&hint) {
                    hints.push(hint);
                }
            }
        }
    }
    for hint in hints {
        failure = failure.hint(hint);
    }
    failure
}

/// Returns what helps against one failure, if its server was not reached.
pub(super) fn of_one(
    failure: &ProviderFailure,
    provider: &ProviderId,
    surroundings: &Surroundings,
    snapshot: &Snapshot,
) -> Vec<String> {
    if failure.kind != FailureKind::Network || failure.status.is_some() {
        return Vec::new();
    }
    let manifest = snapshot.registry.manifest(provider);
    let start = manifest.and_then(|manifest| manifest.start.as_deref());
    let refused = failure.message.contains("connection refused");
    let own_address = matches!(snapshot.base_url(provider), Ok(None));
    let start = start.filter(|_| refused && own_address);
    let unused = unused(surroundings, snapshot, provider);
    let mut hints: Vec<String> = unused
        .into_iter()
        .map(|unused| {
            format!(
                "`{}` is set and not used; {}: `{}`",
                unused.variable, unused.purpose, unused.command
            )
        })
        .collect();
    hints.extend(start.map(|start| format!("start its server with `{start}`")));
    let untrusted =
        failure.message.contains("is not known") || failure.message.contains("self-signed");
    if untrusted && !hints.iter().any(|hint| hint.contains("caFile")) {
        hints.push(format!(
            "if you trust it, name a PEM file with its certificate: `openclaw config set models.providers.{provider}.network.caFile ca.pem`"
        ));
    }
    hints
}
