//! Anthropic's format: the Messages API.
//!
//! What the wire looks like is in [`encode`], [`decode`] and [`listing`], what a refusal means in
//! [`failure`], which call proves a credential in [`proof`]. [`Api`] sends.

mod api;
pub mod decode;
pub mod encode;
pub mod failure;
pub mod listing;
pub mod proof;
mod time;
#[cfg(test)]
mod wire_tests;

use openclaw_sdk::chat::{Chat, Request as Question};
use openclaw_sdk::facts::Facts;
use openclaw_sdk::http::Request;
use openclaw_sdk::stream::Streaming;
use openclaw_sdk::{Failure, Secret, clock};
use serde_json::Value;

pub use api::{Api, Reply, accepted, root};

/// Headers of a reply.
pub type Headers = [(String, String)];

/// What is a vendor's own.
pub struct Vendor {
    /// The manifest's `base_url`, below which `/v1/…` lies.
    pub base: &'static str,
    /// The models known when this was built.
    pub models: &'static [Facts],
    /// Signs a request.
    pub sign: for<'a> fn(Request<'a>, &'a Secret) -> Request<'a>,
    /// Whether JSON that came with a success reports a refusal all the same.
    pub is_refusal: fn(&Value) -> bool,
    /// What a refusal means, by its status, headers and body at this time.
    pub classify: fn(u16, &Headers, &str, u64) -> Failure,
}

/// Asks a model. The answer is decoded as the host pulls.
///
/// # Errors
/// As the vendor refused.
pub fn chat(api: &Api<'_>, question: &Question) -> Result<Chat, Failure> {
    let body = encode::messages(question, api.vendor().models);
    let response = api.open("/v1/messages", &body)?;
    let framing = decode::framing(response.header("content-type"), question.stream);
    let decoder = decode::Decoder::new(api.vendor(), response.status, clock::now_ms());
    Ok(Chat::new(Streaming::new(response, framing, decoder)))
}
