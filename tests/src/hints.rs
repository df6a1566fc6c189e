//! The commands that the program tells a person to type. Finds them in what it printed, and runs each
//! once: a hint that leads nowhere fails the test that made the program print it.
//!
//! Nothing of the test is changed by it: the command runs in a copy of the home, in which the servers
//! of the test are at a port that nobody listens at. So what is checked is that the command is
//! understood, names things that exist, and does not end as the command did that printed it; what a
//! provider would answer is not.

mod copy;
mod run;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use serde_json::Value;

use crate::normal::normal;

/// What a line begins with that tells what to do.
const LABELS: [&str; 5] = ["hint: ", "fix: ", "Next: ", "note: ", "warning: "];

/// Keys of the JSON forms whose text tells what to do.
const KEYS: [&str; 10] = [
    "hint", "hints", "fix", "next", "notes", "note", "warnings", "warning", "command", "advice",
];

/// Programs that a hint may call.
pub const PROGRAMS: [&str; 9] = [
    "openclaw ",
    "printf ",
    "head ",
    "mkdir ",
    "mv ",
    "chmod ",
    "git ",
    "ls ",
    "export ",
];

/// Returns the commands in what was told: those in backticks, and what follows a colon.
#[must_use]
pub fn commands(text: &str) -> Vec<String> {
    let begins = |text: &str| {
        let is_prose = text.starts_with("export ") && !text.contains('=');
        PROGRAMS.iter().any(|program| text.starts_with(program)) && !is_prose
    };
    let mut found = Vec::new();
    for told in told(text) {
        let quoted = told.split('`').skip(1).step_by(2);
        found.extend(quoted.filter(|part| begins(part)).map(str::to_owned));
        let behind = told.match_indices(": ").map(|(at, colon)| at + colon.len());
        let bare = std::iter::once(0).chain(behind).map(|at| &told[at..]);
        let bare = bare.filter(|bare| begins(bare) && !bare.contains('`'));
        found.extend(bare.take(1).map(str::to_owned));
    }
    found
}

/// Returns what stands behind the labels. A line that was broken at the terminal's width goes on in
/// lines that begin below its text.
fn told(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let start = line.len() - line.trim_start().len();
        let line = line.trim();
        let label = LABELS.iter().find(|label| line.starts_with(**label));
        let Some(label) = label else { continue };
        let mut whole = line[label.len()..].to_owned();
        let below = " ".repeat(start + label.len());
        while let Some(next) = lines.peek().and_then(|next| next.strip_prefix(&below)) {
            if next.starts_with(' ') || next.is_empty() {
                break;
            }
            whole.push(' ');
            whole.push_str(next.trim_end());
            let _taken = lines.next();
        }
        found.push(whole);
    }
    found
}

/// Returns the commands in what was printed, as text or as JSON: a document, or one a line.
fn commands_printed(printed: &str) -> Vec<String> {
    let mut found = commands(printed);
    if let Ok(value) = serde_json::from_str(printed) {
        commands_in(&value, false, &mut found);
    } else {
        for line in printed.lines().filter(|line| line.starts_with('{')) {
            if let Ok(value) = serde_json::from_str(line) {
                commands_in(&value, false, &mut found);
            }
        }
    }
    found
}

fn commands_in(value: &Value, tells: bool, into: &mut Vec<String>) {
    match value {
        Value::String(text) if tells => into.extend(commands(&format!("hint: {text}"))),
        Value::Array(items) => items.iter().for_each(|item| commands_in(item, tells, into)),
        Value::Object(members) => {
            for (key, value) in members {
                commands_in(value, KEYS.contains(&key.as_str()), into);
            }
        }
        _ => {}
    }
}

/// Returns text without control sequences, such as those that color it.
fn uncolored(text: &str) -> String {
    let mut parts = text.split("\x1b[");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let parameters = |c: char| c.is_ascii_digit() || matches!(c, ';' | '?');
        let rest = part.trim_start_matches(parameters);
        out.push_str(rest.strip_prefix(|c: char| c.is_ascii()).unwrap_or(rest));
    }
    out
}

