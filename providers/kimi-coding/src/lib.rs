//! Kimi For Coding: Moonshot AI's plan for coding agents, in Anthropic's format.

mod quota;

use openclaw_provider_compat::vendor::{bearer, x_api_key};
use openclaw_provider_compat::{Accepts, Vendor, anthropic};
use openclaw_sdk::auth::{Login, LoginRequest};
use openclaw_sdk::facts::Catalog;
use openclaw_sdk::oauth::Client;
use openclaw_sdk::{Failure, ProviderConfig, login};

static VENDOR: Vendor = Vendor {
    name: "Kimi For Coding",
    base: "https://api.kimi.com/coding",
    wires: &[&anthropic::WIRE],
    ignores_api: true,
    realm: "kimi-coding",
    variables: &["KIMI_API_KEY", "KIMICODE_API_KEY"],
    sign: |request, secret| match secret.mode().as_str() {
        "oauth" => bearer(request, secret),
        _ => x_api_key(request, secret),
    },
    accepts: Accepts {
        modes: &[("api-key", None), ("oauth", None)],
        otherwise: "the plan takes keys and sign-ins",
    },
    renew: |config, refresh| CLIENT.refresh(config, refresh),
    sign_in,
    quota: Some(quota::read),
    models: Catalog::new(include_str!("../models.tsv")),
    probe_model: Some("kimi-for-coding"),
    ..Vendor::DEFAULT
};

/// The public client of Moonshot AI's own command line.
static CLIENT: Client = Client {
    id: "17e5f671-d194-4dfb-9706-5516cb48c098",
    token_url: "https://auth.kimi.com/api/oauth/token",
    ..Client::DEFAULT
};

fn sign_in(config: &ProviderConfig, request: LoginRequest) -> Result<Login, Failure> {
    match request.flow.as_str() {
        "device" => {
            let url = "https://auth.kimi.com/api/oauth/device_authorization";
            CLIENT.device(config, request, url)
        }
        other => login::unsupported(other),
    }
}

openclaw_provider_compat::provider!(VENDOR, quota, relay);
openclaw_provider_compat::vendor_tests!(VENDOR);
