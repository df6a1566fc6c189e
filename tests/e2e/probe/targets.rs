//! What is asked, and with what.

use super::*;
use expect_test::expect_file;

#[test]
fn what_would_have_to_be_renewed_or_is_never_used_is_not_called() {
    let login = |access: &str, refresh: &str, expires: u64| json!({ "type": "oauth", "provider": "anthropic", "access": access, "refresh": refresh, "expires": expires });
    let token = json!({ "type": "token", "provider": "anthropic", "token": WORK, "expires": FIXED_TIME_MS - DAY_MS });
    let case = Case::new(
        answering(),
        r#"auth: { order: { anthropic: ["anthropic:old", "anthropic:login", "anthropic:fine"] } },"#,
    )
    .profile("anthropic:old", token)
    .profile("anthropic:login", login(WORK, REFRESH, FIXED_TIME_MS - DAY_MS))
    .profile("anthropic:fine", login(BACKUP, REFRESH, FIXED_TIME_MS + DAY_MS))
    .api_key("anthropic:spare", WORK)
    .api_key("openai:blank", " ");
    expect_file![
        "expected/targets.what_would_have_to_be_renewed_or_is_never_used_is_not_called.txt"
    ]
    .assert_eq(&case.section(""));
    assert_eq!(case.asked().len(), 1);
    assert_eq!(
        case.results(""),
        [
            "anthropic:login auth, not called",
            "anthropic:fine ok",
            "anthropic:old auth, not called",
            "anthropic:spare unknown, not called",
            "openai:blank auth, not called",
        ]
    );
}

#[test]
fn a_resting_profile_is_asked_and_stays_as_it_was() {
    let case = Case::new(
        Script::new().otherwise(anthropic::error(401, "authentication_error", "no")),
        "",
    )
    .api_key("anthropic:a", WORK);
    let store = ".openclaw/agents/main/agent/auth-profiles.json";
    let mut value: Value = serde_json::from_str(&case.world.read(store).unwrap()).unwrap();
    value["usageStats"] =
        json!({ "anthropic:a": { "errorCount": 3, "cooldownUntil": FIXED_TIME_MS + 60_000 } });
    case.world.write(store, value.to_string());
    assert_eq!(case.results(""), ["anthropic:a auth"]);
    case.upstream.follow(answering());
    assert_eq!(case.results(""), ["anthropic:a ok"]);
}

#[test]
fn without_profiles_the_variable_is_asked_and_else_the_configs_key() {
    let case = Case::new(answering(), "").env("ANTHROPIC_API_KEY", WORK);
    assert_eq!(case.results(""), ["env:ANTHROPIC_API_KEY ok"]);
    let result = case.probe("--json").json()["auth"]["probes"]["results"][0].clone();
    assert_eq!(
        (&result["source"], &result["mode"], &result["profileId"]),
        (&json!("env"), &json!("api_key"), &Value::Null)
    );
    let log = case.log();
    let uses: Vec<&str> = log.iter().filter_map(|line| line["use"].as_str()).collect();
    assert!(uses.contains(&"env") && uses.contains(&"http"), "{uses:?}");
    let beside = Case::new(answering(), "")
        .env("ANTHROPIC_API_KEY", WORK)
        .api_key("anthropic:a", BACKUP);
    assert_eq!(beside.results(""), ["anthropic:a ok"]);
    assert_eq!(
        beside.upstream.requests()[0].credential(),
        Some(BACKUP),
        "the profile's key"
    );
}

#[test]
fn a_provider_that_no_model_is_configured_for_is_asked_with_its_cheapest() {
    let case = Case::new(answering(), "").api_key("openai:a", OPENAI);
    let url = case.upstream.url();
    case.world.write(
        ".openclaw/openclaw.json",
        format!(
            r#"{{ agents: {{ defaults: {{ model: "ollama/x" }} }}, models: {{ providers: {{
                openai: {{ baseUrl: "{url}/openai/v1" }},
                bare: {{ baseUrl: "{url}/bare/v1", api: "openai-completions", apiKey: "k", models: [] }} }} }} }}"#
        ),
    );
    let flags = "--json --probe-provider";
    let of = |provider: &str| {
        let output = case.probe(&format!("{flags} {provider}"));
        output.json()["auth"]["probes"]["results"][0].clone()
    };
    let openai = of("openai");
    assert_eq!(openai["status"], "ok");
    expect!["openai/gpt-5-nano"].assert_eq(openai["model"].as_str().unwrap());
    let bare = of("bare");
    assert_eq!(
        (&bare["status"], &bare["error"], &bare["model"]),
        (
            &json!("no_model"),
            &json!("No model available for probe"),
            &Value::Null
        )
    );
}

#[test]
fn providers_and_profiles_can_be_chosen() {
    let case = Case::new(answering(), "")
        .api_key("anthropic:a", WORK)
        .api_key("anthropic:b", BACKUP)
        .api_key("openai:default", OPENAI);
    assert_eq!(
        case.results("--probe-provider anthropic"),
        ["anthropic:a ok", "anthropic:b ok"]
    );
    let both = ["anthropic:b ok", "openai:default ok"];
    assert_eq!(
        case.results("--probe-profile anthropic:b,openai:default"),
        both
    );
    assert_eq!(
        case.results("--probe-profile anthropic:b --probe-profile openai:default"),
        both
    );
    assert_eq!(
        case.results("--probe-provider Anthropic --probe-profile anthropic:b"),
        both[..1]
    );
    // The documented command lines, and the flags without `status`.
    let before = case
        .world
        .openclaw("models --json --probe --probe-profile anthropic:b");
    let results = &before.json()["auth"]["probes"]["results"];
    assert_eq!(results.as_array().unwrap().len(), 1);
    let options =
        case.probe("--json --probe-profile anthropic:b").json()["auth"]["probes"]["options"]
            .clone();
    assert_eq!(options["profileIds"], json!(["anthropic:b"]));
    assert_eq!(options["provider"], Value::Null);
}

#[test]
fn where_there_is_nothing_to_probe_it_says_so() {
    let case = Case::new(answering(), "");
    expect![[r#"
        Auth Probes:
          No probe targets. There is no credential for `anthropic`.
    "#]]
    .assert_eq(&case.section("--probe-provider anthropic"));
    let none = case.probe("--json");
    assert_eq!(none.json()["auth"]["probes"]["totalTargets"], 0);
    assert_eq!(case.world.read(LOG), None, "nothing was used");
}

#[test]
fn an_agents_own_credentials_are_asked() {
    let case = Case::new(answering(), r#"x: 1"#);
    let url = case.upstream.url();
    case.world.write(
        ".openclaw/openclaw.json",
        format!(
            r#"{{ agents: {{ list: [{{ id: "main" }}, {{ id: "work", model: "anthropic/claude-haiku-4-5" }}] }},
              models: {{ providers: {{ anthropic: {{ baseUrl: "{url}/anthropic" }} }} }} }}"#
        ),
    );
    let world = case.world.api_key("anthropic:a", WORK).agent_profile(
        "work",
        "anthropic:a",
        key("anthropic", BACKUP),
    );
    let case = Case { world, ..case };
    assert_eq!(case.results("--agent work"), ["anthropic:a ok"]);
    let request = &case.upstream.requests()[0];
    assert_eq!(request.credential(), Some(BACKUP));
    assert_eq!(request.json().unwrap()["model"], "claude-haiku-4-5");
}
