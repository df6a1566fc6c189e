//! One candidate of a reply: its parts, and how it ended.

use openclaw_sdk::base64::Engine;
use openclaw_sdk::base64::engine::general_purpose::STANDARD;
use openclaw_sdk::chat::{Citation, Finish as Finished, Opening, Piece, Span};
use openclaw_sdk::conversation::State;
use openclaw_sdk::events::{Events, Part};
use openclaw_sdk::{Extension, Failure, FailureKind};
use serde_json::{Map, Value, json};

use super::super::encode::NAMESPACE;
use super::super::failure;
use super::refused;
use crate::question;

/// An answer under way.
pub(super) struct Answer {
    pub(super) number: u32,
    realm: &'static str,
    /// Whether it holds something besides thoughts.
    pub(super) has_content: bool,
    has_call: bool,
    pub(super) finish: Option<Finish>,
    /// The text or thought that was written last, if nothing came after it.
    last: Option<Part>,
    /// The text that was written last, which citations are about.
    text: Option<Part>,
    calls: u32,
    /// Code that the vendor runs, by the id of its call.
    code: String,
    /// A call whose arguments come in pieces.
    pieces: Option<Pieces>,
    extensions: Vec<Extension>,
}

/// Why the model stopped.
#[derive(Debug)]
pub(super) struct Finish {
    pub(super) reason: String,
    pub(super) message: Option<String>,
}

/// A call whose arguments come as values at places.
struct Pieces {
    part: Part,
    state: Option<State>,
    arguments: Value,
}

impl Answer {
    pub(super) fn new(number: u32, realm: &'static str) -> Self {
        Self {
            number,
            realm,
            has_content: false,
            has_call: false,
            finish: None,
            last: None,
            text: None,
            calls: 0,
            code: String::new(),
            pieces: None,
            extensions: Vec::new(),
        }
    }

    pub(super) fn candidate(&mut self, candidate: &Value, out: &mut Events) -> Result<(), Failure> {
        let parts = candidate["content"]["parts"].as_array();
        for part in parts.into_iter().flatten() {
            self.part(part, out);
        }
        self.grounding(candidate, out);
        let reason = candidate["finishReason"].as_str();
        if let Some(reason) =
            reason.filter(|word| !word.is_empty() && *word != "FINISH_REASON_UNSPECIFIED")
        {
            let message = candidate["finishMessage"].as_str().map(str::to_owned);
            self.finish = Some(Finish {
                reason: reason.to_owned(),
                message,
            });
        }
        Ok(())
    }

    fn part(&mut self, part: &Value, out: &mut Events) {
        let signature = part["thoughtSignature"].as_str();
        if let Some(text) = part["text"].as_str() {
            self.words(
                text,
                part["thought"].as_bool() == Some(true),
                signature,
                out,
            );
        } else if let Some(call) = part.get("functionCall") {
            self.call(call, signature, out);
        } else if part["inlineData"].is_object() {
            self.file(&part["inlineData"], out);
        } else if let Some(code) = part.get("executableCode") {
            self.calls += 1;
            self.code = self.made_id();
            let begun = out.vendor_call(self.number, &self.code, "code_execution");
            out.arguments(begun, &code.to_string());
            out.end(begun, Some(self.whole(part)));
            self.added();
        } else if let Some(result) = part.get("codeExecutionResult") {
            let failed = result["outcome"].as_str() != Some("OUTCOME_OK");
            let state = Some(self.whole(part));
            let value = result.to_string();
            out.vendor_result(
                self.number,
                &self.code,
                "code_execution",
                failed,
                value,
                state,
            );
            self.added();
        } else if part["toolCall"].is_object() || part["toolResponse"].is_object() {
            self.vendors_tool(part, out);
        } else if part.as_object().is_some_and(|keys| !keys.is_empty()) && signature.is_none() {
            out.end_flow(self.number);
            let kind = part.as_object().and_then(|keys| keys.keys().next());
            let kind = [NAMESPACE, ".", kind.map_or("part", |key| key)].concat();
            let begun = out.begin(self.number, Opening::Other(kind));
            out.end_with(begun, None, Some(part.to_string()), Vec::new());
            self.last = None;
        }
    }

    /// Writes text or a thought. A signature on an empty text is of the part before it.
    fn words(&mut self, text: &str, thought: bool, signature: Option<&str>, out: &mut Events) {
        if !text.is_empty() {
            let part = if thought {
                out.reasoning_of(self.number, "summary", text)
            } else {
                self.has_content = true;
                out.text_of(self.number, text)
            };
            self.last = part;
            if !thought {
                self.text = part;
            }
        }
        let Some(signature) = signature else { return };
        let state = self.state(&json!({ "thoughtSignature": signature }));
        let part = match self.last.take().filter(|part| out.is_open(*part)) {
            Some(part) => part,
            None => {
                out.end_flow(self.number);
                out.begin(self.number, Opening::Text)
            }
        };
        out.end(part, Some(state));
        self.text = None;
    }

