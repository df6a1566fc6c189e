//! What the end-to-end tests stand on: a world of its own for each test, and the real binary run in
//! it. Knows the program's files by path and its output as text; uses none of its code.

mod binary;
pub mod canary;
mod changes;
mod console;
pub mod hints;
mod normal;
mod output;
pub mod pty;
mod sandbox;
pub mod wasm;

pub use changes::Contents;
pub use console::Console;
pub use output::{Expected, JsonIs, Output};
pub use sandbox::{FIXED_TIME_MS, Sandbox};

/// Says that a test is skipped because something is not on this machine that `.ci/run` installs.
#[expect(
    clippy::print_stderr,
    reason = "a person who runs the tests is told what they did not try"
)]
pub fn skipped(what: &str) {
    eprintln!("skipped: {what}; `.ci/run` installs it");
}
