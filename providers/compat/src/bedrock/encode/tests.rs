use openclaw_sdk::testing::{body_json, request};
use serde_json::{Value, json};

use super::*;
use crate::bedrock::tests::VENDOR;

const HAIKU: &str = "us.anthropic.claude-haiku-4-5-20251001-v1:0";
const NOVA: &str = "amazon.nova-lite-v1:0";

/// The body of a request, and what it left out.
fn encoded(model: &str, asked: &Value) -> (Value, Vec<String>) {
    let (request, blobs) = request(model, asked);
    let encoded = body(&request, &VENDOR).expect("encodable");
    let notices = encoded.notices.iter().map(|notice| notice.about.clone());
    (body_json(&encoded.body, &blobs), notices.collect())
}

fn made(model: &str, asked: &Value) -> Value {
    let (body, notices) = encoded(model, asked);
    assert!(notices.is_empty(), "{notices:?}");
    body
}

fn refused(asked: &Value) -> String {
    let (request, _) = request(NOVA, asked);
    match body(&request, &VENDOR) {
        Ok(_) => panic!("it is encodable"),
        Err(failure) => failure.message,
    }
}

fn said(text: &str) -> Value {
    json!([{ "role": "user", "parts": [{ "text": text }] }])
}

#[test]
fn a_conversation_keeps_its_order_and_its_settings() {
    let body = made(
        NOVA,
        &json!({
            "messages": [
                { "role": "system", "parts": [{ "text": "Be brief." }] },
                { "role": "user", "parts": [{ "text": "Hello" }] },
                { "role": "assistant", "parts": [{ "text": "Hi" }] },
                { "role": "user", "parts": [{ "text": "Grüße 🎉 \"x\"" }] },
                { "role": "user", "parts": [{ "text": "again" }] },
            ],
            "max_output_tokens": 64,
            "sampling": { "temperature": 0.5, "top_p": 0.9, "top_k": 5 },
            "stop": ["END"],
            "service_tier": "flex",
            "labels": { "team": "a" },
            "extensions": { "bedrock-converse-stream": {
                "guardrailConfig": { "guardrailIdentifier": "g" },
                "additionalModelRequestFields": { "inferenceConfig": { "x": 1 } },
                "messages": "never",
            } },
        }),
    );
    assert_eq!(
        body,
        json!({
            "system": [{ "text": "Be brief." }],
            "inferenceConfig": { "maxTokens": 64, "temperature": 0.5, "topP": 0.9, "stopSequences": ["END"] },
            "additionalModelRequestFields": { "top_k": 5, "inferenceConfig": { "x": 1 } },
            "serviceTier": { "type": "flex" },
            "requestMetadata": { "team": "a" },
            "guardrailConfig": { "guardrailIdentifier": "g" },
            "messages": [
                { "role": "user", "content": [{ "text": "Hello" }] },
                { "role": "assistant", "content": [{ "text": "Hi" }] },
                { "role": "user", "content": [{ "text": "Grüße 🎉 \"x\"" }, { "text": "again" }] },
            ],
        })
    );
}

#[test]
fn the_bound_is_said_only_where_somebody_wants_one() {
    let bound = |wanted: Value| {
        let asked = json!({ "messages": said("x"), "max_output_tokens": wanted });
        made(NOVA, &asked)["inferenceConfig"]["maxTokens"].as_u64()
    };
    assert_eq!(bound(Value::Null), None);
    assert_eq!(bound(json!(8)), Some(8));
    assert_eq!(bound(json!(0)), Some(1));
    assert_eq!(bound(json!(1_000_000)), Some(10_000));
}

