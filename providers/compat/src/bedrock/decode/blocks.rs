//! Blocks of an answer: each becomes a part, with what the service wants back of it.

use openclaw_sdk::Extension;
use openclaw_sdk::chat::{Citation, Opening, Piece, Span};
use openclaw_sdk::conversation::State;
use openclaw_sdk::events::{Events, Part};
use serde_json::{Map, Value, json};

use super::super::encode::NAMESPACE;
use crate::blocks::OpenBlocks;
use crate::question;

/// The blocks that are open.
pub(super) struct Blocks {
    realm: &'static str,
    open: OpenBlocks<Block>,
    /// Whether something besides reasoning came.
    pub(super) produced: bool,
}

struct Block {
    part: Part,
    kind: Kind,
    signature: String,
    redacted: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Reasoning,
    Call,
}

impl Block {
    const fn new(part: Part, kind: Kind) -> Self {
        Self {
            part,
            kind,
            signature: String::new(),
            redacted: String::new(),
        }
    }
}

impl Blocks {
    pub(super) fn new(realm: &'static str) -> Self {
        Self {
            realm,
            open: OpenBlocks::new(),
            produced: false,
        }
    }

    /// Takes a block that begins. Only calls do so with a mark; of the others, the first piece says
    /// what they are.
    pub(super) fn start(&mut self, index: u64, start: &Value, out: &mut Events) {
        self.stop(index, out);
        let call = &start["toolUse"];
        if !call.is_object() {
            return;
        }
        let word = |key: &str| call[key].as_str().unwrap_or_default();
        let (id, name) = (word("toolUseId"), word("name"));
        let part = if call["type"] == "server_tool_use" {
            out.vendor_call(0, id, name)
        } else {
            out.call(0, id, name)
        };
        self.produced = true;
        self.open.add(index, Block::new(part, Kind::Call));
    }

    /// Takes what is added to a block.
    pub(super) fn delta(&mut self, index: u64, delta: &Value, out: &mut Events) {
        if let Some(text) = delta["text"].as_str().filter(|text| !text.is_empty()) {
            self.produced = true;
            let block = self.opened(index, Kind::Text, out);
            out.delta(block.part, Piece::Text(text.to_owned()));
        }
        if let Some(input) = delta["toolUse"]["input"].as_str()
            && let Some(block) = self.open.get(index)
        {
            out.arguments(block.part, input);
        }
        let thought = &delta["reasoningContent"];
        if thought.is_object() {
            let block = self.opened(index, Kind::Reasoning, out);
            let word = |key: &str| thought[key].as_str().unwrap_or_default();
            block.signature.push_str(word("signature"));
            block.redacted.push_str(word("redactedContent"));
            if !word("text").is_empty() {
                out.delta(block.part, Piece::Text(word("text").to_owned()));
            }
        }
        if delta["citation"].is_object() {
            let block = self.opened(index, Kind::Text, out);
            out.citation(block.part, citation(&delta["citation"]));
        }
    }

    /// Takes the end of a block.
    pub(super) fn stop(&mut self, index: u64, out: &mut Events) {
        if let Some(block) = self.open.take(index) {
            out.end(block.part, self.state(&block));
        }
    }

    /// Ends what stands open.
    pub(super) fn stop_all(&mut self, out: &mut Events) {
        while let Some(block) = self.open.take_first() {
            out.end(block.part, self.state(&block));
        }
    }

    /// Takes a block that comes whole.
    pub(super) fn whole(&mut self, index: u64, block: &Value, out: &mut Events) {
        let thought = &block["reasoningContent"];
        if block["text"].is_string() {
            self.delta(index, block, out);
        } else if block["toolUse"].is_object() {
            self.start(index, block, out);
            let input = block["toolUse"]["input"].to_string();
            self.delta(index, &json!({ "toolUse": { "input": input } }), out);
        } else if thought["reasoningText"].is_object() {
            let told = json!({ "reasoningContent": thought["reasoningText"] });
            self.delta(index, &told, out);
        } else if thought.is_object() {
            self.delta(index, block, out);
        } else if let Some(pieces) = block["citationsContent"]["content"].as_array() {
            for piece in pieces {
                self.delta(index, piece, out);
            }
            let citations = block["citationsContent"]["citations"].as_array();
            for citation in citations.into_iter().flatten() {
                self.delta(index, &json!({ "citation": citation }), out);
            }
        } else if let Some(kind) = block.as_object().and_then(|block| block.keys().next()) {
            let part = out.begin(0, Opening::Other([NAMESPACE, ".", kind].concat()));
            let state = question::state(self.realm, &[], block);
            out.end_with(part, Some(state), Some(block.to_string()), Vec::new());
        }
        self.stop(index, out);
    }

    /// Returns a block of this kind, which begins here unless it has begun.
    fn opened(&mut self, index: u64, kind: Kind, out: &mut Events) -> &mut Block {
        let known = self.open.get(index);
        if known.is_none_or(|block| block.kind != kind) {
            self.stop(index, out);
            let opening = match kind {
                Kind::Reasoning => Opening::Reasoning("full".to_owned()),
                Kind::Text | Kind::Call => Opening::Text,
            };
            let part = out.begin(0, opening);
            self.open.add(index, Block::new(part, kind));
        }
        self.open.get(index).expect("it has begun")
    }

    fn state(&self, block: &Block) -> Option<State> {
        let value = if !block.redacted.is_empty() {
            json!({ "redactedContent": block.redacted })
        } else if !block.signature.is_empty() {
            json!({ "signature": block.signature })
        } else {
            return None;
        };
        Some(question::state(self.realm, &["model", "prefix"], &value))
    }
}

/// Returns those members of an object that a caller may want and nothing else carries.
pub(super) fn kept(told: &Value, names: &[&str]) -> Vec<Extension> {
    let members = names.iter().filter_map(|name| {
        let value = told.get(*name).filter(|value| !value.is_null())?;
        Some(((*name).to_owned(), value.clone()))
    });
    let members: Map<String, Value> = members.collect();
    if members.is_empty() {
        return Vec::new();
    }
    vec![Extension {
        namespace: NAMESPACE.to_owned(),
        value: Value::from(members).to_string(),
    }]
}

/// Reads what a text rests on: characters, pages or chunks of a document, or an address.
fn citation(told: &Value) -> Citation {
    let word = |value: &Value| value.as_str().map(str::to_owned);
    let place = &told["location"];
    let span = |name: &str, unit: &str| {
        let (begin, end) = (place[name]["start"].as_u64()?, place[name]["end"].as_u64()?);
        Some(Span {
            begin,
            end,
            unit: unit.to_owned(),
        })
    };
    let quoted = told["sourceContent"].as_array();
    let quoted: String = quoted
        .into_iter()
        .flatten()
        .filter_map(|piece| piece["text"].as_str())
        .collect();
    let named = ["documentChar", "documentPage", "documentChunk"];
    let document = named
        .iter()
        .find_map(|name| place[*name]["documentIndex"].as_u64());
    Citation {
        url: word(&place["web"]["url"]),
        title: word(&told["title"]),
        quote: Some(quoted).filter(|text| !text.is_empty()),
        document: document.and_then(|index| u32::try_from(index).ok()),
        at: span("documentChar", "chars")
            .or_else(|| span("documentPage", "pages"))
            .or_else(|| span("documentChunk", "blocks")),
        supports: None,
        extensions: Vec::new(),
    }
}
