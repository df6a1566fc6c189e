//! Signing in, which makes a key: <https://openrouter.ai/docs/use-cases/oauth-pkce>. The service knows
//! no clients, and takes the state within the address to come back to.

use openclaw_provider_compat::Call;
use openclaw_sdk::auth::{Credential, Login, LoginRequest, LoginStep};
use openclaw_sdk::login::{self, SignIn};
use openclaw_sdk::oauth::{Client, Fields, Format, authorize_url, captured, endpoint};
use openclaw_sdk::{Failure, ProviderConfig};

use crate::VENDOR;

static CLIENT: Client = Client {
    format: Format::Json,
    ..Client::DEFAULT
};

const PAGE: &str = "https://openrouter.ai/auth";
/// Where a key is made, below the base.
const KEYS: &str = "/auth/keys";

/// Begins to sign in.
///
/// # Errors
/// Kind `bad-request` for a flow that there is not.
pub(crate) fn start(config: &ProviderConfig, request: LoginRequest) -> Result<Login, Failure> {
    let Some(redirect) = request
        .redirect_uri
        .as_deref()
        .filter(|_| request.flow == "browser")
    else {
        return login::unsupported(&request.flow);
    };
    let callback = authorize_url(redirect, &[("state", &request.state)]);
    let url = authorize_url(
        &endpoint(config, PAGE),
        &[
            ("callback_url", &callback),
            ("code_challenge", &request.code_challenge),
            ("code_challenge_method", "S256"),
        ],
    );
    let (config, verifier) = (config.clone(), request.code_verifier);
    Ok(SignIn::in_browser(url, move |code| {
        let fields = Fields::new()
            .secret("code", code)
            .secret("code_verifier", &verifier)
            .text("code_challenge_method", "S256");
        let url = Call::new(&VENDOR, &config, None)?.url(KEYS);
        let (secret, _) = captured(CLIENT.send(&config, &url, fields, &["/key"])?)?;
        Ok(LoginStep::Done(Credential {
            secret,
            refresh: None,
            mode: "api-key".to_owned(),
            source: "login".to_owned(),
            expires_at: None,
            extensions: Vec::new(),
        }))
    }))
}
