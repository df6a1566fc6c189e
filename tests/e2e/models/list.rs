//! `openclaw models list`: which models, what is known of them, and how it fits the window.

use expect_test::{expect, expect_file};
use openclaw_tests::Sandbox;
use serde_json::{Value, json};

use super::{CONFIG, key, with_keys};

#[test]
fn list_as_data_is_an_array_with_the_documented_facts() {
    let output = Sandbox::new().openclaw("models list --all --provider anthropic --json");
    let list = output.json();
    let models = list.as_array().unwrap();
    let opus = models
        .iter()
        .find(|model| model.to_string().contains("anthropic/claude-opus-4-5"))
        .unwrap_or_else(|| panic!("{output}"));
    assert!(opus["reasoning"].is_boolean(), "{opus}");
    assert!(opus["input"].is_array(), "{opus}");
    assert!(
        models
            .iter()
            .all(|model| !model.to_string().contains("\"openai/")),
        "{output}"
    );
}

/// One configured model of each kind: in use, ending, ended, unknown, local.
const MIXED: &str = r#"{
  agents: { defaults: {
    model: { primary: "opus", fallbacks: ["openai/gpt-5", "google/gemini-9-pro"] },
    imageModel: { primary: "google/gemini-2.5-flash", fallbacks: ["openai/gpt-5"] },
    models: {
      "anthropic/claude-opus-4-5": { alias: "opus" },
      "openai/gpt-5": {},
      "google/gemini-9-pro": {},
      "google/gemini-2.5-flash": {},
      "anthropic/claude-3-opus-latest": {},
      "ollama/llava": {},
      "acme/m1": {},
    },
  } },
  models: { providers: { lmstudio: { baseUrl: "http://localhost:1234/v1", apiKey: "x", api: "openai-completions", models: [ { id: "qwen", name: "Qwen", contextWindow: 32768 } ] } } },
}
"#;

fn mixed(width: &str) -> Sandbox {
    Sandbox::new()
        .config(MIXED)
        .env("COLUMNS", width)
        .profile("anthropic:default", key("anthropic"))
}

/// The rows of the table that are configured, and what was said besides.
fn first_rows(world: &Sandbox) -> String {
    let output = world.openclaw("models list");
    let head: Vec<&str> = output.stdout.lines().take(8).collect();
    let said = output.stderr.lines();
    let warnings: Vec<&str> = said.filter(|line| line.starts_with("warning: ")).collect();
    format!(
        "{}\n---- stderr\n{}\n",
        head.join("\n"),
        warnings.join("\n")
    )
}

#[test]
fn list_shows_what_is_configured_and_what_is_wrong_with_it() {
    expect_file!["expected/list.list_shows_what_is_configured_and_what_is_wrong_with_it.txt"]
        .assert_eq(&first_rows(&mixed("200")));
}

