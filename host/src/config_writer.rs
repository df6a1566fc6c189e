//! Changes of the core, carried out on the config file.

use std::path::PathBuf;

use openclaw_core::edit::{Change, Edit as ConfigEdit, Note, PathSegment, Value};
use serde_json::{Map, Number, Value as Json};

use crate::app::App;
use openclaw_router::{Failure, Kind};
use openclaw_store::StoreError;
use openclaw_store::config::{Config, Edit};
use openclaw_store::json5::{Node, Segment};

/// What became of a change to the config.
#[derive(Clone, Debug, PartialEq)]
pub struct Saved {
    /// The config file.
    pub path: PathBuf,
    /// The same, as a person writes it.
    pub shown: String,
    /// Whether anything was different; if not, nothing was written.
    pub changed: bool,
    /// What the user should know of the change.
    pub notes: Vec<Note>,
}

/// Decides on a change with the config at hand and carries it out, holding the config's lock from
/// one to the other. `attempt` says what is attempted, as in "set the primary model".
///
/// # Errors
/// That of `decide`, or of the store; nothing is changed then.
pub fn save(
    app: &App,
    attempt: &str,
    mut decide: impl FnMut(&Config) -> Result<Change, Failure>,
) -> Result<Saved, Failure> {
    let decided = app.config.update(&app.environment, |config| {
        let change = decide(config).map_err(Unsaved::Undecided)?;
        Ok((change.edits.into_iter().map(edit).collect(), change.notes))
    });
    match decided {
        Ok((written, notes)) => Ok(Saved {
            shown: app.paths.shorten(&written.file),
            path: written.file,
            changed: written.changed,
            notes,
        }),
        Err(Unsaved::Undecided(failure)) => Err(failure),
        Err(Unsaved::Store(error)) => Err(unchanged(attempt)(error.into())),
    }
}

/// What became of a change by hand.
pub struct Revised {
    /// The change.
    pub saved: Saved,
    /// Warnings of keys that nobody reads and that are new.
    pub unknown: Vec<String>,
}

/// Decides on a change with what stands in the config, valid or not, and carries it out if the
/// schema allows the result. `attempt` is as for [`save`].
///
/// # Errors
/// That of `decide`, or of the store; nothing is changed then.
pub fn revise<T>(
    app: &App,
    attempt: &str,
    mut decide: impl FnMut(&Node) -> Result<(Vec<Edit>, T), Failure>,
) -> Result<(Revised, T), Failure> {
    let revised = app
        .config
        .revise(|root| decide(root).map_err(Unsaved::Undecided));
    match revised {
        Ok(revised) => {
            let changed = revised.written.changed;
            let saved = Saved {
                shown: app.paths.shorten(&revised.written.file),
                path: revised.written.file,
                changed,
                notes: (!changed).then_some(Note::AlreadySo).into_iter().collect(),
            };
            let unknown = revised.unknown.iter().map(|unknown| {
                let path = unknown.path.written();
                match &unknown.near {
                    Some(near) => {
                        format!("nothing reads `{path}`; did you mean `{}`?", near.written())
                    }
                    None => format!("nothing reads `{path}`"),
                }
            });
            let unknown = unknown.collect();
            Ok((Revised { saved, unknown }, revised.value))
        }
        Err(Unsaved::Undecided(failure)) => Err(failure),
        Err(Unsaved::Store(error)) => Err(unchanged(attempt)(error.into())),
    }
}

/// Puts what was attempted before a failure to read or write a file. Others say it themselves.
pub fn unchanged(attempt: &str) -> impl Fn(Failure) -> Failure {
    move |failure| match failure.kind {
        Kind::Config | Kind::Io | Kind::Auth => failure
            .while_doing(format!("cannot {attempt}"))
            .detail("nothing was changed"),
        _ => failure,
    }
}

enum Unsaved {
    Undecided(Failure),
    Store(StoreError),
}

impl From<StoreError> for Unsaved {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

fn edit(wanted: ConfigEdit) -> Edit {
    match wanted {
        ConfigEdit::Set { path, value } => Edit::Set {
            path: steps(path),
            value: json(value),
        },
        ConfigEdit::Append { path, value } => Edit::Append {
            path: steps(path),
            value: json(value),
        },
        ConfigEdit::Remove { path } => Edit::Remove { path: steps(path) },
    }
}

fn steps(path: Vec<PathSegment>) -> Vec<Segment> {
    let step = |step| match step {
        PathSegment::Key(key) => Segment::Key(key),
        PathSegment::Index(index) => Segment::Index(index),
    };
    path.into_iter().map(step).collect()
}

fn json(value: Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(value) => value.into(),
        Value::Number(value) => Number::from_f64(value).map_or(Json::Null, Json::Number),
        Value::String(text) => text.into(),
        Value::Array(items) => items.into_iter().map(json).collect(),
        Value::Object(entries) => Json::Object(
            entries
                .into_iter()
                .map(|(key, value)| (key, json(value)))
                .collect::<Map<_, _>>(),
        ),
    }
}
