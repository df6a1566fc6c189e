//! Replies of `generateContent` and `streamGenerateContent` to events.
//!
//! A reply is read line by line whatever its content type: lines of server-sent events begin with
//! `data:`, and everything else is the text of one JSON value, an object or an array. So one decoder
//! reads a stream, an answer in one piece, the array that a server without `alt=sse` sends, and the
//! bare error object that Google puts into a running stream.
//!
//! There is no mark of completion but a reason to stop; usage may follow it, so the stop is told at
//! the end of the body.

use openclaw_sdk::chat::Event;
use openclaw_sdk::framing::{FRAME_BYTES, Frame, Framing};
use openclaw_sdk::stream::Decode;
use openclaw_sdk::{Failure, FailureKind, Usage, errors};
use serde_json::Value;

use super::failure;
use crate::json;
use crate::vendor::Vendor;

/// How every reply is cut.
pub const FRAMING: Framing = Framing::Lines;

/// Reads one reply.
pub struct Decoder {
    vendor: &'static Vendor,
    now_ms: u64,
    /// Lines that belong to no event.
    bare: String,
    /// An event's data that goes on in its next line.
    open: String,
    counts: Counts,
    told: Option<Counts>,
    has_text: bool,
    has_call: bool,
    finish: Option<Finish>,
}

/// Why the model stopped.
#[derive(Debug)]
struct Finish {
    reason: String,
    message: Option<String>,
}

/// Token counts as Google has them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    prompt: u64,
    cached: u64,
    tool_prompt: u64,
    answer: u64,
    thoughts: u64,
}

impl Decoder {
    /// Begins to read a reply that arrives at this time.
    #[must_use]
    pub fn new(vendor: &'static Vendor, now_ms: u64) -> Self {
        Self {
            vendor,
            now_ms,
            bare: String::new(),
            open: String::new(),
            counts: Counts::default(),
            told: None,
            has_text: false,
            has_call: false,
            finish: None,
        }
    }

    fn value(&mut self, value: &Value, out: &mut Vec<Event>) -> Result<(), Failure> {
        if failure::is_error(value) {
            let vendor = self.vendor;
            return Err(failure::classify_json(vendor, 200, &[], value, self.now_ms));
        }
        match value {
            Value::Array(all) => all.iter().try_for_each(|value| self.value(value, out)),
            Value::Object(_) => self.chunk(value, out),
            _ => Err(unreadable()),
        }
    }

    fn chunk(&mut self, chunk: &Value, out: &mut Vec<Event>) -> Result<(), Failure> {
        if let Some(usage) = chunk.get("usageMetadata") {
            self.usage(usage, out);
        }
        let candidate = chunk.get("candidates").and_then(|all| all.get(0));
        if let Some(candidate) = candidate {
            self.candidate(candidate, out);
        }
        let feedback = chunk.get("promptFeedback");
        let block = feedback
            .and_then(|feedback| feedback.get("blockReason"))
            .and_then(Value::as_str);
        if let (Some(reason), None) = (block, candidate) {
            if self.has_text {
                // As if the candidate had said so: what was written so far stands.
                self.finish = Some(Finish {
                    reason: "PROHIBITED_CONTENT".to_owned(),
                    message: None,
                });
                return Ok(());
            }
            let told = feedback
                .and_then(|feedback| feedback.get("blockReasonMessage"))
                .and_then(Value::as_str)
                .map_or_else(
                    || format!("the prompt was blocked: {reason}"),
                    str::to_owned,
                );
            return Err(refused(FailureKind::ContentFilter, reason, told));
        }
        Ok(())
    }

    fn candidate(&mut self, candidate: &Value, out: &mut Vec<Event>) {
        let parts = candidate
            .get("content")
            .and_then(|content| content.get("parts"));
        for part in parts.and_then(Value::as_array).into_iter().flatten() {
            self.has_call |= part.get("functionCall").is_some();
            let Some(text) = part
                .get("text")
                .and_then(Value::as_str)
                .filter(|text| !text.is_empty())
            else {
                continue;
            };
            if part.get("thought").and_then(Value::as_bool) == Some(true) {
                out.push(Event::Reasoning(text.to_owned()));
            } else {
                self.has_text = true;
                out.push(Event::Text(text.to_owned()));
            }
        }
        let reason = candidate.get("finishReason").and_then(Value::as_str);
        if let Some(reason) =
            reason.filter(|word| !word.is_empty() && *word != "FINISH_REASON_UNSPECIFIED")
        {
            let message = candidate
                .get("finishMessage")
                .and_then(Value::as_str)
                .map(str::to_owned);
            self.finish = Some(Finish {
                reason: reason.to_owned(),
                message,
            });
        }
    }

