//! `openclaw models status --probe` against scripted vendors on loopback: what is proven and what
//! only looks like it, what is not called, that nothing changes, and that nothing waits for ever.

mod proof;
mod targets;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};
use std::time::Duration;

use expect_test::{expect, expect_file};
use openclaw_tests::pty::key as keys;
use openclaw_tests::{FIXED_TIME_MS, Output, Sandbox, canary};
use openclaw_upstream::{
    Received, Reply, Script, Upstream, When, anthropic, google, ollama, openai,
};
use serde_json::{Value, json};

use crate::steady;

const DAY_MS: u64 = 24 * 3_600_000;
const WORK: &str = r#"sk-ant-api03-work/+="\7zQ-Canary-0123456789"#;
const BACKUP: &str = r#"sk-ant-api03-backup/+="\8zQ-Canary-0123456789"#;
const OPENAI: &str = r#"sk-proj-openai/+="\9zQ-Canary-0123456789"#;
const REFRESH: &str = r#"sk-ant-ort01-old/+="\4zQ-Canary-0123456789"#;
const MESSAGES: &str = "/anthropic/v1/messages";
const LOG: &str = ".openclaw/logs/audit.jsonl";
/// Longest wait for another process; reached only if it fails.
const PATIENCE: Duration = Duration::from_secs(60);

struct Case {
    upstream: Upstream,
    world: Sandbox,
}

fn key(provider: &str, key: &str) -> Value {
    json!({ "type": "api_key", "provider": provider, "key": key })
}

impl Case {
    /// Makes a user of two vendors on one port, without credentials.
    fn new(script: Script, more: &str) -> Self {
        let upstream = Upstream::start(script).unwrap();
        let url = upstream.url();
        let config = format!(
            r#"{{
  // mine
  agents: {{ defaults: {{ model: {{ primary: "anthropic/claude-opus-4-5", fallbacks: ["openai/gpt-5.2"] }} }} }},
  models: {{ providers: {{
    anthropic: {{ baseUrl: "{url}/anthropic" }},
    openai: {{ baseUrl: "{url}/openai/v1" }},
  }} }},
  {more}
}}
"#
        );
        // Components are compiled once for all tests of this file.
        let world = Sandbox::new().config(&config).cache(crate::CACHE);
        Self { upstream, world }
    }

    fn profile(self, id: &str, credential: Value) -> Self {
        Self {
            world: self.world.profile(id, credential),
            ..self
        }
    }

    fn api_key(self, id: &str, key: &str) -> Self {
        Self {
            world: self.world.api_key(id, key),
            ..self
        }
    }

    fn env(self, name: &str, value: &str) -> Self {
        Self {
            world: self.world.env(name, value),
            ..self
        }
    }

    /// Runs `models status --probe` with more flags; no file may change but the audit log, and no
    /// key may be anywhere.
    fn probe(&self, flags: &str) -> Output {
        let before = self.snapshot();
        let output = self
            .world
            .openclaw(&format!("models status --probe {flags}"));
        assert_eq!(self.snapshot(), before, "a probe changes nothing: {output}");
        let log = self.world.read(LOG).unwrap_or_default();
        for secret in [WORK, BACKUP, OPENAI, REFRESH] {
            for text in [&output.stdout, &output.stderr, &log] {
                assert_eq!(canary::traces(secret, text.as_bytes()), [""; 0], "{output}");
            }
        }
        output
    }

    /// Returns the results as lines: label, status, whether it was called.
    fn results(&self, flags: &str) -> Vec<String> {
        let output = self.probe(&format!("--json {flags}"));
        let probes = output.json()["auth"]["probes"].clone();
        let results = probes["results"].as_array().unwrap();
        results.iter().map(line).collect()
    }

    /// Returns the part that the probes add for a person.
    fn section(&self, flags: &str) -> String {
        let output = steady_seconds(steady(self.probe(flags)));
        let (_, section) = output.stdout.split_once("Auth Probes:").unwrap();
        format!("Auth Probes:{section}")
    }

    fn snapshot(&self) -> BTreeMap<String, Option<String>> {
        let files = self.world.files().into_iter();
        files
            .filter(|name| name != LOG)
            .map(|name| (name.clone(), self.world.read(&name)))
            .collect()
    }

    fn asked(&self) -> Vec<(String, String)> {
        let requests = self.upstream.requests();
        requests
            .iter()
            .map(|request| {
                let body = request.json().unwrap_or_default();
                let model = body["model"].as_str().unwrap_or_default().to_owned();
                (request.path().to_owned(), model)
            })
            .collect()
    }

    fn log(&self) -> Vec<Value> {
        let text = self.world.read(LOG).unwrap_or_default();
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}

fn line(result: &Value) -> String {
    let text = |name: &str| result[name].as_str().unwrap_or("-").to_owned();
    let called = if result["called"] == true {
        ""
    } else {
        ", not called"
    };
    format!("{} {}{called}", text("label"), text("status"))
}

