//! Cerebras: open models on its own hardware, in the Chat Completions format.

use openclaw_provider_compat::failure::Rule;
use openclaw_provider_compat::openai::Habits;
use openclaw_provider_compat::{Vendor, openai_chat};
use openclaw_sdk::FailureKind::ContextOverflow;
use openclaw_sdk::facts::Catalog;

static VENDOR: Vendor = Vendor {
    name: "Cerebras",
    base: "https://api.cerebras.ai/v1",
    wires: &[&openai_chat::WIRE],
    variables: &["CEREBRAS_API_KEY"],
    models: Catalog::new(include_str!("../models.tsv")),
    probe_model: Some("llama-3.1-8b"),
    // https://inference-docs.cerebras.ai/resources/openai: penalties are answered with 400.
    openai: Habits {
        refuses: &["frequency_penalty", "presence_penalty", "n"],
        ..Habits::COMPATIBLE
    },
    // An input that is too long is answered with a status and nothing else.
    rules: &[Rule::word(ContextOverflow, "empty=400|empty=413")],
    ..Vendor::DEFAULT
};

openclaw_provider_compat::provider!(VENDOR, relay);
openclaw_provider_compat::vendor_tests!(VENDOR);
