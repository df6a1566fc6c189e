use std::path::Path;

use openclaw_core::cooldown::{ModelCooldown, UsageStats};
use openclaw_core::credential::{Credential, Mode, Profile, ProfileId, ProviderId};
use openclaw_core::secret::Secret;
use openclaw_core::time::Timestamp;
use serde_json::{Value as Json, json};

use super::{Sandbox, mode, names};
use crate::StoreError;
use crate::auth::{AuthDocument, AuthFile};

const FOLDER: &str = ".openclaw/agents/main/agent";
const FILE: &str = ".openclaw/agents/main/agent/auth-profiles.json";

fn id(id: &str) -> ProfileId {
    ProfileId::new(id)
}

fn provider(id: &str) -> ProviderId {
    ProviderId::new(id)
}

pub(super) fn key(id: &str, key: &str) -> Profile {
    Profile {
        id: ProfileId::new(id),
        provider: provider(id.split(':').next().unwrap_or_default()),
        credential: Credential::ApiKey {
            key: Secret::new(key.to_owned()),
        },
        reference: None,
        lost: None,
        email: None,
        account: None,
        odd_expiry: false,
    }
}

fn change(file: &AuthFile, change: impl FnOnce(&mut AuthDocument)) -> Result<bool, StoreError> {
    file.update(|document| {
        change(document);
        Ok::<_, StoreError>(())
    })
    .map(|updated| updated.changed)
}

fn json_of(world: &Sandbox, name: &str) -> Json {
    serde_json::from_str(&world.text(name)).expect("JSON")
}

#[test]
fn a_new_store_is_made_for_its_owner_alone() {
    let world = Sandbox::new();
    let file = AuthFile::new(&world.path(FOLDER));
    assert!(
        change(&file, |document| document
            .upsert(&key("openai:default", "sk-1")))
        .expect("written")
    );
    let expected = "{\n  \"version\": 1,\n  \"profiles\": {\n    \"openai:default\": {\n      \"type\": \"api_key\",\n      \"provider\": \"openai\",\n      \"key\": \"sk-1\"\n    }\n  }\n}\n";
    assert_eq!(world.text(FILE), expected);
    assert_eq!(
        (mode(&world.path(FILE)), mode(&world.path(FOLDER))),
        (0o600, 0o700)
    );
    assert!(
        !change(&file, |document| document
            .upsert(&key("openai:default", "sk-1")))
        .expect("same")
    );
    assert_eq!(
        names(&world.path(FOLDER)),
        ["auth-profiles.json", "auth-profiles.json.lock"]
    );
}

