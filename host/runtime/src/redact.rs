//! Taking secrets out of what comes back.
//!
//! A reply may echo the secret that was sent. The scrubber replaces its raw, percent-encoded,
//! base64 and JSON-escaped forms by a mark of fixed length, across chunk boundaries: bytes that may
//! be the beginning of a form are held back until the next chunk decides.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// What stands where a secret stood.
pub const MARK: &[u8] = b"[secret]";

/// Shortest form that is looked for. A shorter secret cannot be told from ordinary text.
const SHORTEST: usize = 6;

/// The forms of all secrets in play.
#[derive(Clone, Debug)]
pub struct Forms {
    forms: Vec<Vec<u8>>,
    /// Bytes that some form begins with: all others pass without a closer look.
    first: [bool; 256],
}

impl Default for Forms {
    fn default() -> Self {
        Self { forms: Vec::new(), first: [false; 256] }
    }
}

impl Forms {
    /// Adds the forms of one secret.
    pub fn add(&mut self, secret: &str) {
        let mut forms: BTreeSet<Vec<u8>> = self.forms.drain(..).collect();
        forms.extend(forms_of(secret));
        self.forms = forms.into_iter().collect();
        // The longest first, so that a form is not cut short by another that it begins with.
        self.forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
        for form in &self.forms {
            self.first[usize::from(form[0])] = true;
        }
    }

    /// Whether there is nothing to look for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.forms.is_empty()
    }

    /// Whether any form occurs in `bytes`.
    #[must_use]
    pub fn found_in(&self, bytes: &[u8]) -> bool {
        self.forms.iter().any(|form| bytes.windows(form.len()).any(|window| window == form))
    }

    /// Returns `text` with every form replaced.
    #[must_use]
    pub fn scrub(&self, text: &str) -> String {
        let mut scrubber = Scrubber::default();
        let mut out = scrubber.push(self, text.as_bytes());
        out.extend(scrubber.end(self));
        String::from_utf8_lossy(&out).into_owned()
    }

    fn at(&self, bytes: &[u8]) -> Option<usize> {
        self.forms.iter().find(|form| bytes.starts_with(form)).map(Vec::len)
    }

    fn may_begin(&self, bytes: &[u8]) -> bool {
        self.forms.iter().any(|form| bytes.len() < form.len() && form.starts_with(bytes))
    }
}

/// Replaces forms in a stream of chunks.
#[derive(Debug, Default)]
pub struct Scrubber {
    held: Vec<u8>,
}

impl Scrubber {
    /// Takes the next bytes and returns those that are safe to pass on.
    pub fn push(&mut self, forms: &Forms, bytes: &[u8]) -> Vec<u8> {
        if forms.is_empty() && self.held.is_empty() {
            return bytes.to_vec();
        }
        self.held.extend_from_slice(bytes);
        let mut out = Vec::with_capacity(self.held.len());
        let mut at = 0;
        while at < self.held.len() {
            // A longer form may still be arriving where a shorter one already fits; holding back is
            // decided first, so that the longer one wins.
            let rest = &self.held[at..];
            if !forms.first[usize::from(rest[0])] {
                out.push(rest[0]);
                at += 1;
                continue;
            }
            if forms.may_begin(rest) {
                break;
            }
            if let Some(length) = forms.at(rest) {
                out.extend_from_slice(MARK);
                at += length;
            } else {
                out.push(rest[0]);
                at += 1;
            }
        }
        self.held.drain(..at);
        out
    }

    /// Takes the end of the stream and returns what was held back.
    pub fn end(&mut self, forms: &Forms) -> Vec<u8> {
        let held = std::mem::take(&mut self.held);
        let mut out = Vec::with_capacity(held.len());
        let mut at = 0;
        while at < held.len() {
            if let Some(length) = forms.at(&held[at..]) {
                out.extend_from_slice(MARK);
                at += length;
            } else {
                out.push(held[at]);
                at += 1;
            }
        }
        out
    }
}

