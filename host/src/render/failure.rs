//! Failures and warnings on stderr.

use serde_json::json;

use super::Form;
use super::style::{Label, Style, visible};
use super::terminal::Terminal;
use openclaw_router::{Failure, Kind};

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
        terminal.note(&format!("{value:#}"));
        return;
    }
    terminal.note(&text(
        failure,
        Style::new(terminal.color_err && form != Form::Plain),
    ));
}

/// Returns a failure as a person reads it.
#[must_use]
pub fn text(failure: &Failure, style: Style) -> String {
    // Who leaves a question has made no mistake.
    let mut text = match failure.kind {
        Kind::Cancelled => lines(&failure.message),
        _ => format!(
            "{} {}",
            style.paint(Label::Bad, "error:"),
            lines(&failure.message)
        ),
    };
    for detail in &failure.details {
        text.push_str("\n  ");
        text.push_str(&lines(detail));
    }
    for hint in &failure.hints {
        text.push_str(&format!(
            "\n{} {}",
            style.paint(Label::Heading, "hint:"),
            lines(hint)
        ));
    }
    text
}

/// Failures quote files, plugins and servers, none of which may steer the terminal.
fn lines(text: &str) -> String {
    text.split('\n').map(visible).collect::<Vec<_>>().join("\n")
}

/// Writes warnings, one a line.
pub fn warnings(terminal: &Terminal, warnings: &[String]) {
    let style = Style::new(terminal.color_err);
    for warning in warnings {
        terminal.note(&format!(
            "{} {}",
            style.paint(Label::Warning, "warning:"),
            lines(warning)
        ));
    }
}

/// Writes remarks, one a line.
pub fn remarks(terminal: &Terminal, remarks: &[String]) {
    let style = Style::new(terminal.color_err);
    for remark in remarks {
        terminal.note(&format!(
            "{} {}",
            style.paint(Label::Heading, "note:"),
            lines(remark)
        ));
    }
}
