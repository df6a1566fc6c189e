//! AWS credentials of this machine, for a provider whose plugin asks to sign with them.
//!
//! They are looked for as the AWS SDKs do (`chain`), and only when a request is about to be sent:
//! commands that read ask nothing of it. What is found stays in memory until shortly before it ends,
//! and is asked for once however many requests wait. Nothing is written. The plugin is given one
//! handle that signs; it learns neither the keys nor where they are from.

mod chain;
mod exchange;
mod metadata;
mod process;
mod profiles;
mod sso;
mod sts;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use openclaw_core::failure::{Failure as ProviderFailure, FailureKind};
use openclaw_core::secret::Secret;
use openclaw_core::time::Timestamp;
use openclaw_runtime::host::dial::Network;
use openclaw_runtime::{Provider, StoredSecret};
use openclaw_store::Environment;
use openclaw_store::env_vars::{self, EnvVar};
use tokio::sync::Mutex;

use crate::credentials::missing;
use crate::snapshot::Snapshot;
use chain::Chain;
use profiles::Profiles;

/// How long all of the chain may take: a command or a service that hangs is no credential.
const LONGEST: Duration = Duration::from_secs(30);
/// How long before their end keys are asked for anew.
const EARLY: Duration = Duration::from_secs(5 * 60);
/// How long keys are kept that do not tell their end.
const KEPT: Duration = Duration::from_secs(15 * 60);
/// The region where none is told.
const DEFAULT_REGION: &str = "us-east-1";

/// Keys that sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Keys {
    access_key_id: Secret<String>,
    secret_access_key: Secret<String>,
    session_token: Option<Secret<String>>,
    /// When temporary keys end.
    expires: Option<Timestamp>,
}

/// Why there are no keys.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NoKeys {
    /// Nothing of the chain has any.
    #[error(
        "no AWS credentials were found: not in the environment, the shared files in `~/.aws`, a web identity, a container or an instance"
    )]
    Nowhere,
    /// A source was to give them, and did not.
    #[error("the AWS credentials cannot be had: {0}")]
    Failed(String),
    /// A source did not answer.
    #[error("the AWS credentials cannot be had: no answer within {} s", LONGEST.as_secs())]
    Time,
}

/// The variables and files that keys were looked for with.
#[derive(Clone, PartialEq, Eq)]
struct Told {
    vars: BTreeMap<String, Secret<String>>,
    home: Option<PathBuf>,
}

impl Told {
    /// Takes what an environment says of AWS, `.env` files and the config's part included.
    fn of(environment: &Environment) -> Self {
        let names = environment.vars.keys();
        let names = names.filter(|name| name.starts_with("AWS_"));
        let keys = [
            &env_vars::AWS_ACCESS_KEY_ID,
            &env_vars::AWS_SECRET_ACCESS_KEY,
            &env_vars::AWS_SESSION_TOKEN,
        ];
        let names = names.map(String::as_str).chain(keys.map(|key| key.name));
        let vars = names.filter_map(|name| {
            let value = environment.credential(name)?;
            Some((name.to_owned(), Secret::new(value.to_owned())))
        });
        Self {
            vars: vars.collect(),
            home: environment.home.clone(),
        }
    }

    /// Returns a variable of the table, under its own name or an older one.
    fn get(&self, variable: &EnvVar) -> Option<&str> {
        let mut names = std::iter::once(&variable.name).chain(variable.older);
        let found = names.find_map(|name| self.vars.get(*name));
        found.map(|value| value.expose().as_str())
    }

    /// Returns a file of `~/.aws`.
    fn file(&self, name: &str) -> Option<PathBuf> {
        self.home.as_ref().map(|home| home.join(".aws").join(name))
    }

    /// Returns the file that a variable names, or one of `~/.aws`.
    fn named_file(&self, variable: &EnvVar, name: &str) -> Option<PathBuf> {
        let Some(path) = self.get(variable) else {
            return self.file(name);
        };
        match (path.strip_prefix("~/"), &self.home) {
            (Some(rest), Some(home)) => Some(home.join(rest)),
            _ => Some(PathBuf::from(path)),
        }
    }

