//! `openclaw status`, `gateway` and `logs`.

use std::net::TcpListener;

use expect_test::{expect, expect_file};
use openclaw_tests::{FIXED_TIME_MS, Sandbox};
use serde_json::json;

const DAY_MS: u64 = 24 * 60 * 60 * 1000;

fn lived_in() -> Sandbox {
    let token = |expires: u64| json!({"type": "token", "provider": "anthropic", "token": "sk-ant-oat01-secret", "expires": expires});
    let world = Sandbox::new()
        .config(
            r#"{
  agents: {
    defaults: {
      model: { primary: "opus", fallbacks: ["openai/gpt-5.2"] },
      models: { "anthropic/claude-opus-4-5": { alias: "opus" }, "openai/gpt-5.2": {}, "google/gemini-2.5-pro": {} },
    },
    list: [{ id: "main", default: true }, { id: "work", model: { primary: "openai/gpt-5.2", fallbacks: ["google/gemini-2.5-pro"] } }],
  },
}"#,
        )
        .profile("anthropic:work", token(FIXED_TIME_MS + 200 * DAY_MS))
        .profile("anthropic:old", token(FIXED_TIME_MS - 3 * DAY_MS))
        .agent_profile("work", "openai:work", json!({"type": "api_key", "provider": "openai", "key": "sk-secret"}))
        .env("GEMINI_API_KEY", "a-secret");
    let name = ".openclaw/agents/main/agent/auth-profiles.json";
    let mut store: serde_json::Value = serde_json::from_str(&world.read(name).unwrap()).unwrap();
    store["usageStats"] = json!({
        "anthropic:work": {
            "lastUsed": FIXED_TIME_MS - 2 * 3_600_000, "errorCount": 2,
            "failureCounts": {"rate_limit": 2}, "lastFailureAt": FIXED_TIME_MS - 60_000,
            "cooldownUntil": FIXED_TIME_MS + 41_000, "cooldownReason": "rate_limit",
        },
    });
    world.write(name, store.to_string());
    world
}

#[test]
fn status_is_an_overview() {
    lived_in()
        .openclaw("status")
        .is(expect_file!["expected/overview.status_is_an_overview.txt"]);
    lived_in().openclaw("status --usage").is(expect_file![
        "expected/overview.status_is_an_overview.2.txt"
    ]);
}

#[test]
fn status_of_a_new_user() {
    Sandbox::new()
        .openclaw("status --usage")
        .is(expect_file!["expected/overview.status_of_a_new_user.txt"]);
}

#[test]
fn status_as_data() {
    lived_in()
        .openclaw("status --usage --json")
        .is(expect_file!["expected/overview.status_as_data.txt"]);
}

/// Returns a world whose config names a port, and the port's listener.
fn with_port() -> (Sandbox, TcpListener) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let world = Sandbox::new().config(&format!("{{ gateway: {{ port: {port} }} }}\n"));
    (world, listener)
}

