//! The Responses API, OpenAI's own format: `POST /responses`.

pub mod decode;
pub mod encode;

use openclaw_sdk::Failure;
use openclaw_sdk::chat::Chat;
use openclaw_sdk::conversation::Request;
use openclaw_sdk::probe::{Options, Report};

use crate::call::Call;
use crate::openai::{self, Dialect, failure, listing};
use crate::vendor::Wire;

/// The wire.
pub const WIRE: Wire = Wire {
    api: "openai-responses",
    root: openai::root,
    chat,
    discover: listing::discover,
    probe,
    classify: failure::classify,
    count: Some(openai::count),
    embeddings: Some(openai::embeddings::HOW),
    relay,
    headers: &[],
};

fn relay(call: &Call<'_>, operation: &str, _: &str, _: bool) -> Result<String, Failure> {
    openai::relay(call, &DIALECT, operation)
}

/// What is its own beside what the two formats share.
pub const DIALECT: Dialect = Dialect {
    path: openai::RESPONSES,
    body: encode::body,
    decoder: |vendor, framing| Box::new(decode::Decoder::new(vendor, framing)),
    hint: Some("a server without the Responses API needs `api` set to `openai-completions`"),
};

fn chat(call: &Call<'_>, request: Request) -> Result<Chat, Failure> {
    openai::chat(call, &DIALECT, &request)
}

fn probe(call: &Call<'_>, options: &Options) -> Result<Report, Failure> {
    openai::probe::run(call, &DIALECT, options)
}
