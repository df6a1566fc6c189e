//! What a refusal means. Pure: neither clock nor network.
//!
//! Anthropic reports spending limits, revoked tokens and prompts that are too long under the same
//! type as a malformed request, so a type that is that general is decided by what else was said.

use openclaw_sdk::{Failure, FailureKind, errors};
use serde_json::Value;

use super::time;
use crate::vendor::{Headers, Vendor};

/// Appended where Anthropic refuses a subscription's credential, since its own words do not say
/// what to do instead.
const SUBSCRIPTION_HINT: &str =
    "Anthropic accepts subscription credentials only from its own products: use an API key";

/// Longest reply that is no JSON and is still worth showing, in bytes.
const PLAIN_BYTES: usize = 300;

/// Classifies a reply that is no answer: by code first, then headers, then message, then status.
#[must_use]
pub fn classify(
    _vendor: &Vendor,
    status: u16,
    headers: &Headers,
    body: &str,
    now_ms: u64,
) -> Failure {
    let said = Said::read(body);
    let kind = kind(&said, status);
    let message = match (said.message, kind) {
        (Some(said), FailureKind::Permission) if is_first_party_only(&said) => {
            format!("{said} ({SUBSCRIPTION_HINT})")
        }
        (Some(said), _) => said,
        (None, _) => format!("HTTP {status} without an explanation"),
    };
    let wait = wait_ms(kind, said.spend_limit, &message, headers, now_ms);
    Failure {
        code: said.code.map(errors::clip),
        status: Some(status),
        retry_after_ms: wait,
        ..errors::failure(kind, message)
    }
}

/// Whether JSON that came with a success reports an error.
#[must_use]
pub fn is_error(value: &Value) -> bool {
    value["type"].as_str() == Some("error") || !value["error"].is_null()
}

/// Returns the first time that a message names, in milliseconds since the epoch.
#[must_use]
pub fn time_in(message: &str) -> Option<u64> {
    time::time_in(message)
}

/// What an error body says.
#[derive(Default)]
struct Said {
    /// The most specific code.
    code: Option<String>,
    /// The code's class, which is the code itself where there is only one.
    class: Option<String>,
    message: Option<String>,
    /// Whether it is the monthly spending limit that Anthropic sets.
    spend_limit: bool,
}

impl Said {
    /// Reads `{"error": {"type", "message", "details"}}`, OAuth's `{"error", "error_description"}`,
    /// and what proxies make of both.
    fn read(body: &str) -> Self {
        let Ok(value) = serde_json::from_str::<Value>(body) else {
            let text = body.trim();
            let shown = !text.is_empty() && text.len() <= PLAIN_BYTES && !text.starts_with('<');
            return Self {
                message: shown.then(|| text.to_owned()),
                ..Self::default()
            };
        };
        let error = &value["error"];
        let detail = text(&error["details"]["error_code"]);
        let class = text(&error["type"])
            .or_else(|| text(error))
            .or_else(|| text(&error["code"]));
        let message = [
            &error["message"],
            &value["error_description"],
            &value["message"],
            &value["detail"],
            error,
        ]
        .into_iter()
        .find_map(text);
        let limit = "enforced_spend_limit_reached";
        let spend_limit = detail.as_deref() == Some(limit)
            || class.as_deref() == Some(limit)
            || message
                .as_deref()
                .is_some_and(|message| message.contains(limit));
        Self {
            code: detail.or_else(|| class.clone()),
            class,
            message,
            spend_limit,
        }
    }
}

/// Returns a string that is not empty.
fn text(value: &Value) -> Option<String> {
    value
        .as_str()
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
}

fn kind(said: &Said, status: u16) -> FailureKind {
    if said.spend_limit {
        return FailureKind::Billing;
    }
    let message = said.message.as_deref().unwrap_or_default();
    match said.class.as_deref() {
        Some("authentication_error" | "invalid_grant" | "invalid_token" | "invalid_client") => {
            FailureKind::Auth
        }
        Some("billing_error") => FailureKind::Billing,
        Some("overloaded_error") => FailureKind::Overloaded,
        Some("timeout_error") => FailureKind::Timeout,
        Some("request_too_large") => FailureKind::ContextOverflow,
        Some("conflict_error") => FailureKind::Server,
        // A limit on tokens speaks of tokens, and so of no prompt's length.
        Some("rate_limit_error") => money_or_right(message).unwrap_or(FailureKind::RateLimit),
        Some("permission_error" | "unauthorized_client") => {
            money_or_right(message).unwrap_or(FailureKind::Permission)
        }
        Some("not_found_error") => missing(message),
        Some("api_error") => of_message(message).unwrap_or(FailureKind::Server),
        Some("invalid_request_error") => of_message(message).unwrap_or(FailureKind::BadRequest),
        _ => of_message(message).unwrap_or_else(|| of_status(status, message)),
    }
}

