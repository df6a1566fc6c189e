//! The reply of `openclaw reference`: the page `docs/cli.md`, and the command tree as data.

use serde_json::{Value, json};

use super::{Layout, Reply};
use crate::commands::reference::{Entry, Parameter, Reference};

impl Reply for Reference {
    fn human(&self, _page: &Layout) -> String {
        let mut text = String::from("# The command line\n\n");
        text.push_str("<!-- Made by `openclaw reference` from the program's own help; a test keeps it so. Do not edit. -->\n\n");
        text.push_str(&format!("{}.\n", escaped(&self.about.summary)));
        for paragraph in &self.about.paragraphs {
            text.push_str(&format!("\n{}\n", escaped(paragraph)));
        }
        text.push_str("\n## Flags of every command\n\n");
        text.push_str(&table(&self.global));
        text.push_str("\n## Commands\n\n| command | what it does | modifies |\n|---|---|---|\n");
        for entry in self
            .shown()
            .filter(|entry| entry.commands.is_empty() || is_command(entry))
        {
            text.push_str(&format!(
                "| [`{}`](#{}) | {} | {} |\n",
                words(entry),
                anchor(entry),
                cell(&entry.about.summary),
                codes(&entry.about.modifies),
            ));
        }
        for entry in self.shown() {
            text.push_str(&section(entry));
        }
        text
    }

    fn is_data(&self) -> bool {
        true
    }

    fn json(&self) -> Value {
        json!({
            "about": self.about.prose(),
            "global": self.global.iter().map(parameter).collect::<Value>(),
            "commands": self.commands.iter().map(|entry| json!({
                "path": entry.path,
                "summary": entry.about.summary,
                "description": entry.about.paragraphs,
                "usage": entry.usage,
                "hidden": entry.hidden,
                "modifies": entry.about.modifies,
                "examples": entry.about.examples,
                "arguments": entry.arguments.iter().map(parameter).collect::<Value>(),
                "flags": entry.flags.iter().map(parameter).collect::<Value>(),
                "commands": entry.commands,
            })).collect::<Value>(),
        })
    }
}

impl Reference {
    fn shown(&self) -> impl Iterator<Item = &Entry> {
        self.commands.iter().filter(|entry| !entry.hidden)
    }
}

/// Whether a group does something by itself.
fn is_command(entry: &Entry) -> bool {
    !entry.about.examples.is_empty()
}

fn words(entry: &Entry) -> String {
    format!("openclaw {}", entry.path.join(" "))
}

/// Returns the name by which a forge links to a heading.
fn anchor(entry: &Entry) -> String {
    words(entry).replace(' ', "-")
}

fn section(entry: &Entry) -> String {
    let mut text = format!("\n## {}\n\n", words(entry));
    text.push_str(&format!(
        "{}.\n",
        escaped(entry.about.summary.trim_end_matches('.'))
    ));
    for paragraph in &entry.about.paragraphs {
        text.push_str(&format!("\n{}\n", escaped(paragraph)));
    }
    text.push_str(&format!("\n```text\n{}\n```\n", entry.usage));
    if !entry.commands.is_empty() {
        let links: Vec<String> = entry
            .commands
            .iter()
            .map(|name| format!("[`{name}`](#{}-{name})", anchor(entry)))
            .collect();
        text.push_str(&format!("\nCommands: {}\n", links.join(", ")));
    }
    let parameters = entry.arguments.iter().chain(&entry.flags);
    let rows: String = parameters.map(row).collect();
    if !rows.is_empty() {
        text.push_str(&format!("\n{HEAD}{rows}"));
    }
    if !entry.about.modifies.is_empty() {
        text.push_str(&format!("\nModifies: {}\n", codes(&entry.about.modifies)));
    }
    if !entry.about.examples.is_empty() {
        text.push_str(&format!(
            "\n```bash\n{}\n```\n",
            entry.about.examples.join("\n")
        ));
    }
    text
}

const HEAD: &str = "| argument or flag | what it does |\n|---|---|\n";

fn table(parameters: &[Parameter]) -> String {
    format!("{HEAD}{}", parameters.iter().map(row).collect::<String>())
}

fn row(parameter: &Parameter) -> String {
    let mut facts = Vec::new();
    if parameter.flag.is_some() && parameter.required {
        facts.push("required".to_owned());
    }
    if parameter.flag.is_some() && parameter.repeats {
        facts.push("may be repeated".to_owned());
    }
    if !parameter.choices.is_empty() {
        facts.push(format!("one of {}", codes(&parameter.choices)));
    }
    if let Some(default) = &parameter.default {
        facts.push(format!("`{default}` when left out"));
    }
    let facts = if facts.is_empty() {
        String::new()
    } else {
        format!(" ({})", facts.join("; "))
    };
    format!(
        "| `{}` | {}{facts} |\n",
        parameter.shown.replace('|', "\\|"),
        cell(&parameter.help)
    )
}

fn codes(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

/// Returns text of a help as one cell of a table.
fn cell(text: &str) -> String {
    let mut line = String::new();
    for paragraph in text.split("\n\n") {
        // The first paragraph of a help comes without its full stop.
        if !line.is_empty() && !line.ends_with(['.', ':', ';', '!', '?']) {
            line.push('.');
        }
        for word in paragraph.split_whitespace() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    escaped(&line).replace('|', "\\|")
}

/// Returns text of a help as Markdown: what stands outside of backticks is no markup.
fn escaped(text: &str) -> String {
    text.split('`')
        .enumerate()
        .map(|(at, part)| {
            if at % 2 == 1 {
                part.to_owned()
            } else {
                part.replace('<', "\\<")
                    .replace('*', "\\*")
                    .replace('_', "\\_")
            }
        })
        .collect::<Vec<_>>()
        .join("`")
}

fn parameter(parameter: &Parameter) -> Value {
    json!({
        "shown": parameter.shown,
        "flag": parameter.flag,
        "value": parameter.value,
        "number": parameter.number,
        "help": parameter.help,
        "required": parameter.required,
        "repeats": parameter.repeats,
        "default": parameter.default,
        "choices": parameter.choices,
    })
}
