//! What every command is given: the environment, the paths, the clock and the form of output,
//! wired once and passed down. There are no globals.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use openclaw_core::time::Timestamp;

use crate::failure::Failure;
use crate::render::Form;
use crate::render::terminal::Terminal;
use crate::shell::LoginShell;
use crate::store::config::ConfigFile;
use crate::store::{Environment, Paths};

/// Sets the clock, in milliseconds since the epoch; for reproducible transcripts. It stands still
/// but for the program's own waits.
const FIXED_CLOCK: &str = "OPENCLAW_FIXED_TIME_MS";

/// The program's surroundings.
pub struct App {
    /// The environment as it was at the start.
    pub environment: Environment,
    /// Where the files are.
    pub paths: Paths,
    /// The config file.
    pub config: ConfigFile,
    /// Where output goes.
    pub terminal: Terminal,
    /// The form of output that was asked for.
    pub form: Form,
    /// The login shell, which is asked once at most.
    pub(crate) shell: LoginShell,
    fixed: Option<AtomicU64>,
}

impl App {
    /// Reads the surroundings of this process.
    ///
    /// # Errors
    /// When there is no folder for the program's files.
    pub fn new(environment: Environment, terminal: Terminal, form: Form) -> Result<Self, Failure> {
        let paths = Paths::resolve(&environment)?;
        let config = ConfigFile::new(&paths);
        let fixed = environment
            .get(FIXED_CLOCK)
            .and_then(|text| text.parse().ok())
            .map(AtomicU64::new);
        Ok(Self {
            environment,
            paths,
            config,
            terminal,
            form,
            shell: LoginShell::default(),
            fixed,
        })
    }

    /// Returns the present.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        Timestamp(self.fixed_time().unwrap_or_else(system_ms))
    }

    /// Returns the fixed time, if the clock is fixed.
    #[must_use]
    pub fn fixed_time(&self) -> Option<u64> {
        self.fixed
            .as_ref()
            .map(|fixed| fixed.load(Ordering::Relaxed))
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

/// Returns the system's time in milliseconds since the epoch.
#[must_use]
pub fn system_ms() -> u64 {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the clock"
    )]
    let now = SystemTime::now();
    let since = now.duration_since(UNIX_EPOCH).unwrap_or_default();
    openclaw_core::time::millis(since)
}

/// Reads the environment of this process.
#[must_use]
pub fn environment() -> Environment {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the environment"
    )]
    let vars = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect::<std::collections::BTreeMap<_, _>>();
    let home = vars
        .get("HOME")
        .filter(|home| !home.is_empty())
        .map(Into::into);
    let home = home.or_else(|| {
        vars.get("USERPROFILE")
            .filter(|home| !home.is_empty())
            .map(Into::into)
    });
    Environment {
        vars,
        home,
        cwd: std::env::current_dir().unwrap_or_default(),
    }
}
