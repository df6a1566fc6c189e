//! Grants: one line of a manifest's `http` list, as it is parsed, printed and compared.
//!
//! A grant that could never allow what its author meant is an error when it is read, not a denial
//! when it is used. The exception is a private host without `private: true`: policy may have taken
//! that right away, and the denial then says what is missing.

use std::fmt;
use std::net::IpAddr;

use thiserror::Error;

use super::address::{Reach, classify};
use super::denial::DenialRule;
use super::host::{Host, is_private_name};
use super::path::{PathPattern, ambiguity, has_escaped_dot_segment};
use super::url::{Origin, Scheme, Target, UrlError, shorten, split};

/// Why a text is not a grant.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum GrantError {
    /// The URL part is not one, wildcards aside.
    #[error("cannot read the grant's url")]
    Url(#[from] UrlError),
    /// There is no path; `/**` would be every path.
    #[error("the grant has no path; add `/**` to grant every path of the host")]
    NoPath,
    /// A query takes no part in matching.
    #[error("the grant has a query; queries are not part of a grant")]
    Query,
    /// A wildcard that is neither `*` nor `*.suffix`.
    #[error("`*` in the host `{0}` stands for the first label only, as in `*.example.com`")]
    HostWildcard(String),
    /// A wildcard above a name of one label, as `*.com`.
    #[error("the wildcard `{0}` needs at least two labels after the star")]
    ShortSuffix(String),
    /// A host `*` without `any_host`.
    #[error("a grant for every host needs `\"any_host\": true`")]
    AnyHostNotAsked,
    /// `any_host` with a host other than `*`.
    #[error("`any_host` goes with the host `*`, not with `{0}`")]
    AnyHostWithHost(String),
    /// `any_host` with `private`.
    #[error("a grant for every host cannot be private: it covers public names only")]
    AnyHostPrivate,
    /// A path pattern that could not match what it seems to.
    #[error("the path `{path}` is refused: {why}")]
    Path {
        /// The pattern as written, shortened.
        path: String,
        /// The rule it breaks.
        why: &'static str,
    },
    /// No methods.
    #[error("the grant lists no methods")]
    NoMethods,
    /// A method that is not an upper-case name, or may never be granted.
    #[error("the method `{0}` cannot be granted")]
    Method(String),
    /// The same method twice.
    #[error("the method `{0}` is listed twice")]
    DuplicateMethod(String),
    /// Plaintext to a host that is not private.
    #[error("plain http to `{0}` needs `\"private\": true`")]
    PlainHttp(String),
    /// A literal address that no request may go to.
    #[error("the address `{address}` can never be granted: {why}")]
    NeverReachable {
        /// The literal address.
        address: IpAddr,
        /// The range it lies in.
        why: &'static str,
    },
}

/// Which hosts a grant covers.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum HostPattern {
    /// One host.
    Exact(Host),
    /// `*.suffix`: names with exactly one label before the suffix held here.
    OneLabel(String),
    /// `*`: public names; neither literal addresses nor private names.
    Any,
}

impl HostPattern {
    fn matches(&self, host: &Host) -> bool {
        match self {
            Self::Exact(granted) => granted == host,
            Self::OneLabel(suffix) => host
                .name()
                .and_then(|name| name.strip_suffix(suffix.as_str())?.strip_suffix('.'))
                .is_some_and(|label| !label.is_empty() && !label.contains('.')),
            Self::Any => host.name().is_some(),
        }
    }
}

impl fmt::Display for HostPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(host) => host.fmt(f),
            Self::OneLabel(suffix) => write!(f, "*.{suffix}"),
            Self::Any => f.write_str("*"),
        }
    }
}

/// The right to send requests: where to, and with which methods.
///
/// Displayed for people, as `GET,POST https://host/path (private)`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Grant {
    scheme: Scheme,
    host: HostPattern,
    port: u16,
    path: PathPattern,
    methods: Vec<String>,
    private: bool,
}

