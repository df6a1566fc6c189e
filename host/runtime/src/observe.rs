//! What a plugin did, for whoever keeps the record.

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
        /// Canonical URL without its query; what the guest wrote, scrubbed, when it was refused
        /// before it had a canonical form.
        url: String,
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

/// A line from a plugin's log, scrubbed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// Plugin id.
    pub plugin: String,
    /// `debug`, `info`, `warn` or `error`.
    pub level: &'static str,
    /// The line.
    pub message: String,
}

/// Receives what plugins do. Called on the thread that runs the guest; must not block.
pub trait Observer: Send + Sync {
    /// A capability was used or refused.
    fn used(&self, event: Event);
    /// A plugin logged a line.
    fn logged(&self, line: LogLine);
}

/// Keeps nothing.
#[derive(Debug, Default)]
pub struct Silent;

impl Observer for Silent {
    fn used(&self, _event: Event) {}
    fn logged(&self, _line: LogLine) {}
}
