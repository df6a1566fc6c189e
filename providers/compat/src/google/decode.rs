//! Replies of `generateContent` and `streamGenerateContent` to events.
//!
//! A reply is read line by line whatever its content type: lines of server-sent events begin with
//! `data:`, and everything else is the text of one JSON value, an object or an array. So one decoder
//! reads a stream, an answer in one piece, the array that a server without `alt=sse` sends, and the
//! bare error object that Google puts into a running stream.
//!
//! There is no mark of completion but a reason to stop; usage may follow it, so the stop is told at
//! the end of the body.

mod answer;
mod counts;

use openclaw_sdk::chat::About;
use openclaw_sdk::events::Events;
use openclaw_sdk::framing::{FRAME_BYTES, Frame, Framing};
use openclaw_sdk::stream::Decode;
use openclaw_sdk::{Failure, FailureKind, errors};
use serde_json::Value;

use super::failure;
use crate::json;
use crate::vendor::Vendor;
use answer::{Answer, Finish};
use counts::Counts;

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
    /// Whether it was told what the answer says of itself.
    about: bool,
    answers: Vec<Answer>,
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
            about: false,
            answers: Vec::new(),
        }
    }

    fn value(&mut self, value: &Value, out: &mut Events) -> Result<(), Failure> {
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

    fn chunk(&mut self, chunk: &Value, out: &mut Events) -> Result<(), Failure> {
        let word = |key: &str| chunk[key].as_str().map(str::to_owned);
        if !self.about && (chunk["responseId"].is_string() || chunk["modelVersion"].is_string()) {
            self.about = true;
            out.about(About {
                id: word("responseId"),
                model: word("modelVersion"),
                created: None,
                request_id: None,
                service_tier: None,
                extensions: Vec::new(),
            });
        }
        if let Some(usage) = chunk.get("usageMetadata") {
            self.counts.take(usage, out);
        }
        let candidates = chunk["candidates"].as_array();
        for candidate in candidates.into_iter().flatten() {
            let number = candidate["index"].as_u64().unwrap_or(0);
            let number = u32::try_from(number).unwrap_or(0);
            self.answer(number).candidate(candidate, out)?;
        }
        let feedback = &chunk["promptFeedback"];
        let block = feedback["blockReason"].as_str();
        if let (Some(reason), None) = (block, candidates.and_then(|all| all.first())) {
            if let Some(first) = self.answers.iter_mut().find(|answer| answer.has_content) {
                // As if the candidate had said so: what was written so far stands.
                first.finish = Some(Finish {
                    reason: "PROHIBITED_CONTENT".to_owned(),
                    message: None,
                });
                return Ok(());
            }
            let told = feedback["blockReasonMessage"].as_str().map_or_else(
                || format!("the prompt was blocked: {reason}"),
                str::to_owned,
            );
            return Err(refused(FailureKind::ContentFilter, reason, told));
        }
        Ok(())
    }

    /// Returns an answer by its number, which the vendor counts from 0.
    fn answer(&mut self, number: u32) -> &mut Answer {
        let known = self.answers.iter().position(|one| one.number == number);
        let at = known.unwrap_or_else(|| {
            self.answers.push(Answer::new(number, self.vendor.realm));
            self.answers.len() - 1
        });
        &mut self.answers[at]
    }

    /// Tells how the answers ended; whether one did.
    fn stop(&mut self, out: &mut Events) -> Result<bool, Failure> {
        let mut any = false;
        for answer in &mut self.answers {
            any |= answer.stop(out)?;
        }
        Ok(any)
    }
}

impl Decode for Decoder {
    fn frame(&mut self, frame: &Frame, out: &mut Events) -> Result<(), Failure> {
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
            if self.stop(out)? {
                out.complete();
            }
            return Ok(());
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

    fn end(&mut self, out: &mut Events) -> Result<(), Failure> {
        let bare = std::mem::take(&mut self.bare);
        if !bare.is_empty() {
            match json::parse(&bare) {
                Ok(value) => self.value(&value, out)?,
                // A broken end after a complete answer takes nothing from it.
                Err(_) if self.answers.iter().any(|answer| answer.finish.is_some()) => {}
                // Cut off in the middle: the caller says so.
                Err(error) if error.is_eof() || "data:".starts_with(&bare) => return Ok(()),
                Err(_) => return Err(unreadable()),
            }
        }
        self.stop(out).map(drop)
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
