//! The two resellers whose models speak other formats than Chat Completions alone: OpenCode Zen, each
//! family of models in its vendor's own, and Kimi For Coding, in Anthropic's.

use openclaw_tests::Sandbox;
use openclaw_upstream::{Reply, Script, Upstream, When, anthropic, google, openai};
use serde_json::{Value, json};

use super::{PIXEL, TOOLS};

/// A format, and how a server speaks it.
struct Format {
    /// Where answers come from, below the base.
    path: &'static str,
    /// Where the key goes.
    header: &'static str,
    answer: fn(&str) -> Reply,
    stream: fn(&[&str]) -> Reply,
    /// A refusal: status, a word, a message.
    error: fn(u16, &str, &str) -> Reply,
    /// A stream with a call of `get_weather`.
    call: fn() -> Reply,
    /// What a request with a picture holds.
    picture: &'static str,
}

const CHAT: Format = Format {
    path: "/chat/completions",
    header: "authorization",
    answer: openai::chat_answer,
    stream: openai::chat_stream,
    error: |status, word, message| openai::error(status, word, word, message),
    call: || {
        sse(&[
            json!({ "id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [{ "index": 0, "finish_reason": null,
                "delta": { "role": "assistant", "tool_calls": [{ "index": 0, "id": "call_1", "type": "function",
                    "function": { "name": "get_weather", "arguments": "{\"city\":\"Oslo\"}" } }] } }] }),
            json!({ "id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m",
                "choices": [{ "index": 0, "delta": {}, "finish_reason": "tool_calls" }] }),
        ])
    },
    picture: "data:image/png;base64,iVBORw0KGgo",
};

const RESPONSES: Format = Format {
    path: "/responses",
    header: "authorization",
    answer: openai::responses_answer,
    stream: openai::responses_stream,
    error: CHAT.error,
    call: || {
        let item = json!({ "type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "get_weather",
            "arguments": "{\"city\":\"Oslo\"}", "status": "completed" });
        sse(&[
            json!({ "type": "response.created", "response": { "id": "r", "status": "in_progress", "output": [] } }),
            json!({ "type": "response.output_item.added", "output_index": 0, "item": item }),
            json!({ "type": "response.output_item.done", "output_index": 0, "item": item }),
            json!({ "type": "response.completed", "response": { "id": "r", "status": "completed", "model": "m", "output": [item],
                "usage": { "input_tokens": 5, "output_tokens": 5, "total_tokens": 10 } } }),
        ])
    },
    picture: CHAT.picture,
};

const MESSAGES: Format = Format {
    path: "/messages",
    header: "x-api-key",
    answer: anthropic::answer,
    stream: anthropic::stream,
    error: anthropic::error,
    call: || {
        sse(&[
            json!({ "type": "message_start", "message": { "id": "m", "type": "message", "role": "assistant", "model": "m",
                "content": [], "stop_reason": null, "usage": { "input_tokens": 5, "output_tokens": 1 } } }),
            json!({ "type": "content_block_start", "index": 0,
                "content_block": { "type": "tool_use", "id": "toolu_1", "name": "get_weather", "input": {} } }),
            json!({ "type": "content_block_delta", "index": 0,
                "delta": { "type": "input_json_delta", "partial_json": "{\"city\":\"Oslo\"}" } }),
            json!({ "type": "content_block_stop", "index": 0 }),
            json!({ "type": "message_delta", "delta": { "stop_reason": "tool_use" }, "usage": { "output_tokens": 5 } }),
            json!({ "type": "message_stop" }),
        ])
    },
    picture: "iVBORw0KGgo",
};

const GOOGLE: Format = Format {
    path: "/models/gemini-3.1-pro",
    header: "x-goog-api-key",
    answer: google::answer,
    stream: google::stream,
    error: google::error,
    call: || {
        sse(&[
            json!({ "candidates": [{ "index": 0, "finishReason": "STOP", "content": { "role": "model", "parts": [
            { "functionCall": { "name": "get_weather", "args": { "city": "Oslo" } } } ] } }],
            "usageMetadata": { "promptTokenCount": 5, "candidatesTokenCount": 5, "totalTokenCount": 10 } }),
        ])
    },
    picture: MESSAGES.picture,
};

