//! `openclaw models status --probe` against scripted vendors on loopback: what is proven and what
//! only looks like it, what is not called, that nothing changes, and that nothing waits for ever.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};
use std::time::Duration;

use expect_test::{Expect, expect};
use openclaw_tests::pty::key as keys;
use openclaw_tests::{FIXED_TIME_MS, Output, World, canary};
use openclaw_upstream::{
    Received, Reply, Script, Upstream, When, anthropic, google, ollama, openai,
};
use serde_json::{Value, json};

use crate::{check, steady};

const DAY_MS: u64 = 24 * 3_600_000;
const WORK: &str = r#"sk-ant-api03-work/+="\7zQ-Canary-0123456789"#;
const BACKUP: &str = r#"sk-ant-api03-backup/+="\8zQ-Canary-0123456789"#;
const OPENAI: &str = r#"sk-proj-openai/+="\9zQ-Canary-0123456789"#;
const REFRESH: &str = r#"sk-ant-ort01-old/+="\4zQ-Canary-0123456789"#;
const MESSAGES: &str = "/anthropic/v1/messages";
const LOG: &str = ".openclaw/logs/audit.jsonl";
/// Longest wait for another process; reached only if it fails.
const PATIENCE: Duration = Duration::from_secs(60);

struct Case {
    upstream: Upstream,
    world: World,
}

fn key(provider: &str, key: &str) -> Value {
    json!({ "type": "api_key", "provider": provider, "key": key })
}

impl Case {
    /// Makes a user of two vendors on one port, without credentials.
    fn new(script: Script, more: &str) -> Self {
        let upstream = Upstream::start(script).unwrap();
        let url = upstream.url();
        let config = format!(
            r#"{{
  // mine
  agents: {{ defaults: {{ model: {{ primary: "anthropic/claude-opus-4-5", fallbacks: ["openai/gpt-5.2"] }} }} }},
  models: {{ providers: {{
    anthropic: {{ baseUrl: "{url}/anthropic" }},
    openai: {{ baseUrl: "{url}/openai/v1" }},
  }} }},
  {more}
}}
"#
        );
        // Components are compiled once for all tests of this file.
        let world = World::new().config(&config).env(
            "XDG_CACHE_HOME",
            concat!(env!("CARGO_TARGET_TMPDIR"), "/cache"),
        );
        Self { upstream, world }
    }

    fn profile(self, id: &str, credential: Value) -> Self {
        Self {
            world: self.world.profile(id, credential),
            ..self
        }
    }

    fn env(self, name: &str, value: &str) -> Self {
        Self {
            world: self.world.env(name, value),
            ..self
        }
    }

    /// Runs `models status --probe` with more flags; no file may change but the audit log, and no
    /// key may be anywhere.
    fn probe(&self, flags: &str) -> Output {
        let before = self.snapshot();
        let output = self
            .world
            .openclaw(&format!("models status --probe {flags}"));
        assert_eq!(self.snapshot(), before, "a probe changes nothing: {output}");
        let log = self.world.read(LOG).unwrap_or_default();
        for secret in [WORK, BACKUP, OPENAI, REFRESH] {
            for text in [&output.stdout, &output.stderr, &log] {
                assert_eq!(canary::traces(secret, text.as_bytes()), [""; 0], "{output}");
            }
        }
        output
    }

    /// Returns the results as lines: label, status, whether it was called.
    fn results(&self, flags: &str) -> Vec<String> {
        let output = self.probe(&format!("--json {flags}"));
        let probes = output.json()["auth"]["probes"].clone();
        let results = probes["results"].as_array().unwrap();
        results.iter().map(line).collect()
    }

    /// Returns the part that the probes add for a person.
    fn section(&self, flags: &str) -> String {
        let output = steady_seconds(steady(self.probe(flags)));
        let (_, section) = output.stdout.split_once("Auth Probes:").unwrap();
        format!("Auth Probes:{section}")
    }

    fn snapshot(&self) -> BTreeMap<String, Option<String>> {
        let files = self.world.files().into_iter();
        files
            .filter(|name| name != LOG)
            .map(|name| (name.clone(), self.world.read(&name)))
            .collect()
    }

    fn asked(&self) -> Vec<(String, String)> {
        let requests = self.upstream.requests();
        requests
            .iter()
            .map(|request| {
                let body = request.json().unwrap_or_default();
                let model = body["model"].as_str().unwrap_or_default().to_owned();
                (request.path().to_owned(), model)
            })
            .collect()
    }

    fn log(&self) -> Vec<Value> {
        let text = self.world.read(LOG).unwrap_or_default();
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}

