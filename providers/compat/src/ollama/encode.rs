//! The contract's chat request as a body of `POST /api/chat`, and where requests go.

use openclaw_sdk::base64::Engine as _;
use openclaw_sdk::base64::engine::general_purpose::STANDARD;
use openclaw_sdk::chat::{Message, Part, Request, Role};

use crate::json;
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
pub fn chat(request: &Request) -> String {
    let mut out = json::request(request);
    json::text(&mut out, "model", &request.model);
    out.push_str("\"messages\":[");
    if let Some(system) = request.system.as_deref().filter(|text| !text.is_empty()) {
        out.push_str("{\"role\":\"system\",");
        json::text(&mut out, "content", system);
        json::close(&mut out, "},");
    }
    for said in &request.messages {
        message(&mut out, said);
    }
    json::close(&mut out, "],");
    json::flag(&mut out, "stream", request.stream);
    json::flag(&mut out, "truncate", false);
    let temperature = request.temperature.filter(|value| value.is_finite());
    if request.max_output_tokens.is_some() || temperature.is_some() {
        out.push_str("\"options\":{");
        if let Some(tokens) = request.max_output_tokens {
            json::number(&mut out, "num_predict", u64::from(tokens));
        }
        if let Some(temperature) = temperature {
            json::decimal(&mut out, "temperature", temperature);
        }
        json::close(&mut out, "},");
    }
    json::close(&mut out, "}");
    out
}

/// Returns the body of a chat that only proves that a model answers.
#[must_use]
pub fn probe(model: &str, max_tokens: u32) -> String {
    let mut out = String::from("{");
    json::text(&mut out, "model", model);
    out.push_str("\"messages\":[{\"role\":\"user\",");
    json::text(&mut out, "content", "Reply with OK. Do not use tools.");
    json::close(&mut out, "}],\"stream\":false,\"options\":{");
    json::number(&mut out, "num_predict", u64::from(max_tokens.max(1)));
    out.push_str("\"temperature\":0}}");
    out
}

/// A message has one text and a list of images; the order between them cannot be told.
fn message(out: &mut String, message: &Message) {
    out.push_str(match message.role {
        Role::User => "{\"role\":\"user\",\"content\":\"",
        Role::Assistant => "{\"role\":\"assistant\",\"content\":\"",
    });
    let mut between = "";
    for part in &message.parts {
        if let Part::Text(text) = part {
            out.push_str(between);
            json::escaped(out, text);
            between = "\\n";
        }
    }
    out.push_str("\",\"images\":[");
    let empty = out.len();
    for part in &message.parts {
        if let Part::Image(image) = part {
            out.push('"');
            STANDARD.encode_string(&image.data, out);
            out.push_str("\",");
        }
    }
    if out.len() == empty {
        out.truncate(empty - ",\"images\":[".len());
        out.push_str("},");
    } else {
        json::close(out, "]},");
    }
}

#[cfg(test)]
mod tests {
    use openclaw_sdk::chat::Image;

    use serde_json::{Value, json};

    use super::super::wire_tests::OLLAMA;
    use super::*;

    fn chat(request: &Request) -> Value {
        serde_json::from_str(&super::chat(request)).expect("JSON")
    }

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
