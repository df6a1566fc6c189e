//! Every command in homes of every state, and each shape with all that can be in it.

use openclaw_tests::{FIXED_TIME_MS, Sandbox};
use openclaw_upstream::{Reply, Script, Upstream, When, anthropic, openai};
use serde_json::{Value, json};

use super::Schemas;
use crate::surface::{commands, words};

const HOUR_MS: u64 = 3_600_000;
const DAY_MS: u64 = 24 * HOUR_MS;
const STORE: &str = ".openclaw/agents/main/agent/auth-profiles.json";
const LOG: &str = ".openclaw/logs/audit.jsonl";
const TOKEN: &str = "sk-ant-oat01-01234567890123456789012345678901234567890123456789012345678901234567890123456789-MASKED";
const KEY: &str = "sk-proj-0123456789012345678901234567890123456789-MASKED";

/// A config with something of everything, that has warnings.
const CONFIG: &str = r#"{
  // mine
  odd: true,
  gateway: { port: "x" },
  agents: {
    defaults: {
      workspace: "~/here",
      model: {
        primary: "opus",
        fallbacks: ["openai/gpt-5.2", "anthropic/claude-3-opus-20240229", "acme/first", "openai/gtp-5.2", "openai/gpt-5.2"],
      },
      imageModel: { primary: "anthropic/claude-sonnet-4-5", fallbacks: ["google/gemini-2.5-flash"] },
      models: {
        "anthropic/claude-opus-4-5": { alias: "opus" },
        "openai/gpt-5.2": { alias: "gpt" },
        "anthropic/claude-sonnet-4-5": {},
        "openai/gtp-5.2": {},
      },
    },
    list: [
      { id: "main" },
      { id: "work", name: "Work", model: { primary: "openai/gpt-5.2", fallbacks: [] }, auth: { order: { openai: ["openai:default"] } } },
      { id: "last" },
    ],
  },
  auth: { order: { anthropic: ["anthropic:work", "anthropic:me", "anthropic:gone"] } },
  models: { providers: { lmstudio: {
    baseUrl: "http://127.0.0.1:9/v1", api: "openai-completions", apiKey: "${LM_KEY}", models: [],
  } } },
}
"#;

fn token(expires: u64) -> Value {
    json!({ "type": "token", "provider": "anthropic", "token": TOKEN, "expires": expires })
}

/// A home with credentials in every state.
fn full() -> Sandbox {
    let login = json!({
        "type": "oauth", "provider": "anthropic", "access": TOKEN, "refresh": TOKEN,
        "expires": FIXED_TIME_MS - DAY_MS, "email": "me@example.com",
    });
    let world = Sandbox::new()
        .config(CONFIG)
        .profile("anthropic:work", token(FIXED_TIME_MS + 200 * DAY_MS))
        .profile("anthropic:me", login)
        .profile("anthropic:soon", token(FIXED_TIME_MS + 3 * DAY_MS))
        .profile("anthropic:old", token(FIXED_TIME_MS - 3 * DAY_MS))
        .api_key("openai:default", KEY)
        .api_key("openai:backup", KEY)
        .api_key("openai:blank", "")
        .env("LM_KEY", "lm-key")
        .env("GEMINI_API_KEY", "AIzaSy0123456789");
    let log = [
        json!({ "at": "2026-01-15T12:00:00Z", "plugin": "anthropic", "digest": "0", "decision": "allow", "use": "http",
                "method": "POST", "url": "https://api.anthropic.com/v1/messages", "secrets_in": ["header:x-api-key"],
                "status": 200, "elapsed_ms": 12, "prev": "0", "hash": "1" }),
        json!({ "at": "2026-01-15T12:00:01Z", "plugin": "anthropic", "digest": "0", "decision": "deny", "use": "http",
                "method": "GET", "url": "https://example.com/", "secrets_in": [], "status": null, "elapsed_ms": 0,
                "rule": "host", "message": "no grant", "smallest_grant": "{}", "prev": "1", "hash": "2" }),
        json!({ "at": "2026-01-15T12:00:02Z", "plugin": "openai", "digest": "0", "decision": "allow", "use": "env",
                "name": "OPENAI_ORG", "found": false, "prev": "2", "hash": "3" }),
    ];
    let lines: String = log.iter().map(|line| format!("{line}\n")).collect();
    world.write(LOG, lines + "no JSON\n");
    using(
        world,
        &json!({
            "anthropic:work": { "lastUsed": FIXED_TIME_MS - 1_000, "models": { "claude-opus-4-5": {
                "until": FIXED_TIME_MS + 240_000, "reason": "rate_limit", "errorCount": 2,
            } } },
            "openai:default": {
                "disabledUntil": FIXED_TIME_MS + 5 * HOUR_MS, "disabledReason": "billing",
                "failureCounts": { "billing": 1 }, "lastFailureAt": FIXED_TIME_MS - 5_000,
            },
            "openai:backup": { "cooldownUntil": FIXED_TIME_MS + 40_000, "errorCount": 1 },
        }),
    )
}

