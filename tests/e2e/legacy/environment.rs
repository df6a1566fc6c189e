//! Where folders and files are, and the variables that `.env` files fill in.

use super::*;

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
        "expected/environment.env_files_fill_in_what_is_not_set.txt"
    ]);
    assert_eq!(before.changes(&world.contents()), "");
}