    fn call(&mut self, call: &Value, signature: Option<&str>, out: &mut Events) {
        self.has_call = true;
        self.has_content = true;
        let goes_on = call["willContinue"].as_bool() == Some(true);
        let more = call["partialArgs"].as_array();
        if let (Some(name), id) = (call["name"].as_str(), call["id"].as_str()) {
            self.end_pieces(out);
            let own = id.filter(|id| !id.is_empty()).map(str::to_owned);
            self.calls += 1;
            let id = own.clone().unwrap_or_else(|| self.made_id());
            let part = out.call(self.number, &id, name);
            let mut keys = Map::new();
            if let Some(signature) = signature {
                keys.insert("thoughtSignature".to_owned(), signature.into());
            }
            if let Some(own) = own {
                keys.insert("id".to_owned(), own.into());
            }
            let state = (!keys.is_empty()).then(|| self.state(&keys.into()));
            self.added();
            if goes_on || more.is_some() {
                self.pieces = Some(Pieces {
                    part,
                    state,
                    arguments: Value::Object(Map::new()),
                });
            } else {
                let arguments = call.get("args").filter(|args| args.is_object());
                out.arguments(part, &arguments.map_or("{}".to_owned(), Value::to_string));
                out.end(part, state);
                return;
            }
        }
        if let Some(pieces) = &mut self.pieces {
            for piece in more.into_iter().flatten() {
                pieces.put(piece);
            }
        }
        if !goes_on {
            self.end_pieces(out);
        }
    }

    fn end_pieces(&mut self, out: &mut Events) {
        if let Some(pieces) = self.pieces.take() {
            out.arguments(pieces.part, &pieces.arguments.to_string());
            out.end(pieces.part, pieces.state);
        }
    }

    fn file(&mut self, data: &Value, out: &mut Events) {
        let media_type = data["mimeType"]
            .as_str()
            .unwrap_or("application/octet-stream");
        let bytes = data["data"].as_str().map(|text| STANDARD.decode(text));
        let Some(Ok(bytes)) = bytes else {
            out.notice(
                "unknown",
                "file",
                "a file of the answer could not be decoded",
            );
            return;
        };
        out.end_flow(self.number);
        let part = out.begin(self.number, Opening::File(media_type.to_owned()));
        out.delta(part, Piece::Bytes(bytes));
        out.end(part, None);
        self.added();
    }

    /// A tool of the vendor's own that it ran: kept whole, since it wants it back so.
    fn vendors_tool(&mut self, part: &Value, out: &mut Events) {
        let state = Some(self.whole(part));
        let called = &part["toolCall"];
        if called.is_object() {
            self.calls += 1;
            let id = called["id"]
                .as_str()
                .map_or_else(|| self.made_id(), str::to_owned);
            let name = called["toolType"].as_str().or(called["name"].as_str());
            let begun = out.vendor_call(self.number, &id, name.unwrap_or("tool"));
            out.arguments(begun, &called["args"].to_string());
            out.end(begun, state);
        } else {
            let result = &part["toolResponse"];
            let id = result["id"]
                .as_str()
                .map_or_else(|| self.made_id(), str::to_owned);
            let name = result["toolType"].as_str().or(result["name"].as_str());
            let value = result["response"].to_string();
            out.vendor_result(
                self.number,
                &id,
                name.unwrap_or("tool"),
                false,
                value,
                state,
            );
        }
        self.added();
    }

    /// Tells what the text rests on, as far as the vendor says which piece of it.
    fn grounding(&mut self, candidate: &Value, out: &mut Events) {
        let grounding = &candidate["groundingMetadata"];
        if grounding.is_object() {
            let chunks = &grounding["groundingChunks"];
            for support in grounding["groundingSupports"]
                .as_array()
                .into_iter()
                .flatten()
            {
                let places = support["groundingChunkIndices"].as_array();
                for place in places.into_iter().flatten().filter_map(Value::as_u64) {
                    let chunk = &chunks[usize::try_from(place).unwrap_or(usize::MAX)];
                    self.cite(chunk, &support["segment"], out);
                }
            }
        }
        let mut kept = Map::new();
        for key in [
            "groundingMetadata",
            "citationMetadata",
            "urlContextMetadata",
            "safetyRatings",
        ] {
            if let Some(value) = candidate.get(key) {
                kept.insert(key.to_owned(), value.clone());
            }
        }
        if !kept.is_empty() {
            self.extensions = vec![Extension {
                namespace: NAMESPACE.to_owned(),
                value: Value::from(kept).to_string(),
            }];
        }
    }

