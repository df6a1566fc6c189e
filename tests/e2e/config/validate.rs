//! `config validate`: every problem with its place.

use super::*;
use expect_test::expect_file;

#[test]
fn a_valid_config_is_said_to_be_valid() {
    let world = Sandbox::new().config("{ agents: { $include: './agents.json5' } }");
    world.write(
        ".openclaw/agents.json5",
        "{ defaults: { model: 'anthropic/claude-opus-4-5' } }",
    );
    world.openclaw("config validate").is(expect![[r#"
        ~/.openclaw/openclaw.json is valid, with 1 file it includes
    "#]]);
    world.openclaw("config validate --json").is(expect![[r#"
        []
    "#]]);
    Sandbox::new().openclaw("config validate").is(expect![[r#"
        ~/.openclaw/openclaw.json does not exist; the defaults are in effect
    "#]]);
}

#[test]
fn every_problem_is_named_with_its_place() {
    let world = Sandbox::new().config(
        "{\n  agents: { $include: './agents.json5' },\n  auth: { order: { anthropic: 'a' }, ordr: {} },\n  models: { mode: 'both', providers: { p: { baseUrl: '${HOST}', apiKey: '${KEY}', apikey: '' } } },\n}\n",
    );
    world.write(
        ".openclaw/agents.json5",
        "{\n\tlist: [ { name: 'x' }, { id: 'b', default: 1, default: 'yes' } ],\n}\n",
    );
    world.openclaw("config validate").is(expect_file![
        "expected/validate.every_problem_is_named_with_its_place.txt"
    ]);
    world.openclaw("config validate --plain").is(expect_file![
        "expected/validate.every_problem_is_named_with_its_place.2.txt"
    ]);
    let list = world.openclaw("config validate --json");
    assert_eq!(list.code, Some(1), "{list}");
    let first = &list.json()[0];
    assert_eq!(
        (
            &first["severity"],
            &first["line"],
            &first["column"],
            &first["path"]
        ),
        (
            &json!("error"),
            &json!(3),
            &json!(31),
            &json!("auth.order.anthropic")
        )
    );
    assert_eq!(
        world.files(),
        [".openclaw/agents.json5", ".openclaw/openclaw.json"]
    );
}

#[test]
fn a_file_that_cannot_be_read_is_a_problem_too() {
    for (text, expected) in [
        (
            "{\n  a: 1\n  b: 2\n}",
            expect![[r#"
            ~/.openclaw/openclaw.json
              error  3:3  expected `,` or `}`, found `b`

            1 problem: ~/.openclaw/openclaw.json cannot be used as it is
            [exit 1]
        "#]],
        ),
        (
            "{\n  $include: ['./gone.json5'],\n}",
            expect![[r#"
            ~/.openclaw/openclaw.json
              error  2:14  cannot follow $include `./gone.json5`: there is no such file

            1 problem: ~/.openclaw/openclaw.json cannot be used as it is
            [exit 1]
        "#]],
        ),
        (
            "{\n  $include: './broken.json5',\n}",
            expect![[r#"
            ~/.openclaw/broken.json5
              error  1:6  expected a value, found `}`

            1 problem: ~/.openclaw/openclaw.json cannot be used as it is
            [exit 1]
        "#]],
        ),
    ] {
        let world = Sandbox::new().config(text);
        world.write(".openclaw/broken.json5", "{ a: }");
        let output = world.openclaw("config validate");
        assert_eq!(output.code, Some(1), "{output}");
        output.is(expected);
    }
}

#[test]
fn a_key_in_another_place_is_not_promised() {
    let entry = |id: &str, api: &str, further: &str| {
        format!(
            "{id}: {{ baseUrl: \"https://{id}.example/v1\", api: \"{api}\", {further}, models: [] }}"
        )
    };
    let entries = [
        entry("a", "openai-completions", "apiKey: \"k\", authHeader: true"),
        entry("b", "anthropic-messages", "apiKey: \"k\", authHeader: true"),
        entry(
            "c",
            "openai-completions",
            "apiKey: \"k\", authHeader: false",
        ),
        entry("d", "openai-completions", "authHeader: false"),
    ];
    let config = format!(
        "{{ models: {{ providers: {{ {} }} }} }}\n",
        entries.join(",\n")
    );
    let output = Sandbox::new().config(&config).openclaw("config validate");
    output.is(expect![[r#"
        ~/.openclaw/openclaw.json
          warning  2:91  models.providers.b.authHeader  it has no effect: `anthropic-messages` has its own place for the key; to send another header, name it in `headers`
          warning  3:91  models.providers.c.authHeader  it has no effect: `apiKey` is sent; to send none, leave it out or set `auth` to `none`

        ~/.openclaw/openclaw.json is valid (2 warnings)
    "#]]);
}

#[test]
fn a_price_below_zero_is_a_problem_that_stops_nothing() {
    let config = |cost: &str| {
        format!(
            r#"{{ models: {{ providers: {{ lab: {{ baseUrl: "http://127.0.0.1:9/v1", api: "openai-completions",
                models: [{{ id: "m", name: "m", cost: {cost} }}] }} }} }} }}"#
        )
    };
    for key in ["input", "output", "cacheRead", "cacheWrite"] {
        for price in ["-1", "-0.000001"] {
            let world = Sandbox::new().config(&config(&format!("{{ {key}: {price} }}")));
            let output = world.openclaw("config validate --plain");
            assert_eq!(output.code, Some(1), "{key} {price}: {output}");
            let text = format!("{output}");
            let place = format!("models.providers.lab.models[0].cost.{key}");
            assert!(text.contains(&place), "{output}");
            assert!(text.contains("expected a number of 0 or more"), "{output}");
            let listed = world.openclaw("models list --all --provider lab --json");
            assert_eq!(listed.code, Some(0), "{listed}");
            assert!(!listed.stdout.contains(price), "{listed}");
            assert_eq!(world.openclaw("models explain lab/m").code, Some(0));
            let set = [
                "config",
                "set",
                "models.providers.lab.models[0].cost.input",
                price,
            ];
            let world = Sandbox::new().config(&config("{ input: 1 }"));
            world.run(&set).failed();
            assert_eq!(world.config_diff(), "");
        }
        let world = Sandbox::new().config(&config(&format!("{{ {key}: 0 }}")));
        world.openclaw("config validate").ok();
    }
}

/// A server on this machine needs no key, unless the config names one.
#[test]
fn a_key_from_a_source_that_cannot_be_asked_is_not_left_out() {
    for source in ["exec", "file"] {
        let config = format!(
            r#"{{ models: {{ providers: {{ lab: {{ baseUrl: "http://127.0.0.1:9/v1", api: "openai-completions",
                apiKey: {{ source: "{source}", id: "x" }}, models: [{{ id: "m", name: "m" }}] }} }} }} }}"#
        );
        let world = Sandbox::new().config(&config);
        let output = world.openclaw("models run hi --model lab/m --json");
        assert_eq!(output.code, Some(1), "{output}");
        let text = format!("{output}");
        assert!(!text.contains("could not be reached"), "{text}");
        assert!(text.contains("no credential"), "{text}");
    }
}
