//! The JSON Schemas of what commands print with `--json`, as `docs/json/` has them. A test holds the
//! output of every command against its schema; how a new command gets one is in CONTRIBUTING.md.
//!
//! The files refer to shapes that several share, in `common.schema.json`. What is returned here
//! holds all that it refers to, and so needs no other file.

use serde_json::{Map, Value};

/// The shapes that several commands share.
const COMMON: &str = include_str!("../../docs/json/common.schema.json");
/// How a schema refers to one of them.
const COMMON_REF: &str = "common.schema.json#/$defs/";
/// How it refers to one that it holds itself.
const OWN_REF: &str = "#/$defs/";

/// Every command and its schema, in the order of the page. Commands with the same schema stand
/// together.
pub const COMMANDS: &[(&str, &str)] = &[
    ("setup", include_str!("../../docs/json/setup.schema.json")),
    ("status", include_str!("../../docs/json/status.schema.json")),
    (
        "models status",
        include_str!("../../docs/json/models-status.schema.json"),
    ),
    (
        "models",
        include_str!("../../docs/json/models-status.schema.json"),
    ),
    (
        "models list",
        include_str!("../../docs/json/models-list.schema.json"),
    ),
    (
        "models show",
        include_str!("../../docs/json/models-show.schema.json"),
    ),
    (
        "models set",
        include_str!("../../docs/json/models-set.schema.json"),
    ),
    (
        "models set-image",
        include_str!("../../docs/json/models-set.schema.json"),
    ),
    (
        "models allowed",
        include_str!("../../docs/json/models-allowed.schema.json"),
    ),
    (
        "models allow",
        include_str!("../../docs/json/models-allowed.schema.json"),
    ),
    (
        "models disallow",
        include_str!("../../docs/json/models-allowed.schema.json"),
    ),
    (
        "models aliases list",
        include_str!("../../docs/json/models-aliases-list.schema.json"),
    ),
    (
        "models aliases add",
        include_str!("../../docs/json/models-aliases-add.schema.json"),
    ),
    (
        "models aliases remove",
        include_str!("../../docs/json/models-aliases-add.schema.json"),
    ),
    (
        "models fallbacks list",
        include_str!("../../docs/json/models-fallbacks-list.schema.json"),
    ),
    (
        "models image-fallbacks list",
        include_str!("../../docs/json/models-fallbacks-list.schema.json"),
    ),
    (
        "models fallbacks add",
        include_str!("../../docs/json/models-fallbacks-add.schema.json"),
    ),
    (
        "models fallbacks remove",
        include_str!("../../docs/json/models-fallbacks-add.schema.json"),
    ),
    (
        "models fallbacks clear",
        include_str!("../../docs/json/models-fallbacks-add.schema.json"),
    ),
    (
        "models image-fallbacks add",
        include_str!("../../docs/json/models-fallbacks-add.schema.json"),
    ),
    (
        "models image-fallbacks remove",
        include_str!("../../docs/json/models-fallbacks-add.schema.json"),
    ),
    (
        "models image-fallbacks clear",
        include_str!("../../docs/json/models-fallbacks-add.schema.json"),
    ),
    (
        "models scan",
        include_str!("../../docs/json/models-scan.schema.json"),
    ),
    (
        "models run",
        include_str!("../../docs/json/models-run.schema.json"),
    ),
    (
        "models count",
        include_str!("../../docs/json/models-count.schema.json"),
    ),
    (
        "models embed",
        include_str!("../../docs/json/models-embed.schema.json"),
    ),
    (
        "models explain",
        include_str!("../../docs/json/models-explain.schema.json"),
    ),
    (
        "models update",
        include_str!("../../docs/json/models-update.schema.json"),
    ),
    (
        "models update status",
        include_str!("../../docs/json/models-update-status.schema.json"),
    ),
    (
        "models update trust list",
        include_str!("../../docs/json/models-update-trust-list.schema.json"),
    ),
    (
        "models update trust add",
        include_str!("../../docs/json/models-update-trust-add.schema.json"),
    ),
    (
        "models update trust remove",
        include_str!("../../docs/json/models-update-trust-add.schema.json"),
    ),
    (
        "models auth add",
        include_str!("../../docs/json/models-auth-add.schema.json"),
    ),
    (
        "models auth setup-token",
        include_str!("../../docs/json/models-auth-add.schema.json"),
    ),
    (
        "models auth paste-token",
        include_str!("../../docs/json/models-auth-add.schema.json"),
    ),
    (
        "models auth login",
        include_str!("../../docs/json/models-auth-add.schema.json"),
    ),
    (
        "login",
        include_str!("../../docs/json/models-auth-add.schema.json"),
    ),
    (
        "models auth list",
        include_str!("../../docs/json/models-auth-list.schema.json"),
    ),
    (
        "models auth remove",
        include_str!("../../docs/json/models-auth-remove.schema.json"),
    ),
    (
        "models auth logout",
        include_str!("../../docs/json/models-auth-remove.schema.json"),
    ),
    (
        "logout",
        include_str!("../../docs/json/models-auth-remove.schema.json"),
    ),
    (
        "models auth token",
        include_str!("../../docs/json/models-auth-token.schema.json"),
    ),
    (
        "models auth migrate",
        include_str!("../../docs/json/models-auth-migrate.schema.json"),
    ),
    (
        "models auth order get",
        include_str!("../../docs/json/models-auth-order-get.schema.json"),
    ),
    (
        "models auth order set",
        include_str!("../../docs/json/models-auth-order-set.schema.json"),
    ),
    (
        "models auth order clear",
        include_str!("../../docs/json/models-auth-order-set.schema.json"),
    ),
    (
        "models auth cooldown list",
        include_str!("../../docs/json/models-auth-cooldown-list.schema.json"),
    ),
    (
        "models auth cooldown clear",
        include_str!("../../docs/json/models-auth-cooldown-clear.schema.json"),
    ),
    (
        "agents list",
        include_str!("../../docs/json/agents-list.schema.json"),
    ),
    (
        "agents add",
        include_str!("../../docs/json/agents-add.schema.json"),
    ),
    (
        "agents remove",
        include_str!("../../docs/json/agents-remove.schema.json"),
    ),
    (
        "config get",
        include_str!("../../docs/json/config-get.schema.json"),
    ),
    (
        "config set",
        include_str!("../../docs/json/config-set.schema.json"),
    ),
    (
        "config unset",
        include_str!("../../docs/json/config-unset.schema.json"),
    ),
    (
        "config validate",
        include_str!("../../docs/json/config-validate.schema.json"),
    ),
    (
        "config edit",
        include_str!("../../docs/json/config-validate.schema.json"),
    ),
    (
        "config list",
        include_str!("../../docs/json/config-list.schema.json"),
    ),
    (
        "config path",
        include_str!("../../docs/json/config-path.schema.json"),
    ),
    (
        "config schema",
        include_str!("../../docs/json/config-schema.schema.json"),
    ),
    (
        "plugins list",
        include_str!("../../docs/json/plugins-list.schema.json"),
    ),
    (
        "plugins inspect",
        include_str!("../../docs/json/plugins-inspect.schema.json"),
    ),
    (
        "plugins can-reach",
        include_str!("../../docs/json/plugins-can-reach.schema.json"),
    ),
    (
        "gateway status",
        include_str!("../../docs/json/gateway-status.schema.json"),
    ),
    (
        "gateway restart",
        include_str!("../../docs/json/gateway-status.schema.json"),
    ),
    ("doctor", include_str!("../../docs/json/doctor.schema.json")),
    ("logs", include_str!("../../docs/json/logs.schema.json")),
    ("demo", include_str!("../../docs/json/demo.schema.json")),
    (
        "completions",
        include_str!("../../docs/json/completions.schema.json"),
    ),
    ("man", include_str!("../../docs/json/man.schema.json")),
    ("help", include_str!("../../docs/json/help.schema.json")),
    (
        "reference",
        include_str!("../../docs/json/reference.schema.json"),
    ),
];