/// A command that was run, and where.
#[derive(Clone)]
pub(crate) struct Ran {
    /// The home.
    home: PathBuf,
    /// Every variable.
    environment: Vec<(String, String)>,
    /// What was typed.
    line: Vec<String>,
}

impl Ran {
    /// Returns what a command is going to be in a home.
    pub(crate) fn new(home: PathBuf, command: &Command) -> Self {
        let text = |text: &std::ffi::OsStr| text.to_string_lossy().into_owned();
        let variables = command.get_envs();
        Self {
            home,
            environment: variables
                .filter_map(|(name, value)| Some((text(name), text(value?))))
                .collect(),
            line: command.get_args().map(text).collect(),
        }
    }

    /// Returns the same with these arguments.
    pub(crate) fn with(mut self, arguments: &[&str]) -> Self {
        self.line = arguments.iter().map(|word| (*word).to_owned()).collect();
        self
    }

    /// Returns the words that name what was run, and perhaps the first ones that follow.
    fn command(&self) -> Vec<&str> {
        let words = self.line.iter().map(String::as_str).take(3);
        words
            .take_while(|word| !word.starts_with('-') || *word == "-c")
            .collect()
    }

    /// Runs every command that was printed, unless the same command printed it with the same error.
    ///
    /// # Panics
    /// With those that lead nowhere.
    #[track_caller]
    pub(crate) fn follow_hints(&self, stdout: &str, stderr: &str) {
        // A page of the documentation is full of examples.
        let is_page = |word: &String| ["reference", "help", "--help", "man"].contains(&&**word);
        if self.line.iter().any(is_page) {
            return;
        }
        static FOLLOWED: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
        let (stdout, stderr) = (&uncolored(stdout), &uncolored(stderr));
        let printed = [commands_printed(stdout), commands_printed(stderr)].concat();
        let printed: BTreeSet<String> = printed.into_iter().collect();
        let home = self.home.display().to_string();
        let mut wrong = Vec::new();
        for command in printed {
            let error = run::Error::of(stderr).map(|error| error.said);
            let case = format!("{command}\n{:?}\n{error:?}", self.command());
            let mut followed = FOLLOWED.lock().unwrap_or_else(PoisonError::into_inner);
            let fresh = followed.insert(normal(&case, &home));
            drop(followed);
            if fresh && let Err(why) = run::follow(self, &command, &format!("{stdout}\n{stderr}")) {
                wrong.push(format!("`{command}` {why}"));
            }
        }
        assert!(
            wrong.is_empty(),
            "hints that lead nowhere, of {:?} in {home}:\n{}\n---- it printed\n{stdout}{stderr}",
            self.line,
            wrong.join("\n")
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_found_in_backticks_and_behind_a_colon() {
        let text =
            "error: no\nhint: see `openclaw a` and `--all`, or `b`\n  fix: openclaw c 'd: e'\n";
        assert_eq!(commands(text), ["openclaw a", "openclaw c 'd: e'"]);
        let text = "note: in a script: printf x | openclaw b";
        assert_eq!(commands(text), ["printf x | openclaw b"]);
        assert_eq!(commands("see `openclaw a`"), [""; 0]);
    }

    #[test]
    fn a_broken_line_is_put_together() {
        let text = "note: make it the primary with `openclaw models\n      set a/b`\nhint: other";
        assert_eq!(commands(text), ["openclaw models set a/b"]);
    }

    #[test]
    fn commands_are_found_in_data() {
        let text =
            "{\"error\": {\"hints\": [\"see `openclaw a`\"], \"message\": \"`openclaw b`\"}}";
        assert_eq!(commands_printed(text), ["openclaw a"]);
        let text = "{\"fix\": \"openclaw a\"}\n{\"note\": {\"message\": \"`openclaw b`\"}}";
        assert_eq!(commands_printed(text), ["openclaw a"]);
    }

    #[test]
    #[should_panic(expected = "hints that lead nowhere")]
    fn a_hint_that_leads_nowhere_fails_the_test() {
        let world = crate::Sandbox::new();
        let command = world.command();
        let ran = Ran::new(world.home().to_path_buf(), &command);
        ran.follow_hints("", "hint: see `openclaw nonsense`\n");
    }
}
