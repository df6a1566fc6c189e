//! Sign-ins: a provider's own, and the answer of one that has none.
//!
//! The usual ones are tables; see [`oauth`](crate::oauth).

use std::cell::RefCell;

use crate::auth::{GuestLogin, Login, LoginStep};
use crate::{Failure, FailureKind, Secret, errors};

/// What a sign-in does from one step to the next. It lives until the sign-in ends.
pub trait Steps {
    /// Goes one step on; after [`LoginStep::OpenUrl`] with the code that came back.
    ///
    /// # Errors
    /// Whatever ends the sign-in.
    fn proceed(&mut self, answer: Option<Secret>) -> Result<LoginStep, Failure>;
}

/// The `login` resource of a provider with sign-in flows.
pub struct SignIn(RefCell<Box<dyn Steps>>);

impl SignIn {
    /// Begins a sign-in: the answer of `start-login`.
    pub fn start(steps: impl Steps + 'static) -> Login {
        Login::new(Self(RefCell::new(Box::new(steps))))
    }

    /// Begins a sign-in that sends the person to an address, and goes on with the code that comes back.
    pub fn in_browser(
        url: String,
        exchange: impl FnMut(&Secret) -> Result<LoginStep, Failure> + 'static,
    ) -> Login {
        Self::start(InBrowser {
            url: Some(url),
            exchange,
        })
    }
}

struct InBrowser<F> {
    /// The address, until it was told.
    url: Option<String>,
    exchange: F,
}

impl<F: FnMut(&Secret) -> Result<LoginStep, Failure>> Steps for InBrowser<F> {
    fn proceed(&mut self, answer: Option<Secret>) -> Result<LoginStep, Failure> {
        if let Some(url) = self.url.take() {
            return Ok(LoginStep::OpenUrl(url));
        }
        let Some(code) = answer else {
            return Err(errors::failure(
                FailureKind::BadRequest,
                "the sign-in goes on with the code that the browser came back with",
            ));
        };
        (self.exchange)(&code)
    }
}

impl GuestLogin for SignIn {
    fn proceed(&self, answer: Option<Secret>) -> Result<LoginStep, Failure> {
        self.0.borrow_mut().proceed(answer)
    }
}

/// The `login` resource of a provider without sign-in flows; it is never constructed.
pub enum NoLogin {}

impl GuestLogin for NoLogin {
    fn proceed(&self, _answer: Option<Secret>) -> Result<LoginStep, Failure> {
        match *self {}
    }
}

/// Answers `start-login` of a flow that the provider does not have.
///
/// # Errors
/// Always: kind `bad-request`, naming the flow.
pub fn unsupported(flow: &str) -> Result<Login, Failure> {
    Err(errors::failure(
        FailureKind::BadRequest,
        format!("there is no sign-in flow named `{flow}`"),
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
