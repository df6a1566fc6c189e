//! What went wrong with a call to a provider, in the one vocabulary that policy understands.

use std::fmt;
use std::time::Duration;

/// The kinds of failure that rotation and fallback tell apart.
///
/// A provider maps its vendor's errors to one of these by their words; a word that is not known here
/// counts as [`Other`](Self::Other). The policy for each is in [`crate::cascade`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FailureKind {
    /// The credential is invalid, revoked or expired.
    Auth,
    /// The credential is kept elsewhere and could not be had; nobody was asked with it.
    CredentialUnavailable,
    /// The credential is valid but has no right to this model, organization or region.
    Permission,
    /// No credit, a spending cap, or a quota that does not refill within minutes.
    Billing,
    /// A limit that refills.
    RateLimit,
    /// The provider is busy, whatever the credential.
    Overloaded,
    /// No bytes, no first token, or a stalled stream.
    Timeout,
    /// Name lookup, connect, TLS, or a reset before the headers.
    Network,
    /// A server error other than overload.
    Server,
    /// The input is longer than the model accepts.
    ContextOverflow,
    /// Unknown, retired or not served here.
    ModelNotFound,
    /// The request itself is wrong: it would fail everywhere.
    BadRequest,
    /// Input or output was refused by policy.
    ContentFilter,
    /// A message shape that only this provider refuses.
    Format,
    /// Something asked for that this model or wire cannot do, such as a modality or a tool choice.
    Unsupported,
    /// The state of an earlier answer is no longer accepted; the same conversation without states
    /// would be.
    Replay,
    /// The caller cancelled.
    Aborted,
    /// None of the above.
    Other,
}

impl FailureKind {
    /// Every kind, in declaration order.
    pub const ALL: [Self; 18] = [
        Self::Auth,
        Self::CredentialUnavailable,
        Self::Permission,
        Self::Billing,
        Self::RateLimit,
        Self::Overloaded,
        Self::Timeout,
        Self::Network,
        Self::Server,
        Self::ContextOverflow,
        Self::ModelNotFound,
        Self::BadRequest,
        Self::ContentFilter,
        Self::Format,
        Self::Unsupported,
        Self::Replay,
        Self::Aborted,
        Self::Other,
    ];

    /// Returns the stable snake-case name used in files and `--json`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Auth => "auth",
            Self::CredentialUnavailable => "credential_unavailable",
            Self::Permission => "permission",
            Self::Billing => "billing",
            Self::RateLimit => "rate_limit",
            Self::Overloaded => "overloaded",
            Self::Timeout => "timeout",
            Self::Network => "network",
            Self::Server => "server",
            Self::ContextOverflow => "context_overflow",
            Self::ModelNotFound => "model_not_found",
            Self::BadRequest => "bad_request",
            Self::ContentFilter => "content_filter",
            Self::Format => "format",
            Self::Unsupported => "unsupported",
            Self::Replay => "replay",
            Self::Aborted => "aborted",
            Self::Other => "other",
        }
    }

    /// Returns the kind with this [`name`](Self::name).
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Returns the kind that a provider's word means, such as `rate-limit`; a word that is not known
    /// counts as [`Other`](Self::Other).
    #[must_use]
    pub fn from_word(word: &str) -> Self {
        let named = |kind: &Self| kind.name().replace('_', "-") == word;
        Self::ALL.into_iter().find(named).unwrap_or(Self::Other)
    }

    /// Returns a short phrase for a person, such as `rate limited`.
    #[must_use]
    pub fn phrase(self) -> &'static str {
        match self {
            Self::Auth => "unauthorized",
            Self::CredentialUnavailable => "credential not available",
            Self::Permission => "not permitted",
            Self::Billing => "insufficient credit",
            Self::RateLimit => "rate limited",
            Self::Overloaded => "overloaded",
            Self::Timeout => "timed out",
            Self::Network => "connection failed",
            Self::Server => "server error",
            Self::ContextOverflow => "input too long",
            Self::ModelNotFound => "model not found",
            Self::BadRequest => "request refused",
            Self::ContentFilter => "refused by content policy",
            Self::Format => "message format refused",
            Self::Unsupported => "not supported",
            Self::Replay => "state of an earlier answer refused",
            Self::Aborted => "cancelled",
            Self::Other => "failed",
        }
    }
}

impl fmt::Display for FailureKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A failed call to a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What policy should make of it.
    pub kind: FailureKind,
    /// The vendor's own code or type, such as `insufficient_quota`.
    pub code: Option<String>,
    /// The vendor's message, or ours where there was none. Never holds a secret.
    pub message: String,
    /// HTTP status, where there was a reply.
    pub status: Option<u16>,
    /// How long the server asked to wait.
    pub retry_after: Option<Duration>,
    /// The vendor's id of the request.
    pub request_id: Option<String>,
    /// The field that the vendor complains about, or the need that cannot be met.
    pub parameter: Option<String>,
}

impl Failure {
    /// Returns a failure of `kind` with a message and nothing else.
    pub fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            code: None,
            message: message.into(),
            status: None,
            retry_after: None,
            request_id: None,
            parameter: None,
        }
    }
}

impl Failure {
    /// Whether the vendor offers nothing of the kind, such as a list of its models or a call that
    /// costs nothing: nobody was asked, and nothing is wrong.
    #[must_use]
    pub fn is_unsupported(&self) -> bool {
        self.kind == FailureKind::Unsupported
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.kind.phrase())?;
        if let Some(status) = self.status {
            write!(f, " ({status})")?;
        }
        if !self.message.is_empty() {
            write!(f, ": {}", self.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for Failure {}