    /// Returns the name of the profile in use.
    fn profile(&self) -> &str {
        self.get(&env_vars::AWS_PROFILE).unwrap_or("default")
    }
}

/// The credentials of this machine, looked for when first needed. Used by many requests at once.
#[derive(Default)]
pub(crate) struct Ambient {
    kept: Mutex<Option<Kept>>,
}

struct Kept {
    told: Told,
    keys: Keys,
    until: Timestamp,
}

impl Ambient {
    /// Returns keys that are still good.
    async fn keys(&self, told: Told, network: &Network, now: Timestamp) -> Result<Keys, NoKeys> {
        // Held while the chain is walked: whoever comes meanwhile waits for what it finds.
        let mut kept = self.kept.lock().await;
        if let Some(kept) = kept.as_ref().filter(|kept| kept.told == told)
            && now < kept.until
        {
            return Ok(kept.keys.clone());
        }
        let chain = Chain::new(&told, network, now);
        let found = tokio::time::timeout(LONGEST, chain.find()).await;
        let keys = found.map_err(|_| NoKeys::Time)??;
        let until = match keys.expires {
            Some(end) if end <= now => {
                let why = format!("those that were found ended at {}", end.iso());
                return Err(NoKeys::Failed(why));
            }
            Some(end) => Timestamp(end.0.saturating_sub(openclaw_core::time::millis(EARLY))),
            None => now.plus(KEPT),
        };
        *kept = Some(Kept {
            told,
            keys: keys.clone(),
            until,
        });
        Ok(keys)
    }
}

/// Finds the keys that sign for a provider, as one handle.
pub(crate) async fn load(
    snapshot: &Snapshot,
    provider: &Provider,
    now: Timestamp,
) -> Result<Arc<StoredSecret>, ProviderFailure> {
    let told = Told::of(&snapshot.config.environment);
    let found = snapshot.ambient.keys(told, provider.network(), now).await;
    let keys = found.map_err(|why| match why {
        NoKeys::Nowhere | NoKeys::Failed(_) => missing(&why.to_string()),
        NoKeys::Time => ProviderFailure::new(FailureKind::Timeout, why.to_string()),
    })?;
    Ok(Arc::new(StoredSecret::aws(
        keys.access_key_id,
        keys.secret_access_key,
        keys.session_token,
        keys.expires.map(|at| at.0),
    )))
}

/// Returns the region of the profile in use, from the shared files.
pub(crate) fn region(environment: &Environment) -> Option<String> {
    let told = Told::of(environment);
    let profiles = Profiles::read(&told).ok()?;
    let profile = profiles.get(told.profile())?;
    profile.get("region").cloned()
}

/// Whether the default profile of the shared files leads to credentials, or cannot be understood.
pub(crate) fn has_default_profile(environment: &Environment) -> bool {
    let profiles = Profiles::read(&Told::of(environment));
    let plan = profiles.and_then(|profiles| profiles.plan("default"));
    !matches!(plan, Ok(None))
}

/// Reads a text file; nothing if there is none.
fn read(path: &Path) -> Result<Option<String>, NoKeys> {
    const LONGEST_BYTES: u64 = 1 << 20;
    let failed = |why: &dyn std::fmt::Display| {
        NoKeys::Failed(format!("`{}` cannot be read: {why}", path.display()))
    };
    let about = match std::fs::metadata(path) {
        Ok(about) => about,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(&error)),
    };
    if !about.is_file() {
        return Err(failed(&"it is not a regular file"));
    }
    if about.len() > LONGEST_BYTES {
        return Err(failed(&"it has more than 1 MiB"));
    }
    let text = std::fs::read_to_string(path);
    text.map(Some).map_err(|error| failed(&error))
}
