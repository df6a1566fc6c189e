//! `openclaw plugins`: list, inspect, can-reach.

mod can_reach;
mod refused;

use expect_test::{expect, expect_file};
use openclaw_tests::{Sandbox, wasm};
use serde_json::json;

const BASE_URL: &str = r#"{
  models: { providers: {
    anthropic: { baseUrl: "https://proxy.corp.test/anthropic/" },
    mine: { api: "openai-completions", baseUrl: "http://127.0.0.1:8080/v1", models: [{ id: "m" }] },
    odd: { api: "openai-completions", baseUrl: "https://odd.test/v1?x=1", models: [{ id: "m" }] },
  } },
}
"#;

#[test]
fn list_says_what_each_may_reach() {
    let world = Sandbox::new();
    let text = world.openclaw("plugins list");
    for id in ["anthropic", "google", "minimax", "ollama", "openai"] {
        assert!(text.ok().lines().any(|line| line.starts_with(id)), "{text}");
    }
    let row = text
        .stdout
        .lines()
        .find(|line| line.starts_with("anthropic"))
        .unwrap();
    assert!(
        row.contains("bundled") && row.contains("api.anthropic.com"),
        "{row}"
    );
    assert!(
        text.stdout.lines().all(|line| line.chars().count() <= 100),
        "{text}"
    );
    assert_eq!(
        world.files(),
        Vec::<String>::new(),
        "a read command leaves nothing behind"
    );
}

#[test]
fn list_as_data_has_whole_digests_and_the_base_urls_of_the_config() {
    let output = Sandbox::new()
        .config(BASE_URL)
        .openclaw("plugins list --json");
    let list = output.json();
    let plugins = list.as_array().unwrap();
    let by_id = |id: &str| plugins.iter().find(|plugin| plugin["id"] == id).unwrap();
    assert_eq!(by_id("anthropic")["digest"], "<sha256>");
    let reaches = by_id("anthropic")["reaches"].as_array().unwrap();
    assert!(
        reaches.contains(&json!({"host": "proxy.corp.test", "private": true, "source": "config"}))
    );
    assert!(
        reaches.contains(
            &json!({"host": "api.anthropic.com", "private": false, "source": "manifest"})
        )
    );
    let reaches = by_id("openai")["reaches"].as_array().unwrap();
    assert!(
        reaches.contains(
            &json!({"host": "http://127.0.0.1:8080", "private": true, "source": "config"})
        )
    );
    assert!(
        output.stderr.contains("provider `odd` cannot be served"),
        "{output}"
    );
}

#[test]
fn inspect_says_everything_that_can_be_known_without_running() {
    let world = Sandbox::new();
    let bytes = wasm::guest("hostile");
    world.write("hostile.wasm", &bytes);
    let output = world.openclaw("plugins inspect hostile.wasm");
    let text = output.ok().replace(&bytes.len().to_string(), "<size>");
    expect_file!["expected/plugins.inspect_says_everything_that_can_be_known_without_running.txt"]
        .assert_eq(&text);
    assert_eq!(
        world.files(),
        ["hostile.wasm"],
        "nothing is compiled, so nothing is cached"
    );
    assert_eq!(
        world
            .openclaw("plugins inspect --plain hostile.wasm")
            .stdout,
        output.stdout
    );
}

#[test]
fn inspect_as_data_holds_the_manifest_and_the_rights() {
    let world = Sandbox::new();
    let bytes = wasm::guest("hostile");
    world.write("hostile.wasm", &bytes);
    let output = world.openclaw("plugins inspect ./hostile.wasm --json");
    output.ok();
    let value = output.json();
    assert_eq!(value["manifest"], wasm::manifest(&bytes));
    assert_eq!(value["sizeBytes"], bytes.len());
    assert_eq!(value["kind"], "file");
    assert_eq!(
        value["interfaces"],
        json!([
            "auth",
            "catalog",
            "probe",
            "chat",
            "tokens",
            "embeddings",
            "quota",
            "relay"
        ])
    );
    assert_eq!(value["rights"]["http"].as_array().unwrap().len(), 5);
    assert_eq!(
        value["rights"]["http"][0],
        json!({
            "url": "https://api.hostile.test/v1/allowed", "methods": ["GET"], "private": false,
            "anyHost": false, "reason": "the one place it may read",
            "secretIn": ["header:x-api-key"], "captures": [], "origin": {"source": "manifest"},
        })
    );
    assert_eq!(
        value["rights"]["env"],
        json!([
            {"name": "HOSTILE_API_KEY", "secret": true, "mode": "api-key"},
            {"name": "HOSTILE_PLAIN", "secret": false, "mode": null},
        ])
    );
    assert_eq!(
        value["rights"]["limits"],
        json!({"memoryMib": 32, "callMs": 2000})
    );
}

