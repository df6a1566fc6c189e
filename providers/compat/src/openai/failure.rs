//! Error replies as failures.
//!
//! Order: the vendor's code and type, then structured details, then the message, then the status
//! with what `x-should-retry` says of it. The status alone misleads: an empty account answers 429
//! like a busy minute does. Knows neither clock nor network.

use openclaw_sdk::{Failure, FailureKind, errors};
use serde_json::Value;

use super::words;
use crate::vendor::{Headers, Vendor};

/// Says what a reply that is not a success means. `now_ms` is the time of day.
#[must_use]
pub fn classify(
    _vendor: &Vendor,
    status: u16,
    headers: &Headers,
    body: &str,
    now_ms: u64,
) -> Failure {
    let said = match serde_json::from_str::<Value>(body) {
        Ok(value) => Said::in_body(&value),
        Err(_) => Said::unstructured(body),
    };
    let asked_to_wait = errors::retry_after_ms(headers, now_ms);
    let kind = said.kind(Some(status)).unwrap_or_else(|| {
        kind_of_status(status, header(headers, "x-should-retry"), asked_to_wait)
    });
    let message = match said.message.as_str() {
        "" => format!("HTTP {status} without a message"),
        message => message.to_owned(),
    };
    let mut failure = errors::failure(kind, message);
    failure.retry_after_ms = asked_to_wait
        .or_else(|| reset_ms(kind, headers, &said))
        .or_else(|| said.try_again_ms(kind));
    failure.code = said.code.or(said.class);
    failure.status = Some(status);
    failure
}

/// Says what an error means that came inside an accepted reply: the body, or an event of its
/// stream, that holds the error.
#[must_use]
pub fn in_reply(value: &Value) -> Failure {
    let said = Said::in_body(value);
    let kind = said
        .kind(None)
        .or_else(|| said.weak_kind())
        .unwrap_or(FailureKind::Server);
    let message = match said.message.as_str() {
        "" => "the vendor reported an error without a message",
        message => message,
    };
    let mut failure = errors::failure(kind, message);
    failure.retry_after_ms = said.try_again_ms(kind);
    failure.code = said.code.or(said.class);
    failure
}

/// Returns the failure of an accepted reply that is not what was asked for.
#[must_use]
pub fn unexpected(problem: &str) -> Failure {
    let mut failure = errors::failure(FailureKind::Server, problem);
    failure.code = Some("unexpected_reply".to_owned());
    failure
}

/// Returns the failure of a model that the vendor does not list for this credential.
#[must_use]
pub fn no_such_model(model: &str) -> Failure {
    let mut failure = errors::failure(
        FailureKind::ModelNotFound,
        format!("`{model}` is not among the models listed for this credential"),
    );
    failure.code = Some("model_not_found".to_owned());
    failure
}

/// Whether a body or event carries an error, which vendors also send with status 200.
#[must_use]
pub fn is_error(value: &Value) -> bool {
    let named = value.get("error").is_some_and(|error| !error.is_null());
    named || value.get("object").and_then(Value::as_str) == Some("error")
}

/// What an error object says.
struct Said {
    code: Option<String>,
    class: Option<String>,
    message: String,
    flagged: bool,
}

impl Said {
    /// Reads the shapes in use: `{error: {…}}`, `{error: "…", code}`, `{message, type, code}`,
    /// `{detail: "…" | [{msg}]}`, and any of them as the first of a list.
    fn in_body(value: &Value) -> Self {
        let value = value.get(0).unwrap_or(value);
        let error = match value.get("error") {
            Some(error @ Value::Object(_)) => error,
            _ => value,
        };
        let message = ["message", "error", "detail", "msg"]
            .iter()
            .find_map(|key| text(error.get(*key)?.get(0).unwrap_or(error.get(*key)?)))
            .unwrap_or_default();
        let details = error.get("metadata");
        Self {
            code: error
                .get("code")
                .or_else(|| value.get("code"))
                .and_then(word),
            class: error
                .get("type")
                .and_then(word)
                .filter(|class| class != "error"),
            message,
            flagged: details
                .is_some_and(|it| it.get("flagged_input").is_some() || it.get("reasons").is_some()),
        }
    }

    /// Keeps a body that is no JSON, unless it is a page for a browser.
    fn unstructured(body: &str) -> Self {
        let body = body.trim();
        let message = if body.starts_with('<') {
            "a page instead of an answer"
        } else {
            body
        };
        Self {
            code: None,
            class: None,
            message: message.to_owned(),
            flagged: false,
        }
    }

    fn words(&self) -> impl Iterator<Item = &str> {
        [&self.code, &self.class]
            .into_iter()
            .filter_map(|word| word.as_deref())
    }

