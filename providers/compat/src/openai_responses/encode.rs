//! A request for `POST /responses`.

use openclaw_sdk::Failure;
use openclaw_sdk::chat::{Message, Request, Role};
use serde_json::{Value, json};

use crate::openai::encode;
use crate::vendor::Vendor;

/// The smallest bound on generated tokens that the vendor takes.
const LEAST_TOKENS: u64 = 16;

/// Encodes a request. Nothing is to be stored at the vendor, and a bound below 16 tokens becomes 16.
///
/// # Errors
/// Kind `format`, as [`encode::parts`].
pub fn body(request: &Request, vendor: &Vendor, own: bool) -> Result<Value, Failure> {
    let input = request
        .messages
        .iter()
        .map(message)
        .collect::<Result<Vec<_>, _>>()?;
    let mut body = json!({
        "model": request.model,
        "input": input,
        "stream": request.stream,
        "store": false,
    });
    if let Some(system) = &request.system {
        body["instructions"] = json!(system);
    }
    if let Some(most) = encode::max_tokens(request, vendor, own) {
        body["max_output_tokens"] = json!(most.max(LEAST_TOKENS));
    }
    // Reasoning models refuse any temperature, so none is sent unless it was asked for.
    if let Some(temperature) = request.temperature {
        body["temperature"] = json!(temperature);
    }
    Ok(body)
}

fn message(message: &Message) -> Result<Value, Failure> {
    let kind = match message.role {
        Role::User => "input_text",
        Role::Assistant => "output_text",
    };
    let content = encode::parts(
        message,
        &|text| json!({ "type": kind, "text": text }),
        &|url| json!({ "type": "input_image", "detail": "auto", "image_url": url }),
    )?;
    Ok(json!({ "type": "message", "role": encode::role(message), "content": content }))
}
