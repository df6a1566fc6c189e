//! The vendor's replies as events, models and failures.

use openclaw_sdk::events::Events;
use openclaw_sdk::framing::{Frame, Framing};
use openclaw_sdk::stream::Decode;
use openclaw_sdk::{Failure, FailureKind, Usage, errors, facts};
use serde_json::Value;

/// Chooses how a reply is cut into frames.
pub(crate) fn framing(stream: bool) -> Framing {
    if stream {
        Framing::Lines
    } else {
        Framing::Whole
    }
}

/// Decodes an answer. It is complete with `done`; a body that ends before is truncated, which
/// [`Decode::end`] reports by itself.
#[derive(Debug)]
pub(crate) struct Decoder;

impl Decode for Decoder {
    fn frame(&mut self, frame: &Frame, out: &mut Events) -> Result<(), Failure> {
        let value: Value = serde_json::from_str(&frame.data).map_err(|error| {
            errors::failure(
                FailureKind::Server,
                format!("the reply is not JSON: {error}"),
            )
        })?;
        // Vendors report errors under status 200 too, once the answer has begun.
        if let Some(error) = value.get("error") {
            return Err(explained(error, 200));
        }
        let text = value
            .get("text")
            .and_then(Value::as_str)
            .unwrap_or_default();
        out.text(text);
        if let Some(done) = value.get("done").and_then(Value::as_str) {
            out.usage(usage(&value));
            out.finish(reason(done), Some(done));
            out.complete();
        }
        Ok(())
    }
}

/// Returns the tokens that a whole answer took.
///
/// # Errors
/// The failure in it, or that it is no answer.
pub(crate) fn spent(body: &str) -> Result<u64, Failure> {
    let value: Value = serde_json::from_str(body)
        .map_err(|_| errors::failure(FailureKind::Server, "the reply is not JSON"))?;
    if let Some(error) = value.get("error") {
        return Err(explained(error, 200));
    }
    value.get("done").ok_or_else(errors::truncated)?;
    let usage = usage(&value);
    Ok(usage.input.unwrap_or(0) + usage.output.unwrap_or(0))
}

/// Returns the ids in a reply of `GET /models`.
///
/// # Errors
/// Kind `server` when it is no listing: silence is no proof of a key.
pub(crate) fn listing(reply: &Value) -> Result<Vec<String>, Failure> {
    let models = reply.get("models").and_then(Value::as_array);
    let models =
        models.ok_or_else(|| errors::failure(FailureKind::Server, "the reply lists no models"))?;
    Ok(models
        .iter()
        .filter_map(|model| model.get("id")?.as_str())
        .map(str::to_owned)
        .collect())
}

/// Returns the failure of a reply that is no success.
pub(crate) fn failure(
    status: u16,
    headers: &[(String, String)],
    body: &str,
    now_ms: u64,
) -> Failure {
    let value: Option<Value> = serde_json::from_str(body).ok();
    let mut failure = match value.as_ref().and_then(|value| value.get("error")) {
        Some(error) => explained(error, status),
        // A proxy's page, perhaps: the status is all there is.
        None => errors::failure(errors::kind_of_status(status), format!("HTTP {status}")),
    };
    failure.status = Some(status);
    failure.retry_after_ms = errors::retry_after_ms(headers, now_ms);
    failure
}

/// The code comes first, then the words, and the status last.
fn explained(error: &Value, status: u16) -> Failure {
    let text = |name: &str| error.get(name).and_then(Value::as_str).unwrap_or_default();
    let (code, message) = (text("code"), text("message"));
    let kind = match code {
        "bad_key" => FailureKind::Auth,
        "no_credit" => FailureKind::Billing,
        "slow_down" => FailureKind::RateLimit,
        "busy" => FailureKind::Overloaded,
        "no_model" => FailureKind::ModelNotFound,
        _ if errors::says_overflow(message) => FailureKind::ContextOverflow,
        _ => errors::kind_of_status(status),
    };
    let mut failure = errors::failure(kind, message);
    failure.code = Some(code.to_owned()).filter(|code| !code.is_empty());
    failure
}

/// Returns the word of the contract for the vendor's; its own where there is none.
fn reason(done: &str) -> &str {
    match done {
        "stop" => "end",
        "max_tokens" => "length",
        vendors_own => vendors_own,
    }
}

/// What the vendor does not tell is unknown, not zero.
fn usage(value: &Value) -> Usage {
    let count = |name: &str| value.get(name).and_then(Value::as_u64);
    Usage {
        input: count("tokens_in"),
        output: count("tokens_out"),
        ..facts::unknown_usage()
    }
}
