//! NVIDIA: the models of its API catalog, in the Chat Completions format. Anybody may read the list of
//! models, so that only an answer proves a key.

use openclaw_provider_compat::{FreeCheck, Rule, Vendor, openai_chat};
use openclaw_sdk::FailureKind::Overloaded;
use openclaw_sdk::facts::Catalog;

static VENDOR: Vendor = Vendor {
    name: "NVIDIA",
    base: "https://integrate.api.nvidia.com/v1",
    wires: &[&openai_chat::WIRE],
    variables: &["NVIDIA_API_KEY"],
    models: Catalog::new(include_str!("../models.tsv")),
    free_check: FreeCheck::None,
    probe_model: Some("meta/llama-3.1-8b-instruct"),
    // What runs the model is out of order, whatever the request is.
    rules: &[Rule::phrase(
        Overloaded,
        "degraded function cannot be invoked",
    )],
    ..Vendor::DEFAULT
};

openclaw_provider_compat::provider!(VENDOR, embeddings, relay);
openclaw_provider_compat::vendor_tests!(VENDOR);
