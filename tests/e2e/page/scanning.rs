//! "Model Scanning and Auto-Selection"

use expect_test::{expect, expect_file};
use openclaw_tests::Console;
use serde_json::json;

use super::{ANTHROPIC, MINIMAX, OPENAI, home, no_key_in, vendors};

#[test]
fn the_best_model_is_found_and_set() {
    let vendors = vendors();
    let key =
        |provider: &str, key: &str| json!({ "type": "api_key", "provider": provider, "key": key });
    let world = home(&vendors)
        .profile("anthropic:default", key("anthropic", ANTHROPIC))
        .profile("openai:default", key("openai", OPENAI))
        .profile(
            "google:default",
            key("google", "AIzaThisKeyIsRefused0123456789-Refused1"),
        )
        .profile("minimax:default", key("minimax", MINIMAX));
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

    no_key_in(console.transcript());
    expect_file!["expected/scanning.the_best_model_is_found_and_set.txt"]
        .assert_eq(console.transcript());
    expect![[r#"
        +  agents: {
        +    defaults: {
        +      model: {
        +        primary: "minimax/MiniMax-M2.1"
        +      }
        +    }
        +  },
    "#]]
    .assert_eq(&world.config_diff());
}
