//! Fireworks AI: open models, in the Chat Completions format.

use openclaw_provider_compat::openai::Habits;
use openclaw_provider_compat::{Rule, Vendor, openai_chat};
use openclaw_sdk::FailureKind::RateLimit;
use openclaw_sdk::facts::Catalog;

static VENDOR: Vendor = Vendor {
    name: "Fireworks AI",
    base: "https://api.fireworks.ai/inference/v1",
    wires: &[&openai_chat::WIRE],
    variables: &["FIREWORKS_API_KEY"],
    models: Catalog::new(include_str!("../models.tsv")),
    probe_model: Some("accounts/fireworks/models/gpt-oss-20b"),
    // https://docs.fireworks.ai/guides/reasoning: `reasoning_effort`, and the reasoning is taken
    // back.
    openai: Habits {
        returns_reasoning: true,
        ..Habits::COMPATIBLE
    },
    // It calls a rate by the name that others have for an account's money.
    rules: &[Rule::phrase(
        RateLimit,
        "exceeded your usage limits. please try again later",
    )],
    ..Vendor::DEFAULT
};

openclaw_provider_compat::provider!(VENDOR, embeddings, relay);
openclaw_provider_compat::vendor_tests!(VENDOR);
