//! The help of the command tree, taken apart and set. Each command's doc comment is its help: a
//! summary, paragraphs, and lines that begin with `Example:`. A sentence that begins with `Writes`,
//! `Modifies`, `Adds`, `Changes` or `Removes` names the config keys or files that the command changes,
//! in backticks.

use clap::Command;

use crate::variables::help_lines;

/// What begins an example.
const EXAMPLE: &str = "Example: ";
/// What begins the paragraph, or the sentence, that says what is changed.
const CHANGES: [&str; 5] = ["Writes ", "Modifies ", "Adds ", "Changes ", "Removes "];

/// A command's help text, taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// What it does, in one line.
    pub summary: String,
    /// More of it, a paragraph each; the examples are not among them.
    pub paragraphs: Vec<String>,
    /// The config keys and files that it changes.
    pub modifies: Vec<String>,
    /// Command lines that can be pasted.
    pub examples: Vec<String>,
}

impl About {
    /// Takes a command's help apart.
    #[must_use]
    pub fn of(command: &Command) -> Self {
        let text = |styled: &clap::builder::StyledStr| styled.to_string();
        let summary = command.get_about().map(text).unwrap_or_default();
        let long = command.get_long_about().map(text).unwrap_or_default();
        let mut about = Self {
            summary: summary.trim().to_owned(),
            ..Self::default()
        };
        for paragraph in long.split("\n\n").map(str::trim).skip(1) {
            match paragraph.strip_prefix(EXAMPLE) {
                Some(examples) => {
                    // Lines of one paragraph come joined.
                    let lines = examples.split(EXAMPLE);
                    about
                        .examples
                        .extend(lines.map(|line| line.trim().to_owned()));
                }
                None if paragraph.is_empty() => {}
                None => {
                    about.modifies.extend(changed(paragraph));
                    about.paragraphs.push(paragraph.to_owned());
                }
            }
        }
        about
    }

    /// Returns summary and paragraphs as one text.
    #[must_use]
    pub fn prose(&self) -> String {
        std::iter::once(&self.summary)
            .chain(&self.paragraphs)
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join("\n\n")
    }
}

/// Returns what a paragraph says in backticks within the sentence that tells what is changed.
fn changed(paragraph: &str) -> Vec<String> {
    let sentences = paragraph.split_inclusive(['.', ';']);
    let mut quoted = Vec::new();
    let mut open = String::new();
    for piece in sentences {
        open.push_str(piece);
        // A dot within backticks ends no sentence.
        if open.matches('`').count() % 2 == 1 {
            continue;
        }
        let sentence = open.trim();
        if CHANGES.iter().any(|verb| sentence.starts_with(verb)) {
            let names = sentence.split('`').skip(1).step_by(2);
            quoted.extend(names.map(str::to_owned));
        }
        open.clear();
    }
    quoted
}

/// Returns the tree with the examples of each command under a heading of their own, after its
/// flags, and the environment variables after those of the program itself.
#[must_use]
pub fn set(command: Command) -> Command {
    let heading = *command.get_styles().get_header();
    let variables = help_lines();
    with_examples(command).after_long_help(format!(
        "{heading}Environment variables:{heading:#}\n{variables}  All of them: openclaw man, or docs/environment.md"
    ))
}

fn with_examples(command: Command) -> Command {
    let about = About::of(&command);
    let heading = *command.get_styles().get_header();
    let mut command = command;
    if !about.paragraphs.is_empty() {
        command = command.long_about(about.prose());
    } else if !about.examples.is_empty() {
        command = command.long_about(about.summary.clone());
    }
    if !about.examples.is_empty() {
        let lines: Vec<String> = about
            .examples
            .iter()
            .map(|example| format!("  {example}"))
            .collect();
        let title = if lines.len() == 1 {
            "Example:"
        } else {
            "Examples:"
        };
        command =
            command.after_long_help(format!("{heading}{title}{heading:#}\n{}", lines.join("\n")));
    }
    command.mut_subcommands(with_examples)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_help_text_is_taken_apart() {
        let command = Command::new("set").about("Set it").long_about(
            "Set it\n\nWrites `agents.defaults.model.primary`. Reads `other.key`.\n\nExample: openclaw a Example: openclaw b",
        );
        let about = About::of(&command);
        assert_eq!(about.summary, "Set it");
        assert_eq!(about.modifies, ["agents.defaults.model.primary"]);
        assert_eq!(about.examples, ["openclaw a", "openclaw b"]);
        assert_eq!(about.paragraphs.len(), 1);
        let set = with_examples(command).render_long_help().to_string();
        assert!(
            set.ends_with("Examples:\n  openclaw a\n  openclaw b\n"),
            "{set}"
        );
        assert_eq!(set.matches("openclaw a").count(), 1);
    }
}
