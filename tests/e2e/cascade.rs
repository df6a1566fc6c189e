//! `openclaw models run` and `explain` against scripted vendors on loopback: rotation, fallback,
//! what is remembered, what is printed, and where no key may ever be.

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Child, Command};
use std::time::Duration;

use expect_test::{Expect, expect};
use openclaw_tests::{FIXED_TIME_MS, Output, World, canary};
use openclaw_upstream::{
    Echo, Form, Received, Reply, Script, Upstream, When, anthropic, google, openai,
};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::{check, steady};

/// Credentials with every character that some encoding writes in another way.
const WORK: &str = r#"sk-ant-api03-work/+="\7zQ-Canary-0123456789"#;
const BACKUP: &str = r#"sk-ant-api03-backup/+="\8zQ-Canary-0123456789"#;
const OPENAI: &str = r#"sk-proj-openai/+="\9zQ-Canary-0123456789"#;
const GOOGLE: &str = r#"AIza-google/+="\6zQ-Canary-0123456789"#;
const LOGIN: &str = r#"sk-ant-oat01-old/+="\5zQ-Canary-0123456789"#;
const REFRESH: &str = r#"sk-ant-ort01-old/+="\4zQ-Canary-0123456789"#;
const NEW_LOGIN: &str = r#"sk-ant-oat01-new/+="\3zQ-Canary-0123456789"#;
const NEW_REFRESH: &str = r#"sk-ant-ort01-new/+="\2zQ-Canary-0123456789"#;
const ELSEWHERE: &str = r#"sk-elsewhere/+="\1zQ-Canary-0123456789"#;

const SECRETS: [(&str, &str); 9] = [
    ("work", WORK),
    ("backup", BACKUP),
    ("openai", OPENAI),
    ("google", GOOGLE),
    ("old login", LOGIN),
    ("old refresh token", REFRESH),
    ("new login", NEW_LOGIN),
    ("new refresh token", NEW_REFRESH),
    ("elsewhere", ELSEWHERE),
];

/// Longest wait for something that another process is about to do; reached only if it does not.
const PATIENCE: Duration = Duration::from_secs(120);

const CHAIN: &str =
    r#"model: { primary: "anthropic/claude-opus-4-5", fallbacks: ["openai/gpt-5.2"] }"#;
const STORE: &str = ".openclaw/agents/main/agent/auth-profiles.json";

/// Three vendors on one port, and a user with keys for them.
struct Case {
    upstream: Upstream,
    world: World,
}

impl Case {
    fn new(script: Script) -> Self {
        Self::with(script, CHAIN, "")
    }

    /// Makes a case with these `agents.defaults`, and more of the config.
    fn with(script: Script, defaults: &str, more: &str) -> Self {
        let case = Self::without_profiles(script, defaults, more);
        let key = |provider: &str, key: &str| json!({ "type": "api_key", "provider": provider, "key": key });
        let world = case
            .world
            .profile("anthropic:work", key("anthropic", WORK))
            .profile("anthropic:backup", key("anthropic", BACKUP))
            .profile("openai:default", key("openai", OPENAI))
            .profile("google:default", key("google", GOOGLE));
        Self { world, ..case }
    }

    fn without_profiles(script: Script, defaults: &str, more: &str) -> Self {
        let upstream = Upstream::start(script).unwrap();
        let providers = providers(&upstream, "");
        let config = config(defaults, &providers, more);
        // Components are compiled once for all tests of this file, but for those that look into the cache.
        let world = World::new().config(&config).env(
            "XDG_CACHE_HOME",
            concat!(env!("CARGO_TARGET_TMPDIR"), "/cache"),
        );
        Self { upstream, world }
    }

    /// Runs the program; whatever it did, no key may be where it does not belong.
    fn run(&self, arguments: &[&str]) -> Output {
        self.seen(self.world.run(arguments))
    }

    fn ask(&self, arguments: &str) -> Output {
        let arguments: Vec<&str> = ["models", "run", "Hello"]
            .into_iter()
            .chain(arguments.split_whitespace())
            .collect();
        self.run(&arguments)
    }

    fn explain(&self, arguments: &str) -> Output {
        let before = self.snapshot();
        let arguments: Vec<&str> = ["models", "explain"]
            .into_iter()
            .chain(arguments.split_whitespace())
            .collect();
        let output = self.run(&arguments);
        assert_eq!(self.snapshot(), before, "explaining changes nothing");
        output
    }

    fn seen(&self, output: Output) -> Output {
        for (name, secret) in SECRETS {
            for (place, text) in [("stdout", &output.stdout), ("stderr", &output.stderr)] {
                assert_eq!(
                    canary::traces(secret, text.as_bytes()),
                    [""; 0],
                    "the key {name} is in {place}"
                );
            }
        }
        self.no_trace_in(self.world.home());
        output
    }

    /// Looks for keys in every file below a folder but those that hold them by design.
    fn no_trace_in(&self, folder: &Path) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                self.no_trace_in(&path);
            } else if !path.ends_with("openclaw.json") && !path.ends_with("auth-profiles.json") {
                let bytes = fs::read(&path).unwrap();
                for (name, secret) in SECRETS {
                    assert_eq!(
                        canary::traces(secret, &bytes),
                        [""; 0],
                        "the key {name} is in {}",
                        path.display()
                    );
                }
            }
        }
    }

    fn snapshot(&self) -> Vec<(String, Option<String>)> {
        self.world
            .files()
            .into_iter()
            .map(|name| (name.clone(), self.world.read(&name)))
            .collect()
    }

    /// Returns what arrived: the model or path, and the key it was signed with.
    fn asked(&self) -> Vec<String> {
        self.upstream.requests().iter().map(asked).collect()
    }

    fn store(&self) -> Value {
        store(&self.world, STORE)
    }

    fn usage(&self) -> Value {
        self.store()["usageStats"].clone()
    }

    /// Writes what is remembered of the profiles.
    fn remembering(self, usage: &Value) -> Self {
        let mut store = self.store();
        store["usageStats"] = usage.clone();
        self.world.write(STORE, format!("{store:#}\n"));
        self
    }
}

fn config(defaults: &str, providers: &str, more: &str) -> String {
    format!(
        "{{\n  // mine\n  agents: {{ defaults: {{ {defaults} }} }},\n  models: {{ providers: {{ {providers} }} }},\n  {more}\n}}\n"
    )
}

/// Returns the config's entries of the three vendors, with more in that of Anthropic.
fn providers(upstream: &Upstream, more: &str) -> String {
    let url = upstream.url();
    format!(
        r#"anthropic: {{ baseUrl: "{url}/anthropic", {more} }},
        openai: {{ baseUrl: "{url}/openai/v1" }},
        google: {{ baseUrl: "{url}/google/v1beta" }}"#
    )
}

fn store(world: &World, name: &str) -> Value {
    serde_json::from_str(&world.read(name).unwrap()).unwrap()
}

fn asked(request: &Received) -> String {
    let body = request.json().unwrap_or_default();
    let model = body["model"]
        .as_str()
        .map_or_else(|| request.path().to_owned(), str::to_owned);
    let name = request.credential().map(|key| {
        SECRETS
            .iter()
            .find(|(_, known)| *known == key)
            .map_or("unknown", |(name, _)| name)
    });
    format!("{model} with {}", name.unwrap_or("nothing"))
}

const MESSAGES: &str = "/anthropic/v1/messages";

fn limited() -> Reply {
    anthropic::error(429, "rate_limit_error", "Too many requests.").retry_after(42)
}

fn refused() -> Reply {
    anthropic::error(401, "authentication_error", "invalid x-api-key")
}

fn overloaded() -> Reply {
    anthropic::error(529, "overloaded_error", "Overloaded")
}

/// Replies to the key `work`; every other key and vendor answers.
fn work(reply: Reply) -> Script {
    Script::new()
        .on(When::post(MESSAGES).credential(WORK), reply)
        .on(When::post(MESSAGES), claude())
        .on(openai_stream(), gpt())
}

