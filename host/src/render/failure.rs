//! Failures and warnings on stderr.

use serde_json::json;

use super::escape::visible;
use super::style::{Label, Style, columns};
use super::terminal::Terminal;
use super::{Form, escape, paragraph};
use openclaw_router::{Failure, Kind};

/// Writes a failure in the form that was asked for.
pub fn write(terminal: &Terminal, form: Form, failure: &Failure) {
    if form == Form::Json {
        let (causes, others) = causes(failure);
        let rows = failure.rows.iter().map(|row| sentence(row));
        let details = causes.iter().cloned().chain(rows);
        let mut value = json!({ "error": {
            "code": failure.kind.code(),
            "message": failure.message,
            "details": details.chain(others.iter().cloned()).collect::<Vec<_>>(),
            "hints": failure.hints,
        }});
        if let Some(data) = &failure.data {
            value["error"]["data"] = (**data).clone();
        }
        terminal.note_data(&escape::json(format!("{value:#}")));
        return;
    }
    terminal.note(&text_in(
        failure,
        Style::new(terminal.color_err && form != Form::Plain),
        terminal.width_err,
    ));
}

/// Returns the details that come before what was tried, and those that come after it: what caused the
/// failure is nearest to it.
fn causes(failure: &Failure) -> (&[String], &[String]) {
    let is_cause = |detail: &&String| detail.starts_with("caused by: ");
    let causes = failure.details.iter().take_while(is_cause).count();
    failure.details.split_at(causes)
}

/// Returns a row as a sentence: what it is about, a colon, and the last cell.
fn sentence(row: &[String]) -> String {
    let cells: Vec<&str> = row.iter().map(String::as_str).collect();
    let (last, about) = cells.split_last().unwrap_or((&"", &[]));
    let about: Vec<&str> = about
        .iter()
        .copied()
        .filter(|cell| !cell.is_empty())
        .collect();
    format!("{}: {last}", about.join(" "))
}

/// Returns rows as numbered lines in columns.
#[must_use]
pub fn numbered(rows: &[Vec<String>]) -> Vec<String> {
    let rows = rows.iter().enumerate();
    let rows: Vec<Vec<String>> = rows
        .map(|(at, row)| {
            let number = format!("{}.", at + 1);
            // A cell is in one line, whoever wrote it.
            let cells = row.iter().map(visible);
            std::iter::once(number).chain(cells).collect()
        })
        .collect();
    let text = columns(&rows, None, |_, _, cell| cell.to_owned());
    text.lines()
        .map(|line| line.replacen(".  ", ". ", 1))
        .collect()
}

/// Returns a failure as a person reads it, a sentence a line.
#[must_use]
pub fn text(failure: &Failure, style: Style) -> String {
    text_in(failure, style, None)
}

/// Returns a failure in lines of at most `width` columns.
fn text_in(failure: &Failure, style: Style, width: Option<usize>) -> String {
    let labelled = |label, head: &str, text: &str| {
        let text = paragraph(&visible(text), head.len() + 1, width);
        format!("{} {text}", style.paint(label, head))
    };
    // Who leaves a question has made no mistake.
    let mut text = match failure.kind {
        Kind::Cancelled => paragraph(&visible(&failure.message), 0, width),
        _ => labelled(Label::Bad, "error:", &failure.message),
    };
    let (causes, others) = causes(failure);
    let rows = numbered(&failure.rows);
    for detail in causes.iter().chain(&rows).chain(others) {
        text.push_str("\n  ");
        text.push_str(&paragraph(&visible(detail), 2, width));
    }
    for hint in &failure.hints {
        text.push('\n');
        text.push_str(&labelled(Label::Hint, "hint:", hint));
    }
    text
}

/// Writes warnings, one a line.
pub fn warnings(terminal: &Terminal, warnings: &[String]) {
    said(terminal, Label::Warning, "warning:", warnings);
}

/// Writes remarks, one a line.
pub fn remarks(terminal: &Terminal, remarks: &[String]) {
    said(terminal, Label::Hint, "note:", remarks);
}

fn said(terminal: &Terminal, label: Label, head: &str, texts: &[String]) {
    if terminal.quiet {
        return;
    }
    let style = Style::new(terminal.color_err);
    for text in texts {
        let text = paragraph(&visible(text), head.len() + 1, terminal.width_err);
        terminal.note(&format!("{} {text}", style.paint(label, head)));
    }
}
