//! Credentials: what they look like, and renewing a sign-in.

use openclaw_sdk::auth::{Credential, Inspection};
use openclaw_sdk::http::{Encoding, Request};
use openclaw_sdk::{Failure, ProviderConfig, Secret, clock};
use serde_json::Value;

use crate::api::{accepted, token_url};
use crate::decode::unreadable;

/// Environment variables, in the order they are looked for.
pub(crate) const VARIABLES: [&str; 2] = ["ANTHROPIC_OAUTH_TOKEN", "ANTHROPIC_API_KEY"];

/// The public client that sign-ins were issued to. A grant can be renewed only in the name of its
/// own client (RFC 6749 §6); nothing else is sent in that name.
const CLIENT: &str = "9d1c250a-e61b-44d9-88ed-5944d1962f5e";

const SUBSCRIPTION_NOTE: &str =
    "a Claude subscription's credential: Anthropic accepts it only from its own products";

/// Tells what a credential of this mode is good for.
pub(crate) fn inspection(mode: String, expires_at: Option<u64>) -> Inspection {
    let (plausible, note) = match mode.as_str() {
        "api-key" => (true, None),
        "token" | "oauth" => (true, Some(SUBSCRIPTION_NOTE.to_owned())),
        _ => (
            false,
            Some("neither an API key nor a subscription's token".to_owned()),
        ),
    };
    Inspection {
        mode,
        plausible,
        note,
        expires_at,
        account: None,
    }
}

/// Renews a sign-in. The old refresh token stops working when the vendor sends a new one.
///
/// # Errors
/// Kind `auth` when the refresh token is no longer good; the others as the vendor refused.
pub(crate) fn renew(config: &ProviderConfig, refresh: &Secret) -> Result<Credential, Failure> {
    let response = accepted(
        Request::post(token_url(config))
            .header("content-type", "application/json")
            .body_text(body_start())
            .body_secret(refresh, Encoding::Json)
            .body_text(BODY_END)
            .capture("/access_token")
            .capture("/refresh_token")
            .send()?,
    )?;
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
    })
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
        assert_eq!(inspection("api-key".to_owned(), None).note, None);
        for mode in ["token", "oauth"] {
            let inspection = inspection(mode.to_owned(), Some(7));
            assert!(inspection.plausible && inspection.note.is_some());
            assert_eq!(inspection.expires_at, Some(7));
        }
        assert!(!inspection("aws-sdk".to_owned(), None).plausible);
    }
}
