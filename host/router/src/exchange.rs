//! Requests of the host's own to services that hand out credentials, and what is passed on of their
//! words.

use std::time::Duration;

use openclaw_runtime::host::dial::Network;
use openclaw_runtime::host::own;

/// Longest part of a service's words that is passed on, in characters.
const WORDS: usize = 200;

/// A reply.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: http::HeaderMap,
    pub(crate) body: String,
}

impl Reply {
    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// Sends a request and reads the whole reply. The error is in the words of the network.
pub(crate) async fn send(
    network: &Network,
    within: Duration,
    (method, url): (&str, &str),
    headers: &[(&str, &str)],
    body: String,
) -> Result<Reply, String> {
    let mut request = http::Request::builder().method(method).uri(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(body.into_bytes());
    let request = request.map_err(|_| "the address or a header cannot be sent".to_owned())?;
    let (parts, body) = own::send(network, request, within).await?.into_parts();
    Ok(Reply {
        status: parts.status.as_u16(),
        headers: parts.headers,
        body: String::from_utf8_lossy(&body).into_owned(),
    })
}

/// Returns somebody's words on one line, shortened.
pub(crate) fn plain(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let text: String = words
        .join(" ")
        .chars()
        .filter(|c| !c.is_control())
        .collect();
    if text.chars().count() > WORDS {
        text.chars().take(WORDS).chain(['…']).collect()
    } else {
        text
    }
}
