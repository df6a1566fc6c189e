//! Requests as Gemini wants them: addresses and the body of `generateContent`. Sends nothing.

use openclaw_sdk::base64::{Engine, engine::general_purpose::STANDARD};
use openclaw_sdk::chat::{Message, Part, Request, Role};
use openclaw_sdk::{Failure, FailureKind, errors};

use crate::json::{self, close, quoted};
use crate::vendor::Vendor;

/// Longest page token that is sent back.
const TOKEN_BYTES: usize = 2_000;

/// Returns the base URL with a version segment at its end: a configured base that does not end in
/// one, such as `/v1`, `/v1beta` or `/v1alpha`, gets `/v1beta`.
///
/// Only the last segment counts: gateways have versions of their own further up.
#[must_use]
pub fn root(configured: Option<&str>, vendor: &Vendor) -> String {
    let base = configured.map_or("", str::trim).trim_end_matches('/');
    if base.is_empty() {
        return vendor.base.to_owned();
    }
    let last = base.rsplit('/').next().unwrap_or_default();
    if is_version(last) {
        base.to_owned()
    } else {
        format!("{base}/v1beta")
    }
}

fn is_version(segment: &str) -> bool {
    segment.strip_prefix('v').is_some_and(|rest| {
        let word = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        let stage = word.trim_end_matches(|c: char| c.is_ascii_digit());
        word.len() < rest.len() && matches!(stage, "" | "alpha" | "beta")
    })
}

/// Returns the address that lists models.
#[must_use]
pub fn models_url(base: &str, page_size: u32, page_token: Option<&str>) -> String {
    let mut url = format!("{base}/models?pageSize={page_size}");
    if let Some(token) = page_token.filter(|token| token.len() <= TOKEN_BYTES) {
        url.push_str("&pageToken=");
        url.push_str(&escape(token));
    }
    url
}

/// Returns the address that a model answers at. The id may carry its `models/` prefix; tuned models
/// have the prefix `tunedModels/`.
///
/// # Errors
/// Kind `model-not-found` for an id that no Gemini model can have.
pub fn answer_url(base: &str, model: &str, stream: bool) -> Result<String, Failure> {
    let (collection, id) = match model.split_once('/') {
        None => ("models", model),
        Some((collection @ ("models" | "tunedModels"), id)) => (collection, id),
        Some(_) => ("", ""),
    };
    if id.is_empty() || id.contains('/') || id.chars().all(|c| c == '.') {
        let message = format!("`{model}` is not the id of a Gemini model");
        return Err(errors::failure(FailureKind::ModelNotFound, message));
    }
    let method = if stream {
        "streamGenerateContent?alt=sse"
    } else {
        "generateContent"
    };
    Ok(format!("{base}/{collection}/{}:{method}", escape(id)))
}

/// Escapes everything but the unreserved characters of RFC 3986.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            const HEX: &[u8; 16] = b"0123456789ABCDEF";
            escaped.push('%');
            escaped.push(char::from(HEX[usize::from(byte >> 4)]));
            escaped.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
    escaped
}

/// Returns the body of a request, as JSON text: written in one go, since an image should not be in
/// memory more often than it must.
///
/// Without a wanted bound, a known model gets its own maximum; a wanted bound above that is lowered
/// to it, since Gemini refuses more. Where the data gives a maximum no smaller than the context it is
/// not trusted and nothing is sent, which leaves the bound to the vendor.
#[must_use]
pub fn body(request: &Request, vendor: &Vendor) -> String {
    let id = bare(&request.model);
    let mut out = json::request(request);
    let system = request
        .system
        .as_deref()
        .filter(|text| !text.trim().is_empty());
    let mut before = system.filter(|_| !takes_system(id));
    if let Some(text) = system.filter(|_| before.is_none()) {
        out.push_str("\"systemInstruction\":{\"parts\":[");
        text_part(&mut out, text);
        out.push_str("]},");
    }
    out.push_str("\"contents\":[");
    if before.is_some()
        && request
            .messages
            .first()
            .is_none_or(|first| first.role != Role::User)
    {
        open_message(&mut out, Role::User);
        text_part(&mut out, before.take().unwrap_or_default());
        out.push_str("]},");
    }
    for message in &request.messages {
        content(&mut out, message, before.take());
    }
    close(&mut out, "]");

    let bound = bound(request.max_output_tokens, own_maximum(id, vendor));
    let temperature = request.temperature.filter(|value| value.is_finite());
    if bound.is_some() || temperature.is_some() {
        out.push_str(",\"generationConfig\":{");
        if let Some(bound) = bound {
            json::number(&mut out, "maxOutputTokens", bound);
        }
        if let Some(temperature) = temperature {
            json::decimal(&mut out, "temperature", temperature);
        }
        close(&mut out, "}");
    }
    out.push('}');
    out
}

fn bound(wanted: Option<u32>, maximum: Option<u64>) -> Option<u64> {
    match (wanted.map(u64::from), maximum) {
        (Some(wanted), Some(maximum)) => Some(wanted.min(maximum)),
        (wanted, maximum) => wanted.or(maximum),
    }
}

fn own_maximum(id: &str, vendor: &Vendor) -> Option<u64> {
    let facts = vendor.model(id)?;
    facts
        .max_output()
        .filter(|_| facts.max_output() < facts.context())
}

/// Returns a model's id without its collection.
#[must_use]
pub fn bare(model: &str) -> &str {
    model.strip_prefix("models/").unwrap_or(model)
}

/// Whether a model has a place for a system prompt; Gemma had none before its fourth generation
/// ("Developer instruction is not enabled for models/gemma-3-27b-it").
fn takes_system(id: &str) -> bool {
    !["gemma-1", "gemma-2", "gemma-3"]
        .iter()
        .any(|family| id.contains(family))
}

/// Writes a message after what the user says `before` it; nothing when it has nothing to say, since
/// Gemini refuses empty text and messages without parts.
fn content(out: &mut String, message: &Message, before: Option<&str>) {
    let begin = out.len();
    open_message(out, message.role);
    let empty = out.len();
    if let Some(text) = before {
        text_part(out, text);
        out.push(',');
    }
    for part in &message.parts {
        match part {
            Part::Text(text) if text.is_empty() => continue,
            Part::Text(text) => text_part(out, text),
            Part::Image(image) => {
                out.push_str("{\"inlineData\":{\"mimeType\":");
                quoted(out, &image.media_type);
                out.push_str(",\"data\":\"");
                STANDARD.encode_string(&image.data, out);
                out.push_str("\"}}");
            }
        }
        out.push(',');
    }
    if out.len() == empty {
        out.truncate(begin);
    } else {
        close(out, "]},");
    }
}

fn open_message(out: &mut String, role: Role) {
    out.push_str(match role {
        Role::User => "{\"role\":\"user\",\"parts\":[",
        Role::Assistant => "{\"role\":\"model\",\"parts\":[",
    });
}

fn text_part(out: &mut String, text: &str) {
    out.push_str("{\"text\":");
    quoted(out, text);
    out.push('}');
}

#[cfg(test)]
mod tests;
