use serde_json::json;

use super::Sandbox;
use crate::StoreError;
use crate::json5::KeyPath;
use crate::schema::agents::Choice;

#[track_caller]
fn refuse(world: &Sandbox, expected: &str) {
    let error = world.load().expect_err("it is wrong");
    assert_eq!(world.said(error), expected);
}

#[test]
fn a_missing_file_is_an_empty_config() {
    let config = Sandbox::new().load().expect("valid");
    assert!(!config.exists && config.warnings.is_empty());
    assert_eq!(config.typed, crate::schema::config::ConfigView::default());
}

#[test]
fn the_known_keys_are_read_in_document_order() {
    let world = Sandbox::with(
        "{ // mine
          agents: { defaults: { model: 'opus', imageModel: { primary: 'a/b', fallbacks: [] },
              models: { 'z/1': { alias: 'zed' }, 'a/2': {}, 'm/3': { params: { t: 0.5 } } } },
            list: [ { id: 'main' }, { id: 'work', default: true, model: { fallbacks: ['x/y'] },
              agentDir: '~/w', auth: { order: { openai: ['openai:b', 'openai:a'] } } } ] },
          auth: { profiles: { 'p:x': { provider: 'p', mode: 'api_key' } }, order: { p: ['p:x'] },
            cooldowns: { billingBackoffHours: 5, billingBackoffHoursByProvider: { openai: .5 } } },
          models: { mode: 'merge', providers: { custom: { baseUrl: 'http://${HOST}/v1', apiKey: '${KEY}',
            headers: { 'X-A': '$${LITERAL}', 'X-B': '${NOT_SET}' },
            models: [ { id: 'm1', input: ['text'], cost: { input: 1 }, contextWindow: 1e5 } ] } } },
          env: { shellEnv: { enabled: true }, HOST: 'localhost', vars: { OTHER: 'x' } },
          channels: { telegram: { botToken: '${NOT_SET}' } },
        }",
    )
    .var("KEY", "s3cret");
    let config = world.load().expect("valid");
    let view = &config.typed;
    assert_eq!(
        view.agents.defaults.model,
        Some(Choice {
            primary: Some("opus".into()),
            fallbacks: None
        })
    );
    assert_eq!(
        view.agents
            .defaults
            .image_model
            .as_ref()
            .and_then(|one| one.fallbacks.clone()),
        Some(vec![])
    );
    let keys: Vec<&str> = view
        .agents
        .defaults
        .models
        .iter()
        .map(|(key, _)| key.as_str())
        .collect();
    assert_eq!(keys, ["z/1", "a/2", "m/3"]);
    assert_eq!(
        view.agents.defaults.models[2].1.params,
        Some(json!({"t": 0.5}))
    );
    let work = &view.agents.list[1];
    assert!(work.default && work.agent_dir.as_deref() == Some("~/w"));
    assert_eq!(
        work.auth_order,
        [(
            "openai".to_owned(),
            vec!["openai:b".to_owned(), "openai:a".to_owned()]
        )]
    );
    assert_eq!(
        view.auth.cooldowns.billing_backoff_hours_by_provider,
        [("openai".to_owned(), 0.5)]
    );
    let (_, custom) = &view.models.providers[0];
    assert_eq!(custom.base_url.as_deref(), Some("http://localhost/v1"));
    assert_eq!(
        custom
            .api_key
            .as_ref()
            .and_then(|key| key.as_ref().ok())
            .map(|key| key.expose().as_str()),
        Some("s3cret")
    );
    assert_eq!(
        custom.headers[0]
            .1
            .as_ref()
            .map(|value| value.expose().as_str()),
        Ok("${LITERAL}")
    );
    let missing = custom.headers[1].1.as_ref().expect_err("not set");
    assert_eq!(
        missing.to_string(),
        "Missing env var \"NOT_SET\" referenced at config path: models.providers.custom.headers.X-B"
    );
    assert_eq!(custom.models[0].context_window, Some(100_000));
    assert_eq!(view.shell_env.enabled, Some(true));
    assert_eq!(config.environment.get("OTHER"), Some("x"));
    assert_eq!(config.warnings, []);

    let get = |path: &str| config.get(&KeyPath::parse(path).expect("a path").0);
    assert_eq!(
        get("models.providers.custom.apiKey"),
        Ok(Some(json!("s3cret")))
    );
    assert_eq!(get("agents.list[1].id"), Ok(Some(json!("work"))));
    assert_eq!(get("agents.list[2].id"), Ok(None));
    assert!(get("channels").is_err());
}

