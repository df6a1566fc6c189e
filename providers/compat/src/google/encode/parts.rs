//! Messages as contents.

use openclaw_sdk::Failure;
use openclaw_sdk::conversation::{
    Content, File, Message, Part, Request, ResultContent, Source, ToolCall, ToolResult,
};
use openclaw_sdk::json::Writer;
use serde_json::Value;

use super::NAMESPACE;
use crate::question::{self, Notices};
use crate::vendor::Vendor;

/// What stands for the signature of a call that the model did not make itself, by the vendor's page
/// on thought signatures.
const NO_SIGNATURE: &str = "skip_thought_signature_validator";

/// Writes the contents of a request.
pub(super) struct Contents<'r> {
    request: &'r Request,
    realm: &'static str,
    /// Whether it is of a generation that asks for signatures and takes files within a result.
    signs: bool,
    /// Where the present turn begins: after it calls have to be signed.
    turn: usize,
}

impl<'r> Contents<'r> {
    pub(super) fn new(request: &'r Request, vendor: &Vendor, id: &str) -> Self {
        let is_turn = |message: &Message| message.role == "user";
        Self {
            request,
            realm: vendor.realm,
            signs: !is_earlier(id),
            turn: request.messages.iter().rposition(is_turn).unwrap_or(0),
        }
    }

    pub(super) fn write(
        &mut self,
        out: &mut Writer,
        first: &[Message],
        said: &[Message],
        notices: &mut Notices,
    ) -> Result<(), Failure> {
        let offset = self.request.messages.len() - said.len();
        let mut before: Vec<&str> = first
            .iter()
            .flat_map(question::texts)
            .filter(|text| !text.trim().is_empty())
            .collect();
        if !before.is_empty() && said.first().is_none_or(|message| message.role != "user") {
            open(out, "user");
            before.drain(..).for_each(|text| self.text(out, text));
            close(out);
        }
        for (index, message) in said.iter().enumerate() {
            let index = index + offset;
            match message.role.as_str() {
                "assistant" => self.answer(out, message, index),
                "tool" => self.results(out, message, notices)?,
                // Instructions in the middle are said by the user.
                _ => self.user(out, message, before.drain(..)),
            }
        }
        Ok(())
    }

    fn user<'t>(&self, out: &mut Writer, message: &Message, before: impl Iterator<Item = &'t str>) {
        let mut before = before.peekable();
        let is_empty = before.peek().is_none() && !message.parts.iter().any(is_something);
        if is_empty {
            return;
        }
        open(out, "user");
        before.for_each(|text| self.text(out, text));
        for part in message.parts.iter().filter(|part| is_something(part)) {
            self.part(out, part, None);
        }
        close(out);
    }

    fn answer(&self, out: &mut Writer, message: &Message, index: usize) {
        let parts = message.parts.iter();
        let kept: Vec<&Part> = parts.filter(|part| self.is_kept(part)).collect();
        if kept.is_empty() {
            return;
        }
        open(out, "model");
        let mut may_need = self.signs && index > self.turn;
        for part in kept {
            let is_call = matches!(&part.content, Content::ToolCall(call) if !call.by_vendor);
            let foreign = may_need && is_call;
            // Only the first call of a step is looked at.
            may_need &= !is_call;
            self.part(out, part, foreign.then_some(NO_SIGNATURE));
        }
        close(out);
    }

    /// Whether a part of an answer is sent back: reasoning only with its own signature, since there
    /// is no place for another model's.
    fn is_kept(&self, part: &Part) -> bool {
        match &part.content {
            Content::Reasoning(_) => question::state_of(part, self.realm).is_some(),
            _ => is_something(part),
        }
    }

    /// Writes a part with its signature; `unsigned` is what stands for one that there is not.
    fn part(&self, out: &mut Writer, part: &Part, unsigned: Option<&str>) {
        let state = question::state_of(part, self.realm);
        // What the vendor ran is given back as it came.
        if let Some(whole) = state.as_ref().and_then(|state| state.get("part")) {
            out.json(&whole.to_string());
            return;
        }
        out.open_object();
        match &part.content {
            Content::Text(text) | Content::Refusal(text) => {
                out.member("text", text);
            }
            Content::Reasoning(thought) => {
                out.member("text", &thought.text);
                out.member_flag("thought", true);
            }
            Content::File(held) => file(out, held),
            Content::ToolCall(call) => self::call(out, call, state.as_ref()),
            Content::ToolResult(result) => {
                // One that the vendor ran for another model: in words.
                out.member("text", &words(result));
            }
            Content::Other(other) => {
                out.members_of(&other.value, &[]);
            }
        }
        let signature = state
            .as_ref()
            .and_then(|state| state.get("thoughtSignature"))
            .and_then(Value::as_str);
        out.member_if("thoughtSignature", signature.or(unsigned));
        if let Some(more) = question::extension(&part.extensions, NAMESPACE) {
            out.members_of(more, &["text", "thought", "thoughtSignature", "inlineData"]);
        }
        out.close_object();
    }

    fn text(&self, out: &mut Writer, text: &str) {
        out.open_object().member("text", text).close_object();
    }

    /// Writes results, alone in their content: they are counted against the calls.
    fn results(
        &self,
        out: &mut Writer,
        message: &Message,
        notices: &mut Notices,
    ) -> Result<(), Failure> {
        let results = message.parts.iter().filter_map(|part| match &part.content {
            Content::ToolResult(result) => Some((part, result)),
            _ => None,
        });
        let results: Vec<(&Part, &ToolResult)> = results.collect();
        if results.is_empty() {
            return Ok(());
        }
        open(out, "user");
        for (part, result) in &results {
            out.open_object().key("functionResponse").open_object();
            if let Some(id) = self.vendors_id(&result.call_id) {
                out.member("id", &id);
            }
            out.member("name", &result.name);
            response(out, result);
            let files: Vec<&File> = files(result).collect();
            if self.signs && !files.is_empty() {
                out.key("parts").open_list();
                for held in files {
                    out.open_object();
                    file(out, held);
                    out.close_object();
                }
                out.close_list();
            }
            if let Some(more) = question::extension(&part.extensions, NAMESPACE) {
                out.members_of(more, &["id", "name", "response", "parts"]);
            }
            out.close_object().close_object();
        }
        close(out);
        // Earlier models take files of results only from the user.
        let files: Vec<&File> = results
            .iter()
            .flat_map(|(_, result)| files(result))
            .collect();
        if !self.signs && !files.is_empty() {
            notices.changed(
                "tool-result.file",
                "files of results are sent after them, as the user's",
            );
            open(out, "user");
            for held in files {
                out.open_object();
                file(out, held);
                out.close_object();
            }
            close(out);
        }
        Ok(())
    }

    /// Returns the vendor's own id of a call, if the model that gave it is asked.
    fn vendors_id(&self, call_id: &str) -> Option<String> {
        let parts = self.request.messages.iter().flat_map(|m| &m.parts);
        let mut calls = parts
            .filter(|part| matches!(&part.content, Content::ToolCall(call) if call.id == call_id));
        let state = question::state_of(calls.next()?, self.realm)?;
        state.get("id")?.as_str().map(str::to_owned)
    }
}

