//! `openclaw models`: what is written to the user's files and what is said about them. The command
//! lines and the shapes of their output are those of the documentation.

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
fn an_order_is_shown_set_and_cleared_as_documented() {
    let world = lived_in();
    check(
        &world.openclaw("models auth order set --provider anthropic anthropic:work anthropic:soon"),
        &expect![[r#"
            Updated ~/.openclaw/openclaw.json
            Provider: anthropic
            Order:    anthropic:work, anthropic:soon
            Source:   auth.order in ~/.openclaw/openclaw.json
        "#]],
    );
    expect![[r#"
        +  auth: {
        +    order: {
        +      anthropic: ["anthropic:work", "anthropic:soon"]
        +    }
        +  },
    "#]]
    .assert_eq(&world.config_diff());
    let text = world.openclaw("models auth order get --provider anthropic");
    let documented = "Provider: anthropic\nOrder:    anthropic:work, anthropic:soon\n";
    assert!(text.ok().starts_with(documented), "{text}");
    check(
        &world.openclaw("models auth order get --provider anthropic --json"),
        &expect![[r#"
            {
              "agentId": "main",
              "agentDir": "<home>/.openclaw/agents/main/agent",
              "provider": "anthropic",
              "authStorePath": "<home>/.openclaw/agents/main/agent/auth-profiles.json",
              "order": [
                "anthropic:work",
                "anthropic:soon"
              ],
              "source": "config",
              "effective": [
                "anthropic:work",
                "anthropic:soon"
              ],
              "unused": [],
              "changed": null
            }
        "#]],
    );
    check(
        &world.openclaw("models auth order clear --provider anthropic"),
        &expect![[r#"
            Updated ~/.openclaw/openclaw.json
            Provider: anthropic
            Order:    anthropic:work, anthropic:soon, anthropic:old
            Source:   no order is set: the stored profiles take turns
            Unused:   anthropic:old: expired 3 d ago
        "#]],
    );
    expect![[r#"
        -  auth: {
        -    order: {
        -      anthropic: ["anthropic:work", "anthropic:soon"]
        -    }
        -  },
        +  auth: {},
    "#]]
    .assert_eq(&world.config_diff());
}

#[test]
fn an_order_of_unknown_profiles_is_refused() {
    let world = lived_in();
    check(
        &world.openclaw("models auth order set --provider anthropic anthropic:nobody"),
        &expect![[r#"
            ---- stderr
            error: Auth profile "anthropic:nobody" not found in ~/.openclaw/agents/main/agent/auth-profiles.json.
            hint: see the profiles with `openclaw models status`
            [exit 1]
        "#]],
    );
    assert_eq!(world.config_diff(), "");
}

#[test]
fn a_pasted_token_is_stored_with_its_expiry_and_never_shown() {
    let world = World::new();
    let secret = format!("sk-ant-oat01-{}", "a".repeat(90));
    let arguments = [
        "models",
        "auth",
        "paste-token",
        "--provider",
        "anthropic",
        "--expires-in",
        "365d",
    ];
    let output = world.run_with(&arguments, format!("{secret}\n"));
    assert!(!output.to_string().contains(&secret[..20]), "{output}");
    check(
        &output,
        &expect![[r#"
            Updated ~/.openclaw/agents/main/agent/auth-profiles.json
            Auth profile: anthropic:manual (anthropic/token), expires in 365 d (2027-01-15)
        "#]],
    );
    let text = world
        .read(".openclaw/agents/main/agent/auth-profiles.json")
        .unwrap();
    let store: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        store["profiles"]["anthropic:manual"],
        json!({
            "type": "token", "provider": "anthropic", "token": secret,
            "expires": FIXED_TIME_MS + 365 * DAY_MS,
        })
    );
}

#[test]
#[cfg(unix)]
fn a_stored_token_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let world = World::new();
    let secret = format!("sk-ant-oat01-{}", "a".repeat(90));
    let arguments = [
        "models",
        "auth",
        "paste-token",
        "--provider",
        "anthropic",
        "--profile-id",
        "anthropic:prod",
    ];
    assert_eq!(world.run_with(&arguments, secret).code, Some(0));
    let mode = |name: &str| {
        std::fs::metadata(world.path(name))
            .unwrap()
            .permissions()
            .mode()
            & 0o777
    };
    assert_eq!(
        mode(".openclaw/agents/main/agent/auth-profiles.json"),
        0o600
    );
    assert_eq!(mode(".openclaw/agents/main/agent"), 0o700);
}

#[test]
fn an_empty_paste_stores_nothing() {
    let world = World::new();
    let output = world.run_with(
        &["models", "auth", "paste-token", "--provider", "anthropic"],
        "\n",
    );
    check(
        &output,
        &expect![[r#"
        ---- stderr
        error: no token was given
          nothing was stored
        hint: at a terminal it is asked for; in a script: printf '%s' "$TOKEN" | openclaw models auth paste-token --provider anthropic
        [exit 1]
    "#]],
    );
    assert_eq!(world.files(), Vec::<String>::new());
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
