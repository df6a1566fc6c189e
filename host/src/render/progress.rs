//! A line on stderr that says how far long work has come, or how long a wait still lasts: at a
//! terminal, and nowhere else. It is gone when that is over, however it ends.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use openclaw_core::status::rough_duration;

use super::style::visible;
use crate::app::App;

/// How often the line moves.
const TICK: Duration = Duration::from_millis(120);

/// Returns how a line looks, unless the template is none.
fn style(template: &str) -> Option<ProgressStyle> {
    let style = ProgressStyle::with_template(template).ok()?;
    Some(style.tick_strings(&["|", "/", "-", "\\", " "]))
}

/// The line.
pub struct Progress {
    bar: ProgressBar,
    total: usize,
    /// How many are done, and what is under way.
    state: Mutex<(usize, Vec<String>)>,
}

impl Progress {
    /// Shows what is done to `total` things; nothing where nobody watches.
    #[must_use]
    pub fn start(app: &App, what: &'static str, total: usize) -> Self {
        let bar = bar(app, what);
        let progress = Self {
            bar,
            total,
            state: Mutex::default(),
        };
        progress.show();
        progress
    }

    /// Says that work on something begins.
    pub fn begin(&self, name: &str) {
        self.change(|(_, running)| running.push(visible(name)));
    }

    /// Says that work on something is over.
    pub fn end(&self, name: &str) {
        let name = visible(name);
        self.change(|(done, running)| {
            *done += 1;
            if let Some(at) = running.iter().position(|one| *one == name) {
                running.remove(at);
            }
        });
    }

    fn change(&self, change: impl FnOnce(&mut (usize, Vec<String>))) {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
        self.show();
    }

    fn show(&self) {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let (done, running) = &*state;
        let message = format!("{done}/{}  {}", self.total, running.join(", "));
        self.bar.set_message(message);
    }
}

fn bar(app: &App, what: &'static str) -> ProgressBar {
    let target = if app.terminal.interactive {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    };
    let bar = ProgressBar::with_draw_target(None, target);
    // A line that is as wide as the window at most: a longer one could not be cleared.
    if let Some(style) = style("{spinner} {prefix} {wide_msg}") {
        bar.set_style(style);
    }
    bar.set_prefix(what);
    if app.terminal.interactive {
        bar.enable_steady_tick(TICK);
    }
    bar
}

/// A line that says that somebody is waited for; gone when it is dropped.
pub struct Spinner {
    bar: ProgressBar,
}

impl Spinner {
    /// Shows it; nothing where nobody watches.
    #[must_use]
    pub fn start(app: &App, what: &'static str, name: &str) -> Self {
        let bar = bar(app, what);
        bar.set_message(visible(name));
        Self { bar }
    }
}

impl Drop for Spinner {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        // Not left to the bar's own end: the thread that moves the line may hold it a moment longer.
        self.bar.finish_and_clear();
    }
}

/// A wait that counts down.
pub struct Countdown {
    bar: ProgressBar,
}

impl Countdown {
    /// Shows what is waited for and how long that still takes.
    #[must_use]
    pub fn start(what: &str, wait: Duration) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        let end = Instant::now() + wait;
        let left = move |_: &ProgressState, line: &mut dyn std::fmt::Write| {
            let left = end.saturating_duration_since(Instant::now());
            // Whole seconds, the last one too.
            let seconds = left.as_millis().div_ceil(1_000);
            let whole = Duration::from_secs(u64::try_from(seconds).unwrap_or(u64::MAX));
            // A line that cannot be drawn is not worth an error.
            let _drawn = write!(line, "{}", rough_duration(whole));
        };
        if let Some(style) = style("{spinner} waiting {left} {wide_msg}") {
            bar.set_style(style.with_key("left", left));
        }
        bar.set_message(visible(what));
        bar.enable_steady_tick(TICK);
        Self { bar }
    }
}

impl Drop for Countdown {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
