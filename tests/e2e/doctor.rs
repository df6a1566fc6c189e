//! `openclaw doctor`: what it finds, and that it changes nothing.

use std::collections::BTreeMap;
use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;

use expect_test::{Expect, expect};
use openclaw_tests::{FIXED_TIME_MS, World};
use serde_json::json;

use crate::check;
use crate::surface::{misunderstood, words};

const DAY_MS: u64 = 24 * 60 * 60 * 1000;
const STORE: &str = ".openclaw/agents/main/agent/auth-profiles.json";

/// A world whose files nobody else may read.
fn private(world: World) -> World {
    let mut folders = vec![world.path(".openclaw")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                set_mode(&path, 0o600);
            }
        }
        if folder.is_dir() {
            set_mode(&folder, 0o700);
        }
    }
    world
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn key(provider: &str) -> serde_json::Value {
    json!({"type": "api_key", "provider": provider, "key": "sk-ant-api03-secret-secret-secret"})
}

/// A world without anything wrong.
fn sound() -> World {
    World::new()
        .config(
            r#"{ agents: { defaults: { model: { primary: "anthropic/claude-opus-4-5", fallbacks: ["openai/gpt-5.2"] } } } }"#,
        )
        .profile("anthropic:work", key("anthropic"))
        .profile("openai:work", key("openai"))
}

/// Compares what is found, as `severity id: what`.
#[track_caller]
fn found(world: &World, expect: &Expect) {
    let output = world.openclaw("doctor --json");
    let value = output.json();
    let lines: Vec<String> = value["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| {
            let text = |name: &str| finding[name].as_str().unwrap_or_default().to_owned();
            format!("{} {}: {}\n", text("severity"), text("id"), text("what"))
        })
        .collect();
    expect.assert_eq(&lines.concat());
    let errors = value["summary"]["errors"] != 0;
    assert_eq!(output.code, Some(i32::from(errors)), "{output}");
}

