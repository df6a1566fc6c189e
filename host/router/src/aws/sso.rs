//! Keys for a single sign-on, by the login that AWS's tools keep in `~/.aws/sso/cache`. It is read and
//! never renewed: it is another tool's.

use std::time::Duration;

use openclaw_core::secret::Secret;
use openclaw_core::shell::pasteable;
use openclaw_core::time::{Timestamp, parse_iso};
use openclaw_runtime::host::dial::Network;
use openclaw_store::env_vars;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::exchange::Exchange;
use super::profiles::SignOn;
use super::sts::endpoint;
use super::{Keys, NoKeys, Told, read};

const WITHIN: Duration = Duration::from_secs(10);

/// Exchanges the kept login for keys.
pub(super) async fn keys(
    told: &Told,
    network: &Network,
    sign_on: &SignOn,
    now: Timestamp,
) -> Result<Keys, NoKeys> {
    let exchange = Exchange::new(network, "the single sign-on", WITHIN);
    let again = || {
        let profile = pasteable(&sign_on.profile);
        format!("sign in with `aws sso login --profile {profile}`")
    };
    let name = format!("{}.json", sha1(&sign_on.kept_as));
    let file = told
        .file("sso")
        .map(|folder| folder.join("cache").join(name));
    let kept = file.map_or(Ok(None), |file| read(&file))?;
    let kept = kept.ok_or_else(|| exchange.failed(&format!("there is no login; {}", again())))?;
    let kept: Value = serde_json::from_str(&kept).unwrap_or(Value::Null);
    let end = kept["expiresAt"].as_str().and_then(parse_iso);
    let (Some(token), Some(end)) = (kept["accessToken"].as_str(), end) else {
        return Err(exchange.failed(&format!("the login cannot be read; {}", again())));
    };
    if end <= now {
        let why = format!("the login ended at {}; {}", end.iso(), again());
        return Err(exchange.failed(&why));
    }
    let escape = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let base = endpoint(
        told,
        &env_vars::AWS_ENDPOINT_URL_SSO,
        "portal.sso",
        &sign_on.region,
    );
    let url = format!(
        "{base}/federation/credentials?role_name={}&account_id={}",
        escape(&sign_on.role),
        escape(&sign_on.account)
    );
    let headers = [("x-amz-sso_bearer_token", token)];
    let sent = exchange.send(("GET", &url), &headers, String::new()).await;
    let reply = sent.map_err(|why| exchange.failed(&why))?;
    let value: Value = serde_json::from_str(&reply.body).unwrap_or(Value::Null);
    if reply.status == 401 {
        return Err(exchange.failed(&format!("the login is no longer taken; {}", again())));
    }
    if !reply.is_success() {
        let word = value["message"].as_str().unwrap_or_default();
        return Err(exchange.refused(&reply, &[word]));
    }
    let given = &value["roleCredentials"];
    let word = |name: &str| {
        let word = given[name].as_str().filter(|word| !word.is_empty());
        word.map(|word| Secret::new(word.to_owned()))
    };
    let found = || {
        Some(Keys {
            access_key_id: word("accessKeyId")?,
            secret_access_key: word("secretAccessKey")?,
            session_token: word("sessionToken"),
            expires: given["expiration"].as_u64().map(Timestamp),
        })
    };
    found().ok_or_else(|| exchange.failed("the reply holds no credentials"))
}

/// Returns the digest that AWS's tools name a kept login by.
fn sha1(text: &str) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY, text.as_bytes());
    let digest = digest.as_ref().iter();
    digest.map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::sha1;

    /// The example of FIPS 180.
    #[test]
    fn a_login_is_kept_by_its_digest() {
        assert_eq!(sha1("abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
    }
}
