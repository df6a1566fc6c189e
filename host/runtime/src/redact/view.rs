//! A text as others may have written it: each view undoes one spelling and knows, for each of its
//! bytes, where in the text that byte was written.
//!
//! A view need not be the text that was meant. It is only searched; a wrong guess finds nothing.

/// Most times that escapes are undone within escapes.
const ROUNDS: usize = 8;

/// A text with the place of each byte in the source.
pub(super) struct View {
    pub(super) bytes: Vec<u8>,
    /// Begin and end, in the source.
    places: Vec<(u32, u32)>,
}

impl View {
    /// Returns a text as it stands.
    pub(super) fn of(text: &[u8]) -> Self {
        let places = (0..).zip(1..).take(text.len()).collect();
        Self {
            bytes: text.to_vec(),
            places,
        }
    }

    fn empty(capacity: usize) -> Self {
        Self {
            bytes: Vec::with_capacity(capacity),
            places: Vec::with_capacity(capacity),
        }
    }

    /// Returns where the bytes from `start` to `end` were written.
    pub(super) fn place(&self, start: usize, end: usize) -> (usize, usize) {
        (
            self.places[start].0 as usize,
            self.places[end - 1].1 as usize,
        )
    }

    /// Whether nothing stood between this byte and the one before it.
    pub(super) fn adjoins(&self, at: usize) -> bool {
        self.places[at - 1].1 >= self.places[at].0
    }

    fn push(&mut self, byte: u8, start: u32, end: u32) {
        self.bytes.push(byte);
        self.places.push((start, end));
    }

    /// Adds a byte that was written from `start` to `end` of another view.
    fn push_from(&mut self, byte: u8, from: &Self, start: usize, end: usize) {
        self.push(byte, from.places[start].0, from.places[end - 1].1);
    }

    /// Counts to the first and the last byte all of the run that they were read from: some bits of
    /// a byte may stand beyond what is read as whole bytes.
    fn take_in(&mut self, from: &Self, start: usize, end: usize) {
        if let Some(first) = self.places.first_mut() {
            first.0 = from.places[start].0;
        }
        if let Some(last) = self.places.last_mut() {
            last.1 = from.places[end - 1].1;
        }
    }

    /// Undoes percent signs (RFC 3986 §2.1), the escapes of JSON and of programming languages, and
    /// the character references of HTML, within one another too. Line ends and backslashes are left
    /// out: text is wrapped, and each quoting doubles the backslashes.
    pub(super) fn unescaped(self) -> Self {
        let mut view = self;
        for _ in 0..ROUNDS {
            view.trim_line_end();
            if !view.bytes.iter().any(|byte| is_escape(*byte)) {
                break;
            }
            let next = view.once_unescaped();
            let is_same = next.bytes.len() == view.bytes.len();
            view = next;
            if is_same {
                break;
            }
        }
        view
    }

    /// Leaves out the line end that almost every line has.
    fn trim_line_end(&mut self) {
        let length = without_line_end(&self.bytes).len();
        self.bytes.truncate(length);
        self.places.truncate(length);
    }

    fn once_unescaped(&self) -> Self {
        let text = &self.bytes;
        let mut out = Self::empty(text.len());
        let mut at = 0;
        while let Some(&byte) = text.get(at) {
            let rest = &text[at..];
            let (written, length) = match byte {
                b'\r' | b'\n' | b'\t' | 0 => (Written::Nothing, 1),
                b'%' => percent(rest),
                b'&' => reference(rest),
                b'\\' => backslash(rest),
                _ => (Written::Byte(byte), 1),
            };
            match written {
                Written::Nothing => {}
                Written::Byte(byte) => out.push_from(byte, self, at, at + length),
                Written::Character(character) => {
                    let mut bytes = [0; 4];
                    for byte in character.encode_utf8(&mut bytes).bytes() {
                        out.push_from(byte, self, at, at + length);
                    }
                }
            }
            at += length;
        }
        out
    }

    /// Undoes quoted-printable (RFC 2045 §6.7); `None` where nothing is written so.
    pub(super) fn unquoted(&self) -> Option<Self> {
        let text = &self.bytes;
        if !text.contains(&b'=') {
            return None;
        }
        let mut out = Self::empty(text.len());
        let (mut at, mut changed) = (0, false);
        while let Some(&byte) = text.get(at) {
            let (byte, length) = match &text[at..] {
                [b'=', b'\r', b'\n', ..] => (None, 3),
                [b'=', b'\n', ..] => (None, 2),
                [b'=', high, low, ..] => match pair(*high, *low) {
                    Some(byte) => (Some(byte), 3),
                    None => (Some(byte), 1),
                },
                _ => (Some(byte), 1),
            };
            changed |= length > 1;
            if let Some(byte) = byte {
                out.push_from(byte, self, at, at + length);
            }
            at += length;
        }
        changed.then_some(out)
    }