#[test]
fn wrong_types_are_all_reported_with_their_place() {
    let world = Sandbox::with(
        "{\n  agents: {\n    defaults: { model: { primary: 5, fallbacks: 'x' } },\n    list: [{}],\n  },\n  auth: { cooldowns: { billingMaxHours: 0 } },\n}",
    );
    let Err(StoreError::Invalid { problems }) = world.load() else {
        panic!("it is wrong")
    };
    let said: Vec<String> = problems.iter().map(|problem| world.said(problem)).collect();
    assert_eq!(
        said,
        [
            "agents.defaults.model.primary: expected a string, found a number (~/.openclaw/openclaw.json:3:35)",
            "agents.defaults.model.fallbacks: expected an array, found a string (~/.openclaw/openclaw.json:3:49)",
            "agents.list.0: expected a key `id` (~/.openclaw/openclaw.json:4:12)",
            "auth.cooldowns.billingMaxHours: expected a number above 0, found 0 (~/.openclaw/openclaw.json:6:41)",
        ]
    );
    refuse(
        &Sandbox::with("[]"),
        "Config invalid: <root>: expected an object, found an array (~/.openclaw/openclaw.json:1:1)",
    );
}

#[test]
fn unknown_keys_are_kept_and_reported() {
    let world = Sandbox::with(
        "{\n  gateway: { port: 1 },\n  bogus: 1,\n  agents: { defaults: { modle: 'x' } },\n}",
    );
    let config = world.load().expect("valid");
    let said: Vec<String> = config
        .warnings
        .iter()
        .map(|warning| world.said(warning))
        .collect();
    assert_eq!(
        said,
        [
            "bogus: Unrecognized key: \"bogus\" (~/.openclaw/openclaw.json:3:3)",
            "agents.defaults.modle: Unrecognized key: \"modle\" (~/.openclaw/openclaw.json:4:25)",
        ]
    );
    assert!(config.root.get("bogus").is_some());
}

#[test]
fn broken_files_say_where() {
    refuse(
        &Sandbox::with("{\n  a: 1\n  b: 2\n}"),
        "~/.openclaw/openclaw.json, line 3, column 3: expected `,` or `}`, found `b`",
    );
    refuse(
        &Sandbox::with("/* open"),
        "~/.openclaw/openclaw.json, line 1, column 8: expected `*/` to end the comment that starts on line 1, found the end of the file",
    );
    for empty in ["", "\n", "// nothing", "\u{feff}/* nothing */"] {
        assert!(Sandbox::with(empty).load().is_ok(), "{empty:?}");
    }
    let world = Sandbox::with("");
    std::fs::write(world.path(".openclaw/openclaw.json"), b"{a: '\xff'}").expect("written");
    refuse(
        &world,
        "~/.openclaw/openclaw.json is not UTF-8 text (byte 5)",
    );
    let world = Sandbox::new();
    std::fs::create_dir_all(world.path(".openclaw/openclaw.json")).expect("created");
    refuse(&world, "cannot read ~/.openclaw/openclaw.json");
}

#[test]
fn a_variable_without_a_value_stops_everything_but_secrets() {
    let message = "Missing env var \"NOPE\" referenced at config path: agents.list.0.workspace";
    refuse(
        &Sandbox::with("{agents: {list: [{id: 'a', workspace: '${NOPE}/x'}]}}"),
        message,
    );
    refuse(
        &Sandbox::with("{agents: {list: [{id: 'a', workspace: '${NOPE}/x'}]}}").var("NOPE", ""),
        message,
    );
    assert!(
        Sandbox::with("{models: {providers: {a: {apiKey: '${NOPE}'}}}}")
            .load()
            .is_ok()
    );
}

