//! The engine and the components: started and compiled when first needed, and what they did.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use openclaw_core::activity::Use;
use openclaw_core::credential::ProviderId;
use openclaw_core::time::Timestamp;
use openclaw_runtime::host::dial::SystemLookup;
use openclaw_runtime::observe::{Event, LogLine, Observer};
use openclaw_runtime::redact::encodings_of;
use openclaw_runtime::rights::ProviderKind;
use openclaw_runtime::{Loaded, Options, Provider, Rights, Runtime, Setup};
use openclaw_store::{Environment, audit_log, env_vars};

use openclaw_manifest::Manifest;

use crate::adc;
use crate::aws;
use crate::failure::{Failure, Kind};
use crate::network::network;
use crate::registry::Installed;
use crate::snapshot::Snapshot;
use crate::surroundings::Surroundings;

/// The engine and the components that were compiled so far. Used by many requests at once.
pub struct Plugins {
    options: Options,
    runtime: OnceLock<Arc<Runtime>>,
    /// By plugin id. Each has a lock of its own, held while it is compiled.
    loaded: Mutex<BTreeMap<String, Arc<Place>>>,
    activity: Arc<Activity>,
}

/// Where a component is put once it is compiled.
type Place = Mutex<Option<Arc<Loaded>>>;

/// What plugins did and is not in the audit log yet.
struct Activity {
    folder: PathBuf,
    /// Where it is noted which line was written last.
    cache: PathBuf,
    /// The id of this run.
    run: String,
    pending: Mutex<Vec<Event>>,
    /// All of it, where that was asked for.
    kept: Option<Mutex<Vec<Event>>>,
    /// Whether it was said that the log cannot be written.
    told: Mutex<bool>,
}

impl Observer for Activity {
    fn used(&self, event: Event) {
        trace(&event, &self.run);
        if let Some(kept) = &self.kept {
            lock(kept).push(event.clone());
        }
        lock(&self.pending).push(event);
    }

    fn logged(&self, line: LogLine) {
        tracing::debug!(
            target: "openclaw::plugin",
            plugin = line.plugin,
            "{}: {}",
            line.level,
            line.message
        );
    }
}

/// Writes what a plugin did to the log of the process, for a person who watches. An event holds no
/// secret: its URL has no query and was searched for secrets.
fn trace(event: &Event, run: &str) {
    let plugin = event.plugin.as_str();
    match (&event.use_of, &event.denied) {
        (Use::Http { method, url, .. }, Some(denied)) => tracing::warn!(
            target: "openclaw::http",
            plugin,
            run,
            "denied {method} {url}: {}",
            denied.message
        ),
        (
            Use::Http {
                method,
                url,
                status,
                elapsed,
                secrets_in,
                ..
            },
            None,
        ) => {
            let status = status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
            tracing::info!(
                target: "openclaw::http",
                plugin,
                run,
                secrets_in = secrets_in.join(","),
                "{method} {url} {status} in {} ms",
                elapsed.as_millis()
            );
        }
        (Use::Env { name, found }, denied) => tracing::debug!(
            target: "openclaw::env",
            plugin,
            "{name}: {}",
            match (denied, found) {
                (Some(_), _) => "denied",
                (None, true) => "set",
                (None, false) => "not set",
            }
        ),
    }
}

/// Returns the id of a run, which its entries in the audit log have: it tells those of one process
/// from those of others.
fn run_id(surroundings: &Surroundings) -> String {
    let fixed = surroundings.environment.var(&env_vars::FIXED_TIME_MS);
    let process = fixed.map_or_else(std::process::id, |_| 0);
    let mixed = surroundings.now().0.wrapping_mul(0x9e37_79b9_7f4a_7c15)
        ^ u64::from(process).wrapping_mul(0xff51_afd7_ed55_8ccd);
    format!("{:08x}", mixed >> 32)
}

/// What a search of the recorded memories of guests found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemorySearch {
    /// Recorded memories.
    pub memories: usize,
    /// Their size in bytes.
    pub bytes: usize,
    /// Encodings of the secrets that were searched for.
    pub encodings: usize,
    /// Places where one was found.
    pub found: usize,
    /// Places where the control text was found.
    pub control: usize,
}

