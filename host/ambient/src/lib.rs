//! Credentials that this machine has by itself: what the default chain of the AWS SDKs finds. In its
//! order these are keys in the environment, the shared files (with `credential_process`, roles and
//! single sign-on), a web identity, a container's credentials, and those of the instance.
//!
//! Nothing is looked for before a request needs it. What is found is kept in memory until shortly
//! before it expires, and asked for once however many requests wait. The chain is `aws-config`'s: it
//! reads the process's own environment and the user's `~/.aws`, and may renew a single sign-on there,
//! as AWS's tools do. Over the network it goes through a client that is handed in.

mod network;

use std::error::Error as _;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_config::default_provider::credentials::DefaultCredentialsChain;
use aws_config::profile::ProfileFileRegionProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::meta::region::ProvideRegion as _;
use aws_credential_types::provider::ProvideCredentials as _;
use aws_credential_types::provider::error::CredentialsError;
use futures_util::FutureExt as _;
use openclaw_core::secret::Secret;
use openclaw_core::time::Timestamp;
use tokio::sync::Mutex;

pub use network::{Fetch, Fetched};

/// How long all of the chain may take: a command or a service that hangs is no credential.
const LONGEST: Duration = Duration::from_secs(30);
/// How long before their end keys are no longer used.
const EARLY_MS: u64 = 5 * 60 * 1_000;

/// Keys that sign.
#[derive(Clone, Debug)]
pub struct Keys {
    /// Access key id.
    pub access_key_id: Secret<String>,
    /// Secret access key.
    pub secret_access_key: Secret<String>,
    /// Session token of temporary keys.
    pub session_token: Option<Secret<String>>,
    /// When temporary keys end.
    pub expires: Option<Timestamp>,
}

/// Why there are no keys.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoKeys {
    /// Nothing of the chain has any.
    #[error(
        "no AWS credentials were found: not in the environment, the shared files, a web identity, a container or an instance"
    )]
    Nowhere,
    /// Some source was to give them, and did not.
    #[error("the AWS credentials cannot be had: {0}")]
    Failed(String),
    /// Some source did not answer.
    #[error("the AWS credentials cannot be had: no source answered within {} s", LONGEST.as_secs())]
    Time,
}

/// What the environment says that goes before the chain: its variables may come from files that the
/// chain does not read.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// `AWS_ACCESS_KEY_ID`.
    pub access_key_id: Option<String>,
    /// `AWS_SECRET_ACCESS_KEY`.
    pub secret_access_key: Option<String>,
    /// `AWS_SESSION_TOKEN`.
    pub session_token: Option<String>,
    /// `AWS_PROFILE`.
    pub profile: Option<String>,
}

impl Told {
    /// Returns the keys of the environment, if both halves are there.
    fn keys(&self) -> Option<Keys> {
        let secret = |value: &String| Secret::new(value.clone());
        Some(Keys {
            access_key_id: self.access_key_id.as_ref().map(secret)?,
            secret_access_key: self.secret_access_key.as_ref().map(secret)?,
            session_token: self.session_token.as_ref().map(secret),
            expires: None,
        })
    }
}

/// The credentials of this machine, looked for when first needed. Used by many requests at once.
#[derive(Debug, Default)]
pub struct Ambient {
    /// The keys of the chain, by the profile that was asked for.
    kept: Mutex<Option<(Option<String>, Keys)>>,
}

impl Ambient {
    /// Returns keys that are good for some minutes at least.
    ///
    /// # Errors
    /// No source has any, or the one that was to give them did not.
    pub async fn aws(
        &self,
        told: &Told,
        fetch: impl Fetch,
        now: Timestamp,
    ) -> Result<Keys, NoKeys> {
        if let Some(keys) = told.keys() {
            return Ok(keys);
        }
        // Held while the chain is walked: whoever comes meanwhile waits for what it finds.
        let mut kept = self.kept.lock().await;
        if let Some((profile, keys)) = &*kept
            && *profile == told.profile
            && keys.expires.is_none_or(|end| now.0 + EARLY_MS < end.0)
        {
            return Ok(keys.clone());
        }
        let found = tokio::time::timeout(LONGEST, chain(told, fetch)).await;
        let keys = found.map_err(|_| NoKeys::Time)??;
        *kept = Some((told.profile.clone(), keys.clone()));
        Ok(keys)
    }
}

async fn chain(told: &Told, fetch: impl Fetch) -> Result<Keys, NoKeys> {
    let http = network::Client::new(fetch);
    let config = ProviderConfig::default().with_http_client(http);
    let mut chain = DefaultCredentialsChain::builder().configure(config);
    if let Some(profile) = &told.profile {
        chain = chain.profile_name(profile);
    }
    let region = region(told);
    if let Some(region) = region {
        chain = chain.region(aws_config::Region::new(region));
    }
    let chain = chain.build().await;
    let found = chain.provide_credentials().await.map_err(|error| no_keys(&error))?;
    let secret = |text: &str| Secret::new(text.to_owned());
    Ok(Keys {
        access_key_id: secret(found.access_key_id()),
        secret_access_key: secret(found.secret_access_key()),
        session_token: found.session_token().map(secret),
        expires: found.expiry().map(timestamp),
    })
}

/// Returns the region of the profile in use, from the shared files alone.
#[must_use]
pub fn region(told: &Told) -> Option<String> {
    let mut profile = ProfileFileRegionProvider::builder();
    if let Some(name) = &told.profile {
        profile = profile.profile_name(name);
    }
    let profile = profile.build();
    // Files are read at once; what would wait is not waited for.
    let region = profile.region().now_or_never()??;
    Some(region.to_string())
}

/// Says why a chain gave nothing: the last cause that is a sentence.
fn no_keys(error: &CredentialsError) -> NoKeys {
    if matches!(error, CredentialsError::CredentialsNotLoaded(_)) && error.source().is_none_or(|cause| cause.source().is_none()) {
        return NoKeys::Nowhere;
    }
    let mut causes = vec![error.to_string()];
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if !causes.contains(&text) {
            causes.push(text);
        }
        cause = error.source();
    }
    NoKeys::Failed(causes.join(": "))
}

fn timestamp(time: SystemTime) -> Timestamp {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests;
