//! The contract's requests as the vendor's bodies and addresses.

use openclaw_sdk::chat::{Part, Request, Role};
use openclaw_sdk::{Failure, FailureKind, ProviderConfig, errors};
use serde_json::{Map, Value, json};

/// The vendor's own address; the same as `base_url` in `plugin.toml`.
const BASE: &str = "https://api.echo.test/v1";

/// Returns the address of a path: below the configured base URL, or the vendor's own.
pub(crate) fn url(config: &ProviderConfig, path: &str) -> String {
    format!("{}{path}", config.base_url.as_deref().unwrap_or(BASE))
}

/// Returns the body of `POST /answers`.
///
/// # Errors
/// Kind `format` for an image: this vendor takes none, another one may.
pub(crate) fn chat(request: &Request) -> Result<Value, Failure> {
    let mut messages = Vec::new();
    for message in &request.messages {
        let role = match message.role {
            Role::User => "user",
            Role::Assistant => "assistant",
        };
        let mut text = String::new();
        for part in &message.parts {
            match part {
                Part::Text(part) => text.push_str(part),
                Part::Image(_) => {
                    return Err(errors::failure(FailureKind::Format, "Echo takes no images"));
                }
            }
        }
        messages.push(json!({ "role": role, "text": text }));
    }
    let mut body = Map::new();
    body.insert("model".to_owned(), request.model.as_str().into());
    body.insert("messages".to_owned(), messages.into());
    body.insert("stream".to_owned(), request.stream.into());
    if let Some(system) = &request.system {
        body.insert("system".to_owned(), system.as_str().into());
    }
    if let Some(tokens) = request.max_output_tokens {
        body.insert("max_tokens".to_owned(), tokens.into());
    }
    if let Some(temperature) = request.temperature {
        body.insert("temperature".to_owned(), temperature.into());
    }
    Ok(body.into())
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
