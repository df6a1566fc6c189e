//! Events as the answer that they make.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::chat::{Begin, Event, Opening, Piece};
use crate::conversation::State;
use crate::{Failure, Usage};

/// Folds events, and the failure that ended them, into a value:
/// `{"answers": [{"parts", "finish"}], "usage", "about", "limits", "notices", "deltas", "failure"}`.
///
/// Parts are in the order in which they begin, one key each: `text`, `refusal`, `reasoning`,
/// `tool_call`, `tool_result`, `file` or `other`, with `state`, `citations` and `logprobs` beside it.
/// Only what was told is there.
///
/// # Panics
/// If the events break the contract: a part that begins or ends twice, goes on before its beginning
/// or after its end, has pieces of another kind, or is open when its answer finishes.
#[must_use]
pub fn fold(events: Vec<Event>, failure: Option<&Failure>) -> Value {
    let mut folded = Folded::default();
    for event in events {
        folded.take(event);
    }
    folded.value(failure)
}

#[derive(Default)]
struct Folded {
    parts: Vec<(u32, Begin, Seen)>,
    finishes: BTreeMap<u32, Value>,
    about: Map<String, Value>,
    usage: Option<Usage>,
    limits: Vec<Value>,
    notices: Vec<Value>,
    deltas: usize,
}

#[derive(Default)]
struct Seen {
    text: String,
    bytes: Vec<u8>,
    transcript: String,
    citations: Vec<Value>,
    tokens: usize,
    state: Option<State>,
    value: Option<String>,
    ended: bool,
}

impl Folded {
    fn take(&mut self, event: Event) {
        match event {
            Event::About(about) => {
                let told = [
                    ("id", about.id),
                    ("model", about.model),
                    ("request_id", about.request_id),
                    ("service_tier", about.service_tier),
                ];
                for (key, value) in told {
                    if let Some(value) = value {
                        self.about.insert(key.to_owned(), value.into());
                    }
                }
            }
            Event::Begin(begin) => {
                assert_eq!(begin.part as usize, self.parts.len(), "parts are numbered");
                assert!(
                    !self.finishes.contains_key(&begin.answer),
                    "answer {} is over",
                    begin.answer
                );
                self.parts.push((begin.part, begin, Seen::default()));
            }
            Event::Delta(delta) => {
                self.deltas += 1;
                let (_, begin, seen) = &mut self.parts[delta.part as usize];
                assert!(!seen.ended, "part {} has ended", delta.part);
                seen.take(&begin.opening, delta.piece);
            }
            Event::End(end) => {
                let (_, _, seen) = &mut self.parts[end.part as usize];
                assert!(!seen.ended, "part {} ends twice", end.part);
                seen.ended = true;
                seen.state = end.state;
                seen.value = end.value;
            }
            Event::Finish(finish) => {
                for (part, begin, seen) in &self.parts {
                    assert!(
                        begin.answer != finish.answer || seen.ended,
                        "part {part} is open when its answer finishes"
                    );
                }
                let mut told = Map::new();
                told.insert("reason".to_owned(), finish.reason.into());
                if let Some(word) = finish.vendor_reason {
                    told.insert("vendor_reason".to_owned(), word.into());
                }
                if let Some(text) = finish.sequence {
                    told.insert("sequence".to_owned(), text.into());
                }
                let before = self.finishes.insert(finish.answer, told.into());
                assert!(before.is_none(), "an answer finishes once");
            }
            Event::Usage(usage) => self.usage = Some(usage),
            Event::Limits(limits) => {
                let names = limits.into_iter().map(|limit| Value::from(limit.name));
                self.limits.extend(names);
            }
            Event::Notice(notice) => self
                .notices
                .push(json!({ "kind": notice.kind, "about": notice.about })),
            Event::Other(_) => {}
        }
    }

