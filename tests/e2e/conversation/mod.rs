//! Whole conversations through the binary: with tools and reasoning, from one vendor to the next and
//! back, past a vendor that no longer takes what it gave, and with files whose bytes no guest sees.

mod judges;
mod refused;
mod tour;

use openclaw_tests::Sandbox;
use openclaw_upstream::{Reply, Upstream};
use serde_json::{Value, json};

const TOOLS: &str = r#"[{ "name": "get_weather", "description": "Weather of a city.",
    "input": { "schema": { "type": "object", "properties": { "city": { "type": "string" } } } } }]"#;

/// A home whose vendors are on loopback.
fn world(upstream: &Upstream) -> Sandbox {
    let url = upstream.url();
    let of = |id: &str, path: &str| format!("{id}: {{ baseUrl: \"{url}/{path}\", models: [] }}");
    let world = Sandbox::new()
        .config(&format!(
            "{{ models: {{ providers: {{ {}, {}, {} }} }} }}\n",
            of("anthropic", "anthropic"),
            of("openai", "openai/v1"),
            of("google", "google/v1beta"),
        ))
        .env("ANTHROPIC_API_KEY", "sk-ant-api03-of-a-test-0123456789")
        .env("OPENAI_API_KEY", "sk-of-a-test-0123456789")
        .env("GEMINI_API_KEY", "of-a-test-0123456789");
    world.write("tools.json", TOOLS);
    world
}

/// Claude thinks and calls a tool; what it thought is signed.
fn claude_calls(id: &str, signature: &str) -> Reply {
    Reply::json(
        200,
        &json!({ "id": "msg_1", "type": "message", "role": "assistant", "model": "claude-opus-4-5",
            "content": [
                { "type": "thinking", "thinking": "I need the weather.", "signature": signature },
                { "type": "tool_use", "id": id, "name": "get_weather", "input": { "city": "Oslo" } },
            ],
            "stop_reason": "tool_use", "usage": { "input_tokens": 10, "output_tokens": 20 } }),
    )
}

/// A GPT thinks in secret and calls a tool.
fn gpt_calls(id: &str, encrypted: &str) -> Reply {
    Reply::json(
        200,
        &json!({ "id": "resp_1", "object": "response", "status": "completed", "model": "gpt-5.2",
            "output": [
                { "type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": encrypted },
                { "type": "function_call", "id": "fc_1", "call_id": id, "name": "get_weather",
                  "arguments": "{\"city\":\"Bergen\"}", "status": "completed" },
            ],
            "usage": { "input_tokens": 10, "output_tokens": 20 } }),
    )
}

/// Gemini signs its call.
fn gemini_calls(signature: &str) -> Reply {
    Reply::json(
        200,
        &json!({ "candidates": [{ "content": { "role": "model", "parts": [
                { "functionCall": { "name": "get_weather", "args": { "city": "Troms" } }, "thoughtSignature": signature },
            ] }, "finishReason": "STOP", "index": 0 }],
            "usageMetadata": { "promptTokenCount": 10, "candidatesTokenCount": 20, "totalTokenCount": 30 } }),
    )
}

/// Asks a model to go on with a conversation, and returns what `--json` prints.
fn go_on(world: &Sandbox, model: &str, messages: &Value) -> Value {
    world.write("talk.json", messages.to_string());
    let output = world.run(&[
        "models",
        "run",
        "--messages",
        "talk.json",
        "--tools",
        "tools.json",
        "--no-stream",
        "--json",
        "--no-fallback",
        "--model",
        model,
    ]);
    assert_eq!(output.code, Some(0), "{output}");
    output.json()
}

/// Appends the result of the last call.
fn answered(mut messages: Value, text: &str) -> Value {
    let last = messages.as_array().unwrap().last().unwrap();
    let call = last["parts"]
        .as_array()
        .unwrap()
        .iter()
        .find_map(|part| part.get("tool_call"))
        .unwrap_or_else(|| panic!("no call in {last:#}"))
        .clone();
    messages.as_array_mut().unwrap().push(json!({ "role": "tool", "parts": [
        { "tool_result": { "call_id": call["id"], "name": call["name"], "content": [{ "text": text }], "is_error": false } },
    ] }));
    messages
}
