//! The bytes behind an edit: what to cut, what to insert, and how it is laid out.

use std::ops::Range;

use serde_json::Value as Json;

use super::edit::{EditError, Editor};
use super::parse::parse;
use super::path::Segment;
use super::print::Printer;
use super::scan::is_plain_identifier;
use super::style::{
    Item, Quote, Style, items, line_indent, own_line_indent, quote_at, spans_lines,
};
use super::tree::{Node, Value};

/// The longest line that something is added to.
const MAX_LINE: usize = 100;

/// One replacement of bytes.
pub(super) struct Splice {
    range: Range<usize>,
    text: String,
}

fn insert(at: usize, text: impl Into<String>) -> Splice {
    Splice {
        range: at..at,
        text: text.into(),
    }
}

fn cut(range: Range<usize>) -> Splice {
    Splice {
        range,
        text: String::new(),
    }
}

impl Editor {
    pub(super) fn replace(&mut self, path: &[Segment], value: &Json) -> Result<(), EditError> {
        let Some(node) = self.root.at(path) else {
            return Ok(());
        };
        let style = Style::of(&self.text, &self.root);
        let parent = path.split_last().and_then(|(_, above)| self.root.at(above));
        let keys = parent.map_or(style.keys, |parent| self.keys_in(parent, &style));
        let printer = Printer {
            style: &style,
            keys,
        };
        let indent = line_indent(&self.text, node.span.start);
        let inline = printer.inline(value);
        let narrow = parent.is_some_and(|parent| !spans_lines(&self.text, parent))
            && self.line_length(node.span.start) + inline.chars().count() <= MAX_LINE;
        let text = if narrow {
            inline
        } else {
            printer.lines(value, indent)
        };
        let range = node.span.start..node.span.end;
        self.splice(vec![Splice { range, text }])
    }

    /// Adds a member or an element at the end of the container at `path`.
    pub(super) fn append(
        &mut self,
        path: &[Segment],
        key: Option<&str>,
        value: &Json,
    ) -> Result<(), EditError> {
        let Some(container) = self.root.at(path) else {
            return Ok(());
        };
        let text = self.text.as_str();
        let style = Style::of(text, &self.root);
        let printer = Printer {
            style: &style,
            keys: self.keys_in(container, &style),
        };
        let existing = items(container);
        let last = existing.last();
        let close = container.span.end - 1;
        let tail = last.map_or(container.span.start + 1, |last| {
            last.comma.map_or(last.end, |comma| comma + 1)
        });
        // Behind all comments, before the white space that places the closing bracket.
        let at = tail
            + text[tail..close]
                .trim_end_matches([' ', '\t', '\r', '\n'])
                .len();

        let lines = spans_lines(text, container);
        let in_line = path.split_last().and_then(|(_, above)| self.root.at(above));
        let in_line = in_line.is_some_and(|parent| !spans_lines(text, parent));
        let with_key = |value: String| match key {
            Some(key) => format!("{}{}{value}", printer.key(key), self.colon(container)),
            None => value,
        };
        let more = if last.is_some_and(|last| last.comma.is_some()) {
            ","
        } else {
            ""
        };
        let mut splices = Vec::new();
        if let Some(Item {
            end, comma: None, ..
        }) = last
        {
            splices.push(insert(*end, ","));
        }

        let inline = with_key(printer.inline(value));
        let fits = self.line_length(close) + inline.chars().count() <= MAX_LINE;
        if !lines && fits && (last.is_some() || in_line) {
            let comment = at > tail || last.is_none() && at > container.span.start + 1;
            let space = if last.is_some() || comment {
                self.gap(&existing)
            } else {
                ""
            };
            splices.push(insert(at, format!("{space}{inline}{more}")));
        } else {
            let outer = line_indent(text, container.span.start);
            let indent = last
                .and_then(|last| own_line_indent(text, last.start))
                .map_or_else(|| format!("{outer}{}", style.unit), str::to_owned);
            let newline = style.newline;
            let item = with_key(printer.lines(value, &indent));
            splices.push(insert(at, format!("{newline}{indent}{item}{more}")));
            if !lines {
                let text = format!("{newline}{outer}");
                splices.push(Splice {
                    range: at..close,
                    text,
                });
            }
        }
        self.splice(splices)
    }

