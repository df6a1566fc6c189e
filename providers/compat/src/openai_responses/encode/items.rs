//! Messages as items.

use openclaw_sdk::Failure;
use openclaw_sdk::conversation::{
    Content, File, Message, Part, Request, ResultContent, Source, ToolCall, ToolInput, ToolResult,
};
use openclaw_sdk::json::Writer;
use serde_json::Value;

use super::NAMESPACE;
use crate::openai::encode::{self, Sent};
use crate::question::{self, Notices};
use crate::vendor::Vendor;

/// Writes the items of a message.
pub(super) fn write(
    out: &mut Writer,
    request: &Request,
    message: &Message,
    vendor: &Vendor,
    all: bool,
    notices: &mut Notices,
) -> Result<(), Failure> {
    match message.role.as_str() {
        "assistant" => {
            for part in &message.parts {
                answer(out, request, part, vendor.realm, notices);
            }
            Ok(())
        }
        "tool" => {
            for part in &message.parts {
                if let Content::ToolResult(result) = &part.content {
                    self::result(out, request, result, part)?;
                }
            }
            Ok(())
        }
        role => said(out, message, role, all),
    }
}

/// Writes what the user or a program says.
fn said(out: &mut Writer, message: &Message, role: &str, all: bool) -> Result<(), Failure> {
    out.open_object().member("type", "message");
    out.member("role", role);
    out.key("content").open_list();
    for part in &message.parts {
        match &part.content {
            Content::Text(text) | Content::Refusal(text) => {
                out.open_object().member("type", "input_text");
                out.member("text", text);
            }
            Content::File(held) => {
                out.open_object();
                file(out, held, part)?;
            }
            Content::Other(other) if other.kind.starts_with(NAMESPACE) => {
                out.json(&other.value);
                continue;
            }
            _ => continue,
        }
        if all {
            encode::breakpoint(out, part.cache.as_ref());
        }
        out.close_object();
    }
    out.close_list().close_object();
    Ok(())
}

/// Writes the inside of a file's part.
fn file(out: &mut Writer, file: &File, part: &Part) -> Result<(), Failure> {
    let more = question::extension(&part.extensions, NAMESPACE);
    let is_image = question::is_of(&file.media_type, "image");
    match encode::sent(file)? {
        Sent::Image => {
            out.member("type", "input_image");
            let detail = more
                .and_then(|more| serde_json::from_str::<Value>(more).ok())
                .and_then(|more| more.get("detail")?.as_str().map(str::to_owned));
            out.member("detail", detail.as_deref().unwrap_or("auto"));
            out.key("image_url");
            encode::address(out, file);
        }
        Sent::Held(id) if is_image => {
            out.member("type", "input_image").member("detail", "auto");
            out.member("file_id", id);
        }
        Sent::Held(id) => {
            out.member("type", "input_file").member("file_id", id);
        }
        Sent::Audio(format) => {
            if let Source::Bytes(blob) = &file.source {
                out.member("type", "input_audio");
                out.key("input_audio").open_object();
                out.key("data").base64(blob);
                out.member("format", format).close_object();
            }
        }
        Sent::Document => {
            out.member("type", "input_file");
            if matches!(file.source, Source::Url(_)) {
                out.key("file_url");
            } else {
                out.member("filename", encode::name(file));
                out.key("file_data");
            }
            encode::address(out, file);
        }
    }
    Ok(())
}

/// Writes a part of an answer as the item that it was, with what the vendor wants back of it.
fn answer(out: &mut Writer, request: &Request, part: &Part, realm: &str, notices: &mut Notices) {
    let state = question::state_of(part, realm);
    // What is kept whole is given back whole.
    if let Some(item) = state.as_ref().filter(|state| state.get("type").is_some()) {
        out.json(&item.to_string());
        return;
    }
    let id = state.as_ref().and_then(|state| state["id"].as_str());
    match &part.content {
        Content::Text(text) => words(out, state.as_ref(), "output_text", "text", text),
        Content::Refusal(text) => words(out, state.as_ref(), "refusal", "refusal", text),
        // There is no place for another model's reasoning.
        Content::Reasoning(_) => {
            let Some(item) = &state else { return };
            out.open_object().member("type", "reasoning");
            out.members_of(&item.to_string(), &["type"]);
            if item.get("summary").is_none() {
                out.key("summary").open_list().close_list();
            }
            out.close_object();
        }
        Content::ToolCall(called) => call(out, request, called, part, id),
        // The vendor's own results are within the item of their call.
        Content::ToolResult(_) => {}
        Content::File(_) => {
            notices.dropped(
                "messages.file",
                "files of an answer have no place in this format",
            );
        }
        Content::Other(other) if other.kind.starts_with(NAMESPACE) => {
            out.json(&other.value);
        }
        Content::Other(_) => {}
    }
}

fn words(out: &mut Writer, state: Option<&Value>, kind: &str, key: &str, text: &str) {
    out.open_object().member("type", "message");
    out.member("role", "assistant");
    for name in ["id", "phase"] {
        out.member_if(name, state.and_then(|state| state[name].as_str()));
    }
    out.key("content").open_list().open_object();
    out.member("type", kind).member(key, text);
    out.close_object().close_list().close_object();
}

fn call(out: &mut Writer, request: &Request, call: &ToolCall, part: &Part, id: Option<&str>) {
    let custom = takes_text(request, &call.name, Some(&call.arguments));
    out.open_object();
    out.member(
        "type",
        if custom {
            "custom_tool_call"
        } else {
            "function_call"
        },
    );
    out.member_if("id", id);
    out.member("call_id", &call.id).member("name", &call.name);
    out.member(if custom { "input" } else { "arguments" }, &call.arguments);
    if let Some(more) = question::extension(&part.extensions, NAMESPACE) {
        out.members_of(
            more,
            &["type", "id", "call_id", "name", "arguments", "input"],
        );
    }
    out.close_object();
}

/// Whether a tool takes plain text: it says so, or what was written for it is no JSON object.
fn takes_text(request: &Request, name: &str, arguments: Option<&str>) -> bool {
    match request.tools.iter().find(|tool| tool.name == name) {
        Some(tool) => matches!(tool.input, ToolInput::Text(_)),
        None => arguments.is_some_and(|text| !text.trim_start().starts_with('{')),
    }
}

fn result(
    out: &mut Writer,
    request: &Request,
    result: &ToolResult,
    part: &Part,
) -> Result<(), Failure> {
    let custom = takes_text(request, &result.name, None);
    out.open_object();
    out.member(
        "type",
        if custom {
            "custom_tool_call_output"
        } else {
            "function_call_output"
        },
    );
    out.member("call_id", &result.call_id);
    out.key("output");
    if encode::files(result).next().is_none() {
        out.text(&encode::words(result));
    } else {
        out.open_list();
        if result.is_error {
            text(out, "Error:");
        }
        for piece in &result.content {
            match piece {
                ResultContent::Text(words) | ResultContent::Json(words) => text(out, words),
                ResultContent::Other(other) => text(out, &other.value),
                ResultContent::File(held) => {
                    out.open_object();
                    file(out, held, part)?;
                    out.close_object();
                }
            }
        }
        out.close_list();
    }
    out.close_object();
    Ok(())
}

fn text(out: &mut Writer, text: &str) {
    out.open_object().member("type", "input_text");
    out.member("text", text).close_object();
}
