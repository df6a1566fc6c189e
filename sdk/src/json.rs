//! Writing the JSON body of a request as text in one go, with holes where the host writes bytes.
//!
//! A body is written member by member; commas stand where they belong. Text that is JSON already,
//! such as a tool's schema, is put in as it is: the order of its keys and the digits of its numbers
//! are part of the prompt. A picture is a hole: the host writes it there while it sends, so that it
//! never is in the component's memory.

use crate::http::Encoding;
use crate::media::Blob;

/// A body, cut at its holes.
#[derive(Clone, Debug, Default)]
pub struct Body {
    pieces: Vec<Piece>,
}

/// A piece of a body.
#[derive(Clone, Debug)]
pub enum Piece {
    /// Text.
    Text(String),
    /// Bytes that the host writes, encoded so.
    Blob(String, Encoding),
}

impl Body {
    /// Returns its pieces, in order.
    #[must_use]
    pub fn into_pieces(self) -> Vec<Piece> {
        self.pieces
    }

    /// Returns its pieces, in order.
    #[must_use]
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }
}

/// Writes one JSON value.
#[derive(Debug, Default)]
pub struct Writer {
    done: Vec<Piece>,
    text: String,
}

impl Writer {
    /// Begins with room for `bytes` of text: a text that grows is in memory twice.
    #[must_use]
    pub fn with_capacity(bytes: usize) -> Self {
        Self {
            done: Vec::new(),
            text: String::with_capacity(bytes),
        }
    }

    /// Begins an object.
    pub fn open_object(&mut self) -> &mut Self {
        self.separate();
        self.text.push('{');
        self
    }

    /// Ends an object.
    pub fn close_object(&mut self) -> &mut Self {
        self.text.push('}');
        self
    }

    /// Begins a list.
    pub fn open_list(&mut self) -> &mut Self {
        self.separate();
        self.text.push('[');
        self
    }

    /// Ends a list.
    pub fn close_list(&mut self) -> &mut Self {
        self.text.push(']');
        self
    }

    /// Writes a member's name; its value comes next.
    pub fn key(&mut self, name: &str) -> &mut Self {
        self.text(name);
        self.text.push(':');
        self
    }

    /// Writes a string.
    pub fn text(&mut self, text: &str) -> &mut Self {
        self.begin_text().push_text(text).end_text()
    }

    /// Begins a string that is written in several pieces.
    pub fn begin_text(&mut self) -> &mut Self {
        self.separate();
        self.text.push('"');
        self
    }

    /// Writes the next characters of a string.
    pub fn push_text(&mut self, text: &str) -> &mut Self {
        escape(&mut self.text, text);
        self
    }

    /// Leaves a hole in a string for the base64 of a blob.
    pub fn push_base64(&mut self, blob: &Blob) -> &mut Self {
        self.hole(blob, Encoding::Base64)
    }

    /// Leaves a hole in a string for a blob that is text.
    pub fn push_blob_text(&mut self, blob: &Blob) -> &mut Self {
        self.hole(blob, Encoding::Json)
    }

    /// Ends a string.
    pub fn end_text(&mut self) -> &mut Self {
        self.text.push('"');
        self
    }

    /// Writes a string that holds the base64 of a blob.
    pub fn base64(&mut self, blob: &Blob) -> &mut Self {
        self.begin_text().push_base64(blob).end_text()
    }

    /// Writes a `data:` URL of a blob.
    pub fn data_url(&mut self, media_type: &str, blob: &Blob) -> &mut Self {
        self.begin_text()
            .push_text("data:")
            .push_text(media_type)
            .push_text(";base64,")
            .push_base64(blob)
            .end_text()
    }

    /// Writes a whole number.
    pub fn uint(&mut self, number: u64) -> &mut Self {
        self.separate();
        self.text.push_str(&number.to_string());
        self
    }

    /// Writes a whole number that may be negative.
    pub fn int(&mut self, number: i64) -> &mut Self {
        self.separate();
        self.text.push_str(&number.to_string());
        self
    }

    /// Writes a number with at most six decimals; `null` for one that JSON cannot hold.
    pub fn decimal(&mut self, number: f64) -> &mut Self {
        self.separate();
        if !push_decimal(&mut self.text, number) {
            self.text.push_str("null");
        }
        self
    }

    /// Writes `true` or `false`.
    pub fn flag(&mut self, value: bool) -> &mut Self {
        self.json(if value { "true" } else { "false" })
    }

