//! `openclaw config validate`

use std::path::{Path, PathBuf};

use crate::app::App;
use crate::commands::Outcome;
use openclaw_router::Failure;
use openclaw_store::config::Examined;
use openclaw_store::json5::Position;
use openclaw_store::{Location, StoreError};

/// What was found in the config.
pub struct Validation {
    /// The files that were looked at, the config first.
    pub files: Vec<(PathBuf, String)>,
    /// The files that something was found in, and the names they are shown by.
    pub places: Vec<(PathBuf, String)>,
    /// Whether there is a config.
    pub exists: bool,
    /// What was found: by file, problems before warnings, then by place.
    pub findings: Vec<Finding>,
}

/// One thing that was found.
pub struct Finding {
    /// Whether the config cannot be used as it is.
    pub is_problem: bool,
    /// The file.
    pub file: PathBuf,
    /// Where in it, if it is about a place.
    pub position: Option<Position>,
    /// The key, as it can be typed again; empty where it is about none.
    pub path: String,
    /// What is wrong, or to say.
    pub message: String,
}

/// Runs the command.
///
/// # Errors
/// When the config cannot be read at all.
pub fn run(app: &App) -> Outcome {
    let named = |file: &Path| (file.to_path_buf(), app.paths.shorten(file));
    let main = app.config.path();
    let (files, exists, findings) = match app.config.examine(&app.environment) {
        Ok(examined) => (examined.files.clone(), examined.exists, findings(examined)),
        Err(error) => (
            vec![main.to_path_buf()],
            true,
            vec![unreadable(main, error)?],
        ),
    };
    let files: Vec<_> = files.iter().map(|file| named(file)).collect();
    let mut places = files.clone();
    for finding in &findings {
        if places.iter().all(|(known, _)| *known != finding.file) {
            places.push(named(&finding.file));
        }
    }
    Ok(Box::new(Validation {
        files,
        places,
        exists,
        findings,
    }))
}

fn findings(examined: Examined) -> Vec<Finding> {
    let problems = examined.problems.into_iter().map(|problem| Finding {
        is_problem: true,
        file: problem.location.file,
        position: Some(problem.location.position),
        path: problem.path.written(),
        message: problem.message,
    });
    let warnings = examined.warnings.into_iter().map(|warning| Finding {
        is_problem: false,
        file: warning.file,
        position: warning.position,
        path: warning.path.map(|path| path.written()).unwrap_or_default(),
        message: warning.message,
    });
    problems.chain(warnings).collect()
}

/// Makes a finding of what is wrong with the text of a file.
fn unreadable(main: &Path, error: StoreError) -> Result<Finding, Failure> {
    let at = |file: PathBuf, position, message| Finding {
        is_problem: true,
        file,
        position,
        path: String::new(),
        message,
    };
    Ok(match error {
        StoreError::Syntax { path, error, .. } => at(
            path,
            Some(error.position),
            format!("expected {}, found {}", error.expected, error.found),
        ),
        StoreError::Include {
            include,
            reason,
            location: Location { file, position },
        } => {
            let name = if include.is_empty() {
                String::new()
            } else {
                format!(" `{include}`")
            };
            at(
                file,
                Some(position),
                format!("cannot follow $include{name}: {reason}"),
            )
        }
        StoreError::NotText { path, utf16, .. } if utf16 => {
            let message = "it is UTF-16 text, where UTF-8 is expected".to_owned();
            at(path, None, message)
        }
        StoreError::NotText { path, offset, .. } => {
            let message = format!("it is not UTF-8 text (byte {offset})");
            at(path, None, message)
        }
        StoreError::Io(error) if error.path.is_dir() => {
            at(main.to_path_buf(), None, "it is a folder".to_owned())
        }
        error => return Err(error.into()),
    })
}
