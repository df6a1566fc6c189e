//! The router: one value that many requests can use at once.
//!
//! [`Router::ask`] gives a stream of events; dropping it cancels the request and closes its
//! connection. What was read of the user's files is a [`Snapshot`] that can be exchanged whole
//! while requests are under way: each keeps the one it began with. No lock is held across an await.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::task::{Context, Poll};

use futures_util::FutureExt as _;
use futures_util::Stream;
use futures_util::future::{BoxFuture, Shared as SharedFuture};
use openclaw_core::auth_order::CredentialSource;
use openclaw_core::cascade::Attempt;
use openclaw_core::credential::{ProfileId, ProviderId};
use openclaw_core::secret::Secret;
use openclaw_core::time::Timestamp;
use openclaw_runtime::Provider;
use tokio::sync::mpsc;

use crate::background::Background;
use crate::failure::Failure;
use crate::memory::{FileMemory, Memory};
use crate::plan::{Plan, plan};
use crate::plugins::Plugins;
use crate::renewal::{LoginRenewal, NotRenewed};
use crate::request::{Event, Request};
use crate::run::Run;
use crate::snapshot::Snapshot;
use crate::surroundings::Surroundings;

/// Asks models, for many requests at once. Cheap to clone.
#[derive(Clone)]
pub struct Router {
    shared: Arc<Shared>,
}

/// What all requests of a router share.
pub(crate) struct Shared {
    pub(crate) surroundings: Arc<Surroundings>,
    pub(crate) plugins: Arc<Plugins>,
    current: RwLock<Arc<Generation>>,
    renewals: Mutex<BTreeMap<(PathBuf, ProfileId), RenewalUnderWay>>,
    background: Background,
}

type RenewalUnderWay = SharedFuture<BoxFuture<'static, Result<(), NotRenewed>>>;

/// What the requests that began between two exchanges of the snapshot use.
pub(crate) struct Generation {
    pub(crate) snapshot: Arc<Snapshot>,
    pub(crate) memory: Arc<dyn Memory>,
    providers: Mutex<BTreeMap<ProviderId, Arc<Provider>>>,
}

impl Generation {
    fn new(snapshot: Arc<Snapshot>, memory: Arc<dyn Memory>) -> Arc<Self> {
        Arc::new(Self {
            snapshot,
            memory,
            providers: Mutex::default(),
        })
    }
}

impl Router {
    /// Returns a router over a snapshot of the user's files, which remembers in those files.
    #[must_use]
    pub fn new(
        surroundings: Arc<Surroundings>,
        snapshot: Arc<Snapshot>,
        plugins: Arc<Plugins>,
    ) -> Self {
        let background = Background::default();
        let memory = Arc::new(FileMemory::new(&snapshot, background.clone()));
        Self {
            shared: Arc::new(Shared {
                surroundings,
                plugins,
                current: RwLock::new(Generation::new(snapshot, memory)),
                renewals: Mutex::default(),
                background,
            }),
        }
    }

    /// Asks until a model answers or nothing is left to try.
    ///
    /// The events come as they happen; the last one is [`Event::Ended`]. Nothing happens while the
    /// stream is not polled.
    #[must_use]
    pub fn ask(&self, request: Request) -> Answering {
        let (sender, events) = mpsc::channel(1);
        let run = Run::new(
            Arc::clone(&self.shared),
            self.shared.generation(),
            request,
            sender,
        );
        Answering {
            run: Some(run.drive().boxed()),
            events,
        }
    }

    /// Returns what would be tried for a request, in order. Calls nothing.
    ///
    /// # Errors
    /// When the model is unknown or not allowed, or the chosen profile cannot be used.
    pub fn plan(&self, request: &Request) -> Result<Plan, Failure> {
        let generation = self.shared.generation();
        plan(&self.shared.surroundings, &generation.snapshot, request)
    }

    /// Returns what new requests know of the user's files.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.shared.generation().snapshot)
    }

    /// Exchanges what new requests know of the user's files, whole. Those under way keep theirs.
    pub fn replace(&self, snapshot: Arc<Snapshot>) {
        let memory = FileMemory::new(&snapshot, self.shared.background.clone());
        let next = Generation::new(snapshot, Arc::new(memory));
        let current = &self.shared.current;
        *current.write().unwrap_or_else(PoisonError::into_inner) = next;
    }

    /// Waits until nothing goes on behind the requests: a login that is being renewed, which would
    /// be lost with the process, and what is being written about profiles.
    pub async fn settle(&self) {
        self.shared.background.settle().await;
    }
}

impl Shared {
    pub(crate) fn now(&self) -> Timestamp {
        self.surroundings.now()
    }

    fn generation(&self) -> Arc<Generation> {
        let current = self.current.read();
        Arc::clone(&current.unwrap_or_else(PoisonError::into_inner))
    }

    /// Returns a provider, compiling its component the first time.
    pub(crate) fn provider(
        &self,
        generation: &Generation,
        id: &ProviderId,
    ) -> Result<Arc<Provider>, Failure> {
        let providers = || {
            let providers = generation.providers.lock();
            providers.unwrap_or_else(PoisonError::into_inner)
        };
        if let Some(provider) = providers().get(id) {
            return Ok(Arc::clone(provider));
        }
        let made = self
            .plugins
            .provider(&self.surroundings, &generation.snapshot, id)?;
        // Of two that were made at once, the first is kept: it has the connections.
        let provider = Arc::clone(providers().entry(id.clone()).or_insert(Arc::new(made)));
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

/// A request under way: a stream of [`Event`]s. Dropping it cancels the request.
pub struct Answering {
    run: Option<BoxFuture<'static, ()>>,
    events: mpsc::Receiver<Event>,
}

impl Stream for Answering {
    type Item = Event;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Event>> {
        if let Poll::Ready(Some(event)) = self.events.poll_recv(cx) {
            return Poll::Ready(Some(event));
        }
        if let Some(run) = &mut self.run
            && run.as_mut().poll(cx).is_ready()
        {
            self.run = None;
        }
        // What the run has sent just now; the end once it is over.
        self.events.poll_recv(cx)
    }
}

#[cfg(test)]
mod tests {
    fn is_shared<T: Send + Sync>() {}
    fn is_sent<T: Send>() {}

    #[test]
    fn a_router_is_shared_between_threads_and_a_request_is_sent_to_one() {
        is_shared::<super::Router>();
        is_sent::<super::Answering>();
    }
}