    /// Later chunks repeat some counts and add others.
    fn usage(&mut self, usage: &Value, out: &mut Vec<Event>) {
        let set = |count: &mut u64, key: &str| {
            if let Some(told) = usage.get(key).and_then(Value::as_u64) {
                *count = told;
            }
        };
        set(&mut self.counts.prompt, "promptTokenCount");
        set(&mut self.counts.cached, "cachedContentTokenCount");
        set(&mut self.counts.tool_prompt, "toolUsePromptTokenCount");
        set(&mut self.counts.answer, "candidatesTokenCount");
        set(&mut self.counts.thoughts, "thoughtsTokenCount");
        if self.told.unwrap_or_default() != self.counts {
            self.told = Some(self.counts);
            out.push(Event::Usage(self.counts.to_usage()));
        }
    }

    fn stop(&mut self) -> Option<Result<Event, Failure>> {
        let Finish { reason, message } = self.finish.take()?;
        let word = match reason.as_str() {
            "STOP" if self.has_call => "tool",
            "STOP" => "end",
            "MAX_TOKENS" => "length",
            reason if failure::is_filter(reason) && self.has_text => "filter",
            reason if self.has_text => reason,
            reason => {
                let kind = if failure::is_filter(reason) {
                    FailureKind::ContentFilter
                } else if failure::is_malformed(reason) {
                    FailureKind::Format
                } else if matches!(reason, "OTHER" | "MALFORMED_RESPONSE") {
                    FailureKind::Server
                } else {
                    return Some(Ok(Event::Stop(reason.to_owned())));
                };
                let message = message
                    .unwrap_or_else(|| format!("the model stopped without an answer: {reason}"));
                return Some(Err(refused(kind, reason, message)));
            }
        };
        Some(Ok(Event::Stop(word.to_owned())))
    }
}

impl Decode for Decoder {
    fn frame(&mut self, frame: &Frame, out: &mut Vec<Event>) -> Result<(), Failure> {
        let line = frame.data.trim_start_matches('\u{feff}').trim();
        let Some(data) = line.strip_prefix("data:").map(str::trim) else {
            let is_event_field = [":", "event:", "id:", "retry:"]
                .iter()
                .any(|field| line.starts_with(field));
            return if is_event_field {
                Ok(())
            } else {
                append(&mut self.bare, line)
            };
        };
        if data.is_empty() {
            return Ok(());
        }
        // Not Google's own, but gateways that speak several dialects end every stream with it.
        if data == "[DONE]" {
            return match self.stop() {
                Some(stop) => stop.map(|event| out.push(event)),
                None => Ok(()),
            };
        }
        append(&mut self.open, data)?;
        match json::parse(&self.open) {
            Ok(value) => {
                self.open.clear();
                self.value(&value, out)
            }
            // Data of several lines, or cut off by the end of the body.
            Err(error) if error.is_eof() => Ok(()),
            Err(_) => Err(unreadable()),
        }
    }

    fn end(&mut self, out: &mut Vec<Event>) -> Result<(), Failure> {
        let bare = std::mem::take(&mut self.bare);
        if !bare.is_empty() {
            match json::parse(&bare) {
                Ok(value) => self.value(&value, out)?,
                // A broken end after a complete answer takes nothing from it.
                Err(_) if self.finish.is_some() => {}
                // Cut off in the middle: the caller says so.
                Err(error) if error.is_eof() || "data:".starts_with(&bare) => return Ok(()),
                Err(_) => return Err(unreadable()),
            }
        }
        match self.stop() {
            Some(stop) => stop.map(|event| out.push(event)),
            None => Ok(()),
        }
    }
}

impl Counts {
    /// The prompt's count includes what the cache held; the answer's does not include thoughts.
    fn to_usage(self) -> Usage {
        Usage {
            input: self
                .prompt
                .saturating_sub(self.cached)
                .saturating_add(self.tool_prompt),
            output: self.answer.saturating_add(self.thoughts),
            cache_read: self.cached.min(self.prompt),
            cache_write: 0,
            reasoning: self.thoughts,
        }
    }
}

fn append(text: &mut String, line: &str) -> Result<(), Failure> {
    if text.len() + line.len() > FRAME_BYTES {
        return Err(errors::failure(
            FailureKind::Server,
            "the reply holds a value of more than 16 MiB",
        ));
    }
    // Before, not after: a line break would end a string that was cut off.
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(line);
    Ok(())
}

fn refused(kind: FailureKind, code: &str, message: String) -> Failure {
    let mut failure = errors::failure(kind, message);
    failure.code = Some(errors::clip(code.to_owned()));
    failure.status = Some(200);
    failure
}

fn unreadable() -> Failure {
    errors::failure(
        FailureKind::Server,
        "the reply holds something that is not a Gemini answer",
    )
}

#[cfg(test)]
mod tests;
