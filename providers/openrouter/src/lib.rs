//! OpenRouter: many vendors' models, in the Chat Completions format. Anybody may read the list of models; a
//! key is proven by what is told of it.

mod quota;
mod sign_in;

use openclaw_provider_compat::openai::{Habits, Thinking};
use openclaw_provider_compat::{FreeCheck, Vendor, openai_chat};
use openclaw_sdk::facts::Catalog;

static VENDOR: Vendor = Vendor {
    name: "OpenRouter",
    base: "https://openrouter.ai/api/v1",
    wires: &[&openai_chat::WIRE],
    realm: "openrouter",
    variables: &["OPENROUTER_API_KEY"],
    sign_in: sign_in::start,
    quota: Some(quota::read),
    models: Catalog::new(include_str!("../models.tsv")),
    free_check: FreeCheck::Get("/key"),
    probe_model: Some("openai/gpt-4o-mini"),
    // https://openrouter.ai/docs/use-cases/reasoning-tokens: `reasoning`, and `reasoning_details`
    // that are wanted back.
    openai: Habits {
        thinking: Thinking::Object,
        reasoning_details: true,
        ..Habits::COMPATIBLE
    },
    ..Vendor::DEFAULT
};

openclaw_provider_compat::provider!(VENDOR, embeddings, quota, relay);
openclaw_provider_compat::vendor_tests!(VENDOR);
