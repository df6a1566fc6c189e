//! Items of the output: each becomes a part, or several, with what the vendor wants back of it.

use openclaw_sdk::chat::{Opening, Piece};
use openclaw_sdk::conversation::State;
use openclaw_sdk::events::{Events, Part};
use serde_json::{Map, Value, json};

use super::super::encode::NAMESPACE;
use crate::openai::reading;
use crate::question;

/// The items so far.
pub(super) struct Items {
    realm: &'static str,
    all: Vec<Item>,
    pub(super) refused: bool,
    pub(super) called: bool,
    spoke: bool,
}

/// An item under way.
struct Item {
    index: u64,
    id: Option<String>,
    kind: String,
    /// Its parts, by the index of their content.
    parts: Vec<(u64, Part)>,
    /// Whether characters of a part came.
    fed: bool,
    done: bool,
    /// How many summaries have begun.
    summaries: usize,
}

impl Items {
    pub(super) fn new(realm: &'static str) -> Self {
        Self {
            realm,
            all: Vec::new(),
            refused: false,
            called: false,
            spoke: false,
        }
    }

    /// Whether something besides reasoning came.
    pub(super) fn has_content(&self) -> bool {
        self.spoke || self.called || self.refused
    }

    pub(super) fn event(&mut self, name: &str, event: &Value, out: &mut Events) {
        // Servers of this format that number nothing have one item at a time.
        let last = self.all.last().map_or(0, |item| item.index);
        let index = event["output_index"].as_u64().unwrap_or(last);
        let content = event["content_index"].as_u64().unwrap_or(0);
        let delta = event["delta"].as_str().unwrap_or_default();
        match name {
            "response.output_item.added" => self.added(index, &event["item"], out),
            "response.output_item.done" => self.done(index, &event["item"], out),
            "response.output_text.delta" => {
                let part = self.part(index, "message", content, || Opening::Text, out);
                self.spoke |= !delta.is_empty();
                self.feed(index, part, Piece::Text(delta.to_owned()), out);
                let tokens = reading::tokens(&event["logprobs"]);
                if !tokens.is_empty() {
                    out.delta(part, Piece::Logprobs(tokens));
                }
            }
            "response.refusal.delta" => {
                self.refused = true;
                let part = self.part(index, "message", content, || Opening::Refusal, out);
                self.feed(index, part, Piece::Text(delta.to_owned()), out);
            }
            "response.reasoning_summary_part.added" => {
                let part = self.thought(index, "summary", out);
                let item = self.item(index, "reasoning");
                item.summaries += 1;
                // Summaries come in parts, each a paragraph.
                if item.summaries > 1 {
                    out.delta(part, Piece::Text("\n\n".to_owned()));
                }
            }
            "response.reasoning_summary_text.delta" => {
                let part = self.thought(index, "summary", out);
                self.feed(index, part, Piece::Text(delta.to_owned()), out);
            }
            "response.reasoning_text.delta" => {
                let part = self.thought(index, "full", out);
                self.feed(index, part, Piece::Text(delta.to_owned()), out);
            }
            "response.function_call_arguments.delta"
            | "response.custom_tool_call_input.delta"
            | "response.mcp_call_arguments.delta"
            | "response.code_interpreter_call_code.delta" => {
                if let Some(part) = self.first_part(index) {
                    self.feed(index, part, Piece::Arguments(delta.to_owned()), out);
                }
            }
            "response.output_text.annotation.added" => {
                let part = self.part(index, "message", content, || Opening::Text, out);
                if let Some(citation) = reading::citation(&event["annotation"]) {
                    out.citation(part, citation);
                }
            }
            _ => {}
        }
        let id = event["item_id"].as_str().or(event["item"]["id"].as_str());
        let mut items = self.all.iter_mut();
        if let Some(item) = items.find(|item| item.index == index && item.id.is_none()) {
            item.id = id.map(str::to_owned);
        }
    }

    /// Takes an item as the response in its last state lists it: at another place than its events
    /// said where items before it are left out of the list. Its id tells which one it is, or the
    /// place and the kind where a server gives each event another id.
    pub(super) fn listed(&mut self, place: u64, item: &Value, out: &mut Events) {
        let (kind, id) = (
            item["type"].as_str().unwrap_or_default(),
            item["id"].as_str(),
        );
        let find = |fits: &dyn Fn(&Item) -> bool| {
            let known = self.all.iter().find(|known| fits(known))?;
            Some(known.index)
        };
        let index = find(&|known| id.is_some() && known.id.as_deref() == id)
            .or_else(|| find(&|known| known.index == place && known.kind == kind))
            .or_else(|| find(&|known| !known.done && known.kind == kind))
            .or_else(|| find(&|known| known.index >= place).map(|_| self.next_index()))
            .unwrap_or(place);
        self.done(index, item, out);
    }

