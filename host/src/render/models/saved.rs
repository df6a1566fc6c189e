//! What became of a change to the config.

use openclaw_core::edit::Note;
use openclaw_core::model_ref::ModelRef;
use serde_json::{Value, json};

use crate::config_writer::Saved;

/// Returns the first line of a reply, if the config was written.
pub(in crate::render) fn head(saved: &Saved) -> String {
    if saved.changed {
        format!("Updated {}\n", saved.shown)
    } else {
        String::new()
    }
}

/// Returns what to say about the change besides.
pub(in crate::render) fn remarks(saved: &Saved) -> Vec<String> {
    saved.notes.iter().map(remark).collect()
}

/// Adds to the JSON form of a change whether and where it was written.
pub(in crate::render) fn describe(value: &mut Value, saved: &Saved) {
    value["changed"] = saved.changed.into();
    value["configPath"] = json!(saved.path);
}

fn remark(note: &Note) -> String {
    match note {
        Note::AlreadySo => "already set; nothing was changed".to_owned(),
        Note::AllowlistExtended(model) => {
            format!("`{model}` was added to `agents.defaults.models`, which lists the models that may be used")
        }
        Note::AllowlistCreated(models) if models.is_empty() => {
            "from now on only models in `agents.defaults.models` may be used; `models set` and `models fallbacks add` add to it"
                .to_owned()
        }
        Note::AllowlistCreated(models) => format!(
            "from now on only models in `agents.defaults.models` may be used; those in use were added too: {}",
            models.iter().map(ModelRef::key).collect::<Vec<_>>().join(", ")
        ),
        Note::AliasGone(alias) => format!("its alias `{alias}` went with its entry"),
        Note::Swapped(former) => format!("`{former}` took its place among the fallbacks"),
        Note::AliasMoved(from) => format!("it stood for `{from}` before"),
        Note::AliasReplaced(old) => format!("the model's alias `{old}` was replaced; a model has one at a time"),
        Note::FirstInOrder => "it is now first in the auth order of its provider".to_owned(),
        Note::LastInOrder => "it is now last in the auth order of its provider".to_owned(),
        Note::NotInOrder => {
            "the auth order of its provider does not name it, so it is not used; put it there with `openclaw models auth order set`"
                .to_owned()
        }
        Note::NotInOrderOf(agent) => format!(
            "the agent `{agent}` has an auth order of its own that does not name it, and so does not use it"
        ),
    }
}
