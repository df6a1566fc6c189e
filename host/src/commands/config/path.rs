//! `openclaw config path`

use std::path::PathBuf;

use crate::app::App;
use crate::commands::Outcome;

/// Where the config file is.
pub struct ConfigPath {
    /// The file.
    pub path: PathBuf,
    /// Whether it is there.
    pub exists: bool,
}

/// Runs the command.
///
/// # Errors
/// None.
pub fn run(app: &App) -> Outcome {
    Ok(Box::new(ConfigPath {
        path: app.config.path().to_path_buf(),
        exists: app.config.exists(),
    }))
}