impl Plugins {
    /// Returns an empty set; nothing is started yet.
    #[must_use]
    pub fn new(surroundings: &Surroundings) -> Self {
        let cache = Some(surroundings.paths.cache.join("components"));
        let options = Options {
            cache,
            record_memory: false,
        };
        Self::with(surroundings, options, None)
    }

    /// Returns an empty set that records the memories of all guests and all that they do, for a
    /// demonstration. Compiled components are not cached.
    #[must_use]
    pub fn recording(surroundings: &Surroundings) -> Self {
        let options = Options {
            cache: None,
            record_memory: true,
        };
        Self::with(surroundings, options, Some(Mutex::default()))
    }

    fn with(
        surroundings: &Surroundings,
        options: Options,
        kept: Option<Mutex<Vec<Event>>>,
    ) -> Self {
        Self {
            options,
            runtime: OnceLock::new(),
            loaded: Mutex::default(),
            activity: Arc::new(Activity {
                folder: surroundings.paths.logs.clone(),
                cache: surroundings.paths.cache.clone(),
                run: run_id(surroundings),
                pending: Mutex::default(),
                kept,
                told: Mutex::default(),
            }),
        }
    }

    /// Returns what plugins did so far; nothing unless this set is [`recording`](Self::recording).
    #[must_use]
    pub fn recorded(&self) -> Vec<Event> {
        let kept = self.activity.kept.as_ref();
        kept.map(|kept| lock(kept).clone()).unwrap_or_default()
    }

    /// Searches the recorded memories for every encoding of some secrets, and for a control text
    /// that guests do see. `None` unless this set is [`recording`](Self::recording).
    ///
    /// # Errors
    /// When the engine cannot start.
    pub fn search_memories(
        &self,
        secrets: &[&str],
        control: &str,
    ) -> Result<Option<MemorySearch>, Failure> {
        let runtime = self.runtime()?;
        let Some(recorder) = runtime.recorder() else {
            return Ok(None);
        };
        let (memories, bytes) = recorder.size();
        let encodings: Vec<Vec<u8>> = secrets.iter().copied().flat_map(encodings_of).collect();
        Ok(Some(MemorySearch {
            memories,
            bytes,
            encodings: encodings.len(),
            found: recorder.count(&encodings),
            control: recorder.count(&[control.as_bytes().to_vec()]),
        }))
    }

    /// Returns the engine, starting it the first time.
    fn runtime(&self) -> Result<Arc<Runtime>, Failure> {
        if let Some(runtime) = self.runtime.get() {
            return Ok(Arc::clone(runtime));
        }
        let runtime = Arc::new(Runtime::new(&self.options)?);
        Ok(Arc::clone(self.runtime.get_or_init(|| runtime)))
    }

    /// Returns a provider with connections of its own, compiling its component the first time.
    ///
    /// # Errors
    /// When no plugin serves it, its component cannot be used, or its base URL is no address.
    pub fn provider(
        &self,
        surroundings: &Surroundings,
        snapshot: &Snapshot,
        id: &ProviderId,
    ) -> Result<Provider, Failure> {
        self.provider_for(surroundings, snapshot, id, None)
    }

    /// The same for one of its models, which may have a wire format and header fields of its own.
    ///
    /// # Errors
    /// As [`Self::provider`].
    pub fn provider_for(
        &self,
        surroundings: &Surroundings,
        snapshot: &Snapshot,
        id: &ProviderId,
        model: Option<&str>,
    ) -> Result<Provider, Failure> {
        let installed = snapshot.plugin_for(id, model).ok_or_else(|| {
            Failure::new(
                Kind::Plugin,
                format!("no plugin serves the provider `{id}`"),
            )
        })?;
        let loaded = self.loaded(installed)?;
        let entry = snapshot.provider_config(id);
        let base_url = snapshot.base_url(id)?;
        let own = model.and_then(|model| snapshot.model_config(id, model));
        let headers = snapshot.headers(id, model)?;
        let kind = ProviderKind::of(&loaded.plugin, id.as_str());
        let rights = Rights::of(&loaded.plugin, kind, base_url.as_deref(), headers)?;
        let setup = Setup {
            base_url,
            api: own
                .and_then(|own| own.api.clone())
                .or_else(|| entry.and_then(|entry| entry.api.clone())),
            rights: Arc::new(rights),
            environment: Arc::new(GuestEnvironment {
                environment: snapshot.config.environment.clone(),
                secrets: installed.secret_variables(),
                withheld: withheld(snapshot, id),
            }),
            settings: settings(snapshot, &loaded.plugin.manifest),
            clock: Arc::clone(&surroundings.clock) as Arc<_>,
            observer: Arc::clone(&self.activity) as Arc<dyn Observer>,
            lookup: Arc::new(SystemLookup),
            network: network(surroundings, snapshot, id)?,
        };
        Ok(Provider::new(self.runtime()?, loaded, setup))
    }

