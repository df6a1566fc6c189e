//! How answers and refusals are framed, in the ways that servers and proxies differ in.

use super::*;

/// A streamed answer `Hello` of each format, up to what ends it, without anything after.
fn streams() -> [(&'static str, String); 5] {
    let sse = |events: &[serde_json::Value]| -> String {
        let events = events.iter().map(|event| {
            let name = event["type"].as_str();
            let name = name.map(|name| format!("event: {name}\n"));
            format!("{}data: {event}\n\n", name.unwrap_or_default())
        });
        events.collect()
    };
    [
        (
            "openai-completions",
            sse(&[
                json!({ "choices": [{ "index": 0, "delta": { "content": "Hello" }, "finish_reason": null }] }),
                json!({ "choices": [{ "index": 0, "delta": {}, "finish_reason": "stop" }] }),
            ]),
        ),
        (
            "openai-responses",
            sse(&[
                json!({ "type": "response.output_text.delta", "delta": "Hello" }),
                json!({ "type": "response.completed", "response": { "status": "completed", "output": [] } }),
            ]),
        ),
        (
            "anthropic-messages",
            sse(&[
                json!({ "type": "message_start", "message": { "type": "message", "role": "assistant", "content": [], "usage": { "input_tokens": 1, "output_tokens": 1 } } }),
                json!({ "type": "content_block_start", "index": 0, "content_block": { "type": "text", "text": "" } }),
                json!({ "type": "content_block_delta", "index": 0, "delta": { "type": "text_delta", "text": "Hello" } }),
                json!({ "type": "content_block_stop", "index": 0 }),
                json!({ "type": "message_delta", "delta": { "stop_reason": "end_turn" }, "usage": { "output_tokens": 2 } }),
                json!({ "type": "message_stop" }),
            ]),
        ),
        (
            "google-generative-ai",
            sse(&[
                json!({ "candidates": [{ "content": { "role": "model", "parts": [{ "text": "Hello" }] }, "finishReason": "STOP" }] }),
            ]),
        ),
        (
            "ollama",
            format!(
                "{}\n{}\n",
                json!({ "model": "m1", "message": { "role": "assistant", "content": "Hello" }, "done": false }),
                json!({ "model": "m1", "message": { "role": "assistant", "content": "" }, "done": true, "done_reason": "stop" })
            ),
        ),
    ]
}

fn of_api(api: &str, server: &Server) -> Sandbox {
    lab_of(api, &at(server.port), "")
}

#[test]
fn an_answer_is_complete_with_its_finish_reason_however_the_body_ends() {
    for (api, body) in streams() {
        let kind = if api == "ollama" {
            "application/x-ndjson"
        } else {
            "text/event-stream"
        };
        let head = format!("content-type: {kind}\r\n");
        let chunked: String = [body.as_str()]
            .iter()
            .map(|part| format!("{:x}\r\n{part}\r\n", part.len()))
            .collect();
        for (what, bytes) in [
            (
                "a length",
                format!(
                    "HTTP/1.1 200 OK\r\n{head}connection: close\r\ncontent-length: {}\r\n\r\n{body}",
                    body.len()
                ),
            ),
            (
                "chunks",
                format!(
                    "HTTP/1.1 200 OK\r\n{head}transfer-encoding: chunked\r\n\r\n{chunked}0\r\n\r\n"
                ),
            ),
            (
                "the end of the connection",
                format!("HTTP/1.1 200 OK\r\n{head}connection: close\r\n\r\n{body}"),
            ),
            ("HTTP/1.0", format!("HTTP/1.0 200 OK\r\n{head}\r\n{body}")),
            (
                "no last line end",
                format!("HTTP/1.0 200 OK\r\n{head}\r\n{}", body.trim_end()),
            ),
            (
                "CRLF",
                format!(
                    "HTTP/1.0 200 OK\r\n{head}\r\n{}",
                    body.replace('\n', "\r\n")
                ),
            ),
            ("no type", format!("HTTP/1.0 200 OK\r\n\r\n{body}")),
        ] {
            let server = Server::saying(bytes);
            let world = of_api(api, &server);
            assert_eq!(
                world.openclaw("models run hi").ok(),
                "Hello\n",
                "{api}: {what}"
            );
        }
        // Asked for in one piece, and streamed all the same.
        let server = Server::saying(format!("HTTP/1.0 200 OK\r\n{head}\r\n{body}"));
        let output = of_api(api, &server).openclaw("models run hi --no-stream");
        assert_eq!(output.ok(), "Hello\n", "{api}");
    }
}

#[test]
fn a_stream_that_ends_before_its_finish_reason_is_broken() {
    for (api, body) in streams() {
        if api == "google-generative-ai" {
            continue;
        }
        let kind = if api == "ollama" {
            "application/x-ndjson"
        } else {
            "text/event-stream"
        };
        let end =
            body.find("Hello").unwrap() + body[body.find("Hello").unwrap()..].find('\n').unwrap();
        let server = Server::saying(format!(
            "HTTP/1.0 200 OK\r\ncontent-type: {kind}\r\n\r\n{}\n\n",
            &body[..end]
        ));
        let output = of_api(api, &server).openclaw("models run hi");
        assert!(
            output.stderr.contains("the stream ended early"),
            "{api}: {output}"
        );
    }
}

#[test]
fn half_of_a_surrogate_pair_is_replaced_streamed_and_whole() {
    for escape in [r"\ud83e", r"\udd99", r"\uD83E\uD83E"] {
        let halves = escape.matches("\\u").count();
        let text = format!("a{}b\n", "\u{fffd}".repeat(halves));
        for (api, body) in streams() {
            let body = body.replace("Hello", &format!("a{escape}b"));
            let server = Server::saying(format!("HTTP/1.0 200 OK\r\n\r\n{body}"));
            assert_eq!(
                of_api(api, &server).openclaw("models run hi").ok(),
                text,
                "{api} {escape}"
            );
        }
        for (api, body) in whole_answers() {
            let body = body.replace("Hello", &format!("a{escape}b"));
            let server = Server::saying(reply(
                "200 OK",
                &["content-type: application/json"],
                body.as_bytes(),
            ));
            let output = of_api(api, &server).openclaw("models run hi --no-stream");
            assert_eq!(output.ok(), text, "{api} {escape}");
        }
    }
}

#[test]
fn a_refusal_that_is_framed_as_an_event_is_read() {
    let error = json!({ "error": { "message": "slow down", "type": "rate_limit_error", "code": "rate_limit_exceeded" } });
    for body in [
        format!("event: error\ndata: {error}\n\n"),
        format!("data: {error}\n\ndata: [DONE]\n\n"),
        format!(": comment\r\ndata: {error}"),
        format!(
            "event: error\ndata: {{\"type\":\"error\",{}\n\n",
            &error.to_string()[1..]
        ),
    ] {
        for (api, _) in streams() {
            let server = Server::saying(reply(
                "429 Too Many",
                &["content-type: text/event-stream"],
                body.as_bytes(),
            ));
            let output = of_api(api, &server).openclaw("models run hi --json");
            let told: serde_json::Value = serde_json::from_str(output.failed()).unwrap();
            let failure = told.pointer("/error/data/trail/0/failure").unwrap();
            assert_eq!(failure["kind"], "rate_limit", "{api}: {failure:#}");
            assert_eq!(failure["message"], "slow down", "{api}: {failure:#}");
        }
    }
}

#[test]
fn an_odd_row_of_a_list_of_models_is_passed_over() {
    for (api, list) in [
        (
            "openai-completions",
            json!({ "data": [{ "id": null }, { "name": "x" }, "text", 7, { "id": "good", "pricing": { "prompt": "-1", "completion": "-1" } }] }),
        ),
        (
            "openai-responses",
            json!([{ "id": 7 }, null, { "id": "good" }]),
        ),
        (
            "anthropic-messages",
            json!({ "data": [{ "id": null }, "text", { "id": "good", "type": "model" }], "has_more": false }),
        ),
        (
            "google-generative-ai",
            json!({ "models": [{ "name": null }, "text", { "name": "models/good", "supportedGenerationMethods": ["generateContent"] }] }),
        ),
        (
            "ollama",
            json!({ "models": [{ "name": null }, "text", { "name": "good", "model": "good" }] }),
        ),
    ] {
        let server = Server::saying(reply(
            "200 OK",
            &["content-type: application/json"],
            list.to_string().as_bytes(),
        ));
        let output =
            of_api(api, &server).openclaw("models list --all --refresh --provider lab --json");
        assert!(output.stdout.contains("lab/good"), "{api}: {output}");
    }
}
