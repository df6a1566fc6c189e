//! Amazon Bedrock's format: `converse` and `converse-stream`.
//!
//! What the wire looks like is in [`encode`], [`decode`], [`frames`] and [`listing`], what a refusal
//! means in [`failure`], where requests go in [`address`], which call proves a credential in
//! [`probe`], and [`api`] signs and sends.

pub mod address;
pub mod api;
pub mod decode;
pub mod encode;
pub mod failure;
pub mod frames;
pub mod listing;
pub mod probe;
#[cfg(test)]
mod tests;

use openclaw_sdk::chat::Chat;
use openclaw_sdk::conversation::Request as Question;
use openclaw_sdk::events::Events;
use openclaw_sdk::framing::Framing;
use openclaw_sdk::http::Request;
use openclaw_sdk::stream::Streaming;
use openclaw_sdk::{Failure, FailureKind, clock, errors};

use crate::call::Call;
use crate::relay::lacks;
use crate::vendor::Wire;

/// The wire.
pub const WIRE: Wire = Wire {
    api: "bedrock-converse-stream",
    root: api::root,
    chat,
    discover: listing::discover,
    probe: probe::run,
    classify: failure::classify,
    count: None,
    embeddings: None,
    relay: |_, _, _, _| Err(lacks()),
    headers: &[],
};

/// What a stream says it is.
const EVENT_STREAM: &str = "application/vnd.amazon.eventstream";

fn chat(call: &Call<'_>, question: Question) -> Result<Chat, Failure> {
    if !address::is_model(&question.model) {
        let message = ["`", &question.model, "` is not the id of a model"].concat();
        return Err(errors::failure(FailureKind::ModelNotFound, message));
    }
    let place = api::place(call, Some(&question.model))?;
    let encoded = encode::body(&question, call.vendor())?;
    let (operation, accepts) = if question.stream {
        ("converse-stream", EVENT_STREAM)
    } else {
        ("converse", "application/json")
    };
    let path = address::model_path(&question.model, operation);
    // The texts need not be in memory twice while the answer is awaited.
    drop(question);
    let request = Request::post([place.runtime.as_str(), &path].concat())
        .header("accept", accepts)
        .json_body(encoded.body);
    let response = api::send(call, &place, request)?;
    let told = response.header("content-type").unwrap_or_default();
    let is_stream = told.to_ascii_lowercase().starts_with(EVENT_STREAM);
    let id = response.header("x-amzn-requestid").map(str::to_owned);
    let decoder = decode::Decoder::new(call.vendor(), response.status, id, clock::now_ms());
    let mut events = Events::default();
    events.notices(encoded.notices);
    Ok(Chat::new(if is_stream {
        Streaming::cut_by(response, frames::EventStream::default(), decoder, events)
    } else {
        Streaming::with_events(response, Framing::Whole, decoder, events)
    }))
}
