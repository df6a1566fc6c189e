//! Requests through the host's gate.

use crate::bindings::openclaw::provider::http as wire;
use crate::bindings::openclaw::provider::http::HttpError;
use crate::json::{Body, Piece};
use crate::media::Blob;
use crate::{Failure, FailureKind, Secret, errors};

pub use wire::{Encoding, Sigv4};

/// Most bytes of an error reply that are read.
const ERROR_BYTES: usize = 64 << 10;
/// Most bytes that [`Response::text`] reads.
const TEXT_BYTES: usize = 16 << 20;

/// A request being put together. Secrets are named, never held.
pub struct Request<'a> {
    method: &'static str,
    url: String,
    headers: Vec<(String, wire::HeaderValue<'a>)>,
    body: Vec<wire::BodyPart<'a>>,
    captures: Vec<String>,
    sign: Option<Sigv4<'a>>,
    timeout_ms: Option<u64>,
}

impl<'a> Request<'a> {
    /// Begins a `GET`.
    pub fn get(url: impl Into<String>) -> Self {
        Self::new("GET", url.into())
    }

    /// Begins a `POST`.
    pub fn post(url: impl Into<String>) -> Self {
        Self::new("POST", url.into())
    }

    fn new(method: &'static str, url: String) -> Self {
        Self {
            method,
            url,
            headers: Vec::new(),
            body: Vec::new(),
            captures: Vec::new(),
            sign: None,
            timeout_ms: None,
        }
    }

    /// Adds a header of plain text.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers
            .push((name.to_owned(), wire::HeaderValue::Text(value.to_owned())));
        self
    }

    /// Adds a header whose value is `prefix` and the secret; the manifest's `secret_in` must name it.
    #[must_use]
    pub fn secret_header(mut self, name: &str, prefix: &str, secret: &'a Secret) -> Self {
        let value = secret_value(prefix, secret, "", Encoding::Raw);
        self.headers
            .push((name.to_owned(), wire::HeaderValue::Secret(value)));
        self
    }

    /// Sets a JSON body and its content type.
    #[must_use]
    pub fn json(self, body: &serde_json::Value) -> Self {
        self.header("content-type", "application/json")
            .body_text(body.to_string())
    }

    /// Sets a JSON body, which may have holes for blobs, and its content type.
    #[must_use]
    pub fn json_body(mut self, body: Body) -> Self {
        self = self.header("content-type", "application/json");
        for piece in body.into_pieces() {
            self.body.push(match piece {
                Piece::Text(text) => wire::BodyPart::Text(text),
                Piece::Blob(id, encoding) => wire::BodyPart::Blob(wire::BlobValue { id, encoding }),
            });
        }
        self
    }

    /// Sends a blob as the body, as it is.
    #[must_use]
    pub fn body_blob(mut self, blob: &Blob) -> Self {
        self.body.push(wire::BodyPart::Blob(wire::BlobValue {
            id: blob.id.clone(),
            encoding: Encoding::Raw,
        }));
        self
    }

    /// Appends text to the body.
    #[must_use]
    pub fn body_text(mut self, text: impl Into<String>) -> Self {
        self.body.push(wire::BodyPart::Text(text.into()));
        self
    }

    /// Appends a secret to the body; the manifest's `secret_in` must name `body`.
    #[must_use]
    pub fn body_secret(mut self, secret: &'a Secret, encoding: Encoding) -> Self {
        self.body.push(wire::BodyPart::Secret(secret_value(
            "", secret, "", encoding,
        )));
        self
    }

    /// Takes the string at a JSON pointer of the reply as a new secret; the manifest's `captures`
    /// must name it.
    #[must_use]
    pub fn capture(mut self, pointer: &str) -> Self {
        self.captures.push(pointer.to_owned());
        self
    }

    /// Has the host sign the request with AWS Signature Version 4.
    #[must_use]
    pub fn sign(mut self, keys: Sigv4<'a>) -> Self {
        self.sign = Some(keys);
        self
    }

    /// Bounds the wait for the reply's headers, in milliseconds.
    #[must_use]
    pub fn timeout_ms(mut self, timeout: u64) -> Self {
        self.timeout_ms = Some(timeout);
        self
    }

    /// Returns where it goes.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Sends it and waits for the reply's headers, whatever its status.
    ///
    /// # Errors
    /// Kind `timeout`, `network`, `bad-request` (the host cannot send it) or `other` (the gate
    /// refused it; code `denied`).
    pub fn send(self) -> Result<Response, Failure> {
        let request = wire::Request {
            method: self.method.to_owned(),
            url: self.url,
            headers: self.headers,
            body: self.body,
            captures: self.captures,
            sign: self.sign,
            timeout_ms: self.timeout_ms,
        };
        let reply = wire::send(&request).map_err(failure_of)?;
        Ok(Response {
            status: reply.status,
            headers: reply.headers,
            captured: reply
                .captured
                .into_iter()
                .map(|c| (c.pointer, c.secret))
                .collect(),
            body: reply.body,
        })
    }
}

