//! A request for `POST /chat/completions`.
//!
//! The system prompt goes as `system`, never as `developer`: the vendor reads one as the other,
//! and few compatible servers know the latter.

use openclaw_sdk::Failure;
use openclaw_sdk::chat::{Message, Part, Request};
use serde_json::{Value, json};

use crate::openai::encode;
use crate::vendor::Vendor;

/// Encodes a request. `own` says whether the server is the vendor's, which takes more than most.
///
/// # Errors
/// Kind `format`, as [`encode::parts`].
pub fn body(request: &Request, vendor: &Vendor, own: bool) -> Result<Value, Failure> {
    let mut messages = Vec::with_capacity(request.messages.len() + 1);
    if let Some(system) = &request.system {
        messages.push(json!({ "role": "system", "content": system }));
    }
    for said in &request.messages {
        messages.push(message(said)?);
    }
    let mut body = json!({
        "model": request.model,
        "messages": messages,
        "stream": request.stream,
    });
    if request.stream {
        body["stream_options"] = json!({ "include_usage": true });
    }
    if own && vendor.openai.stores_answers {
        body["store"] = json!(false);
    }
    if let Some(most) = encode::max_tokens(request, vendor, own) {
        let vendors =
            vendor.openai.max_completion_tokens && (own || reasons(vendor, &request.model));
        let key = if vendors || is_newer(&request.model) {
            "max_completion_tokens"
        } else {
            "max_tokens"
        };
        body[key] = json!(most);
    }
    // Reasoning models refuse any temperature, so none is sent unless it was asked for.
    if let Some(temperature) = request.temperature {
        body["temperature"] = json!(temperature);
    }
    Ok(body)
}

/// Encodes a message; a single text as a string, which every server takes.
fn message(message: &Message) -> Result<Value, Failure> {
    let content = match message.parts.as_slice() {
        [Part::Text(text)] => json!(text),
        _ => Value::Array(encode::parts(
            message,
            &|text| json!({ "type": "text", "text": text }),
            &|url| json!({ "type": "image_url", "image_url": { "url": url } }),
        )?),
    };
    Ok(json!({ "role": encode::role(message), "content": content }))
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
