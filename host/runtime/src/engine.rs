//! The engine: settings, compiling with a cache, and the tick that lets time-outs be noticed.

use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use wasmparser::WasmFeatures;
use wasmtime::component::{Component, HasSelf, InstancePre, Linker};
use wasmtime::{Config, Engine, OptLevel, WasmBacktraceDetails};

use crate::bindings::FullProvider as World;
use crate::bindings::exports::openclaw::provider::{
    auth, catalog, chat, embeddings, probe, quota, relay, tokens,
};
use crate::cache::CompileCache;
use crate::features;
use crate::instance::Ctx;
use crate::limits::STACK_BYTES;
use crate::memory::{Creator, Recorder};
use crate::plugin::{LoadError, Plugin, hex};

/// How often a running guest lets others run, and so how late a time-out may be noticed.
const TICK: Duration = Duration::from_millis(10);

/// How to set up the engine.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Folder for compiled components; without one they are compiled each time.
    pub cache: Option<PathBuf>,
    /// Whether guest memories are kept and can be searched. Slower; for the demo and for tests.
    pub record_memory: bool,
}

/// An engine with everything that is shared between plugins.
pub struct Runtime {
    engine: Engine,
    linker: Linker<Ctx>,
    linker_with_wasi: Linker<Ctx>,
    cache: Option<CompileCache>,
    fingerprint: String,
    recorder: Option<Arc<Recorder>>,
    ticker: Ticker,
}

/// A plugin that is compiled and linked: what instances are made from.
pub struct Loaded {
    /// What it was made from.
    pub plugin: Arc<Plugin>,
    pub(crate) pre: InstancePre<Ctx>,
    pub(crate) auth: Option<auth::GuestIndices>,
    pub(crate) catalog: Option<catalog::GuestIndices>,
    pub(crate) probe: Option<probe::GuestIndices>,
    pub(crate) chat: Option<chat::GuestIndices>,
    pub(crate) tokens: Option<tokens::GuestIndices>,
    pub(crate) embeddings: Option<embeddings::GuestIndices>,
    pub(crate) quota: Option<quota::GuestIndices>,
    pub(crate) relay: Option<relay::GuestIndices>,
}

impl Runtime {
    /// Sets up the engine. A cache that cannot be opened is gone without.
    ///
    /// # Errors
    /// [`LoadError::Engine`] when the engine refuses its settings on this machine.
    pub fn new(options: &Options) -> Result<Self, LoadError> {
        let mut config = Config::new();
        config
            .wasm_features(WasmFeatures::all(), false)
            .wasm_features(features::ALLOWED, true)
            .concurrency_support(false)
            .epoch_interruption(true)
            .cranelift_opt_level(OptLevel::Speed)
            .max_wasm_stack(STACK_BYTES)
            .async_stack_size(STACK_BYTES * 2)
            .memory_init_cow(!options.record_memory)
            .wasm_backtrace_details(WasmBacktraceDetails::Disable);
        let recorder = options.record_memory.then(Arc::<Recorder>::default);
        if let Some(recorder) = &recorder {
            config
                .with_host_memory(Arc::new(Creator(Arc::clone(recorder))))
                .memory_reservation(0)
                .memory_guard_size(0)
                .memory_reservation_for_growth(0);
        }
        let engine = Engine::new(&config).map_err(LoadError::Engine)?;
        let linker = linker(&engine).map_err(LoadError::Engine)?;
        let mut linker_with_wasi = linker.clone();
        wasmtime_wasi::p2::add_to_linker_async(&mut linker_with_wasi).map_err(LoadError::Engine)?;
        let cache = options
            .cache
            .as_deref()
            .and_then(|folder| CompileCache::open(folder).ok());
        Ok(Self {
            ticker: Ticker::new(&engine),
            fingerprint: fingerprint(&engine),
            engine,
            linker,
            linker_with_wasi,
            cache,
            recorder,
        })
    }

    /// Compiles and links a plugin, or takes its compiled form from the cache.
    ///
    /// # Errors
    /// [`LoadError::Compile`] when the binary is not valid or wants an import of another shape.
    pub fn load(&self, plugin: Arc<Plugin>) -> Result<Loaded, LoadError> {
        let component = self.component(&plugin).map_err(LoadError::Compile)?;
        let linker = if plugin.manifest.wasi {
            &self.linker_with_wasi
        } else {
            &self.linker
        };
        let pre = linker
            .instantiate_pre(&component)
            .map_err(LoadError::Compile)?;
        Ok(Loaded {
            auth: auth::GuestIndices::new(&pre).ok(),
            catalog: catalog::GuestIndices::new(&pre).ok(),
            probe: probe::GuestIndices::new(&pre).ok(),
            chat: chat::GuestIndices::new(&pre).ok(),
            tokens: tokens::GuestIndices::new(&pre).ok(),
            embeddings: embeddings::GuestIndices::new(&pre).ok(),
            quota: quota::GuestIndices::new(&pre).ok(),
            relay: relay::GuestIndices::new(&pre).ok(),
            plugin,
            pre,
        })
    }