    fn cite(&self, chunk: &Value, segment: &Value, out: &mut Events) {
        let Some(part) = self.text.filter(|part| out.is_open(*part)) else {
            return;
        };
        let source = ["web", "retrievedContext", "maps"]
            .into_iter()
            .map(|key| &chunk[key])
            .find(|source| source.is_object());
        let Some(source) = source else { return };
        let word = |value: &Value| value.as_str().map(str::to_owned);
        let supports = segment["endIndex"].as_u64().map(|end| Span {
            begin: segment["startIndex"].as_u64().unwrap_or(0),
            end,
            unit: "bytes".to_owned(),
        });
        let citation = Citation {
            url: word(&source["uri"]),
            title: word(&source["title"]),
            quote: word(&source["text"]),
            document: None,
            at: None,
            supports,
            extensions: Vec::new(),
        };
        out.citation(part, citation);
    }

    /// Tells how it ended, if it did.
    pub(super) fn stop(&mut self, out: &mut Events) -> Result<bool, Failure> {
        let Some(Finish { reason, message }) = self.finish.take() else {
            return Ok(false);
        };
        self.end_pieces(out);
        let word = match reason.as_str() {
            // The second is a word of servers that stand in for Google's.
            "STOP" | "FUNCTION_CALL" if self.has_call => "tool",
            "STOP" => "end",
            "MAX_TOKENS" => "length",
            reason if failure::is_filter(reason) && self.has_content => "filter",
            reason if failure::is_malformed(reason) && self.has_content => "malformed",
            reason if self.has_content => reason,
            reason => {
                let kind = if failure::is_filter(reason) {
                    Some(FailureKind::ContentFilter)
                } else if failure::is_malformed(reason) {
                    Some(FailureKind::Format)
                } else if matches!(reason, "OTHER" | "MALFORMED_RESPONSE") {
                    Some(FailureKind::Server)
                } else {
                    None
                };
                if let Some(kind) = kind {
                    let message = message.unwrap_or_else(|| {
                        format!("the model stopped without an answer: {reason}")
                    });
                    return Err(refused(kind, reason, message));
                }
                reason
            }
        };
        out.finish_with(Finished {
            answer: self.number,
            reason: word.to_owned(),
            vendor_reason: Some(reason.clone()),
            sequence: None,
            extensions: std::mem::take(&mut self.extensions),
        });
        Ok(true)
    }

    fn added(&mut self) {
        self.has_content = true;
        self.last = None;
        self.text = None;
    }

    /// Returns an id for a call that has none: by its place among the calls of the answer.
    fn made_id(&self) -> String {
        [
            "call_",
            &self.number.to_string(),
            "_",
            &self.calls.to_string(),
        ]
        .concat()
    }

    fn state(&self, value: &Value) -> State {
        question::state(self.realm, &["model"], value)
    }

    /// Returns a state that holds a part as it came.
    fn whole(&self, part: &Value) -> State {
        self.state(&json!({ "part": part }))
    }
}

impl Pieces {
    /// Puts a value, or the next characters of one, at its place: `$.a.b[0]`.
    fn put(&mut self, piece: &Value) {
        let path = piece["jsonPath"].as_str().unwrap_or_default();
        let mut place = &mut self.arguments;
        for step in steps(path) {
            place = match step.parse::<usize>() {
                Ok(index) if !place.is_object() || index < 1_000 && place.is_array() => {
                    if !place.is_array() {
                        *place = Value::Array(Vec::new());
                    }
                    let Some(list) = place.as_array_mut().filter(|_| index < 10_000) else {
                        return;
                    };
                    if list.len() <= index {
                        list.resize(index + 1, Value::Null);
                    }
                    &mut list[index]
                }
                _ => {
                    if !place.is_object() {
                        *place = Value::Object(Map::new());
                    }
                    let Some(object) = place.as_object_mut() else {
                        return;
                    };
                    object.entry(step).or_insert(Value::Null)
                }
            };
        }
        if let Some(text) = piece["stringValue"].as_str() {
            match place {
                Value::String(known) => known.push_str(text),
                other => *other = text.into(),
            }
        } else if let Some(value) = ["numberValue", "boolValue"]
            .into_iter()
            .find_map(|key| piece.get(key))
        {
            *place = value.clone();
        }
    }
}

/// Returns the names and numbers of a path.
fn steps(path: &str) -> impl Iterator<Item = String> {
    let path = path.trim_start_matches('$');
    path.split(['.', '[', ']'])
        .map(|step| step.trim_matches(['\'', '"']).to_owned())
        .filter(|step| !step.is_empty())
        .collect::<Vec<_>>()
        .into_iter()
}
