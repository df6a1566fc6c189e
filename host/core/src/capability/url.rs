//! The one strict parser from text to a canonical [`Target`].
//!
//! Input that is not already canonical ASCII is refused, not repaired: two readers that repair
//! differently reach two hosts. Five things alone are normalised, because they have one reading:
//! the case of scheme and host, an explicit default port, dot segments of the path, and an absent
//! path (`/`). Percent-encoding is left as it is written. Invariant: a target's `Display` parses
//! to an equal target.

use std::fmt;

use thiserror::Error;

use super::denial::DenialRule;
use super::host::Host;
use super::path::{check_text, remove_dot_segments};

/// The longest URL that is read, in bytes.
pub const MAX_URL_BYTES: usize = 8 * 1024;

/// Why a text is not a request target.
///
/// Messages hold no more of the text than a host or a port: the rest may be somebody's secret.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum UrlError {
    /// Longer than [`MAX_URL_BYTES`].
    #[error("the URL is longer than {MAX_URL_BYTES} bytes")]
    TooLong,
    /// A character or a form that another reader might take for something else.
    #[error("the URL is not in canonical form: {0}")]
    NotCanonical(&'static str),
    /// A percent escape that is broken, or of a control character in the path.
    #[error("the URL has a bad percent escape: {0}")]
    BadEscape(&'static str),
    /// A `#`; fragments are never sent.
    #[error("the URL has a fragment")]
    Fragment,
    /// A scheme other than `http` and `https`.
    #[error("the scheme `{0}` is neither https nor http")]
    Scheme(String),
    /// A `user:password@` part.
    #[error("the URL carries user information before its host")]
    Userinfo,
    /// A host that is neither a plain DNS name nor a canonical IP address.
    #[error("the host `{host}` is refused: {why}")]
    BadHost {
        /// The host as written, shortened.
        host: String,
        /// The rule it breaks.
        why: &'static str,
    },
    /// A port that is empty, zero, too large or has leading zeros.
    #[error("the port `{0}` is not a number from 1 to 65535 without leading zeros")]
    BadPort(String),
}

impl UrlError {
    /// Returns the rule under which a request to this text is denied.
    pub fn rule(&self) -> DenialRule {
        match self {
            Self::TooLong => DenialRule::TooLong,
            Self::NotCanonical(_) => DenialRule::NotCanonical,
            Self::BadEscape(_) => DenialRule::BadEscape,
            Self::Fragment => DenialRule::Fragment,
            Self::Scheme(_) => DenialRule::Scheme,
            Self::Userinfo => DenialRule::Userinfo,
            Self::BadHost { .. } => DenialRule::BadHost,
            Self::BadPort(_) => DenialRule::BadPort,
        }
    }
}

/// A scheme that the gate knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// Plaintext; grants for it need `private: true`.
    Http,
    /// TLS.
    Https,
}

impl Scheme {
    /// Returns the scheme in lower case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    /// Returns the port that is meant when none is written.
    pub fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A scheme, host and port: what a secret is bound to. Displayed with the default port omitted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Origin {
    scheme: Scheme,
    host: Host,
    port: u16,
}

impl Origin {
    pub(super) fn new(scheme: Scheme, host: Host, port: u16) -> Self {
        Self { scheme, host, port }
    }

    /// Returns the scheme.
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// Returns the host.
    pub fn host(&self) -> &Host {
        &self.host
    }

    /// Returns the port, also when it is the scheme's default.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Returns host and port as a `Host` header has them: the default port is omitted.
    pub fn authority(&self) -> String {
        if self.port == self.scheme.default_port() {
            self.host.to_string()
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme, self.authority())
    }
}

/// A parsed, canonical request target: what is matched, audited, resolved, dialled and sent.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Target {
    origin: Origin,
    path: String,
    query: Option<String>,
}

impl Target {
    /// Parses a URL that is already canonical, up to what the module normalises.
    ///
    /// # Errors
    /// The first rule of [`UrlError`] that the text breaks.
    pub fn parse(text: &str) -> Result<Self, UrlError> {
        let parts = split(text)?;
        check_text(parts.path, false)?;
        if let Some(query) = parts.query {
            check_text(query, true)?;
        }
        Ok(Self {
            origin: Origin::new(parts.scheme, Host::parse(parts.host)?, parts.port),
            path: remove_dot_segments(parts.path),
            query: parts.query.map(str::to_owned),
        })
    }

