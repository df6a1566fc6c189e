//! Requests that are in a wire's format already: the address and what signs are added, and a refusal is
//! told apart. Neither the request nor the answer is seen.

use openclaw_sdk::http::Request;
use openclaw_sdk::relay::{Reply, Request as Relayed};
use openclaw_sdk::{Failure, FailureKind, ProviderConfig, Secret, clock, errors};

use crate::call::Call;
use crate::vendor::{Headers, Vendor};

/// What of a format is asked.
pub const CHAT: &str = "chat";
/// As [`CHAT`].
pub const COUNT_TOKENS: &str = "count-tokens";
/// As [`CHAT`].
pub const EMBEDDINGS: &str = "embeddings";

/// Sends a request on.
///
/// # Errors
/// Kind `unsupported` for a format or an operation that the vendor does not have, else as it refused.
pub fn send(
    vendor: &'static Vendor,
    config: &ProviderConfig,
    credential: Option<&Secret>,
    relayed: &Relayed,
) -> Result<Reply, Failure> {
    let call = Call::in_dialect(vendor, config, credential, &relayed.dialect)?;
    let url = (call.wire().relay)(&call, &relayed.operation, &relayed.model, relayed.stream)?;
    let mut request = Request::post(url).header("content-type", "application/json");
    let given = |name: &str| relayed.headers.iter().any(|(given, _)| given == name);
    for (name, value) in call.wire().headers {
        if !given(name) {
            request = request.header(name, value);
        }
    }
    if relayed.stream && !given("accept") {
        request = request.header("accept", "text/event-stream");
    }
    for (name, value) in &relayed.headers {
        request = request.header(name, value);
    }
    let response = call.send(request.body_blob(&relayed.body))?;
    Ok(Reply {
        status: response.status,
        headers: response.headers.clone(),
        limits: Vec::new(),
        body: response.into_body(),
    })
}

/// Tells what an error means that came inside an accepted answer.
#[must_use]
pub fn classify(
    vendor: &'static Vendor,
    dialect: &str,
    status: u16,
    headers: &Headers,
    body: &str,
) -> Failure {
    let wire = vendor.wires.iter().find(|wire| wire.api == dialect);
    match wire {
        Some(wire) => (wire.classify)(vendor, status, headers, body, clock::now_ms()),
        None => errors::failure(
            FailureKind::Other,
            body.chars().take(500).collect::<String>(),
        ),
    }
}

/// Returns the failure of what a format has no request for.
#[must_use]
pub fn lacks() -> Failure {
    errors::unsupported("operation", "this format has no such request")
}
