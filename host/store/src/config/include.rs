//! `$include`: one config from several files.
//!
//! `{ $include: "./base.json5" }`, or a list of files, at any level. Files are merged in order and
//! the object's own keys last: objects key by key, lists one after the other, anything else
//! replaced. Paths are relative to the file that has the directive.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::excerpt::excerpt;
use crate::error::{Location, StoreError};
use crate::file::{CONFIG_BYTES, read_at, text};
use crate::json5::{
    Element, KeyPath, Member, Node, Segment, SourceId, Span, SyntaxError, Value, parse_source,
    position,
};

pub(super) const INCLUDE: &str = "$include";

/// How long a chain of files may be.
const MAX_CHAIN: usize = 10;

/// One config, from all of its files.
#[derive(Clone, Debug)]
pub(super) struct Sources {
    /// The files, the main one first.
    files: Vec<(PathBuf, String)>,
    /// Everything merged; strings as written.
    pub(super) merged: Node,
    /// The main file alone, its directives still in it.
    main: Node,
    /// What the directives of the main file bring in, by where the object with the directive starts.
    brought: HashMap<usize, Node>,
}

impl Sources {
    /// Reads the main file's `text` and everything it includes.
    pub(super) fn read(path: &Path, text: &str) -> Result<Self, StoreError> {
        let main = parse_source(text, SourceId::default())
            .map_err(|error| not_json5(path, text, error))?;
        let mut reading = Reading {
            files: vec![(path.to_path_buf(), text.to_owned())],
            chain: vec![identity(path)],
            brought: HashMap::new(),
        };
        let merged = reading.expand(main.clone())?;
        Ok(Self {
            files: reading.files,
            merged,
            main,
            brought: reading.brought,
        })
    }

    /// Returns where a span is.
    pub(super) fn location(&self, span: Span) -> Location {
        location(&self.files, span)
    }

    /// Returns whether the main file itself has a value at `path`.
    pub(super) fn main_has(&self, path: &[Segment]) -> bool {
        self.main.at(path).is_some()
    }

    /// Returns the file that an include takes the value at `path` from, or the container that
    /// `path` would go into if that is a list or no container at all.
    pub(super) fn included_from(&self, path: &[Segment]) -> Option<PathBuf> {
        let mut own = Some(&self.main);
        for depth in 0..=path.len() {
            let brought = own.and_then(|node| self.brought.get(&node.span.start));
            let found = brought.and_then(|brought| {
                (0..=path.len() - depth).rev().find_map(|steps| {
                    let node = brought.at(&path[depth..depth + steps])?;
                    let whole = depth + steps == path.len();
                    (whole || !matches!(node.value, Value::Object(_))).then_some(node)
                })
            });
            if let Some(node) = found {
                return self
                    .files
                    .get(usize::from(node.span.source.0))
                    .map(|file| file.0.clone());
            }
            own = path.get(depth).and_then(|step| own?.child(step));
        }
        None
    }

    /// Returns the files, the main one first.
    pub(super) fn files(&self) -> Vec<PathBuf> {
        self.files.iter().map(|(file, _)| file.clone()).collect()
    }

    /// Returns the first file that takes part besides the main one.
    pub(super) fn first_included(&self) -> Option<PathBuf> {
        self.files.get(1).map(|file| file.0.clone())
    }
}

fn location(files: &[(PathBuf, String)], span: Span) -> Location {
    let (file, text) = &files[usize::from(span.source.0)];
    Location {
        file: file.clone(),
        position: position(text, span.start),
    }
}

/// The name by which a circle is noticed.
fn identity(path: &Path) -> PathBuf {
    std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf())
}

struct Reading {
    files: Vec<(PathBuf, String)>,
    chain: Vec<PathBuf>,
    brought: HashMap<usize, Node>,
}

impl Reading {
    fn expand(&mut self, node: Node) -> Result<Node, StoreError> {
        let span = node.span;
        let value = match node.value {
            Value::Array(elements) => Value::Array(
                elements
                    .into_iter()
                    .map(|item| {
                        Ok(Element {
                            value: self.expand(item.value)?,
                            comma: item.comma,
                        })
                    })
                    .collect::<Result<_, StoreError>>()?,
            ),
            Value::Object(members) => {
                let mut own = Vec::with_capacity(members.len());
                let mut directive = None;
                for member in members {
                    if member.key == INCLUDE {
                        directive = Some(member.value);
                    } else {
                        own.push(Member {
                            value: self.expand(member.value)?,
                            ..member
                        });
                    }
                }
                match directive {
                    Some(directive) => return self.join(&directive, own, span),
                    None => Value::Object(own),
                }
            }
            other => other,
        };
        Ok(Node { span, value })
    }

