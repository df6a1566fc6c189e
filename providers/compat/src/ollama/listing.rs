//! What a server tells of its models: `GET /api/tags` and `POST /api/show`.

use openclaw_sdk::errors::decimal;
use openclaw_sdk::facts::{self, Entry};
use openclaw_sdk::{Model, Price};
use serde_json::Value;

use crate::vendor::Vendor;

/// Most models of a listing that are kept.
const MODELS_KEPT: usize = 2_000;

/// Reads `{models: […]}`; `None` when it is not of that shape.
#[must_use]
pub fn tags(reply: &Value, vendor: &Vendor, cloud: bool) -> Option<Vec<Model>> {
    let listed = reply.get("models")?.as_array()?;
    Some(
        listed
            .iter()
            .take(MODELS_KEPT)
            .filter_map(|entry| model(entry, vendor, cloud))
            .collect(),
    )
}

/// Reads the version out of `{version: "0.12.6"}`.
#[must_use]
pub fn version(reply: &Value) -> Option<&str> {
    reply
        .get("version")?
        .as_str()
        .filter(|version| !version.is_empty() && version.len() <= 64)
}

/// Fills in what `/api/show` tells; what it tells is truer than the built-in facts. Returns whether
/// the model answers chats: one that only embeds does not.
pub fn apply_show(model: &mut Model, show: &Value) -> bool {
    let info = show.get("model_info").and_then(Value::as_object);
    let number = |ends: &str| {
        info?
            .iter()
            .find(|(key, _)| key.ends_with(ends))
            .and_then(|(_, value)| value.as_u64())
    };
    if let Some(context) = number(".context_length").filter(|context| *context > 0) {
        model.context = Some(context);
        model.max_output = model.max_output.map(|most| most.min(context));
    }
    if let Some(count) = number("general.parameter_count").filter(|count| *count > 0) {
        model.parameters_b = Some(billions(count));
    } else if let Some(size) = parameter_size(show) {
        model.parameters_b = Some(size);
    }
    let Some(capabilities) = show.get("capabilities").and_then(Value::as_array) else {
        return true;
    };
    let can = |word: &str| capabilities.iter().any(|capability| capability == word);
    facts::set(model, "tools", can("tools"));
    facts::set(model, "reasoning", can("thinking"));
    for (word, modality) in [("vision", "image"), ("audio", "audio")] {
        if can(word) && !model.input.iter().any(|known| known == modality) {
            model.input.push(modality.to_owned());
        }
    }
    can("completion") || !can("embedding")
}

/// Whether a reply of `/api/show` has its shape.
#[must_use]
pub fn is_show(reply: &Value) -> bool {
    ["details", "model_info", "modelfile", "capabilities"]
        .iter()
        .any(|key| reply.get(key).is_some())
}

fn model(entry: &Value, vendor: &Vendor, cloud: bool) -> Option<Model> {
    let text = |name: &str| {
        entry
            .get(name)
            .and_then(Value::as_str)
            .filter(|text| !text.is_empty())
    };
    let id = text("model").or_else(|| text("name"))?;
    let known = facts_of(id, vendor);
    let mut model = match known {
        Some(facts) => Model {
            id: id.to_owned(),
            ..facts.model()
        },
        None => facts::discovered(id, text("name")),
    };
    if !model.sources.iter().any(|source| source == "live") {
        model.sources.insert(0, "live".to_owned());
    }
    if let Some(size) = parameter_size(entry) {
        model.parameters_b = Some(size);
    }
    // What runs on the server itself is not billed by the token.
    let runs_elsewhere = cloud || text("remote_model").is_some() || text("remote_host").is_some();
    if known.is_none() && !runs_elsewhere {
        model.price = Price {
            input: Some(0.0),
            output: Some(0.0),
            cache_read: None,
            cache_write: None,
            details: Vec::new(),
        };
    }
    Some(model)
}

/// `llama3:latest` and `llama3` are the same model.
fn facts_of(id: &str, vendor: &Vendor) -> Option<Entry> {
    let short = id.strip_suffix(":latest").unwrap_or(id);
    vendor.model(id).or_else(|| vendor.model(short))
}

/// Reads `details.parameter_size`, such as `8.0B` or `137M`, in billions.
fn parameter_size(entry: &Value) -> Option<f64> {
    let text = entry
        .get("details")?
        .get("parameter_size")?
        .as_str()?
        .trim();
    let (number, scale) = match text.as_bytes().last()?.to_ascii_uppercase() {
        b'T' => (text.get(..text.len() - 1)?, 1_000.0),
        b'B' => (text.get(..text.len() - 1)?, 1.0),
        b'M' => (text.get(..text.len() - 1)?, 0.001),
        b'K' => (text.get(..text.len() - 1)?, 0.000_001),
        _ => (text, 0.000_000_001),
    };
    let size = decimal(number.trim())? * scale;
    (size.is_finite() && size > 0.0).then_some(size)
}

/// Rounds to what people say: `8030261248` is 8.03.
#[expect(clippy::cast_precision_loss, reason = "two decimals are kept")]
fn billions(count: u64) -> f64 {
    let size = count as f64 / 1e9;
    if size < 1.0 {
        (size * 1_000.0).round() / 1_000.0
    } else {
        (size * 100.0).round() / 100.0
    }
}
