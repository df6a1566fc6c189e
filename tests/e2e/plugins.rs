//! `openclaw plugins`: list, inspect, can-reach.

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

/// Returns why a file is refused as a plugin, and what to do about it: what follows the first line.
/// Nothing is written, and `can-reach` says the same.
#[track_caller]
fn refusal(name: &str, bytes: impl AsRef<[u8]>) -> String {
    let world = Sandbox::new();
    world.write(name, bytes);
    let output = world.run(&["plugins", "inspect", name]);
    let said = output.failed();
    let can_reach = world.run(&["plugins", "can-reach", name, "https://a.test/"]);
    assert_eq!(can_reach.stderr, output.stderr);
    assert_eq!(
        world.files(),
        [name],
        "nothing is cached, nothing is written"
    );
    let (id, _) = name.rsplit_once('.').unwrap();
    let first = format!("error: cannot load plugin `{id}` from {name}\n");
    let rest = said.strip_prefix(&first);
    rest.unwrap_or_else(|| panic!("{output}")).to_owned()
}

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
    assert_eq!(value["size"], bytes.len());
    assert_eq!(value["kind"], "file");
    assert_eq!(
        value["interfaces"],
        json!(["auth", "catalog", "probe", "chat"])
    );
    assert_eq!(value["rights"]["http"].as_array().unwrap().len(), 3);
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
    let added = grants.last().unwrap();
    assert_eq!(added["url"], "https://proxy.corp.test/anthropic/**");
    assert_eq!(added["private"], true);
    assert_eq!(
        added["origin"],
        json!({"source": "config", "key": "models.providers.anthropic.baseUrl", "file": "~/.openclaw/openclaw.json"})
    );
    let text = world.openclaw("plugins inspect openai").stdout;
    assert!(
        text.contains("`models.providers.mine.baseUrl` in ~/.openclaw/openclaw.json"),
        "{text}"
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
fn a_manifest_cannot_steer_the_terminal() {
    let world = Sandbox::new();
    let bytes = wasm::remanifested(&wasm::guest("catalog-only"), |manifest| {
        manifest["name"] = json!("Ac\u{1b}[31mme\n\u{202e}");
    });
    world.write("acme.wasm", bytes);
    let text = world.openclaw("plugins inspect acme.wasm");
    assert!(text.ok().contains(r"Ac\u{1b}[31mme\n\u{202e}"), "{text}");
}

#[test]
fn an_unknown_id_names_those_there_are() {
    Sandbox::new().openclaw("plugins inspect acme").is(expect![[r#"
            ---- stderr
            error: unknown plugin `acme`
              installed: anthropic, google, minimax, ollama, openai
            hint: see the plugins with `openclaw plugins list`; a file is named by its path, as in `./acme.wasm`
            [exit 1]
        "#]]);
}

#[test]
fn a_missing_file_is_named() {
    Sandbox::new().openclaw("plugins inspect nowhere/acme.wasm").is(expect![[r#"
            ---- stderr
            error: cannot load plugin `acme` from nowhere/acme.wasm
              caused by: No such file or directory (os error 2)
            hint: check the path; the plugins that are installed are listed by `openclaw plugins list`
            [exit 1]
        "#]]);
}

#[test]
fn a_folder_is_no_plugin() {
    let world = Sandbox::new();
    world.write("acme/notes.txt", "");
    world.openclaw("plugins inspect ./acme").is(expect![[r#"
        ---- stderr
        error: cannot load plugin `acme` from ./acme
          caused by: it is a folder
        hint: check the path; the plugins that are installed are listed by `openclaw plugins list`
        [exit 1]
    "#]]);
}

#[test]
fn a_text_file_is_refused() {
    expect![[r#"
          caused by: not a WebAssembly file
        hint: a plugin is a WebAssembly component; with openclaw-sdk, `cargo build --release --target wasm32-wasip2` makes one
    "#]]
    .assert_eq(&refusal("acme.wasm", "#!/bin/sh\necho hello\n"));
}

#[test]
fn an_empty_file_is_refused() {
    expect![[r#"
          caused by: not a WebAssembly file
        hint: a plugin is a WebAssembly component; with openclaw-sdk, `cargo build --release --target wasm32-wasip2` makes one
    "#]]
    .assert_eq(&refusal("acme.wasm", ""));
}

#[test]
fn webassembly_text_is_told_how_to_become_binary() {
    expect![[r#"
          caused by: not a WebAssembly file
        hint: this looks like WebAssembly text; `wasm-tools parse acme.wat -o acme.wasm` makes a binary of it
    "#]]
    .assert_eq(&refusal("acme.wat", "  (component)\n"));
}

#[test]
fn a_core_module_is_told_how_to_become_a_component() {
    expect![[r#"
          caused by: a WebAssembly core module, not a component
        hint: turn it into a component with `wasm-tools component new 'my acme.wasm' -o 'my acme.component.wasm'`
    "#]]
    .assert_eq(&refusal("my acme.wasm", wasm::CORE_MODULE));
}

#[test]
fn a_file_that_is_cut_short_is_refused() {
    let bytes = wasm::guest("hostile");
    let world = Sandbox::new();
    for length in [20, bytes.len() / 2, bytes.len() - 1] {
        world.write("cut.wasm", &bytes[..length]);
        let output = world.openclaw("plugins inspect cut.wasm");
        assert!(
            output.failed().contains("the binary is broken at byte"),
            "{output}"
        );
        assert!(
            output
                .stderr
                .contains("hint: the file is damaged or cut short"),
            "{output}"
        );
    }
}

#[test]
fn a_component_without_a_manifest_is_refused() {
    expect![[r#"
          caused by: no manifest: the custom section `openclaw:manifest` is missing
        hint: with openclaw-sdk, `openclaw_sdk::manifest!("plugin.toml")` embeds it; other languages add the manifest's JSON as the custom section `openclaw:manifest` of the component
    "#]]
    .assert_eq(&refusal("acme.wasm", wasm::without_manifest(&wasm::guest("hostile"))));
}

#[test]
fn a_component_with_two_manifests_is_refused() {
    let guest = wasm::guest("hostile");
    let bytes = wasm::with_manifest(&guest, &wasm::manifest(&guest).to_string());
    expect![[r#"
          caused by: 2 manifests: exactly one custom section `openclaw:manifest` is allowed
        hint: keep one `openclaw_sdk::manifest!` in all crates that are linked; `wasm-tools objdump acme.wasm` lists the sections
    "#]]
    .assert_eq(&refusal("acme.wasm", bytes));
}

#[test]
fn an_unknown_manifest_key_is_refused() {
    let bytes = wasm::remanifested(&wasm::guest("hostile"), |manifest| {
        manifest["network"] = json!(true)
    });
    expect![[r#"
          caused by: the manifest is refused
          caused by: the manifest cannot be read
          caused by: unknown field `network`, expected one of `schema`, `id`, `name`, `version`, `world`, `aliases`, `local`, `start`, `dialects`, `billing_by_model`, `tool_logins`, `base_url`, `http`, `env`, `auth`, `claims`, `wasi`, `limits` at line 1 column 775
        hint: correct `plugin.toml` and build again; a key that this version does not know may be one of a later openclaw
    "#]]
    .assert_eq(&refusal("acme.wasm", bytes));
}

#[test]
fn a_manifest_of_a_later_schema_is_refused_as_such() {
    let bytes = wasm::remanifested(&wasm::guest("hostile"), |manifest| {
        manifest["schema"] = json!(2)
    });
    expect![[r#"
          caused by: the manifest is refused
          caused by: the manifest has schema 2; this program reads schema 1
        hint: to use it, upgrade openclaw; to publish it for this version, rebuild it with the openclaw-sdk of this version
    "#]]
    .assert_eq(&refusal("acme.wasm", bytes));
}

#[test]
fn a_grant_that_cannot_be_read_is_refused() {
    let bytes = wasm::remanifested(&wasm::guest("hostile"), |manifest| {
        manifest["http"][1]["url"] = json!("https://*");
    });
    expect![[r#"
          caused by: manifest key `http[1]`
          caused by: a grant for every host needs `"any_host": true`
        hint: a grant is `scheme://host[:port]/path`, as in "https://api.acme.test/v1/**"; correct `plugin.toml` and build again
    "#]]
    .assert_eq(&refusal("acme.wasm", bytes));
}

#[test]
fn an_undeclared_import_is_refused_with_what_to_declare() {
    let guest = wasm::guest("hostile");
    let without_http = wasm::remanifested(&guest, |manifest| manifest["http"] = json!([]));
    expect![[r#"
          caused by: imports `openclaw:provider/http@0.1.0`, which its manifest does not declare: an `http` entry for each address it wants to reach
        hint: add to `plugin.toml`, and build again: [[http]] url = "https://api.acme.test/v1/**", methods = ["POST"]
    "#]]
    .assert_eq(&refusal("acme.wasm", without_http));
    let without_env = wasm::remanifested(&guest, |manifest| manifest["env"] = json!([]));
    expect![[r#"
          caused by: imports `openclaw:provider/env@0.1.0`, which its manifest does not declare: an `env` entry for each variable it wants to read
        hint: add to `plugin.toml`, and build again: [[env]] name = "ACME_API_KEY", secret = true
    "#]]
    .assert_eq(&refusal("acme.wasm", without_env));
}

#[test]
fn an_import_that_no_host_offers_is_refused() {
    let bytes = wasm::renamed(
        &wasm::guest("hostile"),
        "openclaw:provider/http@",
        "openclaw:provider/disk@",
    );
    expect![[r#"
          caused by: imports `openclaw:provider/disk@0.1.0`, which this host does not offer to plugins
        hint: a plugin reaches the world through `openclaw:provider` alone; take out what needs this import and build again
    "#]]
    .assert_eq(&refusal("acme.wasm", bytes));
}

#[test]
fn a_component_for_a_newer_contract_is_refused() {
    let bytes = wasm::renamed(
        &wasm::guest("hostile"),
        "openclaw:provider/http@0.1.0",
        "openclaw:provider/http@0.3.0",
    );
    expect![[r#"
          caused by: built for openclaw:provider@0.3.0; this host offers 0.1.0
        hint: to use it, upgrade openclaw; to publish it for this version, rebuild it with openclaw-sdk 0.1
    "#]]
    .assert_eq(&refusal("acme.wasm", bytes));
    let bytes = wasm::remanifested(&wasm::guest("hostile"), |manifest| {
        manifest["world"] = json!("openclaw:provider/provider@1.0.0");
    });
    expect![[r#"
          caused by: built for openclaw:provider@1.0.0; this host offers 0.1.0
        hint: to use it, upgrade openclaw; to publish it for this version, rebuild it with openclaw-sdk 0.1
    "#]]
    .assert_eq(&refusal("acme.wasm", bytes));
}

#[test]
fn a_component_that_offers_nothing_is_refused() {
    let manifest = wasm::manifest(&wasm::guest("catalog-only")).to_string();
    expect![[r#"
          caused by: exports none of the contract's interfaces (auth, catalog, chat, probe)
        hint: with openclaw-sdk, `openclaw_sdk::export_provider!(Acme)` exports all of them
    "#]]
    .assert_eq(&refusal(
        "acme.wasm",
        wasm::with_manifest(wasm::COMPONENT, &manifest),
    ));
}

#[test]
fn failures_are_data_too() {
    let world = Sandbox::new();
    world.write("acme.wasm", wasm::CORE_MODULE);
    let output = world.openclaw("plugins inspect acme.wasm --json");
    let error: serde_json::Value = serde_json::from_str(output.failed()).unwrap();
    assert_eq!(error["error"]["code"], "plugin");
    assert_eq!(
        error["error"]["message"],
        "cannot load plugin `acme` from acme.wasm"
    );
}

#[test]
fn can_reach_names_the_grant_that_allows() {
    let world = Sandbox::new();
    world.write("hostile.wasm", wasm::guest("hostile"));
    world
        .openclaw(
            "plugins can-reach hostile.wasm https://API.hostile.test:443/v1/./echo --method POST",
        )
        .is(expect![[r#"
            allow POST https://api.hostile.test/v1/echo
              plugin   hostile
              grant    2. POST https://api.hostile.test/v1/echo
              from     its manifest
              for      behaves, when asked to
              secrets  header x-api-key
              address  public ones only, checked when they are dialled
        "#]]);
}

#[test]
fn can_reach_names_the_rule_that_denies_and_the_smallest_grant() {
    let world = Sandbox::new();
    world.write("hostile.wasm", wasm::guest("hostile"));
    let output = world.openclaw("plugins can-reach hostile.wasm https://api.hostile.test/v1/echo");
    output.is(expect![[r#"
        deny GET https://api.hostile.test/v1/echo
          plugin          hostile
          rule            method_not_granted
          reason          GET https://api.hostile.test/v1/echo: `https://api.hostile.test/v1/echo` is granted for POST only
          smallest grant  {"url":"https://api.hostile.test/v1/echo","methods":["GET"]}
        [exit 1]
    "#]]);
    let output =
        world.openclaw("plugins can-reach hostile.wasm https://api.hostile.test/v1/echo --json");
    assert_eq!(output.code, Some(1));
    assert_eq!(
        output.json(),
        json!({
            "plugin": "hostile", "provider": "hostile", "method": "GET",
            "url": "https://api.hostile.test/v1/echo", "verdict": "deny", "rule": "method_not_granted",
            "reason": "GET https://api.hostile.test/v1/echo: `https://api.hostile.test/v1/echo` is granted for POST only",
            "smallestGrant": {"url": "https://api.hostile.test/v1/echo", "methods": ["GET"]},
        })
    );
}

#[test]
fn can_reach_judges_literal_addresses() {
    let world = Sandbox::new();
    let verdict = |url: &str, method: &str| {
        let output = world.run(&[
            "plugins",
            "can-reach",
            "ollama",
            url,
            "--method",
            method,
            "--json",
        ]);
        let value = output.json();
        let rule = value["rule"].as_str().unwrap_or("-").to_owned();
        format!(
            "{} {} {rule}",
            output.code.unwrap(),
            value["verdict"].as_str().unwrap()
        )
    };
    assert_eq!(
        verdict("http://127.0.0.1:11434/api/chat", "POST"),
        "0 allow -"
    );
    assert_eq!(
        verdict("http://127.0.0.1:11435/api/chat", "POST"),
        "1 deny port_not_granted"
    );
    assert_eq!(
        verdict("http://127.1:11434/api/chat", "POST"),
        "1 deny bad_host"
    );
    assert_eq!(
        verdict("http://[::1]:11434/api/chat", "POST"),
        "1 deny no_grant_for_host"
    );
    assert_eq!(
        verdict("http://169.254.169.254/latest", "GET"),
        "1 deny private_address"
    );
    assert_eq!(
        verdict("http://127.0.0.1:11434/api/chat", "post"),
        "1 deny bad_method"
    );
}

#[test]
fn can_reach_counts_the_base_url_of_the_config() {
    let world = Sandbox::new().config(BASE_URL);
    let code = |provider: &str, url: &str| {
        world
            .run(&["plugins", "can-reach", provider, url, "--method", "POST"])
            .code
    };
    assert_eq!(
        code("anthropic", "https://proxy.corp.test/anthropic/v1/messages"),
        Some(0)
    );
    assert_eq!(code("anthropic", "https://proxy.corp.test/other"), Some(1));
    assert_eq!(
        code("mine", "http://127.0.0.1:8080/v1/chat/completions"),
        Some(0)
    );
    assert_eq!(
        code("openai", "http://127.0.0.1:8080/v1/chat/completions"),
        Some(1)
    );
    let output = world.openclaw("plugins can-reach odd https://odd.test/");
    assert!(
        output
            .failed()
            .starts_with("error: cannot use the configured `baseUrl`"),
        "{output}"
    );
}

#[test]
fn can_reach_explains_its_exit_codes() {
    let help = Sandbox::new().openclaw("plugins can-reach --help");
    assert!(
        help.ok().contains("Exit codes: 0 allowed; 1 denied"),
        "{help}"
    );
}