    /// Writes `null`.
    pub fn null(&mut self) -> &mut Self {
        self.json("null")
    }

    /// Puts in a value that is JSON already.
    pub fn json(&mut self, value: &str) -> &mut Self {
        self.separate();
        self.text.push_str(value);
        self
    }

    /// Writes a member that is a string.
    pub fn member(&mut self, name: &str, text: &str) -> &mut Self {
        self.key(name).text(text)
    }

    /// Writes a member that is a string, if there is one.
    pub fn member_if(&mut self, name: &str, text: Option<&str>) -> &mut Self {
        match text {
            Some(text) => self.member(name, text),
            None => self,
        }
    }

    /// Writes a member that is `true` or `false`.
    pub fn member_flag(&mut self, name: &str, value: bool) -> &mut Self {
        self.key(name).flag(value)
    }

    /// Writes a member that is a whole number, if there is one.
    pub fn member_uint(&mut self, name: &str, number: Option<u64>) -> &mut Self {
        match number {
            Some(number) => self.key(name).uint(number),
            None => self,
        }
    }

    /// Writes a member that is a number, if there is one that JSON can hold.
    pub fn member_decimal(&mut self, name: &str, number: Option<f64>) -> &mut Self {
        match number.filter(|number| push_decimal(&mut String::new(), *number)) {
            Some(number) => self.key(name).decimal(number),
            None => self,
        }
    }

    /// Writes the members of an object that is JSON already, but for those that `taken` names.
    pub fn members_of(&mut self, object: &str, taken: &[&str]) -> &mut Self {
        for (name, value) in members(object) {
            if !taken.contains(&name.as_str()) {
                self.key(&name).json(value);
            }
        }
        self
    }

    /// Returns how much text has been written, in bytes; what holes will hold is not counted.
    #[must_use]
    pub fn len(&self) -> usize {
        let done = self.done.iter().map(|piece| match piece {
            Piece::Text(text) => text.len(),
            Piece::Blob(..) => 0,
        });
        done.sum::<usize>() + self.text.len()
    }

    /// Whether nothing has been written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.done.is_empty() && self.text.is_empty()
    }

    /// Ends the body.
    #[must_use]
    pub fn finish(mut self) -> Body {
        self.done.push(Piece::Text(self.text));
        Body { pieces: self.done }
    }

    /// Ends a value without holes, to be put into another.
    #[must_use]
    pub fn into_text(self) -> String {
        self.text
    }

    fn hole(&mut self, blob: &Blob, encoding: Encoding) -> &mut Self {
        self.done.push(Piece::Text(std::mem::take(&mut self.text)));
        self.done.push(Piece::Blob(blob.id.clone(), encoding));
        self
    }

    /// Parts a value from the one before it. Text after a hole begins within a string.
    fn separate(&mut self) {
        if let Some(last) = self.text.as_bytes().last()
            && !matches!(last, b'{' | b'[' | b':' | b',')
        {
            self.text.push(',');
        }
    }
}

/// Appends the inside of a string.
fn escape(out: &mut String, text: &str) {
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escaped = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            0..0x20 => "\\u00",
            _ => continue,
        };
        out.push_str(text.get(from..at).unwrap_or_default());
        out.push_str(escaped);
        if escaped.len() > 2 {
            const HEX: &[u8; 16] = b"0123456789abcdef";
            out.push(char::from(HEX[usize::from(byte >> 4)]));
            out.push(char::from(HEX[usize::from(byte & 15)]));
        }
        from = at + 1;
    }
    out.push_str(text.get(from..).unwrap_or_default());
}

/// Appends a number with at most six decimals, if it is one of a size that can be.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the range is checked"
)]
fn push_decimal(out: &mut String, value: f64) -> bool {
    const MILLION: u64 = 1_000_000;
    let scaled = (value.abs() * 1e6).round();
    if !value.is_finite() || scaled > 1e15 {
        return false;
    }
    let scaled = scaled as u64;
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
    true
}

/// Returns the members of an object that is JSON: each name, and its value as it is written. Of what
/// is no object there are none.
#[must_use]
pub fn members(object: &str) -> Vec<(String, &str)> {
    let mut found = Vec::new();
    let mut scan = Scan {
        text: object,
        at: 0,
    };
    if !scan.take(b'{') {
        return found;
    }
    while let Some(name) = scan.value().filter(|name| name.starts_with('"')) {
        if !scan.take(b':') {
            break;
        }
        let Some(value) = scan.value() else { break };
        if let Ok(name) = serde_json::from_str(name) {
            found.push((name, value));
        }
        if !scan.take(b',') {
            break;
        }
    }
    found
}

