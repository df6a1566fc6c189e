//! Cohere: its own models, by its endpoint in the Chat Completions format.

use openclaw_provider_compat::openai::Habits;
use openclaw_provider_compat::{Rule, Vendor, openai_chat};
use openclaw_sdk::FailureKind::Format;
use openclaw_sdk::facts::Catalog;

static VENDOR: Vendor = Vendor {
    name: "Cohere",
    base: "https://api.cohere.com/compatibility/v1",
    wires: &[&openai_chat::WIRE],
    variables: &["COHERE_API_KEY", "CO_API_KEY"],
    models: Catalog::new(include_str!("../models.tsv")),
    models_url: Some("https://api.cohere.com/v1/models?endpoint=chat&page_size=1000"),
    probe_model: Some("command-r7b-12-2024"),
    // https://docs.cohere.com/docs/compatibility-api: what is refused.
    openai: Habits {
        refuses: &[
            "logprobs",
            "n",
            "modalities",
            "parallel_tool_calls",
            "service_tier",
            "user",
            "verbosity",
        ],
        ..Habits::COMPATIBLE
    },
    // Its word for an input that is too long stands before this too.
    rules: &[Rule::phrase(
        Format,
        "too many tokens: max tokens must be less than",
    )],
    ..Vendor::DEFAULT
};

openclaw_provider_compat::provider!(VENDOR, embeddings, relay);
openclaw_provider_compat::vendor_tests!(VENDOR);
