//! The bytes behind an edit: what to cut, what to insert, and how it is laid out.

use std::ops::Range;

use serde_json::Value as Json;

use super::edit::{EditError, Editor};
use super::parse::parse;
use super::path::Segment;
use super::print::Printer;
use super::scan::{is_plain_identifier, is_space};
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
        let inline = printer.inline(value);
        let short = self.line_length(node.span.start) + inline.chars().count() <= MAX_LINE;
        let text = if parent
            .is_some_and(|parent| self.keeps_one_line(parent, value, short || path.len() > 1))
            || short && parent.is_some_and(|parent| self.like_siblings(parent, node, value))
        {
            inline
        } else {
            printer.lines(value, line_indent(&self.text, node.span.start))
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
        let parent = path.split_last().and_then(|(_, above)| self.root.at(above));
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
        let short = self.line_length(close) + inline.chars().count() <= MAX_LINE;
        let on_its_line = if last.is_some() {
            self.keeps_one_line(container, value, short || !path.is_empty())
        } else {
            !lines && short && self.fills_one_line(parent, container, value, &style)
        };
        if on_its_line {
            let comment = at > tail || last.is_none() && at > container.span.start + 1;
            let is_object = matches!(container.value, Value::Object(_));
            let (before, after) = match last {
                Some(_) => (self.gap(&existing), ""),
                None if comment => (" ", ""),
                None if is_object && style.padded => (" ", " "),
                None => ("", ""),
            };
            if last.is_none() && !comment {
                let range = container.span.start + 1..close;
                let text = format!("{before}{inline}{after}");
                splices.push(Splice { range, text });
            } else {
                splices.push(insert(at, format!("{before}{inline}{more}")));
            }
        } else {
            let outer = line_indent(text, container.span.start);
            let indent = last
                .and_then(|last| own_line_indent(text, last.start))
                .map_or_else(|| format!("{outer}{}", style.unit), str::to_owned);
            let newline = style.newline;
            let narrow = indent.chars().count() + inline.chars().count() <= MAX_LINE;
            let item = if narrow && self.like_siblings(container, container, value) {
                inline
            } else {
                with_key(printer.lines(value, &indent))
            };
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

    /// Whether a value goes on the one line that `container` is on. Only a value of several parts
    /// gets lines of its own, in a file that was one short line.
    fn keeps_one_line(&self, container: &Node, value: &Json, short: bool) -> bool {
        let plain = !matches!(value, Json::Array(_) | Json::Object(_));
        let is_array = matches!(container.value, Value::Array(_));
        !spans_lines(&self.text, container) && (short || plain || is_array)
    }

    /// Whether an empty container stays on its line when it gets its first item.
    fn fills_one_line(
        &self,
        parent: Option<&Node>,
        container: &Node,
        value: &Json,
        style: &Style,
    ) -> bool {
        let plain = !matches!(value, Json::Array(_) | Json::Object(_));
        let filled = match container.value {
            Value::Array(_) => Json::Array(Vec::new()),
            _ => Json::Object(serde_json::Map::new()),
        };
        parent.is_some_and(|parent| {
            !spans_lines(&self.text, parent) || self.like_siblings(parent, container, &filled)
        }) || plain && filled.is_array() && style.short_arrays
    }

    /// Whether the nearest value of the same type beside `node` in `parent` is on one line.
    fn like_siblings(&self, parent: &Node, node: &Node, value: &Json) -> bool {
        let same = |one: &&Item<'_>| match (&one.value.value, value) {
            (Value::Array(elements), Json::Array(_)) => !elements.is_empty(),
            (Value::Object(members), Json::Object(_)) => !members.is_empty(),
            _ => false,
        };
        let siblings = items(parent);
        let sibling = siblings
            .iter()
            .rev()
            .filter(|one| one.value.span != node.span)
            .find(same);
        sibling.is_some_and(|one| {
            !self.text[one.value.span.start..one.value.span.end].contains(['\n', '\r'])
        })
    }

    /// Brings the brackets of a container together that has nothing but white space in it.
    pub(super) fn close_up(&mut self, path: &[Segment]) -> Result<(), EditError> {
        let Some(container) = self.root.at(path) else {
            return Ok(());
        };
        let inside = container.span.start + 1..container.span.end - 1;
        let is_container = matches!(container.value, Value::Array(_) | Value::Object(_));
        if is_container && !inside.is_empty() && self.text[inside.clone()].chars().all(is_space) {
            self.splice(vec![cut(inside)])?;
        }
        Ok(())
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