    /// Returns what stands in base64 (RFC 4648 §4 and §5) in runs of at least `least` characters.
    /// Nobody says where what was encoded begins, so each run is read from each of four characters.
    pub(super) fn of_base64(&self, least: usize, mut found: impl FnMut(Self)) {
        for (start, end) in runs(&self.bytes, least, |byte| sextet(byte).is_some()) {
            for from in start..(start + 4).min(end) {
                let mut out = Self::empty((end - from) / 4 * 3 + 2);
                for (byte, at) in sextets_to_bytes(&self.bytes[from..end]) {
                    out.push_from(byte, self, from + at, from + at + 2);
                }
                out.take_in(self, start, end);
                found(out);
            }
        }
    }

    /// Returns what stands in hex, at least `least` bytes of it: two digits after two digits, with
    /// the same sign between each two or none.
    pub(super) fn of_hex(&self, least: usize, mut found: impl FnMut(Self)) {
        for (start, end) in runs(&self.bytes, least * 2, |byte| digit(byte).is_some()) {
            for from in start..start + 2 {
                let mut out = Self::empty((end - from) / 2);
                for at in (from..end - 1).step_by(2) {
                    if let Some(byte) = pair(self.bytes[at], self.bytes[at + 1]) {
                        out.push_from(byte, self, at, at + 2);
                    }
                }
                out.take_in(self, start, end);
                found(out);
            }
        }
        let mut at = 0;
        while at + 2 < self.bytes.len() {
            let sign = self.bytes[at + 2];
            let mut out = Self::empty(0);
            let mut end = at;
            while b" :-,".contains(&sign)
                && let Some([high, low]) = self.bytes.get(end..end + 2)
                && let Some(byte) = pair(*high, *low)
            {
                out.push_from(byte, self, end, end + 2);
                end += 2;
                if self.bytes.get(end) != Some(&sign) {
                    break;
                }
                end += 1;
            }
            at = end.max(at + 1);
            if out.bytes.len() >= least {
                found(out);
            }
        }
    }

    /// Returns what stands as the numbers of bytes, as programming languages print them:
    /// `[115, 107, 45]`; at least `least` of them.
    pub(super) fn of_numbers(&self, least: usize, mut found: impl FnMut(Self)) {
        let text = &self.bytes;
        let count = |at: usize, wanted: fn(&u8) -> bool| {
            let rest = text[at..].iter().take(4);
            rest.take_while(|byte| wanted(byte)).count()
        };
        let mut out = Self::empty(0);
        let mut at = 0;
        while at < text.len() {
            let digits = count(at, u8::is_ascii_digit);
            let number = decimal(&text[at..at + digits]);
            let gap = count(at + digits, |byte| b", ".contains(byte));
            let next = at + (digits + gap).max(1);
            if let Some(number) = number {
                out.push_from(number, self, at, at + digits);
            }
            let goes_on = number.is_some()
                && text[at + digits..next].contains(&b',')
                && text.get(next).is_some_and(u8::is_ascii_digit);
            if !goes_on {
                if out.bytes.len() >= least {
                    found(out);
                }
                out = Self::empty(0);
            }
            at = next;
        }
    }
}

/// Returns a text without the line ends it ends with.
pub(super) fn without_line_end(text: &[u8]) -> &[u8] {
    let is_end = |byte: &u8| matches!(byte, b'\r' | b'\n');
    let kept = text.iter().rposition(|byte| !is_end(byte));
    &text[..kept.map_or(0, |last| last + 1)]
}

/// Whether an escape begins with this byte, or it is left out of what is read.
pub(super) const fn is_escape(byte: u8) -> bool {
    matches!(byte, b'\\' | b'%' | b'&' | b'\r' | b'\n' | b'\t' | 0)
}

/// What an escape stands for.
enum Written {
    Nothing,
    Byte(u8),
    Character(char),
}

fn percent(text: &[u8]) -> (Written, usize) {
    match text {
        [_, high, low, ..] => match pair(*high, *low) {
            Some(byte) => (Written::Byte(byte), 3),
            None => (Written::Byte(b'%'), 1),
        },
        _ => (Written::Byte(b'%'), 1),
    }
}

