//! Anthropic: the Messages API. What is Anthropic's alone is how its credentials sign, and how a
//! sign-in is renewed.

mod quota;
mod signin;

use openclaw_provider_compat::{Vendor, anthropic};
use openclaw_sdk::facts::Catalog;

static VENDOR: Vendor = Vendor {
    name: "Anthropic",
    base: "https://api.anthropic.com",
    wires: &[&anthropic::WIRE],
    ignores_api: true,
    realm: "anthropic",
    variables: &["ANTHROPIC_OAUTH_TOKEN", "ANTHROPIC_API_KEY"],
    sign: signin::sign,
    accepts: signin::ACCEPTS,
    quota: Some(quota::read),
    renew: signin::renew,
    models: Catalog::new(include_str!("../models.tsv")),
    ..Vendor::DEFAULT
};

openclaw_provider_compat::provider!(VENDOR, tokens, quota, relay);
openclaw_provider_compat::refusal_tests!(VENDOR);
