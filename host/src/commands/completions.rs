//! `openclaw completions`

use clap::{Command, CommandFactory as _};
use clap_complete::Shell;

use super::Outcome;
use crate::cli::Cli;

/// Print a script that completes commands and flags in a shell
///
/// Put it where the shell looks for completions, or source it from the shell's start file. For
/// bash: `~/.local/share/bash-completion/completions/openclaw`; for zsh: `_openclaw` in a folder
/// of `$fpath`; for fish: `~/.config/fish/completions/openclaw.fish`. Nothing is installed by
/// itself, and neither config nor credentials are read.
///
/// Example: openclaw completions bash > ~/.local/share/bash-completion/completions/openclaw
///
/// Example: openclaw completions zsh > ~/.zfunc/_openclaw
#[derive(Debug, clap::Args)]
pub struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

/// A completion script.
pub struct Completions {
    /// The shell's name.
    pub shell: String,
    /// The script.
    pub script: String,
}

/// Runs the command.
///
/// # Errors
/// None.
pub fn run(args: &CompletionsArgs) -> Outcome {
    let mut tree = shown(&Cli::command());
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut tree, "openclaw", &mut script);
    Ok(Box::new(Completions {
        shell: args.shell.to_string(),
        script: String::from_utf8_lossy(&script).into_owned(),
    }))
}

/// Returns the tree without the commands that listings leave out: the scripts would offer them.
fn shown(tree: &Command) -> Command {
    let commands = tree.get_subcommands().filter(|one| !one.is_hide_set());
    Command::new("openclaw")
        .version(env!("CARGO_PKG_VERSION"))
        .disable_help_subcommand(true)
        .args(tree.get_arguments().cloned())
        .subcommands(commands.cloned())
}