    /// Returns the scheme.
    pub fn scheme(&self) -> Scheme {
        self.origin.scheme
    }

    /// Returns the host.
    pub fn host(&self) -> &Host {
        &self.origin.host
    }

    /// Returns the port, also when it is the scheme's default.
    pub fn port(&self) -> u16 {
        self.origin.port
    }

    /// Returns the path; it starts with `/` and has no dot segments.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns what follows the `?`, which may be empty, or nothing when there is none.
    pub fn query(&self) -> Option<&str> {
        self.query.as_deref()
    }

    /// Returns host and port as the `Host` header has them: the default port is omitted.
    pub fn authority(&self) -> String {
        self.origin.authority()
    }

    /// Returns scheme, host and port.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Returns path and query, as they stand in the request line.
    pub fn path_and_query(&self) -> String {
        match &self.query {
            Some(query) => format!("{}?{query}", self.path),
            None => self.path.clone(),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.origin, self.path_and_query())
    }
}

/// The parts of a URL or of a grant's pattern; host, path and query are still unchecked text.
pub(super) struct Parts<'t> {
    pub(super) scheme: Scheme,
    pub(super) host: &'t str,
    pub(super) port: u16,
    /// `/` when absent.
    pub(super) path: &'t str,
    /// Whether the text itself has a path.
    pub(super) has_path: bool,
    pub(super) query: Option<&'t str>,
}

/// Splits a URL; no part can change its meaning by what another part holds.
pub(super) fn split(text: &str) -> Result<Parts<'_>, UrlError> {
    if text.len() > MAX_URL_BYTES {
        return Err(UrlError::TooLong);
    }
    for byte in text.bytes() {
        match byte {
            b'#' => return Err(UrlError::Fragment),
            b'\\' => return Err(UrlError::NotCanonical("a backslash")),
            b' ' => return Err(UrlError::NotCanonical("a space")),
            0x00..=0x1f | 0x7f => return Err(UrlError::NotCanonical("a control character")),
            0x80.. => return Err(UrlError::NotCanonical("a character outside ASCII")),
            _ => {}
        }
    }
    let no_scheme = UrlError::NotCanonical("it does not start with `https://` or `http://`");
    let (scheme, rest) = text.split_once(':').ok_or(no_scheme.clone())?;
    let scheme = match scheme.to_ascii_lowercase().as_str() {
        "https" => Scheme::Https,
        "http" => Scheme::Http,
        other if is_scheme(other) => return Err(UrlError::Scheme(shorten(other))),
        _ => return Err(no_scheme),
    };
    let rest = rest.strip_prefix("//").ok_or(no_scheme)?;
    let (authority, tail) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    if authority.contains('@') {
        return Err(UrlError::Userinfo);
    }
    let (host, port) = split_port(authority, scheme)?;
    let (path, query) = match tail.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (tail, None),
    };
    let has_path = !path.is_empty();
    if !has_path && text.len() == MAX_URL_BYTES {
        // The canonical form is one byte longer.
        return Err(UrlError::TooLong);
    }
    Ok(Parts {
        scheme,
        host,
        port,
        path: if has_path { path } else { "/" },
        has_path,
        query,
    })
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

fn split_port(authority: &str, scheme: Scheme) -> Result<(&str, u16), UrlError> {
    let bad_host = |why| UrlError::BadHost {
        host: shorten(authority),
        why,
    };
    if authority.is_empty() {
        return Err(bad_host("it is empty"));
    }
    let colon = if authority.starts_with('[') {
        let end = authority
            .find(']')
            .ok_or(bad_host("a bracket is not closed"))?
            + 1;
        match authority.as_bytes().get(end) {
            None => None,
            Some(b':') => Some(end),
            Some(_) => return Err(bad_host("something follows the bracket")),
        }
    } else {
        authority.find(':')
    };
    let Some(colon) = colon else {
        return Ok((authority, scheme.default_port()));
    };
    let (host, port) = (&authority[..colon], &authority[colon + 1..]);
    let digits = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    match port.parse() {
        Ok(number) if digits && !port.starts_with('0') => Ok((host, number)),
        _ if port.contains(':') => Err(bad_host("an IPv6 address stands in brackets")),
        _ => Err(UrlError::BadPort(shorten(port))),
    }
}

/// Shortens text for a message.
pub(super) fn shorten(text: &str) -> String {
    match text.char_indices().nth(80) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
