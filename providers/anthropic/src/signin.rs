//! Credentials: what they look like, how they sign, and renewing a sign-in.

use openclaw_provider_compat::anthropic::api::root;
use openclaw_provider_compat::failure::unreadable;
use openclaw_provider_compat::{Accepts, Call};
use openclaw_sdk::auth::Credential;
use openclaw_sdk::http::{Encoding, Request};
use openclaw_sdk::{Failure, ProviderConfig, Secret, clock};
use serde_json::Value;

use crate::VENDOR;

/// Where the vendor renews sign-ins.
const TOKEN_URL: &str = "https://platform.claude.com/v1/oauth/token";
/// Asks for `Authorization: Bearer` to be accepted.
const BEARER_BETA: &str = "oauth-2025-04-20";

/// The public client that sign-ins were issued to. A grant can be renewed only in the name of its
/// own client (RFC 6749 §6); nothing else is sent in that name.
const CLIENT: &str = "9d1c250a-e61b-44d9-88ed-5944d1962f5e";

const SUBSCRIPTION_NOTE: &str =
    "a Claude subscription's credential: Anthropic accepts it only from its own products";

/// Signs a request: with a subscription's token as a bearer, with everything else as a key.
///
/// # Errors
/// None.
pub(crate) fn sign<'a>(request: Request<'a>, secret: &'a Secret) -> Result<Request<'a>, Failure> {
    Ok(if signs_as_bearer(&secret.mode()) {
        request
            .secret_header("authorization", "Bearer ", secret)
            .header("anthropic-beta", BEARER_BETA)
    } else {
        request.secret_header("x-api-key", "", secret)
    })
}

/// Whether a credential of this mode is sent as `Authorization: Bearer`.
fn signs_as_bearer(mode: &str) -> bool {
    matches!(mode, "token" | "oauth")
}

/// What credentials are good for.
pub(crate) const ACCEPTS: Accepts = Accepts {
    modes: &[
        ("api-key", None),
        ("token", Some(SUBSCRIPTION_NOTE)),
        ("oauth", Some(SUBSCRIPTION_NOTE)),
    ],
    otherwise: "the API takes keys and a subscription's tokens",
};

/// Renews a sign-in. The old refresh token stops working when the vendor sends a new one.
///
/// # Errors
/// Kind `auth` when the refresh token is no longer good; the others as the vendor refused.
pub(crate) fn renew(config: &ProviderConfig, refresh: &Secret) -> Result<Credential, Failure> {
    let request = Request::post(token_url(config))
        .header("content-type", "application/json")
        .body_text(body_start())
        .body_secret(refresh, Encoding::Json)
        .body_text(BODY_END)
        .capture("/access_token")
        .capture("/refresh_token");
    let response = Call::new(&VENDOR, config, None)?.accepted(request.send()?)?;
    let body = response.json()?;
    let (mut access, mut next) = (None, None);
    for (pointer, secret) in response.captured {
        match pointer.as_str() {
            "/access_token" => access = Some(secret),
            "/refresh_token" => next = Some(secret),
            _ => {}
        }
    }
    let secret = access.ok_or_else(|| unreadable("the reply holds no access token"))?;
    Ok(Credential {
        secret,
        refresh: next,
        mode: "oauth".to_owned(),
        source: "refresh".to_owned(),
        expires_at: expiry(&body, clock::now_ms()),
        extensions: Vec::new(),
    })
}

/// Returns where a sign-in is renewed: at the vendor, whatever the base, since a gateway for the
/// API has no business with refresh tokens. Only a base on this machine stands for the vendor as a
/// whole, so that a test needs no second address.
fn token_url(config: &ProviderConfig) -> String {
    let root = root(config.base_url.as_deref(), &VENDOR);
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

/// The body up to the refresh token, which the host writes as the inside of a JSON string.
fn body_start() -> String {
    format!(r#"{{"grant_type":"refresh_token","client_id":"{CLIENT}","refresh_token":""#)
}

const BODY_END: &str = r#""}"#;

/// Returns when a new access token stops working.
fn expiry(body: &Value, now_ms: u64) -> Option<u64> {
    body["expires_in"]
        .as_u64()?
        .checked_mul(1_000)?
        .checked_add(now_ms)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_body_is_json_around_the_secret() {
        let body = format!("{}sk-ant-ort01-x{BODY_END}", body_start());
        let body: Value = serde_json::from_str(&body).expect("JSON");
        assert_eq!(
            body,
            json!({ "grant_type": "refresh_token", "client_id": CLIENT, "refresh_token": "sk-ant-ort01-x" })
        );
    }

    #[test]
    fn the_expiry_counts_from_now() {
        assert_eq!(
            expiry(&json!({ "expires_in": 28_800 }), 1_000),
            Some(28_801_000)
        );
        assert_eq!(expiry(&json!({ "expires_in": u64::MAX }), 1_000), None);
        assert_eq!(expiry(&json!({ "expires_in": "soon" }), 1_000), None);
        assert_eq!(expiry(&json!([]), 1_000), None);
    }

    #[test]
    fn a_subscriptions_credential_carries_a_warning() {
        let inspection = |mode, expires_at| VENDOR.inspection(mode, expires_at);
        assert_eq!(inspection("api-key".to_owned(), None).note, None);
        for mode in ["token", "oauth"] {
            let inspection = inspection(mode.to_owned(), Some(7));
            assert!(inspection.plausible && inspection.note.is_some());
            assert_eq!(inspection.expires_at, Some(7));
        }
        assert!(!inspection("aws-sdk".to_owned(), None).plausible);
    }

    #[test]
    fn sign_ins_are_renewed_at_the_vendor_unless_the_base_is_this_machine() {
        let url = |base: Option<&str>| {
            token_url(&ProviderConfig {
                base_url: base.map(str::to_owned),
                api: None,
                settings: Vec::new(),
                extensions: Vec::new(),
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
    fn the_built_in_list_holds_together() {
        openclaw_sdk::testing::check_catalog(&VENDOR.models);
    }

    #[test]
    fn the_manifest_grants_what_is_sent_and_no_more() {
        let manifest: Value =
            serde_json::from_str(crate::OPENCLAW_MANIFEST).expect("canonical JSON");
        assert_eq!(manifest["base_url"], VENDOR.base);
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
                ("GET", "https://api.anthropic.com/api/oauth/usage"),
                ("POST", TOKEN_URL),
            ]
        );
    }
}
