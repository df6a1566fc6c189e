//! Groq: open models on its own hardware, in the Chat Completions format.

use openclaw_provider_compat::openai::Habits;
use openclaw_provider_compat::{Vendor, openai_chat};
use openclaw_sdk::facts::Catalog;

static VENDOR: Vendor = Vendor {
    name: "Groq",
    base: "https://api.groq.com/openai/v1",
    wires: &[&openai_chat::WIRE],
    variables: &["GROQ_API_KEY"],
    models: Catalog::new(include_str!("../models.tsv")),
    probe_model: Some("llama-3.1-8b-instant"),
    // https://console.groq.com/docs/openai: `logprobs` and more than one answer are refused.
    openai: Habits {
        refuses: &["logprobs", "n"],
        ..Habits::COMPATIBLE
    },
    ..Vendor::DEFAULT
};

openclaw_provider_compat::provider!(VENDOR, relay);
openclaw_provider_compat::vendor_tests!(VENDOR);
