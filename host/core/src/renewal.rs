//! A login's renewal that was begun, and what it means when nobody finished it.
//!
//! A refresh token may be good for one use. A program that is stopped after the provider has
//! answered and before the new login is stored has lost that login, so the intent is written down
//! first: who comes next can tell "used up" from "never tried".

use std::time::Duration;

use crate::credential::Credential;
use crate::failure::{Failure, FailureKind};
use crate::time::Timestamp;

/// Longest that a renewal may take.
pub const LIMIT: Duration = Duration::from_secs(30);

/// How a failed renewal is told; the documentation promises these words.
pub const FAILED: &str = "OAuth token refresh failed";

/// A renewal that was begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Renewal {
    /// When.
    pub begun: Timestamp,
    /// When the login that was to be renewed expires: it tells that login from a later one.
    pub of: Option<Timestamp>,
}

impl Renewal {
    /// Returns the intent to renew a login.
    #[must_use]
    pub fn new(login: &Credential, now: Timestamp) -> Self {
        Self {
            begun: now,
            of: login.expires(),
        }
    }

    /// Whether it is about this login, and not about one that has been replaced since.
    #[must_use]
    pub fn concerns(&self, login: &Credential) -> bool {
        matches!(login, Credential::Oauth { expires, .. } if *expires == self.of)
    }

    /// Whether whoever began it must have been stopped.
    #[must_use]
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        self.begun.plus(LIMIT * 2) <= now
    }
}

/// Whether a failed renewal has left the refresh token as it was, or the provider has said what
/// became of it. Without an answer it may be used up.
#[must_use]
pub fn is_settled(failure: &Failure) -> bool {
    !matches!(failure.kind, FailureKind::Timeout | FailureKind::Aborted)
}

/// Whether a failed renewal means that the user has to sign in again.
#[must_use]
pub fn is_final(failure: &Failure) -> bool {
    matches!(failure.kind, FailureKind::Auth | FailureKind::Permission)
}