fn sse(events: &[Value]) -> Reply {
    let chunks = events.iter().map(|event| {
        let name = event["type"].as_str();
        let name = name
            .map(|name| format!("event: {name}\n"))
            .unwrap_or_default();
        format!("{name}data: {event}\n\n")
    });
    Reply::stream(200, chunks).header("content-type", "text/event-stream")
}

/// A model, the base below which the server is the vendor, and its format.
struct Family {
    model: &'static str,
    base: &'static str,
    format: &'static Format,
}

const KEY: &str = "sk-0123456789abcdef0123456789abcdef";

const ALL: [Family; 5] = [
    Family {
        model: "opencode/glm-5.2",
        base: "/zen/v1",
        format: &CHAT,
    },
    Family {
        model: "opencode/gpt-5.2",
        base: "/zen/v1",
        format: &RESPONSES,
    },
    Family {
        model: "opencode/claude-opus-4-5",
        base: "/zen/v1",
        format: &MESSAGES,
    },
    Family {
        model: "opencode/gemini-3.1-pro",
        base: "/zen/v1",
        format: &GOOGLE,
    },
    Family {
        model: "kimi-coding/kimi-for-coding",
        base: "/coding",
        format: &MESSAGES,
    },
];

impl Family {
    fn provider(&self) -> &'static str {
        self.model.split_once('/').unwrap().0
    }

    fn home(&self, upstream: &Upstream) -> Sandbox {
        let (provider, url) = (self.provider(), upstream.url());
        Sandbox::new()
            .cache(crate::CACHE)
            .config(&format!(
                "{{ agents: {{ defaults: {{ model: \"{}\" }} }}, models: {{ providers: {{ \"{provider}\": {{ baseUrl: \"{url}{}\" }} }} }} }}\n",
                self.model, self.base,
            ))
            .api_key(&format!("{provider}:default"), KEY)
    }

    /// Where its answers come from; Kimi's base has no version in it.
    fn path(&self) -> String {
        let version = if self.base == "/coding" { "/v1" } else { "" };
        format!("{}{version}{}", self.base, self.format.path)
    }

    /// Asks with one reply, and returns what was printed as data.
    fn ask(&self, reply: Reply, arguments: &[&str]) -> (Value, Upstream) {
        let script = Script::new().on(When::post(self.path()), reply);
        let upstream = Upstream::start(script).unwrap();
        let world = self.home(&upstream);
        world.write("pixel.png", PIXEL);
        world.write("tools.json", TOOLS);
        let fixed = "models run Hello --json --no-fallback --wait 0";
        let arguments: Vec<&str> = fixed.split(' ').chain(arguments.iter().copied()).collect();
        let output = world.run(&arguments);
        let all = output.to_string();
        assert!(!all.contains(KEY), "{}: {all}", self.model);
        let printed = if output.code == Some(0) {
            &output.stdout
        } else {
            &output.stderr
        };
        let told = serde_json::from_str(printed);
        let told = told.unwrap_or_else(|why| panic!("{}: {why}: {all}", self.model));
        (told, upstream)
    }
}

#[test]
fn an_answer_comes_whole_and_in_pieces_in_the_format_of_the_family() {
    for family in &ALL {
        let format = family.format;
        for (reply, flags) in [
            ((format.stream)(&["Hello", " there."]), &[][..]),
            ((format.answer)("Hello there."), &["--no-stream"]),
        ] {
            let (told, upstream) = family.ask(reply, flags);
            assert_eq!(told["text"], "Hello there.", "{}: {told:#}", family.model);
            assert_eq!(told["stop"], "end", "{}", family.model);
            let sent = upstream.requests().pop().unwrap();
            assert!(
                sent.header(format.header)
                    .is_some_and(|value| value.ends_with(KEY))
            );
            let others = ["authorization", "x-api-key", "x-goog-api-key"];
            let carried = others.iter().filter(|name| sent.header(name).is_some());
            assert_eq!(carried.count(), 1, "{}", family.model);
        }
    }
}

