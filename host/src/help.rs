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

/// The commands of the program by what they are for. What is in no group comes last.
const GROUPS: [(&str, &[&str]); 4] = [
    (
        "Start here",
        &["setup", "run", "status", "models", "doctor", "demo"],
    ),
    ("Credentials", &["login", "logout"]),
    ("Configuration", &["config", "agents", "plugins", "logs"]),
    (
        "More",
        &["completions", "man", "version", "gateway", "help"],
    ),
];

/// Returns the tree as `--help` shows it: the examples of each command after its flags, the commands
/// of the program by group, exit codes and environment variables at its end. Flags stand a line each.
#[must_use]
pub fn set(command: Command) -> Command {
    let heading = *command.get_styles().get_header();
    let variables = help_lines();
    let groups = groups(&command);
    // The exit codes have a table of their own here.
    let mut about = About::of(&command);
    about
        .paragraphs
        .retain(|paragraph| !paragraph.starts_with("Exit codes"));
    let exit_codes: String = EXIT_CODES
        .iter()
        .map(|(code, what)| format!("  {code:<4} {what}\n"))
        .collect();
    compact(with_examples(command))
        .about(about.prose())
        .help_template(format!(
            "{{about-with-newline}}\n{{usage-heading}} {{usage}}\n\n{groups}{heading}Options:{heading:#}\n{{options}}{{after-help}}"
        ))
        .after_help(format!(
            "{heading}Exit codes:{heading:#}\n{exit_codes}\n{heading}Environment variables:{heading:#}\n{variables}  All of them: openclaw man, or docs/environment.md"
        ))
}

/// What an exit code means.
pub const EXIT_CODES: [(&str, &str); 4] = [
    ("0", "success"),
    (
        "1",
        "an error, also a wrong command line; `--check`: a credential has expired or is missing",
    ),
    ("2", "only with `--check`: a credential expires soon"),
    ("130", "interrupted"),
];

fn groups(tree: &Command) -> String {
    let heading = *tree.get_styles().get_header();
    let literal = *tree.get_styles().get_literal();
    let shown: Vec<&Command> = tree
        .get_subcommands()
        .filter(|command| !command.is_hide_set())
        .collect();
    let width = shown.iter().map(|command| command.get_name().len()).max();
    let width = width.unwrap_or(0);
    let in_group = |name: &str| GROUPS.iter().any(|(_, names)| names.contains(&name));
    let mut text = String::new();
    for (at, (title, names)) in GROUPS.iter().enumerate() {
        let last = at + 1 == GROUPS.len();
        // Of the commands below `models`, one may be typed without it.
        let below = |name: &str| tree.find_subcommand("models")?.find_subcommand(name);
        let named = names.iter().filter_map(|name| {
            let known = shown.iter().find(|one| one.get_name() == *name).copied();
            known.or_else(|| below(name))
        });
        let others = shown
            .iter()
            .filter(|one| last && !in_group(one.get_name()))
            .copied();
        text.push_str(&format!("{heading}{title}:{heading:#}\n"));
        for command in named.chain(others) {
            let about = About::of(command).summary;
            let name = command.get_name();
            text.push_str(&format!("  {literal}{name:<width$}{literal:#}  {about}\n"));
        }
        text.push('\n');
    }
    // The template has placeholders in braces of its own.
    text
}

/// Says everything at once, a line a flag: what was left for the long help takes its place.
fn compact(command: Command) -> Command {
    let long = command.get_long_about().cloned();
    let after = command.get_after_long_help().cloned();
    let mut command = command.mut_args(|arg| match arg.get_long_help().cloned() {
        Some(long) => arg
            .help(one_line(&long.to_string()))
            .long_help(None::<&'static str>),
        None => arg,
    });
    if let Some(long) = long {
        command = command.about(long).long_about(None::<&'static str>);
    }
    if let Some(after) = after {
        command = command
            .after_help(after)
            .after_long_help(None::<&'static str>);
    }
    command.mut_subcommands(compact)
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
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
