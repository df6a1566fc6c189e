//! The rules of a sign-in: what proves it, where a person may be sent, where a browser comes back to,
//! and what an answer says.
//!
//! The host alone makes up what proves a sign-in and reads what comes back; a component is given
//! handles. Standards: RFC 6749 (codes and states), RFC 7636 (PKCE), RFC 8252 (native apps),
//! RFC 8628 (device codes).

mod answer;
mod page;
mod redirect;

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use crate::secret::Secret;

pub use answer::{Answer, AnswerError, read_answer, read_request};
pub use page::{PageError, Pages};
pub use redirect::{Redirect, RedirectError};

/// Random bytes that a sign-in takes.
pub const RANDOM_BYTES: usize = 48;

/// What proves that a sign-in is the one that was begun here.
#[derive(Clone, Debug)]
pub struct Proof {
    /// What has to come back with the code.
    pub state: String,
    /// The S256 challenge of the verifier.
    pub challenge: String,
    /// The verifier, which only the authorization server is told, at the end.
    pub verifier: Secret<String>,
}

impl Proof {
    /// Makes one of random bytes.
    #[must_use]
    pub fn new(random: &[u8; RANDOM_BYTES]) -> Self {
        let (for_verifier, for_state) = random.split_at(32);
        let verifier = URL_SAFE_NO_PAD.encode(for_verifier);
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&verifier));
        let state = for_state.iter().fold(String::new(), |mut text, byte| {
            let _infallible = write!(text, "{byte:02x}");
            text
        });
        Self {
            state,
            challenge,
            verifier: Secret::new(verifier),
        }
    }
}

/// Returns the fields of a query or a form, decoded.
fn fields(query: &str) -> impl Iterator<Item = (String, String)> {
    query.split('&').filter_map(|field| {
        let (name, value) = field.split_once('=').unwrap_or((field, ""));
        Some((decoded(name)?, decoded(value)?))
    })
}

/// Decodes a piece of a query or a form; nothing where it is no text.
fn decoded(piece: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(piece.len());
    let mut rest = piece.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        match first {
            b'+' => bytes.push(b' '),
            b'%' => {
                let hex = after.get(..2)?;
                if !hex.iter().all(u8::is_ascii_hexdigit) {
                    return None;
                }
                let hex = std::str::from_utf8(hex).ok()?;
                bytes.push(u8::from_str_radix(hex, 16).ok()?);
                rest = &after[2..];
            }
            other => bytes.push(*other),
        }
    }
    String::from_utf8(bytes).ok()
}
