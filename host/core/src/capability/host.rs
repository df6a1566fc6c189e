//! Hosts: a DNS name in lower-case ASCII or a literal address, in one form each; and which names
//! are private by convention. Resolves nothing.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::url::{UrlError, shorten};

/// Names that stand for something on the own machine, network or cluster: RFC 6761 (localhost),
/// RFC 6762 (local, and the others by its appendix G), RFC 8375 (home.arpa), ICANN (internal),
/// Kubernetes (svc). Names reserved for tests and documentation are not here: if they resolve at
/// all, their addresses decide.
const PRIVATE_ZONES: &[&str] = &[
    "localhost",
    "localdomain",
    "local",
    "internal",
    "svc",
    "home.arpa",
    "lan",
    "home",
    "corp",
    "intranet",
    "private",
];

/// A canonical host: a lower-case DNS name in ASCII, or an address. Displayed as in a URL, so an
/// IPv6 address is in brackets.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Host {
    /// A DNS name, without a trailing dot.
    Name(String),
    /// A literal IPv4 address.
    V4(Ipv4Addr),
    /// A literal IPv6 address.
    V6(Ipv6Addr),
}

impl Host {
    /// Parses a host as it stands in a URL.
    ///
    /// # Errors
    /// `BadHost`, saying which rule the text breaks.
    pub fn parse(text: &str) -> Result<Self, UrlError> {
        let refused = |why| UrlError::BadHost {
            host: shorten(text),
            why,
        };
        let lower = text.to_ascii_lowercase();
        if let Some(inner) = lower.strip_prefix('[') {
            let inner = inner
                .strip_suffix(']')
                .ok_or(refused("a bracket is not closed"))?;
            let address: Ipv6Addr = inner.parse().map_err(|_| refused("not an IPv6 address"))?;
            if address.to_string() != inner {
                return Err(refused(
                    "an IPv6 address is written in its RFC 5952 form only",
                ));
            }
            return Ok(Self::V6(address));
        }
        if lower.is_empty() || lower.len() > 253 {
            return Err(refused("a host has 1 to 253 bytes"));
        }
        for label in lower.split('.') {
            if label.is_empty() || label.len() > 63 {
                return Err(refused("a label has 1 to 63 bytes"));
            }
            if label.starts_with('-') || label.ends_with('-') {
                return Err(refused("a label neither starts nor ends with a hyphen"));
            }
            if !label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            {
                return Err(refused("a label holds ASCII letters, digits and hyphens"));
            }
        }
        if ends_in_number(&lower) {
            let address = lower.parse().map_err(|_| {
                refused("an IPv4 address is written as four decimal numbers without leading zeros")
            })?;
            return Ok(Self::V4(address));
        }
        Ok(Self::Name(lower))
    }

    /// Returns the name, if it is one: what is resolved, and sent as SNI.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Name(name) => Some(name),
            Self::V4(_) | Self::V6(_) => None,
        }
    }

    /// Whether this is a name that leads into the own machine or network by convention, or a name
    /// of one label, which search domains complete.
    pub fn is_private_name(&self) -> bool {
        self.name().is_some_and(is_private_name)
    }

    /// Returns the address, if it is a literal one.
    pub fn address(&self) -> Option<IpAddr> {
        match self {
            Self::Name(_) => None,
            Self::V4(address) => Some(IpAddr::V4(*address)),
            Self::V6(address) => Some(IpAddr::V6(*address)),
        }
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::V4(address) => write!(f, "{address}"),
            Self::V6(address) => write!(f, "[{address}]"),
        }
    }
}

/// Whether some resolver reads the name as a number, as `127.1`, `0x7f.1` and `2130706433`.
fn ends_in_number(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or(host);
    match last.strip_prefix("0x") {
        Some(digits) => digits.bytes().all(|byte| byte.is_ascii_hexdigit()),
        None => last.bytes().all(|byte| byte.is_ascii_digit()),
    }
}

/// Whether a lower-case name has one label or lies in one of the private zones.
pub(super) fn is_private_name(name: &str) -> bool {
    !name.contains('.')
        || PRIVATE_ZONES.iter().any(|zone| {
            name.strip_suffix(zone)
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        })
}
