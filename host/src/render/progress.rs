//! A line on stderr that says how far long work has come; only where a person watches.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::terminal::Terminal;

/// How often the line moves.
const TICK: Duration = Duration::from_millis(120);

/// The line. It is gone when this is dropped.
pub struct Progress(ProgressBar);

impl Progress {
    /// Shows `what` is done and how many of `total` are.
    #[must_use]
    pub fn new(terminal: &Terminal, what: &str, total: usize) -> Self {
        let bar = ProgressBar::with_draw_target(
            u64::try_from(total).ok(),
            if terminal.interactive {
                ProgressDrawTarget::stderr()
            } else {
                ProgressDrawTarget::hidden()
            },
        );
        let style = ProgressStyle::with_template("{spinner} {prefix} {pos}/{len} {wide_msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
        bar.set_prefix(what.to_owned());
        bar.enable_steady_tick(TICK);
        Self(bar)
    }

    /// Counts one, and names it.
    pub fn done(&self, name: &str) {
        self.0.set_message(name.to_owned());
        self.0.inc(1);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
