//! What an authorization server answers: tokens, or why not.

use serde_json::Value;

use crate::auth::Credential;
use crate::http::Response;
use crate::{Failure, FailureKind, Secret, clock, errors};

/// Longest text of a server that is passed on, in bytes.
const LONGEST: usize = 300;

/// Why an authorization server gave no tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The status of the reply.
    pub status: u16,
    /// The server's code, such as `invalid_grant`; empty where it gave none.
    pub code: String,
    /// The server's own words, or what can be said without them.
    pub message: String,
}

impl Refusal {
    /// Reads the body of a refusal: of the standard's shape, or with an object as its `error`.
    #[must_use]
    pub fn read(status: u16, body: &str) -> Self {
        let body: Value = serde_json::from_str(body).unwrap_or_default();
        let error = &body["error"];
        let first = |places: [&Value; 4]| {
            let mut texts = places.into_iter().filter_map(Value::as_str);
            texts.find(|text| !text.is_empty()).map(str::to_owned)
        };
        let code = first([error, &error["code"], &error["type"], &body["code"]]);
        let words = first([
            &body["error_description"],
            &error["message"],
            &body["message"],
            &body["detail"],
        ]);
        let code = code.unwrap_or_default();
        let message = match words {
            Some(words) => words.chars().take(LONGEST).collect(),
            None if !code.is_empty() => code.replace('_', " "),
            None => format!("the authorization server answered {status}"),
        };
        Self {
            status,
            code,
            message,
        }
    }

    /// Returns what it means.
    #[must_use]
    pub fn failure(&self) -> Failure {
        let kind = match self.code.as_str() {
            "invalid_grant"
            | "expired_token"
            | "access_denied"
            | "authorization_declined"
            | "refresh_token_expired"
            | "refresh_token_reused"
            | "refresh_token_invalidated"
            | "invalid_client"
            | "bad_verification_code"
            | "incorrect_device_code" => FailureKind::Auth,
            "unauthorized_client" | "device_flow_disabled" => FailureKind::Permission,
            "invalid_request" | "invalid_scope" | "unsupported_grant_type" => {
                FailureKind::BadRequest
            }
            "temporarily_unavailable" => FailureKind::Overloaded,
            "server_error" => FailureKind::Server,
            "slow_down" => FailureKind::RateLimit,
            _ if self.status < 400 => FailureKind::Server,
            _ => errors::kind_of_status(self.status),
        };
        let code = (!self.code.is_empty()).then(|| self.code.clone());
        Failure {
            code,
            status: (self.status >= 400).then_some(self.status),
            ..errors::failure(kind, self.message.clone())
        }
    }
}

/// Reads why a reply holds no tokens.
#[must_use]
pub fn refusal(reply: &Response) -> Refusal {
    Refusal::read(reply.status, &reply.text().unwrap_or_default())
}

/// Returns the one secret that was asked for, and the reply it was taken out of.
///
/// # Errors
/// As the server refused, also where it gave no secret.
pub fn captured(mut reply: Response) -> Result<(Secret, Value), Failure> {
    if !reply.is_success() || reply.captured.is_empty() {
        return Err(refusal(&reply).failure());
    }
    let (_, secret) = reply.captured.swap_remove(0);
    Ok((secret, reply.json()?))
}

/// Returns the tokens of a reply. Some servers refuse with a success.
///
/// # Errors
/// As the server refused; kind `server` for a reply without an access token.
pub fn credential(reply: Response) -> Result<Credential, Failure> {
    let has_token = reply
        .captured
        .iter()
        .any(|(pointer, _)| pointer == "/access_token");
    if !reply.is_success() || !has_token {
        let refused = refusal(&reply);
        if reply.is_success() && refused.code.is_empty() {
            return Err(errors::failure(
                FailureKind::Server,
                "the reply holds no access token",
            ));
        }
        return Err(refused.failure());
    }
    let told = reply.json()?;
    let (mut access, mut refresh) = (None, None);
    for (pointer, secret) in reply.captured {
        match pointer.as_str() {
            "/access_token" => access = Some(secret),
            "/refresh_token" => refresh = Some(secret),
            _ => {}
        }
    }
    let Some(secret) = access else {
        return Err(errors::failure(
            FailureKind::Server,
            "the reply holds no access token",
        ));
    };
    let claimed = || secret.claim("exp")?.parse::<u64>().ok()?.checked_mul(1_000);
    let expires_at = lasts_until(&told, clock::now_ms()).or_else(claimed);
    Ok(Credential {
        secret,
        refresh,
        mode: "oauth".to_owned(),
        source: "login".to_owned(),
        expires_at,
        extensions: Vec::new(),
    })
}

/// Returns when tokens stop working, in milliseconds since 1970, by `expires_in` in seconds.
pub(super) fn lasts_until(told: &Value, now_ms: u64) -> Option<u64> {
    seconds(&told["expires_in"])?
        .checked_mul(1_000)?
        .checked_add(now_ms)
}

/// Returns a number of seconds, which some servers write as text.
pub(super) fn seconds(told: &Value) -> Option<u64> {
    match told {
        Value::String(text) => text.parse().ok(),
        told => told.as_u64(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_refusal_is_read_in_each_of_its_shapes() {
        for (body, code, message, kind) in [
            (
                r#"{"error":"invalid_grant","error_description":"Refresh token not found"}"#,
                "invalid_grant",
                "Refresh token not found",
                FailureKind::Auth,
            ),
            (
                r#"{"error":{"message":"Your refresh token has already been used.","code":"refresh_token_reused"}}"#,
                "refresh_token_reused",
                "Your refresh token has already been used.",
                FailureKind::Auth,
            ),
            (
                r#"{"error":"unauthorized_client"}"#,
                "unauthorized_client",
                "unauthorized client",
                FailureKind::Permission,
            ),
            (
                "<html>",
                "",
                "the authorization server answered 400",
                FailureKind::BadRequest,
            ),
        ] {
            let refused = Refusal::read(400, body);
            assert_eq!(
                (refused.code.as_str(), refused.message.as_str()),
                (code, message)
            );
            assert_eq!(refused.failure().kind, kind.as_str());
        }
        let busy = Refusal::read(503, "").failure();
        assert_eq!(busy.status, Some(503));
    }

    #[test]
    fn the_expiry_counts_from_now() {
        assert_eq!(
            lasts_until(&json!({ "expires_in": 3600 }), 5),
            Some(3_600_005)
        );
        assert_eq!(lasts_until(&json!({ "expires_in": "60" }), 0), Some(60_000));
        for odd in [
            json!({}),
            json!({ "expires_in": -1 }),
            json!({ "expires_in": u64::MAX }),
        ] {
            assert_eq!(lasts_until(&odd, 5), None);
        }
    }
}
