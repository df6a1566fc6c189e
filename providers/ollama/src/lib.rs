//! Ollama: a server of open models on this machine, and the hosted service that speaks the same.
//! A local server needs no credential; its absence is no failure.

use openclaw_provider_compat::vendor::ANY_MODE;
use openclaw_provider_compat::{Accepts, Vendor, ollama};
use openclaw_sdk::facts::Catalog;

static VENDOR: Vendor = Vendor {
    name: "Ollama",
    base: "http://127.0.0.1:11434",
    wires: &[&ollama::WIRE],
    ignores_api: true,
    variables: &["OLLAMA_API_KEY"],
    accepts: Accepts {
        modes: &[(
            ANY_MODE,
            Some("only Ollama's cloud needs a key; a local server ignores it"),
        )],
        otherwise: "",
    },
    models: Catalog::new(include_str!("../models.tsv")),
    ..Vendor::DEFAULT
};

openclaw_provider_compat::provider!(VENDOR, embeddings, relay);
openclaw_provider_compat::refusal_tests!(VENDOR);

#[cfg(test)]
#[test]
fn the_built_in_list_holds_together() {
    openclaw_sdk::testing::check_catalog(&VENDOR.models);
}
