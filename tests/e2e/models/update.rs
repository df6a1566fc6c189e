//! Facts of models from a file: signed, compared, installed, taken back, and refused.

mod refused;
mod served;

use std::io::Cursor;

use minisign::KeyPair;
use openclaw_tests::Sandbox;
use serde_json::{Value, json};

/// 2026-12-15T12:00:00Z, after the day of the built-in facts.
const NOW: &str = "1797336000000";
const INDEX: &str = ".openclaw/catalog/catalog.json";

/// A home after the built-in facts were made.
fn home() -> Sandbox {
    Sandbox::new().env("OPENCLAW_FIXED_TIME_MS", NOW)
}

/// Somebody who signs facts.
struct Signer(KeyPair);

impl Signer {
    fn new() -> Self {
        Self(KeyPair::generate_unencrypted_keypair().expect("a pair of keys"))
    }

    /// Returns the line of the public key.
    fn key(&self) -> String {
        self.0.pk.to_base64()
    }

    fn signature(&self, bytes: &[u8]) -> String {
        let signed = minisign::sign(
            Some(&self.0.pk),
            &self.0.sk,
            Cursor::new(bytes),
            Some("made for a test"),
            None,
        );
        signed.expect("a signature").into_string()
    }

    /// Writes facts and their signature.
    fn write(&self, world: &Sandbox, name: &str, bytes: impl AsRef<[u8]>) {
        let bytes = bytes.as_ref();
        world.write(name, bytes);
        world.write(&format!("{name}.minisig"), self.signature(bytes));
    }
}

/// Returns facts of one provider.
fn facts(date: &str, provider: &str, models: Value) -> Value {
    json!({
        "format": "openclaw-catalog", "version": 1, "date": date,
        "providers": { provider: { "models": models } },
    })
}

fn opus(input: f64) -> Value {
    json!({
        "id": "claude-opus-4-5", "name": "Claude Opus 4.5", "contextWindow": 200_000,
        "cost": { "input": input, "output": 25 }, "reasoning": true,
        "input": ["text", "image"], "sources": ["test@2026-12"],
    })
}

/// Returns what is known of a provider's models, by id; the default model is listed in any case.
fn listed(world: &Sandbox, provider: &str) -> Vec<(String, Value)> {
    let output = world.openclaw(&format!("models list --all --provider {provider} --json"));
    let rows = output.json();
    let rows = rows.as_array().expect("a list").clone();
    rows.into_iter()
        .filter(|row| row["missing"] == false)
        .map(|row| (row["modelId"].as_str().unwrap().to_owned(), row))
        .collect()
}

fn ids(world: &Sandbox, provider: &str) -> Vec<String> {
    listed(world, provider)
        .into_iter()
        .map(|(id, _)| id)
        .collect()
}

#[test]
fn facts_are_installed_looked_up_and_taken_back() {
    let world = home();
    let signer = Signer::new();
    let before = ids(&world, "anthropic");
    assert!(before.len() > 10);
    let new = json!([opus(4.0), { "id": "claude-next", "retires": "2028-01-01" }]);
    signer.write(
        &world,
        "c.json",
        facts("2026-12-01", "anthropic", new).to_string(),
    );
    let key = signer.key();

    let checked = world.openclaw(&format!(
        "models update --from c.json --key {key} --check --json"
    ));
    let value = checked.json();
    assert_eq!(value["action"], "checked");
    assert_eq!(value["changed"], false);
    let [of] = value["providers"].as_array().unwrap().as_slice() else {
        panic!("{value}");
    };
    assert_eq!(of["use"], "used");
    assert_eq!(of["added"], json!(["claude-next"]));
    assert_eq!(of["removed"].as_array().unwrap().len(), before.len() - 1);
    assert_eq!(of["changed"][0]["modelId"], "claude-opus-4-5");
    assert_eq!(of["changed"][0]["cost"]["after"]["input"], 4.0);
    assert_eq!(world.read(INDEX), None, "a check writes nothing");

    let installed = world.openclaw(&format!("models update --from c.json --key {key} --yes"));
    assert!(
        installed
            .done()
            .contains("Installed 2 models of 1 provider of 2026-12-01"),
        "{installed}"
    );
    let models = listed(&world, "anthropic");
    assert_eq!(models.len(), 2);
    assert_eq!(models[1].1["cost"]["input"], 4.0);
    assert_eq!(models[0].1["retires"], "2028-01-01");
    let shown = world
        .openclaw("models show anthropic/claude-next --json")
        .json();
    assert_eq!(shown["retires"], "2028-01-01", "{shown}");
    assert!(ids(&world, "openai").len() > 10, "others keep their own");

    let status = world.openclaw("models update status --json").json();
    assert_eq!(status["current"]["date"], "2026-12-01");
    assert_eq!(status["current"]["comment"], "made for a test");
    assert_eq!(status["trustedKeys"], 1);
    assert_eq!(status["warnings"], json!([]));
    assert_eq!(status["current"]["signer"].as_str().unwrap().len(), 16);

    // The key is trusted now.
    signer.write(
        &world,
        "d.json",
        facts("2026-12-02", "anthropic", json!([opus(3.0)])).to_string(),
    );
    world.openclaw("models update --from d.json").done();
    assert_eq!(ids(&world, "anthropic"), ["claude-opus-4-5"]);
    world.openclaw("models update --rollback").done();
    assert_eq!(ids(&world, "anthropic"), ["claude-next", "claude-opus-4-5"]);
    world.openclaw("models update --rollback").done();
    assert_eq!(ids(&world, "anthropic"), ["claude-opus-4-5"]);
}

