//! From the name of a credential to the credential itself.

use std::sync::Arc;

use openclaw_core::auth_order::CredentialSource;
use openclaw_core::cascade::Attempt;
use openclaw_core::credential::{Credential, ProviderId};
use openclaw_core::failure::{Failure as ProviderFailure, FailureKind};
use openclaw_core::secret::Secret;
use openclaw_core::time::Timestamp;
use openclaw_runtime::{Held, Provider};

use super::{SharedHeld, owner};
use crate::app::App;
use crate::state::State;

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
        CredentialSource::Environment(_)
        | CredentialSource::ShellEnvironment(_)
        | CredentialSource::ProviderFallback(_) => {
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

pub(super) fn missing(why: &str) -> ProviderFailure {
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
