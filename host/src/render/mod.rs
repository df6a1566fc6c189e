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
pub mod layout;
pub mod logs;
pub mod man;
pub mod models;
pub mod plugins;
pub mod progress;
pub mod reference;
pub mod setup;
pub mod status;
pub mod style;
pub mod terminal;

use style::Style;

/// The form of output that was asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// For a person at a terminal.
    #[default]
    Human,
    /// The same facts without styling.
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

    /// Returns the form without styling: the human one, unless a command documents another.
    fn plain(&self) -> String {
        self.human(&Layout {
            style: Style::new(false),
            width: None,
        })
    }

    /// Returns the stable shape.
    fn json(&self) -> serde_json::Value;

    /// Returns the stable shape as it is printed; large replies write it without a value in between.
    fn json_text(&self) -> String {
        pretty(&self.json())
    }

    /// Returns warnings for stderr: what the user should know besides.
    fn notes(&self) -> Vec<String> {
        Vec::new()
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

/// Returns a reply's bytes in the form that was asked for.
#[must_use]
pub fn text(reply: &dyn Reply, form: Form, page: &Layout) -> String {
    match form {
        Form::Human => reply.human(page),
        Form::Plain => reply.plain(),
        Form::Json => reply.json_text(),
    }
}

/// Returns JSON as it is printed.
pub(crate) fn pretty(value: &impl serde::Serialize) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}