#[test]
fn all_of_the_format_is_read() {
    let world = Sandbox::new();
    world.write(FILE, &json!({
        "profiles": {
            "anthropic:default": {"type": "api-key", "provider": "Anthropic", "key": "k", "email": "e"},
            "anthropic:manual": {"type": "token", "provider": "anthropic", "token": "t", "expires": 1_795_349_367_334_u64},
            "openai-codex:me": {"type": "oauth", "provider": "openai-codex", "access": "a", "refresh": "r", "expires": 5.5, "accountId": "x"},
            "odd": {"type": "riddle", "provider": "p"}, "none": {"type": "token"}, "text": "x",
        },
        "order": {"z.ai": ["zai:a", " ", 5, "zai:b"], "empty": []},
        "lastGood": {"anthropic": "anthropic:manual"},
        "usageStats": {"anthropic:default": {"lastUsed": 1_736_160_000_000_u64, "errorCount": 2, "failureCounts": {"rate_limit": 2},
            "cooldownUntil": 7, "models": {"m": {"until": 9, "reason": "rate_limit", "errorCount": 1}}}},
    }).to_string());
    let loaded = AuthFile::new(&world.path(FOLDER)).load();
    assert!(loaded.exists && loaded.warnings.is_empty());
    let store = loaded.document.store();
    let found: Vec<(&str, &str, Mode, Option<Timestamp>)> = store
        .profiles
        .iter()
        .map(|one| {
            (
                one.id.as_str(),
                one.provider.as_str(),
                one.credential.mode(),
                one.credential.expires(),
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            ("anthropic:default", "anthropic", Mode::ApiKey, None),
            (
                "anthropic:manual",
                "anthropic",
                Mode::Token,
                Some(Timestamp(1_795_349_367_334))
            ),
            (
                "openai-codex:me",
                "openai-codex",
                Mode::Oauth,
                Some(Timestamp(5))
            ),
        ]
    );
    assert_eq!(
        store.order,
        [(provider("zai"), vec![id("zai:a"), id("zai:b")])]
    );
    assert_eq!(
        store.last_good,
        [(provider("anthropic"), id("anthropic:manual"))]
    );
    let usage = &store.usage[0].1;
    assert_eq!(
        (usage.error_count, usage.cooldown_until),
        (2, Some(Timestamp(7)))
    );
    assert_eq!(usage.models["m"].until, Timestamp(9));
    assert_eq!(
        loaded
            .document
            .entry(&id("openai-codex:me"))
            .map(|entry| &entry["accountId"]),
        Some(&json!("x"))
    );
}

#[test]
fn what_is_not_known_is_kept() {
    let world = Sandbox::new();
    let before = json!({
        "future": [1, {"a": null}], "version": 2,
        "profiles": {
            "odd": {"type": "riddle"},
            "p:oauth": {"type": "oauth", "provider": "p", "access": "a", "refresh": "r", "expires": 1, "accountId": "x", "projectId": "y"},
        },
        "order": {"Z.AI": ["zai:a"]},
        "usageStats": {"p:oauth": {"errorCount": 0, "theirs": true, "cooldownUntil": 5, "models": {"m": {"until": 1, "note": "n"}}}},
    });
    world.write(FILE, &before.to_string());
    let file = AuthFile::new(&world.path(FOLDER));
    let login = Profile {
        credential: Credential::Oauth {
            access: Secret::new("a2".into()),
            refresh: Secret::new("r2".into()),
            expires: Some(Timestamp(9)),
        },
        ..key("p:oauth", "")
    };
    let mut usage = UsageStats {
        error_count: 1,
        ..UsageStats::default()
    };
    usage.models.insert(
        "m".into(),
        ModelCooldown {
            until: Timestamp(3),
            since: None,
            reason: "timeout".into(),
            error_count: 1,
        },
    );
    change(&file, |document| {
        document.upsert(&login);
        document.set_usage(&id("p:oauth"), &usage);
        document.set_order(&provider("zai"), &[id("zai:b")]);
        document.set_last_good(&provider("p"), &id("p:oauth"));
    })
    .expect("written");
    let mut expected = before;
    expected["profiles"]["p:oauth"]["access"] = json!("a2");
    expected["profiles"]["p:oauth"]["refresh"] = json!("r2");
    expected["profiles"]["p:oauth"]["expires"] = json!(9);
    expected["order"]["Z.AI"] = json!(["zai:b"]);
    expected["lastGood"] = json!({"p": "p:oauth"});
    expected["usageStats"]["p:oauth"] = json!({"errorCount": 1, "theirs": true, "models": {"m": {"until": 3, "note": "n", "reason": "timeout", "errorCount": 1}}});
    let after = json_of(&world, FILE);
    assert_eq!(after, expected);
    assert_eq!(
        after
            .as_object()
            .map(|map| map.keys().cloned().collect::<Vec<_>>())
            .unwrap_or_default(),
        [
            "future",
            "version",
            "profiles",
            "order",
            "usageStats",
            "lastGood"
        ]
    );
    assert_eq!(file.load().document.usage(&id("p:oauth")), usage);

    // Another kind of credential under the same id leaves nothing of the old one.
    change(&file, |document| document.upsert(&key("p:oauth", "k"))).expect("written");
    assert_eq!(
        json_of(&world, FILE)["profiles"]["p:oauth"],
        json!({"type": "api_key", "provider": "p", "key": "k"})
    );
}

#[test]
fn a_removed_profile_leaves_no_reference() {
    let mut document = AuthDocument::default();
    for name in ["p:a", "p:b"] {
        document.upsert(&key(name, "k"));
        document.set_usage(&id(name), &UsageStats::default());
    }
    document.set_order(&provider("p"), &[id("p:a"), id("p:b")]);
    document.set_order(&provider("q"), &[id("p:a")]);
    document.set_last_good(&provider("p"), &id("p:a"));
    assert!(document.remove(&id("p:a")) && !document.remove(&id("p:a")));
    let store = document.store();
    assert_eq!(store.order, [(provider("p"), vec![id("p:b")])]);
    assert_eq!(
        (
            store.profiles.len(),
            store.usage.len(),
            store.last_good.len()
        ),
        (1, 1, 0)
    );
    assert!(document.clear_order(&provider("p")) && !document.clear_order(&provider("p")));
    assert!(document.remove(&id("p:b")));
    assert_eq!(document.store(), crate::auth::AuthStore::default());
}

#[test]
fn a_corrupt_store_counts_as_empty_and_is_never_overwritten() {
    for corrupt in [
        "",
        "{\"profiles\": {",
        "[]",
        "{\"profiles\": []}",
        "{\"profiles\": {\"a\": {\"key\": \"sk-secret\" }}}}",
    ] {
        let world = Sandbox::new();
        world.write(FILE, corrupt);
        let file = AuthFile::new(&world.path(FOLDER));
        let loaded = file.load();
        assert!(
            loaded.document.store().profiles.is_empty()
                && loaded.unusable
                && loaded.warnings.len() == 1,
            "{corrupt}"
        );
        let warning = world.said(&loaded.warnings[0]);
        assert!(
            warning.starts_with("the credential store counts as empty and will not be written: ")
                && warning.contains(&format!("(~/{FILE}")),
            "{warning}"
        );
        let error = change(&file, |_| panic!("not called")).expect_err("refused");
        assert!(
            matches!(&error, StoreError::CorruptAuth { path, .. } if path == &world.path(FILE))
        );
        assert!(!error.to_string().contains("secret") && !warning.contains("secret"));
        assert_eq!(world.text(FILE), corrupt);
    }
}

#[test]
fn a_secondary_agent_sees_the_main_store_but_writes_only_its_own() {
    let world = Sandbox::new();
    let main = AuthFile::new(&world.path(FOLDER));
    let work = AuthFile::new(&world.path(".openclaw/agents/work/agent"));
    change(&main, |document| {
        document.upsert(&key("p:a", "main"));
        document.upsert(&key("p:b", "main"));
        document.set_order(&provider("p"), &[id("p:b")]);
    })
    .expect("written");
    let seen = work.load().document.over(&main.load().document);
    assert_eq!(seen.store(), main.load().document.store());
    assert!(!work.path().parent().is_some_and(Path::exists));

    change(&work, |document| document.upsert(&key("p:a", "work"))).expect("written");
    let seen = work.load().document.over(&main.load().document).store();
    assert_eq!(seen.profiles, [key("p:a", "work"), key("p:b", "main")]);
    assert_eq!(seen.order, [(provider("p"), vec![id("p:b")])]);
    assert_eq!(work.load().document.store().profiles, [key("p:a", "work")]);
}

#[test]
fn old_credential_files_are_read_and_imported_by_the_first_write() {
    let world = Sandbox::new();
    let old = world.path(FOLDER).join("auth.json");
    let oauth = world.path(".openclaw/credentials/oauth.json");
    world.write(
        &format!("{FOLDER}/auth.json"),
        r#"{"openai": {"type": "api_key", "key": "k"}, "bad": 1}"#,
    );
    world.write(".openclaw/credentials/oauth.json", r#"{"anthropic": {"access": "a", "refresh": "r", "expires": 5, "email": "e"}, "openai": {"access": "no"}}"#);
    let file = AuthFile::new(&world.path(FOLDER)).importing(&oauth);
    let loaded = file.load();
    assert!(!loaded.exists);
    let ids: Vec<String> = loaded
        .document
        .store()
        .profiles
        .iter()
        .map(|one| format!("{} {}", one.id, one.credential.mode()))
        .collect();
    assert_eq!(ids, ["openai:default api-key", "anthropic:default oauth"]);
    assert!(!file.path().exists());
    assert!(
        !change(&file, |_| {}).expect("nothing to do") && old.exists() && !file.path().exists()
    );

    change(&file, |document| document.upsert(&key("x:y", "z"))).expect("written");
    assert_eq!(file.load().document.store().profiles.len(), 3);
    assert!(!old.exists() && oauth.exists());
    change(&file, |document| {
        assert!(document.remove(&id("openai:default")))
    })
    .expect("written");
    assert_eq!(file.load().document.store().profiles.len(), 2);
}

#[test]
fn a_failed_change_writes_nothing() {
    let world = Sandbox::new();
    let file = AuthFile::new(&world.path(FOLDER));
    let refused = file.update(|document| {
        document.upsert(&key("p:a", "k"));
        Err::<(), _>(StoreError::NoHome)
    });
    assert!(matches!(refused, Err(StoreError::NoHome)) && !file.path().exists());
}
