//! At a terminal: the screens that a newcomer sees.

use expect_test::expect_file;
use openclaw_tests::canary;
use openclaw_tests::pty::key::{CTRL_C, DOWN, ENTER};
use openclaw_upstream::Upstream;

use super::{anthropic_key, furnished, openai_key, vendors};
use crate::steady_text;

#[test]
fn without_a_key_one_is_asked_for_and_proven() {
    let upstream = Upstream::start(vendors()).unwrap();
    let world = furnished(&upstream);
    let mut terminal = world.pty(&["setup"]);
    terminal
        .wait_for("None of these works. Add a credential? (Y/n)")
        .press(&[ENTER]);
    terminal.wait_for("> anthropic").press(&[ENTER]);
    terminal.wait_for("Method").press(&[ENTER]);
    terminal
        .wait_for("Paste the API key of anthropic")
        .paste(&anthropic_key())
        .press(&[ENTER]);
    terminal.wait_for("Add another credential?").press(&[ENTER]);
    let ended = terminal.end();
    ended.assert_code(0);
    assert_eq!(canary::traces(&anthropic_key(), &ended.raw), [""; 0]);
    expect_file!["expected/terminal.without_a_key_one_is_asked_for_and_proven.txt"]
        .assert_eq(&steady_text(&ended.screen));
    assert_eq!(
        world.openclaw("models run hi").stdout,
        "Hello from Anthropic.\n"
    );
}

#[test]
fn with_several_keys_one_chooses_the_primary() {
    let upstream = Upstream::start(vendors()).unwrap();
    let world = furnished(&upstream)
        .env("OPENAI_API_KEY", &openai_key())
        .env("ANTHROPIC_API_KEY", &anthropic_key());
    let mut terminal = world.pty(&["setup"]);
    terminal.wait_for("Add another credential?").press(&[ENTER]);
    terminal
        .wait_for("> anthropic/claude-opus-4-5")
        .press(&[DOWN]);
    terminal.wait_for("> openai/gpt-5.2").press(&[ENTER]);
    terminal.wait_for("When it fails, try").press(&[ENTER]);
    let ended = terminal.end();
    ended.assert_code(0);
    expect_file!["expected/terminal.with_several_keys_one_chooses_the_primary.txt"]
        .assert_eq(&steady_text(&ended.screen));
}

#[test]
fn leaving_changes_nothing() {
    let upstream = Upstream::start(vendors()).unwrap();
    let world = furnished(&upstream).env("OPENAI_API_KEY", &openai_key());
    let before = world.config_text();
    let mut terminal = world.pty(&["setup"]);
    terminal
        .wait_for("Add another credential?")
        .press(&[CTRL_C]);
    let ended = terminal.end();
    ended.assert_code(130);
    ended.assert_shows("Cancelled; nothing was changed.");
    assert_eq!(world.config_text(), before);
}
