//! What a denial says: the rule, a sentence, and the smallest grant that would have allowed it.

use std::fmt;

use thiserror::Error;

use super::url::UrlError;

/// A request was denied; nothing was resolved, dialled or sent.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct Denial {
    /// The rule behind the decision.
    pub rule: DenialRule,
    /// What was asked and why it is denied, in one line without control characters; never holds a query.
    pub message: String,
    /// The smallest grant that would allow exactly this call, as JSON of a manifest; nothing when
    /// no grant can.
    pub smallest_grant: Option<String>,
}

impl Denial {
    /// Makes a denial that no grant can lift.
    pub(super) fn without_remedy(rule: DenialRule, message: impl Into<String>) -> Self {
        Self {
            rule,
            message: message.into(),
            smallest_grant: None,
        }
    }
}

impl From<UrlError> for Denial {
    fn from(error: UrlError) -> Self {
        Self::without_remedy(error.rule(), error.to_string())
    }
}

/// The rule behind a denial.
///
/// Rules about one call against several grants are ordered by how near the nearest grant came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum DenialRule {
    /// The URL is too long.
    TooLong,
    /// The URL is not in canonical form.
    NotCanonical,
    /// A percent escape is broken, or hides a control character in the path.
    BadEscape,
    /// The URL has a fragment.
    Fragment,
    /// The scheme is neither `http` nor `https`.
    Scheme,
    /// The URL carries user information.
    Userinfo,
    /// The host is neither a plain name nor a canonical address.
    BadHost,
    /// The port is not a plain number from 1 to 65535.
    BadPort,
    /// The method is not an upper-case one, or is `CONNECT`, `TRACE` or `TRACK`.
    BadMethod,
    /// No grant names the host.
    NoGrantForHost,
    /// The host is a private name, and the grant is not private.
    PrivateName,
    /// The address is not globally reachable, and the grant is not private or can never be.
    PrivateAddress,
    /// The grant names a literal address, and another one was about to be dialled.
    AddressMismatch,
    /// The host is granted for the other scheme.
    SchemeNotGranted,
    /// The host is granted on another port.
    PortNotGranted,
    /// The path is outside what is granted on the host.
    PathOutsideGrant,
    /// The path escapes a separator or a dot, and the grant is limited to a path.
    EncodedSeparator,
    /// The path is granted, for other methods.
    MethodNotGranted,
    /// The call is granted, but its origin is not one that secrets may be written to.
    SecretAudience,
    /// The call is granted, but a secret may not be written to this part of it.
    SecretPlace,
}

impl DenialRule {
    /// Returns the rule's stable name, as logs and `--json` have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::TooLong => "too_long",
            Self::NotCanonical => "not_canonical",
            Self::BadEscape => "bad_escape",
            Self::Fragment => "fragment",
            Self::Scheme => "scheme",
            Self::Userinfo => "userinfo",
            Self::BadHost => "bad_host",
            Self::BadPort => "bad_port",
            Self::BadMethod => "bad_method",
            Self::NoGrantForHost => "no_grant_for_host",
            Self::PrivateName => "private_name",
            Self::PrivateAddress => "private_address",
            Self::AddressMismatch => "address_mismatch",
            Self::SchemeNotGranted => "scheme_not_granted",
            Self::PortNotGranted => "port_not_granted",
            Self::PathOutsideGrant => "path_outside_grant",
            Self::EncodedSeparator => "encoded_separator",
            Self::MethodNotGranted => "method_not_granted",
            Self::SecretAudience => "secret_audience",
            Self::SecretPlace => "secret_place",
        }
    }
}

impl fmt::Display for DenialRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
