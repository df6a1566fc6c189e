//! MiniMax, in Anthropic's format. What is its own is what it means by a refusal ([`failure`]) and
//! that there is no free call: neither a list of models nor a count of tokens is documented for this
//! format. Keys of the platform in China need the base `https://api.minimaxi.com/anthropic`.

mod failure;
mod quota;
#[cfg(test)]
mod wire_tests;

use openclaw_provider_compat::vendor::x_api_key;
use openclaw_provider_compat::{Accepts, FreeCheck, Vendor, anthropic};
use openclaw_sdk::facts::Catalog;

static VENDOR: Vendor = Vendor {
    name: "MiniMax",
    base: "https://api.minimax.io/anthropic",
    wires: &[&anthropic::WIRE],
    ignores_api: true,
    realm: "minimax",
    variables: &["MINIMAX_API_KEY"],
    // As the format's own clients do, which MiniMax tells to use.
    sign: x_api_key,
    accepts: Accepts {
        otherwise: "MiniMax takes API keys only",
        ..Accepts::KEYS
    },
    models: Catalog::new(include_str!("../models.tsv")),
    quota: Some(quota::read),
    lists_models: false,
    free_check: FreeCheck::None,
    // The smallest plan has it, unlike the fast models.
    rules: failure::RULES,
    codes_in_brackets: true,
    probe_model: Some("MiniMax-M2.7"),
    ..Vendor::DEFAULT
};

openclaw_provider_compat::provider!(VENDOR, quota, relay);
