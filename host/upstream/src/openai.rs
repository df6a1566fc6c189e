//! The OpenAI API on the wire: Responses and Chat Completions.

use serde_json::{Value, json};

use crate::reply::{Reply, words};

/// The model that replies name.
pub const MODEL: &str = "gpt-5.2-2025-12-11";
/// Input tokens that replies report.
pub const INPUT_TOKENS: u64 = 21;
const CREATED: u64 = 1_765_313_051;

/// A whole answer to `POST /responses`. It reports as many output tokens as it has words.
#[must_use]
pub fn responses_answer(text: &str) -> Reply {
    identified(Reply::json(200, &response("completed", text)))
}

/// A streamed answer to `POST /responses`, each event a chunk, from `response.created` to
/// `response.completed`. [`truncated`](Reply::truncated) ends it after the last piece.
#[must_use]
pub fn responses_stream(pieces: &[&str]) -> Reply {
    let text = pieces.concat();
    let part = json!({"type": "output_text", "annotations": [], "text": text});
    let completion = vec![
        json!({
            "type": "response.output_text.done",
            "item_id": "msg_1", "output_index": 0, "content_index": 0, "text": text,
        }),
        json!({
            "type": "response.content_part.done",
            "item_id": "msg_1", "output_index": 0, "content_index": 0, "part": part,
        }),
        json!({
            "type": "response.output_item.done",
            "output_index": 0, "item": item("completed", &text),
        }),
        json!({"type": "response.completed", "response": response("completed", &text)}),
    ];
    responses_streamed(pieces, completion)
}

/// A stream of `POST /responses` that begins with these pieces and then fails, after the status
/// 200, with `response.failed`.
#[must_use]
pub fn responses_stream_error(pieces: &[&str], code: &str, message: &str) -> Reply {
    let mut failed = response("failed", "");
    failed["error"] = json!({"code": code, "message": message});
    let failed = json!({"type": "response.failed", "response": failed});
    responses_streamed(pieces, vec![failed])
}

/// A whole answer to `POST /chat/completions`. It reports as many output tokens as it has words.
#[must_use]
pub fn chat_answer(text: &str) -> Reply {
    identified(Reply::json(
        200,
        &json!({
            "id": "chatcmpl-9",
            "object": "chat.completion",
            "created": CREATED,
            "model": MODEL,
            "choices": [{
                "index": 0,
                "message": {"role": "assistant", "content": text, "refusal": null},
                "logprobs": null,
                "finish_reason": "stop",
            }],
            "usage": chat_usage(text),
        }),
    ))
}

/// A streamed answer to `POST /chat/completions`, each event a chunk, with a usage chunk and
/// `[DONE]` at the end. [`truncated`](Reply::truncated) ends it after the last piece.
#[must_use]
pub fn chat_stream(pieces: &[&str]) -> Reply {
    let stop = json!([{"index": 0, "delta": {}, "logprobs": null, "finish_reason": "stop"}]);
    let completion = vec![
        data(&chat_chunk(&stop, Value::Null)),
        data(&chat_chunk(&json!([]), chat_usage(&pieces.concat()))),
        "data: [DONE]\n\n".to_owned(),
    ];
    chat_streamed(pieces, completion)
}

/// A stream of `POST /chat/completions` that begins with these pieces and then reports an error,
/// after the status 200.
#[must_use]
pub fn chat_stream_error(pieces: &[&str], kind: &str, code: &str, message: &str) -> Reply {
    chat_streamed(pieces, vec![data(&error_body(kind, code, message))])
}

/// An error, such as 503 `service_unavailable_error` `server_is_overloaded`. An empty code is sent
/// as `null`.
#[must_use]
pub fn error(status: u16, kind: &str, code: &str, message: &str) -> Reply {
    identified(Reply::json(status, &error_body(kind, code, message)))
}

/// The reply to `GET /models`.
#[must_use]
pub fn models(ids: &[&str]) -> Reply {
    let data: Vec<Value> = ids
        .iter()
        .map(|id| json!({"id": id, "object": "model", "created": CREATED, "owned_by": "system"}))
        .collect();
    identified(Reply::json(200, &json!({"object": "list", "data": data})))
}

