//! Requests to those who hand out tokens, and what they answer.

use std::time::Duration;

use openclaw_core::secret::Secret;
use openclaw_core::time::{Timestamp, parse_iso};
use openclaw_runtime::host::dial::Network;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::{NoToken, Token, in_seconds};
use crate::exchange::{Reply, plain, send};

/// How long one of them may take.
const WITHIN: Duration = Duration::from_secs(10);
/// How long a token lasts whose end is not told, in seconds.
const LASTS: u64 = 5 * 60;
const FORM: &str = "application/x-www-form-urlencoded";
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Somebody who hands out tokens, and what is said to them that nobody else may read.
pub(super) struct Exchange<'a> {
    pub(super) network: &'a Network,
    /// Who is asked, for what is said of it.
    pub(super) who: &'a str,
    pub(super) url: &'a str,
    pub(super) now: Timestamp,
    /// What is blanked in its words.
    pub(super) secrets: &'a [&'a Secret<String>],
}

impl Exchange<'_> {
    /// Sends a form and reads the token of the reply.
    pub(super) async fn form(&self, fields: &[(&str, &str)]) -> Result<Token, NoToken> {
        let fields = fields.iter().map(|(name, value)| {
            let value = utf8_percent_encode(value, UNRESERVED);
            format!("{name}={value}")
        });
        let body = fields.collect::<Vec<_>>().join("&");
        let headers = [("content-type", FORM), ("accept", "application/json")];
        let value = self.ask("POST", &headers, body).await?;
        let token = word(&value, "access_token");
        let token = token.ok_or_else(|| self.refused("the reply holds no access token"))?;
        let seconds = value["expires_in"].as_u64().unwrap_or(LASTS);
        Ok(Token {
            access: token,
            expires: in_seconds(self.now, seconds),
        })
    }

    /// Asks for the token of a service account in the name of another.
    pub(super) async fn impersonate(
        &self,
        bearer: &Secret<String>,
        body: &Value,
    ) -> Result<Token, NoToken> {
        let bearer = format!("Bearer {}", bearer.expose());
        let headers = [
            ("authorization", bearer.as_str()),
            ("content-type", "application/json"),
            ("accept", "application/json"),
        ];
        let value = self.ask("POST", &headers, body.to_string()).await?;
        let token = word(&value, "accessToken");
        let expires = value["expireTime"].as_str().and_then(parse_iso);
        match (token, expires) {
            (Some(access), Some(expires)) => Ok(Token { access, expires }),
            _ => Err(self.refused("the reply holds no access token")),
        }
    }

    /// Sends a request and returns the text of a success.
    pub(super) async fn text(
        &self,
        method: &str,
        headers: &[(&str, &str)],
        body: String,
    ) -> Result<String, NoToken> {
        let asked = send(self.network, WITHIN, (method, self.url), headers, body);
        let reply = asked.await.map_err(|why| self.unreached(&why))?;
        if reply.is_success() {
            Ok(reply.body)
        } else {
            Err(self.refusal(&reply))
        }
    }

    async fn ask(
        &self,
        method: &str,
        headers: &[(&str, &str)],
        body: String,
    ) -> Result<Value, NoToken> {
        let text = self.text(method, headers, body).await?;
        serde_json::from_str(&text).map_err(|_| self.unreached("the reply is not JSON"))
    }

    /// Returns what a refusal means, in the words of who refused.
    fn refusal(&self, reply: &Reply) -> NoToken {
        let value: Value = serde_json::from_str(&reply.body).unwrap_or(Value::Null);
        // OAuth's errors are two words, those of Google's other services an object.
        let words = match &value["error"] {
            Value::String(code) => [Some(code.as_str()), value["error_description"].as_str()],
            error => [error["status"].as_str(), error["message"].as_str()],
        };
        let told: Vec<&str> = words
            .into_iter()
            .flatten()
            .filter(|word| !word.is_empty())
            .collect();
        let mut told = told.join(": ");
        for secret in self.secrets {
            told = told.replace(secret.expose().as_str(), "***");
        }
        let told = plain(&told);
        let status = reply.status;
        let why = if told.is_empty() {
            format!("it answered with status {status}")
        } else {
            format!("{told} (status {status})")
        };
        if status == 429 || status >= 500 {
            self.unreached(&why)
        } else {
            self.refused(&why)
        }
    }

    pub(super) fn refused(&self, why: &str) -> NoToken {
        NoToken::Refused(format!("{}: {why}", self.who))
    }

    fn unreached(&self, why: &str) -> NoToken {
        NoToken::Unreached(format!("{}: {why}", self.who))
    }
}

fn word(value: &Value, key: &str) -> Option<Secret<String>> {
    let text = value[key].as_str().filter(|text| !text.is_empty())?;
    Some(Secret::new(text.to_owned()))
}
