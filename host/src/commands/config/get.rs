//! `openclaw config get`

use super::missing;
use super::typed;
use crate::app::App;
use crate::commands::Outcome;
use openclaw_core::secret::HIDDEN;
use openclaw_router::{Failure, Kind};
use openclaw_store::config::{Shown, resolve, shown_at};
use openclaw_store::json5::KeyPath;

/// Print a value of the config as it stands there
///
/// Text, numbers and `true` or `false` are printed bare, anything else as JSON; `--json` prints JSON
/// always. `${NAME}` is not replaced. Secrets (API keys, values of headers and of `env`, anything
/// named like a token or password, and what looks like one) are masked, always; a key that holds
/// nothing else is an error.
///
/// Example: openclaw config get agents.defaults.model.primary
#[derive(Debug, clap::Args)]
pub struct GetArgs {
    /// The key, such as `agents.list[1].model`; the whole config if it is left out
    ///
    /// Steps are joined by dots; a place in a list is in brackets or a step of digits, and an agent
    /// can be named by its id, as in `agents.list.work.model`. The slashes
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
    match shown_at(&source.root, &path) {
        Some(shown) => {
            // A script would take the mask for the value.
            let scalar = shown.value.is_string() || shown.value.is_number();
            if scalar && !shown.masked.is_empty() {
                return Err(hidden(app, &path, &shown));
            }
            Ok(Box::new(Got { shown }))
        }
        None => Err(missing::failure(app, source.exists, &source.root, &path)),
    }
}

/// Returns the failure for a value that is a secret, or has one in it.
fn hidden(app: &App, path: &KeyPath, shown: &Shown) -> Failure {
    let file = app.paths.shorten(app.config.path());
    let failure = Failure::new(
        Kind::Config,
        format!("`{}` holds a secret, which is not printed", path.written()),
    );
    let mask = shown.value.as_str().unwrap_or_default();
    let failure = match mask {
        HIDDEN => failure,
        ends => failure.detail(format!("it is {ends}")),
    };
    failure.hint(format!("read it in the file itself: {file}"))
}
