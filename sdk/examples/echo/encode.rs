//! The contract's requests as the vendor's bodies and addresses.

use openclaw_sdk::conversation::{Content, Request};
use openclaw_sdk::json::{Body, Writer};
use openclaw_sdk::{Failure, ProviderConfig, errors};
use serde_json::{Value, json};

/// The vendor's own address; the same as `base_url` in `plugin.toml`.
const BASE: &str = "https://api.echo.test/v1";

/// Returns the address of a path: below the configured base URL, or the vendor's own.
pub(crate) fn url(config: &ProviderConfig, path: &str) -> String {
    format!("{}{path}", config.base_url.as_deref().unwrap_or(BASE))
}

/// Returns the body of `POST /answers`.
///
/// # Errors
/// Kind `unsupported` for whatever is no text: this vendor takes none, another one may.
pub(crate) fn chat(request: &Request) -> Result<Body, Failure> {
    if !request.tools.is_empty() {
        return Err(errors::unsupported("tools", "Echo calls no tools"));
    }
    let mut body = Writer::default();
    body.open_object();
    body.member("model", &request.model);
    body.key("messages").open_list();
    for message in &request.messages {
        body.open_object().member("role", &message.role);
        body.key("text").begin_text();
        for part in &message.parts {
            match &part.content {
                Content::Text(text) => body.push_text(text),
                _ => return Err(errors::unsupported("messages", "Echo takes texts only")),
            };
        }
        body.end_text().close_object();
    }
    body.close_list();
    body.member_flag("stream", request.stream);
    body.member_uint("max_tokens", request.max_output_tokens.map(u64::from));
    body.member_decimal("temperature", request.sampling.temperature);
    body.close_object();
    Ok(body.finish())
}

/// Returns the body of the shortest question.
pub(crate) fn probe(model: &str, max_tokens: u32) -> Value {
    json!({
        "model": model,
        "messages": [{ "role": "user", "text": "Reply with OK." }],
        "stream": false,
        "max_tokens": max_tokens.max(1),
    })
}
