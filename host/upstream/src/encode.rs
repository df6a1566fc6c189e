//! The few encodings that tests need, by hand: this crate ships inside the product and keeps its
//! dependencies few.

use std::fmt::Write as _;

/// How echoed text is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// As it came.
    #[default]
    Raw,
    /// Every byte outside `A-Z a-z 0-9 - . _ ~` as `%XX`.
    Percent,
    /// Every byte as `%xx`, in lower case.
    PercentAll,
    /// Standard base64, with padding.
    Base64,
    /// Base64 in the alphabet for addresses, without padding.
    Base64Url,
    /// The inside of a JSON string, shortest escapes.
    Json,
    /// The inside of a JSON string, with everything that may be escaped as `\uXXXX`.
    JsonAll,
}

impl Form {
    /// Every form, for tests that go through them all.
    pub const ALL: [Self; 7] = [
        Self::Raw,
        Self::Percent,
        Self::PercentAll,
        Self::Base64,
        Self::Base64Url,
        Self::Json,
        Self::JsonAll,
    ];

    /// Writes `text` in this form.
    #[must_use]
    pub fn apply(self, text: &str) -> String {
        match self {
            Self::Raw => text.to_owned(),
            Self::Percent => percent(text, |byte| {
                byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
            }),
            Self::PercentAll => percent(text, |_| false).to_ascii_lowercase(),
            Self::Base64 => base64(text.as_bytes(), STANDARD, true),
            Self::Base64Url => base64(text.as_bytes(), FOR_ADDRESSES, false),
            Self::Json => {
                let quoted = serde_json::Value::from(text).to_string();
                quoted[1..quoted.len() - 1].to_owned()
            }
            Self::JsonAll => text.encode_utf16().fold(String::new(), |mut out, unit| {
                write!(out, "\\u{unit:04x}").ok();
                out
            }),
        }
    }
}

fn percent(text: &str, plain: impl Fn(u8) -> bool) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        if plain(byte) {
            out.push(char::from(byte));
        } else {
            write!(out, "%{byte:02X}").ok();
        }
        out
    })
}

const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const FOR_ADDRESSES: &[u8; 64] =
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

fn base64(bytes: &[u8], alphabet: &[u8; 64], padded: bool) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let word = (0..3).fold(0u32, |word, i| {
            word << 8 | u32::from(group.get(i).copied().unwrap_or(0))
        });
        for i in 0..4 {
            if i <= group.len() {
                let six = (word >> (18 - 6 * i)) & 63;
                out.push(char::from(alphabet[six as usize]));
            } else if padded {
                out.push('=');
            }
        }
    }
    out
}

/// Wraps bytes as a gzip file without compressing them, which every reader accepts.
pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    let mut blocks = bytes.chunks(usize::from(u16::MAX)).peekable();
    if blocks.peek().is_none() {
        out.extend([1, 0, 0, 0xff, 0xff]);
    }
    while let Some(block) = blocks.next() {
        out.push(u8::from(blocks.peek().is_none()));
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend(block);
    }
    out.extend(crc32(bytes).to_le_bytes());
    // The format keeps the length modulo 2^32.
    out.extend((bytes.len() as u32).to_le_bytes());
    out
}

/// CRC-32 as in gzip.
pub(crate) fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |mut crc, byte| {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 {
                crc >> 1 ^ 0xedb8_8320
            } else {
                crc >> 1
            };
        }
        crc
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_those_that_others_write() {
        let check = |form: Form, text: &str, want: &str| assert_eq!(form.apply(text), want);
        check(Form::Percent, "sk-a/b ü", "sk-a%2Fb%20%C3%BC");
        check(Form::PercentAll, "k/", "%6b%2f");
        check(Form::Base64, "", "");
        check(Form::Base64, "f", "Zg==");
        check(Form::Base64, "fo", "Zm8=");
        check(Form::Base64, "foo?>", "Zm9vPz4=");
        check(Form::Base64Url, "foo?>", "Zm9vPz4");
        check(Form::Base64, "\u{3ff}\u{3ff}", "z7/Pvw==");
        check(Form::Base64Url, "\u{3ff}\u{3ff}", "z7_Pvw");
        check(Form::Json, "a\"b\n", "a\\\"b\\n");
        check(Form::JsonAll, "a👋", "\\u0061\\ud83d\\udc4b");
    }

    #[test]
    fn gzip_ends_with_checksum_and_length() {
        let zipped = gzip(b"123456789");
        assert_eq!(
            zipped[zipped.len() - 8..],
            [0x26, 0x39, 0xf4, 0xcb, 9, 0, 0, 0]
        );
        assert_eq!(gzip(&vec![7; 70_000]).len(), 10 + 70_000 + 2 * 5 + 8);
    }
}
