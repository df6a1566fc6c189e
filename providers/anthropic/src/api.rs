//! Where requests go and how they are signed. The vendor is told who asks only by the credential:
//! no first-party client is imitated.

use openclaw_sdk::http::{Request, Response};
use openclaw_sdk::{Failure, ProviderConfig, Secret, clock};
use serde_json::Value;

use crate::decode::unreadable;
use crate::failure::classify;

/// The manifest's `base_url`.
const BASE: &str = "https://api.anthropic.com";
/// Where the vendor renews sign-ins.
const TOKEN_URL: &str = "https://platform.claude.com/v1/oauth/token";
/// Version of the wire format.
const VERSION: &str = "2023-06-01";
/// Asks for `Authorization: Bearer` to be accepted.
const BEARER_BETA: &str = "oauth-2025-04-20";

/// The API, as a configuration and a credential reach it.
pub(crate) struct Api<'a> {
    root: String,
    credential: Option<&'a Secret>,
}

impl<'a> Api<'a> {
    pub(crate) fn new(config: &ProviderConfig, credential: Option<&'a Secret>) -> Self {
        Self {
            root: root(config.base_url.as_deref()),
            credential,
        }
    }

    /// Sends a `GET` and reads the JSON of its success.
    ///
    /// # Errors
    /// As the vendor refused; kind `server` when a success is not JSON.
    pub(crate) fn get(&self, path: &str) -> Result<Reply, Failure> {
        read(accepted(
            self.sign(Request::get(format!("{}{path}", self.root)))
                .send()?,
        )?)
    }

    /// Sends a `POST` and reads the JSON of its success.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub(crate) fn post(&self, path: &str, body: &Value) -> Result<Reply, Failure> {
        read(self.open(path, body)?)
    }

    /// Sends a `POST` and waits until the vendor has accepted it.
    ///
    /// # Errors
    /// As the vendor refused.
    pub(crate) fn open(&self, path: &str, body: &Value) -> Result<Response, Failure> {
        let request = Request::post(format!("{}{path}", self.root)).json(body);
        accepted(self.sign(request).send()?)
    }

    fn sign(&self, request: Request<'a>) -> Request<'a> {
        let request = request.header("anthropic-version", VERSION);
        match self.credential {
            None => request,
            Some(secret) if signs_as_bearer(&secret.mode()) => request
                .secret_header("authorization", "Bearer ", secret)
                .header("anthropic-beta", BEARER_BETA),
            Some(secret) => request.secret_header("x-api-key", "", secret),
        }
    }
}

/// A success.
pub(crate) struct Reply {
    /// Its JSON.
    pub(crate) body: Value,
    /// The organization that the credential belongs to.
    pub(crate) account: Option<String>,
}

/// Returns the reply if the vendor accepted the request.
///
/// # Errors
/// As the vendor refused.
pub(crate) fn accepted(response: Response) -> Result<Response, Failure> {
    if response.is_success() {
        return Ok(response);
    }
    // A refusal whose text cannot be read is still a refusal.
    let body = response.text().unwrap_or_default();
    Err(classify(
        response.status,
        &response.headers,
        &body,
        clock::now_ms(),
    ))
}

fn read(response: Response) -> Result<Reply, Failure> {
    let text = response.text()?;
    let Ok(body) = serde_json::from_str::<Value>(&text) else {
        return Err(unreadable("the reply is not JSON"));
    };
    if body["type"].as_str() == Some("error") || !body["error"].is_null() {
        return Err(classify(
            response.status,
            &response.headers,
            &text,
            clock::now_ms(),
        ));
    }
    let account = response
        .header("anthropic-organization-id")
        .map(str::to_owned);
    Ok(Reply { body, account })
}

/// Whether a credential of this mode is sent as `Authorization: Bearer`.
fn signs_as_bearer(mode: &str) -> bool {
    matches!(mode, "token" | "oauth")
}