#[test]
fn a_picture_and_tools_go_along_and_a_call_comes_back() {
    for family in &ALL {
        let sees = family.model != "opencode/glm-5.2";
        let mut flags = vec!["--tools", "tools.json"];
        if sees {
            flags.extend(["-f", "pixel.png"]);
        }
        let (told, upstream) = family.ask((family.format.call)(), &flags);
        let model = family.model;
        assert_eq!(told["stop"], "tool", "{model}: {told:#}");
        let parts = told["answer"]["answers"][0]["parts"].as_array().unwrap();
        let call = parts.iter().find_map(|part| part.get("tool_call")).unwrap();
        assert_eq!(call["name"], "get_weather", "{model}: {told:#}");
        let arguments: Value = serde_json::from_str(call["arguments"].as_str().unwrap()).unwrap();
        assert_eq!(arguments, json!({ "city": "Oslo" }), "{model}");
        let body = upstream.requests().pop().unwrap().text();
        assert!(body.contains("get_weather"), "{model}: {body}");
        assert_eq!(
            body.contains(family.format.picture),
            sees,
            "{model}: {body}"
        );
    }
}

#[test]
fn each_way_to_fail_is_told_apart() {
    for family in &ALL {
        let is_google = family.format.header == GOOGLE.header;
        let word =
            |google: &'static str, other: &'static str| if is_google { google } else { other };
        let error = family.format.error;
        for (kind, reply) in [
            (
                "auth",
                error(
                    401,
                    word("UNAUTHENTICATED", "authentication_error"),
                    "Invalid API key.",
                ),
            ),
            (
                "rate_limit",
                error(
                    429,
                    word("RESOURCE_EXHAUSTED", "rate_limit_error"),
                    "Rate limit reached.",
                )
                .retry_after(42),
            ),
            (
                "overloaded",
                error(503, word("UNAVAILABLE", "overloaded_error"), "Overloaded."),
            ),
            (
                "billing",
                error(
                    402,
                    word("FAILED_PRECONDITION", "billing_error"),
                    "Insufficient balance.",
                ),
            ),
            (
                "model_not_found",
                error(
                    404,
                    word("NOT_FOUND", "not_found_error"),
                    "model: no such model",
                ),
            ),
            (
                "server",
                Reply::full(502, "<html><body><h1>502 Bad Gateway</h1></body></html>")
                    .header("content-type", "text/html"),
            ),
            (
                "network",
                (family.format.stream)(&["Hello", " there."]).truncated(),
            ),
        ] {
            let (told, _) = family.ask(reply, &[]);
            let failure = &told["error"]["data"]["trail"][0]["failure"];
            assert_eq!(failure["kind"], kind, "{}: {told:#}", family.model);
            if kind == "rate_limit" {
                assert_eq!(
                    failure["retryAfterMs"], 42_000,
                    "{}: {told:#}",
                    family.model
                );
            }
        }
    }
}

#[test]
fn a_key_is_proven_refused_and_its_models_are_listed() {
    // A probe asks OpenCode's own small model, and Kimi's list.
    for family in [&ALL[0], &ALL[4]] {
        let provider = family.provider();
        let (good, bad) = if provider == "opencode" {
            (
                openai::models(&["glm-5.2", "brand-new-9"]),
                (CHAT.error)(401, "AuthError", "Invalid API key."),
            )
        } else {
            (
                anthropic::models(&["kimi-for-coding", "brand-new-9"]),
                anthropic::error(401, "authentication_error", "Invalid API key."),
            )
        };
        let script = Script::new()
            .on(When::get("/"), good)
            .on(When::post(family.path()), (family.format.answer)("ok"));
        let upstream = Upstream::start(script).unwrap();
        let world = family.home(&upstream);
        let probe = format!("models status --probe --probe-provider {provider} --json");
        let probed = world.openclaw(&probe).json();
        assert_eq!(
            probed["auth"]["probes"]["results"][0]["status"], "ok",
            "{probed:#}"
        );
        let listing = format!("models list --provider {provider} --refresh --all --json");
        let listed = world.openclaw(&listing).json();
        let mut rows = listed.as_array().unwrap().iter();
        let new = rows.find(|row| row["modelId"] == "brand-new-9");
        assert_eq!(new.unwrap()["tags"], json!(["new"]), "{provider}: {new:#?}");
        upstream.follow(Script::new().otherwise(bad));
        let probed = world.openclaw(&probe).json();
        assert_eq!(
            probed["auth"]["probes"]["results"][0]["status"], "auth",
            "{probed:#}"
        );
    }
}
