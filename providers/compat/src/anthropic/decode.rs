//! What comes back from `POST /v1/messages`: server-sent events, or one message.

mod blocks;
mod tokens;

use openclaw_sdk::chat::{About, Finish};
use openclaw_sdk::events::Events;
use openclaw_sdk::framing::{Frame, Framing};
use openclaw_sdk::stream::Decode;
use openclaw_sdk::{Failure, FailureKind};
use serde_json::Value;

use crate::blocks::ended;
use crate::failure::{is_error, unreadable};
use crate::json;
use crate::vendor::{Vendor, Wire};
use blocks::Blocks;
pub use tokens::Tokens;

/// Returns how a reply is cut: by what it says it is, else by what was asked for.
#[must_use]
pub fn framing(content_type: Option<&str>, streamed: bool) -> Framing {
    let told = content_type.unwrap_or_default().to_ascii_lowercase();
    let is_document = told.contains("json") || told.contains("html");
    if told.contains("event-stream") || (streamed && !is_document) {
        Framing::Sse
    } else {
        Framing::Whole
    }
}

/// Decodes one answer.
pub struct Decoder {
    vendor: &'static Vendor,
    wire: &'static Wire,
    status: u16,
    now_ms: u64,
    usage: Tokens,
    blocks: Blocks,
    stop_reason: Option<String>,
    sequence: Option<String>,
    begun: bool,
    foreign: bool,
}

impl Decoder {
    /// Begins an answer that this vendor accepted with this status at this time.
    #[must_use]
    pub fn new(vendor: &'static Vendor, wire: &'static Wire, status: u16, now_ms: u64) -> Self {
        Self {
            vendor,
            wire,
            status,
            now_ms,
            usage: Tokens::default(),
            blocks: Blocks::new(vendor.realm),
            stop_reason: None,
            sequence: None,
            begun: false,
            foreign: false,
        }
    }

    /// Takes what a message says of itself.
    fn about(&self, message: &Value, out: &mut Events) {
        let word = |value: &Value| value.as_str().map(str::to_owned);
        let about = About {
            id: word(&message["id"]),
            model: word(&message["model"]),
            created: None,
            request_id: None,
            service_tier: word(&message["usage"]["service_tier"]),
            extensions: Vec::new(),
        };
        if about.id.is_some() || about.model.is_some() {
            out.about(about);
        }
    }

    fn usage(&mut self, told: &Value, out: &mut Events) {
        if told.is_object() {
            self.usage.take(told);
            out.usage(self.usage.to_usage());
        }
    }

    fn stop_reason(&mut self, told: &Value) {
        if let Some(reason) = told["stop_reason"].as_str() {
            self.stop_reason = Some(reason.to_owned());
        }
        if let Some(text) = told["stop_sequence"].as_str() {
            self.sequence = Some(text.to_owned());
        }
    }

    fn refusal(&self, data: &str) -> Failure {
        (self.wire.classify)(self.vendor, self.status, &[], data, self.now_ms)
    }

    fn finish(&mut self, out: &mut Events) -> Result<(), Failure> {
        let produced = self.blocks.produced;
        let word = match self.stop_reason.as_deref() {
            None | Some("end_turn") => "end",
            Some("stop_sequence") => "sequence",
            Some("max_tokens") => "length",
            Some("tool_use") => "tool",
            Some("pause_turn") => "pause",
            Some(reason @ "refusal") if !produced => {
                return Err(ended(
                    FailureKind::ContentFilter,
                    self.status,
                    reason,
                    "the model refused to answer",
                ));
            }
            Some(reason @ "model_context_window_exceeded") => {
                if !produced {
                    return Err(ended(
                        FailureKind::ContextOverflow,
                        self.status,
                        reason,
                        "the input leaves no room for an answer in the model's context",
                    ));
                }
                "context"
            }
            Some(own) => own,
        };
        let word = word.to_owned();
        self.blocks.stop_all(out);
        out.finish_with(Finish {
            answer: 0,
            reason: word,
            vendor_reason: self.stop_reason.clone(),
            sequence: self.sequence.take(),
            extensions: Vec::new(),
        });
        out.complete();
        Ok(())
    }

    fn whole(&mut self, message: &Value, out: &mut Events) -> Result<(), Failure> {
        let Some(blocks) = message["content"].as_array() else {
            return Err(unreadable("the message has no content"));
        };
        self.about(message, out);
        for (index, block) in blocks.iter().enumerate() {
            self.blocks.start(index as u64, block, out);
            self.blocks.stop(index as u64, out);
        }
        self.usage(&message["usage"], out);
        self.stop_reason(message);
        self.finish(out)
    }
}

impl Decode for Decoder {
    fn frame(&mut self, frame: &Frame, out: &mut Events) -> Result<(), Failure> {
        let data = frame.data.trim();
        let event = frame.event.as_deref();
        if event == Some("error") {
            return Err(self.refusal(data));
        }
        if data.is_empty() || data == "[DONE]" {
            return Ok(());
        }
        let Ok(value) = json::parse(data) else {
            return Err(unreadable("the reply is not JSON"));
        };
        if is_error(&value) {
            return Err(self.refusal(data));
        }
        let index = value["index"].as_u64().unwrap_or(0);
        match value["type"].as_str().or(event) {
            Some("message_start") => {
                self.begun = true;
                let message = &value["message"];
                self.about(message, out);
                self.usage(&message["usage"], out);
                self.stop_reason(message);
            }
            Some("content_block_start") => {
                self.blocks.start(index, &value["content_block"], out);
            }
            Some("content_block_delta") => self.blocks.delta(index, &value["delta"], out),
            Some("content_block_stop") => self.blocks.stop(index, out),
            Some("message_delta") => {
                self.stop_reason(&value["delta"]);
                self.usage(&value["usage"], out);
            }
            Some("message_stop") => return self.finish(out),
            Some("message") => return self.whole(&value, out),
            // `ping`, and events yet to be invented.
            _ => self.foreign = true,
        }
        Ok(())
    }

    fn end(&mut self, out: &mut Events) -> Result<(), Failure> {
        // A server or proxy that leaves `message_stop` out has said all the same why it stopped.
        if self.stop_reason.is_some() {
            return self.finish(out);
        }
        if self.foreign && !self.begun {
            return Err(unreadable("the reply is not an answer of the Messages API"));
        }
        Ok(())
    }
}