#[test]
fn inspect_takes_the_digest_of_the_bytes_themselves() {
    let output = Sandbox::new().openclaw("plugins inspect anthropic --json");
    assert_eq!(output.json()["digest"], "<sha256>");
    assert_eq!(output.json()["kind"], "bundled");
}

#[test]
fn a_base_url_of_the_config_is_a_grant_with_its_origin() {
    let world = Sandbox::new().config(BASE_URL);
    let value = world.openclaw("plugins inspect anthropic --json").json();
    let grants = value["rights"]["http"].as_array().unwrap();
    let origin = json!({"source": "config", "key": "models.providers.anthropic.baseUrl", "file": "~/.openclaw/openclaw.json"});
    let added = grants.iter().filter(|grant| grant["origin"] == origin);
    let added: Vec<String> = added
        .map(|grant| {
            format!(
                "{} {} {}",
                grant["url"], grant["private"], grant["secretIn"]
            )
        })
        .collect();
    // Each with its own places: a key never goes into a prompt.
    assert_eq!(
        added,
        [
            r#""https://proxy.corp.test/anthropic/v1/messages" true ["header:x-api-key","header:authorization"]"#,
            r#""https://proxy.corp.test/anthropic/v1/messages/count_tokens" true ["header:x-api-key","header:authorization"]"#,
            r#""https://proxy.corp.test/anthropic/v1/models" true ["header:x-api-key","header:authorization"]"#,
            r#""https://proxy.corp.test/anthropic/api/oauth/usage" true ["header:authorization"]"#,
        ]
    );
    let text = world.openclaw("plugins inspect openai").stdout;
    assert!(
        text.contains("`models.providers.mine.baseUrl` in ~/.openclaw/openclaw.json"),
        "{text}"
    );
}

#[test]
fn a_provider_of_the_users_own_is_shown_with_its_base_url_alone() {
    let world = Sandbox::new().config(
        r#"{ models: { providers: {
          lab: { api: "anthropic-messages", baseUrl: "https://gw.test/x", models: [{ id: "m" }] },
          other: { api: "anthropic-messages", baseUrl: "https://other.test", models: [{ id: "m" }] },
          anthropic: { baseUrl: "https://eu.anthropic.test" },
        } } }"#,
    );
    let value = world.openclaw("plugins inspect lab --json").json();
    assert_eq!(
        (&value["plugin"], &value["provider"]),
        (&json!("anthropic"), &json!("lab"))
    );
    let grants = value["rights"]["http"].as_array().unwrap();
    assert!(!grants.is_empty());
    for grant in grants {
        let url = grant["url"].as_str().unwrap();
        assert!(url.starts_with("https://gw.test/x/"), "{value:#}");
        let reach = url.replace("/**", "/a").replace("/*", "/a");
        let method = grant["methods"][0].as_str().unwrap();
        world
            .run(&["plugins", "can-reach", "lab", &reach, "--method", method])
            .ok();
    }
    assert_eq!(value["rights"]["env"], json!([]), "{value:#}");
    let text = world.openclaw("plugins inspect lab");
    assert!(
        text.ok().contains("the provider `lab` of your config"),
        "{text}"
    );
    assert!(!text.stdout.contains("ANTHROPIC_"), "{text}");
    // One whose base URL cannot be used has nothing, and says why.
    let world = Sandbox::new().config(
        r#"{ models: { providers: { lab: { api: "openai-completions", baseUrl: "https://h.test/*/v1", models: [{ id: "m" }] } } } }"#,
    );
    let value = world.openclaw("plugins inspect lab --json").json();
    assert_eq!(value["rights"]["http"], json!([]), "{value:#}");
    assert!(
        value["warnings"]
            .to_string()
            .contains("provider `lab` cannot be served")
    );
    // The vendor itself keeps its own.
    let value = Sandbox::new()
        .openclaw("plugins inspect anthropic --json")
        .json();
    assert_eq!(value["provider"], "anthropic");
    assert!(
        value["rights"]["env"]
            .to_string()
            .contains("ANTHROPIC_API_KEY")
    );
}

