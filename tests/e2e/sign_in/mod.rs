//! `openclaw models auth login` against an authorization server that compares everything, with every
//! secret of it searched for afterwards.

#![cfg(unix)]

mod browser;
mod device;
mod refused;
mod server;

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use openclaw_tests::Sandbox;
use serde_json::Value;
use server::{Person, Server};

/// Longest wait for something that the program is about to do; reached only if it does not.
const PATIENCE: Duration = Duration::from_secs(120);
const STORE: &str = ".openclaw/agents/main/agent/auth-profiles.json";

/// The program signing in, with a browser that only writes down where it was sent.
struct SigningIn {
    child: Child,
    address: PathBuf,
}

/// What the program ended with.
struct Ended {
    code: Option<i32>,
    said: String,
}

impl SigningIn {
    fn start(world: &Sandbox, arguments: &[&str]) -> Self {
        let (script, address) = browser_of(world);
        let mut command: Command = world.command();
        command
            .args(["models", "auth", "login"])
            .args(arguments)
            .env("BROWSER", &script)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        Self {
            child: command.spawn().unwrap(),
            address,
        }
    }

    /// Waits until the browser is sent somewhere.
    fn sent_to(&self) -> String {
        sent_to(&self.address)
    }

    fn end(self) -> Ended {
        let output = self.child.wait_with_output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ended {
            code: output.status.code(),
            said: format!("{}{}", text(&output.stdout), text(&output.stderr)),
        }
    }
}

/// Makes a browser that only writes down where it was sent; returns it, and the file.
fn browser_of(world: &Sandbox) -> (PathBuf, PathBuf) {
    let (script, address) = (world.path("browser"), world.path("sent-to"));
    let write =
        "#!/bin/sh\nprintf '%s' \"$1\" > \"$0.new\" && mv \"$0.new\" \"${0%browser}sent-to\"\n";
    world.write("browser", write);
    let mut permissions = std::fs::metadata(&script).unwrap().permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, 0o755);
    std::fs::set_permissions(&script, permissions).unwrap();
    (script, address)
}

/// Waits until the browser is sent somewhere.
fn sent_to(address: &Path) -> String {
    let end = Instant::now() + PATIENCE;
    loop {
        match std::fs::read_to_string(address) {
            Ok(url) if !url.is_empty() => return url,
            _ => assert!(Instant::now() < end, "no browser was opened"),
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

impl Ended {
    #[track_caller]
    fn ok(self) -> String {
        assert_eq!(self.code, Some(0), "{}", self.said);
        self.said
    }

    #[track_caller]
    fn failed(self) -> String {
        assert_ne!(self.code, Some(0), "{}", self.said);
        self.said
    }
}

/// Asks for a page as a browser does; returns the status, and where it is sent on.
fn visit(url: &str) -> (u16, Option<String>) {
    let (host, path) = url
        .strip_prefix("http://")
        .unwrap()
        .split_once('/')
        .unwrap();
    let mut connection = TcpStream::connect(host).unwrap();
    let request = format!("GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    connection.write_all(request.as_bytes()).unwrap();
    let mut reply = String::new();
    connection.read_to_string(&mut reply).unwrap();
    let status = reply[9..12].parse().unwrap();
    let to = reply.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("location")
            .then(|| value.to_owned())
    });
    (status, to)
}

/// Asks a model; returns what was answered.
#[track_caller]
fn answer(world: &Sandbox) -> String {
    let run = world.run(&["models", "run", "Hello", "--plain"]);
    run.ok().trim().to_owned()
}

/// Returns a stored profile.
fn stored(world: &Sandbox, id: &str) -> Value {
    let store: Value = serde_json::from_str(&world.read(STORE).unwrap()).unwrap();
    store["profiles"][id].clone()
}
