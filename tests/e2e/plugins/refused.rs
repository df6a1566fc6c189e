//! What is no plugin is refused with the reason, by `inspect` and `can-reach` alike.

use super::*;

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
fn an_unknown_id_names_those_there_are() {
    Sandbox::new().openclaw("plugins inspect acme").is(expect![[r#"
        ---- stderr
        error: unknown plugin `acme`
          installed: amazon-bedrock, anthropic, azure-openai, cerebras, cohere, deepseek, fireworks, github-copilot, google, google-vertex, groq, huggingface, kimi-coding, litellm, lmstudio, minimax, mistral, moonshot, nvidia, ollama, openai, openai-codex, opencode, openrouter, perplexity, qwen, qwen-portal, together, vercel-ai-gateway, xai, zai
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
          caused by: unknown field `network`, expected one of `schema`, `id`, `name`, `version`, `world`, `aliases`, `local`, `start`, `dialects`, `billing_by_model`, `tool_logins`, `base_url`, `http`, `env`, `ambient`, `auth`, `claims`, `realms`, `namespaces`, `media`, `relay_headers`, `wasi`, `limits` at line 1 column 2130
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
          caused by: exports none of the contract's interfaces (auth, catalog, chat, probe, tokens, embeddings, quota, relay)
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
