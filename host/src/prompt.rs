//! Asking the person at the terminal, or reading what a script pipes in. Questions are drawn on
//! stderr: stdout is for data. What is secret is not shown while it is typed; afterwards its masked
//! ends and its length let a person see what was pasted.

mod editor;
mod numbered;
mod plain;
mod questions;
mod screen;

use std::error::Error;
use std::fmt::Display;
use std::io::{self, BufRead as _, IsTerminal as _, Read as _};
use std::path::Path;
use std::time::Duration;

use openclaw_core::secret::{Secret, mask};

use crate::app::App;
use crate::render::Form;
use crate::render::escape::{styled, visible, visible_lines};
use crate::render::failure::text as failure_text;
use crate::render::style::{Label, Style};
use crate::render::terminal::Terminal;
use openclaw_router::{Failure, Kind};
use openclaw_store::secrets::AskPassphrase;

use questions::{Choose, Confirm, Hidden, Line};

/// Longest line that is read, in bytes.
const LONGEST: u64 = 1 << 20;

/// A person at a terminal, who can be asked.
///
/// Every question fails with [`Kind::Cancelled`] when it is answered with Ctrl-C or Esc. So ask
/// before anything is changed.
pub(crate) struct Prompt {
    terminal: Terminal,
    style: Style,
}

impl Prompt {
    /// Returns the person at the terminal.
    ///
    /// # Errors
    /// When there is none: `attempt` is what cannot be done then, as in "add a credential", and
    /// `instead` is a hint with the flags that do it without questions.
    pub(crate) fn at(app: &App, attempt: &str, instead: &str) -> Result<Self, Failure> {
        if can_ask() {
            return Ok(Self {
                terminal: app.terminal,
                style: Style::new(app.terminal.color_err && app.form != Form::Plain),
            });
        }
        let failure = Failure::new(
            Kind::Input,
            format!("cannot {attempt}: not a terminal, so nothing can be asked"),
        );
        Err(failure.detail("nothing was changed").hint(instead))
    }

    /// Tells something that helps to answer the next question.
    pub(crate) fn say(&self, text: &str) {
        self.terminal.note(&visible_lines(text));
    }

    /// Tells the same in a line of ours that is styled.
    pub(crate) fn say_styled(&self, line: &str) {
        self.terminal.note(&styled(line));
    }

    /// Tells that something went well.
    pub(crate) fn good(&self, text: &str) {
        let mark = self.style.paint(Label::Good, "✓");
        self.terminal.note(&format!("{mark} {}", visible(text)));
    }

    /// Tells why an answer cannot be used, before the question is asked again.
    pub(crate) fn refuse(&self, failure: &Failure) {
        let kept: Vec<String> = failure
            .details
            .iter()
            .filter(|detail| !detail.starts_with("nothing was "))
            .cloned()
            .collect();
        let failure = Failure {
            details: kept,
            ..failure.clone()
        };
        self.terminal.note(&failure_text(&failure, self.style));
    }

    /// Lets the person choose: with the arrows or by typing part of it. `at` is chosen at first.
    /// Returns its index.
    ///
    /// # Errors
    /// When it was cancelled, or the terminal is gone.
    pub(crate) fn choose(
        &self,
        question: &str,
        choices: &[impl Display],
        at: usize,
    ) -> Result<usize, Failure> {
        let choices = choices.iter().map(|choice| visible(choice.to_string()));
        let choices: Vec<String> = choices.collect();
        self.choose_shown(question, choices.clone(), choices, at)
    }

    /// The same with rows of a name and what there is to say of it, one below the other.
    ///
    /// # Errors
    /// As of [`choose`](Self::choose).
    pub(crate) fn choose_row(
        &self,
        question: &str,
        rows: &[(String, String)],
        at: usize,
    ) -> Result<usize, Failure> {
        let rows = rows
            .iter()
            .map(|(name, note)| (visible(name), visible(note)));
        let rows: Vec<(String, String)> = rows.collect();
        let width = rows.iter().map(|(name, _)| name.chars().count()).max();
        let width = width.unwrap_or(0);
        let line = |width: usize| {
            let lines = rows.iter();
            let lines = lines.map(move |(name, note)| format!("{name:width$}  {note}"));
            lines.collect::<Vec<String>>()
        };
        self.choose_shown(question, line(width), line(0), at)
    }

    /// Lets the person choose; `answers` are what stays on the screen of each choice.
    fn choose_shown(
        &self,
        question: &str,
        choices: Vec<String>,
        answers: Vec<String>,
        at: usize,
    ) -> Result<usize, Failure> {
        if self.terminal.dumb {
            return plain::choose(&self.terminal, question, &choices, at);
        }
        Choose::new(self.style, question, (choices, answers), at).ask()
    }

    /// Asks for a line of text. An empty answer is `default`. While `check` says what is wrong with
    /// it, it is asked for again.
    ///
    /// # Errors
    /// When it was cancelled, or the terminal is gone.
    pub(crate) fn line(
        &self,
        question: &str,
        default: Option<&str>,
        check: impl Fn(&str) -> Result<(), String>,
    ) -> Result<String, Failure> {
        self.line_as(question, default, check, |answer| answer.to_owned())
    }

