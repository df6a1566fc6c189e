//! The page `docs/json.md`: what commands print with `--json`, made of the schemas.

use openclaw_router::Kind;
use serde_json::Value;

use super::{Layout, Reply};
use crate::commands::reference::{JsonReference, SchemaReference};
use crate::schemas;

/// What is said before the commands. No page of its own: its links are those of `docs/json.md`.
const ABOUT: &str = include_str!("json_output.md.in");

impl Reply for JsonReference {
    fn human(&self, _page: &Layout) -> String {
        let mut text = format!("{ABOUT}| `error.code` | meaning |\n|---|---|\n");
        for kind in Kind::ALL {
            text.push_str(&format!("| `{}` | {} |\n", kind.code(), kind.about()));
        }
        text.push_str("\n## Commands\n");
        let mut before: Option<&str> = None;
        for (_, schema) in schemas::COMMANDS {
            if before.replace(*schema) == Some(*schema) {
                continue;
            }
            let names = schemas::COMMANDS.iter();
            let names: Vec<&str> = names
                .filter(|(_, other)| other == schema)
                .map(|(name, _)| *name)
                .collect();
            text.push_str(&format!("\n### openclaw {}\n\n", names[0]));
            if names.len() > 1 {
                let others: Vec<String> = names[1..]
                    .iter()
                    .map(|name| format!("`openclaw {name}`"))
                    .collect();
                text.push_str(&format!("Also of {}.\n\n", others.join(", ")));
            }
            text.push_str(&section(&schemas::parsed(schema)));
        }
        text.push_str("\n## Everything else that is printed\n");
        for (_, schema) in schemas::OTHERS {
            let schema = schemas::parsed(schema);
            let title = schema["title"].as_str().unwrap_or_default();
            text.push_str(&format!("\n### {title}\n\n{}", section(&schema)));
        }
        text.push_str("\n## Shapes that several commands share\n");
        for (name, schema) in schemas::shared() {
            text.push_str(&format!("\n### {name}\n\n{}", section(&schema)));
        }
        text
    }

    fn json(&self) -> Value {
        Value::Object(schemas::all())
    }

    fn is_fixed(&self) -> bool {
        true
    }
}

impl Reply for SchemaReference {
    fn human(&self, _page: &Layout) -> String {
        super::pretty(&self.0)
    }

    fn json(&self) -> Value {
        self.0.clone()
    }

    fn is_fixed(&self) -> bool {
        true
    }
}

/// Returns what a schema says: its description, an example, and a row for each key.
fn section(schema: &Value) -> String {
    let mut text = format!("{}\n", said(schema));
    let examples = schema["examples"].as_array();
    for example in examples.into_iter().flatten() {
        text.push_str(&format!("\n```json\n{example:#}\n```\n"));
    }
    let mut rows = String::new();
    keys(&mut rows, "", schema);
    if !rows.is_empty() {
        text.push_str(&format!(
            "\n| key | type | meaning |\n|---|---|---|\n{rows}"
        ));
    } else if let Some(words) = words(schema) {
        text.push_str(&format!("\nOne of {words}.\n"));
    } else if schemas::refers_to(&schema["items"]).is_some() {
        text.push_str(&format!("\nThe document is an {}.\n", kind(schema)));
    }
    text
}

/// Adds a row for each key of an object, and of the objects in it.
fn keys(rows: &mut String, path: &str, schema: &Value) {
    let items = &schema["items"];
    if items["properties"].is_object() {
        return keys(rows, &format!("{path}[]"), items);
    }
    let others = &schema["additionalProperties"];
    if others["properties"].is_object() {
        return keys(rows, &format!("{path}.{}", placeholder(schema)), others);
    }
    let Some(properties) = schema["properties"].as_object() else {
        return;
    };
    for (name, property) in properties {
        let path = if path.is_empty() {
            name.clone()
        } else {
            format!("{path}.{name}")
        };
        let required = schema["required"].as_array();
        let always = required.is_some_and(|names| names.iter().any(|one| one == name));
        let sometimes = if always { "" } else { ", not always there" };
        let within = ["items", "additionalProperties"].into_iter();
        let values =
            words(property).or_else(|| within.filter_map(|key| words(&property[key])).next());
        let values = values.map(|words| format!(": {words}")).unwrap_or_default();
        rows.push_str(&format!(
            "| `{path}` | {}{sometimes} | {}{values} |\n",
            kind(property),
            said(property),
        ));
        keys(rows, &path, property);
    }
}

/// Returns what stands for a key that is a name: `<provider>`.
fn placeholder(schema: &Value) -> String {
    let name = schema["propertyNames"]["title"].as_str();
    format!("<{}>", name.unwrap_or("name"))
}

fn said(schema: &Value) -> String {
    let text = schema["description"].as_str().unwrap_or_default();
    text.replace('|', "\\|")
}

/// Returns the only values that there are.
fn words(schema: &Value) -> Option<String> {
    let values = schema["enum"].as_array()?.iter();
    let values = values.filter_map(Value::as_str);
    Some(
        values
            .map(|value| format!("`{value}`"))
            .collect::<Vec<_>>()
            .join(", "),
    )
}

/// Returns the type in words.
fn kind(schema: &Value) -> String {
    if let Some(name) = schemas::refers_to(schema) {
        return format!("[{name}](#{})", name.to_lowercase());
    }
    if let Some(either) = schema["anyOf"].as_array() {
        let kinds: Vec<String> = either.iter().map(kind).collect();
        return kinds.join(" or ");
    }
    if let Some(value) = schema.get("const") {
        return format!("`{value}`");
    }
    if let Some(values) = schema["enum"].as_array() {
        let null = values.iter().any(Value::is_null);
        return if null { "string or null" } else { "string" }.to_owned();
    }
    let one = |name: &str| match name {
        "array" => format!("array of {}", kind(&schema["items"])),
        "object" if schema["additionalProperties"].is_object() => format!(
            "object, each `{}` of it {}",
            placeholder(schema),
            kind(&schema["additionalProperties"])
        ),
        name => name.to_owned(),
    };
    match &schema["type"] {
        Value::String(name) => one(name),
        Value::Array(names) => {
            let names = names.iter().filter_map(Value::as_str).map(one);
            names.collect::<Vec<_>>().join(" or ")
        }
        _ => "any".to_owned(),
    }
}