#[test]
fn variables_come_from_the_process_then_dotenv_files_then_the_config() {
    let world = Sandbox::with("{env: {A: 'config', vars: {B: 'config', C: 'config', D: 'config'}}, meta: {v: '${A} ${B} ${C} ${D}'}}").var("A", "process");
    world.write("work/.env", "A=cwd\nB=cwd\nE=cwd\nOPENCLAW_POLICY=/evil\n");
    world.write(".openclaw/.env", "B=state\nC=state\n");
    let config = world.load().expect("valid");
    let path = KeyPath::parse("meta.v").expect("a path").0;
    assert_eq!(
        config.get(&path),
        Ok(Some(json!("process state state config")))
    );
    assert_eq!(config.environment.get("OPENCLAW_POLICY"), None);
    assert_eq!(config.environment.get("E"), None);
    let names: Vec<&str> = config.environment.local.names().collect();
    assert_eq!(names, ["E", "OPENCLAW_POLICY"]);
    assert_eq!(
        world.said(&config.warnings[0]),
        "OPENCLAW_POLICY is not taken from the working directory's .env (~/work/.env)"
    );
}

#[test]
fn included_files_are_merged_under_the_own_keys() {
    let world = Sandbox::with(
        "{ $include: ['a.json5', './sub/b.json5'], auth: { order: { p: ['p:own'] } }, meta: { x: 'own' } }",
    );
    world.write(
        ".openclaw/a.json5",
        "{ meta: { x: 'a', y: 'a' }, auth: { order: { p: ['p:a'], q: ['q:a'] } } }",
    );
    world.write(
        ".openclaw/sub/b.json5",
        "{ meta: { y: 'b' }, models: { $include: 'c.json5' } }",
    );
    world.write(
        ".openclaw/sub/c.json5",
        "{ providers: { z: { baseUrl: 7 } } }",
    );
    refuse(
        &world,
        "Config invalid: models.providers.z.baseUrl: expected a string, found a number (~/.openclaw/sub/c.json5:1:30)",
    );
    world.write(".openclaw/sub/c.json5", "{ mode: 'replace' }");
    let config = world.load().expect("valid");
    assert_eq!(
        config.root.to_json(),
        json!({
            "meta": {"x": "own", "y": "b"},
            "auth": {"order": {"p": ["p:a", "p:own"], "q": ["q:a"]}},
            "models": {"mode": "replace"},
        })
    );
}

#[test]
fn includes_that_cannot_be_followed() {
    let check = |main: &str, other: &str, expected: &str| {
        let world = Sandbox::with(main);
        world.write(".openclaw/o.json5", other);
        refuse(&world, expected);
    };
    check(
        "{ $include: 'no.json5' }",
        "",
        "cannot follow $include `no.json5`: there is no such file (~/.openclaw/openclaw.json:1:13)",
    );
    check(
        "{ $include: 5 }",
        "",
        "cannot follow $include: expected a path or a list of paths, found a number (~/.openclaw/openclaw.json:1:13)",
    );
    check(
        "{ $include: 'o.json5' }",
        "{ a: }",
        "~/.openclaw/o.json5, line 1, column 6: expected a value, found `}`",
    );
    check(
        "{ $include: 'o.json5' }",
        "{\n $include: 'openclaw.json' }",
        "cannot follow $include `openclaw.json`: it is circular: ~/.openclaw/openclaw.json -> ~/.openclaw/o.json5 -> ~/.openclaw/openclaw.json (~/.openclaw/o.json5:2:12)",
    );
    check(
        "{ a: { $include: 'o.json5', b: 1 } }",
        "[1]",
        "cannot follow $include: keys beside it need an object to join, found an array (~/.openclaw/openclaw.json:1:18)",
    );
    let world = Sandbox::with("{ $include: '0' }");
    for depth in 0..12 {
        world.write(
            &format!(".openclaw/{depth}"),
            &format!("{{ $include: '{}' }}", depth + 1),
        );
    }
    refuse(
        &world,
        "cannot follow $include `10`: more than 10 files deep (~/.openclaw/9:1:13)",
    );
}
