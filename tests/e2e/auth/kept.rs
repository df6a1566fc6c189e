//! `openclaw models auth list`, `remove` and `cooldown`: what is stored, and how it goes.

use expect_test::{expect, expect_file};
use openclaw_tests::pty::key::{CTRL_C, ENTER};
use openclaw_tests::{FIXED_TIME_MS, Sandbox, canary};
use serde_json::{Value, json};

use super::{DAY_MS, key, snapshot, store, token};

/// Three profiles of Anthropic, one of OpenAI, an order, and what happened to them.
fn lived_in() -> Sandbox {
    let config = r#"{
  // mine
  agents: {
    defaults: { model: { primary: "anthropic/claude-opus-4-5", fallbacks: ["openai/gpt-5.2"] } },
    list: [{ id: "main" }, { id: "work", auth: { order: { anthropic: ["anthropic:work"] } } }],
  },
  auth: {
    profiles: { "anthropic:work": { provider: "anthropic", mode: "token" }, "openai:default": { provider: "openai", mode: "api_key" } },
    order: { anthropic: ["anthropic:work", "anthropic:default"] },
  },
}
"#;
    let world = Sandbox::new()
        .config(config)
        .api_key("anthropic:default", key("work"))
        .profile(
            "anthropic:work",
            json!({
                "type": "token", "provider": "anthropic", "token": token(),
                "expires": FIXED_TIME_MS + 5 * DAY_MS, "email": "me@example.com",
            }),
        )
        .profile(
            "anthropic:old",
            json!({
                "type": "token", "provider": "anthropic", "token": token(),
                "expires": FIXED_TIME_MS - 3 * DAY_MS,
            }),
        )
        .profile(
            "openai:default",
            json!({ "type": "api_key", "provider": "openai", "key": "sk-short", "mine": true }),
        );
    let mut text = store(&world);
    text["order"] = json!({ "anthropic": ["anthropic:old"], "openai": ["openai:default"] });
    text["lastGood"] = json!({ "openai": "openai:default" });
    text["usageStats"] = json!({
        "anthropic:default": { "modelCooldowns": {}, "lastUsed": FIXED_TIME_MS - 1, "cooldownUntil": FIXED_TIME_MS + 90_000, "cooldownReason": "auth", "errorCount": 2 },
        "openai:default": { "disabledUntil": FIXED_TIME_MS + 5 * 3_600_000, "disabledReason": "billing", "failureCounts": { "billing": 1 } },
        "anthropic:work": { "cooldownUntil": FIXED_TIME_MS + 30_000, "cooldownModel": "claude-opus-4-5", "cooldownReason": "rate_limit" },
    });
    world.write(super::STORE, format!("{text:#}\n"));
    world
}