/// Writes what is remembered of the use of credentials.
fn using(world: Sandbox, usage: &Value) -> Sandbox {
    let mut store: Value = serde_json::from_str(&world.read(STORE).unwrap()).unwrap();
    store["usageStats"] = usage.clone();
    world.write(STORE, format!("{store:#}\n"));
    world
}

fn broken_config() -> Sandbox {
    Sandbox::new().config("{ agents: { defaults: { model: 5 } }, models: { providers: [] } }")
}

fn no_config() -> Sandbox {
    Sandbox::new().config("{ agents: ")
}

fn corrupt_store() -> Sandbox {
    let world = full();
    world.write(STORE, "no JSON");
    world
}

/// What has a test of its own, because it would ask somebody on the network or takes long; and what
/// prints schemas.
const APART: [&str; 8] = [
    "models scan",
    "models run",
    "--probe",
    "--refresh",
    "--check",
    "demo",
    "--batch",
    "--json-",
];

fn is_apart(line: &str) -> bool {
    APART.iter().any(|apart| line.contains(apart))
}

#[test]
fn every_example_of_every_command_in_every_state() {
    let mut shapes = Schemas::new();
    let states: [fn() -> Sandbox; 5] =
        [Sandbox::new, full, broken_config, no_config, corrupt_store];
    let mut tried = 0;
    for command in commands(&Sandbox::new()) {
        if command.is_group() {
            continue;
        }
        let mut lines = vec![command.typed()];
        lines.extend(command.texts("examples").iter().map(|example| {
            let words = words(example).split_off(1);
            words.join(" ")
        }));
        for line in lines
            .iter()
            .filter(|line| !is_apart(line) && !line.contains(" -- "))
        {
            for state in states {
                tried += 1;
                shapes.run(&state(), line);
            }
        }
    }
    shapes.done();
    assert!(tried > 300, "{tried} lines were tried");
}

#[test]
fn every_listing_of_a_home_that_is_lived_in() {
    let mut shapes = Schemas::new();
    let world = full();
    for line in [
        "models",
        "models --status-json",
        "models status --check",
        "models status --agent work",
        "models list --all",
        "models list --local",
        "models explain",
        "models explain --agent work",
        "models auth list",
        "models auth list --agent work",
        "models auth cooldown list",
        "models auth order get --provider anthropic",
        "models auth order get --provider openai",
        "models auth order get --provider openai --agent work",
        "models fallbacks list --agent work",
        "models image-fallbacks list",
        "status --usage",
        "agents list",
        "logs",
        "logs --limit 1",
        "config get",
        "config get gateway",
        "config validate",
        "doctor",
        "plugins inspect lmstudio",
        "plugins can-reach openai https://api.openai.com/v1/responses --method POST",
        "plugins can-reach openai https://example.com/",
        "reference --environment",
        "man models set",
        "no-such-command",
    ] {
        if line == "no-such-command" {
            let output = world.run(&[line, "--json"]);
            shapes.validate(
                "error",
                line,
                &serde_json::from_str(output.failed()).unwrap(),
            );
            continue;
        }
        let output = shapes.run(&world, line);
        assert!(!output.stdout.is_empty(), "{output}");
    }
    let printed = shapes.done();
    // Lists have no place for warnings, and this config has some.
    assert!(printed["message"] > 3, "{printed:?}");
}

