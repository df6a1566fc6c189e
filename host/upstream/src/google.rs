//! The Gemini API on the wire.

use std::time::Duration;

use serde_json::{Value, json};

use crate::reply::{Reply, words};

/// The model that replies name.
pub const MODEL: &str = "gemini-2.5-flash";
/// Input tokens that replies report.
pub const INPUT_TOKENS: u64 = 9;

/// A whole answer to `:generateContent`. It reports as many output tokens as it has words.
#[must_use]
pub fn answer(text: &str) -> Reply {
    Reply::json(200, &chunk(text, words(text), true))
}

/// A streamed answer to `:streamGenerateContent?alt=sse`, each event a chunk; the last has no text
/// but the finish reason. [`truncated`](Reply::truncated) ends it after the last piece.
#[must_use]
pub fn stream(pieces: &[&str]) -> Reply {
    let end = chunk("", words(&pieces.concat()), true);
    streamed(pieces, &end)
}

/// A stream that begins with these pieces and then reports an error, after the status 200.
#[must_use]
pub fn stream_error(pieces: &[&str], status: u16, name: &str, message: &str) -> Reply {
    streamed(pieces, &error_body(status, name, message, &[]))
}

/// An error, such as 503 `UNAVAILABLE`.
#[must_use]
pub fn error(status: u16, name: &str, message: &str) -> Reply {
    error_with(status, name, message, &[])
}

/// An error with details: see [`retry_info`], [`error_info`] and [`quota_failure`].
#[must_use]
pub fn error_with(status: u16, name: &str, message: &str, details: &[Value]) -> Reply {
    Reply::json(status, &error_body(status, name, message, details))
}

/// The detail that says when to try again.
#[must_use]
pub fn retry_info(delay: Duration) -> Value {
    json!({
        "@type": "type.googleapis.com/google.rpc.RetryInfo",
        "retryDelay": format!("{}s", delay.as_secs_f64()),
    })
}

/// The detail that says why, such as `API_KEY_INVALID`.
#[must_use]
pub fn error_info(reason: &str) -> Value {
    json!({
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": reason,
        "domain": "googleapis.com",
        "metadata": {"service": "generativelanguage.googleapis.com"},
    })
}

/// The detail that says which quota is used up, such as
/// `GenerateRequestsPerDayPerProjectPerModel-FreeTier`.
#[must_use]
pub fn quota_failure(quota_id: &str) -> Value {
    json!({
        "@type": "type.googleapis.com/google.rpc.QuotaFailure",
        "violations": [{
            "quotaMetric": "generativelanguage.googleapis.com/generate_content_free_tier_requests",
            "quotaId": quota_id,
            "quotaDimensions": {"location": "global", "model": MODEL},
            "quotaValue": "10",
        }],
    })
}

/// The last page of `GET /v1beta/models`; the ids without `models/`.
#[must_use]
pub fn models(ids: &[&str]) -> Reply {
    models_page(ids, None)
}

/// A page of `GET /v1beta/models`, with the token of the next.
#[must_use]
pub fn models_page(ids: &[&str], next_page_token: Option<&str>) -> Reply {
    let models: Vec<Value> = ids
        .iter()
        .map(|id| {
            json!({
                "name": format!("models/{id}"),
                "version": "001",
                "displayName": id,
                "inputTokenLimit": 1_048_576,
                "outputTokenLimit": 65_536,
                "supportedGenerationMethods": ["generateContent", "countTokens"],
            })
        })
        .collect();
    let mut page = json!({"models": models});
    if let Some(token) = next_page_token {
        page["nextPageToken"] = token.into();
    }
    Reply::json(200, &page)
}

fn streamed(pieces: &[&str], end: &Value) -> Reply {
    let mut output = 0;
    let answer = pieces
        .iter()
        .map(|piece| {
            output += words(piece);
            data(&chunk(piece, output, false))
        })
        .collect();
    Reply::vendor_stream("text/event-stream", answer, vec![data(end)])
}

fn chunk(text: &str, output: u64, last: bool) -> Value {
    let mut candidate =
        json!({"content": {"parts": [{"text": text}], "role": "model"}, "index": 0});
    if last {
        candidate["finishReason"] = "STOP".into();
    }
    json!({
        "candidates": [candidate],
        "usageMetadata": {
            "promptTokenCount": INPUT_TOKENS,
            "candidatesTokenCount": output,
            "totalTokenCount": INPUT_TOKENS + output,
            "promptTokensDetails": [{"modality": "TEXT", "tokenCount": INPUT_TOKENS}],
        },
        "modelVersion": MODEL,
        "responseId": "abc123",
    })
}

fn error_body(status: u16, name: &str, message: &str, details: &[Value]) -> Value {
    let mut error = json!({"code": status, "message": message, "status": name});
    if !details.is_empty() {
        error["details"] = details.into();
    }
    json!({"error": error})
}

fn data(event: &Value) -> String {
    // The end of a line as the vendor sends it.
    format!("data: {event}\r\n\r\n")
}
