//! What OpenAI's two formats share: where requests go, the list of models, probes, and what a refusal
//! means. The formats are [`openai_chat`](crate::openai_chat), which most compatible servers speak,
//! and [`openai_responses`](crate::openai_responses).

pub mod embeddings;
pub mod encode;
mod endpoint;
pub mod failure;
pub(crate) mod habits;
pub mod listing;
pub mod probe;
pub mod reading;
#[cfg(test)]
mod tests;

use openclaw_sdk::Failure;
use openclaw_sdk::chat::{Chat, Notice};
use openclaw_sdk::conversation::Request as Question;
use openclaw_sdk::events::Events;
use openclaw_sdk::framing::Framing;
use openclaw_sdk::http::{Request, Response};
use openclaw_sdk::stream::{Decode, Streaming};
use openclaw_sdk::tokens::Count;

use crate::call::Call;
use crate::openai_responses::encode as counting;
use crate::question::{Encoded, counted};
use crate::relay::{CHAT, COUNT_TOKENS, EMBEDDINGS, lacks};
use crate::vendor::Vendor;

pub use endpoint::root;
pub use habits::{Habits, Headers, Thinking};

/// Path of a response.
pub const RESPONSES: &str = "/responses";
/// Path that counts the tokens of one.
const COUNT_PATH: &str = "/responses/input_tokens";

/// One of the two formats.
pub struct Dialect {
    /// Path that takes a chat.
    pub path: &'static str,
    /// Encodes a chat for a vendor; the last says whether for its own server, which takes more than
    /// most.
    pub body: fn(&Question, &Vendor, bool) -> Result<Encoded, Failure>,
    /// Begins to decode a reply that is cut so.
    pub decoder: fn(&'static Vendor, Framing) -> Box<dyn Decode>,
    /// Returns what to try where a server seems to lack the path.
    pub hint: Option<&'static str>,
}

/// Asks a model. The answer is decoded as the host pulls.
///
/// # Errors
/// What the vendor refused it with, or what kept the request from it.
pub fn chat(call: &Call<'_>, dialect: &Dialect, question: &Question) -> Result<Chat, Failure> {
    if call.vendor().openai.streams_only && !question.stream {
        let streamed = Question {
            stream: true,
            ..question.clone()
        };
        return chat(call, dialect, &streamed);
    }
    let (response, notices) = open(call, dialect, question)?;
    let framing = reading::framing(response.header("content-type"), question.stream);
    let decoder = (dialect.decoder)(call.vendor(), framing);
    let mut events = Events::default();
    events.notices(notices);
    Ok(Chat::new(Streaming::with_events(
        response, framing, decoder, events,
    )))
}

/// Returns where a request in one of the formats goes.
///
/// # Errors
/// Kind `unsupported` for what the format has no request for.
pub fn relay(call: &Call<'_>, dialect: &Dialect, operation: &str) -> Result<String, Failure> {
    match operation {
        CHAT => Ok(call.url(dialect.path)),
        COUNT_TOKENS if dialect.path == RESPONSES => Ok(call.url(COUNT_PATH)),
        EMBEDDINGS => Ok(call.url(embeddings::PATH)),
        _ => Err(lacks()),
    }
}

/// Counts the tokens of a request, which only the vendor's own server can.
///
/// # Errors
/// As [`chat`].
pub fn count(call: &Call<'_>, question: Question) -> Result<Count, Failure> {
    let encoded = counting::counted(&question, call.vendor(), call.is_vendors_own())?;
    let request = Request::post(call.url(COUNT_PATH)).json_body(encoded.body);
    let reply = call.send(request)?.json()?;
    counted(reply["input_tokens"].as_u64())
}

/// Sends a chat and waits until the vendor has accepted it.
///
/// # Errors
/// As [`chat`].
pub fn open(
    call: &Call<'_>,
    dialect: &Dialect,
    question: &Question,
) -> Result<(Response, Vec<Notice>), Failure> {
    let accept = if question.stream {
        "text/event-stream"
    } else {
        "application/json"
    };
    let encoded = (dialect.body)(question, call.vendor(), call.is_vendors_own())?;
    let mut request = Request::post(call.url(dialect.path))
        .header("accept", accept)
        .json_body(encoded.body);
    if let Some(headers) = call.vendor().openai.headers {
        for (name, value) in headers(question) {
            request = request.header(name, value);
        }
    }
    let response = call
        .send(request)
        .map_err(|failure| endpoint::explain(failure, dialect, call.is_vendors_own()))?;
    Ok((response, encoded.notices))
}
