//! An event as a line, and a line as it is read again.

use openclaw_core::activity::{Event, Use};
use openclaw_core::time::{Timestamp, millis};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// Longest line, in bytes. Less than what is read of the end of a file to find the last line.
pub(super) const LINE_BYTES: usize = 16 << 10;

/// Longest text in a line that would be too long otherwise, in characters.
const TEXT: usize = 200;

/// Returns an event as a line without its place in the chain.
fn line_of(event: &Event, now: Timestamp) -> Value {
    let mut line = json!({
        "at": now.iso(),
        "plugin": event.plugin,
        "digest": event.digest,
        "decision": if event.denied.is_some() { "deny" } else { "allow" },
    });
    match &event.use_of {
        Use::Http {
            method,
            url,
            query,
            secrets_in,
            status,
            elapsed,
        } => {
            line["use"] = "http".into();
            line["method"] = method.clone().into();
            line["url"] = url.clone().into();
            if let Some(query) = query {
                line["query_sha256"] = query.sha256.clone().into();
                line["query_bytes"] = query.bytes.into();
            }
            line["secrets_in"] = json!(secrets_in);
            line["status"] = json!(status);
            line["elapsed_ms"] = millis(*elapsed).into();
        }
        Use::Env { name, found } => {
            line["use"] = "env".into();
            line["name"] = name.clone().into();
            line["found"] = (*found).into();
        }
    }
    if let Some(denied) = &event.denied {
        line["rule"] = denied.rule.clone().into();
        line["message"] = denied.message.clone().into();
        line["smallest_grant"] = json!(denied.smallest_grant);
    }
    line
}

/// Returns an event as text that follows a line with the hash `previous`, and its own hash.
pub(super) fn chained(
    event: &Event,
    run: &str,
    now: Timestamp,
    previous: &str,
) -> (String, String) {
    let mut line = line_of(event, now);
    line["run"] = run.into();
    if line.to_string().len() > LINE_BYTES {
        shorten(&mut line);
    }
    line["prev"] = Value::from(previous);
    let hash = hash_of(&line);
    line["hash"] = Value::from(hash.clone());
    (line.to_string(), hash)
}

/// Cuts every text, and every list to its first entries.
fn shorten(value: &mut Value) {
    match value {
        Value::String(text) => {
            if let Some((end, _)) = text.char_indices().nth(TEXT) {
                text.truncate(end);
                text.push('…');
            }
        }
        Value::Array(items) => {
            items.truncate(8);
            items.iter_mut().for_each(shorten);
        }
        Value::Object(items) => items.values_mut().for_each(shorten),
        _ => {}
    }
}

/// The hash of a line, and that of the line before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) previous: String,
    pub(super) hash: String,
    /// Whether the line says what its hash says.
    pub(super) holds: bool,
}

/// Reads a line's place in the chain; `None` for what is no line of this log.
pub(super) fn link_of(line: &str) -> Option<Link> {
    let mut value: Value = serde_json::from_str(line).ok()?;
    let hash = value.as_object_mut()?.remove("hash")?;
    let hash = hash.as_str()?.to_owned();
    Some(Link {
        previous: value["prev"].as_str()?.to_owned(),
        holds: hash_of(&value) == hash,
        hash,
    })
}

/// Returns the digest of a line, in hex.
fn hash_of(line: &Value) -> String {
    format!("{:x}", Sha256::digest(line.to_string().as_bytes()))
}
