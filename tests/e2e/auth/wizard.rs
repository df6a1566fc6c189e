//! `openclaw models auth add` at a terminal: it asks, shows no secret, and can be left at any time.

use expect_test::{expect, expect_file};
use openclaw_tests::Sandbox;
use openclaw_tests::pty::Pty;
use openclaw_tests::pty::key::{BACKSPACE, CTRL_C, DOWN, ENTER, ESC, UP};
use openclaw_upstream::anthropic;
use serde_json::json;

use super::{answering, key, never_shown, snapshot, store, token};
use crate::steady_text;

const ADD: [&str; 3] = ["models", "auth", "add"];

/// A key of the right form and length.
fn work() -> String {
    key("work")
}

/// Goes to the question for the key of Anthropic.
fn at_the_key(world: &Sandbox) -> Pty {
    let mut terminal = world.pty(&ADD);
    terminal.wait_for("Provider").press(&[ENTER]);
    terminal.wait_for("Method").press(&[ENTER]);
    terminal.wait_for("Paste the API key of anthropic");
    terminal
}

#[test]
fn the_documented_way_is_provider_method_key() {
    let world = Sandbox::new();
    let mut terminal = at_the_key(&world);
    terminal.paste(&work()).press(&[ENTER]);
    terminal.wait_for("Check it now").write("n").press(&[ENTER]);
    terminal.wait_for("Profile id").press(&[ENTER]);
    let ended = terminal.end();
    never_shown(&ended, &work());
    expect![[r#"
        ✓ Provider anthropic  Anthropic
        ✓ Method API key
        Create one at https://console.anthropic.com/settings/keys
        ✓ Paste the API key of anthropic (106 characters, sk-ant-a…9xT_)
        ✓ Check it now with a free call? No
        ✓ Profile id anthropic:default
        Updated ~/.openclaw/agents/main/agent/auth-profiles.json
        Auth profile: anthropic:default (anthropic/api-key)
        Next: openclaw models run "Say hello"
    "#]]
    .assert_eq(&ended.screen);
    ended.assert_code(0);
    assert_eq!(
        store(&world)["profiles"],
        json!({ "anthropic:default": {
            "type": "api_key", "provider": "anthropic", "key": work(),
        }})
    );
    assert_eq!(world.config_text(), "");
}

#[test]
fn a_list_is_walked_with_arrows_or_filtered() {
    let world = Sandbox::new();
    let mut terminal = world.pty(&ADD);
    terminal.wait_for("> anthropic").press(&[DOWN, DOWN]);
    terminal.wait_for("> google").press(&[UP]);
    terminal.wait_for("> openai").write("openx");
    terminal
        .wait_for("nothing here matches that")
        .press(&[BACKSPACE]);
    terminal.wait_for("or type to filter").write("nai");
    terminal.wait_for("Provider openai");
    expect![[r#"
        ? Provider openai
        > openai             OpenAI
          azure-openai       Azure OpenAI
          openai-codex       OpenAI Codex
        [↑↓ then Enter, or type to filter]
    "#]]
    .assert_eq(&terminal.screen());
    terminal.press(&[ENTER]);
    // OpenAI takes keys only, so nothing is asked about the method.
    terminal
        .wait_for("Paste the API key of openai")
        .press(&[ESC]);
    terminal.end().assert_code(130);
}

#[test]
fn a_second_profile_gets_a_place_and_a_token_its_expiry() {
    let world = Sandbox::new()
        .config("{\n  auth: { order: { anthropic: [\"anthropic:default\"] } },\n}\n")
        .api_key("anthropic:default", work());
    let mut terminal = world.pty(&ADD);
    terminal.wait_for("Provider").press(&[ENTER]);
    terminal.wait_for("Method").press(&[DOWN, ENTER]);
    terminal
        .wait_for("Paste the token of anthropic")
        .paste(&token())
        .press(&[ENTER]);
    terminal.wait_for("Check it now").write("n").press(&[ENTER]);
    terminal
        .wait_for("Expires in")
        .write("soon")
        .press(&[ENTER]);
    terminal
        .wait_for("write it as")
        .press(&[BACKSPACE; 4])
        .write("30d")
        .press(&[ENTER]);
    terminal
        .wait_for("anthropic:2")
        .write("claude")
        .press(&[ENTER]);
    terminal
        .wait_for("Place in the auth order")
        .press(&[DOWN, ENTER]);
    let ended = terminal.end();
    never_shown(&ended, &token());
    expect_file!["expected/wizard.a_second_profile_gets_a_place_and_a_token_its_expiry.txt"]
        .assert_eq(&ended.screen);
    ended.assert_code(0);
    expect![[r#"
        -  auth: { order: { anthropic: ["anthropic:default"] } },
        +  auth: { order: { anthropic: ["anthropic:default", "anthropic:claude"] } },
    "#]]
    .assert_eq(&world.config_diff());
    assert_eq!(
        store(&world)["profiles"]["anthropic:claude"]["token"],
        token()
    );
}

#[test]
fn an_existing_profile_is_replaced_only_with_leave() {
    let world = Sandbox::new().api_key("anthropic:default", "old");
    let mut terminal = at_the_key(&world);
    terminal.paste(&work()).press(&[ENTER]);
    terminal.wait_for("Check it now").write("n").press(&[ENTER]);
    terminal
        .wait_for("Profile id")
        .write("default")
        .press(&[ENTER]);
    terminal
        .wait_for("Replace the credential of `anthropic:default`?")
        .press(&[ENTER]);
    terminal
        .wait_for("Profile id (anthropic:2)")
        .write("default")
        .press(&[ENTER]);
    terminal
        .wait_for_times("Replace the credential", 2)
        .write("y")
        .press(&[ENTER]);
    terminal.end().assert_code(0);
    assert_eq!(
        store(&world)["profiles"]["anthropic:default"]["key"],
        work()
    );
}

#[test]
fn what_cannot_be_used_is_explained_and_asked_for_again() {
    let world = Sandbox::new();
    let mut terminal = at_the_key(&world);
    let question = "Paste the API key of anthropic";
    terminal.paste(&token()).press(&[ENTER]);
    terminal.wait_for("it has the form of another kind");
    terminal
        .wait_for("Store it as the token that it is?")
        .write("n")
        .press(&[ENTER]);
    terminal.wait_for_times(question, 2);
    terminal
        .paste(&format!("Bearer {}", work()))
        .press(&[ENTER]);
    terminal.wait_for("a space or line break after its first 6 characters");
    terminal.wait_for_times(question, 3);
    terminal.paste(&work()[..40]).press(&[ENTER]);
    terminal.wait_for("perhaps not all of it was pasted");
    terminal.wait_for("Use it anyway?").press(&[ENTER]);
    terminal.wait_for_times(question, 4).press(&[CTRL_C]);
    let ended = terminal.end();
    ended.assert_code(130);
    never_shown(&ended, &token());
    never_shown(&ended, &work());
    never_shown(&ended, &work()[..40]);
    expect_file!["expected/wizard.what_cannot_be_used_is_explained_and_asked_for_again.txt"]
        .assert_eq(&ended.screen);
    assert_eq!(world.files(), [""; 0]);
}

/// Answers that lead to every question in turn, each with what shows that it is being asked.
const QUESTIONS: [(&str, &[&str]); 7] = [
    ("Provider", &[ENTER]),
    ("Method", &[DOWN, ENTER]),
    ("Paste the token of anthropic", &[]),
    ("Check it now", &["n", ENTER]),
    ("Expires in", &[ENTER]),
    ("Profile id", &["x", ENTER]),
    ("Place in the auth order", &[]),
];

#[test]
fn leaving_at_any_question_changes_nothing() {
    let world = Sandbox::new()
        .config("{ /* mine */ }\n")
        .api_key("anthropic:default", work());
    let before = snapshot(&world);
    for (at, (_, _)) in QUESTIONS.iter().enumerate() {
        for leave in [CTRL_C, ESC] {
            let mut terminal = world.pty(&ADD);
            for (question, answer) in &QUESTIONS[..at] {
                terminal.wait_for(question);
                if answer.is_empty() {
                    terminal.paste(&token()).press(&[ENTER]);
                } else {
                    terminal.press(answer);
                }
            }
            terminal.wait_for(QUESTIONS[at].0).press(&[leave]);
            let ended = terminal.end();
            let said = "Cancelled; nothing was changed.\n";
            assert!(ended.screen.ends_with(said), "{}", ended.screen);
            ended.assert_code(130);
            never_shown(&ended, &token());
            assert_eq!(snapshot(&world), before, "left at {}", QUESTIONS[at].0);
        }
    }
}

#[test]
fn a_narrow_window_shows_every_question_whole() {
    let world = Sandbox::new();
    let mut terminal = world.pty_of(&ADD, 40, 30);
    terminal.wait_for("or type to filter").press(&[ENTER]);
    terminal.wait_for("Method").press(&[DOWN, ENTER]);
    terminal.wait_for("Esc to leave]");
    let long = format!("sk-ant-oat01-{}", "Canary_7zQ-0123".repeat(137));
    terminal.paste(&long).press(&[ENTER]);
    terminal.wait_for("Check it now").write("n").press(&[ENTER]);
    terminal.wait_for("Expires in").press(&[ENTER]);
    // All that is drawn anew fits, so nothing has to flow into other lines.
    terminal
        .wait_for("Profile id")
        .resize(34, 30)
        .press(&[ENTER]);
    let ended = terminal.end();
    never_shown(&ended, &long);
    expect_file!["expected/wizard.a_narrow_window_shows_every_question_whole.txt"]
        .assert_eq(&ended.screen);
    ended.assert_code(0);
    assert_eq!(
        store(&world)["profiles"]["anthropic:default"]["token"],
        long
    );
}

#[test]
fn colors_are_left_out_when_they_are_not_wanted() {
    let world = Sandbox::new().env("NO_COLOR", "1");
    let mut terminal = world.pty(&ADD);
    terminal.wait_for("Provider").press(&[CTRL_C]);
    let ended = terminal.end();
    let text = String::from_utf8_lossy(&ended.raw);
    let colored = text.split("\x1b[").skip(1).any(|rest| {
        let end = rest.find(|next: char| next.is_ascii_alphabetic());
        end.is_some_and(|end| rest[end..].starts_with('m'))
    });
    assert!(!colored, "{text:?}");
}

#[test]
fn a_login_that_the_plugin_cannot_make_is_not_offered_and_named_when_asked_for() {
    let world = Sandbox::new();
    let mut terminal = world.pty(&ADD);
    terminal.wait_for("Provider").press(&[ENTER]);
    terminal.wait_for("Method");
    expect![[r#"
        ✓ Provider anthropic  Anthropic
        ? Method
        > API key
          Setup token of a Claude subscription
        [↑↓ then Enter, or type to filter]
    "#]]
    .assert_eq(&terminal.screen());
    terminal.press(&[ESC]);
    terminal.end().assert_code(130);
    let mut asked = ADD.to_vec();
    asked.extend(["--provider", "anthropic", "--method", "oauth"]);
    let ended = world.pty(&asked).end();
    expect![[r#"
        error: anthropic offers no OAuth login to other programs
          Anthropic accepts subscription sign-ins only from its own products; an API key works everywhere:
          https://console.anthropic.com/settings/keys
          it takes: api-key (API key), token (Setup token of a Claude subscription)
          nothing was stored
        hint: `openclaw models auth add --provider anthropic --method api-key`
    "#]].assert_eq(&ended.screen);
    ended.assert_code(1);
    assert_eq!(world.files(), [""; 0]);
}

#[test]
fn control_keys_edit_and_never_become_part_of_the_key() {
    for before in [
        "sk-garbage\u{15}",
        "\u{16}",
        "junk\u{17}",
        "x\u{1}\u{b}",
        "\u{5}\u{c}\u{1a}",
        "ab\u{8}\u{8}",
    ] {
        let world = Sandbox::new();
        let mut terminal = at_the_key(&world);
        terminal.write(before).paste(&work()).press(&[ENTER]);
        terminal.wait_for("Check it now").write("n").press(&[ENTER]);
        terminal.wait_for("Profile id").press(&[ENTER]);
        let ended = terminal.end();
        ended.assert_code(0);
        let length = work().chars().count();
        ended.assert_shows(&format!("({length} characters, sk-ant-a…"));
        let stored = store(&world)["profiles"]["anthropic:default"]["key"].clone();
        assert_eq!(stored, work(), "after {before:?}");
    }
}

#[test]
fn a_key_pasted_at_another_question_is_not_shown() {
    let world = Sandbox::new();
    let mut terminal = world.pty(&ADD);
    terminal.wait_for("Provider").paste(&work());
    terminal
        .wait_for("nothing here matches that")
        .press(&["\u{15}", ENTER]);
    terminal.wait_for("Method").press(&[ENTER]);
    terminal
        .wait_for("Paste the API key of anthropic")
        .paste(&work())
        .press(&[ENTER]);
    terminal.wait_for("Check it now").paste(&work());
    terminal
        .wait_for("answer with `y` or `n`")
        .press(&["\u{15}", "n", ENTER]);
    terminal.wait_for("Profile id").press(&[CTRL_C]);
    let ended = terminal.end();
    ended.assert_code(130);
    never_shown(&ended, &work());
    assert!(!ended.screen.contains("Canary"), "{}", ended.screen);
    assert_eq!(world.files(), [""; 0]);
}

#[test]
fn a_key_of_another_vendor_is_added_where_it_belongs() {
    let world = Sandbox::new();
    let mut asked = ADD.to_vec();
    asked.extend(["--provider", "openai"]);
    let mut terminal = world.pty(&asked);
    terminal
        .wait_for("Paste the API key of openai")
        .paste(&work())
        .press(&[ENTER]);
    terminal
        .wait_for("Add it to anthropic instead?")
        .press(&[ENTER]);
    terminal.wait_for("Check it now").write("n").press(&[ENTER]);
    terminal
        .wait_for("Profile id")
        .write("work")
        .press(&[ENTER]);
    let ended = terminal.end();
    never_shown(&ended, &work());
    expect![[r#"
        Create one at https://platform.openai.com/api-keys
        ✗ Paste the API key of openai (106 characters, sk-ant-a…9xT_)
        error: openai cannot use this credential
          it has the form of a credential of Anthropic: API key
        ✓ Add it to anthropic instead? Yes
        ✓ Check it now with a free call? No
        ✓ Profile id anthropic:work
        Updated ~/.openclaw/agents/main/agent/auth-profiles.json
        Auth profile: anthropic:work (anthropic/api-key)
        Next: openclaw models run "Say hello"
    "#]]
    .assert_eq(&ended.screen);
    ended.assert_code(0);
    assert_eq!(store(&world)["profiles"]["anthropic:work"]["key"], work());
}

#[test]
fn a_key_is_proven_before_it_is_stored() {
    let (world, upstream) = answering(anthropic::models(&["claude-opus-4-5"]));
    let mut terminal = at_the_key(&world);
    terminal.paste(&work()).press(&[ENTER]);
    terminal.wait_for("Check it now").press(&[ENTER]);
    terminal.wait_for("Profile id").press(&[ENTER]);
    let ended = terminal.end();
    never_shown(&ended, &work());
    ended.assert_code(0);
    expect_file!["expected/wizard.a_key_is_proven_before_it_is_stored.txt"]
        .assert_eq(&steady_text(&ended.screen));
    let asked = upstream.requests();
    let keys: Vec<_> = asked.iter().map(|request| request.credential()).collect();
    assert_eq!(keys, [Some(work().as_str())]);
}

#[test]
fn a_key_that_is_refused_is_asked_for_again() {
    let refusal = anthropic::error(401, "authentication_error", "invalid x-api-key");
    let (world, _upstream) = answering(refusal);
    let before = snapshot(&world);
    let mut terminal = at_the_key(&world);
    terminal.paste(&work()).press(&[ENTER]);
    terminal.wait_for("Check it now").press(&[ENTER]);
    terminal.wait_for("anthropic refused this credential");
    terminal.wait_for("Store it anyway?").press(&[ENTER]);
    terminal
        .wait_for_times("Paste the API key of anthropic", 2)
        .press(&[CTRL_C]);
    let ended = terminal.end();
    never_shown(&ended, &work());
    expect_file!["expected/wizard.a_key_that_is_refused_is_asked_for_again.txt"]
        .assert_eq(&ended.screen);
    ended.assert_code(130);
    let mut after = snapshot(&world);
    after.retain(|(name, _)| !name.ends_with("audit.jsonl"));
    assert_eq!(after, before);
}
