//! What is read on the screen: one writer to the terminal, the field's words, synonyms, completions,
//! dry runs and the log.

mod completions;
mod dry_run;
mod log;
mod names;
mod screens;
mod terminal;
mod vocabulary;

use openclaw_tests::{FIXED_TIME_MS, Sandbox};
use openclaw_upstream::{Script, Upstream};
use serde_json::json;

const KEY: &str = "sk-ant-api03-CANARY-of-the-words-0123456789abcdef";

/// A user with a key for Anthropic, which is at a scripted upstream.
fn asking(script: Script) -> (Upstream, Sandbox) {
    let upstream = Upstream::start(script).unwrap();
    let config = format!(
        r#"{{
  // mine
  agents: {{ defaults: {{
    model: {{ primary: "anthropic/claude-opus-4-5", fallbacks: ["openai/gpt-5.2"] }},
    models: {{ "anthropic/claude-opus-4-5": {{ alias: "opus" }}, "openai/gpt-5.2": {{}} }},
  }} }},
  models: {{ providers: {{ anthropic: {{ baseUrl: "{}/anthropic" }} }} }},
}}
"#,
        upstream.url()
    );
    let world = Sandbox::new()
        .config(&config)
        .api_key("anthropic:work", KEY)
        .cache(crate::CACHE);
    (upstream, world)
}

/// A user whose only key is in cooldown as a whole for 29 seconds.
fn in_cooldown() -> Sandbox {
    let world = Sandbox::new()
        .config(r#"{ agents: { defaults: { model: "anthropic/claude-opus-4-5" } } }"#)
        .api_key("anthropic:work", KEY);
    let name = ".openclaw/agents/main/agent/auth-profiles.json";
    let mut store: serde_json::Value = serde_json::from_str(&world.read(name).unwrap()).unwrap();
    store["usageStats"] = json!({ "anthropic:work": {
        "errorCount": 1, "failureCounts": { "overloaded": 1 },
        "cooldownUntil": FIXED_TIME_MS + 29_000, "cooldownReason": "overloaded",
    }});
    world.write(name, store.to_string());
    world
}