/// Whether a model is of a generation before thought signatures are asked for.
fn is_earlier(id: &str) -> bool {
    ["gemini-1", "gemini-2", "gemma-"]
        .iter()
        .any(|family| id.starts_with(family))
}

fn is_something(part: &Part) -> bool {
    match &part.content {
        Content::Text(text) | Content::Refusal(text) => !text.is_empty() || part.state.is_some(),
        Content::Other(other) => other.kind.starts_with(NAMESPACE),
        _ => true,
    }
}

fn open(out: &mut Writer, role: &str) {
    out.open_object().member("role", role);
    out.key("parts").open_list();
}

fn close(out: &mut Writer) {
    out.close_list().close_object();
}

fn call(out: &mut Writer, call: &ToolCall, state: Option<&Value>) {
    out.key("functionCall").open_object();
    let id = state
        .and_then(|state| state.get("id"))
        .and_then(Value::as_str);
    out.member_if("id", id);
    out.member("name", &call.name);
    out.key("args").json(&call.arguments);
    out.close_object();
}

fn file(out: &mut Writer, file: &File) {
    let media_type = question::media_type(&file.media_type);
    match &file.source {
        Source::Bytes(blob) => {
            out.key("inlineData").open_object();
            out.member("mimeType", media_type);
            out.key("data").base64(blob);
        }
        Source::Url(url) => {
            out.key("fileData").open_object();
            out.member("mimeType", media_type).member("fileUri", url);
        }
        Source::Vendor(held) => {
            out.key("fileData").open_object();
            out.member("mimeType", media_type)
                .member("fileUri", &held.id);
        }
    }
    out.close_object();
}

fn files(result: &ToolResult) -> impl Iterator<Item = &File> {
    result.content.iter().filter_map(|piece| match piece {
        ResultContent::File(file) => Some(file),
        _ => None,
    })
}

/// Writes what a tool gave: under `output`, or `error`, as the vendor's page on function calling has
/// it.
fn response(out: &mut Writer, result: &ToolResult) {
    out.key("response").open_object();
    out.key(if result.is_error { "error" } else { "output" });
    match result.content.as_slice() {
        [ResultContent::Json(value)] => out.json(value),
        _ => out.text(&words(result)),
    };
    out.close_object();
}

/// Returns the words of a result, a line each.
fn words(result: &ToolResult) -> String {
    let mut words = String::new();
    for piece in &result.content {
        let text = match piece {
            ResultContent::Text(text) | ResultContent::Json(text) => text,
            ResultContent::Other(other) => &other.value,
            ResultContent::File(_) => continue,
        };
        if !words.is_empty() {
            words.push('\n');
        }
        words.push_str(text);
    }
    words
}
