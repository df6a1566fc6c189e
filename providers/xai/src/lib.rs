//! xAI: the Grok models, in the Chat Completions format; `api: "openai-responses"` picks the other one.

use openclaw_provider_compat::{Vendor, openai_chat, openai_responses};
use openclaw_sdk::facts::Catalog;

static VENDOR: Vendor = Vendor {
    name: "xAI",
    base: "https://api.x.ai/v1",
    wires: &[&openai_chat::WIRE, &openai_responses::WIRE],
    variables: &["XAI_API_KEY"],
    models: Catalog::new(include_str!("../models.tsv")),
    probe_model: Some("grok-4.3"),
    ..Vendor::DEFAULT
};

openclaw_provider_compat::provider!(VENDOR, relay);
openclaw_provider_compat::vendor_tests!(VENDOR);
