//! `openclaw models status`: what is said about the user's files. The command lines and the shapes of
//! their output are those of the documentation.

use expect_test::expect;
use openclaw_tests::{FIXED_TIME_MS, World};
use serde_json::{Value, json};

use crate::check;

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

fn token(expires: u64) -> Value {
    json!({"type": "token", "provider": "anthropic", "token": "sk-ant-oat01-secret", "expires": expires})
}

fn key(provider: &str) -> Value {
    json!({"type": "api_key", "provider": provider, "key": "sk-secret-key"})
}

/// A world with credentials in every state.
fn lived_in() -> World {
    World::new()
        .config(CONFIG)
        .profile("anthropic:work", token(FIXED_TIME_MS + 200 * DAY_MS))
        .profile("anthropic:soon", token(FIXED_TIME_MS + 3 * DAY_MS))
        .profile("anthropic:old", token(FIXED_TIME_MS - 3 * DAY_MS))
        .profile("openai:default", key("openai"))
}

#[test]
fn status_has_its_six_sections() {
    let world = lived_in();
    let text = world.openclaw("models status");
    check(
        &text,
        &expect![[r#"
            Primary Model:   anthropic/claude-opus-4-5 (alias opus)
            Image Model:     none
            Fallbacks:       openai/gpt-5.2 (alias gpt)
                             google/gemini-2.5-pro
            Image Fallbacks: none

            Auth Profiles:
              anthropic
                anthropic:old   token    expired   expired 3 d ago (2026-01-12)
                anthropic:soon  token    expiring  expires in 3 d (2026-01-18)
                anthropic:work  token    active    expires in 200 d (2026-08-03)
              google
                no usable credential: add one with `openclaw models auth paste-token --provider google`
              openai
                openai:default  api-key  active

            Auth Order:
              anthropic  anthropic:work, anthropic:soon, anthropic:old  (not set: they take turns)
              openai     openai:default
        "#]],
    );
    assert_eq!(world.openclaw("models"), text);
}

#[test]
fn status_as_data_lists_profiles_by_provider() {
    let output = lived_in().openclaw("models status --json");
    let profiles = output.json()["authProfiles"]["anthropic"]
        .as_array()
        .unwrap()
        .clone();
    assert_eq!(profiles.len(), 3, "{output}");
    assert!(!output.stdout.contains("secret"), "{output}");
}

#[test]
fn check_says_by_its_exit_code_what_expires() {
    let with = |expires: u64| {
        let world = World::new()
            .config(r#"{ agents: { defaults: { model: "anthropic/claude-opus-4-5" } } }"#)
            .profile("anthropic:a", token(expires));
        world.openclaw("models status --check").code
    };
    assert_eq!(with(FIXED_TIME_MS + 30 * DAY_MS), Some(0));
    assert_eq!(with(FIXED_TIME_MS + 6 * DAY_MS), Some(2));
    assert_eq!(with(FIXED_TIME_MS - 1), Some(1));
    let nothing =
        World::new().config(r#"{ agents: { defaults: { model: "anthropic/claude-opus-4-5" } } }"#);
    assert_eq!(nothing.openclaw("models status --check").code, Some(1));
}
