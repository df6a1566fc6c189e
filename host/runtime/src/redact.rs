//! Taking secrets out of what comes back.
//!
//! A reply may echo the secret that was sent. The redactor replaces it by a mark of fixed length,
//! raw or in base64, with any of its characters percent- or JSON-escaped, once or several times
//! over: JSON inside JSON is what an error inside a stream looks like, and a guest that decodes the
//! outer one must not find the inner. It does so across chunk boundaries: bytes that may be the
//! beginning of a secret are held back until the next chunk decides.

use std::collections::BTreeSet;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// What stands where a secret stood.
pub const MARK: &[u8] = b"[secret]";

/// Shortest form that is looked for. A shorter secret cannot be told from ordinary text.
const SHORTEST: usize = 6;

/// Most backslashes before an escaped character: three levels of JSON, and the fourth of a backslash.
const BACKSLASHES: usize = 8;

/// Most times that a percent sign is itself percent-encoded.
const PERCENTS: usize = 3;

/// The encodings of all secrets in play.
#[derive(Clone)]
pub struct SecretEncodings {
    /// Each secret, raw and in base64; how each character may be escaped is [`written`]'s to know.
    encodings: Arc<BTreeSet<String>>,
    /// Bytes that some form begins with: all others pass without a closer look.
    first: [bool; 256],
}

impl Default for SecretEncodings {
    fn default() -> Self {
        Self {
            encodings: Arc::default(),
            first: [false; 256],
        }
    }
}

impl SecretEncodings {
    /// Adds the encodings of one secret.
    pub fn add(&mut self, secret: &str) {
        // What a JSON body had of it may be encoded as a whole when that body is given back.
        let quoted = serde_json::Value::from(secret).to_string();
        let texts = BTreeSet::from([secret, &quoted[1..quoted.len() - 1]]);
        let base64 = texts.iter().flat_map(|text| base64_forms(text.as_bytes()));
        let encodings = texts.iter().map(|text| (*text).to_owned()).chain(base64);
        for form in encodings.filter(|form| form.len() >= SHORTEST) {
            self.first[usize::from(form.as_bytes()[0])] = true;
            self.first[usize::from(b'\\')] = true;
            self.first[usize::from(b'%')] = true;
            Arc::make_mut(&mut self.encodings).insert(form);
        }
    }

    /// Whether there is nothing to look for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.encodings.is_empty()
    }

    /// Returns `text` with every form replaced.
    #[must_use]
    pub fn redact(&self, text: &str) -> String {
        let mut redactor = Redactor::default();
        let mut out = redactor.push(self, text.as_bytes());
        out.extend(redactor.end(self));
        String::from_utf8_lossy(&out).into_owned()
    }

    /// Looks for any form at the beginning of `text`.
    fn at(&self, text: &[u8]) -> Found {
        let mut best = Found {
            length: None,
            open: false,
        };
        for form in self.encodings.iter() {
            let found = find(form, text);
            best = Found {
                // The longest, so that a form is not cut short by another that it begins with.
                length: best.length.max(found.length),
                open: best.open || found.open,
            };
        }
        best
    }
}

/// What stands at the beginning of a text.
struct Found {
    /// How much of it is a form.
    length: Option<usize>,
    /// Whether it ends before it is decided if a form, or a longer one, stands there.
    open: bool,
}

fn find(form: &str, text: &[u8]) -> Found {
    let mut open = false;
    let (mut ends, mut next) = (vec![0], Vec::new());
    for character in form.chars() {
        for &end in &ends {
            open |= written(character, text, end, &mut next);
        }
        if next.is_empty() {
            return Found { length: None, open };
        }
        next.sort_unstable();
        next.dedup();
        std::mem::swap(&mut ends, &mut next);
        next.clear();
    }
    Found {
        length: ends.last().copied(),
        open,
    }
}

/// Adds to `ends` where the character ends that is written at `start`, for each way of writing it
/// that the text shows; tells whether the text ends within one of them.
fn written(character: char, text: &[u8], start: usize, ends: &mut Vec<usize>) -> bool {
    let mut raw = [0; 4];
    let raw = character.encode_utf8(&mut raw).as_bytes();
    let mut open = follows(text, start, raw, ends);
    match text.get(start) {
        Some(b'\\') => open |= backslashed(character, text, start, ends),
        Some(b'%') => open |= percented(raw, text, start, ends),
        // As encodings write it.
        Some(b'+') if character == ' ' => ends.push(start + 1),
        _ => {}
    }
    open
}

