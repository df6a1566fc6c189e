//! `openclaw models list --refresh` against scripted vendors on loopback: what is new, what is gone,
//! who is asked, and that only the audit log is written.

use expect_test::{expect, expect_file};
use openclaw_tests::{Output, Sandbox};
use openclaw_upstream::{Reply, Script, Upstream, When, anthropic, google, ollama, openai};
use serde_json::Value;

use openclaw_tests::pty::key::CTRL_C;

use super::{key, snapshot};

const CONFIG: &str = r#"
  agents: { defaults: {
    model: { primary: "anthropic/claude-opus-4-5", fallbacks: ["anthropic/claude-haiku-4-5"] },
    models: { "anthropic/claude-opus-4-5": {}, "anthropic/claude-haiku-4-5": {}, "ollama/llava": {} },
  } },
"#;

/// Vendors that all list their models, on one port.
fn listing() -> Script {
    Script::new()
        .on(
            When::get("/anthropic/v1/models"),
            anthropic::models(&["claude-opus-4-5-20251101", "claude-zen-9"]),
        )
        .on(When::get("/openai/v1/models"), openai::models(&["gpt-5.2"]))
        .on(
            When::get("/google/v1beta/models"),
            google::models(&["gemini-2.5-pro"]),
        )
        .on(
            When::get("/api/tags"),
            ollama::tags(&["llama3:8b", "qwen9:latest"]),
        )
        .on(
            When::post("/api/show"),
            ollama::show(131_072, &["completion", "tools", "vision"]),
        )
}

/// A world whose providers of these names are served by an upstream.
fn world(upstream: &Upstream, providers: &[&str]) -> Sandbox {
    let url = upstream.url();
    let entries: String = providers
        .iter()
        .map(|provider| {
            let path = match *provider {
                "anthropic" => "/anthropic",
                "openai" => "/openai/v1",
                "google" => "/google/v1beta",
                _ => "",
            };
            format!("    {provider}: {{ baseUrl: \"{url}{path}\" }},\n")
        })
        .collect();
    let config =
        format!("{{ {CONFIG} models: {{ mode: \"merge\", providers: {{\n{entries}  }} }} }}\n");
    // Components are compiled once for all tests.
    Sandbox::new().config(&config).cache(crate::CACHE)
}

/// Returns the keys of the rows that have something to say of their provider's answer.
fn standing(output: &Output) -> Vec<String> {
    let rows = output.json();
    let rows = rows.as_array().unwrap().iter();
    rows.filter(|row| !row["live"].is_null())
        .map(|row| {
            let tags: Vec<&str> = row["tags"]
                .as_array()
                .unwrap()
                .iter()
                .filter_map(Value::as_str)
                .filter(|tag| ["new", "gone", "installed", "not installed"].contains(tag))
                .collect();
            format!("{} {} {}", row["key"], row["live"], tags.join(" "))
        })
        .collect()
}

#[test]
fn rows_say_what_is_new_and_what_is_gone() {
    let upstream = Upstream::start(listing()).unwrap();
    let world = world(&upstream, &["anthropic"]).profile("anthropic:default", key("anthropic"));
    let output = world.openclaw("models list --refresh --provider anthropic --json");
    let rows = standing(&output);
    expect_file!["expected/refresh.rows_say_what_is_new_and_what_is_gone.txt"].assert_eq(&format!(
        "{}\n---- stderr\n{}",
        rows.join("\n"),
        output.stderr
    ));
    let text = world.openclaw("models list --refresh --provider anthropic");
    let new = text
        .stdout
        .lines()
        .find(|line| line.contains("claude-zen-9"));
    assert!(new.unwrap().ends_with("new"), "{text}");
}

#[test]
fn only_providers_with_a_credential_and_local_servers_are_asked() {
    let upstream = Upstream::start(listing()).unwrap();
    // The two others are at their vendors' addresses, and there is no key for them.
    let world =
        world(&upstream, &["anthropic", "ollama"]).profile("anthropic:default", key("anthropic"));
    let output = world.openclaw("models list --refresh --json");
    assert_eq!(output.code, Some(0), "{output}");
    let mut asked: Vec<String> = upstream
        .requests()
        .iter()
        .map(|request| request.path().to_owned())
        .filter(|path| path != "/api/show")
        .collect();
    asked.sort();
    assert_eq!(asked, ["/anthropic/v1/models", "/api/tags"]);
}