fn line(result: &Value) -> String {
    let text = |name: &str| result[name].as_str().unwrap_or("-").to_owned();
    let called = if result["called"] == true {
        ""
    } else {
        ", not called"
    };
    format!("{} {}{called}", text("label"), text("status"))
}

/// Makes `3.8 s` the same as `840 ms`: which it is depends on the machine.
fn steady_seconds(mut output: Output) -> Output {
    let mut steady = String::new();
    for word in output.stdout.split_inclusive(' ') {
        let number = word.trim_end_matches(' ');
        let is_seconds = number.contains('.') && number.parse::<f64>().is_ok();
        steady.push_str(if is_seconds { "<n> " } else { word });
    }
    output.stdout = steady.replace("<n> s", "<n> ms");
    output
}

/// A whole answer of Claude, as it comes without streaming.
fn claude() -> Reply {
    anthropic::answer("OK")
}

fn gpt() -> Reply {
    openai::responses_answer("OK")
}

fn answering() -> Script {
    Script::new()
        .on(When::post(MESSAGES), claude())
        .on(When::post("/openai/v1/responses"), gpt())
}

fn one(reply: Reply) -> Case {
    Case::new(Script::new().otherwise(reply), "").profile("anthropic:a", key("anthropic", WORK))
}

fn check_json(value: &Value, expect: &Expect) {
    expect.assert_eq(&format!("{value:#}\n"));
}

