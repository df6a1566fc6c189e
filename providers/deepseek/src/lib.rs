//! DeepSeek: its own models, in the Chat Completions format.

mod quota;

use openclaw_provider_compat::openai::{Habits, Thinking};
use openclaw_provider_compat::{Vendor, openai_chat};
use openclaw_sdk::facts::Catalog;

static VENDOR: Vendor = Vendor {
    name: "DeepSeek",
    base: "https://api.deepseek.com/v1",
    wires: &[&openai_chat::WIRE],
    variables: &["DEEPSEEK_API_KEY"],
    quota: Some(quota::read),
    models: Catalog::new(include_str!("../models.tsv")),
    probe_model: Some("deepseek-v4-flash"),
    // https://api-docs.deepseek.com: JSON without a schema, and within a turn with tools the
    // reasoning is wanted back.
    openai: Habits {
        returns_reasoning: true,
        thinking: Thinking::SwitchAndEffort,
        refuses: &["json_schema", "n", "modalities", "service_tier"],
        ..Habits::COMPATIBLE
    },
    ..Vendor::DEFAULT
};

openclaw_provider_compat::provider!(VENDOR, quota, relay);
openclaw_provider_compat::vendor_tests!(VENDOR);
