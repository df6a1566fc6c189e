mod aliases;
mod credentials;
mod models;

use std::slice;

use openclaw_core::auth_order::DeclaredProfile;
use openclaw_core::credential::{Mode, ProfileId, ProviderId};
use openclaw_core::edit::{
    Change, Edit, Note, PathSegment, Position, Value, add_alias, add_fallback, admit_profile,
    allow_all, allow_model, clear_auth_order, clear_fallbacks, disallow_model, forget_profiles,
    remove_alias, remove_fallback, set_agent_fallbacks, set_agent_primary, set_auth_order,
    set_primaries, set_primary, swap_primary, with_fallback, without_fallback,
};
use openclaw_core::model_ref::ModelRef;
use openclaw_core::selection::{AgentSettings, ModelSetting, Purpose, Settings};

use crate::selection::{entries, models};

fn model(key: &str) -> ModelRef {
    key.parse().unwrap()
}

fn show_value(value: &Value) -> String {
    match value {
        Value::String(text) => format!("{text:?}"),
        Value::Array(items) => {
            format!(
                "[{}]",
                items.iter().map(show_value).collect::<Vec<_>>().join(", ")
            )
        }
        Value::Object(fields) => {
            let field = |(key, value): &(String, Value)| format!("{key}: {}", show_value(value));
            format!(
                "{{{}}}",
                fields.iter().map(field).collect::<Vec<_>>().join(", ")
            )
        }
        other => format!("{other:?}"),
    }
}

fn show_path(path: &[PathSegment]) -> String {
    let segment = |segment: &PathSegment| match segment {
        PathSegment::Key(key) => key.clone(),
        PathSegment::Index(index) => format!("[{index}]"),
    };
    path.iter().map(segment).collect::<Vec<_>>().join(" ")
}

/// Compares the edits, one a line, with the keys above `agents defaults` left out.
#[track_caller]
fn check(change: &Change, expected: &[&str]) {
    let show = |edit: &Edit| match edit {
        Edit::Set { path, value } => format!("{} = {}", show_path(path), show_value(value)),
        Edit::Append { path, value } => format!("{} += {}", show_path(path), show_value(value)),
        Edit::Remove { path } => format!("{} removed", show_path(path)),
    };
    let lines: Vec<String> = change
        .edits
        .iter()
        .map(show)
        .map(|line| line.replace("agents defaults ", ""))
        .collect();
    assert_eq!(lines, expected);
}

fn settings() -> Settings {
    Settings {
        model: models("a/one", Some(&["b/two", "c/three"])),
        ..Settings::default()
    }
}