/// Returns the address below which `/v1/…` lies. A configured base may end in `/v1` or not, since
/// both are in use.
fn root(base: Option<&str>) -> String {
    let base = base
        .map(str::trim)
        .filter(|base| !base.is_empty())
        .unwrap_or(BASE);
    let base = base.trim_end_matches('/');
    base.strip_suffix("/v1")
        .unwrap_or(base)
        .trim_end_matches('/')
        .to_owned()
}

/// Returns where a sign-in is renewed: at the vendor, whatever the base, since a gateway for the
/// API has no business with refresh tokens. Only a base on this machine stands for the vendor as a
/// whole, so that a test needs no second address.
pub(crate) fn token_url(config: &ProviderConfig) -> String {
    let root = root(config.base_url.as_deref());
    let local = root.split_once("://").is_some_and(|(_, rest)| {
        let authority = rest.split('/').next().unwrap_or_default();
        ["127.0.0.1", "localhost", "[::1]"].into_iter().any(|host| {
            let port = authority
                .strip_prefix(host)
                .map(|rest| rest.strip_prefix(':').unwrap_or(rest));
            port.is_some_and(|port| port.bytes().all(|byte| byte.is_ascii_digit()))
        })
    });
    if local {
        format!("{root}/v1/oauth/token")
    } else {
        TOKEN_URL.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_is_taken_with_and_without_its_version() {
        assert_eq!(root(None), BASE);
        assert_eq!(root(Some(" ")), BASE);
        for base in [
            "http://127.0.0.1:8080",
            "http://127.0.0.1:8080/",
            "http://127.0.0.1:8080/v1",
            "http://127.0.0.1:8080/v1/",
        ] {
            assert_eq!(root(Some(base)), "http://127.0.0.1:8080", "{base}");
        }
        assert_eq!(
            root(Some("https://proxy.test/anthropic/v1")),
            "https://proxy.test/anthropic"
        );
        assert_eq!(
            root(Some("https://proxy.test/anthropic")),
            "https://proxy.test/anthropic"
        );
        assert_eq!(
            root(Some("https://proxy.test/v10")),
            "https://proxy.test/v10"
        );
    }

    #[test]
    fn sign_ins_are_renewed_at_the_vendor_unless_the_base_is_this_machine() {
        let url = |base: Option<&str>| {
            token_url(&ProviderConfig {
                base_url: base.map(str::to_owned),
                api: None,
            })
        };
        assert_eq!(url(None), TOKEN_URL);
        assert_eq!(url(Some("https://api.anthropic.com/v1")), TOKEN_URL);
        assert_eq!(url(Some("https://proxy.test/anthropic")), TOKEN_URL);
        assert_eq!(url(Some("https://127.0.0.1.proxy.test")), TOKEN_URL);
        assert_eq!(url(Some("http://localhost:9@proxy.test")), TOKEN_URL);
        assert_eq!(
            url(Some("http://127.0.0.1:9/v1")),
            "http://127.0.0.1:9/v1/oauth/token"
        );
        assert_eq!(url(Some("http://[::1]:9")), "http://[::1]:9/v1/oauth/token");
    }

    #[test]
    fn subscriptions_are_bearers_and_everything_else_is_a_key() {
        assert!(signs_as_bearer("oauth") && signs_as_bearer("token"));
        assert!(!signs_as_bearer("api-key") && !signs_as_bearer(""));
    }

    #[test]
    fn the_manifest_grants_what_is_sent_and_no_more() {
        let manifest: Value =
            serde_json::from_str(crate::OPENCLAW_MANIFEST).expect("canonical JSON");
        assert_eq!(manifest["base_url"], BASE);
        let granted: Vec<_> = manifest["http"]
            .as_array()
            .expect("grants")
            .iter()
            .map(|grant| {
                (
                    grant["methods"][0].as_str().unwrap_or_default(),
                    grant["url"].as_str().unwrap_or_default(),
                )
            })
            .collect();
        assert_eq!(
            granted,
            [
                ("POST", "https://api.anthropic.com/v1/messages"),
                ("POST", "https://api.anthropic.com/v1/messages/count_tokens"),
                ("GET", "https://api.anthropic.com/v1/models"),
                ("POST", TOKEN_URL),
            ]
        );
    }
}