    fn next_index(&self) -> u64 {
        let indices = self.all.iter().map(|item| item.index.saturating_add(1));
        indices.max().unwrap_or(0)
    }

    fn item(&mut self, index: u64, kind: &str) -> &mut Item {
        let known = self.all.iter().position(|item| item.index == index);
        let at = known.unwrap_or_else(|| {
            self.all.push(Item {
                index,
                id: None,
                kind: kind.to_owned(),
                parts: Vec::new(),
                fed: false,
                done: false,
                summaries: 0,
            });
            self.all.len() - 1
        });
        &mut self.all[at]
    }

    fn first_part(&self, index: u64) -> Option<Part> {
        let item = self.all.iter().find(|item| item.index == index)?;
        item.parts.first().map(|(_, part)| *part)
    }

    fn part(
        &mut self,
        index: u64,
        kind: &str,
        content: u64,
        opening: impl FnOnce() -> Opening,
        out: &mut Events,
    ) -> Part {
        let item = self.item(index, kind);
        if let Some((_, part)) = item.parts.iter().find(|(known, _)| *known == content) {
            return *part;
        }
        let part = out.begin(0, opening());
        item.parts.push((content, part));
        part
    }

    fn thought(&mut self, index: u64, form: &str, out: &mut Events) -> Part {
        let opening = || Opening::Reasoning(form.to_owned());
        self.part(index, "reasoning", 0, opening, out)
    }

    fn feed(&mut self, index: u64, part: Part, piece: Piece, out: &mut Events) {
        let empty = matches!(&piece, Piece::Text(text) | Piece::Arguments(text) if text.is_empty());
        if empty || !out.is_open(part) {
            return;
        }
        self.item(index, "").fed = true;
        out.delta(part, piece);
    }

    /// Takes an item that begins.
    fn added(&mut self, index: u64, item: &Value, out: &mut Events) {
        let kind = item["type"].as_str().unwrap_or_default();
        self.item(index, kind);
        if is_call(kind) {
            self.begin_call(index, kind, item, out);
        }
    }

    fn begin_call(&mut self, index: u64, kind: &str, item: &Value, out: &mut Events) -> Part {
        self.called = true;
        if let Some(part) = self.first_part(index) {
            return part;
        }
        let word = |key: &str| item[key].as_str().filter(|word| !word.is_empty());
        let id = word("call_id").or(word("id")).map(str::to_owned);
        let id = id.unwrap_or_else(|| ["call_", &index.to_string()].concat());
        // Tools of the vendor's that the caller runs have no name but their kind.
        let name = word("name").unwrap_or_else(|| kind.trim_end_matches("_call"));
        let part = out.call(0, &id, name);
        self.item(index, kind).parts.push((0, part));
        part
    }

    /// Takes an item that is whole: fills in what did not come piece by piece, and ends its parts.
    pub(super) fn done(&mut self, index: u64, item: &Value, out: &mut Events) {
        let kind = item["type"].as_str().unwrap_or_default();
        let known = self.item(index, kind);
        if known.done {
            return;
        }
        known.done = true;
        known.kind = kind.to_owned();
        match kind {
            "message" => self.message(index, item, out),
            "reasoning" => self.reasoning(index, item, out),
            _ if is_call(kind) => self.call(index, kind, item, out),
            _ if is_vendors(kind) => self.vendors(kind, item, out),
            "" => {}
            _ => {
                let part = out.begin(0, Opening::Other([NAMESPACE, ".", kind].concat()));
                out.end_with(
                    part,
                    Some(self.whole(item)),
                    Some(item.to_string()),
                    Vec::new(),
                );
            }
        }
    }

    fn message(&mut self, index: u64, item: &Value, out: &mut Events) {
        let fed = self.item(index, "message").fed;
        for (place, content) in item["content"].as_array().into_iter().flatten().enumerate() {
            let refusal = content["refusal"].as_str();
            let text = refusal.or(content["text"].as_str()).unwrap_or_default();
            self.refused |= refusal.is_some();
            if text.is_empty() {
                continue;
            }
            self.spoke |= refusal.is_none();
            let opening = || {
                if refusal.is_some() {
                    Opening::Refusal
                } else {
                    Opening::Text
                }
            };
            let part = self.part(index, "message", place as u64, opening, out);
            if !fed {
                out.delta(part, Piece::Text(text.to_owned()));
                for annotation in content["annotations"].as_array().into_iter().flatten() {
                    if let Some(citation) = reading::citation(annotation) {
                        out.citation(part, citation);
                    }
                }
                let tokens = reading::tokens(&content["logprobs"]);
                if !tokens.is_empty() {
                    out.delta(part, Piece::Logprobs(tokens));
                }
            }
        }
        let state = self.keys(item, &["id", "phase"]);
        self.end(index, state, out);
    }

