//! What `openclaw models run` says.

use std::time::Duration;

use openclaw_core::cascade::{Attempt, Failed, RUN_TIMEOUT, SkipReason, TrailEntry, TrailOutcome};
use openclaw_core::cooldown::Cooling;
use openclaw_core::credential::ProviderId;
use openclaw_core::failure::{Failure as ProviderFailure, FailureKind};
use openclaw_core::renewal::{FAILED, is_final};
use openclaw_core::status::rough_duration;
use openclaw_core::time::{Timestamp, millis};
use serde_json::{Value, json};

use super::trail;
use crate::render::style::{Label, Style, visible};
use crate::render::{Layout, Reply};
use openclaw_router::Response;
use openclaw_router::{Failure, Kind};

/// An answer that has been streamed already.
pub struct RunReport {
    /// The answer.
    pub response: Response,
    /// Whether the trail was told as it happened.
    pub told: bool,
    /// Warnings that were not told as they happened.
    pub warnings: Vec<String>,
}

impl Reply for RunReport {
    fn human(&self, _page: &Layout) -> String {
        // The text went to stdout as it came.
        String::new()
    }

    fn json(&self) -> Value {
        let answer = &self.response;
        json!({
            "model": answer.model.to_string(),
            "source": answer.source.to_string(),
            "text": answer.text,
            "stop": answer.stop,
            "usage": answer.usage.map(|usage| json!({
                "input": usage.input,
                "output": usage.output,
                "cacheRead": usage.cache_read,
                "cacheWrite": usage.cache_write,
                "reasoning": usage.reasoning,
            })),
            "elapsedMs": millis(answer.elapsed),
            "trail": trail::json(&answer.trail),
            "warnings": self.warnings,
        })
    }

    fn notes(&self) -> Vec<String> {
        let answer = &self.response;
        let mut notes = self.warnings.clone();
        if let Some((entry, why)) = self.instead_of()
            && !self.told
        {
            let with = entry
                .source
                .as_ref()
                .map(|source| format!(" with {}", trail::label(source)));
            let with = with.unwrap_or_default();
            let instead = if answer.model == entry.model {
                format!("switched to {}", trail::label(&answer.source))
            } else {
                format!("fell back to {}", answer.model)
            };
            notes.push(format!(
                "{instead}: {}{with} {why}; see all with --explain",
                entry.model
            ));
        }
        if answer.stop == "length" {
            notes.push(
                "the answer was cut at its longest; ask for more with --max-output-tokens"
                    .to_owned(),
            );
        }
        notes
    }
}

impl RunReport {
    /// Returns what came to nothing first, and why: a call that failed, or another model that was
    /// passed over.
    fn instead_of(&self) -> Option<(&TrailEntry, String)> {
        let entries = &self.response.trail.entries;
        let failed = entries.iter().find_map(|entry| match &entry.outcome {
            TrailOutcome::Attempted { failure, .. } => Some((entry, did(failure))),
            _ => None,
        });
        failed.or_else(|| {
            entries
                .iter()
                .filter(|entry| entry.model != self.response.model)
                .find_map(|entry| match &entry.outcome {
                    TrailOutcome::Skipped(SkipReason::Link(_) | SkipReason::Input(_)) => None,
                    TrailOutcome::Skipped(reason) => {
                        Some((entry, format!("was skipped: {reason}")))
                    }
                    _ => None,
                })
        })
    }
}

/// Returns what a model did that failed so, as the end of a sentence about it.
fn did(failure: &ProviderFailure) -> String {
    let what = match failure.kind {
        kind @ (FailureKind::Timeout | FailureKind::Other) => kind.phrase().to_owned(),
        FailureKind::Network => "lost the connection".to_owned(),
        FailureKind::Server => "had a server error".to_owned(),
        FailureKind::Billing => "has insufficient credit".to_owned(),
        FailureKind::ModelNotFound => "was not found".to_owned(),
        FailureKind::ContextOverflow => "cannot take an input this long".to_owned(),
        FailureKind::Format => "refused the message's format".to_owned(),
        FailureKind::ContentFilter => "refused by content policy".to_owned(),
        kind => format!("is {}", kind.phrase()),
    };
    match failure.status {
        Some(status) => format!("{what} ({status})"),
        None => what,
    }
}

/// Returns the line for an attempt that begins.
#[must_use]
pub fn attempting(attempt: &Attempt, style: Style) -> String {
    format!(
        "→ {}  {}",
        style.paint(Label::Name, &visible(attempt.model.to_string())),
        visible(trail::label(&attempt.option.source))
    )
}

