//! What requests of both formats have in common.

use openclaw_sdk::conversation::{CacheMark, File, Request, ResultContent, Source, ToolResult};
use openclaw_sdk::json::Writer;
use openclaw_sdk::{Failure, errors};

use super::Habits;
use crate::question::{self, Notices};
use crate::vendor::Vendor;

/// Returns the bound on generated tokens to send, if any.
///
/// None asked, none sent: the vendor then applies the model's own, while a stated bound is counted
/// in full against the tokens of the minute. What the model cannot reach is lowered to what it can,
/// which the vendor would refuse otherwise; another server's models may differ from the vendor's
/// of the same name.
#[must_use]
pub fn max_tokens(request: &Request, vendor: &Vendor, own: bool) -> Option<u64> {
    let asked = u64::from(request.max_output_tokens?);
    let known = vendor.model(&request.model).filter(|_| own);
    let reachable = known.and_then(|facts| facts.max_output());
    Some(reachable.map_or(asked, |most| asked.min(most)))
}

/// How a file is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent<'f> {
    /// As an image.
    Image,
    /// As a recording, in this format.
    Audio(&'static str),
    /// As a document.
    Document,
    /// By the vendor's own id.
    Held(&'f str),
}

/// Decides how a file is sent.
///
/// # Errors
/// Kind `unsupported` for what neither format has a place for.
pub fn sent(file: &File) -> Result<Sent<'_>, Failure> {
    let media_type = question::media_type(&file.media_type);
    if let Source::Vendor(held) = &file.source {
        return Ok(Sent::Held(&held.id));
    }
    if question::is_of(media_type, "image") {
        return Ok(Sent::Image);
    }
    let is_url = matches!(file.source, Source::Url(_));
    match media_type {
        "audio/wav" if !is_url => Ok(Sent::Audio("wav")),
        "audio/mpeg" if !is_url => Ok(Sent::Audio("mp3")),
        other if question::is_of(other, "audio") => Err(errors::unsupported(
            "input.audio",
            ["audio is taken as bytes of WAV or MP3, not as ", other].concat(),
        )),
        other if question::is_of(other, "video") => Err(errors::unsupported(
            "input.video",
            ["there is no place for ", other].concat(),
        )),
        _ => Ok(Sent::Document),
    }
}

/// Returns the name of a document, which the vendor wants to have.
#[must_use]
pub fn name(file: &File) -> &str {
    match &file.name {
        Some(name) if !name.is_empty() => name,
        _ if file.media_type == "application/pdf" => "document.pdf",
        _ => "document",
    }
}

/// Writes the address of a file, or its bytes as one.
pub fn address(out: &mut Writer, file: &File) {
    match &file.source {
        Source::Bytes(blob) => out.data_url(question::media_type(&file.media_type), blob),
        Source::Url(url) => out.text(url),
        Source::Vendor(held) => out.text(&held.id),
    };
}

/// Writes the mark up to which a prompt is worth keeping.
pub fn breakpoint(out: &mut Writer, mark: Option<&CacheMark>) {
    let Some(mark) = mark else { return };
    out.key("prompt_cache_breakpoint").open_object();
    out.member("mode", "explicit");
    out.member_if("ttl", mark.ttl.as_deref());
    out.close_object();
}

/// Returns the words of a result, a line each; files are not among them.
#[must_use]
pub fn words(result: &ToolResult) -> String {
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
    if result.is_error {
        words.insert_str(0, "Error: ");
    }
    words
}

/// Returns the files of a result.
pub fn files(result: &ToolResult) -> impl Iterator<Item = &File> {
    result.content.iter().filter_map(|piece| match piece {
        ResultContent::File(file) => Some(file),
        _ => None,
    })
}

/// Whether a request may have what only the vendor's models are known to take: it goes to the vendor,
/// or asks one of its models at another server.
#[must_use]
pub fn takes_all(request: &Request, vendor: &Vendor, own: bool) -> bool {
    let id = request.model.rsplit('/').next().unwrap_or_default();
    (own && vendor.openai.takes_all)
        || (vendor.openai.max_completion_tokens && vendor.model(id).is_some())
}

/// Writes the wishes that both formats spell alike; `all` is what [`takes_all`] says.
pub fn wishes(
    out: &mut Writer,
    request: &Request,
    habits: &Habits,
    all: bool,
    notices: &mut Notices,
) {
    let sampling = &request.sampling;
    // Reasoning models refuse any temperature, so none is sent unless it was asked for.
    out.member_decimal("temperature", sampling.temperature);
    out.member_decimal("top_p", sampling.top_p);
    if sampling.top_k.is_some() {
        notices.dropped("sampling.top-k", "this format has no place for it");
    }
    if let Some(choice) = request
        .tool_choice
        .as_ref()
        .filter(|_| !request.tools.is_empty())
        && let Some(parallel) = choice.parallel
        && habits.sends(
            "parallel_tool_calls",
            ("tool-choice.parallel", true),
            notices,
        )
    {
        out.member_flag("parallel_tool_calls", parallel);
    }
    let tier = ("service-tier", request.service_tier.is_some());
    if habits.sends("service_tier", tier, notices) {
        out.member_if("service_tier", request.service_tier.as_deref());
    }
    if all {
        if let Some(caching) = &request.caching {
            out.member_if("prompt_cache_key", caching.key.as_deref());
            match caching.ttl.as_deref() {
                Some("none") => notices.dropped("caching", "the vendor caches by itself"),
                Some(ttl @ ("24h" | "in_memory")) => {
                    out.member("prompt_cache_retention", ttl);
                }
                Some(ttl) => {
                    out.key("prompt_cache_options").open_object();
                    out.member("ttl", ttl).close_object();
                }
                None => {}
            }
        }
        out.member_if("safety_identifier", request.user.as_deref());
        if !request.labels.is_empty() {
            out.key("metadata").open_object();
            for (name, value) in &request.labels {
                out.member(name, value);
            }
            out.close_object();
        }
    } else {
        if habits.sends("user", ("user", request.user.is_some()), notices) {
            out.member_if("user", request.user.as_deref());
        }
        notices.no_place(&[
            ("caching", request.caching.is_some()),
            ("labels", !request.labels.is_empty()),
        ]);
    }
}
