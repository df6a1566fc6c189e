//! Google's format: `generateContent` and `streamGenerateContent` of the Gemini API.
//!
//! [`address`], [`encode`], [`decode`], [`failure`] and [`listing`] translate and know neither network nor clock;
//! this file and [`probe`] send.

pub mod address;
pub mod decode;
pub mod embeddings;
pub mod encode;
pub mod failure;
pub mod listing;
pub mod probe;
#[cfg(test)]
mod tests;
pub mod vertex;

use openclaw_sdk::chat::Chat;
use openclaw_sdk::conversation::Request as Question;
use openclaw_sdk::events::Events;
use openclaw_sdk::http::{Request, Response};
use openclaw_sdk::json::Body;
use openclaw_sdk::stream::Streaming;
use openclaw_sdk::tokens::Count;
use openclaw_sdk::{Failure, FailureKind, Model, clock};

use crate::call::Call;
use crate::question::counted;
use crate::relay::{CHAT, COUNT_TOKENS, EMBEDDINGS, lacks};
use crate::vendor::Wire;

/// The wire.
pub const WIRE: Wire = Wire {
    api: "google-generative-ai",
    root: address::root,
    chat,
    discover,
    probe: probe::run,
    classify: failure::classify,
    count: Some(count),
    embeddings: Some(embeddings::HOW),
    relay,
    headers: &[],
};

fn relay(call: &Call<'_>, operation: &str, model: &str, streamed: bool) -> Result<String, Failure> {
    match operation {
        CHAT => address::answer_url(call.base(), model, streamed),
        COUNT_TOKENS => address::method_url(call.base(), model, "countTokens"),
        EMBEDDINGS => address::method_url(call.base(), model, "embedContent"),
        "embeddings-batch" => address::method_url(call.base(), model, "batchEmbedContents"),
        _ => Err(lacks()),
    }
}

fn count(call: &Call<'_>, question: Question) -> Result<Count, Failure> {
    let url = address::method_url(call.base(), &question.model, "countTokens")?;
    let encoded = encode::counted(&question, call.vendor())?;
    let reply = post(call, url, encoded.body)?.json()?;
    counted(reply["totalTokens"].as_u64())
}

/// Most pages of the model list that are asked for.
const PAGES: usize = 20;
/// Models on a page; the vendor's own maximum.
const PAGE_SIZE: u32 = 1_000;

fn chat(call: &Call<'_>, question: Question) -> Result<Chat, Failure> {
    let url = address::answer_url(call.base(), &question.model, question.stream)?;
    let encoded = encode::body(&question, call.vendor())?;
    // The texts need not be in memory twice while the answer is awaited.
    drop(question);
    let response = post(call, url, encoded.body)?;
    let decoder = decode::Decoder::new(call.vendor(), clock::now_ms());
    let mut events = Events::default();
    events.notices(encoded.notices);
    Ok(Chat::new(Streaming::with_events(
        response,
        decode::FRAMING,
        decoder,
        events,
    )))
}

fn discover(call: &Call<'_>) -> Result<Vec<Model>, Failure> {
    let url = |token: Option<&str>| address::models_url(call.base(), PAGE_SIZE, token);
    all_pages(|token| listed(call, url(token)))
}

/// Asks for one page after the other, and returns each model once.
fn all_pages(
    ask: impl Fn(Option<&str>) -> Result<listing::Page, Failure>,
) -> Result<Vec<Model>, Failure> {
    let mut found: Vec<Model> = Vec::new();
    let mut token: Option<String> = None;
    for _ in 0..PAGES {
        let page = ask(token.as_deref())?;
        for model in page.models {
            if found.iter().all(|known| known.id != model.id) {
                found.push(model);
            }
        }
        // A server that repeats itself has no more to say.
        if page.next.is_none() || page.next == token {
            break;
        }
        token = page.next;
    }
    Ok(found)
}

fn post(call: &Call<'_>, url: String, body: Body) -> Result<Response, Failure> {
    call.send(Request::post(url).json_body(body))
}

/// Asks for a page of the model list.
fn listed(call: &Call<'_>, url: String) -> Result<listing::Page, Failure> {
    let response = call.send(Request::get(url)).map_err(|mut failure| {
        // No model was named: the address is wrong.
        if failure.kind == FailureKind::ModelNotFound {
            failure.kind = FailureKind::Other.into();
        }
        failure
    })?;
    listing::page(&response.json()?, call.vendor(), clock::now_ms())
}