    fn reasoning(&mut self, index: u64, item: &Value, out: &mut Events) {
        let summaries = texts(&item["summary"]);
        let thoughts = texts(&item["content"]);
        let (form, text) = match (thoughts.is_empty(), summaries.is_empty()) {
            (false, _) => ("full", thoughts.concat()),
            (true, false) => ("summary", summaries.join("\n\n")),
            (true, true) => ("hidden", String::new()),
        };
        let part = self.thought(index, form, out);
        if !self.item(index, "reasoning").fed && !text.is_empty() {
            out.delta(part, Piece::Text(text));
        }
        let mut kept = item.as_object().cloned().unwrap_or_default();
        kept.remove("type");
        kept.remove("status");
        let bound: &[&str] = if item["encrypted_content"].is_string() {
            &["account"]
        } else {
            &[]
        };
        let state = question::state(self.realm, bound, &kept.into());
        self.end(index, Some(state), out);
    }

    fn call(&mut self, index: u64, kind: &str, item: &Value, out: &mut Events) {
        let part = self.begin_call(index, kind, item, out);
        if !self.item(index, kind).fed {
            let written = item["arguments"].as_str().or(item["input"].as_str());
            match written {
                Some(text) => out.arguments(part, text),
                None if !is_function(kind) => out.arguments(part, &action(item).to_string()),
                None => {}
            }
        }
        let state = if is_function(kind) {
            self.keys(item, &["id", "namespace", "caller", "async"])
        } else {
            Some(self.whole(item))
        };
        self.end(index, state, out);
    }

    /// What the vendor ran: a call and its result, of one item.
    fn vendors(&mut self, kind: &str, item: &Value, out: &mut Events) {
        let id = item["id"].as_str().unwrap_or("call").to_owned();
        let name = item["name"]
            .as_str()
            .unwrap_or_else(|| kind.trim_end_matches("_call"));
        let call = out.vendor_call(0, &id, name);
        let written = item["arguments"].as_str().map(str::to_owned);
        out.arguments(call, &written.unwrap_or_else(|| action(item).to_string()));
        out.end(call, Some(self.whole(item)));
        let failed = item["status"] == "failed" || item["error"].is_object();
        let mut result = Map::new();
        for key in ["results", "outputs", "output", "result", "error", "status"] {
            if let Some(value) = item.get(key).filter(|value| !value.is_null()) {
                result.insert(key.to_owned(), value.clone());
            }
        }
        out.vendor_result(0, &id, name, failed, Value::from(result).to_string(), None);
        self.spoke = true;
    }

    /// Ends what is open of an item; the state goes with the first part that is.
    fn end(&mut self, index: u64, mut state: Option<State>, out: &mut Events) {
        let parts: Vec<Part> = self
            .item(index, "")
            .parts
            .iter()
            .map(|(_, part)| *part)
            .collect();
        for part in parts {
            if out.is_open(part) {
                // Every content of a message has its id.
                let own = state.clone();
                out.end(part, own);
            }
        }
        state.take();
    }

    /// Returns a state with those of the keys that there are.
    fn keys(&self, item: &Value, keys: &[&str]) -> Option<State> {
        let mut kept = Map::new();
        for key in keys {
            if let Some(value) = item.get(*key).filter(|value| !value.is_null()) {
                kept.insert((*key).to_owned(), value.clone());
            }
        }
        (!kept.is_empty()).then(|| question::state(self.realm, &[], &kept.into()))
    }

    /// Returns a state that holds an item as it came.
    fn whole(&self, item: &Value) -> State {
        question::state(self.realm, &["account"], item)
    }
}

fn texts(list: &Value) -> Vec<&str> {
    let parts = list.as_array().into_iter().flatten();
    parts.filter_map(|part| part["text"].as_str()).collect()
}

/// Returns what a call of the vendor's own tool is to do.
fn action(item: &Value) -> Value {
    for key in ["action", "queries", "code", "operation"] {
        if let Some(value) = item.get(key).filter(|value| !value.is_null()) {
            return json!({ key: value });
        }
    }
    json!({})
}

fn is_function(kind: &str) -> bool {
    matches!(kind, "function_call" | "custom_tool_call")
}

/// Whether an item is a call that the caller answers.
fn is_call(kind: &str) -> bool {
    is_function(kind)
        || matches!(
            kind,
            "computer_call" | "local_shell_call" | "shell_call" | "apply_patch_call"
        )
}

/// Whether an item is a tool that the vendor ran.
fn is_vendors(kind: &str) -> bool {
    matches!(
        kind,
        "web_search_call"
            | "file_search_call"
            | "code_interpreter_call"
            | "image_generation_call"
            | "mcp_call"
    )
}
