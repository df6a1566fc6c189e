//! Messages.

use std::borrow::Cow;

use openclaw_sdk::conversation::{Content, File, Message, Part, Source, ToolCall};
use openclaw_sdk::json::Writer;
use openclaw_sdk::{Failure, errors};
use serde_json::Value;

use super::NAMESPACE;
use crate::openai::encode::{self, Sent};
use crate::question::{self, Notices};
use crate::vendor::Vendor;

/// Writes a message; results are a message each. Their files are put into `files`.
pub(super) fn write<'m>(
    out: &mut Writer,
    message: &'m Message,
    vendor: &Vendor,
    own: bool,
    files: &mut Vec<&'m File>,
    notices: &mut Notices,
) -> Result<(), Failure> {
    match message.role.as_str() {
        "tool" => {
            for part in &message.parts {
                if let Content::ToolResult(result) = &part.content {
                    out.open_object().member("role", "tool");
                    out.member("tool_call_id", &call_id(&result.call_id, vendor));
                    let words = encode::words(result);
                    let marked = part.cache.as_ref().filter(|_| own);
                    out.key("content");
                    text_content(out, &words, marked.map(|_| part));
                    out.close_object();
                    files.extend(encode::files(result));
                }
            }
            Ok(())
        }
        "assistant" => answer(out, message, vendor, notices),
        role => {
            out.open_object();
            let role = if role == "developer" { "system" } else { role };
            out.member("role", role);
            out.member_if("name", message.name.as_deref());
            out.key("content");
            match message.parts.as_slice() {
                // A single text as a string, which every server takes.
                [part] if part.cache.is_none() || !own => match &part.content {
                    Content::Text(text) => {
                        out.text(text);
                    }
                    _ => list(out, message, own)?,
                },
                _ => list(out, message, own)?,
            }
            if !own && message.parts.iter().any(|part| part.cache.is_some()) {
                notices.dropped("caching", "not every server of this format takes marks");
            }
            extend(out, message);
            out.close_object();
            Ok(())
        }
    }
}

fn text_content(out: &mut Writer, text: &str, marked: Option<&Part>) {
    let Some(part) = marked else {
        out.text(text);
        return;
    };
    out.open_list().open_object();
    out.member("type", "text").member("text", text);
    encode::breakpoint(out, part.cache.as_ref());
    out.close_object().close_list();
}

fn extend(out: &mut Writer, message: &Message) {
    if let Some(more) = question::extension(&message.extensions, NAMESPACE) {
        out.members_of(
            more,
            &["role", "content", "name", "tool_calls", "tool_call_id"],
        );
    }
}

