//! What to do when nothing could answer: the way that works with what the user has.

use openclaw_core::auth_order::CredentialSource;
use openclaw_core::cascade::{Failed, SkipReason, TrailOutcome};
use openclaw_core::cooldown::usable;
use openclaw_core::credential::ProviderId;
use openclaw_core::defaults::FLAGSHIPS;
use openclaw_core::failure::FailureKind;
use openclaw_core::model_ref::{ModelRef, normalize_provider};
use openclaw_core::shell::pasteable;
use openclaw_core::status::rough_duration;
use openclaw_core::time::Timestamp;

use crate::app::App;
use crate::commands::verdict::is_new;
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
    after_attempts(&snapshot, failed, app.now(), agent, &mut failure);
    if let Some(modality) = not_taken(failed) {
        // No credential is in the way.
        failure.hints = vec![takes(&snapshot, failed, modality, agent)];
    }
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
    for variable in snapshot.misplaced() {
        let said = format!("environment `{}`: set", variable.name);
        if !failure
            .details
            .iter()
            .any(|detail| detail.starts_with(&said))
        {
            failure.details.push(variable.what);
        }
        let command = variable.command.into_iter();
        let hints = command.map(|command| format!("put the key where it belongs: `{command}`"));
        failure.hints.splice(0..0, hints);
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
    } else if is_new(&snapshot) {
        failure.hints.insert(
            0,
            format!("to begin: `openclaw setup{}`", agent_flag(agent)),
        );
    }
    failure
}

/// Returns the input because of which every model was passed over, if nothing else was in the way.
fn not_taken(failed: &Failed) -> Option<&str> {
    let mut found = None;
    for entry in &failed.trail.entries {
        match &entry.outcome {
            TrailOutcome::Skipped(SkipReason::Input(modality)) => found = Some(modality.as_str()),
            TrailOutcome::Skipped(SkipReason::Link(_)) => {}
            _ => return None,
        }
    }
    found.filter(|_| failed.stopped.is_none())
}

/// Returns which of the user's models take an input that those that were asked do not, or where to
/// look for one.
fn takes(snapshot: &Snapshot, failed: &Failed, modality: &str, agent: Option<&str>) -> String {
    let catalog = snapshot.catalog();
    let tried = |model: &ModelRef| {
        let mut entries = failed.trail.entries.iter();
        entries.any(|entry| entry.model == *model)
    };
    let used = snapshot.models_in_use().into_iter();
    let able = used.filter(|model| {
        !tried(model)
            && catalog
                .get(model)
                .is_some_and(|known| known.accepts(modality))
    });
    let able: Vec<String> = able.map(|model| model.key()).collect();
    let agent = agent_flag(agent);
    match able.split_first() {
        Some((first, others)) => {
            let others: String = others
                .iter()
                .map(|key| format!(", so does {key}"))
                .collect();
            format!(
                "{first} takes {modality} input{others}: `openclaw models run --model {}{agent} \"Hello\"`",
                pasteable(first)
            )
        }
        None => format!(
            "no model of the config takes {modality} input; `openclaw models list --all{agent}` shows what each one takes"
        ),
    }
}

/// Adds what helps after credentials were refused, or when all that is in the way are cooldowns: those
/// that the run itself began too.
fn after_attempts(
    snapshot: &Snapshot,
    failed: &Failed,
    now: Timestamp,
    agent: Option<&str>,
    failure: &mut Failure,
) {
    let refused = failed.trail.entries.iter().find_map(|entry| {
        let refused = match &entry.outcome {
            TrailOutcome::Attempted { failure, .. } => failure.kind == FailureKind::Auth,
            TrailOutcome::Skipped(skip) => skip
                .cooling()
                .is_some_and(|cooling| cooling.reason == FailureKind::Auth.name()),
            _ => false,
        };
        Some((&entry.model.provider, entry.source.as_ref()?)).filter(|_| refused)
    });
    let mut hints = Vec::new();
    if let Some((provider, source)) = refused {
        hints.push(replacing(snapshot, provider, source, agent));
    }
    if failed.stopped.is_none()
        && let Some(until) = soonest(snapshot, failed, now)
    {
        let left = now.until(until);
        hints.push(format!(
            "ask again in {}, wait for it with `openclaw models run --wait {}s \"Hello\"{flag}`, or end every cooldown with `openclaw models auth cooldown clear --all{flag}`",
            rough_duration(left),
            left.as_secs() + 1,
            flag = agent_flag(agent)
        ));
    }
    failure.hints.splice(0..0, hints);
}

/// Returns how a credential that was refused is replaced.
fn replacing(
    snapshot: &Snapshot,
    provider: &ProviderId,
    source: &CredentialSource,
    agent: Option<&str>,
) -> String {
    let add = format!("openclaw models auth add --provider {provider}");
    match source {
        CredentialSource::Profile(id) => {
            let own = snapshot.main_auth.is_some()
                && snapshot.auth_file.load().document.entry(id).is_some();
            format!(
                "replace the credential that was refused: `{add} --profile-id {}{}`",
                pasteable(id.as_str()),
                agent_flag(agent.filter(|_| own))
            )
        }
        CredentialSource::Environment(name) | CredentialSource::ShellEnvironment(name) => {
            format!("put another key into {name}, or store one, which goes before it: `{add}`")
        }
        _ => format!("store another credential, which goes before it: `{add}`"),
    }
}

/// Returns when the first credential can be used again, if cooldowns are all that is in the way.
fn soonest(snapshot: &Snapshot, failed: &Failed, now: Timestamp) -> Option<Timestamp> {
    let mut soonest: Option<Timestamp> = None;
    for entry in &failed.trail.entries {
        let until = match &entry.outcome {
            TrailOutcome::Skipped(SkipReason::Link(_) | SkipReason::Input(_)) => continue,
            TrailOutcome::Skipped(skip) => {
                let cooling = skip.cooling()?;
                if cooling.reason == FailureKind::Auth.name() {
                    continue;
                }
                cooling.until
            }
            TrailOutcome::Attempted { failure, .. } if failure.kind == FailureKind::Auth => {
                continue;
            }
            TrailOutcome::Attempted { failure, .. } => {
                let learnt = match &entry.source {
                    Some(CredentialSource::Profile(id)) => snapshot
                        .usage
                        .get(id)
                        .and_then(|usage| usable(usage, Some(&entry.model.model), now).err()),
                    _ => None,
                };
                let stated = failure.retry_after.map(|wait| now.plus(wait));
                learnt.map(|cooling| cooling.until).or(stated)?
            }
            _ => return None,
        };
        soonest = Some(soonest.map_or(until, |other| other.min(until)));
    }
    soonest.filter(|until| now < *until)
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
