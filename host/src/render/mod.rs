//! Replies to bytes. Mirrors `commands/`: each reply has its human, plain and JSON form side by
//! side. Nothing here can load or save.

pub mod agents;
pub mod completions;
pub mod config;
pub mod demo;
pub mod doctor;
pub mod dry_run;
pub mod environment;
pub mod escape;
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
pub mod setup;
pub mod status;
pub mod style;
pub mod terminal;
pub mod verdict;
pub mod version;

use serde_json::{Value, json};

use style::Style;
use terminal::{Terminal, Unwritten};

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
    /// Columns of tables; `None` for as many as it takes.
    pub width: Option<usize>,
    /// Columns of sentences: those of the terminal. Where there is none, a sentence is a line.
    pub prose: Option<usize>,
}

impl Layout {
    /// Returns how a page looks where nothing is known of who reads it.
    #[must_use]
    pub fn unstyled() -> Self {
        Self {
            style: Style::new(false),
            width: None,
            prose: None,
        }
    }

    /// Returns how a page looks on stdout in this form.
    #[must_use]
    pub fn of(terminal: &Terminal, form: Form) -> Self {
        if form == Form::Plain {
            return Self::unstyled();
        }
        Self {
            style: Style::new(terminal.color),
            width: terminal.width,
            prose: terminal.width.filter(|_| terminal.stdout),
        }
    }
}

/// What a command has to say.
pub trait Reply {
    /// Returns the form for a person, ending in a line end.
    fn human(&self, page: &Layout) -> String;

    /// Returns the form for scripts that want no JSON. A command that lists things returns
    /// [`rows`] of values; one that shows a page returns it without styling.
    fn plain(&self) -> String {
        self.human(&Layout::unstyled())
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

    /// Returns the warnings beside the form for scripts: all, and those that the page says itself.
    fn plain_notes(&self) -> Vec<String> {
        self.notes()
    }

    /// Returns the warnings that belong to the stable shape: all, unless the shape says some itself.
    fn json_notes(&self) -> Vec<String> {
        self.notes()
    }

    /// Returns further lines for stderr that are no warnings: what was done besides.
    fn remarks(&self) -> Vec<String> {
        Vec::new()
    }

    /// Whether the form for a person is data as it is, not a page of ours.
    fn is_data(&self) -> bool {
        false
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
        Form::Json => escape::json(data(reply).document),
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

/// Writes a reply to stdout in the form that was asked for.
///
/// # Errors
/// When nobody reads any more, or the system refuses.
pub fn write(terminal: &Terminal, reply: &dyn Reply, form: Form) -> Result<(), Unwritten> {
    if form == Form::Json {
        let data = data(reply);
        for line in &data.lines {
            terminal.note_data(&escape::json(line.clone()));
        }
        return terminal.data(&escape::json(data.document));
    }
    let text = text(reply, form, &Layout::of(terminal, form));
    if form == Form::Human && !reply.is_data() {
        terminal.page(&text)
    } else {
        terminal.data(&text)
    }
}

/// Returns sentences in lines of at most `width` columns, all but the first behind `indent` spaces.
/// Words are not broken, nor is what stands in backticks: a command can be pasted.
#[must_use]
pub fn paragraph(text: &str, indent: usize, width: Option<usize>) -> String {
    let Some(width) = width else {
        return text.to_owned();
    };
    let lines: Vec<String> = text
        .split('\n')
        .map(|line| wrapped_line(line, indent, width))
        .collect();
    lines.join("\n")
}

/// What a space within backticks is while lines are broken.
const KEPT: &str = "\u{a0}";

fn wrapped_line(line: &str, indent: usize, width: usize) -> String {
    if line.trim().is_empty() {
        return line.to_owned();
    }
    let kept: Vec<String> = line
        .split('`')
        .enumerate()
        .map(|(at, part)| match at % 2 {
            1 => part.replace(' ', KEPT),
            _ => part.to_owned(),
        })
        .collect();
    let own = line.len() - line.trim_start().len();
    let pad = " ".repeat(indent + own);
    let options = textwrap::Options::new(width.max(20))
        .initial_indent(&pad[..own])
        .subsequent_indent(&pad)
        .break_words(false)
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
        .word_separator(textwrap::WordSeparator::AsciiSpace)
        .wrap_algorithm(textwrap::WrapAlgorithm::FirstFit);
    // The first line begins behind what stands before it.
    let text = format!("{}{}", "x".repeat(indent), kept.join("`").trim_start());
    let filled = textwrap::fill(&text, options);
    let (own, rest) = filled.split_at(own);
    format!("{own}{}", &rest[indent..]).replace(KEPT, " ")
}

/// Returns JSON as it is printed.
pub(crate) fn pretty(value: &impl serde::Serialize) -> String {
    pretty_of_about(value, 0)
}

/// The same of a value whose text has about so many bytes.
pub(crate) fn pretty_of_about(value: &impl serde::Serialize, bytes: usize) -> String {
    let mut text = Vec::with_capacity(bytes);
    if serde_json::to_writer_pretty(&mut text, value).is_err() {
        text.clear();
    }
    text.push(b'\n');
    String::from_utf8(text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::paragraph;

    #[test]
    fn sentences_are_broken_between_words_and_commands_are_not() {
        let text = "see every credential with `openclaw models status --check` now";
        assert_eq!(paragraph(text, 6, None), text);
        assert_eq!(
            paragraph(text, 6, Some(40)),
            "see every credential with\n      `openclaw models status --check`\n      now"
        );
        assert_eq!(paragraph("  one two three", 2, Some(20)), "  one two three");
        assert_eq!(paragraph("a\n  b c", 0, Some(20)), "a\n  b c");
        assert_eq!(
            paragraph("日本語モデル 日本語モデル", 0, Some(20)),
            "日本語モデル\n日本語モデル"
        );
    }
}