#[test]
fn the_first_update_is_taken_back_to_the_built_in_facts() {
    let world = home();
    let before = ids(&world, "anthropic");
    let nothing = world.openclaw("models update --rollback");
    assert!(
        nothing.failed().contains("nothing to go back to"),
        "{nothing}"
    );
    world.write(
        "c.json",
        facts("2026-12-01", "anthropic", json!([opus(1.0)])).to_string(),
    );
    let installed = world.openclaw("models update --from c.json --allow-unsigned");
    assert!(
        installed.stderr.contains("c.json is not signed"),
        "{installed}"
    );
    let status = world.openclaw("models update status");
    assert!(
        status.stderr.contains("the facts in use are not signed"),
        "{status}"
    );
    let doctor = world.openclaw("doctor --json").json();
    let findings = doctor["findings"].as_array().unwrap();
    assert!(
        findings
            .iter()
            .any(|finding| finding["id"] == "catalog-unsigned"),
        "{doctor}"
    );
    let back = world.openclaw("models update --rollback --json").json();
    assert_eq!(back["facts"], Value::Null);
    assert_eq!(ids(&world, "anthropic"), before);
    world.openclaw("models update --rollback").done();
    assert_eq!(ids(&world, "anthropic"), ["claude-opus-4-5"]);
}

