//! Google's Application Default Credentials, for a provider whose plugin asks for access tokens of them.
//!
//! They are looked for as Google's libraries do: the file that `GOOGLE_APPLICATION_CREDENTIALS` names, the
//! file of `gcloud auth application-default login`, the machine's own account. Only when a request is
//! about to be sent is anybody asked: commands that read ask nothing. A token stays in memory until
//! shortly before it ends, and is asked for once however many requests wait. Nothing is written. The
//! plugin is given a handle of the access token; private keys, refresh tokens and what else is behind it
//! stay in this folder.

mod account;
mod exchange;
mod jwt;
mod metadata;
#[cfg(test)]
mod tests;
mod tokens;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use openclaw_core::failure::{Failure as ProviderFailure, FailureKind};
use openclaw_core::secret::Secret;
use openclaw_core::time::{Timestamp, millis};
use openclaw_runtime::host::dial::Network;
use openclaw_runtime::{Provider, StoredSecret};
use openclaw_store::Environment;
use openclaw_store::env_vars::{self, EnvVar};
use tokio::sync::Mutex;

use crate::credentials::missing;
use crate::snapshot::Snapshot;
use account::File;

/// How long all of it may take.
const LONGEST: Duration = Duration::from_secs(30);
/// How long before its end a token is asked for anew: as Google's libraries do, and later than the
/// machine's service has the next.
const EARLY: Duration = Duration::from_secs(225);
/// The mode of an access token.
const MODE: &str = "token";
/// What tokens are good for. There is no narrower scope for asking a model.
const SCOPE: &str = "https://www.googleapis.com/auth/cloud-platform";
/// The file of `gcloud auth application-default login`.
const LOGIN: &str = "application_default_credentials.json";

/// An access token.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Token {
    access: Secret<String>,
    expires: Timestamp,
}

/// Why there is no token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
enum NoToken {
    /// There is neither a file nor a service.
    #[error(
        "no Google credentials were found: GOOGLE_APPLICATION_CREDENTIALS is not set, there is no login of `gcloud auth application-default login`, and this machine has no account of its own"
    )]
    Nowhere,
    /// What was found gives none.
    #[error("the Google credentials cannot be had: {0}")]
    Refused(String),
    /// Whoever gives it cannot be reached, or is out of order.
    #[error("the Google credentials cannot be had: {0}")]
    Unreached(String),
    /// It did not answer.
    #[error("the Google credentials cannot be had: no answer within {} s", LONGEST.as_secs())]
    Time,
}

/// The variables and folders that credentials are looked for with.
#[derive(Clone, PartialEq, Eq)]
struct Told {
    vars: BTreeMap<&'static str, String>,
    home: Option<PathBuf>,
    app_data: Option<PathBuf>,
}

impl Told {
    /// Takes what an environment says of Google Cloud, `.env` files and the config's part included.
    fn of(environment: &Environment) -> Self {
        const NAMES: [&EnvVar; 6] = [
            &env_vars::GOOGLE_APPLICATION_CREDENTIALS,
            &env_vars::GOOGLE_CLOUD_QUOTA_PROJECT,
            &env_vars::CLOUDSDK_CONFIG,
            &env_vars::CLOUDSDK_ACTIVE_CONFIG_NAME,
            &env_vars::GCE_METADATA_HOST,
            &env_vars::NO_GCE_CHECK,
        ];
        let vars = NAMES.into_iter().filter_map(|variable| {
            let value = environment.var(variable)?;
            Some((variable.name, value.to_owned()))
        });
        let app_data = environment.get("APPDATA").filter(|_| cfg!(windows));
        Self {
            vars: vars.collect(),
            home: environment.home.clone(),
            app_data: app_data.map(PathBuf::from),
        }
    }

    fn get(&self, variable: &EnvVar) -> Option<&str> {
        self.vars.get(variable.name).map(String::as_str)
    }

    /// Returns the file that the environment names.
    fn named_file(&self) -> Option<PathBuf> {
        let path = self.get(&env_vars::GOOGLE_APPLICATION_CREDENTIALS)?;
        match (path.strip_prefix("~/"), &self.home) {
            (Some(rest), Some(home)) => Some(home.join(rest)),
            _ => Some(PathBuf::from(path)),
        }
    }

    /// Returns gcloud's folder.
    fn gcloud(&self) -> Option<PathBuf> {
        if let Some(folder) = self.get(&env_vars::CLOUDSDK_CONFIG) {
            return Some(PathBuf::from(folder));
        }
        match &self.app_data {
            Some(folder) => Some(folder.join("gcloud")),
            None => self.home.as_ref().map(|home| home.join(".config/gcloud")),
        }
    }

