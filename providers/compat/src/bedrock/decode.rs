//! What comes back: the events of `converse-stream`, or the one answer of `converse`.

mod blocks;
mod tokens;

use openclaw_sdk::chat::{About, Finish};
use openclaw_sdk::events::Events;
use openclaw_sdk::framing::Frame;
use openclaw_sdk::stream::Decode;
use openclaw_sdk::{Failure, FailureKind};
use serde_json::Value;

use super::failure;
use super::frames::EXCEPTION;
use crate::blocks::ended;
use crate::failure::unreadable;
use crate::json;
use crate::vendor::Vendor;
use blocks::Blocks;
pub use tokens::usage;

/// Decodes one answer.
pub struct Decoder {
    vendor: &'static Vendor,
    status: u16,
    request_id: Option<String>,
    now_ms: u64,
    blocks: Blocks,
    stopped: bool,
}

impl Decoder {
    /// Begins an answer that the service accepted with this status at this time.
    #[must_use]
    pub fn new(
        vendor: &'static Vendor,
        status: u16,
        request_id: Option<String>,
        now_ms: u64,
    ) -> Self {
        Self {
            vendor,
            status,
            request_id,
            now_ms,
            blocks: Blocks::new(vendor.realm),
            stopped: false,
        }
    }

    /// Says once what the answer says of itself.
    fn about(&mut self, tier: &Value, out: &mut Events) {
        let tier = tier["type"].as_str().map(str::to_owned);
        let request_id = self.request_id.take();
        if tier.is_some() || request_id.is_some() {
            out.about(About {
                id: None,
                model: None,
                created: None,
                request_id,
                service_tier: tier,
                extensions: Vec::new(),
            });
        }
    }

    fn stop(&mut self, told: &Value, out: &mut Events) -> Result<(), Failure> {
        let reason = told["stopReason"].as_str();
        let produced = self.blocks.produced;
        let word = match reason {
            None | Some("end_turn") => "end",
            Some("stop_sequence") => "sequence",
            Some("max_tokens") => "length",
            Some("tool_use") => "tool",
            Some("malformed_model_output" | "malformed_tool_use") => "malformed",
            Some(reason @ ("guardrail_intervened" | "content_filtered")) => {
                if !produced {
                    let message = "the answer was withheld by a content policy";
                    return Err(ended(
                        FailureKind::ContentFilter,
                        self.status,
                        reason,
                        message,
                    ));
                }
                "filter"
            }
            Some(reason @ "model_context_window_exceeded") => {
                if !produced {
                    let message = "the input leaves no room for an answer in the model's context";
                    return Err(ended(
                        FailureKind::ContextOverflow,
                        self.status,
                        reason,
                        message,
                    ));
                }
                "context"
            }
            Some(own) => own,
        };
        self.stopped = true;
        self.blocks.stop_all(out);
        out.finish_with(Finish {
            answer: 0,
            reason: word.to_owned(),
            vendor_reason: reason.map(str::to_owned),
            sequence: None,
            extensions: blocks::kept(told, &["additionalModelResponseFields"]),
        });
        Ok(())
    }

    fn whole(&mut self, reply: &Value, out: &mut Events) -> Result<(), Failure> {
        let Some(content) = reply["output"]["message"]["content"].as_array() else {
            return Err(
                failure::in_reply(self.vendor, self.status, reply, self.now_ms).unwrap_or_else(
                    || unreadable("the reply is not an answer of the Converse API"),
                ),
            );
        };
        self.about(&reply["serviceTier"], out);
        for (index, block) in content.iter().enumerate() {
            self.blocks.whole(index as u64, block, out);
        }
        out.usage(usage(&reply["usage"]));
        self.stop(reply, out)?;
        out.complete();
        Ok(())
    }
}

impl Decode for Decoder {
    fn frame(&mut self, frame: &Frame, out: &mut Events) -> Result<(), Failure> {
        let Ok(value) = json::parse(frame.data.trim()) else {
            return Err(unreadable("the reply is not JSON"));
        };
        let index = value["contentBlockIndex"].as_u64().unwrap_or(0);
        match frame.event.as_deref() {
            Some(EXCEPTION) => {
                let told = failure::in_reply(self.vendor, self.status, &value, self.now_ms);
                return Err(told.unwrap_or_else(|| unreadable("the stream reports a failure")));
            }
            Some("messageStart") => self.about(&Value::Null, out),
            Some("contentBlockStart") => self.blocks.start(index, &value["start"], out),
            Some("contentBlockDelta") => self.blocks.delta(index, &value["delta"], out),
            Some("contentBlockStop") => self.blocks.stop(index, out),
            Some("messageStop") => return self.stop(&value, out),
            Some("metadata") => {
                out.usage(usage(&value["usage"]));
                self.about(&value["serviceTier"], out);
                if self.stopped {
                    out.complete();
                }
            }
            // Events yet to be invented.
            Some(_) => {}
            None => return self.whole(&value, out),
        }
        Ok(())
    }
}
