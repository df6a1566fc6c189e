//! The renewal of a login: one process at a time, on disk before it is used, and never half done in
//! silence.
//!
//! The intent is stored before the provider is asked. So a store that cannot be written is noticed
//! while the refresh token is still good, and after a process that was stopped half way the next
//! one knows why the old token no longer works.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use openclaw_core::auth_order::REFRESH_EARLY;
use openclaw_core::credential::{Credential, Profile, ProfileId, ProviderId};
use openclaw_core::failure::{Failure as ProviderFailure, FailureKind};
use openclaw_core::renewal::{FAILED, LIMIT, Renewal, is_final, is_settled};
use openclaw_core::secret::Secret;
use openclaw_core::time::Timestamp;
use openclaw_runtime::{Provider, StoredSecret};
use openclaw_store::StoreError;
use openclaw_store::auth::{AuthDocument, AuthFile};

use crate::credentials::missing;
use crate::failure::{Failure, as_provider_failure};
use crate::plugins::Plugins;
use crate::snapshot::Snapshot;
use crate::surroundings::Surroundings;

/// How long to wait for another process that renews a login of the same store.
const TURN: Duration = Duration::from_secs(LIMIT.as_secs() * 2);
/// How long to wait for other writers of the store once the provider has answered: a login that is
/// not stored is lost.
const STORING: Duration = Duration::from_secs(60);

/// A renewal that failed.
#[derive(Clone, Debug)]
pub(crate) struct NotRenewed {
    /// What went wrong, for the cascade.
    pub(crate) failure: ProviderFailure,
    /// What the user has to know and do, if the login is lost.
    pub(crate) lost: Option<String>,
}

impl NotRenewed {
    /// Returns the failure for a credential that is no stored login.
    pub(crate) fn not_stored() -> Self {
        missing("only stored OAuth profiles can be refreshed").into()
    }

    /// Returns the failure of a renewal that panicked.
    pub(crate) fn unexpectedly() -> Self {
        missing("the renewal ended unexpectedly").into()
    }
}

impl From<ProviderFailure> for NotRenewed {
    fn from(failure: ProviderFailure) -> Self {
        Self {
            failure,
            lost: None,
        }
    }
}

/// The renewal of one login. Whoever comes second, in this process or another, finds the new login
/// and uses it.
pub(crate) struct LoginRenewal {
    plugin: Provider,
    file: AuthFile,
    /// The store whose turn counts: the main agent's, for all agents, because a store may have been
    /// copied from another agent with its refresh tokens.
    turn: AuthFile,
    /// The stores of other agents. One that holds a copy of the same login gets the new one too: the
    /// old refresh token, used again, would make the provider revoke both.
    copies: Vec<AuthFile>,
    provider: ProviderId,
    id: ProfileId,
    now: Timestamp,
    /// The access token that the run knows, which may have been refused.
    refused: Option<Secret<String>>,
    /// The command that signs in anew.
    sign_in: String,
}

impl LoginRenewal {
    /// Returns the renewal of a profile's login. `used` is the access token that was refused, where
    /// the run has used another than the snapshot has.
    pub(crate) fn new(
        surroundings: &Surroundings,
        plugins: &Plugins,
        snapshot: &Snapshot,
        (provider, id): (&ProviderId, &ProfileId),
        used: Option<&Secret<String>>,
    ) -> Result<Self, NotRenewed> {
        // Connections of its own: it runs on a thread of its own.
        let plugin = plugins
            .provider(surroundings, snapshot, provider)
            .map_err(|failure| as_provider_failure(&failure))?
            .within(LIMIT);
        let known = match snapshot.profile(id).map(|profile| &profile.credential) {
            Some(Credential::Oauth { access, .. }) => Some(access),
            _ => None,
        };
        let file = snapshot.owner(id);
        let turn = snapshot.main_auth.as_ref().unwrap_or(&snapshot.auth_file);
        Ok(Self {
            plugin,
            file: file.clone(),
            turn: turn.clone(),
            copies: snapshot.other_stores(&surroundings.paths, file),
            provider: provider.clone(),
            id: id.clone(),
            now: surroundings.now(),
            refused: used.or(known).cloned(),
            sign_in: snapshot.registry.sign_in(provider),
        })
    }

    /// Returns the path of the store that holds the login.
    pub(crate) fn store_path(&self) -> &Path {
        self.file.path()
    }
}

/// A login as it is in the store when its renewal begins.
struct Begun {
    profile: Profile,
    refresh: Secret<String>,
    /// An earlier renewal of this login that was begun and not finished.
    cut_off: Option<Renewal>,
}

