//! Anthropic's format: the Messages API.
//!
//! What the wire looks like is in [`encode`], [`decode`] and [`listing`], what a refusal means in
//! [`failure`], which call proves a credential in [`probe`], and [`api`] sends.

pub mod api;
pub mod decode;
pub mod encode;
pub mod failure;
#[cfg(test)]
mod failure_tests;
pub mod listing;
pub mod probe;
#[cfg(test)]
mod wire_tests;

use openclaw_sdk::chat::Chat;
use openclaw_sdk::conversation::Request as Question;
use openclaw_sdk::events::Events;
use openclaw_sdk::stream::Streaming;
use openclaw_sdk::tokens::Count;
use openclaw_sdk::{Failure, clock};

use crate::call::Call;
use crate::question::counted;
use crate::relay::{CHAT, COUNT_TOKENS, lacks};
use crate::vendor::{FreeCheck, Wire};

/// The wire.
pub const WIRE: Wire = Wire {
    api: "anthropic-messages",
    root: api::root,
    chat,
    discover: listing::discover,
    probe: probe::run,
    classify: failure::classify,
    count: Some(count),
    embeddings: None,
    relay,
    headers: &[("anthropic-version", api::VERSION)],
};

fn relay(call: &Call<'_>, operation: &str, _: &str, _: bool) -> Result<String, Failure> {
    match operation {
        CHAT => Ok(call.url("/v1/messages")),
        COUNT_TOKENS => Ok(call.url("/v1/messages/count_tokens")),
        _ => Err(lacks()),
    }
}

fn count(call: &Call<'_>, question: Question) -> Result<Count, Failure> {
    if call.free_check() == FreeCheck::None {
        return Err(call.vendor().lacks("call that counts tokens"));
    }
    let encoded = encode::counted(&question, call.vendor())?;
    let betas = encode::betas(&question);
    let response = api::open(
        call,
        "/v1/messages/count_tokens",
        encoded.body,
        betas.as_deref(),
    )?;
    let reply = api::read(call, &response)?;
    counted(reply.body["input_tokens"].as_u64())
}

fn chat(call: &Call<'_>, question: Question) -> Result<Chat, Failure> {
    let encoded = encode::messages(&question, call.vendor())?;
    let betas = encode::betas(&question);
    let response = api::open(call, "/v1/messages", encoded.body, betas.as_deref())?;
    let framing = decode::framing(response.header("content-type"), question.stream);
    let decoder =
        decode::Decoder::new(call.vendor(), call.wire(), response.status, clock::now_ms());
    let mut events = Events::default();
    events.notices(encoded.notices);
    Ok(Chat::new(Streaming::with_events(
        response, framing, decoder, events,
    )))
}
