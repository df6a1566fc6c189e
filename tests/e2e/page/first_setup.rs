//! "First-Time Model Setup"

use expect_test::expect_file;
use openclaw_tests::Console;
use openclaw_tests::pty::key;

use super::{ANTHROPIC, GOOGLE, OPENAI, add_at_the_terminal, home, told, vendors};

#[test]
fn a_new_user_gets_an_answer() {
    let vendors = vendors();
    let world = home(&vendors);
    let mut console = Console::new(&world);

    // 1. Add Anthropic API key: select anthropic, select API key, paste key
    let mut terminal = world.pty(&["models", "auth", "add"]);
    terminal.wait_for("? Provider").press(&[key::ENTER]);
    terminal.wait_for("? Method").press(&[key::ENTER]);
    let added = add_at_the_terminal(terminal, ANTHROPIC);
    console.say("openclaw models auth add", &added);

    // 2. Set primary model
    console.run("openclaw models set anthropic/claude-opus-4-5");

    // 3. Add fallbacks
    console.run("openclaw models fallbacks add openai/gpt-5.2");
    console.run("openclaw models fallbacks add google/gemini-2.5-pro");

    // 4. Verify
    console.run("openclaw models status");

    // 5. Restart gateway
    console.run("openclaw gateway restart");

    console.run("openclaw models run Hello");
    assert_eq!(
        vendors
            .requests()
            .last()
            .and_then(|asked| asked.credential().map(str::to_owned))
            .as_deref(),
        Some(ANTHROPIC)
    );
    told(
        &console,
        &expect_file!["expected/first_setup.a_new_user_gets_an_answer.txt"],
    );
    expect_file!["expected/first_setup.a_new_user_gets_an_answer.config.txt"]
        .assert_eq(&world.config_diff());
    let stored = world
        .read(".openclaw/agents/main/agent/auth-profiles.json")
        .unwrap();
    expect_file!["expected/first_setup.a_new_user_gets_an_answer.2.txt"].assert_eq(&stored);
    for other in [OPENAI, GOOGLE] {
        assert!(!stored.contains(other));
    }
}
