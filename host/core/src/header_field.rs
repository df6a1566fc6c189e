//! Which header fields a user's config may add to requests.
//!
//! The gate writes the fields of the connection itself, and none that holds a line break is ever
//! sent (RFC 9110 §5.5). Whoever reads the config asks here, so that a field which cannot be sent
//! is found where it is written, and not when a request fails.

use crate::credential_format::{Unsendable, is_invisible};

/// Fields that belong to the connection or to the host.
const RESERVED: [&str; 13] = [
    "host",
    "content-length",
    "transfer-encoding",
    "connection",
    "keep-alive",
    "te",
    "trailer",
    "upgrade",
    "expect",
    "accept-encoding",
    "cookie",
    "http2-settings",
    "forwarded",
];

/// Whether a field, by its name in lower case, is the host's alone to set.
#[must_use]
pub fn is_reserved(lower: &str) -> bool {
    RESERVED.contains(&lower) || lower.starts_with("proxy-") || lower.starts_with("x-forwarded-")
}

/// Returns a configured value as it is sent: without blanks, line ends and invisible characters
/// around it, which files and variables pick up.
#[must_use]
pub fn tidy(value: &str) -> &str {
    value.trim_matches(|next: char| next.is_whitespace() || is_invisible(next))
}

/// Returns why a field of this name cannot be added; nothing if it can.
#[must_use]
pub fn name_fault(name: &str) -> Option<&'static str> {
    let lower = name.to_ascii_lowercase();
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if name.is_empty() || !name.bytes().all(is_token) {
        Some("its name holds characters that no header's name has")
    } else if is_reserved(&lower) {
        Some("this header belongs to the connection, and is not for a config to set")
    } else {
        None
    }
}

/// Returns why a value, once tidied, cannot be sent; nothing if it can. Quotes nothing of it.
#[must_use]
pub fn value_fault(value: &str) -> Option<Unsendable> {
    for (before, next) in value.chars().enumerate() {
        if next.is_control() && next != '\t' {
            return Some(Unsendable::Control(before));
        }
        if is_invisible(next) {
            let code = u32::from(next);
            return Some(Unsendable::Invisible { before, code });
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_request_can_carry_is_told() {
        for name in ["X-Key", "x_key", "authorization", "x!~", "proxied"] {
            assert_eq!(name_fault(name), None, "{name}");
        }
        for name in [
            "",
            "x key",
            "x:",
            "x\n",
            "schlüssel",
            "Host",
            "Content-Length",
            "Proxy-Authorization",
            "X-Forwarded-For",
            "cookie",
        ] {
            assert!(name_fault(name).is_some(), "{name}");
        }
        for value in ["", "abc", "a b\tc", "Müller", "a\u{a0}b"] {
            assert_eq!(value_fault(value), None, "{value:?}");
        }
        for value in ["a\nb", "a\rb", "a\0", "\u{7f}", "a\u{85}b", "a\u{200b}b"] {
            assert!(value_fault(value).is_some(), "{value:?}");
        }
        for dirt in ["\n", "\r\n", " ", "\u{feff}", "\u{200b}\n", "\t\u{a0}"] {
            assert_eq!(tidy(&format!("{dirt}a b{dirt}")), "a b", "{dirt:?}");
        }
    }
}
