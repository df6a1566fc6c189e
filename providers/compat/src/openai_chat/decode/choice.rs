//! One choice of a reply: its parts, and how it ended.

use openclaw_sdk::base64::Engine;
use openclaw_sdk::base64::engine::general_purpose::STANDARD;
use openclaw_sdk::chat::{Finish, Opening, Piece};
use openclaw_sdk::events::{Events, Part};
use openclaw_sdk::{Failure, FailureKind, errors};
use serde_json::{Value, json};

use crate::openai::reading;
use crate::question;
use crate::vendor::Vendor;

/// An answer under way.
pub(super) struct Choice {
    pub(super) number: u32,
    spoke: bool,
    refused: bool,
    pub(super) finish: Option<String>,
    /// Calls by the vendor's index, with the kind of state that each has.
    calls: Vec<(u64, Part)>,
    /// The text that was written last.
    text: Option<Part>,
    audio: Option<Part>,
    /// What the vendor wants back of its reasoning.
    details: Vec<Value>,
    stopped: bool,
}

impl Choice {
    pub(super) fn new(number: u32) -> Self {
        Self {
            number,
            spoke: false,
            refused: false,
            finish: None,
            calls: Vec::new(),
            text: None,
            audio: None,
            details: Vec::new(),
            stopped: false,
        }
    }

    /// Takes what a chunk, or a whole completion, tells.
    pub(super) fn take(&mut self, told: &Value, key: &str, vendor: &Vendor, out: &mut Events) {
        if self.stopped {
            return;
        }
        let message = &told[key];
        let reasoning = reading::text(message.get("reasoning_content"))
            .or_else(|| reading::text(message.get("reasoning")));
        if let Some(thought) = reasoning {
            out.reasoning_of(self.number, "full", &thought);
        }
        if vendor.openai.reasoning_details {
            self.details(&message["reasoning_details"]);
        }
        self.content(&message["content"], out);
        if let Some(refusal) = reading::text(message.get("refusal")) {
            self.refused = true;
            self.text = out.refusal_of(self.number, &refusal);
        }
        let calls = message["tool_calls"].as_array().into_iter().flatten();
        for (place, call) in calls.enumerate() {
            let index = call["index"].as_u64().unwrap_or(place as u64);
            self.call(index, call, out);
        }
        if message["function_call"].is_object() {
            self.call(0, &json!({ "function": message["function_call"] }), out);
        }
        if let Some(audio) = message.get("audio").filter(|audio| audio.is_object()) {
            self.audio(audio, vendor.realm, out);
        }
        self.beside(told, message, out);
        if let Some(reason) = reading::text(told.get("finish_reason")) {
            self.finish = Some(reason);
        }
    }

    /// Takes details of the reasoning. In a stream they come in pieces, told apart by type and place.
    fn details(&mut self, told: &Value) {
        for piece in told.as_array().into_iter().flatten() {
            let is_next = |last: &&mut Value| {
                piece["index"].is_u64()
                    && last["index"] == piece["index"]
                    && last["type"] == piece["type"]
            };
            let Some(last) = self.details.last_mut().filter(is_next) else {
                self.details.push(piece.clone());
                continue;
            };
            for (name, value) in piece.as_object().into_iter().flatten() {
                match (last.get_mut(name), value) {
                    (Some(Value::String(before)), Value::String(more))
                        if matches!(name.as_str(), "text" | "summary" | "data") =>
                    {
                        before.push_str(more);
                    }
                    (_, Value::Null) => {}
                    _ => last[name] = value.clone(),
                }
            }
        }
    }

    /// Takes content: a text, or a list of typed parts as Mistral sends it.
    fn content(&mut self, content: &Value, out: &mut Events) {
        if let Some(text) = reading::text(Some(content)) {
            self.say(&text, out);
        }
        for part in content.as_array().into_iter().flatten() {
            if let Some(text) = reading::text(part.get("text")) {
                self.say(&text, out);
            }
            for thought in part["thinking"].as_array().into_iter().flatten() {
                if let Some(text) = reading::text(thought.get("text")) {
                    out.reasoning_of(self.number, "full", &text);
                }
            }
        }
    }

