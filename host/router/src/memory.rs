//! What attempts teach about credentials, and where that is kept.
//!
//! [`Memory`] is the port; [`FileMemory`] keeps it in the agents' credential stores, where other
//! processes read and write it too. Knows no cascade: it takes lessons and returns what stands
//! there now.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use openclaw_core::cooldown::{Interval, Policy, UsageStats, after_failure, after_success};
use openclaw_core::credential::{ProfileId, ProviderId};
use openclaw_core::failure::Failure as ProviderFailure;
use openclaw_store::StoreError;
use openclaw_store::auth::{AuthDocument, AuthFile, Stamp};
use tokio::sync::oneshot;

use crate::background::Background;
use crate::snapshot::Snapshot;

/// What an attempt taught about its profile.
#[derive(Clone, Debug)]
pub struct Lesson {
    /// The provider that was asked.
    pub provider: ProviderId,
    /// The profile it was asked with.
    pub profile: ProfileId,
    /// The provider's id of the model.
    pub model: String,
    /// How it failed; `None` for a success.
    pub failure: Option<ProviderFailure>,
    /// When it was made, and when it ended.
    pub attempt: Interval,
    /// The provider's cooldown rules.
    pub policy: Policy,
}

/// Counts the changes that a memory has seen; a run begins with none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Revision(u64);

/// Use and cooldowns of every profile.
pub type Usage = BTreeMap<ProfileId, UsageStats>;

/// Why a lesson was not kept.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub struct NotKept(String);

/// Where what is learnt about profiles is kept, for everybody who uses them.
pub trait Memory: Send + Sync {
    /// Returns what is known now, if that has changed since a revision.
    fn recall(&self, since: Revision) -> BoxFuture<'_, Option<(Revision, Arc<Usage>)>>;

    /// Keeps a lesson, and returns what is known of its profile then.
    fn learn(&self, lesson: Lesson) -> BoxFuture<'_, Result<UsageStats, NotKept>>;
}

/// Keeps lessons in an agent's credential store.
///
/// Lessons that arrive while the file is being written are written together, next.
pub struct FileMemory {
    stores: Arc<Stores>,
    known: Mutex<Known>,
    queue: Arc<Mutex<Queue>>,
    background: Background,
}

struct Stores {
    /// The agent's own store, which is written.
    own: AuthFile,
    /// The store that it inherits from.
    inherited: Option<AuthFile>,
}

/// What the files held when they were read last.
struct Known {
    stamps: Stamps,
    revision: Revision,
    usage: Arc<Usage>,
}

type Stamps = (Option<Stamp>, Option<Stamp>);

#[derive(Default)]
struct Queue {
    waiting: Vec<Waiting>,
    /// Whether somebody is writing, who will take what is added.
    writing: bool,
}

struct Waiting {
    lesson: Lesson,
    answer: oneshot::Sender<Result<UsageStats, NotKept>>,
}

impl FileMemory {
    /// Returns the memory in the stores of a snapshot's agent.
    pub(crate) fn new(snapshot: &Snapshot, background: Background) -> Self {
        Self {
            stores: Arc::new(Stores {
                own: snapshot.auth_file.clone(),
                inherited: snapshot.main_auth.clone(),
            }),
            known: Mutex::new(Known {
                stamps: snapshot.stamps,
                revision: Revision::default(),
                usage: Arc::new(snapshot.usage.clone()),
            }),
            queue: Arc::default(),
            background,
        }
    }

    /// Looks whether the files are others than those that were read, and reads them then. Small
    /// files, so this is done where it is asked for.
    fn look(&self, since: Revision) -> Option<(Revision, Arc<Usage>)> {
        // Before the content: what is written in between is found the next time.
        let stamps = self.stores.stamps();
        let mut known = lock(&self.known);
        if known.stamps != stamps {
            known.usage = Arc::new(self.stores.usage());
            known.stamps = stamps;
            known.revision.0 += 1;
        }
        (known.revision != since).then(|| (known.revision, Arc::clone(&known.usage)))
    }
}

impl Memory for FileMemory {
    fn recall(&self, since: Revision) -> BoxFuture<'_, Option<(Revision, Arc<Usage>)>> {
        async move { self.look(since) }.boxed()
    }

    fn learn(&self, lesson: Lesson) -> BoxFuture<'_, Result<UsageStats, NotKept>> {
        let (answer, answered) = oneshot::channel();
        let begin = {
            let mut queue = lock(&self.queue);
            queue.waiting.push(Waiting { lesson, answer });
            !std::mem::replace(&mut queue.writing, true)
        };
        if begin {
            let (stores, queue) = (Arc::clone(&self.stores), Arc::clone(&self.queue));
            drop(self.background.run(move || write_all(&stores, &queue)));
        }
        async move {
            let answer = answered.await;
            answer.unwrap_or_else(|_| Err(NotKept("the writer ended unexpectedly".to_owned())))
        }
        .boxed()
    }
}

/// Lets others write after a writer that panicked; whoever waited hears of it.
struct Unblock<'q>(&'q Mutex<Queue>);

impl Drop for Unblock<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            *lock(self.0) = Queue::default();
        }
    }
}

/// Writes what waits, until nothing does.
fn write_all(stores: &Stores, queue: &Mutex<Queue>) {
    let _unblock = Unblock(queue);
    loop {
        let batch = {
            let mut queue = lock(queue);
            queue.writing = !queue.waiting.is_empty();
            std::mem::take(&mut queue.waiting)
        };
        if batch.is_empty() {
            return;
        }
        match stores.learn(batch.iter().map(|waiting| &waiting.lesson)) {
            Ok(stats) => {
                for (waiting, stats) in batch.into_iter().zip(stats) {
                    drop(waiting.answer.send(Ok(stats)));
                }
            }
            Err(error) => {
                for waiting in batch {
                    drop(waiting.answer.send(Err(NotKept(error.to_string()))));
                }
            }
        }
    }
}

impl Stores {
    fn stamps(&self) -> Stamps {
        (
            self.own.stamp(),
            self.inherited.as_ref().and_then(AuthFile::stamp),
        )
    }

    fn usage(&self) -> Usage {
        let own = self.own.load().document;
        let merged = match &self.inherited {
            Some(inherited) => own.over(&inherited.load().document),
            None => own,
        };
        merged.store().usage.into_iter().collect()
    }

    /// Writes lessons in their order. Returns what stands there after each.
    fn learn<'l>(
        &self,
        lessons: impl Iterator<Item = &'l Lesson>,
    ) -> Result<Vec<UsageStats>, StoreError> {
        let inherited = self.inherited.as_ref().map(|main| main.load().document);
        let written = self.own.update(|document: &mut AuthDocument| {
            let learnt = lessons.map(|lesson| {
                let id = &lesson.profile;
                let before = match &inherited {
                    Some(inherited) => document.over(inherited).usage(id),
                    None => document.usage(id),
                };
                let (model, attempt) = (lesson.model.as_str(), lesson.attempt);
                let after = match &lesson.failure {
                    Some(failure) => {
                        after_failure(&before, model, failure, attempt, &lesson.policy)
                    }
                    None => after_success(&before, model, attempt),
                };
                if after != before {
                    document.set_usage(id, &after);
                }
                if lesson.failure.is_none() {
                    document.set_last_good(&lesson.provider, id);
                }
                after
            });
            Ok::<_, StoreError>(learnt.collect())
        })?;
        Ok(written.value)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
