//! Signing in, which makes a key: <https://openrouter.ai/docs/use-cases/oauth-pkce>. The service knows
//! no clients, and takes the state within the address to come back to.

use openclaw_provider_compat::Call;
use openclaw_sdk::auth::{Credential, Login, LoginRequest, LoginStep};
use openclaw_sdk::login::{self, SignIn, Steps};
use openclaw_sdk::oauth::{Client, Fields, Format, authorize_url, endpoint, refusal};
use openclaw_sdk::{Failure, FailureKind, ProviderConfig, Secret, errors};

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
    Ok(SignIn::start(Browser {
        config: config.clone(),
        url: Some(url),
        verifier: request.code_verifier,
    }))
}

struct Browser {
    config: ProviderConfig,
    /// The page, until it was told.
    url: Option<String>,
    verifier: Secret,
}

impl Steps for Browser {
    fn proceed(&mut self, answer: Option<Secret>) -> Result<LoginStep, Failure> {
        if let Some(url) = self.url.take() {
            return Ok(LoginStep::OpenUrl(url));
        }
        let Some(code) = answer else {
            return Err(errors::failure(
                FailureKind::BadRequest,
                "the sign-in goes on with the code that the browser came back with",
            ));
        };
        let fields = Fields::new()
            .secret("code", &code)
            .secret("code_verifier", &self.verifier)
            .text("code_challenge_method", "S256");
        let url = Call::new(&VENDOR, &self.config, None)?.url(KEYS);
        let reply = CLIENT.send(&self.config, &url, fields, &["/key"])?;
        if !reply.is_success() || reply.captured.is_empty() {
            return Err(refusal(&reply).failure());
        }
        let key = reply.captured.into_iter().map(|(_, secret)| secret).next();
        let Some(secret) = key else {
            return Err(errors::failure(
                FailureKind::Server,
                "the reply holds no key",
            ));
        };
        Ok(LoginStep::Done(Credential {
            secret,
            refresh: None,
            mode: "api-key".to_owned(),
            source: "login".to_owned(),
            expires_at: None,
            extensions: Vec::new(),
        }))
    }
}