/// The escapes of JSON (RFC 8259 §7). Each level of JSON around it doubles its backslashes.
fn backslashed(character: char, text: &[u8], start: usize, ends: &mut Vec<usize>) -> bool {
    let mut open = false;
    let count = backslashes(&text[start..]);
    match character {
        '\\' => ends.extend([2, 4, 8].iter().filter(|n| **n <= count).map(|n| start + n)),
        '"' | '/' | '\'' => {
            let mut short = [0; 1];
            let short = character.encode_utf8(&mut short).as_bytes();
            open |= follows(text, start + count, short, ends);
        }
        _ => {}
    }
    // A character beyond U+FFFF is written as two escapes.
    let mut units = [0; 2];
    let mut end = start;
    for unit in character.encode_utf16(&mut units) {
        let count = backslashes(&text[end..]);
        let [high, low] = unit.to_be_bytes().map(hex);
        let mut after = Vec::new();
        open |= follows(
            text,
            end + count,
            &[b'u', high[0], high[1], low[0], low[1]],
            &mut after,
        );
        match after.first() {
            Some(next) if count > 0 => end = *next,
            _ => return open,
        }
    }
    ends.push(end);
    open
}

fn hex(byte: u8) -> [u8; 2] {
    [byte >> 4, byte & 15].map(|digit| b"0123456789abcdef"[usize::from(digit)])
}

fn backslashes(text: &[u8]) -> usize {
    text.iter()
        .take(BACKSLASHES)
        .take_while(|byte| **byte == b'\\')
        .count()
}

/// Percent-encoding (RFC 3986 §2.1) of all its bytes, each percent sign possibly encoded again.
fn percented(raw: &[u8], text: &[u8], start: usize, ends: &mut Vec<usize>) -> bool {
    let mut open = false;
    let (mut here, mut next) = (vec![start], Vec::new());
    for byte in raw {
        for &at in &here {
            for times in 0..=PERCENTS {
                let mut escape = *b"%252525..";
                let length = 3 + 2 * times;
                escape[length - 2..length].copy_from_slice(&hex(*byte));
                open |= follows(text, at, &escape[..length], &mut next);
            }
        }
        std::mem::swap(&mut here, &mut next);
        next.clear();
    }
    ends.extend(here);
    open
}

/// Adds to `ends` where `wanted` ends if it stands at `start`; tells whether the text ends within
/// it. Escapes are compared in any case: the only letters in them are `u` and hex digits.
fn follows(text: &[u8], start: usize, wanted: &[u8], ends: &mut Vec<usize>) -> bool {
    let there = text.get(start..).unwrap_or_default();
    let length = there.len().min(wanted.len());
    let same = match wanted {
        [_] | [0x80..=0xff, ..] => there[..length] == wanted[..length],
        _ => there[..length].eq_ignore_ascii_case(&wanted[..length]),
    };
    if same && length == wanted.len() {
        ends.push(start + length);
    }
    same && length < wanted.len()
}

/// Replaces encodings in a stream of chunks.
#[derive(Default)]
pub struct Redactor {
    pending: Vec<u8>,
}

impl Redactor {
    /// Takes the next bytes and returns those that are safe to pass on.
    pub fn push(&mut self, encodings: &SecretEncodings, bytes: &[u8]) -> Vec<u8> {
        if encodings.is_empty() && self.pending.is_empty() {
            return bytes.to_vec();
        }
        self.pending.extend_from_slice(bytes);
        self.pass(encodings, false)
    }

    /// Takes the end of the stream and returns what was held back.
    pub fn end(&mut self, encodings: &SecretEncodings) -> Vec<u8> {
        self.pass(encodings, true)
    }

    fn pass(&mut self, encodings: &SecretEncodings, over: bool) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.pending.len());
        let mut at = 0;
        while let Some(&byte) = self.pending.get(at) {
            if encodings.first[usize::from(byte)] {
                let found = encodings.at(&self.pending[at..]);
                // A longer form may still be arriving where a shorter one already fits; holding
                // back is decided first, so that the longer one wins.
                if found.open && !over {
                    break;
                }
                if let Some(length) = found.length {
                    out.extend_from_slice(MARK);
                    at += length;
                    continue;
                }
            }
            out.push(byte);
            at += 1;
        }
        self.pending.drain(..at);
        out
    }
}

