//! A small world around a guest: names, variables, clock and record are all the test's own.

#![allow(
    dead_code,
    reason = "each test binary uses the part of it that it needs"
)]

pub(crate) mod wasm;

use std::collections::{BTreeMap, HashMap};
use std::future::Future;
use std::io;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use openclaw_core::conversation::{Event as AnswerEvent, Message, Piece, Request, role};
use openclaw_core::secret::Secret;
use openclaw_runtime::host::dial::{Looked, Lookup};
use openclaw_runtime::instance::{Clock, Environment};
use openclaw_runtime::observe::{Event, LogLine, Observer};
use openclaw_runtime::rights::ProviderKind;
use openclaw_runtime::{
    CallError, Loaded, Options, Plugin, Provider, Rights, Runtime, Setup, StoredSecret, bundle,
};

/// The time in every test.
pub(crate) const NOW_MS: u64 = 1_800_000_000_000;

/// Returns a folder of this repository.
pub(crate) fn repository(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(folder)
}

/// Runs a future to its end, with a runtime of its own.
pub(crate) fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime starts")
        .block_on(future)
}

/// Holds a credential as the store would.
pub(crate) fn held(secret: &str, mode: &str) -> Arc<StoredSecret> {
    Arc::new(StoredSecret::new(
        Secret::new(secret.to_owned()),
        mode,
        None,
    ))
}

/// Returns a request with one message.
pub(crate) fn asking(model: &str, text: &str, stream: bool) -> Request {
    Request {
        model: model.to_owned(),
        messages: vec![Message::text(role::USER, text)],
        stream,
        ..Request::default()
    }
}

/// Returns the request with instructions before its messages.
pub(crate) fn told(mut request: Request, system: &str) -> Request {
    request
        .messages
        .insert(0, Message::text(role::SYSTEM, system));
    request
}

/// Has a conversation of one turn and returns its events.
pub(crate) async fn talk(
    provider: &Provider,
    credential: Option<&Arc<StoredSecret>>,
    request: &Request,
) -> Result<Vec<AnswerEvent>, CallError> {
    let mut chat = provider.chat(credential, request).await?;
    let mut events = Vec::new();
    while let Some(more) = chat.next().await? {
        events.extend(more);
    }
    Ok(events)
}

/// Joins the text of events.
pub(crate) fn text_of(events: &[AnswerEvent]) -> String {
    texts(events).concat()
}

/// Returns the pieces of text among events.
pub(crate) fn texts(events: &[AnswerEvent]) -> Vec<&str> {
    let pieces = events.iter().filter_map(|event| match event {
        AnswerEvent::Delta(delta) => match &delta.piece {
            Piece::Text(text) => Some(text.as_str()),
            _ => None,
        },
        _ => None,
    });
    pieces.collect()
}

/// Keeps everything that plugins did.
#[derive(Default)]
pub(crate) struct Notes {
    events: Mutex<Vec<Event>>,
    lines: Mutex<Vec<LogLine>>,
}