#[test]
fn every_change_that_can_be_made() {
    let mut shapes = Schemas::new();
    let world = full();
    for (line, stdin) in [
        ("models set openai/gpt-5.2", ""),
        ("models set openai/gpt-5.2", ""),
        ("models set-image anthropic/claude-opus-4-5", ""),
        ("models aliases add quick openai/gpt-5-mini", ""),
        ("models aliases add quick openai/gpt-5.2", ""),
        ("models aliases list", ""),
        ("models aliases remove quick", ""),
        ("models fallbacks add google/gemini-2.5-pro", ""),
        ("models fallbacks remove google/gemini-2.5-pro", ""),
        ("models fallbacks clear", ""),
        ("models image-fallbacks add google/gemini-2.5-pro", ""),
        ("models image-fallbacks remove google/gemini-2.5-pro", ""),
        ("models image-fallbacks clear", ""),
        (
            "models auth order set --provider anthropic anthropic:work",
            "",
        ),
        ("models auth order clear --provider anthropic", ""),
        ("models auth order clear --provider anthropic", ""),
        (
            "models auth paste-token --provider anthropic --profile-id anthropic:new --expires-in 30d",
            TOKEN,
        ),
        ("models auth setup-token --provider anthropic --yes", TOKEN),
        ("models auth cooldown clear openai:default", ""),
        ("models auth cooldown clear --all", ""),
        ("models auth cooldown clear --all", ""),
        ("models auth remove anthropic:new --yes", ""),
        (
            "models auth remove openai:default openai:backup openai:blank --yes",
            "",
        ),
        ("agents add more --workspace ~/more", ""),
        ("agents remove more --yes", ""),
        ("agents remove work --yes", ""),
        ("config set gateway.port 4000", ""),
        (
            "config set models.providers.lmstudio.apiKey sk-0123456789012345",
            "",
        ),
        ("config unset gateway", ""),
        ("man --out pages", ""),
    ] {
        let output = shapes.run_with(&world, line, stdin);
        assert_eq!(output.code, Some(0), "{line}: {output}");
        assert_eq!(output.stderr, "", "{line}");
    }
    shapes.done();
}

/// Two vendors on one port, and a user with keys for them.
fn with_vendors(script: Script) -> (Upstream, Sandbox) {
    let upstream = Upstream::start(script).unwrap();
    let url = upstream.url();
    let world = Sandbox::new()
        .config(&format!(
            r#"{{
  agents: {{ defaults: {{ model: {{ primary: "anthropic/claude-opus-4-5", fallbacks: ["openai/gpt-5.2"] }} }} }},
  models: {{ providers: {{
    anthropic: {{ baseUrl: "{url}/anthropic" }},
    openai: {{ baseUrl: "{url}/openai/v1" }},
    ollama: {{ baseUrl: "{url}/ollama" }},
  }} }},
}}
"#
        ))
        .cache(crate::CACHE)
        .api_key("anthropic:work", "sk-ant-api03-0123456789")
        .api_key("openai:default", KEY);
    (upstream, world)
}

/// What OpenAI says to a key that it does not know.
fn wrong_key() -> Reply {
    let error = json!({ "message": "Incorrect API key provided.", "type": "invalid_request_error", "code": "invalid_api_key" });
    Reply::json(401, &json!({ "error": error }))
}

fn lists(script: Script) -> Script {
    script
        .on(
            When::get("/anthropic/v1/models"),
            anthropic::models(&["claude-opus-4-5-20251101", "claude-new-9"]),
        )
        .on(When::get("/openai/v1/models"), wrong_key())
}

