//! Configured models, fallbacks that are no help, and local servers.

use std::net::TcpListener;

use expect_test::{expect, expect_file};
use openclaw_tests::Sandbox;

use super::{found, key, models};

#[test]
fn models_that_are_gone_unknown_or_of_no_use_are_found() {
    models().private().openclaw("doctor").is(expect_file![
        "expected/models.models_that_are_gone_unknown_or_of_no_use_are_found.txt"
    ]);
}

#[test]
fn fallbacks_that_fail_with_the_primary_are_found() {
    let with = |fallbacks: &str| {
        Sandbox::new()
                .config(&format!(
                    r#"{{ agents: {{ defaults: {{ model: {{ primary: "anthropic/claude-opus-4-5", fallbacks: {fallbacks} }} }} }} }}"#
                ))
                .profile("anthropic:work", key("anthropic"))
                .profile("openai:work", key("openai")).private()
    };
    let one = r#"["anthropic/claude-sonnet-4-5"]"#;
    with(one).openclaw("doctor").is(expect![[r#"
        ✓ ready: anthropic/claude-opus-4-5 with `anthropic:work`

        warning: the only fallback uses the one account of `anthropic` that the primary uses, so they fail together
          at:   agents.defaults.model.fallbacks
          fix: openclaw models fallbacks add openai/gpt-5.5

        1 warning. Looked at 4 files, 2 credentials, 2 configured models and 0 local servers; nothing was changed.
    "#]]);
    found(
        &with(one)
            .profile("anthropic:backup", key("anthropic"))
            .private(),
        &expect![""],
    );
    found(
        &with(r#"["anthropic/claude-sonnet-4-5", "openai/gpt-5.2"]"#),
        &expect![[r#"
            note fallbacks-share-account: the fallback `anthropic/claude-sonnet-4-5` uses the one account of `anthropic` that the primary uses, so they fail together
        "#]],
    );
    found(
        &with("[]"),
        &expect![[r#"
        note no-fallback: there is no fallback: when `anthropic/claude-opus-4-5` does not answer, nothing else is asked
    "#]],
    );
}

#[test]
fn a_local_server_that_does_not_answer_is_found() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let world = Sandbox::new().config(&format!(
        r#"{{
  agents: {{ defaults: {{ model: {{ primary: "lab/llama", fallbacks: ["anthropic/claude-opus-4-5"] }} }} }},
  models: {{ providers: {{ lab: {{ baseUrl: "http://127.0.0.1:{port}/v1", api: "openai-completions", apiKey: "x-secret", models: [{{ id: "llama" }}] }} }} }},
}}"#
    )).profile("anthropic:work", key("anthropic")).private();
    found(&world, &expect![""]);
    drop(listener);
    world.openclaw("doctor").is(expect![[r#"
        ✓ ready: lab/llama with models.json

        error: the server of `lab` at http://127.0.0.1:<port>/v1 cannot be reached: nothing listens there
          at:   models.providers.lab.baseUrl
          fix: start the server, or correct `models.providers.lab.baseUrl`

        1 error. Looked at 4 files, 1 credential, 2 configured models and 1 local server; nothing was changed.
        [exit 1]
    "#]]);
}
