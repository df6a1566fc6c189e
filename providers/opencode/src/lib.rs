//! OpenCode Zen: a reseller of many vendors' models, each family in its vendor's own format. Anybody may
//! read the list of models, so that only an answer proves a key.

use openclaw_provider_compat::{
    FreeCheck, Rule, Vendor, anthropic, google, openai_chat, openai_responses,
};
use openclaw_sdk::facts::Catalog;
use openclaw_sdk::http::Request;
use openclaw_sdk::{Failure, FailureKind, Secret};

static VENDOR: Vendor = Vendor {
    name: "OpenCode Zen",
    base: "https://opencode.ai/zen/v1",
    wires: &[
        &openai_chat::WIRE,
        &openai_responses::WIRE,
        &anthropic::WIRE,
        &google::WIRE,
    ],
    families: &[
        ("claude-", &anthropic::WIRE),
        ("gemini-", &google::WIRE),
        ("gpt-", &openai_responses::WIRE),
    ],
    realm: "opencode",
    variables: &["OPENCODE_API_KEY", "OPENCODE_ZEN_API_KEY"],
    sign,
    models: Catalog::new(include_str!("../models.tsv")),
    free_check: FreeCheck::None,
    rules: &[Rule::word(
        FailureKind::Billing,
        "creditserror|freeusagelimiterror|gousagelimiterror|monthlylimiterror",
    )],
    probe_model: Some("big-pickle"),
    ..Vendor::DEFAULT
};

/// Signs as the format's own clients do, which is what each endpoint looks for.
fn sign<'a>(request: Request<'a>, secret: &'a Secret) -> Result<Request<'a>, Failure> {
    let path = request.url();
    let (name, prefix) = if path.ends_with("/messages") {
        ("x-api-key", "")
    } else if path.contains("/models/gemini-") {
        ("x-goog-api-key", "")
    } else {
        ("authorization", "Bearer ")
    };
    Ok(request.secret_header(name, prefix, secret))
}

openclaw_provider_compat::provider!(VENDOR, relay);
openclaw_provider_compat::vendor_tests!(VENDOR);
