//! The JSON Schema of `openclaw.json`: published for editors, asked by `config validate` and
//! `config set`, and the place that says which values are secrets (`writeOnly`). A test keeps it in
//! step with the reader of this folder.

use std::sync::OnceLock;

use jsonschema::Validator;
use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::paths::LocationSegment;
use openclaw_core::catalog::{nearest, slip_of};
use serde_json::Value as Json;

use crate::json5::{KeyPath, Node, Segment, Value};

/// The schema as it is published.
pub const TEXT: &str = include_str!("openclaw.schema.json");

/// Where a file names its schema or the files it is made of; known everywhere.
const INCLUDE: &str = "$include";

/// How deep keys are named.
const DEEPEST: usize = 6;

/// Most names of a list that are named in a message.
const MOST: usize = 5;

/// Something in a config that the schema does not expect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Mismatch {
    /// A value that is wrong, or lacks something.
    Wrong {
        /// The value.
        path: KeyPath,
        /// What was expected and what was found; quotes nothing that could be a secret.
        message: String,
    },
    /// A key that nobody reads.
    Unknown(Unknown),
}

/// A key that nobody reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// The key.
    pub path: KeyPath,
    /// A known key that may have been meant.
    pub near: Option<KeyPath>,
    /// Whether it surely was: a slip of the hand, or a key of an object one level below. At the top
    /// every key that nobody reads counts as one: each command would warn of it from then on.
    pub slip: bool,
}

/// Returns the schema.
#[must_use]
pub fn root() -> &'static Json {
    static ROOT: OnceLock<Json> = OnceLock::new();
    ROOT.get_or_init(|| serde_json::from_str(TEXT).expect("a test reads the schema"))
}

/// What the schema says of a step down.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Below {
    /// This schema holds there.
    Schema(&'static Json),
    /// Anything may be there.
    Free,
    /// Nothing is known to be there.
    Unknown,
}

impl Below {
    /// Returns what holds one step further down.
    pub(crate) fn step(self, step: &Segment) -> Self {
        let Self::Schema(schema) = self else {
            return self;
        };
        if let (Some(items), Some(_)) = (schema.get("items"), step.index()) {
            return Self::Schema(resolved(items));
        }
        let key = step.key();
        if let Some(known) = schema
            .get("properties")
            .and_then(|properties| properties.get(&key))
        {
            return Self::Schema(resolved(known));
        }
        match schema.get("additionalProperties") {
            Some(Json::Bool(false)) => Self::Unknown,
            Some(values) => Self::Schema(resolved(values)),
            None => Self::Free,
        }
    }

    /// Whether keys of the user's own are expected here, as in a map of models.
    pub(crate) fn is_map(self) -> bool {
        let Self::Schema(schema) = self else {
            return false;
        };
        matches!(schema.get("additionalProperties"), Some(Json::Object(_)))
    }

    /// Returns the keys that are known here.
    pub(crate) fn keys(self) -> Vec<&'static str> {
        let Self::Schema(schema) = self else {
            return Vec::new();
        };
        let properties = schema.get("properties").and_then(Json::as_object);
        properties
            .into_iter()
            .flatten()
            .map(|(key, _)| key.as_str())
            .filter(|key| *key != INCLUDE)
            .collect()
    }
}

/// Returns what the schema says of a path.
pub(crate) fn below(path: &[Segment]) -> Below {
    path.iter()
        .fold(Below::Schema(root()), |place, step| place.step(step))
}

/// Whether the schema marks the value at a path as a secret.
pub(crate) fn is_secret(path: &[Segment]) -> bool {
    match below(path) {
        Below::Schema(schema) => schema.get("writeOnly") == Some(&Json::Bool(true)),
        Below::Free | Below::Unknown => false,
    }
}

/// Whether the schema knows the key at a path.
#[must_use]
pub fn is_known(path: &[Segment]) -> bool {
    matches!(below(path), Below::Schema(_))
}

/// Returns every key that the schema knows by its name, in its order. What is in lists, and in maps
/// whose keys are the user's own, has no name.
#[must_use]
pub fn known_paths() -> Vec<String> {
    let mut found = Vec::new();
    named(Below::Schema(root()), &KeyPath::default(), &mut found);
    found
}

fn named(place: Below, path: &KeyPath, found: &mut Vec<String>) {
    for key in place.keys() {
        let path = path.join(key);
        found.push(path.written());
        if path.0.len() < DEEPEST {
            named(place.step(&Segment::from(key)), &path, found);
        }
    }
}

/// Whether a choice of models is expected at a path: a primary as a text, or an object.
#[must_use]
pub fn takes_models(path: &[Segment]) -> bool {
    match below(path) {
        Below::Schema(schema) => Some(schema) == root().pointer("/$defs/models"),
        Below::Free | Below::Unknown => false,
    }
}

