//! What `--json` prints, held against the schemas in `docs/json/`: one document on stdout and nothing
//! else, in the shape that is written down, whatever the state of the home. A key that is not in a
//! schema fails. How a new command gets a schema is in CONTRIBUTING.md.

mod documented;
mod states;

use std::collections::BTreeMap;

use jsonschema::Validator;
use openclaw_tests::{Output, Sandbox};
use serde_json::Value;

/// Lines of what was printed that a failure shows.
const SHOWN: usize = 40;

/// Every schema, by the command's words.
pub(crate) struct Schemas {
    validators: BTreeMap<String, Validator>,
    wrong: Vec<String>,
    printed: BTreeMap<String, usize>,
}

/// Returns every schema of the program.
fn schemas() -> serde_json::Map<String, Value> {
    let output = Sandbox::new().openclaw("reference --json-schema");
    output.ok();
    let Value::Object(schemas) = output.json() else {
        panic!("{output}");
    };
    schemas
}

impl Schemas {
    pub(crate) fn new() -> Self {
        let validators = schemas().into_iter().map(|(name, schema)| {
            let validator = jsonschema::draft202012::new(&schema)
                .unwrap_or_else(|error| panic!("the schema of {name}: {error}"));
            (name, validator)
        });
        Self {
            validators: validators.collect(),
            wrong: Vec::new(),
            printed: BTreeMap::new(),
        }
    }

    /// Returns the name of the command that a line runs.
    fn command(&self, line: &[&str]) -> Option<&str> {
        let known = self.validators.keys().filter(|name| {
            let words = name.split(' ').collect::<Vec<_>>();
            line.starts_with(&words)
        });
        known.max_by_key(|name| name.len()).map(String::as_str)
    }

    fn validate(&mut self, name: &str, about: &str, document: &Value) {
        *self.printed.entry(name.to_owned()).or_default() += 1;
        for error in self.validators[name].iter_errors(document) {
            self.wrong.push(format!(
                "{about}: {error} at `{}` (docs/json/, the schema of {name})",
                error.instance_path()
            ));
        }
    }

    /// Runs a line with `--json` and checks all that it prints.
    pub(crate) fn run(&mut self, world: &Sandbox, line: &str) -> Output {
        self.run_with(world, line, "")
    }

    /// The same, with text on stdin.
    pub(crate) fn run_with(&mut self, world: &Sandbox, line: &str, stdin: &str) -> Output {
        let mut words: Vec<&str> = line.split_whitespace().collect();
        if !words.contains(&"--json") && !words.contains(&"--status-json") {
            words.push("--json");
        }
        let output = world.run_with(&words, stdin);
        self.check(&words, &output);
        output
    }

    /// Checks all that a line has printed.
    pub(crate) fn check(&mut self, words: &[&str], output: &Output) {
        let text = output.to_string();
        let text: Vec<&str> = text.lines().take(SHOWN).collect();
        let about = format!("$ openclaw {}\n{}\n", words.join(" "), text.join("\n"));
        let Some(name) = self.command(words).map(str::to_owned) else {
            self.wrong.push(format!("{about}: no schema"));
            return;
        };
        if output.stdout.is_empty() {
            match serde_json::from_str::<Value>(&output.stderr) {
                Ok(error) => self.validate("error", &about, &error),
                Err(error) => self
                    .wrong
                    .push(format!("{about}: stderr is no JSON: {error}")),
            }
            return;
        }
        match serde_json::from_str::<Value>(&output.stdout) {
            Ok(document) => self.validate(&name, &about, &document),
            Err(error) => self
                .wrong
                .push(format!("{about}: stdout is no JSON: {error}")),
        }
        for line in output.stderr.lines() {
            match serde_json::from_str::<Value>(line) {
                Ok(message) => self.validate("message", &about, &message),
                Err(_) => self.wrong.push(format!("{about}: text on stderr: {line}")),
            }
        }
    }

    /// Fails if something was not as it is written down. Returns how often each shape was printed.
    #[track_caller]
    pub(crate) fn done(self) -> BTreeMap<String, usize> {
        assert!(
            self.wrong.is_empty(),
            "{} are wrong:\n{}",
            self.wrong.len(),
            self.wrong.join("\n")
        );
        self.printed
    }
}
