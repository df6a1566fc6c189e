//! Probing: which call to make, and what its answer proves.

use openclaw_sdk::chat::Event;
use openclaw_sdk::framing::Framing;
use openclaw_sdk::probe::{Options, Report};
use openclaw_sdk::stream;
use openclaw_sdk::{Failure, FailureKind, errors};
use serde_json::Value;

use super::decode::Decoder;
use super::{WHOLE_MS, encode, failure, get, listing, post, show, tags};
use crate::call::Call;
use crate::proof;
use crate::question;
use crate::vendor::Vendor;

/// Makes the cheapest honest call.
///
/// # Errors
/// What the server answered, or that its answer proves nothing.
pub fn run(call: &Call<'_>, options: &Options) -> Result<Report, Failure> {
    match &options.model {
        Some(model) if options.may_spend => generate(call, model, options.max_tokens),
        Some(model) => {
            show(call, model)?;
            Ok(proof::free(&format!("the server has {model}")))
        }
        None => check(call),
    }
}

/// Proves that this is an Ollama server, and in the cloud that the key is accepted.
fn check(call: &Call<'_>) -> Result<Report, Failure> {
    let cloud = encode::is_cloud(call.base());
    if cloud && call.is_signed() && usage(call)? {
        return Ok(proof::free("key accepted"));
    }
    let reply = get(call, "/api/version")?;
    let version =
        listing::version(&reply).ok_or_else(|| failure::not_ollama(200, "/api/version"))?;
    let count = tags(call)?.len();
    let models = if count == 1 {
        "1 model".to_owned()
    } else {
        format!("{count} models")
    };
    let unchecked = if cloud {
        "; the listing is public, no key was checked"
    } else {
        ""
    };
    Ok(proof::free(&format!(
        "Ollama {version} answered with {models}{unchecked}"
    )))
}

/// Asks the cloud for the account's usage, which takes a key and costs nothing. `false` when the
/// cloud does not offer that, so that nothing is proven.
fn usage(call: &Call<'_>) -> Result<bool, Failure> {
    match get(call, "/api/usage") {
        Ok(usage) => Ok(usage.get("limits").is_some_and(Value::is_object)),
        Err(failure) if matches!(failure.status, Some(404 | 405 | 410)) => Ok(false),
        Err(failure) => Err(failure),
    }
}

/// Proves that a model answers, by having it answer.
fn generate(call: &Call<'_>, model: &str, max_tokens: u32) -> Result<Report, Failure> {
    let reply = post(
        call,
        "/api/chat",
        encode::probe(model, max_tokens),
        WHOLE_MS,
    )?;
    let text = reply.text()?;
    let tokens_spent = answered(call.vendor(), reply.status, &text)?;
    Ok(proof::generated("model answered", tokens_spent))
}

/// Returns the tokens that a chat's whole reply took, if a model generated something in it.
pub(super) fn answered(vendor: &'static Vendor, status: u16, body: &str) -> Result<u64, Failure> {
    let events = stream::whole(body, Framing::Whole, Decoder::new(vendor, status))?;
    let (mut spent, mut generated) = (0, false);
    for event in &events {
        match event {
            Event::Begin(_) => generated = true,
            Event::Usage(usage) => {
                generated |= usage.output.is_some_and(|output| output > 0);
                spent = question::total(usage);
            }
            _ => {}
        }
    }
    if generated {
        return Ok(spent);
    }
    let mut failure = errors::failure(FailureKind::Server, "the model generated nothing");
    failure.status = Some(status);
    Err(failure)
}
