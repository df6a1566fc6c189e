//! Secrets that a reply mints: a token endpoint's answer, say.
//!
//! Which they are is a matter of the grant. All of them are taken out of every reply under it,
//! whatever its status; a request only says for which of them it wants handles.

use std::sync::Arc;

use openclaw_core::capability::Origin;
use openclaw_core::secret::Secret;
use serde_json::Value;

use super::connection::Body;
use super::http::{AT_ONCE, Refused, next_chunk};
use super::outgoing::Refusal;
use crate::bindings::openclaw::provider::http::{Captured, HttpError};
use crate::instance::Ctx;
use crate::limits::{CAPTURE_BYTES, SECRET_BYTES};
use crate::redact::Redactor;
use crate::secret::{Handle, StoredSecret};

/// Most texts of what is blanked, and is no text itself, that are searched for in the rest.
const TEXTS: usize = 8;

/// Where a reply comes from, and what becomes of it.
pub(super) struct Asked<'r> {
    /// Its origin.
    pub(super) origin: &'r Origin,
    /// JSON pointers of the grant.
    pub(super) captures: &'r [String],
    /// Those of them that the request names.
    pub(super) wanted: &'r [String],
}

impl Ctx {
    /// Reads the whole body, takes what the grant's pointers find out of it and leaves the rest for
    /// the guest. Returns handles in the order of the request.
    pub(super) async fn capture(
        &mut self,
        body: &mut Body,
        status: u16,
        asked: &Asked<'_>,
    ) -> Result<Vec<Captured>, Refused> {
        let mut bytes = Vec::new();
        while let Some(chunk) = next_chunk(body, self.time_left()).await? {
            bytes.extend_from_slice(&chunk);
            if bytes.len() > CAPTURE_BYTES {
                return Err(HttpError::TooLarge(format!(
                    "a reply with captures has at most {CAPTURE_BYTES} bytes"
                ))
                .into());
            }
        }
        let Ok(mut value) = serde_json::from_slice::<Value>(&bytes) else {
            // Not JSON: nothing can be told apart as a secret, so nothing is passed on. Of an error
            // the status says enough.
            if !(200..300).contains(&status) {
                return Ok(Vec::new());
            }
            return Err(HttpError::Interrupted(
                "the reply to be captured from is not JSON".to_owned(),
            )
            .into());
        };
        let mut taken = Vec::new();
        for pointer in asked.captures {
            if let Some(secret) = self.take(&mut value, pointer, asked.origin)? {
                taken.push((pointer, secret));
            }
        }
        let mut captured = Vec::new();
        for pointer in asked.wanted {
            if captured
                .iter()
                .any(|known: &Captured| known.pointer == *pointer)
            {
                continue;
            }
            let found = taken.iter().find(|(known, _)| *known == pointer);
            if let Some((_, handle)) = found {
                let secret = self.push(handle.clone()).map_err(Refusal::Trap)?;
                captured.push(Captured {
                    pointer: pointer.clone(),
                    secret,
                });
            }
        }
        let searcher = self.known.at(asked.origin);
        let mut redactor = Redactor::default();
        for part in value.to_string().as_bytes().chunks(AT_ONCE) {
            body.ready.extend(redactor.push(&searcher, part));
            tokio::task::yield_now().await;
        }
        body.ready.extend(redactor.end(&searcher));
        Ok(captured)
    }

    /// Blanks what a pointer finds. Only a text becomes a secret, and only one that holds none of
    /// the guest's other secrets: that would be another name for it.
    fn take(
        &mut self,
        value: &mut Value,
        pointer: &str,
        origin: &Origin,
    ) -> Result<Option<Handle>, Refused> {
        let Some(found) = value.pointer_mut(pointer) else {
            return Ok(None);
        };
        let text = match found.take() {
            Value::String(text) => text,
            Value::Null => return Ok(None),
            other => {
                let mut texts = Vec::new();
                texts_of(&other, &mut texts);
                for text in texts {
                    let stored = StoredSecret::new(Secret::new(text.to_owned()), "oauth", None);
                    let id = self.know(&Arc::new(stored)).map_err(Refusal::Trap)?;
                    self.known.was_at(id, origin);
                }
                return Ok(None);
            }
        };
        *found = Value::from("");
        if text.is_empty() || text.len() > SECRET_BYTES || self.known.is_within(&text) {
            return Ok(None);
        }
        let stored = Arc::new(StoredSecret::new(Secret::new(text), "oauth", None));
        let id = self.know(&stored).map_err(Refusal::Trap)?;
        self.known.was_at(id, origin);
        Ok(Some(Handle {
            stored,
            id,
            captured: true,
        }))
    }
}

/// Collects the first texts of a value.
fn texts_of<'v>(value: &'v Value, found: &mut Vec<&'v str>) {
    if found.len() >= TEXTS {
        return;
    }
    match value {
        Value::String(text) if text.len() <= SECRET_BYTES => found.push(text),
        Value::Array(items) => items.iter().for_each(|item| texts_of(item, found)),
        Value::Object(items) => items.values().for_each(|item| texts_of(item, found)),
        _ => {}
    }
}
