//! The schemas and the page that is made of them.

use std::collections::BTreeSet;

use expect_test::{ExpectFile, expect_file};
use openclaw_tests::Sandbox;
use serde_json::Value;

use super::{Schemas, schemas};
use crate::surface::commands;

#[test]
fn every_command_has_a_schema_and_every_schema_a_command() {
    let world = Sandbox::new();
    let commands = commands(&world);
    let mut printing: BTreeSet<String> = commands
        .iter()
        .filter(|command| !command.is_group())
        .map(super::super::surface::Command::typed)
        .collect();
    printing.extend(["version", "event", "error", "message"].map(str::to_owned));
    let described: BTreeSet<String> = schemas().keys().cloned().collect();
    let missing: Vec<&String> = printing.difference(&described).collect();
    assert!(
        missing.is_empty(),
        "no schema in docs/json/ of {missing:?}; CONTRIBUTING.md says how to add one"
    );
    let idle: Vec<&String> = described.difference(&printing).collect();
    assert!(idle.is_empty(), "there is no command {idle:?}");
    for name in described {
        let one = world.run(&["reference", "--json-schema", &name]);
        assert_eq!(one.json(), schemas()[&name], "{name}");
    }
}

/// Collects what a schema does not say.
fn gaps(schema: &Value, path: &str, found: &mut Vec<String>) {
    if let Some(keys) = schema["properties"].as_object() {
        if schema["additionalProperties"] != false {
            found.push(format!("{path}: \"additionalProperties\": false"));
        }
        for (key, property) in keys {
            let path = format!("{path}.{key}");
            if property["description"].as_str().is_none_or(str::is_empty) {
                found.push(format!("{path}: a description"));
            }
            let typed = ["type", "$ref", "enum", "const", "anyOf"];
            let any = property.as_object().is_some_and(|keys| keys.len() == 1);
            if !any && !typed.iter().any(|key| property.get(key).is_some()) {
                found.push(format!("{path}: a type"));
            }
            let is_object = property["type"] == "object";
            let is_map = property["additionalProperties"].is_object();
            if is_object && !is_map && !property["properties"].is_object() {
                found.push(format!("{path}: what is in the object"));
            }
            if is_map && property["propertyNames"]["title"].as_str().is_none() {
                found.push(format!("{path}: \"propertyNames\": {{ \"title\": … }}"));
            }
            gaps(property, &path, found);
        }
    }
    for inner in ["items", "additionalProperties"] {
        if schema[inner].is_object() {
            gaps(&schema[inner], &format!("{path}[]"), found);
        }
    }
    if let Some(shared) = schema["$defs"].as_object() {
        for (name, shared) in shared {
            if shared["description"].as_str().is_none_or(str::is_empty) {
                found.push(format!("{name}: a description"));
            }
            gaps(shared, name, found);
        }
    }
}

#[test]
fn every_key_is_described_and_every_object_closed() {
    let mut missing = Vec::new();
    for (name, schema) in schemas() {
        assert!(
            jsonschema::meta::is_valid(&schema),
            "{name}: not a JSON Schema"
        );
        for key in ["title", "description"] {
            if schema[key].as_str().is_none_or(str::is_empty) {
                missing.push(format!("{name}: a {key}"));
            }
        }
        gaps(&schema, &name, &mut missing);
    }
    missing.sort();
    missing.dedup();
    assert!(
        missing.is_empty(),
        "say in docs/json/:\n{}",
        missing.join("\n")
    );
}

#[test]
fn every_example_is_of_the_shape() {
    let mut shapes = Schemas::new();
    let mut examples = 0;
    for (name, schema) in schemas() {
        for example in schema["examples"].as_array().into_iter().flatten() {
            examples += 1;
            shapes.validate(&name, "an example", example);
        }
    }
    shapes.done();
    assert!(examples > 30, "{examples} examples");
}

#[test]
fn the_page_is_the_programs_own() {
    let page: ExpectFile = expect_file!["../../../docs/json.md"];
    page.assert_eq(Sandbox::new().openclaw("reference --json-output").ok());
}

#[test]
fn every_code_in_the_source_is_on_the_page() {
    let source = include_str!("../../../host/router/src/failure.rs");
    let (_, after) = source.split_once("fn code(self)").unwrap();
    let (body, _) = after.split_once("\n    }\n").unwrap();
    let codes: Vec<&str> = body
        .lines()
        .filter_map(|line| line.split_once("=> \"")?.1.split('"').next())
        .collect();
    assert!(codes.len() > 8, "{codes:?}");
    let page = include_str!("../../../docs/json.md");
    for code in &codes {
        assert!(page.contains(&format!("| `{code}` |")), "{code}");
    }
    let known = &schemas()["error"]["$defs"]["errorCode"]["enum"];
    let known: BTreeSet<&str> = known
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .collect();
    assert_eq!(known, codes.into_iter().collect());
}

#[test]
fn a_schema_of_no_command_is_refused_with_a_suggestion() {
    Sandbox::new()
        .openclaw("reference --json-schema models statsu")
        .is(expect_test::expect![[r#"
            ---- stderr
            error: there is no command `models statsu` that prints JSON
            hint: did you mean `openclaw reference --json-schema models status`?
            [exit 1]
        "#]]);
}

#[test]
fn help_and_version_are_data_too() {
    let world = Sandbox::new();
    let mut shapes = Schemas::new();
    let version = world.openclaw("--version --json");
    shapes.validate("version", "--version --json", &version.json());
    version.ok();
    for line in [
        "--help",
        "models set --help",
        "models --agent x auth order --help",
    ] {
        let output = world.openclaw(&format!("{line} --json"));
        output.ok();
        shapes.validate("help", line, &output.json());
        let words: Vec<&str> = line
            .split(' ')
            .filter(|word| !word.starts_with('-') && *word != "x")
            .collect();
        assert_eq!(output.json()["command"], serde_json::json!(words));
    }
    shapes.done();
}
