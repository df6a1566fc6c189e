//! What would not be a config is not set, and what will not work is warned of.

use super::*;

#[test]
fn set_refuses_what_would_not_be_a_config() {
    let world = world();
    for (arguments, expected) in [
        (
            ["agents.list[5].id", "x"],
            expect![[r#"
                ---- stderr
                error: cannot set `agents.list[5].id`
                  caused by: cannot change <home>/.openclaw/openclaw.json: `agents.list` has 2 elements, so index 5 would leave a hole; the next is 2
                  nothing was changed
                hint: add the agent first, as in: openclaw agents add work2 --workspace ~/.openclaw/workspace-work2
                [exit 1]
            "#]],
        ),
        (
            ["agents.list[2].model.primary", "openai/gpt-5.2"],
            expect![[r#"
                ---- stderr
                error: cannot set `agents.list[2].model.primary`
                  caused by: the config would be invalid: `agents.list[2]`: expected a key `id`
                  nothing was changed
                hint: add the agent first, as in: openclaw agents add work2 --workspace ~/.openclaw/workspace-work2
                [exit 1]
            "#]],
        ),
        (
            ["agents.list[1].id", "5"],
            expect![[r#"
            ---- stderr
            error: cannot set `agents.list[1].id`
              caused by: the config would be invalid: `agents.list[1].id`: expected a string, found a number
              nothing was changed
            hint: to mean the text, quote it: openclaw config set 'agents.list[1].id' '"5"'
            [exit 1]
        "#]],
        ),
        (
            ["agents.list.work.id", "5"],
            expect![[r#"
                ---- stderr
                error: cannot set `agents.list.work.id`
                  caused by: the config would be invalid: `agents.list[1].id`: expected a string, found a number
                  nothing was changed
                hint: to mean the text, quote it: openclaw config set 'agents.list.work.id' '"5"'
                [exit 1]
            "#]],
        ),
        (
            ["agents.list[0].id.x", "5"],
            expect![[r#"
            ---- stderr
            error: cannot set `agents.list[0].id.x`
              caused by: cannot change <home>/.openclaw/openclaw.json: `agents.list.0.id` is a string, so it has no `x`
              nothing was changed
            [exit 1]
        "#]],
        ),
        (
            ["agents.defaults.modle.primary", "a/b"],
            expect![[r#"
            ---- stderr
            error: cannot set `agents.defaults.modle.primary`
              caused by: unknown key `agents.defaults.modle`
              nothing was changed
            hint: did you mean `agents.defaults.model`?
            [exit 1]
        "#]],
        ),
        (
            ["agents.defaults.fallbacks", "[]"],
            expect![[r#"
            ---- stderr
            error: cannot set `agents.defaults.fallbacks`
              caused by: unknown key `agents.defaults.fallbacks`
              nothing was changed
            hint: did you mean `agents.defaults.model.fallbacks`?
            [exit 1]
        "#]],
        ),
        (
            ["agents.defaults.model.fallbacks", "[openai/gpt-5.2]"],
            expect![[r#"
                ---- stderr
                error: cannot set `agents.defaults.model.fallbacks`
                  caused by: the config would be invalid: `agents.defaults.model.fallbacks`: expected an array, found a string
                  the value was taken as text: it is not JSON5 (line 1, column 2: expected a value)
                  nothing was changed
                hint: text in a list needs quotes of its own: '["a", "b"]'
                [exit 1]
            "#]],
        ),
        (
            ["models.providers.custom.api", "openai-completion"],
            expect![[r#"
                ---- stderr
                error: cannot set `models.providers.custom.api`
                  caused by: the config would be invalid: `models.providers.custom.api`: expected one of "anthropic-messages", "openai-completions", "openai-responses", "google-generative-ai", "ollama" and 7 others, found "openai-completion"; did you mean "openai-completions"?
                  nothing was changed
                [exit 1]
            "#]],
        ),
        (
            ["auth.cooldowns.billingMaxHours", "0"],
            expect![[r#"
            ---- stderr
            error: cannot set `auth.cooldowns.billingMaxHours`
              caused by: the config would be invalid: `auth.cooldowns.billingMaxHours`: expected a number above 0, found 0
              nothing was changed
            [exit 1]
        "#]],
        ),
        (
            ["auth.cooldowns.billingMaxHours", "Infinity"],
            expect![[r#"
                ---- stderr
                error: Infinity cannot be a value in the config: JSON has no such number
                  nothing was changed
                hint: to mean the text, quote it: '"Infinity"'
                [exit 1]
            "#]],
        ),
        (
            ["agents", "null"],
            expect![[r#"
            ---- stderr
            error: cannot set `agents`
              caused by: the config would be invalid: `agents`: expected an object, found null
              nothing was changed
            [exit 1]
        "#]],
        ),
    ] {
        refused(
            &world,
            &[&["config", "set"], &arguments[..]].concat(),
            &expected,
        );
    }
    refused(
        &world,
        &["config", "set", "--strict-json", "gateway.mode", "local"],
        &expect![[r#"
            ---- stderr
            error: the value is not JSON5: line 1, column 1: expected a value, found `local` (text needs quotes)
              nothing was changed
            hint: text needs quotes of its own then: '"text"'; or leave out --strict-json
            [exit 1]
        "#]],
    );
    refused(
        &Sandbox::new(),
        &[
            "config",
            "set",
            "agents.list[1].model.primary",
            "openai/gpt-5.2",
        ],
        &expect![[r#"
            ---- stderr
            error: cannot set `agents.list[1].model.primary`
              caused by: cannot change <home>/.openclaw/openclaw.json: `agents.list` has 0 elements, so index 1 would leave a hole; the next is 0
              nothing was changed
            hint: add the agent first, as in: openclaw agents add work --workspace ~/.openclaw/workspace-work
            [exit 1]
        "#]],
    );
}

#[test]
fn set_warns_of_what_will_not_work() {
    let world = world();
    for (path, value, expected) in [
        (
            "agents.defaults.model.primary",
            "anthropic/claude-opus-4.5",
            expect![[r#"
                Updated ~/.openclaw/openclaw.json
                agents.defaults.model.primary = "anthropic/claude-opus-4.5"
                ---- stderr
                warning: Unknown model: anthropic/claude-opus-4.5; did you mean `anthropic/claude-opus-4-5` or `anthropic/claude-opus-4-5-20251101` or `anthropic/claude-opus-4-0`?
            "#]],
        ),
        (
            "agents.list[1].model",
            "google/gemini-2.5-pro",
            expect![[r#"
                Updated ~/.openclaw/openclaw.json
                agents.list[1].model = "google/gemini-2.5-pro"
                ---- stderr
                warning: `google/gemini-2.5-pro` is configured, but only models in `agents.defaults.models` may be used; allow it with: openclaw models allow google/gemini-2.5-pro
            "#]],
        ),
        (
            "agents.defaults.model.fallbacks[1]",
            "gtp",
            expect![[r#"
                Updated ~/.openclaw/openclaw.json
                agents.defaults.model.fallbacks[1] = "gtp"
                ---- stderr
                warning: Unknown model: gtp; did you mean the alias `gpt`?
            "#]],
        ),
        (
            "models.providers.custom.baseUrl",
            "${ELSEWHERE}",
            expect![[r#"
                Updated ~/.openclaw/openclaw.json
                models.providers.custom.baseUrl = "${ELSEWHERE}"
                ---- stderr
                warning: `models.providers.custom.baseUrl`: expected the variable ELSEWHERE to be set, found it unset or empty; until then no other command can use the config
            "#]],
        ),
        (
            "gateway.names",
            "['a', b]",
            expect![[r#"
            Updated ~/.openclaw/openclaw.json
            gateway.names = "['a', b]"
            ---- stderr
            warning: the value was taken as text: it is not JSON5 (line 1, column 7: expected a value)
            warning: the config has a problem elsewhere, at `models.providers.custom.baseUrl`; see it with `openclaw config validate`
        "#]],
        ),
        (
            "agents.defaults.somethingNew",
            "1",
            expect![[r#"
            Updated ~/.openclaw/openclaw.json
            agents.defaults.somethingNew = 1
            ---- stderr
            warning: nothing reads `agents.defaults.somethingNew`
            warning: the config has a problem elsewhere, at `models.providers.custom.baseUrl`; see it with `openclaw config validate`
        "#]],
        ),
    ] {
        let output = world.run(&["config", "set", path, value]);
        assert_eq!(output.code, Some(0), "{output}");
        output.is(expected);
    }
}

#[test]
fn the_first_allowed_model_shuts_out_the_others_and_that_is_said() {
    let world =
        Sandbox::new().config("{ agents: { defaults: { model: 'anthropic/claude-opus-4-5' } } }\n");
    world.openclaw("config set agents.defaults.models.openai/gpt-5.2.alias gpt").is(expect![[r#"
            Updated ~/.openclaw/openclaw.json
            agents.defaults.models["openai/gpt-5.2"].alias = "gpt"
            ---- stderr
            warning: `anthropic/claude-opus-4-5` is configured, but only models in `agents.defaults.models` may be used; allow it with: openclaw models allow anthropic/claude-opus-4-5
        "#]]);
    let allow =
        r#"$OPENCLAW config set 'agents.defaults.models["anthropic/claude-opus-4-5"]' '{}'"#;
    world.shell(allow).is(expect![[r#"
        Updated ~/.openclaw/openclaw.json
        agents.defaults.models.anthropic/claude-opus-4-5 = {}
    "#]]);
    expect![[r#"
        -{ agents: { defaults: { model: 'anthropic/claude-opus-4-5' } } }
        +{ agents: { defaults: { model: 'anthropic/claude-opus-4-5', models: { 'openai/gpt-5.2': { alias: 'gpt' }, 'anthropic/claude-opus-4-5': {} } } } }
    "#]].assert_eq(&world.config_diff());
}
