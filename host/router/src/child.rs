//! Programs that are run for their output, bounded in time and length.

use std::process::{Command, Stdio};
use std::time::Duration;

use openclaw_core::secret::Secret;
use openclaw_store::secrets::{Bounds, Listening, listen};

/// Longest output that is read, in bytes.
const LONGEST: u64 = 4 << 20;

/// Runs a program with nothing to read, and returns what it prints; an error completes the sentence
/// that its name begins.
pub(crate) fn output(mut command: Command, limit: Duration) -> Result<Secret<Vec<u8>>, String> {
    command.stderr(Stdio::null());
    let bounds = Bounds {
        time: limit,
        silence: limit,
        output: LONGEST,
    };
    let ended = listen(command, b"", bounds, &Listening::default())
        .ended
        .map_err(|why| why.to_string())?;
    if !ended.status.success() {
        return Err(format!("failed ({})", ended.status));
    }
    Ok(ended.output)
}
