//! The reply of `POST /api/chat` as events, streamed as lines or whole.

use openclaw_sdk::chat::Event;
use openclaw_sdk::framing::{Frame, Framing};
use openclaw_sdk::stream::Decode;
use openclaw_sdk::{Failure, FailureKind, Usage, errors};
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
    called_tool: bool,
}

impl Decoder {
    /// Returns a decoder of a reply with this status.
    #[must_use]
    pub fn new(vendor: &'static Vendor, status: u16) -> Self {
        Self {
            vendor,
            status,
            recognized: false,
            called_tool: false,
        }
    }

    fn object(&mut self, value: &Value, out: &mut Vec<Event>) -> Result<bool, Failure> {
        if is_error(value) {
            return Err(failure::explain(self.vendor, value, self.status));
        }
        let message = value.get("message").filter(|message| message.is_object());
        let done = value.get("done").and_then(Value::as_bool);
        self.recognized |= message.is_some() && done.is_some();
        if let Some(message) = message {
            let text = |name: &str| {
                message
                    .get(name)
                    .and_then(Value::as_str)
                    .filter(|text| !text.is_empty())
                    .map(str::to_owned)
            };
            out.extend(text("thinking").map(Event::Reasoning));
            out.extend(text("content").map(Event::Text));
            let calls = message.get("tool_calls").and_then(Value::as_array);
            self.called_tool |= calls.is_some_and(|calls| !calls.is_empty());
        }
        if done != Some(true) || !self.recognized {
            return Ok(false);
        }
        out.extend(usage(value).map(Event::Usage));
        out.push(Event::Stop(self.stop(value)));
        Ok(true)
    }

    fn stop(&self, value: &Value) -> String {
        // Servers before 0.1.30 give no reason.
        let word = value
            .get("done_reason")
            .and_then(Value::as_str)
            .unwrap_or_default();
        match word {
            "" | "stop" if self.called_tool => "tool",
            "" | "stop" => "end",
            vendors_own => vendors_own,
        }
        .to_owned()
    }
}

impl Decode for Decoder {
    fn frame(&mut self, frame: &Frame, out: &mut Vec<Event>) -> Result<(), Failure> {
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

    fn end(&mut self, _out: &mut Vec<Event>) -> Result<(), Failure> {
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
        input: input.unwrap_or_default(),
        output: output.unwrap_or_default(),
        cache_read: 0,
        cache_write: 0,
        reasoning: 0,
    })
}