    fn say(&mut self, text: &str, out: &mut Events) {
        self.spoke = true;
        self.text = out.text_of(self.number, text);
    }

    /// Calls are told apart by their index: the id comes once.
    fn call(&mut self, index: u64, call: &Value, out: &mut Events) {
        let function = if call["custom"].is_object() {
            &call["custom"]
        } else {
            &call["function"]
        };
        let known = self.calls.iter().find(|(known, _)| *known == index);
        let part = match known {
            Some((_, part)) => *part,
            None => {
                let made = || ["call_", &self.number.to_string(), "_", &index.to_string()].concat();
                let id = reading::text(call.get("id")).unwrap_or_else(made);
                let name = function["name"].as_str().unwrap_or_default();
                let part = out.call(self.number, &id, name);
                self.calls.push((index, part));
                self.text = None;
                part
            }
        };
        let written = &function["arguments"];
        match written.as_str().or(function["input"].as_str()) {
            Some(text) => out.arguments(part, text),
            // Some servers send the object itself.
            None if written.is_object() => out.arguments(part, &written.to_string()),
            None => {}
        }
    }

    fn audio(&mut self, audio: &Value, realm: &str, out: &mut Events) {
        let part = match self.audio {
            Some(part) => part,
            None => {
                out.end_flow(self.number);
                let part = out.begin(self.number, Opening::File("audio/wav".to_owned()));
                self.audio = Some(part);
                self.spoke = true;
                part
            }
        };
        if let Some(Ok(bytes)) = audio["data"].as_str().map(|data| STANDARD.decode(data)) {
            out.delta(part, Piece::Bytes(bytes));
        }
        if let Some(text) = reading::text(audio.get("transcript")) {
            out.delta(part, Piece::Transcript(text));
        }
        // The id comes last in a stream, with when it lapses.
        if audio["expires_at"].is_u64() {
            let state = json!({ "id": audio["id"], "expires_at": audio["expires_at"] });
            out.end(part, Some(question::state(realm, &["account"], &state)));
        }
    }

    /// Takes what is told beside the text: what it rests on, how likely it was.
    fn beside(&self, told: &Value, message: &Value, out: &mut Events) {
        let Some(part) = self.text.filter(|part| out.is_open(*part)) else {
            return;
        };
        for annotation in message["annotations"].as_array().into_iter().flatten() {
            if let Some(citation) = reading::citation(annotation) {
                out.citation(part, citation);
            }
        }
        let key = if self.refused { "refusal" } else { "content" };
        let tokens = reading::tokens(&told["logprobs"][key]);
        if !tokens.is_empty() {
            out.delta(part, Piece::Logprobs(tokens));
        }
    }

    /// Tells how it ended.
    pub(super) fn stop(&mut self, vendor: &Vendor, out: &mut Events) -> Result<(), Failure> {
        let Some(reason) = self.finish.take() else {
            return Ok(());
        };
        self.stopped = true;
        if !self.details.is_empty() {
            let details = Value::Array(std::mem::take(&mut self.details));
            let part = out.begin(self.number, Opening::Reasoning("hidden".to_owned()));
            out.end(
                part,
                Some(question::state(vendor.realm, &["model"], &details)),
            );
        }
        let failed = |kind, message| {
            let mut failure = errors::failure(kind, message);
            failure.code = Some(reason.clone());
            Err(failure)
        };
        let called = !self.calls.is_empty();
        let word = match reason.as_str() {
            "error" => return failed(FailureKind::Server, "the model stopped with an error"),
            "insufficient_system_resource" => {
                return failed(FailureKind::Overloaded, "the server ran out of resources");
            }
            "length" => "length",
            "content_filter" if !self.spoke && !self.refused && !called => {
                return failed(
                    FailureKind::ContentFilter,
                    "the answer was withheld by policy",
                );
            }
            "content_filter" => "filter",
            _ if self.refused => "refusal",
            "tool_calls" | "function_call" => "tool",
            "stop" if called => "tool",
            "stop" | "eos" => "end",
            other => other,
        };
        out.finish_with(Finish {
            answer: self.number,
            reason: word.to_owned(),
            vendor_reason: Some(reason.clone()),
            sequence: None,
            extensions: Vec::new(),
        });
        Ok(())
    }
}
