//! `openclaw models run` and `explain` against scripted vendors on loopback: rotation, fallback,
//! what is remembered, what is printed, and where no key may ever be.

mod bounds;
mod chosen;
mod in_and_out;
mod leaving;
mod logins;
mod memory;
mod misplaced;
mod named;
mod rotation;
mod sources;
mod streams;
mod too_long;
mod waits;

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Child, Command};
use std::time::Duration;

use expect_test::{Expect, expect};
use openclaw_tests::{FIXED_TIME_MS, JsonIs as _, Output, Sandbox, canary};
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

/// What is asked when every key of the first model fails.
const THE_CHAIN: [&str; 3] = [
    "claude-opus-4-5 with work",
    "claude-opus-4-5 with backup",
    "gpt-5.2 with openai",
];

/// Three vendors on one port, and a user with keys for them.
struct Case {
    upstream: Upstream,
    world: Sandbox,
}

impl Case {
    fn new(script: Script) -> Self {
        Self::with(script, CHAIN, "")
    }

    /// Makes a case with these `agents.defaults`, and more of the config.
    fn with(script: Script, defaults: &str, more: &str) -> Self {
        let case = Self::without_profiles(script, defaults, more);
        let world = case
            .world
            .api_key("anthropic:work", WORK)
            .api_key("anthropic:backup", BACKUP)
            .api_key("openai:default", OPENAI)
            .api_key("google:default", GOOGLE);
        Self { world, ..case }
    }

    fn without_profiles(script: Script, defaults: &str, more: &str) -> Self {
        let upstream = Upstream::start(script).unwrap();
        let providers = providers(&upstream, "");
        let config = config(defaults, &providers, more);
        // Components are compiled once for all tests of this file, but for those that look into the cache.
        let world = Sandbox::new().config(&config).cache(crate::CACHE);
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

fn store(world: &Sandbox, name: &str) -> Value {
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

/// Checks what is remembered of a profile after one [`limited`] reply for its model.
#[track_caller]
fn assert_limited_for_opus(usage: &Value) {
    usage.is(expect![[r#"
        {
          "errorCount": 0,
          "failureCounts": {
            "rate_limit": 1
          },
          "lastFailureAt": 1768478400000,
          "models": {
            "claude-opus-4-5": {
              "until": 1768478442000,
              "since": 1768478400000,
              "reason": "rate_limit",
              "errorCount": 1
            }
          }
        }
    "#]]);
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

fn audit(world: &Sandbox) -> Vec<Value> {
    let text = world.read(".openclaw/logs/audit.jsonl").unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}
