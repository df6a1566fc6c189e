//! Reading known keys out of a tree, collecting everything that is wrong instead of stopping.

use openclaw_core::secret::Secret;
use serde_json::Value as Json;

use super::{Pairs, SecretText};
use crate::config::MissingVariable;
use crate::environment::Environment;
use crate::error::{Location, Problem, Warning};
use crate::json5::{KeyPath, Node, Segment, Span, Value};

/// A node and how it was reached.
#[derive(Clone, Debug)]
pub(crate) struct At<'a> {
    pub(super) path: KeyPath,
    pub(super) node: &'a Node,
}

impl<'a> At<'a> {
    pub(super) fn root(node: &'a Node) -> Self {
        Self {
            path: KeyPath::default(),
            node,
        }
    }

    /// Returns the value of a key.
    pub(super) fn get(&self, key: &str) -> Option<Self> {
        Some(Self {
            path: self.path.join(key),
            node: self.node.get(key)?,
        })
    }

    /// Whether it is an object.
    pub(super) fn is_object(&self) -> bool {
        matches!(self.node.value, Value::Object(_))
    }

    fn step(&self, step: impl Into<Segment>, node: &'a Node) -> Self {
        Self {
            path: self.path.join(step),
            node,
        }
    }
}

/// Collects problems and warnings while a view is built.
pub(crate) struct Reader<'a> {
    /// `None` leaves `${NAME}` as it is.
    variables: Option<&'a Environment>,
    locate: Box<dyn Fn(Span) -> Location + 'a>,
    problems: Vec<Problem>,
    /// What keeps one provider from being used, and nothing else.
    faults: Vec<Problem>,
    /// What is wrong and counts as not being there, so that nothing is kept from working.
    doubts: Vec<Problem>,
    warnings: Vec<Warning>,
    /// The keys that were known at each place, for comparison with the published schema.
    #[cfg(test)]
    pub(crate) known: Vec<(KeyPath, Vec<String>)>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(
        variables: Option<&'a Environment>,
        locate: impl Fn(Span) -> Location + 'a,
    ) -> Self {
        Self {
            variables,
            locate: Box::new(locate),
            problems: Vec::new(),
            faults: Vec::new(),
            doubts: Vec::new(),
            warnings: Vec::new(),
            #[cfg(test)]
            known: Vec::new(),
        }
    }

    pub(crate) fn finish(mut self) -> (Vec<Problem>, Vec<Warning>) {
        let doubts = self.doubts.into_iter().map(|doubt| Warning {
            path: Some(doubt.path),
            message: doubt.message,
            file: doubt.location.file,
            position: Some(doubt.location.position),
        });
        self.warnings.extend(doubts);
        (self.problems, self.warnings)
    }

    /// Returns what is wrong and stops nothing; the end of reading warns of it otherwise.
    pub(crate) fn doubts(&mut self) -> Vec<Problem> {
        std::mem::take(&mut self.doubts)
    }

    /// Returns what keeps single providers from being used.
    pub(crate) fn faults(&mut self) -> Vec<Problem> {
        std::mem::take(&mut self.faults)
    }

    /// Notes what keeps the provider that this is of from being used; others can be.
    pub(super) fn fault(&mut self, at: &At<'_>, message: impl Into<String>) {
        let location = (self.locate)(at.node.span);
        self.faults.push(Problem {
            path: at.path.clone(),
            message: message.into(),
            location,
        });
    }

    /// Notes what is wrong and counts as not being there.
    pub(super) fn doubt(&mut self, at: &At<'_>, message: impl Into<String>) {
        let location = (self.locate)(at.node.span);
        self.doubts.push(Problem {
            path: at.path.clone(),
            message: message.into(),
            location,
        });
    }

    pub(super) fn problem(&mut self, at: &At<'_>, message: impl Into<String>) {
        let location = (self.locate)(at.node.span);
        self.problems.push(Problem {
            path: at.path.clone(),
            message: message.into(),
            location,
        });
    }

    /// Reads a part of which nothing stops the rest from being used: what is wrong in it counts as not
    /// being there. Returns whether something was.
    pub(super) fn leniently<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> (T, bool) {
        let before = self.problems.len();
        let found = read(self);
        let wrong = self.problems.split_off(before);
        let is_wrong = !wrong.is_empty();
        self.doubts.extend(wrong);
        (found, is_wrong)
    }

    /// Notes something worth saying that stops nothing.
    pub(super) fn warn(&mut self, at: &At<'_>, message: impl Into<String>) {
        let Location { file, position } = (self.locate)(at.node.span);
        self.warnings.push(Warning {
            path: Some(at.path.clone()),
            message: message.into(),
            file,
            position: Some(position),
        });
    }

    /// Whether a string refers to a variable that has no value, or none that is known here.
    pub(super) fn lacks_variable(&self, at: &At<'_>) -> bool {
        let none = Environment::default();
        let variables = self.variables.unwrap_or(&none);
        let text = at.node.as_str().unwrap_or_default();
        crate::config::substitute(text, variables).is_err()
    }

    /// Notes that something else was expected here, and returns `None` for the caller to return.
    pub(super) fn expected<T>(&mut self, at: &At<'_>, expected: &str) -> Option<T> {
        self.problem(at, format!("expected {expected}, found {}", at.node.kind()));
        None
    }

    /// Checks that this is an object, and warns of keys that nobody knows.
    pub(super) fn object<'n>(&mut self, at: At<'n>, known: &[&str]) -> Option<At<'n>> {
        if !matches!(at.node.value, Value::Object(_)) {
            return self.expected(&at, "an object");
        }
        #[cfg(test)]
        {
            let keys = known.iter().map(|key| (*key).to_owned()).collect();
            self.known.push((at.path.clone(), keys));
        }
        for member in at.node.entries() {
            if !known.contains(&member.key.as_str()) {
                let Location { file, position } = (self.locate)(member.key_span);
                let path = Some(at.path.join(member.key.as_str()));
                let message = format!("Unrecognized key: \"{}\"", member.key);
                self.warnings.push(Warning {
                    path,
                    message,
                    file,
                    position: Some(position),
                });
            }
        }
        Some(at)
    }

    /// Reads an object whose keys are names, with one reader for all values.
    pub(super) fn pairs<'n, T>(
        &mut self,
        at: At<'n>,
        mut read: impl FnMut(&mut Self, At<'n>) -> Option<T>,
    ) -> Pairs<T> {
        if !matches!(at.node.value, Value::Object(_)) {
            return self.expected(&at, "an object").unwrap_or_default();
        }
        let mut pairs = Vec::new();
        for member in at.node.entries() {
            let value = read(self, at.step(member.key.as_str(), &member.value));
            pairs.extend(value.map(|value| (member.key.clone(), value)));
        }
        pairs
    }

    /// Reads an array with one reader for all elements.
    pub(super) fn items<'n, T>(
        &mut self,
        at: At<'n>,
        mut read: impl FnMut(&mut Self, At<'n>) -> Option<T>,
    ) -> Vec<T> {
        let Value::Array(elements) = &at.node.value else {
            return self.expected(&at, "an array").unwrap_or_default();
        };
        let mut items = Vec::new();
        for (index, element) in elements.iter().enumerate() {
            items.extend(read(self, at.step(index, &element.value)));
        }
        items
    }

    pub(super) fn texts(&mut self, at: At<'_>) -> Vec<String> {
        self.items(at, Self::text)
    }

    /// Reads a string. A missing variable is left in it: the loader reports those for all keys.
    pub(super) fn text(&mut self, at: At<'_>) -> Option<String> {
        match at.node.as_str() {
            Some(text) => Some(self.substituted(text).unwrap_or_else(|_| text.to_owned())),
            None => self.expected(&at, "a string"),
        }
    }

    /// Reads a string that says something.
    pub(super) fn filled(&mut self, at: At<'_>) -> Option<String> {
        let place = at.clone();
        let text = self.text(at)?;
        if text.trim().is_empty() {
            self.problem(&place, "expected a string that is not blank");
            return None;
        }
        Some(text)
    }

    /// Reads a string that may lack its variable until it is used.
    pub(super) fn secret(&mut self, at: At<'_>) -> Option<SecretText> {
        let Some(text) = at.node.as_str() else {
            return self.expected(&at, "a string");
        };
        let missing = |name| self.missing(&at, name);
        Some(self.substituted(text).map(Secret::new).map_err(missing))
    }

    /// Reads a secret out of a variable that is named; nothing where no variables are known.
    pub(super) fn variable(&self, at: &At<'_>, name: &str) -> Option<SecretText> {
        let value = self.variables?.get(name).map(str::to_owned);
        let missing = || self.missing(at, name.to_owned());
        Some(value.map(Secret::new).ok_or_else(missing))
    }

    fn missing(&self, at: &At<'_>, name: String) -> MissingVariable {
        let variables = self.variables;
        MissingVariable {
            local: variables.and_then(|variables| variables.local_file_with(&name)),
            name,
            path: at.path.clone(),
            // Only where it is needed: finding a line takes time in a long file.
            location: (self.locate)(at.node.span),
        }
    }

    fn substituted(&self, text: &str) -> Result<String, String> {
        match self.variables {
            Some(variables) => crate::config::substitute(text, variables),
            None => Ok(text.to_owned()),
        }
    }

    /// Reads one of some words.
    pub(super) fn word(&mut self, at: At<'_>, words: &[&'static str]) -> Option<&'static str> {
        let text = self.text(at.clone())?;
        let known = words.iter().find(|word| **word == text);
        if known.is_none() {
            let quoted: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
            self.problem(&at, format!("expected {}", quoted.join(" or ")));
        }
        known.copied()
    }

    pub(super) fn flag(&mut self, at: At<'_>) -> Option<bool> {
        match at.node.value {
            Value::Bool(value) => Some(value),
            _ => self.expected(&at, "true or false"),
        }
    }

    pub(super) fn number(&mut self, at: At<'_>) -> Option<f64> {
        match &at.node.value {
            Value::Number(number) if number.to_f64().is_finite() => Some(number.to_f64()),
            _ => self.expected(&at, "a number"),
        }
    }

    /// Reads a number above zero.
    pub(super) fn positive(&mut self, at: At<'_>) -> Option<f64> {
        let number = self.number(at.clone())?;
        if number > 0.0 {
            return Some(number);
        }
        self.problem(&at, format!("expected a number above 0, found {number}"));
        None
    }

    /// Reads a whole number of zero or more.
    pub(super) fn count(&mut self, at: At<'_>) -> Option<u64> {
        let number = self.number(at.clone())?;
        if let Some(count) = at.node.to_json().as_u64() {
            return Some(count);
        }
        self.problem(&at, format!("expected a whole number, found {number}"));
        None
    }

    /// Takes anything as it is.
    pub(super) fn anything(&mut self, at: At<'_>) -> Option<Json> {
        let kept = at.node.try_to_json(&mut |text| self.substituted(text));
        Some(kept.unwrap_or_else(|_| at.node.to_json()))
    }
}
