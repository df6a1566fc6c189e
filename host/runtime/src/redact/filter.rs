//! Whether an encoding may stand in a text that holds something that is searched for, told without
//! undoing it or making anything: most lines of most replies have none, and each is looked at.
//!
//! Invariants: what the search would find is never ruled out here. What is ruled out depends on two
//! things alone that are known of what is searched for: how long the shortest piece of it is that
//! counts, and whether all of it is printable ASCII.

use super::view::{self, sextets_to_bytes};

#[cfg(test)]
mod tests;

const BASE64: u8 = 1;
const HEX: u8 = 2;
const BETWEEN_HEX: u8 = 4;
const DIGIT: u8 = 8;
const BETWEEN_NUMBERS: u8 = 16;

/// What each byte may be in a spelling.
static CLASSES: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let it = byte as u8;
        if view::sextet(it).is_some() {
            classes[byte] |= BASE64;
        }
        if it.is_ascii_hexdigit() {
            classes[byte] |= HEX;
        }
        if it.is_ascii_digit() {
            classes[byte] |= DIGIT;
        }
        if matches!(it, b' ' | b':' | b'-' | b',') {
            classes[byte] |= BETWEEN_HEX;
        }
        if matches!(it, b' ' | b',') {
            classes[byte] |= BETWEEN_NUMBERS;
        }
        byte += 1;
    }
    classes
}

/// What is known of the texts that are searched for.
#[derive(Clone)]
pub(super) struct Filter {
    /// How long the shortest piece is that counts.
    least: usize,
    /// Whether one of the texts is not all printable ASCII.
    any_byte: bool,
}

impl Filter {
    /// Returns the filter for texts of which pieces of `least` bytes count.
    pub(super) fn of<'t>(mut texts: impl Iterator<Item = &'t [u8]>, least: usize) -> Self {
        let is_printable = |text: &[u8]| text.iter().all(|byte| matches!(byte, b' '..=b'~'));
        Self {
            least,
            any_byte: !texts.all(is_printable),
        }
    }

    /// Returns a filter that rules out hardly anything.
    #[cfg(test)]
    pub(super) fn none() -> Self {
        Self {
            least: 1,
            any_byte: true,
        }
    }

    /// Whether a byte may be part of a spelling of one of the texts, in whatever encoding. Escapes and
    /// digits are printable; what is left out within them is not.
    fn is_part(&self, byte: u8) -> bool {
        self.any_byte || matches!(byte, b' '..=b'~' | b'\r' | b'\n' | b'\t' | 0)
    }

    /// Whether something may stand in an encoding in a text. Escapes have been undone.
    pub(super) fn may_be_encoded(&self, text: &[u8]) -> bool {
        let (mut base64, mut hex, mut numbers) = (Run::default(), Run::default(), Run::default());
        // One more at the end, which belongs to nothing.
        let bytes = text.iter().map(|byte| CLASSES[usize::from(*byte)]);
        for (at, class) in bytes.chain([0]).enumerate() {
            if class & BASE64 != 0 {
                base64.length += 1;
            } else {
                let start = at - base64.length;
                if base64.length >= self.least * 4 / 3 && self.may_be_base64(&text[start..at]) {
                    return true;
                }
                base64 = Run::default();
            }
            if hex.goes_on(class, HEX, BETWEEN_HEX) {
                let digits = hex.length - hex.between;
                if hex.between >= self.least - 1 && digits >= self.least * 2 {
                    return true;
                }
            }
            if numbers.goes_on(class, DIGIT, BETWEEN_NUMBERS) && numbers.between >= self.least - 1 {
                return true;
            }
        }
        false
    }

    /// Whether what is decoded of a run has a long enough row of bytes that a spelling is made of. Hex
    /// without signs between is such a run, too.
    fn may_be_base64(&self, run: &[u8]) -> bool {
        let is_long = |bytes: &mut dyn Iterator<Item = u8>| {
            let mut row = 0;
            for byte in bytes {
                row = if self.is_part(byte) { row + 1 } else { 0 };
                if row >= self.least {
                    return true;
                }
            }
            false
        };
        let in_base64 = (0..4.min(run.len()))
            .any(|from| is_long(&mut sextets_to_bytes(&run[from..]).map(|(byte, _)| byte)));
        let mut digits = run.split(|byte| !byte.is_ascii_hexdigit());
        in_base64
            || digits.any(|digits| {
                (0..2.min(digits.len())).any(|from| {
                    let pairs = digits[from..].chunks_exact(2);
                    is_long(&mut pairs.filter_map(|pair| view::pair(pair[0], pair[1])))
                })
            })
    }
}

/// Bytes in a row that belong to an encoding.
#[derive(Clone, Copy, Default)]
struct Run {
    length: usize,
    /// How many of them stand between what is encoded.
    between: usize,
}

impl Run {
    fn goes_on(&mut self, class: u8, wanted: u8, between: u8) -> bool {
        if class & (wanted | between) == 0 {
            *self = Self::default();
            return false;
        }
        self.length += 1;
        self.between += usize::from(class & between != 0);
        true
    }
}