/// Returns what a message says about the account and its rights.
fn money_or_right(message: &str) -> Option<FailureKind> {
    let text = message.to_ascii_lowercase();
    let says = |phrase: &str| text.contains(phrase);
    if is_first_party_only(message) || says("extra usage is required") {
        Some(FailureKind::Permission)
    } else if says("credit balance is too low")
        || says("api usage limits")
        || says("regain access on")
        || says("out of extra usage")
        || says("draw from your extra usage")
    {
        Some(FailureKind::Billing)
    } else if says("token has been revoked")
        || says("token has expired")
        || says("organization has been disabled")
    {
        Some(FailureKind::Auth)
    } else {
        None
    }
}

/// Returns what a message says, where the type says little.
#[must_use]
pub fn of_message(message: &str) -> Option<FailureKind> {
    let text = message.to_ascii_lowercase();
    let says = |phrase: &str| text.contains(phrase);
    if let Some(kind) = money_or_right(message) {
        return Some(kind);
    }
    if errors::says_overflow(message) {
        Some(FailureKind::ContextOverflow)
    } else if says("content filtering policy") {
        Some(FailureKind::ContentFilter)
    } else if says("overloaded") {
        Some(FailureKind::Overloaded)
    } else if says("invalid model name") {
        Some(FailureKind::ModelNotFound)
    } else if says("for this model")
        || says("this model does not support")
        || says("not supported by this model")
        || says("maximum allowed number of output tokens")
        || says("roles must alternate")
    {
        // Another model may take the same request.
        Some(FailureKind::Format)
    } else {
        None
    }
}

fn is_first_party_only(message: &str) -> bool {
    message.contains("only authorized for use with Claude Code")
}

fn missing(message: &str) -> FailureKind {
    if message.to_ascii_lowercase().contains("model") {
        FailureKind::ModelNotFound
    } else {
        FailureKind::Other
    }
}

fn of_status(status: u16, message: &str) -> FailureKind {
    match status {
        // An error in a reply that began as a success.
        200..=299 => FailureKind::Server,
        // Nothing of the API answers at this address, which says nothing about the model.
        404 | 405 | 410 => missing(message),
        409 => FailureKind::Server,
        _ => errors::kind_of_status(status),
    }
}

fn wait_ms(
    kind: FailureKind,
    spend_limit: bool,
    message: &str,
    headers: &Headers,
    now_ms: u64,
) -> Option<u64> {
    let asked = errors::retry_after_ms(headers, now_ms);
    match kind {
        FailureKind::Billing => {
            let told = time::time_in(message).filter(|time| *time > now_ms);
            let end = if spend_limit {
                told.or_else(|| time::next_month_ms(now_ms))
            } else {
                told
            };
            end.map(|end| end.saturating_sub(now_ms)).or(asked)
        }
        FailureKind::RateLimit => asked.or_else(|| Some(reset_ms(headers)?.saturating_sub(now_ms))),
        _ => asked,
    }
}

/// Returns when the limit that was hit resets, from `anthropic-ratelimit-<limit>-reset`: the
/// subscription's own answer, else the last of the limits that are used up, else the last of all.
fn reset_ms(headers: &Headers) -> Option<u64> {
    let mut used_up = None;
    let mut any = None;
    for (name, value) in headers {
        let name = name.to_ascii_lowercase();
        let Some(limit) = name
            .strip_prefix("anthropic-ratelimit-")
            .and_then(|rest| rest.strip_suffix("-reset"))
        else {
            continue;
        };
        let Some(reset) = reset_time(value) else {
            continue;
        };
        let told = |what: &str| {
            let wanted = format!("anthropic-ratelimit-{limit}-{what}");
            headers
                .iter()
                .find(|(name, _)| name.eq_ignore_ascii_case(&wanted))
                .map(|(_, v)| v.trim())
        };
        let refused = match (told("status"), told("remaining")) {
            (Some(status), _) => status == "rejected",
            (None, Some(remaining)) => remaining == "0",
            (None, None) => limit == "unified",
        };
        match limit {
            "unified" if refused => return Some(reset),
            // Paid usage beyond the plan renews by the month, whatever the plan's windows do.
            "unified-overage" => {}
            _ if refused => used_up = used_up.max(Some(reset)),
            _ if limit.starts_with("unified") => {}
            _ => any = any.max(Some(reset)),
        }
    }
    used_up.or(any)
}

/// Reads seconds since the epoch, or RFC 3339.
fn reset_time(value: &str) -> Option<u64> {
    match value.trim().parse::<u64>() {
        Ok(seconds) => seconds.checked_mul(1_000),
        Err(_) => time::rfc3339_ms(value),
    }
}
