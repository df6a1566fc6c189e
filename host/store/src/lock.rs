//! One writer at a time.
//!
//! A lock is the operating system's, on an empty file beside the one it protects. It vanishes with
//! its process, however that ends, so a lock is never stale: no ages, no process ids, no takeover.
//! The file stays behind on purpose; deleting it would let two writers hold "the" lock.

use std::fs::{File, TryLockError};
use std::hash::{BuildHasher, RandomState};
use std::time::{Duration, Instant};

use super::error::{PathError, StoreError};
use super::file::Place;

/// How long a writer waits for another.
pub(super) const LOCK_TIMEOUT: Duration = Duration::from_secs(40);

/// A held lock; dropping it lets the next writer in.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock of a file, waiting for others up to `timeout`.
    pub(super) fn acquire(place: &Place, timeout: Duration) -> Result<Self, StoreError> {
        Self::acquire_on(place, ".lock", timeout)
    }

    /// Takes the lock for renewing the logins of a store, which leaves the store itself free.
    pub(super) fn for_renewing(place: &Place, timeout: Duration) -> Result<Self, StoreError> {
        Self::acquire_on(place, ".renewal.lock", timeout)
    }

    fn acquire_on(place: &Place, suffix: &str, timeout: Duration) -> Result<Self, StoreError> {
        let (file, path) = place.open_lock(suffix)?;
        let started = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self { _file: file }),
                Err(TryLockError::WouldBlock) if started.elapsed() < timeout => {
                    // 2 to 18 ms, so that many waiters do not knock together.
                    let jitter = RandomState::new().hash_one(started) % 16;
                    std::thread::sleep(Duration::from_millis(2 + jitter));
                }
                Err(TryLockError::WouldBlock) => {
                    return Err(StoreError::LockBusy { path: place.path() });
                }
                Err(TryLockError::Error(source)) => {
                    return Err(PathError::new("lock", path, source).into());
                }
            }
        }
    }
}
