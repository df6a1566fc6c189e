//! `openclaw models`: the commands that show and change models, for all agents and for one. The
//! command lines and the shapes of their output are those of the documentation.

mod agents;
mod aliases;
mod fallbacks;
mod list;
mod refresh;
mod set;

use openclaw_tests::World;
use serde_json::{Value, json};

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

/// A world with a key for every vendor.
fn with_keys(config: &str) -> World {
    ["anthropic", "google", "openai"]
        .into_iter()
        .fold(World::new().config(config), |world, provider| {
            world.profile(&format!("{provider}:default"), key(provider))
        })
}

/// Returns every file of the world with its text.
fn snapshot(world: &World) -> Vec<(String, Option<String>)> {
    let files = world.files().into_iter();
    files
        .map(|name| (name.clone(), world.read(&name)))
        .collect()
}
