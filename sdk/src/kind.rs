//! The words of `failure.kind` as an enum: what a provider writes down cannot be misspelt.

use crate::Failure;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)+) => {
        /// Why a call failed, in the words that rotation and fallback understand.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum FailureKind {
            $($(#[$doc])* $name,)+
        }

        impl FailureKind {
            /// Returns the word that stands in [`Failure::kind`].
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)+
                }
            }

            /// Reads a word; one that is not known counts as [`Other`](Self::Other), as it does for
            /// the host.
            #[must_use]
            pub fn of(word: &str) -> Self {
                match word {
                    $($word => Self::$name,)+
                    _ => Self::Other,
                }
            }
        }
    };
}

kinds! {
    /// The credential is invalid, revoked or expired.
    Auth = "auth",
    /// The credential is valid but has no right to this model, organization or region.
    Permission = "permission",
    /// No credit, a spending cap, or a quota that does not refill within minutes.
    Billing = "billing",
    /// A limit that refills.
    RateLimit = "rate-limit",
    /// The provider is busy, whatever the credential.
    Overloaded = "overloaded",
    /// No bytes, no first token, or a stalled stream.
    Timeout = "timeout",
    /// Name lookup, connect, TLS, or a cut connection.
    Network = "network",
    /// A server error other than overload.
    Server = "server",
    /// The input is longer than the model accepts.
    ContextOverflow = "context-overflow",
    /// Unknown, retired or not served here.
    ModelNotFound = "model-not-found",
    /// The request itself is wrong and would fail everywhere.
    BadRequest = "bad-request",
    /// Input or output was refused by policy.
    ContentFilter = "content-filter",
    /// A message shape that only this provider refuses.
    Format = "format",
    /// Something asked for that this model or wire cannot do.
    Unsupported = "unsupported",
    /// The state of an earlier answer is no longer accepted.
    Replay = "replay",
    /// The caller cancelled.
    Aborted = "aborted",
    /// None of the above.
    Other = "other",
}

impl From<FailureKind> for String {
    fn from(kind: FailureKind) -> Self {
        kind.as_str().to_owned()
    }
}

impl PartialEq<FailureKind> for String {
    fn eq(&self, kind: &FailureKind) -> bool {
        self == kind.as_str()
    }
}

impl Failure {
    /// Returns what policy makes of it.
    #[must_use]
    pub fn kind(&self) -> FailureKind {
        FailureKind::of(&self.kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_read_back_from_its_word_and_other_words_are_other() {
        for kind in [
            FailureKind::RateLimit,
            FailureKind::Replay,
            FailureKind::Unsupported,
            FailureKind::ContextOverflow,
        ] {
            assert_eq!(FailureKind::of(kind.as_str()), kind);
            let word = kind.as_str().to_owned();
            assert!(word == kind, "{word}");
        }
        for word in ["", "Auth", "rate_limit", "weather"] {
            assert_eq!(FailureKind::of(word), FailureKind::Other, "{word}");
        }
    }
}
