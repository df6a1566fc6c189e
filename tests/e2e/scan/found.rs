//! What is found, and what is written of it.

use expect_test::expect_file;
use openclaw_tests::Console;
use openclaw_tests::JsonIs as _;

use super::*;

#[test]
fn the_documented_lines_work_as_they_stand() {
    let case = Case::with(proxy(vendors()), "", PROXY);
    let mut console = Console::new(&case.world);
    console.run("openclaw models scan --yes --set-default");
    console.run("openclaw models scan --min-params 70 --max-age-days 90 --yes --set-default");
    console.run("openclaw models scan --provider anthropic --yes");
    console.run("openclaw models scan --provider anthropic --yes --set-default");
    console.run("openclaw models scan --no-probe");
    expect_file!["expected/found.the_documented_lines_work_as_they_stand.txt"]
        .assert_eq(console.transcript());
}

#[test]
fn the_best_is_recommended_and_nothing_is_written_without_being_asked() {
    let case = Case::with(vendors(), r#"model: "openai/gpt-5.2""#, "");
    case.look("--yes").is(expect_file![
        "expected/found.the_best_is_recommended_and_nothing_is_written_without_being_asked.txt"
    ]);
    case.look("--yes --provider anthropic --plain").is(expect_file![
            "expected/found.the_best_is_recommended_and_nothing_is_written_without_being_asked.2.txt"
        ]);
    assert_eq!(
        case.asked(),
        [ANTHROPIC, ANTHROPIC, GOOGLE, SHOW, TAGS, OPENAI]
    );
}

#[test]
fn json_tells_everything() {
    let case = Case::new(vendors());
    let output = case.look("--json");
    assert_eq!((output.code, output.stderr.as_str()), (Some(0), ""));
    let mut value = steady(output.json());
    // The first candidate stands for all.
    value["candidates"].as_array_mut().unwrap().truncate(1);
    for reason in value["leftOut"].as_array_mut().unwrap() {
        if reason["reason"] == "not_listed" {
            reason["models"] = json!("…");
            reason["count"] = json!("…");
        }
    }
    value.is(expect_file!["expected/found.json_tells_everything.txt"]);
}

#[test]
fn json_says_what_was_selected_and_written() {
    let case = Case::new(vendors());
    let value = case.scan("--json --yes --set-default --set-image").json();
    let told = json!({
        "selected": value["selected"],
        "selectedImage": value["selectedImage"],
        "setDefault": value["setDefault"],
        "setImage": value["setImage"],
        "changed": value["changed"],
        "warnings": value["warnings"],
    });
    told.is(expect![[r#"
        {
          "selected": "openai/gpt-5.2",
          "selectedImage": "openai/gpt-5.2",
          "setDefault": true,
          "setImage": true,
          "changed": true,
          "warnings": []
        }
    "#]]);
    assert_eq!(value["configPath"], "<home>/.openclaw/openclaw.json");
    expect![[r#"
        -  agents: { defaults: {  } },
        +  agents: { defaults: { model: { primary: "openai/gpt-5.2" }, imageModel: { primary: "openai/gpt-5.2" } } },
    "#]].assert_eq(&case.world.config_diff());
    let again = case.scan("--json --yes --set-default --set-image").json();
    assert_eq!(again["changed"], false);
    assert_eq!(case.world.config_diff(), "");
}

#[test]
fn only_the_keys_that_were_asked_for_change() {
    let model = r#"model: { primary: "openai/gpt-5-mini" /* cheap */, fallbacks: ["anthropic/claude-haiku-4-5"] }, models: { "openai/gpt-5-mini": {} }"#;
    let case = Case::with(vendors(), model, "");
    case.scan("--yes --set-default").is(expect_file![
        "expected/found.only_the_keys_that_were_asked_for_change.txt"
    ]);
    expect![[r#"
        -  agents: { defaults: { model: { primary: "openai/gpt-5-mini" /* cheap */, fallbacks: ["anthropic/claude-haiku-4-5"] }, models: { "openai/gpt-5-mini": {} } } },
        +  agents: { defaults: { model: { primary: "openai/gpt-5.2" /* cheap */, fallbacks: ["anthropic/claude-haiku-4-5"] }, models: { "openai/gpt-5-mini": {}, "openai/gpt-5.2": {} } } },
    "#]].assert_eq(&case.world.config_diff());
    case.scan("--yes --set-image --provider anthropic")
        .is(expect_file![
            "expected/found.only_the_keys_that_were_asked_for_change.2.txt"
        ]);
    expect![[r#"
        -  agents: { defaults: { model: { primary: "openai/gpt-5.2" /* cheap */, fallbacks: ["anthropic/claude-haiku-4-5"] }, models: { "openai/gpt-5-mini": {}, "openai/gpt-5.2": {} } } },
        +  agents: { defaults: { model: { primary: "openai/gpt-5.2" /* cheap */, fallbacks: ["anthropic/claude-haiku-4-5"] }, models: { "openai/gpt-5-mini": {}, "openai/gpt-5.2": {}, "anthropic/claude-opus-4-5": {} }, imageModel: { primary: "anthropic/claude-opus-4-5" } } },
    "#]]
    .assert_eq(&case.world.config_diff());
}

#[test]
fn the_image_model_is_the_best_that_takes_images() {
    let large = json!({
        "capabilities": ["completion"],
        "model_info": { "general.parameter_count": 480_000_000_000_u64 },
    });
    let script = Script::new()
        .on(When::get(OPENAI), openai::models(&["gpt-5-mini"]))
        .on(When::get(TAGS), ollama::tags(&["qwen3-coder:480b-cloud"]))
        .on(When::post(SHOW), Reply::json(200, &large));
    let case = Case::new(script);
    let value = case.scan("--json --yes --set-default --set-image").json();
    assert_eq!(
        (&value["selected"], &value["selectedImage"]),
        (
            &json!("ollama/qwen3-coder:480b-cloud"),
            &json!("openai/gpt-5-mini")
        )
    );
    expect![[r#"
        -  agents: { defaults: {  } },
        +  agents: { defaults: { model: { primary: "ollama/qwen3-coder:480b-cloud" }, imageModel: { primary: "openai/gpt-5-mini" } } },
    "#]].assert_eq(&case.world.config_diff());
}

#[test]
fn a_model_that_the_catalog_lacks_joins_with_what_is_known_of_it() {
    let script = Script::new().on(
        When::get(OPENAI),
        openai::models(&["gpt-5.2", "nova-70b-instruct"]),
    );
    let case = Case::new(script);
    case.look("--yes --provider openai --min-params 50")
        .is(expect_file![
            "expected/found.a_model_that_the_catalog_lacks_joins_with_what_is_known_of_it.txt"
        ]);
}

#[test]
fn a_local_server_is_news_only_to_those_who_have_one() {
    // Whether there is one where Ollama listens is not for a test to say.
    let world = Sandbox::new().config(
        &Case::new(vendors())
            .world
            .config_text()
            .replace("ollama: {", "other: {"),
    );
    let findings = world.openclaw("models scan --json --yes --timeout 2000");
    let findings: Value = serde_json::from_str(if findings.code == Some(0) {
        &findings.stdout
    } else {
        &findings.stderr
    })
    .unwrap();
    let data = findings["error"]["data"]
        .as_object()
        .map_or(&findings, |_| &findings["error"]["data"]);
    let ollama = data["providers"]
        .as_array()
        .unwrap()
        .iter()
        .find(|provider| provider["provider"] == "ollama")
        .unwrap();
    let told = world
        .openclaw("models scan --yes --timeout 2000")
        .to_string();
    assert_eq!(told.contains("ollama"), ollama["models"] != 0, "{told}");
}

#[test]
fn without_probing_the_catalog_is_all_there_is() {
    let case = Case::new(vendors());
    case.look("--no-probe --max-candidates 3").is(expect_file![
        "expected/found.without_probing_the_catalog_is_all_there_is.txt"
    ]);
    case.look("--no-probe --yes --plain --provider google --max-candidates 1")
        .is(expect_file![
            "expected/found.without_probing_the_catalog_is_all_there_is.2.txt"
        ]);
    assert_eq!(case.upstream.connections(), 0);
}

#[test]
fn the_users_own_models_of_a_local_server_count_without_probing() {
    let case = Case::new(vendors());
    let config = case
        .world
        .config_text()
        .replace("/ollama\"", r#"/ollama", models: [{ id: "mine-70b" }]"#);
    case.world.write(CONFIG, config);
    case.look("--no-probe --provider ollama").is(expect![[r#"
        Scanning models...
        - ollama: 1 model in the config (local server not asked)

        Top candidates:
         1. ollama/mine-70b    (70B, date unknown, price unknown)
    "#]]);
}
