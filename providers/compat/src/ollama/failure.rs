//! Error replies as failures.
//!
//! The native API has no codes: an error is `{"error": "<sentence>"}`. Proxies and the OpenAI dialect
//! nest an object with a code, and the server passes on its runner's error object as JSON inside the
//! sentence.

use openclaw_sdk::FailureKind::{self, Auth, Other};
use openclaw_sdk::{Failure, errors};
use serde_json::Value;

use crate::failure::wait::Wait;
use crate::failure::{ErrorBody, Rule, Rules, Told, verdict};
use crate::vendor::{Headers, Vendor};

/// What the format adds to what all share.
pub const RULES: Rules = Rules {
    rows: &[Rule::phrase(Auth, "unauthorized")],
    numbers_are_codes: false,
    // A missing model is always told by name. A bare 404 says that the path is unknown.
    names_missing_models: true,
    unexplained: "without a body",
    page: "a page instead of an answer",
    plain_bytes: usize::MAX,
};

/// Says what a reply that is not a success means. Pure: `now_ms` is the time of day.
#[must_use]
pub fn classify(
    vendor: &Vendor,
    status: u16,
    headers: &Headers,
    body: &str,
    now_ms: u64,
) -> Failure {
    let Told { value, body, .. } = Told::read(vendor, &RULES, status, headers, body, now_ms);
    let mut failure = of_body(vendor, status, headers, &body, &value, now_ms);
    if failure.kind == Auth && value.get("signin_url").is_some() {
        failure.message = errors::clip([&failure.message, ": run `ollama signin`"].concat());
    }
    if failure.kind == Other && matches!(status, 404 | 405) {
        failure.code = Some("unexpected_reply".to_owned());
    }
    failure
}

/// Says what an error means in a success, or in a line of its stream.
#[must_use]
pub fn explain(vendor: &Vendor, value: &Value, status: u16) -> Failure {
    let body = ErrorBody::of(value, &RULES, vendor);
    of_body(vendor, status, &[], &body, value, 0)
}

fn of_body(
    vendor: &Vendor,
    status: u16,
    headers: &Headers,
    body: &ErrorBody,
    value: &Value,
    now_ms: u64,
) -> Failure {
    let wait = Wait::read(body, value, headers, now_ms);
    let mut failure = verdict(vendor, &RULES, body, &wait, Some(status), headers);
    if body.message.is_empty() && value.get("error").is_some() {
        failure.message = "the server gave no reason".to_owned();
    }
    failure
}

/// Returns the failure of a success whose body is not what this API answers.
#[must_use]
pub fn not_ollama(status: u16, path: &str) -> Failure {
    let mut failure = errors::failure(
        FailureKind::Server,
        format!(
            "the reply to {path} is not Ollama's: another server, or a proxy's page, is at this address"
        ),
    );
    failure.code = Some("unexpected_reply".to_owned());
    failure.status = Some(status);
    failure
}

/// Corrects a failure of a call that names no model: what was not found is the API.
#[must_use]
pub fn of_listing(failure: Failure, path: &str) -> Failure {
    match (failure.kind(), failure.status) {
        (FailureKind::ModelNotFound, Some(status)) => Failure {
            kind: FailureKind::Other.into(),
            ..not_ollama(status, path)
        },
        _ => failure,
    }
}