impl Grant {
    /// Parses the parts of a grant as a manifest has them.
    ///
    /// `private` permits loopback and private addresses, and plain `http`, for the hosts of this
    /// grant. `any_host` goes with the host `*`, and with nothing else.
    ///
    /// # Errors
    /// The first rule of [`GrantError`] that the parts break.
    pub fn parse(
        url: &str,
        methods: &[impl AsRef<str>],
        private: bool,
        any_host: bool,
    ) -> Result<Self, GrantError> {
        let parts = split(url)?;
        if parts.query.is_some() {
            return Err(GrantError::Query);
        }
        let host = parse_host(parts.host)?;
        match (&host, any_host) {
            (HostPattern::Any, false) => return Err(GrantError::AnyHostNotAsked),
            (HostPattern::Any, true) if private => return Err(GrantError::AnyHostPrivate),
            (HostPattern::Any, true) | (_, false) => {}
            (_, true) => return Err(GrantError::AnyHostWithHost(shorten(parts.host))),
        }
        if !parts.has_path {
            return Err(GrantError::NoPath);
        }
        let path = PathPattern::parse(parts.path).map_err(|why| GrantError::Path {
            path: shorten(parts.path),
            why,
        })?;
        if parts.scheme == Scheme::Http && !private {
            return Err(GrantError::PlainHttp(shorten(parts.host)));
        }
        let grant = Self {
            scheme: parts.scheme,
            host,
            port: parts.port,
            path,
            methods: parse_methods(methods)?,
            private,
        };
        match grant.literal().map(|address| (address, classify(address))) {
            Some((address, (Reach::Never, why))) => {
                Err(GrantError::NeverReachable { address, why })
            }
            _ => Ok(grant),
        }
    }

    /// Returns the scheme.
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// Returns the hosts.
    pub fn host(&self) -> &HostPattern {
        &self.host
    }

    /// Returns the port, also when it is the scheme's default.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Returns the path pattern as it was written.
    pub fn path(&self) -> &str {
        self.path.as_str()
    }

    /// Returns the methods, as they were listed.
    pub fn methods(&self) -> &[String] {
        &self.methods
    }

    /// Whether loopback and private addresses, and plain `http`, are permitted.
    pub fn private(&self) -> bool {
        self.private
    }

    /// Whether its host is not one of a private network by its name or address.
    fn is_public(&self) -> bool {
        match &self.host {
            HostPattern::Exact(host) => match host.address() {
                Some(address) => classify(address).0 == Reach::Global,
                None => !host.is_private_name(),
            },
            HostPattern::OneLabel(name) => !is_private_name(name),
            HostPattern::Any => true,
        }
    }

    /// Whether the grant is for every public name.
    pub fn any_host(&self) -> bool {
        self.host == HostPattern::Any
    }

    /// Returns the address, if the grant's host is a literal one.
    pub fn literal(&self) -> Option<IpAddr> {
        match &self.host {
            HostPattern::Exact(host) => host.address(),
            HostPattern::OneLabel(_) | HostPattern::Any => None,
        }
    }

    /// Whether the grant's host is this machine by its name.
    pub(super) fn is_for_this_machine(&self) -> bool {
        let HostPattern::Exact(host) = &self.host else {
            return false;
        };
        host.name()
            .is_some_and(|name| name == "localhost" || name.ends_with(".localhost"))
    }

    /// Whether requests to an origin can fall under this grant: what binds a secret to a plugin.
    pub fn covers_origin(&self, origin: &Origin) -> bool {
        self.judge_origin(origin).is_ok()
    }

    /// Returns the grant's url with its wildcards, in canonical form.
    pub fn url(&self) -> String {
        let mut url = format!("{}://{}", self.scheme, self.host);
        if self.port != self.scheme.default_port() {
            url.push_str(&format!(":{}", self.port));
        }
        url + self.path.as_str()
    }

    /// Returns the grant as JSON text, with the keys of a manifest and false flags left out.
    pub fn manifest_json(&self) -> String {
        // Neither urls nor methods can hold a character that JSON escapes.
        let mut json = format!(
            "{{\"url\":\"{}\",\"methods\":[\"{}\"]",
            self.url(),
            self.methods.join("\",\"")
        );
        if self.private {
            json.push_str(",\"private\":true");
        }
        if self.any_host() {
            json.push_str(",\"any_host\":true");
        }
        json.push('}');
        json
    }

    /// Returns the smallest grant for one call, or nothing when there can be none.
    pub(super) fn smallest(method: &str, target: &Target, private: bool) -> Option<Self> {
        if has_escaped_dot_segment(target.path()) {
            return None;
        }
        let url = format!(
            "{}{}",
            target.origin(),
            PathPattern::narrowest(target.path())
        );
        let literal = target.host().address().map(|address| classify(address).0);
        let private = private
            || target.scheme() == Scheme::Http
            || target.host().is_private_name()
            || literal == Some(Reach::Private);
        Self::parse(&url, &[method], private, false).ok()
    }

