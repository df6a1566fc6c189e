//! The parts of the `openclaw` program; the binary only calls [`main`].
//!
//! A command is a straight line: arguments become a question, the core decides, ports act, a reply
//! is rendered.

pub mod app;
pub mod cli;
pub mod commands;
pub mod config_writer;
pub mod help;
mod prompt;
pub mod render;
pub mod tcp_check;
pub mod variables;

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser as _};

use cli::Cli;
use openclaw_router::{Failure, Kind, Registry};
use render::style::Style;
use render::terminal::{Terminal, Unwritten};
use render::{Form, Layout};

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
            let set = help::set(Cli::command()).try_get_matches_from(&arguments);
            return usage(&terminal, form, &set.err().unwrap_or(error), &arguments);
        }
        Err(error) => return usage(&terminal, form, &error, &arguments),
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
            let page = Layout {
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
    exit_code(failure.kind)
}

/// Returns the exit code: 130 when interrupted or cancelled, else 1. 2 belongs to `--check`.
fn exit_code(kind: Kind) -> u8 {
    match kind {
        Kind::Interrupted | Kind::Cancelled => 130,
        _ => 1,
    }
}

/// Help and version go to stdout and are no failure, nor is a command that is only the name of
/// others; a wrong command line is one, and exits 1.
fn usage(terminal: &Terminal, form: Form, error: &clap::Error, arguments: &[OsString]) -> u8 {
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
        _ if form == Form::Json => fail(
            terminal,
            form,
            &misused(&masked(text.to_string(), arguments)),
        ),
        _ => {
            let text = if terminal.color_err {
                text.ansi().to_string()
            } else {
                text.to_string()
            };
            terminal.note(masked(text, arguments).trim_end());
            1
        }
    }
}

/// Masks keys and tokens that stand where something else was expected, and so would be repeated.
fn masked(mut text: String, arguments: &[OsString]) -> String {
    let registry = Registry::bundled();
    for argument in arguments.iter().filter_map(|argument| argument.to_str()) {
        let value = argument
            .split_once('=')
            .map_or(argument, |(_, value)| value);
        if registry.is_credential(value) {
            text = text.replace(value, &openclaw_core::secret::mask(value));
        }
    }
    text
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
