//! Signatures of files in minisign's format: which key made one, and whether it fits.
//!
//! Only signatures of the file's hash are taken, as minisign makes them since 0.10. Which keys are
//! trusted is decided elsewhere.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The name of a signature's file, after that of the file that it signs.
pub const SUFFIX: &str = ".minisig";

/// Longest text of a signature that is read, in bytes.
pub const LARGEST: usize = 16 << 10;

/// Bytes of a public key: the algorithm, the key's number, the key.
const KEY_BYTES: usize = 42;
/// Bytes of a signature: the algorithm, the key's number, the signature.
const SIGNATURE_BYTES: usize = 74;
/// What the line of the signature begins with where the file itself is signed, not its hash.
const OF_THE_FILE: &[u8] = b"Ed";

/// The number of a pair of keys. Prints as minisign shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyId(u64);

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016X}", self.0)
    }
}

/// Why a text is no public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// It has another form.
    #[error("not a public key of minisign: a line of 56 characters that begins with `RW`")]
    Form,
    /// It is what has to be kept from everybody.
    #[error("a secret key of minisign, where its public key is wanted")]
    Secret,
}

/// Why a signature is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// It is no signature.
    #[error("not a signature of minisign: four lines, the second and the last in base64")]
    Form,
    /// It is of the file itself, not of its hash.
    #[error("a signature in minisign's old format; sign again with `minisign -S -H`")]
    Old,
    /// Another key made it.
    #[error("signed with the key {made_with}, not with {expected}")]
    OtherKey {
        /// The key that made it.
        made_with: KeyId,
        /// The key it was held against.
        expected: KeyId,
    },
    /// The file or the signature was changed.
    #[error("the signature does not fit: the file or the signature was changed")]
    Mismatch,
}

/// A public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    key: minisign_verify::PublicKey,
    id: KeyId,
    line: String,
}

impl PublicKey {
    /// Reads a public key: its line alone, or the file that `minisign -G` writes.
    ///
    /// # Errors
    /// [`KeyError`]
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let mut lines = lines(text);
        let line = match lines.next() {
            Some(comment) if comment.starts_with("untrusted comment:") => {
                if comment.contains("encrypted secret key") {
                    return Err(KeyError::Secret);
                }
                lines.next()
            }
            first => first,
        };
        let line = line.filter(|_| lines.next().is_none());
        let line = line.ok_or(KeyError::Form)?;
        let bytes = STANDARD.decode(line).map_err(|_| KeyError::Form)?;
        if bytes.len() != KEY_BYTES {
            return Err(KeyError::Form);
        }
        let key = minisign_verify::PublicKey::from_base64(line).map_err(|_| KeyError::Form)?;
        Ok(Self {
            key,
            id: id(&bytes),
            line: line.to_owned(),
        })
    }

    /// Returns its number.
    #[must_use]
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// Returns its line, which [`parse`](Self::parse) reads.
    #[must_use]
    pub fn line(&self) -> &str {
        &self.line
    }

    /// Checks that this key signed these bytes, and the signature's comment.
    ///
    /// # Errors
    /// [`SignatureError::OtherKey`] or [`SignatureError::Mismatch`].
    pub fn verify(&self, bytes: &[u8], signature: &Signature) -> Result<(), SignatureError> {
        if self.id != signature.id {
            return Err(SignatureError::OtherKey {
                made_with: signature.id,
                expected: self.id,
            });
        }
        let verified = self.key.verify(bytes, &signature.signature, false);
        verified.map_err(|_| SignatureError::Mismatch)
    }
}

/// A signature beside the file that it signs.
#[derive(Clone)]
pub struct Signature {
    signature: minisign_verify::Signature,
    id: KeyId,
}

impl Signature {
    /// Reads a signature: what `minisign -S` writes to `<file>.minisig`.
    ///
    /// # Errors
    /// [`SignatureError::Form`] or [`SignatureError::Old`].
    pub fn parse(text: &str) -> Result<Self, SignatureError> {
        if text.len() > LARGEST {
            return Err(SignatureError::Form);
        }
        let lines: Vec<&str> = lines(text).collect();
        let [_, line, _, _] = lines[..] else {
            return Err(SignatureError::Form);
        };
        let bytes = STANDARD.decode(line).map_err(|_| SignatureError::Form)?;
        if bytes.len() != SIGNATURE_BYTES {
            return Err(SignatureError::Form);
        }
        if bytes.starts_with(OF_THE_FILE) {
            return Err(SignatureError::Old);
        }
        let signature = minisign_verify::Signature::decode(&lines.join("\n"));
        Ok(Self {
            signature: signature.map_err(|_| SignatureError::Form)?,
            id: id(&bytes),
        })
    }

    /// Returns the number of the key that it says it was made with.
    #[must_use]
    pub fn key_id(&self) -> KeyId {
        self.id
    }

