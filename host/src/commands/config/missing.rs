//! A key that is not in the config: what is there instead.

use openclaw_core::catalog::nearest;

use crate::app::App;
use openclaw_router::{Failure, Kind};
use openclaw_store::json5::{KeyPath, Node, Value};
use openclaw_store::schema::json::is_known;

/// Most keys that are named.
const MOST: usize = 12;

/// Says that there is no such key, and names those nearest to it.
pub(super) fn failure(app: &App, exists: bool, root: &Node, path: &KeyPath) -> Failure {
    let failure = Failure::new(
        Kind::Usage,
        format!("Config path not found: {}", path.written()),
    );
    if !exists {
        let file = app.paths.shorten(app.config.path());
        return set_hint(
            failure.detail(format!("there is no config file yet ({file})")),
            path,
        );
    }
    let depth = (0..path.0.len())
        .rev()
        .find(|depth| root.at(&path.0[..*depth]).is_some())
        .unwrap_or(0);
    let here = KeyPath(path.0[..depth].to_vec());
    let node = root.at(&here.0).unwrap_or(root);
    let step = path.0[depth].key();
    let failure = failure.detail(whats_there(&here, node));
    if !matches!(node.value, Value::Object(_)) {
        return failure.hint(format!(
            "see it with: openclaw config get '{}'",
            here.written()
        ));
    }
    let keys: Vec<&str> = node
        .entries()
        .into_iter()
        .map(|member| member.key.as_str())
        .collect();
    if is_known(&path.0) {
        return set_hint(failure.detail("the key is known, and is not set"), path);
    }
    match nearest(&step, keys) {
        Some(near) => {
            let rest = KeyPath(path.0[depth + 1..].to_vec());
            let whole = KeyPath([here.join(near).0, rest.0].concat());
            let known = root.at(&whole.0).is_some();
            let near = if known { whole } else { here.join(near) };
            failure.hint(format!("did you mean `{}`?", near.written()))
        }
        None => failure.hint("see the whole config with `openclaw config get`"),
    }
}

fn set_hint(failure: Failure, path: &KeyPath) -> Failure {
    let has_index = path.0.iter().any(|step| step.index().is_some());
    if !is_known(&path.0) || has_index {
        return failure.hint("see every known key with `openclaw config schema`");
    }
    failure.hint("see how it is set with `openclaw config set --help`")
}

fn whats_there(here: &KeyPath, node: &Node) -> String {
    let name = match here.0.is_empty() {
        true => "the config".to_owned(),
        false => format!("`{}`", here.written()),
    };
    match &node.value {
        Value::Array(elements) => match elements.len() {
            0 => format!("{name} is an empty list"),
            1 => format!("{name} has 1 element, [0]"),
            count => format!("{name} has {count} elements, [0] to [{}]", count - 1),
        },
        Value::Object(_) => {
            let entries = node.entries();
            let mut keys: Vec<&str> = entries
                .iter()
                .take(MOST)
                .map(|member| member.key.as_str())
                .collect();
            if keys.is_empty() {
                return format!("{name} is empty");
            }
            if entries.len() > MOST {
                keys.push("…");
            }
            format!("{name} has {}", keys.join(", "))
        }
        _ => format!("{name} is {}, which has no parts", node.kind()),
    }
}