    fn loaded(&self, installed: &Installed) -> Result<Arc<Loaded>, Failure> {
        let place = self.place(installed.id());
        let mut place = lock(&place);
        if let Some(loaded) = &*place {
            return Ok(Arc::clone(loaded));
        }
        let loaded = Arc::new(self.runtime()?.load(installed.plugin()?)?);
        *place = Some(Arc::clone(&loaded));
        Ok(loaded)
    }

    fn place(&self, id: &str) -> Arc<Place> {
        Arc::clone(lock(&self.loaded).entry(id.to_owned()).or_default())
    }

    /// Compiles the components of several providers at once. One that cannot be used fails when it
    /// is asked for.
    ///
    /// # Errors
    /// When the engine cannot start.
    pub fn prepare(&self, snapshot: &Snapshot, providers: &[ProviderId]) -> Result<(), Failure> {
        let runtime = self.runtime()?;
        let mut wanted = BTreeMap::new();
        for installed in providers.iter().filter_map(|id| snapshot.plugin(id)) {
            if let Ok(plugin) = installed.plugin() {
                wanted.insert(installed.id(), plugin);
            }
        }
        wanted.retain(|id, _| lock(&self.place(id)).is_none());
        let (ids, plugins): (Vec<_>, Vec<_>) = wanted.into_iter().unzip();
        for (id, loaded) in ids.into_iter().zip(runtime.load_all(plugins)) {
            if let Ok(loaded) = loaded {
                *lock(&self.place(id)) = Some(Arc::new(loaded));
            }
        }
        Ok(())
    }

    /// Returns the id that the entries of this run have in the audit log.
    #[must_use]
    pub fn run_id(&self) -> &str {
        &self.activity.run
    }

    /// Appends what happened since the last time to the audit log. Returns what to say if that
    /// fails, once.
    pub fn write_audit(&self, now: Timestamp) -> Option<String> {
        let events = std::mem::take(&mut *lock(&self.activity.pending));
        let error = audit_log::append(
            &self.activity.folder,
            &self.activity.cache,
            &self.activity.run,
            &events,
            now,
        )
        .err()?;
        let told = std::mem::replace(&mut *lock(&self.activity.told), true);
        (!told).then(|| format!("the audit log cannot be written: {error}"))
    }
}

/// Returns the plain settings of a provider: where its plugin signs with AWS credentials, the region of
/// the profile in use; where it asks for Google's, the projects that their file names.
fn settings(snapshot: &Snapshot, manifest: &Manifest) -> Vec<(String, String)> {
    if manifest.asks_for_adc() {
        let projects = adc::projects(&snapshot.config.environment).into_iter();
        return projects
            .map(|(name, project)| (name.to_owned(), project))
            .collect();
    }
    if !manifest.signs_with_aws() {
        return Vec::new();
    }
    let region = aws::region(&snapshot.config.environment);
    let named = region.map(|region| ("region".to_owned(), region));
    named.into_iter().collect()
}

/// The environment as plugins see it: after `.env` files and the config's own block.
struct GuestEnvironment {
    environment: Environment,
    /// The names that the plugin declares as secrets.
    secrets: Vec<String>,
    /// Those of them that hold what belongs to another vendor.
    withheld: Vec<String>,
}

fn withheld(snapshot: &Snapshot, id: &ProviderId) -> Vec<String> {
    let misfits = snapshot.misfit_variables(id).into_iter();
    misfits.map(|(name, _)| name).collect()
}

impl openclaw_runtime::instance::Environment for GuestEnvironment {
    fn get(&self, name: &str) -> Option<String> {
        let value = if self.secrets.iter().any(|secret| secret == name) {
            let value = self.environment.credential(name);
            value.filter(|_| !self.withheld.iter().any(|other| other == name))
        } else {
            self.environment.get(name)
        };
        value.map(str::to_owned)
    }
}

fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