    /// Returns the comment that is signed too. Not to be believed before it is verified.
    #[must_use]
    pub fn comment(&self) -> &str {
        self.signature.trusted_comment()
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signature({})", self.id)
    }
}

/// Returns the lines that are not blank, without the ends that Windows writes.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.lines().map(|line| line.trim_end_matches('\r'));
    lines.filter(|line| !line.trim().is_empty())
}

/// Returns the number in the bytes of a key or a signature: after the algorithm, the lowest byte first.
fn id(bytes: &[u8]) -> KeyId {
    let mut id = [0; 8];
    id.copy_from_slice(&bytes[2..10]);
    KeyId(u64::from_le_bytes(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made with minisign 0.11, of `facts` and a line end.
    const KEY: &str = "RWQbmyp8Fj/uMfxbIfBTptre099TOVhJplyQ1mXBOUjmFdUzE5AThE/i";
    const OTHER: &str = "RWTl3QAqnoCr8w2Wvs/V/VuC6z58qXoj4fLf/jsJTGoZI87xUm3Lx7UN";
    const SIGNATURE: &str = "untrusted comment: signature from minisign secret key\n\
        RUQbmyp8Fj/uMb/JOmvtNQHAlBzOROz4usBSM+iuYCaeoM45s5uN/VJnLxPA6fD4Etq0pLFQSsVSBev15jMOYhSiNlAY6AxWtQk=\n\
        trusted comment: timestamp:1 file:data\n\
        v2Nm7dhpBeXpCGqQj51o4XJrL1akYjyub6kzHZUJETyCszA8hgdB5FjMxEkPcgBIhuZ4cnlXOgq/jZ+70ez2DQ==\n";
    const OLD: &str = "untrusted comment: signature from minisign secret key\n\
        RWQbmyp8Fj/uMURGB3YcYG7JCHoA9RM0iZLOHmMckoCDzBM9fOUYGk2HagQ4SjVgXd/Ji0rH9vW3/vPsPNk3b8aL/ujNiQj3VAA=\n\
        trusted comment: old\n\
        E5GzXywKKMMHoSxbYGBNXdXGovefhQhISnBYuGOE3CeNL3Qpe/iRZHMS3LGLzoIncuSigrR/rGHEZw6MgIS7AA==\n";

    fn key(text: &str) -> PublicKey {
        PublicKey::parse(text).expect("a key")
    }

    #[test]
    fn a_key_is_its_line_or_its_file() {
        let file =
            format!("untrusted comment: minisign public key 31EE3F167C2A9B1B\r\n{KEY}\r\n\r\n");
        assert_eq!(key(&file), key(KEY));
        assert_eq!(key(&format!("{KEY}\n")), key(KEY));
        assert_eq!(key(KEY).id().to_string(), "31EE3F167C2A9B1B");
        assert_eq!(key(KEY).line(), KEY);
        for (text, why) in [
            ("", KeyError::Form),
            (&KEY[..55], KeyError::Form),
            (&format!("{KEY}\n{OTHER}"), KeyError::Form),
            (SIGNATURE, KeyError::Form),
            (
                "untrusted comment: minisign encrypted secret key\nRWRTY0Iy\n",
                KeyError::Secret,
            ),
        ] {
            assert_eq!(PublicKey::parse(text), Err(why), "{text}");
        }
    }

    #[test]
    fn a_signature_fits_its_bytes_its_comment_and_its_key() {
        let signature = Signature::parse(SIGNATURE).expect("a signature");
        assert_eq!(signature.comment(), "timestamp:1 file:data");
        assert_eq!(signature.key_id(), key(KEY).id());
        assert_eq!(key(KEY).verify(b"facts\n", &signature), Ok(()));
        assert_eq!(
            key(KEY).verify(b"fActs\n", &signature),
            Err(SignatureError::Mismatch)
        );
        assert_eq!(
            key(OTHER).verify(b"facts\n", &signature),
            Err(SignatureError::OtherKey {
                made_with: key(KEY).id(),
                expected: key(OTHER).id(),
            })
        );
        let comment = Signature::parse(&SIGNATURE.replace("timestamp:1", "timestamp:2"));
        let comment = comment.expect("a signature");
        assert_eq!(
            key(KEY).verify(b"facts\n", &comment),
            Err(SignatureError::Mismatch)
        );
    }

    #[test]
    fn what_is_no_signature_is_refused_by_its_form() {
        let cut = &SIGNATURE[..SIGNATURE.len() - 40];
        let lines = SIGNATURE.lines().take(2).collect::<Vec<_>>().join("\n");
        for (text, why) in [
            ("", SignatureError::Form),
            (cut, SignatureError::Form),
            (&lines, SignatureError::Form),
            (KEY, SignatureError::Form),
            (&"a\n".repeat(LARGEST), SignatureError::Form),
            (OLD, SignatureError::Old),
        ] {
            let refused = Signature::parse(text).map(|_| ());
            assert_eq!(refused, Err(why), "{text}");
        }
    }
}
