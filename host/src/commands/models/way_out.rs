//! What to do when nothing could answer: the way that works with what the user has.

use openclaw_core::cascade::{Failed, SkipReason, TrailOutcome};
use openclaw_core::credential::ProviderId;
use openclaw_core::defaults::FLAGSHIPS;
use openclaw_core::model_ref::{ModelRef, normalize_provider};
use openclaw_core::shell::pasteable;

use crate::app::App;
use openclaw_router::failure::agent_flag;
use openclaw_router::{Failure, Snapshot};
use openclaw_store::StoreError;

/// Adds to the failure of a run what the files say of it: a model of another provider that has a
/// credential, or a credential store that has to be put right before anything can be added.
pub(super) fn shown(
    app: &App,
    agent: Option<&str>,
    failed: &Failed,
    mut failure: Failure,
) -> Failure {
    let skipped = failed
        .trail
        .entries
        .iter()
        .any(|entry| entry.outcome == TrailOutcome::Skipped(SkipReason::NoCredential));
    let Ok(snapshot) = Snapshot::read(app, agent).or_else(|_| Snapshot::read(app, None)) else {
        return failure;
    };
    if !skipped {
        return failure;
    }
    if let Some(path) = snapshot.unusable.first() {
        let error = StoreError::CorruptAuth {
            path: path.clone(),
            reason: String::new(),
        };
        // Nothing can be added to a store that cannot be read.
        failure
            .hints
            .retain(|hint| !hint.contains("models auth add"));
        let hint = error
            .hint()
            .map(|hint| format!("the credential store cannot be used; {hint}"));
        failure.hints.splice(0..0, hint);
        return failure;
    }
    let asked: Vec<&ProviderId> = failed
        .trail
        .entries
        .iter()
        .map(|entry| &entry.model.provider)
        .collect();
    if let Some(model) = elsewhere(app, &snapshot, &asked) {
        let agent = agent_flag(agent);
        failure.hints.insert(
            0,
            format!(
                "`{}` has a credential; use its model with `openclaw models set {}{agent}`",
                model.provider,
                pasteable(&model.key())
            ),
        );
    }
    failure
}

/// Returns a model to use of a provider that has a credential and is none of these.
pub(in crate::commands) fn elsewhere(
    app: &App,
    snapshot: &Snapshot,
    but: &[&ProviderId],
) -> Option<ModelRef> {
    let vendors = FLAGSHIPS.iter().map(|(id, _)| ProviderId::new(*id));
    let own = snapshot.config.typed.models.providers.iter();
    let own = own.map(|(key, _)| normalize_provider(key));
    vendors
        .chain(own)
        .filter(|provider| !but.contains(&provider))
        .filter(|provider| snapshot.is_available(app, provider))
        .find_map(|provider| snapshot.best_of(app, &provider))
}

/// Returns the command to go on with once a provider has a credential.
pub(super) fn next_step(
    app: &App,
    snapshot: &Snapshot,
    provider: &ProviderId,
    agent: Option<&str>,
) -> String {
    let agent = agent_flag(agent);
    let used = snapshot.models_in_use();
    let best = snapshot.best_of(app, provider);
    let answers = used
        .iter()
        .any(|model| snapshot.is_available(app, &model.provider));
    match best {
        Some(best) if used.iter().all(|model| model.provider != *provider) => {
            let verb = if answers { "fallbacks add" } else { "set" };
            format!("openclaw models {verb} {}{agent}", pasteable(&best.key()))
        }
        _ => format!("openclaw models run \"Say hello\"{agent}"),
    }
}
