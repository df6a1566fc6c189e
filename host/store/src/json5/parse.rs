//! Text to tree.

use super::tree::{Element, Member, Node, SourceId, Span, Value};

/// How deep arrays and objects may nest.
pub const MAX_DEPTH: usize = 128;

/// A place in a text, for a person: both count from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line; ends are LF, CRLF or CR.
    pub line: usize,
    /// The character in the line.
    pub column: usize,
}

impl std::fmt::Display for Position {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// Text that is not JSON5.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{position}: expected {expected}, found {found}")]
pub struct SyntaxError {
    /// Where it stops making sense.
    pub position: Position,
    /// What could have been there.
    pub expected: String,
    /// What was there.
    pub found: String,
}

/// Returns the position of a byte. A byte order mark takes no column.
#[must_use]
pub fn position(text: &str, offset: usize) -> Position {
    let mut position = Position { line: 1, column: 1 };
    let mut characters = text[..offset.min(text.len())].chars().peekable();
    characters.next_if_eq(&'\u{feff}');
    while let Some(next) = characters.next() {
        match next {
            '\r' if characters.peek() == Some(&'\n') => {}
            '\n' | '\r' => {
                position = Position {
                    line: position.line + 1,
                    column: 1,
                }
            }
            _ => position.column += 1,
        }
    }
    position
}

/// Reads one text.
///
/// # Errors
/// At the first byte that cannot be JSON5.
pub fn parse(text: &str) -> Result<Node, SyntaxError> {
    parse_source(text, SourceId::default())
}

/// Reads one text among several: its spans carry `source`.
///
/// # Errors
/// As [`parse`].
pub fn parse_source(text: &str, source: SourceId) -> Result<Node, SyntaxError> {
    let mut parser = Parser {
        text,
        at: 0,
        source,
    };
    if text.starts_with('\u{feff}') {
        parser.at = '\u{feff}'.len_utf8();
    }
    parser.trivia()?;
    let root = parser.value(0)?;
    parser.trivia()?;
    match parser.peek() {
        None => Ok(root),
        Some(_) => Err(parser.expected("the end of the file")),
    }
}

pub(super) struct Parser<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    source: SourceId,
}

impl<'a> Parser<'a> {
    pub(super) fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn advance(&mut self, past: char) {
        self.at += past.len_utf8();
    }

    pub(super) fn expected(&self, expected: impl Into<String>) -> SyntaxError {
        let found = match self.peek() {
            None => "the end of the file".to_owned(),
            Some('\n' | '\r') => "the end of the line".to_owned(),
            Some(other) => format!("`{}`", other.escape_debug()),
        };
        let position = position(self.text, self.at);
        SyntaxError {
            position,
            expected: expected.into(),
            found,
        }
    }

    fn span(&self, start: usize) -> Span {
        Span {
            source: self.source,
            start,
            end: self.at,
        }
    }

    fn value(&mut self, depth: usize) -> Result<Node, SyntaxError> {
        let start = self.at;
        let value = match self.peek() {
            Some('{' | '[') if depth == MAX_DEPTH => {
                return Err(self.expected(format!("no more than {MAX_DEPTH} levels of nesting")));
            }
            Some('{') => self.object(depth)?,
            Some('[') => self.array(depth)?,
            Some(quote @ ('"' | '\'')) => Value::String(self.string(quote)?),
            Some('+' | '-' | '.' | '0'..='9') => Value::Number(self.number()?),
            _ if self.rest().starts_with("Infinity") || self.rest().starts_with("NaN") => {
                Value::Number(self.number()?)
            }
            _ => self.word()?,
        };
        Ok(Node {
            span: self.span(start),
            value,
        })
    }

    fn word(&mut self) -> Result<Value, SyntaxError> {
        let start = self.at;
        let word = if self.at_identifier() {
            self.identifier()?
        } else {
            String::new()
        };
        // An escaped spelling of a keyword is not that keyword.
        match &self.text[start..self.at] {
            "null" => Ok(Value::Null),
            "true" => Ok(Value::Bool(true)),
            "false" => Ok(Value::Bool(false)),
            _ => {
                self.at = start;
                let mut error = self.expected("a value");
                if !word.is_empty() {
                    error.found = format!("`{word}` (text needs quotes)");
                }
                Err(error)
            }
        }
    }

    fn array(&mut self, depth: usize) -> Result<Value, SyntaxError> {
        self.at += 1;
        let mut elements: Vec<Element> = Vec::new();
        loop {
            self.trivia()?;
            if self.peek() == Some(']') {
                self.at += 1;
                return Ok(Value::Array(elements));
            }
            if elements.last().is_some_and(|last| last.comma.is_none()) {
                return Err(self.expected("`,` or `]`"));
            }
            let value = self.value(depth + 1)?;
            let comma = self.comma()?;
            elements.push(Element { value, comma });
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value, SyntaxError> {
        self.at += 1;
        let mut members: Vec<Member> = Vec::new();
        loop {
            self.trivia()?;
            if self.peek() == Some('}') {
                self.at += 1;
                return Ok(Value::Object(members));
            }
            if members.last().is_some_and(|last| last.comma.is_none()) {
                return Err(self.expected("`,` or `}`"));
            }
            let start = self.at;
            let key = match self.peek() {
                Some(quote @ ('"' | '\'')) => self.string(quote)?,
                _ if self.at_identifier() => self.identifier()?,
                _ => return Err(self.expected("a key or `}`")),
            };
            let key_span = self.span(start);
            self.trivia()?;
            if self.peek() != Some(':') {
                return Err(self.expected("`:` after the key"));
            }
            self.at += 1;
            self.trivia()?;
            let value = self.value(depth + 1)?;
            let comma = self.comma()?;
            members.push(Member {
                key,
                key_span,
                value,
                comma,
            });
        }
    }

    /// Takes the comma after an item. Comments before the closing bracket are left for the caller.
    fn comma(&mut self) -> Result<Option<usize>, SyntaxError> {
        self.trivia()?;
        Ok((self.peek() == Some(',')).then(|| {
            self.at += 1;
            self.at - 1
        }))
    }
}
