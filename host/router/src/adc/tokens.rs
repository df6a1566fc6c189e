//! From an account to an access token.

use std::path::Path;

use openclaw_core::secret::Secret;
use openclaw_core::time::Timestamp;
use openclaw_runtime::host::dial::Network;
use serde_json::{Value, json};

use super::account::{Account, Subject, SubjectPlace};
use super::exchange::Exchange;
use super::{NoToken, SCOPE, Token, jwt};

/// How long what a service account signs is good for, in seconds: as long as it may be.
const SIGNED_FOR: u64 = 3_600;
/// Longest token of elsewhere that is read from a file, in bytes.
const SUBJECT_BYTES: u64 = 1 << 20;

/// Asks for the access token of an account.
pub(super) async fn of(
    account: &Account,
    network: &Network,
    now: Timestamp,
) -> Result<Token, NoToken> {
    match account {
        Account::Impersonated {
            url,
            delegates,
            source,
        } => {
            let own = direct(source, network, now).await?;
            impersonated(url, delegates, &own, network, now).await
        }
        account => direct(account, network, now).await,
    }
}

async fn direct(account: &Account, network: &Network, now: Timestamp) -> Result<Token, NoToken> {
    match account {
        Account::Service {
            email,
            key_id,
            key,
            token_uri,
        } => {
            let who = format!("the service account `{email}`");
            let issued = now.0 / 1_000;
            let claims = json!({
                "iss": email,
                "scope": SCOPE,
                "aud": token_uri,
                "iat": issued,
                "exp": issued + SIGNED_FOR,
            });
            let signed = jwt::sign(key, key_id.as_deref(), &claims)
                .map_err(|why| NoToken::Refused(format!("{who}: {why}")))?;
            let exchange = Exchange {
                network,
                who: &who,
                url: token_uri,
                now,
                secrets: &[&signed, key],
            };
            exchange
                .form(&[
                    ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
                    ("assertion", signed.expose()),
                ])
                .await
        }
        Account::Person {
            client_id,
            client_secret,
            refresh_token,
            token_uri,
        } => {
            let exchange = Exchange {
                network,
                who: "the login of gcloud",
                url: token_uri,
                now,
                secrets: &[refresh_token, client_secret],
            };
            let fields: [(&str, &str); 4] = [
                ("grant_type", "refresh_token"),
                ("client_id", client_id),
                ("client_secret", client_secret.expose()),
                ("refresh_token", refresh_token.expose()),
            ];
            exchange.form(&fields).await.map_err(|why| match why {
                NoToken::Refused(why) => NoToken::Refused(format!(
                    "{why}; sign in again with `gcloud auth application-default login`"
                )),
                other => other,
            })
        }
        Account::Federated {
            audience,
            subject_token_type,
            token_url,
            subject,
            impersonation_url,
        } => {
            let given = subject_token(subject, network, now).await?;
            let exchange = Exchange {
                network,
                who: "the federated identity",
                url: token_url,
                now,
                secrets: &[&given],
            };
            let grant = "urn:ietf:params:oauth:grant-type:token-exchange";
            let wanted = "urn:ietf:params:oauth:token-type:access_token";
            let fields: [(&str, &str); 6] = [
                ("grant_type", grant),
                ("audience", audience),
                ("scope", SCOPE),
                ("requested_token_type", wanted),
                ("subject_token_type", subject_token_type),
                ("subject_token", given.expose()),
            ];
            let own = exchange.form(&fields).await?;
            match impersonation_url {
                Some(url) => impersonated(url, &[], &own, network, now).await,
                None => Ok(own),
            }
        }
        // A file's reader lets none stand inside another.
        Account::Impersonated { .. } => Err(NoToken::Refused(
            "an impersonated account is impersonated by another".to_owned(),
        )),
    }
}

async fn impersonated(
    url: &str,
    delegates: &[String],
    own: &Token,
    network: &Network,
    now: Timestamp,
) -> Result<Token, NoToken> {
    let exchange = Exchange {
        network,
        who: "the impersonated service account",
        url,
        now,
        secrets: &[&own.access],
    };
    let body = json!({
        "delegates": delegates,
        "scope": [SCOPE],
        "lifetime": format!("{SIGNED_FOR}s"),
    });
    exchange.impersonate(&own.access, &body).await
}

/// Reads the token of an identity of elsewhere.
async fn subject_token(
    subject: &Subject,
    network: &Network,
    now: Timestamp,
) -> Result<Secret<String>, NoToken> {
    let text = match &subject.place {
        SubjectPlace::File(path) => {
            let told = |why: &dyn std::fmt::Display| {
                NoToken::Refused(format!("`{path}`, the token of the identity: {why}"))
            };
            let about = std::fs::metadata(Path::new(path)).map_err(|error| told(&error))?;
            if !about.is_file() || about.len() > SUBJECT_BYTES {
                return Err(told(&"it is no file of a token"));
            }
            std::fs::read_to_string(path).map_err(|error| told(&error))?
        }
        SubjectPlace::Url { url, headers } => {
            let exchange = Exchange {
                network,
                who: "the token of the identity",
                url,
                now,
                secrets: &[],
            };
            let headers: Vec<(&str, &str)> = headers
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str()))
                .collect();
            exchange.text("GET", &headers, String::new()).await?
        }
    };
    let found = match &subject.field {
        Some(field) => {
            let value: Value = serde_json::from_str(&text).unwrap_or(Value::Null);
            value[field.as_str()].as_str().map(str::to_owned)
        }
        None => Some(text.trim().to_owned()),
    };
    let found = found.filter(|token| !token.is_empty());
    found.map(Secret::new).ok_or_else(|| {
        NoToken::Refused("the `credential_source` of the identity holds no token".to_owned())
    })
}
