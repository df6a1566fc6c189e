//! `openclaw models` and `openclaw models status`: what a person sees, what a script reads, and what
//! `--check` comes to. What `--probe` adds is in `probe.rs`.

mod checks;
mod data;
mod text;

use expect_test::{expect, expect_file};
use openclaw_tests::{FIXED_TIME_MS, Sandbox};
use serde_json::{Value, json};

const HOUR_MS: u64 = 3_600_000;
const DAY_MS: u64 = 24 * HOUR_MS;
const STORE: &str = ".openclaw/agents/main/agent/auth-profiles.json";

/// Secrets; what is printed of each is its first eight and last four characters at most.
const TOKEN: &str = "sk-ant-oat01-0123456789012345678901234567890123456789-MASKED";
const ANTHROPIC_KEY: &str = "sk-ant-api03-0123456789012345678901234567890123456789-MASKED";
const KEY: &str = "sk-proj-0123456789012345678901234567890123456789-MASKED";

const SIMPLE: &str = r#"{ agents: { defaults: { model: "anthropic/claude-opus-4-5" } } }"#;

const CONFIG: &str = r#"{
  // my models
  agents: {
    defaults: {
      model: {
        primary: "opus",
        fallbacks: ["openai/gpt-5.2", "anthropic/claude-3-opus-20240229", "acme/first", "openai/gtp-5.2"],
      },
      imageModel: { primary: "anthropic/claude-sonnet-4-5", fallbacks: ["google/gemini-2.5-flash"] },
      models: {
        "anthropic/claude-opus-4-5": { alias: "opus" },
        "openai/gpt-5.2": { alias: "gpt" },
        "anthropic/claude-sonnet-4-5": {},
        "openai/gtp-5.2": {},
        "acme/first": {},
      },
    },
    list: [
      { id: "main" },
      { id: "work", model: { primary: "openai/gpt-5.2", fallbacks: [] }, auth: { order: { openai: ["openai:default"] } } },
    ],
  },
  auth: { order: { anthropic: ["anthropic:work", "anthropic:me", "anthropic:gone"] } },
  models: { providers: { lmstudio: {
    baseUrl: "http://127.0.0.1:1234/v1", api: "openai-completions", apiKey: "${LM_KEY}", models: [],
  } } },
}
"#;

fn token(expires: u64) -> Value {
    json!({ "type": "token", "provider": "anthropic", "token": TOKEN, "expires": expires })
}

fn login(expires: u64) -> Value {
    json!({
        "type": "oauth", "provider": "anthropic", "access": TOKEN, "refresh": TOKEN, "expires": expires,
        "email": "me@example.com",
    })
}

fn key(text: &str) -> Value {
    json!({ "type": "api_key", "provider": "openai", "key": text })
}

/// A home with models and credentials in every state.
fn lived_in() -> Sandbox {
    let world = Sandbox::new()
        .config(CONFIG)
        .profile("anthropic:work", token(FIXED_TIME_MS + 200 * DAY_MS))
        .profile("anthropic:me", login(FIXED_TIME_MS - DAY_MS))
        .profile("anthropic:soon", token(FIXED_TIME_MS + 3 * DAY_MS))
        .profile("anthropic:old", token(FIXED_TIME_MS - 3 * DAY_MS))
        .profile("openai:default", key(KEY))
        .profile("openai:backup", key(KEY))
        .profile("openai:blank", key(""))
        .env("LM_KEY", "lm-key")
        .env("OPENAI_API_KEY", KEY);
    using(
        world,
        &json!({
            "anthropic:work": { "models": { "claude-opus-4-5": {
                "until": FIXED_TIME_MS + 240_000, "reason": "rate_limit", "errorCount": 2,
            } } },
            "openai:default": {
                "disabledUntil": FIXED_TIME_MS + 5 * HOUR_MS, "disabledReason": "billing",
            },
            "openai:backup": { "cooldownUntil": FIXED_TIME_MS + 40_000, "errorCount": 1 },
        }),
    )
}

/// Writes what is remembered of the use of credentials.
fn using(world: Sandbox, usage: &Value) -> Sandbox {
    let mut store: Value = serde_json::from_str(&world.read(STORE).unwrap()).unwrap();
    store["usageStats"] = usage.clone();
    world.write(STORE, format!("{store:#}\n"));
    world
}

#[test]
fn the_flags_of_the_group_are_those_of_status() {
    let world = lived_in();
    assert_eq!(
        world.openclaw("models --status-json"),
        world.openclaw("models status --json")
    );
    assert_eq!(
        world.openclaw("models --check --json"),
        world.openclaw("models status --check --json")
    );
    assert_eq!(
        world.openclaw("models --agent work --check"),
        world.openclaw("models status --check --agent work")
    );
    world
        .openclaw("models --status-json --status-plain")
        .is(expect![[r#"
            ---- stderr
            error: Choose either --json or --plain, not both.
            [exit 1]
        "#]]);
    world.openclaw("models --status-json list").is(expect_file![
        "expected/mod.the_flags_of_the_group_are_those_of_status.txt"
    ]);
}
