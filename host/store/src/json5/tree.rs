//! The tree that a JSON5 text stands for, each part with its place in the text.

use serde_json::{Map, Value as Json};

use super::path::Segment;

/// Which of several texts a span belongs to; the main file is 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceId(pub u16);

/// A range of bytes in one text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The text.
    pub source: SourceId,
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

/// A number as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number(pub(super) String);

impl Number {
    /// Returns the source text, such as `0x1F` or `.5`.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }

    /// Returns the value as JavaScript would read it.
    #[must_use]
    pub fn to_f64(&self) -> f64 {
        let (sign, digits) = match self.0.as_bytes().first() {
            Some(b'-') => (-1.0, &self.0[1..]),
            Some(b'+') => (1.0, &self.0[1..]),
            _ => (1.0, self.0.as_str()),
        };
        let magnitude = match digits {
            "Infinity" => f64::INFINITY,
            "NaN" => f64::NAN,
            _ => match digits
                .strip_prefix("0x")
                .or_else(|| digits.strip_prefix("0X"))
            {
                Some(hex) => hex
                    .chars()
                    .filter_map(|digit| digit.to_digit(16))
                    .fold(0.0, |sum, digit| sum * 16.0 + f64::from(digit)),
                None => digits.parse().unwrap_or(f64::NAN),
            },
        };
        sign * magnitude
    }

    /// Returns the JSON number; `null` for what JSON cannot say, as `JSON.stringify` does.
    #[must_use]
    pub fn to_json(&self) -> Json {
        if let Ok(whole) = self.0.parse::<i64>() {
            return whole.into();
        }
        if let Ok(whole) = self.0.parse::<u64>() {
            return whole.into();
        }
        let value = self.to_f64();
        if value.fract() == 0.0 && value.abs() <= 9_007_199_254_740_991.0 {
            #[expect(clippy::cast_possible_truncation, reason = "whole and within 53 bits")]
            return (value as i64).into();
        }
        serde_json::Number::from_f64(value).map_or(Json::Null, Json::Number)
    }
}

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string, its escapes resolved.
    String(String),
    /// An array.
    Array(Vec<Element>),
    /// An object as written: equal keys are all here; see [`Node::entries`].
    Object(Vec<Member>),
}

/// One element of an array.
#[derive(Clone, Debug, PartialEq)]
pub struct Element {
    /// The value.
    pub value: Node,
    /// Where the comma after it is.
    pub comma: Option<usize>,
}

/// One member of an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// The key, its quotes and escapes resolved.
    pub key: String,
    /// The key as written, with its quotes.
    pub key_span: Span,
    /// The value.
    pub value: Node,
    /// Where the comma after it is.
    pub comma: Option<usize>,
}

/// A value with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Where it is, brackets and quotes included.
    pub span: Span,
    /// What it is.
    pub value: Value,
}

impl Node {
    /// Returns the words for its type, as used in messages: `a string`, `null`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::Array(_) => "an array",
            Value::Object(_) => "an object",
        }
    }

    /// Returns the string, if it is one.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the value of `key`, if this is an object that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        match &self.value {
            Value::Object(members) => members
                .iter()
                .rev()
                .find(|member| member.key == key)
                .map(|member| &member.value),
            _ => None,
        }
    }

    /// Returns the node at `path`; the empty path is this node.
    #[must_use]
    pub fn at(&self, path: &[Segment]) -> Option<&Self> {
        path.iter()
            .try_fold(self, |node, segment| node.child(segment))
    }

    /// Returns the value that one step of a path leads to.
    #[must_use]
    pub fn child(&self, segment: &Segment) -> Option<&Self> {
        match &self.value {
            Value::Array(elements) => Some(&elements.get(segment.index()?)?.value),
            Value::Object(_) => self.get(&segment.key()),
            _ => None,
        }
    }

    /// Returns the members of an object that count: for equal keys the place of the first and the
    /// value of the last. Empty for anything else.
    #[must_use]
    pub fn entries(&self) -> Vec<&Member> {
        let Value::Object(members) = &self.value else {
            return Vec::new();
        };
        let mut places = std::collections::HashMap::new();
        let mut entries: Vec<&Member> = Vec::with_capacity(members.len());
        for member in members {
            match places.get(member.key.as_str()) {
                Some(&place) => entries[place] = member,
                None => {
                    places.insert(member.key.as_str(), entries.len());
                    entries.push(member);
                }
            }
        }
        entries
    }

    /// Returns the plain value, in document order.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let kept = self.try_to_json(&mut |text| Ok::<_, std::convert::Infallible>(text.to_owned()));
        match kept {
            Ok(value) => value,
            Err(never) => match never {},
        }
    }

    /// Returns the plain value with every string passed through `text`.
    ///
    /// # Errors
    /// The first one that `text` returns.
    pub fn try_to_json<E>(
        &self,
        text: &mut impl FnMut(&str) -> Result<String, E>,
    ) -> Result<Json, E> {
        Ok(match &self.value {
            Value::Null => Json::Null,
            Value::Bool(value) => Json::Bool(*value),
            Value::Number(number) => number.to_json(),
            Value::String(value) => Json::String(text(value)?),
            Value::Array(elements) => Json::Array(
                elements
                    .iter()
                    .map(|item| item.value.try_to_json(text))
                    .collect::<Result<_, E>>()?,
            ),
            Value::Object(_) => {
                let mut map = Map::new();
                for member in self.entries() {
                    map.insert(member.key.clone(), member.value.try_to_json(text)?);
                }
                Json::Object(map)
            }
        })
    }
}
