//! The reply of `openclaw logs`.

use serde_json::Value;

use super::style::{Label, Style, plural, visible};
use super::{Layout, Reply};
use crate::commands::logs::Logs;

impl Reply for Logs {
    fn human(&self, page: &Layout) -> String {
        self.entries
            .iter()
            .map(|entry| line(entry, page.style))
            .collect()
    }

    fn json(&self) -> Value {
        self.entries.iter().cloned().collect()
    }

    fn notes(&self) -> Vec<String> {
        match self.unreadable {
            0 => Vec::new(),
            count => vec![format!(
                "skipped {} of {} that cannot be understood",
                plural(count, "line"),
                self.shown
            )],
        }
    }

    fn remarks(&self) -> Vec<String> {
        if self.exists && !self.entries.is_empty() {
            return Vec::new();
        }
        if self.exists && self.filtered {
            return vec![format!("no entry of {} is one of those", self.shown)];
        }
        let state = if self.exists {
            "is empty"
        } else {
            "does not exist yet"
        };
        vec![format!(
            "{} {state}: it is written when a plugin sends a request or reads a variable",
            self.shown
        )]
    }
}

/// Returns an entry in one line: time, plugin, decision, what, and how it ended.
fn line(entry: &Value, style: Style) -> String {
    let text = |key: &str| visible(entry[key].as_str().unwrap_or("-"));
    let denied = entry["decision"] == "deny";
    let decision = if denied {
        style.paint(Label::Bad, "deny ")
    } else {
        style.paint(Label::Good, "allow")
    };
    let what = match entry["use"].as_str() {
        Some("http") => format!("{} {}", text("method"), text("url")),
        Some(other) => format!("{} {}", visible(other), text("name")),
        None => "-".to_owned(),
    };
    format!(
        "{} {} {decision} {what} {}\n",
        style.paint(Label::Dim, &text("at")),
        style.paint(Label::Name, &text("plugin")),
        ended(entry, denied, style)
    )
}

fn ended(entry: &Value, denied: bool, style: Style) -> String {
    if denied {
        let message = visible(entry["message"].as_str().unwrap_or("refused"));
        return style.paint(Label::Bad, &format!("error: {message}"));
    }
    match entry["use"].as_str() {
        Some("env") if entry["found"] == true => "found".to_owned(),
        Some("env") => "not set".to_owned(),
        _ => {
            let elapsed = entry["elapsed_ms"]
                .as_u64()
                .map(|elapsed| format!(" in {elapsed} ms"))
                .unwrap_or_default();
            match entry["status"].as_u64() {
                Some(status) if status >= 400 => {
                    let text = style.paint(Label::Bad, &format!("error {status}"));
                    format!("{text}{elapsed}")
                }
                Some(status) => format!("{status}{elapsed}"),
                None => format!("{}{elapsed}", style.paint(Label::Bad, "error: no answer")),
            }
        }
    }
}
