//! `config set` and `unset`: the key alone changes, and only to what a config may hold.

use super::*;

#[test]
fn set_changes_the_key_alone() {
    let world = world();
    for (path, value, said, diff) in [
        (
            "agents.defaults.model.primary",
            "openai/gpt-5.2",
            expect![[r#"
                Updated ~/.openclaw/openclaw.json
                agents.defaults.model.primary = "openai/gpt-5.2"
            "#]],
            expect![[r#"
                -      model: { primary: "anthropic/claude-opus-4-5", fallbacks: ["openai/gpt-5.2"] }, // the good ones
                +      model: { primary: "openai/gpt-5.2", fallbacks: ["openai/gpt-5.2"] }, // the good ones
            "#]],
        ),
        (
            "agents.defaults.model.fallbacks",
            "['anthropic/claude-opus-4-5', \"google/gemini-2.5-pro\",]",
            expect![[r#"
                Updated ~/.openclaw/openclaw.json
                agents.defaults.model.fallbacks = ["anthropic/claude-opus-4-5","google/gemini-2.5-pro"]
                ---- stderr
                warning: `google/gemini-2.5-pro` is configured, but only models in `agents.defaults.models` may be used; allow it with: openclaw models allow google/gemini-2.5-pro
            "#]],
            expect![[r#"
                -      model: { primary: "openai/gpt-5.2", fallbacks: ["openai/gpt-5.2"] }, // the good ones
                +      model: { primary: "openai/gpt-5.2", fallbacks: ["anthropic/claude-opus-4-5", "google/gemini-2.5-pro"] }, // the good ones
            "#]],
        ),
        (
            "agents.defaults.models.google/gemini-2.5-pro.alias",
            "gem",
            expect![[r#"
                Updated ~/.openclaw/openclaw.json
                agents.defaults.models["google/gemini-2.5-pro"].alias = "gem"
            "#]],
            expect![[r#"
                +        "google/gemini-2.5-pro": { alias: "gem" },
            "#]],
        ),
        (
            "agents.list[1].model.fallbacks",
            "[]",
            expect![[r#"
                Updated ~/.openclaw/openclaw.json
                agents.list[1].model.fallbacks = []
            "#]],
            expect![[r#"
                -    list: [ { id: "main" }, { id: 'work', model: 'opus' } ],
                +    list: [ { id: "main" }, { id: 'work', model: { primary: "opus", fallbacks: [] } } ],
            "#]],
        ),
        (
            "agents.list[2]",
            "{ id: 'lab', name: \"Lab\" }",
            expect![[r#"
                Updated ~/.openclaw/openclaw.json
                agents.list[2] = {"id":"lab","name":"Lab"}
            "#]],
            expect![[r#"
                -    list: [ { id: "main" }, { id: 'work', model: { primary: "opus", fallbacks: [] } } ],
                +    list: [ { id: "main" }, { id: 'work', model: { primary: "opus", fallbacks: [] } }, { id: "lab", name: "Lab" } ],
            "#]],
        ),
        (
            "auth.order.anthropic[0]",
            "anthropic:work",
            expect![[r#"
                Updated ~/.openclaw/openclaw.json
                auth.order.anthropic[0] = "anthropic:work"
            "#]],
            expect![[r#"
                +  auth: { order: { anthropic: ["anthropic:work"] } },
            "#]],
        ),
        (
            "auth.cooldowns.billingBackoffHours",
            "0x3",
            expect![[r#"
                Updated ~/.openclaw/openclaw.json
                auth.cooldowns.billingBackoffHours = 3
            "#]],
            expect![[r#"
                -  auth: { order: { anthropic: ["anthropic:work"] } },
                +  auth: { order: { anthropic: ["anthropic:work"] }, cooldowns: { billingBackoffHours: 3 } },
            "#]],
        ),
        (
            "gateway.port",
            "18789",
            expect![[r#"
            Updated ~/.openclaw/openclaw.json
            gateway.port = 18789
        "#]],
            expect![[r#"
            +  gateway: { port: 18789 },
        "#]],
        ),
    ] {
        let output = world.run(&["config", "set", path, value]);
        assert_eq!(output.code, Some(0), "{output}");
        check(&output, &said);
        diff.assert_eq(&world.config_diff());
    }
    world
        .openclaw("config set gateway.port 18789")
        .is(expect![[r#"
            gateway.port = 18789
            ---- stderr
            note: already set; nothing was changed
        "#]]);
    world
        .openclaw("config set gateway.port 18790 --json")
        .is(expect![[r#"
            {
              "path": "gateway.port",
              "value": 18790,
              "changed": true,
              "configPath": "<home>/.openclaw/openclaw.json",
              "warnings": [],
              "notes": []
            }
        "#]]);
    assert_eq!(world.openclaw("models status").code, Some(0));
}

#[test]
fn set_never_shows_a_secret() {
    let world = world();
    let secret = "sk-ant-api03-0123456789abcdefghijklmnopqrstuvwxyz";
    let output = world.run(&["config", "set", "models.providers.custom.apiKey", secret]);
    assert!(!output.to_string().contains(secret), "{output}");
    output.is(expect![[r#"
        Updated ~/.openclaw/openclaw.json
        models.providers.custom.apiKey = "sk-ant-a…wxyz"
        ---- stderr
        note: `models.providers.custom.apiKey` is a secret: it is masked here, and is in the file as it is; to keep it out, put it into a variable (in the environment, or in .env beside the config) and set '${NAME}'
    "#]]);
    assert!(world.config_text().contains(secret));
    world.run(&[
            "config",
            "set",
            "models.providers.custom.apiKey",
            "${KEY_AT_HOME}",
        ]).is(expect![[r#"
            Updated ~/.openclaw/openclaw.json
            models.providers.custom.apiKey = "${KEY_AT_HOME}"
            ---- stderr
            warning: `models.providers.custom.apiKey`: the variable KEY_AT_HOME is not set; it is needed once this secret is used
        "#]]);
    for arguments in [
        [
            "config",
            "set",
            "models.providers.custom.authHeader",
            secret,
        ],
        ["config", "set", "models.providers.custom.api", secret],
        ["config", "set", "models.providers.custom", secret],
    ] {
        let output = world.run(&arguments);
        assert!(!output.failed().contains(secret), "{output}");
    }
}

#[test]
fn a_broken_config_is_mended_a_key_at_a_time() {
    let world =
        Sandbox::new().config("{ agents: { defaults: 5, lists: [] }, models: { mode: 'both' } }");
    assert_eq!(world.openclaw("models status").code, Some(1));
    world
        .openclaw("config unset agents.defaults")
        .is(expect![[r#"
            Updated ~/.openclaw/openclaw.json
            Removed agents.defaults
        "#]]);
    world.openclaw("config set agents.list []").is(expect![[r#"
        Updated ~/.openclaw/openclaw.json
        agents.list = []
        ---- stderr
        warning: the config has a problem elsewhere, at `models.mode`; see it with `openclaw config validate`
    "#]]);
    world
        .openclaw("config set models.mode merge")
        .is(expect![[r#"
            Updated ~/.openclaw/openclaw.json
            models.mode = "merge"
        "#]]);
    world.openclaw("config unset agents.lists").is(expect![[r#"
        Updated ~/.openclaw/openclaw.json
        Removed agents.lists
    "#]]);
    expect!["{ agents: { list: [] }, models: { mode: 'merge' } }"].assert_eq(&world.config_text());
    assert_eq!(world.openclaw("models status").code, Some(0));
}

#[test]
fn unset_takes_the_key_and_its_comma_and_no_comment() {
    let world = world();
    for (path, said, diff) in [
        (
            "agents.defaults.model.fallbacks[0]",
            expect![[r#"
                Updated ~/.openclaw/openclaw.json
                Removed agents.defaults.model.fallbacks[0]
            "#]],
            expect![[r#"
                -      model: { primary: "anthropic/claude-opus-4-5", fallbacks: ["openai/gpt-5.2"] }, // the good ones
                +      model: { primary: "anthropic/claude-opus-4-5", fallbacks: [] }, // the good ones
            "#]],
        ),
        (
            "agents.list[1].model",
            expect![[r#"
            Updated ~/.openclaw/openclaw.json
            Removed agents.list[1].model
        "#]],
            expect![[r#"
            -    list: [ { id: "main" }, { id: 'work', model: 'opus' } ],
            +    list: [ { id: "main" }, { id: 'work' } ],
        "#]],
        ),
        (
            "models.providers.custom.baseUrl",
            expect![[r#"
                Updated ~/.openclaw/openclaw.json
                Removed models.providers.custom.baseUrl
            "#]],
            expect![[r#"
                -        baseUrl: "http://${CUSTOM_HOST}/v1", /* at home */
                +        /* at home */
            "#]],
        ),
        (
            "channels",
            expect![[r#"
            Updated ~/.openclaw/openclaw.json
            Removed channels
        "#]],
            expect![[r#"
            -  channels: { telegram: { botToken: "123456:abcdefghijklmnopqrstuvwxyz" } },
        "#]],
        ),
        (
            "agents.defaults.models.openai/gpt-5.2",
            expect![[r#"
                Updated ~/.openclaw/openclaw.json
                Removed agents.defaults.models["openai/gpt-5.2"]
            "#]],
            expect![[r#"
                -        "openai/gpt-5.2": {},
            "#]],
        ),
        (
            "agents.defaults.models.anthropic/claude-opus-4-5",
            expect![[r#"
                Updated ~/.openclaw/openclaw.json
                Removed agents.defaults.models.anthropic/claude-opus-4-5
            "#]],
            expect![[r#"
                -      models: {
                -        "anthropic/claude-opus-4-5": { alias: "opus" },
                -      },
                +      models: {},
            "#]],
        ),
    ] {
        let output = world.run(&["config", "unset", path]);
        assert_eq!(output.code, Some(0), "{output}");
        check(&output, &said);
        diff.assert_eq(&world.config_diff());
    }
    refused(
        &world,
        &["config", "unset", "agents.list[0].id"],
        &expect![[r#"
            ---- stderr
            error: cannot remove `agents.list[0].id`
              caused by: the config would be invalid: `agents.list[0]`: expected a key `id`
              nothing was changed
            [exit 1]
        "#]],
    );
    refused(
        &world,
        &["config", "unset", "agents.defaults.imageModel"],
        &expect![[r#"
            ---- stderr
            error: Config path not found: agents.defaults.imageModel
              `agents.defaults` has model, models
              the key is known, and is not set
              nothing was changed
            hint: see how it is set with `openclaw config set --help`
            [exit 1]
        "#]],
    );
}

#[test]
fn what_another_file_provides_is_shown_and_edited_there() {
    let text = "{\n  // shared\n  $include: './shared.json5',\n  agents: { list: [] },\n}\n";
    let world = Sandbox::new().config(text);
    let shared = "{ agents: { defaults: { model: { primary: 'anthropic/claude-opus-4-5' } } } }";
    world.write(".openclaw/shared.json5", shared);
    assert_eq!(
        world
            .openclaw("config get agents.defaults.model.primary")
            .ok(),
        "anthropic/claude-opus-4-5\n"
    );
    for (arguments, expected) in [
        (
            vec!["set", "agents.defaults.model.primary", "openai/gpt-5.2"],
            expect![[r#"
                ---- stderr
                error: cannot set `agents.defaults.model.primary`
                  caused by: `agents.defaults.model.primary` comes from <home>/.openclaw/shared.json5, which <home>/.openclaw/openclaw.json includes: edit it there
                  nothing was changed
                hint: edit <home>/.openclaw/shared.json5
                [exit 1]
            "#]],
        ),
        (
            vec!["unset", "agents.defaults.model"],
            expect![[r#"
            ---- stderr
            error: cannot remove `agents.defaults.model`
              caused by: `agents.defaults.model` comes from <home>/.openclaw/shared.json5, which <home>/.openclaw/openclaw.json includes: edit it there
              nothing was changed
            hint: edit <home>/.openclaw/shared.json5
            [exit 1]
        "#]],
        ),
    ] {
        refused(&world, &[vec!["config"], arguments].concat(), &expected);
    }
    world
        .openclaw("config set agents.defaults.model.fallbacks[0] openai/gpt-5.2")
        .is(expect![[r#"
            Updated ~/.openclaw/openclaw.json
            agents.defaults.model.fallbacks[0] = "openai/gpt-5.2"
        "#]]);
    expect![[r#"
        -  agents: { list: [] },
        +  agents: { list: [], defaults: { model: { fallbacks: ['openai/gpt-5.2'] } } },
    "#]]
    .assert_eq(&world.config_diff());
    assert_eq!(
        world.read(".openclaw/shared.json5").as_deref(),
        Some(shared)
    );
}

#[test]
fn a_file_of_another_style_keeps_it() {
    let world = Sandbox::new().config(
        "\u{feff}{\r\n\t'agents': {\r\n\t\t// list\r\n\t\t'list': [\r\n\t\t\t{'id': 'main'}\r\n\t\t]\r\n\t}\r\n}\r\n",
    );
    for arguments in [
        [
            "set",
            "agents.defaults.model.primary",
            "anthropic/claude-opus-4-5",
        ],
        ["set", "agents.list[1].id", "work"],
        ["set", "agents.list[1].model", "it's/mine"],
        ["unset", "agents.list[0]", ""],
    ] {
        let arguments: Vec<&str> = arguments
            .into_iter()
            .filter(|one| !one.is_empty())
            .collect();
        let output = world.run(&[vec!["config"], arguments].concat());
        assert_eq!(output.code, Some(0), "{output}");
    }
    expect![[r#""\u{feff}{\r\n\t'agents': {\r\n\t\t// list\r\n\t\t'list': [\r\n\t\t\t{'id': 'work', 'model': 'it\\'s/mine'}\r\n\t\t],\r\n\t\t'defaults': {\r\n\t\t\t'model': {\r\n\t\t\t\t'primary': 'anthropic/claude-opus-4-5'\r\n\t\t\t}\r\n\t\t}\r\n\t}\r\n}\r\n""#]].assert_eq(&format!("{:?}", world.config_text()));
}
