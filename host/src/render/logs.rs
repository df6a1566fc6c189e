//! The reply of `openclaw logs`.

use serde_json::Value;

use openclaw_core::time::Timestamp;

use super::style::{Label, Style, plural, visible};
use super::{Layout, Reply, rows};
use crate::commands::logs::Logs;

impl Reply for Logs {
    fn human(&self, page: &Layout) -> String {
        self.entries
            .iter()
            .map(|entry| line(entry, page.style))
            .collect()
    }

    /// Time, plugin, decision, method or `env`, URL or variable, HTTP status and milliseconds.
    fn plain(&self) -> String {
        rows(self.entries.iter().map(|entry| {
            let text = |key: &str| match &entry[key] {
                Value::String(text) => text.clone(),
                Value::Null => String::new(),
                other => other.to_string(),
            };
            let (how, what) = match entry["use"].as_str() {
                Some("http") => (text("method"), text("url")),
                _ => (text("use"), text("name")),
            };
            [
                text("at"),
                text("plugin"),
                text("decision"),
                how,
                what,
                text("status"),
                text("elapsed_ms"),
            ]
        }))
    }

    fn json(&self) -> Value {
        self.entries.iter().map(shape).collect()
    }

    fn is_fixed(&self) -> bool {
        true
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

/// Returns an entry as data: its keys as all others are written, its time as all others are given.
fn shape(entry: &Value) -> Value {
    let entry = entry.as_object().into_iter().flatten();
    let shape = entry.map(|(key, value)| {
        let time = value.as_str().filter(|_| key == "at");
        let time = time.and_then(Timestamp::parse_iso);
        (camel(key), time.map_or(value.clone(), |at| at.0.into()))
    });
    Value::Object(shape.collect())
}

/// Returns a key of a file, `elapsed_ms`, as one of data: `elapsedMs`.
fn camel(key: &str) -> String {
    let mut words = key.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |all, word| {
        let (head, rest) = word.split_at_checked(1).unwrap_or((word, ""));
        all + &head.to_ascii_uppercase() + rest
    })
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