#[test]
fn images_documents_and_places_in_s3_are_blocks() {
    let body = made(
        NOVA,
        &json!({ "messages": [{ "role": "user", "parts": [
            { "text": "What is this?" },
            { "file": { "media_type": "image/png", "source": { "bytes_base64": "iVBORw==" } } },
            { "file": { "media_type": "application/pdf", "name": "a.pdf", "source": { "bytes_base64": "JVBERg==" } } },
            { "file": { "media_type": "application/pdf", "name": "a.pdf", "source": { "url": "s3://bucket/key" } } },
        ] }] }),
    );
    assert_eq!(
        body["messages"][0]["content"],
        json!([
            { "text": "What is this?" },
            { "image": { "format": "png", "source": { "bytes": "iVBORw==" } } },
            { "document": { "format": "pdf", "name": "a pdf", "source": { "bytes": "JVBERg==" } } },
            { "document": { "format": "pdf", "name": "a pdf 2", "source": { "s3Location": { "uri": "s3://bucket/key" } } } },
        ])
    );
    let alone = json!({ "messages": [{ "role": "user", "parts": [
        { "file": { "media_type": "text/csv", "source": { "bytes_base64": "YSxi" } } },
    ] }] });
    let (body, notices) = encoded(NOVA, &alone);
    assert_eq!(
        body["messages"][0]["content"][1]["text"],
        "See the document."
    );
    assert_eq!(notices, ["messages"]);
    for (source, media, part) in [
        (json!({ "url": "https://a.test/x.png" }), "image/png", "S3"),
        (
            json!({ "bytes_base64": "AAAA" }),
            "image/tiff",
            "image/tiff",
        ),
    ] {
        let asked = json!({ "messages": [{ "role": "user", "parts": [
            { "file": { "media_type": media, "source": source } },
        ] }] });
        assert!(refused(&asked).contains(part));
    }
}

fn weather() -> Value {
    json!({ "name": "weather", "description": "Tells it.", "input": { "schema": { "type": "object" } } })
}

fn used() -> Value {
    json!([
        { "role": "user", "parts": [{ "text": "Köln?" }] },
        { "role": "assistant", "parts": [
            { "tool_call": { "id": "t1", "name": "weather", "arguments": "{\"city\":\"Köln\"}" } },
        ] },
        { "role": "tool", "parts": [
            { "tool_result": { "call_id": "t1", "name": "weather", "content": [{ "text": "rain" }, { "json": { "c": 7 } }] } },
        ] },
        { "role": "user", "parts": [{ "text": "And?" }] },
    ])
}

#[test]
fn calls_and_results_are_blocks_of_their_turns() {
    let body = made(NOVA, &json!({ "messages": used(), "tools": [weather()] }));
    assert_eq!(
        body["toolConfig"],
        json!({ "tools": [{ "toolSpec": {
            "name": "weather", "description": "Tells it.", "inputSchema": { "json": { "type": "object" } },
        } }] })
    );
    assert_eq!(
        body["messages"][1]["content"],
        json!([{ "toolUse": { "toolUseId": "t1", "name": "weather", "input": { "city": "Köln" } } }])
    );
    assert_eq!(
        body["messages"][2]["content"],
        json!([
            { "toolResult": { "toolUseId": "t1", "content": [{ "text": "rain" }, { "json": { "c": 7 } }] } },
            { "text": "And?" },
        ])
    );
}

#[test]
fn what_is_not_offered_is_told_in_words() {
    let (body, notices) = encoded(NOVA, &json!({ "messages": used() }));
    assert!(body.get("toolConfig").is_none());
    let text = body.to_string();
    assert!(
        text.contains("[called the tool weather with")
            && text.contains("[the tool weather gave: rain")
    );
    assert!(
        notices.contains(&"messages.tools".to_owned()),
        "{notices:?}"
    );
}

#[test]
fn a_choice_is_forced_narrowed_or_left() {
    let time = json!({ "name": "time", "input": { "schema": { "type": "object" } } });
    let chosen = |choice: Value| {
        let asked =
            json!({ "messages": said("x"), "tools": [weather(), time], "tool_choice": choice });
        encoded(NOVA, &asked).0["toolConfig"].clone()
    };
    assert!(
        chosen(json!({ "mode": "auto" }))
            .get("toolChoice")
            .is_none()
    );
    assert_eq!(
        chosen(json!({ "mode": "required" }))["toolChoice"],
        json!({ "any": {} })
    );
    assert_eq!(
        chosen(json!({ "mode": "required", "only": ["time"] }))["toolChoice"],
        json!({ "tool": { "name": "time" } })
    );
    let narrowed = chosen(json!({ "mode": "auto", "only": ["time"] }));
    assert_eq!(narrowed["tools"].as_array().map(Vec::len), Some(1));
    assert_eq!(chosen(json!({ "mode": "none" })), Value::Null);
}

