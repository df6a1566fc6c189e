//! `openclaw models fallbacks` and `image-fallbacks`: the chains, and what is said of a model that cannot help.

use expect_test::{expect, expect_file};
use openclaw_tests::Sandbox;

use super::{CONFIG, with_keys};

#[test]
fn fallbacks_are_listed_as_documented() {
    let world = Sandbox::new().config(CONFIG);
    let text = world.openclaw("models fallbacks list");
    assert_eq!(
        text.ok(),
        "Primary:   anthropic/claude-opus-4-5\nFallbacks: openai/gpt-5.2\n           google/gemini-2.5-pro\n"
    );
    world
        .openclaw("models fallbacks list --json")
        .is(expect![[r#"
            {
              "primary": "anthropic/claude-opus-4-5",
              "fallbacks": [
                "openai/gpt-5.2",
                "google/gemini-2.5-pro"
              ],
              "warnings": [],
              "notes": []
            }
        "#]]);
}

#[test]
fn fallbacks_are_added_removed_and_cleared() {
    let world = Sandbox::new().config(CONFIG);
    world
        .openclaw("models fallbacks remove gpt")
        .is(expect![[r#"
            Updated ~/.openclaw/openclaw.json
            Fallbacks: google/gemini-2.5-pro
        "#]]);
    expect![[r#"
        -      model: { primary: "anthropic/claude-opus-4-5", fallbacks: ["openai/gpt-5.2", "google/gemini-2.5-pro"] },
        +      model: { primary: "anthropic/claude-opus-4-5", fallbacks: ["google/gemini-2.5-pro"] },
    "#]].assert_eq(&world.config_diff());
    world.openclaw("models fallbacks add openai/gpt-5.2").is(expect![[r#"
        Updated ~/.openclaw/openclaw.json
        Fallbacks: google/gemini-2.5-pro, openai/gpt-5.2
        ---- stderr
        warning: no credential for `openai`: `openai/gpt-5.2` is skipped until there is one; add it with `openclaw models auth add --provider openai`, or set OPENAI_API_KEY
    "#]]);
    expect![[r#"
        -      model: { primary: "anthropic/claude-opus-4-5", fallbacks: ["google/gemini-2.5-pro"] },
        +      model: { primary: "anthropic/claude-opus-4-5", fallbacks: ["google/gemini-2.5-pro", "openai/gpt-5.2"] },
    "#]].assert_eq(&world.config_diff());
    world
        .openclaw("models fallbacks remove anthropic/claude-3")
        .is(expect![[r#"
            ---- stderr
            error: Fallback not found: anthropic/claude-3
              there are: google/gemini-2.5-pro, openai/gpt-5.2
              nothing was changed
            hint: see the chain with `openclaw models fallbacks list`
            [exit 1]
        "#]]);
    assert_eq!(world.config_diff(), "");
    world.openclaw("models fallbacks clear").is(expect![[r#"
        Updated ~/.openclaw/openclaw.json
        Fallback list cleared.
    "#]]);
    expect![[r#"
        -      model: { primary: "anthropic/claude-opus-4-5", fallbacks: ["google/gemini-2.5-pro", "openai/gpt-5.2"] },
        +      model: { primary: "anthropic/claude-opus-4-5", fallbacks: [] },
    "#]]
    .assert_eq(&world.config_diff());
}

#[test]
fn image_fallbacks_are_listed_added_removed_and_cleared() {
    let world = with_keys("{ agents: { defaults: { imageModel: \"google/gemini-2.5-flash\" } } }");
    world
        .openclaw("models image-fallbacks list")
        .is(expect![[r#"
            Primary:   google/gemini-2.5-flash
            Fallbacks: none
            Then:      anthropic/claude-opus-4-5 (the primary text model)
        "#]]);
    world
        .openclaw("models image-fallbacks add openai/gpt-5.2-vision")
        .is(expect![[r#"
            Updated ~/.openclaw/openclaw.json
            Image fallbacks: openai/gpt-5.2
            ---- stderr
            note: `openai/gpt-5.2-vision` is an alias of `openai/gpt-5.2`
        "#]]);
    expect![[r#"
        -{ agents: { defaults: { imageModel: "google/gemini-2.5-flash" } } }
        +{ agents: { defaults: { imageModel: { primary: "google/gemini-2.5-flash", fallbacks: ["openai/gpt-5.2"] } } } }
    "#]]
    .assert_eq(&world.config_diff());
    world
        .openclaw("models image-fallbacks add anthropic/claude-opus-4-5 --json")
        .is(expect_file![
            "expected/fallbacks.image_fallbacks_are_listed_added_removed_and_cleared.txt"
        ]);
    world
        .openclaw("models image-fallbacks list")
        .is(expect![[r#"
            Primary:   google/gemini-2.5-flash
            Fallbacks: openai/gpt-5.2
                       anthropic/claude-opus-4-5
            Then:      anthropic/claude-opus-4-5 (the primary text model)
        "#]]);
    world
        .openclaw("models image-fallbacks list --json")
        .is(expect![[r#"
            {
              "primary": "google/gemini-2.5-flash",
              "fallbacks": [
                "openai/gpt-5.2",
                "anthropic/claude-opus-4-5"
              ],
              "textPrimary": "anthropic/claude-opus-4-5",
              "warnings": [],
              "notes": []
            }
        "#]]);
    world
        .openclaw("models image-fallbacks list --plain")
        .is(expect![[r#"
            openai/gpt-5.2
            anthropic/claude-opus-4-5
        "#]]);
    world
        .openclaw("models image-fallbacks remove openai/gpt-5.2-vision")
        .is(expect![[r#"
            Updated ~/.openclaw/openclaw.json
            Image fallbacks: anthropic/claude-opus-4-5
        "#]]);
    world
        .openclaw("models image-fallbacks remove openai/gpt-5.2")
        .is(expect![[r#"
            ---- stderr
            error: Image fallback not found: openai/gpt-5.2
              there are: anthropic/claude-opus-4-5
              nothing was changed
            hint: see the chain with `openclaw models image-fallbacks list`
            [exit 1]
        "#]]);
    world
        .openclaw("models image-fallbacks clear")
        .is(expect![[r#"
            Updated ~/.openclaw/openclaw.json
            Image fallback list cleared.
        "#]]);
    world
        .openclaw("models image-fallbacks remove openai/gpt-5.2")
        .is(expect![[r#"
            ---- stderr
            error: Image fallback not found: openai/gpt-5.2
              there are none
              nothing was changed
            hint: see the chain with `openclaw models image-fallbacks list`
            [exit 1]
        "#]]);
    world
        .openclaw("models image-fallbacks list --json")
        .is(expect![[r#"
            {
              "primary": "google/gemini-2.5-flash",
              "fallbacks": [],
              "textPrimary": "anthropic/claude-opus-4-5",
              "warnings": [],
              "notes": []
            }
        "#]]);
}

#[test]
fn image_fallbacks_without_a_primary_come_first() {
    let world = Sandbox::new();
    world
        .openclaw("models image-fallbacks list")
        .is(expect![[r#"
            Primary:   none
            Fallbacks: none
            Then:      anthropic/claude-opus-4-5 (the primary text model)
        "#]]);
}

#[test]
fn a_fallback_that_cannot_help_is_added_and_said_to_be_so() {
    let world = with_keys(CONFIG);
    for (command, expect) in [
        (
            "models fallbacks add anthropic/claude-3-opus-latest",
            expect![[r#"
                Updated ~/.openclaw/openclaw.json
                Fallbacks: openai/gpt-5.2, google/gemini-2.5-pro, anthropic/claude-3-opus-latest
                ---- stderr
                warning: `anthropic/claude-3-opus-latest` is retired since 2026-01-05 and no longer answers; see `openclaw models list --provider anthropic`
                note: `anthropic/claude-3-opus-latest` was added to `agents.defaults.models`, which lists the models that may be used
            "#]],
        ),
        (
            "models fallbacks add anthropic/claude-3-haiku-20240307",
            expect![[r#"
                Updated ~/.openclaw/openclaw.json
                Fallbacks: openai/gpt-5.2, google/gemini-2.5-pro, anthropic/claude-3-opus-latest, anthropic/claude-3-haiku-20240307
                ---- stderr
                warning: `anthropic/claude-3-haiku-20240307` is deprecated; see `openclaw models list --provider anthropic`
                note: `anthropic/claude-3-haiku-20240307` was added to `agents.defaults.models`, which lists the models that may be used
            "#]],
        ),
        (
            "models fallbacks add opus",
            expect![[r#"
            Updated ~/.openclaw/openclaw.json
            Fallbacks: openai/gpt-5.2, google/gemini-2.5-pro, anthropic/claude-3-opus-latest, anthropic/claude-3-haiku-20240307, anthropic/claude-opus-4-5
            ---- stderr
            warning: `anthropic/claude-opus-4-5` is the primary too, so it is tried only once
        "#]],
        ),
        (
            "models fallbacks add ollama/llava",
            expect![[r#"
            Updated ~/.openclaw/openclaw.json
            Fallbacks: openai/gpt-5.2, google/gemini-2.5-pro, anthropic/claude-3-opus-latest, anthropic/claude-3-haiku-20240307, anthropic/claude-opus-4-5, ollama/llava
            ---- stderr
            warning: whether the local server has `llava` shows when it is asked: `openclaw models list --provider ollama --refresh`
            note: `ollama/llava` was added to `agents.defaults.models`, which lists the models that may be used
        "#]],
        ),
        (
            "models image-fallbacks add openai/o3-mini",
            expect![[r#"
                Updated ~/.openclaw/openclaw.json
                Image fallbacks: openai/o3-mini
                ---- stderr
                warning: `openai/o3-mini` retires on 2026-10-23; see `openclaw models list --provider openai`
                warning: `openai/o3-mini` takes no image input (text alone), so it cannot answer a request with an image
                note: `openai/o3-mini` was added to `agents.defaults.models`, which lists the models that may be used
            "#]],
        ),
    ] {
        world.openclaw(command).is(expect);
    }
    world.openclaw("models fallbacks list").is(expect_file![
        "expected/fallbacks.a_fallback_that_cannot_help_is_added_and_said_to_be_so.txt"
    ]);
}

#[test]
fn a_fallback_without_a_credential_is_added_and_said_to_be_so() {
    let world = Sandbox::new();
    world.openclaw("models fallbacks add google/gemini-2.5-pro").is(expect![[r#"
        Updated ~/.openclaw/openclaw.json
        Fallbacks: google/gemini-2.5-pro
        ---- stderr
        warning: no credential for `google`: `google/gemini-2.5-pro` is skipped until there is one; add it with `openclaw models auth add --provider google`, or set GEMINI_API_KEY or GOOGLE_API_KEY
    "#]]);
    world
        .openclaw("models fallbacks add google/gemini-2.5-pro --json")
        .is(expect_file![
            "expected/fallbacks.a_fallback_without_a_credential_is_added_and_said_to_be_so.txt"
        ]);
    let world = Sandbox::new().env("GEMINI_API_KEY", "AIza-0123456789-0123456789");
    assert_eq!(
        world
            .openclaw("models fallbacks add google/gemini-2.5-flash")
            .ok(),
        "Updated ~/.openclaw/openclaw.json\nFallbacks: google/gemini-2.5-flash\n"
    );
}

#[test]
fn a_fallback_outside_the_allowlist_is_passed_over_until_it_is_added() {
    let config = CONFIG.replace("\"google/gemini-2.5-pro\": {},", "");
    let world = with_keys(&config);
    world.openclaw("models fallbacks list").is(expect![[r#"
        Primary:   anthropic/claude-opus-4-5
        Fallbacks: openai/gpt-5.2
                   google/gemini-2.5-pro
        ---- stderr
        warning: the fallback `google/gemini-2.5-pro` is skipped: `agents.defaults.models` does not allow it
    "#]]);
    world.openclaw("models fallbacks add google/gemini-2.5-pro").is(expect![[r#"
            Updated ~/.openclaw/openclaw.json
            Fallbacks: openai/gpt-5.2, google/gemini-2.5-pro
            ---- stderr
            note: `google/gemini-2.5-pro` was added to `agents.defaults.models`, which lists the models that may be used
        "#]]);
    world.openclaw("models fallbacks list").is(expect![[r#"
        Primary:   anthropic/claude-opus-4-5
        Fallbacks: openai/gpt-5.2
                   google/gemini-2.5-pro
    "#]]);
}

#[test]
fn a_fallback_that_is_there_is_not_added_twice() {
    let world = with_keys(CONFIG);
    world
        .openclaw("models fallbacks add GPT --json")
        .is(expect_file![
            "expected/fallbacks.a_fallback_that_is_there_is_not_added_twice.txt"
        ]);
    assert_eq!(world.config_diff(), "");
}

#[test]
fn an_entry_that_is_no_model_is_removed_by_its_text() {
    let world = Sandbox::new().config(
        r#"{ agents: { defaults: { model: { fallbacks: ["/broken", "openai/gpt-5.2"] } } } }"#,
    );
    world.openclaw("models fallbacks list").is(expect![[r#"
        Primary:   anthropic/claude-opus-4-5 (default)
        Fallbacks: /broken
                   openai/gpt-5.2
        ---- stderr
        warning: the fallback `/broken` is no model reference and is skipped
    "#]]);
    world
        .openclaw("models fallbacks remove /broken")
        .is(expect![[r#"
            Updated ~/.openclaw/openclaw.json
            Fallbacks: openai/gpt-5.2
        "#]]);
    world
        .openclaw("models fallbacks remove openai/gpt5.2")
        .is(expect![[r#"
            ---- stderr
            error: Fallback not found: openai/gpt5.2
              there are: openai/gpt-5.2
              nothing was changed
            hint: did you mean `openai/gpt-5.2`?
            [exit 1]
        "#]]);
}
