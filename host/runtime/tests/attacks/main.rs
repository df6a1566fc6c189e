//! Guests that are after a secret, each a script for the hostile component: by what is held back, by
//! how servers spell what they give back, by overlap, by replies that mint secrets, by laundering,
//! by bounds, by places. None gets anything.

mod bounds;
mod minted;
mod places;
mod spelling;
#[path = "../support/mod.rs"]
mod support;

use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use openclaw_runtime::limits::{HEADER_BYTES, SECRET_IN_HEADER, USES};
use openclaw_runtime::observe::Use;
use openclaw_runtime::redact::SECRETS;
use openclaw_runtime::{CallError, Fault, Provider};
use openclaw_upstream::{Received, Reply, Respond, Script, Upstream};
use serde_json::{Value, json};
use support::{Notes, Scene, Stage, asking, held, run, talk, text_of, told};

static STAGE: LazyLock<Stage> = LazyLock::new(Stage::cached);

const KEY: &str = "Zq7xW-0vBn3Kd_8mLp5Rt2Yc9Hs4Jf6G";

/// A key of the same length, of which nothing is in the other.
const OTHER: &str = "aE1oU-uI8eO2a_9iU3oE7uA5iO4eU6aI";

/// Answers each request by a function.
struct Answering<F>(F);

impl<F: Fn(&Received) -> Reply + Send + Sync> Respond for Answering<F> {
    fn respond(&self, request: &Received) -> Reply {
        (self.0)(request)
    }
}

fn serving(answer: impl Fn(&Received) -> Reply + Send + Sync + 'static) -> Upstream {
    Upstream::start(Script::new().otherwise(Answering(answer))).expect("starts")
}

fn hostile(upstream: &Upstream) -> (Provider, Arc<Notes>) {
    let scene = Scene::guest("hostile").base(upstream.url());
    let (provider, notes, _) = scene.on(&STAGE);
    (provider, notes)
}

/// Has the guest do what the lines say, with this credential, and returns what it tells.
async fn attack(provider: &Provider, key: &str, lines: &[&str]) -> Result<String, CallError> {
    let request = told(asking("script", "go", true), &lines.join("\n"));
    let events = talk(provider, Some(&held(key, "api-key")), &request).await?;
    Ok(text_of(&events))
}

#[track_caller]
fn attacked(upstream: &Upstream, key: &str, lines: &[&str]) -> String {
    let (provider, _) = hostile(upstream);
    run(attack(&provider, key, lines)).expect("it is answered")
}

/// Nothing of a text of eight characters and more is in another.
#[track_caller]
fn holds_nothing_of(told: &str, secret: &str, what: &str) {
    let found = secret
        .as_bytes()
        .windows(8)
        .find(|window| told.as_bytes().windows(8).any(|other| other == *window));
    let found = found.map(String::from_utf8_lossy);
    assert!(found.is_none(), "{what}: {found:?} in {told}");
}

type Spelling = (&'static str, fn(&str) -> String);
