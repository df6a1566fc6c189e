//! What a refusal means. Pure: neither clock nor network.
//!
//! MiniMax has error codes of its own, of four digits. They come as `base_resp.status_code`, also
//! with HTTP 200, or in brackets at the end of an error's message in Anthropic's format, whose type
//! and status are then often wrong: an empty account is an `api_error` with HTTP 500. So the code
//! decides, and the format's own rules only where there is none, or one that is not known.

use openclaw_provider_compat::anthropic::failure as format;
use openclaw_provider_compat::{Headers, Vendor};
use openclaw_sdk::{Failure, FailureKind, errors};
use serde_json::{Value, json};

/// Whether JSON that came with a success reports a refusal all the same.
pub(crate) fn is_refusal(value: &Value) -> bool {
    own_code(value).is_some_and(|code| code != 0) || format::is_error(value)
}

/// Classifies a reply that is no answer.
pub(crate) fn classify(
    vendor: &Vendor,
    status: u16,
    headers: &Headers,
    body: &str,
    now_ms: u64,
) -> Failure {
    let value = serde_json::from_str::<Value>(body).unwrap_or_default();
    let native = own_code(&value).filter(|code| *code != 0);
    let failure = match native {
        None => format::classify(vendor, status, headers, body, now_ms),
        Some(code) => {
            let said = value["base_resp"]["status_msg"].as_str();
            let said = said.filter(|said| !said.is_empty());
            let message = format!("{} ({code})", said.unwrap_or("no explanation"));
            let formatted = json!({ "error": { "message": message } });
            format::classify(vendor, status, headers, &formatted.to_string(), now_ms)
        }
    };
    let Some(code) = native.or_else(|| code_in(&failure.message)) else {
        return failure;
    };
    let kind = kind(code, &failure.message).unwrap_or(failure.kind);
    let reset = format::time_in(&failure.message)
        .filter(|reset| kind == FailureKind::RateLimit && *reset > now_ms)
        .map(|reset| reset - now_ms);
    Failure {
        kind,
        code: Some(code.to_string()),
        retry_after_ms: reset.or_else(|| errors::retry_after_ms(headers, now_ms)),
        ..failure
    }
}

fn own_code(value: &Value) -> Option<i64> {
    value["base_resp"]["status_code"].as_i64()
}

/// Returns the code in brackets at the end of a message.
fn code_in(message: &str) -> Option<i64> {
    let (_, code) = message.trim_end().strip_suffix(')')?.rsplit_once('(')?;
    let is_code = code.len() == 4 && code.bytes().all(|byte| byte.is_ascii_digit());
    if is_code { code.parse().ok() } else { None }
}

/// Returns what a code means: <https://platform.minimax.io/docs/api-reference/errorcode>.
fn kind(code: i64, message: &str) -> Option<FailureKind> {
    Some(match code {
        1000 | 1013 | 1024 | 1033 => FailureKind::Server,
        1001 => FailureKind::Timeout,
        // Requests and tokens a minute, connections, growth; and a plan's window, which renews by
        // itself and, as plans do, counts each model apart.
        1002 | 1039 | 1041 | 2045 | 2056 => FailureKind::RateLimit,
        1004 | 2049 => FailureKind::Auth,
        1008 => FailureKind::Billing,
        1026 | 1027 => FailureKind::ContentFilter,
        1042 => FailureKind::BadRequest,
        2013 => invalid(message),
        // The plan does not have this model.
        2061 => FailureKind::Permission,
        _ => return None,
    })
}

/// Returns what "invalid params" is about.
fn invalid(message: &str) -> FailureKind {
    let text = message.to_ascii_lowercase();
    if text.contains("unknown model") || text.contains("model not exist") {
        FailureKind::ModelNotFound
    } else {
        format::of_message(message).unwrap_or(FailureKind::BadRequest)
    }
}
