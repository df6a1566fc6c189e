//! Vercel AI Gateway: many vendors' models, in the Chat Completions format. Anybody may read the list of
//! models; a key is proven by its balance.

mod quota;

use openclaw_provider_compat::openai::{Habits, Thinking};
use openclaw_provider_compat::{FreeCheck, Vendor, openai_chat};
use openclaw_sdk::facts::Catalog;

static VENDOR: Vendor = Vendor {
    name: "Vercel AI Gateway",
    base: "https://ai-gateway.vercel.sh/v1",
    wires: &[&openai_chat::WIRE],
    realm: "vercel-ai-gateway",
    variables: &["AI_GATEWAY_API_KEY"],
    quota: Some(quota::read),
    models: Catalog::new(include_str!("../models.tsv")),
    free_check: FreeCheck::Get("/credits"),
    probe_model: Some("openai/gpt-4o-mini"),
    // https://vercel.com/docs/ai-gateway/openai-compat: `reasoning`, and `reasoning_details` that
    // are wanted back.
    openai: Habits {
        thinking: Thinking::Object,
        reasoning_details: true,
        ..Habits::COMPATIBLE
    },
    ..Vendor::DEFAULT
};

openclaw_provider_compat::provider!(VENDOR, embeddings, quota, relay);
openclaw_provider_compat::vendor_tests!(VENDOR);
