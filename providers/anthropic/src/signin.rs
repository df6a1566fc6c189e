//! Credentials: what they look like, how they sign, and renewing a sign-in.

use openclaw_provider_compat::Accepts;
use openclaw_sdk::auth::Credential;
use openclaw_sdk::http::Request;
use openclaw_sdk::oauth::{Client, Format};
use openclaw_sdk::{Failure, ProviderConfig, Secret};

/// Asks for `Authorization: Bearer` to be accepted.
const BEARER_BETA: &str = "oauth-2025-04-20";

/// The public client that sign-ins were issued to. A grant can be renewed only in the name of its
/// own client (RFC 6749 §6); nothing else is sent in that name.
static CLIENT: Client = Client {
    id: "9d1c250a-e61b-44d9-88ed-5944d1962f5e",
    token_url: "https://platform.claude.com/v1/oauth/token",
    format: Format::Json,
    ..Client::DEFAULT
};

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
    CLIENT.refresh(config, refresh)
}

#[cfg(test)]
mod tests {
    use crate::VENDOR;

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
}
