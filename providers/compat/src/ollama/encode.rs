//! The contract's chat request as a body of `POST /api/chat`, and where requests go.

use openclaw_sdk::base64::Engine as _;
use openclaw_sdk::base64::engine::general_purpose::STANDARD;
use openclaw_sdk::chat::{Message, Part, Request, Role};
use serde_json::{Map, Value, json};

use crate::vendor::Vendor;

/// Ollama's hosted service.
const CLOUD: &str = "https://ollama.com";

/// Returns the server's address without a path of its own.
///
/// People paste the address of the OpenAI dialect (`…/v1`) or of the API (`…/api`); both mean the
/// server, whose native API is at `/api`.
#[must_use]
pub fn root(configured: Option<&str>, vendor: &Vendor) -> String {
    let mut base = configured
        .unwrap_or(vendor.base)
        .trim()
        .trim_end_matches('/');
    for dialect in ["/v1", "/api"] {
        base = base
            .strip_suffix(dialect)
            .unwrap_or(base)
            .trim_end_matches('/');
    }
    if base.is_empty() {
        vendor.base.to_owned()
    } else {
        base.to_owned()
    }
}

/// Whether an address that [`root`] returned is Ollama's hosted service.
#[must_use]
pub fn is_cloud(base: &str) -> bool {
    base.eq_ignore_ascii_case(CLOUD)
}

/// Returns the body of `POST /api/chat`.
///
/// `think` is left out: models that reason do so by default, the others refuse the key. So is
/// `num_ctx`: it would reload the model with a memory demand that only its owner can judge. Instead
/// `truncate: false` makes a server (0.12.6 or later) refuse what does not fit, where it would
/// otherwise drop the beginning in silence and answer the rest.
#[must_use]
pub fn chat(request: &Request) -> Value {
    let mut messages = Vec::with_capacity(request.messages.len() + 1);
    if let Some(system) = request.system.as_deref().filter(|text| !text.is_empty()) {
        messages.push(json!({ "role": "system", "content": system }));
    }
    messages.extend(request.messages.iter().map(message));
    let mut body = Map::new();
    let mut set = |key: &str, value: Value| body.insert(key.to_owned(), value);
    set("model", request.model.as_str().into());
    set("messages", messages.into());
    set("stream", request.stream.into());
    set("truncate", false.into());
    let mut options = Map::new();
    if let Some(tokens) = request.max_output_tokens {
        options.insert("num_predict".to_owned(), tokens.into());
    }
    if let Some(temperature) = request.temperature.filter(|value| value.is_finite()) {
        options.insert("temperature".to_owned(), temperature.into());
    }
    if !options.is_empty() {
        set("options", options.into());
    }
    body.into()
}

/// Returns the body of a chat that only proves that a model answers.
#[must_use]
pub fn probe(model: &str, max_tokens: u32) -> Value {
    json!({
        "model": model,
        "messages": [{ "role": "user", "content": "Reply with OK. Do not use tools." }],
        "stream": false,
        "options": { "num_predict": max_tokens.max(1), "temperature": 0.0 },
    })
}

/// A message has one text and a list of images; the order between them cannot be told.
fn message(message: &Message) -> Value {
    let (mut texts, mut images) = (Vec::new(), Vec::new());
    for part in &message.parts {
        match part {
            Part::Text(text) => texts.push(text.as_str()),
            Part::Image(image) => images.push(Value::String(STANDARD.encode(&image.data))),
        }
    }
    let role = match message.role {
        Role::User => "user",
        Role::Assistant => "assistant",
    };
    let mut wire = Map::new();
    wire.insert("role".to_owned(), role.into());
    wire.insert("content".to_owned(), texts.join("\n").into());
    if !images.is_empty() {
        wire.insert("images".to_owned(), images.into());
    }
    wire.into()
}

#[cfg(test)]
mod tests {
    use openclaw_sdk::chat::Image;

    use super::super::wire_tests::OLLAMA;
    use super::*;

    fn request(parts: Vec<Part>) -> Request {
        Request {
            model: "llama3.2-vision".to_owned(),
            system: None,
            messages: vec![Message {
                role: Role::User,
                parts,
            }],
            max_output_tokens: None,
            temperature: None,
            stream: true,
        }
    }

    #[test]
    fn a_base_url_is_accepted_with_the_path_of_either_dialect_or_none() {
        let check = |given: Option<&str>, want: &str| {
            assert_eq!(root(given, &OLLAMA), want, "{given:?}");
        };
        check(None, "http://127.0.0.1:11434");
        check(Some(""), "http://127.0.0.1:11434");
        check(Some("http://gpu:11434"), "http://gpu:11434");
        check(Some("http://gpu:11434/"), "http://gpu:11434");
        check(Some("http://gpu:11434/v1"), "http://gpu:11434");
        check(Some("http://gpu:11434/v1/"), "http://gpu:11434");
        check(Some("http://gpu:11434/api"), "http://gpu:11434");
        check(
            Some("https://proxy.test/ollama/api/"),
            "https://proxy.test/ollama",
        );
        check(Some("https://ollama.com/v1"), "https://ollama.com");
    }

    #[test]
    fn only_the_hosted_service_is_the_cloud() {
        assert!(is_cloud("https://ollama.com"));
        assert!(!is_cloud("http://ollama.com"));
        assert!(!is_cloud("https://ollama.com.evil.test"));
        assert!(!is_cloud("http://127.0.0.1:11434"));
    }

    #[test]
    fn text_and_images_become_content_and_a_base64_list() {
        let image = Image {
            media_type: "image/png".to_owned(),
            data: vec![0x89, b'P', b'N', b'G'],
        };
        let body = chat(&request(vec![
            Part::Text("What is".to_owned()),
            Part::Image(image),
            Part::Text("this?".to_owned()),
        ]));
        assert_eq!(
            body,
            json!({
                "model": "llama3.2-vision",
                "messages": [{ "role": "user", "content": "What is\nthis?", "images": ["iVBORw=="] }],
                "stream": true,
                "truncate": false,
            })
        );
    }

    #[test]
    fn system_limits_and_history_are_carried_over() {
        let mut asked = request(vec![Part::Text("Hi".to_owned())]);
        asked.system = Some("Be brief.".to_owned());
        asked.max_output_tokens = Some(64);
        asked.temperature = Some(0.5);
        asked.stream = false;
        asked.messages.push(Message {
            role: Role::Assistant,
            parts: vec![Part::Text("Hello".to_owned())],
        });
        assert_eq!(
            chat(&asked),
            json!({
                "model": "llama3.2-vision",
                "messages": [
                    { "role": "system", "content": "Be brief." },
                    { "role": "user", "content": "Hi" },
                    { "role": "assistant", "content": "Hello" },
                ],
                "stream": false,
                "truncate": false,
                "options": { "num_predict": 64, "temperature": 0.5 },
            })
        );
    }

    #[test]
    fn a_temperature_that_is_no_number_is_left_out() {
        let mut asked = request(vec![Part::Text("Hi".to_owned())]);
        asked.temperature = Some(f64::NAN);
        assert_eq!(chat(&asked).get("options"), None);
    }
}
