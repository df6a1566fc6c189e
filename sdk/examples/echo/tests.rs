//! Run with `cargo test -p openclaw-sdk --example echo`.

use openclaw_sdk::framing::Framing;
use openclaw_sdk::testing::{Decoded, body_json, chunkings, decode, request, summary, truncated};
use openclaw_sdk::{ProviderConfig, auth};
use serde_json::json;

use crate::decode::{Decoder, failure, listing};
use crate::encode;

/// A body must decode to the same whatever the chunks it arrives in.
fn check(framing: Framing, body: &str, want: &Decoded) {
    for chunks in chunkings(body.as_bytes()) {
        assert_eq!(&decode(Decoder, framing, &chunks), want, "{chunks:?}");
    }
}

#[test]
fn an_answer_is_the_same_streamed_and_whole() {
    let want = Decoded {
        text: "Hello, wörld".to_owned(),
        usage: Some((Some(7), Some(3), None, None, None)),
        stop: Some("end".to_owned()),
        ..Decoded::default()
    };
    check(Framing::Lines, include_str!("wire/stream.ndjson"), &want);
    check(Framing::Whole, include_str!("wire/whole.json"), &want);
}

#[test]
fn a_stream_without_its_end_is_truncated() {
    let want = Decoded {
        text: "Hello".to_owned(),
        failure: Some(truncated()),
        ..Decoded::default()
    };
    check(
        Framing::Lines,
        include_str!("wire/stream-cut.ndjson"),
        &want,
    );
}

#[test]
fn an_error_in_a_stream_ends_it() {
    let want = Decoded {
        text: "He".to_owned(),
        failure: Some(("overloaded".to_owned(), Some("busy".to_owned()), None, None)),
        ..Decoded::default()
    };
    check(
        Framing::Lines,
        include_str!("wire/stream-error.ndjson"),
        &want,
    );
}

#[test]
fn a_refusal_is_told_by_its_code_before_its_status() {
    let headers = [("retry-after".to_owned(), "2".to_owned())];
    let body = r#"{"error":{"code":"no_credit","message":"Top up"}}"#;
    let got = summary(&failure(429, &headers, body, 0));
    assert_eq!(
        got,
        (
            "billing".to_owned(),
            Some("no_credit".to_owned()),
            Some(429),
            Some(2_000)
        )
    );
    let got = summary(&failure(502, &[], "<html>", 0));
    assert_eq!(got, ("server".to_owned(), None, Some(502), None));
}

#[test]
fn a_question_becomes_the_vendors_body() {
    let asked = json!({
        "messages": [{ "role": "user", "parts": [{ "text": "Hi" }] }],
        "max_output_tokens": 5,
        "stream": true,
    });
    let (request, files) = request("echo-1", &asked);
    let want = json!({
        "model": "echo-1",
        "messages": [{ "role": "user", "text": "Hi" }],
        "stream": true,
        "max_tokens": 5,
    });
    let body = encode::chat(&request).expect("it has no image");
    assert_eq!(body_json(&body, &files), want);
    let config = config(Some("http://127.0.0.1:1"));
    assert_eq!(encode::url(&config, "/models"), "http://127.0.0.1:1/models");
}

#[test]
fn what_is_no_listing_proves_nothing() {
    assert_eq!(
        listing(&json!({ "models": [{ "id": "a" }] })).expect("a listing"),
        ["a"]
    );
    assert!(listing(&json!({})).is_err());
}

#[test]
fn there_is_no_sign_in_flow() {
    assert!(openclaw_sdk::login::unsupported("browser").is_err());
}

fn config(base_url: Option<&str>) -> ProviderConfig {
    ProviderConfig {
        base_url: base_url.map(str::to_owned),
        api: None,
        settings: Vec::new(),
        extensions: Vec::new(),
    }
}