    fn value(mut self, failure: Option<&Failure>) -> Value {
        let mut answers: BTreeMap<u32, (Vec<Value>, Option<Value>)> = BTreeMap::new();
        for (_, begin, seen) in self.parts {
            let parts = &mut answers.entry(begin.answer).or_default().0;
            parts.push(seen.value(begin.opening));
        }
        for (answer, finish) in std::mem::take(&mut self.finishes) {
            answers.entry(answer).or_default().1 = Some(finish);
        }
        let mut folded = Map::new();
        let answers = answers.into_values().map(|(parts, finish)| {
            let mut answer = Map::new();
            answer.insert("parts".to_owned(), parts.into());
            if let Some(finish) = finish {
                answer.insert("finish".to_owned(), finish);
            }
            Value::from(answer)
        });
        folded.insert("answers".to_owned(), answers.collect());
        if let Some(told) = &self.usage {
            folded.insert("usage".to_owned(), usage(told));
        }
        if !self.about.is_empty() {
            folded.insert("about".to_owned(), self.about.into());
        }
        if !self.limits.is_empty() {
            folded.insert("limits".to_owned(), self.limits.into());
        }
        if !self.notices.is_empty() {
            folded.insert("notices".to_owned(), self.notices.into());
        }
        folded.insert("deltas".to_owned(), self.deltas.into());
        if let Some(failure) = failure {
            let mut told = Map::new();
            told.insert("kind".to_owned(), failure.kind.as_str().into());
            if let Some(code) = &failure.code {
                told.insert("code".to_owned(), code.as_str().into());
            }
            if let Some(status) = failure.status {
                told.insert("status".to_owned(), status.into());
            }
            if let Some(wait) = failure.retry_after_ms {
                told.insert("retry_after_ms".to_owned(), wait.into());
            }
            folded.insert("failure".to_owned(), told.into());
        }
        folded.into()
    }
}

impl Seen {
    fn take(&mut self, opening: &Opening, piece: Piece) {
        let fits = matches!(
            (&piece, opening),
            (
                Piece::Text(_),
                Opening::Text
                    | Opening::Refusal
                    | Opening::Reasoning(_)
                    | Opening::ToolResult(_)
                    | Opening::Other(_),
            ) | (Piece::Arguments(_), Opening::ToolCall(_))
                | (Piece::Bytes(_) | Piece::Transcript(_), Opening::File(_))
                | (Piece::Citation(_) | Piece::Logprobs(_), _)
        );
        assert!(fits, "{piece:?} in {opening:?}");
        match piece {
            Piece::Text(text) | Piece::Arguments(text) => self.text.push_str(&text),
            Piece::Bytes(bytes) => self.bytes.extend(bytes),
            Piece::Transcript(text) => self.transcript.push_str(&text),
            Piece::Citation(citation) => self.citations.push(json!({
                "url": citation.url, "title": citation.title, "quote": citation.quote,
                "document": citation.document,
            })),
            Piece::Logprobs(tokens) => self.tokens += tokens.len(),
        }
    }

    fn value(self, opening: Opening) -> Value {
        let parsed = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
        let (key, value) = match opening {
            Opening::Text => ("text", self.text.into()),
            Opening::Refusal => ("refusal", self.text.into()),
            Opening::Reasoning(form) => ("reasoning", json!({ "text": self.text, "form": form })),
            Opening::ToolCall(call) => {
                let arguments = if self.text.is_empty() {
                    "{}"
                } else {
                    self.text.as_str()
                };
                let mut told = json!({ "id": call.id, "name": call.name, "arguments": arguments });
                if call.by_vendor {
                    told["by_vendor"] = true.into();
                }
                ("tool_call", told)
            }
            Opening::ToolResult(result) => (
                "tool_result",
                json!({
                    "call_id": result.call_id, "name": result.name, "is_error": result.is_error,
                    "by_vendor": true, "value": self.value.as_deref().map(parsed),
                }),
            ),
            Opening::File(media_type) => (
                "file",
                json!({
                    "media_type": media_type, "bytes": self.bytes.len(),
                    "transcript": self.transcript,
                }),
            ),
            Opening::Other(kind) => (
                "other",
                json!({ "kind": kind, "value": self.value.as_deref().map(parsed) }),
            ),
        };
        let mut part = Map::new();
        part.insert(key.to_owned(), value);
        if let Some(state) = self.state {
            part.insert(
                "state".to_owned(),
                json!({
                    "realm": state.realm, "bound_to": state.bound_to, "value": parsed(&state.value),
                }),
            );
        }
        if !self.citations.is_empty() {
            part.insert("citations".to_owned(), self.citations.into());
        }
        if self.tokens > 0 {
            part.insert("logprobs".to_owned(), self.tokens.into());
        }
        part.into()
    }
}

fn usage(told: &Usage) -> Value {
    let mut counts = Map::new();
    let known = [
        ("input", told.input),
        ("output", told.output),
        ("cache_read", told.cache_read),
        ("cache_write", told.cache_write),
        ("reasoning", told.reasoning),
    ];
    for (name, count) in known {
        if let Some(count) = count {
            counts.insert(name.to_owned(), count.into());
        }
    }
    if !told.details.is_empty() {
        let details = told
            .details
            .iter()
            .map(|(name, count)| (name.clone(), (*count).into()))
            .collect::<Map<_, _>>();
        counts.insert("details".to_owned(), details.into());
    }
    if let Some(dollars) = told.cost_usd {
        counts.insert("cost_usd".to_owned(), dollars.into());
    }
    counts.into()
}
