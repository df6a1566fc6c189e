//! `openclaw models aliases`: names come, move and go for good.

use expect_test::{expect, expect_file};
use openclaw_tests::Sandbox;

use super::CONFIG;

#[test]
fn aliases_are_listed_as_documented() {
    let world = Sandbox::new().config(CONFIG);
    world.openclaw("models aliases list").is(expect![[r#"
        opus     → anthropic/claude-opus-4-5
        gpt      → openai/gpt-5.2
    "#]]);
    world
        .openclaw("models aliases list --plain")
        .is(expect![[r#"
            opus	anthropic/claude-opus-4-5
            gpt	openai/gpt-5.2
        "#]]);
    world.openclaw("models aliases list --json").is(expect![[r#"
        {
          "aliases": {
            "opus": "anthropic/claude-opus-4-5",
            "gpt": "openai/gpt-5.2"
          },
          "warnings": [],
          "notes": []
        }
    "#]]);
}

#[test]
fn aliases_are_added_and_removed() {
    let world = Sandbox::new().config(CONFIG);
    world
        .openclaw("models aliases add fast google/gemini-2.5-pro")
        .is(expect![[r#"
            Updated ~/.openclaw/openclaw.json
            Alias fast → google/gemini-2.5-pro
        "#]]);
    expect![[r#"
        -        "google/gemini-2.5-pro": {},
        +        "google/gemini-2.5-pro": { alias: "fast" },
    "#]]
    .assert_eq(&world.config_diff());
    world.openclaw("models aliases remove opus").is(expect![[r#"
            Updated ~/.openclaw/openclaw.json
            Alias opus removed
        "#]]);
    expect![[r#"
        -        "anthropic/claude-opus-4-5": { alias: "opus" },
        +        "anthropic/claude-opus-4-5": { alias: "" },
    "#]]
    .assert_eq(&world.config_diff());
}

#[test]
fn an_alias_is_the_same_in_any_case() {
    let world = Sandbox::new().config(CONFIG);
    world.openclaw("models set GPT").is(expect![[r#"
        Updated ~/.openclaw/openclaw.json
        Primary model: openai/gpt-5.2
        ---- stderr
        note: `openai/gpt-5.2` is fallback 1 too, and is tried only once; keep the former primary as a fallback with `openclaw models fallbacks add anthropic/claude-opus-4-5`
        note: no credential for `openai`: `openai/gpt-5.2` is skipped until there is one; add it with `openclaw models auth add --provider openai`, or set OPENAI_API_KEY
    "#]]);
    world.openclaw("models aliases remove Gpt").is(expect![[r#"
        Updated ~/.openclaw/openclaw.json
        Alias Gpt removed
    "#]]);
    expect![[r#"
        -      model: { primary: "anthropic/claude-opus-4-5", fallbacks: ["openai/gpt-5.2", "google/gemini-2.5-pro"] },
        +      model: { primary: "openai/gpt-5.2", fallbacks: ["openai/gpt-5.2", "google/gemini-2.5-pro"] },
        -        "openai/gpt-5.2": { alias: "gpt" }, // the other one
        +        "openai/gpt-5.2": { alias: "" }, // the other one
    "#]].assert_eq(&world.config_diff());
    world.openclaw("models aliases list").is(expect![[r#"
        opus     → anthropic/claude-opus-4-5
    "#]]);
}

#[test]
fn a_moved_alias_says_where_it_pointed() {
    let world = Sandbox::new().config(CONFIG);
    world
        .openclaw("models aliases add OPUS openai/gpt-5.2")
        .is(expect![[r#"
            Updated ~/.openclaw/openclaw.json
            Alias OPUS → openai/gpt-5.2
            ---- stderr
            note: it stood for `anthropic/claude-opus-4-5` before
            note: the model's alias `gpt` was replaced; a model has one at a time
        "#]]);
    expect![[r#"
        -        "anthropic/claude-opus-4-5": { alias: "opus" },
        -        "openai/gpt-5.2": { alias: "gpt" }, // the other one
        +        "anthropic/claude-opus-4-5": { alias: "" },
        +        "openai/gpt-5.2": { alias: "OPUS" }, // the other one
    "#]]
    .assert_eq(&world.config_diff());
    world
        .openclaw("models aliases add opus google/gemini-2.5-pro --json")
        .is(expect_file![
            "expected/aliases.a_moved_alias_says_where_it_pointed.txt"
        ]);
    world.openclaw("models aliases list").is(expect![[r#"
        opus     → google/gemini-2.5-pro
    "#]]);
}

#[test]
fn an_alias_of_an_alias_is_resolved_when_it_is_added() {
    let world = Sandbox::new().config(CONFIG);
    world
        .openclaw("models aliases add best opus")
        .is(expect![[r#"
            Updated ~/.openclaw/openclaw.json
            Alias best → anthropic/claude-opus-4-5
            ---- stderr
            note: the model's alias `opus` was replaced; a model has one at a time
        "#]]);
    world.openclaw("models aliases add best opus").is(expect![[r#"
        ---- stderr
        error: Unknown model: opus
          not an alias, and not among the 42 models that `anthropic` lists
          nothing was changed
        hint: did you mean `anthropic/claude-opus-4-5`? `openclaw models aliases add best anthropic/claude-opus-4-5`
        [exit 1]
    "#]]);
}

#[test]
fn a_removed_built_in_alias_stays_removed() {
    let world = Sandbox::new().config(
        r#"{ agents: { defaults: { models: { "anthropic/claude-opus-4-5": {}, "openai/gpt-5.2": {} } } } }"#,
    );
    world.openclaw("models aliases list").is(expect![[r#"
        opus     → anthropic/claude-opus-4-5
        gpt      → openai/gpt-5.2
    "#]]);
    world.openclaw("models aliases remove Opus").is(expect![[r#"
            Updated ~/.openclaw/openclaw.json
            Alias Opus removed
        "#]]);
    expect![[r#"
        -{ agents: { defaults: { models: { "anthropic/claude-opus-4-5": {}, "openai/gpt-5.2": {} } } } }
        +{ agents: { defaults: { models: { "anthropic/claude-opus-4-5": {
        +  alias: ""
        +}, "openai/gpt-5.2": {} } } } }
    "#]].assert_eq(&world.config_diff());
    world.openclaw("models aliases list").is(expect![[r#"
        gpt      → openai/gpt-5.2
    "#]]);
    // Later writes do not bring it back, and neither does anything that resolves.
    assert_eq!(
        world.openclaw("models fallbacks add openai/gpt-5.2").code,
        Some(0)
    );
    world.openclaw("models aliases list --json").is(expect![[r#"
        {
          "aliases": {
            "gpt": "openai/gpt-5.2"
          },
          "warnings": [],
          "notes": []
        }
    "#]]);
    world.openclaw("models set opus").is(expect![[r#"
        ---- stderr
        error: Unknown model: opus
          not an alias, and not among the 42 models that `anthropic` lists
          nothing was changed
        hint: did you mean `anthropic/claude-opus-4-5`? `openclaw models set anthropic/claude-opus-4-5`
        [exit 1]
    "#]]);
    world.openclaw("models aliases remove opus").is(expect![[r#"
            ---- stderr
            error: Alias not found: opus
              nothing was changed
            hint: see the aliases with `openclaw models aliases list`
            [exit 1]
        "#]]);
    world
        .openclaw("models aliases add opus anthropic/claude-opus-4-5")
        .is(expect![[r#"
            Updated ~/.openclaw/openclaw.json
            Alias opus → anthropic/claude-opus-4-5
        "#]]);
}

#[test]
fn the_last_alias_leaves_none() {
    let world = Sandbox::new();
    world.openclaw("models aliases list").is(expect![[r#"
        No aliases configured.
    "#]]);
    world.openclaw("models aliases list --json").is(expect![[r#"
        {
          "aliases": {},
          "warnings": [],
          "notes": []
        }
    "#]]);
    assert_eq!(world.openclaw("models aliases list --plain").ok(), "");
    world
        .openclaw("models aliases add fast google/gemini-2.5-flash")
        .is(expect![[r#"
        Updated ~/.openclaw/openclaw.json
        Alias fast → google/gemini-2.5-flash
    "#]]);
    expect_file!["expected/aliases.the_last_alias_leaves_none.txt"].assert_eq(&world.config_text());
    world
        .openclaw("models aliases remove fast --json")
        .is(expect_file![
            "expected/aliases.the_last_alias_leaves_none.2.txt"
        ]);
    world.openclaw("models aliases list").is(expect![[r#"
        No aliases configured.
    "#]]);
}

#[test]
fn the_first_entry_keeps_the_models_in_use_allowed() {
    let world = Sandbox::new().config(
        r#"{ agents: { defaults: { model: { primary: "anthropic/claude-opus-4-5", fallbacks: ["openai/gpt-5.2"] } } } }"#,
    );
    world
        .openclaw("models aliases add fast google/gemini-2.5-flash")
        .is(expect![[r#"
        Updated ~/.openclaw/openclaw.json
        Alias fast → google/gemini-2.5-flash
    "#]]);
}

#[test]
fn a_bad_alias_is_refused() {
    let world = Sandbox::new().config(CONFIG);
    for (alias, expect) in [
        (
            "a/b",
            expect![[r#"
            ---- stderr
            error: Alias must use letters, numbers, dots, underscores, colons, or dashes.
              nothing was changed
            hint: for example: openclaw models aliases add fast google/gemini-2.5-flash
            [exit 1]
        "#]],
        ),
        (
            "",
            expect![[r#"
            ---- stderr
            error: Alias cannot be empty.
              nothing was changed
            hint: for example: openclaw models aliases add fast google/gemini-2.5-flash
            [exit 1]
        "#]],
        ),
        (
            "café",
            expect![[r#"
            ---- stderr
            error: Alias must use letters, numbers, dots, underscores, colons, or dashes.
              nothing was changed
            hint: for example: openclaw models aliases add fast google/gemini-2.5-flash
            [exit 1]
        "#]],
        ),
    ] {
        world
            .run(&["models", "aliases", "add", alias, "openai/gpt-5.2"])
            .is(expect);
    }
    let said = world.assert_refused(&[
        "models aliases add fast openai/gpt5.2",
        "models aliases remove opsu",
        "models aliases remove zebra",
    ]);
    expect_file!["expected/aliases.a_bad_alias_is_refused.txt"].assert_eq(&said);
    assert_eq!(world.config_diff(), "");
}