#[test]
fn restart_says_that_nothing_has_to_be_restarted() {
    let (world, listener) = with_port();
    drop(listener);
    world.openclaw("gateway restart").is(expect![[r#"
        Nothing has to be restarted: openclaw reads its files each time it runs, so your changes are in effect.
    "#]]);
}

#[test]
fn restart_names_the_port_that_another_program_has() {
    let (world, listener) = with_port();
    let port = listener.local_addr().unwrap().port().to_string();
    let output = world.openclaw("gateway restart");
    let text = output.ok().replace(&port, "<port>");
    expect![[r#"
        Nothing has to be restarted: openclaw reads its files each time it runs, so your changes are in effect.
        Another program listens on port <port> (gateway.port). If it is a gateway, restart it with the program that started it.
    "#]].assert_eq(&text);
    let value = world.openclaw("gateway status --json").json();
    assert_eq!(value["otherProgramListens"], true, "{value}");
    assert_eq!(value["running"], false, "{value}");
    assert_eq!(value["port"].to_string(), port);
    assert_eq!(value["portSource"], "gateway.port");
}

#[test]
fn a_port_that_is_none_is_said_and_passed_over() {
    let world = Sandbox::new().config("{ gateway: { port: \"a door\" } }\n");
    let output = world.openclaw("gateway status");
    assert_eq!(output.code, Some(0), "{output}");
    expect![[r#"
        warning: gateway.port: expected a port from 1 to 65535; 18789 is looked at instead
    "#]]
    .assert_eq(&output.stderr);
    assert!(output.stdout.contains("18789 (the default)"), "{output}");
}

const LOG: &str = concat!(
    r#"{"at":"2026-01-15T11:59:00Z","plugin":"anthropic","digest":"d","decision":"allow","use":"env","name":"ANTHROPIC_API_KEY","found":false,"prev":"0","hash":"1"}"#,
    "\n",
    r#"{"at":"2026-01-15T11:59:01Z","plugin":"anthropic","digest":"d","decision":"allow","use":"http","method":"POST","url":"https://api.anthropic.com/v1/messages","secrets_in":["header:x-api-key"],"status":401,"elapsed_ms":210,"prev":"1","hash":"2"}"#,
    "\n",
    r#"{"at":"2026-01-15T11:59:02Z","plugin":"openai","digest":"e","decision":"allow","use":"http","method":"POST","url":"https://api.openai.com/v1/responses","secrets_in":[],"status":200,"elapsed_ms":900,"prev":"2","hash":"3"}"#,
    "\n",
    r#"{"at":"2026-01-15T11:59:03Z","plugin":"acme","digest":"f","decision":"deny","use":"http","method":"GET","url":"https://telemetry.acme.test/x","secrets_in":[],"status":null,"elapsed_ms":0,"rule":"host","message":"no grant names the host\u001b[31m","smallest_grant":null,"prev":"3","hash":"4"}"#,
    "\n",
    "not a line of ours\n",
    r#"{"at":"2026-01-15T11:59:04Z","plugin":"ollama","digest":"g","decision":"allow","use":"http","method":"GET","url":"http://127.0.0.1:11434/api/tags","secrets_in":[],"status":null,"elapsed_ms":3,"prev":"4","hash":"5"}"#,
    "\n",
);

fn logged() -> Sandbox {
    let world = Sandbox::new();
    world.write(".openclaw/logs/audit.jsonl", LOG);
    world
}

#[test]
fn logs_are_one_line_an_entry() {
    logged().openclaw("logs").is(expect![[r#"
        2026-01-15T11:59:00Z anthropic allow env ANTHROPIC_API_KEY not set
        2026-01-15T11:59:01Z anthropic allow POST https://api.anthropic.com/v1/messages error 401 in 210 ms
        2026-01-15T11:59:02Z openai allow POST https://api.openai.com/v1/responses 200 in 900 ms
        2026-01-15T11:59:03Z acme deny  GET https://telemetry.acme.test/x error: no grant names the host\u{1b}[31m
        2026-01-15T11:59:04Z ollama allow GET http://127.0.0.1:11434/api/tags error: no answer in 3 ms
        ---- stderr
        warning: skipped 1 line of ~/.openclaw/logs/audit.jsonl that cannot be understood
    "#]]);
}

#[test]
fn logs_are_limited_to_the_last_and_can_be_searched_as_documented() {
    logged().shell(r#""$OPENCLAW" logs --limit 50 | grep -i "model\|auth\|error""#).is(expect![[r#"
        2026-01-15T11:59:01Z anthropic allow POST https://api.anthropic.com/v1/messages error 401 in 210 ms
        2026-01-15T11:59:03Z acme deny  GET https://telemetry.acme.test/x error: no grant names the host\u{1b}[31m
        2026-01-15T11:59:04Z ollama allow GET http://127.0.0.1:11434/api/tags error: no answer in 3 ms
        ---- stderr
        warning: skipped 1 line of ~/.openclaw/logs/audit.jsonl that cannot be understood
    "#]]);
    let one = logged().openclaw("logs --limit 1");
    assert!(one.ok().starts_with("2026-01-15T11:59:04Z ollama"), "{one}");
}

#[test]
fn logs_as_data_have_the_keys_and_times_of_all_data() {
    let value = logged().openclaw("logs --limit 1 --json").json();
    assert_eq!(
        value,
        json!([{
            "at": 1_768_478_344_000_u64, "plugin": "ollama", "digest": "g", "decision": "allow", "use": "http",
            "method": "GET", "url": "http://127.0.0.1:11434/api/tags", "secretsIn": [], "status": null,
            "elapsedMs": 3, "prev": "4", "hash": "5",
        }])
    );
}

#[test]
fn logs_as_rows_are_separated_by_tabs() {
    logged().openclaw("logs --limit 1 --plain").is(expect![[r#"
        2026-01-15T11:59:04Z	ollama	allow	GET	http://127.0.0.1:11434/api/tags	-	3
    "#]]);
}

#[test]
fn without_a_log_it_says_so() {
    Sandbox::new().openclaw("logs").is(expect![[r#"
        ---- stderr
        note: ~/.openclaw/logs/audit.jsonl does not exist yet: it is written when a plugin sends a request or reads a variable
    "#]]);
    assert_eq!(Sandbox::new().openclaw("logs --json").json(), json!([]));
}
