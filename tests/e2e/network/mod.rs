//! How servers are reached: proxies, certificates, compressed replies, and what is said where they
//! are not reached.

mod compressed;
mod endings;
mod framing;
mod intact;
mod keyless;
mod large;
mod proxies;
mod servers;
mod unreached;

use openclaw_tests::Sandbox;
use serde_json::json;
use servers::{Server, certificate_file, hello, reply, stream};

/// Makes a home with a provider `lab` at this address, and these further keys of it.
fn lab(base: &str, further: &str) -> Sandbox {
    lab_of("openai-completions", base, further)
}

/// The same, of a provider that speaks this format.
fn lab_of(api: &str, base: &str, further: &str) -> Sandbox {
    Sandbox::new().cache(crate::CACHE).config(&format!(
        r#"{{
            agents: {{ defaults: {{ model: {{ primary: "lab/m1" }} }} }},
            models: {{ providers: {{ lab: {{ baseUrl: "{base}", api: "{api}", {further} models: [{{ id: "m1" }}] }} }} }},
        }}"#
    ))
}

fn at(port: u16) -> String {
    format!("http://127.0.0.1:{port}/v1")
}

/// Returns an answer in one piece, `Hello`, in each format.
fn whole_answers() -> [(&'static str, String); 5] {
    [
        (
            "openai-completions",
            json!({ "choices": [{ "index": 0, "message": { "role": "assistant", "content": "Hello" }, "finish_reason": "stop" }] }),
        ),
        (
            "openai-responses",
            json!({ "status": "completed", "output": [{ "type": "message", "role": "assistant", "content": [{ "type": "output_text", "text": "Hello" }] }] }),
        ),
        (
            "anthropic-messages",
            json!({ "type": "message", "role": "assistant", "content": [{ "type": "text", "text": "Hello" }], "stop_reason": "end_turn", "usage": { "input_tokens": 1, "output_tokens": 1 } }),
        ),
        (
            "google-generative-ai",
            json!({ "candidates": [{ "content": { "role": "model", "parts": [{ "text": "Hello" }] }, "finishReason": "STOP" }] }),
        ),
        (
            "ollama",
            json!({ "model": "m1", "message": { "role": "assistant", "content": "Hello" }, "done": true, "done_reason": "stop" }),
        ),
    ]
    .map(|(api, answer)| (api, answer.to_string()))
}