/// Makes `3.8 s` the same as `840 ms`: which it is depends on the machine.
fn steady_seconds(mut output: Output) -> Output {
    let mut steady = String::new();
    for word in output.stdout.split_inclusive(' ') {
        let number = word.trim_end_matches(' ');
        let is_seconds = number.contains('.') && number.parse::<f64>().is_ok();
        steady.push_str(if is_seconds { "<n> " } else { word });
    }
    output.stdout = steady.replace("<n> s", "<n> ms");
    output
}

/// A whole answer of Claude, as it comes without streaming.
fn claude() -> Reply {
    anthropic::answer("OK")
}

fn gpt() -> Reply {
    openai::responses_answer("OK")
}

fn answering() -> Script {
    Script::new()
        .on(When::post(MESSAGES), claude())
        .on(When::post("/openai/v1/responses"), gpt())
}

fn one(reply: Reply) -> Case {
    Case::new(Script::new().otherwise(reply), "").api_key("anthropic:a", WORK)
}

#[test]
fn what_probes_find_changes_no_exit_code() {
    let refusing = || Script::new().otherwise(anthropic::error(401, "authentication_error", "no"));
    let case = Case::new(refusing(), "")
        .api_key("anthropic:a", WORK)
        .api_key("openai:a", OPENAI);
    for flags in ["", "--check"] {
        let output = case.probe(flags);
        assert!(output.stdout.contains("unauthorized (401)"), "{output}");
        assert_eq!(output.code, Some(0), "{output}");
    }
    let expired = json!({ "type": "token", "provider": "anthropic", "token": WORK, "expires": 1 });
    let case = Case::new(answering(), "")
        .api_key("anthropic:a", WORK)
        .profile("anthropic:old", expired)
        .api_key("openai:a", OPENAI);
    assert_eq!(case.probe("--check").code, Some(1));
    assert_eq!(case.probe("").code, Some(0));
}

#[test]
fn wrong_flags_are_refused_before_anything_is_called() {
    let case = Case::new(answering(), "").api_key("anthropic:a", WORK);
    let mut transcript = String::new();
    for line in [
        "models status --probe-timeout 0",
        "models status --probe-timeout soon",
        "models status --probe-timeout -5",
        "models status --probe-concurrency 0",
        "models status --probe-max-tokens x",
        "models --probe-max-tokens 0",
        "models status --probe --plain",
        "models --probe --status-plain",
        "models status --probe --probe-provider antropic",
        "models status --probe --probe-profile anthropic:b",
        "models status --probe --probe-provider openai --probe-profile anthropic:a",
        "models --probe list",
    ] {
        let output = case.world.openclaw(line);
        transcript.push_str(&format!("$ openclaw {line}\n{}", output.failed()));
    }
    expect_file!["expected/mod.wrong_flags_are_refused_before_anything_is_called.txt"]
        .assert_eq(&transcript);
    assert!(case.asked().is_empty());
    assert_eq!(case.world.read(LOG), None);
}

#[test]
fn flags_that_only_say_how_are_noticed() {
    let case = Case::new(answering(), "").api_key("anthropic:a", WORK);
    let output = case
        .world
        .openclaw("models status --plain --probe-timeout 500");
    output.is(expect![[r#"
        anthropic/claude-opus-4-5
        ---- stderr
        note: nothing was probed: the `--probe-…` flags only say how; add `--probe`
    "#]]);
}

#[test]
fn a_terminal_shows_how_far_it_has_come_and_nothing_of_that_remains() {
    let gate = Arc::new(Barrier::new(2));
    let waiting = Arc::clone(&gate);
    let script = Script::new().otherwise(move |_: &Received| {
        waiting.wait();
        claude()
    });
    let case = Case::new(script, "").api_key("anthropic:a", WORK);
    let mut pty = case
        .world
        .pty(&["models", "status", "--probe", "--probe-timeout", "60000"]);
    pty.wait_for("Probing 0/1 anthropic:a");
    gate.wait();
    let ended = pty.end();
    ended.assert_code(0);
    assert!(ended.screen.starts_with("✓ ready: "), "{}", ended.screen);
    ended.assert_shows("model answered");
    assert!(!ended.screen.contains("Probing"), "{}", ended.screen);
}

#[test]
fn ctrl_c_ends_it_without_a_trace_but_in_the_log() {
    let case =
        Case::new(Script::new().otherwise(Reply::silence()), "").api_key("anthropic:a", WORK);
    let before = case.snapshot();
    let mut pty = case
        .world
        .pty(&["models", "status", "--probe", "--probe-timeout", "600000"]);
    pty.wait_for("Probing 0/1 anthropic:a");
    let asked = |journal: &[Received]| !journal.is_empty();
    assert!(case.upstream.wait_until(PATIENCE, asked));
    pty.press(&[keys::CTRL_C]);
    let ended = pty.end();
    ended.assert_code(130);
    ended.assert_shows("interrupted");
    assert!(!ended.screen.contains("Primary Model"), "{}", ended.screen);
    assert_eq!(case.snapshot(), before);
    assert_eq!(case.log().len(), 1, "the request that was given up");
}