#[test]
fn a_lint_is_no_refusal() {
    let world = Sandbox::new();
    let bytes = wasm::remanifested(&wasm::guest("catalog-only"), |manifest| {
        manifest["http"] = json!([{"url": "https://a.test/**", "methods": ["GET"]}]);
    });
    world.write("acme.wasm", bytes);
    let text = world.openclaw("plugins inspect acme.wasm");
    assert!(
        text.ok()
            .contains("the manifest asks for `http`, which the binary does not import"),
        "{text}"
    );
}

#[test]
fn a_place_that_shows_minted_secrets_is_warned_of() {
    let world = Sandbox::new();
    let bytes = wasm::remanifested(&wasm::guest("hostile"), |manifest| {
        manifest["http"][2]["captures"] = json!([]);
    });
    world.write("acme.wasm", bytes);
    let text = world.openclaw("plugins inspect acme.wasm");
    assert!(
        text.ok()
            .contains("lets a secret into the body and captures nothing"),
        "{text}"
    );
}

/// A manifest that wants a key as text, or a say in what is loaded, or more than a page.
#[test]
fn a_manifest_that_no_plugin_may_have_is_refused() {
    let refused = |change: &dyn Fn(&mut serde_json::Value)| {
        let world = Sandbox::new();
        let bytes = wasm::remanifested(&wasm::guest("hostile"), change);
        world.write("acme.wasm", bytes);
        world
            .openclaw("plugins inspect acme.wasm")
            .failed()
            .to_owned()
    };
    for name in [
        "ANTHROPIC_API_KEY",
        "MY_TOKEN",
        "db_password",
        "APP_SECRET",
        "X_CREDENTIALS",
    ] {
        let said = refused(&|manifest| manifest["env"] = json!([{ "name": name }]));
        assert!(
            said.contains(&format!("`{name}` holds a secret by its name")),
            "{said}"
        );
    }
    for name in [
        "LD_PRELOAD",
        "DYLD_INSERT_LIBRARIES",
        "NODE_OPTIONS",
        "BASH_ENV",
    ] {
        for secret in [false, true] {
            let said = refused(&|manifest| {
                manifest["env"] = json!([{ "name": name, "secret": secret }]);
            });
            assert!(said.contains("says which code is loaded"), "{said}");
        }
    }
    let said = refused(&|manifest| manifest["http"][0]["reason"] = "x".repeat(70_000).into());
    assert!(said.contains("at most 65536 are read"), "{said}");
    let said = refused(&|manifest| manifest["auth"][0]["pattern"] = "a".repeat(600).into());
    assert!(said.contains("has 600 bytes; at most 512"), "{said}");
    let said = refused(&|manifest| {
        let method = manifest["auth"][0].clone();
        manifest["auth"] = vec![method; 65].into();
    });
    assert!(said.contains("has 65 entries; at most 64"), "{said}");
    let said = refused(&|manifest| manifest["auth"][0]["pattern"] = "((a{500}){500}){500}".into());
    assert!(said.contains("auth[0].pattern"), "{said}");
}

#[test]
fn a_manifest_cannot_steer_the_terminal() {
    let world = Sandbox::new();
    let bytes = wasm::remanifested(&wasm::guest("catalog-only"), |manifest| {
        manifest["name"] = json!("Ac\u{1b}[31mme\n\u{202e}");
    });
    world.write("acme.wasm", bytes);
    let text = world.openclaw("plugins inspect acme.wasm");
    assert!(text.ok().contains(r"Ac\u{1b}[31mme\n\u{202e}"), "{text}");
}
