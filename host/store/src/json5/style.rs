//! How a document is written, so that what is added looks like the rest.

use std::collections::BTreeMap;

use super::scan::is_plain_identifier;
use super::tree::{Element, Node, Value};

/// How a key or a string is quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Quote {
    Double,
    Single,
    /// Keys only.
    None,
}

/// The habits of a document.
#[derive(Clone, Debug)]
pub(super) struct Style {
    /// One level of indentation.
    pub(super) unit: String,
    /// The line end.
    pub(super) newline: &'static str,
    pub(super) keys: Quote,
    pub(super) strings: Quote,
    /// Whether a space follows the `{` of an object on one line.
    pub(super) padded: bool,
    /// Whether an array of plain values is written on one line.
    pub(super) short_arrays: bool,
}

impl Style {
    /// Finds the habits of `text`; where it shows none, those of `JSON.stringify(…, 2)`, but that
    /// an array of plain values is on one line.
    pub(super) fn of(text: &str, root: &Node) -> Self {
        let mut tally = Tally::default();
        tally.visit(text, root);
        Self {
            unit: most(&tally.units).unwrap_or_else(|| "  ".to_owned()),
            newline: match text.find('\n') {
                Some(end) if text[..end].ends_with('\r') => "\r\n",
                _ => "\n",
            },
            keys: most(&tally.keys).unwrap_or(Quote::Double),
            strings: most(&tally.strings).unwrap_or(Quote::Double),
            padded: most(&tally.padded).unwrap_or(true),
            short_arrays: most(&tally.short_arrays).unwrap_or(true),
        }
    }
}

/// Returns the quote that a key or string begins with.
pub(super) fn quote_at(text: &str, start: usize) -> Quote {
    match text.as_bytes().get(start) {
        Some(b'"') => Quote::Double,
        Some(b'\'') => Quote::Single,
        _ => Quote::None,
    }
}

#[derive(Default)]
struct Tally {
    units: BTreeMap<String, usize>,
    keys: BTreeMap<Quote, usize>,
    strings: BTreeMap<Quote, usize>,
    padded: BTreeMap<bool, usize>,
    short_arrays: BTreeMap<bool, usize>,
}

impl Tally {
    fn visit(&mut self, text: &str, node: &Node) {
        if matches!(node.value, Value::String(_)) {
            *self
                .strings
                .entry(quote_at(text, node.span.start))
                .or_default() += 1;
        }
        if let Value::Object(members) = &node.value {
            // A key that needs its quotes says nothing about those that do not.
            for member in members
                .iter()
                .filter(|member| is_plain_identifier(&member.key))
            {
                *self
                    .keys
                    .entry(quote_at(text, member.key_span.start))
                    .or_default() += 1;
            }
        }
        let on_one_line = !spans_lines(text, node);
        match &node.value {
            Value::Object(members) if on_one_line && !members.is_empty() => {
                let padded = text[node.span.start + 1..].starts_with(' ');
                *self.padded.entry(padded).or_default() += 1;
            }
            Value::Array(elements)
                if !elements.is_empty() && elements.iter().all(|one| is_plain(&one.value)) =>
            {
                *self.short_arrays.entry(on_one_line).or_default() += 1;
            }
            _ => {}
        }
        let mut outer = None;
        for item in items(node) {
            if let Some(indent) = own_line_indent(text, item.start) {
                let outer: &str = outer.get_or_insert_with(|| line_indent(text, node.span.start));
                if let Some(unit) = indent.strip_prefix(outer).filter(|unit| !unit.is_empty()) {
                    *self.units.entry(unit.to_owned()).or_default() += 1;
                }
            }
            self.visit(text, item.value);
        }
    }
}

fn most<K: Clone + Ord>(counts: &BTreeMap<K, usize>) -> Option<K> {
    let (key, _) = counts.iter().rev().max_by_key(|(_, count)| **count)?;
    Some(key.clone())
}

/// Whether a value has no parts.
fn is_plain(node: &Node) -> bool {
    !matches!(node.value, Value::Array(_) | Value::Object(_))
}

/// A member or element: where it is, its key included.
#[derive(Clone, Copy)]
pub(super) struct Item<'a> {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) comma: Option<usize>,
    pub(super) value: &'a Node,
}

/// Returns the members or elements of a node in document order.
pub(super) fn items(node: &Node) -> Vec<Item<'_>> {
    match &node.value {
        Value::Array(elements) => elements
            .iter()
            .map(|Element { value, comma }| Item {
                start: value.span.start,
                end: value.span.end,
                comma: *comma,
                value,
            })
            .collect(),
        Value::Object(members) => members
            .iter()
            .map(|member| Item {
                start: member.key_span.start,
                end: member.value.span.end,
                comma: member.comma,
                value: &member.value,
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// Whether a line ends between the items of a container, as opposed to inside one of them.
pub(super) fn spans_lines(text: &str, node: &Node) -> bool {
    let mut from = node.span.start;
    let mut gaps = Vec::new();
    for item in items(node) {
        gaps.push(from..item.start);
        from = item.end;
    }
    gaps.push(from..node.span.end);
    gaps.into_iter().any(|gap| text[gap].contains(['\n', '\r']))
}

/// Returns the white space that begins the line of `offset`.
pub(super) fn line_indent(text: &str, offset: usize) -> &str {
    let start = line_start(text, offset);
    let line = &text[start..];
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}

/// Returns the indentation of `offset`, if nothing else is before it on its line.
pub(super) fn own_line_indent(text: &str, offset: usize) -> Option<&str> {
    // Only over the white space: the line may be the whole document.
    let before = text[..offset].trim_end_matches([' ', '\t']);
    let begins_line = before.ends_with(['\n', '\r']) || before == "\u{feff}";
    begins_line.then(|| &text[before.len()..offset])
}

fn line_start(text: &str, offset: usize) -> usize {
    let start = text[..offset].rfind(['\n', '\r']).map_or(0, |end| end + 1);
    if start == 0 && text.starts_with('\u{feff}') {
        '\u{feff}'.len_utf8()
    } else {
        start
    }
}
