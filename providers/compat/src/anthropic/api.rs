//! Requests, and where they go.

use openclaw_sdk::http::{Request, Response};
use openclaw_sdk::json::Body;
use openclaw_sdk::{Failure, clock};
use serde_json::Value;

use crate::call::Call;
use crate::failure::is_error;
use crate::failure::unreadable;
use crate::json;
use crate::vendor::Vendor;

/// Version of the wire format.
pub const VERSION: &str = "2023-06-01";

/// A success.
pub struct Reply {
    /// Its JSON.
    pub body: Value,
    /// The organization that the credential belongs to.
    pub account: Option<String>,
}

/// Sends a `GET` and reads the JSON of its success.
///
/// # Errors
/// As the vendor refused; kind `server` when a success is not JSON.
pub fn get(call: &Call<'_>, path: &str) -> Result<Reply, Failure> {
    let request = Request::get(call.url(path)).header("anthropic-version", VERSION);
    read(call, &call.send(request)?)
}

/// Sends a `POST` and reads the JSON of its success.
///
/// # Errors
/// As [`get`].
pub fn post(call: &Call<'_>, path: &str, body: Body) -> Result<Reply, Failure> {
    read(call, &open(call, path, body, None)?)
}

/// Sends a `POST` and waits until the vendor has accepted it; `betas` is what the request asks for of
/// what is not yet part of the version.
///
/// # Errors
/// As the vendor refused.
pub fn open(
    call: &Call<'_>,
    path: &str,
    body: Body,
    betas: Option<&str>,
) -> Result<Response, Failure> {
    let mut request = Request::post(call.url(path))
        .header("anthropic-version", VERSION)
        .json_body(body);
    if let Some(betas) = betas {
        request = request.header("anthropic-beta", betas);
    }
    call.send(request)
}

/// Reads the JSON of a success.
///
/// # Errors
/// The failure that the body reports; kind `server` when it is not JSON.
pub fn read(call: &Call<'_>, response: &Response) -> Result<Reply, Failure> {
    let text = response.text()?;
    let Ok(body) = json::parse(&text) else {
        return Err(unreadable("the reply is not JSON"));
    };
    if is_error(&body) {
        return Err((call.wire().classify)(
            call.vendor(),
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

/// Returns the address below which `/v1/…` lies. A configured base may end in `/v1` or not, since
/// both are in use.
#[must_use]
pub fn root(configured: Option<&str>, vendor: &Vendor) -> String {
    let base = configured
        .map(str::trim)
        .filter(|base| !base.is_empty())
        .unwrap_or(vendor.base);
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

    fn root(configured: Option<&str>) -> String {
        let vendor = Vendor {
            base: BASE,
            ..Vendor::DEFAULT
        };
        super::root(configured, &vendor)
    }

    #[test]
    fn a_base_is_taken_with_and_without_its_version() {
        assert_eq!(root(None), BASE);
        assert_eq!(root(Some(" ")), BASE);
        for base in [
            "http://127.0.0.1:8080",
            "http://127.0.0.1:8080/",
            "http://127.0.0.1:8080/v1",
            "http://127.0.0.1:8080/v1/",
        ] {
            assert_eq!(root(Some(base)), "http://127.0.0.1:8080", "{base}");
        }
        assert_eq!(
            root(Some("https://proxy.test/anthropic/v1")),
            "https://proxy.test/anthropic"
        );
        assert_eq!(
            root(Some("https://proxy.test/anthropic")),
            "https://proxy.test/anthropic"
        );
        assert_eq!(
            root(Some("https://proxy.test/v10")),
            "https://proxy.test/v10"
        );
    }
}
