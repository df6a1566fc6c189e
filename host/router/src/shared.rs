//! What the requests of a router share: the plugins, the files as they were read, providers with
//! their connections, and renewals of logins under way.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared as SharedFuture};
use openclaw_core::auth_order::CredentialSource;
use openclaw_core::cascade::Attempt;
use openclaw_core::credential::{ProfileId, ProviderId};
use openclaw_core::model_ref::ModelRef;
use openclaw_core::secret::Secret;
use openclaw_core::time::Timestamp;
use openclaw_runtime::Provider;

use crate::background::Background;
use crate::failure::Failure;
use crate::memory::{FileMemory, Memory};
use crate::plugins::Plugins;
use crate::renewal::{LoginRenewal, NotRenewed};
use crate::snapshot::Snapshot;
use crate::surroundings::Surroundings;

/// What all requests of a router share.
pub(crate) struct Shared {
    pub(crate) surroundings: Arc<Surroundings>,
    pub(crate) plugins: Arc<Plugins>,
    current: RwLock<Arc<Generation>>,
    renewals: Mutex<BTreeMap<(PathBuf, ProfileId), RenewalUnderWay>>,
    background: Background,
}

type RenewalUnderWay = SharedFuture<BoxFuture<'static, Result<(), NotRenewed>>>;

/// A provider, and the id of a model that the config gives a wire format or header fields of its own.
type ProviderKey = (ProviderId, Option<String>);

/// What the requests that began between two exchanges of the snapshot use.
pub(crate) struct Generation {
    pub(crate) snapshot: Arc<Snapshot>,
    pub(crate) memory: Arc<dyn Memory>,
    providers: Mutex<BTreeMap<ProviderKey, Arc<Provider>>>,
}

impl Generation {
    fn new(snapshot: Arc<Snapshot>, background: &Background) -> Arc<Self> {
        let memory = FileMemory::new(&snapshot, background.clone());
        Arc::new(Self {
            snapshot,
            memory: Arc::new(memory),
            providers: Mutex::default(),
        })
    }
}

impl Shared {
    pub(crate) fn new(
        surroundings: Arc<Surroundings>,
        snapshot: Arc<Snapshot>,
        plugins: Arc<Plugins>,
    ) -> Self {
        let background = Background::default();
        Self {
            surroundings,
            plugins,
            current: RwLock::new(Generation::new(snapshot, &background)),
            renewals: Mutex::default(),
            background,
        }
    }

    pub(crate) fn replace(&self, snapshot: Arc<Snapshot>) {
        let next = Generation::new(snapshot, &self.background);
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = next;
    }

    /// Waits until nothing goes on behind the requests.
    pub(crate) async fn settle(&self) {
        self.background.settle().await;
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.surroundings.now()
    }

    pub(crate) fn generation(&self) -> Arc<Generation> {
        let current = self.current.read();
        Arc::clone(&current.unwrap_or_else(PoisonError::into_inner))
    }

    /// Returns a provider, compiling its component the first time.
    pub(crate) fn provider(
        &self,
        generation: &Generation,
        model: &ModelRef,
    ) -> Result<Arc<Provider>, Failure> {
        let own = generation
            .snapshot
            .model_config(&model.provider, &model.model)
            .filter(|own| own.api.is_some() || !own.headers.is_empty())
            .map(|own| own.id.clone());
        let key = (model.provider.clone(), own);
        let providers = || {
            let providers = generation.providers.lock();
            providers.unwrap_or_else(PoisonError::into_inner)
        };
        if let Some(provider) = providers().get(&key) {
            return Ok(Arc::clone(provider));
        }
        let made = self.plugins.provider_for(
            &self.surroundings,
            &generation.snapshot,
            &key.0,
            key.1.as_deref(),
        )?;
        // Of two that were made at once, the first is kept: it has the connections.
        let provider = Arc::clone(providers().entry(key).or_insert(Arc::new(made)));
        Ok(provider)
    }

    /// Renews an attempt's login, once for all requests that need it. The renewal goes on when a
    /// request is dropped: what the vendor answers must be stored.
    pub(crate) async fn renew(
        &self,
        generation: &Generation,
        attempt: &Attempt,
        used: Option<&Secret<String>>,
    ) -> Result<(), NotRenewed> {
        let CredentialSource::Profile(id) = &attempt.option.source else {
            return Err(NotRenewed::not_stored());
        };
        let renewal = LoginRenewal::new(
            &self.surroundings,
            &self.plugins,
            &generation.snapshot,
            (&attempt.model.provider, id),
            used,
        )?;
        let key = (renewal.store_path().to_path_buf(), id.clone());
        let renewals = || {
            let renewals = self.renewals.lock();
            renewals.unwrap_or_else(PoisonError::into_inner)
        };
        let under_way = {
            let mut renewals = renewals();
            match renewals.get(&key) {
                Some(under_way) => under_way.clone(),
                None => {
                    let work = self.background.run(move || renewal.run());
                    let work = async move {
                        let ended = work.await;
                        ended.unwrap_or_else(|| Err(NotRenewed::unexpectedly()))
                    };
                    let work = work.boxed().shared();
                    renewals.insert(key.clone(), work.clone());
                    work
                }
            }
        };
        let renewed = under_way.clone().await;
        let mut renewals = renewals();
        if renewals
            .get(&key)
            .is_some_and(|other| other.ptr_eq(&under_way))
        {
            renewals.remove(&key);
        }
        renewed
    }
}
