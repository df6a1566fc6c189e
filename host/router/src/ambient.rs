//! AWS credentials of this machine, for a provider whose plugin asks for them.

use std::sync::Arc;
use std::time::Duration;

use openclaw_ambient::{Fetch, Fetched, Keys, NoKeys, Told};
use openclaw_core::failure::{Failure as ProviderFailure, FailureKind};
use openclaw_core::time::Timestamp;
use openclaw_runtime::host::dial::Network;
use openclaw_runtime::host::own;
use openclaw_runtime::{Provider, StoredSecret};
use openclaw_store::{Environment, env_vars};

use crate::credentials::missing;
use crate::snapshot::Snapshot;

/// Returns what the environment says of AWS credentials, `.env` files and the config's part included.
pub(crate) fn told(environment: &Environment) -> Told {
    let text = |name: &env_vars::EnvVar| environment.credential(name.name).map(str::to_owned);
    Told {
        access_key_id: text(&env_vars::AWS_ACCESS_KEY_ID),
        secret_access_key: text(&env_vars::AWS_SECRET_ACCESS_KEY),
        session_token: text(&env_vars::AWS_SESSION_TOKEN),
        profile: environment
            .var(&env_vars::AWS_PROFILE)
            .map(str::to_owned),
    }
}

/// Finds the keys that sign for a provider, as one handle.
pub(crate) async fn load(
    snapshot: &Snapshot,
    provider: &Provider,
    now: Timestamp,
) -> Result<Arc<StoredSecret>, ProviderFailure> {
    let told = told(&snapshot.config.environment);
    let fetch = Way(provider.network().clone());
    let found = snapshot.ambient.aws(&told, fetch, now).await;
    let keys: Keys = found.map_err(|why| match why {
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

/// The way to services that hand out credentials.
struct Way(Network);

impl Fetch for Way {
    fn fetch(&self, request: http::Request<Vec<u8>>, within: Duration) -> Fetched {
        let network = self.0.clone();
        Box::pin(async move { own::send(&network, request, within).await })
    }
}
