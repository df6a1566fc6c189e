//! The events of an answer, written so that they cannot be out of order: parts are numbered here,
//! begin before they go on, and end before their answer does.

use crate::chat::{
    About, Begin, CallOpening, Citation, Delta, End, Event, Finish, Notice, Opening, Piece,
    ResultOpening,
};
use crate::conversation::State;
use crate::{Extension, Json, Limit, Usage};

/// Number of a part of what comes back.
pub type Part = u32;

/// An answer's events as a decoder writes them.
///
/// Wires without marks for the beginning and end of a text use [`text`](Self::text),
/// [`refusal`](Self::refusal_of) and [`reasoning`](Self::reasoning_of), which begin a part where another
/// kind of part stood last. Wires that number their parts use [`begin`](Self::begin),
/// [`delta`](Self::delta) and [`end`](Self::end).
#[derive(Debug, Default)]
pub struct Events {
    ready: Vec<Event>,
    next: Part,
    open: Vec<Open>,
    answers: Vec<(u32, bool)>,
    complete: bool,
}

/// A part that has begun and not ended.
#[derive(Debug)]
struct Open {
    part: Part,
    answer: u32,
    flow: Option<Flow>,
}

/// What a part without marks of its own holds.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Flow {
    Text,
    Refusal,
    Reasoning(String),
}

impl Flow {
    fn opening(&self) -> Opening {
        match self {
            Self::Text => Opening::Text,
            Self::Refusal => Opening::Refusal,
            Self::Reasoning(form) => Opening::Reasoning(form.clone()),
        }
    }
}

impl Events {
    /// Writes the next characters of the first answer's text.
    pub fn text(&mut self, text: &str) {
        self.text_of(0, text);
    }

    /// Writes the next characters of an answer's text.
    pub fn text_of(&mut self, answer: u32, text: &str) -> Option<Part> {
        self.flow(answer, Flow::Text, text)
    }

    /// Writes the next characters of an answer's words of refusal.
    pub fn refusal_of(&mut self, answer: u32, text: &str) -> Option<Part> {
        self.flow(answer, Flow::Refusal, text)
    }

    /// Writes the next characters of an answer's reasoning, in a form such as `full` or `summary`.
    pub fn reasoning_of(&mut self, answer: u32, form: &str, text: &str) -> Option<Part> {
        self.flow(answer, Flow::Reasoning(form.to_owned()), text)
    }

    /// Appends to the part of this kind if it stands last in its answer, else begins one. Nothing is
    /// written for an empty text.
    fn flow(&mut self, answer: u32, flow: Flow, text: &str) -> Option<Part> {
        if text.is_empty() {
            return None;
        }
        let last = self.open.iter().rev().find(|open| open.answer == answer);
        let part = match last {
            Some(open) if open.flow.as_ref() == Some(&flow) => open.part,
            _ => {
                self.end_flow(answer);
                let part = self.begin(answer, flow.opening());
                if let Some(open) = self.open.last_mut() {
                    open.flow = Some(flow);
                }
                part
            }
        };
        self.delta(part, Piece::Text(text.to_owned()));
        Some(part)
    }

    /// Ends an answer's text, refusal or reasoning that has no mark of its end, if one stands open.
    pub fn end_flow(&mut self, answer: u32) {
        let standing = self
            .open
            .iter()
            .rev()
            .find(|open| open.answer == answer && open.flow.is_some());
        if let Some(part) = standing.map(|open| open.part) {
            self.end(part, None);
        }
    }

    /// Begins a part and returns its number.
    pub fn begin(&mut self, answer: u32, opening: Opening) -> Part {
        self.begin_item(answer, opening, None, Vec::new())
    }

    /// Begins a part that the vendor has an id for.
    pub fn begin_item(
        &mut self,
        answer: u32,
        opening: Opening,
        id: Option<String>,
        extensions: Vec<Extension>,
    ) -> Part {
        let part = self.next;
        self.next += 1;
        if self.answers.iter().all(|(known, _)| *known != answer) {
            self.answers.push((answer, false));
        }
        self.open.push(Open {
            part,
            answer,
            flow: None,
        });
        self.ready.push(Event::Begin(Begin {
            part,
            answer,
            opening,
            id,
            extensions,
        }));
        part
    }

