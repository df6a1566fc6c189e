//! `openclaw help`

use std::ffi::OsString;

use clap::{Args, CommandFactory as _};

use super::{Outcome, man};
use crate::cli::Cli;
use crate::help;

/// Print the help of a command
///
/// The same as `--help` after the command.
///
/// Example: openclaw help models set
#[derive(Debug, Args)]
pub struct HelpArgs {
    /// The command, such as `models set`; all of them when left out
    #[arg(value_name = "COMMAND")]
    command: Vec<String>,
}

/// The help of a command.
pub struct Help {
    /// The command's words after the program's name.
    pub path: Vec<String>,
    /// The text; its styling is in escape sequences.
    pub text: clap::builder::StyledStr,
}

/// Returns the words of the command whose help was asked for by a flag: those that name a command
/// under the one before.
#[must_use]
pub fn path(arguments: &[OsString]) -> Vec<String> {
    let tree = Cli::command();
    let (mut command, mut path) = (&tree, Vec::new());
    for word in arguments.iter().skip(1).filter_map(|word| word.to_str()) {
        if let Some(under) = command.find_subcommand(word) {
            path.push(under.get_name().to_owned());
            command = under;
        }
    }
    path
}

/// Returns the long flags of the command with this path.
#[must_use]
pub fn flags(path: &[&str]) -> Vec<String> {
    let tree = Cli::command();
    let found = path
        .iter()
        .try_fold(&tree, |command, name| command.find_subcommand(name));
    let globals = tree
        .get_arguments()
        .filter(|argument| argument.is_global_set());
    let own = found.into_iter().flat_map(clap::Command::get_arguments);
    let names = own.chain(globals).filter_map(clap::Arg::get_long);
    names.map(|name| format!("--{name}")).collect()
}

/// Runs the command.
///
/// # Errors
/// When there is no such command.
pub fn run(args: &HelpArgs) -> Outcome {
    let tree = help::set(Cli::command());
    man::find(&tree, &args.command)?;
    let words = args.command.iter().map(String::as_str);
    let line = ["openclaw"].into_iter().chain(words).chain(["--help"]);
    let asked = tree
        .try_get_matches_from(line)
        .expect_err("whoever asks for help gets no matches");
    Ok(Box::new(Help {
        path: args.command.clone(),
        text: asked.render(),
    }))
}
