//! OpenAI: the Responses API and Chat Completions. `config.base_url` points it at any server of the
//! same format, `config.api` picks the format, whatever the base.

#[cfg(test)]
mod tests;

use openclaw_provider_compat::openai::Habits;
use openclaw_provider_compat::{Vendor, openai_chat, openai_responses};
use openclaw_sdk::facts::Catalog;

static VENDOR: Vendor = Vendor {
    name: "OpenAI",
    base: "https://api.openai.com/v1",
    wires: &[&openai_responses::WIRE, &openai_chat::WIRE],
    realm: "openai",
    variables: &["OPENAI_API_KEY"],
    models: Catalog::new(include_str!("../models.tsv")),
    probe_model: Some("gpt-4o-mini"),
    openai: Habits {
        takes_all: true,
        stores_answers: true,
        max_completion_tokens: true,
        ..Habits::COMPATIBLE
    },
    ..Vendor::DEFAULT
};

openclaw_provider_compat::provider!(VENDOR, tokens, embeddings, relay);
openclaw_provider_compat::refusal_tests!(VENDOR);
