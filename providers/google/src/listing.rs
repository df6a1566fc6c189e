//! The vendor's list of models: one page of it, and a whole answer as the proof of a probe. Pure.

use openclaw_sdk::chat::Event;
use openclaw_sdk::facts::{self, Facts};
use openclaw_sdk::framing::{Frame, Framer};
use openclaw_sdk::probe::Report;
use openclaw_sdk::stream::Decode;
use openclaw_sdk::{Failure, FailureKind, Model, errors};
use serde_json::Value;

use crate::decode::{self, Decoder};
use crate::{encode, failure};

/// One page of the list.
#[derive(Debug, Default)]
pub(crate) struct Page {
    /// The models that answer, in the vendor's order.
    pub(crate) models: Vec<Model>,
    /// How many models the page named, whatever they do.
    pub(crate) named: usize,
    /// What asks for the next page.
    pub(crate) next: Option<String>,
}

/// Reads a page, and fills in what is known of each model.
///
/// # Errors
/// The failure that the body reports, or kind `server` when it is not a list of models.
pub(crate) fn page(body: &Value, known: &[Facts], now_ms: u64) -> Result<Page, Failure> {
    if failure::is_error(body) {
        return Err(failure::classify_json(200, &[], body, now_ms));
    }
    let entries = body
        .get("models")
        .and_then(Value::as_array)
        .ok_or_else(not_a_list)?;
    let mut page = Page {
        next: text(body, "nextPageToken"),
        ..Page::default()
    };
    for entry in entries {
        let name = text(entry, "name").ok_or_else(not_a_list)?;
        page.named += 1;
        if answers(entry) {
            page.models.push(model(encode::bare(&name), entry, known));
        }
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

fn model(id: &str, entry: &Value, known: &[Facts]) -> Model {
    let number = |key: &str| {
        entry
            .get(key)
            .and_then(Value::as_u64)
            .filter(|count| *count > 0)
    };
    let mut model = facts::discovered(id, text(entry, "displayName").as_deref(), known);
    model.context = number("inputTokenLimit").or(model.context);
    model.max_output = number("outputTokenLimit").or(model.max_output);
    model.reasoning = model
        .reasoning
        .or_else(|| entry.get("thinking").and_then(Value::as_bool));
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

/// Returns what the reply to a probe's question proves.
///
/// A model that thinks may spend a small bound before its first word; that it generated is then
/// proven by the tokens it counts.
///
/// # Errors
/// The failure that the reply reports, or kind `server` when nothing in it was generated.
pub(crate) fn answered(body: &str, now_ms: u64) -> Result<Report, Failure> {
    let mut decoder = Decoder::new(now_ms);
    let mut events = Vec::new();
    let mut framer = Framer::new(decode::FRAMING);
    let mut frames: Vec<Frame> = Vec::new();
    framer
        .push(body.as_bytes(), &mut frames)
        .map_err(|_| errors::failure(FailureKind::Server, "the reply is too long"))?;
    framer.end(&mut frames);
    frames
        .iter()
        .try_for_each(|frame| decoder.frame(frame, &mut events))?;
    decoder.end(&mut events)?;

    let (mut said, mut spent, mut generated, mut stopped) = (false, 0, 0, false);
    for event in events {
        match event {
            Event::Text(_) | Event::Reasoning(_) => said = true,
            Event::Usage(usage) => {
                generated = usage.output;
                spent = usage
                    .input
                    .saturating_add(usage.cache_read)
                    .saturating_add(usage.output);
            }
            Event::Stop(_) => stopped = true,
        }
    }
    if !stopped || (!said && generated == 0) {
        return Err(errors::failure(
            FailureKind::Server,
            "the reply holds no answer of a model",
        ));
    }
    Ok(Report {
        proven: "model answered".to_owned(),
        generated: true,
        tokens_spent: spent,
        account: None,
    })
}

#[cfg(test)]
mod tests;
