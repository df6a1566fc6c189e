//! `openclaw demo`: what the README promises, on a machine without keys and without a home.

use expect_test::expect;
use openclaw_tests::{Output, World};
use serde_json::{Value, json};

use crate::{check, steady};

/// Where the demonstration makes its temporary home, here a folder that can be looked into.
fn world() -> World {
    let world = World::new();
    std::fs::create_dir(world.path("tmp")).unwrap();
    let tmp = world.path("tmp").display().to_string();
    world.env("TMPDIR", &tmp).without("OPENCLAW_FIXED_TIME_MS")
}

/// How the made-up keys begin.
const KEYS: [&str; 3] = ["sk-ant-api03-demo-", "sk-proj-demo-", "AIza"];

#[track_caller]
fn nothing_is_left(world: &World, output: &Output) {
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
    check(
        &steady(output),
        &expect![[r#"
        openclaw demo: rotation and fallback

        The upstream is simulated: a server inside this process, on loopback, that speaks the
        formats of Anthropic, OpenAI and Google. The keys are made up, and nothing leaves this machine.
        The components, the gate and the cascade are the real ones.

        Chain
          1. anthropic/claude-opus-4-5  with `anthropic:work`, `anthropic:backup`
          2. openai/gpt-5.2  with `openai:default`
          3. google/gemini-2.5-pro  with `google:default`

        Prompt  Say hello, and say which model you are.

        → anthropic/claude-opus-4-5  `anthropic:work`
        ✗ anthropic/claude-opus-4-5  rate limited (429), retry in 30 s: This request would exceed your organization's rate limit of 50 requests per minute.  [<n> ms]
        → anthropic/claude-opus-4-5  `anthropic:backup`
        ✗ anthropic/claude-opus-4-5  unauthorized (401): invalid x-api-key  [<n> ms]
        → openai/gpt-5.2  `openai:default`
        ✗ openai/gpt-5.2  overloaded (503): Our servers are currently overloaded. Please try again later.  [<n> ms]
        → google/gemini-2.5-pro  `google:default`

        Hello! This answer comes from a simulated Google model. The first Anthropic key was rate limited, the second was refused, and OpenAI was overloaded; your prompt arrived here all the same.

        ✓ google/gemini-2.5-pro  answered  [<n> ms]

        What each plugin touched
          anthropic  POST http://127.0.0.1:<port>/anthropic/v1/messages                                      429  <n> ms  key in header:x-api-key
          anthropic  POST http://127.0.0.1:<port>/anthropic/v1/messages                                      401  <n> ms  key in header:x-api-key
          openai     POST http://127.0.0.1:<port>/openai/v1/responses                                        503  <n> ms  key in header:authorization
          google     POST http://127.0.0.1:<port>/google/v1beta/models/gemini-2.5-pro:streamGenerateContent  200  <n> ms  key in header:x-goog-api-key

        Secrets in guest memory
          4 keys and their encoded forms (32 in all), looked for in 4 guest memories (4608 KiB): 0 found.
          The same search finds the prompt, which the guests did see: 7 times.

        The same with real keys
          openclaw models auth paste-token --provider anthropic --profile-id anthropic:work
          openclaw models auth paste-token --provider google
          openclaw models set anthropic/claude-opus-4-5
          openclaw models fallbacks add google/gemini-2.5-pro
          openclaw models run "Say hello" --explain
    "#]],
    );
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