fn reference(text: &[u8]) -> (Written, usize) {
    const NAMED: [(&[u8], u8); 6] = [
        (b"amp", b'&'),
        (b"lt", b'<'),
        (b"gt", b'>'),
        (b"quot", b'"'),
        (b"apos", b'\''),
        (b"nbsp", b' '),
    ];
    let plain = (Written::Byte(b'&'), 1);
    let Some(end) = text.iter().take(12).position(|byte| *byte == b';') else {
        return plain;
    };
    let name = &text[1..end];
    let number = match name {
        [b'#', b'x' | b'X', hex @ ..] => number(hex, 16),
        [b'#', decimal @ ..] => number(decimal, 10),
        _ => NAMED
            .iter()
            .find(|(known, _)| name.eq_ignore_ascii_case(known))
            .map(|(_, byte)| u32::from(*byte)),
    };
    match number.and_then(char::from_u32) {
        Some(character) => (Written::Character(character), end + 1),
        None => plain,
    }
}

/// Any number of backslashes and what they escape.
fn backslash(text: &[u8]) -> (Written, usize) {
    let count = text.iter().take_while(|byte| **byte == b'\\').count();
    let after = &text[count..];
    let (written, length) = match after {
        [] => (Written::Nothing, 0),
        [b'n' | b'r' | b't', ..] => (Written::Nothing, 1),
        [b'x' | b'X', high, low, ..] if pair(*high, *low).is_some() => {
            let byte = pair(*high, *low).unwrap_or_default();
            (Written::Byte(byte), 3)
        }
        [b'u', b'{', rest @ ..] => match rest.iter().take(7).position(|byte| *byte == b'}') {
            Some(end) => match number(&rest[..end], 16).and_then(char::from_u32) {
                Some(character) => (Written::Character(character), end + 3),
                None => (Written::Byte(b'u'), 1),
            },
            None => (Written::Byte(b'u'), 1),
        },
        [b'u', rest @ ..] => unit(rest),
        [
            first @ b'0'..=b'3',
            second @ b'0'..=b'7',
            third @ b'0'..=b'7',
            ..,
        ] => {
            let value = (first - b'0') << 6 | (second - b'0') << 3 | (third - b'0');
            (Written::Byte(value), 3)
        }
        // Its own escape is undone in the next round.
        [b'%' | b'&', ..] => (Written::Nothing, 0),
        [byte, ..] => (Written::Byte(*byte), 1),
    };
    (written, count + length)
}

/// A code unit in hex, and the second half of a character beyond U+FFFF.
fn unit(text: &[u8]) -> (Written, usize) {
    let four = |text: &[u8]| number(text.get(..4)?, 16);
    let Some(first) = four(text) else {
        return (Written::Byte(b'u'), 1);
    };
    if let Some(character) = char::from_u32(first) {
        return (Written::Character(character), 5);
    }
    let rest = &text[4..];
    let count = rest.iter().take_while(|byte| **byte == b'\\').count();
    let second = match &rest[count..] {
        [b'u', digits @ ..] if count > 0 => four(digits),
        _ => None,
    };
    let both = second.and_then(|second| {
        let units = [u16::try_from(first).ok()?, u16::try_from(second).ok()?];
        char::decode_utf16(units).next()?.ok()
    });
    match both {
        Some(character) => (Written::Character(character), 5 + count + 5),
        None => (Written::Nothing, 5),
    }
}

/// Reads a number of a byte of digits.
fn decimal(digits: &[u8]) -> Option<u8> {
    let mut digits = digits.iter();
    let first = digits.next()? - b'0';
    digits.try_fold(first, |number, digit| {
        number.checked_mul(10)?.checked_add(digit - b'0')
    })
}

fn number(digits: &[u8], radix: u32) -> Option<u32> {
    let text = std::str::from_utf8(digits).ok()?;
    let is_plain = !text.starts_with('+');
    u32::from_str_radix(text, radix).ok().filter(|_| is_plain)
}

pub(super) fn pair(high: u8, low: u8) -> Option<u8> {
    Some(digit(high)? << 4 | digit(low)?)
}

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

/// Returns the bytes that a run of base64 characters stands for, each with the first of the two
/// characters that it is in.
pub(super) fn sextets_to_bytes(run: &[u8]) -> impl Iterator<Item = (u8, usize)> + '_ {
    let bits = |byte: u8| u16::from(sextet(byte).unwrap_or_default());
    run.chunks(4)
        .enumerate()
        .flat_map(move |(group, characters)| {
            let pairs = characters.windows(2).zip([2_u8, 4, 6]).enumerate();
            pairs.map(move |(at, (two, shift))| {
                let byte = (bits(two[0]) << 8 | bits(two[1]) << 2) >> (8 - shift);
                (byte.to_be_bytes()[1], group * 4 + at)
            })
        })
}

pub(super) const fn sextet(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    }
}

/// Returns where at least `least` bytes in a row belong to a set.
fn runs(text: &[u8], least: usize, belongs: impl Fn(u8) -> bool) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut start = 0;
    for at in 0..=text.len() {
        if at == text.len() || !belongs(text[at]) {
            if at - start >= least.max(1) {
                found.push((start, at));
            }
            start = at + 1;
        }
    }
    found
}
