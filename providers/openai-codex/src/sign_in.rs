//! Logging in with a ChatGPT account, and what its token says.

use openclaw_sdk::auth::{Credential, DeviceCode, Login, LoginRequest, LoginStep};
use openclaw_sdk::http::{Request, Response};
use openclaw_sdk::login::{self, SignIn, Steps};
use openclaw_sdk::oauth::{
    CODE_LASTS_MS, Client, Fields, Format, captured, endpoint, pause_ms, refusal,
};
use openclaw_sdk::{Failure, FailureKind, ProviderConfig, Secret, clock, errors};
use serde_json::Value;

/// The public client of the Codex CLI, for which alone a ChatGPT account logs in.
static CLIENT: Client = Client {
    id: "app_EMoamEEZ73f0CkXaXp7hrann",
    scope: "openid profile email offline_access",
    token_url: "https://auth.openai.com/oauth/token",
    ..Client::DEFAULT
};

/// The same, for the addresses that take JSON.
static DEVICE: Client = Client {
    format: Format::Json,
    ..CLIENT
};

const AUTHORIZE: &str = "https://auth.openai.com/oauth/authorize";
const USER_CODE: &str = "https://auth.openai.com/api/accounts/deviceauth/usercode";
const DEVICE_TOKEN: &str = "https://auth.openai.com/api/accounts/deviceauth/token";
const DEVICE_PAGE: &str = "https://auth.openai.com/codex/device";
const DEVICE_REDIRECT: &str = "https://auth.openai.com/deviceauth/callback";

/// Signs a request: the token, the account that it is for, and who asks.
///
/// # Errors
/// Kind `auth` for a token that names no account.
pub(crate) fn sign<'a>(request: Request<'a>, secret: &'a Secret) -> Result<Request<'a>, Failure> {
    let account = claim(secret, "https://api.openai.com/auth")
        .and_then(|told| told["chatgpt_account_id"].as_str().map(str::to_owned));
    let Some(account) = account else {
        return Err(errors::failure(
            FailureKind::Auth,
            "this token names no ChatGPT account: log in with `openclaw models auth login openai-codex`",
        ));
    };
    Ok(request
        .secret_header("authorization", "Bearer ", secret)
        .header("chatgpt-account-id", &account)
        .header("openai-beta", "responses=experimental")
        .header("originator", "openclaw"))
}

/// Returns the address of the person whose token it is.
pub(crate) fn account(secret: &Secret) -> Option<String> {
    let told = claim(secret, "https://api.openai.com/profile")?;
    told["email"].as_str().map(str::to_owned)
}

fn claim(secret: &Secret, name: &str) -> Option<Value> {
    serde_json::from_str(&secret.claim(name)?).ok()
}

/// Renews a sign-in.
///
/// # Errors
/// As the vendor refused.
pub(crate) fn renew(config: &ProviderConfig, refresh: &Secret) -> Result<Credential, Failure> {
    CLIENT.refresh(config, refresh)
}

/// Begins to log in.
///
/// # Errors
/// As the vendor refused.
pub(crate) fn start(config: &ProviderConfig, request: LoginRequest) -> Result<Login, Failure> {
    match request.flow.as_str() {
        "browser" => {
            let parameters = [
                ("id_token_add_organizations", "true"),
                ("codex_cli_simplified_flow", "true"),
                ("originator", "openclaw"),
            ];
            CLIENT.browser(config, request, AUTHORIZE, &parameters)
        }
        "device" => begin(config),
        other => login::unsupported(other),
    }
}

/// Begins a sign-in with a code, of the vendor's own kind: what comes in the end is an authorization
/// code with its verifier.
fn begin(config: &ProviderConfig) -> Result<Login, Failure> {
    let fields = Fields::new().text("client_id", DEVICE.id);
    let reply = DEVICE.send(config, USER_CODE, fields, &["/device_auth_id"])?;
    let (id, told) = captured(reply)?;
    let user_code = told["user_code"]
        .as_str()
        .or_else(|| told["usercode"].as_str());
    let Some(user_code) = user_code else {
        return Err(errors::failure(
            FailureKind::Server,
            "the reply holds no device code",
        ));
    };
    Ok(SignIn::start(Device {
        config: config.clone(),
        id,
        code: DeviceCode {
            verification_url: endpoint(config, DEVICE_PAGE),
            user_code: user_code.to_owned(),
            interval_ms: pause_ms(&told["interval"]),
            expires_at: clock::now_ms() + CODE_LASTS_MS,
            extensions: Vec::new(),
        },
        shown: false,
    }))
}

struct Device {
    config: ProviderConfig,
    id: Secret,
    code: DeviceCode,
    /// Whether the person has the code already.
    shown: bool,
}

impl Steps for Device {
    fn proceed(&mut self, _answer: Option<Secret>) -> Result<LoginStep, Failure> {
        if std::mem::replace(&mut self.shown, true) {
            let fields = Fields::new()
                .secret("device_auth_id", &self.id)
                .text("user_code", &self.code.user_code);
            let captures = ["/authorization_code", "/code_verifier"];
            let reply = DEVICE.send(&self.config, DEVICE_TOKEN, fields, &captures)?;
            match reply.status {
                // The code was not typed yet.
                403 | 404 => {}
                _ if reply.is_success() => return self.exchange(reply),
                _ => return Err(refusal(&reply).failure()),
            }
        }
        Ok(LoginStep::DeviceCode(self.code.clone()))
    }
}

impl Device {
    fn exchange(&self, reply: Response) -> Result<LoginStep, Failure> {
        let (mut code, mut verifier) = (None, None);
        for (pointer, secret) in reply.captured {
            match pointer.as_str() {
                "/authorization_code" => code = Some(secret),
                "/code_verifier" => verifier = Some(secret),
                _ => {}
            }
        }
        let (Some(code), Some(verifier)) = (code, verifier) else {
            return Err(errors::failure(
                FailureKind::Server,
                "the reply holds no authorization code",
            ));
        };
        let fields = Fields::new()
            .text("grant_type", "authorization_code")
            .text("client_id", CLIENT.id)
            .secret("code", &code)
            .text("redirect_uri", DEVICE_REDIRECT)
            .secret("code_verifier", &verifier);
        CLIENT.tokens(&self.config, fields).map(LoginStep::Done)
    }
}
