//! Where requests to Gemini go.

use openclaw_sdk::{Failure, FailureKind, errors};

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
    let method = if stream {
        "streamGenerateContent?alt=sse"
    } else {
        "generateContent"
    };
    method_url(base, model, method)
}

/// Returns the address of a method of a model.
///
/// # Errors
/// As [`answer_url`].
pub fn method_url(base: &str, model: &str, method: &str) -> Result<String, Failure> {
    let (collection, id) = match model.split_once('/') {
        None => ("models", model),
        Some((collection @ ("models" | "tunedModels"), id)) => (collection, id),
        Some(_) => ("", ""),
    };
    if id.is_empty() || id.contains('/') || id.chars().all(|c| c == '.') {
        let message = format!("`{model}` is not the id of a Gemini model");
        return Err(errors::failure(FailureKind::ModelNotFound, message));
    }
    Ok(format!("{base}/{collection}/{}:{method}", escape(id)))
}

/// Escapes everything but the unreserved characters of RFC 3986.
pub(super) fn escape(text: &str) -> String {
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

/// What the names of Google's models begin with in Vertex's list.
pub const PUBLISHED: &str = "publishers/google/models/";

/// Returns a model's id without its collection.
#[must_use]
pub fn bare(model: &str) -> &str {
    let known = [PUBLISHED, "models/"];
    known
        .iter()
        .find_map(|collection| model.strip_prefix(collection))
        .unwrap_or(model)
}