    /// Returns the kind that code, details or message name.
    fn kind(&self, status: Option<u16>) -> Option<FailureKind> {
        // An empty account may still be typed as a matter of rates, or the other way round.
        if self
            .words()
            .any(|word| words::kind_of_code(word) == Some(FailureKind::Billing))
        {
            return Some(FailureKind::Billing);
        }
        let text = self.message.to_ascii_lowercase();
        match self.words().find_map(words::kind_of_code) {
            // More tokens than a minute allows never fit, however long one waits.
            Some(FailureKind::RateLimit) if text.contains("request too large") => {
                Some(FailureKind::ContextOverflow)
            }
            // `slow_down` is a limit of this key with 429, and the whole service's with 503.
            Some(FailureKind::RateLimit) if status == Some(503) => Some(FailureKind::Overloaded),
            Some(FailureKind::ModelNotFound | FailureKind::Format) if is_barred(&text) => {
                Some(FailureKind::Permission)
            }
            Some(kind) => Some(kind),
            None if self.flagged => Some(FailureKind::ContentFilter),
            None => kind_of_message(&text),
        }
    }

    /// Returns the kind that a general type suggests where there is no status to go by.
    fn weak_kind(&self) -> Option<FailureKind> {
        self.words().find_map(|word| match word {
            "invalid_request_error" | "invalid_request" => Some(FailureKind::BadRequest),
            "not_found" | "not_found_error" => Some(FailureKind::ModelNotFound),
            _ => word
                .parse()
                .ok()
                .filter(|status| (400..600).contains(status))
                .map(errors::kind_of_status),
        })
    }

    /// Returns the wait that the message names, as in "Please try again in 46.72s.".
    fn try_again_ms(&self, kind: FailureKind) -> Option<u64> {
        if !matches!(kind, FailureKind::RateLimit | FailureKind::Overloaded) {
            return None;
        }
        let text = self.message.to_ascii_lowercase();
        let mut words = text.split_once("try again in ")?.1.split_ascii_whitespace();
        let amount = words.next()?.trim_end_matches(['.', ',', ';', ')']);
        errors::go_duration_ms(amount).or_else(|| {
            let unit = match words.next()?.trim_end_matches(['.', ',', ';', ')']) {
                "ms" | "millisecond" | "milliseconds" => "ms",
                "s" | "second" | "seconds" => "s",
                "m" | "minute" | "minutes" => "m",
                "h" | "hour" | "hours" => "h",
                _ => return None,
            };
            errors::go_duration_ms(&format!("{amount}{unit}"))
        })
    }
}

/// Reads a message in lower case.
fn kind_of_message(text: &str) -> Option<FailureKind> {
    let says = |phrases: &[&str]| phrases.iter().any(|phrase| text.contains(phrase));
    match words::kind_of_message(text) {
        // A message about rates is none about the length of the input.
        Some(kind @ (FailureKind::Permission | FailureKind::Auth | FailureKind::Billing)) => {
            Some(kind)
        }
        _ if errors::says_overflow(text) => Some(FailureKind::ContextOverflow),
        Some(kind) => Some(kind),
        None if text.contains("token") && text.contains("exceeds the limit of") => {
            Some(FailureKind::ContextOverflow)
        }
        None if text.contains("model")
            && says(&["does not exist", "not found", "unknown model"]) =>
        {
            Some(FailureKind::ModelNotFound)
        }
        None => None,
    }
}

/// Whether the model exists and this project or organization may not use it.
fn is_barred(text: &str) -> bool {
    text.contains("does not have access to model") || text.contains("organization must be verified")
}

/// Returns the kind that the status suggests, with what `x-should-retry` says of it.
fn kind_of_status(
    status: u16,
    should_retry: Option<&str>,
    asked_to_wait: Option<u64>,
) -> FailureKind {
    let kind = match status {
        409 => FailureKind::Server,
        498 => FailureKind::Overloaded,
        _ => errors::kind_of_status(status),
    };
    match (should_retry, kind) {
        (Some("true"), FailureKind::BadRequest | FailureKind::Other) => FailureKind::Server,
        // A limit that it is no use to wait for.
        (Some("false"), FailureKind::RateLimit) if asked_to_wait.is_none() => FailureKind::Billing,
        _ => kind,
    }
}

/// Returns when the limit that was hit refills: the one the type names, else the ones used up.
fn reset_ms(kind: FailureKind, headers: &[(String, String)], said: &Said) -> Option<u64> {
    if kind != FailureKind::RateLimit {
        return None;
    }
    let limits = ["requests", "tokens"];
    let named = limits
        .iter()
        .find(|limit| said.class.as_deref() == Some(**limit));
    limits
        .iter()
        .filter(|limit| match named {
            Some(named) => named == *limit,
            None => header(headers, &format!("x-ratelimit-remaining-{limit}")) == Some("0"),
        })
        .filter_map(|limit| header(headers, &format!("x-ratelimit-reset-{limit}")))
        .filter_map(errors::go_duration_ms)
        .max()
}

fn header<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let found = headers
        .iter()
        .find(|(key, _)| key.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value.trim())
}

/// Returns a code: a word, or a number as one.
fn word(value: &Value) -> Option<String> {
    match value {
        Value::String(word) if !word.trim().is_empty() => Some(word.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Returns a message: a text, or what a validator's finding says.
fn text(value: &Value) -> Option<String> {
    let text = value
        .as_str()
        .or_else(|| value.get("msg")?.as_str())?
        .trim();
    (!text.is_empty()).then(|| text.to_owned())
}
