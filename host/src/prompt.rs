//! Asking the person at the terminal, or reading what a script pipes in. Questions are drawn on
//! stderr: stdout is for data. What is secret is not shown, not even its length.

mod numbered;

use std::error::Error;
use std::fmt::Display;
use std::io::{self, BufRead as _, IsTerminal as _, Read as _};
use std::time::Duration;

use crossterm::event::{self, Event, KeyCode};
use crossterm::terminal;
use inquire::error::InquireError;
use inquire::ui::{Attributes, Color, ErrorMessageRenderConfig, RenderConfig, StyleSheet, Styled};
use inquire::validator::Validation;
use inquire::{Confirm, Password, PasswordDisplayMode, Select, Text};
use openclaw_core::secret::Secret;

use crate::app::App;
use crate::render::Form;
use crate::render::escape::{visible, visible_lines};
use crate::render::failure::text as failure_text;
use crate::render::style::Style;
use crate::render::terminal::Terminal;
use openclaw_router::{Failure, Kind};

/// Longest line that is read, in bytes.
const LONGEST: u64 = 1 << 20;

/// Most choices shown at once.
const PAGE: usize = 12;

/// How long the rest of a paste may take to arrive.
const REST: Duration = Duration::from_millis(30);

/// A person at a terminal, who can be asked.
///
/// Every question fails with [`Kind::Interrupted`] when it is answered with Ctrl-C or Esc. So ask
/// before anything is changed.
pub(crate) struct Prompt {
    terminal: Terminal,
    look: Box<RenderConfig<'static>>,
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
                look: Box::new(look(app.terminal.color_err && app.form != Form::Plain)),
            });
        }
        let failure = Failure::new(
            Kind::Usage,
            format!("cannot {attempt}: not a terminal, so nothing can be asked"),
        );
        Err(failure.detail("nothing was changed").hint(instead))
    }

    /// Tells something that helps to answer the next question.
    pub(crate) fn say(&self, text: &str) {
        self.terminal.note(&visible_lines(text));
    }

    /// Returns the colors of what is asked.
    fn style(&self) -> Style {
        Style::new(self.look.prompt_prefix.style.fg.is_some())
    }

    /// Tells why an answer cannot be used, before the question is asked again.
    pub(crate) fn refuse(&self, failure: &Failure) {
        let style = self.style();
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
        self.terminal.note(&failure_text(&failure, style));
    }

    /// Lets the person choose: with the arrows or by typing part of it. `at` is chosen at first.
    /// Returns its index.
    ///
    /// # Errors
    /// When it was interrupted, or the terminal is gone.
    pub(crate) fn choose(
        &self,
        question: &str,
        choices: &[impl Display],
        at: usize,
    ) -> Result<usize, Failure> {
        let choices: Vec<String> = choices
            .iter()
            .map(|choice| visible(choice.to_string()))
            .collect();
        // All that match are equal, and stay in their order.
        let chosen = Select::new(&visible(question), choices)
            .with_render_config(*self.look)
            .with_starting_cursor(at)
            .with_page_size(PAGE)
            .with_sorter(&|_| {})
            .with_help_message("↑↓ to move, Enter to choose, or type to filter")
            .raw_prompt();
        Ok(chosen.map_err(failed)?.index)
    }

    /// Asks for a line of text. An empty answer is `default`. While `check` says what is wrong with
    /// it, it is asked for again.
    ///
    /// # Errors
    /// When it was interrupted, or the terminal is gone.
    pub(crate) fn line(
        &self,
        question: &str,
        default: Option<&str>,
        check: impl Fn(&str) -> Result<(), String> + Clone + 'static,
    ) -> Result<String, Failure> {
        let given = default.map(str::to_owned);
        let question = visible(question);
        let mut text = Text::new(&question)
            .with_render_config(*self.look)
            .with_validator(move |typed: &str| {
                let typed = match &given {
                    Some(default) if typed.is_empty() => default,
                    _ => typed.trim(),
                };
                Ok(match check(typed) {
                    Ok(()) => Validation::Valid,
                    Err(why) => Validation::Invalid(why.into()),
                })
            });
        text.default = default;
        let answer = text.prompt().map_err(failed)?;
        Ok(answer.trim().to_owned())
    }

    /// Asks a question that is answered with yes or no. An empty answer is `default`.
    ///
    /// # Errors
    /// When it was interrupted, or the terminal is gone.
    pub(crate) fn confirm(&self, question: &str, default: bool) -> Result<bool, Failure> {
        Confirm::new(&visible(question))
            .with_render_config(*self.look)
            .with_default(default)
            .with_error_message("answer with `y` or `n`")
            .prompt()
            .map_err(failed)
    }

    /// Asks for a secret, showing neither it nor its length.
    ///
    /// # Errors
    /// When it was interrupted, the terminal is gone, or several lines were pasted.
    pub(crate) fn secret(&self, question: &str) -> Result<Secret<String>, Failure> {
        let answer = Password::new(&visible(question))
            .with_render_config(*self.look)
            .with_display_mode(PasswordDisplayMode::Hidden)
            .without_confirmation()
            .with_formatter(&|_| "(hidden)".to_owned())
            .with_validator(|text: &str| {
                Ok(if text.trim().is_empty() {
                    Validation::Invalid("paste it, or leave with Esc".into())
                } else {
                    Validation::Valid
                })
            })
            .with_help_message("it is not shown while you paste it; Enter when done, Esc to leave")
            .prompt()
            .map(Secret::new)
            .map_err(failed);
        // The rest of a paste of several lines must become neither the answer to the next question
        // nor a command of the shell, where it would be shown.
        let more = discard_typed_ahead();
        let answer = answer?;
        if more {
            return Err(Failure::new(
                Kind::Usage,
                "the pasted text has several lines; a token or key has one",
            )
            .detail("nothing was changed")
            .hint("paste it alone, in one piece"));
        }
        Ok(answer)
    }
}

