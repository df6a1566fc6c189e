//! What follows from a failure of each kind.

use crate::failure::FailureKind;

/// What follows from a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reaction {
    /// The next credential of the same model; when there is none, the next model.
    Rotate,
    /// The same, but a login is renewed and tried once more before.
    RefreshOrRotate,
    /// One other credential of the same model, then the next model; further credentials only when
    /// no model is left.
    RotateOnce,
    /// The next model.
    NextModel,
    /// The next model with a longer input, where both lengths are known.
    LargerModel,
    /// The same model and credential once more without the states of earlier answers, at once; then
    /// the next model.
    RetryWithoutStates,
    /// The end: it would fail everywhere, or must not be repeated.
    Stop,
}

/// Returns what follows from a failure of this kind.
///
/// A busy or silent provider is seldom less busy for another credential, which is why a second
/// one is tried but a third is not, as long as there is another model.
#[must_use]
pub fn reaction(kind: FailureKind) -> Reaction {
    use FailureKind as Kind;
    match kind {
        Kind::Auth => Reaction::RefreshOrRotate,
        Kind::CredentialUnavailable | Kind::Permission | Kind::Billing | Kind::RateLimit => {
            Reaction::Rotate
        }
        Kind::Overloaded | Kind::Server | Kind::Timeout => Reaction::RotateOnce,
        Kind::Network | Kind::ModelNotFound | Kind::Format | Kind::Unsupported | Kind::Other => {
            Reaction::NextModel
        }
        Kind::Replay => Reaction::RetryWithoutStates,
        Kind::ContextOverflow => Reaction::LargerModel,
        Kind::BadRequest | Kind::ContentFilter | Kind::Aborted => Reaction::Stop,
    }
}
