//! `config get`, `path` and `schema`: what is there, and never a secret.

use super::*;
use expect_test::expect_file;

#[test]
fn get_prints_what_stands_in_the_file() {
    let world = world();
    for (path, expected) in [
        (
            "agents.defaults.model",
            expect![[r#"
            {
              "primary": "anthropic/claude-opus-4-5",
              "fallbacks": [
                "openai/gpt-5.2"
              ]
            }
        "#]],
        ),
        (
            "agents.defaults.model.primary",
            expect![[r#"
            anthropic/claude-opus-4-5
        "#]],
        ),
        (
            "agents.defaults.model.fallbacks",
            expect![[r#"
            [
              "openai/gpt-5.2"
            ]
        "#]],
        ),
        (
            "agents.list[1].model",
            expect![[r#"
            opus
        "#]],
        ),
        (
            "agents.list.0.id",
            expect![[r#"
            main
        "#]],
        ),
        (
            "agents.defaults.models.anthropic/claude-opus-4-5.alias",
            expect![[r#"
                opus
            "#]],
        ),
        (
            "agents.defaults.models.openai/gpt-5.2",
            expect![[r#"
            {}
        "#]],
        ),
        (
            r#"agents.defaults.models["openai/gpt-5.2"]"#,
            expect![[r#"
            {}
        "#]],
        ),
        (
            r"agents.defaults.models.openai/gpt-5\.2",
            expect![[r#"
            {}
        "#]],
        ),
        (
            "models.providers.custom.baseUrl",
            expect![[r#"
            http://${CUSTOM_HOST}/v1
        "#]],
        ),
        (
            "models.providers.custom.apiKey",
            expect![[r#"
            ${CUSTOM_KEY}
        "#]],
        ),
    ] {
        let output = world.run(&["config", "get", path]);
        output.ok();
        output.is(expected);
    }
    world
        .openclaw("config get agents.defaults.model.primary --json")
        .is(expect![[r#"
            "anthropic/claude-opus-4-5"
        "#]]);
    assert_eq!(world.files(), [".openclaw/openclaw.json"]);
}

#[test]
fn get_masks_secrets_and_says_so() {
    let world = world();
    world
        .openclaw("config get models.providers.custom.headers.X-Team")
        .is(expect![[r#"
            ---- stderr
            error: `models.providers.custom.headers.X-Team` holds a secret, which is not printed
              it is team-sec…cdef
            hint: read it in the file itself: ~/.openclaw/openclaw.json
            [exit 1]
        "#]]);
    world.openclaw("config get models --json").is(expect_file![
        "expected/get.get_masks_secrets_and_says_so.txt"
    ]);
    let whole = world.openclaw("config get");
    whole.is(expect_file![
        "expected/get.get_masks_secrets_and_says_so.2.txt"
    ]);
    for secret in ["team-secret-0123", "abcdefghijkl"] {
        assert!(!whole.to_string().contains(secret), "{whole}");
    }
}

#[test]
fn get_works_whatever_else_is_wrong_with_the_config() {
    let world = Sandbox::new().config("{ agents: 5, models: { mode: '${NOT_SET}' } }");
    assert_eq!(world.openclaw("config get agents").ok(), "5\n");
    assert_eq!(
        world.openclaw("config get models.mode").ok(),
        "${NOT_SET}\n"
    );
}

#[test]
fn a_path_that_is_not_there_is_named_with_what_is() {
    let world = world();
    for (path, expected) in [
        (
            "agents.defaults.modle.primary",
            expect![[r#"
            ---- stderr
            error: Config path not found: agents.defaults.modle.primary
              `agents.defaults` has model, models
            hint: did you mean `agents.defaults.model.primary`?
            [exit 1]
        "#]],
        ),
        (
            "agents.defaults.imageModel",
            expect![[r#"
                ---- stderr
                error: Config path not found: agents.defaults.imageModel
                  `agents.defaults` has model, models
                  the key is known, and is not set
                hint: see how it is set with `openclaw config set --help`
                [exit 1]
            "#]],
        ),
        (
            "agents.list[7].id",
            expect![[r#"
                ---- stderr
                error: Config path not found: agents.list[7].id
                  `agents.list` has 2 elements, [0] to [1]
                hint: see it with: openclaw config get 'agents.list'
                [exit 1]
            "#]],
        ),
        (
            "agents.list[1].model.primary",
            expect![[r#"
                ---- stderr
                error: Config path not found: agents.list[1].model.primary
                  `agents.list[1].model` is a string, which has no parts
                hint: see it with: openclaw config get 'agents.list[1].model'
                [exit 1]
            "#]],
        ),
        (
            "channels.telegram.nothing",
            expect![[r#"
            ---- stderr
            error: Config path not found: channels.telegram.nothing
              `channels.telegram` has botToken
            hint: see the whole config with `openclaw config get`
            [exit 1]
        "#]],
        ),
        (
            "agents..list",
            expect![[r#"
            ---- stderr
            error: invalid config path `agents..list`: a step is empty
            hint: a path has dots, and places in lists in brackets: `agents.list[1].model.primary`
            [exit 1]
        "#]],
        ),
        (
            "",
            expect![[r#"
            ---- stderr
            error: invalid config path ``: a step is empty
            hint: a path has dots, and places in lists in brackets: `agents.list[1].model.primary`
            [exit 1]
        "#]],
        ),
    ] {
        refused(&world, &["config", "get", path], &expected);
    }
    Sandbox::new()
        .openclaw("config get agents.list --json")
        .is(expect_file![
            "expected/get.a_path_that_is_not_there_is_named_with_what_is.txt"
        ]);
}

#[test]
fn the_path_is_that_of_the_file_in_use() {
    let world = Sandbox::new();
    world.openclaw("config path").is(expect![[r#"
        <home>/.openclaw/openclaw.json
    "#]]);
    world.openclaw("config path --json").is(expect![[r#"
        {
          "configPath": "<home>/.openclaw/openclaw.json",
          "configExists": false,
          "warnings": [],
          "notes": []
        }
    "#]]);
    let world = world.env("OPENCLAW_CONFIG_PATH", "~/elsewhere.json5");
    world.openclaw("config path").is(expect![[r#"
        <home>/elsewhere.json5
    "#]]);
}

#[test]
fn the_schema_is_json_schema() {
    let world = Sandbox::new();
    let text = world.openclaw("config schema");
    let schema: Value = serde_json::from_str(text.ok()).unwrap();
    assert_eq!(
        schema["$schema"],
        "https://json-schema.org/draft/2020-12/schema"
    );
    assert_eq!(world.openclaw("config schema --json").json(), schema);
    assert_eq!(
        schema["properties"]["models"]["properties"]["providers"]["additionalProperties"],
        json!({ "$ref": "#/$defs/provider" })
    );
    assert_eq!(
        schema["$defs"]["provider"]["properties"]["apiKey"]["writeOnly"],
        true
    );
}
