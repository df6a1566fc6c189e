//! Kimi For Coding: Moonshot AI's plan for coding agents, in Anthropic's format.

mod quota;

use openclaw_provider_compat::vendor::x_api_key;
use openclaw_provider_compat::{Vendor, anthropic};
use openclaw_sdk::facts::Catalog;

static VENDOR: Vendor = Vendor {
    name: "Kimi For Coding",
    base: "https://api.kimi.com/coding",
    wires: &[&anthropic::WIRE],
    ignores_api: true,
    realm: "kimi-coding",
    variables: &["KIMI_API_KEY", "KIMICODE_API_KEY"],
    sign: x_api_key,
    quota: Some(quota::read),
    models: Catalog::new(include_str!("../models.tsv")),
    probe_model: Some("kimi-for-coding"),
    ..Vendor::DEFAULT
};

openclaw_provider_compat::provider!(VENDOR, quota, relay);
openclaw_provider_compat::vendor_tests!(VENDOR);