    /// Begins a call of a tool that the caller runs.
    pub fn call(&mut self, answer: u32, id: &str, name: &str) -> Part {
        self.end_flow(answer);
        self.begin(
            answer,
            Opening::ToolCall(CallOpening {
                id: id.to_owned(),
                name: name.to_owned(),
                by_vendor: false,
            }),
        )
    }

    /// Begins a call of a tool that the vendor runs.
    pub fn vendor_call(&mut self, answer: u32, id: &str, name: &str) -> Part {
        self.end_flow(answer);
        self.begin(
            answer,
            Opening::ToolCall(CallOpening {
                id: id.to_owned(),
                name: name.to_owned(),
                by_vendor: true,
            }),
        )
    }

    /// Writes the result of a tool that the vendor ran, whole: a JSON value.
    pub fn vendor_result(
        &mut self,
        answer: u32,
        call_id: &str,
        name: &str,
        is_error: bool,
        value: Json,
        state: Option<State>,
    ) -> Part {
        self.end_flow(answer);
        let opening = Opening::ToolResult(ResultOpening {
            call_id: call_id.to_owned(),
            name: name.to_owned(),
            is_error,
        });
        let part = self.begin(answer, opening);
        self.end_with(part, state, Some(value), Vec::new());
        part
    }

    /// Writes the next characters of a call's arguments, as the model writes them.
    pub fn arguments(&mut self, part: Part, text: &str) {
        if !text.is_empty() {
            self.delta(part, Piece::Arguments(text.to_owned()));
        }
    }

    /// Writes a citation of a text.
    pub fn citation(&mut self, part: Part, citation: Citation) {
        self.delta(part, Piece::Citation(citation));
    }

    /// Writes a piece of a part that is open.
    pub fn delta(&mut self, part: Part, piece: Piece) {
        self.ready.push(Event::Delta(Delta { part, piece }));
    }

    /// Ends a part, with what the vendor wants back with it.
    pub fn end(&mut self, part: Part, state: Option<State>) {
        self.end_with(part, state, None, Vec::new());
    }

    /// Ends a part, with what a result or something else holds. A part that has ended is left as it
    /// is.
    pub fn end_with(
        &mut self,
        part: Part,
        state: Option<State>,
        value: Option<Json>,
        extensions: Vec<Extension>,
    ) {
        let Some(at) = self.open.iter().position(|open| open.part == part) else {
            return;
        };
        self.open.remove(at);
        self.ready.push(Event::End(End {
            part,
            state,
            value,
            extensions,
        }));
    }

    /// Whether a part has begun and not ended.
    #[must_use]
    pub fn is_open(&self, part: Part) -> bool {
        self.open.iter().any(|open| open.part == part)
    }

    /// Ends the parts of an answer that stand open, and the answer: `end`, `sequence`, `length`,
    /// `tool`, `filter`, `refusal`, `pause`, `context`, `malformed`, or the vendor's own word.
    pub fn finish(&mut self, reason: &str, vendor_reason: Option<&str>) {
        self.finish_with(Finish {
            answer: 0,
            reason: reason.to_owned(),
            vendor_reason: vendor_reason.map(str::to_owned),
            sequence: None,
            extensions: Vec::new(),
        });
    }

    /// As [`finish`](Self::finish), for any answer. An answer that has finished is left as it is.
    pub fn finish_with(&mut self, finish: Finish) {
        let known = self
            .answers
            .iter()
            .position(|(answer, _)| *answer == finish.answer);
        let at = known.unwrap_or_else(|| {
            self.answers.push((finish.answer, false));
            self.answers.len() - 1
        });
        if std::mem::replace(&mut self.answers[at].1, true) {
            return;
        }
        let open: Vec<Part> = self
            .open
            .iter()
            .filter(|open| open.answer == finish.answer)
            .map(|open| open.part)
            .collect();
        for part in open {
            self.end(part, None);
        }
        self.ready.push(Event::Finish(finish));
    }

