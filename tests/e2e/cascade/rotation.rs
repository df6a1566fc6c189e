//! Which pair is tried next, and what is said of it.

use super::*;
use openclaw_tests::JsonIs as _;

#[test]
fn the_first_profile_answers_and_nothing_else_is_said() {
    let case = Case::new(work(claude()));
    assert_eq!(case.ask("").ok(), "Hello from Claude.\n");
    assert_eq!(case.asked(), ["claude-opus-4-5 with work"]);
}

#[test]
fn a_rate_limited_profile_yields_to_the_next_before_any_fallback_model() {
    let case = Case::new(work(limited()));
    steady(case.ask("--explain")).is(expect![[r#"
        Hello from Claude.
        ---- stderr
        → anthropic/claude-opus-4-5  `anthropic:work`
        ✗ anthropic/claude-opus-4-5  rate limited (429), retry in 42 s: Too many requests.  [<n> ms]
        → anthropic/claude-opus-4-5  `anthropic:backup`
        ✓ anthropic/claude-opus-4-5  answered  [<n> ms]
          12 tokens in, 3 out; $0.0001 by the catalog's prices
    "#]]);
    assert_eq!(
        case.asked(),
        ["claude-opus-4-5 with work", "claude-opus-4-5 with backup"]
    );
}

#[test]
fn without_being_asked_to_explain_it_says_in_one_line_that_another_answered() {
    let case = Case::new(all_of_anthropic(limited()));
    steady(case.ask("")).is(expect![[r#"
        Hello from GPT.
        ---- stderr
        warning: fell back to openai/gpt-5.2: anthropic/claude-opus-4-5 with `anthropic:work` is rate limited (429)
    "#]]);
    assert_eq!(case.asked(), THE_CHAIN);
}

#[test]
fn a_rate_limit_rests_the_model_and_not_the_profile() {
    let case = Case::new(
        Script::new()
            .on(
                When::post(MESSAGES).json("/model", "claude-opus-4-5"),
                limited(),
            )
            .on(When::post(MESSAGES), claude())
            .on(openai_stream(), gpt()),
    );
    assert_eq!(case.ask("").stdout, "Hello from GPT.\n");
    let usage = case.usage();
    assert_limited_for_opus(&usage["anthropic:work"]);
    assert_eq!(usage["anthropic:work"], usage["anthropic:backup"]);

    // The other model of the same profile is not touched.
    let before = case.asked().len();
    assert_eq!(
        case.ask("--model anthropic/claude-haiku-4-5").ok(),
        "Hello from Claude.\n"
    );
    assert_eq!(case.asked()[before..], ["claude-haiku-4-5 with work"]);
    assert_eq!(
        case.usage()["anthropic:work"]["models"],
        usage["anthropic:work"]["models"]
    );

    // The next run does not ask the limited pairs again, and says why.
    let before = case.asked().len();
    steady(case.ask("--explain")).is(expect![[r#"
        Hello from GPT.
        ---- stderr
        - anthropic/claude-opus-4-5  `anthropic:work`  in cooldown: rate limited, 42 s left
        - anthropic/claude-opus-4-5  `anthropic:backup`  in cooldown: rate limited, 42 s left
        → openai/gpt-5.2  `openai:default`
        ✓ openai/gpt-5.2  answered  [<n> ms]
          21 tokens in, 3 out; $0.000079 by the catalog's prices
        warning: fell back to openai/gpt-5.2: anthropic/claude-opus-4-5 with `anthropic:work` was skipped: in cooldown: rate limited
    "#]]);
    assert_eq!(case.asked()[before..], ["gpt-5.2 with openai"]);
    case.explain("").is(expect![[r#"
        ✓ ready: openai/gpt-5.2 with `openai:default`
        1. anthropic/claude-opus-4-5  (primary, from defaults)
           `anthropic:work`  in cooldown: rate limited, 42 s left
           `anthropic:backup`  in cooldown: rate limited, 42 s left
        2. openai/gpt-5.2  (fallback 1, from defaults)
           `openai:default`  usable
    "#]]);
    let trail = case.ask("--json").json()["trail"].take();
    assert_eq!(
        trail[0],
        json!({
            "model": "anthropic/claude-opus-4-5",
            "source": "profile:anthropic:work",
            "profileId": "anthropic:work",
            "outcome": "skipped",
            "reason": "cooldown",
            "message": "in cooldown: rate limited",
            "cooldownReason": "rate_limit",
            "until": FIXED_TIME_MS + 42_000,
        })
    );
    let outcomes: Vec<&Value> = trail
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| &entry["outcome"])
        .collect();
    assert_eq!(outcomes, ["skipped", "skipped", "succeeded"]);
    case.ask("").is(expect![[r#"
        Hello from GPT.
        ---- stderr
        warning: fell back to openai/gpt-5.2: anthropic/claude-opus-4-5 with `anthropic:work` was skipped: in cooldown: rate limited
    "#]]);
}

#[test]
fn a_refused_key_rests_the_whole_profile() {
    let case = Case::new(work(refused()));
    assert_eq!(case.ask("").stdout, "Hello from Claude.\n");
    case.usage().is(expect![[r#"
        {
          "anthropic:work": {
            "errorCount": 1,
            "failureCounts": {
              "auth": 1
            },
            "lastFailureAt": 1768478400000,
            "cooldownUntil": 1768478430000,
            "cooldownSince": 1768478400000,
            "cooldownReason": "auth"
          },
          "anthropic:backup": {
            "lastUsed": 1768478400000,
            "errorCount": 0
          }
        }
    "#]]);
    let before = case.asked().len();
    assert_eq!(
        case.ask("--model anthropic/claude-haiku-4-5").stdout,
        "Hello from Claude.\n"
    );
    assert_eq!(case.asked()[before..], ["claude-haiku-4-5 with backup"]);
}

#[test]
fn a_profile_without_credit_is_disabled() {
    let broke = "Your credit balance is too low to access the Anthropic API.";
    let case = Case::new(work(anthropic::error(400, "invalid_request_error", broke)));
    steady(case.ask("--explain")).is(expect![[r#"
        Hello from Claude.
        ---- stderr
        → anthropic/claude-opus-4-5  `anthropic:work`
        ✗ anthropic/claude-opus-4-5  insufficient credit (400): Your credit balance is too low to access the Anthropic API.  [<n> ms]
        → anthropic/claude-opus-4-5  `anthropic:backup`
        ✓ anthropic/claude-opus-4-5  answered  [<n> ms]
          12 tokens in, 3 out; $0.0001 by the catalog's prices
    "#]]);
    case.usage()["anthropic:work"].is(expect![[r#"
        {
          "errorCount": 0,
          "failureCounts": {
            "billing": 1
          },
          "lastFailureAt": 1768478400000,
          "disabledUntil": 1768496400000,
          "disabledSince": 1768478400000,
          "disabledReason": "billing"
        }
    "#]]);
    case.explain("").is(expect![[r#"
        ✓ ready: anthropic/claude-opus-4-5 with `anthropic:backup`
        1. anthropic/claude-opus-4-5  (primary, from defaults)
           `anthropic:backup`  usable
           `anthropic:work`  disabled: insufficient credit, 5 h left
        2. openai/gpt-5.2  (fallback 1, from defaults)
           `openai:default`  usable
    "#]]);
}

#[test]
fn an_overloaded_model_is_tried_with_one_other_key_and_then_left() {
    let case = Case::new(all_of_anthropic(overloaded()));
    let world = &case.world;
    let mut three = case.store();
    three["profiles"]["anthropic:third"] =
        json!({ "type": "api_key", "provider": "anthropic", "key": ELSEWHERE });
    world.write(STORE, three.to_string());
    steady(case.ask("--explain")).is(expect![[r#"
        Hello from GPT.
        ---- stderr
        → anthropic/claude-opus-4-5  `anthropic:work`
        ✗ anthropic/claude-opus-4-5  overloaded (529): Overloaded  [<n> ms]
        → anthropic/claude-opus-4-5  `anthropic:backup`
        ✗ anthropic/claude-opus-4-5  overloaded (529): Overloaded  [<n> ms]
        → openai/gpt-5.2  `openai:default`
        ✓ openai/gpt-5.2  answered  [<n> ms]
          21 tokens in, 3 out; $0.000079 by the catalog's prices
        warning: fell back to openai/gpt-5.2: anthropic/claude-opus-4-5 with `anthropic:work` is overloaded (529)
    "#]]);
    assert_eq!(case.asked(), THE_CHAIN);
}

#[test]
fn a_wrong_request_is_not_repeated_elsewhere() {
    let case = Case::new(all_of_anthropic(anthropic::error(
        400,
        "invalid_request_error",
        "messages: too odd",
    )));
    case.ask("").is(expect![[r#"
        ---- stderr
        error: request refused (400): messages: too odd
          1. anthropic/claude-opus-4-5  `anthropic:work`  request refused (400): messages: too odd
        hint: see every credential with `openclaw models status --check`
        [exit 1]
    "#]]);
    assert_eq!(case.asked().len(), 1);
    assert_eq!(case.usage(), Value::Null);
}

#[test]
fn when_nobody_answers_every_attempt_is_told() {
    let case = Case::new(
        Script::new()
            .on(When::post(MESSAGES).credential(WORK), limited())
            .on(When::post(MESSAGES), refused())
            .otherwise(openai::error(500, "server_error", "internal_error", "boom")),
    );
    steady(case.ask("")).is(expect![[r#"
        ---- stderr
        error: All models failed
          1. anthropic/claude-opus-4-5  `anthropic:work`    rate limited (429), retry in 42 s: Too many requests.
          2. anthropic/claude-opus-4-5  `anthropic:backup`  unauthorized (401): invalid x-api-key
          3. openai/gpt-5.2             `openai:default`    server error (500): boom
        hint: replace the credential that was refused: `openclaw models auth add --provider anthropic --profile-id anthropic:backup`
        hint: ask again in 30 s, wait for it with `openclaw models run --wait 31s "Hello"`, or end every cooldown with `openclaw models auth cooldown clear --all`
        hint: see every credential with `openclaw models status --check`
        [exit 1]
    "#]]);
    let again = case.ask("--json");
    let error: Value = serde_json::from_str(again.failed()).unwrap();
    assert_eq!(error["error"]["code"], "provider");
    let outcomes: Vec<&Value> = error["error"]["data"]["trail"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| &entry["outcome"])
        .collect();
    assert_eq!(
        outcomes,
        ["skipped", "skipped", "skipped"],
        "everything rests now"
    );
}

#[test]
fn a_vendor_that_cannot_be_reached_is_passed_over() {
    let case = Case::new(work(claude()));
    let closed = Upstream::start(Script::new()).unwrap();
    let url = closed.url();
    closed.stop();
    let providers = providers(&case.upstream, "").replacen(
        &format!("{}/anthropic", case.upstream.url()),
        &url,
        1,
    );
    case.world
        .write(".openclaw/openclaw.json", config(CHAIN, &providers, ""));
    let output = case.ask("--json");
    let value: Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!(value["trail"][0]["failure"]["kind"], "network", "{output}");
    assert_eq!(
        case.asked(),
        ["gpt-5.2 with openai"],
        "another key reaches no more than the first"
    );
}
