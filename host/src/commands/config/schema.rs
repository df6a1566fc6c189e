//! `openclaw config schema`

use crate::commands::Outcome;
use openclaw_store::schema::json::TEXT;

/// The JSON Schema of the config, as text.
pub struct Schema(pub &'static str);

/// Runs the command.
///
/// # Errors
/// None.
pub fn run() -> Outcome {
    Ok(Box::new(Schema(TEXT)))
}
