//! `openclaw models auth paste-token` in a script: what is stored, and for whom.

use expect_test::expect;
use openclaw_tests::{FIXED_TIME_MS, Sandbox};
use serde_json::{Value, json};

use super::DAY_MS;

#[test]
fn a_pasted_token_is_stored_with_its_expiry_and_never_shown() {
    let world = Sandbox::new();
    let secret = format!("sk-ant-oat01-{}", "a".repeat(90));
    let output = world.openclaw_with(
        "models auth paste-token --provider anthropic --expires-in 365d",
        format!("{secret}\n"),
    );
    assert!(!output.to_string().contains(&secret[..20]), "{output}");
    output.is(expect![[r#"
        Updated ~/.openclaw/agents/main/agent/auth-profiles.json
        Auth profile: anthropic:manual (anthropic/token), expires in 365 d (2027-01-15)
        Next: openclaw models run "Say hello"
    "#]]);
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
    let world = Sandbox::new();
    let secret = format!("sk-ant-oat01-{}", "a".repeat(90));
    let pasted = world.openclaw_with(
        "models auth paste-token --provider anthropic --profile-id anthropic:prod",
        secret,
    );
    assert_eq!(pasted.code, Some(0));
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
    let world = Sandbox::new();
    let output = world.openclaw_with("models auth paste-token --provider anthropic", "\n");
    output.is(expect![[r#"
        ---- stderr
        error: no token was given
          nothing was stored
        hint: at a terminal it is asked for; in a script: printf '%s' "$TOKEN" | openclaw models auth paste-token --provider anthropic
        [exit 1]
    "#]]);
    assert_eq!(world.files(), Vec::<String>::new());
}
