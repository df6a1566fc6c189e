//! Google: the Gemini API. The key goes into the header `x-goog-api-key`, never into an address, and
//! daily quotas refill at midnight in California ([`pacific`]).

mod pacific;
#[cfg(test)]
mod tests;

use openclaw_provider_compat::{Accepts, Vendor, google};
use openclaw_sdk::facts::Catalog;
use openclaw_sdk::http::Request;
use openclaw_sdk::{Failure, FailureKind, Secret, errors};

const NOT_A_KEY: &str = "this is an OAuth access token; the Gemini API takes an API key, from https://aistudio.google.com/apikey";

static VENDOR: Vendor = Vendor {
    name: "Google Gemini",
    base: "https://generativelanguage.googleapis.com/v1beta",
    wires: &[&google::WIRE],
    realm: "google",
    variables: &["GEMINI_API_KEY", "GOOGLE_API_KEY"],
    sign,
    accepts: Accepts {
        otherwise: "a key of the Gemini API begins with `AIza` or `AQ.`",
        ..Accepts::KEYS
    },
    models: Catalog::new(include_str!("../models.tsv")),
    until_daily_refill: Some(pacific::until_midnight_ms),
    ..Vendor::DEFAULT
};

fn sign<'a>(request: Request<'a>, secret: &'a Secret) -> Result<Request<'a>, Failure> {
    if secret.mode() == "oauth" {
        return Err(errors::failure(FailureKind::Auth, NOT_A_KEY));
    }
    Ok(request.secret_header("x-goog-api-key", "", secret))
}

openclaw_provider_compat::provider!(VENDOR, tokens, embeddings, relay);
openclaw_provider_compat::refusal_tests!(VENDOR);
