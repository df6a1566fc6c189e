//! Ollama's native format (`/api/…`), not the OpenAI dialect that it speaks too: only here a server
//! can be told not to drop what exceeds the context.
//!
//! Requests are put together in [`encode`], replies read in [`decode`], [`listing`] and [`failure`];
//! this file and [`probe`] send. A configured base may end in `/v1`, `/api` or neither. Requests go
//! to `<server>/api/…`, so below a base that ends in `/v1` they need a grant of their own.

pub mod decode;
pub mod encode;
pub mod failure;
pub mod listing;
pub mod probe;
#[cfg(test)]
mod wire_tests;

use openclaw_sdk::chat::{Chat, Request as Question};
use openclaw_sdk::http::{Request, Response};
use openclaw_sdk::stream::Streaming;
use openclaw_sdk::{Failure, FailureKind, Model};
use serde_json::{Value, json};

use crate::call::Call;
use crate::vendor::Wire;

/// The wire.
pub const WIRE: Wire = Wire {
    api: "ollama",
    root: encode::root,
    chat,
    discover,
    probe: probe::run,
    is_error: |body| body.get("error").is_some_and(|error| !error.is_null()),
    classify: failure::classify,
};

/// Most models asked about one by one.
const SHOWN: usize = 32;
/// A listing comes at once or not at all.
const LISTING_MS: u64 = 10_000;
/// Loading a model comes before the first byte.
const FIRST_BYTE_MS: u64 = 300_000;
/// Unstreamed, the whole answer does.
const WHOLE_MS: u64 = 600_000;

fn chat(call: &Call<'_>, question: Question) -> Result<Chat, Failure> {
    let wait = if question.stream {
        FIRST_BYTE_MS
    } else {
        WHOLE_MS
    };
    let response = post(call, "/api/chat", &encode::chat(&question), wait)?;
    let framing = decode::framing(response.header("content-type"), question.stream);
    let decoder = decode::Decoder::new(response.status);
    Ok(Chat::new(Streaming::new(response, framing, decoder)))
}

fn discover(call: &Call<'_>) -> Result<Vec<Model>, Failure> {
    let mut models = tags(call)?;
    let mut chats = vec![true; models.len()];
    for (model, chats) in models.iter_mut().zip(&mut chats).take(SHOWN) {
        match show(call, &model.id) {
            Ok(show) => *chats = listing::apply_show(model, &show),
            // The listing stands without details; a server that stalls is not asked again.
            Err(failure) if matches!(failure.kind, FailureKind::Timeout | FailureKind::Network) => {
                break;
            }
            Err(_) => {}
        }
    }
    let mut chats = chats.into_iter();
    models.retain(|_| chats.next().unwrap_or(true));
    Ok(models)
}

fn tags(call: &Call<'_>) -> Result<Vec<Model>, Failure> {
    let reply = get(call, "/api/tags")?;
    listing::tags(&reply, call.vendor(), encode::is_cloud(call.base()))
        .ok_or_else(|| failure::not_ollama(200, "/api/tags"))
}

fn show(call: &Call<'_>, model: &str) -> Result<Value, Failure> {
    let reply = post(call, "/api/show", &json!({ "model": model }), LISTING_MS)?;
    let show = body(&reply, "/api/show")?;
    if listing::is_show(&show) {
        Ok(show)
    } else {
        Err(failure::not_ollama(200, "/api/show"))
    }
}

fn get(call: &Call<'_>, path: &str) -> Result<Value, Failure> {
    match call.send(Request::get(call.url(path)).timeout_ms(LISTING_MS)) {
        Ok(response) => body(&response, path),
        Err(failure) => Err(failure::of_listing(failure, path)),
    }
}

fn post(call: &Call<'_>, path: &str, body: &Value, wait_ms: u64) -> Result<Response, Failure> {
    call.send(Request::post(call.url(path)).timeout_ms(wait_ms).json(body))
}

/// Reads a success's JSON; one that holds an error is a failure.
fn body(reply: &Response, path: &str) -> Result<Value, Failure> {
    let value: Value = serde_json::from_str(&reply.text()?)
        .map_err(|_| failure::not_ollama(reply.status, path))?;
    match value.get("error").filter(|error| !error.is_null()) {
        Some(error) => Err(failure::explain(error, reply.status)),
        None => Ok(value),
    }
}