/// Returns every form of a secret that is looked for.
#[must_use]
pub fn forms_of(secret: &str) -> Vec<Vec<u8>> {
    let mut forms = vec![secret.as_bytes().to_vec()];
    forms.extend(percent_forms(secret));
    forms.extend(base64_forms(secret.as_bytes()));
    forms.extend(json_forms(secret));
    forms.retain(|form| form.len() >= SHORTEST);
    forms.sort();
    forms.dedup();
    forms
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
    vec![encode(false, true), encode(false, false), encode(true, true), encode(true, false)]
}

/// The secret may stand anywhere in what was encoded, so there are three alignments of each
/// alphabet. The characters at the ends that also depend on the neighbours are left out.
fn base64_forms(secret: &[u8]) -> Vec<Vec<u8>> {
    let mut forms = Vec::new();
    for before in 0..3_usize {
        let mut padded = vec![0_u8; before];
        padded.extend_from_slice(secret);
        let whole = padded.len() / 3 * 3;
        let skip = [0, 2, 3][before];
        for engine in [&STANDARD_NO_PAD, &URL_SAFE_NO_PAD] {
            let text = engine.encode(&padded[..whole]);
            forms.push(text.as_bytes().get(skip..).unwrap_or_default().to_vec());
        }
    }
    forms
}

fn json_forms(secret: &str) -> Vec<Vec<u8>> {
    let quoted = serde_json::Value::from(secret).to_string();
    let minimal = quoted[1..quoted.len() - 1].to_owned();
    let slashes = minimal.replace('/', "\\/");
    let unicode = |upper: bool| {
        secret
            .encode_utf16()
            .map(|unit| if upper { format!("\\u{unit:04X}") } else { format!("\\u{unit:04x}") })
            .collect::<String>()
    };
    [minimal, slashes, unicode(false), unicode(true)].map(String::into_bytes).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "sk-canary/+\"Z0 é\\end";

    fn forms() -> Forms {
        let mut forms = Forms::default();
        forms.add(SECRET);
        forms
    }

    /// Scrubs `text` in every cut in two, and byte by byte.
    fn check(text: &[u8], want: &[u8]) {
        let forms = forms();
        for cut in 0..=text.len() {
            let mut scrubber = Scrubber::default();
            let mut out = scrubber.push(&forms, &text[..cut]);
            out.extend(scrubber.push(&forms, &text[cut..]));
            out.extend(scrubber.end(&forms));
            assert_eq!(String::from_utf8_lossy(&out), String::from_utf8_lossy(want), "cut {cut}");
        }
        let mut scrubber = Scrubber::default();
        let mut out = Vec::new();
        text.iter().for_each(|byte| out.extend(scrubber.push(&forms, &[*byte])));
        out.extend(scrubber.end(&forms));
        assert_eq!(out, want);
    }

    #[test]
    fn every_form_is_replaced_wherever_the_chunks_are_cut() {
        for form in forms_of(SECRET) {
            let text = [b"a ".as_slice(), &form, b" z"].concat();
            check(&text, b"a [secret] z");
        }
    }

    #[test]
    fn base64_of_a_longer_text_shows_nothing_of_it() {
        for before in ["", "a", "ab", "user:"] {
            for after in ["", "x", "xy"] {
                let encoded = STANDARD_NO_PAD.encode(format!("{before}{SECRET}{after}"));
                let scrubbed = forms().scrub(&encoded);
                assert!(scrubbed.contains("[secret]"), "{before}|{after}: {scrubbed}");
            }
        }
    }

    #[test]
    fn text_that_only_begins_like_a_secret_comes_through_whole() {
        check(b"sk-canary/ but not quite", b"sk-canary/ but not quite");
        check(b"ends in sk-canar", b"ends in sk-canar");
    }

    #[test]
    fn nothing_is_held_back_that_cannot_begin_a_form() {
        let mut scrubber = Scrubber::default();
        assert_eq!(scrubber.push(&forms(), b"data: hello\n\n"), b"data: hello\n\n");
    }

    #[test]
    fn very_short_secrets_are_not_looked_for() {
        let mut forms = Forms::default();
        forms.add("abc");
        assert_eq!(forms.scrub("abcdef abc"), "abcdef abc");
    }
}
