//! `openclaw config list`

use std::path::PathBuf;

use openclaw_core::selection::{Purpose, listed};
use openclaw_router::Snapshot;
use openclaw_store::config::shown;
use openclaw_store::json5::{KeyPath, Node};
use serde_json::Value;

use crate::app::App;
use crate::commands::Outcome;

/// The key of the primary model.
const PRIMARY: &str = "agents.defaults.model.primary";

/// List every key of the config with its value
///
/// One line a key, as `openclaw config set` takes them. Secrets are masked. With `--show-origin` each
/// line says where the value was written: file and line, also of a file that `$include` brings in, or
/// `default` for what is in effect without being set.
///
/// Example: openclaw config list --show-origin
#[derive(Debug, clap::Args)]
pub struct ListArgs {
    /// Say where each value comes from
    #[arg(long)]
    show_origin: bool,
}

/// The keys of the config.
pub struct ConfigList {
    /// The keys, in the order of the file.
    pub entries: Vec<Entry>,
    /// Whether the origins are wanted.
    pub origins: bool,
    /// The file, as a person writes it.
    pub file: String,
}

/// A key of the config.
pub struct Entry {
    /// The key, as it can be typed again.
    pub path: String,
    /// Its value, as it may be shown.
    pub value: Value,
    /// Where it comes from.
    pub origin: Origin,
}

/// Where a value comes from.
pub enum Origin {
    /// It was written in this file, at this line.
    File {
        /// The file's path.
        path: PathBuf,
        /// The same, as a person writes it.
        shown: String,
        /// The line, from 1.
        line: usize,
    },
    /// It is in effect where nothing is set.
    Default,
}

/// Runs the command.
///
/// # Errors
/// When the config cannot be read.
pub fn run(app: &App, args: &ListArgs) -> Outcome {
    let source = app.config.source()?;
    let entry = |(path, node): (KeyPath, &Node)| {
        let location = source.location(node.span);
        Entry {
            value: shown(node, &path).value,
            path: path.written(),
            origin: Origin::File {
                shown: app.paths.shorten(&location.file),
                path: location.file,
                line: location.position.line,
            },
        }
    };
    let mut entries: Vec<Entry> = source.leaves().into_iter().map(entry).collect();
    if args.show_origin {
        let snapshot = Snapshot::read(app, None)?;
        let configured = listed(&snapshot.settings, snapshot.agent_settings(), Purpose::Text);
        if configured.primary.is_none() {
            entries.push(Entry {
                path: PRIMARY.to_owned(),
                value: snapshot.settings.default_model().key().into(),
                origin: Origin::Default,
            });
        }
    }
    Ok(Box::new(ConfigList {
        entries,
        origins: args.show_origin,
        file: app.paths.shorten(app.config.path()),
    }))
}
