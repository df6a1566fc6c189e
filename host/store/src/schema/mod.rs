//! The shapes of the files on disk: which keys there are and what type each has. What the keys
//! mean is in `openclaw-core`.

pub mod agents;
pub mod auth;
pub mod config;
pub mod json;
pub mod models;
pub mod network;
pub mod profiles;
pub(super) mod reader;

use openclaw_core::secret::Secret;

use super::config::MissingVariable;

/// A secret from the config, or the variable that it lacks.
pub type SecretText = Result<Secret<String>, MissingVariable>;

/// Values by key, in document order.
pub type Pairs<T> = Vec<(String, T)>;
