//! What a plugin did, for whoever keeps the record: plain data without a secret or a body.

use std::time::Duration;

/// A use of a capability, or a refused one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Plugin id.
    pub plugin: String,
    /// SHA-256 of its component, in hex.
    pub digest: String,
    /// What it used.
    pub use_of: Use,
    /// The rule that refused it; `None` when it was allowed.
    pub denied: Option<Denied>,
}

/// A capability as used. Holds no secret and no body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Use {
    /// A request.
    Http {
        /// Method.
        method: String,
        /// Canonical URL without its query; what the guest wrote, without query and user and
        /// redacted, when it was refused before it had a canonical form.
        url: String,
        /// What there is to know of the query, if it has one.
        query: Option<Query>,
        /// Where secrets were written, such as `header:x-api-key`.
        secrets_in: Vec<String>,
        /// Status of the reply, where there was one.
        status: Option<u16>,
        /// Time until the reply's headers.
        elapsed: Duration,
    },
    /// An environment variable.
    Env {
        /// Its name.
        name: String,
        /// Whether it was set.
        found: bool,
    },
}

/// A query, which may hold a secret or what somebody wrote: whether two are the same and how much
/// left by one can be told, and not what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// Its SHA-256, in hex.
    pub sha256: String,
    /// Its length.
    pub bytes: usize,
}

/// Why something was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denied {
    /// Stable name of the rule.
    pub rule: String,
    /// What was refused.
    pub message: String,
    /// The smallest grant that would allow it.
    pub smallest_grant: Option<String>,
}
