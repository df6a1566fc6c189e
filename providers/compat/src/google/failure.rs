//! What an error reply means. Pure: the time is a parameter, nothing is sent or logged.
//!
//! Google's errors are `{error: {code, message, status, details}}` with `google.rpc` details; the
//! Interactions API has `{error: {code: "a_word", message}}`, and a stream without `alt=sse` wraps
//! either in an array. The order is: the reason in the details, the status word, the text, the HTTP
//! status.

use openclaw_sdk::{Failure, FailureKind, errors};
use serde_json::Value;

use crate::vendor::{Headers, Vendor};

/// The window of Gemini's spend-based limits.
const SPEND_WINDOW_MS: u64 = 10 * 60 * 1_000;

/// Classifies an error reply, or an error object inside a reply that began as a success.
#[must_use]
pub fn classify(
    vendor: &Vendor,
    status: u16,
    headers: &Headers,
    body: &str,
    now_ms: u64,
) -> Failure {
    match serde_json::from_str::<Value>(body) {
        Ok(value) => classify_json(vendor, status, headers, &value, now_ms),
        Err(_) => {
            let message = plain_message(status, body);
            let kind = if errors::says_overflow(&message) {
                FailureKind::ContextOverflow
            } else {
                errors::kind_of_status(status)
            };
            finish(
                kind,
                None,
                &message,
                status,
                errors::retry_after_ms(headers, now_ms),
            )
        }
    }
}

/// Classifies an error that is already parsed.
#[must_use]
pub fn classify_json(
    vendor: &Vendor,
    status: u16,
    headers: &Headers,
    body: &Value,
    now_ms: u64,
) -> Failure {
    let report = Report::read(status, body);
    let kind = report.kind();
    let asked = errors::retry_after_ms(headers, now_ms);
    let wait = match kind {
        // The minutes that Google names beside an exhausted day do not bring the day back.
        FailureKind::RateLimit if report.is_daily() => {
            asked.max(vendor.until_daily_refill.map(|until| until(now_ms)))
        }
        FailureKind::RateLimit if report.is_spend_rate() => {
            asked.or_else(|| report.wait_ms()).or(Some(SPEND_WINDOW_MS))
        }
        _ => asked.or_else(|| report.wait_ms()),
    };
    finish(kind, report.code(), &report.message, report.status, wait)
}

/// Whether a JSON body is an error, whatever the HTTP status said.
#[must_use]
pub fn is_error(body: &Value) -> bool {
    let body = unwrapped(body);
    body.get("error")
        .is_some_and(|error| error.is_object() || error.is_string())
}

fn finish(
    kind: FailureKind,
    code: Option<String>,
    message: &str,
    status: u16,
    wait: Option<u64>,
) -> Failure {
    let may_wait = matches!(
        kind,
        FailureKind::RateLimit
            | FailureKind::Overloaded
            | FailureKind::Server
            | FailureKind::Timeout
            | FailureKind::Other
    );
    Failure {
        kind,
        code: code.map(errors::clip),
        message: errors::clip(without_keys(message)),
        status: Some(status),
        retry_after_ms: wait.filter(|_| may_wait),
    }
}

/// An error reply, taken apart.
struct Report<'a> {
    status: u16,
    /// The status word in upper case, such as `INVALID_ARGUMENT`.
    word: String,
    /// The word as the vendor wrote it.
    written: &'a str,
    message: String,
    /// The message in lower case.
    text: String,
    details: &'a [Value],
}

impl<'a> Report<'a> {
    fn read(status: u16, body: &'a Value) -> Self {
        let body = unwrapped(body);
        let error = body.get("error").unwrap_or(body);
        let text_at = |key: &str| error.get(key).and_then(Value::as_str);
        let message = text_at("message")
            .or_else(|| error.as_str())
            .or_else(|| text_at("detail"))
            .map(str::trim)
            .filter(|message| !message.is_empty())
            .map_or_else(|| plain_message(status, ""), str::to_owned);
        // In the newer shape the word stands where the number was.
        let written = text_at("status")
            .or_else(|| text_at("code"))
            .unwrap_or_default();
        let number = error
            .get("code")
            .and_then(Value::as_u64)
            .and_then(|n| u16::try_from(n).ok());
        let status = match number {
            // An error inside a success: Google's own number says more than 200.
            Some(number) if status < 400 && number >= 400 => number,
            _ => status,
        };
        Self {
            status,
            word: written.to_ascii_uppercase(),
            written,
            text: message.to_ascii_lowercase(),
            message,
            details: error
                .get("details")
                .and_then(Value::as_array)
                .map_or(&[], Vec::as_slice),
        }
    }

