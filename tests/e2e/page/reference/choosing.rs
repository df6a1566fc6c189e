//! `models set`, `set-image`, `aliases`, `fallbacks` and `image-fallbacks`

use expect_test::{expect, expect_file};
use openclaw_tests::Console;

use super::super::{told, vendors};
use super::furnished;

#[test]
fn primary_and_image_models_are_set() {
    let vendors = vendors();
    let world = furnished(&vendors);
    let mut console = Console::new(&world);
    console.assert_runs(&[
        "openclaw models set anthropic/claude-opus-4-5",
        "openclaw models set openai/gpt-5.2",
        "openclaw models set minimax/MiniMax-M2.1",
        "openclaw agents add work --workspace ~/work",
        "openclaw config set agents.list[1].model.primary \"openai/gpt-5.2\"",
        "openclaw gateway restart",
        "openclaw models set-image anthropic/claude-sonnet-4",
        "openclaw models set-image openai/gpt-5.2-vision",
        "openclaw models set-image google/gemini-2.5-flash",
        "openclaw models set anthropic/claude-opus-4-5",
        "openclaw models set-image anthropic/claude-opus-4-5",
    ]);
    told(
        &console,
        &expect_file!["expected/choosing.primary_and_image_models_are_set.txt"],
    );
    expect_file!["expected/choosing.primary_and_image_models_are_set.2.txt"]
        .assert_eq(&world.config_diff());
}

#[test]
fn aliases_are_added_listed_used_and_removed() {
    let vendors = vendors();
    let world = furnished(&vendors);
    let mut console = Console::new(&world);
    console.assert_runs(&[
        "openclaw models aliases add opus anthropic/claude-opus-4-5",
        "openclaw models aliases add fast google/gemini-2.5-flash",
        "openclaw models aliases list",
        "openclaw models aliases list --json",
        "openclaw models aliases list --plain",
        "openclaw models set opus",
        "openclaw models aliases remove opus",
        "openclaw models aliases list",
    ]);
    told(
        &console,
        &expect_file!["expected/choosing.aliases_are_added_listed_used_and_removed.txt"],
    );
    expect_file!["expected/choosing.aliases_are_added_listed_used_and_removed.2.txt"]
        .assert_eq(&world.config_diff());
}

#[test]
fn fallbacks_are_added_listed_removed_and_cleared() {
    let vendors = vendors();
    let world = furnished(&vendors);
    let mut console = Console::new(&world);
    console.assert_runs(&[
        "openclaw models set anthropic/claude-opus-4-5",
        "openclaw models fallbacks add openai/gpt-5.2",
        "openclaw models fallbacks add google/gemini-2.5-pro",
        "openclaw models fallbacks list",
        "openclaw models fallbacks list --json",
    ]);
    expect![[r#"
        +  agents: {
        +    defaults: {
        +      model: {
        +        primary: "anthropic/claude-opus-4-5",
        +        fallbacks: ["openai/gpt-5.2", "google/gemini-2.5-pro"]
        +      }
        +    }
        +  },
    "#]]
    .assert_eq(&world.config_diff());
    console.assert_runs(&[
        "openclaw models fallbacks remove openai/gpt-5.2",
        "openclaw models fallbacks clear",
        "openclaw models fallbacks list",
    ]);
    told(
        &console,
        &expect_file!["expected/choosing.fallbacks_are_added_listed_removed_and_cleared.txt"],
    );
}

#[test]
fn image_fallbacks_work_as_fallbacks_do() {
    let vendors = vendors();
    let world = furnished(&vendors);
    let mut console = Console::new(&world);
    console.assert_runs(&[
        "openclaw models set-image anthropic/claude-sonnet-4",
        "openclaw models image-fallbacks add openai/gpt-5.2-vision",
        "openclaw models image-fallbacks add google/gemini-2.5-flash",
        "openclaw models image-fallbacks list",
        "openclaw models image-fallbacks list --json",
        "openclaw models image-fallbacks list --plain",
        "openclaw models image-fallbacks remove google/gemini-2.5-flash",
        "openclaw models image-fallbacks clear",
    ]);
    told(
        &console,
        &expect_file!["expected/choosing.image_fallbacks_work_as_fallbacks_do.txt"],
    );
}
