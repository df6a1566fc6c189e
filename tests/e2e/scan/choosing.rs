//! A person chooses, in a pseudo-terminal.

use openclaw_tests::pty::key;

use super::*;

const QUESTION: &str = "or Enter to keep current";

/// Two candidates of one provider.
fn case(defaults: &str) -> Case {
    let script = Script::new()
        .on(When::get(ANTHROPIC), claudes())
        .on(When::get(OPENAI), openai::models(&["gpt-5.2"]));
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
    let ended = pty.end();
    assert_eq!(ended.code, 0);
    expect![[r#"
        Scanning models...
        ✓ anthropic: 3 models available (auth: ok)
        ✓ openai: 1 model available (auth: ok)
        - google: 18 models in the catalog (auth: it has no list of models (404))
        note: the best 10 of 22 candidates are shown; see all with `--max-candidates 22`

        Top candidates:
         1. openai/gpt-5.2                         (size unknown, 2025-12-11,   $1.75/$14/M)
         2. anthropic/claude-opus-4-5              (size unknown, 2025-11-24,   $5/$25/M)
         3. anthropic/claude-haiku-4-5             (size unknown, 2025-10-15,   $1/$5/M)  current
         4. anthropic/claude-sonnet-4-5            (size unknown, 2025-09-29,   $3/$15/M)
         5. google/gemini-2.5-pro                  (size unknown, 2025-06-17,   $1.25/$10/M)
         6. google/gemini-3-flash-preview          (size unknown, 2025-12-17,   $0.5/$3/M)
         7. google/gemma-3-27b-it                  (27B,          2025-03-12,   free)
         8. google/gemini-exp-1114                 (size unknown, date unknown, free)
         9. google/learnlm-1.5-pro-experimental    (size unknown, date unknown, free)
        10. google/gemini-exp-1206                 (size unknown, date unknown, $0.3/$2.5/M)

        Select model: [1-10] or Enter to keep current
        > 2. anthropic/claude-opus-4-5
        Selected: anthropic/claude-opus-4-5
        note: nothing was changed; make it the primary model with `openclaw models set anthropic/claude-opus-4-5`
    "#]].assert_eq(&ended.screen);
    assert_eq!(case.files(), before);
}

#[test]
fn a_number_chooses_and_set_default_writes_it() {
    let case = case("");
    let mut pty = case.world.pty(&["models", "scan", "--set-default"]);
    pty.wait_for(QUESTION).write("9").wait_for("there are 1-4");
    pty.press(&[key::ENTER, key::BACKSPACE]).write("3");
    pty.wait_for("> 3. anthropic/").press(&[key::ENTER]);
    let ended = pty.end();
    assert_eq!(ended.code, 0);
    expect![""].assert_eq(&ended.screen);
    expect![""].assert_eq(&case.world.config_diff());
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
    assert_eq!(ended.code, 0);
    expect![[r#"
        ok anthropic: 3 models available (auth: ok)
        ok openai: 1 model available (auth: ok)
        unproven google: 18 models in the catalog (auth: it has no list of models (404))
        note: the best 10 of 22 candidates are shown; see all with `--max-candidates 22`

        Top candidates:
         1. openai/gpt-5.2                         (size unknown, 2025-12-11,   $1.75/$14/M)
         2. anthropic/claude-opus-4-5              (size unknown, 2025-11-24,   $5/$25/M)
         3. anthropic/claude-haiku-4-5             (size unknown, 2025-10-15,   $1/$5/M)  current
         4. anthropic/claude-sonnet-4-5            (size unknown, 2025-09-29,   $3/$15/M)
         5. google/gemini-2.5-pro                  (size unknown, 2025-06-17,   $1.25/$10/M)
         6. google/gemini-3-flash-preview          (size unknown, 2025-12-17,   $0.5/$3/M)
         7. google/gemma-3-27b-it                  (27B,          2025-03-12,   free)
         8. google/gemini-exp-1114                 (size unknown, date unknown, free)
         9. google/learnlm-1.5-pro-experimental    (size unknown, date unknown, free)
        10. google/gemini-exp-1206                 (size unknown, date unknown, $0.3/$2.5/M)

        Select model: [1-10] or Enter to keep current
        > keep anthropic/claude-haiku-4-5
        Primary model: anthropic/claude-haiku-4-5 (kept)
    "#]].assert_eq(&ended.screen);
    assert_eq!(case.files(), before);
}

#[test]
fn both_models_are_chosen_one_after_the_other() {
    let case = case("");
    let mut pty = case
        .world
        .pty(&["models", "scan", "--set-default", "--set-image"]);
    pty.wait_for("Select model: [1-4]")
        .write("1")
        .press(&[key::ENTER]);
    pty.wait_for("Select image model: [1-4]")
        .press(&[key::DOWN, key::DOWN, key::ENTER]);
    let ended = pty.end();
    assert_eq!(ended.code, 0);
    expect![""].assert_eq(&ended.screen);
    expect![""].assert_eq(&case.world.config_diff());
}

#[test]
fn ctrl_c_and_esc_at_the_question_leave_everything_as_it_was() {
    for leave in [key::CTRL_C, key::CTRL_D, key::ESC] {
        let case = case("");
        let before = case.files();
        let mut pty = case.world.pty(&["models", "scan", "--set-default"]);
        pty.wait_for(QUESTION).write("2").press(&[leave]);
        let ended = pty.end();
        assert_eq!(ended.code, 130, "{}", ended.screen);
        assert!(
            ended.screen.contains("nothing was changed"),
            "{}",
            ended.screen
        );
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
    pty.wait_for("Scanning models... 0 of 4");
    let asked = case
        .upstream
        .wait_until(std::time::Duration::from_secs(60), |requests| {
            requests.len() == 3
        });
    assert!(asked, "{}", pty.screen());
    pty.press(&[key::CTRL_C]);
    let ended = pty.end();
    assert_eq!(ended.code, 130);
    expect![[r#"
        ⠉ Scanning models... 0 of 4                                                                         error: interrupted
          nothing was changed
    "#]].assert_eq(&ended.screen);
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
    let ended = pty.end();
    assert_eq!(ended.code, 0);
    assert!(
        ended.screen.contains("Selected: anthropic"),
        "{}",
        ended.screen
    );
}

#[test]
fn the_table_of_a_narrow_window_takes_two_lines_for_a_model() {
    let case = case("");
    let mut pty = case
        .world
        .pty_of(&["models", "scan", "--max-candidates", "2"], 48, 40);
    pty.wait_for(QUESTION).press(&[key::ENTER]);
    expect![[r#"
        Scanning models...
        ✓ anthropic: 3 models available (auth: ok)
        ✓ openai: 1 model available (auth: ok)
        - google: 18 models in the catalog (auth: it has no list of models (404))
        note: the best 2 of 22 candidates are shown; see all with `--max-candidates 22`

        Top candidates:
         1. openai/gpt-5.2
            (size unknown, 2025-12-11, $1.75/$14/M)
         2. anthropic/claude-opus-4-5
            (size unknown, 2025-11-24, $5/$25/M)

        Select model: [1-2] or Enter to keep current
        > keep current: none is set
        Primary model: none is set (kept)
    "#]].assert_eq(&pty.end().screen);
}
