//! The fields of a request to an authorization server, some of which are secrets.

use super::Format;
use crate::Secret;
use crate::http::{Encoding, Request};

/// Fields in order.
#[derive(Default)]
pub struct Fields<'a>(Vec<(String, Value<'a>)>);

enum Value<'a> {
    Text(String),
    Secret(&'a Secret),
}

impl<'a> Fields<'a> {
    /// Returns none.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds text.
    #[must_use]
    pub fn text(mut self, name: &str, value: impl Into<String>) -> Self {
        self.0.push((name.to_owned(), Value::Text(value.into())));
        self
    }

    /// Adds text that is not empty.
    #[must_use]
    pub fn text_if_any(self, name: &str, value: &str) -> Self {
        if value.is_empty() {
            self
        } else {
            self.text(name, value)
        }
    }

    /// Adds a secret, which the host writes.
    #[must_use]
    pub fn secret(mut self, name: &str, value: &'a Secret) -> Self {
        self.0.push((name.to_owned(), Value::Secret(value)));
        self
    }

    /// Puts them into a request as its body.
    pub(super) fn write(self, request: Request<'a>, format: Format) -> Request<'a> {
        let (kind, encoding, open, close) = match format {
            Format::Form => (
                "application/x-www-form-urlencoded",
                Encoding::Percent,
                "",
                "",
            ),
            Format::Json => ("application/json", Encoding::Json, "{", "}"),
        };
        let mut request = request.header("content-type", kind);
        let mut text = open.to_owned();
        for (at, (name, value)) in self.0.into_iter().enumerate() {
            match (format, at) {
                (_, 0) => {}
                (Format::Form, _) => text.push('&'),
                (Format::Json, _) => text.push(','),
            }
            text.push_str(&begin(format, &name));
            match value {
                Value::Text(value) => text.push_str(&inside(format, &value)),
                Value::Secret(secret) => {
                    request = request
                        .body_text(std::mem::take(&mut text))
                        .body_secret(secret, encoding);
                }
            }
            if format == Format::Json {
                text.push('"');
            }
        }
        text.push_str(close);
        if text.is_empty() {
            request
        } else {
            request.body_text(text)
        }
    }
}

fn begin(format: Format, name: &str) -> String {
    match format {
        Format::Form => format!("{}=", percent(name)),
        Format::Json => format!("\"{}\":\"", inside(format, name)),
    }
}

/// Returns text as it stands in a body of this format.
fn inside(format: Format, text: &str) -> String {
    match format {
        Format::Form => percent(text),
        Format::Json => {
            let quoted = serde_json::Value::from(text).to_string();
            quoted[1..quoted.len() - 1].to_owned()
        }
    }
}

/// Percent-encodes everything that is not unreserved (RFC 3986, section 2.3).
pub(super) fn percent(text: &str) -> String {
    let mut coded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            coded.push(char::from(byte));
        } else {
            let digit = |half: u8| char::from(b"0123456789ABCDEF"[usize::from(half)]);
            coded.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
    coded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_written_as_its_format_wants() {
        assert_eq!(percent("a b&c=ü~"), "a%20b%26c%3D%C3%BC~");
        assert_eq!(inside(Format::Json, "a\"b\n"), "a\\\"b\\n");
        assert_eq!(begin(Format::Form, "x[y]"), "x%5By%5D=");
        assert_eq!(begin(Format::Json, "code"), "\"code\":\"");
    }
}
