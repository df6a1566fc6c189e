//! What everything below a command is given: the environment, the paths, the clock, the registry of
//! plugins and the config file. Wired once and passed down; there are no globals. Knows no terminal
//! and no form of output.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use openclaw_core::time::Timestamp;
use openclaw_store::catalog_data::CatalogData;
use openclaw_store::config::ConfigFile;
use openclaw_store::dry_run::DryRun;
use openclaw_store::{Environment, Paths, env_vars};

use crate::adc;
use crate::aws::Ambient;
use crate::failure::Failure;
use crate::login_shell::LoginShell;
use crate::registry::Registry;
use crate::secrets::Secrets;

/// The surroundings of a process, or of a part of it that pretends to have others.
pub struct Surroundings {
    /// The environment as it was at the start.
    pub environment: Environment,
    /// Where the files are.
    pub paths: Paths,
    /// The config file.
    pub config: ConfigFile,
    /// Which plugins there are.
    pub registry: Arc<Registry>,
    /// What plugins see as the time, and what policy goes by.
    pub clock: Arc<Clock>,
    /// The credentials that the machine has by itself, looked for when first needed.
    pub(crate) ambient: Arc<Ambient>,
    /// The same, of Google's.
    pub(crate) adc: Arc<adc::Ambient>,
    /// Where it is noted what would be written, if nothing is to be.
    pub dry_run: Option<DryRun>,
    /// Facts of models that were installed, read when first asked for.
    pub catalog_data: Arc<CatalogData>,
    /// The secrets that are kept elsewhere, each of which is asked for once at most.
    pub secrets: Secrets,
    /// The login shell, which is asked once at most.
    pub(crate) shell: LoginShell,
}

impl Surroundings {
    /// Finds the files that an environment leads to.
    ///
    /// # Errors
    /// When there is no folder for the program's files.
    pub fn new(environment: Environment) -> Result<Self, Failure> {
        let paths = Paths::resolve(&environment)?;
        let config = ConfigFile::new(&paths);
        let clock = Arc::new(Clock::of(&environment));
        let catalog_data = Arc::new(CatalogData::new(&paths));
        Ok(Self {
            environment,
            paths,
            config,
            registry: Arc::new(Registry::bundled()),
            ambient: Arc::default(),
            adc: Arc::default(),
            clock,
            dry_run: None,
            catalog_data,
            secrets: Secrets::default(),
            shell: LoginShell::default(),
        })
    }

    /// Notes what would be written, in place of writing it.
    #[must_use]
    pub fn dry(self, dry_run: Option<DryRun>) -> Self {
        Self {
            config: self.config.dry(dry_run.clone()),
            catalog_data: Arc::new(CatalogData::new(&self.paths).dry(dry_run.clone())),
            dry_run,
            ..self
        }
    }

    /// Returns the present.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

/// The time of day: the system's, or one that stands still but for the program's own waits.
#[derive(Debug, Default)]
pub struct Clock {
    fixed: Option<AtomicU64>,
}

impl Clock {
    /// Returns the clock that an environment asks for: see [`env_vars::FIXED_TIME_MS`].
    #[must_use]
    pub fn of(environment: &Environment) -> Self {
        let fixed = environment
            .var(&env_vars::FIXED_TIME_MS)
            .and_then(|text| text.parse().ok());
        Self {
            fixed: fixed.map(AtomicU64::new),
        }
    }

    /// Returns the present.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        Timestamp(match &self.fixed {
            Some(fixed) => fixed.load(Ordering::Relaxed),
            None => system_ms(),
        })
    }

    /// Lets time pass: a fixed clock is set forward, and nobody waits.
    pub async fn wait(&self, time: Duration) {
        match &self.fixed {
            Some(fixed) => {
                fixed.fetch_add(openclaw_core::time::millis(time), Ordering::Relaxed);
            }
            None => tokio::time::sleep(time).await,
        }
    }
}

impl openclaw_runtime::instance::Clock for Clock {
    fn now_ms(&self) -> u64 {
        self.now().0
    }
}

/// Returns the system's time in milliseconds since 1970.
fn system_ms() -> u64 {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the clock"
    )]
    let now = SystemTime::now();
    let since = now.duration_since(UNIX_EPOCH).unwrap_or_default();
    openclaw_core::time::millis(since)
}
