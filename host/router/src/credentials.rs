//! From the name of a credential to the credential itself.

use std::sync::Arc;

use openclaw_core::auth_order::{AwsFacts, CredentialSource};
use openclaw_core::cascade::Attempt;
use openclaw_core::credential::{Credential, ProviderId};
use openclaw_core::credential_format::unsendable;
use openclaw_core::failure::{Failure as ProviderFailure, FailureKind};
use openclaw_core::secret::Secret;
use openclaw_core::secret_ref::SecretRef;
use openclaw_core::time::Timestamp;
use openclaw_runtime::{CallError, Provider, StoredSecret};
use openclaw_store::secrets::{Lookup, Unresolved};

use crate::adc;
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
            let config = &snapshot.config;
            let _unresolved =
                document.resolve_references(&config.environment, &config.typed.secrets);
            let stored = document
                .store()
                .profiles
                .into_iter()
                .find(|profile| profile.id == *id);
            let profile =
                stored.ok_or_else(|| missing(&format!("profile `{id}` is no longer stored")))?;
            let credential = match &profile.reference {
                Some(reference) => {
                    let lookup = snapshot
                        .lookup(reference)
                        .map_err(|why| unavailable(&why))?;
                    let secret = resolve(snapshot, reference, &lookup).await?;
                    profile.credential.with_secret(secret)
                }
                None => profile.credential,
            };
            Ok(Some(Arc::new(stored_secret(&credential))))
        }
        CredentialSource::ConfigKey => {
            let found = snapshot.config_reference(id).transpose();
            if let Some((reference, lookup)) = found.map_err(|why| unavailable(&why))?
                && lookup.is_elsewhere()
            {
                let secret = resolve(snapshot, reference, &lookup).await?;
                return Ok(Some(Arc::new(StoredSecret::new(secret, "api-key", None))));
            }
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
        CredentialSource::ProviderFallback(_) if provider.asks_for_adc() => {
            adc::load(snapshot, provider, now).await.map(Some)
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

/// Asks for a credential that is kept elsewhere, which is asked for once; nothing for any other.
pub(crate) async fn fetch(
    snapshot: &Snapshot,
    provider: &ProviderId,
    source: &CredentialSource,
) -> Result<(), ProviderFailure> {
    let reference = match source {
        CredentialSource::Profile(id) => snapshot
            .profile(id)
            .and_then(|profile| profile.reference.as_ref())
            .map(|reference| Ok((reference, snapshot.lookup(reference)?))),
        CredentialSource::ConfigKey => snapshot.config_reference(provider),
        _ => None,
    };
    let found: Option<Result<_, Unresolved>> = reference;
    if let Some((reference, lookup)) = found.transpose().map_err(|why| unavailable(&why))?
        && lookup.is_elsewhere()
    {
        resolve(snapshot, reference, &lookup).await?;
    }
    Ok(())
}

/// Looks up a secret that is kept elsewhere.
async fn resolve(
    snapshot: &Snapshot,
    reference: &SecretRef,
    lookup: &Lookup,
) -> Result<Secret<String>, ProviderFailure> {
    let environment = &snapshot.config.environment;
    let found = snapshot.secrets.get(reference, lookup, environment).await;
    found.map_err(|why| unavailable(&why))
}

/// Returns the failure of a credential that could not be had: nothing is known against it.
fn unavailable(why: &Unresolved) -> ProviderFailure {
    ProviderFailure {
        code: Some(why.reason.to_owned()),
        ..ProviderFailure::new(FailureKind::CredentialUnavailable, why.line())
    }
}

pub(crate) fn missing(why: &str) -> ProviderFailure {
    ProviderFailure::new(FailureKind::Auth, why)
}

/// Returns the part of a credential that signs requests, as the runtime holds it.
pub(crate) fn stored_secret(credential: &Credential) -> StoredSecret {
    let expires = credential.expires().map(|at| at.0);
    let secret = credential.secret().clone();
    StoredSecret::new(secret, credential.mode().name(), expires)
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
