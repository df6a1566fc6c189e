//! What a chat looks like on the wire.

use openclaw_sdk::base64::Engine;
use openclaw_sdk::base64::engine::general_purpose::STANDARD;
use openclaw_sdk::chat::{Image, Message, Part, Request, Role};
use serde_json::{Map, Value, json};

use crate::vendor::Vendor;

/// Tokens allowed for a model that the catalog does not know. The API demands a number and refuses
/// one above the model's own; every model since 2024-06 takes this one.
const UNKNOWN_MODEL_TOKENS: u64 = 8_192;

/// Returns the body of `POST /v1/messages`.
#[must_use]
pub fn messages(request: &Request, vendor: &Vendor) -> Value {
    let mut body = Map::new();
    body.insert("model".to_owned(), json!(request.model));
    body.insert("max_tokens".to_owned(), json!(max_tokens(request, vendor)));
    if let Some(system) = request
        .system
        .as_deref()
        .filter(|system| !system.trim().is_empty())
    {
        body.insert("system".to_owned(), json!(system));
    }
    if let Some(temperature) = request
        .temperature
        .filter(|temperature| temperature.is_finite())
    {
        body.insert("temperature".to_owned(), json!(temperature));
    }
    body.insert("stream".to_owned(), json!(request.stream));
    let last = request.messages.len().saturating_sub(1);
    let turns = request.messages.iter().enumerate();
    let turns = turns
        .filter_map(|(at, message)| turn(message, at == last))
        .collect();
    body.insert("messages".to_owned(), Value::Array(turns));
    Value::Object(body)
}

/// Returns the body of the smallest request about a model: `POST /v1/messages/count_tokens`, and
/// with `max_tokens` a generation.
#[must_use]
pub fn smallest(model: &str, max_tokens: Option<u32>) -> Value {
    let mut body = json!({
        "model": model,
        "messages": [{ "role": "user", "content": "Reply with OK. Do not use tools." }],
    });
    if let Some(max_tokens) = max_tokens {
        body["max_tokens"] = json!(max_tokens.max(1));
    }
    body
}

/// What was asked for, at least 1, and never more than the model can.
fn max_tokens(request: &Request, vendor: &Vendor) -> u64 {
    let most = vendor
        .model(&request.model)
        .and_then(|facts| facts.max_output());
    match request.max_output_tokens {
        Some(wanted) => u64::from(wanted).clamp(1, most.unwrap_or(u64::MAX).max(1)),
        None => most.unwrap_or(UNKNOWN_MODEL_TOKENS),
    }
}

/// Returns a message, or none if nothing of it is left: the API refuses empty text, and blank ends
/// in an answer that the model is to continue.
fn turn(message: &Message, is_last: bool) -> Option<Value> {
    let continued = is_last && message.role == Role::Assistant;
    let parts: Vec<_> = message
        .parts
        .iter()
        .filter_map(|part| piece(part, continued))
        .collect();
    let role = match message.role {
        Role::User => "user",
        Role::Assistant => "assistant",
    };
    (!parts.is_empty()).then(|| json!({ "role": role, "content": parts }))
}

fn piece(part: &Part, continued: bool) -> Option<Value> {
    match part {
        Part::Text(text) => {
            let text = if continued { text.trim_end() } else { text };
            (!text.trim().is_empty()).then(|| json!({ "type": "text", "text": text }))
        }
        Part::Image(image) => Some(picture(image)),
    }
}

fn picture(image: &Image) -> Value {
    let media_type = match image.media_type.as_str() {
        // A common name that IANA does not know and the API refuses.
        "image/jpg" => "image/jpeg",
        other => other,
    };
    let data = STANDARD.encode(&image.data);
    json!({ "type": "image", "source": { "type": "base64", "media_type": media_type, "data": data } })
}

#[cfg(test)]
mod tests {
    use super::super::wire_tests::VENDOR;
    use super::*;

    fn ask(model: &str, messages: Vec<Message>) -> Request {
        Request {
            model: model.to_owned(),
            system: None,
            messages,
            max_output_tokens: None,
            temperature: None,
            stream: true,
        }
    }

    fn text(role: Role, text: &str) -> Message {
        Message {
            role,
            parts: vec![Part::Text(text.to_owned())],
        }
    }

    #[test]
    fn a_whole_conversation_has_the_vendors_shape() {
        let image = Image {
            media_type: "image/jpg".to_owned(),
            data: vec![1, 2, 3],
        };
        let question = Message {
            role: Role::User,
            parts: vec![Part::Text("What is this?".to_owned()), Part::Image(image)],
        };
        let request = Request {
            system: Some("Be brief.".to_owned()),
            max_output_tokens: Some(100),
            temperature: Some(0.5),
            stream: false,
            ..ask(
                "claude-haiku-4-5",
                vec![
                    question,
                    text(Role::Assistant, "A cat."),
                    text(Role::User, "Sure?"),
                ],
            )
        };
        assert_eq!(
            messages(&request, &VENDOR),
            json!({
                "model": "claude-haiku-4-5",
                "max_tokens": 100,
                "system": "Be brief.",
                "temperature": 0.5,
                "stream": false,
                "messages": [
                    { "role": "user", "content": [
                        { "type": "text", "text": "What is this?" },
                        { "type": "image", "source": { "type": "base64", "media_type": "image/jpeg", "data": "AQID" } },
                    ] },
                    { "role": "assistant", "content": [{ "type": "text", "text": "A cat." }] },
                    { "role": "user", "content": [{ "type": "text", "text": "Sure?" }] },
                ],
            })
        );
    }

    #[test]
    fn max_tokens_is_the_models_own_unless_less_is_asked_for() {
        let tokens = |model: &str, wanted| {
            let request = Request {
                max_output_tokens: wanted,
                ..ask(model, Vec::new())
            };
            messages(&request, &VENDOR)["max_tokens"].as_u64()
        };
        assert_eq!(tokens("claude-haiku-4-5", None), Some(64_000));
        assert_eq!(tokens("claude-haiku-4-5", Some(8)), Some(8));
        assert_eq!(tokens("claude-haiku-4-5", Some(0)), Some(1));
        assert_eq!(tokens("claude-haiku-4-5", Some(u32::MAX)), Some(64_000));
        assert_eq!(tokens("of-tomorrow", None), Some(8_192));
        assert_eq!(tokens("of-tomorrow", Some(9_000)), Some(9_000));
    }

    #[test]
    fn what_the_api_would_refuse_as_empty_is_left_out() {
        let request = Request {
            system: Some("  ".to_owned()),
            temperature: Some(f64::NAN),
            ..ask(
                "m",
                vec![
                    text(Role::User, " "),
                    text(Role::User, "Hi "),
                    text(Role::Assistant, "Well, \n"),
                ],
            )
        };
        let body = messages(&request, &VENDOR);
        assert_eq!(body.get("system"), None);
        assert_eq!(body.get("temperature"), None);
        assert_eq!(
            body["messages"],
            json!([
                { "role": "user", "content": [{ "type": "text", "text": "Hi " }] },
                { "role": "assistant", "content": [{ "type": "text", "text": "Well," }] },
            ])
        );
    }

    #[test]
    fn the_smallest_request_generates_only_with_a_bound() {
        assert_eq!(smallest("m", None).get("max_tokens"), None);
        assert_eq!(smallest("m", Some(0))["max_tokens"], 1);
        assert_eq!(smallest("m", Some(8))["max_tokens"], 8);
    }
}