/// Replies to every key of Anthropic; OpenAI answers.
fn all_of_anthropic(reply: Reply) -> Script {
    Script::new()
        .on(When::post(MESSAGES), reply)
        .on(openai_stream(), gpt())
}

fn claude() -> Reply {
    anthropic::stream(&["Hello", " from", " Claude."])
}

fn openai_stream() -> When {
    When::post("/openai/v1/responses").json("/stream", true)
}

fn gpt() -> Reply {
    openai::responses_stream(&["Hello", " from", " GPT."])
}

#[track_caller]
fn check_json(value: &Value, expect: &Expect) {
    expect.assert_eq(&format!("{value:#}\n"));
}

// --- rotation and fallback ---

#[test]
fn the_first_profile_answers_and_nothing_else_is_said() {
    let case = Case::new(work(claude()));
    assert_eq!(case.ask("").ok(), "Hello from Claude.\n");
    assert_eq!(case.asked(), ["claude-opus-4-5 with work"]);
}

#[test]
fn a_rate_limited_profile_yields_to_the_next_before_any_fallback_model() {
    let case = Case::new(work(limited()));
    check(
        &steady(case.ask("--explain")),
        &expect![[r#"
        Hello from Claude.
        ---- stderr
        → anthropic/claude-opus-4-5  `anthropic:work`
        ✗ anthropic/claude-opus-4-5  rate limited (429), retry in 42 s: Too many requests.  [<n> ms]
        → anthropic/claude-opus-4-5  `anthropic:backup`
        ✓ anthropic/claude-opus-4-5  answered  [<n> ms]
    "#]],
    );
    assert_eq!(
        case.asked(),
        ["claude-opus-4-5 with work", "claude-opus-4-5 with backup"]
    );
}

#[test]
fn without_being_asked_to_explain_it_says_in_one_line_that_another_answered() {
    let case = Case::new(all_of_anthropic(limited()));
    check(
        &steady(case.ask("")),
        &expect![[r#"
        Hello from GPT.
        ---- stderr
        warning: openai/gpt-5.2 answered, because anthropic/claude-opus-4-5 with `anthropic:work` was rate limited; see all with --explain
    "#]],
    );
    assert_eq!(
        case.asked(),
        [
            "claude-opus-4-5 with work",
            "claude-opus-4-5 with backup",
            "gpt-5.2 with openai"
        ]
    );
}

#[test]
fn a_rate_limit_rests_the_model_and_not_the_profile() {
    let case = Case::new(
        Script::new()
            .on(
                When::post(MESSAGES).json("/model", "claude-opus-4-5"),
                limited(),
            )
            .on(When::post(MESSAGES), claude())
            .on(openai_stream(), gpt()),
    );
    assert_eq!(case.ask("").stdout, "Hello from GPT.\n");
    let usage = case.usage();
    check_json(
        &usage["anthropic:work"],
        &expect![[r#"
        {
          "errorCount": 0,
          "failureCounts": {
            "rate_limit": 1
          },
          "lastFailureAt": 1768478400000,
          "models": {
            "claude-opus-4-5": {
              "until": 1768478442000,
              "reason": "rate_limit",
              "errorCount": 1
            }
          }
        }
    "#]],
    );
    assert_eq!(usage["anthropic:work"], usage["anthropic:backup"]);

    // The other model of the same profile is not touched.
    let before = case.asked().len();
    assert_eq!(
        case.ask("--model anthropic/claude-haiku-4-5").ok(),
        "Hello from Claude.\n"
    );
    assert_eq!(case.asked()[before..], ["claude-haiku-4-5 with work"]);
    assert_eq!(
        case.usage()["anthropic:work"]["models"],
        usage["anthropic:work"]["models"]
    );

    // The next run does not ask the limited pairs again, and says why.
    let before = case.asked().len();
    check(
        &steady(case.ask("--explain")),
        &expect![[r#"
        Hello from GPT.
        ---- stderr
        - anthropic/claude-opus-4-5  `anthropic:work`  cooling down: rate limited, usable in 42 s
        - anthropic/claude-opus-4-5  `anthropic:backup`  cooling down: rate limited, usable in 42 s
        → openai/gpt-5.2  `openai:default`
        ✓ openai/gpt-5.2  answered  [<n> ms]
    "#]],
    );
    assert_eq!(case.asked()[before..], ["gpt-5.2 with openai"]);
    check(
        &case.explain(""),
        &expect![[r#"
        1. anthropic/claude-opus-4-5  (primary, from defaults)
           `anthropic:work`  cooling down: rate limited, usable in 42 s
           `anthropic:backup`  cooling down: rate limited, usable in 42 s
        2. openai/gpt-5.2  (fallback 1, from defaults)
           `openai:default`  usable
    "#]],
    );
    let trail = case.ask("--json").json()["trail"].take();
    assert_eq!(
        trail[0],
        json!({
            "model": "anthropic/claude-opus-4-5",
            "source": "profile:anthropic:work",
            "outcome": "skipped",
            "reason": "cooling down: rate limited",
            "until": FIXED_TIME_MS + 42_000,
        })
    );
    let outcomes: Vec<&Value> = trail
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| &entry["outcome"])
        .collect();
    assert_eq!(outcomes, ["skipped", "skipped", "succeeded"]);
    check(
        &case.ask(""),
        &expect![[r#"
        Hello from GPT.
        ---- stderr
        warning: openai/gpt-5.2 answered, because anthropic/claude-opus-4-5 with `anthropic:work` was passed over: cooling down: rate limited; see all with --explain
    "#]],
    );
}

#[test]
fn a_refused_key_rests_the_whole_profile() {
    let case = Case::new(work(refused()));
    assert_eq!(case.ask("").stdout, "Hello from Claude.\n");
    check_json(
        &case.usage(),
        &expect![[r#"
        {
          "anthropic:work": {
            "errorCount": 1,
            "failureCounts": {
              "auth": 1
            },
            "lastFailureAt": 1768478400000,
            "cooldownUntil": 1768478430000,
            "cooldownReason": "auth"
          },
          "anthropic:backup": {
            "lastUsed": 1768478400000,
            "errorCount": 0
          }
        }
    "#]],
    );
    let before = case.asked().len();
    assert_eq!(
        case.ask("--model anthropic/claude-haiku-4-5").stdout,
        "Hello from Claude.\n"
    );
    assert_eq!(case.asked()[before..], ["claude-haiku-4-5 with backup"]);
}

#[test]
fn a_profile_without_credit_is_disabled() {
    let broke = "Your credit balance is too low to access the Anthropic API.";
    let case = Case::new(work(anthropic::error(400, "invalid_request_error", broke)));
    check(
        &steady(case.ask("--explain")),
        &expect![[r#"
        Hello from Claude.
        ---- stderr
        → anthropic/claude-opus-4-5  `anthropic:work`
        ✗ anthropic/claude-opus-4-5  out of credit (400): Your credit balance is too low to access the Anthropic API.  [<n> ms]
        → anthropic/claude-opus-4-5  `anthropic:backup`
        ✓ anthropic/claude-opus-4-5  answered  [<n> ms]
    "#]],
    );
    check_json(
        &case.usage()["anthropic:work"],
        &expect![[r#"
        {
          "errorCount": 0,
          "failureCounts": {
            "billing": 1
          },
          "lastFailureAt": 1768478400000,
          "disabledUntil": 1768496400000,
          "disabledReason": "billing"
        }
    "#]],
    );
    check(
        &case.explain(""),
        &expect![[r#"
        1. anthropic/claude-opus-4-5  (primary, from defaults)
           `anthropic:backup`  usable
           `anthropic:work`  disabled: out of credit, usable in 5 h
        2. openai/gpt-5.2  (fallback 1, from defaults)
           `openai:default`  usable
    "#]],
    );
}

#[test]
fn an_overloaded_model_is_tried_with_one_other_key_and_then_left() {
    let case = Case::new(all_of_anthropic(overloaded()));
    let world = &case.world;
    let mut three = case.store();
    three["profiles"]["anthropic:third"] =
        json!({ "type": "api_key", "provider": "anthropic", "key": ELSEWHERE });
    world.write(STORE, three.to_string());
    check(
        &steady(case.ask("--explain")),
        &expect![[r#"
        Hello from GPT.
        ---- stderr
        → anthropic/claude-opus-4-5  `anthropic:work`
        ✗ anthropic/claude-opus-4-5  overloaded (529): Overloaded  [<n> ms]
        → anthropic/claude-opus-4-5  `anthropic:backup`
        ✗ anthropic/claude-opus-4-5  overloaded (529): Overloaded  [<n> ms]
        → openai/gpt-5.2  `openai:default`
        ✓ openai/gpt-5.2  answered  [<n> ms]
    "#]],
    );
    assert_eq!(
        case.asked(),
        [
            "claude-opus-4-5 with work",
            "claude-opus-4-5 with backup",
            "gpt-5.2 with openai"
        ]
    );
}

#[test]
fn a_wrong_request_is_not_repeated_elsewhere() {
    let case = Case::new(all_of_anthropic(anthropic::error(
        400,
        "invalid_request_error",
        "messages: too odd",
    )));
    check(
        &case.ask(""),
        &expect![[r#"
        ---- stderr
        error: request refused (400): messages: too odd
          1. anthropic/claude-opus-4-5  `anthropic:work`  request refused (400): messages: too odd
        hint: see every credential with `openclaw models status --check`
        [exit 1]
    "#]],
    );
    assert_eq!(case.asked().len(), 1);
    assert_eq!(case.usage(), Value::Null);
}

#[test]
fn when_nobody_answers_every_attempt_is_told() {
    let case = Case::new(
        Script::new()
            .on(When::post(MESSAGES).credential(WORK), limited())
            .on(When::post(MESSAGES), refused())
            .otherwise(openai::error(500, "server_error", "internal_error", "boom")),
    );
    check(
        &steady(case.ask("")),
        &expect![[r#"
        ---- stderr
        error: All models failed
          1. anthropic/claude-opus-4-5  `anthropic:work`    rate limited (429), retry in 42 s: Too many requests.
          2. anthropic/claude-opus-4-5  `anthropic:backup`  unauthorized (401): invalid x-api-key
          3. openai/gpt-5.2             `openai:default`    server error (500): boom
        hint: see every credential with `openclaw models status --check`
        [exit 1]
    "#]],
    );
    let again = case.ask("--json");
    let error: Value = serde_json::from_str(again.failed()).unwrap();
    assert_eq!(error["error"]["code"], "provider");
    let outcomes: Vec<&Value> = error["error"]["data"]["trail"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| &entry["outcome"])
        .collect();
    assert_eq!(
        outcomes,
        ["skipped", "skipped", "skipped"],
        "everything rests now"
    );
}

#[test]
fn a_vendor_that_cannot_be_reached_is_passed_over() {
    let case = Case::new(work(claude()));
    let closed = Upstream::start(Script::new()).unwrap();
    let url = closed.url();
    closed.stop();
    let providers = providers(&case.upstream, "").replacen(
        &format!("{}/anthropic", case.upstream.url()),
        &url,
        1,
    );
    case.world
        .write(".openclaw/openclaw.json", config(CHAIN, &providers, ""));
    let output = case.ask("--json");
    let value: Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!(value["trail"][0]["failure"]["kind"], "network", "{output}");
    assert_eq!(
        case.asked(),
        ["gpt-5.2 with openai"],
        "another key reaches no more than the first"
    );
}

// --- streams that break ---

#[track_caller]
fn breaks_after_text(reply: Reply, expect: &Expect) {
    let case = Case::new(work(reply));
    let output = steady(case.ask(""));
    check(&output, expect);
    assert_eq!(
        (output.code, output.stdout.as_str()),
        (Some(1), "Hello from\n")
    );
    assert_eq!(
        case.asked(),
        ["claude-opus-4-5 with work"],
        "half an answer is not begun again"
    );
}

/// Bytes of a streamed answer up to the end of its second piece.
fn up_to_text() -> u64 {
    let stream = |pieces: &[&str]| {
        let case = Upstream::start(Script::new().otherwise(anthropic::stream(pieces).truncated()))
            .unwrap();
        let mut socket = std::net::TcpStream::connect(case.address()).unwrap();
        write!(socket, "GET / HTTP/1.0\r\n\r\n").unwrap();
        let mut reply = String::new();
        socket.read_to_string(&mut reply).unwrap();
        reply.split_once("\r\n\r\n").unwrap().1.len() as u64
    };
    stream(&["Hello", " from"])
}

#[test]
fn a_disconnect_after_the_first_token_is_not_retried() {
    breaks_after_text(
        claude().cut_after(up_to_text()),
        &expect![[r#"
        Hello from
        ---- stderr
        error: the answer broke off
          caused by: unreachable: error decoding response body: error reading a body from connection: unexpected EOF during chunk size line
          1. anthropic/claude-opus-4-5  `anthropic:work`  unreachable: error decoding response body: error reading a body from connection: unexpected EOF during chunk size line
          it is not tried again: half an answer from one model and half from another is worse
        hint: see every credential with `openclaw models status --check`
        [exit 1]
    "#]],
    );
}

#[test]
fn an_answer_that_ends_early_is_not_taken_for_whole() {
    breaks_after_text(
        anthropic::stream(&["Hello", " from"]).truncated(),
        &expect![[r#"
        Hello from
        ---- stderr
        error: the answer broke off
          caused by: unreachable: the stream ended before the answer was complete
          1. anthropic/claude-opus-4-5  `anthropic:work`  unreachable: the stream ended before the answer was complete
          it is not tried again: half an answer from one model and half from another is worse
        hint: see every credential with `openclaw models status --check`
        [exit 1]
    "#]],
    );
}

#[test]
fn an_error_in_the_middle_of_the_stream_is_not_retried() {
    breaks_after_text(
        anthropic::stream_error(&["Hello", " from"], "overloaded_error", "Overloaded"),
        &expect![[r#"
        Hello from
        ---- stderr
        error: the answer broke off
          caused by: overloaded (200): Overloaded
          1. anthropic/claude-opus-4-5  `anthropic:work`  overloaded (200): Overloaded
          it is not tried again: half an answer from one model and half from another is worse
        hint: see every credential with `openclaw models status --check`
        [exit 1]
    "#]],
    );
}

#[test]
fn half_an_answer_is_in_the_data_of_the_error() {
    let case = Case::new(work(anthropic::stream(&["Hello", " from"]).truncated()));
    let error: Value = serde_json::from_str(case.ask("--json").failed()).unwrap();
    assert_eq!(error["error"]["message"], "the answer broke off");
    assert_eq!(error["error"]["data"]["text"], "Hello from");
    assert_eq!(
        error["error"]["data"]["trail"][0]["failure"]["code"],
        "stream_truncated"
    );
}

#[track_caller]
fn breaks_before_text(reply: Reply, kind: &str) {
    let case = Case::new(all_of_anthropic(reply));
    let output = case.ask("--json");
    assert_eq!(output.code, Some(0), "{output}");
    let value = output.json();
    assert_eq!(value["text"], "Hello from GPT.");
    assert_eq!(value["trail"][0]["failure"]["kind"], kind, "{value:#}");
}

#[test]
fn before_the_first_token_a_broken_stream_falls_back() {
    breaks_before_text(Reply::disconnect(), "network");
    breaks_before_text(anthropic::stream(&[]).truncated(), "network");
    breaks_before_text(anthropic::stream(&[]).cut_after(40), "network");
    breaks_before_text(
        anthropic::stream_error(&[], "overloaded_error", "Overloaded"),
        "overloaded",
    );
}

// --- what the user chose ---

#[test]
fn a_chosen_profile_is_not_rotated_and_no_other_vendor_is_asked() {
    let case = Case::new(work(limited()));
    check(
        &steady(case.ask("--profile anthropic:work")),
        &expect![[r#"
        ---- stderr
        error: rate limited (429): Too many requests.
          1. anthropic/claude-opus-4-5  `anthropic:work`  rate limited (429), retry in 42 s: Too many requests.
        hint: see every credential with `openclaw models status --check`
        [exit 1]
    "#]],
    );
    assert_eq!(case.asked(), ["claude-opus-4-5 with work"]);
    check(
        &case.ask("--profile anthropic:nobody"),
        &expect![[r#"
        ---- stderr
        error: No credentials found for profile "anthropic:nobody".
          auth profile `anthropic:nobody`: not stored
        hint: see the profiles with `openclaw models status`
        [exit 1]
    "#]],
    );
    check(
        &case.ask("--profile google:default"),
        &expect![[r#"
        ---- stderr
        error: No credentials found for profile "google:default".
          no model of the chain belongs to the profile's provider
        hint: name a model of that provider with `--model`
        [exit 1]
    "#]],
    );
    assert_eq!(case.asked().len(), 1);
}

#[test]
fn a_chosen_model_comes_first_and_the_configured_chain_after_it() {
    let case = Case::new(
        Script::new()
            .on(
                When::post("/google"),
                google::error(503, "UNAVAILABLE", "The model is overloaded."),
            )
            .on(When::post(MESSAGES), overloaded())
            .on(openai_stream(), gpt()),
    );
    check(
        &steady(case.ask("--model google/gemini-2.5-pro --explain")),
        &expect![[r#"
        Hello from GPT.
        ---- stderr
        → google/gemini-2.5-pro  `google:default`
        ✗ google/gemini-2.5-pro  overloaded (503): The model is overloaded.  [<n> ms]
        → openai/gpt-5.2  `openai:default`
        ✓ openai/gpt-5.2  answered  [<n> ms]
    "#]],
    );
}

#[test]
fn a_model_that_nobody_lists_is_named_with_the_nearest_one() {
    let world = World::new();
    check(
        &world.openclaw("models run Hello --model anthropic/claude-opus-45"),
        &expect![[r#"
        ---- stderr
        error: Unknown model: anthropic/claude-opus-45
          not an alias, and not among the 42 models that `anthropic` lists
        hint: did you mean `anthropic/claude-opus-5` or `anthropic/claude-opus-4-20250514` or `anthropic/claude-opus-4-5`?
        [exit 1]
    "#]],
    );
    check(
        &world.openclaw("models explain nonsense/x"),
        &expect![[r#"
        ---- stderr
        error: Unknown model: nonsense/x
          not an alias, and no provider `nonsense` is installed or configured; there are: anthropic, google, ollama, openai
        hint: see what there is with `openclaw models list --all`
        [exit 1]
    "#]],
    );
    assert_eq!(world.files(), [""; 0]);
}

#[test]
fn an_agents_empty_fallbacks_are_none_and_absent_ones_are_the_defaults() {
    let list = r#"agents: { defaults: { model: { primary: "anthropic/claude-opus-4-5", fallbacks: ["openai/gpt-5.2"] } }, list: [
        { id: "strict", model: { primary: "anthropic/claude-haiku-4-5", fallbacks: [] } },
        { id: "lenient", model: { primary: "anthropic/claude-haiku-4-5" } } ] },"#;
    let case = Case::with(all_of_anthropic(overloaded()), "", "");
    let providers = providers(&case.upstream, "");
    case.world.write(
        ".openclaw/openclaw.json",
        format!("{{ {list} models: {{ providers: {{ {providers} }} }} }}"),
    );
    check(
        &steady(case.ask("--agent strict")),
        &expect![[r#"
        ---- stderr
        error: All models failed
          1. anthropic/claude-haiku-4-5  `anthropic:work`    overloaded (529): Overloaded
          2. anthropic/claude-haiku-4-5  `anthropic:backup`  overloaded (529): Overloaded
        hint: see every credential with `openclaw models status --check`
        [exit 1]
    "#]],
    );
    let before = case.asked().len();
    assert_eq!(case.ask("--agent lenient").stdout, "Hello from GPT.\n");
    assert_eq!(case.asked().last().unwrap(), "gpt-5.2 with openai");
    assert!(
        case.asked()[before..]
            .iter()
            .all(|asked| !asked.contains("opus")),
        "an agent's own primary is not the default's"
    );
    check(
        &case.explain("--agent strict"),
        &expect![[r#"
        1. anthropic/claude-haiku-4-5  (primary, from agent)
           `anthropic:work`  cooling down: overloaded, usable in 30 s
           `anthropic:backup`  cooling down: overloaded, usable in 30 s
    "#]],
    );
    check(
        &case.ask("--agent nobody"),
        &expect![[r#"
        ---- stderr
        error: Unknown agent id "nobody". Use "openclaw agents list" to see configured agents.
        [exit 1]
    "#]],
    );
}

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n0000";

#[test]
fn a_request_with_an_image_takes_the_image_chain_and_ends_at_the_text_primary() {
    let chain = r#"model: { primary: "anthropic/claude-opus-4-5", fallbacks: ["openai/gpt-4.1"] },
        imageModel: { primary: "google/gemini-2.5-pro", fallbacks: ["openai/o3-mini", "openai/gpt-5.2"] }"#;
    let case = Case::with(
        Script::new()
            .on(
                When::post("/google"),
                google::error(503, "UNAVAILABLE", "The model is overloaded."),
            )
            .on(
                When::post("/openai"),
                openai::error(500, "server_error", "internal_error", "boom"),
            )
            .on(When::post(MESSAGES), claude()),
        chain,
        "",
    );
    case.world.write("chart.png", PNG);
    let output = case.ask("--image chart.png --explain");
    check(
        &steady(output),
        &expect![[r#"
        Hello from Claude.
        ---- stderr
        - openai/o3-mini  does not take image input
        → google/gemini-2.5-pro  `google:default`
        ✗ google/gemini-2.5-pro  overloaded (503): The model is overloaded.  [<n> ms]
        → openai/gpt-5.2  `openai:default`
        ✗ openai/gpt-5.2  server error (500): boom  [<n> ms]
        → anthropic/claude-opus-4-5  `anthropic:work`
        ✓ anthropic/claude-opus-4-5  answered  [<n> ms]
    "#]],
    );
    let last = case.upstream.requests().pop().unwrap().json().unwrap();
    assert_eq!(
        last["messages"][0]["content"][0]["source"]["media_type"],
        "image/png"
    );
    check(
        &case.explain("--image"),
        &expect![[r#"
        1. google/gemini-2.5-pro  (primary, from defaults)
           `google:default`  cooling down: overloaded, usable in 30 s
        2. openai/gpt-5.2  (fallback 2, from defaults)
           `openai:default`  cooling down: server error, usable in 30 s
        3. anthropic/claude-opus-4-5  (text primary as the last resort, from defaults)
           `anthropic:backup`  usable
           `anthropic:work`  usable
        -  openai/o3-mini  passed over: does not take image input
    "#]],
    );
    case.world.write("notes.txt", "no image");
    check(
        &case.ask("--image notes.txt"),
        &expect![[r#"
        ---- stderr
        error: notes.txt is not a PNG, JPEG, GIF or WebP image
        [exit 1]
    "#]],
    );
    check(
        &case.ask("--image absent.png"),
        &expect![[r#"
        ---- stderr
        error: cannot read the image absent.png
          caused by: No such file or directory (os error 2)
        [exit 1]
    "#]],
    );
}

// --- where credentials come from ---

#[track_caller]
fn source(case: &Case, want: &str, key: &str) {
    let output = case.ask("--json");
    assert_eq!(output.code, Some(0), "{output}");
    assert_eq!(output.json()["source"], want, "{output}");
    assert_eq!(
        case.asked().last().unwrap(),
        &format!("claude-opus-4-5 with {key}")
    );
}

#[test]
fn a_profile_comes_before_the_environment_and_that_before_the_config() {
    let mut case = Case::without_profiles(Script::new().otherwise(claude()), CHAIN, "");
    let keyed = providers(&case.upstream, &format!("apiKey: {},", json!(ELSEWHERE)));
    case.world
        .write(".openclaw/openclaw.json", config(CHAIN, &keyed, ""));
    source(&case, "models.json", "elsewhere");
    case.world = case.world.env("ANTHROPIC_API_KEY", BACKUP);
    source(&case, "env:ANTHROPIC_API_KEY", "backup");
    case.world = case.world.profile(
        "anthropic:work",
        json!({ "type": "api_key", "provider": "anthropic", "key": WORK }),
    );
    source(&case, "profile:anthropic:work", "work");
    let usage = case.usage();
    assert_eq!(
        usage.as_object().unwrap().len(),
        1,
        "only a stored profile is remembered: {usage:#}"
    );
}

#[test]
fn a_key_of_the_environment_that_is_refused_yields_to_the_next_source() {
    let script = Script::new()
        .on(When::post(MESSAGES).credential(BACKUP), refused())
        .otherwise(claude());
    let mut case = Case::without_profiles(script, CHAIN, "");
    case.world = case
        .world
        .env("ANTHROPIC_API_KEY", BACKUP)
        .env("OTHER_KEY", ELSEWHERE);
    case.world.write(
        ".openclaw/openclaw.json",
        config(
            CHAIN,
            &providers(&case.upstream, r#"apiKey: "${OTHER_KEY}","#),
            "",
        ),
    );
    check(
        &steady(case.ask("--explain")),
        &expect![[r#"
        Hello from Claude.
        ---- stderr
        → anthropic/claude-opus-4-5  env:ANTHROPIC_API_KEY
        ✗ anthropic/claude-opus-4-5  unauthorized (401): invalid x-api-key  [<n> ms]
        → anthropic/claude-opus-4-5  models.json
        ✓ anthropic/claude-opus-4-5  answered  [<n> ms]
    "#]],
    );
    assert_eq!(
        case.asked(),
        [
            "claude-opus-4-5 with backup",
            "claude-opus-4-5 with elsewhere"
        ]
    );
}

#[test]
fn without_any_credential_it_says_where_it_looked() {
    let case = Case::without_profiles(Script::new(), CHAIN, "");
    check(
        &case.ask(""),
        &expect![[r#"
        ---- stderr
        error: All models failed
          1. anthropic/claude-opus-4-5    no credential
          2. openai/gpt-5.2               no credential
          environment `ANTHROPIC_OAUTH_TOKEN`: not set
          environment `ANTHROPIC_API_KEY`: not set
          environment `OPENAI_API_KEY`: not set
        hint: add a credential with `openclaw models auth paste-token --provider anthropic`
        hint: see every credential with `openclaw models status --check`
        [exit 1]
    "#]],
    );
    check(
        &case.ask("--model anthropic/claude-haiku-4-5 --json"),
        &expect![[r#"
        ---- stderr
        {
          "error": {
            "code": "provider",
            "message": "All models failed",
            "details": [
              "1. anthropic/claude-haiku-4-5    no credential",
              "2. openai/gpt-5.2                no credential",
              "3. anthropic/claude-opus-4-5     no credential",
              "environment `ANTHROPIC_OAUTH_TOKEN`: not set",
              "environment `ANTHROPIC_API_KEY`: not set",
              "environment `OPENAI_API_KEY`: not set"
            ],
            "hints": [
              "add a credential with `openclaw models auth paste-token --provider anthropic`",
              "see every credential with `openclaw models status --check`"
            ],
            "data": {
              "trail": [
                {
                  "model": "anthropic/claude-haiku-4-5",
                  "source": null,
                  "outcome": "skipped",
                  "reason": "no credential"
                },
                {
                  "model": "openai/gpt-5.2",
                  "source": null,
                  "outcome": "skipped",
                  "reason": "no credential"
                },
                {
                  "model": "anthropic/claude-opus-4-5",
                  "source": null,
                  "outcome": "skipped",
                  "reason": "no credential"
                }
              ]
            }
          }
        }
        [exit 1]
    "#]],
    );
    let alone = config(
        r#"model: "anthropic/claude-opus-4-5""#,
        &providers(&case.upstream, ""),
        "",
    );
    case.world.write(".openclaw/openclaw.json", alone);
    check(
        &case.ask(""),
        &expect![[r#"
        ---- stderr
        error: No API key found for provider 'anthropic'
          1. anthropic/claude-opus-4-5    no credential
          environment `ANTHROPIC_OAUTH_TOKEN`: not set
          environment `ANTHROPIC_API_KEY`: not set
        hint: add a credential with `openclaw models auth paste-token --provider anthropic`
        hint: see every credential with `openclaw models status --check`
        [exit 1]
    "#]],
    );
    assert_eq!(case.asked(), [""; 0]);
}

#[test]
fn header_fields_of_the_config_are_added_on_the_way_out_and_never_shown() {
    let case = Case::new(work(overloaded()));
    let headers = format!(
        r#"headers: {{ "x-team": "blue", "x-proxy-key": {} }},"#,
        json!(ELSEWHERE)
    );
    case.world.write(
        ".openclaw/openclaw.json",
        config(CHAIN, &providers(&case.upstream, &headers), ""),
    );
    let output = case.ask("--explain");
    assert_eq!(output.code, Some(0), "{output}");
    for request in case.upstream.requests() {
        assert_eq!(
            (request.header("x-team"), request.header("x-proxy-key")),
            (Some("blue"), Some(ELSEWHERE))
        );
    }
    assert_eq!(case.upstream.requests().len(), 2);
    let other = case.ask("--model openai/gpt-5.2");
    assert_eq!(other.code, Some(0), "{other}");
    assert_eq!(
        case.upstream
            .requests()
            .pop()
            .unwrap()
            .header("x-proxy-key"),
        None,
        "another vendor's request"
    );
}

#[test]
fn a_header_whose_variable_is_not_set_is_named() {
    let case = Case::new(work(claude()));
    let headers = r#"headers: { "x-proxy-key": "${PROXY_KEY}" },"#;
    case.world.write(
        ".openclaw/openclaw.json",
        config(CHAIN, &providers(&case.upstream, headers), ""),
    );
    check(
        &steady(case.ask("--explain")),
        &expect![[r#"
        Hello from GPT.
        ---- stderr
        → anthropic/claude-opus-4-5  `anthropic:work`
        ✗ anthropic/claude-opus-4-5  failed: Missing env var "PROXY_KEY" referenced at config path: models.providers.anthropic.headers.x-proxy-key  [<n> ms]
        → openai/gpt-5.2  `openai:default`
        ✓ openai/gpt-5.2  answered  [<n> ms]
    "#]],
    );
}

#[test]
fn a_base_url_is_the_only_place_that_is_asked() {
    let elsewhere = Upstream::start(Script::new().otherwise(claude())).unwrap();
    let script = Script::new()
        .on(
            When::post(MESSAGES),
            Reply::redirect(307, &format!("{}/v1/messages", elsewhere.url())),
        )
        .on(openai_stream(), gpt());
    let case = Case::new(script);
    let output = case.ask("--json");
    assert_eq!(output.json()["text"], "Hello from GPT.", "{output}");
    assert_eq!(elsewhere.connections(), 0, "a redirect is not followed");
}

#[test]
fn a_base_url_that_cannot_be_granted_is_a_clear_error() {
    let case = Case::new(work(claude()));
    let base = format!("{}/anthropic", case.upstream.url());
    let providers = providers(&case.upstream, "").replacen(
        &base,
        "http://user:hunter2@127.0.0.1:1/x?key=hunter3",
        1,
    );
    case.world.write(
        ".openclaw/openclaw.json",
        config(r#"model: "anthropic/claude-opus-4-5""#, &providers, ""),
    );
    check(
        &steady(case.ask("")),
        &expect![[r#"
        ---- stderr
        error: failed: cannot use the configured `baseUrl`; caused by: `http://…@127.0.0.1:1/x?…` cannot be used as a base URL; caused by: the URL carries user information before its host
          1. anthropic/claude-opus-4-5  `anthropic:work`  failed: cannot use the configured `baseUrl`; caused by: `http://…@127.0.0.1:1/x?…` cannot be used as a base URL; caused by: the URL carries user information before its host
        hint: see every credential with `openclaw models status --check`
        [exit 1]
    "#]],
    );
}

#[test]
fn a_denied_request_is_on_record_and_the_next_model_answers() {
    let case = Case::new(work(claude()));
    let output = steady(case.run(&[
        "models",
        "run",
        "Hello",
        "--model",
        "google/a%2fb",
        "--explain",
    ]));
    check(
        &output,
        &expect![[r#"
        Hello from GPT.
        ---- stderr
        → google/a%2fb  `google:default`
        ✗ google/a%2fb  failed: POST http://127.0.0.1:<port>/google/v1beta/models/a%252fb:streamGenerateContent: the path holds an encoded separator, and `http://127.0.0.1:<port>/google/v1beta/**` is limited to a path  [<n> ms]
        → openai/gpt-5.2  `openai:default`
        ✓ openai/gpt-5.2  answered  [<n> ms]
    "#]],
    );
    let denied: Vec<Value> = audit(&case.world)
        .into_iter()
        .filter(|line| line["decision"] == "deny")
        .collect();
    assert_eq!(denied.len(), 1);
    assert_eq!(
        (&denied[0]["plugin"], &denied[0]["status"]),
        (&json!("google"), &Value::Null)
    );
    assert_eq!(case.asked(), ["gpt-5.2 with openai"], "nothing of it left");
}

// --- logins ---

fn login(expires: u64) -> Value {
    json!({ "type": "oauth", "provider": "anthropic", "access": LOGIN, "refresh": REFRESH, "expires": expires, "email": "me@example.test" })
}

/// A case with a login beside the key `backup`.
fn login_case(expires: u64, script: impl FnOnce(&Path) -> Script) -> Case {
    let case = Case::without_profiles(Script::new(), CHAIN, "");
    let key = json!({ "type": "api_key", "provider": "anthropic", "key": BACKUP });
    let world = case
        .world
        .profile("anthropic:me", login(expires))
        .profile("anthropic:backup", key);
    case.upstream.follow(script(&world.path(STORE)));
    Case { world, ..case }
}

const TOKEN: &str = "/anthropic/v1/oauth/token";

fn renewed() -> Reply {
    Reply::json(
        200,
        &json!({ "token_type": "Bearer", "access_token": NEW_LOGIN, "refresh_token": NEW_REFRESH, "expires_in": 28_800 }),
    )
}

/// Answers with the new login, if that is on disk by the time it is used.
fn only_if_stored(store: &Path) -> impl Fn(&Received) -> Reply + Send + Sync + use<> {
    let store = store.to_owned();
    move |request| {
        let stored: Value = serde_json::from_slice(&fs::read(&store).unwrap()).unwrap();
        let profile = &stored["profiles"]["anthropic:me"];
        match request.credential() == Some(NEW_LOGIN)
            && profile["access"] == NEW_LOGIN
            && profile["refresh"] == NEW_REFRESH
        {
            true => claude(),
            false => refused(),
        }
    }
}

#[test]
fn an_expired_login_is_renewed_once_and_on_disk_before_it_is_used() {
    let case = login_case(FIXED_TIME_MS - 1, |store| {
        Script::new()
            .on(When::post(TOKEN), renewed())
            .on(When::post(MESSAGES), only_if_stored(store))
    });
    let other = case
        .world
        .command()
        .args(["models", "run", "Hello"])
        .spawn()
        .unwrap();
    assert_eq!(case.ask("").ok(), "Hello from Claude.\n");
    let other = other.wait_with_output().unwrap();
    assert_eq!(
        String::from_utf8(other.stdout).unwrap(),
        "Hello from Claude.\n"
    );
    let requests = case.upstream.requests();
    let renewals: Vec<&Received> = requests
        .iter()
        .filter(|request| request.path() == TOKEN)
        .collect();
    assert_eq!(renewals.len(), 1, "two runs at once renew once");
    let body = renewals[0].json().unwrap();
    assert_eq!(
        (&body["grant_type"], &body["refresh_token"]),
        (&json!("refresh_token"), &json!(REFRESH))
    );
    let profile = &case.store()["profiles"]["anthropic:me"];
    assert_eq!(profile["expires"], FIXED_TIME_MS + 28_800_000);
    assert_eq!(
        profile["email"], "me@example.test",
        "what else the entry holds is kept"
    );
    assert_eq!(case.ask("").ok(), "Hello from Claude.\n");
}

#[test]
fn a_refused_login_is_renewed_and_tried_once_more() {
    let case = login_case(FIXED_TIME_MS + 86_400_000, |store| {
        Script::new()
            .on(When::post(TOKEN), renewed())
            .on(When::post(MESSAGES), only_if_stored(store))
    });
    check(
        &steady(case.ask("--explain")),
        &expect![[r#"
        Hello from Claude.
        ---- stderr
        → anthropic/claude-opus-4-5  `anthropic:me`
        ✗ anthropic/claude-opus-4-5  unauthorized (401): invalid x-api-key  [<n> ms]
        ↻ anthropic/claude-opus-4-5  `anthropic:me`  login renewed
        → anthropic/claude-opus-4-5  `anthropic:me`
        ✓ anthropic/claude-opus-4-5  answered  [<n> ms]
    "#]],
    );
    assert_eq!(
        case.asked(),
        [
            "claude-opus-4-5 with old login",
            "/anthropic/v1/oauth/token with nothing",
            "claude-opus-4-5 with new login"
        ]
    );
    check_json(
        &case.usage(),
        &expect![[r#"
        {
          "anthropic:me": {
            "lastUsed": 1768478400000,
            "errorCount": 0
          }
        }
    "#]],
    );
}

#[test]
fn a_login_that_is_refused_again_after_its_renewal_rests_once() {
    let case = login_case(FIXED_TIME_MS + 86_400_000, |_| {
        Script::new()
            .on(When::post(TOKEN), renewed())
            .on(When::post(MESSAGES).credential(LOGIN), refused())
            .on(When::post(MESSAGES).credential(NEW_LOGIN), limited())
            .on(When::post(MESSAGES), claude())
    });
    assert_eq!(case.ask("").stdout, "Hello from Claude.\n");
    // The first refusal was the old login's, which is gone: only the limit counts.
    check_json(
        &case.usage()["anthropic:me"],
        &expect![[r#"
        {
          "errorCount": 0,
          "failureCounts": {
            "rate_limit": 1
          },
          "lastFailureAt": 1768478400000,
          "models": {
            "claude-opus-4-5": {
              "until": 1768478442000,
              "reason": "rate_limit",
              "errorCount": 1
            }
          }
        }
    "#]],
    );
}

#[test]
fn a_login_that_cannot_be_renewed_rests_and_the_next_profile_answers() {
    let gone = json!({ "error": "invalid_grant", "error_description": "Refresh token not found or invalid" });
    for expires in [FIXED_TIME_MS - 1, FIXED_TIME_MS + 86_400_000] {
        let case = login_case(expires, |_| {
            Script::new()
                .on(When::post(TOKEN), Reply::json(400, &gone))
                .on(When::post(MESSAGES).credential(BACKUP), claude())
                .on(When::post(MESSAGES), refused())
        });
        let output = case.ask("--json");
        assert_eq!(
            output.json()["source"],
            "profile:anthropic:backup",
            "{output}"
        );
        let rest = &case.usage()["anthropic:me"];
        assert_eq!(rest["cooldownReason"], "auth", "{rest:#}");
        assert_eq!(case.ask("").ok(), "Hello from Claude.\n");
        let renewals = case
            .upstream
            .requests()
            .iter()
            .filter(|request| request.path() == TOKEN)
            .count();
        assert_eq!(renewals, 1, "a login at rest is left alone");
    }
}

#[test]
fn a_login_that_still_works_is_used_when_its_early_renewal_fails() {
    let case = login_case(FIXED_TIME_MS + 60_000, |_| {
        Script::new()
            .on(
                When::post(TOKEN),
                Reply::json(
                    503,
                    &json!({ "error": { "type": "api_error", "message": "down" } }),
                ),
            )
            .on(When::post(MESSAGES).credential(LOGIN), claude())
    });
    check(
        &steady(case.ask("")),
        &expect![[r#"
        Hello from Claude.
        ---- stderr
        warning: profile:anthropic:me is not renewed: server error (503): down
    "#]],
    );
    assert_eq!(
        case.store()["profiles"]["anthropic:me"],
        login(FIXED_TIME_MS + 60_000)
    );
}

// --- what is remembered ---

#[test]
fn a_success_makes_a_profile_good_again() {
    let case = Case::new(work(claude())).remembering(&json!({ "anthropic:work": {
        "errorCount": 3,
        "failureCounts": { "auth": 2, "billing": 1 },
        "lastFailureAt": FIXED_TIME_MS - 7_200_000,
        "cooldownUntil": FIXED_TIME_MS - 1,
        "disabledUntil": FIXED_TIME_MS - 1,
        "disabledReason": "billing",
        "mine": "kept",
    }}));
    assert_eq!(case.ask("").ok(), "Hello from Claude.\n");
    check_json(
        &json!([case.usage(), case.store()["lastGood"]]),
        &expect![[r#"
        [
          {
            "anthropic:work": {
              "errorCount": 0,
              "lastFailureAt": 1768471200000,
              "mine": "kept",
              "lastUsed": 1768478400000
            }
          },
          {
            "anthropic": "anthropic:work"
          }
        ]
    "#]],
    );
}

#[test]
fn further_failures_rest_longer_and_billing_doubles() {
    let broke = anthropic::error(403, "billing_error", "There is no credit.");
    let case = Case::new(work(broke)).remembering(&json!({ "anthropic:work": {
        "errorCount": 0, "failureCounts": { "billing": 1 }, "lastFailureAt": FIXED_TIME_MS - 18_000_000,
    }}));
    assert_eq!(case.ask("").stdout, "Hello from Claude.\n");
    let until = case.usage()["anthropic:work"]["disabledUntil"]
        .as_u64()
        .unwrap();
    assert_eq!(until - FIXED_TIME_MS, 10 * 3_600_000);
}

#[test]
fn when_everything_rests_for_seconds_only_it_waits() {
    let soon = |seconds: u64| json!({ "errorCount": 1, "cooldownUntil": FIXED_TIME_MS + seconds * 1000, "cooldownReason": "rate_limit" });
    let case = Case::with(work(claude()), r#"model: "anthropic/claude-opus-4-5""#, "")
        .remembering(&json!({ "anthropic:work": soon(7), "anthropic:backup": soon(9) }));
    check(
        &case.ask(""),
        &expect![[r#"
        Hello from Claude.
        ---- stderr
        waiting 7 s for anthropic/claude-opus-4-5: cooling down: rate limited
    "#]],
    );
    assert_eq!(case.asked(), ["claude-opus-4-5 with work"]);
    assert_eq!(
        case.usage()["anthropic:work"]["lastUsed"],
        FIXED_TIME_MS + 7_000,
        "by a clock that its waits set forward"
    );

    let case =
        case.remembering(&json!({ "anthropic:work": soon(60), "anthropic:backup": soon(90) }));
    check(
        &case.ask(""),
        &expect![[r#"
        ---- stderr
        error: anthropic/claude-opus-4-5 cannot be used now: cooling down: rate limited
          1. anthropic/claude-opus-4-5  `anthropic:work`    cooling down: rate limited, usable in 1 min
          2. anthropic/claude-opus-4-5  `anthropic:backup`  cooling down: rate limited, usable in 2 min
        hint: see every credential with `openclaw models status --check`
        [exit 1]
    "#]],
    );
    assert_eq!(case.asked().len(), 1);
}

#[test]
fn another_agent_uses_the_main_store_and_writes_only_its_own() {
    let more = r#"agents: { defaults: { model: "anthropic/claude-opus-4-5" }, list: [{ id: "helper" }] },"#;
    let case = Case::new(work(limited()));
    let providers = providers(&case.upstream, "");
    case.world.write(
        ".openclaw/openclaw.json",
        format!("{{ {more} models: {{ providers: {{ {providers} }} }} }}"),
    );
    let main = case.world.read(STORE);
    check(
        &case.explain("--agent helper"),
        &expect![[r#"
        1. anthropic/claude-opus-4-5  (primary, from defaults)
           `anthropic:work`  usable
           `anthropic:backup`  usable
    "#]],
    );
    let own = ".openclaw/agents/helper/agent/auth-profiles.json";
    assert_eq!(case.world.read(own), None);
    assert_eq!(case.ask("--agent helper").stdout, "Hello from Claude.\n");
    assert_eq!(
        case.world.read(STORE),
        main,
        "the main agent's store is not the helper's to write"
    );
    let stored = store(&case.world, own);
    assert_eq!(stored["profiles"], json!({}), "no key is copied");
    assert_eq!(
        stored["usageStats"]["anthropic:work"]["failureCounts"]["rate_limit"],
        1
    );
}

#[test]
fn what_another_agent_learns_is_laid_over_what_the_main_agent_knows() {
    let more = r#"agents: { defaults: { model: "anthropic/claude-haiku-4-5" }, list: [{ id: "helper" }] },"#;
    let resting =
        json!({ "until": FIXED_TIME_MS + 600_000, "reason": "rate_limit", "errorCount": 1 });
    let case = Case::new(work(limited())).remembering(
        &json!({ "anthropic:work": { "errorCount": 0, "models": { "claude-opus-4-5": resting } } }),
    );
    let providers = providers(&case.upstream, "");
    case.world.write(
        ".openclaw/openclaw.json",
        format!("{{ {more} models: {{ providers: {{ {providers} }} }} }}"),
    );
    assert_eq!(case.ask("--agent helper").stdout, "Hello from Claude.\n");
    let own = store(
        &case.world,
        ".openclaw/agents/helper/agent/auth-profiles.json",
    );
    let models = &own["usageStats"]["anthropic:work"]["models"];
    assert_eq!(models["claude-opus-4-5"], resting);
    assert_eq!(models["claude-haiku-4-5"]["reason"], "rate_limit");
}

// --- in and out ---

#[test]
fn an_empty_prompt_is_refused_before_anything_is_read() {
    let case = Case::new(work(claude()));
    case.world.write(".openclaw/openclaw.json", "{ broken");
    check(
        &case.run(&["models", "run", ""]),
        &expect![[r#"
        ---- stderr
        error: the prompt is empty
        hint: give it as an argument, `openclaw models run "Hello"`, or on standard input
        [exit 1]
    "#]],
    );
    for (arguments, stdin) in [
        (&["models", "run", "  \n"][..], ""),
        (&["models", "run"], " \n\t"),
        (&["models", "run", "-"], ""),
    ] {
        let output = case.seen(case.world.run_with(arguments, stdin));
        assert!(
            output.failed().starts_with("error: the prompt is empty"),
            "{output}"
        );
    }
    let output = case.world.run_with(&["models", "run"], b"\xff\xfe");
    assert_eq!(
        output.failed(),
        "error: the prompt on standard input is not UTF-8 text\n"
    );
    assert_eq!(case.asked(), [""; 0]);
}

#[test]
fn the_prompt_is_an_argument_or_standard_input() {
    let case = Case::new(work(claude()));
    for (arguments, stdin) in [
        (&["models", "run", "Grüße"][..], "not this"),
        (&["models", "run"], "Grüße"),
        (&["models", "run", "-"], "Grüße"),
    ] {
        let output = case.seen(case.world.run_with(arguments, stdin));
        assert_eq!(output.ok(), "Hello from Claude.\n");
        let body = case.upstream.requests().pop().unwrap().json().unwrap();
        assert_eq!(
            body["messages"],
            json!([{ "role": "user", "content": [{ "type": "text", "text": "Grüße" }] }])
        );
    }
}

#[test]
fn options_of_the_request_arrive() {
    let case = Case::new(
        Script::new()
            .on(When::post(MESSAGES).json("/stream", true), refused())
            .otherwise(anthropic::answer("All at once.")),
    );
    let output = case.run(&[
        "models",
        "run",
        "Hello",
        "--no-stream",
        "--system",
        "Be brief.",
        "--max-output-tokens",
        "77",
    ]);
    assert_eq!(output.ok(), "All at once.\n");
    let body = case.upstream.requests().pop().unwrap().json().unwrap();
    assert_eq!(body["max_tokens"], 77);
    assert!(body["system"].to_string().contains("Be brief."), "{body:#}");
}

#[test]
fn an_answer_as_data() {
    let case = Case::new(work(limited()));
    let output = case.ask("--json");
    let mut value: Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!(output.code, Some(0), "{output}");
    for pointer in ["/elapsedMs", "/trail/0/elapsedMs", "/trail/1/elapsedMs"] {
        let elapsed = value.pointer_mut(pointer).unwrap();
        assert!(elapsed.is_u64(), "{pointer}");
        *elapsed = json!("<n>");
    }
    check_json(
        &value,
        &expect![[r#"
        {
          "model": "anthropic/claude-opus-4-5",
          "source": "profile:anthropic:backup",
          "text": "Hello from Claude.",
          "stop": "end",
          "usage": {
            "input": 12,
            "output": 3,
            "cacheRead": 0,
            "cacheWrite": 0,
            "reasoning": 0
          },
          "elapsedMs": "<n>",
          "trail": [
            {
              "model": "anthropic/claude-opus-4-5",
              "source": "profile:anthropic:work",
              "outcome": "failed",
              "failure": {
                "kind": "rate_limit",
                "code": "rate_limit_error",
                "status": 429,
                "message": "Too many requests.",
                "retryAfterMs": 42000
              },
              "elapsedMs": "<n>"
            },
            {
              "model": "anthropic/claude-opus-4-5",
              "source": "profile:anthropic:backup",
              "outcome": "succeeded",
              "elapsedMs": "<n>"
            }
          ]
        }
    "#]],
    );
}

#[test]
fn nothing_that_a_vendor_echoes_shows_a_key() {
    for form in Form::ALL {
        for split in [None, Some(7)] {
            let echo = |status: u16| {
                let echo = Echo::new(form)
                    .status(status)
                    .into_reply(|text| anthropic::error(400, "invalid_request_error", text));
                match split {
                    Some(size) => echo.split(size),
                    None => echo,
                }
            };
            let case = Case::new(
                Script::new()
                    .on(When::post(MESSAGES), echo(401))
                    .on(When::any(), echo(400)),
            );
            let output = case.ask("--explain");
            assert_eq!(output.code, Some(1), "{output}");
            assert!(
                case.asked()
                    .contains(&"claude-opus-4-5 with work".to_owned()),
                "the keys were sent: {:?}",
                case.asked()
            );
        }
    }
}

#[test]
fn no_key_is_in_what_is_cached_or_logged() {
    let mut case = Case::new(work(limited()));
    case.world = case.world.without("XDG_CACHE_HOME");
    assert_eq!(case.ask("--explain").stdout, "Hello from Claude.\n");
    let files = case.world.files();
    assert!(
        files
            .iter()
            .any(|name| name.starts_with(".cache/openclaw/components/")),
        "{files:?}"
    );
    assert!(
        files.contains(&".openclaw/logs/audit.jsonl".to_owned()),
        "{files:?}"
    );
}

fn audit(world: &World) -> Vec<Value> {
    let text = world.read(".openclaw/logs/audit.jsonl").unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn every_request_is_in_the_audit_log_whose_lines_are_chained() {
    let case = Case::new(work(limited()));
    let runs = [
        case.ask(""),
        case.ask(""),
        case.ask("--model openai/gpt-5.2"),
    ];
    assert!(runs.iter().all(|output| output.code == Some(0)));
    let lines = audit(&case.world);
    let told: Vec<String> = lines
        .iter()
        .map(|line| {
            format!(
                "{} {} {}",
                line["plugin"], line["status"], line["secrets_in"]
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            r#""anthropic" 429 ["header:x-api-key"]"#,
            r#""anthropic" 200 ["header:x-api-key"]"#,
            r#""anthropic" 200 ["header:x-api-key"]"#,
            r#""openai" 200 ["header:authorization"]"#,
        ]
    );
    let mut previous = "0".repeat(64);
    for mut line in lines {
        assert_eq!(line["prev"], previous.as_str());
        let hash = line.as_object_mut().unwrap().shift_remove("hash").unwrap();
        previous = format!("{:x}", Sha256::digest(line.to_string()));
        assert_eq!(hash, previous.as_str());
    }
}

// --- readers and users that leave ---

/// Starts a run whose answer stops after its second piece, and returns it once that was shown.
fn interrupted_answer(case: &Case) -> Child {
    let mut child = case
        .world
        .command()
        .args(["models", "run", "Hello"])
        .spawn()
        .unwrap();
    drop(child.stdin.take());
    let stdout = child.stdout.as_mut().unwrap();
    let mut shown = [0; "Hello from".len()];
    stdout.read_exact(&mut shown).unwrap();
    assert_eq!(&shown, b"Hello from");
    child
}

fn stalling() -> Reply {
    claude().stall_after(up_to_text())
}

#[cfg(unix)]
#[test]
fn ctrl_c_during_a_stream_ends_it_and_marks_no_profile() {
    let case = Case::new(work(stalling()));
    let before = case.world.read(STORE);
    let child = interrupted_answer(&case);
    let killed = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(killed.success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    expect![[r#"
        error: interrupted
          no profile was marked; the answer so far is all there is
    "#]]
    .assert_eq(&String::from_utf8(output.stderr).unwrap());
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        "\n",
        "the line is ended"
    );
    assert_eq!(case.world.read(STORE), before);
    assert_eq!(
        audit(&case.world).len(),
        1,
        "what was sent is on record all the same"
    );
}

#[test]
fn a_reader_that_leaves_during_a_stream_ends_it_quietly() {
    let case = Case::new(work(
        anthropic::stream(&[" more"; 2000]).every(Duration::from_millis(5)),
    ));
    let mut child = case
        .world
        .command()
        .args(["models", "run", "Hello"])
        .spawn()
        .unwrap();
    drop(child.stdin.take());
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut [0; 5]).unwrap();
    drop(stdout);
    let output = child.wait_with_output().unwrap();
    assert_eq!(
        (output.status.code(), output.stderr.as_slice()),
        (Some(0), &b""[..])
    );
    let left = |journal: &[Received]| {
        journal
            .iter()
            .all(|request| request.outcome == openclaw_upstream::Outcome::ClientLeft)
    };
    assert!(
        case.upstream.wait_until(PATIENCE, left),
        "the vendor is not kept waiting"
    );
}