    /// Compiles and links several plugins at once.
    pub fn load_all(&self, plugins: Vec<Arc<Plugin>>) -> Vec<Result<Loaded, LoadError>> {
        std::thread::scope(|scope| {
            let running: Vec<_> = plugins
                .into_iter()
                .map(|plugin| scope.spawn(|| self.load(plugin)))
                .collect();
            running
                .into_iter()
                .map(|thread| thread.join().expect("compiling returns its errors"))
                .collect()
        })
    }

    /// Returns the recorder of guest memories, if they are recorded.
    #[must_use]
    pub fn recorder(&self) -> Option<&Arc<Recorder>> {
        self.recorder.as_ref()
    }

    /// Returns the engine.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    pub(crate) fn ticking(&self) -> Ticking {
        self.ticker.start()
    }

    fn component(&self, plugin: &Plugin) -> wasmtime::Result<Component> {
        let name = format!("{}-{}.cwasm", plugin.digest, self.fingerprint);
        if let Some(code) = self.cache.as_ref().and_then(|cache| cache.load(&name)) {
            // SAFETY: the cache returns only bytes that this user's own runs stored, by keyed tag,
            // under a name with this engine's fingerprint. A refusal by the engine means compiling.
            #[expect(
                unsafe_code,
                reason = "loading native code is unsafe by nature; see above"
            )]
            if let Ok(component) = unsafe { Component::deserialize(&self.engine, code) } {
                return Ok(component);
            }
        }
        let component = Component::new(&self.engine, &plugin.bytes)?;
        if let Some(cache) = &self.cache {
            // A full disk or a read-only cache only costs the next run its time.
            let _stored = component.serialize().map(|code| cache.store(&name, &code));
        }
        Ok(component)
    }
}

fn linker(engine: &Engine) -> wasmtime::Result<Linker<Ctx>> {
    let mut linker = Linker::new(engine);
    World::add_to_linker::<_, HasSelf<Ctx>>(&mut linker, |ctx| ctx)?;
    Ok(linker)
}

/// Returns a name for everything about the engine that compiled code depends on.
fn fingerprint(engine: &Engine) -> String {
    use sha2::Digest as _;
    use std::hash::{Hash as _, Hasher};

    struct Sha(sha2::Sha256);
    impl Hasher for Sha {
        fn finish(&self) -> u64 {
            0
        }
        fn write(&mut self, bytes: &[u8]) {
            self.0.update(bytes);
        }
    }
    let mut hasher = Sha(sha2::Sha256::new());
    engine.precompile_compatibility_hash().hash(&mut hasher);
    hex(&hasher.0.finalize()[..8])
}

/// Advances the engine's epoch while guests run. The thread is started by the first guest and
/// sleeps while there is none.
struct Ticker {
    shared: Arc<Shared>,
    engine: Engine,
    started: std::sync::Once,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    running: usize,
    over: bool,
}

/// Keeps the epoch advancing until dropped.
pub(crate) struct Ticking(Arc<Shared>);

impl Ticker {
    fn new(engine: &Engine) -> Self {
        Self {
            shared: Arc::default(),
            engine: engine.clone(),
            started: std::sync::Once::new(),
        }
    }

    fn start(&self) -> Ticking {
        self.started.call_once(|| {
            let (shared, engine) = (Arc::clone(&self.shared), self.engine.clone());
            std::thread::spawn(move || tick(&shared, &engine));
        });
        lock(&self.shared.state).running += 1;
        self.shared.changed.notify_one();
        Ticking(Arc::clone(&self.shared))
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        lock(&self.shared.state).over = true;
        self.shared.changed.notify_one();
    }
}

impl Drop for Ticking {
    fn drop(&mut self) {
        lock(&self.0.state).running -= 1;
    }
}

fn tick(shared: &Shared, engine: &Engine) {
    loop {
        let mut state = lock(&shared.state);
        while state.running == 0 && !state.over {
            state = shared
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
        if state.over {
            return;
        }
        drop(state);
        std::thread::sleep(TICK);
        engine.increment_epoch();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
