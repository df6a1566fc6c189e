//! "Multi-Provider Setup with Rotation"

use expect_test::expect_file;
use openclaw_tests::Console;
use openclaw_tests::pty::key;
use openclaw_upstream::{Script, When, anthropic, openai};

use super::{BACKUP, OPENAI, TOKEN, add_at_the_terminal, home, run_steady, told, vendors};

#[test]
fn two_profiles_rotate_before_the_other_provider_answers() {
    let vendors = vendors();
    let world = home(&vendors);
    let mut console = Console::new(&world);

    // 1. Add multiple Anthropic profiles
    console.run_with(
        "openclaw models auth paste-token --provider anthropic --profile-id anthropic:primary --expires-in 365d",
        TOKEN,
    );
    console.run_with(
        "openclaw models auth paste-token --provider anthropic --profile-id anthropic:backup --expires-in 365d",
        BACKUP,
    );

    // 2. Set rotation order
    console.run(
        "openclaw models auth order set --provider anthropic anthropic:primary anthropic:backup",
    );

    // 3. Add OpenAI as fallback provider: select openai, paste API key
    let mut terminal = world.pty(&["models", "auth", "add"]);
    terminal
        .wait_for("? Provider")
        .write("openai")
        .press(&[key::ENTER]);
    let added = add_at_the_terminal(terminal, OPENAI);
    console.say("openclaw models auth add", &added);

    // 4. Configure fallback chain
    console.run("openclaw models set anthropic/claude-opus-4-5");
    console.run("openclaw models fallbacks add openai/gpt-5.2");

    // 5. Verify
    console.run("openclaw models status");

    // What it was all for: both tokens are limited, so the fallback answers.
    vendors.follow(
        Script::new()
            .on(
                When::post("/anthropic/v1/messages"),
                anthropic::error(429, "rate_limit_error", "Too many requests.").retry_after(42),
            )
            .on(
                When::post("/openai/v1/responses"),
                openai::responses_stream(&["Hello", " from GPT."]),
            ),
    );
    run_steady(&mut console, "openclaw models run Hello --explain");
    told(
        &console,
        &expect_file![
            "expected/rotation.two_profiles_rotate_before_the_other_provider_answers.txt"
        ],
    );
    expect_file!["expected/rotation.two_profiles_rotate_before_the_other_provider_answers.2.txt"]
        .assert_eq(&world.config_diff());
}
