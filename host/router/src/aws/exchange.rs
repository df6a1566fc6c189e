//! Requests to services that hand out credentials, and the forms that they hand them out in.

use std::time::Duration;

use openclaw_core::secret::Secret;
use openclaw_core::time::{Timestamp, parse_iso};
use openclaw_runtime::host::dial::Network;
use serde_json::Value;

use super::{Keys, NoKeys};
use crate::exchange::{self, Reply, plain};

/// Sends requests for somebody.
#[derive(Clone, Copy)]
pub(super) struct Exchange<'a> {
    network: &'a Network,
    /// Who is asked, for what is said of it.
    who: &'a str,
    within: Duration,
}

impl<'a> Exchange<'a> {
    pub(super) fn new(network: &'a Network, who: &'a str, within: Duration) -> Self {
        Self {
            network,
            who,
            within,
        }
    }

    /// Sends a request and reads the whole reply. The error is in the words of the network.
    pub(super) async fn send(
        &self,
        (method, url): (&str, &str),
        headers: &[(&str, &str)],
        body: String,
    ) -> Result<Reply, String> {
        exchange::send(self.network, self.within, (method, url), headers, body).await
    }

    /// Returns the failure of whoever is asked.
    pub(super) fn failed(&self, why: &str) -> NoKeys {
        NoKeys::Failed(format!("{}: {why}", self.who))
    }

    /// Returns the failure of a reply that is a refusal, with the service's own words.
    pub(super) fn refused(&self, reply: &Reply, words: &[&str]) -> NoKeys {
        let words: Vec<&str> = words
            .iter()
            .copied()
            .filter(|word| !word.is_empty())
            .collect();
        let told = plain(&words.join(": "));
        let status = reply.status;
        self.failed(&if told.is_empty() {
            format!("it answered with status {status}")
        } else {
            format!("{told} (status {status})")
        })
    }

    /// Reads keys from a reply in the form of containers and instances.
    pub(super) fn keys(&self, reply: &Reply) -> Result<Keys, NoKeys> {
        let value: Value = serde_json::from_str(&reply.body).unwrap_or(Value::Null);
        if !reply.is_success() || value["Code"].as_str().is_some_and(|code| code != "Success") {
            let word = |name: &str| value[name].as_str().or(value[name.to_lowercase()].as_str());
            let words = ["Code", "Message"].map(|name| word(name).unwrap_or_default());
            return Err(self.refused(reply, &words));
        }
        let keys = keys(&value, "Token");
        keys.ok_or_else(|| self.failed("the reply holds no credentials"))
    }
}

/// Reads keys in their usual form; nothing if a part is missing, or the time of the end is none.
pub(super) fn keys(value: &Value, token: &str) -> Option<Keys> {
    let word = |name: &str| value[name].as_str().filter(|word| !word.is_empty());
    let secret = |text: &str| Secret::new(text.to_owned());
    let expires: Option<Timestamp> = match word("Expiration") {
        Some(text) => Some(parse_iso(text)?),
        None => None,
    };
    Some(Keys {
        access_key_id: secret(word("AccessKeyId")?),
        secret_access_key: secret(word("SecretAccessKey")?),
        session_token: word(token).map(secret),
        expires,
    })
}
