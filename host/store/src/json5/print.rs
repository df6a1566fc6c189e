//! New values as text.

use serde_json::{Map, Value as Json};

use super::scan::is_plain_identifier;
use super::style::{Quote, Style};

/// The longest array on one line where lines are free, its indentation included.
const SHORT: usize = 80;

/// Writes values in a document's style; `keys` is the habit of the place.
pub(super) struct Printer<'a> {
    pub(super) style: &'a Style,
    pub(super) keys: Quote,
}

impl Printer<'_> {
    /// Returns the value over as many lines as it needs; `indent` is that of its first line.
    pub(super) fn lines(&self, value: &Json, indent: &str) -> String {
        if let Json::Array(items) = value
            && self.style.short_arrays
            && items
                .iter()
                .all(|item| !item.is_array() && !item.is_object())
        {
            let inline = self.inline(value);
            if indent.chars().count() + inline.chars().count() <= SHORT {
                return inline;
            }
        }
        self.spread(value, indent)
    }

    fn spread(&self, value: &Json, indent: &str) -> String {
        let newline = self.style.newline;
        let inner = format!("{indent}{}", self.style.unit);
        let block = |open: char, rows: Vec<String>, close: char| {
            let rows = rows.join(&format!(",{newline}{inner}"));
            format!("{open}{newline}{inner}{rows}{newline}{indent}{close}")
        };
        match value {
            Json::Array(items) if !items.is_empty() => block(
                '[',
                items.iter().map(|item| self.lines(item, &inner)).collect(),
                ']',
            ),
            Json::Object(map) if !map.is_empty() => {
                let row = |(key, value): (&String, &Json)| {
                    format!("{}: {}", self.key(key), self.lines(value, &inner))
                };
                block('{', map.iter().map(row).collect(), '}')
            }
            other => self.inline(other),
        }
    }

    /// Returns the value on one line.
    pub(super) fn inline(&self, value: &Json) -> String {
        match value {
            Json::Null => "null".to_owned(),
            Json::Bool(value) => value.to_string(),
            Json::Number(number) => number.to_string(),
            Json::String(text) => quoted(text, self.style.strings),
            Json::Array(items) => {
                let items: Vec<String> = items.iter().map(|item| self.inline(item)).collect();
                format!("[{}]", items.join(", "))
            }
            Json::Object(map) if map.is_empty() => "{}".to_owned(),
            Json::Object(map) if self.style.padded => format!("{{ {} }}", self.row(map)),
            Json::Object(map) => format!("{{{}}}", self.row(map)),
        }
    }

    fn row(&self, map: &Map<String, Json>) -> String {
        let row =
            |(key, value): (&String, &Json)| format!("{}: {}", self.key(key), self.inline(value));
        map.iter().map(row).collect::<Vec<_>>().join(", ")
    }

    /// Returns a key, quoted where it has to be.
    pub(super) fn key(&self, key: &str) -> String {
        match self.keys {
            Quote::None if is_plain_identifier(key) => key.to_owned(),
            Quote::None => quoted(key, self.style.strings),
            quote => quoted(key, quote),
        }
    }
}

fn quoted(text: &str, quote: Quote) -> String {
    let quote = if quote == Quote::Single { '\'' } else { '"' };
    let mut out = String::with_capacity(text.len() + 2);
    out.push(quote);
    for character in text.chars() {
        match character {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{2028}' | '\u{2029}' => out.push_str(&format!("\\u{:04x}", character as u32)),
            control if (control as u32) < 0x20 => {
                out.push_str(&format!("\\u{:04x}", control as u32));
            }
            other => {
                if other == quote {
                    out.push('\\');
                }
                out.push(other);
            }
        }
    }
    out.push(quote);
    out
}
