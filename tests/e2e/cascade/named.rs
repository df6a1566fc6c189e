//! Which vendor is asked: never one that was not named.

use super::*;

/// Nobody answers here; what is asked for decides who is asked.
fn everybody() -> Case {
    Case::new(
        Script::new()
            .on(When::post(MESSAGES), claude())
            .on(openai_stream(), gpt())
            .on(
                When::post("/google"),
                google::stream(&["Hello from Gemini."]),
            ),
    )
}

#[test]
fn a_bare_model_is_the_one_of_the_configured_provider_that_has_it() {
    let case = everybody();
    for (model, asked) in [
        ("gpt-5.2", "gpt-5.2"),
        ("claude-haiku-4-5", "claude-haiku-4-5"),
        ("opus-4.5", "claude-opus-4-5"),
    ] {
        let before = case.asked().len();
        case.ask(&format!("--model {model}")).ok();
        let (asked_now, expected) = (case.asked(), format!("{asked} with "));
        assert!(
            asked_now[before..]
                .iter()
                .all(|one| one.starts_with(&expected)),
            "{asked_now:?}"
        );
        assert_eq!(asked_now.len(), before + 1);
    }
}

#[test]
fn a_name_that_stands_for_no_one_model_asks_nobody() {
    let more = r#"models: { providers: {
        lab: { baseUrl: "http://127.0.0.1:9/v1", api: "openai-completions", apiKey: "k", models: [{ id: "m1", name: "m1" }] },
        fab: { baseUrl: "http://127.0.0.1:9/v1", api: "openai-completions", apiKey: "k", models: [{ id: "m1", name: "m1" }] } } },
        agents: { defaults: { model: "anthropic/claude-opus-4-5", models: { "anthropic/claude-opus-4-5": { alias: "best" }, "anthropic/claude-haiku-4-5": {} } } }"#;
    let world = Sandbox::new()
        .config(&format!("{{ {more} }}"))
        .api_key("anthropic:work", WORK);
    let refused = |model: &str| world.openclaw(&format!("models run Hello --model {model}"));
    refused("m1").is(expect![[r#"
        ---- stderr
        error: Unknown model: m1
          more than one provider has it: `fab/m1` or `lab/m1`
        hint: name one of them: `fab/m1` or `lab/m1`
        [exit 1]
    "#]]);
    refused("gpt-5.2").is(expect![[r#"
        ---- stderr
        error: Unknown model: gpt-5.2
          more than one provider has it: `azure-openai/gpt-5.2` or `github-copilot/gpt-5.2` or `openai/gpt-5.2` or `openai-codex/gpt-5.2` or `opencode/gpt-5.2`
        hint: name one of them: `azure-openai/gpt-5.2` or `github-copilot/gpt-5.2` or `openai/gpt-5.2` or `openai-codex/gpt-5.2` or `opencode/gpt-5.2`
        [exit 1]
    "#]]);
    refused("openai").is(expect![[r#"
        ---- stderr
        error: Unknown model: openai
          it is no alias, and no provider lists a model of this name
        hint: `openai` is a provider; see its models with `openclaw models list --all --provider openai`
        [exit 1]
    "#]]);
    refused("bset").is(expect![[r#"
        ---- stderr
        error: Unknown model: bset
          it is no alias, and no provider lists a model of this name
        hint: did you mean the alias `best`?
        [exit 1]
    "#]]);
    refused("claude-opus-45").is(expect![[r#"
        ---- stderr
        error: Unknown model: claude-opus-45
          it is no alias, and no provider lists a model of this name
        hint: did you mean `anthropic/claude-opus-5` or `anthropic/claude-opus-4-20250514` or `opencode/claude-opus-5`?
        [exit 1]
    "#]]);
    refused("anthropic/gpt-5.2").is(expect![[r#"
        ---- stderr
        error: Unknown model: anthropic/gpt-5.2
          not an alias, and not among the 42 models that `anthropic` lists
          the entries of `agents.defaults.models` are the only models allowed
        hint: did you mean `openai/gpt-5.2`? allow it with `openclaw models allow openai/gpt-5.2`
        [exit 1]
    "#]]);
    assert_eq!(world.read(".openclaw/logs/audit.jsonl"), None);
}

#[test]
fn a_profile_of_another_vendor_is_refused() {
    let case = everybody();
    case.ask("--profile openai:default").is(expect![[r#"
        ---- stderr
        error: profile "openai:default" is one of openai, and anthropic/claude-opus-4-5 is not
        hint: name a model of openai, as in `openclaw models run --profile openai:default --model openai/gpt-5.2 "Hello"`
        [exit 1]
    "#]]);
    case.ask("--model openai/gpt-5.2 --profile anthropic:work")
        .is(expect![[r#"
            ---- stderr
            error: profile "anthropic:work" is one of anthropic, and openai/gpt-5.2 is not
            hint: name a model of anthropic, as in `openclaw models run --profile anthropic:work --model anthropic/claude-opus-4-5 "Hello"`
            [exit 1]
        "#]]);
    assert_eq!(case.asked(), [""; 0]);
    let output = case.ask("--profile openai:default --model openai/gpt-5.2");
    assert_eq!(output.ok(), "Hello from GPT.\n");
}

#[test]
fn without_fallbacks_only_the_first_model_is_asked() {
    let case = Case::new(
        Script::new()
            .on(When::post(MESSAGES), limited())
            .on(openai_stream(), gpt()),
    );
    steady(case.ask("--no-fallback")).is(expect![[r#"
        ---- stderr
        error: All models failed
          1. anthropic/claude-opus-4-5  `anthropic:work`    rate limited (429), retry in 42 s: Too many requests.
          2. anthropic/claude-opus-4-5  `anthropic:backup`  rate limited (429), retry in 42 s: Too many requests.
        hint: ask again in 42 s, wait for it with `openclaw models run --wait 43s "Hello"`, or end every cooldown with `openclaw models auth cooldown clear --all`
        hint: see every credential with `openclaw models status --check`
        [exit 1]
    "#]]);
    assert_eq!(case.asked(), THE_CHAIN[..2]);
    let before = case.asked().len();
    assert_eq!(
        case.ask("--no-fallback --model openai/gpt-5.2").ok(),
        "Hello from GPT.\n"
    );
    assert_eq!(case.asked()[before..], ["gpt-5.2 with openai"]);
}
