//! `openclaw models run` against servers that others wrote: vendors' stand-ins (PyPI's llmock, npm's
//! aimock), whose journals and verdicts decide, and what people really run (llama.cpp, LiteLLM).
//!
//! `.ci/run` installs them. Without them these cases are skipped, and say so; on CI that is a failure.

mod aimock;
mod litellm;
mod llamacpp;
mod llmock;
mod tools;

use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};

use openclaw_tests::{FIXED_TIME_MS, Output, Sandbox};
use serde_json::{Value, json};

const KEY: &str = "sk-ant-api03-independent-0123456789";
const STORE: &str = ".openclaw/agents/main/agent/auth-profiles.json";

/// Returns a stand-in's path from its variable; `None`, with a word on stderr, where it is not there.
#[expect(
    clippy::disallowed_methods,
    reason = "where the stand-ins are is told by the environment"
)]
pub(crate) fn installed(variable: &str) -> Option<String> {
    let path = std::env::var(variable).ok().filter(|path| !path.is_empty());
    if path.is_none() {
        assert!(
            std::env::var_os("CI").is_none(),
            "{variable} is not set, and on CI it has to be"
        );
        openclaw_tests::skipped(&format!("{variable} names no server"));
    }
    path
}

/// A stand-in that runs until it is dropped.
struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn llmock() -> Option<Self> {
        let mut command = Command::new(installed("OPENCLAW_TEST_LLMOCK")?);
        command.args([
            "serve",
            "--host",
            "127.0.0.1",
            "--port",
            "0",
            "--response-style",
            "static",
        ]);
        // It says on stderr where it listens.
        command.stderr(Stdio::piped()).stdout(Stdio::null());
        let mut child = command.spawn().unwrap();
        let said = child.stderr.take().unwrap();
        Some(Self::once_listening(child, said))
    }

    fn aimock(world: &Sandbox, fixtures: &Value, keys: &str) -> Option<Self> {
        let mut command = Command::new(installed("OPENCLAW_TEST_AIMOCK")?);
        world.write("aimock/fixtures.json", fixtures.to_string());
        let config = json!({ "port": 0, "host": "127.0.0.1", "llm": { "fixtures": world.path("aimock/fixtures.json") } });
        world.write("aimock/aimock.json", config.to_string());
        command
            .arg("--config")
            .arg(world.path("aimock/aimock.json"));
        if !keys.is_empty() {
            command.env("AIMOCK_API_KEYS", keys);
        }
        command.stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let said = child.stdout.take().unwrap();
        Some(Self::once_listening(child, said))
    }

    /// llama.cpp's server with a tiny model; the variable names a Python that has xllamacpp.
    fn llamacpp(world: &Sandbox) -> Option<Self> {
        let mut command = Command::new(installed("OPENCLAW_TEST_LLAMACPP")?);
        command
            .arg(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/e2e/independent/llamacpp.py"
            ))
            .arg(world.home());
        // It ends with its standard input.
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let said = child.stdout.take().unwrap();
        Some(Self::once_listening(child, said))
    }

    /// LiteLLM's proxy, for one key.
    fn litellm(world: &Sandbox, key: &str) -> Option<Self> {
        let mut command = Command::new(installed("OPENCLAW_TEST_LITELLM")?);
        let model = |name: &str, mock: &str| json!({ "model_name": name, "litellm_params": { "model": format!("openai/{name}"), "api_key": "none", "mock_response": mock } });
        let config = json!({
            "model_list": [
                model("first", "Hello from LiteLLM."),
                model("limited", "litellm.RateLimitError"),
                model("long", "litellm.ContextWindowExceededError"),
            ],
            "general_settings": { "master_key": key },
        });
        // JSON is YAML.
        world.write("litellm.yaml", config.to_string());
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        command
            .arg("--config")
            .arg(world.path("litellm.yaml"))
            .args(["--host", "127.0.0.1", "--telemetry", "False", "--port"])
            .arg(port.to_string())
            .env("LITELLM_LOCAL_MODEL_COST_MAP", "True");
        // It says on stderr where it listens.
        command.stderr(Stdio::piped()).stdout(Stdio::null());
        let mut child = command.spawn().unwrap();
        let said = child.stderr.take().unwrap();
        Some(Self::once_listening(child, said))
    }

    /// Waits until the server has said where it listens, and then reads on so that it never blocks.
    fn once_listening(child: Child, said: impl Read + Send + 'static) -> Self {
        let mut server = Self {
            child,
            address: String::new(),
        };
        let mut lines = BufReader::new(said);
        let mut all = String::new();
        while server.address.is_empty() {
            let from = all.len();
            let read = lines.read_line(&mut all).unwrap();
            assert!(read > 0, "the server ended: {all}");
            if let Some((_, rest)) = all[from..].split_once("http://127.0.0.1:") {
                let port = rest
                    .split(|c: char| !c.is_ascii_digit())
                    .next()
                    .unwrap_or_default();
                if !matches!(port, "" | "0") {
                    server.address = format!("127.0.0.1:{port}");
                }
            }
        }
        std::thread::spawn(move || std::io::copy(&mut lines, &mut std::io::sink()));
        server
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Asks one of the server's own endpoints.
    fn control(&self, method: &str, path: &str, body: &str) -> String {
        let mut socket = TcpStream::connect(&self.address).unwrap();
        write!(
            socket,
            "{method} {path} HTTP/1.0\r\nHost: {}\r\nX-Api-Key: {KEY}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.address,
            body.len(),
        )
        .unwrap();
        let mut reply = String::new();
        socket.read_to_string(&mut reply).unwrap();
        let (head, body) = reply.split_once("\r\n\r\n").unwrap();
        assert!(
            head.split(' ')
                .nth(1)
                .is_some_and(|status| status.starts_with('2')),
            "{method} {path}: {reply}"
        );
        body.to_owned()
    }

    fn json(&self, path: &str) -> Value {
        serde_json::from_str(&self.control("GET", path, "")).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
