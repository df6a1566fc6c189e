//! Without a terminal: flags decide, nothing is asked.

use expect_test::expect;
use openclaw_tests::Sandbox;
use openclaw_upstream::Upstream;

use super::{anthropic_key, furnished, openai_key, vendors};
use crate::steady;

#[test]
fn keys_of_the_environment_are_proven_and_used() {
    let upstream = Upstream::start(vendors()).unwrap();
    let world = furnished(&upstream)
        .env("OPENAI_API_KEY", &openai_key())
        .env(
            "GEMINI_API_KEY",
            &format!("AIzaSy{}", "Canary_9xT0".repeat(3)),
        );
    steady(world.openclaw("setup --yes")).is(expect![[r#""#]]);
    expect![[r#""#]].assert_eq(&world.config_diff());
    steady(world.openclaw("setup --yes --json")).is(expect![[r#""#]]);
    let answer = world.openclaw("models run hi");
    assert_eq!(answer.stdout, "Hello from OpenAI.\n");
}

#[test]
fn a_key_on_standard_input_is_proven_before_it_is_stored() {
    let upstream = Upstream::start(vendors()).unwrap();
    let world = furnished(&upstream);
    let line = "setup --provider anthropic --key-stdin";
    let wrong = format!("sk-ant-api03-{}", "Wrong-9xT_x".repeat(9));
    steady(world.openclaw_with(line, &wrong)).is(expect![[r#""#]]);
    steady(world.openclaw_with(line, anthropic_key())).is(expect![[r#""#]]);
    let answer = world.openclaw("models run hi");
    assert_eq!(answer.stdout, "Hello from Anthropic.\n");
}

#[test]
fn what_is_missing_is_named() {
    Sandbox::new().openclaw("setup").is(expect![[r#""#]]);
    Sandbox::new()
        .openclaw("setup --yes --provider openai")
        .is(expect![[r#""#]]);
    Sandbox::new()
        .openclaw("setup --provider opnai --key-stdin")
        .is(expect![[r#""#]]);
}

#[test]
fn without_a_probe_the_catalog_decides() {
    let world = Sandbox::new().env("GEMINI_API_KEY", "AIzaSyNotReal");
    world
        .openclaw("setup --yes --no-probe")
        .is(expect![[r#""#]]);
}

#[test]
fn a_primary_that_works_stays() {
    let upstream = Upstream::start(vendors()).unwrap();
    let world = furnished(&upstream)
        .env("OPENAI_API_KEY", &openai_key())
        .env("ANTHROPIC_API_KEY", &anthropic_key());
    assert_eq!(world.openclaw("models set openai/o3").code, Some(0));
    let done = world.openclaw("setup --yes --json").json();
    assert_eq!(done["primary"], "openai/o3");
    assert_eq!(
        done["fallbacks"],
        serde_json::json!(["anthropic/claude-opus-4-5"])
    );
}
