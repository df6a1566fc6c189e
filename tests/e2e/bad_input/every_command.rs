//! What no command takes, tried with every command of the tree: a clear message, nothing on
//! stdout, nothing changed, and data where data was asked for.

use std::collections::BTreeMap;
use std::fs;

use openclaw_tests::Sandbox;
use serde_json::Value;

use crate::surface::{Command, commands, words};

/// A world with something to lose.
fn world() -> Sandbox {
    Sandbox::new()
        .config(
            r#"{
  // mine
  agents: {
    defaults: { model: { primary: "anthropic/claude-opus-4-5", fallbacks: ["openai/gpt-5.2"] } },
    list: [{ id: "main", default: true }, { id: "work" }],
  },
}
"#,
        )
        .api_key("anthropic:work", "sk-ant-api03-secret")
}

fn files(world: &Sandbox) -> BTreeMap<String, Vec<u8>> {
    let names = world.files().into_iter();
    names
        .map(|name| {
            let bytes = fs::read(world.path(&name)).unwrap();
            (name, bytes)
        })
        .collect()
}

/// Collects what is not as it should be, so that one run names every command that has to change.
struct Refusals {
    world: Sandbox,
    before: BTreeMap<String, Vec<u8>>,
    wrong: Vec<String>,
    tried: usize,
}

impl Refusals {
    fn new() -> Self {
        let world = world();
        Self {
            before: files(&world),
            world,
            wrong: Vec::new(),
            tried: 0,
        }
    }

    /// Runs a command line that has to be refused with a message that names `about`, for a person
    /// and as data.
    fn refused(&mut self, arguments: &[String], about: &str) {
        self.refused_naming(arguments, &[about]);
    }

    /// The same, with a message that names one of several things.
    fn refused_naming(&mut self, arguments: &[String], about: &[&str]) {
        self.tried += 1;
        let line: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let mut as_data = line.clone();
        if !as_data.contains(&"--json") {
            as_data.push("--json");
        }
        for line in [line, as_data] {
            let output = self.world.run(&line);
            let mut wrong = Vec::new();
            if output.code != Some(1) {
                wrong.push("the exit code is not 1".to_owned());
            }
            if !output.stdout.is_empty() {
                wrong.push("stdout is not empty".to_owned());
            }
            let message = if line.contains(&"--json") {
                match serde_json::from_str::<Value>(&output.stderr) {
                    Ok(value)
                        if value["error"]["code"]
                            .as_str()
                            .is_some_and(|code| !code.is_empty()) =>
                    {
                        value["error"].to_string()
                    }
                    _ => {
                        wrong.push("stderr is no JSON with a code".to_owned());
                        String::new()
                    }
                }
            } else {
                let errors = output
                    .stderr
                    .lines()
                    .filter(|line| line.starts_with("error: "));
                if errors.count() != 1 {
                    wrong.push("there is not exactly one error".to_owned());
                }
                output.stderr.clone()
            };
            if wrong.is_empty() && !about.iter().any(|about| message.contains(about)) {
                wrong.push(format!("the message does not name {}", about.join(" or ")));
            }
            if files(&self.world) != self.before {
                wrong.push("a file was changed".to_owned());
            }
            for wrong in wrong {
                self.wrong
                    .push(format!("openclaw {}: {wrong}\n{output}", line.join(" ")));
            }
        }
    }

    #[track_caller]
    fn check(self) {
        assert!(self.tried > 3, "only {} commands were tried", self.tried);
        assert!(self.wrong.is_empty(), "{}", self.wrong.join("\n"));
    }
}

/// Returns a command line of a command that is whole: its longest example, which asks for nothing at
/// a terminal, or its words alone.
fn whole(command: &Command) -> Vec<String> {
    let examples = command.texts("examples").into_iter();
    let lines = examples.map(|example| words(&example).split_off(1));
    lines
        .max_by_key(Vec::len)
        .unwrap_or_else(|| command.path.clone())
}

/// Returns a command line without a flag that takes a value.
fn without(arguments: Vec<String>, flag: &str) -> Vec<String> {
    let mut kept = Vec::new();
    let mut rest = arguments.into_iter();
    while let Some(next) = rest.next() {
        if next == flag {
            rest.next();
        } else if !next.starts_with(&format!("{flag}=")) {
            kept.push(next);
        }
    }
    kept
}

