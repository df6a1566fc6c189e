//! The parts of the `openclaw` program; the binary only calls [`main`].
//!
//! A command is a straight line: arguments become a question, the core decides, ports act, a reply
//! is rendered.

pub mod app;
mod audit;
pub mod catalog;
pub mod cli;
pub mod commands;
pub mod edits;
pub mod failure;
pub mod help;
pub mod probing;
mod prompt;
pub mod reach;
pub mod registry;
pub mod render;
pub mod shell;
pub mod state;
pub mod store;
pub mod turn;

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser as _};

use cli::Cli;
use failure::{Failure, Kind};
use render::style::Style;
use render::terminal::{Terminal, Unwritten};
use render::{Form, Page};

/// Runs the program: arguments in, exit code out.
#[must_use]
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    let environment = app::environment();
    let mut terminal = Terminal::detect(&environment);
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let json = arguments
        .iter()
        .any(|argument| argument == "--json" || argument == "--status-json");
    let form = if json { Form::Json } else { Form::Human };
    let cli = match Cli::try_parse_from(&arguments) {
        Ok(cli) => cli,
        Err(error) if error.kind() == ErrorKind::DisplayHelp => {
            // Only those who ask for help pay for setting it.
            let set = help::set(Cli::command()).try_get_matches_from(arguments);
            return usage(&terminal, form, &set.err().unwrap_or(error));
        }
        Err(error) => return usage(&terminal, form, &error),
    };
    if cli.no_color() {
        (terminal.color, terminal.color_err) = (false, false);
    }
    let form = match cli.form() {
        Ok(form) => form,
        Err(failure) => return fail(&terminal, Form::Human, &failure),
    };
    match cli.run(environment, terminal, form) {
        Err(failure) => fail(&terminal, form, &failure),
        Ok(reply) => {
            render::failure::warnings(&terminal, &reply.notes());
            let page = Page {
                style: Style::new(terminal.color),
                width: terminal.width,
            };
            let text = render::text(&*reply, form, &page);
            // A reader that went away has seen what it wanted.
            match terminal.data(&text) {
                Ok(()) => {
                    render::failure::remarks(&terminal, &reply.remarks());
                    reply.exit_code()
                }
                Err(Unwritten::Closed) => 0,
                Err(Unwritten::Failed(error)) => fail(
                    &terminal,
                    form,
                    &Failure::caused(Kind::Io, "cannot write to stdout", &error),
                ),
            }
        }
    }
}

fn fail(terminal: &Terminal, form: Form, failure: &Failure) -> u8 {
    render::failure::write(terminal, form, failure);
    failure.kind.exit_code()
}

/// Help and version go to stdout and are no failure, nor is a command that is only the name of
/// others; a wrong command line is one, and exits 1.
fn usage(terminal: &Terminal, form: Form, error: &clap::Error) -> u8 {
    let text = error.render();
    match error.kind() {
        ErrorKind::DisplayHelp
        | ErrorKind::DisplayVersion
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let text = if terminal.color {
                text.ansi().to_string()
            } else {
                text.to_string()
            };
            let _closed = terminal.data(&text);
            0
        }
        _ if form == Form::Json => fail(terminal, form, &misused(&text.to_string())),
        _ => {
            let text = if terminal.color_err {
                text.ansi().to_string()
            } else {
                text.to_string()
            };
            terminal.note(text.trim_end());
            1
        }
    }
}

/// Takes apart what clap says of a wrong command line: the message, what it is about, and tips.
fn misused(text: &str) -> Failure {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let message = lines
        .next()
        .unwrap_or_default()
        .trim_start_matches("error: ");
    let mut failure = Failure::new(Kind::Usage, message);
    for line in lines
        .filter(|line| !line.starts_with("Usage:") && !line.starts_with("For more information"))
    {
        failure = match line.strip_prefix("tip: ") {
            Some(tip) => failure.hint(tip),
            None => failure.detail(line),
        };
    }
    failure
}
