//! A user's home with a stored login, an upstream whose tokens rotate, and a router over both.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::StreamExt as _;
use openclaw_core::conversation::{self, Message, role};
use openclaw_core::selection::Purpose;
use openclaw_router::{
    Answering, Event, Plugins, Request, Response, Router, RunError, Snapshot, Surroundings,
};
use openclaw_store::Environment;
use openclaw_upstream::{Received, Reply, Script, Upstream, When, anthropic};
use serde_json::{Value, json};
use tempfile::TempDir;

pub(crate) const NOW_MS: u64 = 1_768_478_400_000;
const ACCESS: &str = "sk-ant-oat01-access-";
const REFRESH: &str = "sk-ant-ort01-refresh-";

/// The tokens of a login; an old refresh token that is used again revokes them all.
#[derive(Default)]
pub(crate) struct Tokens {
    generation: u64,
    revoked: bool,
    pub(crate) renewals: u64,
}

impl Tokens {
    fn renew(&mut self, request: &Received) -> Reply {
        let body = request.json().expect("a JSON body");
        if self.revoked || body["refresh_token"] != format!("{REFRESH}{}", self.generation) {
            self.revoked = true;
            return Reply::json(400, &json!({ "error": "invalid_grant" }));
        }
        self.generation += 1;
        self.renewals += 1;
        Reply::json(
            200,
            &json!({
                "token_type": "Bearer",
                "access_token": format!("{ACCESS}{}", self.generation),
                "refresh_token": format!("{REFRESH}{}", self.generation),
                "expires_in": 28_800,
            }),
        )
    }

    fn accepts(&self, request: &Received) -> bool {
        let current = format!("{ACCESS}{}", self.generation);
        !self.revoked && request.credential() == Some(&current)
    }
}

pub(crate) struct Setup {
    pub(crate) upstream: Upstream,
    pub(crate) tokens: Arc<Mutex<Tokens>>,
    surroundings: Arc<Surroundings>,
    home: TempDir,
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Setup {
    /// Makes a user whose login has expired. The model answers with the last text of the prompt.
    pub(crate) fn new() -> Self {
        let tokens = Arc::new(Mutex::new(Tokens::default()));
        let (renewing, answering) = (Arc::clone(&tokens), Arc::clone(&tokens));
        let script = Script::new()
            .on(
                When::post("/anthropic/v1/oauth/token"),
                move |request: &Received| lock(&renewing).renew(request),
            )
            .on(
                When::post("/anthropic/v1/messages"),
                move |request: &Received| {
                    if lock(&answering).accepts(request) {
                        anthropic::stream(&["You said: ", &said(request)])
                    } else {
                        anthropic::error(401, "authentication_error", "invalid bearer token")
                    }
                },
            );
        let upstream = Upstream::start(script).expect("a server on loopback");
        let home = tempfile::tempdir().expect("a temporary folder");
        let state = home.path().join(".openclaw");
        let agent = state.join("agents/main/agent");
        fs::create_dir_all(&agent).expect("folders");
        let config = json!({
            "agents": { "defaults": { "model": { "primary": "anthropic/claude-opus-4-5" } } },
            "models": { "providers": { "anthropic": {
                "baseUrl": format!("{}/anthropic", upstream.url()), "models": [],
            } } },
        });
        fs::write(state.join("openclaw.json"), config.to_string()).expect("the config");
        let store = json!({ "version": 1, "profiles": { "anthropic:me": {
            "type": "oauth", "provider": "anthropic",
            "access": format!("{ACCESS}0"), "refresh": format!("{REFRESH}0"), "expires": NOW_MS - 1,
        } } });
        fs::write(agent.join("auth-profiles.json"), store.to_string()).expect("the store");
        let vars = BTreeMap::from([
            ("OPENCLAW_FIXED_TIME_MS".to_owned(), NOW_MS.to_string()),
            (
                "XDG_CACHE_HOME".to_owned(),
                concat!(env!("CARGO_TARGET_TMPDIR"), "/cache").to_owned(),
            ),
        ]);
        let environment = Environment {
            vars,
            home: Some(home.path().to_path_buf()),
            cwd: home.path().to_path_buf(),
            ..Environment::default()
        };
        let surroundings = Surroundings::new(environment).expect("a home");
        Self {
            upstream,
            tokens,
            surroundings: Arc::new(surroundings),
            home,
        }
    }

    pub(crate) fn snapshot(&self) -> Arc<Snapshot> {
        Arc::new(Snapshot::read(&self.surroundings, None).expect("readable files"))
    }

    pub(crate) fn router(&self) -> Router {
        let plugins = Arc::new(Plugins::new(&self.surroundings));
        Router::new(Arc::clone(&self.surroundings), self.snapshot(), plugins)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(".openclaw").join(name)
    }

    pub(crate) fn store(&self) -> Value {
        let path = self.path("agents/main/agent/auth-profiles.json");
        serde_json::from_slice(&fs::read(path).expect("the store")).expect("JSON")
    }
}

/// Returns the text that a request ends with.
fn said(request: &Received) -> String {
    let body = request.json().expect("a JSON body");
    let content = &body["messages"][0]["content"];
    let text = content.as_str().or_else(|| content[0]["text"].as_str());
    text.expect("a text").to_owned()
}

/// Returns a request that says something.
pub(crate) fn request(text: &str) -> Request {
    Request {
        conversation: conversation::Request {
            messages: vec![Message::text(role::USER, text)],
            stream: true,
            ..conversation::Request::default()
        },
        ..Request::new(Purpose::Text)
    }
}

/// Follows a request to its end.
pub(crate) async fn finish(mut answering: Answering) -> Result<Box<Response>, RunError> {
    while let Some(event) = answering.next().await {
        if let Event::Ended(ended) = event {
            assert!(answering.next().await.is_none(), "an event after the last");
            return ended;
        }
    }
    panic!("a run ends with its last event");
}