impl Notes {
    pub(crate) fn events(&self) -> Vec<Event> {
        self.events
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(crate) fn lines(&self) -> Vec<LogLine> {
        self.lines
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Returns the rules that refused something, in order.
    pub(crate) fn denials(&self) -> Vec<String> {
        let denied = |event: Event| event.denied.map(|denied| denied.rule);
        self.events().into_iter().filter_map(denied).collect()
    }
}

impl Observer for Notes {
    fn used(&self, event: Event) {
        self.events
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(event);
    }

    fn logged(&self, line: LogLine) {
        self.lines
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(line);
    }
}

/// The names there are; asking for any other fails.
#[derive(Default)]
pub(crate) struct Names {
    known: BTreeMap<String, Vec<IpAddr>>,
    asked: Mutex<Vec<String>>,
}

impl Names {
    pub(crate) fn of(known: impl IntoIterator<Item = (String, Vec<IpAddr>)>) -> Arc<Self> {
        Arc::new(Self {
            known: known.into_iter().collect(),
            asked: Mutex::default(),
        })
    }

    /// Returns the names that were asked for.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Lookup for Names {
    fn lookup(&self, name: String) -> Looked {
        let found = self.known.get(&name).cloned();
        self.asked
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(name);
        Box::pin(async move { found.ok_or_else(|| io::Error::other("no such name")) })
    }
}

/// The variables that are set.
#[derive(Default)]
struct Variables(BTreeMap<String, String>);

impl Environment for Variables {
    fn get(&self, name: &str) -> Option<String> {
        self.0.get(name).cloned()
    }
}

struct Stopped;

impl Clock for Stopped {
    fn now_ms(&self) -> u64 {
        NOW_MS
    }
}

/// An engine, and the plugins compiled in it so far.
pub(crate) struct Stage {
    pub(crate) runtime: Arc<Runtime>,
    loaded: Mutex<HashMap<String, Arc<Loaded>>>,
}

impl Stage {
    pub(crate) fn new(options: &Options) -> Self {
        let runtime = Arc::new(Runtime::new(options).expect("the engine starts"));
        Self {
            runtime,
            loaded: Mutex::default(),
        }
    }

    /// An engine whose compiled components are kept for the next run of the tests.
    pub(crate) fn cached() -> Self {
        let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compiled");
        Self::new(&Options {
            cache: Some(cache),
            record_memory: false,
        })
    }

    /// Compiles these, all at once.
    pub(crate) fn load_all(&self, plugins: impl Iterator<Item = Arc<Plugin>>) {
        let mut loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        for one in self.runtime.load_all(plugins.collect()) {
            let one = one.expect("it compiles");
            loaded.insert(one.plugin.digest.clone(), Arc::new(one));
        }
    }

    pub(crate) fn load(&self, plugin: &Arc<Plugin>) -> Arc<Loaded> {
        let mut loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        let known = loaded.entry(plugin.digest.clone()).or_insert_with(|| {
            Arc::new(self.runtime.load(Arc::clone(plugin)).expect("it compiles"))
        });
        Arc::clone(known)
    }
}

/// A plugin and what surrounds it.
pub(crate) struct Scene {
    pub(crate) plugin: Arc<Plugin>,
    pub(crate) notes: Arc<Notes>,
    pub(crate) names: Arc<Names>,
    base_url: Option<String>,
    api: Option<String>,
    rights: Option<Rights>,
    kind: ProviderKind,
    variables: Variables,
}

impl Scene {
    pub(crate) fn of(plugin: Arc<Plugin>) -> Self {
        Self {
            plugin,
            notes: Arc::default(),
            names: Arc::default(),
            base_url: None,
            api: None,
            rights: None,
            kind: ProviderKind::Own,
            variables: Variables::default(),
        }
    }

    /// One of the guests that misbehave.
    pub(crate) fn guest(id: &str) -> Self {
        let path = repository("tests/plugins/bundle").join(format!("{id}.wasm"));
        let bytes = std::fs::read(path).expect("the guest is committed");
        Self::of(Arc::new(Plugin::read(bytes).expect("it is a plugin")))
    }

    /// One of the providers that ship.
    pub(crate) fn bundled(id: &str) -> Self {
        let bundled = bundle::find(id).expect("it is bundled");
        Self::of(bundled.plugin().expect("it is a plugin"))
    }

    pub(crate) fn base(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    pub(crate) fn api(mut self, api: &str) -> Self {
        self.api = Some(api.to_owned());
        self
    }

    /// Serves a provider of the user's own.
    pub(crate) fn custom(mut self) -> Self {
        self.kind = ProviderKind::Custom;
        self
    }

    /// Replaces the rights that follow from the manifest and the base URL.
    pub(crate) fn rights(mut self, rights: Rights) -> Self {
        self.rights = Some(rights);
        self
    }

    pub(crate) fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.0.insert(name.to_owned(), value.to_owned());
        self
    }

    pub(crate) fn names(mut self, names: Arc<Names>) -> Self {
        self.names = names;
        self
    }

    /// Puts everything together; the record and the names stay with the test.
    pub(crate) fn on(self, stage: &Stage) -> (Provider, Arc<Notes>, Arc<Names>) {
        let base_url = self.base_url.as_deref();
        let rights = self.rights.unwrap_or_else(|| {
            Rights::of(&self.plugin, self.kind, base_url, Vec::new())
                .expect("the base URL can be granted")
        });
        let setup = Setup {
            rights: Arc::new(rights),
            base_url: self.base_url,
            api: self.api,
            environment: Arc::new(self.variables),
            settings: Vec::new(),
            clock: Arc::new(Stopped),
            observer: Arc::clone(&self.notes) as Arc<dyn Observer>,
            lookup: Arc::clone(&self.names) as Arc<dyn Lookup>,
            network: Default::default(),
        };
        let loaded = stage.load(&self.plugin);
        let provider = Provider::new(Arc::clone(&stage.runtime), loaded, setup);
        (provider, self.notes, self.names)
    }
}
