//! `models auth …`

use expect_test::expect_file;
use openclaw_tests::Console;

use super::super::{ANTHROPIC, BACKUP, OPENAI, TOKEN, home, told, vendors};

#[test]
fn tokens_are_stored_under_the_documented_names() {
    let vendors = vendors();
    let world = home(&vendors);
    let mut console = Console::new(&world);
    for (line, token) in [
        (
            "openclaw models auth setup-token --provider anthropic",
            TOKEN,
        ),
        (
            "openclaw models auth setup-token --provider anthropic --yes",
            BACKUP,
        ),
        (
            "openclaw models auth paste-token --provider anthropic",
            ANTHROPIC,
        ),
        (
            "openclaw models auth paste-token --provider anthropic --profile-id anthropic:prod --expires-in 365d",
            TOKEN,
        ),
        (
            "openclaw models auth paste-token --provider anthropic --expires-in 365d",
            TOKEN,
        ),
        (
            "openclaw models auth paste-token --provider anthropic --profile-id anthropic:backup",
            BACKUP,
        ),
    ] {
        console.assert_runs_with(line, token);
    }
    console.run("openclaw models auth list");
    told(
        &console,
        &expect_file!["expected/auth.tokens_are_stored_under_the_documented_names.txt"],
    );
}

#[test]
fn the_order_is_set_shown_and_cleared() {
    let vendors = vendors();
    let world = home(&vendors);
    let mut console = Console::new(&world);
    for (id, token) in [
        ("anthropic:work", TOKEN),
        ("anthropic:default", ANTHROPIC),
        ("anthropic:backup", BACKUP),
        ("anthropic:fallback", ANTHROPIC),
        ("openai:personal", OPENAI),
        ("openai:work", OPENAI),
    ] {
        let provider = id.split(':').next().unwrap();
        let line =
            format!("openclaw models auth paste-token --provider {provider} --profile-id {id}");
        console.assert_runs_with(&line, token);
    }
    let mut console = Console::new(&world);
    console.assert_runs(&[
        "openclaw agents add work --workspace ~/work",
        "openclaw models auth order set --provider anthropic anthropic:work anthropic:default",
        "openclaw models auth order set --provider openai openai:personal openai:work",
        "openclaw models auth order set --provider anthropic --agent work anthropic:work anthropic:fallback",
        "openclaw models auth order get --provider anthropic",
        "openclaw models auth order get --provider anthropic --agent work",
        "openclaw models auth order get --provider anthropic --json",
    ]);
    expect_file!["expected/auth.the_order_is_set_shown_and_cleared.txt"]
        .assert_eq(&world.config_diff());
    console.assert_runs(&[
        "openclaw models auth order clear --provider anthropic",
        "openclaw models auth order clear --provider anthropic --agent work",
    ]);
    told(
        &console,
        &expect_file!["expected/auth.the_order_is_set_shown_and_cleared.2.txt"],
    );
}
