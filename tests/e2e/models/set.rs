//! `openclaw models set` and `set-image`: what is taken, what is written, what is refused.

use expect_test::{expect, expect_file};
use openclaw_tests::Sandbox;

use super::CONFIG;

#[test]
fn set_changes_the_primary_alone() {
    let world = Sandbox::new().config(CONFIG);
    world.openclaw("models set openai/gpt-5.2").is(expect![[r#"
        Updated ~/.openclaw/openclaw.json
        Primary model: openai/gpt-5.2
        ---- stderr
        note: `openai/gpt-5.2` is fallback 1 too, and is tried only once; keep the former primary as a fallback with `openclaw models fallbacks add anthropic/claude-opus-4-5`
        note: no credential for `openai`: `openai/gpt-5.2` is skipped until there is one; add it with `openclaw models auth add --provider openai`, or set OPENAI_API_KEY
    "#]]);
    expect![[r#"
        -      model: { primary: "anthropic/claude-opus-4-5", fallbacks: ["openai/gpt-5.2", "google/gemini-2.5-pro"] },
        +      model: { primary: "openai/gpt-5.2", fallbacks: ["openai/gpt-5.2", "google/gemini-2.5-pro"] },
    "#]].assert_eq(&world.config_diff());
}

#[test]
fn set_takes_an_alias_and_writes_the_full_reference() {
    let world = Sandbox::new().config(CONFIG);
    world.openclaw("models set gpt").is(expect![[r#"
        Updated ~/.openclaw/openclaw.json
        Primary model: openai/gpt-5.2
        ---- stderr
        note: `openai/gpt-5.2` is fallback 1 too, and is tried only once; keep the former primary as a fallback with `openclaw models fallbacks add anthropic/claude-opus-4-5`
        note: no credential for `openai`: `openai/gpt-5.2` is skipped until there is one; add it with `openclaw models auth add --provider openai`, or set OPENAI_API_KEY
    "#]]);
    assert!(
        world.config_text().contains("primary: \"openai/gpt-5.2\""),
        "{}",
        world.config_text()
    );
}

#[test]
fn set_makes_the_config_where_there_is_none() {
    let world = Sandbox::new();
    world
        .openclaw("models set anthropic/claude-opus-4-5")
        .is(expect![[r#"
            Updated ~/.openclaw/openclaw.json
            Primary model: anthropic/claude-opus-4-5
            ---- stderr
            note: no credential for `anthropic`: `anthropic/claude-opus-4-5` is skipped until there is one; add it with `openclaw models auth add --provider anthropic`, or set ANTHROPIC_OAUTH_TOKEN or ANTHROPIC_API_KEY
        "#]]);
    expect_file!["expected/set.set_makes_the_config_where_there_is_none.txt"]
        .assert_eq(&world.config_text());
}

/// The lines of the documentation, one after the other.
#[test]
fn image_models_of_the_documentation_are_set() {
    let world = Sandbox::new().config(CONFIG);
    world.openclaw("models set-image anthropic/claude-sonnet-4").is(expect![[r#"
        Updated ~/.openclaw/openclaw.json
        Image model: anthropic/claude-sonnet-4-0
        ---- stderr
        warning: `anthropic/claude-sonnet-4-0` retires on 2026-05-14; see `openclaw models list --provider anthropic`
        note: `anthropic/claude-sonnet-4` is an alias of `anthropic/claude-sonnet-4-0`
        note: no credential for `anthropic`: `anthropic/claude-sonnet-4-0` is skipped until there is one; add it with `openclaw models auth add --provider anthropic`, or set ANTHROPIC_OAUTH_TOKEN or ANTHROPIC_API_KEY
        note: `anthropic/claude-sonnet-4-0` was added to `agents.defaults.models`, which lists the models that may be used
    "#]]);
    expect![[r#"
        +        "anthropic/claude-sonnet-4-0": {},
        +      imageModel: {
        +        primary: "anthropic/claude-sonnet-4-0"
        +      },
    "#]]
    .assert_eq(&world.config_diff());
    world
        .openclaw("models set-image openai/gpt-5.2-vision")
        .is(expect![[r#"
            Updated ~/.openclaw/openclaw.json
            Image model: openai/gpt-5.2
            ---- stderr
            note: `openai/gpt-5.2-vision` is an alias of `openai/gpt-5.2`
            note: no credential for `openai`: `openai/gpt-5.2` is skipped until there is one; add it with `openclaw models auth add --provider openai`, or set OPENAI_API_KEY
        "#]]);
    expect![[r#"
        -        primary: "anthropic/claude-sonnet-4-0"
        +        primary: "openai/gpt-5.2"
    "#]]
    .assert_eq(&world.config_diff());
    world.openclaw("models set-image google/gemini-2.5-flash").is(expect![[r#"
        Updated ~/.openclaw/openclaw.json
        Image model: google/gemini-2.5-flash
        ---- stderr
        note: no credential for `google`: `google/gemini-2.5-flash` is skipped until there is one; add it with `openclaw models auth add --provider google`, or set GEMINI_API_KEY or GOOGLE_API_KEY
        note: `google/gemini-2.5-flash` was added to `agents.defaults.models`, which lists the models that may be used
    "#]]);
    world
        .openclaw("models set-image opus --json")
        .is(expect![[r#"
            {
              "model": "anthropic/claude-opus-4-5",
              "alias": "opus",
              "changed": true,
              "configPath": "<home>/.openclaw/openclaw.json",
              "warnings": [],
              "notes": [
                "no credential for `anthropic`: `anthropic/claude-opus-4-5` is skipped until there is one; add it with `openclaw models auth add --provider anthropic`, or set ANTHROPIC_OAUTH_TOKEN or ANTHROPIC_API_KEY"
              ]
            }
        "#]]);
}

#[test]
fn an_image_model_makes_the_config_where_there_is_none() {
    let world = Sandbox::new().env("GEMINI_API_KEY", "of-a-test");
    let output = world.openclaw("models set-image google/gemini-2.5-flash");
    assert_eq!(
        output.ok(),
        "Updated ~/.openclaw/openclaw.json\nImage model: google/gemini-2.5-flash\n"
    );
    expect_file!["expected/set.an_image_model_makes_the_config_where_there_is_none.txt"]
        .assert_eq(&world.config_text());
}

#[test]
fn an_image_model_has_to_take_images() {
    let world = Sandbox::new().config(CONFIG);
    world.openclaw("models set-image openai/o3-mini").is(expect![[r#"
            ---- stderr
            error: openai/o3-mini takes no image input
              its input types: text
              models of `openai` that take images: openai/gpt-5.5, openai/gpt-5.5-pro, openai/gpt-5.4-mini
              nothing was changed
            hint: take one of them, as in `openclaw models set-image openai/gpt-5.5`
            hint: the column Input of `openclaw models list --all` shows what each model takes
            [exit 1]
        "#]]);
    world
        .openclaw("models set-image openai/o3-mini --json")
        .is(expect_file![
            "expected/set.an_image_model_has_to_take_images.txt"
        ]);
    world
        .openclaw("models set-image ollama/llama3")
        .is(expect![[r#"
            ---- stderr
            error: ollama/llama3 takes no image input
              its input types: text
              no model of `ollama` takes images
              nothing was changed
            hint: the column Input of `openclaw models list --all` shows what each model takes
            [exit 1]
        "#]]);
    assert_eq!(world.config_diff(), "");
}

#[test]
fn the_inputs_of_a_provider_of_ones_own_are_what_the_config_says() {
    let world = Sandbox::new().config(
        r#"{ models: { providers: { acme: { baseUrl: "https://acme.test/v1", api: "openai-completions", models: [
          { id: "blind", name: "Blind" }, { id: "seeing", name: "Seeing", input: ["text", "image"] } ] } } } }"#,
    );
    world.openclaw("models set-image acme/blind").is(expect![[r#"
            ---- stderr
            error: acme/blind takes no image input
              its input types: text
              nothing was changed
            hint: if it does, say so with `"input": ["text", "image"]` in its entry of `models.providers.acme.models`
            [exit 1]
        "#]]);
    world
        .openclaw("models set-image acme/seeing")
        .is(expect![[r#"
            Updated ~/.openclaw/openclaw.json
            Image model: acme/seeing
            ---- stderr
            note: no credential for `acme`: `acme/seeing` is skipped until there is one; add it with `openclaw models auth add --provider acme`
        "#]]);
}

#[test]
fn a_model_of_a_local_server_is_taken_with_a_warning() {
    let world = Sandbox::new();
    world.openclaw("models set ollama/llava:13b").is(expect![[r#"
            Updated ~/.openclaw/openclaw.json
            Primary model: ollama/llava:13b
            ---- stderr
            warning: whether the local server has `llava:13b` shows when it is asked: `openclaw models list --provider ollama --refresh`
        "#]]);
    world.openclaw("models set-image ollama/llava:13b").is(expect![[r#"
            Updated ~/.openclaw/openclaw.json
            Image model: ollama/llava:13b
            ---- stderr
            warning: whether the local server has `llava:13b` shows when it is asked: `openclaw models list --provider ollama --refresh`
            warning: whether `ollama/llava:13b` takes image input is not known
        "#]]);
}

#[test]
fn an_unknown_model_is_refused_with_what_may_have_been_meant() {
    let world = Sandbox::new().config(CONFIG);
    let typed = ["anthropic/claude-haiku-3-5", "openai/gpt5.2", "opsu", "/x"];
    let lines = typed.map(|typed| format!("models set {typed}"));
    let said = world.assert_refused(&lines.each_ref().map(String::as_str));
    expect_file!["expected/set.an_unknown_model_is_refused_with_what_may_have_been_meant.txt"]
        .assert_eq(&said);
    for typed in typed {
        assert_eq!(world.run(&["models", "set-image", typed]).code, Some(1));
    }
    let provider = world.openclaw("models set opnai/gpt-5.2");
    assert!(
        provider.failed().contains(
            "no provider `opnai` is installed or configured; there are: amazon-bedrock, anthropic, "
        ),
        "{provider}"
    );
    assert!(
        provider.stderr.contains("did you mean `openai/gpt-5.2`"),
        "{provider}"
    );
    assert_eq!(world.config_diff(), "");
}

#[test]
fn a_retired_model_is_set_with_a_warning() {
    Sandbox::new().openclaw("models set anthropic/claude-3-opus-latest").is(expect![[r#"
        Updated ~/.openclaw/openclaw.json
        Primary model: anthropic/claude-3-opus-latest
        ---- stderr
        warning: `anthropic/claude-3-opus-latest` is retired since 2026-01-05 and no longer answers; see `openclaw models list --provider anthropic`
        note: no credential for `anthropic`: `anthropic/claude-3-opus-latest` is skipped until there is one; add it with `openclaw models auth add --provider anthropic`, or set ANTHROPIC_OAUTH_TOKEN or ANTHROPIC_API_KEY
    "#]]);
}

#[test]
fn setting_what_is_set_changes_nothing() {
    let world = Sandbox::new().config(CONFIG);
    world.openclaw("models set opus").is(expect![[r#"
        Primary model: anthropic/claude-opus-4-5
        ---- stderr
        note: no credential for `anthropic`: `anthropic/claude-opus-4-5` is skipped until there is one; add it with `openclaw models auth add --provider anthropic`, or set ANTHROPIC_OAUTH_TOKEN or ANTHROPIC_API_KEY
        note: already set; nothing was changed
    "#]]);
    world.openclaw("models set OPUS --json").is(expect_file![
        "expected/set.setting_what_is_set_changes_nothing.txt"
    ]);
    assert_eq!(world.config_diff(), "");
}

#[test]
fn a_config_that_cannot_be_read_is_not_written() {
    let broken = "{ agents: { defaults: { model: } }\n";
    let world = Sandbox::new().config(broken);
    for command in [
        "models set openai/gpt-5.2",
        "models set-image openai/gpt-5.2",
        "models fallbacks add openai/gpt-5.2",
        "models image-fallbacks clear",
        "models aliases add x openai/gpt-5.2",
        "models aliases remove x",
    ] {
        let output = world.openclaw(command);
        assert!(output.failed().contains("nothing was changed"), "{output}");
        assert!(output.stderr.contains("openclaw.json, line 1"), "{output}");
    }
    assert_eq!(world.config_text(), broken);
}
