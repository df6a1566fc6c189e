//! A place in a JSON file, for errors that name it.

use openclaw_core::conversation::Json;
use openclaw_router::{Failure, Kind};
use serde_json::{Map, Value};

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(super) struct At<'a> {
    value: &'a Value,
    path: String,
    file: &'a str,
}

impl<'a> At<'a> {
    /// Begins at the top of a file.
    pub(super) fn top(value: &'a Value, file: &'a str) -> Self {
        Self {
            value,
            path: String::new(),
            file,
        }
    }

    pub(super) fn value(&self) -> &'a Value {
        self.value
    }

    /// Returns an error about this place.
    pub(super) fn wrong(&self, problem: impl std::fmt::Display) -> Failure {
        let path = self.path.trim_start_matches('.');
        let place = if path.is_empty() {
            self.file.to_owned()
        } else {
            format!("{}: `{path}`", self.file)
        };
        Failure::new(Kind::Usage, format!("{place}: {problem}")).hint(
            "docs/conversations.md describes the file; `openclaw models run --help` has an example",
        )
    }

    /// Returns the value as an object that has no other keys than these.
    pub(super) fn object(&self, known: &[&str]) -> Result<&'a Map<String, Value>, Failure> {
        let object = self
            .value
            .as_object()
            .ok_or_else(|| self.wrong(format!("must be an object, not {}", kind(self.value))))?;
        match object.keys().find(|key| !known.contains(&key.as_str())) {
            None => Ok(object),
            Some(key) => Err(self.wrong(format!(
                "has the unknown key `{}`; known ones are {}",
                key.escape_default(),
                list(known)
            ))),
        }
    }

    /// Returns a member that is there and not null.
    pub(super) fn get(&self, key: &str) -> Option<Self> {
        let value = self.value.get(key).filter(|value| !value.is_null())?;
        Some(Self {
            value,
            path: format!("{}.{key}", self.path),
            file: self.file,
        })
    }

    /// Returns a member, which has to be there.
    pub(super) fn need(&self, key: &str) -> Result<Self, Failure> {
        self.get(key)
            .ok_or_else(|| self.wrong(format!("lacks the key `{key}`")))
    }

    pub(super) fn text(&self) -> Result<&'a str, Failure> {
        self.value
            .as_str()
            .ok_or_else(|| self.wrong(format!("must be a string, not {}", kind(self.value))))
    }

    /// Returns a string that is not blank.
    pub(super) fn word(&self) -> Result<String, Failure> {
        let text = self.text()?;
        if text.trim().is_empty() {
            return Err(self.wrong("must not be empty"));
        }
        Ok(text.to_owned())
    }

    pub(super) fn flag(&self) -> Result<bool, Failure> {
        self.value
            .as_bool()
            .ok_or_else(|| self.wrong(format!("must be true or false, not {}", kind(self.value))))
    }

    pub(super) fn count(&self) -> Result<u32, Failure> {
        let number = self.value.as_u64().and_then(|n| u32::try_from(n).ok());
        number.ok_or_else(|| self.wrong("must be a whole number from 0 on"))
    }

    pub(super) fn number(&self) -> Result<f64, Failure> {
        self.value
            .as_f64()
            .ok_or_else(|| self.wrong(format!("must be a number, not {}", kind(self.value))))
    }

    pub(super) fn integer(&self) -> Result<i64, Failure> {
        self.value
            .as_i64()
            .ok_or_else(|| self.wrong("must be a whole number"))
    }

    /// Returns the items of a list.
    pub(super) fn items(&self) -> Result<Vec<Self>, Failure> {
        let list = self
            .value
            .as_array()
            .ok_or_else(|| self.wrong(format!("must be a list, not {}", kind(self.value))))?;
        let item = |(index, value)| Self {
            value,
            path: format!("{}[{index}]", self.path),
            file: self.file,
        };
        Ok(list.iter().enumerate().map(item).collect())
    }

    pub(super) fn words(&self) -> Result<Vec<String>, Failure> {
        self.items()?.iter().map(Self::word).collect()
    }

    pub(super) fn json(&self) -> Json {
        Json::new(self.value.to_string())
    }

    /// Returns a member as a word, if it is there.
    pub(super) fn maybe_word(&self, key: &str) -> Result<Option<String>, Failure> {
        self.get(key).map(|at| at.word()).transpose()
    }

    /// Returns a member as a flag, if it is there.
    pub(super) fn maybe_flag(&self, key: &str) -> Result<Option<bool>, Failure> {
        self.get(key).map(|at| at.flag()).transpose()
    }

    /// Returns a member as a count, if it is there.
    pub(super) fn maybe_count(&self, key: &str) -> Result<Option<u32>, Failure> {
        self.get(key).map(|at| at.count()).transpose()
    }

    /// Returns a member as a number, if it is there.
    pub(super) fn maybe_number(&self, key: &str) -> Result<Option<f64>, Failure> {
        self.get(key).map(|at| at.number()).transpose()
    }
}

/// Parses a file.
///
/// # Errors
/// It is not JSON; says where.
pub(super) fn parse(text: &str, file: &str) -> Result<Value, Failure> {
    serde_json::from_str(text).map_err(|error| {
        Failure::new(
            Kind::Usage,
            format!("{file}, line {}: not JSON: {error}", error.line()),
        )
        .hint(
            "docs/conversations.md describes the file; `openclaw models run --help` has an example",
        )
    })
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// Returns names as a list for a sentence.
pub(super) fn list(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}
