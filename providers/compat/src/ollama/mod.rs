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
use serde_json::Value;

use crate::call::Call;
use crate::failure::is_error;
use crate::json;
use crate::vendor::Wire;

/// The wire.
pub const WIRE: Wire = Wire {
    api: "ollama",
    root: encode::root,
    chat,
    discover,
    probe: probe::run,
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
    let response = post(call, "/api/chat", encode::chat(&question), wait)?;
    let framing = decode::framing(response.header("content-type"), question.stream);
    let decoder = decode::Decoder::new(call.vendor(), response.status);
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
    let mut asked = String::from("{");
    json::text(&mut asked, "model", model);
    json::close(&mut asked, "}");
    let reply = post(call, "/api/show", asked, LISTING_MS)?;
    let show = body(call, &reply, "/api/show")?;
    if listing::is_show(&show) {
        Ok(show)
    } else {
        Err(failure::not_ollama(200, "/api/show"))
    }
}

fn get(call: &Call<'_>, path: &str) -> Result<Value, Failure> {
    match call.send(Request::get(call.url(path)).timeout_ms(LISTING_MS)) {
        Ok(response) => body(call, &response, path),
        Err(failure) => Err(failure::of_listing(failure, path)),
    }
}

fn post(call: &Call<'_>, path: &str, body: String, wait_ms: u64) -> Result<Response, Failure> {
    let request = Request::post(call.url(path))
        .timeout_ms(wait_ms)
        .header("content-type", "application/json")
        .body_text(body);
    call.send(request)
}

/// Reads a success's JSON; one that holds an error is a failure.
fn body(call: &Call<'_>, reply: &Response, path: &str) -> Result<Value, Failure> {
    let value = json::parse(&reply.text()?).map_err(|_| failure::not_ollama(reply.status, path))?;
    if is_error(&value) {
        return Err(failure::explain(call.vendor(), &value, reply.status));
    }
    Ok(value)
}
