//! Reading JSON that vendors send, and writing what is sent to them.
//!
//! Requests are written as text in one go: an image should not be in memory more often than it must.
//! Members are each followed by a comma, which [`close`] takes back.

use std::borrow::Cow;

use serde_json::Value;

/// Writes a member that is a text.
pub fn text(out: &mut String, key: &str, value: &str) {
    name(out, key);
    quoted(out, value);
    out.push(',');
}

/// Writes a member that is a whole number.
pub fn number(out: &mut String, key: &str, value: u64) {
    name(out, key);
    out.push_str(&value.to_string());
    out.push(',');
}

/// Writes a member that is true or false.
pub fn flag(out: &mut String, key: &str, value: bool) {
    name(out, key);
    out.push_str(if value { "true," } else { "false," });
}

/// Writes a member that is a number with at most six decimals, if it is one of a size that can be.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the range is checked"
)]
pub fn decimal(out: &mut String, key: &str, value: f64) {
    const MILLION: u64 = 1_000_000;
    let scaled = (value.abs() * 1e6).round();
    if !value.is_finite() || scaled > 1e15 {
        return;
    }
    let scaled = scaled as u64;
    name(out, key);
    if value < 0.0 {
        out.push('-');
    }
    out.push_str(&(scaled / MILLION).to_string());
    // A million stands before the digits, for their leading zeros.
    let digits = (MILLION + scaled % MILLION).to_string();
    out.push('.');
    out.push_str(digits.get(1..).unwrap_or_default());
    while out.ends_with('0') && !out.ends_with(".0") {
        out.pop();
    }
    out.push(',');
}

/// Ends a list or an object whose members are each followed by a comma.
pub fn close(out: &mut String, end: &str) {
    if out.ends_with(',') {
        out.pop();
    }
    out.push_str(end);
}

/// Writes a string.
pub fn quoted(out: &mut String, text: &str) {
    out.push('"');
    escaped(out, text);
    out.push('"');
}

/// Writes the inside of a string.
pub fn escaped(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if u32::from(c) < 0x20 => {
                const HEX: &[u8; 16] = b"0123456789abcdef";
                let code = c as usize;
                out.push_str("\\u00");
                out.push(char::from(HEX[code >> 4 & 15]));
                out.push(char::from(HEX[code & 15]));
            }
            c => out.push(c),
        }
    }
}

fn name(out: &mut String, key: &str) {
    quoted(out, key);
    out.push(':');
}

/// Parses a text. Half of a surrogate pair, which proxies that cut UTF-16 leave behind, is replaced.
///
/// # Errors
/// It is not JSON.
pub fn parse(text: &str) -> Result<Value, serde_json::Error> {
    serde_json::from_str(text).or_else(|error| {
        let mended = without_lone_surrogates(text).ok_or(error)?;
        serde_json::from_str(&mended)
    })
}

/// Returns a text of one or more JSON values without halves of surrogate pairs.
#[must_use]
pub fn mended(text: &str) -> Cow<'_, str> {
    let may_have = text.contains("\\ud") || text.contains("\\uD");
    let mended = may_have.then(|| without_lone_surrogates(text)).flatten();
    mended.map_or(Cow::Borrowed(text), Cow::Owned)
}

/// Replaces escapes of lone surrogates; none if there are none.
fn without_lone_surrogates(text: &str) -> Option<String> {
    let mut bytes = text.as_bytes().to_vec();
    let (mut at, mut found) = (0, false);
    while at < bytes.len() {
        if bytes[at] != b'\\' {
            at += 1;
            continue;
        }
        match (unit(&bytes, at), unit(&bytes, at + 6)) {
            (Some(0xd8..=0xdb), Some(0xdc..=0xdf)) => at += 12,
            (Some(0xd8..=0xdf), _) => {
                bytes[at + 2..at + 6].copy_from_slice(b"fffd");
                found = true;
                at += 6;
            }
            _ => at += 2,
        }
    }
    String::from_utf8(bytes).ok().filter(|_| found)
}

/// Reads the upper half of the unit that an escape `\uXXXX` at this place writes.
fn unit(bytes: &[u8], at: usize) -> Option<u8> {
    let escape = bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let digits = escape
        .iter()
        .try_fold(0, |number, byte| Some(number * 16 + digit(*byte)?))?;
    u8::try_from(digits >> 8).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let mut out = String::from("{");
        let all: String = ('\0'..='\u{7f}').chain("é👋\u{2028}".chars()).collect();
        text(&mut out, "a\"b", &all);
        number(&mut out, "n", u64::MAX);
        flag(&mut out, "f", true);
        for (key, value) in [
            ("x", 0.5),
            ("y", 0.0),
            ("z", -1.000_001),
            ("w", 20.0),
            ("v", 0.05),
        ] {
            decimal(&mut out, key, value);
        }
        decimal(&mut out, "nan", f64::NAN);
        decimal(&mut out, "huge", 1e300);
        close(&mut out, "}");
        let want = serde_json::json!({
            "a\"b": all, "n": u64::MAX, "f": true,
            "x": 0.5, "y": 0.0, "z": -1.000_001, "w": 20.0, "v": 0.05,
        });
        assert_eq!(parse(&out).expect("JSON"), want, "{out}");
    }

    #[test]
    fn half_a_pair_is_replaced_and_nothing_else() {
        let read = |text: &str| {
            parse(text)
                .ok()
                .and_then(|value| Some(value.as_str()?.to_owned()))
        };
        assert_eq!(read(r#""a\ud83eb""#).as_deref(), Some("a\u{fffd}b"));
        assert_eq!(
            read(r#""\ude00\ud83e""#).as_deref(),
            Some("\u{fffd}\u{fffd}")
        );
        assert_eq!(
            read(r#""\ud83e\ud83e\udd99""#).as_deref(),
            Some("\u{fffd}🦙")
        );
        assert_eq!(
            read(r#""\\ud83e \ud83e\n\u00e9""#).as_deref(),
            Some("\\ud83e \u{fffd}\né")
        );
        assert_eq!(read(r#""\u00e9""#).as_deref(), Some("é"));
        for broken in [r#""\ud83e"#, r#""\"#, r#""\ud8é""#, r#""\x""#, "", "{"] {
            assert!(parse(broken).is_err(), "{broken}");
        }
    }
}