    /// Says what the answer says of itself.
    pub fn about(&mut self, about: About) {
        self.ready.push(Event::About(about));
    }

    /// Says what was used so far.
    pub fn usage(&mut self, usage: Usage) {
        self.ready.push(Event::Usage(usage));
    }

    /// Says what the reply tells about limits.
    pub fn limits(&mut self, limits: Vec<Limit>) {
        if !limits.is_empty() {
            self.ready.push(Event::Limits(limits));
        }
    }

    /// Says that something was done other than asked: `dropped`, `changed`, `emulated` or `unknown`,
    /// about what, and a sentence for a person.
    pub fn notice(&mut self, kind: &str, about: &str, message: &str) {
        self.ready.push(Event::Notice(Notice {
            kind: kind.to_owned(),
            about: about.to_owned(),
            message: message.to_owned(),
        }));
    }

    /// Appends notices that were collected while the request was encoded.
    pub fn notices(&mut self, notices: Vec<Notice>) {
        self.ready.extend(notices.into_iter().map(Event::Notice));
    }

    /// Hands on an event of the vendor's own that changes nothing.
    pub fn other(&mut self, extension: Extension) {
        self.ready.push(Event::Other(extension));
    }

    /// Says that the vendor's own mark of completion came: nothing follows.
    pub fn complete(&mut self) {
        self.complete = true;
    }

    /// Whether the vendor's mark of completion came.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// Whether every answer that began has finished, and one did.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        !self.answers.is_empty() && self.answers.iter().all(|(_, finished)| *finished)
    }

    /// Whether a part has begun: something of an answer came.
    #[must_use]
    pub fn has_begun(&self) -> bool {
        self.next > 0
    }

    /// Returns the events written since the last time.
    pub fn take(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.ready)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(events: &mut Events) -> String {
        let one = |event: Event| match event {
            Event::Begin(begin) => format!("begin {} of {}", begin.part, begin.answer),
            Event::Delta(delta) => format!("delta {}", delta.part),
            Event::End(end) => format!("end {}", end.part),
            Event::Finish(finish) => format!("finish {} {}", finish.answer, finish.reason),
            other => format!("{other:?}"),
        };
        let lines: Vec<String> = events.take().into_iter().map(one).collect();
        lines.join(", ")
    }

    #[test]
    fn texts_and_reasoning_become_parts_in_turn() {
        let mut events = Events::default();
        events.reasoning_of(0, "full", "Hm");
        events.reasoning_of(0, "full", "m");
        events.text("Hel");
        events.text("");
        events.text("lo");
        assert!(!events.is_finished() && events.has_begun());
        events.finish("end", Some("stop"));
        assert_eq!(
            told(&mut events),
            "begin 0 of 0, delta 0, delta 0, end 0, begin 1 of 0, delta 1, delta 1, end 1, finish 0 end"
        );
        assert!(events.is_finished() && !events.is_complete());
        events.finish("length", None);
        assert_eq!(told(&mut events), "", "an answer finishes once");
    }

    #[test]
    fn answers_are_kept_apart_and_a_call_ends_the_text_before_it() {
        let mut events = Events::default();
        events.text_of(0, "a");
        events.text_of(1, "b");
        events.text_of(0, "c");
        let call = events.call(0, "call_1", "look");
        events.arguments(call, "{}");
        events.finish("tool", None);
        assert!(!events.is_finished(), "the second answer is under way");
        assert_eq!(
            told(&mut events),
            "begin 0 of 0, delta 0, begin 1 of 1, delta 1, delta 0, end 0, begin 2 of 0, delta 2, end 2, finish 0 tool"
        );
        events.end(call, None);
        assert_eq!(told(&mut events), "", "a part ends once");
    }
}
