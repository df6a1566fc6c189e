//! The plugins of a run: compiled when first needed, with their rights, and what they did.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use openclaw_core::credential::ProviderId;
use openclaw_core::secret::Secret;
use openclaw_runtime::host::dial::SystemLookup;
use openclaw_runtime::observe::{Event, LogLine, Observer};
use openclaw_runtime::{Loaded, Options, Provider, Rights, Runtime, Setup};

use super::{PluginClock, PluginEnvironment};
use crate::app::App;
use crate::audit;
use crate::failure::{Failure, Kind};
use crate::state::State;

/// What plugins did and logged, in order.
#[derive(Default)]
pub struct Record {
    events: Mutex<Vec<Event>>,
    lines: Mutex<Vec<LogLine>>,
    written: Mutex<usize>,
}

impl Record {
    /// Returns the uses of capabilities so far.
    #[must_use]
    pub fn events(&self) -> Vec<Event> {
        lock(&self.events).clone()
    }

    /// Returns the log lines so far.
    #[must_use]
    pub fn lines(&self) -> Vec<LogLine> {
        lock(&self.lines).clone()
    }
}

impl Observer for Record {
    fn used(&self, event: Event) {
        lock(&self.events).push(event);
    }

    fn logged(&self, line: LogLine) {
        lock(&self.lines).push(line);
    }
}

/// The engine and the providers of a run.
pub struct Plugins {
    options: Options,
    runtime: OnceLock<Arc<Runtime>>,
    loaded: Mutex<BTreeMap<&'static str, Arc<Loaded>>>,
    providers: Mutex<BTreeMap<ProviderId, Arc<Provider>>>,
    record: Arc<Record>,
}

impl Plugins {
    /// Returns an empty set; nothing is started yet.
    #[must_use]
    pub fn new(app: &App) -> Self {
        let cache = Some(app.paths.cache.join("components"));
        Self::with(Options {
            cache,
            record_memory: false,
        })
    }

    /// Returns an empty set for an engine with these options.
    #[must_use]
    pub fn with(options: Options) -> Self {
        Self {
            options,
            runtime: OnceLock::new(),
            loaded: Mutex::default(),
            providers: Mutex::default(),
            record: Arc::default(),
        }
    }

    /// Returns what plugins did so far.
    #[must_use]
    pub fn record(&self) -> &Arc<Record> {
        &self.record
    }

    /// Returns the engine, starting it the first time.
    ///
    /// # Errors
    /// When it cannot start.
    pub fn runtime(&self) -> Result<Arc<Runtime>, Failure> {
        if let Some(runtime) = self.runtime.get() {
            return Ok(Arc::clone(runtime));
        }
        let runtime = Arc::new(Runtime::new(&self.options)?);
        Ok(Arc::clone(self.runtime.get_or_init(|| runtime)))
    }

    /// Compiles several providers' components at once, for those that will need them all.
    ///
    /// # Errors
    /// The first that cannot be compiled.
    pub fn prepare(&self, ids: &[&'static str]) -> Result<(), Failure> {
        let runtime = self.runtime()?;
        let plugins = ids
            .iter()
            .filter_map(|id| crate::registry::find(&ProviderId::new(*id)))
            .map(|plugin| plugin.plugin())
            .collect::<Result<Vec<_>, _>>()?;
        for (id, loaded) in ids.iter().zip(runtime.load_all(plugins)) {
            lock(&self.loaded).insert(id, Arc::new(loaded?));
        }
        Ok(())
    }

    /// Returns a provider, compiling its component the first time.
    ///
    /// # Errors
    /// When no plugin serves it, its component cannot be used, or its base URL is no address.
    pub fn provider(
        &self,
        app: &App,
        state: &State,
        id: &ProviderId,
    ) -> Result<Arc<Provider>, Failure> {
        if let Some(provider) = lock(&self.providers).get(id) {
            return Ok(Arc::clone(provider));
        }
        let provider = Arc::new(self.fresh(app, state, id)?);
        lock(&self.providers).insert(id.clone(), Arc::clone(&provider));
        Ok(provider)
    }

    /// Returns a provider with connections of its own.
    ///
    /// # Errors
    /// As [`provider`](Self::provider).
    pub fn fresh(&self, app: &App, state: &State, id: &ProviderId) -> Result<Provider, Failure> {
        let installed = state.plugin(id).ok_or_else(|| {
            Failure::new(
                Kind::Plugin,
                format!("no plugin serves the provider `{id}`"),
            )
        })?;
        let runtime = self.runtime()?;
        let kept = lock(&self.loaded).get(installed.id()).cloned();
        let loaded = match kept {
            Some(loaded) => loaded,
            None => {
                let loaded = Arc::new(runtime.load(installed.plugin()?)?);
                lock(&self.loaded).insert(installed.id(), Arc::clone(&loaded));
                loaded
            }
        };
        let entry = state.provider_config(id);
        let base_url = state.base_url(id);
        let headers = headers(state, id)?;
        let rights = Rights::of(&loaded.plugin, base_url.as_deref(), headers)?;
        let setup = Setup {
            base_url,
            api: entry.and_then(|entry| entry.api.clone()),
            rights: Arc::new(rights),
            environment: Arc::new(PluginEnvironment(state.config.environment.clone())),
            clock: Arc::new(PluginClock(app.fixed_time())),
            observer: Arc::clone(&self.record) as Arc<dyn Observer>,
            lookup: Arc::new(SystemLookup),
        };
        Ok(Provider::new(runtime, loaded, setup))
    }

    /// Compiles the components of several providers at once. One that cannot be used fails when it
    /// is asked for.
    ///
    /// # Errors
    /// When the engine cannot start.
    pub fn prepare_for(&self, state: &State, providers: &[ProviderId]) -> Result<(), Failure> {
        let runtime = self.runtime()?;
        let mut wanted: BTreeMap<&'static str, _> = BTreeMap::new();
        for installed in providers.iter().filter_map(|id| state.plugin(id)) {
            if let Ok(plugin) = installed.plugin() {
                wanted.insert(installed.id(), plugin);
            }
        }
        wanted.retain(|id, _| !lock(&self.loaded).contains_key(id));
        let (ids, plugins): (Vec<_>, Vec<_>) = wanted.into_iter().unzip();
        for (id, loaded) in ids.into_iter().zip(runtime.load_all(plugins)) {
            if let Ok(loaded) = loaded {
                lock(&self.loaded).insert(id, Arc::new(loaded));
            }
        }
        Ok(())
    }

    /// Appends what happened since the last time to the audit log. Returns what to say if that
    /// fails, once.
    pub(crate) fn write_audit(&self, app: &App) -> Option<String> {
        let events = lock(&self.record.events);
        let mut written = lock(&self.record.written);
        let failed = audit::append(&app.paths.logs, &events[*written..], app.now()).err();
        let first = *written == 0;
        *written = events.len();
        failed
            .filter(|_| first)
            .map(|error| format!("the audit log cannot be written: {error}"))
    }
}

/// Returns the header fields that the user's config adds to a provider's requests.
fn headers(state: &State, id: &ProviderId) -> Result<Vec<(String, Secret<String>)>, Failure> {
    let Some(entry) = state.provider_config(id) else {
        return Ok(Vec::new());
    };
    entry
        .headers
        .iter()
        .map(|(name, value)| match value {
            Ok(value) => Ok((name.clone(), value.clone())),
            Err(missing) => Err(
                Failure::new(Kind::Config, missing.to_string()).hint(format!(
                    "set {} in the environment, or in a .env file beside the config",
                    missing.name
                )),
            ),
        })
        .collect()
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
