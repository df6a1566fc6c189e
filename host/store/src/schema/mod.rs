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
pub mod secrets;

use openclaw_core::credential_format::Unsendable;
use openclaw_core::secret::Secret;

use super::config::MissingVariable;

/// A secret from the config, or the variable that it lacks.
pub type SecretText = Result<Secret<String>, MissingVariable>;

/// The value of a header field from the config, or why the field cannot be sent.
pub type HeaderText = Result<Secret<String>, UnusableHeader>;

/// Why a header field of the config cannot be sent. Quotes nothing of its value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnusableHeader {
    /// A variable that its value refers to is not set.
    #[error(transparent)]
    Missing(#[from] MissingVariable),
    /// Its name is none, or not for a config to use.
    #[error("{0}")]
    Name(&'static str),
    /// No request can carry its value.
    #[error("it cannot be sent: {0}")]
    Value(Unsendable),
}

/// Values by key, in document order.
pub type Pairs<T> = Vec<(String, T)>;
