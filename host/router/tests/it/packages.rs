//! What the packages below the command line depend on, as cargo resolves it.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

/// The packages that each package needs, also indirectly; tests and build scripts do not count.
struct Graph {
    names: BTreeMap<String, String>,
    needs: BTreeMap<String, Vec<String>>,
}

impl Graph {
    fn read() -> Self {
        let output = Command::new(env!("CARGO"))
            .args(["metadata", "--format-version", "1", "--locked", "--offline"])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .expect("cargo runs");
        let metadata: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| {
            panic!("{}", String::from_utf8_lossy(&output.stderr));
        });
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let list = |value: &Value| value.as_array().expect("a list").clone();
        let names = list(&metadata["packages"])
            .iter()
            .map(|package| (text(&package["id"]), text(&package["name"])))
            .collect();
        let is_normal = |dependency: &Value| {
            let kinds = list(&dependency["dep_kinds"]);
            kinds.iter().any(|kind| kind["kind"].is_null())
        };
        let needs = list(&metadata["resolve"]["nodes"])
            .iter()
            .map(|node| {
                let needed = list(&node["deps"]).into_iter().filter(is_normal);
                let needed = needed.map(|dependency| text(&dependency["pkg"]));
                (text(&node["id"]), needed.collect())
            })
            .collect();
        Self { names, needs }
    }

    /// Returns the names of all packages that a package needs.
    fn below(&self, name: &str) -> BTreeSet<&str> {
        let start = self.names.iter().find(|(_, known)| *known == name);
        let mut waiting = vec![start.expect("a package of the workspace").0];
        let mut found = BTreeSet::new();
        while let Some(id) = waiting.pop() {
            for needed in &self.needs[id] {
                if found.insert(self.names[needed].as_str()) {
                    waiting.push(needed);
                }
            }
        }
        found
    }
}

#[test]
fn nothing_below_the_command_line_knows_a_terminal() {
    let graph = Graph::read();
    let terminal = [
        "clap",
        "clap_builder",
        "crossterm",
        "indicatif",
        "inquire",
        "terminal_size",
    ];
    // The search finds them where they are.
    let program = graph.below("openclaw");
    assert!(terminal.iter().all(|name| program.contains(name)));
    for package in [
        "openclaw-router",
        "openclaw-store",
        "openclaw-runtime",
        "openclaw-core",
    ] {
        let below = graph.below(package);
        let known: Vec<_> = terminal
            .iter()
            .filter(|name| below.contains(**name))
            .collect();
        assert!(known.is_empty(), "{package} knows {known:?}");
        assert!(!below.contains("openclaw"), "{package} needs the program");
    }
}

#[test]
fn files_know_no_engine_and_core_does_no_input_or_output() {
    let graph = Graph::read();
    let store = graph.below("openclaw-store");
    let engine = ["wasmtime", "wasmtime-wasi", "reqwest", "tokio"];
    assert!(engine.iter().all(|name| !store.contains(name)), "{store:?}");
    let core = graph.below("openclaw-core");
    let outside = [
        "cap-std",
        "futures-util",
        "reqwest",
        "rustix",
        "serde_json",
        "tempfile",
        "tokio",
        "wasmtime",
    ];
    let known: Vec<_> = outside
        .iter()
        .filter(|name| core.contains(**name))
        .collect();
    assert!(known.is_empty(), "core knows {known:?}");
}
