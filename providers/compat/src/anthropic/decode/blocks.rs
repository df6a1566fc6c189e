//! Blocks of an answer: each becomes a part, with what the vendor wants back of it.

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
    /// The block as it began.
    begun: Value,
    signature: Option<String>,
    /// What a call of the vendor's own tool is written with, which is given back with it.
    input: String,
    citations: Vec<Value>,
}

impl Blocks {
    pub(super) fn new(realm: &'static str) -> Self {
        Self {
            realm,
            open: OpenBlocks::new(),
            produced: false,
        }
    }

    /// Takes a block that begins.
    pub(super) fn start(&mut self, index: u64, block: &Value, out: &mut Events) {
        self.stop(index, out);
        let word = |key: &str| block[key].as_str().unwrap_or_default();
        let kind = word("type");
        let part = match kind {
            "text" => out.begin(0, Opening::Text),
            "thinking" => out.begin(0, Opening::Reasoning("full".to_owned())),
            "redacted_thinking" => out.begin(0, Opening::Reasoning("hidden".to_owned())),
            "tool_use" => out.call(0, word("id"), word("name")),
            "server_tool_use" | "mcp_tool_use" => out.vendor_call(0, word("id"), word("name")),
            _ if kind.ends_with("_tool_result") => {
                let name = kind.trim_end_matches("_tool_result");
                let failed = block["is_error"] == true
                    || block["content"]["type"]
                        .as_str()
                        .is_some_and(|kind| kind.ends_with("_error"));
                let state = question::state(self.realm, &[], block);
                let value = block["content"].to_string();
                out.vendor_result(0, word("tool_use_id"), name, failed, value, Some(state));
                self.produced = true;
                return;
            }
            _ => {
                let part = out.begin(0, Opening::Other([NAMESPACE, ".", kind].concat()));
                let state = question::state(self.realm, &[], block);
                out.end_with(part, Some(state), Some(block.to_string()), Vec::new());
                return;
            }
        };
        self.produced |= kind.ends_with("tool_use");
        let begun = Block {
            part,
            begun: block.clone(),
            signature: block["signature"]
                .as_str()
                .filter(|s| !s.is_empty())
                .map(str::to_owned),
            input: String::new(),
            citations: Vec::new(),
        };
        self.open.add(index, begun);
        // What stands in the beginning already.
        for (key, kind) in [("text", "text_delta"), ("thinking", "thinking_delta")] {
            if let Some(text) = block[key].as_str().filter(|text| !text.is_empty()) {
                self.delta(index, &json!({ "type": kind, key: text }), out);
            }
        }
        let input = block["input"].as_object().filter(|input| !input.is_empty());
        if let Some(input) = input {
            let text = Value::from(input.clone()).to_string();
            let delta = json!({ "type": "input_json_delta", "partial_json": text });
            self.delta(index, &delta, out);
        }
        for citation in block["citations"].as_array().into_iter().flatten() {
            let delta = json!({ "type": "citations_delta", "citation": citation });
            self.delta(index, &delta, out);
        }
    }

    /// Takes what is added to a block.
    pub(super) fn delta(&mut self, index: u64, delta: &Value, out: &mut Events) {
        let word = |key: &str| delta[key].as_str().unwrap_or_default();
        let kind = word("type");
        // A server that forgot to begin a block: its text is still text.
        if self.open.get(index).is_none() {
            let begun = match kind {
                "text_delta" => json!({ "type": "text" }),
                "thinking_delta" => json!({ "type": "thinking" }),
                _ => return,
            };
            self.start(index, &begun, out);
        }
        let Some(block) = self.open.get(index) else {
            return;
        };
        match kind {
            "text_delta" | "thinking_delta" => {
                let text = word(kind.trim_end_matches("_delta"));
                if !text.is_empty() {
                    self.produced |= kind == "text_delta";
                    out.delta(block.part, Piece::Text(text.to_owned()));
                }
            }
            "input_json_delta" => {
                block.input.push_str(word("partial_json"));
                out.arguments(block.part, word("partial_json"));
            }
            "signature_delta" => {
                block
                    .signature
                    .get_or_insert_default()
                    .push_str(word("signature"));
            }
            "citations_delta" => {
                block.citations.push(delta["citation"].clone());
                out.citation(block.part, citation(&delta["citation"]));
            }
            _ => {}
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

    fn state(&self, block: &Block) -> Option<State> {
        const BOUND: [&str; 2] = ["model", "prefix"];
        let kind = block.begun["type"].as_str().unwrap_or_default();
        match kind {
            "thinking" => {
                let signature = block.signature.as_deref()?;
                let value = json!({ "signature": signature });
                Some(question::state(self.realm, &BOUND, &value))
            }
            "redacted_thinking" => {
                let value = json!({ "data": block.begun["data"] });
                Some(question::state(self.realm, &BOUND, &value))
            }
            "text" if !block.citations.is_empty() => {
                let value = json!({ "citations": block.citations });
                Some(question::state(self.realm, &[], &value))
            }
            "tool_use" => {
                let keys = block.begun.as_object()?.iter();
                let own = ["type", "id", "name", "input", "cache_control"];
                let kept: Map<String, Value> = keys
                    .filter(|(key, value)| !own.contains(&key.as_str()) && !value.is_null())
                    .map(|(key, value)| (key.clone(), value.clone()))
                    .collect();
                (!kept.is_empty()).then(|| question::state(self.realm, &[], &kept.into()))
            }
            "server_tool_use" | "mcp_tool_use" => {
                let mut whole = block.begun.clone();
                if let Ok(input) = serde_json::from_str::<Value>(&block.input) {
                    whole["input"] = input;
                }
                Some(question::state(self.realm, &[], &whole))
            }
            _ => None,
        }
    }
}

/// Reads what a text rests on: characters of a text, pages or blocks of a document, or an address.
fn citation(told: &Value) -> Citation {
    let word = |key: &str| told[key].as_str().map(str::to_owned);
    let span = |unit: &str, begin: &str, end: &str| {
        let (begin, end) = (told[begin].as_u64()?, told[end].as_u64()?);
        Some(Span {
            begin,
            end,
            unit: unit.to_owned(),
        })
    };
    let at = span("chars", "start_char_index", "end_char_index")
        .or_else(|| span("pages", "start_page_number", "end_page_number"))
        .or_else(|| span("blocks", "start_block_index", "end_block_index"));
    let extensions = told["encrypted_index"].as_str().map(|index| {
        let value = json!({ "encrypted_index": index });
        openclaw_sdk::Extension {
            namespace: NAMESPACE.to_owned(),
            value: value.to_string(),
        }
    });
    Citation {
        url: word("url"),
        title: word("title").or_else(|| word("document_title")),
        quote: word("cited_text"),
        document: told["document_index"]
            .as_u64()
            .and_then(|n| u32::try_from(n).ok()),
        at,
        supports: None,
        extensions: extensions.into_iter().collect(),
    }
}
