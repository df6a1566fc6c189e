//! Qwen Portal: the models of a Qwen account, in the Chat Completions format, for those who sign in.

use openclaw_provider_compat::openai::{Habits, Thinking};
use openclaw_provider_compat::{Accepts, FreeCheck, Vendor, openai_chat};
use openclaw_sdk::auth::{Login, LoginRequest};
use openclaw_sdk::oauth::Client;
use openclaw_sdk::{Failure, ProviderConfig, login};

static VENDOR: Vendor = Vendor {
    name: "Qwen Portal",
    base: "https://portal.qwen.ai/v1",
    wires: &[&openai_chat::WIRE],
    variables: &["QWEN_OAUTH_TOKEN", "QWEN_PORTAL_API_KEY"],
    accepts: Accepts {
        modes: &[("oauth", None), ("token", None), ("api-key", None)],
        otherwise: "the portal takes sign-ins and keys",
    },
    renew: |config, refresh| CLIENT.refresh(config, refresh),
    sign_in,
    lists_models: false,
    free_check: FreeCheck::None,
    openai: Habits {
        thinking: Thinking::Enable,
        ..Habits::COMPATIBLE
    },
    ..Vendor::DEFAULT
};

/// The public client of Qwen Code.
static CLIENT: Client = Client {
    id: "f0304373b74a44d2b584a3fb70ca9e56",
    scope: "openid profile email model.completion",
    token_url: "https://chat.qwen.ai/api/v1/oauth2/token",
    ..Client::DEFAULT
};

fn sign_in(config: &ProviderConfig, request: LoginRequest) -> Result<Login, Failure> {
    match request.flow.as_str() {
        "device" => {
            let url = "https://chat.qwen.ai/api/v1/oauth2/device/code";
            CLIENT.device(config, request, url)
        }
        other => login::unsupported(other),
    }
}

openclaw_provider_compat::provider!(VENDOR, relay);
openclaw_provider_compat::vendor_tests!(VENDOR);
