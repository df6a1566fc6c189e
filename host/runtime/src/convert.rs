//! Contract values to and from core values.

mod besides;
mod event;
mod model;
mod request;
mod text;

use std::time::Duration;

use openclaw_core::conversation::{Extension, Json};
use openclaw_core::failure;

use crate::bindings::openclaw::provider::types as wire;

pub(crate) use besides::{count, embed, embedded, quota};
pub(crate) use event::event;
pub(crate) use model::model;
pub(crate) use request::{TooManyFiles, request};
pub(crate) use text::{is_invisible, line};

/// Longest message of a failure that is kept, in bytes.
const MESSAGE_BYTES: usize = 2_000;
/// Longest value of an extension that is taken from a guest, in bytes.
const EXTENSION_BYTES: usize = 256 << 10;
/// Longest word that is taken from a guest, such as a reason or an id.
const WORD_BYTES: usize = 200;

pub(crate) fn failure(from: wire::Failure, redact: impl Fn(&str) -> String) -> failure::Failure {
    let short = |text: String| line(&redact(&text), WORD_BYTES);
    failure::Failure {
        kind: failure::FailureKind::from_word(&from.kind),
        code: from.code.map(|code| line(&redact(&code), 100)),
        message: line(&redact(&from.message), MESSAGE_BYTES),
        status: from.status,
        retry_after: from.retry_after_ms.map(Duration::from_millis),
        request_id: from.request_id.map(short),
        parameter: from.parameter.map(short),
    }
}

fn extensions(from: Vec<wire::Extension>) -> Vec<Extension> {
    from.into_iter()
        .filter(|extension| extension.value.len() <= EXTENSION_BYTES)
        .map(extension)
        .collect()
}

fn extension(from: wire::Extension) -> Extension {
    Extension {
        namespace: from.namespace,
        value: Json::new(from.value),
    }
}
