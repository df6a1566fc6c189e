//! Work that blocks, on threads of its own, and that outlives whoever asked for it.

use std::sync::Arc;

use tokio::sync::watch;

/// Counts the work under way, so that a program can wait for it before it ends.
#[derive(Clone, Debug)]
pub(crate) struct Background {
    under_way: Arc<watch::Sender<usize>>,
}

impl Default for Background {
    fn default() -> Self {
        Self {
            under_way: Arc::new(watch::Sender::new(0)),
        }
    }
}

/// One piece of work; counted until it is dropped.
struct Counted(Arc<watch::Sender<usize>>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}

impl Background {
    /// Starts work on a thread for blocking work. The result may be awaited or dropped; it is
    /// `None` where the work panicked.
    pub(crate) fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> impl Future<Output = Option<T>> + Send + 'static {
        self.under_way.send_modify(|count| *count += 1);
        let counted = Counted(Arc::clone(&self.under_way));
        let running = tokio::task::spawn_blocking(move || {
            let result = work();
            drop(counted);
            result
        });
        async move { running.await.ok() }
    }

    /// Waits until no work is under way.
    pub(crate) async fn settle(&self) {
        let mut count = self.under_way.subscribe();
        // The sender lives as long as `self`, so the wait ends only with the count.
        let settled = count.wait_for(|count| *count == 0).await;
        drop(settled);
    }
}
