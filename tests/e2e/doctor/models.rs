//! Configured models, fallbacks that are no help, and local servers.

use std::net::TcpListener;

use expect_test::expect;
use openclaw_tests::World;

use super::{found, key, models, private};
use crate::check;

#[test]
fn models_that_are_gone_unknown_or_of_no_use_are_found() {
    check(
        &private(models()).openclaw("doctor"),
        &expect![[r#"
            error: the primary model `anthropic/claude-3-opus-20240229` is retired since 2026-01-05 and no longer answers
              at:   agents.defaults.model.primary
              mend: openclaw models set anthropic/claude-opus-5

            error: the image model `openai/o3-mini` takes no images
              at:   agents.defaults.imageModel.primary
              mend: openclaw models set-image openai/o3

            error: the primary model of agent `work`, `openai/gpt-9`, is in no catalog; did you mean `openai/gpt-5`?
              at:   agents.list[1].model.primary
              mend: openclaw config set 'agents.list[1].model.primary' openai/gpt-5

            error: the primary model of agent `work`, `openai/gpt-9`, is not among the allowed models, so requests are refused
              at:   agents.list[1].model.primary
              mend: openclaw config set 'agents.defaults.models["openai/gpt-9"]' '{}'

            warning: the fallback `anthropic/claude-haiku-3-5` is in no catalog; did you mean `anthropic/claude-haiku-4-5`?
              at:   agents.defaults.model.fallbacks[0]
              mend: openclaw models fallbacks remove anthropic/claude-haiku-3-5

            warning: the fallback `anthropic/claude-3-opus-20240229` is retired since 2026-01-05 and no longer answers
              at:   agents.defaults.model.fallbacks[1]
              mend: openclaw models fallbacks remove anthropic/claude-3-opus-20240229

            warning: the fallback `google/gemini-2.5-pro` is not among the allowed models, so it is passed over
              at:   agents.defaults.model.fallbacks[2]
              mend: openclaw config set 'agents.defaults.models["google/gemini-2.5-pro"]' '{}'

            warning: the image model `openai/o3-mini` retires on 2026-10-23
              at:   agents.defaults.imageModel.primary
              mend: openclaw models set-image openai/o3

            warning: the image fallback `/x` is no model reference
              at:   agents.defaults.imageModel.fallbacks[0]
              mend: openclaw models image-fallbacks remove /x

            warning: the model of alias `old`, `anthropic/claude-3-opus-20240229`, is retired since 2026-01-05 and no longer answers
              at:   agents.defaults.models["anthropic/claude-3-opus-20240229"].alias
              mend: openclaw models aliases add old anthropic/claude-opus-5

            warning: the fallback of agent `work`, `openai/gpt-8`, is in no catalog; did you mean `openai/gpt-5`?
              at:   agents.list[1].model.fallbacks[1]
              mend: openclaw config set 'agents.list[1].model.fallbacks' '["openai/gpt-5.2"]'

            warning: the fallback of agent `work`, `openai/gpt-8`, is not among the allowed models, so it is passed over
              at:   agents.list[1].model.fallbacks[1]
              mend: openclaw config set 'agents.defaults.models["openai/gpt-8"]' '{}'

            warning: all fallbacks of agent `work` use the one account of `openai` that the primary uses, so they fail together
              at:   agents.list[1].model.fallbacks
              mend: openclaw config set 'agents.list[1].model.fallbacks' '["openai/gpt-5.2", "openai/gpt-8", "anthropic/claude-sonnet-5"]'

            note: the fallback `anthropic/claude-3-opus-20240229` is there already, so it adds nothing
              at:   agents.defaults.model.fallbacks
              mend: openclaw models fallbacks remove anthropic/claude-3-opus-20240229

            note: the fallbacks `anthropic/claude-haiku-3-5`, `anthropic/claude-3-opus-20240229` use the one account of `anthropic` that the primary uses, so they fail together
              at:   agents.defaults.model.fallbacks
              mend: openclaw models auth paste-token --provider anthropic --profile-id anthropic:backup

            4 errors, 9 warnings, 2 notes. Looked at 4 files, 2 credentials, 12 configured models and 0 local servers; nothing was changed.
            [exit 1]
        "#]],
    );
}

#[test]
fn fallbacks_that_fail_with_the_primary_are_found() {
    let with = |fallbacks: &str| {
        private(
            World::new()
                .config(&format!(
                    r#"{{ agents: {{ defaults: {{ model: {{ primary: "anthropic/claude-opus-4-5", fallbacks: {fallbacks} }} }} }} }}"#
                ))
                .profile("anthropic:work", key("anthropic"))
                .profile("openai:work", key("openai")),
        )
    };
    let one = r#"["anthropic/claude-sonnet-4-5"]"#;
    check(
        &with(one).openclaw("doctor"),
        &expect![[r#"
        warning: the only fallback uses the one account of `anthropic` that the primary uses, so they fail together
          at:   agents.defaults.model.fallbacks
          mend: openclaw models fallbacks add openai/gpt-5.5

        1 warning. Looked at 4 files, 2 credentials, 2 configured models and 0 local servers; nothing was changed.
    "#]],
    );
    found(
        &private(with(one).profile("anthropic:backup", key("anthropic"))),
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
    let world = private(World::new().config(&format!(
        r#"{{
  agents: {{ defaults: {{ model: {{ primary: "lab/llama", fallbacks: ["anthropic/claude-opus-4-5"] }} }} }},
  models: {{ providers: {{ lab: {{ baseUrl: "http://127.0.0.1:{port}/v1", api: "openai-completions", apiKey: "x-secret", models: [{{ id: "llama" }}] }} }} }},
}}"#
    )).profile("anthropic:work", key("anthropic")));
    found(&world, &expect![""]);
    drop(listener);
    check(
        &world.openclaw("doctor"),
        &expect![[r#"
        error: the server of `lab` at http://127.0.0.1:<port>/v1 cannot be reached: nothing listens there
          at:   models.providers.lab.baseUrl
          mend: start the server, or correct `models.providers.lab.baseUrl`

        1 error. Looked at 4 files, 1 credential, 2 configured models and 1 local server; nothing was changed.
        [exit 1]
    "#]],
    );
}
