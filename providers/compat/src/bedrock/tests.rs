//! Samples through the decoder, in every chunking.

use openclaw_sdk::facts::Catalog;
use openclaw_sdk::framing::{Framer, Framing};
use openclaw_sdk::testing::{chunkings, decode_cut, summarized, truncated};
use serde_json::{Value, json};

use super::decode::Decoder;
use super::frames::{EventStream, written};
use crate::testing::{known, named};
use crate::vendor::Vendor;

/// `2026-11-22T12:00:00Z`.
const NOW_MS: u64 = 1_795_348_800_000;

pub(super) static VENDOR: Vendor = Vendor {
    name: "Amazon Bedrock",
    base: "https://bedrock-runtime.us-east-1.amazonaws.com",
    realm: "amazon-bedrock",
    models: Catalog::new(
        "amazon.nova-lite-v1:0\tNova Lite\t300000\t10000\t0.06/0.24\n\
         anthropic.claude-haiku-4-5-20251001-v1:0\t\t200000\t64000\t1/5/0.1/1.25\n\
         us.anthropic.claude-haiku-4-5-20251001-v1:0\tClaude Haiku 4.5\t200000\t64000\t1/5/0.1/1.25\n",
    ),
    ..Vendor::DEFAULT
};

fn decoder() -> Decoder {
    Decoder::new(&VENDOR, 200, Some("req-1".to_owned()), NOW_MS)
}

/// Returns a stream of these events: a list each, of its type and its payload.
pub(super) fn stream(lines: &str) -> Vec<u8> {
    let frames = lines.lines().flat_map(|line| {
        let event: Value = serde_json::from_str(line).expect("JSON");
        let kind = event[0].as_str().expect("a type");
        let headers = [
            (":event-type", kind),
            (":content-type", "application/json"),
            (":message-type", "event"),
        ];
        written(&headers, event[1].to_string().as_bytes())
    });
    frames.collect()
}

fn exception(kind: &str, message: &str) -> Vec<u8> {
    let headers = [
        (":exception-type", kind),
        (":content-type", "application/json"),
        (":message-type", "exception"),
    ];
    written(
        &headers,
        json!({ "message": message }).to_string().as_bytes(),
    )
}

/// Decodes a stream in every chunking; each must give the same.
fn decoded(body: &[u8]) -> Value {
    let mut all = chunkings(body)
        .into_iter()
        .map(|chunks| decode_cut(decoder(), EventStream::default(), &chunks));
    let first = all.next().expect("at least one chunking");
    for other in all {
        assert_eq!(other, first);
    }
    first
}

macro_rules! wire {
    ($name:literal) => {
        include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/wire/bedrock/",
            $name
        ))
    };
}

#[test]
fn a_stream_is_its_text_its_usage_and_why_it_ended() {
    let folded = decoded(&stream(wire!("stream-text.jsonl")));
    let told = summarized(&folded);
    assert_eq!(
        (told.text.as_str(), told.stop.as_deref()),
        ("Hello, wörld!", Some("end"))
    );
    assert_eq!(told.usage.map(known), Some((12, 5, 0, 0, 0)));
    assert_eq!(told.failure, None);
    assert_eq!(folded["about"]["request_id"], "req-1");
}

#[test]
fn reasoning_keeps_what_the_service_wants_back() {
    let folded = decoded(&stream(wire!("stream-thinking.jsonl")));
    let parts = &folded["answers"][0]["parts"];
    assert_eq!(parts[0]["reasoning"]["text"], "Let me see.");
    let state = &parts[0]["state"];
    assert_eq!(state["realm"], "amazon-bedrock");
    assert_eq!(state["value"]["signature"], "EqoBCkgIARABGAIiQH");
    assert_eq!(parts[1]["state"]["value"]["redactedContent"], "b3BhcXVl");
    assert_eq!(parts[2]["text"], "Done.");
    assert_eq!(folded["answers"][0]["finish"]["reason"], "length");
    assert_eq!(summarized(&folded).usage.map(known), Some((7, 9, 3, 1, 0)));
    assert_eq!(folded["about"]["service_tier"], "flex");
}