    /// As [`line`](Self::line); once it is answered, the question shows what `shown` makes of the
    /// answer.
    ///
    /// # Errors
    /// When it was cancelled, or the terminal is gone.
    pub(crate) fn line_as(
        &self,
        question: &str,
        default: Option<&str>,
        check: impl Fn(&str) -> Result<(), String>,
        shown: impl Fn(&str) -> String,
    ) -> Result<String, Failure> {
        if self.terminal.dumb {
            return plain::line(&self.terminal, question, default, check);
        }
        Line::new(self.style, question, default).ask(check, shown)
    }

    /// Asks a question that is answered with yes or no. An empty answer is `default`.
    ///
    /// # Errors
    /// When it was cancelled, or the terminal is gone.
    pub(crate) fn confirm(&self, question: &str, default: bool) -> Result<bool, Failure> {
        if self.terminal.dumb {
            return plain::confirm(&self.terminal, question, default);
        }
        Confirm::new(self.style, question, default).ask()
    }

    /// Asks for a secret without showing it, and hands it to `check`. What stays on the screen are its
    /// masked ends and its length, marked by whether it can be used.
    ///
    /// # Errors
    /// That of `check`; when it was cancelled, the terminal is gone, or several lines were pasted.
    pub(crate) fn secret<T>(
        &self,
        question: &str,
        check: impl FnOnce(Secret<String>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let check = |secret, more| {
            if more {
                return Err(Failure::new(
                    Kind::Usage,
                    "the pasted text has several lines; a token or key has one",
                )
                .detail("nothing was changed")
                .hint("paste it alone, in one piece"));
            }
            check(secret)
        };
        if self.terminal.dumb {
            return plain::hidden(&self.terminal, question, check);
        }
        Hidden::new(self.style, question).ask(check)
    }
}

/// Returns one line that is not shown: asked for at the terminal, or else read from standard input.
/// Empty at the end of input. `command` is one that takes it, for a script.
///
/// # Errors
/// When it was cancelled or cannot be read.
pub(crate) fn secret(app: &App, question: &str, command: &str) -> Result<Secret<String>, Failure> {
    if !io::stdin().is_terminal() {
        return piped_secret();
    }
    let instead = format!("pipe it in: printf '%s' \"$TOKEN\" | {command}");
    Prompt::at(app, "ask for a secret", &instead)?.secret(question, Ok)
}

/// Returns one line of standard input. Empty at the end of input.
///
/// # Errors
/// When it cannot be read.
pub(crate) fn piped_secret() -> Result<Secret<String>, Failure> {
    let mut line = Vec::new();
    io::stdin()
        .lock()
        .take(LONGEST)
        .read_until(b'\n', &mut line)
        .map_err(|error| Failure::caused(Kind::Usage, "cannot read standard input", &error))?;
    Ok(Secret::new(String::from_utf8_lossy(&line).into_owned()))
}

/// Waits until a line was typed, which is thrown away; looks every so often.
pub(crate) async fn key_pressed(every: Duration) {
    while !screen::is_line_typed() {
        tokio::time::sleep(every).await;
    }
    let _thrown_away = io::stdin()
        .lock()
        .take(LONGEST)
        .read_until(b'\n', &mut Vec::new());
}

/// Asks for the passphrases of encrypted files, at the terminal.
pub(crate) struct Passphrases {
    prompt: Prompt,
}

impl Passphrases {
    /// Returns whom to ask, if anybody is there when it comes to that.
    pub(crate) fn at(terminal: Terminal) -> Self {
        Self {
            prompt: Prompt {
                terminal,
                style: Style::new(terminal.color_err),
            },
        }
    }
}

impl AskPassphrase for Passphrases {
    fn ask(&self, file: &Path, is_new: bool) -> Result<Secret<String>, String> {
        if !can_ask() {
            return Err("not a terminal, so nothing can be asked".to_owned());
        }
        let ask = |question: &str| {
            let told = self.prompt.secret(question, Ok);
            told.map_err(|failure| failure.message)
        };
        let file = file.display();
        let passphrase = ask(&format!("Passphrase of {file}"))?;
        if is_new && ask(&format!("The same again, for {file} is new"))? != passphrase {
            return Err("the two are not the same".to_owned());
        }
        Ok(passphrase)
    }
}

/// Whether questions would be seen and could be answered.
pub(crate) fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Returns the form of a secret that shows a person what was pasted: its length and masked ends.
fn confirmation(secret: &str) -> String {
    let secret = secret.trim();
    let count = secret.chars().count();
    let noun = if count == 1 {
        "character"
    } else {
        "characters"
    };
    match mask(secret).as_str() {
        openclaw_core::secret::HIDDEN => format!("({count} {noun})"),
        masked => format!("({count} {noun}, {masked})"),
    }
}

/// Returns the failure of a question that the person left.
fn left() -> Failure {
    Failure::new(Kind::Cancelled, "Cancelled; nothing was changed.")
}

/// Returns the failure of a question that could not be asked.
fn unasked(error: &dyn Error) -> Failure {
    Failure::caused(Kind::Io, "cannot ask at the terminal", error).detail("nothing was changed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pasted_secret_is_confirmed_by_its_ends_and_length() {
        let key = format!("sk-ant-api03-{}aa11\n", "x".repeat(91));
        assert_eq!(confirmation(&key), "(108 characters, sk-ant-a…aa11)");
        assert_eq!(confirmation("short"), "(5 characters)");
        assert_eq!(confirmation("x"), "(1 character)");
    }
}
