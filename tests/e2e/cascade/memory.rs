//! What is remembered of a profile, and by whom.

use super::*;
use openclaw_tests::JsonIs as _;

#[test]
fn a_success_makes_a_profile_good_again() {
    let case = Case::new(work(claude())).remembering(&json!({ "anthropic:work": {
        "errorCount": 3,
        "failureCounts": { "auth": 2, "billing": 1 },
        "lastFailureAt": FIXED_TIME_MS - 7_200_000,
        "cooldownUntil": FIXED_TIME_MS - 1,
        "disabledUntil": FIXED_TIME_MS - 1,
        "disabledReason": "billing",
        "mine": "kept",
    }}));
    assert_eq!(case.ask("").ok(), "Hello from Claude.\n");
    json!([case.usage(), case.store()["lastGood"]]).is(expect![[r#"
        [
          {
            "anthropic:work": {
              "errorCount": 0,
              "lastFailureAt": 1768471200000,
              "mine": "kept",
              "lastUsed": 1768478400000
            }
          },
          {
            "anthropic": "anthropic:work"
          }
        ]
    "#]]);
}

#[test]
fn further_failures_rest_longer_and_billing_doubles() {
    let broke = anthropic::error(403, "billing_error", "There is no credit.");
    let case = Case::new(work(broke)).remembering(&json!({ "anthropic:work": {
        "errorCount": 0, "failureCounts": { "billing": 1 }, "lastFailureAt": FIXED_TIME_MS - 18_000_000,
    }}));
    assert_eq!(case.ask("").stdout, "Hello from Claude.\n");
    let until = case.usage()["anthropic:work"]["disabledUntil"]
        .as_u64()
        .unwrap();
    assert_eq!(until - FIXED_TIME_MS, 10 * 3_600_000);
}

#[test]
fn when_everything_rests_for_seconds_only_it_waits() {
    let soon = |seconds: u64| json!({ "errorCount": 1, "cooldownUntil": FIXED_TIME_MS + seconds * 1000, "cooldownReason": "rate_limit" });
    let case = Case::with(work(claude()), r#"model: "anthropic/claude-opus-4-5""#, "")
        .remembering(&json!({ "anthropic:work": soon(7), "anthropic:backup": soon(9) }));
    case.explain("").is(expect![[r#"
        ✗ nothing can answer for 7 s: both credentials are in cooldown
          fix: openclaw models auth cooldown clear --all
        1. anthropic/claude-opus-4-5  (primary, from defaults)
           `anthropic:work`  in cooldown: rate limited, 7 s left
           `anthropic:backup`  in cooldown: rate limited, 9 s left
        A prompt would wait 7 s for anthropic/claude-opus-4-5 with `anthropic:work`.
    "#]]);
    case.explain("--json").json()["next"].is(expect![[r#"
        {
          "model": "anthropic/claude-opus-4-5",
          "source": "profile:anthropic:work",
          "profileId": "anthropic:work",
          "waitMs": 7000
        }
    "#]]);
    case.ask("").is(expect![[r#"
        Hello from Claude.
        ---- stderr
        waiting 7 s for anthropic/claude-opus-4-5: in cooldown: rate limited
    "#]]);
    assert_eq!(case.asked(), ["claude-opus-4-5 with work"]);
    assert_eq!(
        case.usage()["anthropic:work"]["lastUsed"],
        FIXED_TIME_MS + 7_000,
        "by a clock that its waits set forward"
    );

    let case =
        case.remembering(&json!({ "anthropic:work": soon(60), "anthropic:backup": soon(90) }));
    case.explain("").is(expect![[r#"
        ✗ nothing can answer for 1 min: both credentials are in cooldown
          fix: openclaw models auth cooldown clear --all
        1. anthropic/claude-opus-4-5  (primary, from defaults)
           `anthropic:work`  in cooldown: rate limited, 1 min left
           `anthropic:backup`  in cooldown: rate limited, 2 min left
    "#]]);
    assert_eq!(case.explain("--json").json()["next"], Value::Null);
    case.ask("").is(expect![[r#"
        ---- stderr
        error: anthropic/claude-opus-4-5 cannot be used now: in cooldown: rate limited
          1. anthropic/claude-opus-4-5  `anthropic:work`    in cooldown: rate limited, 1 min left
          2. anthropic/claude-opus-4-5  `anthropic:backup`  in cooldown: rate limited, 2 min left
        hint: ask again in 1 min, wait for it with `openclaw models run --wait 61s "Hello"`, or end every cooldown with `openclaw models auth cooldown clear --all`
        hint: see every credential with `openclaw models status --check`
        [exit 1]
    "#]]);
    assert_eq!(case.asked().len(), 1);
}

#[test]
fn another_agent_uses_the_main_store_and_writes_only_its_own() {
    let more = r#"agents: { defaults: { model: "anthropic/claude-opus-4-5" }, list: [{ id: "helper" }] },"#;
    let case = Case::new(work(limited()));
    let providers = providers(&case.upstream, "");
    case.world.write(
        ".openclaw/openclaw.json",
        format!("{{ {more} models: {{ providers: {{ {providers} }} }} }}"),
    );
    let main = case.world.read(STORE);
    case.explain("--agent helper").is(expect![[r#"
        ✓ ready: anthropic/claude-opus-4-5 with `anthropic:work`
        1. anthropic/claude-opus-4-5  (primary, from defaults)
           `anthropic:work`  usable
           `anthropic:backup`  usable
    "#]]);
    let own = ".openclaw/agents/helper/agent/auth-profiles.json";
    assert_eq!(case.world.read(own), None);
    assert_eq!(case.ask("--agent helper").stdout, "Hello from Claude.\n");
    assert_eq!(
        case.world.read(STORE),
        main,
        "the main agent's store is not the helper's to write"
    );
    let stored = store(&case.world, own);
    assert_eq!(stored["profiles"], json!({}), "no key is copied");
    assert_eq!(
        stored["usageStats"]["anthropic:work"]["failureCounts"]["rate_limit"],
        1
    );
}

#[test]
fn what_another_agent_learns_is_laid_over_what_the_main_agent_knows() {
    let more = r#"agents: { defaults: { model: "anthropic/claude-haiku-4-5" }, list: [{ id: "helper" }] },"#;
    let resting =
        json!({ "until": FIXED_TIME_MS + 600_000, "reason": "rate_limit", "errorCount": 1 });
    let case = Case::new(work(limited())).remembering(
        &json!({ "anthropic:work": { "errorCount": 0, "models": { "claude-opus-4-5": resting } } }),
    );
    let providers = providers(&case.upstream, "");
    case.world.write(
        ".openclaw/openclaw.json",
        format!("{{ {more} models: {{ providers: {{ {providers} }} }} }}"),
    );
    assert_eq!(case.ask("--agent helper").stdout, "Hello from Claude.\n");
    let own = store(
        &case.world,
        ".openclaw/agents/helper/agent/auth-profiles.json",
    );
    let models = &own["usageStats"]["anthropic:work"]["models"];
    assert_eq!(models["claude-opus-4-5"], resting);
    assert_eq!(models["claude-haiku-4-5"]["reason"], "rate_limit");
}
