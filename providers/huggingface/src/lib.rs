//! Hugging Face: the router of its inference providers, in the Chat Completions format. Anybody may read the
//! list of models; a token is proven by whose it is.

use openclaw_provider_compat::{FreeCheck, Vendor, openai_chat};
use openclaw_sdk::facts::Catalog;

static VENDOR: Vendor = Vendor {
    name: "Hugging Face",
    base: "https://router.huggingface.co/v1",
    wires: &[&openai_chat::WIRE],
    variables: &["HF_TOKEN", "HUGGINGFACE_HUB_TOKEN"],
    models: Catalog::new(include_str!("../models.tsv")),
    free_check: FreeCheck::At("https://huggingface.co/api/whoami-v2"),
    probe_model: Some("meta-llama/Llama-3.1-8B-Instruct"),
    ..Vendor::DEFAULT
};

openclaw_provider_compat::provider!(VENDOR, relay);
openclaw_provider_compat::vendor_tests!(VENDOR);
