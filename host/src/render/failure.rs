//! Failures and warnings on stderr.

use serde_json::json;

use super::escape::visible_lines as lines;
use super::style::{Label, Style};
use super::terminal::Terminal;
use super::{Form, escape, paragraph};
use openclaw_router::Failure;

/// Writes a failure in the form that was asked for.
pub fn write(terminal: &Terminal, form: Form, failure: &Failure) {
    if form == Form::Json {
        let mut value = json!({ "error": {
            "code": failure.kind.code(),
            "message": failure.message,
            "details": failure.details,
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

/// Returns a failure as a person reads it, a sentence a line.
#[must_use]
pub fn text(failure: &Failure, style: Style) -> String {
    text_in(failure, style, None)
}

/// Returns a failure in lines of at most `width` columns.
fn text_in(failure: &Failure, style: Style, width: Option<usize>) -> String {
    let labelled = |label, head: &str, text: &str| {
        let text = paragraph(&lines(text), head.len() + 1, width);
        format!("{} {text}", style.paint(label, head))
    };
    let mut text = labelled(Label::Bad, "error:", &failure.message);
    for detail in &failure.details {
        text.push_str("\n  ");
        text.push_str(&paragraph(&lines(detail), 2, width));
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
        let text = paragraph(&lines(text), head.len() + 1, terminal.width_err);
        terminal.note(&format!("{} {text}", style.paint(label, head)));
    }
}
