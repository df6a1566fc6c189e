//! A run as a person or a program sees it, while it happens.

use openclaw_router::{AnswerText, Event, Response};

use crate::app::App;
use crate::commands::follow::{ReaderClosed, RunPrinter};
use crate::render::Form;
use crate::render::models::run as render;
use crate::render::models::run_lines;
use crate::render::models::trail::is_duplicate;
use crate::render::progress::{Countdown, Spinner};
use crate::render::style::Style;

/// Prints a run as it happens: the answer on stdout, and the trail on stderr if it was asked for.
pub(super) struct Printer<'a> {
    pub(super) app: &'a App,
    pub(super) explain: bool,
    /// Whether each event is a line of JSON on stdout.
    pub(super) lines: bool,
    pub(super) open_line: bool,
    /// Shown until somebody answers.
    pub(super) spinner: Option<Spinner>,
    /// The answer so far.
    pub(super) text: String,
    /// Reads the text out of the events.
    pub(super) answer: AnswerText,
    /// Warnings that are told at the end, with the data.
    pub(super) warnings: Vec<String>,
    /// Shows how long it still waits.
    pub(super) countdown: Option<Countdown>,
}

impl Printer<'_> {
    pub(super) fn end_line(&mut self) {
        if self.open_line {
            self.open_line = false;
            let _closed = self.app.terminal.data("\n");
        }
    }

    fn style(&self) -> Style {
        Style::new(self.app.terminal.color_err && self.app.form == Form::Human)
    }

    fn trail(&mut self, line: &str) {
        if self.explain {
            self.end_line();
            self.app.terminal.note(line);
        }
    }

    pub(super) fn warning(&mut self, warning: String) {
        if self.app.form == Form::Json {
            self.warnings.push(warning);
            return;
        }
        self.end_line();
        crate::render::failure::warnings(&self.app.terminal, &[warning]);
    }

    /// Says what an answer used and cost, where what happens is told.
    pub(super) fn spent(&mut self, response: &Response) {
        if let Some(line) = render::spent(response, self.style()) {
            self.trail(&line);
        }
    }

    /// Says what a person does not see in the text of an answer; data has it all.
    pub(super) fn besides(&mut self, response: &Response) {
        if self.app.form != Form::Json && !self.lines {
            self.end_line();
            crate::render::failure::remarks(&self.app.terminal, &render::besides(response));
        }
    }

    fn text(&mut self, text: &str) -> Result<(), ReaderClosed> {
        self.text.push_str(text);
        if self.app.form == Form::Json {
            return Ok(());
        }
        self.open_line = !text.ends_with('\n');
        let written = self.app.terminal.data(text);
        written.map_err(|_closed| ReaderClosed)
    }
}

impl RunPrinter for Printer<'_> {
    fn print(&mut self, event: Event) -> Result<(), ReaderClosed> {
        self.countdown = None;
        // Whatever is said now is said on a line of its own.
        self.spinner = None;
        let text = self.answer.of(&event).map(str::to_owned);
        if self.lines
            && let Some(line) = run_lines::line(&event, text.as_deref())
        {
            let written = self.app.terminal.data(&line);
            written.map_err(|_closed| ReaderClosed)?;
        }
        if let Event::Attempting(attempt) = &event {
            self.trail(&render::attempting(attempt, self.style()));
            if !self.open_line {
                let model = attempt.model.to_string();
                self.spinner = Some(Spinner::start(self.app, "waiting for", &model));
            }
            return Ok(());
        }
        match event {
            Event::AttemptFailed {
                attempt,
                failure,
                elapsed,
            } => self.trail(&render::failed_attempt(
                &attempt,
                &failure,
                elapsed,
                self.style(),
            )),
            Event::AttemptSucceeded { attempt, elapsed } => {
                self.trail(&render::succeeded(&attempt, elapsed, self.style()));
            }
            Event::Noted(entry) if is_duplicate(&entry.outcome) => {}
            Event::Noted(entry) => self.trail(&render::noted(&entry, self.app.now(), self.style())),
            Event::Waiting {
                attempt,
                cooling,
                wait,
            } => {
                if self.app.form != Form::Json && !self.app.terminal.quiet {
                    // A pause that nobody explains looks like a hang.
                    self.end_line();
                    if self.app.terminal.interactive {
                        let what = render::waits_for(&attempt, &cooling);
                        self.countdown = Some(Countdown::start(&what, wait));
                    } else {
                        let line = render::waiting(&attempt, &cooling, wait);
                        self.app.terminal.note(&line);
                    }
                }
            }
            Event::Warning(warning) => self.warning(warning),
            Event::Answer(_) => {
                if let Some(text) = text {
                    return self.text(&text);
                }
            }
            Event::Attempting(_) | Event::Ended(_) => {}
        }
        Ok(())
    }
}
