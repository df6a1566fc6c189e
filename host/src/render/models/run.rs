//! What `openclaw models run` says.

use std::time::Duration;

use openclaw_core::auth_order::Skip;
use openclaw_core::cascade::{Attempt, Failed, RUN_TIMEOUT, SkipReason, TrailEntry, TrailOutcome};
use openclaw_core::conversation::{Answer, Content, Ending, Message};
use openclaw_core::cooldown::Cooling;
use openclaw_core::credential::ProviderId;
use openclaw_core::failure::{Failure as ProviderFailure, FailureKind};
use openclaw_core::renewal::{FAILED, is_final};
use openclaw_core::status::rough_duration;
use openclaw_core::time::{Timestamp, millis};
use serde_json::{Value, json};

use super::trail;
use crate::conversation::write;
use crate::render::style::{Label, Style, grouped, visible};
use crate::render::{Layout, Reply};
use openclaw_router::Response;
use openclaw_router::{Failure, Kind, LocalCredentials};

/// An answer that has been streamed already.
pub struct RunReport {
    /// The answer.
    pub response: Response,
    /// The conversation that was asked, without the answer.
    pub messages: Vec<Message>,
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
            "requestedModel": answer.asked.to_string(),
            "source": answer.source.to_string(),
            "profileId": trail::profile_id(&answer.source),
            "text": answer.text(),
            "stop": answer.stop(),
            "usage": answer.answer.usage.as_ref().map(write::counts),
            "cost": answer.cost.map(|cost| json!({
                "usd": cost.usd,
                "source": if cost.told { "vendor" } else { "catalog" },
            })),
            "answer": write::answer(&answer.answer, &answer.notices),
            "messages": write::messages(&self.conversation()),
            "elapsedMs": millis(answer.elapsed),
            "trail": trail::json(&answer.trail),
        })
    }

    fn notes(&self) -> Vec<String> {
        let answer = &self.response;
        let mut notes = self.warnings.clone();
        let fell_back = answer.model != answer.asked;
        match self.instead_of() {
            Some((entry, why)) if fell_back => notes.push(format!(
                "fell back to {}: {}{} {why}",
                answer.model,
                entry.model,
                with(entry)
            )),
            None if fell_back => notes.push(format!(
                "fell back to {}; {} was asked for",
                answer.model, answer.asked
            )),
            // The same credential once more is no other one.
            Some((entry, why)) if !self.told && entry.source.as_ref() != Some(&answer.source) => {
                notes.push(format!(
                    "answered with {}: {}{} {why}",
                    trail::label(&answer.source),
                    entry.model,
                    with(entry)
                ));
            }
            _ => {}
        }
        notes.extend(cut(answer.stop()));
        notes
    }
}

impl RunReport {
    /// Returns the conversation with the answer, ready to be sent again.
    fn conversation(&self) -> Vec<Message> {
        let mut messages = self.messages.clone();
        messages.push(self.response.message.clone());
        messages
    }

    /// Checks that the answer fits a JSON Schema.
    ///
    /// # Errors
    /// It does not; says where, and has the answer in its data.
    pub fn fits(&self, schema: &Value) -> Result<(), Failure> {
        let text = self.response.text();
        let problem = match serde_json::from_str::<Value>(&text) {
            Err(error) => format!("it is not JSON: {error}"),
            Ok(value) => match jsonschema::validator_for(schema) {
                Err(error) => format!("the schema cannot be used: {error}"),
                Ok(validator) => match validator.iter_errors(&value).next() {
                    None => return Ok(()),
                    Some(error) => match error.instance_path().to_string() {
                        path if path.is_empty() => error.to_string(),
                        path => format!("at {path}: {error}"),
                    },
                },
            },
        };
        let model = &self.response.model;
        let mut failure = Failure::new(
            Kind::Provider,
            format!("the answer of {model} does not fit the schema"),
        )
        .detail(problem);
        let mut data = self.json();
        data["text"] = text.into();
        failure.data = Some(Box::new(data));
        Err(failure)
    }

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
                    TrailOutcome::Skipped(
                        SkipReason::Link(_) | SkipReason::Input(_) | SkipReason::Unsupported(_),
                    ) => None,
                    TrailOutcome::Skipped(reason) => {
                        Some((entry, format!("was skipped: {reason}")))
                    }
                    _ => None,
                })
        })
    }
}

/// Returns what is to be said of an answer that ended before the model was done.
fn cut(stop: &str) -> Option<String> {
    match Ending::of(stop) {
        Ending::Whole => None,
        Ending::Length => Some(
            "the answer was cut at its longest; ask for more with --max-output-tokens".to_owned(),
        ),
        Ending::Filter => {
            Some("the answer was cut by the content filter of its provider".to_owned())
        }
        Ending::Interrupted => Some(format!(
            "the answer ended before it was complete (finish reason `{stop}`)"
        )),
    }
}

/// Returns the credential of an entry, as the end of a phrase.
fn with(entry: &TrailEntry) -> String {
    let source = entry.source.as_ref();
    source.map_or_else(String::new, |source| {
        format!(" with {}", trail::label(source))
    })
}

