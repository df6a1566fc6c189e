//! Blocks of content.

use openclaw_sdk::conversation::{
    CacheMark, Content, File, Part, ResultContent, Source, ToolResult,
};
use openclaw_sdk::json::Writer;
use openclaw_sdk::{Failure, errors};

use super::NAMESPACE;
use crate::blocks::Marks;
use crate::question::{self, Notices};

/// Writes a mark in its turn.
pub(super) fn mark(out: &mut Writer, marks: &mut Marks, mark: Option<&CacheMark>) {
    if let Some(mark) = marks.take(mark) {
        cache_control(out, mark);
    }
}

/// Writes a mark as a member.
pub(super) fn cache_control(out: &mut Writer, mark: &CacheMark) {
    out.key("cache_control").open_object();
    out.member("type", "ephemeral");
    out.member_if("ttl", mark.ttl.as_deref());
    out.close_object();
}

/// Writes a part as a block; `cut` takes blanks from the end of a text.
pub(super) fn write(
    out: &mut Writer,
    part: &Part,
    realm: &str,
    cut: bool,
    marks: &mut Marks,
    notices: &mut Notices,
) -> Result<(), Failure> {
    let state = question::state_of(part, realm);
    // What is kept whole is given back whole.
    if let Some(block) = state.as_ref().filter(|state| state.get("type").is_some()) {
        out.json(&block.to_string());
        return Ok(());
    }
    out.open_object();
    match &part.content {
        Content::Text(text) | Content::Refusal(text) => {
            let text = if cut { text.trim_end() } else { text };
            out.member("type", "text").member("text", text);
            if let Some(cited) = state.as_ref().and_then(|state| state.get("citations")) {
                out.key("citations").json(&cited.to_string());
            }
        }
        Content::Reasoning(thought) => {
            let word = |key: &str| state.as_ref().and_then(|state| state[key].as_str());
            if let Some(data) = word("data") {
                out.member("type", "redacted_thinking").member("data", data);
            } else {
                out.member("type", "thinking");
                out.member("thinking", &thought.text);
                out.member_if("signature", word("signature"));
            }
        }
        Content::File(held) => file(out, held)?,
        Content::ToolCall(call) => {
            out.member("type", "tool_use").member("id", &call.id);
            out.member("name", &call.name);
            out.key("input").json(&call.arguments);
            if let Some(more) = &state {
                out.members_of(&more.to_string(), &["type", "id", "name", "input"]);
            }
        }
        Content::ToolResult(result) => self::result(out, result, notices)?,
        Content::Other(other) => {
            out.members_of(&other.value, &[]);
        }
    }
    if let Some(more) = question::extension(&part.extensions, NAMESPACE) {
        out.members_of(
            more,
            &["type", "text", "source", "input", "cache_control", "id"],
        );
    }
    mark(out, marks, part.cache.as_ref());
    out.close_object();
    Ok(())
}

/// Writes the inside of a file's block: an image, or a document with its name as the title.
fn file(out: &mut Writer, file: &File) -> Result<(), Failure> {
    let media_type = question::media_type(&file.media_type);
    let is_image = question::is_of(media_type, "image");
    for modality in ["audio", "video"] {
        if question::is_of(media_type, modality) {
            return Err(errors::unsupported(
                ["input.", modality].concat().as_str(),
                ["this format has no place for ", media_type].concat(),
            ));
        }
    }
    out.member("type", if is_image { "image" } else { "document" });
    out.key("source").open_object();
    match &file.source {
        Source::Bytes(blob) if media_type == "text/plain" => {
            out.member("type", "text").member("media_type", media_type);
            out.key("data").begin_text().push_blob_text(blob).end_text();
        }
        Source::Bytes(blob) => {
            if !is_image && media_type != "application/pdf" {
                return Err(errors::unsupported(
                    "input.file",
                    [
                        "documents are taken as PDF or plain text, not as ",
                        media_type,
                    ]
                    .concat(),
                ));
            }
            out.member("type", "base64")
                .member("media_type", media_type);
            out.key("data").base64(blob);
        }
        Source::Url(url) => {
            out.member("type", "url").member("url", url);
        }
        Source::Vendor(held) => {
            out.member("type", "file").member("file_id", &held.id);
        }
    }
    out.close_object();
    if !is_image {
        out.member_if("title", file.name.as_deref());
    }
    Ok(())
}

fn result(out: &mut Writer, result: &ToolResult, notices: &mut Notices) -> Result<(), Failure> {
    out.member("type", "tool_result");
    out.member("tool_use_id", &result.call_id);
    match result.content.as_slice() {
        [] => {}
        [ResultContent::Text(text) | ResultContent::Json(text)] => {
            out.member("content", text);
        }
        many => {
            out.key("content").open_list();
            for piece in many {
                match piece {
                    ResultContent::Text(text) | ResultContent::Json(text) => {
                        if !text.trim().is_empty() {
                            out.open_object().member("type", "text");
                            out.member("text", text).close_object();
                        }
                    }
                    ResultContent::File(held) => {
                        out.open_object();
                        file(out, held)?;
                        out.close_object();
                    }
                    ResultContent::Other(other) if other.kind.starts_with(NAMESPACE) => {
                        out.json(&other.value);
                    }
                    ResultContent::Other(_) => {
                        notices.dropped("tool-result.other", "it is not of this format");
                    }
                }
            }
            out.close_list();
        }
    }
    if result.is_error {
        out.member_flag("is_error", true);
    }
    Ok(())
}
