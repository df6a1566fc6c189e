//! The reply of `openclaw config list`.

use serde_json::{Value, json};

use crate::commands::config::list::{ConfigList, Entry, Origin};
use crate::render::style::{Label, columns, visible};
use crate::render::{Layout, Reply};

impl Reply for ConfigList {
    fn human(&self, page: &Layout) -> String {
        let line = |entry: &Entry| visible(format!("{} = {}", entry.path, entry.value));
        if !self.origins {
            return self
                .entries
                .iter()
                .map(|entry| format!("{}\n", line(entry)))
                .collect();
        }
        let rows: Vec<Vec<String>> = self
            .entries
            .iter()
            .map(|entry| vec![visible(origin(entry)), line(entry)])
            .collect();
        columns(&rows, None, |_, column, cell| match column {
            0 => page.style.paint(Label::Dim, cell),
            _ => cell.to_owned(),
        })
    }

    fn json(&self) -> Value {
        let shape = |entry: &Entry| {
            let mut value = json!({ "path": entry.path, "value": entry.value });
            if self.origins {
                let (file, line) = match &entry.origin {
                    Origin::File { path, line, .. } => (Some(path), Some(line)),
                    Origin::Default => (None, None),
                };
                let kind = if file.is_some() { "file" } else { "default" };
                value["origin"] = json!({ "kind": kind, "file": file, "line": line });
            }
            value
        };
        self.entries.iter().map(shape).collect()
    }

    fn remarks(&self) -> Vec<String> {
        if self.entries.is_empty() {
            vec![format!("{} sets nothing", self.file)]
        } else {
            Vec::new()
        }
    }
}

fn origin(entry: &Entry) -> String {
    match &entry.origin {
        Origin::File { shown, line, .. } => format!("{shown}:{line}"),
        Origin::Default => "default".to_owned(),
    }
}