/// Writes the parts that a user or a program says.
fn list(out: &mut Writer, message: &Message, own: bool) -> Result<(), Failure> {
    out.open_list();
    for part in &message.parts {
        match &part.content {
            Content::Text(text) | Content::Refusal(text) => {
                out.open_object();
                out.member("type", "text").member("text", text);
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
        if own {
            encode::breakpoint(out, part.cache.as_ref());
        }
        out.close_object();
    }
    out.close_list();
    Ok(())
}

/// Writes the inside of a file's part.
fn file(out: &mut Writer, file: &File, part: &Part) -> Result<(), Failure> {
    let more = question::extension(&part.extensions, NAMESPACE);
    match encode::sent(file)? {
        Sent::Image => {
            out.member("type", "image_url");
            out.key("image_url").open_object();
            out.key("url");
            encode::address(out, file);
            // Such as how closely it is looked at.
            if let Some(more) = more {
                out.members_of(more, &["type", "image_url", "url"]);
            }
            out.close_object();
        }
        Sent::Audio(format) => {
            let Source::Bytes(blob) = &file.source else {
                return Ok(());
            };
            out.member("type", "input_audio");
            out.key("input_audio").open_object();
            out.key("data").base64(blob);
            out.member("format", format).close_object();
        }
        Sent::Held(id) => {
            out.member("type", "file");
            out.key("file").open_object();
            out.member("file_id", id).close_object();
        }
        Sent::Document => {
            if matches!(file.source, Source::Url(_)) {
                return Err(errors::unsupported(
                    "input.url",
                    "this format takes documents as bytes, not by their address",
                ));
            }
            out.member("type", "file");
            out.key("file").open_object();
            out.member("filename", encode::name(file));
            out.key("file_data");
            encode::address(out, file);
            out.close_object();
        }
    }
    Ok(())
}

/// Writes the files that results hold, as the user's.
pub(super) fn attached(out: &mut Writer, files: &[&File]) -> Result<(), Failure> {
    if files.is_empty() {
        return Ok(());
    }
    let bare = Part {
        content: Content::Text(String::new()),
        state: None,
        cache: None,
        extensions: Vec::new(),
    };
    out.open_object().member("role", "user");
    out.key("content").open_list();
    for held in files {
        out.open_object();
        file(out, held, &bare)?;
        out.close_object();
    }
    out.close_list().close_object();
    Ok(())
}

/// Writes an answer. There is no place for reasoning, but at vendors that want it back as text.
fn answer(
    out: &mut Writer,
    message: &Message,
    vendor: &Vendor,
    notices: &mut Notices,
) -> Result<(), Failure> {
    let calls: Vec<&ToolCall> = message.parts.iter().filter_map(call).collect();
    let texts: Vec<&str> = question::texts(message).collect();
    let refusals: Vec<&str> = message.parts.iter().filter_map(refusal).collect();
    if message
        .parts
        .iter()
        .any(|part| matches!(part.content, Content::File(_)))
    {
        notices.dropped(
            "messages.file",
            "files of an answer have no place in this format",
        );
    }
    let thinks = vendor.openai.returns_reasoning && !calls.is_empty();
    if calls.is_empty() && texts.is_empty() && refusals.is_empty() {
        return Ok(());
    }
    out.open_object().member("role", "assistant");
    out.member_if("name", message.name.as_deref());
    match texts.as_slice() {
        [] if refusals.is_empty() || !calls.is_empty() => {
            out.key("content").null();
        }
        [] => {}
        [text] => {
            out.member("content", text);
        }
        many => {
            out.key("content").open_list();
            for text in many {
                out.open_object();
                out.member("type", "text").member("text", text);
                out.close_object();
            }
            out.close_list();
        }
    }
    if !refusals.is_empty() {
        out.member("refusal", &refusals.concat());
    }
    if thinks {
        let thoughts = message.parts.iter().filter_map(|part| match &part.content {
            Content::Reasoning(thought) => Some(thought.text.as_str()),
            _ => None,
        });
        let text: String = thoughts.collect();
        out.member("reasoning_content", &text);
    }
    if vendor.openai.reasoning_details {
        details(out, message, vendor);
    }
    if !calls.is_empty() {
        out.key("tool_calls").open_list();
        for part in &message.parts {
            if let Some(called) = call(part) {
                tool_call(out, called, part, vendor);
            }
        }
        out.close_list();
    }
    extend(out, message);
    out.close_object();
    Ok(())
}

/// Gives the details of the reasoning back, as they came.
fn details(out: &mut Writer, message: &Message, vendor: &Vendor) {
    let states = message.parts.iter();
    let states = states.filter_map(|part| question::state_of(part, vendor.realm));
    let rows: Vec<Value> = states
        .filter_map(|state| state.as_array().cloned())
        .flatten()
        .collect();
    if !rows.is_empty() {
        out.key("reasoning_details")
            .json(&Value::Array(rows).to_string());
    }
}

fn call(part: &Part) -> Option<&ToolCall> {
    match &part.content {
        Content::ToolCall(call) => Some(call),
        _ => None,
    }
}

fn refusal(part: &Part) -> Option<&str> {
    match &part.content {
        Content::Refusal(text) => Some(text),
        _ => None,
    }
}

/// Arguments that are no JSON are those of a tool that takes text.
fn tool_call(out: &mut Writer, call: &ToolCall, part: &Part, vendor: &Vendor) {
    out.open_object().member("id", &call_id(&call.id, vendor));
    let is_json = call.arguments.trim_start().starts_with('{');
    if is_json {
        out.member("type", "function");
        out.key("function").open_object();
        out.member("name", &call.name);
        out.member("arguments", &call.arguments);
    } else {
        out.member("type", "custom");
        out.key("custom").open_object();
        out.member("name", &call.name);
        out.member("input", &call.arguments);
    }
    out.close_object();
    if let Some(more) = question::extension(&part.extensions, NAMESPACE) {
        out.members_of(more, &["id", "type", "function", "custom"]);
    }
    out.close_object();
}

/// Returns the id of a call as the vendor takes it: the same for the same, and its own unchanged.
fn call_id<'i>(id: &'i str, vendor: &Vendor) -> Cow<'i, str> {
    const LENGTH: usize = 9;
    const LETTERS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let fits = id.len() == LENGTH && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if fits || !vendor.openai.short_call_ids {
        return Cow::Borrowed(id);
    }
    // FNV-1a: ids of one conversation are few.
    let mut rest = id.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let letter = |_| {
        let letter = LETTERS[(rest % 62) as usize];
        rest /= 62;
        char::from(letter)
    };
    Cow::Owned((0..LENGTH).map(letter).collect())
}
