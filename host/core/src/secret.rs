//! A value that must not be shown by accident.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// A secret value: no `Display`, a redacted `Debug`, and one way in that is easy to search for.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret<T>(T);

impl<T> Secret<T> {
    /// Wraps `value`.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// Returns the value itself. Callers are the egress of requests and the writer of the store.
    pub fn expose(&self) -> &T {
        &self.0
    }
}

impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// What is printed of a secret that is too short to show its ends.
pub const HIDDEN: &str = "…";

/// Returns the form of a secret that may be printed: the first 8 and the last 4 characters of a
/// long one, nothing of a short one.
#[must_use]
pub fn mask(secret: &str) -> String {
    let characters: Vec<char> = secret.chars().collect();
    if characters.is_empty() {
        return "(empty)".to_owned();
    }
    if characters.len() < 24 {
        return HIDDEN.to_owned();
    }
    let head: String = characters[..8].iter().collect();
    let tail: String = characters[characters.len() - 4..].iter().collect();
    format!("{head}…{tail}")
}

/// Returns the payload of a JSON Web Token (RFC 7519), decoded and not verified: the token is ours,
/// and only its own issuer is shown it. Nothing for any other text.
#[must_use]
pub fn token_payload(token: &str) -> Option<Vec<u8>> {
    let mut parts = token.split('.');
    let (_, payload, _, None) = (parts.next()?, parts.next()?, parts.next()?, parts.next()) else {
        return None;
    };
    URL_SAFE_NO_PAD.decode(payload).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing_of_the_value() {
        assert_eq!(format!("{:?}", Secret::new("hunter2")), "Secret(…)");
    }

    #[test]
    fn only_long_secrets_show_their_ends() {
        assert_eq!(
            mask("sk-ant-api03-aaaaaaaaaaaaaaaaaaaaWXYZ"),
            "sk-ant-a…WXYZ"
        );
        assert_eq!(mask("sk-short"), "…");
        assert_eq!(mask(""), "(empty)");
    }
}