#[test]
fn answers_and_failures_of_a_run() {
    let limited =
        || anthropic::error(429, "rate_limit_error", "Too many requests.").retry_after(42);
    let answer = || openai::responses_stream(&["Hello", " from", " GPT."]);
    let ask = |script: Script, line: &str| {
        let mut shapes = Schemas::new();
        let (_upstream, world) = with_vendors(script);
        let first = shapes.run(&world, line);
        // The second time, a credential is in cooldown.
        shapes.run(&world, line);
        shapes.run(&world, "models explain");
        shapes.run(&world, "models auth cooldown list");
        shapes.run(&world, "logs");
        shapes.done();
        first
    };
    let fallback = Script::new()
        .on(When::post("/anthropic/v1/messages"), limited())
        .on(When::post("/openai/v1/responses"), answer());
    let output = ask(fallback, "models run Hello");
    let data = output.json();
    assert_eq!(output.stderr, "");
    assert_eq!(data["profileId"], "openai:default");
    let warnings = data["warnings"].to_string();
    assert!(warnings.contains("anthropic/claude-opus-4-5"), "{warnings}");

    let refused = Script::new()
        .on(When::post("/anthropic/v1/messages"), limited())
        .on(When::post("/openai/v1/responses"), wrong_key());
    let output = ask(refused, "models run Hello");
    let error: Value = serde_json::from_str(output.failed()).unwrap();
    let details = error["error"]["details"].to_string();
    assert!(!details.contains("  "), "padding: {details}");
    assert_eq!(
        error["error"]["data"]["trail"][0]["failure"]["kind"],
        "rate_limit"
    );

    let cut = Script::new().on(
        When::post("/anthropic/v1/messages"),
        anthropic::stream(&["Hello", " from"]).truncated(),
    );
    ask(cut, "models run Hello");
    ask(
        Script::new().otherwise(Reply::full(500, "broken")),
        "models run Hello",
    );
}

#[test]
fn what_vendors_are_asked_live() {
    let mut shapes = Schemas::new();
    let (_upstream, world) = with_vendors(lists(Script::new()));
    for line in [
        "models status --probe",
        "models status --probe --probe-provider anthropic --probe-profile anthropic:work --check",
        "models list --refresh",
        "models scan",
        "models scan --yes",
        "models scan --yes --set-default",
        "models scan --no-probe --provider anthropic --yes",
        "models scan --min-params 100000",
        "models scan --provider openai",
    ] {
        shapes.run(&world, line);
    }
    for (line, stdin) in [
        (
            "models auth add --provider anthropic --check --profile-id anthropic:more",
            "sk-ant-api03-9876543210\n",
        ),
        (
            "models auth paste-token --provider openai --check",
            "sk-proj-9876543210987654321098765\n",
        ),
    ] {
        shapes.run_with(&world, line, stdin);
    }
    let printed = shapes.done();
    assert!(printed.contains_key("models scan"), "{printed:?}");
}

#[test]
fn the_demonstration() {
    let mut shapes = Schemas::new();
    let world = Sandbox::new().cache(crate::CACHE);
    let output = shapes.run(&world, "demo");
    assert_eq!(output.code, Some(0), "{output}");
    shapes.done();
}

#[test]
fn the_events_of_a_run_as_they_come() {
    let mut shapes = Schemas::new();
    let limited = anthropic::error(429, "rate_limit_error", "Too many requests.").retry_after(42);
    let script = Script::new()
        .on(When::post("/anthropic/v1/messages"), limited)
        .on(
            When::post("/openai/v1/responses"),
            openai::responses_stream(&["Hello", " from", " GPT."]),
        );
    let (_upstream, world) = with_vendors(script);
    let output = world.openclaw("models run Hello --events");
    let events: Vec<Value> = output
        .ok()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    for event in &events {
        shapes.validate("event", "models run --events", event);
    }
    let named: Vec<&str> = events
        .iter()
        .map(|event| event["event"].as_str().unwrap())
        .collect();
    assert_eq!(
        named,
        [
            "attempt",
            "failed",
            "attempt",
            "about",
            "begin",
            "text",
            "text",
            "text",
            "end",
            "usage",
            "finish",
            "succeeded",
            "done"
        ]
    );
    assert_eq!(events[12]["text"], "Hello from GPT.");
    assert!(!events[12]["warnings"].as_array().unwrap().is_empty());

    // Now both are in cooldown or refused: the end is an error.
    let (_upstream, world) = with_vendors(Script::new().otherwise(wrong_key()));
    let output = world.openclaw("models run Hello --events");
    assert_eq!(output.code, Some(1), "{output}");
    for line in output.stdout.lines() {
        shapes.validate("event", "a failure", &serde_json::from_str(line).unwrap());
    }
    let error: Value = serde_json::from_str(&output.stderr).unwrap();
    shapes.validate("error", "a failure", &error);
    shapes.done();
    let both = world.openclaw("models run Hello --events --plain");
    assert!(both.stderr.contains("not both"), "{both}");
}
