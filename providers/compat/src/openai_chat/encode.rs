//! A request for `POST /chat/completions`.
//!
//! The system prompt goes as `system`, never as `developer`: the vendor reads one as the other,
//! and few compatible servers know the latter.

use openclaw_sdk::Failure;
use openclaw_sdk::chat::{Message, Part, Request};

use crate::json;
use crate::openai::encode;
use crate::vendor::Vendor;

/// Encodes a request. `own` says whether the server is the vendor's, which takes more than most.
///
/// # Errors
/// Kind `format`, as [`encode::parts`].
pub fn body(request: &Request, vendor: &Vendor, own: bool) -> Result<String, Failure> {
    let mut out = json::request(request);
    json::text(&mut out, "model", &request.model);
    out.push_str("\"messages\":[");
    if let Some(system) = &request.system {
        said(&mut out, "system", system);
    }
    for spoken in &request.messages {
        message(&mut out, spoken)?;
    }
    json::close(&mut out, "],");
    json::flag(&mut out, "stream", request.stream);
    if request.stream {
        out.push_str("\"stream_options\":{\"include_usage\":true},");
    }
    if own && vendor.openai.stores_answers {
        json::flag(&mut out, "store", false);
    }
    if let Some(most) = encode::max_tokens(request, vendor, own) {
        let vendors =
            vendor.openai.max_completion_tokens && (own || reasons(vendor, &request.model));
        let key = if vendors || is_newer(&request.model) {
            "max_completion_tokens"
        } else {
            "max_tokens"
        };
        json::number(&mut out, key, most);
    }
    // Reasoning models refuse any temperature, so none is sent unless it was asked for.
    if let Some(temperature) = request.temperature {
        json::decimal(&mut out, "temperature", temperature);
    }
    json::close(&mut out, "}");
    Ok(out)
}

/// Writes a message; a single text as a string, which every server takes.
fn message(out: &mut String, message: &Message) -> Result<(), Failure> {
    let role = encode::role(message);
    if let [Part::Text(text)] = message.parts.as_slice() {
        said(out, role, text);
        return Ok(());
    }
    out.push('{');
    json::text(out, "role", role);
    out.push_str("\"content\":[");
    encode::parts(
        out,
        message,
        ["{\"type\":\"text\",\"text\":", "}"],
        ["{\"type\":\"image_url\",\"image_url\":{\"url\":", "}}"],
    )?;
    json::close(out, "]},");
    Ok(())
}

fn said(out: &mut String, role: &str, text: &str) {
    out.push('{');
    json::text(out, "role", role);
    json::text(out, "content", text);
    json::close(out, "},");
}

/// Whether a model, at whatever server, is one of the vendor's that reason.
fn reasons(vendor: &Vendor, model: &str) -> bool {
    let facts = vendor.model(bare(model));
    facts.and_then(|facts| facts.reasoning()) == Some(true)
}

/// Whether a model, at whatever server, is one of OpenAI's that refuse `max_tokens`.
fn is_newer(model: &str) -> bool {
    ["o1", "o3", "o4", "gpt-5", "gpt-6"]
        .iter()
        .any(|family| bare(model).starts_with(family))
}

fn bare(model: &str) -> &str {
    model.rsplit('/').next().unwrap_or(model)
}
