//! `openclaw config edit`

use std::io::IsTerminal as _;
use std::process::{Command, Stdio};

use openclaw_router::{Failure, Kind};
use openclaw_store::env_vars;

use super::validate;
use crate::app::App;
use crate::commands::Outcome;

/// The editor where none is named.
const EDITOR: &str = if cfg!(windows) { "notepad" } else { "vi" };

/// Open the config file in your editor, and check it afterwards
///
/// The editor is `$VISUAL`, else `$EDITOR`, else `vi` at a terminal. When it ends, every key is
/// checked as by `openclaw config validate`. Modifies `openclaw.json`, as you do.
///
/// Example: openclaw config edit
#[derive(Debug, clap::Args)]
pub struct EditArgs {}

/// Runs the command.
///
/// # Errors
/// When the editor cannot be started or fails, or the config cannot be read afterwards.
pub fn run(app: &App, _args: &EditArgs) -> Outcome {
    if app.dry_run.is_some() {
        return Err(Failure::new(
            Kind::Usage,
            "`--dry-run` cannot be used with an editor",
        ));
    }
    let path = app.config.path();
    let shown = app.paths.shorten(path);
    let named = [&env_vars::VISUAL, &env_vars::EDITOR];
    let editor = named
        .into_iter()
        .find_map(|name| app.environment.var(name))
        .or((app.terminal.interactive && std::io::stdin().is_terminal()).then_some(EDITOR));
    let Some(editor) = editor else {
        return Err(
            Failure::new(Kind::Input, "an editor needs a terminal, and there is none")
                .hint("see how a key is set with `openclaw config set --help`")
                .hint("name an editor that needs no terminal by `EDITOR`"),
        );
    };
    let mut words = editor.split_whitespace();
    let program = words.next().unwrap_or(EDITOR);
    if !app.config.exists() {
        app.config.create()?;
    }
    let failed = |why: String| {
        Failure::new(Kind::Io, format!("cannot edit {shown} with `{editor}`"))
            .detail(why)
            .hint("name your editor: EDITOR=nano openclaw config edit")
    };
    let ended = Command::new(program)
        .args(words)
        .arg(path)
        .stdin(Stdio::inherit())
        .stdout(Stdio::inherit())
        .stderr(Stdio::inherit())
        .status()
        .map_err(|error| failed(format!("caused by: {error}")))?;
    if !ended.success() {
        return Err(failed(format!("it ended with {ended}")));
    }
    validate::run(app)
}
