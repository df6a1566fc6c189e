//! One call of the host: whose API is asked, in which wire, where, and what signs.
//!
//! A vendor is told who asks only by the credential: no first-party client is imitated.

use openclaw_sdk::http::{Request, Response};
use openclaw_sdk::{Failure, FailureKind, ProviderConfig, Secret, clock, errors};

use crate::vendor::{FreeCheck, Place, Vendor, Wire};

/// A vendor, as a configuration and a credential reach it.
pub struct Call<'a> {
    vendor: &'static Vendor,
    wire: &'static Wire,
    place: Place,
    has_own_base: bool,
    settings: Vec<(String, String)>,
    credential: Option<&'a Secret>,
}

impl<'a> Call<'a> {
    /// Joins a vendor with the user's configuration and credential.
    ///
    /// # Errors
    /// Kind `other` when the configuration's `api` names a wire that the vendor does not speak.
    pub fn new(
        vendor: &'static Vendor,
        config: &ProviderConfig,
        credential: Option<&'a Secret>,
    ) -> Result<Self, Failure> {
        let wire = wire(vendor, config.api.as_deref())?;
        Self::with(vendor, wire, config, credential)
    }

    fn with(
        vendor: &'static Vendor,
        wire: &'static Wire,
        config: &ProviderConfig,
        credential: Option<&'a Secret>,
    ) -> Result<Self, Failure> {
        let own = config.base_url.as_deref();
        let place = match vendor.locate {
            Some(locate) => locate(config, credential, wire)?,
            None => Place {
                base: (wire.root)(own, vendor),
                headers: Vec::new(),
            },
        };
        Ok(Self {
            vendor,
            wire,
            place,
            has_own_base: own.is_some_and(|base| !base.trim().is_empty()),
            settings: config.settings.clone(),
            credential,
        })
    }

    /// Joins them for a request to a model, some of whose family may speak another wire.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn for_model(
        vendor: &'static Vendor,
        config: &ProviderConfig,
        credential: Option<&'a Secret>,
        model: Option<&str>,
    ) -> Result<Self, Failure> {
        let mut families = vendor.families.iter();
        let family = model
            .filter(|_| config.api.is_none())
            .and_then(|model| families.find(|(start, _)| model.starts_with(start)));
        match family {
            Some((_, wire)) => Self::in_dialect(vendor, config, credential, wire.api),
            None => Self::new(vendor, config, credential),
        }
    }

    /// Joins them for a request that is in a wire's format already, whatever the configuration's `api`.
    ///
    /// # Errors
    /// Kind `unsupported` where the vendor does not speak it.
    pub fn in_dialect(
        vendor: &'static Vendor,
        config: &ProviderConfig,
        credential: Option<&'a Secret>,
        dialect: &str,
    ) -> Result<Self, Failure> {
        let known = vendor.wires.iter().find(|wire| wire.api == dialect);
        let Some(wire) = known else {
            return Err(errors::unsupported(
                "dialect",
                "the vendor does not speak this format",
            ));
        };
        Self::with(vendor, wire, config, credential)
    }

    /// Returns whose API it is.
    #[must_use]
    pub fn vendor(&self) -> &'static Vendor {
        self.vendor
    }

    /// Returns the wire that is spoken.
    #[must_use]
    pub fn wire(&self) -> &'static Wire {
        self.wire
    }

    /// Returns the address below which the wire's paths lie, without a slash at its end.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.place.base
    }

    /// Returns the address of a path below the base.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base())
    }

    /// Whether the configuration names an address.
    #[must_use]
    pub fn has_own_base(&self) -> bool {
        self.has_own_base
    }

    /// Returns a plain setting of the configuration.
    #[must_use]
    pub fn setting(&self, name: &str) -> Option<&str> {
        let found = self.settings.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Whether there is a credential.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        self.credential.is_some()
    }

    /// Returns the mode of the credential, such as `api-key`.
    #[must_use]
    pub fn mode(&self) -> Option<String> {
        self.credential.map(Secret::mode)
    }

    /// Sends a request that is signed with `Authorization: Bearer`, whatever else the vendor's requests
    /// are signed with.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub fn send_with_bearer(&self, request: Request<'a>) -> Result<Response, Failure> {
        let request = match self.credential {
            Some(secret) => request.secret_header("authorization", "Bearer ", secret),
            None => request,
        };
        self.accepted(request.send()?)
    }

    /// Returns the call that proves a credential at this server and costs nothing.
    #[must_use]
    pub fn free_check(&self) -> FreeCheck {
        match self.vendor.free_check {
            FreeCheck::At(_) if !self.is_vendors_own() => FreeCheck::None,
            check => check,
        }
    }

    /// Whether the server is the vendor's own, and so known to take what only the vendor takes. Where
    /// each account has an address of its own, the configured one is that.
    #[must_use]
    pub fn is_vendors_own(&self) -> bool {
        let own = host(self.vendor.base);
        let asked = host(self.base());
        own.is_empty()
            || asked == own
            || asked
                .strip_suffix(own.as_str())
                .is_some_and(|rest| rest.ends_with('.'))
    }

    /// Signs and sends a request, and returns the reply if the vendor accepted it.
    ///
    /// # Errors
    /// As the vendor refused, or what kept the request from it.
    pub fn send(&self, request: Request<'a>) -> Result<Response, Failure> {
        self.send_signed(request, self.vendor.sign)
    }

    /// As [`send`](Self::send), for a wire whose requests are signed by where they go.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub fn send_signed(
        &self,
        request: Request<'a>,
        sign: impl FnOnce(Request<'a>, &'a Secret) -> Result<Request<'a>, Failure>,
    ) -> Result<Response, Failure> {
        let request = match self.credential {
            Some(secret) => sign(request, secret)?,
            None => request,
        };
        let headers = self.place.headers.iter();
        let request = headers.fold(request, |request, (name, value)| {
            request.header(name, value)
        });
        let url = request.url().to_owned();
        let response = request.send()?;
        if (300..400).contains(&response.status) {
            let to = response.header("location");
            return Err(redirected(self.base(), &url, response.status, to));
        }
        self.accepted(response)
    }

    /// Returns the reply if the vendor accepted the request.
    ///
    /// # Errors
    /// As the vendor refused.
    pub fn accepted(&self, response: Response) -> Result<Response, Failure> {
        if response.is_success() {
            return Ok(response);
        }
        // A refusal whose text cannot be read is still a refusal.
        let body = response.text().unwrap_or_default();
        Err((self.wire.classify)(
            self.vendor,
            response.status,
            &response.headers,
            &body,
            clock::now_ms(),
        ))
    }
}

