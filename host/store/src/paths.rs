//! Where the files are. Pure: what exists is asked of the caller.

use std::path::{Component, Path, PathBuf};

use openclaw_core::model_ref::{DEFAULT_AGENT, normalize_agent_id};

use super::env_vars::{self, EnvVar};
use super::environment::Environment;
use super::error::StoreError;

const LEGACY_STATE: [&str; 3] = [".clawdbot", ".moltbot", ".moldbot"];
const CONFIG_NAMES: [&str; 4] = [
    "openclaw.json",
    "clawdbot.json",
    "moltbot.json",
    "moldbot.json",
];

/// Every place the program reads or writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paths {
    /// The state folder, by default `~/.openclaw`.
    pub state: PathBuf,
    /// The config file, whether it exists or not.
    pub config: PathBuf,
    /// `auth-profiles.json`'s predecessor that all agents shared.
    pub legacy_oauth: PathBuf,
    /// What can be made again at any time.
    pub cache: PathBuf,
    /// Logs.
    pub logs: PathBuf,
    home: Option<PathBuf>,
    cwd: PathBuf,
    main_agent: Option<PathBuf>,
}

impl Paths {
    /// Finds them on this computer.
    ///
    /// # Errors
    /// As [`Paths::resolve_with`].
    pub fn resolve(environment: &Environment) -> Result<Self, StoreError> {
        Self::resolve_with(environment, cfg!(target_os = "macos"), &|path| {
            path.exists()
        })
    }

    /// Finds them, given what exists.
    ///
    /// # Errors
    /// [`StoreError::NoHome`] when a home folder is needed and none is known.
    pub fn resolve_with(
        environment: &Environment,
        macos: bool,
        exists: &dyn Fn(&Path) -> bool,
    ) -> Result<Self, StoreError> {
        let home = environment
            .home
            .as_deref()
            .filter(|home| !home.as_os_str().is_empty());
        let over = |variable: &EnvVar| -> Result<Option<PathBuf>, StoreError> {
            environment
                .var(variable)
                .map(|value| absolute(value, home, &environment.cwd))
                .transpose()
        };
        let state_override = over(&env_vars::STATE_DIR)?;
        let state = match (&state_override, home) {
            (Some(state), _) => state.clone(),
            (None, None) => return Err(StoreError::NoHome),
            (None, Some(home)) => std::iter::once(".openclaw")
                .chain(LEGACY_STATE)
                .map(|name| home.join(name))
                .find(|folder| exists(folder))
                .unwrap_or_else(|| home.join(".openclaw")),
        };
        let config = match over(&env_vars::CONFIG_PATH)? {
            Some(config) => config,
            None => {
                // A state folder that was named is the whole world: nothing of the home's is read.
                let homes = home.filter(|_| state_override.is_none());
                let homes = homes.into_iter().flat_map(|home| {
                    std::iter::once(".openclaw")
                        .chain(LEGACY_STATE)
                        .map(|name| home.join(name))
                });
                let named = state_override.clone().into_iter();
                named
                    .chain(homes)
                    .flat_map(|folder| CONFIG_NAMES.map(|name| folder.join(name)))
                    .find(|file| exists(file))
                    .unwrap_or_else(|| state.join(CONFIG_NAMES[0]))
            }
        };
        let cache = match (
            environment.var(&env_vars::XDG_CACHE_HOME).map(Path::new),
            home,
        ) {
            (Some(cache), _) if cache.is_absolute() => cache.join("openclaw"),
            (_, Some(home)) if macos => home.join("Library/Caches/openclaw"),
            (_, Some(home)) => home.join(".cache/openclaw"),
            (_, None) => state.join("cache"),
        };
        let oauth = over(&env_vars::OAUTH_DIR)?.unwrap_or_else(|| state.join("credentials"));
        Ok(Self {
            config,
            legacy_oauth: oauth.join("oauth.json"),
            cache,
            logs: state.join("logs"),
            home: home.map(Path::to_path_buf),
            cwd: environment.cwd.clone(),
            main_agent: over(&env_vars::AGENT_DIR)?,
            state,
        })
    }

    /// Returns an agent's folder. `configured` is its `agentDir`; for the main agent the
    /// environment's override comes before it.
    ///
    /// # Errors
    /// [`StoreError::NoHome`] when `configured` starts with `~` and no home folder is known.
    pub fn agent_dir(&self, agent: &str, configured: Option<&str>) -> Result<PathBuf, StoreError> {
        let agent = normalize_agent_id(agent);
        if agent == DEFAULT_AGENT
            && let Some(folder) = &self.main_agent
        {
            return Ok(folder.clone());
        }
        match configured
            .map(str::trim)
            .filter(|folder| !folder.is_empty())
        {
            Some(folder) => absolute(folder, self.home.as_deref(), &self.cwd),
            None => Ok(self.default_agent_dir(&agent)),
        }
    }

    /// Returns an agent's folder where neither the config nor the environment names one.
    #[must_use]
    pub fn default_agent_dir(&self, agent: &str) -> PathBuf {
        self.state
            .join("agents")
            .join(normalize_agent_id(agent))
            .join("agent")
    }

    /// Returns where older releases kept their state, apart from the folder that is in use.
    #[must_use]
    pub fn legacy_folders(&self) -> Vec<PathBuf> {
        let homes = self.home.iter();
        homes
            .flat_map(|home| LEGACY_STATE.map(|name| home.join(name)))
            .filter(|folder| *folder != self.state)
            .collect()
    }

    /// Returns where an agent's session transcripts are.
    #[must_use]
    pub fn sessions_dir(&self, agent: &str) -> PathBuf {
        self.state
            .join("agents")
            .join(normalize_agent_id(agent))
            .join("sessions")
    }

    /// Returns a path as given by a user made absolute: `~` expands, and a relative one starts in
    /// the working directory.
    ///
    /// # Errors
    /// [`StoreError::NoHome`] for a `~` without a home folder.
    pub fn absolute(&self, path: &str) -> Result<PathBuf, StoreError> {
        absolute(path, self.home.as_deref(), &self.cwd)
    }

    /// Returns a path for a person, the home folder written `~`.
    #[must_use]
    pub fn shorten(&self, path: &Path) -> String {
        match self
            .home
            .as_deref()
            .and_then(|home| path.strip_prefix(home).ok())
        {
            Some(rest) if rest.as_os_str().is_empty() => "~".to_owned(),
            Some(rest) => format!("~/{}", rest.display()),
            None => path.display().to_string(),
        }
    }
}

fn absolute(path: &str, home: Option<&Path>, cwd: &Path) -> Result<PathBuf, StoreError> {
    let expanded = match path.strip_prefix('~') {
        Some("") => home.ok_or(StoreError::NoHome)?.to_path_buf(),
        Some(rest) if rest.starts_with(['/', std::path::MAIN_SEPARATOR]) => {
            home.ok_or(StoreError::NoHome)?.join(&rest[1..])
        }
        _ => cwd.join(path),
    };
    let mut clean = PathBuf::new();
    for part in expanded.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                clean.pop();
            }
            other => clean.push(other),
        }
    }
    Ok(clean)
}
