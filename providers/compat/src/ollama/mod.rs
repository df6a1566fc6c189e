//! Ollama's native format (`/api/…`), not the OpenAI dialect that it speaks too: only here a server
//! can be told not to drop what exceeds the context.
//!
//! Requests are put together in [`encode`], replies read in [`decode`], [`listing`] and [`failure`];
//! this file and [`probe`] send. A configured base may end in `/v1`, `/api` or neither. Requests go
//! to `<server>/api/…`, so below a base that ends in `/v1` they need a grant of their own.

pub mod decode;
pub mod embeddings;
pub mod encode;
pub mod failure;
pub mod listing;
pub mod probe;
#[cfg(test)]
mod wire_tests;

use openclaw_sdk::chat::Chat;
use openclaw_sdk::conversation::Request as Question;
use openclaw_sdk::events::Events;
use openclaw_sdk::http::{Request, Response};
use openclaw_sdk::json::{Body, Writer};
use openclaw_sdk::stream::Streaming;
use openclaw_sdk::{Failure, FailureKind, Model};
use serde_json::Value;

use crate::call::Call;
use crate::failure::is_error;
use crate::json;
use crate::relay::{CHAT, EMBEDDINGS, lacks};
use crate::vendor::Wire;

/// The wire.
pub const WIRE: Wire = Wire {
    api: "ollama",
    root: encode::root,
    chat,
    discover,
    probe: probe::run,
    classify: failure::classify,
    count: None,
    embeddings: Some(embeddings::HOW),
    relay,
    headers: &[],
};

fn relay(call: &Call<'_>, operation: &str, _: &str, _: bool) -> Result<String, Failure> {
    match operation {
        CHAT => Ok(call.url("/api/chat")),
        EMBEDDINGS => Ok(call.url(embeddings::PATH)),
        _ => Err(lacks()),
    }
}

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
    let encoded = encode::chat(&question)?;
    let response = post(call, "/api/chat", encoded.body, wait)?;
    let framing = decode::framing(response.header("content-type"), question.stream);
    let decoder = decode::Decoder::new(call.vendor(), response.status);
    let mut events = Events::default();
    events.notices(encoded.notices);
    Ok(Chat::new(Streaming::with_events(
        response, framing, decoder, events,
    )))
}

fn discover(call: &Call<'_>) -> Result<Vec<Model>, Failure> {
    let mut models = tags(call)?;
    let mut chats = vec![true; models.len()];
    for (model, chats) in models.iter_mut().zip(&mut chats).take(SHOWN) {
        match show(call, &model.id) {
            Ok(show) => *chats = listing::apply_show(model, &show),
            // The listing stands without details; a server that stalls is not asked again.
            Err(failure)
                if matches!(failure.kind(), FailureKind::Timeout | FailureKind::Network) =>
            {
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
    let mut asked = Writer::default();
    asked.open_object().member("model", model).close_object();
    let reply = post(call, "/api/show", asked.finish(), LISTING_MS)?;
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

fn post(call: &Call<'_>, path: &str, body: Body, wait_ms: u64) -> Result<Response, Failure> {
    let request = Request::post(call.url(path))
        .timeout_ms(wait_ms)
        .json_body(body);
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