/// What is printed besides: the version, and what goes to stderr.
pub const OTHERS: &[(&str, &str)] = &[
    (
        "version",
        include_str!("../../docs/json/version.schema.json"),
    ),
    ("event", include_str!("../../docs/json/event.schema.json")),
    ("error", include_str!("../../docs/json/error.schema.json")),
    (
        "message",
        include_str!("../../docs/json/message.schema.json"),
    ),
];

/// Returns the schema of a command, or of `version`, `error` or `message`, by itself.
#[must_use]
pub fn of(name: &str) -> Option<Value> {
    let (_, text) = COMMANDS
        .iter()
        .chain(OTHERS)
        .find(|(known, _)| *known == name)?;
    Some(whole(parsed(text)))
}

/// Returns every schema by its name.
#[must_use]
pub fn all() -> Map<String, Value> {
    let schemas = COMMANDS.iter().chain(OTHERS);
    schemas
        .map(|(name, text)| ((*name).to_owned(), whole(parsed(text))))
        .collect()
}

/// Returns the shapes that several commands share, by their names.
#[must_use]
pub fn shared() -> Map<String, Value> {
    match parsed(COMMON)["$defs"].take() {
        Value::Object(shared) => shared,
        _ => Map::new(),
    }
}

/// Reads a schema as it is in its file.
#[must_use]
pub fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}

/// Returns the name of the shared shape that a schema refers to.
#[must_use]
pub fn refers_to(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str()?.strip_prefix(COMMON_REF)
}

/// Puts the shared shapes into a schema that it refers to, directly or through another.
fn whole(mut schema: Value) -> Value {
    let shared = shared();
    let mut wanted = Vec::new();
    use_own(&mut schema, &mut wanted);
    let mut own = Map::new();
    while let Some(name) = wanted.pop() {
        if let Some(found) = shared.get(&name)
            && !own.contains_key(&name)
        {
            let mut found = found.clone();
            use_own(&mut found, &mut wanted);
            own.insert(name, found);
        }
    }
    if !own.is_empty() {
        own.sort_keys();
        schema["$defs"] = Value::Object(own);
    }
    schema
}

/// Makes references to shared shapes ones within the schema, and collects their names.
fn use_own(schema: &mut Value, wanted: &mut Vec<String>) {
    match schema {
        Value::Object(keys) => {
            if let Some(Value::String(target)) = keys.get_mut("$ref")
                && let Some(name) = target.strip_prefix(COMMON_REF)
            {
                wanted.push(name.to_owned());
                *target = format!("{OWN_REF}{name}");
            }
            keys.values_mut().for_each(|value| use_own(value, wanted));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| use_own(item, wanted)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_holds_all_that_it_refers_to() {
        for (name, schema) in all() {
            let text = schema.to_string();
            assert!(!text.contains(COMMON_REF), "{name}");
            for reference in text.split("\"$ref\":\"").skip(1) {
                let target = reference.split('"').next().unwrap_or_default();
                let found = schema.pointer(target.trim_start_matches('#'));
                assert!(found.is_some(), "{name}: {target}");
            }
        }
        assert!(of("models explain").is_some() && of("nothing").is_none());
    }
}
