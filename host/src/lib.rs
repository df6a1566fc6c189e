//! The parts of the `openclaw` program; the binary only calls [`main`].
//!
//! A command is a straight line: arguments become a question, the core decides, ports act, a reply
//! is rendered.

pub mod app;
pub mod cli;
pub mod commands;

pub mod config_writer;
pub mod conversation;
pub mod help;
pub mod log;
mod misused;
mod prompt;
pub mod render;
pub mod schemas;
pub mod tcp_check;
pub mod variables;

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser as _};

use cli::Cli;
use openclaw_router::{Failure, Kind};
use openclaw_store::dry_run::DryRun;
use openclaw_store::{Paths, env_vars};
use render::terminal::{Terminal, Unwritten};
use render::{Form, Reply};

/// Runs the program: arguments in, exit code out.
#[must_use]
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    app::dump_no_core();
    let arguments: Vec<OsString> = with_synonyms(arguments);
    let environment = app::environment();
    if let Some(asking) = environment.var(&env_vars::COMPLETE)
        && let Some(code) = commands::complete::answer(asking, &arguments)
    {
        return code;
    }
    let mut terminal = Terminal::detect(&environment);
    let json = arguments.iter().any(|argument| {
        ["--json", "--status-json", "--events", "--json-lines"]
            .iter()
            .any(|flag| argument == flag)
    });
    let form = if json { Form::Json } else { Form::Human };
    terminal.set_color(color_wanted(&arguments));
    let cli = match Cli::try_parse_from(&arguments) {
        Ok(cli) => cli,
        Err(error) if error.kind() == ErrorKind::DisplayHelp => {
            // Only those who ask for help pay for setting it.
            let set = help::set(Cli::command()).try_get_matches_from(&arguments);
            return usage(&terminal, form, &set.err().unwrap_or(error), &arguments);
        }
        Err(error) => return usage(&terminal, form, &error, &arguments),
    };
    if cli.is_quiet() {
        terminal.set_quiet();
    }
    let form = match cli.form() {
        Ok(form) => form,
        Err(failure) => return fail(&terminal, Form::Human, &failure),
    };
    if let Err(failure) = log::start(&environment, &terminal, cli.verbosity()) {
        return fail(&terminal, form, &failure);
    }
    let dry_run = cli.is_dry_run().then(DryRun::default);
    if dry_run.is_some()
        && let Err(failure) = commands::dry_run::check(&arguments)
    {
        return fail(&terminal, form, &failure);
    }
    let paths = Paths::resolve(&environment).ok();
    let outcome = cli.run(environment, terminal, form, dry_run.clone());
    let outcome = match (outcome, dry_run) {
        (Ok(reply), Some(dry_run)) => Ok(commands::dry_run::reply(reply, &dry_run, paths.as_ref())),
        (outcome, _) => outcome,
    };
    match outcome {
        Err(failure) => fail(&terminal, form, &failure),
        Ok(reply) => print(&terminal, form, &*reply),
    }
}

/// Prints a reply, and returns its exit code.
fn print(terminal: &Terminal, form: Form, reply: &dyn Reply) -> u8 {
    match form {
        Form::Human => render::failure::warnings(terminal, &reply.notes()),
        Form::Plain => render::failure::warnings(terminal, &reply.plain_notes()),
        Form::Json => {}
    }
    // A reader that went away has seen what it wanted.
    match render::write(terminal, reply, form) {
        Ok(()) => {
            if form != Form::Json {
                render::failure::remarks(terminal, &reply.remarks());
            }
            reply.exit_code()
        }
        Err(Unwritten::Closed) => 0,
        Err(Unwritten::Failed(error)) => fail(
            terminal,
            form,
            &Failure::caused(Kind::Io, "cannot write to stdout", &error),
        ),
    }
}

/// Takes `openclaw auth …` for `openclaw models auth …`, and `openclaw run …` for `openclaw models
/// run …`, as people try them who know other programs.
fn with_synonyms(arguments: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = arguments.into_iter().collect();
    let first = arguments
        .iter()
        .skip(1)
        .position(|word| !word.to_string_lossy().starts_with('-'));
    if let Some(at) = first.map(|at| at + 1)
        && (arguments[at] == "auth" || arguments[at] == "run")
    {
        arguments.insert(at, "models".into());
    }
    arguments
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
        ErrorKind::DisplayVersion if form == Form::Json => {
            print(terminal, form, &commands::version::Version)
        }
        ErrorKind::DisplayHelp | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
            if form == Form::Json =>
        {
            let path = commands::help::path(arguments);
            print(terminal, form, &commands::help::Help { path, text })
        }
        ErrorKind::DisplayHelp
        | ErrorKind::DisplayVersion
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let text = if terminal.color {
                text.ansi().to_string()
            } else {
                text.to_string()
            };
            let _closed = terminal.page(&text);
            0
        }
        _ => fail(
            terminal,
            form,
            &misused::explained(error, &text.to_string(), arguments),
        ),
    }
}

/// Returns what the flags say of colors. They count for errors about the command line too, so they
/// are looked for before it is taken apart.
fn color_wanted(arguments: &[OsString]) -> Option<bool> {
    let mut flags = arguments
        .iter()
        .skip(1)
        .filter_map(|argument| argument.to_str())
        .take_while(|argument| *argument != "--");
    let mut wanted = None;
    while let Some(flag) = flags.next() {
        let choice = match flag {
            "--no-color" | "--plain" | "--status-plain" => Some("never"),
            "--color" => flags.next(),
            flag => flag.strip_prefix("--color="),
        };
        match choice {
            Some("never") => return Some(false),
            Some("always") => wanted = Some(true),
            _ => {}
        }
    }
    wanted
}
