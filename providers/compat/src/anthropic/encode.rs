//! What a chat looks like on the wire.

use openclaw_sdk::base64::Engine;
use openclaw_sdk::base64::engine::general_purpose::STANDARD;
use openclaw_sdk::chat::{Image, Message, Part, Request, Role};

use crate::json;
use crate::vendor::Vendor;

/// Tokens allowed for a model that the catalog does not know. The API demands a number and refuses
/// one above the model's own; every model since 2024-06 takes this one.
const UNKNOWN_MODEL_TOKENS: u64 = 8_192;

/// Returns the body of `POST /v1/messages`.
#[must_use]
pub fn messages(request: &Request, vendor: &Vendor) -> String {
    let mut out = json::request(request);
    json::text(&mut out, "model", &request.model);
    json::number(&mut out, "max_tokens", max_tokens(request, vendor));
    let system = request.system.as_deref();
    if let Some(system) = system.filter(|system| !system.trim().is_empty()) {
        json::text(&mut out, "system", system);
    }
    if let Some(temperature) = request.temperature {
        json::decimal(&mut out, "temperature", temperature);
    }
    json::flag(&mut out, "stream", request.stream);
    out.push_str("\"messages\":[");
    let last = request.messages.len().saturating_sub(1);
    for (at, message) in request.messages.iter().enumerate() {
        turn(&mut out, message, at == last);
    }
    json::close(&mut out, "]}");
    out
}

/// Returns the body of the smallest request about a model: `POST /v1/messages/count_tokens`, and
/// with `max_tokens` a generation.
#[must_use]
pub fn smallest(model: &str, max_tokens: Option<u32>) -> String {
    let mut out = String::from("{");
    json::text(&mut out, "model", model);
    if let Some(max_tokens) = max_tokens {
        json::number(&mut out, "max_tokens", u64::from(max_tokens.max(1)));
    }
    out.push_str("\"messages\":[{\"role\":\"user\",");
    json::text(&mut out, "content", "Reply with OK. Do not use tools.");
    json::close(&mut out, "}]}");
    out
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

/// Writes a message; nothing if nothing of it is left: the API refuses empty text, and blank ends
/// in an answer that the model is to continue.
fn turn(out: &mut String, message: &Message, is_last: bool) {
    let begin = out.len();
    out.push_str(match message.role {
        Role::User => "{\"role\":\"user\",\"content\":[",
        Role::Assistant => "{\"role\":\"assistant\",\"content\":[",
    });
    let empty = out.len();
    let continued = is_last && message.role == Role::Assistant;
    for part in &message.parts {
        match part {
            Part::Text(text) => {
                let text = if continued { text.trim_end() } else { text };
                if !text.trim().is_empty() {
                    out.push_str("{\"type\":\"text\",\"text\":");
                    json::quoted(out, text);
                    out.push_str("},");
                }
            }
            Part::Image(image) => picture(out, image),
        }
    }
    if out.len() == empty {
        out.truncate(begin);
    } else {
        json::close(out, "]},");
    }
}

fn picture(out: &mut String, image: &Image) {
    let media_type = match image.media_type.as_str() {
        // A common name that IANA does not know and the API refuses.
        "image/jpg" => "image/jpeg",
        other => other,
    };
    out.push_str("{\"type\":\"image\",\"source\":{\"type\":\"base64\",");
    json::text(out, "media_type", media_type);
    out.push_str("\"data\":\"");
    STANDARD.encode_string(&image.data, out);
    out.push_str("\"}},");
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::wire_tests::VENDOR;
    use super::*;

    fn messages(request: &Request, vendor: &Vendor) -> Value {
        serde_json::from_str(&super::messages(request, vendor)).expect("JSON")
    }

    fn smallest(model: &str, max_tokens: Option<u32>) -> Value {
        serde_json::from_str(&super::smallest(model, max_tokens)).expect("JSON")
    }

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
