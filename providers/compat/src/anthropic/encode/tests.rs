//! Bodies of `POST /v1/messages`.

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
