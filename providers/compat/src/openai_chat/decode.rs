//! A reply of `POST /chat/completions`: chunks closed by `[DONE]`, or one completion object.

use openclaw_sdk::chat::Event;
use openclaw_sdk::framing::{Frame, Framing};
use openclaw_sdk::stream::Decode;
use openclaw_sdk::{Failure, FailureKind, errors};
use serde_json::Value;

use crate::openai::{failure, reading};
use crate::vendor::Vendor;

/// Turns a reply into events.
///
/// A stream is complete with a finish reason. Usage may follow it, and then `[DONE]`, which not every
/// server sends; `[DONE]` alone is a broken connection that looks like an answer.
pub struct Decoder {
    vendor: &'static Vendor,
    framing: Framing,
    spoke: bool,
    refused: bool,
    called: bool,
    finish: Option<String>,
}

impl Decoder {
    /// Returns a decoder for a body cut so.
    #[must_use]
    pub fn new(vendor: &'static Vendor, framing: Framing) -> Self {
        Self {
            vendor,
            framing,
            spoke: false,
            refused: false,
            called: false,
            finish: None,
        }
    }

    fn event(&mut self, frame: &Frame, out: &mut Vec<Event>) -> Result<(), Failure> {
        if frame.data.trim() == "[DONE]" {
            return match self.finish.take() {
                Some(reason) => self.stop(&reason, out),
                None => Err(errors::truncated()),
            };
        }
        let chunk = reading::value(&frame.data)?;
        if frame.event.as_deref() == Some("error") || failure::is_error(&chunk) {
            return Err(failure::in_reply(self.vendor, &chunk));
        }
        if let Some(choice) = first_choice(&chunk) {
            self.choice(choice, "delta", out)?;
        }
        out.extend(usage(&chunk).map(Event::Usage));
        Ok(())
    }

    fn body(&mut self, body: &str, out: &mut Vec<Event>) -> Result<(), Failure> {
        let completion = reading::value(body)?;
        if failure::is_error(&completion) {
            return Err(failure::in_reply(self.vendor, &completion));
        }
        let choice = first_choice(&completion)
            .filter(|choice| choice.get("message").is_some_and(Value::is_object))
            .ok_or_else(|| failure::unexpected("the reply is not a chat completion"))?;
        self.choice(choice, "message", out)?;
        out.extend(usage(&completion).map(Event::Usage));
        let reason = self.finish.take();
        self.stop(reason.as_deref().unwrap_or("stop"), out)
    }

    /// Takes a choice, whose message stands under `key`.
    fn choice(&mut self, choice: &Value, key: &str, out: &mut Vec<Event>) -> Result<(), Failure> {
        if failure::is_error(choice) {
            return Err(failure::in_reply(self.vendor, choice));
        }
        if let Some(message) = choice.get(key) {
            let reasoning = reading::text(message.get("reasoning_content"))
                .or_else(|| reading::text(message.get("reasoning")));
            out.extend(reasoning.map(Event::Reasoning));
            self.content(message.get("content"), out);
            if let Some(refusal) = reading::text(message.get("refusal")) {
                self.refused = true;
                out.push(Event::Text(refusal));
            }
            let calls = message.get("tool_calls").and_then(Value::as_array);
            self.called |= calls.is_some_and(|calls| !calls.is_empty());
        }
        if let Some(reason) = reading::text(choice.get("finish_reason")) {
            self.finish = Some(reason);
        }
        Ok(())
    }

    /// Takes content: a text, or a list of typed parts as Mistral sends it.
    fn content(&mut self, content: Option<&Value>, out: &mut Vec<Event>) {
        let before = out.len();
        out.extend(reading::text(content).map(Event::Text));
        for part in content.and_then(Value::as_array).into_iter().flatten() {
            out.extend(reading::text(part.get("text")).map(Event::Text));
            for thought in part
                .get("thinking")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
            {
                out.extend(reading::text(thought.get("text")).map(Event::Reasoning));
            }
        }
        let spoken = out.iter().skip(before);
        self.spoke |= spoken
            .into_iter()
            .any(|event| matches!(event, Event::Text(_)));
    }

    fn stop(&self, reason: &str, out: &mut Vec<Event>) -> Result<(), Failure> {
        let failed = |kind, message| {
            let mut failure = errors::failure(kind, message);
            failure.code = Some(reason.to_owned());
            Err(failure)
        };
        let word = match reason {
            "error" => return failed(FailureKind::Server, "the model stopped with an error"),
            "insufficient_system_resource" => {
                return failed(FailureKind::Overloaded, "the server ran out of resources");
            }
            "length" => "length",
            "content_filter" if !self.spoke && !self.refused => {
                return failed(
                    FailureKind::ContentFilter,
                    "the answer was withheld by policy",
                );
            }
            "content_filter" => "filter",
            _ if self.refused => "filter",
            "tool_calls" | "function_call" => "tool",
            "stop" if self.called => "tool",
            "stop" => "end",
            other => other,
        };
        out.push(Event::Stop(word.to_owned()));
        Ok(())
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

    fn end(&mut self, out: &mut Vec<Event>) -> Result<(), Failure> {
        match self.finish.take() {
            Some(reason) => self.stop(&reason, out),
            None => Ok(()),
        }
    }
}

fn first_choice(value: &Value) -> Option<&Value> {
    let choices = value.get("choices")?.as_array()?;
    choices
        .iter()
        .find(|choice| choice.get("index").and_then(Value::as_u64).unwrap_or(0) == 0)
}

/// Returns the usage, wherever a vendor puts it.
fn usage(value: &Value) -> Option<openclaw_sdk::Usage> {
    reading::usage(value.get("usage"))
        .or_else(|| reading::usage(first_choice(value)?.get("usage")))
        .or_else(|| reading::usage(value.pointer("/x_groq/usage")))
}
