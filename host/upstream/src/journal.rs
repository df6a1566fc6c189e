//! What arrived, and what became of it.

use std::time::Instant;

use serde_json::Value;

/// One request as it arrived, also when it was refused or broken.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Received {
    /// Number of the connection it came on, counted from 1.
    pub connection: usize,
    /// `GET`, `POST`, …
    pub method: String,
    /// Path and query as sent.
    pub target: String,
    /// Names in lower case, in the order sent; values without the blanks around them.
    pub headers: Vec<(String, String)>,
    /// The body, without its transfer encoding.
    pub body: Vec<u8>,
    /// When its last byte had been read.
    pub at: Instant,
    /// Index of the rule that answers it; `None` if no rule of the script does.
    pub rule: Option<usize>,
    /// What is wrong with it as HTTP, if anything.
    pub problem: Option<String>,
    /// What has become of the reply so far.
    pub outcome: Outcome,
}

/// How far a reply has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Being sent, or held back by its script.
    Underway,
    /// Sent as the script says, faults included.
    Sent,
    /// The client left before the reply was over.
    ClientLeft,
    /// The server was stopped before the reply was over.
    Stopped,
}

impl Received {
    /// Returns the first header of this name, written in any case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// Returns the path: the target without query, and without origin if it was sent as to a proxy.
    #[must_use]
    pub fn path(&self) -> &str {
        let path = match self.target.split_once("://") {
            Some((scheme, rest)) if !scheme.contains('/') => {
                rest.find('/').map_or("/", |at| &rest[at..])
            }
            _ => &self.target,
        };
        path.split(['?', '#']).next().unwrap_or(path)
    }

    /// Returns the credential: from `x-api-key`, `authorization: Bearer`, `x-goog-api-key` or `api-key`.
    #[must_use]
    pub fn credential(&self) -> Option<&str> {
        let bearer = || {
            let (scheme, token) = self.header("authorization")?.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
        };
        self.header("x-api-key")
            .or_else(bearer)
            .or_else(|| self.header("x-goog-api-key"))
            .or_else(|| self.header("api-key"))
    }

    /// Returns the body as text, with bytes that are not UTF-8 replaced.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Returns the body as JSON, if it is.
    #[must_use]
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }
}
