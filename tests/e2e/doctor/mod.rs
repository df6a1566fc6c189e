//! `openclaw doctor`: what it finds, and that it changes nothing.

mod credentials;
mod files;
mod mending;
mod models;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;

use expect_test::{Expect, expect, expect_file};
use openclaw_tests::Sandbox;
use serde_json::json;

const STORE: &str = ".openclaw/agents/main/agent/auth-profiles.json";

/// A world whose files nobody else may read.
fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn key(provider: &str) -> serde_json::Value {
    json!({"type": "api_key", "provider": provider, "key": "sk-ant-api03-secret-secret-secret"})
}

/// A world without anything wrong.
fn sound() -> Sandbox {
    Sandbox::new()
        .config(
            r#"{ agents: { defaults: { model: { primary: "anthropic/claude-opus-4-5", fallbacks: ["openai/gpt-5.2"] } } } }"#,
        )
        .profile("anthropic:work", key("anthropic"))
        .profile("openai:work", key("openai"))
}

/// Compares what is found, as `severity id: what`.
#[track_caller]
fn found(world: &Sandbox, expect: &Expect) {
    let output = world.openclaw("doctor --json");
    let value = output.json();
    let lines: Vec<String> = value["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| {
            let text = |name: &str| finding[name].as_str().unwrap_or_default().to_owned();
            format!("{} {}: {}\n", text("severity"), text("id"), text("message"))
        })
        .collect();
    expect.assert_eq(&lines.concat());
    let errors = value["summary"]["errors"] != 0;
    assert_eq!(output.code, Some(i32::from(errors)), "{output}");
}

/// Models in every state, in every place.
fn models() -> Sandbox {
    Sandbox::new()
        .config(
            r#"{
  agents: {
    defaults: {
      model: { primary: "anthropic/claude-3-opus-20240229", fallbacks: ["anthropic/claude-haiku-3-5", "anthropic/claude-3-opus-20240229", "google/gemini-2.5-pro"] },
      imageModel: { primary: "openai/o3-mini", fallbacks: ["/x"] },
      models: {
        "anthropic/claude-3-opus-20240229": { alias: "old" },
        "anthropic/claude-haiku-3-5": {},
        "openai/o3-mini": {},
        "openai/gpt-5.2": {},
      },
    },
    list: [
      { id: "main", default: true },
      { id: "work", model: { primary: "openai/gpt-9", fallbacks: ["openai/gpt-5.2", "openai/gpt-8"] } },
      { id: "alone", model: { primary: "openai/gpt-5.2", fallbacks: [] } },
    ],
  },
}"#,
        )
        .profile("anthropic:work", key("anthropic"))
        .profile("openai:work", key("openai"))
}

#[test]
fn where_nothing_is_wrong_it_says_so() {
    sound().private().openclaw("doctor").is(expect![[r#"
        ✓ ready: anthropic/claude-opus-4-5 with `anthropic:work`
        No problems found. Looked at 4 files, 2 credentials, 2 configured models and 0 local servers; nothing was changed.
    "#]]);
}

#[test]
fn a_new_user_is_told_what_to_do_first() {
    Sandbox::new().openclaw("doctor").is(expect_file![
        "expected/mod.a_new_user_is_told_what_to_do_first.txt"
    ]);
}

/// Returns what every file and folder is, with its content and times of change.
fn snapshot(world: &Sandbox) -> BTreeMap<String, (u32, i64, i64, Vec<u8>)> {
    let mut found = BTreeMap::new();
    let mut waiting = vec![world.home().to_path_buf()];
    while let Some(path) = waiting.pop() {
        let metadata = fs::symlink_metadata(&path).unwrap();
        let bytes = if metadata.is_dir() {
            let entries = fs::read_dir(&path).unwrap();
            waiting.extend(entries.map(|entry| entry.unwrap().path()));
            Vec::new()
        } else {
            fs::read(&path).unwrap()
        };
        let facts = (
            metadata.mode(),
            metadata.mtime(),
            metadata.mtime_nsec(),
            bytes,
        );
        found.insert(path.display().to_string(), facts);
    }
    found
}

#[test]
fn it_changes_nothing_and_shows_no_secret() {
    for world in [Sandbox::new(), sound().private(), models()] {
        world.write(".openclaw/logs/audit.jsonl", "{}\n");
        world.write(
            ".openclaw/credentials/oauth.json",
            "{\"anthropic\": {\"access\": \"a-secret\"}}",
        );
        let before = snapshot(&world);
        for arguments in [
            "doctor",
            "doctor --json",
            "doctor --plain",
            "status",
            "logs",
            "gateway restart",
        ] {
            let output = world.openclaw(arguments);
            assert!(!output.to_string().contains("secret"), "{output}");
        }
        assert_eq!(snapshot(&world), before);
    }
}
