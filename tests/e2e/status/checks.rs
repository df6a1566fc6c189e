//! What `--check` comes to.

use super::*;
use expect_test::expect_file;
use openclaw_tests::JsonIs as _;

#[test]
fn a_check_answers_by_its_exit_code() {
    let with = |credential: Value| {
        let world = Sandbox::new()
            .config(SIMPLE)
            .profile("anthropic:a", credential);
        world.openclaw("models status --check").code
    };
    assert_eq!(with(token(FIXED_TIME_MS + 7 * DAY_MS + 1)), Some(0));
    assert_eq!(with(token(FIXED_TIME_MS + 7 * DAY_MS)), Some(2));
    assert_eq!(with(token(FIXED_TIME_MS + 1)), Some(2));
    assert_eq!(with(token(FIXED_TIME_MS)), Some(1));
    // A login renews itself.
    assert_eq!(with(login(FIXED_TIME_MS - DAY_MS)), Some(0));
    let lost = |mut login: Value| {
        login["refresh"] = "".into();
        login
    };
    assert_eq!(with(lost(login(FIXED_TIME_MS - DAY_MS))), Some(1));
    assert_eq!(with(lost(login(FIXED_TIME_MS + DAY_MS))), Some(2));
    let simple = || Sandbox::new().config(SIMPLE);
    let code = |world: Sandbox| world.openclaw("models status --check").code;
    assert_eq!(code(simple()), Some(1));
    assert_eq!(
        code(simple().env("ANTHROPIC_API_KEY", ANTHROPIC_KEY)),
        Some(0)
    );
    assert_eq!(
        code(
            simple()
                .env("ANTHROPIC_API_KEY", ANTHROPIC_KEY)
                .profile("openai:default", key(KEY))
        ),
        Some(0)
    );
    // A profile counts even when nothing uses its provider.
    let unused = json!({ "type": "token", "provider": "openai", "token": TOKEN, "expires": 1 });
    assert_eq!(
        code(
            simple()
                .env("ANTHROPIC_API_KEY", ANTHROPIC_KEY)
                .profile("openai:old", unused)
        ),
        Some(1)
    );
}

#[test]
fn a_login_whose_renewal_was_refused_is_not_called_valid() {
    let world = Sandbox::new()
        .config(SIMPLE)
        .profile("anthropic:me", login(FIXED_TIME_MS - DAY_MS));
    let world = using(
        world,
        &json!({ "anthropic:me": { "errorCount": 1, "failureCounts": { "auth": 1 } } }),
    );
    world.openclaw("models status --check").is(expect_file![
        "expected/checks.a_login_whose_renewal_was_refused_is_not_called_valid.txt"
    ]);
}

#[test]
fn a_cooldown_is_no_problem_of_a_check() {
    let world = Sandbox::new()
        .config(SIMPLE)
        .profile("anthropic:a", token(FIXED_TIME_MS + 30 * DAY_MS));
    let world = using(
        world,
        &json!({ "anthropic:a": { "disabledUntil": FIXED_TIME_MS + DAY_MS, "disabledReason": "billing" } }),
    );
    assert_eq!(world.openclaw("models status --check").code, Some(0));
}

#[test]
fn a_check_names_each_problem_once_with_its_fix() {
    let output = lived_in().openclaw("models status --check");
    assert_eq!(output.code, Some(1));
    assert_eq!(output.stderr, "", "the rows say it");
    let fixes = [
        "openclaw models auth add --provider anthropic --method token --profile-id anthropic:old",
        "openclaw models auth add --provider anthropic --method token --profile-id anthropic:soon",
        "openclaw models auth add --provider openai --profile-id openai:blank",
        "openclaw models auth add --provider google",
    ];
    for fix in fixes {
        let line = format!("fix: {fix}\n");
        assert_eq!(output.stdout.matches(&line).count(), 1, "{fix}: {output}");
    }
    // Where no row is shown, they are warnings.
    let plain = lived_in().openclaw("models status --check --plain");
    expect![[r#"
        warning: no plugin or config entry serves `acme`, which is in use; add `models.providers.acme` to the config, or choose from `openclaw models list --all`
        warning: auth profile `anthropic:old` expired 3 d ago (2026-01-12); fix it with `openclaw models auth add --provider anthropic --method token --profile-id anthropic:old`
        warning: auth profile `anthropic:soon` expires in 3 d (2026-01-18); fix it with `openclaw models auth add --provider anthropic --method token --profile-id anthropic:soon`
        warning: no usable credential for `google`, which is in use; fix it with `openclaw models auth add --provider google`, or set GEMINI_API_KEY
        warning: auth profile `openai:blank` holds no usable credential; fix it with `openclaw models auth add --provider openai --profile-id openai:blank`
    "#]].assert_eq(&plain.stderr);
    // Without a check nothing is asked for.
    let shown = lived_in().openclaw("models status");
    assert!(!shown.stdout.contains("--profile-id"), "{shown}");
}

#[test]
fn an_order_without_a_stored_profile_leaves_the_provider_without_one() {
    let world = Sandbox::new()
        .config(
            r#"{ agents: { defaults: { model: "openai/gpt-5.2" } }, auth: { order: { openai: ["openai:gone"] } } }"#,
        )
        .profile("openai:default", key(KEY));
    world.openclaw("models status --check").is(expect_file![
        "expected/checks.an_order_without_a_stored_profile_leaves_the_provider_without_one.txt"
    ]);
}

#[test]
fn credentials_of_the_aws_sdk_count() {
    let world = Sandbox::new()
        .config(r#"{ agents: { defaults: { model: "amazon-bedrock/claude" } } }"#)
        .env("AWS_PROFILE", "work");
    world.openclaw("models status --check").is(expect_file![
        "expected/checks.credentials_of_the_aws_sdk_count.txt"
    ]);
    let value = world.openclaw("models status --json").json();
    value["auth"]["providers"].is(expect![[r#"
        [
          {
            "provider": "amazon-bedrock",
            "effective": {
              "kind": "env",
              "detail": "env:AWS_PROFILE"
            },
            "profiles": {
              "count": 0,
              "oauth": 0,
              "token": 0,
              "apiKey": 0,
              "labels": []
            }
          }
        ]
    "#]]);
}