/// A walk over JSON text that is known to be well formed.
struct Scan<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scan<'a> {
    fn byte(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        while bytes.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
        bytes.get(self.at).copied()
    }

    fn take(&mut self, wanted: u8) -> bool {
        let found = self.byte() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    /// Returns the next value as it is written.
    fn value(&mut self) -> Option<&'a str> {
        self.byte()?;
        let start = self.at;
        let bytes = self.text.as_bytes();
        let (mut depth, mut in_text) = (0_usize, false);
        while let Some(byte) = bytes.get(self.at).copied() {
            match byte {
                b'\\' if in_text => self.at += 1,
                b'"' => {
                    in_text = !in_text;
                    if !in_text && depth == 0 {
                        self.at += 1;
                        break;
                    }
                }
                _ if in_text => {}
                b'{' | b'[' => depth += 1,
                b'}' | b']' if depth == 0 => break,
                b'}' | b']' => {
                    depth -= 1;
                    if depth == 0 {
                        self.at += 1;
                        break;
                    }
                }
                b',' | b':' if depth == 0 => break,
                _ => {}
            }
            self.at += 1;
        }
        let value = self.text.get(start..self.at)?.trim_ascii_end();
        (!value.is_empty()).then_some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let all: String = ('\0'..='\u{7f}').chain("é👋\u{2028}".chars()).collect();
        let mut out = Writer::default();
        out.open_object()
            .member("a\"b", &all)
            .member_uint("n", Some(u64::MAX))
            .member_uint("none", None)
            .member_flag("f", true)
            .key("list")
            .open_list()
            .uint(1)
            .null()
            .open_list()
            .close_list()
            .json(r#"{"z":1,"a":2}"#)
            .int(-3)
            .close_list();
        for (key, value) in [("x", 0.5), ("y", 0.0), ("z", -1.000_001), ("v", 0.05)] {
            out.member_decimal(key, Some(value));
        }
        out.member_decimal("nan", Some(f64::NAN))
            .member_decimal("huge", Some(1e300))
            .key("e")
            .open_object()
            .close_object()
            .close_object();
        let text = out.into_text();
        let want = serde_json::json!({
            "a\"b": all, "n": u64::MAX, "f": true, "list": [1, null, [], { "z": 1, "a": 2 }, -3],
            "x": 0.5, "y": 0.0, "z": -1.000_001, "v": 0.05, "e": {},
        });
        let read: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(read, want, "{text}");
        assert!(text.contains(r#"{"z":1,"a":2}"#), "spliced as it is");
    }

    #[test]
    fn a_blob_is_a_hole_between_texts() {
        let blob = Blob {
            id: "b1".to_owned(),
            size: 3,
        };
        let mut out = Writer::default();
        out.open_object().key("url").data_url("image/png", &blob);
        out.member("detail", "auto").close_object();
        let shown: Vec<String> = out
            .finish()
            .into_pieces()
            .into_iter()
            .map(|piece| match piece {
                Piece::Text(text) => text,
                Piece::Blob(id, encoding) => format!("<{id} {encoding:?}>"),
            })
            .collect();
        assert_eq!(
            shown.concat(),
            "{\"url\":\"data:image/png;base64,<b1 Encoding::Base64>\",\"detail\":\"auto\"}"
        );
    }

    #[test]
    fn members_are_found_as_they_are_written() {
        let text = r#" { "a" : [1, {"b":"}\"],"}] ,"c\u0041":-1.50 , "d":null,"e":{"f":{}} } "#;
        let found = members(text);
        let found: Vec<_> = found.iter().map(|(k, v)| (k.as_str(), *v)).collect();
        assert_eq!(
            found,
            [
                ("a", r#"[1, {"b":"}\"],"}]"#),
                ("cA", "-1.50"),
                ("d", "null"),
                ("e", r#"{"f":{}}"#)
            ]
        );
        for none in ["", "[]", "1", "{}", "{", "{\"a\"", "{\"a\":", "{1:2}"] {
            assert!(members(none).is_empty(), "{none}");
        }
        let mut out = Writer::default();
        out.open_object().member("model", "m");
        out.members_of(r#"{"model":"other","seed":1e2}"#, &["model"]);
        out.close_object();
        assert_eq!(out.into_text(), r#"{"model":"m","seed":1e2}"#);
    }
}