/// Returns the line for an attempt that failed.
#[must_use]
pub fn failed_attempt(
    attempt: &Attempt,
    failure: &ProviderFailure,
    elapsed: Duration,
    style: Style,
) -> String {
    format!(
        "{} {}  {}  {}",
        style.paint(Label::Bad, "✗"),
        style.paint(Label::Name, &visible(attempt.model.to_string())),
        visible(trail::failed(failure)),
        style.paint(Label::Dim, &format!("[{} ms]", elapsed.as_millis()))
    )
}

/// Returns the line for an attempt that succeeded.
#[must_use]
pub fn succeeded(attempt: &Attempt, elapsed: Duration, style: Style) -> String {
    format!(
        "{} {}  answered  {}",
        style.paint(Label::Good, "✓"),
        style.paint(Label::Name, &visible(attempt.model.to_string())),
        style.paint(Label::Dim, &format!("[{} ms]", elapsed.as_millis()))
    )
}

/// Returns the line for what was skipped, or an OAuth token that was refreshed.
#[must_use]
pub fn noted(entry: &TrailEntry, now: Timestamp, style: Style) -> String {
    let source = entry
        .source
        .as_ref()
        .map(|source| format!("  {}", visible(trail::label(source))));
    let sign = if entry.outcome == TrailOutcome::Refreshed {
        "↻"
    } else {
        "-"
    };
    let line = format!(
        "{sign} {}{}  {}",
        visible(entry.model.to_string()),
        source.unwrap_or_default(),
        visible(trail::outcome(&entry.outcome, now))
    );
    style.paint(Label::Dim, &line)
}

/// Returns the line for a wait.
#[must_use]
pub fn waiting(attempt: &Attempt, cooling: &Cooling, wait: Duration) -> String {
    visible(format!(
        "waiting {} for {}: {cooling}",
        rough_duration(wait),
        attempt.model
    ))
}

/// What a failure tells of a provider.
pub struct ProviderFacts {
    /// The environment variables that may hold its credential.
    pub variables: Vec<String>,
    /// The command that signs in to it.
    pub sign_in: String,
}

/// Returns the failure of a run that nobody answered.
#[must_use]
pub fn failed(
    failed: &Failed,
    now: Timestamp,
    facts: &dyn Fn(&ProviderId) -> ProviderFacts,
) -> Failure {
    let is_late = failed
        .stopped
        .as_ref()
        .is_some_and(|failure| failure.code.as_deref() == Some(RUN_TIMEOUT));
    let kind = if is_late {
        Kind::Timeout
    } else {
        Kind::Provider
    };
    let mut failure = Failure::new(kind, failed.to_string());
    failure.details = trail::lines(&failed.trail, now);
    failure.data = Some(Box::new(json!({ "trail": trail::json(&failed.trail) })));
    let mut missing: Vec<&ProviderId> = Vec::new();
    for entry in &failed.trail.entries {
        let provider = &entry.model.provider;
        if entry.outcome == TrailOutcome::Skipped(SkipReason::NoCredential)
            && !missing.contains(&provider)
        {
            missing.push(provider);
        }
    }
    for provider in &missing {
        for name in facts(provider).variables {
            failure = failure.detail(format!("environment `{name}`: not set"));
        }
    }
    if let Some(provider) = missing.first() {
        failure = failure.hint(format!(
            "add a credential with `openclaw models auth add --provider {provider}`"
        ));
    }
    let lost = failed.trail.entries.iter().find(|entry| {
        matches!(
            &entry.outcome,
            TrailOutcome::Attempted { failure, .. } | TrailOutcome::RefreshFailed { failure }
                if is_final(failure) && failure.message.starts_with(FAILED)
        )
    });
    if let Some(entry) = lost {
        failure = failure.hint(format!(
            "log in again with `{}`",
            facts(&entry.model.provider).sign_in
        ));
    }
    if is_late {
        return failure.hint(
            "allow more with `--timeout`, or have slow models left sooner with `--attempt-timeout`, \
             as in `openclaw models run --timeout 5m --attempt-timeout 90s \"Hello\"`",
        );
    }
    failure.hint("see every credential with `openclaw models status --check`")
}

/// Returns a failure with the warnings that came before it, for a reader of data: as lines of their
/// own they would make stderr unreadable as JSON.
#[must_use]
pub fn after_warnings(mut failure: Failure, warnings: Vec<String>) -> Failure {
    if !warnings.is_empty() {
        let data = failure.data.get_or_insert_with(|| Box::new(json!({})));
        data["warnings"] = warnings.into();
    }
    failure
}

/// Returns the failure of a run that ended in the middle of its answer.
#[must_use]
pub fn broken_off(failure: Failure, text: &str) -> Failure {
    let mut failure = failure
        .while_doing("the stream ended early")
        .detail("not retried, because part of the answer was already printed");
    if let Some(data) = &mut failure.data {
        data["text"] = text.into();
    }
    failure
}
