//! A reply of `POST /responses`: typed events, or one response object.

use openclaw_sdk::chat::Event;
use openclaw_sdk::framing::{Frame, Framing};
use openclaw_sdk::stream::Decode;
use openclaw_sdk::{Failure, FailureKind, errors};
use serde_json::Value;

use crate::openai::{failure, reading};
use crate::vendor::Vendor;

/// Turns a reply into events. Completion is the response's own state; there is no `[DONE]`.
pub struct Decoder {
    vendor: &'static Vendor,
    framing: Framing,
    spoke: bool,
    thought: bool,
    refused: bool,
    called: bool,
}

impl Decoder {
    /// Returns a decoder for a body cut so.
    #[must_use]
    pub fn new(vendor: &'static Vendor, framing: Framing) -> Self {
        Self {
            vendor,
            framing,
            spoke: false,
            thought: false,
            refused: false,
            called: false,
        }
    }

    fn event(&mut self, frame: &Frame, out: &mut Vec<Event>) -> Result<(), Failure> {
        if frame.data.trim() == "[DONE]" {
            return Ok(());
        }
        let event = reading::value(&frame.data)?;
        let name = event
            .get("type")
            .and_then(Value::as_str)
            .or(frame.event.as_deref());
        match name.unwrap_or_default() {
            "response.output_text.delta" => self.speak(event.get("delta"), out),
            "response.refusal.delta" => {
                self.refused = true;
                self.speak(event.get("delta"), out);
            }
            "response.reasoning_summary_text.delta" | "response.reasoning_text.delta" => {
                self.think(event.get("delta"), out);
            }
            // Summaries come in parts, each a paragraph.
            "response.reasoning_summary_part.added" if self.thought => {
                out.push(Event::Reasoning("\n\n".to_owned()));
            }
            "response.output_item.added" | "response.output_item.done" => {
                self.called |= event.get("item").is_some_and(is_call);
            }
            "response.completed"
            | "response.incomplete"
            | "response.failed"
            | "response.cancelled"
            | "response.done" => {
                let response = event.get("response").unwrap_or(&Value::Null);
                let state = name.unwrap_or_default().trim_start_matches("response.");
                let state = response
                    .get("status")
                    .and_then(Value::as_str)
                    .unwrap_or(state);
                return self.finish(state, response, out);
            }
            "error" => return Err(failure::in_reply(self.vendor, &event)),
            _ if failure::is_error(&event) => return Err(failure::in_reply(self.vendor, &event)),
            _ => {}
        }
        Ok(())
    }

    fn body(&mut self, body: &str, out: &mut Vec<Event>) -> Result<(), Failure> {
        let response = reading::value(body)?;
        let is_response = response.get("output").is_some_and(Value::is_array);
        let state = response.get("status").and_then(Value::as_str);
        match state {
            Some(state) if is_response => self.finish(state, &response, out),
            _ if failure::is_error(&response) => Err(failure::in_reply(self.vendor, &response)),
            None if is_response => self.finish("completed", &response, out),
            _ => Err(failure::unexpected("the reply is not a response object")),
        }
    }

    /// Takes the response in its last state; what was not streamed is read from it.
    fn finish(
        &mut self,
        state: &str,
        response: &Value,
        out: &mut Vec<Event>,
    ) -> Result<(), Failure> {
        let reason = response
            .pointer("/incomplete_details/reason")
            .and_then(Value::as_str);
        let failed = state == "failed" || failure::is_error(response);
        if failed {
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
        self.output(response, out);
        if let Some(usage) = reading::usage(response.get("usage")) {
            out.push(Event::Usage(usage));
        }
        let stop = match (state, reason) {
            ("incomplete", Some("max_output_tokens")) => "length",
            ("incomplete", Some(reason @ "content_filter")) => {
                if !self.spoke {
                    let message = "the answer was withheld by policy";
                    let mut failure = errors::failure(FailureKind::ContentFilter, message);
                    failure.code = Some(reason.to_owned());
                    return Err(failure);
                }
                "filter"
            }
            ("incomplete", Some(reason)) => reason,
            ("incomplete", None) => "incomplete",
            _ if self.refused => "filter",
            _ if self.called => "tool",
            _ => "end",
        };
        out.push(Event::Stop(stop.to_owned()));
        Ok(())
    }

    fn output(&mut self, response: &Value, out: &mut Vec<Event>) {
        let (silent, thoughtless) = (!self.spoke, !self.thought);
        for item in list(response.get("output")) {
            self.called |= is_call(item);
            match item.get("type").and_then(Value::as_str) {
                Some("reasoning") if thoughtless => {
                    for part in list(item.get("summary"))
                        .iter()
                        .chain(list(item.get("content")))
                    {
                        self.think(part.get("text"), out);
                    }
                }
                Some("message") => {
                    for part in list(item.get("content")) {
                        let refusal = part.get("refusal");
                        self.refused |= refusal.is_some_and(Value::is_string);
                        if silent {
                            self.speak(part.get("text").or(refusal), out);
                        }
                    }
                }
                _ => {}
            }
        }
    }

    fn speak(&mut self, text: Option<&Value>, out: &mut Vec<Event>) {
        if let Some(text) = reading::text(text) {
            self.spoke = true;
            out.push(Event::Text(text));
        }
    }

    fn think(&mut self, text: Option<&Value>, out: &mut Vec<Event>) {
        if let Some(text) = reading::text(text) {
            self.thought = true;
            out.push(Event::Reasoning(text));
        }
    }
}

impl Decode for Decoder {
    fn frame(&mut self, frame: &Frame, out: &mut Vec<Event>) -> Result<(), Failure> {
        if self.framing != Framing::Whole {
            return self.event(frame, out);
        }
        let Some(events) = reading::hidden_events(&frame.data) else {
            return self.body(&frame.data, out);
        };
        for event in &events {
            self.event(event, out)?;
            if reading::stopped(out) {
                break;
            }
        }
        Ok(())
    }
}

fn list(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Whether an output item is a call of a tool on the caller's side.
fn is_call(item: &Value) -> bool {
    matches!(
        item.get("type").and_then(Value::as_str),
        Some("function_call" | "custom_tool_call")
    )
}
