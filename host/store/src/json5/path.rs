//! Paths to a key: `agents.list[1].model.primary`.

use std::fmt;

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Segment {
    /// A member of an object.
    Key(String),
    /// An element of an array, counted from 0. On an object it is read as the key with these
    /// digits.
    Index(usize),
}

impl Segment {
    /// Returns the key that this step means on an object.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Key(key) => key.clone(),
            Self::Index(index) => index.to_string(),
        }
    }

    /// Returns the index that this step means on an array.
    #[must_use]
    pub fn index(&self) -> Option<usize> {
        match self {
            Self::Key(_) => None,
            Self::Index(index) => Some(*index),
        }
    }
}

impl From<&str> for Segment {
    fn from(key: &str) -> Self {
        Self::Key(key.to_owned())
    }
}

impl From<usize> for Segment {
    fn from(index: usize) -> Self {
        Self::Index(index)
    }
}

/// A path from the root, as people write it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct KeyPath(pub Vec<Segment>);

/// A path that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid config path `{path}`: {reason}")]
pub struct PathSyntaxError {
    path: String,
    reason: &'static str,
}

impl KeyPath {
    /// Returns the path extended by one step.
    #[must_use]
    pub fn join(&self, step: impl Into<Segment>) -> Self {
        let mut steps = self.0.clone();
        steps.push(step.into());
        Self(steps)
    }

    /// Returns the path as it can be typed again: indexes and keys with dots in brackets.
    #[must_use]
    pub fn written(&self) -> String {
        let mut text = String::new();
        for step in &self.0 {
            match step {
                Segment::Index(index) => text.push_str(&format!("[{index}]")),
                Segment::Key(key) if key.is_empty() || key.contains(['.', '[', ']', '\\', '"']) => {
                    let key = key.replace('\\', "\\\\").replace(']', "\\]");
                    text.push_str(&format!("[\"{key}\"]"));
                }
                Segment::Key(key) => {
                    if !text.is_empty() {
                        text.push('.');
                    }
                    text.push_str(key);
                }
            }
        }
        text
    }

    /// Reads dots, brackets and backslash escapes: `a.b[0]["c.d"]`, `a\.b`. A step of digits is an
    /// index.
    ///
    /// # Errors
    /// When a step is empty or a bracket is not closed.
    pub fn parse(path: &str) -> Result<Self, PathSyntaxError> {
        let fail = |reason| PathSyntaxError {
            path: path.to_owned(),
            reason,
        };
        let mut steps = Vec::new();
        let mut word = String::new();
        let mut plain = true;
        let mut closed = false;
        let mut rest = path.chars().peekable();
        loop {
            let next = rest.next();
            match next {
                Some('\\') => {
                    word.push(rest.next().ok_or_else(|| fail("it ends in a backslash"))?);
                    plain = false;
                }
                None | Some('.' | '[') => {
                    if !word.is_empty() {
                        steps.push(step(std::mem::take(&mut word), plain));
                    } else if !(closed || next == Some('[') && steps.is_empty()) {
                        return Err(fail("a step is empty"));
                    }
                    (plain, closed) = (true, false);
                    match next {
                        None => return Ok(Self(steps)),
                        Some('[') => {
                            let mut inner = String::new();
                            let mut escaped = false;
                            loop {
                                match rest.next().ok_or_else(|| fail("`[` is not closed"))? {
                                    ']' if !escaped => break,
                                    '\\' if !escaped => escaped = true,
                                    other => {
                                        inner.push(other);
                                        escaped = false;
                                    }
                                }
                            }
                            steps.push(bracket(&inner).ok_or_else(|| fail("a step is empty"))?);
                            closed = true;
                        }
                        Some(_) => {}
                    }
                }
                Some(_) if closed => return Err(fail("expected `.` or `[` after `]`")),
                Some(other) => word.push(other),
            }
        }
    }
}

fn step(word: String, plain: bool) -> Segment {
    match word.parse() {
        // `1.05` in the middle of a path is no place in an array.
        Ok(index) if plain && word == usize::to_string(&index) => Segment::Index(index),
        _ => Segment::Key(word),
    }
}

fn bracket(inner: &str) -> Option<Segment> {
    let inner = inner.trim();
    for quote in ['"', '\''] {
        if let Some(key) = inner
            .strip_prefix(quote)
            .and_then(|key| key.strip_suffix(quote))
        {
            return Some(Segment::Key(key.to_owned()));
        }
    }
    (!inner.is_empty()).then(|| step(inner.to_owned(), true))
}

impl fmt::Display for KeyPath {
    /// Writes it with dots, indexes too (`agents.list.0`); the root is `<root>`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("<root>");
        }
        for (place, segment) in self.0.iter().enumerate() {
            if place > 0 {
                f.write_str(".")?;
            }
            f.write_str(&segment.key())?;
        }
        Ok(())
    }
}

impl From<&[Segment]> for KeyPath {
    fn from(steps: &[Segment]) -> Self {
        Self(steps.to_vec())
    }
}
