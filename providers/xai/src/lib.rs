//! xAI: the Grok models, in the Chat Completions format; `api: "openai-responses"` picks the other one.

use openclaw_provider_compat::{Accepts, Vendor, openai_chat, openai_responses};
use openclaw_sdk::auth::{Login, LoginRequest};
use openclaw_sdk::facts::Catalog;
use openclaw_sdk::oauth::Client;
use openclaw_sdk::{Failure, ProviderConfig, login};

static VENDOR: Vendor = Vendor {
    name: "xAI",
    base: "https://api.x.ai/v1",
    wires: &[&openai_chat::WIRE, &openai_responses::WIRE],
    variables: &["XAI_API_KEY"],
    accepts: Accepts {
        modes: &[("api-key", None), ("oauth", None)],
        otherwise: "xAI takes keys and sign-ins",
    },
    renew: |config, refresh| CLIENT.refresh(config, refresh),
    sign_in,
    models: Catalog::new(include_str!("../models.tsv")),
    probe_model: Some("grok-4.3"),
    ..Vendor::DEFAULT
};

/// The public client of xAI's own command line.
static CLIENT: Client = Client {
    id: "b1a00492-073a-47ea-816f-4c329264a828",
    scope: "openid profile email offline_access api:access",
    token_url: "https://auth.x.ai/oauth2/token",
    ..Client::DEFAULT
};

fn sign_in(config: &ProviderConfig, request: LoginRequest) -> Result<Login, Failure> {
    match request.flow.as_str() {
        "device" => CLIENT.device(config, request, "https://auth.x.ai/oauth2/device/code"),
        other => login::unsupported(other),
    }
}

openclaw_provider_compat::provider!(VENDOR, relay);
openclaw_provider_compat::vendor_tests!(VENDOR);
