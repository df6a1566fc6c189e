//! A secret that is pasted at the terminal.

use expect_test::expect;
use openclaw_tests::Sandbox;
use openclaw_tests::pty::Pty;
use openclaw_tests::pty::key::{CTRL_C, CTRL_D, ENTER, ESC};

use super::{never_shown, snapshot, store, token};

const PASTE: [&str; 5] = ["models", "auth", "paste-token", "--provider", "anthropic"];

/// Pastes a secret at the question for it, and checks what the terminal showed when it was stored.
#[track_caller]
fn pastes(mut terminal: Pty, secret: &str) -> String {
    terminal.wait_for("Paste token for anthropic");
    terminal.paste(secret).press(&[ENTER]);
    let ended = terminal.end();
    never_shown(&ended, secret);
    // Broken where the window ends, it says the same.
    let told: String = ended.screen.split_whitespace().collect();
    let confirmed = format!(
        "✓ Paste token for anthropic ({} characters, {}…{})",
        secret.chars().count(),
        &secret[..8],
        &secret[secret.len() - 4..],
    );
    for line in [
        confirmed.as_str(),
        "Updated ~/.openclaw/agents/main/agent/auth-profiles.json",
        "Auth profile: anthropic:manual (anthropic/token)",
        "Next: openclaw models run \"Say hello\"",
        "note: no expiry recorded; add `--expires-in 365d` to be warned before it expires",
    ] {
        let line: String = line.split_whitespace().collect();
        assert!(told.contains(&line), "{line}: {}", ended.screen);
    }
    ended.assert_code(0);
    ended.screen
}

#[test]
fn it_is_stored_and_not_shown() {
    let world = Sandbox::new();
    let shown = pastes(world.pty(&PASTE), &token());
    expect![[r#"
        ✓ Paste token for anthropic (112 characters, sk-ant-o…7zQ-)
        Updated ~/.openclaw/agents/main/agent/auth-profiles.json
        Auth profile: anthropic:manual (anthropic/token)
        Next: openclaw models run "Say hello"
        note: no expiry recorded; add `--expires-in 365d` to be warned before it expires
    "#]]
    .assert_eq(&shown);
    assert_eq!(
        store(&world)["profiles"]["anthropic:manual"]["token"],
        token()
    );
}

#[test]
fn one_of_two_kibibytes_goes_through_a_window_of_forty_columns() {
    let world = Sandbox::new();
    let long = format!("sk-ant-oat01-{}", "Canary_7zQ-0123".repeat(137));
    pastes(world.pty_of(&PASTE, 40, 10), &long);
    assert_eq!(store(&world)["profiles"]["anthropic:manual"]["token"], long);
}

#[test]
fn leaving_changes_nothing() {
    for leave in [CTRL_C, ESC, CTRL_D] {
        let world = Sandbox::new().config("{ /* mine */ }\n");
        let before = snapshot(&world);
        let mut terminal = world.pty(&PASTE);
        terminal.wait_for("Paste token for anthropic");
        terminal.write(&token()).press(&[leave]);
        let ended = terminal.end();
        ended.assert_code(130);
        ended.assert_shows("Cancelled; nothing was changed.\n");
        never_shown(&ended, &token());
        assert_eq!(snapshot(&world), before);
    }
}

#[test]
fn several_lines_are_refused_and_none_of_them_is_shown() {
    let (first, second) = (token(), "Canary-second-line-0123456789");
    for bracketed in [true, false] {
        let world = Sandbox::new();
        let mut terminal = world.pty(&PASTE);
        terminal.wait_for("Paste token for anthropic");
        if bracketed {
            terminal
                .paste(&format!("{first}\n{second}"))
                .press(&[ENTER]);
        } else {
            terminal.write(&format!("{first}\r{second}\r"));
        }
        let ended = terminal.end();
        ended.assert_code(1);
        ended.assert_shows("line");
        never_shown(&ended, &first);
        never_shown(&ended, second);
        assert_eq!(world.files(), [""; 0]);
    }
}

#[test]
fn nothing_is_asked_for_again() {
    let world = Sandbox::new();
    let mut terminal = world.pty(&PASTE);
    terminal
        .wait_for("Paste token for anthropic")
        .press(&[ENTER]);
    terminal.wait_for("paste it, or leave with Esc");
    terminal.paste(&token()).press(&[ENTER]);
    terminal.end().assert_code(0);
}