fn with(mut arguments: Vec<String>, more: &[&str]) -> Vec<String> {
    arguments.extend(more.iter().map(|word| (*word).to_owned()));
    arguments
}

#[test]
fn a_flag_that_it_does_not_have() {
    let mut refusals = Refusals::new();
    for command in commands(&refusals.world) {
        let line = with(command.path.clone(), &["--no-such-flag"]);
        refusals.refused(&line, "--no-such-flag");
    }
    refusals.check();
}

#[test]
fn an_argument_that_is_missing() {
    let mut refusals = Refusals::new();
    for command in commands(&refusals.world) {
        let parameters = [command.list("arguments"), command.list("flags")].concat();
        let required = parameters
            .iter()
            .find(|parameter| parameter["required"] == true);
        if let Some(required) = required {
            let shown = required["shown"].as_str().unwrap();
            refusals.refused(&command.path, shown.trim_end_matches("..."));
        }
    }
    refusals.check();
}

#[test]
fn an_argument_too_many() {
    let mut refusals = Refusals::new();
    for command in commands(&refusals.world) {
        let takes_many = command
            .list("arguments")
            .iter()
            .any(|argument| argument["repeats"] == true);
        // A word after the name of a group is a command.
        if !takes_many && command.list("commands").is_empty() {
            let mut line = whole(&command);
            let taken = command.list("arguments").len();
            let given = line.len() - command.path.len();
            // An example may leave out what it can.
            line.extend((given..taken).map(|_| "one".to_owned()));
            refusals.refused(&with(line, &["one-too-many"]), "one-too-many");
        }
    }
    refusals.check();
}

#[test]
fn two_forms_at_once() {
    let world = world();
    let before = files(&world);
    for command in commands(&world) {
        if command.is_group() {
            continue;
        }
        let mut line = whole(&command);
        line.retain(|word| word != "--json" && word != "--plain");
        let line = with(line, &["--json", "--plain"]);
        let output = world.run(&line.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(
            output.failed(),
            "error: Choose either --json or --plain, not both.\n",
            "{line:?}"
        );
    }
    assert_eq!(files(&world), before);
}

#[test]
fn an_agent_that_does_not_exist() {
    let mut refusals = Refusals::new();
    for command in commands(&refusals.world) {
        let flags = command.list("flags");
        if flags.iter().any(|flag| flag["flag"] == "--agent") {
            let line = without(whole(&command), "--agent");
            // What would be read before is of no matter.
            let line = without(line, "--image");
            refusals.refused(&with(line, &["--agent", "nobody"]), "nobody");
        }
    }
    refusals.check();
}

#[test]
fn a_number_that_is_none() {
    const NUMBERS: [&str; 7] = ["MS", "N", "B", "D", "DAYS", "SECONDS", "DURATION"];
    let mut refusals = Refusals::new();
    for command in commands(&refusals.world) {
        for flag in command.list("flags") {
            let value = flag["value"].as_str().unwrap_or_default();
            if flag["number"] != true && !NUMBERS.contains(&value) {
                continue;
            }
            let name = flag["flag"].as_str().unwrap();
            for wrong in ["banana", "-1", ""] {
                let line = without(whole(&command), name);
                let line = with(line, &[&format!("{name}={wrong}")]);
                // Some durations are read where the command begins, and quoted as written.
                refusals.refused_naming(&line, &[name, "invalid duration: "]);
            }
        }
    }
    refusals.check();
}

#[test]
fn a_command_that_does_not_exist_is_answered_with_the_nearest() {
    let mut refusals = Refusals::new();
    let groups = commands(&refusals.world);
    for group in groups {
        for name in group.texts("commands") {
            let line = with(group.path.clone(), &[&format!("{name}x")]);
            refusals.refused(&line, &name);
        }
    }
    for name in ["modles", "docter", "plugns"] {
        let line = [name.to_owned()];
        refusals.refused(&line, "a similar subcommand exists");
    }
    refusals.check();
}
