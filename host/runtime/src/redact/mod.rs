//! Taking secrets out of what comes back.
//!
//! A reply may hold a secret that was sent: all of it or a piece, as it is or in another spelling,
//! one within the other. Each text that goes to a guest, and each that a person is shown of what a
//! guest says, goes through a [`Searcher`], a stream of bytes through a [`Redactor`].
//!
//! * `automaton`: all pieces of all secrets, searched for at once.
//! * `filter`: what can be told to hold none of them without a search.
//! * `view`: a text without percent signs, escapes, references, base64, hex and so on.
//! * `searcher`: pieces of twelve bytes and more in every view, and what is marked around them.
//! * `stream`: the same for chunks, with a lag that does not depend on any secret.
//! * `known`: the secrets of a guest and the origins that each has been at.
//! * `public`: how secrets begin where that is no secret.
//!
//! Invariants: what a guest sees depends on a secret only where twelve bytes of it, beyond what is
//! public, came back from an origin that it was sent to. A piece that did comes out in no spelling
//! named here.

mod automaton;
mod filter;
mod known;
mod public;
mod searcher;
mod stream;
#[cfg(test)]
mod tests;
mod view;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

pub use known::{KnownSecrets, OwnSearch, SECRETS, SecretId};
pub use searcher::Searcher;
pub use stream::{KEPT, Redactor};

/// What stands where a secret stood.
pub const MARK: &[u8] = b"[secret]";

/// Returns the usual ways of writing a secret, for a search of what should not hold it: raw,
/// percent-encoded, in base64, JSON-escaped.
#[must_use]
pub fn encodings_of(secret: &str) -> Vec<Vec<u8>> {
    let mut encodings = vec![secret.as_bytes().to_vec()];
    encodings.extend(percent_forms(secret));
    encodings.extend(base64_forms(secret.as_bytes()).map(String::into_bytes));
    encodings.extend(json_forms(secret));
    encodings.retain(|form| form.len() >= searcher::SHORTEST);
    encodings.sort();
    encodings.dedup();
    encodings
}

fn percent_forms(secret: &str) -> Vec<Vec<u8>> {
    let encode = |all: bool, upper: bool| {
        let mut out = Vec::new();
        for &byte in secret.as_bytes() {
            let plain = byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
            if plain && !all {
                out.push(byte);
            } else if upper {
                out.extend(format!("%{byte:02X}").into_bytes());
            } else {
                out.extend(format!("%{byte:02x}").into_bytes());
            }
        }
        out
    };
    vec![
        encode(false, true),
        encode(false, false),
        encode(true, true),
        encode(true, false),
    ]
}

/// The secret may stand anywhere in what was encoded, so there are three alignments of each
/// alphabet. The characters at the ends that also depend on the neighbours are left out.
fn base64_forms(secret: &[u8]) -> impl Iterator<Item = String> {
    [(0, 0), (1, 2), (2, 3)]
        .into_iter()
        .flat_map(move |(before, skip)| {
            let mut padded = vec![0_u8; before];
            padded.extend_from_slice(secret);
            let whole = padded.len() / 3 * 3;
            [&STANDARD_NO_PAD, &URL_SAFE_NO_PAD].map(|engine| {
                let text = engine.encode(&padded[..whole]);
                text.get(skip..).unwrap_or_default().to_owned()
            })
        })
}

fn json_forms(secret: &str) -> Vec<Vec<u8>> {
    let quoted = serde_json::Value::from(secret).to_string();
    let minimal = quoted[1..quoted.len() - 1].to_owned();
    let slashes = minimal.replace('/', "\\/");
    let unicode = |upper: bool| {
        secret
            .encode_utf16()
            .map(|unit| {
                if upper {
                    format!("\\u{unit:04X}")
                } else {
                    format!("\\u{unit:04x}")
                }
            })
            .collect::<String>()
    };
    [minimal, slashes, unicode(false), unicode(true)]
        .map(String::into_bytes)
        .to_vec()
}
