//! What is left of an account, as far as vendors tell it alike: a `GET` that answers with JSON.
//!
//! No vendor promises the shape of these replies. What is not understood is left out.

use openclaw_sdk::http::Request;
use openclaw_sdk::quota::{Balance, Report};
use openclaw_sdk::{Failure, Limit};
use serde_json::Value;

use crate::call::Call;
use crate::openai::failure;

/// Asks an address of the vendor's.
///
/// # Errors
/// As the vendor refused; kind `server` when the reply is not JSON.
pub fn ask(call: &Call<'_>, url: String) -> Result<Value, Failure> {
    checked(call, call.send(get(url))?.json()?)
}

/// As [`ask`], with the credential as a bearer whatever else the vendor's requests are signed with.
///
/// # Errors
/// As [`ask`].
pub fn ask_with_bearer(call: &Call<'_>, url: String) -> Result<Value, Failure> {
    checked(call, call.send_with_bearer(get(url))?.json()?)
}

fn get<'a>(url: String) -> Request<'a> {
    Request::get(url).header("accept", "application/json")
}

fn checked(call: &Call<'_>, reply: Value) -> Result<Value, Failure> {
    if failure::is_error(&reply) {
        return Err(failure::in_reply(call.vendor(), &reply));
    }
    Ok(reply)
}

/// Returns a number, which may be written as text.
#[must_use]
pub fn number(value: &Value) -> Option<f64> {
    let written = || value.as_str()?.trim().parse().ok();
    value.as_f64().or_else(written).filter(|it| it.is_finite())
}

/// Returns an amount of which this much is left.
#[must_use]
pub fn left(name: &str, unit: &str, left: Option<f64>) -> Balance {
    Balance {
        name: name.to_owned(),
        left,
        used: None,
        most: None,
        unit: unit.to_owned(),
        unlimited: false,
        expires_at: None,
    }
}

/// Returns a limit of which this share is used.
#[must_use]
pub fn limit(name: &str, unit: &str, used_percent: Option<f64>) -> Limit {
    Limit {
        name: name.to_owned(),
        scope: None,
        unit: unit.to_owned(),
        used_percent,
        used: None,
        most: None,
        window_ms: None,
        resets_at: None,
        status: None,
    }
}

/// Returns a report, its tightest limit first. The component says when it was made.
#[must_use]
pub fn report(mut limits: Vec<Limit>, balances: Vec<Balance>) -> Report {
    limits.sort_by(|a, b| {
        let used = |limit: &Limit| limit.used_percent.unwrap_or_default();
        used(b).total_cmp(&used(a))
    });
    Report {
        plan: None,
        account: None,
        limits,
        balances,
        as_of: None,
        extensions: Vec::new(),
    }
}
