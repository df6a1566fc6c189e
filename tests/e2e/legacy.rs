//! What older releases, other tools and the environment left: read where the reference says, imported
//! by the first write, and never touched by a read.

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

/// Returns the paths that `models status --json` names, below the home.
fn places(world: &Sandbox, arguments: &str) -> [String; 3] {
    let found = world.openclaw(arguments).json();
    let home = world.home().display().to_string();
    let place = |value: &Value| value.as_str().unwrap().replace(&home, "<home>");
    [
        place(&found["configPath"]),
        place(&found["agentDir"]),
        place(&found["auth"]["storePath"]),
    ]
}

#[test]
fn folders_and_files_move_with_the_environment() {
    let status = "models status --json";
    let check = |world: Sandbox, expected: [&str; 2]| {
        let [config, agent, store] = places(&world, status);
        assert_eq!([config.as_str(), agent.as_str()], expected);
        assert_eq!(store, format!("{agent}/auth-profiles.json"));
    };
    check(
        Sandbox::new(),
        [
            "<home>/.openclaw/openclaw.json",
            "<home>/.openclaw/agents/main/agent",
        ],
    );
    for variable in ["OPENCLAW_STATE_DIR", "CLAWDBOT_STATE_DIR"] {
        check(
            Sandbox::new().env(variable, "~/elsewhere"),
            [
                "<home>/elsewhere/openclaw.json",
                "<home>/elsewhere/agents/main/agent",
            ],
        );
    }
    for variable in ["OPENCLAW_CONFIG_PATH", "CLAWDBOT_CONFIG_PATH"] {
        check(
            Sandbox::new().env(variable, "my.json5"),
            ["<home>/my.json5", "<home>/.openclaw/agents/main/agent"],
        );
    }
    for variable in ["OPENCLAW_AGENT_DIR", "PI_CODING_AGENT_DIR"] {
        check(
            Sandbox::new().env(variable, "~/agent"),
            ["<home>/.openclaw/openclaw.json", "<home>/agent"],
        );
    }
    for (folder, name) in [
        (".clawdbot", "clawdbot.json"),
        (".moltbot", "moltbot.json"),
        (".moldbot", "openclaw.json"),
    ] {
        let world = Sandbox::new();
        world.write(&format!("{folder}/{name}"), "{}\n");
        check(
            world,
            [
                &format!("<home>/{folder}/{name}"),
                &format!("<home>/{folder}/agents/main/agent"),
            ],
        );
    }
}

#[test]
fn an_old_login_folder_of_ones_own_is_read() {
    let world = Sandbox::new().env("OPENCLAW_OAUTH_DIR", "~/logins");
    let oauth = json!({ "anthropic": { "access": "a", "refresh": "r", "expires": FIXED_TIME_MS + HOUR_MS } });
    world.write("logins/oauth.json", oauth.to_string());
    let status = world.openclaw("models status --json");
    assert_eq!(profiles(&status), ["anthropic:default oauth"]);
}

#[test]
fn an_agents_folder_of_its_own_is_used_unless_another_agent_is_asked_for() {
    let world = Sandbox::new()
        .config("{ agents: { list: [{ id: \"main\" }, { id: \"work\", agentDir: \"~/work-agent\" }] } }\n")
        .env("OPENCLAW_AGENT_DIR", "~/main-agent");
    let key = json!({ "version": 1, "profiles": { "openai:work": { "type": "api_key", "provider": "openai", "key": "sk-work" } } });
    world.write("work-agent/auth-profiles.json", key.to_string());
    let before = world.contents();
    assert_eq!(
        places(&world, "models status --json --agent work")[2],
        "<home>/work-agent/auth-profiles.json"
    );
    assert_eq!(
        places(&world, "models status --json --agent main")[1],
        "<home>/main-agent"
    );
    let status = world.openclaw("models status --json --agent work");
    assert_eq!(profiles(&status), ["openai:work api_key"]);
    assert_eq!(before.changes(&world.contents()), "");
}

#[test]
fn env_files_fill_in_what_is_not_set() {
    let world = Sandbox::new();
    world.write(
        ".env",
        "OPENAI_API_KEY=sk-from-here\nOPENCLAW_STATE_DIR=/nowhere\n",
    );
    world.write(
        ".openclaw/.env",
        "export OPENAI_API_KEY='sk-from-state'\nGEMINI_API_KEY=\"AIza-from-state\" # mine\n",
    );
    let world = world
        .env("ANTHROPIC_API_KEY", "sk-ant-set")
        .env("GEMINI_API_KEY", " ");
    let before = world.contents();
    let output = world.openclaw("models status");
    output.is(expect_file![
        "expected/legacy.env_files_fill_in_what_is_not_set.txt"
    ]);
    assert_eq!(before.changes(&world.contents()), "");
}

/// A home whose login shell sets a key, and counts how often it is started.
fn with_shell(config: &str) -> Sandbox {
    let world = Sandbox::new()
        .config(config)
        .env("SHELL", "/bin/sh")
        .env("PATH", "/usr/bin:/bin");
    world.write(
        ".profile",
        "echo started >> started\necho 'Welcome!'\nexport OPENAI_API_KEY=sk-proj-of-the-shell-0123456789\nexport OTHER=x\n",
    );
    world
}

