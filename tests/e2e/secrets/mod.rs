//! Keys that are kept elsewhere: in variables, files, programs and the system's keychain. Each signs a
//! request, is asked for once and only when it is needed, and is in no file, log or message.

mod bad;
mod keychain;
mod moving;
mod references;
mod sealed;

use std::fs;

use openclaw_tests::{Output, Sandbox, canary};
use openclaw_upstream::{Script, Upstream, openai};
use serde_json::Value;

const STORE: &str = ".openclaw/agents/main/agent/auth-profiles.json";
const OWN_FILE: &str = ".openclaw/secrets.json";

/// A key that no other text holds a part of.
const KEY: &str = "x-lab-Canary9xTCanary9xT7zQ-0123456789";

/// Starts a server that answers every prompt with a text.
fn answering(text: &str) -> Upstream {
    Upstream::start(Script::new().otherwise(openai::chat_stream(&[text]))).unwrap()
}

/// Returns a home that uses `lab` at this address, and programs of its own before the system's.
fn world(base: &str, api_key: &str, more: &str) -> Sandbox {
    let config = format!(
        r#"{{ agents: {{ defaults: {{ model: "lab/m1" }} }},
  models: {{ providers: {{ lab: {{ baseUrl: "{base}/v1", api: "openai-completions", {api_key}
    models: [{{ id: "m1", name: "m1" }}] }} }} }},
  {more} }}
"#
    );
    let world = Sandbox::new().cache(crate::CACHE).config(&config);
    let path = format!("{}:/usr/bin:/bin", world.path("bin").display());
    world.env("PATH", &path).private()
}

/// Writes a program that notes in `asked` that it was run.
fn program(world: &Sandbox, name: &str, script: &str) {
    let asked = world.path("asked");
    let text = format!(
        "#!/bin/sh\necho {name} >> '{}'\n{script}\n",
        asked.display()
    );
    world.write(name, text);
    mode(world, name, 0o755);
}

/// Returns how often programs were run.
fn asked(world: &Sandbox) -> usize {
    world.read("asked").map_or(0, |text| text.lines().count())
}

fn mode(world: &Sandbox, name: &str, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(world.path(name), fs::Permissions::from_mode(mode)).unwrap();
}

/// Checks that the key is in no output and in no file but those.
#[track_caller]
fn nowhere_but(world: &Sandbox, outputs: &[&Output], places: &[&str]) {
    for output in outputs {
        let said = format!("{}{}", output.stdout, output.stderr);
        assert_eq!(canary::traces(KEY, said.as_bytes()), [""; 0], "{output}");
    }
    let mut found = Vec::new();
    for name in world.files() {
        let bytes = fs::read(world.path(&name)).unwrap_or_default();
        if !canary::traces(KEY, &bytes).is_empty() {
            found.push(name);
        }
    }
    assert_eq!(found, places);
}

/// Returns what the main agent's store holds of a profile.
fn stored(world: &Sandbox, id: &str) -> Value {
    let store: Value = serde_json::from_str(&world.read(STORE).unwrap()).unwrap();
    store["profiles"][id].clone()
}

/// Checks that a command did what was asked, whatever there was to say besides.
#[track_caller]
fn works(output: &Output) {
    assert_eq!(output.code, Some(0), "{output}");
}
