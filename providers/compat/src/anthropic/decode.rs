//! What comes back from `POST /v1/messages`: server-sent events, or one message.

use openclaw_sdk::chat::Event;
use openclaw_sdk::framing::{Frame, Framing};
use openclaw_sdk::stream::Decode;
use openclaw_sdk::{Failure, FailureKind, Usage, errors};
use serde_json::Value;

use crate::failure::is_error;
use crate::json;
use crate::vendor::{Vendor, Wire};

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
    stop_reason: Option<String>,
    produced: bool,
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
            stop_reason: None,
            produced: false,
            begun: false,
            foreign: false,
        }
    }

    /// Takes a piece of content: a block, the beginning of one, or what is added to one. Blocks
    /// that are neither text nor readable thinking are passed over.
    fn content(&mut self, piece: &Value, out: &mut Vec<Event>) {
        let (key, event): (_, fn(String) -> Event) = match piece["type"].as_str() {
            Some("text" | "text_delta") => ("text", Event::Text),
            Some("thinking" | "thinking_delta") => ("thinking", Event::Reasoning),
            _ => return,
        };
        if let Some(text) = piece[key].as_str().filter(|text| !text.is_empty()) {
            self.produced = true;
            out.push(event(text.to_owned()));
        }
    }

    fn usage(&mut self, told: &Value, out: &mut Vec<Event>) {
        if told.is_object() {
            self.usage.take(told);
            out.push(Event::Usage(self.usage.to_usage()));
        }
    }

    fn stop_reason(&mut self, told: &Value) {
        if let Some(reason) = told.as_str() {
            self.stop_reason = Some(reason.to_owned());
        }
    }

    fn refusal(&self, data: &str) -> Failure {
        (self.wire.classify)(self.vendor, self.status, &[], data, self.now_ms)
    }

    fn finish(&mut self, out: &mut Vec<Event>) -> Result<(), Failure> {
        let word = match self.stop_reason.as_deref() {
            None | Some("end_turn" | "stop_sequence") => "end",
            Some("max_tokens") => "length",
            Some("tool_use") => "tool",
            Some(reason @ "refusal") if !self.produced => {
                return Err(self.ended(
                    FailureKind::ContentFilter,
                    reason,
                    "the model refused to answer",
                ));
            }
            Some("refusal") => "filter",
            Some(reason @ "model_context_window_exceeded") => {
                if !self.produced {
                    return Err(self.ended(
                        FailureKind::ContextOverflow,
                        reason,
                        "the input leaves no room for an answer in the model's context",
                    ));
                }
                "length"
            }
            Some(own) => own,
        };
        out.push(Event::Stop(word.to_owned()));
        Ok(())
    }

    /// Returns the failure of an answer that ended for this reason before it began.
    fn ended(&self, kind: FailureKind, reason: &str, message: &str) -> Failure {
        Failure {
            code: Some(reason.to_owned()),
            status: Some(self.status),
            ..errors::failure(kind, message)
        }
    }

    fn whole(&mut self, message: &Value, out: &mut Vec<Event>) -> Result<(), Failure> {
        let Some(blocks) = message["content"].as_array() else {
            return Err(unreadable("the message has no content"));
        };
        blocks.iter().for_each(|block| self.content(block, out));
        self.usage(&message["usage"], out);
        self.stop_reason(&message["stop_reason"]);
        self.finish(out)
    }
}

impl Decode for Decoder {
    fn frame(&mut self, frame: &Frame, out: &mut Vec<Event>) -> Result<(), Failure> {
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
        match value["type"].as_str().or(event) {
            Some("message_start") => {
                self.begun = true;
                self.usage(&value["message"]["usage"], out);
                self.stop_reason(&value["message"]["stop_reason"]);
            }
            Some("content_block_start") => self.content(&value["content_block"], out),
            Some("content_block_delta") => self.content(&value["delta"], out),
            Some("message_delta") => {
                self.stop_reason(&value["delta"]["stop_reason"]);
                self.usage(&value["usage"], out);
            }
            Some("message_stop") => return self.finish(out),
            Some("message") => return self.whole(&value, out),
            // `ping`, `content_block_stop`, and events yet to be invented.
            _ => self.foreign = true,
        }
        Ok(())
    }

    fn end(&mut self, out: &mut Vec<Event>) -> Result<(), Failure> {
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

/// Returns the failure for a success that cannot be understood. Its text is not quoted: it may hold
/// what was asked.
#[must_use]
pub fn unreadable(what: &str) -> Failure {
    errors::failure(FailureKind::Server, what)
}

/// Token counts, each the highest told: those of an answer only grow, and a later event may leave
/// some out or give them as zero.
#[derive(Default)]
pub struct Tokens {
    input: u64,
    output: u64,
    cache_read: u64,
    cache_write: u64,
    reasoning: u64,
}

impl Tokens {
    /// Takes the counts of a `usage` object.
    pub fn take(&mut self, told: &Value) {
        let most = |count: &mut u64, value: &Value| {
            *count = (*count).max(value.as_u64().unwrap_or(0));
        };
        most(&mut self.input, &told["input_tokens"]);
        most(&mut self.output, &told["output_tokens"]);
        most(&mut self.cache_read, &told["cache_read_input_tokens"]);
        most(&mut self.cache_write, &told["cache_creation_input_tokens"]);
        most(
            &mut self.reasoning,
            &told["output_tokens_details"]["thinking_tokens"],
        );
    }

    /// Returns the tokens of every kind together.
    #[must_use]
    pub fn total(&self) -> u64 {
        [self.input, self.output, self.cache_read, self.cache_write]
            .into_iter()
            .fold(0, u64::saturating_add)
    }

    /// Returns the generated tokens.
    #[must_use]
    pub fn output(&self) -> u64 {
        self.output
    }

    fn to_usage(&self) -> Usage {
        Usage {
            input: self.input,
            output: self.output,
            cache_read: self.cache_read,
            cache_write: self.cache_write,
            reasoning: self.reasoning.min(self.output),
        }
    }
}
