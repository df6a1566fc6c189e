//! For providers whose manifest names no sign-in flow of their own.

use crate::auth::{GuestLogin, Login, LoginStep};
use crate::{Failure, FailureKind, errors};

/// The `login` resource of a provider without sign-in flows; it is never constructed.
pub enum NoLogin {}

impl GuestLogin for NoLogin {
    fn proceed(&self, _answer: Option<String>) -> Result<LoginStep, Failure> {
        match *self {}
    }
}

/// Answers `start-login` of a provider without sign-in flows.
///
/// # Errors
/// Always: kind `bad-request`, naming the method.
pub fn unsupported(method: &str) -> Result<Login, Failure> {
    Err(errors::failure(
        FailureKind::BadRequest,
        format!("there is no sign-in flow named `{method}`"),
    ))
}

/// Returns the failure with which a provider whose credentials cannot be renewed answers `refresh`.
#[must_use]
pub fn not_renewable() -> Failure {
    errors::failure(
        FailureKind::Auth,
        "this provider's credentials cannot be renewed; add a new one",
    )
}
