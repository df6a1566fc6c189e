//! What a person sees, in windows of every width.

use super::*;
use expect_test::expect_file;
use openclaw_tests::JsonIs as _;

#[test]
fn six_sections_say_what_is_set_and_what_is_wrong_with_it() {
    let world = lived_in();
    let before = world.files();
    let text = world.openclaw("models status");
    text.is(expect_file![
        "expected/text.six_sections_say_what_is_set_and_what_is_wrong_with_it.txt"
    ]);
    assert_eq!(world.openclaw("models"), text);
    assert_eq!(world.files(), before, "a read writes nothing");
}

#[test]
fn a_narrow_window_puts_details_below() {
    let world = lived_in().env("COLUMNS", "60");
    world.openclaw("models status").is(expect_file![
        "expected/text.a_narrow_window_puts_details_below.txt"
    ]);
}

#[test]
fn a_wide_window_puts_details_beside() {
    let world = lived_in().env("COLUMNS", "140");
    world.openclaw("models status").is(expect_file![
        "expected/text.a_wide_window_puts_details_beside.txt"
    ]);
}

#[test]
fn no_line_is_longer_than_the_window_but_for_what_can_be_pasted() {
    for columns in [60, 80, 100, 120] {
        let world = lived_in().env("COLUMNS", &columns.to_string());
        let text = world.openclaw("models status").stdout;
        for line in text.lines() {
            let breaks = !line.contains("mend it: ") && line.trim().contains(' ');
            assert!(
                line.chars().count() <= columns || !breaks,
                "{columns} columns: {line}"
            );
        }
    }
}

#[test]
fn color_repeats_what_the_words_say() {
    let world = lived_in();
    let plain = world.openclaw("models status").stdout;
    let colored = lived_in()
        .env("CLICOLOR_FORCE", "1")
        .openclaw("models status")
        .stdout;
    for (word, code) in [
        ("active", 32),
        ("expiring", 35),
        ("expired", 31),
        ("disabled", 31),
    ] {
        assert!(
            colored.contains(&format!("\u{1b}[{code}m{word}\u{1b}[0m")),
            "{word}: {colored}"
        );
    }
    let mut bare = String::new();
    for (at, part) in colored.split('\u{1b}').enumerate() {
        bare.push_str(if at == 0 {
            part
        } else {
            part.split_once('m').unwrap().1
        });
    }
    assert_eq!(bare, plain);
}

#[test]
fn an_empty_home_shows_what_to_do_first() {
    Sandbox::new().openclaw("models status").is(expect_file![
        "expected/text.an_empty_home_shows_what_to_do_first.txt"
    ]);
}

#[test]
fn an_agent_is_shown_with_its_own_and_with_what_it_inherits() {
    let world = lived_in();
    let before = world.files();
    let text = world.openclaw("models status --agent work");
    text.is(expect_file![
        "expected/text.an_agent_is_shown_with_its_own_and_with_what_it_inherits.txt"
    ]);
    assert_eq!(world.openclaw("models --agent WORK"), text);
    assert_eq!(world.files(), before, "nothing is copied to the agent");
    let value = world.openclaw("models status --agent work --json").json();
    assert_eq!(value["agentId"], "work");
    value["modelConfig"].is(expect![[r#"
        {
          "defaultSource": "agent",
          "fallbacksSource": "agent"
        }
    "#]]);
    value["authOrderSource"].is(expect![[r#"
        {
          "anthropic": "config",
          "google": "stored",
          "lmstudio": "stored",
          "openai": "agent_config"
        }
    "#]]);
    world
        .openclaw("models status --agent nobody")
        .is(expect![[r#"
            ---- stderr
            error: Unknown agent id "nobody". Use "openclaw agents list" to see configured agents.
            [exit 1]
        "#]]);
}

#[test]
fn what_files_hold_cannot_move_the_cursor() {
    let world = Sandbox::new().config(SIMPLE).profile(
        "anthropic:\u{1b}[2J",
        json!({
            "type": "oauth", "provider": "anthropic", "access": "a", "refresh": "r",
            "expires": FIXED_TIME_MS, "email": "\u{1b}]0;x\u{7}",
        }),
    );
    let text = world.openclaw("models status --check");
    assert!(!text.to_string().contains('\u{1b}'), "{text}");
}
