//! Requests as they go over the wire.

use openclaw_sdk::chat::{Image, Message, Part, Request, Role};
use openclaw_sdk::testing::summary;
use serde_json::{Value, json};

use super::OPENAI;
use crate::{openai_chat, openai_responses};

const COMPATIBLE: &str = "http://127.0.0.1:8000";

fn text(text: &str) -> Part {
    Part::Text(text.to_owned())
}

fn picture() -> Part {
    Part::Image(Image {
        media_type: "image/png".to_owned(),
        data: vec![0x89, b'P', b'N', b'G'],
    })
}

fn request(model: &str) -> Request {
    Request {
        model: model.to_owned(),
        system: Some("Be brief.".to_owned()),
        messages: vec![
            Message {
                role: Role::User,
                parts: vec![text("Hi")],
            },
            Message {
                role: Role::Assistant,
                parts: vec![text("Hello")],
            },
            Message {
                role: Role::User,
                parts: vec![text("What is this?"), picture()],
            },
        ],
        max_output_tokens: None,
        temperature: None,
        stream: true,
    }
}

fn read(body: &str) -> Value {
    serde_json::from_str(body).expect("JSON")
}

fn responses(request: &Request) -> Value {
    read(&openai_responses::encode::body(request, &OPENAI, true).expect("encodable"))
}

fn completions(request: &Request, base: Option<&str>) -> Value {
    read(&openai_chat::encode::body(request, &OPENAI, base.is_none()).expect("encodable"))
}

#[test]
fn a_conversation_in_the_responses_dialect() {
    let want = json!({
        "model": "gpt-5.2",
        "input": [
            {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Hi"}]},
            {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Hello"}]},
            {"type": "message", "role": "user", "content": [
                {"type": "input_text", "text": "What is this?"},
                {"type": "input_image", "detail": "auto", "image_url": "data:image/png;base64,iVBORw=="},
            ]},
        ],
        "stream": true,
        "store": false,
        "instructions": "Be brief.",
    });
    assert_eq!(responses(&request("gpt-5.2")), want);
}

#[test]
fn a_conversation_in_the_completions_dialect() {
    let want = json!({
        "model": "gpt-4o",
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "Hi"},
            {"role": "assistant", "content": "Hello"},
            {"role": "user", "content": [
                {"type": "text", "text": "What is this?"},
                {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw=="}},
            ]},
        ],
        "stream": true,
        "stream_options": {"include_usage": true},
    });
    assert_eq!(completions(&request("gpt-4o"), Some(COMPATIBLE)), want);
}

#[test]
fn what_only_the_vendor_takes_goes_only_to_the_vendor() {
    assert_eq!(completions(&request("gpt-4o"), None)["store"], json!(false));
    assert!(
        completions(&request("gpt-4o"), Some(COMPATIBLE))
            .get("store")
            .is_none()
    );
    let mut whole = request("gpt-4o");
    whole.stream = false;
    assert!(completions(&whole, None).get("stream_options").is_none());
}

#[test]
fn the_bound_on_tokens_is_sent_only_when_asked_and_under_the_name_the_model_takes() {
    let bounded = |model: &str, most| Request {
        max_output_tokens: Some(most),
        ..request(model)
    };
    let sent = |model: &str, base, most| {
        let body = completions(&bounded(model, most), base);
        (
            body["max_completion_tokens"].as_u64(),
            body["max_tokens"].as_u64(),
        )
    };
    assert_eq!(sent("gpt-4o", None, 100), (Some(100), None));
    assert_eq!(sent("gpt-4o", Some(COMPATIBLE), 100), (None, Some(100)));
    assert_eq!(
        sent("openai/gpt-5.2", Some(COMPATIBLE), 100),
        (Some(100), None)
    );
    assert_eq!(sent("o3", Some(COMPATIBLE), 100), (Some(100), None));
    assert_eq!(sent("llama-3.3", Some(COMPATIBLE), 100), (None, Some(100)));
    // `gpt-4o` ends at 16,384 at the vendor; elsewhere nothing is known.
    assert_eq!(sent("gpt-4o", None, 99_000), (Some(16_384), None));
    assert_eq!(
        sent("gpt-4o", Some(COMPATIBLE), 99_000),
        (None, Some(99_000))
    );
    assert_eq!(
        responses(&bounded("gpt-5.2", 8))["max_output_tokens"],
        json!(16)
    );
    assert_eq!(
        responses(&bounded("gpt-5.2", 800))["max_output_tokens"],
        json!(800)
    );
    assert!(
        responses(&request("gpt-5.2"))
            .get("max_output_tokens")
            .is_none()
    );
}

#[test]
fn temperature_is_sent_only_when_asked() {
    let warm = Request {
        temperature: Some(0.5),
        ..request("gpt-4o")
    };
    assert_eq!(responses(&warm)["temperature"], json!(0.5));
    assert_eq!(completions(&warm, None)["temperature"], json!(0.5));
    assert!(responses(&request("gpt-5.2")).get("temperature").is_none());
    assert!(
        completions(&request("gpt-5.2"), None)
            .get("temperature")
            .is_none()
    );
}

#[test]
fn an_image_in_an_earlier_answer_is_refused_and_not_dropped() {
    let mut drawn = request("gpt-5.2");
    drawn.messages[1].parts.push(picture());
    for dialect in [openai_responses::DIALECT, openai_chat::DIALECT] {
        let failure = (dialect.body)(&drawn, &OPENAI, true).expect_err("refused");
        assert_eq!(summary(&failure).0, "Format");
    }
}
