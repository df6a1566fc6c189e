//! The Anthropic Messages API on the wire.

use serde_json::{Value, json};

use crate::reply::{Reply, words};

/// The model that replies name.
pub const MODEL: &str = "claude-haiku-4-5-20251001";
const REQUEST_ID: &str = "req_011CWHZkqJ1pRk8eYcyAUfZ9";
/// Input tokens that replies report.
pub const INPUT_TOKENS: u64 = 12;

/// A whole answer to `POST /v1/messages`. It reports as many output tokens as it has words.
#[must_use]
pub fn answer(text: &str) -> Reply {
    let mut message = message();
    message["content"] = json!([{"type": "text", "text": text}]);
    message["stop_reason"] = "end_turn".into();
    message["usage"]["output_tokens"] = words(text).into();
    identified(Reply::json(200, &message))
}

/// A streamed answer to `POST /v1/messages`, each event a chunk: `message_start`,
/// `content_block_start`, `ping`, a delta for each piece, `content_block_stop`, `message_delta`,
/// `message_stop`. [`truncated`](Reply::truncated) ends it after the last piece.
#[must_use]
pub fn stream(pieces: &[&str]) -> Reply {
    let output = words(&pieces.concat());
    let completion = [
        json!({"type": "content_block_stop", "index": 0}),
        json!({
            "type": "message_delta",
            "delta": {"stop_reason": "end_turn", "stop_sequence": null},
            "usage": {
                "input_tokens": INPUT_TOKENS,
                "cache_creation_input_tokens": 0,
                "cache_read_input_tokens": 0,
                "output_tokens": output,
            },
        }),
        json!({"type": "message_stop"}),
    ];
    streamed(pieces, &completion)
}

/// A stream that begins with these pieces and then reports an error, after the status 200.
#[must_use]
pub fn stream_error(pieces: &[&str], kind: &str, message: &str) -> Reply {
    streamed(pieces, &[error_body(kind, message)])
}

/// An error, such as 429 `rate_limit_error` or 529 `overloaded_error`.
#[must_use]
pub fn error(status: u16, kind: &str, message: &str) -> Reply {
    identified(Reply::json(status, &error_body(kind, message)))
}

/// The last page of `GET /v1/models`.
#[must_use]
pub fn models(ids: &[&str]) -> Reply {
    models_page(ids, false)
}

/// A page of `GET /v1/models`; `more` follow after the last id.
#[must_use]
pub fn models_page(ids: &[&str], more: bool) -> Reply {
    let data: Vec<Value> = ids
        .iter()
        .map(|id| {
            json!({
                "type": "model",
                "id": id,
                "display_name": id,
                "created_at": "2025-10-15T00:00:00Z",
            })
        })
        .collect();
    identified(Reply::json(
        200,
        &json!({"data": data, "has_more": more, "first_id": ids.first(), "last_id": ids.last()}),
    ))
}

fn streamed(pieces: &[&str], completion: &[Value]) -> Reply {
    let mut answer = vec![
        event(&json!({"type": "message_start", "message": message()})),
        event(&json!({
            "type": "content_block_start",
            "index": 0,
            "content_block": {"type": "text", "text": ""},
        })),
        event(&json!({"type": "ping"})),
    ];
    answer.extend(pieces.iter().map(|piece| {
        event(&json!({
            "type": "content_block_delta",
            "index": 0,
            "delta": {"type": "text_delta", "text": piece},
        }))
    }));
    let completion = completion.iter().map(event).collect();
    identified(Reply::vendor_stream(
        "text/event-stream; charset=utf-8",
        answer,
        completion,
    ))
}

/// A message that has not said anything yet.
fn message() -> Value {
    json!({
        "model": MODEL,
        "id": "msg_01XFDUDYJgAACzvnptvVoYEL",
        "type": "message",
        "role": "assistant",
        "content": [],
        "stop_reason": null,
        "stop_sequence": null,
        "usage": {
            "input_tokens": INPUT_TOKENS,
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": 0,
            "output_tokens": 1,
            "service_tier": "standard",
        },
    })
}

fn error_body(kind: &str, message: &str) -> Value {
    json!({
        "type": "error",
        "error": {"type": kind, "message": message},
        "request_id": REQUEST_ID,
    })
}

fn event(data: &Value) -> String {
    let name = data["type"].as_str().unwrap_or_default();
    format!("event: {name}\ndata: {data}\n\n")
}

fn identified(reply: Reply) -> Reply {
    reply.header("request-id", REQUEST_ID)
}
