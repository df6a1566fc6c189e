//! A request for `POST /responses`.

use openclaw_sdk::Failure;
use openclaw_sdk::chat::{Request, Role};

use crate::json;
use crate::openai::encode;
use crate::vendor::Vendor;

/// The smallest bound on generated tokens that the vendor takes.
const LEAST_TOKENS: u64 = 16;

/// Encodes a request. Nothing is to be stored at the vendor, and a bound below 16 tokens becomes 16.
///
/// # Errors
/// Kind `format`, as [`encode::parts`].
pub fn body(request: &Request, vendor: &Vendor, own: bool) -> Result<String, Failure> {
    let mut out = json::request(request);
    json::text(&mut out, "model", &request.model);
    out.push_str("\"input\":[");
    for message in &request.messages {
        out.push_str("{\"type\":\"message\",");
        json::text(&mut out, "role", encode::role(message));
        out.push_str("\"content\":[");
        let text = match message.role {
            Role::User => "{\"type\":\"input_text\",\"text\":",
            Role::Assistant => "{\"type\":\"output_text\",\"text\":",
        };
        let image = "{\"type\":\"input_image\",\"detail\":\"auto\",\"image_url\":";
        encode::parts(&mut out, message, [text, "}"], [image, "}"])?;
        json::close(&mut out, "]},");
    }
    json::close(&mut out, "],");
    json::flag(&mut out, "stream", request.stream);
    json::flag(&mut out, "store", false);
    if let Some(system) = &request.system {
        json::text(&mut out, "instructions", system);
    }
    if let Some(most) = encode::max_tokens(request, vendor, own) {
        json::number(&mut out, "max_output_tokens", most.max(LEAST_TOKENS));
    }
    // Reasoning models refuse any temperature, so none is sent unless it was asked for.
    if let Some(temperature) = request.temperature {
        json::decimal(&mut out, "temperature", temperature);
    }
    json::close(&mut out, "}");
    Ok(out)
}