    /// The vendor's own code: the reason where there is one, else the status word.
    fn code(&self) -> Option<String> {
        self.reason()
            .or(Some(self.written))
            .filter(|code| !code.is_empty())
            .map(str::to_owned)
    }

    fn reason(&self) -> Option<&str> {
        self.details
            .iter()
            .filter_map(|detail| detail.get("reason").and_then(Value::as_str))
            .find(|reason| !reason.is_empty())
    }

    fn says(&self, phrases: &[&str]) -> bool {
        phrases.iter().any(|phrase| self.text.contains(phrase))
    }

    fn kind(&self) -> FailureKind {
        if let Some(kind) = self.reason().and_then(kind_of_reason) {
            return kind;
        }
        match self.word.as_str() {
            "INVALID_ARGUMENT" | "INVALID_REQUEST" | "PARAMETER_UNKNOWN" | "OUT_OF_RANGE" => {
                self.kind_of_bad_request()
            }
            "FAILED_PRECONDITION" => self.kind_of_precondition(),
            "UNAUTHENTICATED" | "AUTHENTICATION" => FailureKind::Auth,
            "PERMISSION_DENIED" => self.kind_of_denial(),
            "PAYMENT_REQUIRED" => FailureKind::Billing,
            "NOT_FOUND" | "MODEL_NOT_FOUND" => FailureKind::ModelNotFound,
            "RESOURCE_EXHAUSTED" | "RATE_LIMIT_EXCEEDED" | "QUOTA_EXCEEDED" => {
                self.kind_of_exhaustion()
            }
            "CANCELLED" => FailureKind::Aborted,
            "UNAVAILABLE" | "OVERLOADED" => FailureKind::Overloaded,
            "DEADLINE_EXCEEDED" | "TIMEOUT" => FailureKind::Timeout,
            "INTERNAL" | "UNKNOWN" | "DATA_LOSS" | "ABORTED" => self.kind_of_server_error(),
            word if is_filter(word) => FailureKind::ContentFilter,
            word if is_malformed(word) => FailureKind::Format,
            _ => match self.status {
                402 => FailureKind::Billing,
                403 => self.kind_of_denial(),
                429 => self.kind_of_exhaustion(),
                400 => self.kind_of_bad_request(),
                status if status >= 500 => self.kind_of_server_error(),
                status => errors::kind_of_status(status),
            },
        }
    }

    fn kind_of_bad_request(&self) -> FailureKind {
        if self.says(&[
            "api key not valid",
            "api key not found",
            "api key expired",
            "api_key_invalid",
        ]) {
            FailureKind::Auth
        } else if self.is_overflow() {
            FailureKind::ContextOverflow
        } else if self.says(&["request blocked due to"]) {
            FailureKind::ContentFilter
        } else if self.says(&["only supports interactions api"]) {
            FailureKind::ModelNotFound
        } else if self.says(&[
            "developer instruction is not enabled",
            "modality is not enabled",
            "is not enabled for models/",
            "thought signature",
            "thought_signature",
        ]) {
            FailureKind::Format
        } else if self.status <= 400 {
            FailureKind::BadRequest
        } else {
            errors::kind_of_status(self.status)
        }
    }

    /// Both texts name the country; only one is cured by paying.
    fn kind_of_precondition(&self) -> FailureKind {
        let is_place = self.says(&["location", "region", "country", "territory"]);
        if is_place && !self.says(&["billing"]) {
            FailureKind::Permission
        } else if self.status <= 402 {
            FailureKind::Billing
        } else {
            errors::kind_of_status(self.status)
        }
    }

    fn kind_of_denial(&self) -> FailureKind {
        if self.says(&[
            "reported as leaked",
            "has been suspended",
            "unregistered callers",
            "api key expired",
        ]) {
            FailureKind::Auth
        } else if self.says(&["enable billing", "requires billing", "billing account"]) {
            FailureKind::Billing
        } else {
            FailureKind::Permission
        }
    }

    fn kind_of_exhaustion(&self) -> FailureKind {
        if self.is_overflow() {
            FailureKind::ContextOverflow
        } else if self.status == 402
            || self.says(&["prepayment", "prepay ", "credits are depleted"])
        {
            FailureKind::Billing
        } else if self.is_spend_rate() {
            FailureKind::RateLimit
        } else if self.says(&["spending cap", "spend cap", "spending limit"]) {
            FailureKind::Billing
        } else if self.has_no_quota() {
            FailureKind::Permission
        } else if self.says(&["no capacity", "overloaded", "high demand"]) {
            FailureKind::Overloaded
        } else {
            FailureKind::RateLimit
        }
    }