#[test]
fn each_maker_is_told_in_its_own_words_how_much_to_think() {
    let more = |model: &str, wish: Value| {
        let asked = json!({ "messages": said("x"), "reasoning": wish, "max_output_tokens": 8000 });
        let body = encoded(model, &asked).0;
        (
            body["additionalModelRequestFields"].clone(),
            body["outputConfig"].clone(),
        )
    };
    let (fields, _) = more(HAIKU, json!({ "budget": 2000 }));
    assert_eq!(
        fields,
        json!({ "thinking": { "type": "enabled", "budget_tokens": 2000 } })
    );
    let (fields, output) = more(
        "global.anthropic.claude-opus-5",
        json!({ "effort": "high" }),
    );
    assert_eq!(fields, json!({ "thinking": { "type": "adaptive" } }));
    assert_eq!(output, json!({ "effort": "high" }));
    let (fields, _) = more("us.amazon.nova-2-lite-v1:0", json!({ "effort": "low" }));
    assert_eq!(
        fields,
        json!({ "reasoningConfig": { "type": "enabled", "maxReasoningEffort": "low" } })
    );
    let (fields, _) = more(HAIKU, json!({ "effort": "none" }));
    assert_eq!(fields, json!({ "thinking": { "type": "disabled" } }));
}

#[test]
fn thinking_goes_back_with_its_signature_and_others_does_not() {
    let thought = |realm: &str| {
        let asked = json!({ "messages": [
            { "role": "user", "parts": [{ "text": "x" }] },
            { "role": "assistant", "parts": [
                { "reasoning": { "text": "hm" }, "state": { "realm": realm, "value": { "signature": "sig" } } },
                { "text": "y" },
            ] },
            { "role": "user", "parts": [{ "text": "z" }] },
        ] });
        encoded(HAIKU, &asked).0["messages"][1]["content"].clone()
    };
    assert_eq!(
        thought("amazon-bedrock"),
        json!([
            { "reasoningContent": { "reasoningText": { "text": "hm", "signature": "sig" } } },
            { "text": "y" },
        ])
    );
    assert_eq!(thought("anthropic"), json!([{ "text": "y" }]));
}

#[test]
fn a_form_of_the_answer_is_a_schema() {
    let output = |wish: Value| json!({ "messages": said("x"), "output": wish });
    let schema =
        output(json!({ "kind": "json-schema", "name": "n", "schema": { "type": "object" } }));
    assert_eq!(
        made(NOVA, &schema)["outputConfig"],
        json!({ "textFormat": { "type": "json_schema", "structure": { "jsonSchema": {
            "schema": "{\"type\":\"object\"}", "name": "n",
        } } } })
    );
    assert!(refused(&output(json!({ "kind": "json" }))).contains("JSON Schema"));
    assert!(refused(&json!({ "messages": said("x"), "answers": 2 })).contains("one answer"));
    assert!(refused(&json!({ "messages": said("x"), "logprobs": 2 })).contains("likelihoods"));
}

#[test]
fn marks_stand_after_what_they_mark_and_the_last_four_are_sent() {
    let part = |text: &str| json!({ "text": text, "cache": { "ttl": "1h" } });
    let parts: Vec<Value> = ["a", "b", "c", "d", "e"].map(part).to_vec();
    let (body, notices) = encoded(
        NOVA,
        &json!({ "messages": [{ "role": "user", "parts": parts }] }),
    );
    let mark = json!({ "cachePoint": { "type": "default", "ttl": "1h" } });
    let content = body["messages"][0]["content"].as_array().expect("a list");
    assert_eq!(content.iter().filter(|block| **block == mark).count(), 4);
    assert_eq!(
        (&content[0]["text"], &content[1]["text"]),
        (&json!("a"), &json!("b"))
    );
    assert_eq!(content[2], mark);
    assert_eq!(notices, ["caching"]);
}