    /// How keys are quoted in this object, or in the document if it has none yet.
    fn keys_in(&self, container: &Node, style: &Style) -> Quote {
        match &container.value {
            Value::Object(members) => members
                .iter()
                .rev()
                .find(|member| is_plain_identifier(&member.key))
                .map_or(style.keys, |member| {
                    quote_at(&self.text, member.key_span.start)
                }),
            _ => style.keys,
        }
    }

    /// The colon as this object writes it.
    fn colon(&self, container: &Node) -> &str {
        let Value::Object(members) = &container.value else {
            return ": ";
        };
        members
            .iter()
            .rev()
            .map(|member| &self.text[member.key_span.end..member.value.span.start])
            .find(|between| between.trim_matches([' ', '\t']) == ":")
            .unwrap_or(": ")
    }

    /// The space after a comma as this container writes it.
    fn gap(&self, existing: &[Item<'_>]) -> &str {
        existing
            .windows(2)
            .rev()
            .filter_map(|pair| Some(&self.text[pair[0].comma? + 1..pair[1].start]))
            .find(|between| between.trim_matches([' ', '\t']).is_empty())
            .unwrap_or(" ")
    }

    fn line_length(&self, offset: usize) -> usize {
        let start = self.text[..offset]
            .rfind(['\n', '\r'])
            .map_or(0, |end| end + 1);
        let end = self.text[offset..]
            .find(['\n', '\r'])
            .map_or(self.text.len(), |end| offset + end);
        self.text[start..end].chars().count()
    }

    /// Applies replacements that do not overlap. Those at one place apply in the order given.
    pub(super) fn splice(&mut self, mut splices: Vec<Splice>) -> Result<(), EditError> {
        splices.sort_by_key(|splice| splice.range.start);
        let mut text = String::with_capacity(self.text.len() + 64);
        let mut from = 0;
        for splice in splices {
            text.push_str(&self.text[from..splice.range.start]);
            text.push_str(&splice.text);
            from = splice.range.end;
        }
        text.push_str(&self.text[from..]);
        self.root = parse(&text)?;
        self.text = text;
        Ok(())
    }
}

/// Returns what to cut for item `place` to be gone: itself, one comma, and its line if it was
/// alone there.
pub(super) fn removal(text: &str, items: &[Item<'_>], place: usize) -> Vec<Splice> {
    let item = items[place];
    let blank = [' ', '\t'];
    let mut cuts = Vec::new();
    let (mut start, mut end) = (item.start, item.end);
    match item.comma {
        Some(comma) if text[end..comma].trim_matches(blank).is_empty() => end = comma + 1,
        Some(comma) => cuts.push(cut(comma..comma + 1)),
        None => {
            let before = place.checked_sub(1).and_then(|before| items[before].comma);
            cuts.extend(before.map(|comma| cut(comma..comma + 1)));
        }
    }
    let after = text[end..].trim_start_matches(blank);
    let blanks_after = text.len() - after.len();
    let ends_line = after.starts_with(['\n', '\r']);
    if own_line_indent(text, start).is_some_and(|indent| {
        start -= if ends_line { indent.len() } else { 0 };
        true
    }) {
        end = blanks_after;
        if ends_line {
            end += if after.starts_with("\r\n") { 2 } else { 1 };
        }
    } else if ends_line || place + 1 == items.len() {
        start = text[..start].trim_end_matches(blank).len();
    } else {
        end = blanks_after;
    }
    cuts.push(cut(start..end));
    cuts
}
