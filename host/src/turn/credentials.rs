//! From the name of a credential to the credential itself, and its renewal.

use std::sync::Arc;
use std::time::Duration;

use openclaw_core::auth_order::{CredentialSource, REFRESH_EARLY};
use openclaw_core::cascade::Attempt;
use openclaw_core::credential::{Credential, Profile, ProfileId, ProviderId};
use openclaw_core::failure::{Failure as ProviderFailure, FailureKind};
use openclaw_core::secret::Secret;
use openclaw_core::time::Timestamp;
use openclaw_runtime::{Held, Provider};

use super::{Plugins, SharedHeld, other, owner};
use crate::app::App;
use crate::failure::Failure;
use crate::state::State;
use crate::store::StoreError;
use crate::store::auth::AuthDocument;

/// Longest that a login's renewal may take.
const REFRESH_LIMIT: Duration = Duration::from_secs(30);

/// Returns the credential of a provider that a source names; `None` where none is needed.
pub(crate) async fn held(
    app: &App,
    state: &State,
    provider: &Provider,
    (id, source): (&ProviderId, &CredentialSource),
) -> Result<Option<SharedHeld>, ProviderFailure> {
    match source {
        CredentialSource::NoneNeeded => Ok(None),
        CredentialSource::Profile(id) => {
            // Read anew: it may have been renewed meanwhile, by this run or another.
            let document = owner(state, id).load().document;
            let stored = document
                .store()
                .profiles
                .into_iter()
                .find(|profile| profile.id == *id);
            let profile =
                stored.ok_or_else(|| missing(&format!("profile `{id}` is no longer stored")))?;
            Ok(Some(Arc::new(held_of(&profile.credential))))
        }
        CredentialSource::ConfigKey => {
            let key = state.config_key(id).ok_or_else(|| {
                missing("the config's apiKey is blank or its variable is not set")
            })?;
            Ok(Some(Arc::new(Held::new(Secret::new(key), "api-key", None))))
        }
        CredentialSource::Environment(_) | CredentialSource::ProviderFallback(_) => {
            let found = provider
                .resolve()
                .await
                .map_err(openclaw_runtime::CallError::into_failure)?;
            let found = found
                .ok_or_else(|| missing("the provider found no credential in its environment"))?;
            if found
                .expires_at
                .is_some_and(|at| Timestamp(at) <= app.now())
            {
                return Err(missing(&format!(
                    "the credential of {} has expired",
                    found.source
                )));
            }
            Ok(Some(found.secret))
        }
    }
}

fn missing(why: &str) -> ProviderFailure {
    ProviderFailure::new(FailureKind::Auth, why)
}

pub(crate) fn held_of(credential: &Credential) -> Held {
    let expires = credential.expires().map(|at| at.0);
    let secret = match credential {
        Credential::ApiKey { key } => key,
        Credential::Token { token, .. } => token,
        Credential::Oauth { access, .. } => access,
    };
    Held::new(secret.clone(), mode_of(credential), expires)
}

/// Returns the contract's word for how a credential signs.
#[must_use]
pub fn mode_of(credential: &Credential) -> &'static str {
    credential.mode().name()
}

/// Renews an attempt's login: single flight across processes, on disk before it is used.
///
/// The store's lock is held throughout. Whoever comes second finds the new login and uses it.
pub(super) async fn renew(
    app: &App,
    state: &State,
    plugins: &Plugins,
    attempt: &Attempt,
) -> Result<(), ProviderFailure> {
    let CredentialSource::Profile(id) = &attempt.option.source else {
        return Err(missing("only stored logins can be renewed"));
    };
    let provider = plugins
        .fresh(app, state, &attempt.model.provider)
        .map_err(|failure| other(&failure))?
        .within(REFRESH_LIMIT);
    let file = owner(state, id);
    let (now, refused) = (app.now(), stored_access(state, id));
    // The lock is a blocking affair and the renewal an asynchronous one: both go to a thread.
    let renewed = std::thread::scope(|scope| {
        let work = || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            let runtime =
                runtime.map_err(|error| RenewError::Failed(missing(&error.to_string())))?;
            file.update(|document| {
                let profile = profile_of(document, id)?;
                let Credential::Oauth {
                    access,
                    refresh,
                    expires,
                } = &profile.credential
                else {
                    return Err(RenewError::Failed(missing(&format!(
                        "profile `{id}` is not a login"
                    ))));
                };
                // Somebody else has renewed it since this run read it.
                let fresh = expires.is_some_and(|at| now.plus(REFRESH_EARLY) < at);
                if fresh && Some(access.expose()) != refused.as_ref() {
                    return Ok(());
                }
                let old = Arc::new(Held::new(refresh.clone(), "oauth", None));
                let found = runtime
                    .block_on(provider.refresh(&old))
                    .map_err(|error| RenewError::Failed(error.into_failure()))?;
                let credential = Credential::Oauth {
                    access: Secret::new(found.secret.expose().to_owned()),
                    refresh: found.refresh.map_or_else(
                        || refresh.clone(),
                        |new| Secret::new(new.expose().to_owned()),
                    ),
                    expires: found.expires_at.map(Timestamp),
                };
                document.upsert(&Profile {
                    credential,
                    ..profile.clone()
                });
                Ok(())
            })
        };
        scope.spawn(work).join()
    });
    match renewed {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(RenewError::Failed(failure))) => Err(failure),
        Ok(Err(RenewError::Store(error))) => Err(other(&Failure::from(error))),
        Err(_) => Err(missing("the renewal ended unexpectedly")),
    }
}

/// Whether an attempt's stored login still works, as one does that was to be renewed early.
pub(super) fn is_valid(app: &App, state: &State, attempt: &Attempt) -> bool {
    let CredentialSource::Profile(id) = &attempt.option.source else {
        return false;
    };
    let expires = state
        .profile(id)
        .and_then(|profile| profile.credential.expires());
    expires.is_some_and(|at| app.now() < at)
}

fn stored_access(state: &State, id: &ProfileId) -> Option<String> {
    match &state.profile(id)?.credential {
        Credential::Oauth { access, .. } => Some(access.expose().clone()),
        _ => None,
    }
}

fn profile_of(document: &AuthDocument, id: &ProfileId) -> Result<Profile, RenewError> {
    let found = document
        .store()
        .profiles
        .into_iter()
        .find(|profile| profile.id == *id);
    found.ok_or_else(|| RenewError::Failed(missing(&format!("profile `{id}` is no longer stored"))))
}

enum RenewError {
    Failed(ProviderFailure),
    Store(StoreError),
}

impl From<StoreError> for RenewError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