#[test]
fn where_nothing_is_wrong_it_says_so() {
    check(
        &private(sound()).openclaw("doctor"),
        &expect![[r#"
        No problems found. Looked at 4 files, 2 credentials, 2 configured models and 0 local servers; nothing was changed.
    "#]],
    );
}

#[test]
fn a_new_user_is_told_what_to_do_first() {
    check(
        &World::new().openclaw("doctor"),
        &expect![[r#"
        error: agent `main` uses a model of `anthropic`, and there is no credential for it
          at:   ~/.openclaw/agents/main/agent/auth-profiles.json
          mend: openclaw models auth add --provider anthropic

        note: there is no config yet: the built-in default model is used
          at:   ~/.openclaw/openclaw.json
          mend: openclaw models set anthropic/claude-opus-4-5

        note: there is no fallback: when `anthropic/claude-opus-4-5` does not answer, nothing else is asked
          at:   agents.defaults.model.fallbacks
          mend: store a credential of another provider with `openclaw models auth paste-token --provider <name>`, then add one of its models

        1 error, 2 notes. Looked at 0 files, 0 credentials, 0 configured models and 0 local servers; nothing was changed.
        [exit 1]
    "#]],
    );
}

#[test]
fn files_that_others_may_read_are_errors() {
    let world = private(sound());
    set_mode(&world.path(STORE), 0o644);
    set_mode(&world.path(".openclaw"), 0o755);
    world.write(".openclaw/.env", "KEY=x\n");
    set_mode(&world.path(".openclaw/.env"), 0o640);
    set_mode(&world.path(".openclaw/openclaw.json"), 0o666);
    check(
        &world.openclaw("doctor"),
        &expect![[r#"
        error: the folder can be read by other users (mode 0755)
          at:   ~/.openclaw
          mend: chmod 700 ~/.openclaw

        error: the config can be changed by other users (mode 0666)
          at:   ~/.openclaw/openclaw.json
          mend: chmod 600 ~/.openclaw/openclaw.json

        error: the file with variables can be read by other users (mode 0640)
          at:   ~/.openclaw/.env
          mend: chmod 600 ~/.openclaw/.env

        error: the credential store can be read by other users (mode 0644)
          at:   ~/.openclaw/agents/main/agent/auth-profiles.json
          mend: chmod 600 ~/.openclaw/agents/main/agent/auth-profiles.json

        4 errors. Looked at 5 files, 2 credentials, 2 configured models and 0 local servers; nothing was changed.
        [exit 1]
    "#]],
    );
}

#[test]
fn a_config_with_keys_in_it_has_to_be_private() {
    let with = |key: &str| {
        let world = private(World::new().config(&format!(
            r#"{{ models: {{ providers: {{ openai: {{ baseUrl: "https://api.openai.com/v1", apiKey: "{key}", models: [] }} }} }} }}"#
        )));
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
    let world = private(
        World::new()
            .config("{ agents: \n")
            .profile("openai:x", key("openai")),
    );
    world.write(STORE, "not JSON, and has a sk-ant-api03-secret in it");
    check(
        &world.openclaw("doctor"),
        &expect![[r#"
        error: the credential store cannot be used: it is not JSON: expected ident at line 1 column 2
          at:   ~/.openclaw/agents/main/agent/auth-profiles.json
          mend: correct it by hand, or move it away and store the credentials again: mv ~/.openclaw/agents/main/agent/auth-profiles.json ~/.openclaw/agents/main/agent/auth-profiles.json.broken

        error: the config cannot be used: <home>/.openclaw/openclaw.json, line 2, column 1: expected a value, found the end of the file
          at:   ~/.openclaw/openclaw.json
          mend: correct the file by hand, or restore one of the backups beside it; credentials and models are looked at once it can be read

        2 errors. Looked at 4 files, 0 credentials, 0 configured models and 0 local servers; nothing was changed.
        [exit 1]
    "#]],
    );
}

#[test]
fn credentials_that_do_not_sign_are_found() {
    let token = |expires: u64| json!({"type": "token", "provider": "anthropic", "token": "sk-ant-oat01-secret", "expires": expires});
    let world = sound()
        .profile("anthropic:old", token(FIXED_TIME_MS - 3 * DAY_MS))
        .profile("anthropic:soon", token(FIXED_TIME_MS + 3 * DAY_MS))
        .profile(
            "anthropic:blank",
            json!({"type": "api_key", "provider": "anthropic", "key": " "}),
        );
    let mut store: serde_json::Value = serde_json::from_str(&world.read(STORE).unwrap()).unwrap();
    store["usageStats"] = json!({
        "anthropic:work": { "errorCount": 1, "failureCounts": {"auth": 1}, "lastFailureAt": FIXED_TIME_MS - 60_000 },
        "openai:work": { "errorCount": 1, "cooldownUntil": FIXED_TIME_MS + 60_000, "cooldownReason": "rate_limit",
            "disabledUntil": FIXED_TIME_MS + 5 * 3_600_000, "disabledReason": "billing" },
    });
    world.write(STORE, store.to_string());
    found(
        &private(world),
        &expect![[r#"
        warning login-refused: `anthropic` refused `anthropic:work` when it was last tried, 1 min ago
        warning profile-disabled: `openai:work` is disabled: out of credit; usable in 5 h
        warning profile-expired: `anthropic:old` expired 3 d ago
        warning profile-expiring: `anthropic:soon` expires in 3 d
        warning profile-empty: `anthropic:blank` holds nothing that signs
        note profile-resting: `openai:work` rests: rate limited; usable in 1 min
    "#]],
    );
}

#[test]
fn orders_and_declarations_that_name_what_is_not_there_are_found() {
    let world = World::new()
        .config(
            r#"{
  agents: {
    defaults: { model: { primary: "anthropic/claude-opus-4-5", fallbacks: ["openai/gpt-5.2"] } },
    list: [{ id: "main", default: true }, { id: "work", auth: { order: { openai: ["anthropic:work"] } } }],
  },
  auth: {
    order: { anthropic: ["anthropic:gone", "anthropic:work", "openai:work"] },
    profiles: {
      "openai:declared": { provider: "openai", mode: "api_key" },
      "openai:work": { provider: "openai", mode: "oauth" },
    },
  },
}"#,
        )
        .profile("anthropic:work", key("anthropic"))
        .profile("anthropic:spare", key("anthropic"))
        .profile("openai:work", key("openai"))
        .profile("openai:hidden", key("openai"));
    found(
        &private(world),
        &expect![[r#"
        error order-other-provider: the order of `openai` names `anthropic:work`, which belongs to `anthropic`
        error order-useless: none of the order of `openai` can be used, so no stored profile of it is
        warning declared-not-stored: `openai:declared` is declared in the config, but not stored
        warning declared-other-mode: `openai:work` is declared as oauth, but stored as api-key, so it is not used
        warning stored-not-declared: `openai:hidden` is stored, but `auth.profiles` declares only other profiles of `openai`, so it is not used
        warning order-not-stored: the order names `anthropic:gone`, which is not stored
        warning order-other-provider: the order of `anthropic` names `openai:work`, which belongs to `openai`
        note profile-not-in-order: `anthropic:spare` is stored, but not in the order of `anthropic`, so it is not used
    "#]],
    );
}

/// Models in every state, in every place.
fn models() -> World {
    World::new()
        .config(
            r#"{
  agents: {
    defaults: {
      model: { primary: "anthropic/claude-3-opus-20240229", fallbacks: ["anthropic/claude-haiku-3-5", "anthropic/claude-3-opus-20240229", "google/gemini-2.5-pro"] },
      imageModel: { primary: "openai/o3-mini", fallbacks: ["/x"] },
      models: {
        "anthropic/claude-3-opus-20240229": { alias: "old" },
        "anthropic/claude-haiku-3-5": {},
        "openai/o3-mini": {},
        "openai/gpt-5.2": {},
      },
    },
    list: [
      { id: "main", default: true },
      { id: "work", model: { primary: "openai/gpt-9", fallbacks: ["openai/gpt-5.2", "openai/gpt-8"] } },
      { id: "alone", model: { primary: "openai/gpt-5.2", fallbacks: [] } },
    ],
  },
}"#,
        )
        .profile("anthropic:work", key("anthropic"))
        .profile("openai:work", key("openai"))
}

#[test]
fn models_that_are_gone_unknown_or_of_no_use_are_found() {
    check(
        &private(models()).openclaw("doctor"),
        &expect![[r#"
            error: the primary model `anthropic/claude-3-opus-20240229` is retired since 2026-01-05 and no longer answers
              at:   agents.defaults.model.primary
              mend: openclaw models set anthropic/claude-opus-5

            error: the image model `openai/o3-mini` takes no images
              at:   agents.defaults.imageModel.primary
              mend: openclaw models set-image openai/o3

            error: the primary model of agent `work`, `openai/gpt-9`, is in no catalog; did you mean `openai/gpt-5`?
              at:   agents.list[1].model.primary
              mend: openclaw config set 'agents.list[1].model.primary' openai/gpt-5

            error: the primary model of agent `work`, `openai/gpt-9`, is not among the allowed models, so requests are refused
              at:   agents.list[1].model.primary
              mend: openclaw config set 'agents.defaults.models["openai/gpt-9"]' '{}'

            warning: the fallback `anthropic/claude-haiku-3-5` is in no catalog; did you mean `anthropic/claude-haiku-4-5`?
              at:   agents.defaults.model.fallbacks[0]
              mend: openclaw models fallbacks remove anthropic/claude-haiku-3-5

            warning: the fallback `anthropic/claude-3-opus-20240229` is retired since 2026-01-05 and no longer answers
              at:   agents.defaults.model.fallbacks[1]
              mend: openclaw models fallbacks remove anthropic/claude-3-opus-20240229

            warning: the fallback `google/gemini-2.5-pro` is not among the allowed models, so it is passed over
              at:   agents.defaults.model.fallbacks[2]
              mend: openclaw config set 'agents.defaults.models["google/gemini-2.5-pro"]' '{}'

            warning: the image model `openai/o3-mini` retires on 2026-10-23
              at:   agents.defaults.imageModel.primary
              mend: openclaw models set-image openai/o3

            warning: the image fallback `/x` is no model reference
              at:   agents.defaults.imageModel.fallbacks[0]
              mend: openclaw models image-fallbacks remove /x

            warning: the model of alias `old`, `anthropic/claude-3-opus-20240229`, is retired since 2026-01-05 and no longer answers
              at:   agents.defaults.models["anthropic/claude-3-opus-20240229"].alias
              mend: openclaw models aliases add old anthropic/claude-opus-5

            warning: the fallback of agent `work`, `openai/gpt-8`, is in no catalog; did you mean `openai/gpt-5`?
              at:   agents.list[1].model.fallbacks[1]
              mend: openclaw config set 'agents.list[1].model.fallbacks' '["openai/gpt-5.2"]'

            warning: the fallback of agent `work`, `openai/gpt-8`, is not among the allowed models, so it is passed over
              at:   agents.list[1].model.fallbacks[1]
              mend: openclaw config set 'agents.defaults.models["openai/gpt-8"]' '{}'

            warning: all fallbacks of agent `work` use the one account of `openai` that the primary uses, so they fail together
              at:   agents.list[1].model.fallbacks
              mend: openclaw config set 'agents.list[1].model.fallbacks' '["openai/gpt-5.2", "openai/gpt-8", "anthropic/claude-sonnet-5"]'

            note: the fallback `anthropic/claude-3-opus-20240229` is there already, so it adds nothing
              at:   agents.defaults.model.fallbacks
              mend: openclaw models fallbacks remove anthropic/claude-3-opus-20240229

            note: the fallbacks `anthropic/claude-haiku-3-5`, `anthropic/claude-3-opus-20240229` use the one account of `anthropic` that the primary uses, so they fail together
              at:   agents.defaults.model.fallbacks
              mend: openclaw models auth paste-token --provider anthropic --profile-id anthropic:backup

            4 errors, 9 warnings, 2 notes. Looked at 4 files, 2 credentials, 12 configured models and 0 local servers; nothing was changed.
            [exit 1]
        "#]],
    );
}

#[test]
fn fallbacks_that_fail_with_the_primary_are_found() {
    let with = |fallbacks: &str| {
        private(
            World::new()
                .config(&format!(
                    r#"{{ agents: {{ defaults: {{ model: {{ primary: "anthropic/claude-opus-4-5", fallbacks: {fallbacks} }} }} }} }}"#
                ))
                .profile("anthropic:work", key("anthropic"))
                .profile("openai:work", key("openai")),
        )
    };
    let one = r#"["anthropic/claude-sonnet-4-5"]"#;
    check(
        &with(one).openclaw("doctor"),
        &expect![[r#"
        warning: the only fallback uses the one account of `anthropic` that the primary uses, so they fail together
          at:   agents.defaults.model.fallbacks
          mend: openclaw models fallbacks add openai/gpt-5.5

        1 warning. Looked at 4 files, 2 credentials, 2 configured models and 0 local servers; nothing was changed.
    "#]],
    );
    found(
        &private(with(one).profile("anthropic:backup", key("anthropic"))),
        &expect![""],
    );
    found(
        &with(r#"["anthropic/claude-sonnet-4-5", "openai/gpt-5.2"]"#),
        &expect![[r#"
            note fallbacks-share-account: the fallback `anthropic/claude-sonnet-4-5` uses the one account of `anthropic` that the primary uses, so they fail together
        "#]],
    );
    found(
        &with("[]"),
        &expect![[r#"
        note no-fallback: there is no fallback: when `anthropic/claude-opus-4-5` does not answer, nothing else is asked
    "#]],
    );
}

#[test]
fn a_local_server_that_does_not_answer_is_found() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let world = private(World::new().config(&format!(
        r#"{{
  agents: {{ defaults: {{ model: {{ primary: "lab/llama", fallbacks: ["anthropic/claude-opus-4-5"] }} }} }},
  models: {{ providers: {{ lab: {{ baseUrl: "http://127.0.0.1:{port}/v1", api: "openai-completions", apiKey: "x-secret", models: [{{ id: "llama" }}] }} }} }},
}}"#
    )).profile("anthropic:work", key("anthropic")));
    found(&world, &expect![""]);
    drop(listener);
    check(
        &world.openclaw("doctor"),
        &expect![[r#"
        error: the server of `lab` at http://127.0.0.1:<port>/v1 cannot be reached: nothing listens there
          at:   models.providers.lab.baseUrl
          mend: start the server, or correct `models.providers.lab.baseUrl`

        1 error. Looked at 4 files, 1 credential, 2 configured models and 1 local server; nothing was changed.
        [exit 1]
    "#]],
    );
}

#[test]
fn what_older_releases_left_is_noted() {
    let world = sound();
    world.write(".openclaw/agents/main/agent/auth.json", "{}");
    world.write(".openclaw/credentials/oauth.json", "{}");
    world.write(".clawdbot/other", "");
    found(
        &private(world),
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
        &private(world),
        &expect![[r#"
        error folder-unusable: the folder cannot be used: a file is in its place
        error audit-unwritable: the audit log cannot be written: Not a directory (os error 20)
    "#]],
    );
}

#[test]
fn it_says_which_variable_of_a_secret_is_not_set() {
    let world = private(World::new().config(
        r#"{
  agents: { defaults: { model: { primary: "openai/gpt-5.2", fallbacks: ["google/gemini-2.5-pro"] } } },
  models: { providers: {
    openai: { baseUrl: "https://api.openai.com/v1", apiKey: "${UNSET_KEY}", models: [] },
    other: { baseUrl: "https://other.test/v1", apiKey: "${OTHER_KEY}", models: [] },
  } },
  wat: 1,
}"#,
    ).profile("google:work", key("google")));
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

/// Returns what every file and folder is, with its content and times of change.
fn snapshot(world: &World) -> BTreeMap<String, (u32, i64, i64, Vec<u8>)> {
    let mut found = BTreeMap::new();
    let mut waiting = vec![world.home().to_path_buf()];
    while let Some(path) = waiting.pop() {
        let metadata = fs::symlink_metadata(&path).unwrap();
        let bytes = if metadata.is_dir() {
            let entries = fs::read_dir(&path).unwrap();
            waiting.extend(entries.map(|entry| entry.unwrap().path()));
            Vec::new()
        } else {
            fs::read(&path).unwrap()
        };
        let facts = (
            metadata.mode(),
            metadata.mtime(),
            metadata.mtime_nsec(),
            bytes,
        );
        found.insert(path.display().to_string(), facts);
    }
    found
}

#[test]
fn it_changes_nothing_and_shows_no_secret() {
    for world in [World::new(), private(sound()), models()] {
        world.write(".openclaw/logs/audit.jsonl", "{}\n");
        world.write(
            ".openclaw/credentials/oauth.json",
            "{\"anthropic\": {\"access\": \"a-secret\"}}",
        );
        let before = snapshot(&world);
        for arguments in [
            "doctor",
            "doctor --json",
            "doctor --plain",
            "status --usage",
            "logs",
            "gateway restart",
        ] {
            let output = world.openclaw(arguments);
            assert!(!output.to_string().contains("secret"), "{output}");
        }
        assert_eq!(snapshot(&world), before);
    }
}

#[test]
fn every_command_that_mends_is_one_of_ours_or_of_the_system() {
    let world = models();
    let value = world.openclaw("doctor --json").json();
    let mut ours = 0;
    for finding in value["findings"].as_array().unwrap() {
        let Some(command) = finding["command"].as_str() else {
            continue;
        };
        let words = words(command);
        match words[0].as_str() {
            "openclaw" => {
                ours += 1;
                assert_eq!(misunderstood(&world, &words[1..]), None, "{command}");
            }
            other => assert!(["chmod", "mv", "ollama"].contains(&other), "{command}"),
        }
    }
    assert!(ours > 5, "{value:#}");
}