#[test]
fn an_answer_proves_a_credential() {
    let case = Case::new(answering(), "")
        .profile("anthropic:work", key("anthropic", WORK))
        .profile("openai:default", key("openai", OPENAI));
    expect![[r#"
        Auth Probes:
          anthropic/claude-opus-4-5  anthropic:work  ok  <n> ms; model answered; 13 tokens
          openai/gpt-5.2             openai:default  ok  <n> ms; model answered; 22 tokens
          Probed 2 targets in <n> ms
    "#]]
    .assert_eq(&case.section(""));
    // Two are asked at once, in whatever order.
    let mut asked = case.asked();
    asked.sort();
    assert_eq!(
        asked,
        [
            (MESSAGES.to_owned(), "claude-opus-4-5".to_owned()),
            ("/openai/v1/responses".to_owned(), "gpt-5.2".to_owned()),
        ]
    );
    let requests = case.upstream.requests();
    let body = requests
        .iter()
        .find(|asked| asked.path() == MESSAGES)
        .and_then(Received::json)
        .unwrap();
    assert_eq!(body["max_tokens"], 8);
    let narrow = Case::new(answering(), "")
        .profile("anthropic:work", key("anthropic", WORK))
        .env("COLUMNS", "60");
    expect![[r#"
        Auth Probes:
          anthropic/claude-opus-4-5  anthropic:work  ok
              <n> ms; model answered; 13 tokens
          Probed 1 target in <n> ms
    "#]]
    .assert_eq(&narrow.section(""));
}

#[test]
fn data_has_the_fields_of_the_existing_product_and_what_was_proven() {
    let script = Script::new().on(When::post(MESSAGES), claude()).otherwise(
        openai::error(429, "rate_limit", "rate_limit_exceeded", "Slow down.").retry_after(7),
    );
    let case = Case::new(script, "")
        .profile("anthropic:work", key("anthropic", WORK))
        .profile("openai:default", key("openai", OPENAI));
    let output = case.probe("--json --probe-timeout 9000 --probe-max-tokens 20");
    assert!(output.stderr.is_empty(), "{output}");
    let mut probes = output.json()["auth"]["probes"].clone();
    assert!(probes["durationMs"].take().is_u64());
    for result in probes["results"].as_array_mut().unwrap() {
        assert!(result["latencyMs"].take().is_u64());
    }
    check_json(
        &probes,
        &expect![[r#"
        {
          "startedAt": 1768478400000,
          "finishedAt": 1768478400000,
          "durationMs": null,
          "totalTargets": 2,
          "options": {
            "provider": null,
            "profileIds": [],
            "timeoutMs": 9000,
            "concurrency": 2,
            "maxTokens": 20
          },
          "results": [
            {
              "provider": "anthropic",
              "model": "anthropic/claude-opus-4-5",
              "profileId": "anthropic:work",
              "label": "anthropic:work",
              "source": "profile",
              "mode": "api_key",
              "status": "ok",
              "called": true,
              "latencyMs": null,
              "proven": "model answered",
              "generated": true,
              "tokensSpent": 13,
              "account": null
            },
            {
              "provider": "openai",
              "model": "openai/gpt-5.2",
              "profileId": "openai:default",
              "label": "openai:default",
              "source": "profile",
              "mode": "api_key",
              "status": "rate_limit",
              "called": true,
              "latencyMs": null,
              "error": "rate limited (429), retry in 7 s: Slow down.",
              "code": "rate_limit_exceeded",
              "httpStatus": 429,
              "retryAfterMs": 7000
            }
          ]
        }
    "#]],
    );
}

/// Replies that are no answer, and what each comes to.
#[test]
fn nothing_but_an_answer_is_called_ok() {
    let answer = || claude();
    let html = "<!doctype html><html><body>Sign in to the network</body></html>";
    let replies: Vec<(&str, Reply)> = vec![
        ("text", Reply::full(200, "OK")),
        ("nothing", Reply::full(200, "")),
        (
            "a page",
            Reply::full(200, html).header("content-type", "text/html"),
        ),
        ("empty object", Reply::json(200, &json!({}))),
        ("another vendor's answer", gpt()),
        (
            "an error with status 200",
            anthropic::error(200, "authentication_error", "invalid x-api-key"),
        ),
        ("half an answer", answer().truncated()),
        ("a cut connection", answer().cut_after(40)),
        ("half a stream", anthropic::stream(&["O", "K"]).truncated()),
        ("a stream", anthropic::stream(&["O", "K"])),
        ("a redirect", Reply::redirect(302, "/elsewhere")),
        ("a permanent redirect", Reply::redirect(308, "/elsewhere")),
        (
            "400",
            anthropic::error(400, "invalid_request_error", "max_tokens: wrong"),
        ),
        (
            "401",
            anthropic::error(401, "authentication_error", "invalid x-api-key"),
        ),
        (
            "402",
            anthropic::error(402, "billing_error", "Your credit balance is too low."),
        ),
        (
            "403",
            anthropic::error(403, "permission_error", "Not for your organization."),
        ),
        (
            "404",
            anthropic::error(404, "not_found_error", "model: claude-opus-4-5"),
        ),
        (
            "429",
            anthropic::error(429, "rate_limit_error", "Too many requests.").retry_after(42),
        ),
        (
            "500",
            anthropic::error(500, "api_error", "Internal server error"),
        ),
        (
            "529",
            anthropic::error(529, "overloaded_error", "Overloaded"),
        ),
        ("a closed connection", Reply::disconnect()),
        ("no HTTP", Reply::raw("SSH-2.0-OpenSSH_9.9\r\n")),
    ];
    let mut table = String::new();
    for (name, reply) in replies {
        let case = one(reply);
        let output = case.probe("--json");
        let result = output.json()["auth"]["probes"]["results"][0].clone();
        assert_ne!(result["status"], "ok", "{name}");
        assert_eq!(
            case.asked().len(),
            1,
            "{name}: asked once, redirects are not followed"
        );
        assert_eq!(case.log().len(), 1, "{name}: on record");
        let text = |field: &str| result[field].as_str().unwrap_or("-").to_owned();
        table.push_str(&format!("{name}: {}: {}\n", text("status"), text("error")));
    }
    let gone = one(claude());
    gone.upstream.stop();
    let output = gone.probe("--json");
    let result = &output.json()["auth"]["probes"]["results"][0];
    table.push_str(&format!("nobody listens: {}\n", result["status"]));
    expect![[r#"
        text: server: server error: the reply is not JSON
        nothing: server: server error: the reply is not JSON
        a page: server: server error: the reply is not JSON
        empty object: server: server error: the reply is not a model's answer
        another vendor's answer: server: server error: the reply is not a model's answer
        an error with status 200: auth: unauthorized (200): invalid x-api-key
        half an answer: server: server error: the reply is not JSON
        a cut connection: network: unreachable: error decoding response body: error reading a body from connection: end of file before message length reached
        half a stream: server: server error: the reply is not JSON
        a stream: server: server error: the reply is not JSON
        a redirect: unknown: failed (302): HTTP 302 without an explanation
        a permanent redirect: unknown: failed (308): HTTP 308 without an explanation
        400: bad_request: request refused (400): max_tokens: wrong
        401: auth: unauthorized (401): invalid x-api-key
        402: billing: out of credit (402): Your credit balance is too low.
        403: permission: not permitted (403): Not for your organization.
        404: model_not_found: model not found (404): model: claude-opus-4-5
        429: rate_limit: rate limited (429), retry in 42 s: Too many requests.
        500: server: server error (500): Internal server error
        529: overloaded: overloaded (529): Overloaded
        a closed connection: network: unreachable: error sending request: client error (SendRequest): connection closed before message completed
        no HTTP: network: unreachable: error sending request: client error (SendRequest): invalid HTTP version parsed
        nobody listens: "network"
    "#]].assert_eq(&table);
}

#[test]
fn no_vendor_is_proven_by_a_page_and_each_by_its_own_answer() {
    let case = |script: Script| {
        let case = Case::new(script, "");
        let url = case.upstream.url();
        let config = format!(
            r#"{{
  agents: {{ defaults: {{ model: {{ primary: "anthropic/claude-opus-4-5",
    fallbacks: ["openai/gpt-5.2", "google/gemini-2.5-pro", "ollama/qwen3:8b", "own/first"] }} }} }},
  models: {{ providers: {{
    anthropic: {{ baseUrl: "{url}/anthropic", apiKey: "key-of-anthropic" }},
    openai: {{ baseUrl: "{url}/openai/v1", apiKey: "key-of-openai" }},
    google: {{ baseUrl: "{url}/google/v1beta", apiKey: "key-of-google" }},
    ollama: {{ baseUrl: "{url}/ollama" }},
    own: {{ baseUrl: "{url}/own/v1", api: "openai-completions", apiKey: "key-of-own", models: [] }},
  }} }},
}}
"#
        );
        case.world.write(".openclaw/openclaw.json", config);
        case
    };
    let right = Script::new()
        .on(When::path("/anthropic"), claude())
        .on(When::path("/openai"), gpt())
        .on(When::path("/google"), google::answer("OK"))
        .on(When::path("/ollama"), ollama::answer("OK"))
        .on(When::path("/own"), openai::chat_answer("OK"));
    let labels = [
        "models.json",
        "models.json",
        "none",
        "models.json",
        "models.json",
    ];
    let all = |status: &str| labels.map(|label| format!("{label} {status}"));
    assert_eq!(case(right).results(""), all("ok"));
    for reply in [
        Reply::full(200, "<html></html>").header("content-type", "text/html"),
        Reply::full(200, ""),
        Reply::json(200, &json!({ "ok": true })),
        Reply::json(200, &json!([])),
    ] {
        assert_eq!(
            case(Script::new().otherwise(reply)).results(""),
            all("server")
        );
    }
}

#[test]
fn a_server_that_takes_for_ever_is_given_up() {
    let minute = Duration::from_secs(60);
    for reply in [
        claude().drip(minute),
        claude().slow_head(minute),
        claude().stall_after(20),
        Reply::silence(),
    ] {
        let case = one(reply)
            .profile("anthropic:b", key("anthropic", BACKUP))
            .profile("anthropic:c", key("anthropic", BACKUP));
        assert_eq!(
            case.results("--probe-timeout 400"),
            [
                "anthropic:a timeout",
                "anthropic:b timeout",
                "anthropic:c timeout"
            ]
        );
        let log = case.log();
        assert_eq!(log.len(), 3, "what was given up is on record all the same");
        for line in log {
            assert_eq!(line["secrets_in"], json!(["header:x-api-key"]));
        }
    }
}

#[test]
fn no_more_is_asked_at_once_than_was_allowed() {
    for (flags, allowed) in [
        ("", 2),
        ("--probe-concurrency 3", 3),
        ("--probe-concurrency 1", 1),
    ] {
        let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        // Answers only when as many are there as may be: fewer would never be answered.
        let together = Barrier::new(allowed);
        let counted = Arc::clone(&most);
        let script = Script::new().otherwise(move |_: &Received| {
            let now = running.fetch_add(1, Ordering::SeqCst) + 1;
            counted.fetch_max(now, Ordering::SeqCst);
            together.wait();
            running.fetch_sub(1, Ordering::SeqCst);
            claude()
        });
        let mut case = Case::new(script, "");
        for number in 0..6 {
            case = case.profile(&format!("anthropic:{number}"), key("anthropic", WORK));
        }
        let results = case.results(&format!("{flags} --probe-timeout 60000"));
        assert!(
            results.len() == 6 && results.iter().all(|line| line.ends_with(" ok")),
            "{results:?}"
        );
        assert_eq!(most.load(Ordering::SeqCst), allowed);
    }
}

#[test]
fn what_would_have_to_be_renewed_or_is_never_used_is_not_called() {
    let login = |access: &str, refresh: &str, expires: u64| json!({ "type": "oauth", "provider": "anthropic", "access": access, "refresh": refresh, "expires": expires });
    let token = json!({ "type": "token", "provider": "anthropic", "token": WORK, "expires": FIXED_TIME_MS - DAY_MS });
    let case = Case::new(
        answering(),
        r#"auth: { order: { anthropic: ["anthropic:old", "anthropic:login", "anthropic:fine"] } },"#,
    )
    .profile("anthropic:old", token)
    .profile("anthropic:login", login(WORK, REFRESH, FIXED_TIME_MS - DAY_MS))
    .profile("anthropic:fine", login(BACKUP, REFRESH, FIXED_TIME_MS + DAY_MS))
    .profile("anthropic:spare", key("anthropic", WORK))
    .profile("openai:blank", key("openai", " "));
    expect![[r#"
        Auth Probes:
          anthropic/claude-opus-4-5  anthropic:login  auth     not called: expired 24 h ago; a probe renews
                                                               no login, the next request does
          anthropic/claude-opus-4-5  anthropic:fine   ok       <n> ms; model answered; 13 tokens
          anthropic/claude-opus-4-5  anthropic:old    auth     not called: expired 24 h ago; it cannot be
                                                               renewed
          anthropic/claude-opus-4-5  anthropic:spare  unknown  not called: Excluded by auth.order for this
                                                               provider.
          openai/gpt-5.2             openai:blank     auth     not called: Auth profile credentials are
                                                               missing or expired.
          Probed 1 of 5 targets in <n> ms
    "#]].assert_eq(&case.section(""));
    assert_eq!(case.asked().len(), 1);
    assert_eq!(
        case.results(""),
        [
            "anthropic:login auth, not called",
            "anthropic:fine ok",
            "anthropic:old auth, not called",
            "anthropic:spare unknown, not called",
            "openai:blank auth, not called",
        ]
    );
}

#[test]
fn a_resting_profile_is_asked_and_stays_as_it_was() {
    let case = Case::new(
        Script::new().otherwise(anthropic::error(401, "authentication_error", "no")),
        "",
    )
    .profile("anthropic:a", key("anthropic", WORK));
    let store = ".openclaw/agents/main/agent/auth-profiles.json";
    let mut value: Value = serde_json::from_str(&case.world.read(store).unwrap()).unwrap();
    value["usageStats"] =
        json!({ "anthropic:a": { "errorCount": 3, "cooldownUntil": FIXED_TIME_MS + 60_000 } });
    case.world.write(store, value.to_string());
    assert_eq!(case.results(""), ["anthropic:a auth"]);
    case.upstream.follow(answering());
    assert_eq!(case.results(""), ["anthropic:a ok"]);
}

#[test]
fn without_profiles_the_variable_is_asked_and_else_the_configs_key() {
    let case = Case::new(answering(), "").env("ANTHROPIC_API_KEY", WORK);
    assert_eq!(case.results(""), ["env:ANTHROPIC_API_KEY ok"]);
    let result = case.probe("--json").json()["auth"]["probes"]["results"][0].clone();
    assert_eq!(
        (&result["source"], &result["mode"], &result["profileId"]),
        (&json!("env"), &json!("api_key"), &Value::Null)
    );
    let log = case.log();
    let uses: Vec<&str> = log.iter().filter_map(|line| line["use"].as_str()).collect();
    assert!(uses.contains(&"env") && uses.contains(&"http"), "{uses:?}");
    let beside = Case::new(answering(), "")
        .env("ANTHROPIC_API_KEY", WORK)
        .profile("anthropic:a", key("anthropic", BACKUP));
    assert_eq!(beside.results(""), ["anthropic:a ok"]);
    assert_eq!(
        beside.upstream.requests()[0].credential(),
        Some(BACKUP),
        "the profile's key"
    );
}

#[test]
fn a_provider_that_no_model_is_configured_for_is_asked_with_its_cheapest() {
    let case = Case::new(answering(), "").profile("openai:a", key("openai", OPENAI));
    let url = case.upstream.url();
    case.world.write(
        ".openclaw/openclaw.json",
        format!(
            r#"{{ agents: {{ defaults: {{ model: "ollama/x" }} }}, models: {{ providers: {{
                openai: {{ baseUrl: "{url}/openai/v1" }},
                bare: {{ baseUrl: "{url}/bare/v1", api: "openai-completions", apiKey: "k", models: [] }} }} }} }}"#
        ),
    );
    let flags = "--json --probe-provider";
    let of = |provider: &str| {
        let output = case.probe(&format!("{flags} {provider}"));
        output.json()["auth"]["probes"]["results"][0].clone()
    };
    let openai = of("openai");
    assert_eq!(openai["status"], "ok");
    expect!["openai/gpt-5-nano"].assert_eq(openai["model"].as_str().unwrap());
    let bare = of("bare");
    assert_eq!(
        (&bare["status"], &bare["error"], &bare["model"]),
        (
            &json!("no_model"),
            &json!("No model available for probe"),
            &Value::Null
        )
    );
}

#[test]
fn providers_and_profiles_can_be_chosen() {
    let case = Case::new(answering(), "")
        .profile("anthropic:a", key("anthropic", WORK))
        .profile("anthropic:b", key("anthropic", BACKUP))
        .profile("openai:default", key("openai", OPENAI));
    assert_eq!(
        case.results("--probe-provider anthropic"),
        ["anthropic:a ok", "anthropic:b ok"]
    );
    let both = ["anthropic:b ok", "openai:default ok"];
    assert_eq!(
        case.results("--probe-profile anthropic:b,openai:default"),
        both
    );
    assert_eq!(
        case.results("--probe-profile anthropic:b --probe-profile openai:default"),
        both
    );
    assert_eq!(
        case.results("--probe-provider Anthropic --probe-profile anthropic:b"),
        both[..1]
    );
    // The documented command lines, and the flags without `status`.
    let before = case
        .world
        .openclaw("models --json --probe --probe-profile anthropic:b");
    let results = &before.json()["auth"]["probes"]["results"];
    assert_eq!(results.as_array().unwrap().len(), 1);
    let options =
        case.probe("--json --probe-profile anthropic:b").json()["auth"]["probes"]["options"]
            .clone();
    assert_eq!(options["profileIds"], json!(["anthropic:b"]));
    assert_eq!(options["provider"], Value::Null);
}

#[test]
fn where_there_is_nothing_to_probe_it_says_so() {
    let case = Case::new(answering(), "");
    expect![[r#"
        Auth Probes:
          No probe targets. There is no credential for `anthropic`.
    "#]]
    .assert_eq(&case.section("--probe-provider anthropic"));
    let none = case.probe("--json");
    assert_eq!(none.json()["auth"]["probes"]["totalTargets"], 0);
    assert_eq!(case.world.read(LOG), None, "nothing was used");
}

#[test]
fn an_agents_own_credentials_are_asked() {
    let case = Case::new(answering(), r#"x: 1"#);
    let url = case.upstream.url();
    case.world.write(
        ".openclaw/openclaw.json",
        format!(
            r#"{{ agents: {{ list: [{{ id: "main" }}, {{ id: "work", model: "anthropic/claude-haiku-4-5" }}] }},
              models: {{ providers: {{ anthropic: {{ baseUrl: "{url}/anthropic" }} }} }} }}"#
        ),
    );
    let world = case
        .world
        .profile("anthropic:a", key("anthropic", WORK))
        .agent_profile("work", "anthropic:a", key("anthropic", BACKUP));
    let case = Case { world, ..case };
    assert_eq!(case.results("--agent work"), ["anthropic:a ok"]);
    let request = &case.upstream.requests()[0];
    assert_eq!(request.credential(), Some(BACKUP));
    assert_eq!(request.json().unwrap()["model"], "claude-haiku-4-5");
}

#[test]
fn what_probes_find_changes_no_exit_code() {
    let refusing = || Script::new().otherwise(anthropic::error(401, "authentication_error", "no"));
    let case = Case::new(refusing(), "")
        .profile("anthropic:a", key("anthropic", WORK))
        .profile("openai:a", key("openai", OPENAI));
    for flags in ["", "--check"] {
        let output = case.probe(flags);
        assert!(output.stdout.contains("unauthorized (401)"), "{output}");
        assert_eq!(output.code, Some(0), "{output}");
    }
    let expired = json!({ "type": "token", "provider": "anthropic", "token": WORK, "expires": 1 });
    let case = Case::new(answering(), "")
        .profile("anthropic:a", key("anthropic", WORK))
        .profile("anthropic:old", expired)
        .profile("openai:a", key("openai", OPENAI));
    assert_eq!(case.probe("--check").code, Some(1));
    assert_eq!(case.probe("").code, Some(0));
}

#[test]
fn wrong_flags_are_refused_before_anything_is_called() {
    let case = Case::new(answering(), "").profile("anthropic:a", key("anthropic", WORK));
    let mut transcript = String::new();
    for line in [
        "models status --probe-timeout 0",
        "models status --probe-timeout soon",
        "models status --probe-timeout -5",
        "models status --probe-concurrency 0",
        "models status --probe-max-tokens x",
        "models --probe-max-tokens 0",
        "models status --probe --plain",
        "models --probe --status-plain",
        "models status --probe --probe-provider antropic",
        "models status --probe --probe-profile anthropic:b",
        "models status --probe --probe-provider openai --probe-profile anthropic:a",
        "models --probe list",
    ] {
        let output = case.world.openclaw(line);
        transcript.push_str(&format!("$ openclaw {line}\n{}", output.failed()));
    }
    expect![[r#"
        $ openclaw models status --probe-timeout 0
        error: --probe-timeout must be a positive number (ms).
          it was given `0`
        hint: write a number, as in `openclaw models status --probe --probe-timeout 8000`
        $ openclaw models status --probe-timeout soon
        error: --probe-timeout must be a positive number (ms).
          it was given `soon`
        hint: write a number, as in `openclaw models status --probe --probe-timeout 8000`
        $ openclaw models status --probe-timeout -5
        error: --probe-timeout must be a positive number (ms).
          it was given `-5`
        hint: write a number, as in `openclaw models status --probe --probe-timeout 8000`
        $ openclaw models status --probe-concurrency 0
        error: --probe-concurrency must be > 0.
          it was given `0`
        hint: write a number, as in `openclaw models status --probe --probe-concurrency 2`
        $ openclaw models status --probe-max-tokens x
        error: --probe-max-tokens must be > 0.
          it was given `x`
        hint: write a number, as in `openclaw models status --probe --probe-max-tokens 8`
        $ openclaw models --probe-max-tokens 0
        error: --probe-max-tokens must be > 0.
          it was given `0`
        hint: write a number, as in `openclaw models status --probe --probe-max-tokens 8`
        $ openclaw models status --probe --plain
        error: --probe cannot be used with --plain output.
        hint: take `--json`, as in `openclaw models status --probe --json`
        $ openclaw models --probe --status-plain
        error: --probe cannot be used with --plain output.
        hint: take `--json`, as in `openclaw models status --probe --json`
        $ openclaw models status --probe --probe-provider antropic
        error: Unknown provider: antropic
          there are: anthropic, google, minimax, ollama, openai
        hint: did you mean `anthropic`?
        $ openclaw models status --probe --probe-profile anthropic:b
        error: Auth profile "anthropic:b" not found in ~/.openclaw/agents/main/agent/auth-profiles.json.
          there are: anthropic:a
          nothing was changed
        hint: did you mean `anthropic:a`?
        $ openclaw models status --probe --probe-provider openai --probe-profile anthropic:a
        error: Auth profile "anthropic:a" is for anthropic, not openai.
        hint: leave out `--probe-provider`: the profile says what it is for
        $ openclaw models --probe list
        error: `--agent`, `--check`, `--probe…` and `--status-…` before a command are for `models status` alone
        hint: write the flag after the command, if it has it; see `openclaw models --help`
    "#]].assert_eq(&transcript);
    assert!(case.asked().is_empty());
    assert_eq!(case.world.read(LOG), None);
}

#[test]
fn flags_that_only_say_how_are_noticed() {
    let case = Case::new(answering(), "").profile("anthropic:a", key("anthropic", WORK));
    let output = case
        .world
        .openclaw("models status --plain --probe-timeout 500");
    check(
        &output,
        &expect![[r#"
        anthropic/claude-opus-4-5
        ---- stderr
        note: nothing was probed: the `--probe-…` flags only say how; add `--probe`
    "#]],
    );
}

#[test]
fn a_terminal_shows_how_far_it_has_come_and_nothing_of_that_remains() {
    let gate = Arc::new(Barrier::new(2));
    let waiting = Arc::clone(&gate);
    let script = Script::new().otherwise(move |_: &Received| {
        waiting.wait();
        claude()
    });
    let case = Case::new(script, "").profile("anthropic:a", key("anthropic", WORK));
    let mut pty = case
        .world
        .pty(&["models", "status", "--probe", "--probe-timeout", "60000"]);
    pty.wait_for("Probing 0/1 anthropic:a");
    gate.wait();
    let ended = pty.end();
    assert_eq!(ended.code, 0, "{}", ended.screen);
    assert!(
        ended.screen.starts_with("Primary Model:"),
        "{}",
        ended.screen
    );
    assert!(ended.screen.contains("model answered"), "{}", ended.screen);
    assert!(!ended.screen.contains("Probing"), "{}", ended.screen);
}

#[test]
fn ctrl_c_ends_it_without_a_trace_but_in_the_log() {
    let case = Case::new(Script::new().otherwise(Reply::silence()), "")
        .profile("anthropic:a", key("anthropic", WORK));
    let before = case.snapshot();
    let mut pty = case
        .world
        .pty(&["models", "status", "--probe", "--probe-timeout", "600000"]);
    pty.wait_for("Probing 0/1 anthropic:a");
    let asked = |journal: &[Received]| !journal.is_empty();
    assert!(case.upstream.wait_until(PATIENCE, asked));
    pty.press(&[keys::CTRL_C]);
    let ended = pty.end();
    assert_eq!(ended.code, 130, "{}", ended.screen);
    assert!(ended.screen.contains("interrupted"), "{}", ended.screen);
    assert!(!ended.screen.contains("Primary Model"), "{}", ended.screen);
    assert_eq!(case.snapshot(), before);
    assert_eq!(case.log().len(), 1, "the request that was given up");
}