const SHELL_ON: &str = "{ env: { shellEnv: { enabled: true } }, agents: { defaults: { model: { primary: \"openai/gpt-5.2\" } } } }\n";

#[test]
fn the_login_shell_is_asked_for_expected_variables_where_that_is_wanted() {
    let world = with_shell(SHELL_ON);
    world.openclaw("models explain").is(expect![[r#"
        1. openai/gpt-5.2  (primary, from defaults)
           shell env:OPENAI_API_KEY  usable
    "#]]);
    let status = world.openclaw("models status --json").json();
    assert_eq!(
        status["auth"]["shellEnvFallback"],
        json!({ "enabled": true, "appliedKeys": ["OPENAI_API_KEY"] })
    );
    assert_eq!(
        status["auth"]["providers"][0]["env"]["source"],
        "shell env:OPENAI_API_KEY"
    );
    assert_eq!(
        world.read("started").unwrap().lines().count(),
        2,
        "once a run"
    );
    // By a variable, too; and not at all where nothing asks for it.
    let off = "{ agents: { defaults: { model: { primary: \"openai/gpt-5.2\" } } } }\n";
    let switched = with_shell(off).env("OPENCLAW_LOAD_SHELL_ENV", "1");
    assert!(
        switched
            .openclaw("models explain")
            .stdout
            .contains("shell env:OPENAI_API_KEY")
    );
    let not = with_shell(off);
    assert!(
        not.openclaw("models explain")
            .stdout
            .contains("no credential")
    );
    assert_eq!(not.read("started"), None);
}

#[test]
fn the_login_shell_is_left_alone_where_a_key_is_set() {
    let world = with_shell(SHELL_ON).env("GEMINI_API_KEY", "AIza-set");
    assert!(
        world
            .openclaw("models explain")
            .stdout
            .contains("no credential")
    );
    assert_eq!(world.read("started"), None);
}

#[test]
fn a_key_of_the_login_shell_is_used() {
    let upstream = Upstream::start(
        Script::new().otherwise(openclaw_upstream::openai::responses_stream(&["Hello."])),
    )
    .unwrap();
    let config = SHELL_ON.replacen(
        '{',
        &format!(
            "{{ models: {{ providers: {{ openai: {{ baseUrl: \"{}/v1\" }} }} }},",
            upstream.url()
        ),
        1,
    );
    let world = with_shell(&config).cache(crate::CACHE);
    let output = world.openclaw("models run Hello --json").json();
    assert_eq!(output["source"], "shell env:OPENAI_API_KEY");
    assert_eq!(
        upstream.requests()[0].credential(),
        Some("sk-proj-of-the-shell-0123456789")
    );
}

#[test]
fn a_login_shell_that_does_not_answer_is_ended_and_named() {
    let world = with_shell(&SHELL_ON.replace("true", "true, timeoutMs: 100"));
    // It goes on for as long as the pipe is open that this test holds the other end of.
    world.write(".profile", "mkfifo never && read line < never\n");
    world.openclaw("models explain").is(expect![[r#"
            1. openai/gpt-5.2  (primary, from defaults)
               no credential
            Nothing would be tried.
            ---- stderr
            warning: no variables were taken from the login shell: `/bin/sh` took longer than 100 ms; to do without, set `env.shellEnv.enabled` to false
        "#]]);
    let missing = with_shell(SHELL_ON).env("SHELL", "/no/such/shell");
    missing.openclaw("models explain").is(expect![[r#"
            1. openai/gpt-5.2  (primary, from defaults)
               no credential
            Nothing would be tried.
            ---- stderr
            warning: no variables were taken from the login shell: `/no/such/shell` does not start: No such file or directory (os error 2); to do without, set `env.shellEnv.enabled` to false
        "#]]);
}

#[test]
fn a_login_file_that_calls_this_program_starts_no_shell_again() {
    let world = with_shell(SHELL_ON);
    let program = world.command().get_program().to_owned();
    world.write(
        ".profile",
        format!(
            "echo started >> started\n'{}' models explain > inner\nexport OPENAI_API_KEY=sk-x\n",
            program.display()
        ),
    );
    assert!(
        world
            .openclaw("models explain")
            .stdout
            .contains("shell env:OPENAI_API_KEY")
    );
    assert!(world.read("inner").unwrap().contains("no credential"));
    assert_eq!(world.read("started").unwrap().lines().count(), 1);
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
        warning: the credentials in ~/.openclaw/agents/main/agent/auth-profiles.json cannot be checked: it cannot be understood; fix it with `openclaw doctor`
        [exit 1]
    "#]]);
    world.openclaw("models explain").is(expect![[r#"
        1. anthropic/claude-opus-4-5  (built-in default; nothing is configured)
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
    assert_eq!(error["error"]["code"], "provider", "{failed}");
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
        hint: correct it by hand, or move it away: mv '<home>/.openclaw/agents/main/agent/auth-profiles.json' '<home>/.openclaw/agents/main/agent/auth-profiles.json.broken'
        [exit 1]
    "#]]);
    assert_eq!(without.read(store).unwrap(), torn);
}