    /// Returns this grant made private; nothing if it cannot be.
    pub(super) fn made_private(&self) -> Option<Self> {
        (!self.any_host()).then(|| Self {
            private: true,
            ..self.clone()
        })
    }

    /// Says whether the grant covers a call; the rule that fails tells how near it came.
    pub(super) fn judge(&self, method: &str, target: &Target) -> Result<(), DenialRule> {
        self.judge_origin(target.origin())?;
        let path = target.path();
        if has_escaped_dot_segment(path) || self.path.is_scoped() && ambiguity(path).is_some() {
            return Err(DenialRule::EncodedSeparator);
        }
        if !self.path.matches(target.path()) {
            return Err(DenialRule::PathOutsideGrant);
        }
        if !self.methods.iter().any(|granted| granted == method) {
            return Err(DenialRule::MethodNotGranted);
        }
        Ok(())
    }

    fn judge_origin(&self, origin: &Origin) -> Result<(), DenialRule> {
        let host = origin.host();
        let reach = host.address().map(|address| classify(address).0);
        let covered = self.host.matches(host);
        // A grant for every host comes near a private address, so that the denial says why.
        let near = covered || self.any_host() && reach == Some(Reach::Private);
        match reach {
            _ if !near => return Err(DenialRule::NoGrantForHost),
            Some(Reach::Never) => return Err(DenialRule::PrivateAddress),
            Some(Reach::Private) if !self.private => return Err(DenialRule::PrivateAddress),
            None if host.is_private_name() && !self.private => {
                return Err(DenialRule::PrivateName);
            }
            _ if !covered => return Err(DenialRule::NoGrantForHost),
            _ => {}
        }
        if self.scheme != origin.scheme() {
            return Err(DenialRule::SchemeNotGranted);
        }
        if self.port != origin.port() {
            return Err(DenialRule::PortNotGranted);
        }
        Ok(())
    }
}

impl fmt::Display for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.methods.join(","), self.url())?;
        if self.private && self.scheme == Scheme::Http && self.is_public() {
            f.write_str(" (plain http)")?;
        } else if self.private {
            f.write_str(" (private)")?;
        }
        if self.any_host() {
            f.write_str(" (any host)")?;
        }
        Ok(())
    }
}

/// Whether a method can be sent at all: an upper-case name that opens no tunnel and echoes nothing.
///
/// Narrower than a token of RFC 9110 §9.1 by its punctuation, which no registered method uses.
pub(super) fn is_grantable_method(method: &str) -> bool {
    method.len() <= 32
        && method.starts_with(|first: char| first.is_ascii_uppercase())
        && method
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || b"-_".contains(&byte))
        && !["CONNECT", "TRACE", "TRACK"].contains(&method)
}

fn parse_methods(methods: &[impl AsRef<str>]) -> Result<Vec<String>, GrantError> {
    let mut parsed: Vec<String> = Vec::new();
    for method in methods.iter().map(AsRef::as_ref) {
        if !is_grantable_method(method) {
            return Err(GrantError::Method(shorten(
                &method.escape_default().to_string(),
            )));
        }
        if parsed.iter().any(|earlier| earlier == method) {
            return Err(GrantError::DuplicateMethod(method.to_owned()));
        }
        parsed.push(method.to_owned());
    }
    if parsed.is_empty() {
        Err(GrantError::NoMethods)
    } else {
        Ok(parsed)
    }
}

fn parse_host(text: &str) -> Result<HostPattern, GrantError> {
    if text == "*" {
        return Ok(HostPattern::Any);
    }
    let Some(suffix) = text.strip_prefix("*.") else {
        return if text.contains('*') {
            Err(GrantError::HostWildcard(shorten(text)))
        } else {
            Ok(HostPattern::Exact(Host::parse(text)?))
        };
    };
    if suffix.contains('*') {
        return Err(GrantError::HostWildcard(shorten(text)));
    }
    match Host::parse(suffix)? {
        Host::Name(name) if name.contains('.') => Ok(HostPattern::OneLabel(name)),
        _ => Err(GrantError::ShortSuffix(shorten(text))),
    }
}
