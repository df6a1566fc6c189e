//! JSON5 as the user wrote it: a tree with byte spans, and edits that keep every other byte.
//!
//! Written here rather than taken from a library, because three things are needed at once: the
//! whole of <https://spec.json5.org>, spans for messages with line and column, and edits that keep
//! comments, order, quotes, indentation and line ends. `jsonc-parser` edits but reads a smaller
//! language (no `Infinity`, escapes in keys, line continuations); `json5` reads all of it but
//! into plain values, without spans or comments; `json-five` keeps comments, in a model that
//! has the new indentation, quotes and trailing commas to be supplied by hand for every edit.
//!
//! Where JSON5 leaves a choice, this follows JavaScript: of equal keys the last one wins.

mod edit;
mod parse;
mod path;
mod print;
mod scan;
mod splice;
mod style;
#[cfg(test)]
mod tests;
mod tree;

pub use edit::{EditError, Editor};
pub use parse::{MAX_DEPTH, Position, SyntaxError, parse, parse_source, position};
pub use path::{KeyPath, PathSyntaxError, Segment};
pub use tree::{Element, Member, Node, Number, SourceId, Span, Value};
