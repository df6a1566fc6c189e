//! The requests this provider makes, each through the host's gate.

use openclaw_sdk::chat;
use openclaw_sdk::http::{Request, Response};
use openclaw_sdk::{Failure, Secret, clock};
use serde_json::Value;

use crate::endpoint::Endpoint;
use crate::{encode, failure, listing};

/// Asks for an answer.
///
/// # Errors
/// What the vendor refused it with, or what kept the request from it.
pub(crate) fn chat(
    endpoint: &Endpoint,
    credential: Option<&Secret>,
    request: &chat::Request,
) -> Result<Response, Failure> {
    let accept = if request.stream {
        "text/event-stream"
    } else {
        "application/json"
    };
    let call = Request::post(endpoint.url(endpoint.dialect.path()))
        .header("accept", accept)
        .json(&encode::body(request, endpoint)?);
    send(call, credential).map_err(|failure| endpoint.explain(failure))
}

/// Asks for the list of models, and returns it once it has the shape of one.
///
/// # Errors
/// As [`chat()`], and kind `server` when the reply is no listing.
pub(crate) fn list(endpoint: &Endpoint, credential: Option<&Secret>) -> Result<Value, Failure> {
    let call = Request::get(endpoint.url("/models")).header("accept", "application/json");
    let listing = send(call, credential).map_err(listing::refused)?.json()?;
    listing::read(&listing)?;
    Ok(listing)
}

/// Asks for one model's entry, and returns it if it is that model's.
///
/// # Errors
/// As [`chat()`]; kind `model-not-found` when the vendor has no such entry.
pub(crate) fn model(
    endpoint: &Endpoint,
    credential: Option<&Secret>,
    model: &str,
) -> Result<(), Failure> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.:".contains(&b);
    if model.bytes().all(plain) && !matches!(model, "" | "." | "..") {
        let call = Request::get(endpoint.url(&format!("/models/{model}")))
            .header("accept", "application/json");
        let entry = send(call, credential)?.json()?;
        if entry.get("id").and_then(Value::as_str) == Some(model) {
            return Ok(());
        }
        if failure::is_error(&entry) {
            return Err(failure::in_reply(&entry));
        }
    }
    Err(failure::no_such_model(model))
}

fn send<'a>(call: Request<'a>, credential: Option<&'a Secret>) -> Result<Response, Failure> {
    let call = match credential {
        Some(secret) => call.secret_header("authorization", "Bearer ", secret),
        None => call,
    };
    let response = call.send()?;
    if response.is_success() {
        return Ok(response);
    }
    let body = response.text()?;
    Err(failure::classify(
        response.status,
        &response.headers,
        &body,
        clock::now_ms(),
    ))
}
