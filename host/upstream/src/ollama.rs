//! Ollama's own API on the wire.

use serde_json::{Value, json};

use crate::reply::{Reply, words};

/// The model that replies name.
pub const MODEL: &str = "llama3.2";
/// Input tokens that replies report.
pub const INPUT_TOKENS: u64 = 26;
const CREATED: &str = "2025-11-04T08:52:19.385406Z";

/// A whole answer to `POST /api/chat`. It reports as many output tokens as it has words.
#[must_use]
pub fn answer(text: &str) -> Reply {
    Reply::json(200, &last(text, words(text)))
}

/// A streamed answer to `POST /api/chat`, each line a chunk. [`truncated`](Reply::truncated) ends
/// it after the last piece.
#[must_use]
pub fn stream(pieces: &[&str]) -> Reply {
    streamed(pieces, &last("", words(&pieces.concat())))
}

/// A stream that begins with these pieces and then reports an error, after the status 200.
#[must_use]
pub fn stream_error(pieces: &[&str], message: &str) -> Reply {
    streamed(pieces, &json!({"error": message}))
}

/// An error, such as 404 `model 'x' not found`.
#[must_use]
pub fn error(status: u16, message: &str) -> Reply {
    Reply::json(status, &json!({"error": message}))
}

/// The reply to `GET /api/tags`.
#[must_use]
pub fn tags(names: &[&str]) -> Reply {
    let models: Vec<Value> = names
        .iter()
        .map(|name| {
            json!({
                "name": name,
                "model": name,
                "modified_at": "2025-05-10T08:06:48.639712648-07:00",
                "size": 4_661_224_676_u64,
                "digest": "0a8c26691023dcb7b1a1b3b6a5b1c2d3",
                "details": details(),
            })
        })
        .collect();
    Reply::json(200, &json!({"models": models}))
}

/// The reply to `POST /api/show`, with capabilities such as `completion`, `tools`, `vision`.
#[must_use]
pub fn show(context: u64, capabilities: &[&str]) -> Reply {
    Reply::json(
        200,
        &json!({
            "details": details(),
            "model_info": {
                "general.architecture": "llama",
                "general.parameter_count": 8_030_261_248_u64,
                "llama.context_length": context,
            },
            "capabilities": capabilities,
            "modified_at": "2025-05-10T08:06:48.639712648-07:00",
        }),
    )
}

/// The reply to `GET /api/version`.
#[must_use]
pub fn version(version: &str) -> Reply {
    Reply::json(200, &json!({"version": version}))
}

fn streamed(pieces: &[&str], end: &Value) -> Reply {
    let answer = pieces
        .iter()
        .map(|piece| {
            let message = json!({"role": "assistant", "content": piece});
            let line = json!({
                "model": MODEL, "created_at": CREATED, "message": message, "done": false,
            });
            format!("{line}\n")
        })
        .collect();
    Reply::vendor_stream("application/x-ndjson", answer, vec![format!("{end}\n")])
}

fn last(text: &str, output: u64) -> Value {
    json!({
        "model": MODEL,
        "created_at": CREATED,
        "message": {"role": "assistant", "content": text},
        "done": true,
        "done_reason": "stop",
        "total_duration": 4_883_583_458_u64,
        "load_duration": 1_334_875,
        "prompt_eval_count": INPUT_TOKENS,
        "prompt_eval_duration": 342_546_000,
        "eval_count": output,
        "eval_duration": 4_535_599_000_u64,
    })
}

fn details() -> Value {
    json!({
        "parent_model": "",
        "format": "gguf",
        "family": "llama",
        "families": ["llama"],
        "parameter_size": "8.0B",
        "quantization_level": "Q4_0",
    })
}
