//! Together AI: open models, in the Chat Completions format.

use openclaw_provider_compat::openai::{Habits, Thinking};
use openclaw_provider_compat::{Vendor, openai_chat};
use openclaw_sdk::facts::Catalog;

static VENDOR: Vendor = Vendor {
    name: "Together AI",
    base: "https://api.together.xyz/v1",
    wires: &[&openai_chat::WIRE],
    variables: &["TOGETHER_API_KEY"],
    models: Catalog::new(include_str!("../models.tsv")),
    probe_model: Some("meta-llama/Meta-Llama-3-8B-Instruct-Lite"),
    // https://docs.together.ai/docs/reasoning-overview: `reasoning: { enabled }`.
    openai: Habits {
        thinking: Thinking::Enabled,
        ..Habits::COMPATIBLE
    },
    ..Vendor::DEFAULT
};

openclaw_provider_compat::provider!(VENDOR, embeddings, relay);
openclaw_provider_compat::vendor_tests!(VENDOR);
