//! `openclaw config unset`

use super::{missing, references, typed};
use crate::app::App;
use crate::commands::Outcome;
use crate::config_writer::{self, Saved};
use openclaw_store::config::{Edit, resolve};

/// Remove a key from the config, or an element from a list
///
/// Removes `<PATH>`, and nothing else in the file: comments stay. What is removed takes back its default. A
/// running gateway takes it up when it is restarted.
///
/// Example: openclaw config unset agents.list.work.model
#[derive(Debug, clap::Args)]
pub struct UnsetArgs {
    /// The key, written as for `openclaw config get`
    path: String,
}

/// A key that was removed.
pub struct Removed {
    /// The key, as it can be typed again.
    pub path: String,
    /// What became of the config.
    pub saved: Saved,
    /// What there is to say.
    pub warnings: Vec<String>,
}

/// Runs the command.
///
/// # Errors
/// When there is no such key, the config would be invalid without it, or cannot be written.
pub fn run(app: &App, args: &UnsetArgs) -> Outcome {
    let typed = typed(&args.path)?;
    let attempt = format!("remove `{}`", args.path.trim());
    let exists = app.config.exists();
    let (saved, path) = config_writer::revise(app, &attempt, |root| {
        let path = resolve(root, &typed);
        if root.at(&path.0).is_none() {
            return Err(missing::failure(app, exists, root, &path).detail("nothing was changed"));
        }
        let edit = Edit::Remove {
            path: path.0.clone(),
        };
        Ok((vec![edit], path))
    })?;
    let warnings = references::warnings(app, &path, None);
    Ok(Box::new(Removed {
        path: path.written(),
        warnings,
        saved: saved.saved,
    }))
}