#[test]
fn a_local_server_tells_what_is_installed() {
    let upstream = Upstream::start(listing()).unwrap();
    let world = world(&upstream, &["ollama"]);
    world.openclaw("models list --local --refresh").is(expect![[r#"
        Model                Context  Out  $/M in/out  Cache r/w  Reasoning  Input       Auth  Tags
        ollama/llava               -    -           -          -  -          -                 missing
        ollama/qwen9:latest     131k    -        free          -  no         text image  yes   installed
        ollama/llama3:8b        131k   8k        free          -  no         text image  yes   installed
        ---- stderr
        warning: the configured model `ollama/llava` is not among those that `ollama` has now; see `openclaw models list --all`
    "#]]);
    let all = world.openclaw("models list --local --refresh --all --json");
    let installed = |row: &Value| row["available"] == true;
    let rows = all.json();
    let rows = rows.as_array().unwrap();
    assert_eq!(rows.iter().filter(|row| installed(row)).count(), 2);
    assert!(rows.len() > 10, "{all}");
}

#[test]
fn a_refresh_writes_nothing_but_the_audit_log() {
    let upstream = Upstream::start(listing()).unwrap();
    let world = world(&upstream, &["anthropic"]).profile("anthropic:default", key("anthropic"));
    let before = snapshot(&world);
    assert_eq!(world.openclaw("models list --refresh").code, Some(0));
    let mut after = snapshot(&world);
    after.retain(|(name, _)| !name.starts_with(".openclaw/logs/"));
    assert_eq!(after, before);
    let log = world.read(".openclaw/logs/audit.jsonl").unwrap();
    // A query may hold what nobody else should read: what is kept tells it from others, no more.
    let asked = log
        .lines()
        .find(|line| line.contains("/anthropic/v1/models"));
    let asked: Value = serde_json::from_str(asked.expect("it was asked")).unwrap();
    assert!(!log.contains('?') && !log.contains("limit="), "{log}");
    assert_eq!(asked["query_sha256"].as_str().map(str::len), Some(64));
    assert_eq!(asked["query_bytes"], "limit=1000".len(), "{log}");
}

#[test]
fn a_provider_that_does_not_answer_is_named_with_the_reason() {
    let script = Script::new()
        .on(
            When::get("/anthropic"),
            anthropic::error(401, "authentication_error", "invalid x-api-key"),
        )
        .on(
            When::get("/openai"),
            Reply::json(200, &serde_json::json!({"hello": 1})),
        )
        .on(
            When::get("/google"),
            google::error(429, "RESOURCE_EXHAUSTED", "Quota exceeded."),
        )
        .on(When::get("/api/tags"), ollama::tags(&[]));
    let upstream = Upstream::start(script).unwrap();
    let world = ["anthropic", "openai", "google"].into_iter().fold(
        world(&upstream, &["anthropic", "openai", "google", "ollama"]),
        |world, provider| world.profile(&format!("{provider}:default"), key(provider)),
    );
    let output = world.openclaw("models list --refresh --plain");
    assert_eq!(output.code, Some(0), "{output}");
    expect![[r#"
        warning: `anthropic` did not answer: unauthorized (401): invalid x-api-key
        warning: `google` did not answer: rate limited (429): Quota exceeded.
        warning: `openai` did not answer: server error: the reply is not a list of models
        warning: the configured model `ollama/llava` is not among those that `ollama` has now; see `openclaw models list --all`
    "#]]
    .assert_eq(&output.stderr);
    assert!(
        output.stdout.contains("anthropic/claude-opus-4-5\n"),
        "{output}"
    );
}

#[test]
fn a_vendor_without_a_list_is_no_trouble() {
    let world = Sandbox::new()
        .cache(crate::CACHE)
        .profile("minimax:default", key("minimax"));
    let output = world.openclaw("models list --provider minimax --refresh --plain");
    assert!(output.stdout.starts_with("minimax/"), "{output}");
    assert_eq!(
        output.stderr,
        "note: `minimax` was not asked: MiniMax has no list of the models that a key may use\n"
    );
}

#[test]
fn nobody_to_ask_is_said() {
    let output = Sandbox::new().openclaw("models list --provider anthropic --refresh --plain");
    assert_eq!(output.code, Some(0), "{output}");
    expect![[r#"
        warning: `anthropic` was not asked: there is no usable credential; add one with `openclaw models auth add`
    "#]].assert_eq(&output.stderr);
}

#[test]
fn a_configured_server_that_does_not_run_is_named() {
    // A port that was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let config = format!(
        "{{ models: {{ providers: {{ lmstudio: {{ baseUrl: \"http://127.0.0.1:{port}/v1\", api: \"openai-completions\", models: [] }} }} }} }}"
    );
    let world = Sandbox::new().config(&config);
    let output = world.openclaw("models list --refresh --provider lmstudio");
    assert!(
        output
            .stderr
            .starts_with("warning: `lmstudio` did not answer: connection failed: "),
        "{output}"
    );
    assert_eq!(output.stdout, "No models found.\n");
}

#[test]
#[cfg(unix)]
fn who_waits_sees_how_far_it_is_and_may_leave() {
    let script = Script::new().otherwise(Reply::silence());
    let upstream = Upstream::start(script).unwrap();
    let world =
        world(&upstream, &["anthropic", "ollama"]).profile("anthropic:default", key("anthropic"));
    let before = snapshot(&world);
    let mut terminal = world.pty(&["models", "list", "--refresh"]);
    terminal.wait_for("Asking providers");
    terminal.wait_for("anthropic");
    terminal.press(&[CTRL_C]);
    let ended = terminal.end();
    ended.assert_code(130);
    assert!(
        ended
            .screen
            .trim_end()
            .ends_with("error: interrupted\n  no file was changed"),
        "{}",
        ended.screen
    );
    let mut after = snapshot(&world);
    after.retain(|(name, _)| !name.starts_with(".openclaw/logs/"));
    assert_eq!(after, before);
}

#[test]
fn nothing_is_said_of_progress_where_nobody_watches() {
    let upstream = Upstream::start(listing()).unwrap();
    let world = world(&upstream, &["ollama"]);
    let output = world.openclaw("models list --local --refresh --plain");
    assert_eq!(
        output.stdout,
        "ollama/llava\nollama/qwen9:latest\nollama/llama3:8b\n"
    );
    assert!(
        output
            .stderr
            .starts_with("warning: the configured model `ollama/llava`"),
        "{output}"
    );
    assert_eq!(output.stderr.lines().count(), 1, "{output}");
}