/// Returns the usual ways of writing a secret, for a search of what should not hold it: raw,
/// percent-encoded, in base64, JSON-escaped.
#[must_use]
pub fn encodings_of(secret: &str) -> Vec<Vec<u8>> {
    let mut encodings = vec![secret.as_bytes().to_vec()];
    encodings.extend(percent_forms(secret));
    encodings.extend(base64_forms(secret.as_bytes()).map(String::into_bytes));
    encodings.extend(json_forms(secret));
    encodings.retain(|form| form.len() >= SHORTEST);
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

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "sk-canary/+\"Z0 é\\end";

    fn encodings() -> SecretEncodings {
        let mut encodings = SecretEncodings::default();
        encodings.add(SECRET);
        encodings
    }

    /// Redacts `text` in every cut in two, and byte by byte.
    fn check(text: &[u8], want: &[u8]) {
        let encodings = encodings();
        for cut in 0..=text.len() {
            let mut redactor = Redactor::default();
            let mut out = redactor.push(&encodings, &text[..cut]);
            out.extend(redactor.push(&encodings, &text[cut..]));
            out.extend(redactor.end(&encodings));
            assert_eq!(
                String::from_utf8_lossy(&out),
                String::from_utf8_lossy(want),
                "cut {cut}"
            );
        }
        let mut redactor = Redactor::default();
        let mut out = Vec::new();
        text.iter()
            .for_each(|byte| out.extend(redactor.push(&encodings, &[*byte])));
        out.extend(redactor.end(&encodings));
        assert_eq!(out, want);
    }

    #[test]
    fn every_form_is_replaced_wherever_the_chunks_are_cut() {
        for form in encodings_of(SECRET) {
            let text = [b"a ".as_slice(), &form, b" z"].concat();
            check(&text, b"a [secret] z");
        }
    }

    #[test]
    fn base64_of_a_longer_text_shows_nothing_of_it() {
        for before in ["", "a", "ab", "user:"] {
            for after in ["", "x", "xy"] {
                let encoded = STANDARD_NO_PAD.encode(format!("{before}{SECRET}{after}"));
                let redacted = encodings().redact(&encoded);
                assert!(
                    redacted.contains("[secret]"),
                    "{before}|{after}: {redacted}"
                );
            }
        }
    }

    #[test]
    fn text_that_only_begins_like_a_secret_comes_through_whole() {
        check(b"sk-canary/ but not quite", b"sk-canary/ but not quite");
        check(b"ends in sk-canar", b"ends in sk-canar");
    }

    #[test]
    fn escapes_may_be_mixed_and_nested() {
        let json = |text: &str| {
            let quoted = serde_json::Value::from(text).to_string();
            quoted[1..quoted.len() - 1].to_owned()
        };
        for form in encodings_of(SECRET) {
            let mut nested = String::from_utf8(form).expect("every form is text");
            for _ in 0..2 {
                nested = json(&nested);
                check(format!("a {nested} z").as_bytes(), b"a [secret] z");
            }
        }
        for mixed in [
            // As Python's `quote` and JavaScript's `encodeURI` do, as .NET escapes JSON, twice.
            "sk-canary/%2B%22Z0%20%C3%A9%5Cend",
            "sk-canary/+%22Z0%20%c3%a9%5Cend",
            "sk-canary/\\u002B\\u0022Z0 \\u00E9\\\\end",
            "sk-canary%252F%252B%2522Z0%2520%25C3%25A9%255Cend",
            "sk-canary/%2B%22Z0+%C3%A9%5Cend",
            // A JSON body, percent-encoded and in base64.
            "sk-canary%2F%2B%5C%22Z0%20%C3%A9%5C%5Cend",
        ] {
            check(format!("a {mixed} z").as_bytes(), b"a [secret] z");
        }
    }

    #[test]
    fn a_secret_at_the_end_of_a_json_string_leaves_the_string_closed() {
        let mut encodings = SecretEncodings::default();
        encodings.add("sk-canary\\");
        assert_eq!(
            encodings.redact(r#"{"a":"sk-canary\\","b":1}"#),
            r#"{"a":"[secret]","b":1}"#
        );
    }

    #[test]
    fn characters_beyond_the_first_plane_are_found() {
        let mut encodings = SecretEncodings::default();
        encodings.add("sk-👋-canary");
        for text in [
            "sk-👋-canary",
            r"sk-\ud83d\udc4b-canary",
            "sk-%F0%9F%91%8B-canary",
        ] {
            assert_eq!(encodings.redact(text), "[secret]");
        }
        assert_eq!(
            encodings.redact(r"sk-\ud83d\udc4c-canary"),
            r"sk-\ud83d\udc4c-canary"
        );
    }

    #[test]
    fn letters_differ_by_case() {
        assert_eq!(
            encodings().redact("SK-CANARY/+\"Z0 é\\end"),
            "SK-CANARY/+\"Z0 é\\end"
        );
    }

    #[test]
    fn many_backslashes_are_neither_held_back_nor_lost() {
        let text = "\\".repeat(60);
        check(text.as_bytes(), text.as_bytes());
        let text = "%25".repeat(60);
        check(text.as_bytes(), text.as_bytes());
    }

    #[test]
    fn nothing_is_held_back_that_cannot_begin_a_form() {
        let mut redactor = Redactor::default();
        assert_eq!(
            redactor.push(&encodings(), b"data: hello\n\n"),
            b"data: hello\n\n"
        );
    }

    #[test]
    fn very_short_secrets_are_not_looked_for() {
        let mut encodings = SecretEncodings::default();
        encodings.add("abc");
        assert_eq!(encodings.redact("abcdef abc"), "abcdef abc");
    }
}