impl LoginRenewal {
    /// Renews the login. Blocks: on locks, and on the call, for which it has a runtime of its own.
    pub(crate) fn run(&self) -> Result<(), NotRenewed> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| missing(&error.to_string()))?;
        let _turn = self
            .turn
            .renewing(TURN)
            .map_err(|error| as_provider_failure(&Failure::from(error)))?;
        let begun = self.file.update(|document| self.begin(document));
        let begun = match begun.map_err(Stopped::into_failure)?.value {
            None => return Ok(()),
            Some(begun) => begun,
        };
        let old = Arc::new(StoredSecret::new(begun.refresh.clone(), "oauth", None));
        match runtime.block_on(self.plugin.refresh(&old)) {
            Err(error) => Err(self.failed(&begun, error.into_failure())),
            Ok(found) => {
                let credential = Credential::Oauth {
                    access: Secret::new(found.secret.expose().to_owned()),
                    refresh: found.refresh.map_or_else(
                        || begun.refresh.clone(),
                        |new| Secret::new(new.expose().to_owned()),
                    ),
                    expires: found.expires_at.map(Timestamp),
                };
                self.store(&begun, credential)
            }
        }
    }

    /// Writes down that the renewal begins; `None` if somebody else has done it since this run read
    /// the login.
    fn begin(&self, document: &mut AuthDocument) -> Result<Option<Begun>, Stopped> {
        let profile = document
            .store()
            .profiles
            .into_iter()
            .find(|profile| profile.id == self.id)
            .ok_or_else(|| missing(&format!("profile `{}` is no longer stored", self.id)))?;
        let Credential::Oauth {
            access,
            refresh,
            expires,
        } = &profile.credential
        else {
            return Err(missing(&format!("profile `{}` is not an OAuth profile", self.id)).into());
        };
        let fresh = expires.is_some_and(|at| self.now.plus(REFRESH_EARLY) < at);
        if fresh && Some(access) != self.refused.as_ref() {
            return Ok(None);
        }
        let cut_off = document.renewal(&self.id);
        if cut_off.is_none() {
            let intent = Renewal::new(&profile.credential, self.now);
            document.set_renewal(&self.id, Some(intent));
        }
        Ok(Some(Begun {
            refresh: refresh.clone(),
            profile,
            cut_off,
        }))
    }

    /// Stores the new login, unless the user has signed in anew meanwhile.
    fn store(&self, begun: &Begun, credential: Credential) -> Result<(), NotRenewed> {
        let renewed = Profile {
            credential,
            ..begun.profile.clone()
        };
        let stored = self.file.update_within(STORING, |document| {
            if is_unchanged(document, begun) {
                document.upsert(&renewed);
            }
            Ok::<_, StoreError>(())
        });
        stored.map_err(|error| {
            let mut failure = as_provider_failure(&Failure::from(error));
            failure.message = format!(
                "{FAILED} for {}: the new OAuth token cannot be stored: {}",
                self.provider, failure.message
            );
            self.lost(failure, None)
        })?;
        for copy in &self.copies {
            let same = |document: &AuthDocument| is_unchanged(document, begun);
            if same(&copy.load().document) {
                let kept = copy.update(|document| {
                    if same(document) {
                        document.upsert(&renewed);
                    }
                    Ok::<_, StoreError>(())
                });
                // A copy that cannot be written is as stale as it would be without this.
                drop(kept);
            }
        }
        Ok(())
    }

    /// Says what a failure means for the login, and takes the intent back where it is settled.
    fn failed(&self, begun: &Begun, mut failure: ProviderFailure) -> NotRenewed {
        if begun.cut_off.is_none() && is_settled(&failure) {
            let settled = self.file.update(|document| {
                if is_unchanged(document, begun) {
                    document.set_renewal(&self.id, None);
                }
                Ok::<_, StoreError>(())
            });
            // An intent that stays behind is only a doubt too many.
            drop(settled);
        }
        let refused = is_final(&failure);
        failure.message = format!("{FAILED} for {}: {}", self.provider, failure.message);
        match begun.cut_off {
            Some(earlier) if refused => {
                let why = format!(
                    "a renewal begun {} was cut off before its result was stored, and has used up the refresh token",
                    earlier.begun.iso()
                );
                self.lost(failure, Some(&why))
            }
            None if refused => self.lost(failure, None),
            _ => failure.into(),
        }
    }

    fn lost(&self, failure: ProviderFailure, why: Option<&str>) -> NotRenewed {
        let mut lost = failure.message.clone();
        if let Some(why) = why {
            lost.push_str("; ");
            lost.push_str(why);
        }
        lost.push_str(&format!(
            "; only the OAuth login `{}` is lost, log in again with `{}`",
            self.id, self.sign_in
        ));
        NotRenewed {
            failure,
            lost: Some(lost),
        }
    }
}

/// Whether a store has the very login that the renewal began with.
fn is_unchanged(document: &AuthDocument, begun: &Begun) -> bool {
    let profiles = document.store().profiles;
    let now = profiles
        .into_iter()
        .find(|profile| profile.id == begun.profile.id);
    now.is_some_and(|now| now.credential == begun.profile.credential)
}

enum Stopped {
    Failed(ProviderFailure),
    Store(StoreError),
}

impl Stopped {
    fn into_failure(self) -> ProviderFailure {
        match self {
            Self::Failed(failure) => failure,
            Self::Store(error) => ProviderFailure {
                kind: FailureKind::Other,
                ..as_provider_failure(&Failure::from(error).while_doing(
                    "the OAuth token is not refreshed, because the result could not be stored",
                ))
            },
        }
    }
}

impl From<ProviderFailure> for Stopped {
    fn from(failure: ProviderFailure) -> Self {
        Self::Failed(failure)
    }
}

impl From<StoreError> for Stopped {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
