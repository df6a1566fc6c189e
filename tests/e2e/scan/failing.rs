//! What is not found, and why; and what is refused.

use expect_test::expect_file;
use openclaw_tests::JsonIs as _;
use std::time::Duration;

use super::*;

#[test]
fn each_failure_is_told_in_its_own_words() {
    let script = Script::new()
        .on(
            When::get(ANTHROPIC),
            anthropic::error(401, "authentication_error", "invalid x-api-key"),
        )
        .on(
            When::get(OPENAI),
            openai::error(429, "requests", "rate_limit_exceeded", "Rate limit reached")
                .retry_after(42),
        )
        .on(When::get(GOOGLE), google::models(&["gemini-2.5-pro"]));
    let case = Case::new(script);
    case.look("--yes").is(expect_file![
        "expected/failing.each_failure_is_told_in_its_own_words.txt"
    ]);
    case.look("--yes --set-default --provider openai")
        .is(expect![[r#"
            ---- stderr
            error: No candidates: no provider can be used
              ✗ openai: rate limited (429), retry in 42 s: Rate limit reached
              nothing was changed
            hint: see what each credential says with `openclaw models status --probe`
            hint: go by the catalog alone with `openclaw models scan --provider openai --no-probe`
            [exit 1]
        "#]]);
    let output = case.look("--yes --json --set-default --provider anthropic");
    let mut error: Value = serde_json::from_str(output.failed()).unwrap();
    let data = steady(error["error"]["data"].take());
    assert_eq!(data["providers"][0]["outcome"], "failed");
    error.is(expect![[r#"
        {
          "error": {
            "code": "provider",
            "message": "No candidates: no provider can be used",
            "details": [
              "✗ anthropic: no valid authentication (401: invalid x-api-key)",
              "nothing was changed"
            ],
            "hints": [
              "add a credential with `openclaw models auth add --provider anthropic`",
              "see what each credential says with `openclaw models status --probe`",
              "go by the catalog alone with `openclaw models scan --provider anthropic --no-probe`"
            ],
            "data": null
          }
        }
    "#]]);
}

#[test]
fn a_provider_that_hangs_is_given_up_and_the_others_are_found() {
    let script = Script::new()
        .on(When::get(ANTHROPIC), claudes())
        .on(When::get(OPENAI), Reply::silence())
        .on(
            When::get(GOOGLE),
            google::models(&["gemini-2.5-pro"]).drip(Duration::from_secs(60)),
        );
    let case = Case::new(script);
    case.look("--yes --timeout 4000").is(expect_file![
        "expected/failing.a_provider_that_hangs_is_given_up_and_the_others_are_found.txt"
    ]);
}

#[test]
fn another_credential_is_tried_where_that_may_help() {
    let script = Script::new()
        .on(
            When::get(ANTHROPIC).credential("sk-anthropic-0123456789"),
            anthropic::error(401, "authentication_error", "invalid x-api-key"),
        )
        .on(When::get(ANTHROPIC), claudes());
    let mut case = Case::new(script);
    case.world = case.world.api_key("anthropic:zweit", "sk-zweit-0123456789");
    case.world = case.world.env("ANTHROPIC_API_KEY", "sk-env-0123456789");
    case.look("--yes --provider anthropic").is(expect_file![
        "expected/failing.another_credential_is_tried_where_that_may_help.txt"
    ]);
    assert_eq!(case.asked(), [ANTHROPIC, ANTHROPIC]);
}

#[test]
fn a_login_that_has_to_be_renewed_is_not_and_counts_as_unproven() {
    let mut case = Case::new(vendors());
    case.world = case.world.profile(
        "anthropic:work",
        json!({
            "type": "oauth", "provider": "anthropic", "access": "old", "refresh": "again",
            "expires": openclaw_tests::FIXED_TIME_MS - 7_200_000,
        }),
    );
    case.look("--yes --provider anthropic --max-candidates 1")
        .is(expect_file![
            "expected/failing.a_login_that_has_to_be_renewed_is_not_and_counts_as_unproven.txt"
        ]);
    assert_eq!(case.asked(), [""; 0]);
}

#[test]
fn a_credential_that_works_goes_before_a_login_that_has_to_be_renewed() {
    let mut case = Case::new(vendors());
    case.world = case.world.profile(
        "anthropic:login",
        json!({
            "type": "oauth", "provider": "anthropic", "access": "old", "refresh": "again",
            "expires": openclaw_tests::FIXED_TIME_MS - 7_200_000,
        }),
    );
    let output = case.look("--yes --provider anthropic --json");
    assert_eq!(
        output.json()["providers"][0]["source"],
        "profile:anthropic:work"
    );
}

#[test]
fn a_compatible_server_without_a_list_is_unproven() {
    let provider = r#"proxy: {
        baseUrl: "<url>/proxy/v1", api: "openai-completions", apiKey: "sk-proxy-0123456789",
        models: [{ id: "llama-3.3-70b", cost: { input: 0.5, output: 0.5 } }],
      },"#;
    let case = Case::with(vendors(), "", provider);
    case.look("--yes --provider proxy").is(expect_file![
        "expected/failing.a_compatible_server_without_a_list_is_unproven.txt"
    ]);
}

#[test]
fn a_filter_that_leaves_nothing_says_what_it_left_out() {
    let case = Case::new(vendors());
    case.look("--yes --set-default --min-params 70 --max-age-days 1")
        .is(expect_file![
            "expected/failing.a_filter_that_leaves_nothing_says_what_it_left_out.txt"
        ]);
    case.look("--yes --max-age-days 1 --provider anthropic")
        .is(expect![[r#"
            ---- stderr
            error: No candidates: no model is left
              ✓ anthropic: 3 models available (auth: ok)
              3 models skipped: the release is before `--max-age-days`
              nothing was changed
            hint: see what there is without a filter: `openclaw models scan --provider anthropic`
            [exit 1]
        "#]]);
    let case = Case::new(Script::new());
    case.look("--yes --set-default --set-image --provider ollama")
        .is(expect![[r#"
            ---- stderr
            error: No candidate takes images
              ✓ ollama: 1 model available (auth: ok)
              nothing was changed
            hint: see what there is with `openclaw models list --all --provider ollama`
            [exit 1]
        "#]]);
}

#[test]
fn without_a_credential_there_is_nothing_to_scan() {
    let world = Sandbox::new();
    world
        .openclaw("models scan --yes --set-default --provider anthropic")
        .is(expect![[r#"
            ---- stderr
            error: No candidates: no provider can be used
              ✗ anthropic: no valid authentication
              nothing was changed
            hint: add a credential with `openclaw models auth add --provider anthropic`
            [exit 1]
        "#]]);
    assert_eq!(world.files(), [""; 0]);
    let world =
        world.config(r#"{ models: { providers: { ollama: { baseUrl: "http://127.0.0.1:1" } } } }"#);
    world
        .openclaw("models scan --yes --set-default")
        .is(expect_file![
            "expected/failing.without_a_credential_there_is_nothing_to_scan.txt"
        ]);
}

#[test]
fn bad_input_is_refused_before_anybody_is_asked() {
    let case = Case::new(vendors());
    for (flag, given, rule) in [
        ("--min-params", "-1", ">= 0"),
        ("--min-params", "large", ">= 0"),
        ("--min-params", "NaN", ">= 0"),
        ("--max-age-days", "-1", ">= 0"),
        ("--max-candidates", "0", "> 0"),
        ("--timeout", "0", "> 0"),
        ("--timeout", "1.5", "> 0"),
        ("--concurrency", "0", "> 0"),
    ] {
        let output = case.look(&format!("{flag} {given} --yes"));
        let expected = format!(
            "error: {flag} must be {rule}\n  it was given as `{given}`\nhint: see `openclaw models scan --help`\n"
        );
        assert_eq!(output.failed(), expected);
    }
    let mut said = String::new();
    for arguments in [
        "--no-input",
        "--no-input --set-default",
        "",
        "--set-default",
        "--no-probe --set-default",
        "--json --set-default",
        "--yes --provider antropic",
        "--yes anthropic",
    ] {
        let output = case.look(arguments);
        said += &format!("$ openclaw models scan {arguments}\n{}", output.failed());
    }
    expect_file!["expected/failing.bad_input_is_refused_before_anybody_is_asked.txt"]
        .assert_eq(&said);
    assert_eq!(case.upstream.connections(), 0);
}

#[test]
fn a_config_that_cannot_be_written_is_said_and_stays() {
    let case = Case::new(vendors());
    let text = case
        .world
        .config_text()
        .replace("// mine", "// mine\n  $include: \"./more.json\",");
    case.world.write(CONFIG, &text);
    case.world.write(
        ".openclaw/more.json",
        r#"{ agents: { defaults: { model: { primary: "openai/gpt-5.2" } } } }"#,
    );
    let output = case.look("--yes --set-default --provider anthropic");
    output.is(expect![[r#"
        ---- stderr
        error: cannot set the selected model
          caused by: `agents.defaults.model.primary` comes from <home>/.openclaw/more.json, which <home>/.openclaw/openclaw.json includes: edit it there
          nothing was changed
        hint: edit <home>/.openclaw/more.json
        [exit 1]
    "#]]);
}

#[test]
fn an_agent_with_a_model_of_its_own_is_told_that_it_keeps_it() {
    let case = Case::new(vendors());
    let agents = r#"agents: { list: [{ id: "main", model: "openai/gpt-5.2" }], "#;
    let text = case.world.config_text().replace("agents: { ", agents);
    case.world.write(CONFIG, text);
    let output = case.scan("--yes --set-default --provider anthropic");
    expect![[r#"
        warning: the agent `main` has a primary model of its own in `agents.list`, and keeps it
    "#]]
    .assert_eq(&output.stderr);
    expect![[r#"
        -  agents: { defaults: {  } },
        +  agents: { list: [{ id: "main", model: "openai/gpt-5.2" }], defaults: {
        +    model: {
        +      primary: "anthropic/claude-opus-4-5"
        +    }
        +  } },
    "#]]
    .assert_eq(&case.world.config_diff());
}

#[test]
fn numbers_at_their_limits_are_numbers() {
    let case = Case::new(vendors());
    let most = usize::MAX;
    let output = case.look(&format!(
        "--yes --provider anthropic --timeout {most} --concurrency {most} --max-candidates {most} --min-params 1e-9 --max-age-days 1e300"
    ));
    assert_eq!(output.code, Some(0), "{output}");
    assert!(
        output
            .stderr
            .contains("1 model is hidden, because its size is not published"),
        "{output}"
    );
}
