//! How long a run and its attempts may take, whatever an upstream does with its bytes.

use super::*;
use openclaw_tests::JsonIs as _;

/// An answer that would take an hour.
fn dripping() -> Reply {
    claude().drip(Duration::from_secs(60))
}

/// Makes a case that finds its component compiled: compiling is part of a run's time.
fn compiled(script: Script) -> Case {
    let other = Case::new(work(claude()));
    assert_eq!(other.ask("").stdout, "Hello from Claude.\n");
    Case::new(script)
}

#[test]
fn the_runs_bound_holds_against_a_byte_a_minute_and_blames_no_profile() {
    let slow = [
        dripping(),
        Reply::silence(),
        claude().after(Duration::from_secs(3_600)),
    ];
    let outputs = slow.map(|reply| {
        let case = compiled(all_of_anthropic(reply));
        let output = case.ask("--timeout 1500ms");
        assert_eq!(case.usage(), Value::Null);
        assert_eq!(case.asked(), ["claude-opus-4-5 with work"]);
        output
    });
    outputs[0].is(expect![[r#"
        ---- stderr
        error: timed out: no whole answer within 1500 ms, the run's limit
          1. anthropic/claude-opus-4-5  `anthropic:work`  timed out: no whole answer within 1500 ms, the run's limit
        hint: allow more with `--timeout`, or have slow models left sooner with `--attempt-timeout`, as in `openclaw models run --timeout 5m --attempt-timeout 90s "Hello"`
        [exit 1]
    "#]]);
    assert_eq!(outputs[1..], [outputs[0].clone(), outputs[0].clone()]);
}

#[test]
fn what_failed_before_the_runs_bound_is_in_the_trail_and_is_remembered() {
    let script = Script::new()
        .on(When::post(MESSAGES).credential(WORK), limited())
        .on(When::post(MESSAGES), dripping());
    let case = compiled(script);
    let output = case.ask("--timeout 3s --json --explain");
    let error: Value = serde_json::from_str(output.failed()).unwrap();
    let error = &error["error"];
    assert_eq!(
        (&error["code"], &error["message"]),
        (
            &json!("timeout"),
            &json!("timed out: no whole answer within 3 s, the run's limit")
        )
    );
    let trail: Vec<_> = error["data"]["trail"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| {
            (
                entry["source"].as_str().unwrap(),
                entry["failure"]["kind"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        trail,
        [
            ("profile:anthropic:work", "rate_limit"),
            ("profile:anthropic:backup", "timeout")
        ]
    );
    assert_eq!(error["data"]["trail"][1]["failure"]["code"], "run_timeout");
    let usage = case.usage();
    let models = &usage["anthropic:work"]["models"];
    assert_eq!(models["claude-opus-4-5"]["reason"], "rate_limit");
    assert_eq!(usage["anthropic:backup"], Value::Null);
}

#[test]
fn an_attempts_bound_leaves_a_slow_credential_for_the_next() {
    let case = Case::new(work(dripping()));
    steady(case.ask("--attempt-timeout 3s --explain")).is(expect![[r#"
        Hello from Claude.
        ---- stderr
        → anthropic/claude-opus-4-5  `anthropic:work`
        ✗ anthropic/claude-opus-4-5  timed out: no whole answer within 3 s, the attempt's limit  [<n> ms]
        → anthropic/claude-opus-4-5  `anthropic:backup`
        ✓ anthropic/claude-opus-4-5  answered  [<n> ms]
          12 tokens in, 3 out; $0.0001 by the catalog's prices
    "#]]);
    let rests = &case.usage()["anthropic:work"]["models"]["claude-opus-4-5"];
    rests.is(expect![[r#"
        {
          "until": 1768478430000,
          "since": 1768478400000,
          "reason": "timeout",
          "errorCount": 1
        }
    "#]]);
}

#[test]
fn every_attempt_has_its_bound_and_the_data_tells_of_each() {
    let case = Case::new(all_of_anthropic(dripping()).otherwise(Reply::silence()));
    let value = case.ask("--attempt-timeout 3 --json").json();
    assert_eq!(value["text"], "Hello from GPT.");
    let outcomes: Vec<_> = value["trail"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| {
            (
                entry["outcome"].as_str().unwrap(),
                entry["failure"]["code"].as_str(),
            )
        })
        .collect();
    assert_eq!(
        outcomes,
        [
            ("failed", Some("attempt_timeout")),
            ("failed", Some("attempt_timeout")),
            ("succeeded", None)
        ]
    );
}

#[test]
fn an_answer_that_stalls_after_its_first_words_is_not_begun_again() {
    for bound in ["--attempt-timeout 3s", "--timeout 3s"] {
        let case = compiled(work(claude().stall_after(up_to_text())));
        let output = case.ask(bound);
        assert_eq!(
            (output.code, output.stdout.as_str()),
            (Some(1), "Hello from\n"),
            "{output}"
        );
        assert!(
            output.stderr.starts_with(
                "error: the stream ended early\n  caused by: timed out: no whole answer within 3 s, the "
            ),
            "{output}"
        );
        assert_eq!(case.asked().len(), 1);
    }
}

#[test]
fn no_cooldown_is_waited_for_that_outlasts_the_run() {
    let soon = json!({ "errorCount": 1, "cooldownUntil": FIXED_TIME_MS + 7_000, "cooldownReason": "rate_limit" });
    let case = Case::with(work(claude()), r#"model: "anthropic/claude-opus-4-5""#, "")
        .remembering(&json!({ "anthropic:work": soon, "anthropic:backup": soon }));
    case.ask("--timeout 5s").is(expect![[r#"
        ---- stderr
        error: anthropic/claude-opus-4-5 cannot be used now: in cooldown: rate limited
          1. anthropic/claude-opus-4-5  `anthropic:work`    in cooldown: rate limited, 7 s left
          2. anthropic/claude-opus-4-5  `anthropic:backup`  in cooldown: rate limited, 7 s left
        hint: ask again in 7 s, wait for it with `openclaw models run --wait 8s "Hello"`, or end every cooldown with `openclaw models auth cooldown clear --all`
        hint: see every credential with `openclaw models status --check`
        [exit 1]
    "#]]);
    assert_eq!(case.asked(), [""; 0]);
    case.ask("--timeout 1m").is(expect![[r#"
        Hello from Claude.
        ---- stderr
        waiting 7 s for anthropic/claude-opus-4-5: in cooldown: rate limited
    "#]]);
}

#[test]
fn bounds_that_are_none_are_refused() {
    let case = Case::new(work(claude()));
    case.ask("--timeout soon").is(expect![[r#"
        ---- stderr
        error: invalid value `soon` for `--timeout <DURATION>`: write a time above zero as `90s` or `2m`; a number alone is seconds
        hint: see `openclaw models run --help`
        [exit 1]
    "#]]);
    for wrong in [
        "--timeout 0",
        "--timeout=-5s",
        "--attempt-timeout 1w",
        "--attempt-timeout",
    ] {
        assert!(!case.ask(wrong).failed().is_empty(), "{wrong}");
    }
    assert_eq!(case.asked(), [""; 0]);
}
