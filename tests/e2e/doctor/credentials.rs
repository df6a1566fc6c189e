//! Stored credentials, declarations and orders.

use expect_test::expect;
use openclaw_tests::{FIXED_TIME_MS, Sandbox};
use serde_json::json;

use super::{STORE, found, key, sound};

const DAY_MS: u64 = 24 * 60 * 60 * 1000;

#[test]
fn credentials_that_do_not_sign_are_found() {
    let token = |expires: u64| json!({"type": "token", "provider": "anthropic", "token": "sk-ant-oat01-secret", "expires": expires});
    let world = sound()
        .profile("anthropic:old", token(FIXED_TIME_MS - 3 * DAY_MS))
        .profile("anthropic:soon", token(FIXED_TIME_MS + 3 * DAY_MS))
        .api_key("anthropic:blank", " ");
    let mut store: serde_json::Value = serde_json::from_str(&world.read(STORE).unwrap()).unwrap();
    store["usageStats"] = json!({
        "anthropic:work": { "errorCount": 1, "failureCounts": {"auth": 1}, "lastFailureAt": FIXED_TIME_MS - 60_000 },
        "openai:work": { "errorCount": 1, "cooldownUntil": FIXED_TIME_MS + 60_000, "cooldownReason": "rate_limit",
            "disabledUntil": FIXED_TIME_MS + 5 * 3_600_000, "disabledReason": "billing" },
    });
    world.write(STORE, store.to_string());
    found(
        &world.private(),
        &expect![[r#"
            warning login-refused: `anthropic` refused `anthropic:work` when it was last tried, 1 min ago
            warning profile-disabled: `openai:work` is disabled: insufficient credit; 5 h left
            warning profile-expired: `anthropic:old` expired 3 d ago
            warning profile-expiring: `anthropic:soon` expires in 3 d
            warning profile-empty: `anthropic:blank` contains no key or token
            note profile-in-cooldown: `openai:work` is in cooldown: rate limited; 1 min left
        "#]],
    );
}

#[test]
fn orders_and_declarations_that_name_what_is_not_there_are_found() {
    let world = Sandbox::new()
        .config(
            r#"{
  agents: {
    defaults: { model: { primary: "anthropic/claude-opus-4-5", fallbacks: ["openai/gpt-5.2"] } },
    list: [{ id: "main", default: true }, { id: "work", auth: { order: { openai: ["anthropic:work"] } } }],
  },
  auth: {
    order: { anthropic: ["anthropic:gone", "anthropic:work", "openai:work"] },
    profiles: {
      "openai:declared": { provider: "openai", mode: "api_key" },
      "openai:work": { provider: "openai", mode: "oauth" },
    },
  },
}"#,
        )
        .profile("anthropic:work", key("anthropic"))
        .profile("anthropic:spare", key("anthropic"))
        .profile("openai:work", key("openai"))
        .profile("openai:hidden", key("openai"));
    found(
        &world.private(),
        &expect![[r#"
        error order-other-provider: the order of `openai` names `anthropic:work`, which belongs to `anthropic`
        error order-useless: none of the order of `openai` can be used, so no stored profile of it is
        warning declared-not-stored: `openai:declared` is declared in the config, but not stored
        warning declared-other-mode: `openai:work` is declared as oauth, but stored as api-key, so it is not used
        warning stored-not-declared: `openai:hidden` is stored, but `auth.profiles` declares only other profiles of `openai`, so it is not used
        warning order-not-stored: the order names `anthropic:gone`, which is not stored
        warning order-other-provider: the order of `anthropic` names `openai:work`, which belongs to `openai`
        note profile-not-in-order: `anthropic:spare` is stored, but not in the order of `anthropic`, so it is not used
    "#]],
    );
}