fn resolved(schema: &'static Json) -> &'static Json {
    let target = schema.get("$ref").and_then(Json::as_str);
    target
        .and_then(|target| root().pointer(target.strip_prefix('#')?))
        .unwrap_or(schema)
}

/// Compares a config, its includes merged, with the schema.
pub(crate) fn check(config: &Node) -> Vec<Mismatch> {
    static VALIDATOR: OnceLock<Validator> = OnceLock::new();
    let validator = VALIDATOR
        .get_or_init(|| jsonschema::draft202012::new(root()).expect("a test builds the validator"));
    let value = config.to_json();
    let mut found = Vec::new();
    for error in validator.iter_errors(&value) {
        let path = path_of(config, error.instance_path().iter());
        match error.kind() {
            ValidationErrorKind::AdditionalProperties { unexpected } => {
                let unknown = unexpected.iter().map(|key| unknown(&path, key));
                found.extend(unknown.map(Mismatch::Unknown));
            }
            kind => {
                let node = config.at(&path.0).unwrap_or(config);
                let message = message(kind, node);
                found.push(Mismatch::Wrong { path, message });
            }
        }
    }
    found
}

/// Says more of a key that is not known at `parent`.
fn unknown(parent: &KeyPath, key: &str) -> Unknown {
    let place = below(&parent.0);
    let keys = place.keys();
    let path = parent.join(key);
    let found = |near: &str, slip| Unknown {
        path: path.clone(),
        near: Some(parent.join(near)),
        slip,
    };
    if let Some(near) = slip_of(key, keys.iter().copied()) {
        return found(near, true);
    }
    // `agents.defaults.fallbacks` is `agents.defaults.model.fallbacks`.
    let one_below = keys.iter().find(|known| {
        let below = place.step(&Segment::from(**known));
        below.keys().contains(&key)
    });
    if let Some(known) = one_below {
        return Unknown {
            near: Some(parent.join(*known).join(key)),
            path,
            slip: true,
        };
    }
    let is_top = parent.0.is_empty();
    match nearest(key, keys) {
        Some(near) => found(near, is_top),
        None => Unknown {
            path,
            near: None,
            slip: is_top,
        },
    }
}

/// The validator's places know no difference between an index and a key of digits; the tree does.
fn path_of<'a>(root: &Node, steps: impl Iterator<Item = LocationSegment<'a>>) -> KeyPath {
    let mut path = KeyPath::default();
    for step in steps {
        let text = step.to_string();
        let in_array = matches!(
            root.at(&path.0).map(|node| &node.value),
            Some(Value::Array(_))
        );
        path = match text.parse::<usize>() {
            Ok(index) if in_array => path.join(index),
            _ => path.join(text.as_str()),
        };
    }
    path
}

/// Says what was expected. The validator's own messages quote values, which may be secrets.
fn message(kind: &ValidationErrorKind, node: &Node) -> String {
    let expected = match kind {
        ValidationErrorKind::Type { kind } => types(kind),
        ValidationErrorKind::Enum { options } => {
            let options = options.as_array().map(Vec::as_slice).unwrap_or_default();
            let names: Vec<&str> = options.iter().filter_map(Json::as_str).collect();
            let meant = node
                .as_str()
                .and_then(|text| nearest(text, names.iter().copied()));
            let meant = meant.map(|meant| format!("; did you mean \"{meant}\"?"));
            return format!(
                "expected {}, found {}{}",
                one_of(&names),
                found(kind, node),
                meant.unwrap_or_default()
            );
        }
        ValidationErrorKind::Required { property } => {
            return format!("expected a key `{}`", property.as_str().unwrap_or_default());
        }
        ValidationErrorKind::MinLength { .. } => "a text that is not empty".to_owned(),
        ValidationErrorKind::Minimum { limit } => format!("a number of {limit} or more"),
        ValidationErrorKind::Maximum { limit } => format!("a number of {limit} or less"),
        ValidationErrorKind::ExclusiveMinimum { limit } => format!("a number above {limit}"),
        other => format!("something that `{}` of the schema allows", other.keyword()),
    };
    format!("expected {expected}, found {}", found(kind, node))
}

/// Names what is there: a short plain value where it cannot be a secret, else its kind.
fn found(kind: &ValidationErrorKind, node: &Node) -> String {
    let is_type = matches!(kind, ValidationErrorKind::Type { .. });
    match &node.value {
        Value::Number(number) if !is_type || !number.to_f64().is_finite() => {
            number.text().to_owned()
        }
        Value::Number(number) if number.to_f64().fract() != 0.0 => {
            format!("the number {}", number.text())
        }
        Value::String(text) if text.is_empty() => "an empty one".to_owned(),
        Value::String(text)
            if matches!(kind, ValidationErrorKind::Enum { .. }) && text.len() < 24 =>
        {
            format!("\"{text}\"")
        }
        _ => node.kind().to_owned(),
    }
}

fn types(kind: &TypeKind) -> String {
    let word = |name: &str| match name {
        "array" => "an array".to_owned(),
        "boolean" => "true or false".to_owned(),
        "integer" => "a whole number".to_owned(),
        "object" => "an object".to_owned(),
        "null" => "null".to_owned(),
        other => format!("a {other}"),
    };
    match kind {
        TypeKind::Single(one) => word(&one.to_string()),
        TypeKind::Multiple(several) => {
            let words: Vec<String> = several.iter().map(|one| word(&one.to_string())).collect();
            words.join(" or ")
        }
    }
}

fn one_of(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
    match quoted.as_slice() {
        [] => "nothing".to_owned(),
        [one] => one.clone(),
        [first, second] => format!("{first} or {second}"),
        [others @ .., last] if quoted.len() <= MOST => {
            format!("one of {} and {last}", others.join(", "))
        }
        _ => format!(
            "one of {} and {} others",
            quoted[..MOST].join(", "),
            quoted.len() - MOST
        ),
    }
}
