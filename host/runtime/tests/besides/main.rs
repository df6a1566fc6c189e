//! What a provider offers besides answers: requests passed on, counts, vectors, what is left of an
//! account. Honest components pass on what they get, byte for byte; one that misbehaves gains nothing.

mod hostile;
mod relay;
#[path = "../support/mod.rs"]
mod support;

use std::sync::Arc;

use openclaw_core::conversation::Blob;
use openclaw_core::embedding;
use openclaw_core::failure::FailureKind;
use openclaw_runtime::limits::Fault;
use openclaw_runtime::provider::{Relay, Relayed};
use openclaw_runtime::{CallError, Options, Provider, StoredSecret};
use openclaw_upstream::{Echo, Form, Reply, Script, Upstream, anthropic};
use serde_json::json;
use support::{Scene, Stage, asking, held, run};

const SECRET: &str = "sk-besides-Zq0CanaryFragment9x-0123456789";

/// Returns a request as a client sent it.
fn passed(dialect: &str, operation: &str, model: &str, body: &str) -> Relay {
    Relay {
        dialect: dialect.to_owned(),
        operation: operation.to_owned(),
        model: model.to_owned(),
        body: Blob::new(body.as_bytes()),
        headers: Vec::new(),
        stream: true,
    }
}

/// Reads an answer to its end.
async fn whole(relayed: &mut Relayed) -> Vec<u8> {
    let mut bytes = Vec::new();
    while let Some(more) = relayed.next().await.expect("it goes on") {
        bytes.extend(more);
    }
    bytes
}
