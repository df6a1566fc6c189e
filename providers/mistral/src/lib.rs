//! Mistral: its own models, in a dialect of Chat Completions that refuses keys it does not know.

use openclaw_provider_compat::openai::Habits;
use openclaw_provider_compat::{Vendor, openai_chat};
use openclaw_sdk::facts::Catalog;

static VENDOR: Vendor = Vendor {
    name: "Mistral",
    base: "https://api.mistral.ai/v1",
    wires: &[&openai_chat::WIRE],
    variables: &["MISTRAL_API_KEY"],
    models: Catalog::new(include_str!("../models.tsv")),
    probe_model: Some("ministral-3b-latest"),
    // https://docs.mistral.ai/api: unknown keys are answered with 422, usage ends every stream, and
    // ids of calls are nine letters and digits.
    openai: Habits {
        usage_on_request: false,
        short_call_ids: true,
        seed: "random_seed",
        refuses: &[
            "logprobs",
            "modalities",
            "service_tier",
            "user",
            "verbosity",
        ],
        ..Habits::COMPATIBLE
    },
    ..Vendor::DEFAULT
};

openclaw_provider_compat::provider!(VENDOR, embeddings, relay);
openclaw_provider_compat::vendor_tests!(VENDOR);
