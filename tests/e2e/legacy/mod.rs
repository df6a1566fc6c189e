//! What older releases, other tools and the environment left: read where the reference says, imported
//! by the first write, and never touched by a read.

mod environment;
mod shell;

use expect_test::{expect, expect_file};
use openclaw_tests::{FIXED_TIME_MS, Output, Sandbox};
use openclaw_upstream::{Reply, Script, Upstream, When, anthropic};
use serde_json::{Value, json};

/// Every command that only reads, in its forms.
const READS: [&str; 24] = [
    "models",
    "models status",
    "models status --json",
    "models status --plain",
    "models status --check",
    "models list",
    "models list --all --json",
    "models fallbacks list",
    "models image-fallbacks list --json",
    "models aliases list",
    "models auth order get --provider anthropic",
    "models explain",
    "models explain --json",
    "status",
    "status --json",
    "plugins list",
    "doctor",
    "doctor --json",
    "models auth list",
    "models auth cooldown list --json",
    "config get agents.defaults.model",
    "config validate",
    "agents list",
    "models scan --no-probe --no-input --yes",
];

const HOUR_MS: u64 = 3_600_000;
const OLD: &str = ".clawdbot";
const NEW_LOGIN: &str = "sk-ant-oat01-renewed";

/// A home as an old release leaves it, under its old names, beside two other tools.
fn old_home() -> Sandbox {
    let world = Sandbox::new();
    world.write(
        &format!("{OLD}/clawdbot.json"),
        "{\n  // from long ago\n  agents: { defaults: { model: { primary: \"anthropic/claude-opus-4-5\" } } },\n}\n",
    );
    let auth = json!({
        "openai": { "type": "api_key", "key": "sk-proj-old-0123456789012345678901" },
        "zai": { "type": "riddle" },
    });
    world.write(
        &format!("{OLD}/agents/main/agent/auth.json"),
        format!("{auth:#}\n"),
    );
    let oauth = json!({
        "anthropic": { "access": "sk-ant-oat01-old", "refresh": "sk-ant-ort01-old", "expires": FIXED_TIME_MS + 9 * HOUR_MS, "email": "me@example.test", "scopes": ["kept"] },
        "openai": { "access": "the key above wins", "refresh": "x", "expires": 5 },
    });
    world.write(
        &format!("{OLD}/credentials/oauth.json"),
        format!("{oauth:#}\n"),
    );
    world.write(
        ".qwen/oauth_creds.json",
        json!({ "access_token": "qwen-access", "refresh_token": "qwen-refresh", "expiry_date": FIXED_TIME_MS + HOUR_MS, "resource_url": "portal.qwen.ai" }).to_string(),
    );
    world.write(
        ".minimax/oauth_creds.json",
        json!({ "access_token": "minimax-access", "refresh_token": "minimax-refresh", "expiry_date": FIXED_TIME_MS - 1 }).to_string(),
    );
    world
}

/// Returns the stored profiles as `models status --json` knows them.
fn profiles(output: &Output) -> Vec<String> {
    let found = output.json();
    let profiles = found["auth"]["oauth"]["profiles"].as_array().unwrap();
    let mut ids: Vec<String> = profiles
        .iter()
        .map(|one| {
            format!(
                "{} {}",
                one["profileId"].as_str().unwrap(),
                one["type"].as_str().unwrap()
            )
        })
        .collect();
    ids.sort();
    ids
}

#[test]
fn reading_an_old_home_sees_everything_and_changes_no_byte() {
    let world = old_home();
    let before = world.contents();
    for arguments in READS {
        let output = world.openclaw(arguments);
        assert!(output.code.is_some_and(|code| code <= 1), "{output}");
        assert_eq!(before.changes(&world.contents()), "", "{arguments}");
    }
    let status = world.openclaw("models status --json");
    assert_eq!(
        profiles(&status),
        [
            "anthropic:default oauth",
            "openai:default api_key",
            // The other tool's expired login is that tool's business.
            "qwen-portal:qwen-cli token",
        ]
    );
    assert_eq!(
        status.json()["configPath"],
        "<home>/.clawdbot/clawdbot.json"
    );
}

#[test]
fn the_first_write_imports_and_says_nothing_of_other_tools_logins() {
    let world = old_home();
    let before = world.contents();
    let pasted = world.openclaw_with(
        "models auth paste-token --provider google",
        format!("AIza{}\n", "x".repeat(35)),
    );
    assert_eq!(pasted.code, Some(0), "{pasted}");
    expect_file![
        "expected/legacy.the_first_write_imports_and_says_nothing_of_other_tools_logins.txt"
    ]
    .assert_eq(&before.changes(&world.contents()));
    let status = world.openclaw("models status --json");
    assert_eq!(profiles(&status).len(), 4, "the tool's login is still seen");
}

