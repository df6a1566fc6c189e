//! One store: what a guest may touch during one call.

use std::sync::Arc;
use std::time::{Duration, Instant};

use wasmtime::component::ResourceTable;
use wasmtime_wasi::{HostWallClock, WasiCtx, WasiCtxView, WasiView};

use crate::host::connection::Egress;
use crate::host::media::Media;
use crate::limits::{Bounds, Fault, HANDLES, USES};
use crate::observe::{Denied, Event, Observer, Use};
use crate::plugin::Plugin;
use crate::redact::{KnownSecrets, SecretId};
use crate::rights::Rights;
use crate::secret::{Handle, StoredSecret};

/// Reads the user's environment, one name at a time.
pub trait Environment: Send + Sync {
    /// Returns the variable's value, if it is set.
    fn get(&self, name: &str) -> Option<String>;
}

/// Tells the time in milliseconds since the epoch.
pub trait Clock: Send + Sync {
    /// Returns now.
    fn now_ms(&self) -> u64;
}

/// A guest's surroundings.
pub struct Ctx {
    pub(crate) plugin: Arc<Plugin>,
    pub(crate) rights: Arc<Rights>,
    pub(crate) egress: Arc<Egress>,
    pub(crate) environment: Arc<dyn Environment>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) observer: Arc<dyn Observer>,
    pub(crate) table: ResourceTable,
    /// Files and bodies that requests of this guest may name.
    pub(crate) media: Media,
    pub(crate) bounds: Bounds,
    /// Every secret that this guest has had a handle for, to be taken out of what comes back.
    pub(crate) known: KnownSecrets,
    /// When the current call must be over.
    pub(crate) deadline: Instant,
    pub(crate) log_lines: usize,
    pub(crate) log_bytes: usize,
    /// How many uses of capabilities the current call has recorded.
    pub(crate) uses: usize,
    wasi: WasiCtx,
}

impl Ctx {
    pub(crate) fn new(
        plugin: Arc<Plugin>,
        rights: Arc<Rights>,
        egress: Arc<Egress>,
        environment: Arc<dyn Environment>,
        clock: Arc<dyn Clock>,
        observer: Arc<dyn Observer>,
    ) -> Self {
        let mut table = ResourceTable::new();
        table.set_max_capacity(HANDLES);
        let memory = plugin.manifest.limits.memory_mib;
        let mut known = KnownSecrets::default();
        if let Some((origin, headers)) = &rights.config_headers {
            for (_, value) in headers {
                let stored = StoredSecret::new(value.clone(), "header", None);
                if let Some(id) = known.add(&Arc::new(stored), &[]) {
                    known.was_at(id, origin);
                }
            }
        }
        let wasi = wasi(Arc::clone(&clock));
        Self {
            plugin,
            rights,
            egress,
            environment,
            clock,
            observer,
            table,
            media: Media::default(),
            bounds: Bounds::new(memory),
            known,
            deadline: Instant::now(),
            log_lines: 0,
            log_bytes: 0,
            uses: 0,
            wasi,
        }
    }

    /// Starts the clock of a call.
    pub(crate) fn begin_call(&mut self, limit: Duration) {
        self.deadline = Instant::now() + limit;
        self.log_lines = 0;
        self.log_bytes = 0;
        self.uses = 0;
    }

    /// Returns what is left of the call's time, less a little for the guest to say what happened.
    pub(crate) fn time_left(&self) -> Duration {
        let left = self.deadline.saturating_duration_since(Instant::now());
        left.saturating_sub(Duration::from_millis(50).min(left / 10))
    }

    /// Hands the guest a handle for a secret.
    pub(crate) fn issue_handle(
        &mut self,
        stored: Arc<StoredSecret>,
    ) -> wasmtime::Result<wasmtime::component::Resource<Handle>> {
        let id = self.know(&stored)?;
        for part in stored.parts() {
            self.know(part)?;
        }
        self.push(Handle {
            stored,
            id,
            captured: false,
        })
    }

    /// Hands the guest a handle for a secret of which it is told nothing: no mode, no claim.
    pub(crate) fn issue_sealed(
        &mut self,
        stored: Arc<StoredSecret>,
    ) -> wasmtime::Result<wasmtime::component::Resource<Handle>> {
        let id = self.know(&stored)?;
        self.push(Handle {
            stored,
            id,
            captured: true,
        })
    }

    /// Notes a secret, to be taken out of what comes back; too many of them end the call.
    pub(crate) fn know(&mut self, stored: &Arc<StoredSecret>) -> wasmtime::Result<SecretId> {
        self.known
            .add(stored, &self.plugin.manifest.auth)
            .ok_or_else(|| {
                self.bounds.hit = Some(Fault::Secrets);
                wasmtime::Error::msg("secret limit")
            })
    }

    /// Counts a use of a capability; too many of them end the call.
    pub(crate) fn count_use(&mut self) -> wasmtime::Result<()> {
        self.uses += 1;
        if self.uses > USES {
            self.bounds.hit = Some(Fault::Uses);
            return Err(wasmtime::Error::msg("use limit"));
        }
        Ok(())
    }

    /// Puts a resource into the table; too many of them end the call.
    pub(crate) fn push<T: Send + 'static>(
        &mut self,
        entry: T,
    ) -> wasmtime::Result<wasmtime::component::Resource<T>> {
        self.table.push(entry).map_err(|error| {
            self.bounds.hit = Some(Fault::Handles);
            error.into()
        })
    }

    /// Records a use of a capability.
    pub(crate) fn record(&self, use_of: Use, denied: Option<Denied>) {
        self.observer.used(Event {
            plugin: self.plugin.manifest.id.clone(),
            digest: self.plugin.digest.clone(),
            use_of,
            denied,
        });
    }
}

/// Makes what a guest has of WASI: nothing preopened, no environment, no arguments, no sockets,
/// closed stdio, and the host's clock.
fn wasi(clock: Arc<dyn Clock>) -> WasiCtx {
    WasiCtx::builder().wall_clock(WallClock(clock)).build()
}

/// The host's clock as WASI asks for it.
struct WallClock(Arc<dyn Clock>);

impl HostWallClock for WallClock {
    fn resolution(&self) -> Duration {
        Duration::from_millis(1)
    }

    fn now(&self) -> Duration {
        Duration::from_millis(self.0.now_ms())
    }
}

impl WasiView for Ctx {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView {
            ctx: &mut self.wasi,
            table: &mut self.table,
        }
    }
}

#[cfg(test)]
mod tests {
    use wasmtime_wasi::clocks::WasiClocksCtxView;
    use wasmtime_wasi::p2::bindings::clocks::wall_clock::Host as _;

    use super::*;

    struct At(u64);

    impl Clock for At {
        fn now_ms(&self) -> u64 {
            self.0
        }
    }

    /// What a guest that was built for WASI takes for the time of day is what the host says it is.
    #[test]
    fn the_wall_clock_of_wasi_is_the_hosts() {
        for ms in [0, 1_234_567_890_123, 4_102_444_800_999] {
            let mut wasi = wasi(Arc::new(At(ms)));
            let mut table = ResourceTable::new();
            let mut clocks = WasiClocksCtxView {
                ctx: wasi.clocks(),
                table: &mut table,
            };
            let now = clocks.now().expect("it tells the time");
            assert_eq!(now.seconds, ms / 1_000);
            assert_eq!(u64::from(now.nanoseconds), ms % 1_000 * 1_000_000);
        }
    }
}
