//! `openclaw config get`

use super::missing;
use super::typed;
use crate::app::App;
use crate::commands::Outcome;
use openclaw_store::config::{Shown, resolve, shown};
use openclaw_store::json5::KeyPath;

/// Print a value of the config as it stands there
///
/// Text, numbers and `true` or `false` are printed bare, anything else as JSON; `--json` prints JSON
/// always. `${NAME}` is not replaced. Secrets (API keys, values of headers and of `env`, anything
/// named like a token or password) are masked, always.
///
/// Example: openclaw config get agents.defaults.model.primary
#[derive(Debug, clap::Args)]
pub struct GetArgs {
    /// The key, such as `agents.list[1].model`; the whole config if it is left out
    ///
    /// Steps are joined by dots; a place in a list is in brackets, or a step of digits. The slashes
    /// and dots of a model's id need no escape. Other keys with dots are written `a\.b` or `["a.b"]`.
    /// Some shells (zsh) expand brackets: put the path in quotes there.
    path: Option<String>,
}

/// A value of the config.
pub struct Got {
    /// The value as it may be shown, and what of it was masked.
    pub shown: Shown,
}

/// Runs the command.
///
/// # Errors
/// When there is no such key, or the config cannot be read.
pub fn run(app: &App, args: &GetArgs) -> Outcome {
    let typed = args.path.as_deref().map(typed).transpose()?;
    let source = app.config.source()?;
    let path = match &typed {
        Some(typed) => resolve(&source.root, typed),
        None => KeyPath::default(),
    };
    match source.root.at(&path.0) {
        Some(node) => Ok(Box::new(Got {
            shown: shown(node, &path),
        })),
        None => Err(missing::failure(app, source.exists, &source.root, &path)),
    }
}
