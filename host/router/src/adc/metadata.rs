//! The account of the machine itself, from the service beside it: Compute Engine, GKE, Cloud Run.

use std::time::Duration;

use openclaw_core::secret::Secret;
use openclaw_core::time::Timestamp;
use openclaw_runtime::host::dial::Network;
use openclaw_store::env_vars;
use serde_json::Value;

use super::{NoToken, Token, Told, in_seconds};
use crate::exchange::send;

/// Where machines ask.
const HOST: &str = "169.254.169.254";
const PATH: &str = "/computeMetadata/v1/instance/service-accounts/default/token";
/// The header that both sides send: what a page made somebody ask has none.
const FLAVOR: &str = "metadata-flavor";
const GOOGLE: &str = "Google";
/// How long it is waited for a service that most machines do not have.
const WITHIN: Duration = Duration::from_secs(1);
/// The same, where it is named.
const WITHIN_NAMED: Duration = Duration::from_secs(5);

/// Asks the machine's service; nothing where there is none.
pub(super) async fn token(
    told: &Told,
    network: &Network,
    now: Timestamp,
) -> Result<Option<Token>, NoToken> {
    let is_off = told.get(&env_vars::NO_GCE_CHECK);
    if is_off.is_some_and(|value| value.eq_ignore_ascii_case("true")) {
        return Ok(None);
    }
    let named = told.get(&env_vars::GCE_METADATA_HOST);
    let within = if named.is_some() {
        WITHIN_NAMED
    } else {
        WITHIN
    };
    let url = ["http://", named.unwrap_or(HOST), PATH].concat();
    let headers = [(FLAVOR, GOOGLE), ("accept", "application/json")];
    let who = "the account of the machine";
    let reply = match send(network, within, ("GET", &url), &headers, String::new()).await {
        Ok(reply) => reply,
        Err(why) if named.is_some() => return Err(NoToken::Unreached(format!("{who}: {why}"))),
        Err(_) => return Ok(None),
    };
    let flavor = reply.headers.get(FLAVOR);
    if flavor.is_none_or(|flavor| flavor != GOOGLE) {
        // Whatever answers there, it is not the service.
        return match named {
            Some(host) => Err(NoToken::Refused(format!(
                "{who}: what answers at `{host}` (GCE_METADATA_HOST) is no metadata server"
            ))),
            None => Ok(None),
        };
    }
    if !reply.is_success() {
        let why = format!("{who}: it answered with status {}", reply.status);
        return Err(match reply.status {
            404 => NoToken::Refused(format!("{why}: the machine has no service account")),
            429 | 500.. => NoToken::Unreached(why),
            _ => NoToken::Refused(why),
        });
    }
    let value: Value = serde_json::from_str(&reply.body).unwrap_or(Value::Null);
    let found = || {
        let access = value["access_token"].as_str()?;
        let seconds = value["expires_in"].as_u64()?;
        Some(Token {
            access: Secret::new(access.to_owned()),
            expires: in_seconds(now, seconds),
        })
    };
    let token = found();
    token
        .map(Some)
        .ok_or_else(|| NoToken::Refused(format!("{who}: the reply holds no access token")))
}
