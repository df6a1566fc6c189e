//! What a model, a server or a file may not do to the terminal.

use openclaw_tests::Sandbox;
use openclaw_upstream::{Script, When, anthropic};
use serde_json::json;

use super::asking;

/// Escapes that terminals obey, marks that turn or hide text, and tags that nobody sees.
const HOSTILE: &str = "a\u{1b}]52;c;ZXZpbA==\u{7}b\u{1b}[2Jc\u{9b}31md\u{7f}e\u{202e}f\u{2066}g\u{61c}h\u{e0041}i\u{2028}j\u{e000}k";

const FORBIDDEN: [char; 11] = [
    '\u{7}',
    '\u{7f}',
    '\u{85}',
    '\u{9b}',
    '\u{202e}',
    '\u{2066}',
    '\u{61c}',
    '\u{e0041}',
    '\u{2028}',
    '\u{e000}',
    '\u{9d}',
];

#[track_caller]
fn assert_harmless(raw: &[u8]) {
    let text = String::from_utf8_lossy(raw);
    for character in FORBIDDEN {
        assert!(!text.contains(character), "{character:?} in {text:?}");
    }
    for sequence in ["\u{1b}]", "\u{1b}[2J\u{9b}", "\u{1b}[2Jc"] {
        assert!(!text.contains(sequence), "{sequence:?} in {text:?}");
    }
}

#[test]
fn an_answer_steers_no_terminal_and_stays_whole_in_a_pipe() {
    let (_upstream, world) = asking(Script::new().on(
        When::post("/anthropic"),
        anthropic::stream(&[HOSTILE, "\nend"]),
    ));
    let shown = world.pty(&["models", "run", "Hello"]).end();
    shown.assert_code(0);
    assert_harmless(&shown.raw);
    shown.assert_shows("end");
    assert!(shown.screen.contains("\\u{1b}]52"), "{}", shown.screen);
    let piped = world.openclaw("models run Hello");
    assert_eq!(piped.stdout, format!("{HOSTILE}\nend\n"));
}

#[test]
fn a_failure_and_the_trail_steer_no_terminal() {
    let (_upstream, world) = asking(Script::new().on(
        When::post("/anthropic"),
        anthropic::error(400, "invalid_request_error", HOSTILE),
    ));
    let shown = world.pty(&["models", "run", "Hello", "--explain"]).end();
    shown.assert_code(1);
    assert_harmless(&shown.raw);
    let piped = world.openclaw("models run Hello --explain");
    assert_harmless(piped.stderr.as_bytes());
    let data = world.openclaw("models run Hello --json");
    assert_harmless(data.stderr.as_bytes());
    let value: serde_json::Value = serde_json::from_str(&data.stderr).unwrap();
    // What is not seen could hide a secret's pieces, so a vendor's words come without it.
    let words = value["error"]["message"].as_str().unwrap();
    assert!(words.contains("]52;c;"), "{value}");
    assert!(!words.contains(['\u{1b}', '\u{202e}']), "{value}");
}

#[test]
fn data_escapes_what_a_terminal_obeys_and_says_the_same() {
    let models = json!({ "data": [{ "id": HOSTILE, "type": "model", "display_name": HOSTILE }] });
    let (_upstream, world) = asking(Script::new().on(
        When::get("/anthropic"),
        openclaw_upstream::Reply::json(200, &models),
    ));
    let listed = world.openclaw("models list --provider anthropic --all --refresh --json");
    assert_harmless(listed.stdout.as_bytes());
    let shown = world
        .pty(&[
            "models",
            "list",
            "--provider",
            "anthropic",
            "--all",
            "--refresh",
        ])
        .end();
    assert_harmless(&shown.raw);
}

#[test]
fn a_value_of_the_config_is_filtered_at_a_terminal_alone() {
    let world = Sandbox::new().config(r#"{ foreign: { note: "a\u001b]0;title\u0007\u202eb" } }"#);
    let piped = world.openclaw("config get foreign.note");
    assert_eq!(piped.stdout, "a\u{1b}]0;title\u{7}\u{202e}b\n");
    let shown = world.pty(&["config", "get", "foreign.note"]).end();
    assert_harmless(&shown.raw);
    let data = world.openclaw("config get foreign --json");
    assert_harmless(data.stdout.as_bytes());
    assert_eq!(data.json()["note"], "a\u{1b}]0;title\u{7}\u{202e}b");
}
