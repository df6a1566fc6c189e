//! Bodies of `POST /v1/messages`.

use openclaw_sdk::testing::{Blobs, body_json, request};
use serde_json::{Value, json};

use super::super::wire_tests::VENDOR;
use super::*;
use crate::testing::asked;

fn messages(request: &Request, files: &Blobs) -> Value {
    body_json(
        &super::messages(request, &VENDOR).expect("encodable").body,
        files,
    )
}

fn smallest(model: &str, max_tokens: Option<u32>) -> Value {
    body_json(&super::smallest(model, max_tokens), &Blobs::default())
}

#[test]
fn a_whole_conversation_has_the_vendors_shape() {
    let asked = json!({
        "messages": [
            { "role": "system", "parts": [{ "text": "Be brief." }] },
            { "role": "user", "parts": [
                { "text": "What is this?" },
                { "file": { "media_type": "image/jpg", "source": { "bytes_base64": "AQID" } } },
            ] },
            { "role": "assistant", "parts": [{ "text": "A cat." }] },
            { "role": "user", "parts": [{ "text": "Sure?" }] },
        ],
        "max_output_tokens": 100,
        "sampling": { "temperature": 0.5 },
    });
    let (request, files) = request("claude-haiku-4-5", &asked);
    assert_eq!(
        messages(&request, &files),
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
        let mut request = asked(model, &[("user", "x")]);
        request.max_output_tokens = wanted;
        messages(&request, &Blobs::default())["max_tokens"].as_u64()
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
    let said = [
        ("system", "  "),
        ("user", " "),
        ("user", "Hi "),
        ("assistant", "Well, \n"),
    ];
    let mut request = asked("m", &said);
    request.sampling.temperature = Some(f64::NAN);
    let body = messages(&request, &Blobs::default());
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
