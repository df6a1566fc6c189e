//! Credentials from this provider's environment variables.

use crate::auth::Credential;
use crate::bindings::openclaw::provider::env::{self, EnvError};
use crate::{Failure, FailureKind, Secret, errors};

/// Returns a plain variable, trimmed; `None` when unset or blank.
///
/// # Errors
/// A failure of kind `other` when the manifest does not name it or it is not granted.
pub fn get(name: &str) -> Result<Option<String>, Failure> {
    env::get(name).map_err(|error| refused(name, &error))
}

/// Returns a handle for a secret variable; `None` when unset or blank.
///
/// # Errors
/// A failure of kind `other` when the manifest does not name it or it is not granted.
pub fn secret(name: &str) -> Result<Option<Secret>, Failure> {
    env::secret(name).map_err(|error| refused(name, &error))
}

/// Returns the credential of the first of these variables that is set, with the source
/// `env:<NAME>`. Each name must stand in the manifest as a secret.
///
/// # Errors
/// As [`secret`].
pub fn first_of(names: &[&str]) -> Result<Option<Credential>, Failure> {
    for name in names {
        if let Some(secret) = secret(name)? {
            return Ok(Some(Credential {
                mode: secret.mode(),
                expires_at: secret.expires_at(),
                secret,
                refresh: None,
                source: format!("env:{name}"),
                extensions: Vec::new(),
            }));
        }
    }
    Ok(None)
}

fn refused(name: &str, error: &EnvError) -> Failure {
    let (EnvError::Undeclared(rule) | EnvError::Denied(rule)) = error;
    let mut failure = errors::failure(
        FailureKind::Other,
        format!("environment variable `{name}` was refused: {rule}"),
    );
    failure.code = Some("denied".to_owned());
    failure
}
