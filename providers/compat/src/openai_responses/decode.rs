//! A reply of `POST /responses`: typed events, or one response object.

mod item;

use openclaw_sdk::Extension;
use openclaw_sdk::chat::Finish;
use openclaw_sdk::events::Events;
use openclaw_sdk::framing::{Frame, Framing};
use openclaw_sdk::stream::Decode;
use openclaw_sdk::{Failure, FailureKind, errors};
use serde_json::Value;

use super::encode::NAMESPACE;
use crate::openai::{failure, reading};
use crate::vendor::Vendor;
use item::Items;

/// Turns a reply into events. Completion is the response's own state; there is no `[DONE]`.
pub struct Decoder {
    vendor: &'static Vendor,
    framing: Framing,
    about: bool,
    items: Items,
}

impl Decoder {
    /// Returns a decoder for a body cut so.
    #[must_use]
    pub fn new(vendor: &'static Vendor, framing: Framing) -> Self {
        Self {
            vendor,
            framing,
            about: false,
            items: Items::new(vendor.realm),
        }
    }

    fn event(&mut self, frame: &Frame, out: &mut Events) -> Result<(), Failure> {
        if frame.data.trim() == "[DONE]" {
            return Ok(());
        }
        let event = reading::value(&frame.data)?;
        let name = event["type"].as_str().or(frame.event.as_deref());
        let name = name.unwrap_or_default();
        match name {
            "response.created" | "response.in_progress" | "response.queued" => {
                self.about(&event["response"], out);
            }
            "response.completed"
            | "response.incomplete"
            | "response.failed"
            | "response.cancelled"
            | "response.done" => {
                let response = event.get("response").unwrap_or(&Value::Null);
                let state = response["status"].as_str();
                let state = state.unwrap_or(name.trim_start_matches("response."));
                return self.finish(state, response, out);
            }
            "error" => return Err(failure::in_reply(self.vendor, &event)),
            _ if failure::is_error(&event) => return Err(failure::in_reply(self.vendor, &event)),
            _ => self.items.event(name, &event, out),
        }
        Ok(())
    }

    fn body(&mut self, body: &str, out: &mut Events) -> Result<(), Failure> {
        let response = reading::value(body)?;
        let is_response = response["output"].is_array();
        match response["status"].as_str() {
            Some(state) if is_response => self.finish(state, &response, out),
            _ if failure::is_error(&response) => Err(failure::in_reply(self.vendor, &response)),
            None if is_response => self.finish("completed", &response, out),
            _ => Err(failure::unexpected("the reply is not a response object")),
        }
    }

    fn about(&mut self, response: &Value, out: &mut Events) {
        if !self.about && (response["id"].is_string() || response["model"].is_string()) {
            self.about = true;
            out.about(reading::about(response, "created_at"));
        }
    }

    /// Takes the response in its last state; what was not streamed is read from it.
    fn finish(&mut self, state: &str, response: &Value, out: &mut Events) -> Result<(), Failure> {
        let reason = response["incomplete_details"]["reason"].as_str();
        if state == "failed" || failure::is_error(response) {
            return Err(failure::in_reply(self.vendor, response));
        }
        match state {
            "cancelled" => {
                return Err(errors::failure(
                    FailureKind::Aborted,
                    "the response was cancelled",
                ));
            }
            "queued" | "in_progress" => {
                return Err(failure::unexpected(
                    "the response was handed over before it was done",
                ));
            }
            _ => {}
        }
        self.about(response, out);
        for (index, item) in response["output"]
            .as_array()
            .into_iter()
            .flatten()
            .enumerate()
        {
            self.items.listed(index as u64, item, out);
        }
        if let Some(usage) = reading::usage(response.get("usage")) {
            out.usage(usage);
        }
        let items = &self.items;
        let word = match (state, reason) {
            ("incomplete", Some("max_output_tokens")) => "length",
            ("incomplete", Some(reason @ "content_filter")) => {
                if !items.has_content() {
                    let message = "the answer was withheld by policy";
                    let mut failure = errors::failure(FailureKind::ContentFilter, message);
                    failure.code = Some(reason.to_owned());
                    return Err(failure);
                }
                "filter"
            }
            ("incomplete", Some(reason)) => reason,
            ("incomplete", None) => "incomplete",
            _ if items.refused => "refusal",
            _ if items.called => "tool",
            _ => "end",
        };
        let removed = &response["input_transformations"];
        if removed.as_array().is_some_and(|list| !list.is_empty()) {
            out.notice(
                "changed",
                "state",
                "the vendor left out reasoning of earlier answers that it could not use",
            );
        }
        out.finish_with(Finish {
            answer: 0,
            reason: word.to_owned(),
            vendor_reason: Some(reason.unwrap_or(state).to_owned()),
            sequence: None,
            extensions: extension(response),
        });
        out.complete();
        Ok(())
    }
}

/// Returns what else a response tells.
fn extension(response: &Value) -> Vec<Extension> {
    let keys = [
        "moderation",
        "access_programs",
        "input_transformations",
        "tool_usage",
    ];
    let told: serde_json::Map<String, Value> = keys
        .into_iter()
        .filter_map(|key| Some((key.to_owned(), response.get(key)?.clone())))
        .filter(|(_, value)| !value.is_null())
        .collect();
    if told.is_empty() {
        return Vec::new();
    }
    vec![Extension {
        namespace: NAMESPACE.to_owned(),
        value: Value::from(told).to_string(),
    }]
}

impl Decode for Decoder {
    fn frame(&mut self, frame: &Frame, out: &mut Events) -> Result<(), Failure> {
        if self.framing != Framing::Whole {
            return self.event(frame, out);
        }
        let Some(events) = reading::hidden_events(&frame.data) else {
            return self.body(&frame.data, out);
        };
        for event in &events {
            self.event(event, out)?;
            if out.is_complete() {
                break;
            }
        }
        Ok(())
    }
}
