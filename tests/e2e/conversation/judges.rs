//! What is sent, held against the types of the vendors' own SDKs.

use std::io::Write as _;
use std::process::{Command, Stdio};

use openclaw_upstream::{Script, When, anthropic, google, openai};

use super::*;
use crate::independent::installed;

/// A conversation with what a wire has to write: two system messages, a picture, reasoning, two calls
/// and their results, an error among them, and a document.
fn rich() -> Value {
    let pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    json!([
        { "role": "system", "parts": [{ "text": "Use tools." }, { "text": "Be brief." }] },
        { "role": "user", "parts": [
            { "text": "What is this?" },
            { "file": { "media_type": "image/png", "source": { "bytes_base64": pixel } } },
            { "file": { "media_type": "application/pdf", "name": "a.pdf", "source": { "bytes_base64": "JVBERi0xLjQK" } } },
        ] },
        { "role": "assistant", "parts": [
            { "text": "Let me see." },
            { "tool_call": { "id": "call_1", "name": "get_weather", "arguments": "{\"city\":\"Oslo\"}" } },
            { "tool_call": { "id": "call_2", "name": "get_weather", "arguments": "{}" } },
        ] },
        { "role": "tool", "parts": [
            { "tool_result": { "call_id": "call_2", "name": "get_weather", "content": [{ "text": "no city" }], "is_error": true } },
            { "tool_result": { "call_id": "call_1", "name": "get_weather", "content": [{ "json": { "degrees": 4 } }] } },
        ] },
        { "role": "user", "parts": [{ "text": "And now?" }] },
    ])
}

#[test]
fn the_vendors_own_types_have_what_is_sent() {
    let Some(python) = installed("OPENCLAW_TEST_SDKS") else {
        return;
    };
    let script = Script::new()
        .on(
            When::post("/anthropic/v1/messages/count_tokens"),
            Reply::json(200, &json!({ "input_tokens": 1 })),
        )
        .on(
            When::post("/anthropic/v1/messages").json("/stream", true),
            anthropic::stream(&["Hello"]),
        )
        .on(
            When::post("/anthropic/v1/messages"),
            anthropic::answer("Hello"),
        )
        .on(
            When::post("/openai/v1/responses").json("/stream", true),
            openai::responses_stream(&["Hello"]),
        )
        .on(
            When::post("/openai/v1/responses"),
            openai::responses_answer("Hello"),
        )
        .on(
            When::post("/openai/v1/chat/completions").json("/stream", true),
            openai::chat_stream(&["Hello"]),
        )
        .on(
            When::post("/openai/v1/chat/completions"),
            openai::chat_answer("Hello"),
        )
        .on(
            When::post("/google/v1beta/models/").target_contains("stream"),
            google::stream(&["Hello"]),
        )
        .on(
            When::post("/google/v1beta/models/"),
            google::answer("Hello"),
        );
    let upstream = Upstream::start(script).unwrap();
    let world = world(&upstream);
    world.write("talk.json", rich().to_string());
    world.write(
        "schema.json",
        r#"{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false}"#,
    );
    let base: &[&str] = &[
        "models",
        "run",
        "--messages",
        "talk.json",
        "--no-fallback",
        "--json",
        "--tools",
        "tools.json",
    ];
    let wishes: [&[&str]; 5] = [
        &[],
        &["--no-stream"],
        &["-o", "effort=low", "--max-output-tokens", "2000"],
        &[
            "-o",
            "stop=END",
            "-o",
            "user=u1",
            "-o",
            "tool-choice=required",
        ],
        &[
            "-o",
            "cache-key=k",
            "-o",
            "verbosity=low",
            "-o",
            "parallel-tools=false",
        ],
    ];
    let apis = [
        ("anthropic/claude-opus-4-5", None, "anthropic-messages"),
        ("openai/gpt-5.2", None, "openai-responses"),
        (
            "openai/gpt-5.2",
            Some("openai-completions"),
            "openai-completions",
        ),
        ("google/gemini-2.5-pro", None, "google-generative-ai"),
    ];
    let mut cases = String::new();
    let mut count = 0;
    for (model, api, name) in apis {
        if let Some(api) = api {
            world
                .openclaw(&format!("config set models.providers.openai.api {api}"))
                .ok();
        }
        for wish in wishes {
            let before = upstream.requests().len();
            let arguments = [base, &["--model", model], wish].concat();
            let output = world.run(&arguments);
            assert_eq!(output.code, Some(0), "{output}");
            let requests = upstream.requests();
            assert_eq!(requests.len(), before + 1);
            let body = requests.last().unwrap().json().unwrap();
            cases += &format!("{}\n", json!({ "api": name, "body": body }));
            count += 1;
        }
        if api.is_some() {
            world
                .openclaw("config unset models.providers.openai.api")
                .ok();
        }
    }
    assert_eq!(count, 20);
    // One that no SDK has: a judge that passes everything judges nothing.
    let bad = json!({ "api": "anthropic-messages", "body": { "model": "m", "max_tokens": 1, "nonsense": 1, "messages": [] } });
    cases += &format!("{bad}\n");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/e2e/independent/sdks.py");
    let mut judge = Command::new(python)
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    judge
        .stdin
        .take()
        .unwrap()
        .write_all(cases.as_bytes())
        .unwrap();
    let said = judge.wait_with_output().unwrap();
    assert!(said.status.success(), "{said:?}");
    let said = String::from_utf8(said.stdout).unwrap();
    let refused: Vec<&str> = said.split("\n\u{1}").collect();
    assert!(said.contains("nonsense"), "{said}");
    assert_eq!(refused.len(), 2, "{said}");
}
