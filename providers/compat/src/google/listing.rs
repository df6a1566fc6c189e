//! The vendor's list of models, a page of it. Pure.

use openclaw_sdk::{Failure, FailureKind, Model, errors, facts};
use serde_json::Value;

use super::{address, failure};
use crate::vendor::Vendor;

/// One page of the list.
#[derive(Debug, Default)]
pub struct Page {
    /// The models that answer, in the vendor's order.
    pub models: Vec<Model>,
    /// How many models the page named, whatever they do.
    pub named: usize,
    /// What asks for the next page.
    pub next: Option<String>,
}

/// Reads a page, and fills in what is known of each model.
///
/// # Errors
/// The failure that the body reports, or kind `server` when it is not a list of models.
pub fn page(body: &Value, vendor: &Vendor, now_ms: u64) -> Result<Page, Failure> {
    if failure::is_error(body) {
        return Err(failure::classify_json(vendor, 200, &[], body, now_ms));
    }
    let entries = body
        .get("models")
        .or_else(|| body.get("publisherModels"))
        .and_then(Value::as_array)
        .ok_or_else(not_a_list)?;
    let mut page = Page {
        next: text(body, "nextPageToken"),
        ..Page::default()
    };
    for entry in entries {
        // An odd row is passed over; a list of nothing else is none.
        let Some(name) = text(entry, "name") else {
            continue;
        };
        page.named += 1;
        if answers(entry) && is_of_gemini(&name, vendor) {
            page.models.push(model(address::bare(&name), entry, vendor));
        }
    }
    if page.named == 0 && !entries.is_empty() {
        return Err(not_a_list());
    }
    Ok(page)
}

/// Whether a model answers at all: others embed, draw or only count. Servers that do not say are
/// believed.
fn answers(entry: &Value) -> bool {
    entry
        .get("supportedGenerationMethods")
        .and_then(Value::as_array)
        .is_none_or(|methods| methods.iter().any(|method| method == "generateContent"))
}

/// Whether a model of Vertex's, which lists everything that a publisher has, is known or of a family that
/// answers. Gemini's own list says of each what it does.
fn is_of_gemini(name: &str, vendor: &Vendor) -> bool {
    let Some(id) = name.strip_prefix(address::PUBLISHED) else {
        return true;
    };
    let other = ["-embedding", "-live", "-tts", "-audio"];
    vendor.model(id).is_some()
        || id.starts_with("gemini-") && !other.iter().any(|word| id.contains(word))
}

fn model(id: &str, entry: &Value, vendor: &Vendor) -> Model {
    let number = |key: &str| {
        entry
            .get(key)
            .and_then(Value::as_u64)
            .filter(|count| *count > 0)
    };
    let mut model = vendor
        .models
        .discovered(id, text(entry, "displayName").as_deref());
    model.context = number("inputTokenLimit").or(model.context);
    model.max_output = number("outputTokenLimit").or(model.max_output);
    if let Some(thinks) = entry.get("thinking").and_then(Value::as_bool) {
        facts::learn(&mut model, "reasoning", thinks);
    }
    // What the vendor lists it serves, whatever was read elsewhere.
    if matches!(model.status.as_str(), "retired" | "delisted") {
        model.status = "active".to_owned();
    }
    if model.sources.iter().all(|source| source != "live") {
        model.sources.push("live".to_owned());
    }
    model
}

fn text(value: &Value, key: &str) -> Option<String> {
    value
        .get(key)
        .and_then(Value::as_str)
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
}

fn not_a_list() -> Failure {
    errors::failure(
        FailureKind::Server,
        "the reply is not a list of Gemini models",
    )
}

#[cfg(test)]
mod tests;
