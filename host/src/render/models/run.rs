//! What `openclaw models run` says.

use std::time::Duration;

use openclaw_core::cascade::{Attempt, Failed, TrailOutcome};
use openclaw_core::cooldown::Cooling;
use openclaw_core::failure::Failure as ProviderFailure;
use openclaw_core::status::rough_duration;
use openclaw_core::time::{Timestamp, millis};
use serde_json::{Value, json};

use super::trail;
use crate::failure::{Failure, Kind};
use crate::render::{Page, Reply};
use crate::turn::Answer;

/// An answer that has been streamed already.
pub struct Ran {
    /// The answer.
    pub answer: Answer,
    /// Whether the trail was told as it happened.
    pub told: bool,
}

impl Reply for Ran {
    fn human(&self, _page: &Page) -> String {
        // The text went to stdout as it came.
        String::new()
    }

    fn json(&self) -> Value {
        let answer = &self.answer;
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
        })
    }

    fn notes(&self) -> Vec<String> {
        let entries = &self.answer.trail.entries;
        let failure = entries.iter().find_map(|entry| match &entry.outcome {
            TrailOutcome::Attempted { failure, .. } => Some((entry, failure)),
            _ => None,
        });
        match failure {
            Some((entry, failure)) if !self.told => vec![format!(
                "{} answered, because {}{} was {}; see all with --explain",
                self.answer.model,
                entry.model,
                entry.source.as_ref().map(|source| format!(" with {}", trail::label(source))).unwrap_or_default(),
                failure.kind.phrase(),
            )],
            _ if self.answer.stop == "length" => {
                vec!["the answer was cut at its longest; ask for more with --max-output-tokens".to_owned()]
            }
            _ => Vec::new(),
        }
    }
}

/// Returns the line for an attempt that begins.
#[must_use]
pub fn attempting(attempt: &Attempt) -> String {
    format!("→ {}  {}", attempt.model, trail::label(&attempt.option.source))
}

/// Returns the line for an attempt that failed.
#[must_use]
pub fn failed_attempt(attempt: &Attempt, failure: &ProviderFailure, elapsed: Duration) -> String {
    format!("✗ {}  {}  [{} ms]", attempt.model, trail::failed(failure), elapsed.as_millis())
}

/// Returns the line for an attempt that succeeded.
#[must_use]
pub fn succeeded(attempt: &Attempt, elapsed: Duration) -> String {
    format!("✓ {}  answered  [{} ms]", attempt.model, elapsed.as_millis())
}

/// Returns the line for a wait.
#[must_use]
pub fn waiting(attempt: &Attempt, cooling: &Cooling, wait: Duration) -> String {
    format!("waiting {} for {}: {cooling}", rough_duration(wait), attempt.model)
}

/// Returns the failure of a run that nobody answered.
#[must_use]
pub fn failed(failed: &Failed, now: Timestamp) -> Failure {
    let mut failure = Failure::new(Kind::Provider, failed.to_string());
    failure.details = trail::lines(&failed.trail, now);
    failure.data = Some(json!({ "trail": trail::json(&failed.trail) }));
    let missing = failed.trail.entries.iter().find(|entry| {
        matches!(&entry.outcome, TrailOutcome::Skipped(openclaw_core::cascade::SkipReason::NoCredential))
    });
    if let Some(entry) = missing {
        failure = failure.hint(format!(
            "add a credential with `openclaw models auth paste-token --provider {}`",
            entry.model.provider
        ));
    }
    failure.hint("see every credential with `openclaw models status --check`")
}
