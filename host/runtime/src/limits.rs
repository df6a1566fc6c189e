//! What a call may take, and what is said when it takes more.

use std::fmt;
use std::time::Duration;

use openclaw_core::failure::{Failure, FailureKind};
use wasmtime::ResourceLimiter;

use crate::redact::SECRETS;

/// Most log lines of one call.
pub const LOG_LINES: usize = 200;
/// Most log bytes of one call.
pub const LOG_BYTES: usize = 64 << 10;
/// Most handles (secrets and bodies) at once.
pub const HANDLES: usize = 64;
/// Most uses of capabilities (requests, variables) of one call.
pub const USES: usize = 1_000;
/// Most models in one answer.
pub const MODELS: usize = 20_000;
/// Most entries in all the lists of one model together.
pub const MODEL_WORDS: usize = 1_000;
/// Most bytes that values going from guest to host may take in one call.
pub const ANSWER_BYTES: usize = 52 << 20;
/// Most inputs of one call that makes vectors.
pub const VECTORS: usize = 4_096;
/// Most events of one list.
pub const BATCH_EVENTS: usize = 4_096;
/// Most blobs of one call.
pub const BLOBS: usize = 1_000;
/// Most bytes of a blob that a guest is given at once.
pub const MEDIA_PIECE: usize = 1 << 20;
/// Most bytes of a request's body.
pub const REQUEST_BYTES: usize = 48 << 20;
/// Most bytes of a reply's body.
pub const REPLY_BYTES: usize = 64 << 20;
/// Most bytes of a reply that is read for captures.
pub const CAPTURE_BYTES: usize = 1 << 20;
/// What a secret counts for in the headers of a request, whatever its length: a bound that counted
/// it would tell.
pub const SECRET_IN_HEADER: usize = 256;
/// What a secret counts for in the body of a request.
pub const SECRET_IN_BODY: usize = 16 << 10;
/// Longest secret that is written or captured.
pub const SECRET_BYTES: usize = 16 << 10;
/// Most headers of a request or a reply.
pub const HEADERS: usize = 64;
/// Most bytes of all header names and values together.
pub const HEADER_BYTES: usize = 32 << 10;

/// The guest's stack in bytes.
pub const STACK_BYTES: usize = 512 << 10;
/// Most elements of one table.
const TABLE_ELEMENTS: usize = 50_000;

/// The bound that a plugin ran into, or what else went wrong inside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The call took longer than this.
    Time(Duration),
    /// It wanted more memory than this many MiB.
    Memory(u32),
    /// It wanted a larger table than is allowed.
    Table,
    /// It recursed beyond the stack.
    Stack,
    /// It logged more than [`LOG_LINES`] lines or [`LOG_BYTES`] bytes.
    Log,
    /// It held more than [`HANDLES`] handles.
    Handles,
    /// It held more than [`SECRETS`] secrets, one after the other.
    Secrets,
    /// It used its capabilities more than [`USES`] times.
    Uses,
    /// It answered with more than is accepted; says what.
    Answer(String),
    /// It would have sent the person who signs in where its manifest does not say; says where.
    SignIn(String),
    /// It stopped by itself.
    Trap(String),
    /// It does not offer this interface.
    Missing(&'static str),
}

impl Fault {
    /// Returns the stable name used in `--json`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Time(_) => "time",
            Self::Memory(_) => "memory",
            Self::Table => "table",
            Self::Stack => "stack",
            Self::Log => "log",
            Self::Handles => "handles",
            Self::Secrets => "secrets",
            Self::Uses => "uses",
            Self::Answer(_) => "answer",
            Self::SignIn(_) => "sign-in",
            Self::Trap(_) => "trap",
            Self::Missing(_) => "missing",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Time(limit) => write!(f, "ran longer than its limit of {} ms", limit.as_millis()),
            Self::Memory(mib) => write!(f, "wanted more memory than its limit of {mib} MiB"),
            Self::Table => write!(f, "wanted a table of more than {TABLE_ELEMENTS} elements"),
            Self::Stack => write!(
                f,
                "used more stack than its limit of {} KiB",
                STACK_BYTES >> 10
            ),
            Self::Log => write!(
                f,
                "logged more than its limit of {LOG_LINES} lines or {} KiB in one call",
                LOG_BYTES >> 10
            ),
            Self::Handles => write!(f, "held more than its limit of {HANDLES} handles"),
            Self::Secrets => write!(f, "was given more than its limit of {SECRETS} secrets"),
            Self::Uses => write!(
                f,
                "sent requests and read variables more than its limit of {USES} times in one call"
            ),
            Self::Answer(what) => write!(f, "answered with more than is accepted: {what}"),
            Self::SignIn(why) => f.write_str(why),
            Self::Trap(how) => write!(f, "stopped: {how}"),
            Self::Missing(interface) => write!(f, "does not offer `{interface}`"),
        }
    }
}

/// A call that did not give its answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// The provider says what went wrong.
    #[error("{0}")]
    Provider(Failure),
    /// The plugin itself misbehaved.
    #[error("plugin `{plugin}` {fault}")]
    Plugin {
        /// Its id.
        plugin: String,
        /// What it did.
        fault: Fault,
    },
}

impl CallError {
    /// Returns the failure that policy works with.
    #[must_use]
    pub fn into_failure(self) -> Failure {
        let message = self.to_string();
        match self {
            Self::Provider(failure) => failure,
            Self::Plugin { fault, .. } => Failure {
                kind: match fault {
                    Fault::Time(_) => FailureKind::Timeout,
                    _ => FailureKind::Other,
                },
                code: Some(format!("plugin_{}", fault.name())),
                message,
                ..Failure::new(FailureKind::Other, "")
            },
        }
    }
}

/// Counts what a store's guest takes.
#[derive(Debug)]
pub(crate) struct Bounds {
    memory_mib: u32,
    memory_taken: usize,
    /// The bound that was hit, kept because the trap itself does not say.
    pub(crate) hit: Option<Fault>,
}

impl Bounds {
    pub(crate) fn new(memory_mib: u32) -> Self {
        Self {
            memory_mib,
            memory_taken: 0,
            hit: None,
        }
    }
}

impl ResourceLimiter for Bounds {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        _: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let taken = self.memory_taken + desired.saturating_sub(current);
        if taken > (self.memory_mib as usize) << 20 {
            self.hit = Some(Fault::Memory(self.memory_mib));
            return Err(wasmtime::Error::msg("memory limit"));
        }
        self.memory_taken = taken;
        Ok(true)
    }

    fn table_growing(
        &mut self,
        _: usize,
        desired: usize,
        _: Option<usize>,
    ) -> wasmtime::Result<bool> {
        if desired > TABLE_ELEMENTS {
            self.hit = Some(Fault::Table);
            return Err(wasmtime::Error::msg("table limit"));
        }
        Ok(true)
    }

    fn instances(&self) -> usize {
        64
    }

    fn tables(&self) -> usize {
        16
    }

    fn memories(&self) -> usize {
        4
    }
}
