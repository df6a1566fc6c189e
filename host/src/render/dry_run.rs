//! What `--dry-run` prints: a diff of each file that would be written.

use serde_json::{Value, json};
use similar::{ChangeTag, TextDiff};

use super::style::{Label, visible};
use super::{Layout, Reply};
use crate::commands::dry_run::{File, Unwritten};

/// Lines that are shown around a change.
const AROUND: usize = 3;

impl Reply for Unwritten {
    fn human(&self, page: &Layout) -> String {
        if self.files.is_empty() {
            return "Dry run: nothing would change.\n".to_owned();
        }
        let mut text = String::from("Dry run: nothing was written.\n");
        for file in &self.files {
            text.push_str(&page.style.paint(Label::Heading, &visible(&file.shown)));
            text.push('\n');
            for (tag, line) in changes(file) {
                let (sign, label) = match tag {
                    ChangeTag::Delete => ("-", Some(Label::Bad)),
                    ChangeTag::Insert => ("+", Some(Label::Good)),
                    ChangeTag::Equal => (" ", None),
                };
                let line = format!("{sign}{}", visible(line));
                let line =
                    label.map_or_else(|| line.clone(), |label| page.style.paint(label, &line));
                text.push_str(&format!("{line}\n"));
            }
        }
        text
    }

    fn json(&self) -> Value {
        let shape = |file: &File| {
            let mut diff = String::new();
            for (tag, line) in changes(file) {
                diff.push_str(&format!("{tag}{line}\n"));
            }
            json!({ "file": file.path, "diff": diff })
        };
        json!({
            "dryRun": true,
            "changes": self.files.iter().map(shape).collect::<Value>(),
            "result": self.reply.json(),
        })
    }

    fn notes(&self) -> Vec<String> {
        self.reply.notes()
    }

    fn exit_code(&self) -> u8 {
        self.reply.exit_code()
    }
}

/// Returns the lines that would change, and some around them.
fn changes(file: &File) -> Vec<(ChangeTag, String)> {
    let diff = TextDiff::from_lines(&file.before, &file.after);
    let mut lines = Vec::new();
    for group in diff.grouped_ops(AROUND) {
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let line = change.value().trim_end_matches(['\n', '\r']);
            lines.push((change.tag(), line.to_owned()));
        }
    }
    lines
}
