//! Moonshot AI: the Kimi models, in the Chat Completions format. Keys of platform.moonshot.cn need the base
//! `https://api.moonshot.cn/v1`.

mod quota;

use openclaw_provider_compat::openai::{Habits, Thinking};
use openclaw_provider_compat::{Vendor, openai_chat};
use openclaw_sdk::facts::Catalog;

static VENDOR: Vendor = Vendor {
    name: "Moonshot AI",
    base: "https://api.moonshot.ai/v1",
    wires: &[&openai_chat::WIRE],
    variables: &["MOONSHOT_API_KEY"],
    quota: Some(quota::read),
    models: Catalog::new(include_str!("../models.tsv")),
    probe_model: Some("kimi-k2.6"),
    // https://platform.moonshot.ai/docs/guide/use-kimi-k2-thinking-model: the reasoning before calls
    // is wanted back.
    openai: Habits {
        returns_reasoning: true,
        thinking: Thinking::SwitchAndEffort,
        ..Habits::COMPATIBLE
    },
    ..Vendor::DEFAULT
};

openclaw_provider_compat::provider!(VENDOR, quota, relay);
openclaw_provider_compat::vendor_tests!(VENDOR);
