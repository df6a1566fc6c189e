//! Logging in with a GitHub account. GitHub's token lasts, and is exchanged for one of Copilot that
//! lasts for half an hour and names the server of the plan.

use openclaw_provider_compat::vendor::{Place, Wire};
use openclaw_sdk::auth::{Credential, Login, LoginRequest};
use openclaw_sdk::http::Request;
use openclaw_sdk::oauth::{Client, captured, endpoint};
use openclaw_sdk::{Failure, FailureKind, ProviderConfig, Secret, errors, login};

use crate::VENDOR;

/// The public client of GitHub's Copilot plugins, whose tokens alone can be exchanged.
static CLIENT: Client = Client {
    id: "Iv1.b507a08c87ecfe98",
    scope: "read:user",
    token_url: "https://github.com/login/oauth/access_token",
    then: Some(exchanged),
    ..Client::DEFAULT
};

const DEVICE: &str = "https://github.com/login/device/code";
const EXCHANGE: &str = "https://api.github.com/copilot_internal/v2/token";
/// Who asks. The header is wanted; its value is ours.
const EDITOR: &str = concat!("openclaw/", env!("CARGO_PKG_VERSION"));

/// Signs a request.
///
/// # Errors
/// Kind `auth` for a token that is not Copilot's.
pub(crate) fn sign<'a>(request: Request<'a>, secret: &'a Secret) -> Result<Request<'a>, Failure> {
    if secret.claim("tid").is_none() {
        return Err(errors::failure(
            FailureKind::Auth,
            "this is no token of Copilot: log in with `openclaw models auth login github-copilot`",
        ));
    }
    Ok(request
        .secret_header("authorization", "Bearer ", secret)
        .header("editor-version", EDITOR))
}

/// Finds the server: the configured one, else that of the plan, which the token names.
///
/// # Errors
/// None.
pub(crate) fn locate(
    config: &ProviderConfig,
    credential: Option<&Secret>,
    wire: &Wire,
) -> Result<Place, Failure> {
    let named = || {
        let proxy = credential?.claim("proxy-ep")?;
        let proxy: String = serde_json::from_str(&proxy).ok()?;
        base(&proxy)
    };
    let own = config.base_url.clone().or_else(named);
    Ok(Place {
        base: (wire.root)(own.as_deref(), &VENDOR),
        headers: Vec::new(),
    })
}

/// Returns the base of the API beside a proxy. The gate holds it against the manifest all the same.
fn base(proxy: &str) -> Option<String> {
    let host = proxy.strip_prefix("proxy.")?;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    host.chars()
        .all(is_plain)
        .then(|| format!("https://api.{host}"))
}

/// Exchanges a GitHub token for one of Copilot.
///
/// # Errors
/// Kind `auth` when GitHub does not know the token, `permission` without a plan of Copilot.
pub(crate) fn exchange(config: &ProviderConfig, github: &Secret) -> Result<Credential, Failure> {
    let reply = Request::get(endpoint(config, EXCHANGE))
        .secret_header("authorization", "Bearer ", github)
        .header("accept", "application/json")
        .header("editor-version", EDITOR)
        .capture("/token")
        .send()?;
    let (secret, told) = captured(reply).map_err(without_plan)?;
    let expires_at = told["expires_at"]
        .as_u64()
        .and_then(|at| at.checked_mul(1_000));
    Ok(Credential {
        secret,
        refresh: None,
        mode: "oauth".to_owned(),
        source: "exchange".to_owned(),
        expires_at,
        extensions: Vec::new(),
    })
}

/// Says what GitHub means by hiding the exchange from an account.
fn without_plan(mut failure: Failure) -> Failure {
    if matches!(failure.status, Some(403 | 404)) {
        failure.kind = FailureKind::Permission.into();
        failure.message = errors::clip(format!(
            "this GitHub account has no Copilot for it: {}",
            failure.message
        ));
    }
    failure
}

/// Makes a credential of a GitHub token, which then renews it.
///
/// # Errors
/// As [`exchange`].
pub(crate) fn exchanged(
    config: &ProviderConfig,
    github: Credential,
) -> Result<Credential, Failure> {
    let exchanged = exchange(config, &github.secret)?;
    Ok(Credential {
        refresh: Some(github.secret),
        source: github.source,
        ..exchanged
    })
}

/// Begins to log in.
///
/// # Errors
/// As GitHub refused.
pub(crate) fn start(config: &ProviderConfig, request: LoginRequest) -> Result<Login, Failure> {
    match request.flow.as_str() {
        "device" => CLIENT.device(config, request, DEVICE),
        other => login::unsupported(other),
    }
}

#[cfg(test)]
#[test]
fn the_server_is_beside_the_proxy_of_the_token() {
    let business = base("proxy.business.githubcopilot.com");
    assert_eq!(
        business.as_deref(),
        Some("https://api.business.githubcopilot.com")
    );
    for odd in ["", "api.x", "proxy.x/y", "proxy.x@y", "proxy.x:1"] {
        assert_eq!(base(odd), None, "{odd}");
    }
}
