//! `openclaw help`

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
