//! Why setup came to nothing, and what helps.

use openclaw_core::credential::ProviderId;
use openclaw_core::defaults::FLAGSHIPS;
use openclaw_core::shell::pasteable;

use super::{EXAMPLE, scriptable};
use crate::app::App;
use crate::commands::models::auth::credential_input::CredentialStored;
use crate::commands::models::scan::candidates::{Finding, ProviderCandidates};
use crate::render::models::scan::{Marks, provider as line};
use crate::render::style::Style;
use openclaw_router::failure::agent_flag;
use openclaw_router::snapshot::Misplaced;
use openclaw_router::{Failure, Kind, Snapshot};

/// Returns the failure of what came after a credential was stored.
pub(super) fn after_storing(mut failure: Failure, stored: &CredentialStored, dry: bool) -> Failure {
    failure
        .details
        .retain(|detail| detail != "nothing was changed" && detail != "nothing was stored");
    if failure.kind == Kind::Cancelled {
        failure.message = "Cancelled; the models were not changed.".to_owned();
    }
    let verb = if dry { "would be" } else { "was" };
    let kept = format!("the credential {verb} stored as `{}`", stored.id);
    failure.details.insert(0, kept);
    let unchanged = "the models were not changed";
    let said = failure.message.contains(unchanged)
        || failure.details.iter().any(|detail| detail == unchanged);
    if !said {
        failure.details.push(unchanged.to_owned());
    }
    failure.hint("choose the models with `openclaw setup`")
}

/// Returns the vendors that a person may have a key of, or the one that is meant.
fn vendors(only: Option<&ProviderId>) -> Vec<ProviderId> {
    match only {
        Some(only) => vec![only.clone()],
        None => FLAGSHIPS
            .iter()
            .map(|(id, _)| ProviderId::new(*id))
            .collect(),
    }
}

/// Returns what is wrong with the variables that are set and give no credential, a line each.
pub(super) fn unused_variables(app: &App, snapshot: &Snapshot) -> Vec<String> {
    let lines = snapshot.misplaced();
    let lines = lines.iter().map(Misplaced::line);
    lines.chain(snapshot.local.lines(&app.paths)).collect()
}

/// Returns the failure where there is no credential and nobody to ask for one.
pub(super) fn nothing(
    app: &App,
    snapshot: &Snapshot,
    only: Option<&ProviderId>,
    agent: Option<&str>,
) -> Failure {
    let mut failure = Failure::new(Kind::Auth, "No credential was found");
    let mut unset = Vec::new();
    for provider in &vendors(only) {
        for variable in snapshot.empty_variables(&app.paths, provider) {
            // Of all the vendors' variables, those that are merely not set are named together.
            if only.is_none() && variable.why.is_none() {
                unset.push(variable.name);
            } else {
                failure.details.push(variable.line());
            }
        }
        failure
            .details
            .extend(snapshot.config_key_problem(provider));
    }
    if !unset.is_empty() {
        let none = format!("environment: none of these is set: {}", unset.join(", "));
        failure.details.push(none);
    }
    let example = only.map_or(EXAMPLE, ProviderId::as_str);
    let commands = snapshot.misplaced().into_iter();
    for command in commands.filter_map(|variable| variable.command) {
        failure = failure.hint(format!("put the key where it belongs: `{command}`"));
    }
    failure
        .detail("nothing was changed")
        .hint(format!("pipe a key in: {}", scriptable(example, agent)))
}

/// Returns the failure where no credential works.
pub(super) fn none_works(
    snapshot: &Snapshot,
    found: &[ProviderCandidates],
    only: Option<&ProviderId>,
    agent: Option<&str>,
) -> Failure {
    let keyless = |one: &&ProviderCandidates| snapshot.registry.is_local(&one.provider);
    let local = found.iter().find(keyless);
    // What needs no credential is not helped by one.
    let message = match local {
        Some(_) if found.iter().all(|one| keyless(&one)) => "No model can be used",
        _ => "No credential works",
    };
    let mut failure = Failure::new(Kind::Auth, message);
    for one in found {
        failure = failure.detail(line(one, Style::new(false), Marks::Signs));
    }
    failure = failure.detail("the models were not changed");
    if let Some(one) = local {
        let id = &one.provider;
        let manifest = snapshot.registry.manifest(id);
        let start = manifest.and_then(|manifest| manifest.start.as_deref());
        failure = match (&one.finding, start) {
            (Finding::Failed(_), Some(start)) => failure.hint(format!(
                "start its server with `{start}`, and set it up with `openclaw setup --provider {id}`"
            )),
            (Finding::NotAsked, _) => failure.hint(format!(
                "only its server knows its models; ask it with `openclaw setup --provider {id}`"
            )),
            _ if !one.offer.models.is_empty() => failure.hint(format!(
                "{id} answers; use its models with `openclaw setup --provider {id}`"
            )),
            _ => failure.hint(format!(
                "{id} has no model yet that can chat; pull one, then `openclaw setup --provider {id}`"
            )),
        };
        if message == "No model can be used" {
            return failure;
        }
    }
    let only = only.map_or_else(String::new, |id| {
        format!(" --provider {}", pasteable(id.as_str()))
    });
    failure
        .hint(format!(
            "add another: `openclaw models auth add{only}{}`",
            agent_flag(agent)
        ))
        .hint("see what each credential says with `openclaw models status --probe`")
}
