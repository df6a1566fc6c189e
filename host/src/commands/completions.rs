//! `openclaw completions`

use clap::{Command, CommandFactory as _};
use clap_complete::Shell;
use openclaw_router::{Failure, Kind};

use super::Outcome;
use super::complete::{SHELLS, VARIABLE};
use crate::cli::Cli;

/// Print a script that completes commands, flags and values in a shell
///
/// Values are models, aliases, auth profiles, providers, agents and config keys, as they are when
/// Tab is pressed: the script asks `openclaw` itself, which has to be in `$PATH`.
///
/// Put it where the shell looks for completions, or source it from the shell's start file. For
/// bash: `~/.local/share/bash-completion/completions/openclaw`; for zsh: `_openclaw` in a folder
/// of `$fpath`; for fish: `~/.config/fish/completions/openclaw.fish`. Nothing is installed by
/// itself.
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
/// When there is no script for the shell.
pub fn run(args: &CompletionsArgs) -> Outcome {
    let shell = args.shell.to_string();
    let shells = SHELLS;
    let completer = shells.completer(&shell).ok_or_else(|| {
        Failure::new(Kind::Usage, format!("there are no completions for {shell}"))
    })?;
    let mut script = Vec::new();
    completer
        .write_registration(VARIABLE, "openclaw", "openclaw", "openclaw", &mut script)
        .map_err(|error| Failure::caused(Kind::Internal, "cannot write the script", &error))?;
    let script = String::from_utf8_lossy(&script).into_owned();
    Ok(Box::new(Completions {
        script: with_commands(&shell, &script),
        shell,
    }))
}

/// Returns the script with a comment that says which commands it was made with. Zsh wants its own
/// first line to stay the first.
fn with_commands(shell: &str, script: &str) -> String {
    let tree = Cli::command();
    let mut names = Vec::new();
    collect(&tree, "", &mut names);
    let comment = format!(
        "# Commands of openclaw {}: {}.\n",
        env!("CARGO_PKG_VERSION"),
        names.join(", ")
    );
    match script.split_once('\n') {
        Some((first, rest)) if shell == "zsh" => format!("{first}\n{comment}{rest}"),
        _ => format!("{comment}{}", script.trim_start()),
    }
}

fn collect(command: &Command, above: &str, names: &mut Vec<String>) {
    for under in command.get_subcommands().filter(|one| !one.is_hide_set()) {
        let name = format!("{above} {}", under.get_name()).trim().to_owned();
        collect(under, &name, names);
        if under.get_subcommands().next().is_none() {
            names.push(name);
        }
    }
}
