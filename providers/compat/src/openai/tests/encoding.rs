//! Requests as they go over the wire.

use openclaw_sdk::conversation::Request;
use openclaw_sdk::testing::body_json;
use serde_json::{Value, json};

use super::OPENAI;
use crate::question::Encoded;
use crate::{openai_chat, openai_responses};

const COMPATIBLE: &str = "http://127.0.0.1:8000";

/// A conversation with a picture.
fn conversation() -> Value {
    json!([
        { "role": "system", "parts": [{ "text": "Be brief." }] },
        { "role": "user", "parts": [{ "text": "Hi" }] },
        { "role": "assistant", "parts": [{ "text": "Hello" }] },
        { "role": "user", "parts": [{ "text": "What is this?" }, picture()] },
    ])
}

fn picture() -> Value {
    json!({ "file": { "media_type": "image/png", "source": { "bytes_base64": "iVBORw==" } } })
}

fn request(model: &str) -> Request {
    asked(model, json!({ "messages": conversation(), "stream": true }))
}

fn asked(model: &str, asked: Value) -> Request {
    openclaw_sdk::testing::request(model, &asked).0
}

fn read(encoded: Encoded) -> Value {
    let (_, files) = openclaw_sdk::testing::request("", &json!({ "messages": conversation() }));
    body_json(&encoded.body, &files)
}

fn responses(request: &Request) -> Value {
    read(openai_responses::encode::body(request, &OPENAI, true).expect("encodable"))
}

fn completions(request: &Request, base: Option<&str>) -> Value {
    read(openai_chat::encode::body(request, &OPENAI, base.is_none()).expect("encodable"))
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
        "include": ["reasoning.encrypted_content"],
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
    // The vendor's models take its name for the bound wherever they run.
    assert_eq!(sent("gpt-4o", Some(COMPATIBLE), 100), (Some(100), None));
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
        (Some(99_000), None)
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
    let mut warm = request("gpt-4o");
    warm.sampling.temperature = Some(0.5);
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
fn an_image_in_an_earlier_answer_is_dropped_and_told() {
    let mut said = conversation();
    let parts = said[2]["parts"].as_array_mut().expect("parts");
    parts.push(picture());
    let drawn = asked("gpt-5.2", json!({ "messages": said }));
    for dialect in [openai_responses::DIALECT, openai_chat::DIALECT] {
        let encoded = (dialect.body)(&drawn, &OPENAI, true).expect("encodable");
        let told: Vec<&str> = encoded.notices.iter().map(|n| n.about.as_str()).collect();
        assert_eq!(told, ["messages.file"]);
    }
}
