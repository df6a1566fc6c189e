//! The published schema and the reader of the known keys say the same.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json, json};

use crate::error::Location;
use crate::json5::{KeyPath, Position, Segment, parse};
use crate::schema::config::ConfigView;
use crate::schema::json::{self, Below, below};
use crate::schema::reader::Reader;

/// Calls `see` for every schema that a `properties` names, with its key.
fn every_key(schema: &Json, at: &str, see: &mut impl FnMut(&str, &Json)) {
    match schema {
        Json::Object(map) => {
            for (key, value) in map {
                if key == "properties" {
                    for (name, schema) in value.as_object().into_iter().flatten() {
                        see(&format!("{at}.{name}"), schema);
                    }
                }
                if key != "examples" {
                    every_key(value, &format!("{at}.{key}"), see);
                }
            }
        }
        Json::Array(items) => items.iter().for_each(|item| every_key(item, at, see)),
        _ => {}
    }
}

#[test]
fn every_key_is_explained_by_examples_that_are_valid() {
    let root = json::root();
    let mut count = 0;
    every_key(root, "", &mut |key, schema| {
        if key.ends_with(".$include") {
            return;
        }
        count += 1;
        for word in ["title", "description"] {
            let text = schema[word].as_str().unwrap_or_default();
            assert!(!text.is_empty(), "{key} has no {word}");
        }
        let examples = schema["examples"].as_array().expect(key);
        assert!(!examples.is_empty(), "{key}");
        let mut alone = schema.clone();
        alone["$schema"] = root["$schema"].clone();
        alone["$defs"] = root["$defs"].clone();
        let validator = jsonschema::draft202012::new(&alone).expect(key);
        for example in examples {
            let errors: Vec<String> = validator
                .iter_errors(example)
                .map(|error| error.to_string())
                .collect();
            assert!(errors.is_empty(), "{key}: {example}: {errors:?}");
        }
    });
    assert!(count > 100, "only {count} keys were looked at");
    assert_eq!(json::TEXT.parse::<Json>().expect("JSON"), *root);
}

/// Returns a config that has every key of the schema once.
fn whole(schema: &Json) -> Json {
    let schema = match schema.get("$ref").and_then(Json::as_str) {
        Some(target) => {
            let target = target.strip_prefix('#').expect("in this file");
            json::root().pointer(target).expect(target)
        }
        None => schema,
    };
    let properties = schema.get("properties").and_then(Json::as_object);
    let values = schema
        .get("additionalProperties")
        .filter(|one| one.is_object());
    if properties.is_some() || values.is_some() {
        let mut map: Map<String, Json> = properties
            .into_iter()
            .flatten()
            .filter(|(key, _)| *key != "$include")
            .map(|(key, schema)| (key.clone(), whole(schema)))
            .collect();
        map.extend(values.map(|schema| ("MINE".to_owned(), whole(schema))));
        return Json::Object(map);
    }
    match (
        schema.get("items"),
        schema.get("examples"),
        schema["type"].as_str(),
    ) {
        (Some(items), ..) => json!([whole(items)]),
        (_, Some(examples), _) => examples[0].clone(),
        (.., Some("number")) => json!(1.5),
        _ => json!("text"),
    }
}

/// What the reader made of a config.
struct Reading {
    problems: Vec<String>,
    warnings: Vec<String>,
    /// The keys it knew, by where.
    known: Vec<(KeyPath, Vec<String>)>,
}

fn read(config: &Json) -> Reading {
    let root = parse(&config.to_string()).expect("JSON is JSON5");
    let nowhere = |_| Location {
        file: "x".into(),
        position: Position { line: 1, column: 1 },
    };
    let mut reader = Reader::new(None, nowhere);
    ConfigView::read(&mut reader, &root);
    let known = std::mem::take(&mut reader.known);
    let doubts = reader.doubts();
    let (problems, warnings) = reader.finish();
    Reading {
        problems: problems
            .iter()
            .chain(&doubts)
            .map(ToString::to_string)
            .collect(),
        warnings: warnings.iter().map(ToString::to_string).collect(),
        known,
    }
}

fn accepts(config: &Json) -> bool {
    let root = parse(&config.to_string()).expect("JSON is JSON5");
    json::check(&root).is_empty()
}

#[test]
fn both_know_the_same_keys() {
    let whole = whole(json::root());
    let Reading {
        problems,
        warnings,
        known,
    } = read(&whole);
    assert_eq!((problems, warnings), (vec![], vec![]));
    assert!(accepts(&whole));
    assert!(known.len() > 12, "{known:?}");
    for (path, keys) in known {
        let keys: BTreeSet<&str> = keys.iter().map(String::as_str).collect();
        let published: BTreeSet<&str> = below(&path.0).keys().into_iter().collect();
        assert_eq!(keys, published, "at {path}");
    }
}

/// Places where the schema asks for more than the reader needs.
const STRICTER: [&str; 12] = [
    "$schema",
    "gateway",
    "gateway.port",
    ".primary",
    ".fallbacks[0]",
    ".order.MINE[0]",
    ".provider",
    ".mode",
    ".api",
    ".auth",
    ".id",
    "models.bedrockDiscovery",
];

#[test]
fn both_want_the_same_types() {
    let whole = whole(json::root());
    let mut places = Vec::new();
    places_of(&whole, &KeyPath::default(), &mut places);
    let wrong = [
        json!(null),
        json!(true),
        json!(-1),
        json!(0),
        json!(1.5),
        json!(7),
        json!(""),
        json!("word"),
        json!([]),
        json!([1]),
        json!({}),
    ];
    let (mut refused, mut stricter) = (0, 0);
    for place in &places {
        for value in &wrong {
            let mut config = whole.clone();
            let target = place.0.iter().fold(&mut config, |node, step| match step {
                Segment::Index(index) => &mut node[*index],
                Segment::Key(key) => &mut node[key.as_str()],
            });
            *target = value.clone();
            let problems = read(&config).problems;
            match (problems.is_empty(), accepts(&config)) {
                (true, true) => {}
                (false, false) => refused += 1,
                (true, false) => {
                    let path = place.written();
                    let known = STRICTER.iter().any(|end| path.ends_with(end));
                    assert!(
                        known,
                        "the reader takes {value} at {path}, the schema does not"
                    );
                    stricter += 1;
                }
                (false, true) => panic!(
                    "the schema takes {value} at {}, the reader does not: {problems:?}",
                    place.written()
                ),
            }
        }
    }
    assert!(refused > 300 && stricter > 20, "{refused}, {stricter}");
}

fn places_of(value: &Json, path: &KeyPath, into: &mut Vec<KeyPath>) {
    if !path.0.is_empty() {
        into.push(path.clone());
    }
    if matches!(below(&path.0), Below::Free) {
        return;
    }
    match value {
        Json::Object(map) => {
            for (key, value) in map {
                places_of(value, &path.join(key.as_str()), into);
            }
        }
        Json::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                places_of(value, &path.join(index), into);
            }
        }
        _ => {}
    }
}
