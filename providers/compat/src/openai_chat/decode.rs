//! A reply of `POST /chat/completions`: chunks closed by `[DONE]`, or one completion object.

mod choice;

use openclaw_sdk::events::Events;
use openclaw_sdk::framing::{Frame, Framing};
use openclaw_sdk::stream::Decode;
use openclaw_sdk::{Failure, errors};
use serde_json::Value;

use crate::openai::{failure, reading};
use crate::vendor::Vendor;
use choice::Choice;

/// Turns a reply into events.
///
/// A stream is complete with a finish reason. Usage may follow it, and then `[DONE]`, which not every
/// server sends; `[DONE]` alone is a broken connection that looks like an answer.
pub struct Decoder {
    vendor: &'static Vendor,
    framing: Framing,
    about: bool,
    choices: Vec<Choice>,
}

impl Decoder {
    /// Returns a decoder for a body cut so.
    #[must_use]
    pub fn new(vendor: &'static Vendor, framing: Framing) -> Self {
        Self {
            vendor,
            framing,
            about: false,
            choices: Vec::new(),
        }
    }

    fn event(&mut self, frame: &Frame, out: &mut Events) -> Result<(), Failure> {
        if frame.data.trim() == "[DONE]" {
            if self.stop(out)? {
                out.complete();
                return Ok(());
            }
            return Err(errors::truncated());
        }
        let chunk = reading::value(&frame.data)?;
        if frame.event.as_deref() == Some("error") || failure::is_error(&chunk) {
            return Err(failure::in_reply(self.vendor, &chunk));
        }
        self.about(&chunk, out);
        for choice in choices(&chunk) {
            self.choice(choice, "delta", out)?;
        }
        if let Some(usage) = usage(&chunk) {
            out.usage(usage);
        }
        Ok(())
    }

    fn body(&mut self, body: &str, out: &mut Events) -> Result<(), Failure> {
        let completion = reading::value(body)?;
        if failure::is_error(&completion) {
            return Err(failure::in_reply(self.vendor, &completion));
        }
        if !choices(&completion).any(|choice| choice["message"].is_object()) {
            return Err(failure::unexpected("the reply is not a chat completion"));
        }
        self.about(&completion, out);
        for choice in choices(&completion) {
            self.choice(choice, "message", out)?;
        }
        if let Some(usage) = usage(&completion) {
            out.usage(usage);
        }
        for choice in &mut self.choices {
            choice.finish.get_or_insert_with(|| "stop".to_owned());
        }
        self.stop(out)?;
        out.complete();
        Ok(())
    }

    fn about(&mut self, value: &Value, out: &mut Events) {
        if !self.about && (value["id"].is_string() || value["model"].is_string()) {
            self.about = true;
            out.about(reading::about(value, "created"));
        }
    }

    /// Takes a choice, whose message stands under `key`.
    fn choice(&mut self, told: &Value, key: &str, out: &mut Events) -> Result<(), Failure> {
        if failure::is_error(told) {
            return Err(failure::in_reply(self.vendor, told));
        }
        let number = told["index"].as_u64().unwrap_or(0);
        let number = u32::try_from(number).unwrap_or(0);
        let known = self.choices.iter().position(|one| one.number == number);
        let at = known.unwrap_or_else(|| {
            self.choices.push(Choice::new(number));
            self.choices.len() - 1
        });
        self.choices[at].take(told, key, self.vendor, out);
        Ok(())
    }

    /// Tells how the answers ended; whether every one that began did.
    fn stop(&mut self, out: &mut Events) -> Result<bool, Failure> {
        if self.choices.is_empty() || self.choices.iter().any(|one| one.finish.is_none()) {
            return Ok(false);
        }
        for choice in &mut self.choices {
            choice.stop(self.vendor, out)?;
        }
        Ok(true)
    }
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

    fn end(&mut self, out: &mut Events) -> Result<(), Failure> {
        self.stop(out).map(drop)
    }
}

fn choices(value: &Value) -> impl Iterator<Item = &Value> {
    value["choices"].as_array().into_iter().flatten()
}

/// Returns the usage, wherever a vendor puts it.
fn usage(value: &Value) -> Option<openclaw_sdk::Usage> {
    reading::usage(value.get("usage"))
        .or_else(|| reading::usage(choices(value).next()?.get("usage")))
        .or_else(|| reading::usage(value.pointer("/x_groq/usage")))
}