    fn kind_of_server_error(&self) -> FailureKind {
        if self.is_overflow() {
            FailureKind::ContextOverflow
        } else if self.says(&["overloaded"]) {
            FailureKind::Overloaded
        } else if self.status >= 500 {
            errors::kind_of_status(self.status)
        } else {
            FailureKind::Server
        }
    }

    fn is_overflow(&self) -> bool {
        self.status == 413
            || errors::says_overflow(&self.message)
            || self.says(&[
                "input context is too long",
                "request payload size exceeds the limit",
            ])
            || (self.says(&["input token count"]) && self.says(&["only supports up to"]))
    }

    /// The quotas that were exceeded.
    fn violations(&self) -> impl Iterator<Item = &Value> {
        self.details
            .iter()
            .filter_map(|detail| detail.get("violations").and_then(Value::as_array))
            .flatten()
    }

    fn quota_ids(&self) -> impl Iterator<Item = &str> {
        self.violations()
            .filter_map(|violation| violation.get("quotaId").and_then(Value::as_str))
    }

    /// Whether a quota of a whole day is used up; these refill at midnight Pacific.
    fn is_daily(&self) -> bool {
        self.word == "QUOTA_EXCEEDED"
            || self.quota_ids().any(|id| id.contains("PerDay"))
            || self.says(&["perday", "per day", "daily quota", "daily limit"])
    }

    /// Whether money was spent too fast, as opposed to all of it.
    fn is_spend_rate(&self) -> bool {
        self.says(&["spend-based", "spend rate", "spending rate"])
            || self
                .quota_ids()
                .any(|id| id.contains("Spend") && !id.contains("Cap"))
    }

    /// Whether an exceeded quota is zero: the model is not part of this key's tier.
    fn has_no_quota(&self) -> bool {
        let in_text = self.text.match_indices("limit: 0").any(|(at, phrase)| {
            let mut rest = self.text[at + phrase.len()..].chars();
            match rest.next() {
                Some('.') => !rest.next().is_some_and(|c| c.is_ascii_digit()),
                Some(c) => !c.is_ascii_digit(),
                None => true,
            }
        });
        in_text
            || self.violations().any(|violation| {
                let value = violation.get("quotaValue");
                value.is_some_and(|value| value.as_str() == Some("0") || value.as_u64() == Some(0))
            })
    }

    /// How long the body asks to wait: `RetryInfo`, else "Please retry in 34.07s." in the message.
    fn wait_ms(&self) -> Option<u64> {
        let told = self
            .details
            .iter()
            .find_map(|detail| errors::go_duration_ms(detail.get("retryDelay")?.as_str()?));
        told.or_else(|| {
            let after = self.text.split_once("retry in ")?.1;
            let word = after.split_ascii_whitespace().next()?;
            errors::go_duration_ms(word.trim_end_matches(['.', ',']))
        })
    }
}

/// Returns the kind that a `google.rpc.ErrorInfo` reason stands for.
fn kind_of_reason(reason: &str) -> Option<FailureKind> {
    Some(match reason {
        "API_KEY_INVALID"
        | "API_KEY_EXPIRED"
        | "CONSUMER_SUSPENDED"
        | "CONSUMER_INVALID"
        | "ACCESS_TOKEN_EXPIRED"
        | "ACCESS_TOKEN_TYPE_UNSUPPORTED"
        | "CREDENTIALS_MISSING"
        | "ACCOUNT_STATE_INVALID" => FailureKind::Auth,
        "BILLING_DISABLED" => FailureKind::Billing,
        "SERVICE_DISABLED"
        | "SERVICE_NOT_VISIBLE"
        | "USER_PROJECT_DENIED"
        | "ACCESS_TOKEN_SCOPE_INSUFFICIENT"
        | "IAM_PERMISSION_DENIED"
        | "LOCATION_POLICY_VIOLATED"
        | "SECURITY_POLICY_VIOLATED"
        | "USER_BLOCKED_BY_ADMIN" => FailureKind::Permission,
        "MODEL_CAPACITY_EXHAUSTED" => FailureKind::Overloaded,
        // Referrer, address, app and API restrictions of a key.
        _ if reason.starts_with("API_KEY_") && reason.ends_with("_BLOCKED") => {
            FailureKind::Permission
        }
        _ => return None,
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

/// Returns what an array wraps.
fn unwrapped(body: &Value) -> &Value {
    body.as_array().and_then(|all| all.first()).unwrap_or(body)
}

/// Returns a message for a body that is not Google's.
fn plain_message(status: u16, body: &str) -> String {
    let body = body.trim();
    if body.is_empty() || body.starts_with('<') {
        format!("HTTP {status} without an explanation")
    } else {
        body.to_owned()
    }
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
