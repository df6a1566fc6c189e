//! Replies to bytes. Mirrors `commands/`: each reply has its human, plain and JSON form side by
//! side. Nothing here can load or save.

pub mod agents;
pub mod completions;
pub mod config;
pub mod demo;
pub mod doctor;
pub mod environment;
pub mod failure;
pub mod gateway;
pub mod help;
pub mod json_output;
pub mod layout;
pub mod logs;
pub mod man;
pub mod models;
pub mod plugins;
pub mod progress;
pub mod reference;
pub mod status;
pub mod style;
pub mod terminal;

use serde_json::{Value, json};

use style::Style;

/// The form of output that was asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// For a person at a terminal.
    #[default]
    Human,
    /// Values alone, for scripts.
    Plain,
    /// A documented, stable shape.
    Json,
}

/// How a human form may look.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    /// Colors.
    pub style: Style,
    /// Columns; `None` for as many as it takes.
    pub width: Option<usize>,
}

/// What a command has to say.
pub trait Reply {
    /// Returns the form for a person, ending in a line end.
    fn human(&self, page: &Layout) -> String;

    /// Returns the form for scripts that want no JSON. A command that lists things returns
    /// [`rows`] of values; one that shows a page returns it without styling.
    fn plain(&self) -> String {
        self.human(&Layout {
            style: Style::new(false),
            width: None,
        })
    }

    /// Returns the stable shape without warnings and notes, which [`data`] adds. Its schema is in
    /// `docs/json/`, where a key that is not described fails a test.
    fn json(&self) -> serde_json::Value;

    /// Returns the stable shape as it is printed, where nothing is to be added to it; large replies
    /// write it without a value in between.
    fn json_text(&self) -> String {
        pretty(&self.json())
    }

    /// Whether the stable shape is not ours to add to: a list, or somebody else's document, such as
    /// a value of the config.
    fn is_fixed(&self) -> bool {
        false
    }

    /// Returns warnings for stderr: what the user should know besides.
    fn notes(&self) -> Vec<String> {
        Vec::new()
    }

    /// Returns the warnings that belong to the stable shape: all, unless the shape says some itself.
    fn json_notes(&self) -> Vec<String> {
        self.notes()
    }

    /// Returns further lines for stderr that are no warnings: what was done besides.
    fn remarks(&self) -> Vec<String> {
        Vec::new()
    }

    /// Returns the exit code, for commands that answer with one.
    fn exit_code(&self) -> u8 {
        0
    }
}

/// Returns rows of values as they are in plain form: a row a line, a tab between values, no headings;
/// `-` where there is no value.
pub(crate) fn rows<Row: AsRef<[String]>>(rows: impl IntoIterator<Item = Row>) -> String {
    let line = |row: Row| {
        let cells = row.as_ref().iter().map(|cell| match cell.as_str() {
            "" => "-".to_owned(),
            cell => style::visible(cell),
        });
        cells.collect::<Vec<_>>().join("\t") + "\n"
    };
    rows.into_iter().map(line).collect()
}

/// Returns a reply's bytes in a form for people.
#[must_use]
pub fn text(reply: &dyn Reply, form: Form, page: &Layout) -> String {
    match form {
        Form::Human => reply.human(page),
        Form::Plain => reply.plain(),
        Form::Json => data(reply).document,
    }
}

/// A reply as data.
pub struct Data {
    /// The document for stdout.
    pub document: String,
    /// Warnings and notes for which there is no place in it: a line of JSON each, for stderr.
    pub lines: Vec<String>,
}

/// Returns a reply as data. Warnings and notes are in the document, where something may be added to
/// it.
#[must_use]
pub fn data(reply: &dyn Reply) -> Data {
    let (warnings, notes) = (reply.json_notes(), reply.remarks());
    if !reply.is_fixed()
        && let Value::Object(mut keys) = reply.json()
    {
        keys.insert("warnings".to_owned(), warnings.into());
        keys.insert("notes".to_owned(), notes.into());
        return Data {
            document: pretty(&keys),
            lines: Vec::new(),
        };
    }
    let line = |kind: &str, message: &String| json!({ kind: { "message": message } }).to_string();
    let warnings = warnings.iter().map(|message| line("warning", message));
    let notes = notes.iter().map(|message| line("note", message));
    Data {
        document: reply.json_text(),
        lines: warnings.chain(notes).collect(),
    }
}

/// Returns JSON as it is printed.
pub(crate) fn pretty(value: &impl serde::Serialize) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}
