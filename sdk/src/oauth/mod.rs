//! OAuth sign-ins as a table for each vendor: in a browser (RFC 6749 with the PKCE of RFC 7636), with
//! a device code (RFC 8628), and the renewal of what either ends with.
//!
//! The component drives a sign-in and sees nothing that proves it. The verifier and the code are
//! handles; tokens and device codes are taken out of the replies by the host, so the manifest's grants
//! of these endpoints need `captures` and `secret_in = ["body"]`.
//!
//! ```ignore
//! static CLIENT: Client = Client {
//!     id: "acme-cli",
//!     scope: "models offline_access",
//!     token_url: "https://auth.acme.example/token",
//!     ..Client::DEFAULT
//! };
//!
//! fn start_login(config: ProviderConfig, request: LoginRequest) -> Result<Login, Failure> {
//!     match request.flow.as_str() {
//!         "browser" => CLIENT.browser(&config, request, "https://auth.acme.example/authorize", &[]),
//!         "device" => CLIENT.device(&config, request, "https://auth.acme.example/device"),
//!         other => login::unsupported(other),
//!     }
//! }
//! ```

mod browser;
mod device;
mod fields;
mod reply;

use crate::auth::{Credential, LoginStep};
use crate::http::{Request, Response};
use crate::{Failure, ProviderConfig, Secret};

pub use browser::authorize_url;
pub use device::{CODE_LASTS_MS, pause_ms};
pub use fields::Fields;
pub use reply::{Refusal, captured, credential, refusal};

/// A client of an authorization server: what its token requests have in common.
pub struct Client {
    /// The client's public id.
    pub id: &'static str,
    /// What is asked for, separated by spaces; empty where nothing is named.
    pub scope: &'static str,
    /// Where codes and refresh tokens are exchanged.
    pub token_url: &'static str,
    /// How requests to it are written.
    pub format: Format,
    /// Further headers of these requests.
    pub headers: &'static [(&'static str, &'static str)],
    /// What is made of the tokens that a sign-in ends with, where they do not sign requests themselves.
    pub then: Option<Then>,
}

/// Makes a credential of the tokens that a sign-in ended with.
pub type Then = fn(&ProviderConfig, Credential) -> Result<Credential, Failure>;

/// How a request to an authorization server is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// As a form, which is the standard.
    Form,
    /// As a JSON object.
    Json,
}

impl Client {
    /// A client that sends forms.
    pub const DEFAULT: Self = Self {
        id: "",
        scope: "",
        token_url: "",
        format: Format::Form,
        headers: &[],
        then: None,
    };

    /// Sends fields to one of the server's addresses, and waits for the reply's headers.
    ///
    /// # Errors
    /// As [`Request::send`].
    pub fn send<'a>(
        &self,
        config: &ProviderConfig,
        url: &str,
        fields: Fields<'a>,
        captures: &[&str],
    ) -> Result<Response, Failure> {
        let mut request: Request<'a> =
            Request::post(endpoint(config, url)).header("accept", "application/json");
        for (name, value) in self.headers {
            request = request.header(name, value);
        }
        for pointer in captures {
            request = request.capture(pointer);
        }
        fields.write(request, self.format).send()
    }

    /// Returns the last step of a sign-in.
    fn done(&self, config: &ProviderConfig, tokens: Credential) -> Result<LoginStep, Failure> {
        let credential = match self.then {
            Some(then) => then(config, tokens)?,
            None => tokens,
        };
        Ok(LoginStep::Done(credential))
    }

    /// Exchanges what the fields name for tokens.
    ///
    /// # Errors
    /// As the server refused; kind `server` for a reply without an access token.
    pub fn tokens(
        &self,
        config: &ProviderConfig,
        fields: Fields<'_>,
    ) -> Result<Credential, Failure> {
        let captures = ["/access_token", "/refresh_token"];
        credential(self.send(config, self.token_url, fields, &captures)?)
    }

    /// Renews a sign-in. A server that rotates refresh tokens gives the next one with the answer, and
    /// takes the old one no longer.
    ///
    /// # Errors
    /// Kind `auth` when the refresh token is no longer good; else as the server refused.
    pub fn refresh(
        &self,
        config: &ProviderConfig,
        refresh: &Secret,
    ) -> Result<Credential, Failure> {
        let fields = Fields::new()
            .text("grant_type", "refresh_token")
            .text("client_id", self.id)
            .secret("refresh_token", refresh);
        self.tokens(config, fields)
    }
}

/// Returns where an address of the vendor's is asked: there, whatever the base URL, since a gateway
/// for the API has no business with sign-ins. Only a base on this machine stands for the vendor as a
/// whole, so that a test needs no second server; the host grants the same paths below it.
#[must_use]
pub fn endpoint(config: &ProviderConfig, url: &str) -> String {
    let base = config.base_url.as_deref().unwrap_or_default();
    let base = base.trim().trim_end_matches('/');
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let path = &rest[rest.find('/').unwrap_or(rest.len())..];
    if !is_this_machine(base) || url.starts_with(base) {
        return url.to_owned();
    }
    let first = path.split('/').nth(1).unwrap_or_default();
    let below = base.split_once("://").map_or("", |(_, rest)| rest);
    let last = below.split('/').skip(1).last();
    let stem = match last {
        Some(last) if last == first => &base[..base.len() - last.len() - 1],
        _ => base,
    };
    format!("{stem}{path}")
}

/// Whether a base URL is of this machine by what it says.
fn is_this_machine(base: &str) -> bool {
    let Some((_, rest)) = base.split_once("://") else {
        return false;
    };
    let authority = rest.split('/').next().unwrap_or_default();
    ["127.0.0.1", "localhost", "[::1]"].into_iter().any(|host| {
        let port = authority
            .strip_prefix(host)
            .map(|rest| rest.strip_prefix(':').unwrap_or(rest));
        port.is_some_and(|port| port.bytes().all(|byte| byte.is_ascii_digit()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(base: Option<&str>, url: &str) -> String {
        let config = ProviderConfig {
            base_url: base.map(str::to_owned),
            api: None,
            settings: Vec::new(),
            extensions: Vec::new(),
        };
        endpoint(&config, url)
    }

    #[test]
    fn only_a_base_on_this_machine_stands_for_the_vendor() {
        let url = "https://auth.acme.example/v1/oauth/token";
        for (base, asked) in [
            (None, url),
            (Some("https://gateway.example/v1"), url),
            (Some("http://127.0.0.1.evil.example"), url),
            (Some("http://127.0.0.1:1@evil.example"), url),
            (
                Some("http://127.0.0.1:81"),
                "http://127.0.0.1:81/v1/oauth/token",
            ),
            (
                Some("http://127.0.0.1:81/v1/"),
                "http://127.0.0.1:81/v1/oauth/token",
            ),
            (
                Some("http://localhost:81/acme/v1"),
                "http://localhost:81/acme/v1/oauth/token",
            ),
            (
                Some("http://[::1]:81/acme"),
                "http://[::1]:81/acme/v1/oauth/token",
            ),
        ] {
            assert_eq!(at(base, url), asked, "{base:?}");
        }
    }
}