    /// Returns the file of gcloud's login, if it is there.
    fn login(&self) -> Option<PathBuf> {
        let path = self.gcloud()?.join(LOGIN);
        path.is_file().then_some(path)
    }

    /// Reads the file that counts; nothing where there is none.
    fn file(&self) -> Result<Option<File>, NoToken> {
        match self.named_file().or_else(|| self.login()) {
            Some(path) => File::read(&path).map(Some),
            None => Ok(None),
        }
    }

    /// Returns the project of gcloud's active configuration.
    fn gcloud_project(&self) -> Option<String> {
        let folder = self.gcloud()?;
        let told = self.get(&env_vars::CLOUDSDK_ACTIVE_CONFIG_NAME);
        let name = match told {
            Some(name) => name.to_owned(),
            None => std::fs::read_to_string(folder.join("active_config")).ok()?,
        };
        let name = name.trim();
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if name.is_empty() || !name.chars().all(is_name) {
            return None;
        }
        let path = folder
            .join("configurations")
            .join(["config_", name].concat());
        let text = std::fs::read_to_string(path).ok()?;
        let mut section = "";
        text.lines().map(str::trim).find_map(|line| {
            if let Some(name) = line.strip_prefix('[') {
                section = name.trim_end_matches(']');
            }
            let (key, value) = line.split_once('=')?;
            let is_it = section == "core" && key.trim() == "project";
            is_it.then(|| value.trim().to_owned())
        })
    }
}

/// The access token of this machine, asked for when first needed. Used by many requests at once.
#[derive(Default)]
pub(crate) struct Ambient {
    kept: Mutex<Option<(Told, Token)>>,
}

impl Ambient {
    /// Returns a token that is still good.
    async fn token(&self, told: Told, network: &Network, now: Timestamp) -> Result<Token, NoToken> {
        // Held while it is asked for: whoever comes meanwhile waits for the same.
        let mut kept = self.kept.lock().await;
        if let Some((of, token)) = &*kept
            && *of == told
            && now.plus(EARLY) < token.expires
        {
            return Ok(token.clone());
        }
        let found = tokio::time::timeout(LONGEST, find(&told, network, now)).await;
        let token = found.map_err(|_| NoToken::Time)??;
        *kept = Some((told, token.clone()));
        Ok(token)
    }
}

async fn find(told: &Told, network: &Network, now: Timestamp) -> Result<Token, NoToken> {
    match told.file()? {
        Some(file) => tokens::of(&file.account, network, now).await,
        None => {
            let found = metadata::token(told, network, now).await?;
            found.ok_or(NoToken::Nowhere)
        }
    }
}

/// Finds an access token for a provider, as a handle.
pub(crate) async fn load(
    snapshot: &Snapshot,
    provider: &Provider,
    now: Timestamp,
) -> Result<Arc<StoredSecret>, ProviderFailure> {
    let told = Told::of(&snapshot.config.environment);
    let found = snapshot.adc.token(told, provider.network(), now).await;
    let token = found.map_err(|why| match why {
        NoToken::Nowhere | NoToken::Refused(_) => missing(&why.to_string()),
        NoToken::Unreached(_) => ProviderFailure::new(FailureKind::Network, why.to_string()),
        NoToken::Time => ProviderFailure::new(FailureKind::Timeout, why.to_string()),
    })?;
    let expires = token.expires.0;
    Ok(Arc::new(StoredSecret::new(
        token.access,
        MODE,
        Some(expires),
    )))
}

/// Whether there is a login of `gcloud auth application-default login`.
pub(crate) fn has_login(environment: &Environment) -> bool {
    Told::of(environment).login().is_some()
}

/// Returns the projects that the credentials name: the one that is asked, and the one that a person's
/// requests count for.
pub(crate) fn projects(environment: &Environment) -> Vec<(&'static str, String)> {
    let told = Told::of(environment);
    let file = told.file().ok().flatten();
    let (of_file, payer) = match file {
        Some(file) => (file.project, file.quota_project),
        None => (None, None),
    };
    let named = told.get(&env_vars::GOOGLE_CLOUD_QUOTA_PROJECT);
    let payer = named.map(str::to_owned).or(payer);
    let project = of_file
        .or_else(|| told.gcloud_project())
        .or_else(|| payer.clone());
    let project = project.map(|project| ("project", project));
    let payer = payer.map(|project| ("quota-project", project));
    project.into_iter().chain(payer).collect()
}

/// Returns when something ends that lasts so many seconds.
fn in_seconds(now: Timestamp, seconds: u64) -> Timestamp {
    Timestamp(now.0.saturating_add(millis(Duration::from_secs(seconds))))
}