/// A reply.
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// Headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// Secrets taken out of the body, with the pointer that found each.
    pub captured: Vec<(String, Secret)>,
    body: wire::IncomingBody,
}

impl Response {
    /// Whether the status is 2xx.
    #[must_use]
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Returns the body unread, for the host to read.
    #[must_use]
    pub fn into_body(self) -> wire::IncomingBody {
        self.body
    }

    /// Returns the first header of this name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// Waits for the next bytes of the body, at most `max`; `None` at the end.
    ///
    /// # Errors
    /// Kind `timeout` or `network`.
    pub fn read(&self, max: u32) -> Result<Option<Vec<u8>>, Failure> {
        self.body.read(max).map_err(failure_of)
    }

    /// Reads the whole body as text. Of an error reply the first 64 KiB are kept, or what came of
    /// them before it broke off.
    ///
    /// # Errors
    /// Of a success as [`read`](Self::read), and kind `server` when it is longer than 16 MiB.
    pub fn text(&self) -> Result<String, Failure> {
        let limit = if self.is_success() {
            TEXT_BYTES
        } else {
            ERROR_BYTES
        };
        let mut bytes = Vec::new();
        loop {
            let chunk = match self.read(64 << 10) {
                Ok(Some(chunk)) => chunk,
                Ok(None) => break,
                Err(failure) if self.is_success() => return Err(failure),
                Err(_) => break,
            };
            bytes.extend_from_slice(&chunk);
            if bytes.len() > limit {
                if self.is_success() {
                    return Err(errors::failure(
                        FailureKind::Server,
                        "the reply is longer than 16 MiB",
                    ));
                }
                bytes.truncate(limit);
                break;
            }
        }
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Reads the whole body as JSON.
    ///
    /// # Errors
    /// As [`text`](Self::text), and kind `server` when it is not JSON.
    pub fn json(&self) -> Result<serde_json::Value, Failure> {
        let text = self.text()?;
        serde_json::from_str(&text)
            .map_err(|_| errors::failure(FailureKind::Server, "the reply is not JSON"))
    }
}

fn secret_value<'a>(
    prefix: &str,
    secret: &'a Secret,
    suffix: &str,
    encoding: Encoding,
) -> wire::SecretValue<'a> {
    wire::SecretValue {
        prefix: prefix.to_owned(),
        secret,
        suffix: suffix.to_owned(),
        encoding,
    }
}

fn failure_of(error: HttpError) -> Failure {
    let (kind, code, message) = match error {
        HttpError::Denied(denial) => (FailureKind::Other, Some("denied"), denial.message),
        HttpError::Invalid(problem) => (FailureKind::BadRequest, Some("invalid_request"), problem),
        HttpError::Timeout => (FailureKind::Timeout, None, "no reply in time".to_owned()),
        HttpError::Connect(problem) | HttpError::Interrupted(problem) => {
            (FailureKind::Network, None, problem)
        }
        HttpError::TooLarge(bound) => (FailureKind::Server, Some("too_large"), bound),
    };
    let mut failure = errors::failure(kind, message);
    failure.code = code.map(str::to_owned);
    failure
}
