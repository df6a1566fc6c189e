//! Error replies as failures. The status alone misleads: an empty account answers 429 like a busy
//! minute does. Knows neither clock nor network.

use openclaw_sdk::{Failure, FailureKind, errors};
use serde_json::Value;

use crate::failure::{self, Rules};
use crate::vendor::{Headers, Vendor};

pub use crate::failure::is_error;

/// What the formats add to what all share.
pub const RULES: Rules = Rules {
    rows: &[],
    numbers_are_codes: true,
    names_missing_models: false,
    unexplained: "without a message",
    page: "a page instead of an answer",
    plain_bytes: usize::MAX,
};

/// Says what a reply that is not a success means. `now_ms` is the time of day.
#[must_use]
pub fn classify(
    vendor: &Vendor,
    status: u16,
    headers: &Headers,
    body: &str,
    now_ms: u64,
) -> Failure {
    failure::classify(vendor, &RULES, status, headers, body, now_ms)
}

/// Says what an error means that came inside an accepted reply: the body, or an event of its
/// stream, that holds the error.
#[must_use]
pub fn in_reply(vendor: &Vendor, value: &Value) -> Failure {
    // Durations need no clock, and a date in a stream is not worth one.
    failure::in_reply(vendor, &RULES, None, value, 0)
}

/// Returns the failure of an accepted reply that is not what was asked for.
#[must_use]
pub fn unexpected(problem: &str) -> Failure {
    let mut failure = errors::failure(FailureKind::Server, problem);
    failure.code = Some("unexpected_reply".to_owned());
    failure
}

/// Returns the failure of a model that the vendor does not list for this credential.
#[must_use]
pub fn no_such_model(model: &str) -> Failure {
    let mut failure = errors::failure(
        FailureKind::ModelNotFound,
        format!("`{model}` is not among the models listed for this credential"),
    );
    failure.code = Some("model_not_found".to_owned());
    failure
}
