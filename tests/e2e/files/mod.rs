//! Files and the environment: what counts before what, what is not read, whose files are.

mod base_url;
mod dotenv;
mod headers;
mod reading;
mod shown;
mod stored;
#[cfg(target_os = "linux")]
mod written;

use openclaw_tests::{Output, Sandbox};
use openclaw_upstream::{Script, Upstream, openai};
use serde_json::{Value, json};

/// A config with one provider of the user's own, `lab`, and more of that provider's keys.
fn lab(base: &str, more: &str) -> String {
    format!(
        r#"{{ agents: {{ defaults: {{ model: "lab/m1" }} }},
  models: {{ providers: {{ lab: {{ baseUrl: "{base}", api: "openai-completions", {more} models: [{{ id: "m1", name: "m1" }}] }} }} }} }}
"#
    )
}

/// Starts a server that answers every prompt with a text.
fn answering(text: &str) -> Upstream {
    Upstream::start(Script::new().otherwise(openai::chat_stream(&[text]))).unwrap()
}

/// Runs the program and returns its findings of one id.
#[track_caller]
fn findings(world: &Sandbox, id: &str) -> Vec<Value> {
    let value = world.openclaw("doctor --json").json();
    let all = value["findings"].as_array().unwrap().clone();
    all.into_iter().filter(|one| one["id"] == id).collect()
}

#[track_caller]
fn says(output: &Output, text: &str) {
    let said = format!("{output}");
    assert!(said.contains(text), "`{text}` is not in:\n{said}");
}
