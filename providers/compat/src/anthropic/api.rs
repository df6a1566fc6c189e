//! Where requests go. The vendor is told who asks only by the credential: no first-party client is
//! imitated.

use openclaw_sdk::http::{Request, Response};
use openclaw_sdk::{Failure, ProviderConfig, Secret, clock};
use serde_json::Value;

use super::Vendor;
use super::decode::unreadable;

/// Version of the wire format.
const VERSION: &str = "2023-06-01";

/// The API, as a configuration and a credential reach it.
pub struct Api<'a> {
    vendor: &'static Vendor,
    root: String,
    credential: Option<&'a Secret>,
}

impl<'a> Api<'a> {
    /// Joins a vendor with the user's configuration and credential.
    #[must_use]
    pub fn new(
        vendor: &'static Vendor,
        config: &ProviderConfig,
        credential: Option<&'a Secret>,
    ) -> Self {
        Self {
            vendor,
            root: root(config.base_url.as_deref(), vendor.base),
            credential,
        }
    }

    /// Returns whose API it is.
    #[must_use]
    pub fn vendor(&self) -> &'static Vendor {
        self.vendor
    }

    /// Sends a `GET` and reads the JSON of its success.
    ///
    /// # Errors
    /// As the vendor refused; kind `server` when a success is not JSON.
    pub fn get(&self, path: &str) -> Result<Reply, Failure> {
        let request = Request::get(format!("{}{path}", self.root));
        self.read(accepted(self.vendor, self.sign(request).send()?)?)
    }

    /// Sends a `POST` and reads the JSON of its success.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub fn post(&self, path: &str, body: &Value) -> Result<Reply, Failure> {
        self.read(self.open(path, body)?)
    }

    /// Sends a `POST` and waits until the vendor has accepted it.
    ///
    /// # Errors
    /// As the vendor refused.
    pub fn open(&self, path: &str, body: &Value) -> Result<Response, Failure> {
        let request = Request::post(format!("{}{path}", self.root)).json(body);
        accepted(self.vendor, self.sign(request).send()?)
    }

    fn sign(&self, request: Request<'a>) -> Request<'a> {
        let request = request.header("anthropic-version", VERSION);
        match self.credential {
            None => request,
            Some(secret) => (self.vendor.sign)(request, secret),
        }
    }

    fn read(&self, response: Response) -> Result<Reply, Failure> {
        let text = response.text()?;
        let Ok(body) = serde_json::from_str::<Value>(&text) else {
            return Err(unreadable("the reply is not JSON"));
        };
        if (self.vendor.is_refusal)(&body) {
            return Err((self.vendor.classify)(
                response.status,
                &response.headers,
                &text,
                clock::now_ms(),
            ));
        }
        let account = response
            .header("anthropic-organization-id")
            .map(str::to_owned);
        Ok(Reply { body, account })
    }
}

/// A success.
pub struct Reply {
    /// Its JSON.
    pub body: Value,
    /// The organization that the credential belongs to.
    pub account: Option<String>,
}

/// Returns the reply if the vendor accepted the request.
///
/// # Errors
/// As the vendor refused.
pub fn accepted(vendor: &Vendor, response: Response) -> Result<Response, Failure> {
    if response.is_success() {
        return Ok(response);
    }
    // A refusal whose text cannot be read is still a refusal.
    let body = response.text().unwrap_or_default();
    Err((vendor.classify)(
        response.status,
        &response.headers,
        &body,
        clock::now_ms(),
    ))
}

/// Returns the address below which `/v1/…` lies. A configured base may end in `/v1` or not, since
/// both are in use.
#[must_use]
pub fn root(configured: Option<&str>, default: &str) -> String {
    let base = configured
        .map(str::trim)
        .filter(|base| !base.is_empty())
        .unwrap_or(default);
    let base = base.trim_end_matches('/');
    base.strip_suffix("/v1")
        .unwrap_or(base)
        .trim_end_matches('/')
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "https://vendor.test/api";

    #[test]
    fn a_base_is_taken_with_and_without_its_version() {
        assert_eq!(root(None, BASE), BASE);
        assert_eq!(root(Some(" "), BASE), BASE);
        for base in [
            "http://127.0.0.1:8080",
            "http://127.0.0.1:8080/",
            "http://127.0.0.1:8080/v1",
            "http://127.0.0.1:8080/v1/",
        ] {
            assert_eq!(root(Some(base), BASE), "http://127.0.0.1:8080", "{base}");
        }
        assert_eq!(
            root(Some("https://proxy.test/anthropic/v1"), BASE),
            "https://proxy.test/anthropic"
        );
        assert_eq!(
            root(Some("https://proxy.test/anthropic"), BASE),
            "https://proxy.test/anthropic"
        );
        assert_eq!(
            root(Some("https://proxy.test/v10"), BASE),
            "https://proxy.test/v10"
        );
    }
}