    fn join(&mut self, directive: &Node, own: Vec<Member>, span: Span) -> Result<Node, StoreError> {
        let files: Vec<&Node> = match &directive.value {
            Value::Array(files) => files.iter().map(|file| &file.value).collect(),
            _ => vec![directive],
        };
        let mut base: Option<Node> = None;
        for file in files {
            let Some(name) = file.as_str() else {
                let reason = format!("expected a path or a list of paths, found {}", file.kind());
                return Err(self.refuse(file, "", reason));
            };
            let read = self.follow(file, name)?;
            base = Some(match base {
                Some(base) => merge(base, read),
                None => read,
            });
        }
        let base = base.unwrap_or(Node {
            span,
            value: Value::Object(Vec::new()),
        });
        if span.source == SourceId::default() {
            self.brought.insert(span.start, base.clone());
        }
        if own.is_empty() {
            return Ok(base);
        }
        if !matches!(base.value, Value::Object(_)) {
            let reason = format!(
                "keys beside it need an object to join, found {}",
                base.kind()
            );
            return Err(self.refuse(directive, "", reason));
        }
        Ok(merge(
            base,
            Node {
                span,
                value: Value::Object(own),
            },
        ))
    }

    fn follow(&mut self, directive: &Node, name: &str) -> Result<Node, StoreError> {
        let from = &self.files[usize::from(directive.span.source.0)].0;
        let path = from.parent().unwrap_or(Path::new("")).join(name);
        // Leaves out every `.` of the way.
        let path: PathBuf = path.components().collect();
        let identity = identity(&path);
        if self.chain.contains(&identity) {
            let circle: Vec<String> = self
                .chain
                .iter()
                .chain([&identity])
                .map(|file| file.display().to_string())
                .collect();
            return Err(self.refuse(
                directive,
                name,
                format!("it is circular: {}", circle.join(" -> ")),
            ));
        }
        if self.chain.len() > MAX_CHAIN {
            return Err(self.refuse(directive, name, format!("more than {MAX_CHAIN} files deep")));
        }
        let bytes = match read_at(&path, CONFIG_BYTES) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return Err(self.refuse(directive, name, "there is no such file".into())),
            Err(error) => return Err(self.refuse(directive, name, error.source.to_string())),
        };
        let text = filled(text(&path, bytes)?);
        let Ok(source) = u16::try_from(self.files.len()) else {
            return Err(self.refuse(directive, name, "there are too many files".into()));
        };
        let node = parse_source(&text, SourceId(source))
            .map_err(|error| not_json5(&path, &text, error))?;
        self.files.push((path, text));
        self.chain.push(identity);
        let node = self.expand(node);
        self.chain.pop();
        node
    }

    fn refuse(&self, at: &Node, include: &str, reason: String) -> StoreError {
        let location = location(&self.files, at.span);
        StoreError::Include {
            include: include.to_owned(),
            reason,
            location,
        }
    }
}

/// Returns the failure for a file that is not JSON5, with the line that shows it.
pub(super) fn not_json5(path: &Path, text: &str, error: SyntaxError) -> StoreError {
    StoreError::Syntax {
        path: path.to_path_buf(),
        excerpt: excerpt(text, error.position),
        error,
    }
}

/// Returns a document's text, with an empty object where it holds nothing or only comments.
pub(super) fn filled(mut text: String) -> String {
    if is_blank(&text) {
        if !text.is_empty() && !text.ends_with('\n') && text != "\u{feff}" {
            text.push('\n');
        }
        text.push_str("{}\n");
    }
    text
}

/// Whether a text holds only white space and comments.
fn is_blank(text: &str) -> bool {
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(|next: char| next.is_whitespace() || next == '\u{feff}');
        rest = if rest.starts_with("//") {
            let end = rest.find(['\n', '\r', '\u{2028}', '\u{2029}']);
            &rest[end.unwrap_or(rest.len())..]
        } else if let Some(comment) = rest.strip_prefix("/*") {
            let Some((_, after)) = comment.split_once("*/") else {
                return false;
            };
            after
        } else {
            return rest.is_empty();
        }
    }
}

fn merge(base: Node, over: Node) -> Node {
    match (base.value, over.value) {
        (Value::Object(base), Value::Object(over_members)) => {
            let mut members = base;
            for member in over_members {
                match members.iter().rposition(|known| known.key == member.key) {
                    Some(place) => {
                        let known = members.remove(place);
                        let value = merge(known.value, member.value);
                        members.insert(place, Member { value, ..member });
                    }
                    None => members.push(member),
                }
            }
            Node {
                span: over.span,
                value: Value::Object(members),
            }
        }
        (Value::Array(mut items), Value::Array(more)) => {
            items.extend(more);
            Node {
                span: over.span,
                value: Value::Array(items),
            }
        }
        (_, value) => Node {
            span: over.span,
            value,
        },
    }
}

/// Says whether an edit concerns the directive itself.
pub(super) fn names_directive(path: &KeyPath) -> bool {
    path.0.iter().any(|step| step.key() == INCLUDE)
}
