//! "Model Scanning and Auto-Selection"

use expect_test::{expect, expect_file};
use openclaw_tests::Console;

use super::{ANTHROPIC, MINIMAX, OPENAI, home, told, vendors};

#[test]
fn the_best_model_is_found_and_set() {
    let vendors = vendors();
    let world = home(&vendors)
        .api_key("anthropic:default", ANTHROPIC)
        .api_key("openai:default", OPENAI)
        .api_key("google:default", "AIzaThisKeyIsRefused0123456789-Refused1")
        .api_key("minimax:default", MINIMAX);
    let mut console = Console::new(&world);

    // Scan all providers and select interactively: there is no terminal here, so it says what to do;
    // the choice itself is made in a pseudo-terminal, in `scan.rs`.
    console.run("openclaw models scan");

    // Auto-select best available (non-interactive)
    console.run("openclaw models scan --yes --set-default");

    // Scan for large, recent models only
    console.run("openclaw models scan --min-params 70 --max-age-days 90 --yes --set-default");

    // Scan Anthropic only
    console.run("openclaw models scan --provider anthropic --yes");

    // Scan without probing (metadata only)
    console.run("openclaw models scan --no-probe");

    told(
        &console,
        &expect_file!["expected/scanning.the_best_model_is_found_and_set.txt"],
    );
    expect![[r#"
        +  agents: {
        +    defaults: {
        +      model: {
        +        primary: "openai/gpt-5.2"
        +      }
        +    }
        +  },
    "#]]
    .assert_eq(&world.config_diff());
}