/// Returns the failure of a request that was answered with another address. Redirects are not
/// followed: they would take the credential somewhere else.
fn redirected(base: &str, url: &str, status: u16, to: Option<&str>) -> Failure {
    let message = match to.map(|to| absolute(url, to)) {
        Some(to) => {
            // What the configuration needs is the address without the request's own path.
            let path = url.strip_prefix(base).unwrap_or_default();
            let path = path.split('?').next().unwrap_or_default();
            match to.strip_suffix(path).filter(|_| !path.is_empty()) {
                Some(base) => format!("the server redirects to {to}: set `baseUrl` to {base}"),
                None => {
                    format!("the server redirects to {to}: is `baseUrl` the address of the API?")
                }
            }
        }
        None => "the server redirects, and does not say where to".to_owned(),
    };
    let mut failure = errors::failure(FailureKind::Other, message);
    failure.code = Some("redirect".to_owned());
    failure.status = Some(status);
    failure
}

/// Returns the address that a `Location` means, without what is after its path.
fn absolute(url: &str, to: &str) -> String {
    let to = to.split(['?', '#']).next().unwrap_or_default().trim();
    let (scheme, rest) = url.split_once("://").unwrap_or(("https", url));
    let authority = rest.split('/').next().unwrap_or_default();
    if to.contains("://") {
        to.to_owned()
    } else if to.starts_with("//") {
        [scheme, ":", to].concat()
    } else if to.starts_with('/') {
        [scheme, "://", authority, to].concat()
    } else {
        let folder = url.rsplit_once('/').map_or(url, |(folder, _)| folder);
        [folder, "/", to].concat()
    }
}

/// Chooses the wire that a configuration names.
fn wire(vendor: &'static Vendor, api: Option<&str>) -> Result<&'static Wire, Failure> {
    let named = vendor
        .wires
        .iter()
        .find(|wire| api.is_none_or(|api| wire.api == api));
    let found = named.or_else(|| vendor.wires.first().filter(|_| vendor.ignores_api));
    found.copied().ok_or_else(|| {
        let mut message = "this `api` is not spoken here: ".to_owned();
        message.push_str(api.unwrap_or_default());
        let mut before = "; it is `";
        for wire in vendor.wires {
            message.push_str(before);
            message.push_str(wire.api);
            before = "` or `";
        }
        message.push('`');
        Failure {
            code: Some("unsupported_api".to_owned()),
            ..errors::failure(FailureKind::Other, message)
        }
    })
}

/// Returns the host of an address, in lower case.
fn host(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let end = rest.bytes().position(|byte| b"/:?".contains(&byte));
    rest[..end.unwrap_or(rest.len())].to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_names_the_base_url_that_is_meant() {
        let check = |to: Option<&str>, said: &str| {
            let (base, url) = ("http://a.test/v1", "http://a.test/v1/chat/completions?x=1");
            let failure = redirected(base, url, 308, to);
            assert_eq!(failure.message, said);
            assert_eq!(failure.status, Some(308));
        };
        check(
            Some("https://a.test/v1/chat/completions?x=1"),
            "the server redirects to https://a.test/v1/chat/completions: set `baseUrl` to https://a.test/v1",
        );
        check(
            Some("/api/v1/chat/completions"),
            "the server redirects to http://a.test/api/v1/chat/completions: set `baseUrl` to http://a.test/api/v1",
        );
        check(
            Some("//b.test/v1/chat/completions"),
            "the server redirects to http://b.test/v1/chat/completions: set `baseUrl` to http://b.test/v1",
        );
        check(
            Some("https://sso.test/login?next=%2Fv1"),
            "the server redirects to https://sso.test/login: is `baseUrl` the address of the API?",
        );
        check(
            Some("login"),
            "the server redirects to http://a.test/v1/chat/login: is `baseUrl` the address of the API?",
        );
        check(None, "the server redirects, and does not say where to");
    }
}