#[test]
fn a_change_of_the_config_alone_imports_nothing() {
    let world = old_home();
    let before = world.contents();
    let set = world.openclaw("models set openai/gpt-5.2");
    assert_eq!(set.code, Some(0), "{set}");
    expect![[r#"
        .clawdbot/clawdbot.json
        -  agents: { defaults: { model: { primary: "anthropic/claude-opus-4-5" } } },
        +  agents: { defaults: { model: { primary: "openai/gpt-5.2" } } },
        new .clawdbot/clawdbot.json.bak: what .clawdbot/clawdbot.json was
        new .clawdbot/clawdbot.json.lock: empty
    "#]]
    .assert_eq(&before.changes(&world.contents()));
}

#[test]
fn an_imported_login_is_renewed_into_the_store() {
    let renewed = json!({ "access_token": NEW_LOGIN, "refresh_token": "sk-ant-ort01-new", "expires_in": 28_800 });
    let upstream = Upstream::start(
        Script::new()
            .on(When::post("/v1/oauth/token"), Reply::json(200, &renewed))
            .on(
                When::post("/v1/messages").credential(NEW_LOGIN),
                anthropic::stream(&["Hello."]),
            ),
    )
    .unwrap();
    let world = Sandbox::new()
        .config(&format!(
            "{{ models: {{ providers: {{ anthropic: {{ baseUrl: \"{}\" }} }} }} }}",
            upstream.url()
        ))
        .cache(crate::CACHE);
    let oauth = json!({ "anthropic": { "access": "sk-ant-oat01-old", "refresh": "sk-ant-ort01-old", "expires": FIXED_TIME_MS - 1 } });
    world.write(".openclaw/credentials/oauth.json", oauth.to_string());
    let before = world.contents();
    assert_eq!(world.openclaw("models run Hello").ok(), "Hello.\n");
    expect_file!["expected/legacy.an_imported_login_is_renewed_into_the_store.txt"]
        .assert_eq(&before.changes(&world.contents()));
}

#[test]
fn an_old_file_that_cannot_be_understood_is_named_and_stays() {
    let world = Sandbox::new();
    let name = ".openclaw/agents/main/agent/auth.json";
    world.write(name, "{ \"openai\": { \"key\": \"sk-secret");
    let status = world.openclaw("models status --plain");
    status.is(expect![[r#"
            anthropic/claude-opus-4-5
            ---- stderr
            warning: the credentials of an older release are not taken over: it is not JSON: EOF while parsing a string at line 1 column 31 (<home>/.openclaw/agents/main/agent/auth.json)
        "#]]);
    let pasted = world.openclaw_with(
        "models auth paste-token --provider google",
        format!("AIza{}\n", "x".repeat(35)),
    );
    assert_eq!(pasted.code, Some(0), "{pasted}");
    assert!(
        world.read(name).is_some(),
        "what was not imported is not removed"
    );
}

#[test]
fn a_corrupt_store_is_named_by_every_command_and_overwritten_by_none() {
    let store = ".openclaw/agents/main/agent/auth-profiles.json";
    let torn = "{\n  \"version\": 1,\n  \"profiles\": {\n    \"anthropic:a\": { \"type\": \"api_key\", \"key\": \"sk-ant-sec";
    let world = Sandbox::new().env("ANTHROPIC_API_KEY", "sk-ant-api03-of-the-environment");
    world.write(store, torn);
    let before = world.contents();
    // The environment has a key, but nobody can tell what became of the stored ones.
    world.openclaw("models status --check --plain").is(expect![[r#"
        anthropic/claude-opus-4-5
        ---- stderr
        warning: the credential store counts as empty and will not be written: it is not JSON: EOF while parsing a string at line 4 column 58 (<home>/.openclaw/agents/main/agent/auth-profiles.json)
        [exit 1]
    "#]]);
    world.openclaw("models explain").is(expect![[r#"
        ✓ ready: anthropic/claude-opus-4-5 with env:ANTHROPIC_API_KEY
        1. anthropic/claude-opus-4-5  (default)
           env:ANTHROPIC_API_KEY  usable
        ---- stderr
        warning: the credential store counts as empty and will not be written: it is not JSON: EOF while parsing a string at line 4 column 58 (<home>/.openclaw/agents/main/agent/auth-profiles.json)
    "#]]);
    for arguments in READS {
        let output = world.openclaw(arguments);
        assert_eq!(before.changes(&world.contents()), "", "{arguments}");
        assert!(!output.to_string().contains("sec"), "{arguments}: {output}");
    }
    let without = Sandbox::new();
    without.write(store, torn);
    without.openclaw("models run Hello").is(expect_file![
        "expected/legacy.a_corrupt_store_is_named_by_every_command_and_overwritten_by_none.txt"
    ]);
    // As data, the warning is part of the error: stderr stays JSON.
    let failed = without.openclaw("models run Hello --json");
    assert_eq!(failed.code, Some(1), "{failed}");
    let error: Value = serde_json::from_str(&failed.stderr).unwrap();
    assert_eq!(error["error"]["code"], "auth", "{failed}");
    let warning = error["error"]["data"]["warnings"][0].as_str().unwrap();
    assert!(
        warning.starts_with("the credential store counts as empty"),
        "{failed}"
    );
    assert_eq!(without.read(store).unwrap(), torn);
    let pasted = without.openclaw_with(
        "models auth paste-token --provider anthropic",
        format!("sk-ant-api03-{}\n", "x".repeat(90)),
    );
    pasted.is(expect![[r#"
        ---- stderr
        error: cannot store the token
          caused by: refusing to overwrite <home>/.openclaw/agents/main/agent/auth-profiles.json: it is not JSON: EOF while parsing a string at line 4 column 58
          nothing was changed
        hint: correct it by hand, or move it away: mv <home>/.openclaw/agents/main/agent/auth-profiles.json <home>/.openclaw/agents/main/agent/auth-profiles.json.broken
        [exit 1]
    "#]]);
    assert_eq!(without.read(store).unwrap(), torn);
}
