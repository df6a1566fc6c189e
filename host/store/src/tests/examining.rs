use serde_json::json;

use super::{Sandbox, remove, set};
use crate::StoreError;
use crate::json5::Node;

fn examined(world: &Sandbox) -> (Vec<String>, Vec<String>) {
    let found = world
        .config()
        .examine(&world.environment)
        .expect("it can be read");
    (
        found.problems.iter().map(|one| world.said(one)).collect(),
        found.warnings.iter().map(|one| world.said(one)).collect(),
    )
}

#[test]
fn every_problem_is_found_in_the_file_that_has_it() {
    let world = Sandbox::with(
        "{ agents: { $include: './agents.json5' },\n  models: { mode: 'both', providers: { p: { baseUrl: '${HOST}', apiKey: '${KEY}', models: [{}] } } },\n  auth: { cooldowns: { billingMaxHours: 0 } } }",
    );
    world.write(
        ".openclaw/agents.json5",
        "{\n  defaults: { model: { primary: 5, fallback: [] }, wokspace: 'x' },\n  list: [{ id: 'a', id: 'b', default: 'yes' }, { id: 'B' }],\n}",
    );
    let (problems, warnings) = examined(&world);
    assert_eq!(
        problems,
        [
            "models.mode: expected \"merge\" or \"replace\", found \"both\" (~/.openclaw/openclaw.json:2:19)",
            "models.providers.p.baseUrl: expected the variable HOST to be set, found it unset or empty (~/.openclaw/openclaw.json:2:54)",
            "models.providers.p.models.0: expected a key `id` (~/.openclaw/openclaw.json:2:92)",
            "auth.cooldowns.billingMaxHours: expected a number above 0, found 0 (~/.openclaw/openclaw.json:3:41)",
            "agents.defaults.model.primary: expected a string, found a number (~/.openclaw/agents.json5:2:33)",
            "agents.list.0.default: expected true or false, found a string (~/.openclaw/agents.json5:3:39)",
        ]
    );
    assert_eq!(
        warnings,
        [
            "models.providers.p.apiKey: the variable KEY is not set; it is needed once this secret is used (~/.openclaw/openclaw.json:2:73)",
            "agents.defaults.model.fallback: unknown key; did you mean `agents.defaults.model.fallbacks`? (~/.openclaw/agents.json5:2:36)",
            "agents.defaults.wokspace: unknown key; did you mean `agents.defaults.workspace`? (~/.openclaw/agents.json5:2:52)",
            "agents.list.0.id: the key is there more than once; the last one counts (~/.openclaw/agents.json5:3:21)",
            "agents.list.1.id: an agent before it has the same id, and is the one that counts (~/.openclaw/agents.json5:3:54)",
        ]
    );
}

#[test]
fn a_broken_config_can_be_mended_but_not_broken_further() {
    let world = Sandbox::with(
        "{ agents: { defaults: { model: 5, maxConcurent: 1 }, list: [{}, { id: 'b' }] } }",
    );
    let revise = |edit: &crate::config::Edit| {
        world
            .config()
            .revise(|_: &Node| Ok::<_, StoreError>((vec![edit.clone()], ())))
    };
    let refused = |edit| world.said(revise(&edit).expect_err("refused"));
    assert_eq!(
        refused(set("agents.list[1].id", json!(7))),
        "the config would be invalid: `agents.list[1].id`: expected a string, found a number"
    );
    assert_eq!(
        refused(set("models.provider", json!({}))),
        "unknown key `models.provider`"
    );
    // What was wrong before and has moved is not new.
    assert!(
        revise(&remove("agents.list[1]"))
            .expect("mended")
            .written
            .changed
    );
    assert!(
        revise(&set("agents.list[0].id", json!("a")))
            .expect("mended")
            .written
            .changed
    );
    let model = revise(&set("agents.defaults.model", json!("a/b"))).expect("mended");
    assert!(model.written.changed && model.unknown.is_empty());
    let new = revise(&set("agents.defaults.somethingNew", json!(1))).expect("a newer key");
    assert_eq!(
        new.unknown[0].path.written(),
        "agents.defaults.somethingNew"
    );
    assert_eq!(
        world.text(".openclaw/openclaw.json"),
        "{ agents: { defaults: { model: \"a/b\", maxConcurent: 1, somethingNew: 1 }, list: [{ id: \"a\" }] } }"
    );
}

#[test]
fn a_refusal_quotes_no_secret() {
    let world = Sandbox::with("{}");
    let secret = "sk-ant-0123456789abcdefghijklmnop";
    for edit in [
        set("models.providers.p", json!({ "apiKey": [secret] })),
        set("models.providers.p", json!({ "auth": secret })),
        set("models.providers.p", json!({ "apiKey": 5, "api": secret })),
    ] {
        let error = world
            .config()
            .revise(|_: &Node| Ok::<_, StoreError>((vec![edit.clone()], ())))
            .expect_err("refused");
        assert!(!error.to_string().contains(secret), "{error}");
    }
}