/// Returns what a model did that failed so, as the end of a sentence about it.
fn did(failure: &ProviderFailure) -> String {
    let what = match failure.kind {
        FailureKind::Timeout => failure.kind.phrase().to_owned(),
        FailureKind::CredentialUnavailable => {
            return format!("could not be asked: {}", failure.message);
        }
        FailureKind::Other => return failure.to_string(),
        FailureKind::Network => "could not be reached".to_owned(),
        FailureKind::Server => "had a server error".to_owned(),
        FailureKind::Billing => "has insufficient credit".to_owned(),
        FailureKind::ModelNotFound => "was not found".to_owned(),
        FailureKind::ContextOverflow => "cannot take an input this long".to_owned(),
        FailureKind::Format => "refused the message's format".to_owned(),
        FailureKind::Unsupported => "does not support what was asked for".to_owned(),
        FailureKind::Replay => "refused the state of an earlier answer".to_owned(),
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

/// Returns the line with what an answer used and cost.
#[must_use]
pub fn spent(response: &Response, style: Style) -> Option<String> {
    let usage = response.answer.usage.as_ref()?;
    let cached = usage.cache_read.unwrap_or(0);
    let input = usage.input.unwrap_or(0) + cached + usage.cache_write.unwrap_or(0);
    let mut text = format!("  {} tokens in", grouped(input));
    if cached > 0 {
        text.push_str(&format!(" ({} from the cache)", grouped(cached)));
    }
    text.push_str(&format!(", {} out", grouped(usage.output.unwrap_or(0))));
    if let Some(cost) = response.cost {
        let by = if cost.told {
            ""
        } else {
            " by the catalog's prices"
        };
        text.push_str(&format!("; {}{by}", dollars(cost.usd)));
    }
    Some(style.paint(Label::Dim, &text))
}

/// Returns what the text of an answer does not show: tools that the model called, and wishes that were
/// not sent.
#[must_use]
pub fn besides(response: &Response) -> Vec<String> {
    let mut said = Vec::new();
    let parts = response.message.parts.iter();
    let mut called: Vec<&str> = parts
        .filter_map(|part| match &part.content {
            Content::ToolCall(call) => Some(call.name.as_str()),
            _ => None,
        })
        .collect();
    called.dedup();
    if !called.is_empty() {
        said.push(format!(
            "it called {}; with `--json` the calls are printed, and the conversation to append their results to",
            called.join(", ")
        ));
    }
    let notices = response.notices.iter().chain(&response.answer.notices);
    let left_out = notices.filter(|notice| {
        let of_wishes = !["messages", "tool-result", "state"]
            .iter()
            .any(|other| notice.about.starts_with(other));
        notice.kind == "dropped" && of_wishes
    });
    said.extend(left_out.map(|notice| {
        format!(
            "{} was not sent to {}: {}",
            notice.about, response.model, notice.message
        )
    }));
    said
}

/// Returns an amount with two digits that say something, and cents at least.
fn dollars(usd: f64) -> String {
    let digits = match usd {
        small if small <= 0.0 => 2,
        small if small < 0.000_1 => 6,
        small if small < 0.01 => 4,
        small if small < 1.0 => 3,
        _ => 2,
    };
    format!("${usd:.digits$}")
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
        "waiting {} {}",
        rough_duration(wait),
        waits_for(attempt, cooling)
    ))
}

/// Returns what a wait is for.
#[must_use]
pub fn waits_for(attempt: &Attempt, cooling: &Cooling) -> String {
    format!("for {}: {cooling}", attempt.model)
}

/// What a failure tells of a provider.
pub struct ProviderFacts {
    /// The environment variables that give no credential of it, a line each.
    pub variables: Vec<String>,
    /// Whether one of them is in the working directory's `.env`, where it is ignored.
    pub ignored: bool,
    /// The command that signs in to it.
    pub sign_in: String,
    /// Whether it is the user's own, which only the user knows to ask for a credential.
    pub own: bool,
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
    // Who was asked nothing is not to blame.
    let nobody_asked = failed
        .trail
        .entries
        .iter()
        .all(|entry| match &entry.outcome {
            TrailOutcome::Skipped(SkipReason::NoCredential) => true,
            TrailOutcome::Skipped(SkipReason::Profile(skip)) => {
                !matches!(skip, Skip::CoolingDown(_))
            }
            _ => false,
        });
    let kind = match is_late {
        true => Kind::Timeout,
        false if nobody_asked && failed.stopped.is_none() => Kind::Auth,
        false => Kind::Provider,
    };
    let mut failure = Failure::new(kind, failed.to_string());
    failure.rows = trail::rows(&failed.trail, now);
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
    let mut ignored = false;
    for provider in &missing {
        let facts = facts(provider);
        ignored |= facts.ignored;
        failure.details.extend(facts.variables);
    }
    if ignored {
        failure = failure.hint(format!(
            "use the key in the working directory's .env with `{}`",
            LocalCredentials::USE
        ));
    }
    if let Some(provider) = missing.first() {
        failure = failure.hint(format!(
            "add a credential with `openclaw models auth add --provider {provider}`"
        ));
        if facts(provider).own {
            failure = failure.hint(format!(
                "if its server asks for none, say so with `openclaw config set models.providers.{provider}.auth none`"
            ));
        }
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
pub fn broken_off(failure: Failure, text: &str, partial: Option<&Answer>) -> Failure {
    let mut failure = failure
        .while_doing("the stream ended early")
        .detail("not retried, because part of the answer was already printed");
    if let Some(data) = &mut failure.data {
        data["text"] = text.into();
        if let Some(answer) = partial {
            data["answer"] = write::answer(answer, &[]);
        }
    }
    failure
}
