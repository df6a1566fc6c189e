//! The command tree as a file tree: each file has its arguments, whose doc comments are the help,
//! and a `run` that reads, decides, acts and replies.

pub mod agents;
pub mod complete;
pub mod completions;
pub mod config;
pub mod demo;
pub mod doctor;
pub mod dry_run;
pub mod follow;
pub mod gateway;
pub mod help;
pub mod logs;
pub mod man;
pub mod models;
pub mod plugins;
pub mod reference;
pub mod setup;
pub mod status;
pub mod verdict;
pub mod version;

use crate::render::Reply;
use openclaw_router::Failure;

pub use follow::until_interrupted;

/// What a command ends with: a reply, or nothing where it has written its output as it went.
pub type Outcome = Result<Box<dyn Reply>, Failure>;

/// A reply of a command that wrote its output as it went.
pub struct Printed(pub u8);

impl Reply for Printed {
    fn human(&self, _page: &crate::render::Layout) -> String {
        String::new()
    }

    fn json(&self) -> serde_json::Value {
        serde_json::Value::Null
    }

    fn json_text(&self) -> String {
        String::new()
    }

    fn is_fixed(&self) -> bool {
        true
    }

    fn exit_code(&self) -> u8 {
        self.0
    }
}

/// Runs a future to its end on a runtime made for it; commands that need none start none.
///
/// # Errors
/// That of the future, or when the runtime cannot start.
pub fn block_on<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| {
            Failure::caused(
                openclaw_router::Kind::Internal,
                "cannot start the runtime",
                &error,
            )
        })?;
    let result = runtime.block_on(work);
    // A name lookup that hangs in a thread of its own must not keep the program from ending.
    runtime.shutdown_background();
    result
}
