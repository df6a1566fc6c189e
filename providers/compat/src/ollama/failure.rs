//! Error replies as failures.
//!
//! The native API has no codes: an error is `{"error": "<sentence>"}`, so the sentence decides
//! before the status. Proxies and the OpenAI dialect nest an object with a code, and the server
//! passes on its runner's error object as JSON inside the sentence; where there is a code, it
//! decides first.

use openclaw_sdk::errors;
use openclaw_sdk::{Failure, FailureKind};
use serde_json::Value;

use crate::vendor::{Headers, Vendor};

/// How deep an error is looked for inside an error.
const NESTING: usize = 4;
/// What is said for a server that says nothing.
const UNEXPLAINED: &str = "the server gave no reason";

/// Says what a reply that is not a success means. Pure: `now_ms` is the time of day.
#[must_use]
pub fn classify(
    _vendor: &Vendor,
    status: u16,
    headers: &Headers,
    body: &str,
    now_ms: u64,
) -> Failure {
    let json = serde_json::from_str::<Value>(body).ok();
    let error = json
        .as_ref()
        .and_then(|value| value.get("error").or_else(|| value.get("message")));
    let mut failure = match error {
        Some(error) => explain(error, status),
        None => unstructured(status, body),
    };
    let asks_to_sign_in = json
        .as_ref()
        .is_some_and(|value| value.get("signin_url").is_some());
    if asks_to_sign_in && failure.kind == FailureKind::Auth {
        failure.message = errors::clip(format!("{}: run `ollama signin`", failure.message));
    }
    failure.retry_after_ms = errors::retry_after_ms(headers, now_ms);
    failure
}

/// Says what the value of `error` means, in a reply of this status or in a line of its stream.
#[must_use]
pub fn explain(error: &Value, status: u16) -> Failure {
    let found = unwrap(error);
    let by_code = found.code.as_deref().and_then(kind_of_code);
    let kind = by_code
        .or_else(|| kind_of_message(status, &found.message))
        .unwrap_or_else(|| kind_of_status(status));
    let mut failure = errors::failure(kind, found.message);
    failure.code = found.code;
    failure.status = Some(status);
    failure
}

/// Returns the failure of a success whose body is not what this API answers.
#[must_use]
pub fn not_ollama(status: u16, path: &str) -> Failure {
    let mut failure = errors::failure(
        FailureKind::Server,
        format!(
            "the reply to {path} is not Ollama's: another server, or a proxy's page, is at this address"
        ),
    );
    failure.code = Some("unexpected_reply".to_owned());
    failure.status = Some(status);
    failure
}

/// Corrects a failure of a call that names no model: what was not found is the API.
#[must_use]
pub fn of_listing(failure: Failure, path: &str) -> Failure {
    match (failure.kind, failure.status) {
        (FailureKind::ModelNotFound, Some(status)) => Failure {
            kind: FailureKind::Other,
            ..not_ollama(status, path)
        },
        _ => failure,
    }
}

struct Found {
    code: Option<String>,
    message: String,
}

/// Goes down through objects and through JSON written into strings, and keeps the innermost
/// sentence and code.
fn unwrap(error: &Value) -> Found {
    find(error, None, NESTING)
}

fn find(error: &Value, outer: Option<String>, depth: usize) -> Found {
    match error {
        Value::String(text) if !text.trim().is_empty() => {
            let inner = serde_json::from_str::<Value>(text).ok();
            match inner.as_ref().and_then(|value| value.get("error")) {
                Some(inner) if depth > 0 => find(inner, outer, depth - 1),
                _ => Found {
                    code: outer,
                    message: text.trim().to_owned(),
                },
            }
        }
        Value::Object(object) => {
            let word = |name: &str| {
                let word = object.get(name).and_then(Value::as_str);
                word.filter(|word| !word.is_empty()).map(str::to_owned)
            };
            let code = word("code").or_else(|| word("type")).or(outer);
            match object.get("error").or_else(|| object.get("message")) {
                Some(inner) if depth > 0 => find(inner, code, depth - 1),
                _ => Found {
                    code,
                    message: UNEXPLAINED.to_owned(),
                },
            }
        }
        _ => Found {
            code: outer,
            message: UNEXPLAINED.to_owned(),
        },
    }
}

fn kind_of_code(code: &str) -> Option<FailureKind> {
    Some(match code {
        "exceed_context_size_error" | "context_length_exceeded" => FailureKind::ContextOverflow,
        "model_not_found" | "not_found_error" => FailureKind::ModelNotFound,
        "invalid_api_key" | "authentication_error" => FailureKind::Auth,
        "permission_error" => FailureKind::Permission,
        "insufficient_quota" | "billing_error" => FailureKind::Billing,
        "rate_limit_exceeded" | "rate_limit_error" => FailureKind::RateLimit,
        "overloaded_error" | "unavailable_error" => FailureKind::Overloaded,
        "content_filter" => FailureKind::ContentFilter,
        _ => return None,
    })
}

fn kind_of_message(status: u16, message: &str) -> Option<FailureKind> {
    let text = message.to_ascii_lowercase();
    let says = |phrases: &[&str]| phrases.iter().any(|phrase| text.contains(phrase));
    // The cloud's plan limits refill in hours or days, whatever the status says of rates.
    if says(&["usage limit", "add extra usage"]) {
        return Some(FailureKind::Billing);
    }
    if says(&[
        "server busy",
        "maximum pending requests",
        "server overloaded",
        "at capacity",
    ]) {
        return Some(FailureKind::Overloaded);
    }
    if says(&["requires a subscription"]) {
        return Some(FailureKind::Permission);
    }
    if status != 429
        && (errors::says_overflow(message)
            || says(&[
                "exceeds the context length",
                "exceeded max context length",
                "exceeds maximum context",
            ]))
    {
        return Some(FailureKind::ContextOverflow);
    }
    let about_a_model =
        text.contains("model") && says(&["not found", "was retired", "has been retired"]);
    if about_a_model || says(&["try pulling it first", "invalid model name"]) {
        return Some(FailureKind::ModelNotFound);
    }
    // Only this model refuses it; another one may take the same request.
    if says(&["does not support", "missing data required for image input"]) {
        return Some(FailureKind::Format);
    }
    if status < 300 && says(&["unauthorized"]) {
        return Some(FailureKind::Auth);
    }
    None
}

/// A reply without this API's error: a router's or a proxy's words.
fn unstructured(status: u16, body: &str) -> Failure {
    let text = body.trim();
    let is_page = text.starts_with('<');
    let message = match text {
        _ if is_page => format!("HTTP {status} with an HTML page"),
        "" => format!("HTTP {status} without a body"),
        text => text.to_owned(),
    };
    let kind = if is_page {
        None
    } else {
        kind_of_message(status, text)
    };
    let mut failure = errors::failure(kind.unwrap_or_else(|| kind_of_status(status)), message);
    failure.status = Some(status);
    // A missing model is always told as JSON. A bare 404 says that the path is unknown.
    if matches!(status, 404 | 405) && kind.is_none() {
        failure.kind = FailureKind::Other;
        failure.code = Some("unexpected_reply".to_owned());
        failure.message = errors::clip(format!(
            "{}: no Ollama API is at this address",
            failure.message
        ));
    }
    failure
}

fn kind_of_status(status: u16) -> FailureKind {
    // An error inside the stream of a success: the runner died.
    if (200..300).contains(&status) {
        FailureKind::Server
    } else {
        errors::kind_of_status(status)
    }
}
