//! Blocks of content.

use openclaw_sdk::conversation::{
    CacheMark, Content, File, Part, Request, ResultContent, Source, ToolCall, ToolResult,
};
use openclaw_sdk::json::Writer;
use openclaw_sdk::{Failure, errors};

use super::NAMESPACE;
use super::documents::{Kind, Names, format};
use crate::blocks::{Marks, marks};
use crate::question::{self, Notices};

/// How long a cache may be kept for.
const KEPT_FOR: [&str; 2] = ["5m", "1h"];

/// Tells of marks that ask for another time than the API has.
pub(super) fn check_marks(request: &Request, notices: &mut Notices) {
    let is_other = |ttl: &String| !KEPT_FOR.contains(&ttl.as_str());
    if marks(request).any(|mark| mark.ttl.as_ref().is_some_and(is_other)) {
        notices.changed("caching.ttl", "this format keeps for `5m` or `1h`");
    }
}

/// Writes a mark in its turn: a block after what it marks.
pub(super) fn mark(out: &mut Writer, marks: &mut Marks, mark: Option<&CacheMark>) {
    let Some(mark) = marks.take(mark) else { return };
    out.open_object().key("cachePoint").open_object();
    out.member("type", "default");
    let ttl = mark.ttl.as_deref();
    out.member_if("ttl", ttl.filter(|ttl| KEPT_FOR.contains(ttl)));
    out.close_object().close_object();
}

/// What a block is written for.
pub(super) struct Place<'a> {
    pub(super) realm: &'a str,
    /// Whether tools are offered.
    pub(super) offered: bool,
    /// The names that documents have had.
    pub(super) names: &'a mut Names,
    pub(super) notices: &'a mut Notices,
}

/// Writes a part as a block; `cut` takes blanks from the end of a text.
pub(super) fn write(
    out: &mut Writer,
    part: &Part,
    cut: bool,
    place: &mut Place<'_>,
) -> Result<(), Failure> {
    let state = question::state_of(part, place.realm);
    out.open_object();
    match &part.content {
        Content::Text(text) | Content::Refusal(text) => {
            out.member("text", if cut { text.trim_end() } else { text });
        }
        Content::Reasoning(thought) => {
            let word = |key: &str| state.as_ref().and_then(|state| state[key].as_str());
            out.key("reasoningContent").open_object();
            if let Some(data) = word("redactedContent") {
                out.member("redactedContent", data);
            } else {
                out.key("reasoningText").open_object();
                out.member("text", &thought.text);
                out.member_if("signature", word("signature"));
                out.close_object();
            }
            out.close_object();
        }
        Content::File(held) => file(out, held, part, place)?,
        Content::ToolCall(call) if place.offered => self::call(out, call),
        Content::ToolResult(result) if place.offered => self::result(out, result, place)?,
        // The API takes neither where no tool is offered.
        Content::ToolCall(call) => {
            let said = [
                "[called the tool ",
                &call.name,
                " with ",
                &call.arguments,
                "]",
            ];
            out.member("text", &said.concat());
            told_in_words(place);
        }
        Content::ToolResult(result) => {
            out.member("text", &in_words(result));
            told_in_words(place);
        }
        Content::Other(other) => {
            out.members_of(&other.value, &[]);
        }
    }
    out.close_object();
    Ok(())
}

fn told_in_words(place: &mut Place<'_>) {
    let why = "no tool is offered, so those of the past are told in words";
    place.notices.changed("messages.tools", why);
}

fn call(out: &mut Writer, call: &ToolCall) {
    out.key("toolUse").open_object();
    out.member("toolUseId", &call.id).member("name", &call.name);
    out.key("input").json(&call.arguments);
    out.close_object();
}

fn result(out: &mut Writer, result: &ToolResult, place: &mut Place<'_>) -> Result<(), Failure> {
    out.key("toolResult").open_object();
    out.member("toolUseId", &result.call_id);
    out.key("content").open_list();
    let mut written = false;
    for piece in &result.content {
        match piece {
            ResultContent::Text(text) if text.trim().is_empty() => continue,
            ResultContent::Text(text) => {
                out.open_object().member("text", text).close_object();
            }
            // Not every model takes JSON that is no object.
            ResultContent::Json(json) if json.trim_start().starts_with('{') => {
                out.open_object().key("json").json(json).close_object();
            }
            ResultContent::Json(json) => {
                out.open_object().member("text", json).close_object();
            }
            ResultContent::File(held) => {
                out.open_object();
                let part = Part {
                    content: Content::Text(String::new()),
                    state: None,
                    cache: None,
                    extensions: Vec::new(),
                };
                file(out, held, &part, place)?;
                out.close_object();
            }
            ResultContent::Other(other) if other.kind.starts_with(NAMESPACE) => {
                out.json(&other.value);
            }
            ResultContent::Other(_) => {
                let why = "it is not of this format";
                place.notices.dropped("tool-result.other", why);
                continue;
            }
        }
        written = true;
    }
    if !written {
        // The list may not be empty, nor may a text.
        out.open_object().member("text", "(nothing)").close_object();
    }
    out.close_list();
    if result.is_error {
        out.member("status", "error");
    }
    out.close_object();
    Ok(())
}

/// Returns a result as a sentence; files in it are left out.
fn in_words(result: &ToolResult) -> String {
    let texts = result.content.iter().filter_map(|piece| match piece {
        ResultContent::Text(text) | ResultContent::Json(text) => Some(text.as_str()),
        ResultContent::File(_) | ResultContent::Other(_) => None,
    });
    let texts: Vec<&str> = texts.collect();
    let what = if result.is_error {
        " failed: "
    } else {
        " gave: "
    };
    ["[the tool ", &result.name, what, &texts.join("\n"), "]"].concat()
}

/// Whether a file is a document, which has to have words beside it.
pub(super) fn is_document(file: &File) -> bool {
    format(&file.media_type).is_some_and(|(kind, _)| kind == Kind::Document)
}

fn file(out: &mut Writer, file: &File, part: &Part, place: &mut Place<'_>) -> Result<(), Failure> {
    let modality = file.media_type.split('/').next().unwrap_or_default();
    let Some((kind, format)) = format(&file.media_type) else {
        let about = match modality {
            "image" | "audio" | "video" => ["input.", modality].concat(),
            _ => "input.file".to_owned(),
        };
        let why = ["this format has no place for ", &file.media_type].concat();
        return Err(errors::unsupported(&about, why));
    };
    out.key(kind.block()).open_object();
    out.member("format", format);
    if kind == Kind::Document {
        out.member("name", &place.names.unique(file.name.as_deref()));
    }
    out.key("source").open_object();
    match &file.source {
        Source::Bytes(blob) => {
            out.key("bytes").base64(blob);
        }
        Source::Vendor(held) if held.id.starts_with("s3://") => s3(out, &held.id),
        Source::Url(url) if url.starts_with("s3://") => s3(out, url),
        Source::Vendor(_) | Source::Url(_) => {
            return Err(errors::unsupported(
                "input.url",
                "this format takes a file's bytes, or its place in S3",
            ));
        }
    }
    out.close_object();
    if let Some(more) = question::extension(&part.extensions, NAMESPACE) {
        out.members_of(more, &["format", "name", "source"]);
    }
    out.close_object();
    Ok(())
}

fn s3(out: &mut Writer, uri: &str) {
    out.key("s3Location").open_object();
    out.member("uri", uri).close_object();
}
