//! `openclaw models auth`: credentials come in, are listed, rest and go, and are never shown.

mod dumb;
mod kept;
mod pasted;
mod scripted;
mod wizard;

use openclaw_tests::pty::Ended;
use openclaw_tests::{Sandbox, canary};
use openclaw_upstream::{Reply, Script, Upstream, When};
use serde_json::Value;

const STORE: &str = ".openclaw/agents/main/agent/auth-profiles.json";

const DAY_MS: u64 = 86_400_000;

/// Returns what the main agent's store holds.
fn store(world: &Sandbox) -> Value {
    serde_json::from_str(&world.read(STORE).unwrap()).unwrap()
}

/// Returns every file of the world with its text.
fn snapshot(world: &Sandbox) -> Vec<(String, Option<String>)> {
    let files = world.files().into_iter();
    files
        .map(|name| (name.clone(), world.read(&name)))
        .collect()
}

/// Checks that no form of a secret was ever written to the terminal.
#[track_caller]
fn never_shown(ended: &Ended, secret: &str) {
    assert_eq!(canary::traces(secret, &ended.raw), [""; 0]);
    assert_eq!(canary::traces(secret, ended.screen.as_bytes()), [""; 0]);
}

/// Returns an API key of Anthropic of the right form and length.
fn key(name: &str) -> String {
    format!("sk-ant-api03-{name}-{}", "Canary-9xT_".repeat(8))
}

/// Returns a setup token of the right form and length.
fn token() -> String {
    format!("sk-ant-oat01-{}", "Canary_7zQ-".repeat(9))
}

/// Returns a home whose Anthropic is on loopback and answers so when it is asked for its models.
fn answering(reply: Reply) -> (Sandbox, Upstream) {
    let models = When::get("/anthropic/v1/models");
    let upstream = Upstream::start(Script::new().on(models, reply)).unwrap();
    let config = format!(
        "{{ models: {{ providers: {{ anthropic: {{ baseUrl: \"{}/anthropic\" }} }} }} }}\n",
        upstream.url()
    );
    let world = Sandbox::new().config(&config).cache(crate::CACHE);
    (world, upstream)
}
