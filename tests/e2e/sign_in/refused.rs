//! What keeps a sign-in from beginning, and how one ends.

use std::fmt::Write as _;

use expect_test::expect_file;
use openclaw_tests::Sandbox;

use super::{Server, SigningIn, stored};

#[test]
fn what_cannot_be_signed_in_to_is_said_with_what_can() {
    let mut said = String::new();
    for line in [
        "models auth login",
        "models auth login anthropic",
        "models auth login openai",
        "models auth login nobody",
        "models auth login openai-codex",
        "models auth login github-copilot --browser --yes",
        "models auth login openrouter --device",
        "models auth login xai --timeout soon",
        "models auth add --provider openai-codex --stdin",
        "models auth logout openai-codex",
        "models auth logout openai-codex:work --yes",
    ] {
        let world = Sandbox::new().config("{ /* mine */ }\n");
        let output = world.openclaw_with(line, "");
        output.failed();
        assert_eq!(world.config_text(), "{ /* mine */ }\n");
        let _infallible = write!(said, "$ openclaw {line}\n{output}");
    }
    expect_file!["expected/refused.txt"].assert_eq(&said);
}

#[test]
fn logging_out_takes_the_logins_of_a_provider_and_leaves_its_keys() {
    let server = Server::start();
    let world = server
        .world("xai", "grok-4.3")
        .api_key("xai:key", format!("xai-{}", "k".repeat(40)));
    SigningIn::start(&world, &["xai", "--device", "--yes"])
        .end()
        .ok();
    assert_eq!(stored(&world, "xai:default")["type"], "oauth");
    let output = world.openclaw("models auth logout xai --yes");
    assert!(output.ok().contains("xai:default"), "{output}");
    assert!(stored(&world, "xai:default").is_null());
    assert_eq!(stored(&world, "xai:key")["type"], "api_key");
    let output = world.openclaw("models auth logout xai --yes");
    assert!(
        output.failed().contains("models auth remove xai:key"),
        "{output}"
    );
}