#[test]
fn list_fits_the_window() {
    for (width, expect) in [
        (
            "140",
            expect![[r#"
                Model                           Context   Out     $/M in/out     Cache r/w  Reasoning  Input            Auth  Tags
                anthropic/claude-opus-4-5          200k   64k   $5.00/$25.00  $0.50/ $6.25  yes        text image file  yes   default, alias:opus
                anthropic/claude-3-opus-latest     200k    4k  $15.00/$75.00  $1.50/$18.75  no         text image       yes   removed 2026-01-05, configured
                anthropic/claude-haiku-5-5           1M  128k   $0.10/ $0.50  $0.01/$0.125  yes        text image       yes"#]],
        ),
        (
            "100",
            expect![[r#"
                Model                           Context   Out     $/M in/out  Input  Auth  Tags
                anthropic/claude-opus-4-5          200k   64k   $5.00/$25.00  TIF    yes   default, alias:opus
                anthropic/claude-3-opus-latest     200k    4k  $15.00/$75.00  TI     yes   removed 2026-01-05…
                anthropic/claude-haiku-5-5           1M  128k   $0.10/ $0.50  TI     yes"#]],
        ),
        (
            "80",
            expect![[r#"
                Model                              $/M in/out  Auth  Tags
                anthropic/claude-opus-4-5        $5.00/$25.00  yes   default, alias:opus
                anthropic/claude-3-opus-latest  $15.00/$75.00  yes   removed 2026-01-05…
                anthropic/claude-haiku-5-5       $0.10/ $0.50  yes"#]],
        ),
        (
            "40",
            expect![[r#"
                Model                           Tags
                anthropic/claude-opus-4-5       default…
                anthropic/claude-3-opus-latest  removed…
                anthropic/claude-haiku-5-5"#]],
        ),
        (
            "24",
            expect![[r#"
                Model           Tags
                anthropic/cla…  default…
                anthropic/cla…  removed…
                anthropic/cla…"#]],
        ),
    ] {
        let world = mixed(width);
        let output = world.openclaw("models list --provider anthropic");
        let longest = output.stdout.lines().map(|line| line.chars().count()).max();
        assert!(longest <= width.parse().ok(), "{output}");
        let head: Vec<&str> = output.stdout.lines().take(4).collect();
        expect.assert_eq(&head.join("\n"));
    }
}

#[test]
fn list_as_data_has_every_documented_fact() {
    let world = mixed("100");
    let rows = world.openclaw("models list --json").json();
    let row = |key: &str| -> Value {
        let rows = rows.as_array().unwrap().iter();
        let mut found = rows.filter(|row| row["key"] == key);
        let mut row = found.next().unwrap().clone();
        assert_eq!(found.next(), None);
        // Where the facts come from changes with each catalog.
        assert!(row["sources"].take().is_array());
        row
    };
    expect_file!["expected/list.list_as_data_has_every_documented_fact.txt"]
        .assert_eq(&format!("{:#}\n", row("anthropic/claude-opus-4-5")));
    expect_file!["expected/list.list_as_data_has_every_documented_fact.2.txt"]
        .assert_eq(&format!("{:#}\n", row("google/gemini-9-pro")));
    let ended = row("anthropic/claude-3-opus-latest");
    assert_eq!(ended["status"], "retired");
    assert_eq!(ended["retires"], "2026-01-05");
    let twice = row("openai/gpt-5");
    assert_eq!(
        twice["tags"],
        json!(["fallback#1", "img-fallback#1", "configured"])
    );
    assert_eq!(
        (&twice["available"], &twice["local"]),
        (&json!(false), &json!(false))
    );
    // Of a server that was not asked nobody knows.
    let local = row("lmstudio/qwen");
    assert_eq!(
        (&local["available"], &local["local"]),
        (&Value::Null, &json!(true))
    );
    let unasked = row("ollama/llava");
    assert_eq!(
        (&unasked["available"], &unasked["missing"]),
        (&Value::Null, &json!(false))
    );
}

#[test]
fn list_is_filtered_by_jq_as_documented() {
    let rows = Sandbox::new().openclaw("models list --json").json();
    let rows = rows.as_array().unwrap();
    let reasoning = rows.iter().filter(|row| row["reasoning"] == true).count();
    assert!(reasoning > 0 && reasoning < rows.len(), "{reasoning}");
    for row in rows {
        assert!(row["input"].is_array(), "{row}");
        assert!(row["cost"]["input"].is_number(), "{row}");
    }
}

#[test]
fn list_plain_is_a_key_a_line() {
    let world = with_keys(CONFIG).env("CLICOLOR_FORCE", "1");
    let plain = world.openclaw("models list --plain");
    let json = world.openclaw("models list --json").json();
    let keys: Vec<&str> = json
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["key"].as_str().unwrap())
        .collect();
    assert_eq!(plain.ok().lines().collect::<Vec<_>>(), keys);
    assert_eq!(
        keys[..3],
        [
            "anthropic/claude-opus-4-5",
            "openai/gpt-5.2",
            "google/gemini-2.5-pro"
        ]
    );
}

#[test]
fn list_of_local_models_says_how_to_see_them() {
    let world = Sandbox::new();
    world.openclaw("models list --local").is(expect![[r#"
            No models found.
            What a server has shows when it is asked: openclaw models list --local --refresh
        "#]]);
    assert_eq!(world.openclaw("models list --local --json").ok(), "[]\n");
    assert_eq!(world.openclaw("models list --local --plain").ok(), "");
    mixed("100").openclaw("models list --local").is(expect![[r#"
        Model          Name  Context  Out  $/M in/out  Cache r/w  Reasoning  Input  Tags
        ollama/llava   -           -    -           -          -  -          -      configured
        lmstudio/qwen  Qwen      33k    -           -          -  no         text
        ---- stderr
        note: what a local server has installed shows when it is asked: add `--refresh`
    "#]]);
}

#[test]
fn list_without_rows_says_so() {
    let world = Sandbox::new();
    world
        .openclaw("models list --local --provider openai")
        .is(expect![[r#"
            No models found.
            `openai` is not served on this machine or network; leave out --local.
        "#]]);
    assert_eq!(
        world
            .openclaw("models list --local --provider openai --json")
            .ok(),
        "[]\n"
    );
}

#[test]
fn list_of_an_unknown_provider_says_which_there_are() {
    let output = Sandbox::new().openclaw("models list --provider antropic");
    assert!(
        output.failed().starts_with(
            "error: Unknown provider: antropic\n  there are: amazon-bedrock, anthropic, "
        ),
        "{output}"
    );
    assert!(
        output.stderr.ends_with("hint: did you mean `anthropic`?\n"),
        "{output}"
    );
}

#[test]
fn list_changes_nothing() {
    let world = mixed("100");
    let before = super::snapshot(&world);
    for command in [
        "models list",
        "models list --all --json",
        "models list --agent main",
    ] {
        assert_eq!(world.openclaw(command).code, Some(0));
    }
    assert_eq!(super::snapshot(&world), before);
}