#[test]
fn newer_built_in_facts_stay_and_strangers_are_stored_without_use() {
    let world = home();
    let before = ids(&world, "openai");
    let mut all = facts("2026-12-01", "anthropic", json!([opus(1.0)]));
    all["providers"]["openai"] = json!({ "date": "2026-10-01", "models": [{ "id": "old" }] });
    all["providers"]["acme"] = json!({ "models": [{ "id": "first" }] });
    world.write("c.json", all.to_string());
    let installed = world
        .openclaw("models update --from c.json --allow-unsigned --json")
        .json();
    let used: Vec<&Value> = installed["providers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|of| &of["use"])
        .collect();
    assert_eq!(used, ["no_plugin", "used", "older"]);
    assert_eq!(ids(&world, "openai"), before);
    let listed = world.openclaw("models list --all --json");
    assert!(
        !listed.done().contains("acme"),
        "a provider comes from a plugin or the config"
    );
}

#[test]
fn nothing_but_facts_is_taken_out_of_a_file() {
    let world = home().api_key("openai:default", "sk-proj-0123456789");
    let reach = world.openclaw("plugins inspect openai --json").json();
    let mut all = facts(
        "2026-12-01",
        "openai",
        json!([{
            "id": "gpt-5.2", "baseUrl": "http://127.0.0.1:9/v1", "headers": { "x": "y" },
        }]),
    );
    all["providers"]["openai"]["baseUrl"] = json!("http://127.0.0.1:9/v1");
    all["providers"]["openai"]["apiKey"] = json!("sk-other");
    all["providers"]["openai"]["http"] = json!([{ "url": "http://127.0.0.1:9/*" }]);
    all["env"] = json!({ "OPENAI_BASE_URL": "http://127.0.0.1:9" });
    world.write("c.json", all.to_string());
    let installed = world
        .openclaw("models update --from c.json --allow-unsigned --json")
        .json();
    let unknown = installed["unknownKeys"].to_string();
    for key in [
        "`env`",
        "providers.openai.baseUrl",
        "providers.openai.apiKey",
        "providers.openai.http",
        "providers.openai.models[0].baseUrl",
        "providers.openai.models[0].headers",
    ] {
        assert!(unknown.contains(key), "{key}: {unknown}");
    }
    assert!(unknown.contains("(line 1, column"), "{unknown}");
    assert_eq!(
        world.openclaw("plugins inspect openai --json").json(),
        reach
    );
    let stored: String = world
        .files()
        .iter()
        .filter(|name| name.contains("/catalog/"))
        .filter_map(|name| world.read(name))
        .collect();
    assert!(
        stored.contains("gpt-5.2") && !stored.contains("127.0.0.1:9"),
        "{stored}"
    );
}

#[test]
fn a_dry_run_writes_nothing_and_shows_the_file() {
    let world = home();
    world.write(
        "c.json",
        facts("2026-12-01", "anthropic", json!([opus(1.0)])).to_string(),
    );
    let dry = world.openclaw("--dry-run models update --from c.json --allow-unsigned");
    assert!(dry.done().contains("catalog.json"), "{dry}");
    assert!(
        world.files().iter().all(|name| !name.contains("/catalog/")),
        "{:?}",
        world.files()
    );
}

#[test]
fn what_a_killed_writer_left_harms_nobody_and_is_swept() {
    let world = home();
    world.write(
        "c.json",
        facts("2026-12-01", "anthropic", json!([opus(1.0)])).to_string(),
    );
    world
        .openclaw("models update --from c.json --allow-unsigned")
        .done();
    // Facts that were written and never put in use, and an index that was never renamed.
    let unused = format!(".openclaw/catalog/{}.facts", "0".repeat(64));
    world.write(&unused, "{\"id\":\"half");
    world.write(".openclaw/catalog/.catalog.json.1-0.tmp", "{\"version\"");
    assert_eq!(ids(&world, "anthropic"), ["claude-opus-4-5"]);
    world.write(
        "d.json",
        facts("2026-12-02", "anthropic", json!([{ "id": "next" }])).to_string(),
    );
    world
        .openclaw("models update --from d.json --allow-unsigned")
        .done();
    assert_eq!(ids(&world, "anthropic"), ["next"]);
    let left = world.files();
    assert!(!left.contains(&unused), "{left:?}");
    assert!(left.iter().all(|name| !name.ends_with(".tmp")), "{left:?}");
    assert_eq!(
        left.iter().filter(|name| name.ends_with(".facts")).count(),
        2,
        "{left:?}"
    );
}

#[test]
fn damaged_facts_are_told_and_the_built_in_ones_are_used() {
    let world = home();
    let before = ids(&world, "anthropic");
    world.write(
        "c.json",
        facts("2026-12-01", "anthropic", json!([opus(1.0)])).to_string(),
    );
    world
        .openclaw("models update --from c.json --allow-unsigned")
        .done();
    let name = world
        .files()
        .into_iter()
        .find(|name| name.ends_with(".facts"))
        .unwrap();
    let whole = world.read(&name).unwrap();
    world.write(&name, &whole[..whole.len() / 2]);
    assert_eq!(ids(&world, "anthropic"), before);
    let finding = |id: &str| {
        let found = world.openclaw("doctor --json").json();
        let found = found["findings"].as_array().unwrap().clone();
        assert!(
            found.iter().any(|finding| finding["id"] == id),
            "{id}: {found:?}"
        );
    };
    finding("catalog-changed");
    for index in [
        "{",
        "[]",
        r#"{"version":2}"#,
        r#"{"version":1,"current":{"file":"../../x"}}"#,
    ] {
        world.write(INDEX, index);
        assert_eq!(ids(&world, "anthropic"), before, "{index}");
        finding("catalog-unusable");
        let refused = world.openclaw("models update --from c.json --allow-unsigned");
        assert!(refused.failed().contains("catalog.json"), "{refused}");
        assert_eq!(world.read(INDEX).unwrap(), index, "never overwritten");
    }
}

#[test]
fn many_updates_at_once_leave_one_whole() {
    let world = home();
    for at in 0..8 {
        let models = json!([{ "id": format!("m{at}") }]);
        world.write(
            &format!("c{at}.json"),
            facts("2026-12-01", "anthropic", models).to_string(),
        );
    }
    std::thread::scope(|scope| {
        for at in 0..8 {
            let world = &world;
            scope.spawn(move || {
                let line = format!("models update --from c{at}.json --allow-unsigned");
                world.openclaw(&line).done();
            });
        }
    });
    let [one] = &ids(&world, "anthropic")[..] else {
        panic!("one of them is in use");
    };
    assert!(one.starts_with('m'), "{one}");
    let doctor = world.openclaw("doctor --json").json().to_string();
    assert!(!doctor.contains("catalog-changed"), "{doctor}");
}

#[test]
fn keys_are_trusted_listed_and_removed() {
    let world = home();
    let signer = Signer::new();
    let key = signer.key();
    world.write(
        "release.pub",
        format!("untrusted comment: minisign public key\n{key}\n"),
    );
    let added = world
        .openclaw("models update trust add release.pub --json")
        .json();
    assert_eq!(added["changed"], true);
    let again = world
        .openclaw(&format!("models update trust add {key} --json"))
        .json();
    assert_eq!(again["changed"], false);
    let listed = world.openclaw("models update trust list --json").json();
    assert_eq!(listed["keys"][0]["key"], key.as_str());
    let id = listed["keys"][0]["id"].as_str().unwrap().to_owned();
    world
        .openclaw(&format!("models update trust remove {id}"))
        .done();
    assert_eq!(
        world.openclaw("models update trust list --json").json()["keys"],
        json!([])
    );
    let unknown = world.openclaw(&format!("models update trust remove {id}"));
    assert!(
        unknown.failed().contains("neither a public key nor a file"),
        "{unknown}"
    );
    let secret = "untrusted comment: minisign encrypted secret key\nRWRTY0Iy\n";
    world.write("release.key", secret);
    let refused = world.openclaw("models update trust add release.key");
    assert!(refused.failed().contains("a secret key"), "{refused}");
}
