//! What live requests proved.

use std::time::Duration;

use openclaw_core::auth_order::CredentialSource;
use openclaw_core::failure::FailureKind;
use openclaw_core::model_ref::ModelRef;
use openclaw_core::time::millis;
use serde_json::{Value, json};

use super::word;
use crate::commands::models::status::probes::{ProbeOutcome, Probed, Probes, name_of};
use crate::render::Layout;
use crate::render::layout::{Columns, Entry, Piece};
use crate::render::models::trail::failed;
use crate::render::style::{Label, plural, visible};

/// Returns the section for a person: a row for each credential, then the sum.
pub(super) fn human(probes: &Probes, page: &Layout) -> String {
    let style = page.style;
    let mut text = format!("{}\n", style.paint(Label::Heading, "Auth Probes:"));
    let entries: Vec<Entry> = probes.results.iter().map(entry).collect();
    let columns = Columns::of(&entries, 2, page.width);
    for entry in &entries {
        text.push_str(&columns.entry(entry, style));
    }
    if probes.results.is_empty() {
        let mut line = "  No probe targets.".to_owned();
        if let Some(provider) = &probes.provider {
            line.push_str(&format!(" There is no credential for `{provider}`."));
        }
        text.push_str(&format!("{line}\n"));
        return text;
    }
    let called = probes.called();
    let skipped = match probes.results.len() - called {
        0 => String::new(),
        skipped => format!(", skipped {skipped}"),
    };
    let targets = plural(called, "target");
    let sum = format!("Probed {targets} in {}{skipped}", time(probes.elapsed));
    text.push_str(&format!("  {}\n", style.paint(Label::Dim, &sum)));
    text
}

fn entry(probed: &Probed) -> Entry {
    let model = probed
        .model
        .as_ref()
        .map_or_else(|| "-".to_owned(), ModelRef::key);
    let elapsed = probed.elapsed.map(|elapsed| (Label::Dim, time(elapsed)));
    let mut details: Vec<Piece> = elapsed.into_iter().collect();
    let label = match &probed.outcome {
        ProbeOutcome::Proven(proof) => {
            details.push((Label::Dim, visible(&proof.proven)));
            if proof.tokens_spent > 0 {
                let tokens = usize::try_from(proof.tokens_spent).unwrap_or(usize::MAX);
                details.push((Label::Dim, plural(tokens, "token")));
            }
            let account = proof.account.iter();
            details.extend(account.map(|account| (Label::Dim, visible(account))));
            Label::Good
        }
        ProbeOutcome::Failed(failure) => {
            details.push((Label::Bad, visible(failed(failure))));
            Label::Bad
        }
        ProbeOutcome::NotCalled(_, why) => {
            details.push((Label::Warning, visible(format!("not checked: {why}"))));
            Label::Warning
        }
    };
    Entry {
        cells: vec![
            (Label::Name, visible(model)),
            (Label::Dim, visible(name_of(&probed.source))),
            (label, status(&probed.outcome).to_owned()),
        ],
        details,
    }
}

/// Returns `840 ms`, `3.8 s`, `1 min 5 s`.
fn time(elapsed: Duration) -> String {
    let ms = millis(elapsed);
    match ms {
        0..1_000 => format!("{ms} ms"),
        1_000..60_000 => format!("{}.{} s", ms / 1_000, ms % 1_000 / 100),
        _ => format!("{} min {} s", ms / 60_000, ms % 60_000 / 1_000),
    }
}

fn status(outcome: &ProbeOutcome) -> &'static str {
    match outcome {
        ProbeOutcome::Proven(_) => "ok",
        // What cannot be told has that word in the existing product.
        ProbeOutcome::Failed(failure) if failure.kind == FailureKind::Other => "unknown",
        ProbeOutcome::Failed(failure) => failure.kind.name(),
        ProbeOutcome::NotCalled(status, _) => status,
    }
}

/// Returns the stable shape.
pub(super) fn json(probes: &Probes) -> Value {
    json!({
        "startedAt": probes.span.0.0,
        "finishedAt": probes.span.1.0,
        "durationMs": millis(probes.elapsed),
        "totalTargets": probes.called(),
        "options": {
            "provider": probes.provider.as_ref().map(|id| id.as_str()),
            "profileIds": probes.profiles.iter().map(|id| id.as_str()).collect::<Vec<_>>(),
            "timeoutMs": millis(probes.limit),
            "concurrency": probes.at_once,
            "maxTokens": probes.max_tokens,
        },
        "results": probes.results.iter().map(result).collect::<Vec<_>>(),
    })
}

fn result(probed: &Probed) -> Value {
    let (source, profile) = match &probed.source {
        CredentialSource::Profile(id) => ("profile", Some(id.as_str())),
        CredentialSource::Environment(_)
        | CredentialSource::ShellEnvironment(_)
        | CredentialSource::ProviderFallback(_) => ("env", None),
        CredentialSource::ConfigKey => ("models.json", None),
        CredentialSource::NoneNeeded => ("none", None),
    };
    let mut value = json!({
        "provider": probed.provider.as_str(),
        "model": probed.model.as_ref().map(ModelRef::key),
        "profileId": profile,
        "label": name_of(&probed.source),
        "source": source,
        "mode": probed.mode.map(word),
        "status": status(&probed.outcome),
        "called": probed.is_called(),
        "latencyMs": probed.elapsed.map(millis),
    });
    match &probed.outcome {
        ProbeOutcome::Proven(proof) => {
            value["proven"] = proof.proven.as_str().into();
            value["generated"] = proof.generated.into();
            value["tokensSpent"] = proof.tokens_spent.into();
            value["account"] = json!(proof.account);
        }
        ProbeOutcome::Failed(failure) => {
            value["error"] = failed(failure).into();
            value["code"] = json!(failure.code);
            value["httpStatus"] = json!(failure.status);
            value["retryAfterMs"] = json!(failure.retry_after.map(millis));
        }
        ProbeOutcome::NotCalled(_, why) => value["error"] = why.as_str().into(),
    }
    value
}