#[test]
fn the_list_shows_state_expiry_and_rest_but_no_key() {
    let world = lived_in();
    let before = snapshot(&world);
    for arguments in ["", " --json", " --plain"] {
        let output = world.openclaw(&format!("models auth list{arguments}"));
        for secret in [key("work"), token()] {
            assert_eq!(canary::traces(&secret, output.stdout.as_bytes()), [""; 0]);
        }
    }
    world.openclaw("models auth list").is(expect_file![
        "expected/kept.the_list_shows_state_expiry_and_rest_but_no_key.txt"
    ]);
    world.openclaw("models auth list --plain").is(expect![[r#"
        anthropic:default	anthropic	api-key	cooldown	-
        anthropic:old	anthropic	token	expired	2026-01-12T12:00:00Z
        anthropic:work	anthropic	token	expiring	2026-01-20T12:00:00Z
        openai:default	openai	api-key	disabled	-
    "#]]);
    world
        .openclaw("models auth list --provider openai --json")
        .is(expect_file![
            "expected/kept.the_list_shows_state_expiry_and_rest_but_no_key.2.txt"
        ]);
    assert_eq!(snapshot(&world), before, "reading changes nothing");
}

#[test]
fn an_agent_sees_its_own_and_those_of_main_with_their_files() {
    let own = json!({ "type": "api_key", "provider": "openai", "key": "sk-own" });
    let world = lived_in().agent_profile("work", "openai:own", own);
    world
        .openclaw("models auth list --agent work --provider openai")
        .is(expect![[r#"
            openai
              openai:default  api-key  disabled  insufficient credit, 5 h left;
                                                 in ~/.openclaw/agents/main/agent/auth-profiles.json
              openai:own      api-key  active    in ~/.openclaw/agents/work/agent/auth-profiles.json
        "#]]);
    let world = Sandbox::new();
    world.openclaw("models auth list").is(expect![[r#"
        No auth profile is stored.
        ---- stderr
        note: add one with `openclaw models auth add`
    "#]]);
    world
        .openclaw("models auth list --provider gogle")
        .is(expect![[r#"
            ---- stderr
            error: Unknown provider: gogle
              there are: amazon-bedrock, anthropic, azure-openai, cerebras, cohere, deepseek, fireworks, github-copilot, google, google-vertex, groq, huggingface, kimi-coding, litellm, lmstudio, minimax, mistral, moonshot, nvidia, ollama, openai, openai-codex, opencode, openrouter, perplexity, qwen, qwen-portal, together, vercel-ai-gateway, xai, zai
            hint: did you mean `google`?
            [exit 1]
        "#]]);
    assert_eq!(world.files(), [""; 0]);
}

#[test]
fn removing_takes_every_trace_and_says_what_is_left_without() {
    let world = lived_in();
    world.openclaw("models auth remove anthropic:work openai:default --yes").is(expect![[r#"
            Updated ~/.openclaw/agents/main/agent/auth-profiles.json
            Updated ~/.openclaw/openclaw.json
            Removed: anthropic:work (anthropic/token, sk-ant-o…7zQ-)
            Removed: openai:default (openai/api-key, …)
            ---- stderr
            warning: `openai/gpt-5.2`, in use by `main`, `work`, has no credential left; add one with `openclaw models auth add --provider openai`
            warning: `anthropic/claude-opus-4-5`, in use by `work`, has no credential left; add one with `openclaw models auth add --provider anthropic`
        "#]]);
    expect![[r#"
        -    list: [{ id: "main" }, { id: "work", auth: { order: { anthropic: ["anthropic:work"] } } }],
        +    list: [{ id: "main" }, { id: "work" }],
        -    profiles: { "anthropic:work": { provider: "anthropic", mode: "token" }, "openai:default": { provider: "openai", mode: "api_key" } },
        -    order: { anthropic: ["anthropic:work", "anthropic:default"] },
        +    order: { anthropic: ["anthropic:default"] },
    "#]].assert_eq(&world.config_diff());
    let mut left = store(&world);
    left["profiles"] = left["profiles"]
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect::<Value>();
    expect_file!["expected/kept.removing_takes_every_trace_and_says_what_is_left_without.txt"]
        .assert_eq(&format!("{left:#}\n"));
}

#[test]
fn removing_asks_at_a_terminal() {
    let world = lived_in();
    let before = snapshot(&world);
    let remove = ["models", "auth", "remove", "anthropic:old"];
    for (leave, said) in [
        (ENTER, "Cancelled; nothing was removed.\n"),
        (CTRL_C, "Cancelled; nothing was changed.\n"),
    ] {
        let mut terminal = world.pty(&remove);
        terminal.wait_for("Remove anthropic:old (anthropic/token, sk-ant-o…7zQ-)? (y/N)");
        terminal.press(&[leave]);
        let ended = terminal.end();
        assert!(ended.screen.ends_with(said), "{}", ended.screen);
        ended.assert_code(130);
        assert_eq!(snapshot(&world), before);
    }
    let mut terminal = world.pty(&remove);
    terminal
        .wait_for("Remove anthropic:old")
        .press(&["y", ENTER]);
    let ended = terminal.end();
    expect![[r#"
        ✓ Remove anthropic:old (anthropic/token, sk-ant-o…7zQ-)? Yes
        Updated ~/.openclaw/agents/main/agent/auth-profiles.json
        Removed: anthropic:old (anthropic/token, sk-ant-o…7zQ-)
    "#]]
    .assert_eq(&ended.screen);
    ended.assert_code(0);
    assert_eq!(store(&world)["profiles"]["anthropic:old"], Value::Null);
}

#[test]
fn what_cannot_be_removed_is_named_and_nothing_goes() {
    let world = lived_in();
    let before = snapshot(&world);
    let said = world.assert_refused(&[
        "models auth remove anthropic:old",
        "models auth remove anthropic:old anthropic:wrk --yes",
        "models auth remove anthropic:work --agent work --yes",
        "models auth remove",
    ]);
    expect_file!["expected/kept.what_cannot_be_removed_is_named_and_nothing_goes.txt"]
        .assert_eq(&said);
    assert_eq!(snapshot(&world), before);
}

#[test]
fn a_copy_of_another_agent_keeps_its_place_in_the_config() {
    let copy = json!({ "type": "api_key", "provider": "anthropic", "key": key("work") });
    let world = lived_in().agent_profile("work", "anthropic:default", copy);
    world.openclaw("models auth remove anthropic:default --yes").is(expect![[r#"
            Updated ~/.openclaw/agents/main/agent/auth-profiles.json
            Removed: anthropic:default (anthropic/api-key, sk-ant-a…9xT_)
            ---- stderr
            note: the agent `work` has a `anthropic:default` of its own, so the config still names it; remove that with `openclaw models auth remove anthropic:default --agent work`
        "#]]);
    assert_eq!(world.config_diff(), "");
}

#[test]
fn a_store_that_cannot_be_understood_is_not_overwritten() {
    let world = Sandbox::new();
    world.write(super::STORE, "{ broken");
    world.openclaw_with("models auth add --provider anthropic --stdin", key("work")).is(expect![[r#"
        ---- stderr
        error: cannot add the credential
          caused by: refusing to overwrite <home>/.openclaw/agents/main/agent/auth-profiles.json: it is not JSON: key must be a string at line 1 column 3
          nothing was changed
        hint: correct it by hand, or move it away: mv <home>/.openclaw/agents/main/agent/auth-profiles.json <home>/.openclaw/agents/main/agent/auth-profiles.json.broken
        [exit 1]
    "#]]);
    assert_eq!(world.read(super::STORE).unwrap(), "{ broken");
    let output = world.openclaw("models auth cooldown clear --all");
    assert!(output.stderr.contains("counts as empty"), "{output}");
    assert_eq!(world.read(super::STORE).unwrap(), "{ broken");
}

#[test]
fn cooldowns_are_listed_with_the_time_left() {
    let world = lived_in();
    let before = snapshot(&world);
    world.openclaw("models auth cooldown list").is(expect![[r#"
        anthropic:work     claude-opus-4-5  rate limited         30 s left
        anthropic:default  whole profile    unauthorized         2 min left
        openai:default     whole profile    insufficient credit  5 h left
        ---- stderr
        note: to try it again at once: `openclaw models auth cooldown clear anthropic:work`
    "#]]);
    world
        .openclaw("models auth cooldown list --provider openai --json")
        .is(expect_file![
            "expected/kept.cooldowns_are_listed_with_the_time_left.txt"
        ]);
    world
        .openclaw("models auth cooldown list --provider google")
        .is(expect![[r#"
            No credential is in cooldown.
        "#]]);
    assert_eq!(snapshot(&world), before);
}

#[test]
fn a_cooldown_ends_by_profile_provider_or_model() {
    let world = lived_in();
    world
        .openclaw("models auth cooldown clear anthropic:default")
        .is(expect![[r#"
            Updated ~/.openclaw/agents/main/agent/auth-profiles.json
            Ended:
            anthropic:default  whole profile  unauthorized  had 2 min left
        "#]]);
    world
        .openclaw("models auth cooldown clear --model anthropic/claude-sonnet-4")
        .is(expect![[r#"
            ---- stderr
            note: nothing was changed: nothing was in cooldown
        "#]]);
    world
        .openclaw("models auth cooldown clear --model anthropic/claude-opus-4-5")
        .is(expect![[r#"
            Updated ~/.openclaw/agents/main/agent/auth-profiles.json
            Ended:
            anthropic:work  claude-opus-4-5  rate limited  had 30 s left
        "#]]);
    world
        .openclaw("models auth cooldown clear --provider openai --json")
        .is(expect_file![
            "expected/kept.a_cooldown_ends_by_profile_provider_or_model.txt"
        ]);
    world
        .openclaw("models auth cooldown clear --all")
        .is(expect![[r#"
            ---- stderr
            note: nothing was changed: nothing was in cooldown
        "#]]);
    expect_file!["expected/kept.a_cooldown_ends_by_profile_provider_or_model.2.txt"]
        .assert_eq(&format!("{:#}\n", store(&world)["usageStats"]));
    let mut profiles = store(&world);
    profiles["usageStats"] = store(&lived_in())["usageStats"].clone();
    assert_eq!(profiles, store(&lived_in()), "nothing else changes");
}

#[test]
fn an_agent_that_inherits_a_cooldown_ends_it_for_itself() {
    let world = lived_in();
    let main = store(&world);
    world
        .openclaw("models auth cooldown clear openai:default --agent work")
        .is(expect![[r#"
            Updated ~/.openclaw/agents/work/agent/auth-profiles.json
            Ended:
            openai:default  whole profile  insufficient credit  had 5 h left
        "#]]);
    assert_eq!(store(&world), main);
    let left = world.openclaw("models auth cooldown list --agent work");
    assert!(!left.stdout.contains("openai"), "{left}");
}

#[test]
fn which_cooldown_ends_has_to_be_said() {
    let world = lived_in();
    let before = snapshot(&world);
    let said = world.assert_refused(&[
        "models auth cooldown clear",
        "models auth cooldown clear anthropic:defualt",
        "models auth cooldown clear --provider opnai",
        "models auth cooldown clear anthropic:old --all",
    ]);
    expect_file!["expected/kept.which_cooldown_ends_has_to_be_said.txt"].assert_eq(&said);
    assert_eq!(snapshot(&world), before);
}

#[test]
fn what_is_to_be_typed_names_the_agent_that_was_named() {
    let world = Sandbox::new()
        .config("{ agents: { list: [{ id: \"main\" }, { id: \"work\" }] } }\n")
        .agent_profile(
            "work",
            "openai:own",
            json!({ "type": "api_key", "provider": "openai", "key": "sk-proj-not-real-1234" }),
        );
    let said = world.assert_refused(&[
        "models auth remove openai:own --agent work",
        "models auth add --provider openai --agent work",
        "models auth add --provider openai --agent work --stdin",
        "models auth paste-token --provider anthropic --agent work",
        "models auth setup-token --provider anthropic --agent work",
        "setup --provider openai --agent main",
    ]);
    expect![[r#"
        $ openclaw models auth remove openai:own --agent work
        ---- stderr
        error: cannot remove openai:own: not a terminal, so nothing can be asked
          nothing was changed
        hint: to remove without being asked: `openclaw models auth remove openai:own --agent work --yes`
        [exit 1]
        $ openclaw models auth add --provider openai --agent work
        ---- stderr
        error: cannot add a credential: not a terminal, so nothing can be asked
          nothing was changed
        hint: in a script: printf '%s' "$KEY" | openclaw models auth add --provider openai --agent work --stdin
        [exit 1]
        $ openclaw models auth add --provider openai --agent work --stdin
        ---- stderr
        error: no token was given
          nothing was stored
        hint: at a terminal it is asked for; in a script: printf '%s' "$TOKEN" | openclaw models auth add --provider openai --agent work --stdin
        [exit 1]
        $ openclaw models auth paste-token --provider anthropic --agent work
        ---- stderr
        error: no token was given
          nothing was stored
        hint: at a terminal it is asked for; in a script: printf '%s' "$TOKEN" | openclaw models auth paste-token --provider anthropic --agent work
        [exit 1]
        $ openclaw models auth setup-token --provider anthropic --agent work
        ---- stderr
        error: no token was given
          nothing was stored
        hint: at a terminal it is asked for; in a script: printf '%s' "$TOKEN" | openclaw models auth setup-token --provider anthropic --agent work
        [exit 1]
        $ openclaw setup --provider openai --agent main
        ---- stderr
        error: No credential was found
          environment `OPENAI_API_KEY`: not set
          nothing was changed
        hint: pipe a key in: printf '%s' "$KEY" | openclaw setup --provider openai --agent main --key-stdin
        [exit 1]
    "#]].assert_eq(&said);
}
