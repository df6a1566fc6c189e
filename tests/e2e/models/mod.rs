//! `openclaw models`: the commands that show and change models, for all agents and for one. The
//! command lines and the shapes of their output are those of the documentation.

mod agents;
mod aliases;
mod auth_order;
mod besides;
mod fallbacks;
mod list;
mod paste_token;
mod refresh;
mod set;
mod update;

use openclaw_tests::{FIXED_TIME_MS, Sandbox};
use serde_json::{Value, json};

const DAY_MS: u64 = 24 * 60 * 60 * 1000;

const CONFIG: &str = r#"{
  // my models
  agents: {
    defaults: {
      model: { primary: "anthropic/claude-opus-4-5", fallbacks: ["openai/gpt-5.2", "google/gemini-2.5-pro"] },
      models: {
        "anthropic/claude-opus-4-5": { alias: "opus" },
        "openai/gpt-5.2": { alias: "gpt" }, // the other one
        "google/gemini-2.5-pro": {},
      },
    },
  },
}
"#;

fn key(provider: &str) -> Value {
    json!({"type": "api_key", "provider": provider, "key": "sk-secret-key-0123456789"})
}

fn token(expires: u64) -> Value {
    json!({"type": "token", "provider": "anthropic", "token": "sk-ant-oat01-secret", "expires": expires})
}

/// A world with credentials in every state.
fn lived_in() -> Sandbox {
    Sandbox::new()
        .config(CONFIG)
        .profile("anthropic:work", token(FIXED_TIME_MS + 200 * DAY_MS))
        .profile("anthropic:soon", token(FIXED_TIME_MS + 3 * DAY_MS))
        .profile("anthropic:old", token(FIXED_TIME_MS - 3 * DAY_MS))
        .profile("openai:default", key("openai"))
}

/// A world with a key for every vendor.
fn with_keys(config: &str) -> Sandbox {
    ["anthropic", "google", "openai"]
        .into_iter()
        .fold(Sandbox::new().config(config), |world, provider| {
            world.profile(&format!("{provider}:default"), key(provider))
        })
}

/// Returns every file of the world with its text.
fn snapshot(world: &Sandbox) -> Vec<(String, Option<String>)> {
    let files = world.files().into_iter();
    files
        .map(|name| (name.clone(), world.read(&name)))
        .collect()
}