fn responses_streamed(pieces: &[&str], completion: Vec<Value>) -> Reply {
    let mut events = vec![
        json!({"type": "response.created", "response": response("in_progress", "")}),
        json!({"type": "response.in_progress", "response": response("in_progress", "")}),
        json!({
            "type": "response.output_item.added",
            "output_index": 0, "item": item("in_progress", ""),
        }),
        json!({
            "type": "response.content_part.added",
            "item_id": "msg_1", "output_index": 0, "content_index": 0,
            "part": {"type": "output_text", "annotations": [], "text": ""},
        }),
    ];
    events.extend(pieces.iter().map(|piece| {
        json!({
            "type": "response.output_text.delta",
            "item_id": "msg_1", "output_index": 0, "content_index": 0,
            "delta": piece, "logprobs": [],
        })
    }));
    let answer = events.len();
    events.extend(completion);
    let mut events: Vec<String> = events
        .into_iter()
        .enumerate()
        .map(|(number, mut event)| {
            event["sequence_number"] = number.into();
            let name = event["type"].as_str().unwrap_or_default();
            format!("event: {name}\ndata: {event}\n\n")
        })
        .collect();
    let completion = events.split_off(answer);
    identified(Reply::vendor_stream(
        "text/event-stream; charset=utf-8",
        events,
        completion,
    ))
}

fn response(status: &str, text: &str) -> Value {
    let complete = status == "completed";
    let output = if complete {
        vec![item(status, text)]
    } else {
        Vec::new()
    };
    let usage = complete.then(|| {
        json!({
            "input_tokens": INPUT_TOKENS,
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens": words(text),
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": INPUT_TOKENS + words(text),
        })
    });
    json!({
        "id": "resp_68a1",
        "object": "response",
        "created_at": CREATED,
        "status": status,
        "error": null,
        "incomplete_details": null,
        "instructions": null,
        "max_output_tokens": null,
        "model": MODEL,
        "output": output,
        "parallel_tool_calls": true,
        "store": false,
        "temperature": 1.0,
        "usage": usage,
    })
}

fn item(status: &str, text: &str) -> Value {
    let part = json!({"type": "output_text", "annotations": [], "logprobs": [], "text": text});
    let content = if status == "completed" {
        vec![part]
    } else {
        Vec::new()
    };
    json!({
        "id": "msg_1",
        "type": "message",
        "status": status,
        "role": "assistant",
        "content": content,
    })
}

fn chat_streamed(pieces: &[&str], completion: Vec<String>) -> Reply {
    let delta = |delta: Value| {
        let choices =
            json!([{"index": 0, "delta": delta, "logprobs": null, "finish_reason": null}]);
        data(&chat_chunk(&choices, Value::Null))
    };
    let mut answer = vec![delta(
        json!({"role": "assistant", "content": "", "refusal": null}),
    )];
    answer.extend(pieces.iter().map(|piece| delta(json!({"content": piece}))));
    identified(Reply::vendor_stream(
        "text/event-stream; charset=utf-8",
        answer,
        completion,
    ))
}

fn chat_chunk(choices: &Value, usage: Value) -> Value {
    json!({
        "id": "chatcmpl-9",
        "object": "chat.completion.chunk",
        "created": CREATED,
        "model": MODEL,
        "service_tier": "default",
        "choices": choices,
        "usage": usage,
    })
}

fn chat_usage(text: &str) -> Value {
    json!({
        "prompt_tokens": INPUT_TOKENS,
        "completion_tokens": words(text),
        "total_tokens": INPUT_TOKENS + words(text),
        "prompt_tokens_details": {"cached_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 0},
    })
}

fn error_body(kind: &str, code: &str, message: &str) -> Value {
    let code = (!code.is_empty()).then_some(code);
    json!({"error": {"message": message, "type": kind, "param": null, "code": code}})
}

fn data(event: &Value) -> String {
    format!("data: {event}\n\n")
}

fn identified(reply: Reply) -> Reply {
    reply.header("x-request-id", "req_68a1")
}
