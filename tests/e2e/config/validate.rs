//! `config validate`: every problem with its place.

use super::*;

#[test]
fn a_valid_config_is_said_to_be_valid() {
    let world = World::new().config("{ agents: { $include: './agents.json5' } }");
    world.write(
        ".openclaw/agents.json5",
        "{ defaults: { model: 'anthropic/claude-opus-4-5' } }",
    );
    check(
        &world.openclaw("config validate"),
        &expect![[r#"
        ~/.openclaw/openclaw.json is valid, with 1 file it includes
    "#]],
    );
    check(
        &world.openclaw("config validate --json"),
        &expect![[r#"
        []
    "#]],
    );
    check(
        &World::new().openclaw("config validate"),
        &expect![[r#"
        ~/.openclaw/openclaw.json does not exist; the defaults are in effect
    "#]],
    );
}

#[test]
fn every_problem_is_named_with_its_place() {
    let world = World::new().config(
        "{\n  agents: { $include: './agents.json5' },\n  auth: { order: { anthropic: 'a' }, ordr: {} },\n  models: { mode: 'both', providers: { p: { baseUrl: '${HOST}', apiKey: '${KEY}', apikey: '' } } },\n}\n",
    );
    world.write(
        ".openclaw/agents.json5",
        "{\n\tlist: [ { name: 'x' }, { id: 'b', default: 1, default: 'yes' } ],\n}\n",
    );
    check(
        &world.openclaw("config validate"),
        &expect![[r#"
        ~/.openclaw/openclaw.json
          error    3:31  auth.order.anthropic        expected an array, found a string
          error    4:19  models.mode                 expected "merge" or "replace", found "both"
          error    4:54  models.providers.p.baseUrl  expected the variable HOST to be set, found it unset or empty
          warning  3:38  auth.ordr                   unknown key; did you mean `auth.order`?
          warning  4:73  models.providers.p.apiKey   the variable KEY is not set; it is needed once this secret is used
          warning  4:83  models.providers.p.apikey   unknown key; did you mean `models.providers.p.apiKey`?

        ~/.openclaw/agents.json5
          error    2:10  agents.list[0]          expected a key `id`
          error    2:57  agents.list[1].default  expected true or false, found a string
          warning  2:48  agents.list[1].default  the key is there more than once; the last one counts

        5 problems (4 warnings): ~/.openclaw/openclaw.json cannot be used as it is
        [exit 1]
    "#]],
    );
    check(
        &world.openclaw("config validate --plain"),
        &expect![[r#"
        <home>/.openclaw/openclaw.json:3:31: error: auth.order.anthropic: expected an array, found a string
        <home>/.openclaw/openclaw.json:4:19: error: models.mode: expected "merge" or "replace", found "both"
        <home>/.openclaw/openclaw.json:4:54: error: models.providers.p.baseUrl: expected the variable HOST to be set, found it unset or empty
        <home>/.openclaw/agents.json5:2:10: error: agents.list[0]: expected a key `id`
        <home>/.openclaw/agents.json5:2:57: error: agents.list[1].default: expected true or false, found a string
        <home>/.openclaw/openclaw.json:3:38: warning: auth.ordr: unknown key; did you mean `auth.order`?
        <home>/.openclaw/openclaw.json:4:73: warning: models.providers.p.apiKey: the variable KEY is not set; it is needed once this secret is used
        <home>/.openclaw/openclaw.json:4:83: warning: models.providers.p.apikey: unknown key; did you mean `models.providers.p.apiKey`?
        <home>/.openclaw/agents.json5:2:48: warning: agents.list[1].default: the key is there more than once; the last one counts
        [exit 1]
    "#]],
    );
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
        let world = World::new().config(text);
        world.write(".openclaw/broken.json5", "{ a: }");
        let output = world.openclaw("config validate");
        assert_eq!(output.code, Some(1), "{output}");
        check(&output, &expected);
    }
}
