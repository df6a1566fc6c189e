//! Perplexity: answers with sources from the web, in the Chat Completions format. There is no list of
//! models and no free call: only an answer proves a key.

use openclaw_provider_compat::openai::Habits;
use openclaw_provider_compat::{FreeCheck, Vendor, openai_chat};
use openclaw_sdk::facts::Catalog;

static VENDOR: Vendor = Vendor {
    name: "Perplexity",
    base: "https://api.perplexity.ai",
    wires: &[&openai_chat::WIRE],
    variables: &["PERPLEXITY_API_KEY"],
    models: Catalog::new(include_str!("../models.tsv")),
    lists_models: false,
    free_check: FreeCheck::None,
    probe_model: Some("sonar"),
    // https://docs.perplexity.ai/api-reference/chat-completions-post: no tools of the caller, and
    // usage with every chunk.
    openai: Habits {
        usage_on_request: false,
        refuses: &[
            "tools",
            "logprobs",
            "n",
            "parallel_tool_calls",
            "seed",
            "service_tier",
            "user",
        ],
        ..Habits::COMPATIBLE
    },
    ..Vendor::DEFAULT
};

openclaw_provider_compat::provider!(VENDOR, relay);
openclaw_provider_compat::vendor_tests!(VENDOR);
