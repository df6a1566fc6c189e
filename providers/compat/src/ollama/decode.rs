//! The reply of `POST /api/chat` as events, streamed as lines or whole.

use openclaw_sdk::chat::About;
use openclaw_sdk::events::Events;
use openclaw_sdk::framing::{Frame, Framing};
use openclaw_sdk::stream::Decode;
use openclaw_sdk::{Failure, FailureKind, Usage, errors, facts};
use serde_json::{Deserializer, Value};

use super::failure;
use crate::failure::is_error;
use crate::json;
use crate::vendor::Vendor;

/// Decodes a success's body. The last object has `done: true`; a body that ends without one is
/// truncated.
pub struct Decoder {
    vendor: &'static Vendor,
    status: u16,
    recognized: bool,
    calls: usize,
    about: bool,
}

impl Decoder {
    /// Returns a decoder of a reply with this status.
    #[must_use]
    pub fn new(vendor: &'static Vendor, status: u16) -> Self {
        Self {
            vendor,
            status,
            recognized: false,
            calls: 0,
            about: false,
        }
    }

    fn object(&mut self, value: &Value, out: &mut Events) -> Result<bool, Failure> {
        if is_error(value) {
            return Err(failure::explain(self.vendor, value, self.status));
        }
        let message = value.get("message").filter(|message| message.is_object());
        let done = value.get("done").and_then(Value::as_bool);
        self.recognized |= message.is_some() && done.is_some();
        if let Some(message) = message {
            if let (false, Some(model)) = (self.about, value["model"].as_str()) {
                self.about = true;
                out.about(About {
                    id: None,
                    model: Some(model.to_owned()),
                    created: None,
                    request_id: None,
                    service_tier: None,
                    extensions: Vec::new(),
                });
            }
            let text = |name: &str| message[name].as_str().unwrap_or_default();
            out.reasoning_of(0, "full", text("thinking"));
            out.text(text("content"));
            for call in message["tool_calls"].as_array().into_iter().flatten() {
                self.call(&call["function"], out);
            }
        }
        if done != Some(true) || !self.recognized {
            return Ok(false);
        }
        let own = value["done_reason"]
            .as_str()
            .filter(|word| !word.is_empty());
        out.finish(self.stop(value), own);
        if let Some(usage) = usage(value) {
            out.usage(usage);
        }
        out.complete();
        Ok(true)
    }

    /// A call comes whole and has no id: it gets one by its place.
    fn call(&mut self, function: &Value, out: &mut Events) {
        let name = function["name"].as_str().unwrap_or_default();
        let id = ["call_", &self.calls.to_string()].concat();
        self.calls += 1;
        let part = out.call(0, &id, name);
        let arguments = &function["arguments"];
        match arguments.as_str() {
            Some(text) => out.arguments(part, text),
            None if arguments.is_object() => out.arguments(part, &arguments.to_string()),
            None => out.arguments(part, "{}"),
        }
        out.end(part, None);
    }

    fn stop<'v>(&self, value: &'v Value) -> &'v str {
        // Servers before 0.1.30 give no reason.
        let word = value
            .get("done_reason")
            .and_then(Value::as_str)
            .unwrap_or_default();
        match word {
            "" | "stop" if self.calls > 0 => "tool",
            "" | "stop" => "end",
            vendors_own => vendors_own,
        }
    }
}

impl Decode for Decoder {
    fn frame(&mut self, frame: &Frame, out: &mut Events) -> Result<(), Failure> {
        // One object a line; but a proxy may hand over several at once under the name of JSON.
        let data = json::mended(&frame.data);
        for value in Deserializer::from_str(&data).into_iter::<Value>() {
            match value {
                Ok(value) => {
                    if self.object(&value, out)? {
                        break;
                    }
                }
                Err(error) if error.is_eof() => return Err(errors::truncated()),
                Err(_) if !self.recognized => {
                    return Err(failure::not_ollama(self.status, "/api/chat"));
                }
                Err(_) => {
                    let message = "a line of the reply is not JSON";
                    return Err(errors::failure(FailureKind::Server, message));
                }
            }
        }
        Ok(())
    }

    fn end(&mut self, _out: &mut Events) -> Result<(), Failure> {
        if self.recognized {
            Ok(())
        } else {
            Err(failure::not_ollama(self.status, "/api/chat"))
        }
    }
}

/// Chooses how to cut a reply: by what it says it is, else by what was asked for.
#[must_use]
pub fn framing(content_type: Option<&str>, stream: bool) -> Framing {
    let media_type = content_type
        .unwrap_or_default()
        .split(';')
        .next()
        .unwrap_or_default()
        .trim();
    match media_type.to_ascii_lowercase().as_str() {
        "application/x-ndjson" | "application/ndjson" | "application/jsonl" => Framing::Lines,
        "application/json" => Framing::Whole,
        "text/event-stream" => Framing::Sse,
        _ if stream => Framing::Lines,
        _ => Framing::Whole,
    }
}

/// Counts do not overlap: `prompt_eval_count` is the whole prompt, and no cache is billed. Reasoning
/// is part of `eval_count` and is not told apart.
fn usage(value: &Value) -> Option<Usage> {
    let count = |name: &str| value.get(name).and_then(Value::as_u64);
    let (input, output) = (count("prompt_eval_count"), count("eval_count"));
    if input.is_none() && output.is_none() {
        return None;
    }
    Some(Usage {
        input,
        output,
        ..facts::unknown_usage()
    })
}
