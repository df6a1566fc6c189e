//! From the name of a credential to the credential itself.

use std::sync::Arc;

use openclaw_core::auth_order::{AwsFacts, CredentialSource};
use openclaw_core::cascade::Attempt;
use openclaw_core::credential::{Credential, ProviderId};
use openclaw_core::credential_format::unsendable;
use openclaw_core::failure::{Failure as ProviderFailure, FailureKind};
use openclaw_core::secret::Secret;
use openclaw_core::time::Timestamp;
use openclaw_runtime::{CallError, Provider, StoredSecret};

use crate::aws;
use crate::snapshot::Snapshot;

/// Returns the credential of a provider that a source names; `None` where none is needed. One that no
/// request can carry is a failure of that credential, so that the next one has its turn.
pub(crate) async fn load(
    snapshot: &Snapshot,
    provider: &Provider,
    (id, source): (&ProviderId, &CredentialSource),
    now: Timestamp,
) -> Result<Option<Arc<StoredSecret>>, ProviderFailure> {
    let found = find(snapshot, provider, (id, source), now).await?;
    let why = found
        .as_ref()
        .and_then(|secret| unsendable(secret.expose()));
    if let Some(why) = why {
        return Err(missing(&format!("it cannot be sent: {why}")));
    }
    let text = found.as_ref().map(|secret| secret.expose());
    match text.and_then(|text| snapshot.misfit(id, text)) {
        Some(misfit) => Err(missing(&format!("it was not sent: {}", misfit.why))),
        None => Ok(found),
    }
}

async fn find(
    snapshot: &Snapshot,
    provider: &Provider,
    (id, source): (&ProviderId, &CredentialSource),
    now: Timestamp,
) -> Result<Option<Arc<StoredSecret>>, ProviderFailure> {
    match source {
        CredentialSource::NoneNeeded => Ok(None),
        CredentialSource::Profile(id) => {
            // Read anew: it may have been renewed meanwhile, by this run or another.
            let mut document = snapshot.owner(id).load().document;
            // What there is to say of them, the snapshot has said.
            let _unresolved = document.resolve_references(&snapshot.config.environment);
            let stored = document
                .store()
                .profiles
                .into_iter()
                .find(|profile| profile.id == *id);
            let profile =
                stored.ok_or_else(|| missing(&format!("profile `{id}` is no longer stored")))?;
            Ok(Some(Arc::new(stored_secret(&profile.credential))))
        }
        CredentialSource::ConfigKey => {
            let key = snapshot.config_key(id).ok_or_else(|| {
                missing("the config's apiKey is blank or its variable is not set")
            })?;
            Ok(Some(Arc::new(StoredSecret::new(
                Secret::new(key),
                "api-key",
                None,
            ))))
        }
        CredentialSource::ProviderFallback(of)
            if provider.signs_with_aws() && !AwsFacts::is_bearer(of) =>
        {
            aws::load(snapshot, provider, now).await.map(Some)
        }
        CredentialSource::Environment(_)
        | CredentialSource::ShellEnvironment(_)
        | CredentialSource::ProviderFallback(_) => {
            let found = provider.resolve().await.map_err(CallError::into_failure)?;
            let found = found
                .ok_or_else(|| missing("the provider found no credential in its environment"))?;
            if found.expires_at.is_some_and(|at| Timestamp(at) <= now) {
                return Err(missing(&format!(
                    "the credential of {} has expired",
                    found.source
                )));
            }
            Ok(Some(found.secret))
        }
    }
}

pub(crate) fn missing(why: &str) -> ProviderFailure {
    ProviderFailure::new(FailureKind::Auth, why)
}

/// Returns the part of a credential that signs requests, as the runtime holds it.
pub(crate) fn stored_secret(credential: &Credential) -> StoredSecret {
    let expires = credential.expires().map(|at| at.0);
    let secret = match credential {
        Credential::ApiKey { key } => key,
        Credential::Token { token, .. } => token,
        Credential::Oauth { access, .. } => access,
    };
    StoredSecret::new(secret.clone(), credential.mode().name(), expires)
}

/// Whether an attempt's stored login still works, as one does that was to be renewed early.
pub(crate) fn is_valid(snapshot: &Snapshot, attempt: &Attempt, now: Timestamp) -> bool {
    let CredentialSource::Profile(id) = &attempt.option.source else {
        return false;
    };
    let profile = snapshot.profile(id);
    let expires = profile.and_then(|profile| profile.credential.expires());
    expires.is_some_and(|at| now < at)
}