/// Returns one line that is not shown: asked for at the terminal, or else read from standard input.
/// Empty at the end of input. `command` is one that takes it, for a script.
///
/// # Errors
/// When it was interrupted or cannot be read.
pub(crate) fn secret(app: &App, question: &str, command: &str) -> Result<Secret<String>, Failure> {
    if !io::stdin().is_terminal() {
        return piped_secret();
    }
    let instead = format!("pipe it in: printf '%s' \"$TOKEN\" | {command}");
    Prompt::at(app, "ask for a secret", &instead)?.secret(question)
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

/// Whether questions would be seen and could be answered.
pub(crate) fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Throws away what was typed but not read. Returns whether it was more than line ends.
fn discard_typed_ahead() -> bool {
    let mut more = false;
    if terminal::enable_raw_mode().is_err() {
        return more;
    }
    while event::poll(REST).unwrap_or(false) {
        match event::read() {
            Ok(Event::Key(key)) => more |= !matches!(key.code, KeyCode::Enter),
            Ok(Event::Paste(text)) => more |= !text.trim().is_empty(),
            Ok(_) => {}
            Err(_) => break,
        }
    }
    let _restored = terminal::disable_raw_mode();
    more
}

fn failed(error: InquireError) -> Failure {
    match error {
        InquireError::OperationCanceled | InquireError::OperationInterrupted => left(),
        error => unasked(&error),
    }
}

/// Returns the failure of a question that the person left.
fn left() -> Failure {
    Failure::new(Kind::Interrupted, "interrupted").detail("nothing was changed")
}

/// Returns the failure of a question that could not be asked.
fn unasked(error: &dyn Error) -> Failure {
    Failure::caused(Kind::Io, "cannot ask at the terminal", error).detail("nothing was changed")
}

/// Returns how questions look: in the colors of `render/style.rs`, or without any.
fn look(color: bool) -> RenderConfig<'static> {
    let plain = RenderConfig::empty()
        .with_canceled_prompt_indicator(Styled::new("(cancelled)"))
        .with_answered_prompt_prefix(Styled::new("✓"))
        .with_scroll_up_prefix(Styled::new("↑"))
        .with_scroll_down_prefix(Styled::new("↓"))
        .with_error_message(ErrorMessageRenderConfig::empty().with_prefix(Styled::new("✗")));
    if !color {
        return plain;
    }
    let name = StyleSheet::new().with_attr(Attributes::BOLD);
    plain
        .with_prompt_prefix(Styled::new("?").with_fg(Color::DarkBlue))
        .with_answered_prompt_prefix(Styled::new("✓").with_fg(Color::DarkGreen))
        .with_highlighted_option_prefix(Styled::new(">").with_fg(Color::DarkBlue))
        .with_selected_option(Some(name))
        .with_answer(name)
        .with_default_value(StyleSheet::new().with_fg(Color::DarkGrey))
        .with_help_message(StyleSheet::new().with_fg(Color::DarkGrey))
        .with_error_message(
            ErrorMessageRenderConfig::empty()
                .with_prefix(Styled::new("✗").with_fg(Color::DarkRed))
                .with_message(StyleSheet::new().with_fg(Color::DarkRed)),
        )
        .with_canceled_prompt_indicator(Styled::new("(cancelled)").with_fg(Color::DarkMagenta))
}
