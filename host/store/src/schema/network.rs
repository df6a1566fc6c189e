//! `network`: how servers are reached, for all providers or for one.

use openclaw_core::proxy::Proxy;

use super::SecretText;
use super::reader::{At, Reader};

/// `network`
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Network {
    /// `proxy`: an address, `env` or `none`. A secret, because an address may have a password.
    pub proxy: Option<SecretText>,
    /// `noProxy`: what is reached directly.
    pub no_proxy: Vec<String>,
    /// `caFile`: certificates that are trusted beside the built-in authorities.
    pub ca_file: Option<String>,
    /// `eventTimeoutSeconds`: how long a server may give signs of life and nothing of an answer.
    pub event_timeout_seconds: Option<u64>,
}

/// What `proxy` means where it is no address.
pub const FROM_ENVIRONMENT: &str = "env";
/// See [`FROM_ENVIRONMENT`].
pub const NO_PROXY: &str = "none";

impl Network {
    pub(super) fn read(reader: &mut Reader<'_>, at: At<'_>) -> Self {
        let Some(at) = reader.object(at, &["proxy", "noProxy", "caFile", "eventTimeoutSeconds"])
        else {
            return Self::default();
        };
        let proxy = at.get("proxy").and_then(|at| reader.secret(at));
        if let (Some(Ok(text)), Some(at)) = (&proxy, at.get("proxy")) {
            let text = text.expose().trim();
            let is_word = text == FROM_ENVIRONMENT || text == NO_PROXY;
            if let (false, Err(why)) = (is_word, Proxy::parse(text)) {
                let problem = format!("expected the address of a proxy, `env` or `none`: {why}");
                reader.problem(&at, &problem);
            }
        }
        Self {
            proxy,
            no_proxy: at
                .get("noProxy")
                .map(|at| reader.items(at, Reader::filled))
                .unwrap_or_default(),
            ca_file: at.get("caFile").and_then(|at| reader.filled(at)),
            event_timeout_seconds: at
                .get("eventTimeoutSeconds")
                .and_then(|at| seconds(reader, &at)),
        }
    }
}

/// Reads a number of seconds, one at least.
fn seconds(reader: &mut Reader<'_>, at: &At<'_>) -> Option<u64> {
    match reader.count(at.clone()) {
        Some(0) => reader.expected(at, "a number of 1 or more"),
        seconds => seconds,
    }
}
