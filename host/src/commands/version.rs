//! `openclaw version`

use super::Outcome;
use openclaw_router::Failure;

/// The program's version.
pub struct Version;

/// Runs the command.
///
/// # Errors
/// None.
pub fn run() -> Outcome {
    Ok::<_, Failure>(Box::new(Version))
}
