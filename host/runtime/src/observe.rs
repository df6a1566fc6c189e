//! Who hears of what plugins do.

pub use openclaw_core::activity::{Denied, Event, Use};

/// A line from a plugin's log, redacted.
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
