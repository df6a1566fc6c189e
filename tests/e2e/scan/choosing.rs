//! A person chooses, in a pseudo-terminal.

use expect_test::expect_file;
use std::time::Duration;

use openclaw_tests::pty::key;

use super::*;

/// Longest wait for requests that are about to come; reached only if they do not.
const PATIENCE: Duration = Duration::from_secs(60);

const QUESTION: &str = "or Enter to keep current";

/// Five candidates, four of which take images.
fn case(defaults: &str) -> Case {
    let script = Script::new()
        .on(When::get(ANTHROPIC), claudes())
        .on(When::get(OPENAI), openai::models(&["gpt-5.2"]))
        .on(
            When::get(GOOGLE),
            google::error(429, "RESOURCE_EXHAUSTED", "Resource has been exhausted."),
        );
    Case::with(script, defaults, "")
}

#[test]
fn the_arrows_choose_and_nothing_is_written_unless_asked() {
    let case = case(r#"model: "anthropic/claude-haiku-4-5""#);
    let before = case.files();
    let mut pty = case.world.pty(&["models", "scan"]);
    pty.wait_for(QUESTION)
        .press(&[key::DOWN, key::DOWN, key::DOWN, key::UP]);
    pty.wait_for("> 2. anthropic/claude-opus-4-5")
        .press(&[key::ENTER]);
    pty.wait_for("Make it the primary?")
        .write("n")
        .press(&[key::ENTER]);
    let ended = pty.end();
    ended.assert_code(0);
    expect_file!["expected/choosing.the_arrows_choose_and_nothing_is_written_unless_asked.txt"]
        .assert_eq(&ended.screen);
    assert_eq!(case.files(), before);
}

#[test]
fn a_number_chooses_and_set_default_writes_it() {
    let case = case("");
    let mut pty = case.world.pty(&["models", "scan", "--set-default"]);
    pty.wait_for(QUESTION).write("9").wait_for("there are 1-5");
    pty.press(&[key::ENTER, key::BACKSPACE]).write("3");
    pty.wait_for("> 3. anthropic/").press(&[key::ENTER]);
    let ended = pty.end();
    ended.assert_code(0);
    expect_file!["expected/choosing.a_number_chooses_and_set_default_writes_it.txt"]
        .assert_eq(&ended.screen);
    expect![[r#"
        -  agents: { defaults: {  } },
        +  agents: { defaults: { model: { primary: "anthropic/claude-sonnet-4-5" } } },
    "#]]
    .assert_eq(&case.world.config_diff());
}

#[test]
fn enter_keeps_the_current_one() {
    let case = case(r#"model: "anthropic/claude-haiku-4-5""#);
    let before = case.files();
    let mut pty = case
        .world
        .pty(&["models", "scan", "--set-default", "--plain"]);
    pty.wait_for(QUESTION).press(&[key::ENTER]);
    let ended = pty.end();
    ended.assert_code(0);
    expect_file!["expected/choosing.enter_keeps_the_current_one.txt"].assert_eq(&ended.screen);
    assert_eq!(case.files(), before);
}

#[test]
fn both_models_are_chosen_one_after_the_other() {
    let case = case("");
    let mut pty = case
        .world
        .pty(&["models", "scan", "--set-default", "--set-image"]);
    pty.wait_for("Select model: [1-5]")
        .write("1")
        .press(&[key::ENTER]);
    pty.wait_for("Select image model: [1-4]")
        .press(&[key::DOWN, key::DOWN, key::ENTER]);
    let ended = pty.end();
    ended.assert_code(0);
    expect_file!["expected/choosing.both_models_are_chosen_one_after_the_other.txt"]
        .assert_eq(&ended.screen);
    expect![[r#"
        -  agents: { defaults: {  } },
        +  agents: { defaults: { model: { primary: "openai/gpt-5.2" }, imageModel: { primary: "anthropic/claude-opus-4-5" } } },
    "#]].assert_eq(&case.world.config_diff());
}

#[test]
fn ctrl_c_and_esc_at_the_question_leave_everything_as_it_was() {
    for leave in [key::CTRL_C, key::CTRL_D, key::ESC] {
        let case = case("");
        let before = case.files();
        let mut pty = case.world.pty(&["models", "scan", "--set-default"]);
        pty.wait_for(QUESTION).write("2").press(&[leave]);
        let ended = pty.end();
        ended.assert_code(130);
        ended.assert_shows("nothing was changed");
        assert_eq!(case.files(), before);
    }
}

#[test]
fn ctrl_c_while_a_provider_is_silent_ends_the_scan() {
    let script = Script::new().otherwise(Reply::silence());
    let case = Case::new(script);
    let before = case.files();
    let mut pty = case.world.pty(&[
        "models",
        "scan",
        "--set-default",
        "--yes",
        "--timeout",
        "600000",
    ]);
    // The fifth is a local server that does not run.
    pty.wait_for("Scanning models... ");
    let asked = case
        .upstream
        .wait_until(PATIENCE, |requests| requests.len() == 4);
    assert!(asked, "{}", pty.screen());
    pty.press(&[key::CTRL_C]);
    let ended = pty.end();
    ended.assert_code(130);
    assert!(
        ended
            .screen
            .ends_with("error: interrupted\n  nothing was changed\n"),
        "{}",
        ended.screen
    );
    assert_eq!(case.files(), before);
}

#[test]
fn a_narrow_window_has_room_for_everything() {
    let case = case("");
    let mut pty = case.world.pty_of(&["models", "scan"], 36, 40);
    pty.wait_for(QUESTION)
        .press(&[key::DOWN])
        .wait_for("> 1. openai/gpt-5.2");
    pty.resize(20, 40)
        .press(&[key::DOWN])
        .wait_for("> 2. anthropic/cl");
    pty.press(&[key::ENTER]);
    pty.wait_for("Make it the primary?").press(&[key::ENTER]);
    let ended = pty.end();
    ended.assert_code(0);
    ended.assert_shows("Primary model: anthrop");
}

#[test]
fn the_table_of_a_narrow_window_takes_two_lines_for_a_model() {
    let case = case("");
    let mut pty = case
        .world
        .pty_of(&["models", "scan", "--max-candidates", "2"], 48, 40);
    pty.wait_for(QUESTION).press(&[key::ENTER]);
    expect_file!["expected/choosing.the_table_of_a_narrow_window_takes_two_lines_for_a_model.txt"]
        .assert_eq(&pty.end().screen);
}