#[test]
fn calls_have_their_arguments_whole() {
    let folded = decoded(&stream(wire!("stream-tool.jsonl")));
    let parts = &folded["answers"][0]["parts"];
    let call = &parts[1]["tool_call"];
    assert_eq!(
        (&call["id"], &call["name"]),
        (&json!("tooluse_1"), &json!("weather"))
    );
    assert_eq!(call["arguments"], r#"{"city":"Köln"}"#);
    assert_eq!(parts[2]["tool_call"]["arguments"], "{}");
    assert_eq!(folded["answers"][0]["finish"]["reason"], "tool");
}

#[test]
fn a_whole_answer_is_the_same_as_a_streamed_one() {
    let body = wire!("answer.json");
    let chunks = [body.as_bytes().to_vec()];
    let folded = decode_cut(decoder(), Framer::new(Framing::Whole), &chunks);
    let told = summarized(&folded);
    assert_eq!(
        (told.reasoning.as_str(), told.text.as_str()),
        ("Greet back.", "Hello, wörld!")
    );
    assert_eq!(told.usage.map(known), Some((12, 9, 4, 2, 0)));
    let state = &folded["answers"][0]["parts"][0]["state"]["value"];
    assert_eq!(state["signature"], "EqoBCkgIARABGAIiQH");
}

#[test]
fn a_stream_without_its_end_is_truncated() {
    let lines: Vec<&str> = wire!("stream-text.jsonl").lines().collect();
    for kept in 0..lines.len() - 1 {
        let told = summarized(&decoded(&stream(&lines[..kept].join("\n"))));
        assert_eq!(told.failure.map(named), Some(named(truncated())), "{kept}");
    }
    // What comes after the end of the answer tells only what it cost.
    let whole = stream(wire!("stream-text.jsonl"));
    let told = summarized(&decoded(&whole[..whole.len() - 1]));
    assert_eq!((told.failure, told.usage), (None, None));
}

#[test]
fn a_wrong_checksum_within_a_stream_is_a_failure_of_its_own() {
    let whole = stream(wire!("stream-text.jsonl"));
    let first = stream(wire!("stream-text.jsonl").lines().next().expect("a line")).len();
    // The lengths, the headers and the payload of the second frame.
    for at in [first + 3, first + 20, first + 90] {
        let mut bad = whole.clone();
        bad[at] ^= 4;
        let told = summarized(&decoded(&bad));
        let (kind, code, ..) = named(told.failure.expect("a failure"));
        assert_eq!(
            (kind.as_str(), code.as_deref()),
            ("Server", Some("event_stream_broken"))
        );
        assert_eq!(told.text, "");
    }
}

#[test]
fn an_exception_within_a_stream_is_what_its_name_says() {
    let begun = stream(wire!("stream-text.jsonl").lines().next().expect("a line"));
    for (name, message, kind) in [
        (
            "throttlingException",
            "Too many tokens, please wait before trying again.",
            "RateLimit",
        ),
        (
            "serviceUnavailableException",
            "Bedrock is unable to process your request.",
            "Overloaded",
        ),
        (
            "modelStreamErrorException",
            "An error occurred while streaming the response.",
            "Server",
        ),
        (
            "internalServerException",
            "The system encountered an unexpected error.",
            "Server",
        ),
        (
            "validationException",
            "Input is too long for requested model.",
            "ContextOverflow",
        ),
    ] {
        let body = [begun.clone(), exception(name, message)].concat();
        let told = summarized(&decoded(&body));
        let (found, code, ..) = named(told.failure.expect("a failure"));
        assert_eq!((found.as_str(), code.as_deref()), (kind, Some(name)));
    }
}

#[test]
fn what_is_no_answer_is_a_failure() {
    for body in [
        "",
        "{}",
        "[]",
        "7",
        "<html>",
        r#"{"output":{}}"#,
        r#"{"message":"Operation not allowed"}"#,
    ] {
        let chunks = [body.as_bytes().to_vec()];
        let folded = decode_cut(decoder(), Framer::new(Framing::Whole), &chunks);
        assert!(folded["failure"].is_object(), "{body}: {folded}");
    }
    let odd = stream(r#"["contentBlockDelta", []]"#);
    assert!(decoded(&odd)["failure"].is_object());
    let odd = written(
        &[(":event-type", "messageStop"), (":message-type", "event")],
        b"\xff{",
    );
    assert!(decoded(&odd)["failure"].is_object());
}

#[test]
fn an_answer_that_was_withheld_before_it_began_is_a_failure() {
    let stop = |reason: &str| {
        let lines =
            format!("[\"messageStart\", {{}}]\n[\"messageStop\", {{\"stopReason\":\"{reason}\"}}]");
        summarized(&decoded(&stream(&lines))).failure.map(named)
    };
    for (reason, kind) in [
        ("guardrail_intervened", "ContentFilter"),
        ("content_filtered", "ContentFilter"),
        ("model_context_window_exceeded", "ContextOverflow"),
    ] {
        let (found, code, ..) = stop(reason).expect("a failure");
        assert_eq!((found.as_str(), code.as_deref()), (kind, Some(reason)));
    }
}
