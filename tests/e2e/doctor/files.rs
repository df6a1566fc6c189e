//! Files and folders: who may read them, and whether they can be understood.

use expect_test::{expect, expect_file};
use openclaw_tests::Sandbox;

use super::{STORE, found, key, set_mode, sound};

#[test]
fn files_that_others_may_read_are_errors() {
    let world = sound().private();
    set_mode(&world.path(STORE), 0o644);
    set_mode(&world.path(".openclaw"), 0o755);
    world.write(".openclaw/.env", "KEY=x\n");
    set_mode(&world.path(".openclaw/.env"), 0o640);
    set_mode(&world.path(".openclaw/openclaw.json"), 0o666);
    world.openclaw("doctor").is(expect_file![
        "expected/files.files_that_others_may_read_are_errors.txt"
    ]);
}

#[test]
fn a_config_with_keys_in_it_has_to_be_private() {
    let with = |key: &str| {
        let world = Sandbox::new().config(&format!(
            r#"{{ models: {{ providers: {{ openai: {{ baseUrl: "https://api.openai.com/v1", apiKey: "{key}", models: [] }} }} }} }}"#
        )).private();
        set_mode(&world.path(".openclaw/openclaw.json"), 0o644);
        let value = world.env("A_KEY", "x").openclaw("doctor --json").json();
        let findings = value["findings"].as_array().unwrap().clone();
        let found = findings
            .into_iter()
            .find(|finding| finding["id"] == "config-permissions");
        found.unwrap()["severity"].as_str().unwrap().to_owned()
    };
    assert_eq!(with("sk-literal"), "error");
    assert_eq!(with("${A_KEY}"), "note");
}

#[test]
fn a_broken_config_is_a_finding_and_the_files_are_looked_at_all_the_same() {
    let world = Sandbox::new()
        .config("{ agents: \n")
        .profile("openai:x", key("openai"))
        .private();
    world.write(STORE, "not JSON, and has a sk-ant-api03-secret in it");
    world.openclaw("doctor").is(expect_file![
        "expected/files.a_broken_config_is_a_finding_and_the_files_are_looked_at_all_the_same.txt"
    ]);
}

#[test]
fn what_older_releases_left_is_noted() {
    let world = sound();
    world.write(".openclaw/agents/main/agent/auth.json", "{}");
    world.write(".openclaw/credentials/oauth.json", "{}");
    world.write(".clawdbot/other", "");
    found(
        &world.private(),
        &expect![[r#"
        note legacy-leftover: credentials of an older release are no longer read: a credential store has taken their place
        note legacy-leftover: credentials of an older release are no longer read: a credential store has taken their place
        note legacy-folder: the folder of an older release is there, but ~/.openclaw is used
    "#]],
    );
}

#[test]
fn an_audit_log_that_cannot_be_written_is_an_error() {
    let world = sound();
    world.write(".openclaw/logs", "a file");
    found(
        &world.private(),
        &expect![[r#"
        error folder-unusable: the folder cannot be used: a file is in its place
        error audit-unwritable: the audit log cannot be written: Not a directory (os error 20)
    "#]],
    );
}

#[test]
fn it_says_which_variable_of_a_secret_is_not_set() {
    let world = Sandbox::new().config(
        r#"{
  agents: { defaults: { model: { primary: "openai/gpt-5.2", fallbacks: ["google/gemini-2.5-pro"] } } },
  models: { providers: {
    openai: { baseUrl: "https://api.openai.com/v1", apiKey: "${UNSET_KEY}", models: [] },
    other: { baseUrl: "https://other.test/v1", apiKey: "${OTHER_KEY}", models: [] },
  } },
  wat: 1,
}"#,
    ).profile("google:work", key("google")).private();
    found(
        &world,
        &expect![[r#"
        error variable-unset: `${UNSET_KEY}` has no value
        error credential-missing: agent `main` uses a model of `openai`, and there is no credential for it
        warning config-oddity: Unrecognized key: "wat"
        warning variable-unset: `${OTHER_KEY}` has no value
    "#]],
    );
}
