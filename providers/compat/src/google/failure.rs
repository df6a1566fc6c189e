//! What an error reply means. Pure: the time is a parameter, nothing is sent or logged.
//!
//! Google's errors are `{error: {code, message, status, details}}` with `google.rpc` details; the
//! Interactions API has `{error: {code: "a_word", message}}`, and a stream without `alt=sse` wraps
//! either in an array.

use openclaw_sdk::FailureKind::{
    Billing, Other, Overloaded, Permission, RateLimit, Server, Timeout,
};
use openclaw_sdk::{Failure, errors};
use serde_json::Value;

use crate::failure::wait::Wait;
use crate::failure::{ErrorBody, Rule, Rules, Told, verdict};
use crate::vendor::{Headers, Vendor};

pub use crate::failure::is_error;

/// The window of Gemini's spend-based limits.
const SPEND_WINDOW_MS: u64 = 10 * 60 * 1_000;

/// What the format adds to what all share.
pub const RULES: Rules = Rules {
    rows: &[
        Rule::word(Permission, "quota=0"),
        Rule::phrase(RateLimit, "spend-based|spend rate|spending rate"),
        // Both name the country; only one is cured by paying.
        Rule::phrase(Billing, "enable billing"),
        Rule::phrase(
            Permission,
            "not available in your country|not available in your region",
        ),
        Rule::general(Billing, "failed_precondition"),
    ],
    numbers_are_codes: false,
    names_missing_models: false,
    unexplained: "without an explanation",
    page: "",
    plain_bytes: usize::MAX,
};

/// Classifies an error reply, or an error object inside a reply that began as a success.
#[must_use]
pub fn classify(
    vendor: &Vendor,
    status: u16,
    headers: &Headers,
    body: &str,
    now_ms: u64,
) -> Failure {
    let Told { value, body, .. } = Told::read(vendor, &RULES, status, headers, body, now_ms);
    of_body(vendor, status, headers, body, &value, now_ms)
}

/// Classifies an error that is already parsed.
#[must_use]
pub fn classify_json(
    vendor: &Vendor,
    status: u16,
    headers: &Headers,
    value: &Value,
    now_ms: u64,
) -> Failure {
    let body = ErrorBody::of(value, &RULES, vendor);
    of_body(vendor, status, headers, body, value, now_ms)
}

fn of_body(
    vendor: &Vendor,
    status: u16,
    headers: &Headers,
    mut body: ErrorBody,
    value: &Value,
    now_ms: u64,
) -> Failure {
    // An error inside a success: Google's own number says more than 200.
    let status = body.status.filter(|_| status < 400).unwrap_or(status);
    let quotas = Quotas::of(&body, value);
    if quotas.is_zero {
        body.note("quota=0");
    }
    let wait = Wait::read(&body, value, headers, now_ms);
    let mut failure = verdict(vendor, &RULES, &body, &wait, Some(status), headers);
    failure.retry_after_ms = match failure.kind() {
        // The minutes that Google names beside an exhausted day do not bring the day back.
        RateLimit if quotas.is_daily => wait
            .asked
            .max(vendor.until_daily_refill.map(|until| until(now_ms))),
        RateLimit if quotas.is_spend_rate => failure.retry_after_ms.or(Some(SPEND_WINDOW_MS)),
        RateLimit | Overloaded | Server | Timeout | Other => failure.retry_after_ms,
        _ => None,
    };
    failure.message = errors::clip(without_keys(&failure.message));
    failure
}

/// What a reply says of the quotas that were exceeded.
struct Quotas {
    /// One of a whole day is used up; these refill at midnight Pacific.
    is_daily: bool,
    /// Money was spent too fast, as opposed to all of it.
    is_spend_rate: bool,
    /// One is nothing at all: the model is not part of this key's tier.
    is_zero: bool,
}

impl Quotas {
    fn of(body: &ErrorBody, value: &Value) -> Self {
        let says = |phrases: &[&str]| phrases.iter().any(|phrase| body.text.contains(phrase));
        let error = value.get(0).unwrap_or(value);
        let details = error["error"]["details"].as_array();
        let violations = details
            .into_iter()
            .flatten()
            .filter_map(|detail| detail["violations"].as_array())
            .flatten();
        let mut quotas = Self {
            is_daily: body.names("quota_exceeded")
                || says(&["perday", "per day", "daily quota", "daily limit"]),
            is_spend_rate: says(&["spend-based", "spend rate", "spending rate"]),
            is_zero: says_limit_0(&body.text),
        };
        for violation in violations {
            let id = violation["quotaId"].as_str().unwrap_or_default();
            quotas.is_daily |= id.contains("PerDay");
            quotas.is_spend_rate |= id.contains("Spend") && !id.contains("Cap");
            let value = &violation["quotaValue"];
            quotas.is_zero |= value.as_str() == Some("0") || value.as_u64() == Some(0);
        }
        quotas
    }
}

/// Whether a text has `limit: 0`, and not the beginning of a longer number.
fn says_limit_0(text: &str) -> bool {
    text.match_indices("limit: 0").any(|(at, phrase)| {
        let mut rest = text[at + phrase.len()..].chars();
        match rest.next() {
            Some('.') => !rest.next().is_some_and(|c| c.is_ascii_digit()),
            Some(c) => !c.is_ascii_digit(),
            None => true,
        }
    })
}

/// Whether a reason to stop, or an error code, means a refusal by policy.
#[must_use]
pub fn is_filter(word: &str) -> bool {
    matches!(
        word,
        "SAFETY"
            | "RECITATION"
            | "PROHIBITED_CONTENT"
            | "SPII"
            | "BLOCKLIST"
            | "CONTENT_BLOCKED"
            | "IMAGE_SAFETY"
            | "IMAGE_PROHIBITED_CONTENT"
            | "IMAGE_RECITATION"
    )
}

/// Whether a reason to stop, or an error code, means that the model or the conversation broke the
/// vendor's form.
#[must_use]
pub fn is_malformed(word: &str) -> bool {
    matches!(
        word,
        "MALFORMED_FUNCTION_CALL"
            | "MALFORMED_TOOL_CALL"
            | "UNEXPECTED_TOOL_CALL"
            | "TOO_MANY_TOOL_CALLS"
            | "MISSING_THOUGHT_SIGNATURE"
    )
}

/// Blanks what looks like a Google key: "Consumer 'api_key:AIza…' has been suspended" repeats it.
fn without_keys(message: &str) -> String {
    let mut clean = String::with_capacity(message.len());
    let mut rest = message;
    while let Some(at) = ["AIza", "AQ.", "ya29.", "api_key:"]
        .iter()
        .filter_map(|mark| rest.find(mark))
        .min()
    {
        let (before, key) = rest.split_at(at);
        clean.push_str(before);
        let end = key
            .find(|c: char| !(c.is_ascii_alphanumeric() || "-_.:".contains(c)))
            .unwrap_or(key.len());
        // Two letters and a full stop may also end a sentence.
        let is_key = end >= 12;
        clean.push_str(if is_key { "***" } else { &key[..end] });
        rest = &key[end..];
    }
    clean.push_str(rest);
    clean
}

#[cfg(test)]
pub(crate) mod tests;
