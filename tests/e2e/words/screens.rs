//! Screens as a person sees them, kept to be read: narrow and wide windows, no colors, a dumb
//! terminal, the C locale, wide characters, and the line that waits.

use std::time::Duration;

use expect_test::expect_file;
use openclaw_tests::Sandbox;
use openclaw_upstream::{Script, When, anthropic};

use super::{asking, in_cooldown};

/// Credentials in every state, and a model with wide characters.
fn mixed() -> Sandbox {
    in_cooldown().config(
        r#"{ agents: { defaults: { model: { primary: "anthropic/claude-opus-4-5", fallbacks: ["lab/日本語モデル"] } } },
            models: { providers: { lab: { baseUrl: "http://127.0.0.1:9/v1", api: "openai-completions", apiKey: "sk-lab-0123456789-abcdef",
              models: [{ id: "日本語モデル", name: "日本語モデル 🚀" }, { id: "plain", name: "Plain" }] } } } }"#,
    )
}

fn screen(world: &Sandbox, arguments: &[&str], columns: u16) -> String {
    world.pty_of(arguments, columns, 60).end().screen
}

#[test]
fn a_status_in_a_narrow_and_in_a_wide_window() {
    let world = mixed();
    expect_file!["expected/screens.status_60.txt"].assert_eq(&screen(
        &world,
        &["models", "status"],
        60,
    ));
    expect_file!["expected/screens.status_200.txt"].assert_eq(&screen(
        &world,
        &["models", "status"],
        200,
    ));
}

#[test]
fn prose_is_broken_between_words() {
    let world = mixed();
    for command in [
        &["doctor"][..],
        &["models", "run", "hi"],
        &["models", "set", "lab/none"],
    ] {
        let shown = screen(&world, command, 60);
        let long = |line: &&str| {
            // A command and a path are kept whole, so that they can be pasted.
            let whole = ["  fix:", "  at:"]
                .iter()
                .any(|head| line.starts_with(head));
            !whole && line.chars().count() > 60
        };
        assert_eq!(shown.lines().filter(long).count(), 0, "{shown}");
    }
}

#[test]
fn wide_characters_keep_the_columns() {
    let shown = screen(&mixed(), &["models", "list", "--provider", "lab"], 100);
    expect_file!["expected/screens.wide_characters.txt"].assert_eq(&shown);
}

#[test]
fn symbols_are_ascii_in_the_c_locale() {
    let world = in_cooldown().env("LC_ALL", "C");
    for command in [
        &["models", "status"][..],
        &["status"],
        &["models", "explain"],
        &["doctor"],
    ] {
        let shown = screen(&world, command, 100);
        assert!(shown.is_ascii(), "{shown}");
    }
    let other = in_cooldown().env("LC_ALL", "C.UTF-8");
    assert!(screen(&other, &["status"], 100).contains('✗'));
}

#[test]
fn nothing_is_colored_where_nobody_wants_it() {
    for world in [
        in_cooldown().env("NO_COLOR", "1"),
        in_cooldown()
            .env("CLICOLOR_FORCE", "0")
            .env("NO_COLOR", "yes"),
    ] {
        let ended = world.pty(&["models", "status"]).end();
        assert!(!ended.raw.contains(&0x1b), "{}", ended.screen);
    }
    let colored = in_cooldown().pty(&["models", "status"]).end();
    let text = String::from_utf8_lossy(&colored.raw).into_owned();
    assert!(text.contains("\u{1b}["), "{text:?}");
    for unreadable in ["\u{1b}[33m", "\u{1b}[36m"] {
        assert!(
            !text.contains(unreadable),
            "yellow and cyan on white: {text:?}"
        );
    }
}

/// A terminal that obeys nothing: no color, and no line that moves.
#[test]
fn a_dumb_terminal_gets_text_alone() {
    let (_upstream, world) = asking(Script::new().on(
        When::post("/anthropic"),
        anthropic::stream(&["Hello", " there."]).after(Duration::from_millis(600)),
    ));
    let world = world.env("TERM", "dumb");
    for command in [
        &["models", "status"][..],
        &["doctor"],
        &["models", "list", "--all"],
        &["models", "run", "Hello"],
        &["models", "set", "lab/none"],
    ] {
        let ended = world.pty(command).end();
        assert!(!ended.raw.contains(&0x1b), "{command:?}: {}", ended.screen);
    }
}

#[test]
fn a_line_moves_until_the_first_word_of_an_answer() {
    let (_upstream, world) = asking(Script::new().on(
        When::post("/anthropic"),
        anthropic::stream(&["Hello", " there."]).after(Duration::from_millis(1_500)),
    ));
    let mut pty = world.pty(&["models", "run", "Hello"]);
    pty.wait_for_text("waiting for anthropic/claude-opus-4-5");
    let ended = pty.end();
    ended.assert_code(0);
    assert_eq!(ended.screen, "Hello there.\n");
    let piped = world.openclaw("models run Hello");
    assert_eq!(piped.ok(), "Hello there.\n");
    let quiet = world.pty(&["models", "run", "Hello", "--quiet"]).end();
    assert!(!String::from_utf8_lossy(&quiet.raw).contains("waiting for"));
}
