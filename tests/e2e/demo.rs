//! `openclaw demo`: what the README promises, on a machine without keys and without a home.

use expect_test::expect_file;
use openclaw_tests::{Output, Sandbox};
use serde_json::{Value, json};

use crate::steady;

/// Where the demonstration makes its temporary home, here a folder that can be looked into.
fn world() -> Sandbox {
    let world = Sandbox::new();
    std::fs::create_dir(world.path("tmp")).unwrap();
    let tmp = world.path("tmp").display().to_string();
    world.env("TMPDIR", &tmp).without("OPENCLAW_FIXED_TIME_MS")
}

/// How the made-up keys begin.
const KEYS: [&str; 3] = ["sk-ant-api03-demo-", "sk-proj-demo-", "AIza"];

#[track_caller]
fn nothing_is_left(world: &Sandbox, output: &Output) {
    assert_eq!(world.files(), [""; 0]);
    assert_eq!(std::fs::read_dir(world.path("tmp")).unwrap().count(), 0);
    for key in KEYS {
        assert!(
            !output.stdout.contains(key) && !output.stderr.contains(key),
            "{output}"
        );
    }
}

#[test]
fn it_rotates_falls_back_and_answers_and_says_that_it_is_simulated() {
    let world = world();
    let output = world.openclaw("demo");
    nothing_is_left(&world, &output);
    steady(output).is(expect_file![
        "expected/demo.it_rotates_falls_back_and_answers_and_says_that_it_is_simulated.txt"
    ]);
}

#[test]
fn the_same_as_data_without_a_home_and_whatever_the_environment_holds() {
    let world = world()
        .without("HOME")
        .env("OPENCLAW_CONFIG_PATH", "/nowhere/at/all")
        .env("ANTHROPIC_API_KEY", "sk-mine");
    let output = world.openclaw("demo --json");
    nothing_is_left(&world, &output);
    let value: Value = serde_json::from_str(output.ok()).unwrap();
    let trail: Vec<Value> = value["trail"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| {
            json!([
                entry["model"],
                entry["source"],
                entry["outcome"],
                entry["failure"]["kind"]
            ])
        })
        .collect();
    let opus = "anthropic/claude-opus-4-5";
    assert_eq!(
        trail,
        [
            json!([opus, "profile:anthropic:work", "failed", "rate_limit"]),
            json!([opus, "profile:anthropic:backup", "failed", "auth"]),
            json!([
                "openai/gpt-5.2",
                "profile:openai:default",
                "failed",
                "overloaded"
            ]),
            json!([
                "google/gemini-2.5-pro",
                "profile:google:default",
                "succeeded",
                null
            ]),
        ]
    );
    assert_eq!(value["trail"][0]["failure"]["retryAfterMs"], 30_000);
    assert_eq!(value["simulated"], true);
    assert_eq!(value["model"], "google/gemini-2.5-pro");
    assert_eq!(value["text"], openclaw_upstream::Simulator::answer());
    let scan = &value["memoryScan"];
    assert_eq!((&scan["secrets"], &scan["found"]), (&json!(4), &json!(0)));
    assert!(scan["control"].as_u64() > Some(0), "{scan}");
    assert!(scan["memories"].as_u64() >= Some(4), "{scan}");
    assert!(scan["forms"].as_u64() >= Some(4 * 4), "{scan}");
    let touched: Vec<&Value> = value["touched"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| &event["http"]["status"])
        .collect();
    assert_eq!(touched, [429, 401, 503, 200]);
}

#[test]
fn a_reader_that_leaves_ends_it_quietly() {
    let world = world();
    let output = world.shell("\"$OPENCLAW\" demo | head -n 1");
    assert_eq!(output.ok(), "openclaw demo: rotation and fallback\n");
}
