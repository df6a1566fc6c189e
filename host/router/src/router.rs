//! The router: one value that many requests can use at once.
//!
//! [`Router::ask`] gives a stream of events; dropping it cancels the request and closes its
//! connection. What was read of the user's files is a [`Snapshot`] that can be exchanged whole
//! while requests are under way: each keeps the one it began with. No lock is held across an await.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::FutureExt as _;
use futures_util::Stream;
use futures_util::future::BoxFuture;
use tokio::sync::mpsc;

use crate::failure::Failure;
use crate::plan::{Plan, plan};
use crate::plugins::Plugins;
use crate::request::{Event, Request};
use crate::run::Run;
use crate::shared::Shared;
use crate::snapshot::Snapshot;
use crate::surroundings::Surroundings;

/// Asks models, for many requests at once. Cheap to clone.
#[derive(Clone)]
pub struct Router {
    shared: Arc<Shared>,
}

impl Router {
    /// Returns a router over a snapshot of the user's files, which remembers in those files.
    #[must_use]
    pub fn new(
        surroundings: Arc<Surroundings>,
        snapshot: Arc<Snapshot>,
        plugins: Arc<Plugins>,
    ) -> Self {
        Self {
            shared: Arc::new(Shared::new(surroundings, snapshot, plugins)),
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
        self.shared.replace(snapshot);
    }

    /// Waits until nothing goes on behind the requests: a login that is being renewed, which would
    /// be lost with the process, and what is being written about profiles.
    pub async fn settle(&self) {
        self.shared.settle().await;
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
