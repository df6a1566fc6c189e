//! Every bundled vendor of the Chat Completions format through the program and its component: proven,
//! listed, asked, and each way to fail told apart. Facts of one vendor are in its folder; what is said
//! here holds for all of them.

mod families;
mod page;

use openclaw_tests::Sandbox;
use openclaw_upstream::{Reply, Script, Upstream, When, openai};
use serde_json::{Value, json};

/// A vendor, a key of its form, and a model.
struct Vendor {
    id: &'static str,
    key: &'static str,
    model: &'static str,
    /// Whether the model takes images.
    sees: bool,
}

const fn vendor(id: &'static str, key: &'static str, model: &'static str, sees: bool) -> Vendor {
    Vendor {
        id,
        key,
        model,
        sees,
    }
}

const PLAIN: &str = "sk-0123456789abcdef0123456789abcdef";

const ALL: [Vendor; 18] = [
    vendor(
        "cerebras",
        "csk-0123456789abcdef0123456789abcdef",
        "gpt-oss-120b",
        false,
    ),
    vendor(
        "cohere",
        "0123456789abcdefABCDEF0123456789abcdefAB",
        "command-a-plus-05-2026",
        true,
    ),
    vendor("deepseek", PLAIN, "deepseek-v4-pro", false),
    vendor(
        "fireworks",
        "fw_0123456789abcdef01234567",
        "accounts/fireworks/models/kimi-k2p6",
        true,
    ),
    vendor(
        "groq",
        "gsk_0123456789abcdef0123456789abcdef",
        "qwen/qwen3.6-27b",
        true,
    ),
    vendor(
        "huggingface",
        "hf_0123456789abcdef0123456789abcdef",
        "moonshotai/Kimi-K2.6",
        true,
    ),
    vendor("litellm", PLAIN, "any-model", true),
    vendor("lmstudio", PLAIN, "any-model", true),
    vendor(
        "mistral",
        "0123456789abcdefABCDEF0123456789",
        "mistral-medium-3-5",
        true,
    ),
    vendor("moonshot", PLAIN, "kimi-k2.6", true),
    vendor(
        "nvidia",
        "nvapi-0123456789abcdef0123456789abcdef",
        "minimaxai/minimax-m3",
        true,
    ),
    vendor(
        "openrouter",
        "sk-or-v1-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "anthropic/claude-opus-4.5",
        true,
    ),
    vendor(
        "perplexity",
        "pplx-0123456789abcdef0123456789abcdef",
        "sonar-pro",
        true,
    ),
    vendor("qwen", PLAIN, "qwen3.7-plus", true),
    vendor(
        "together",
        "tgp_v1_0123456789abcdef0123456789abcdef",
        "Qwen/Qwen3.5-9B",
        true,
    ),
    vendor(
        "vercel-ai-gateway",
        "vck_0123456789abcdef0123456789abcdef",
        "anthropic/claude-opus-4.5",
        true,
    ),
    vendor(
        "xai",
        "xai-0123456789abcdef0123456789abcdef",
        "grok-4.3",
        true,
    ),
    vendor(
        "zai",
        "0123456789abcdef0123456789abcdef.0123456789abcdef",
        "glm-5v-turbo",
        true,
    ),
];

const CHAT: &str = "/v1/chat/completions";

impl Vendor {
    fn reference(&self) -> String {
        format!("{}/{}", self.id, self.model)
    }

    /// A home with one key, whose vendor is the server.
    fn home(&self, upstream: &Upstream) -> Sandbox {
        let (id, url, model) = (self.id, upstream.url(), self.model);
        // Only their servers know the models of these.
        let models = if matches!(id, "litellm" | "lmstudio") {
            format!(", models: [{{ id: \"{model}\", input: [\"text\", \"image\"] }}]")
        } else {
            String::new()
        };
        let config = format!(
            "{{ agents: {{ defaults: {{ model: \"{}\" }} }}, models: {{ providers: {{ \"{id}\": {{ baseUrl: \"{url}/v1\"{models} }} }} }} }}\n",
            self.reference()
        );
        Sandbox::new()
            .cache(crate::CACHE)
            .config(&config)
            .api_key(&format!("{id}:default"), self.key)
    }

    /// Asks with one reply for the model, and returns what was printed as data.
    fn ask(&self, reply: Reply, arguments: &[&str]) -> (Value, Upstream) {
        let script = Script::new().on(When::post(CHAT), reply);
        let upstream = Upstream::start(script).unwrap();
        let world = self.home(&upstream);
        world.write("pixel.png", PIXEL);
        world.write("tools.json", TOOLS);
        (told(&world, self.key, arguments), upstream)
    }
}

/// Asks in a home, and returns what was printed as data; the key is nowhere in it.
#[track_caller]
pub(crate) fn told(world: &Sandbox, key: &str, arguments: &[&str]) -> Value {
    let fixed = [
        "models",
        "run",
        "Hello",
        "--json",
        "--no-fallback",
        "--wait",
        "0",
    ];
    let arguments: Vec<&str> = fixed.iter().chain(arguments).copied().collect();
    let output = world.run(&arguments);
    let all = output.to_string();
    assert!(!all.contains(key), "{all}");
    let printed = if output.code == Some(0) {
        &output.stdout
    } else {
        &output.stderr
    };
    serde_json::from_str(printed).unwrap_or_else(|why| panic!("{why}: {all}"))
}

/// The signature and header of a picture of one pixel, and its end.
pub(crate) const PIXEL: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc\xf8\xcf\xc0\0\0\x03\x01\x01\0\xc9\xfe\x92\xef\0\0\0\0IEND\xaeB`\x82";

/// A tool, as `--tools` takes it.
pub(crate) const TOOLS: &str = r#"[{ "name": "get_weather", "description": "Weather of a city.", "input": { "schema":
    { "type": "object", "properties": { "city": { "type": "string" } }, "required": ["city"] } } }]"#;

#[test]
fn an_answer_comes_whole_and_in_pieces() {
    for vendor in &ALL {
        for (reply, flags) in [
            (openai::chat_stream(&["Hello", " there."]), &[][..]),
            (openai::chat_answer("Hello there."), &["--no-stream"]),
        ] {
            let (told, upstream) = vendor.ask(reply, flags);
            assert_eq!(told["text"], "Hello there.", "{}: {told:#}", vendor.id);
            assert_eq!(told["stop"], "end", "{}", vendor.id);
            let usage = &told["answer"]["usage"];
            assert_eq!(
                usage["input"],
                openai::INPUT_TOKENS,
                "{}: {told:#}",
                vendor.id
            );
            let requests = upstream.requests();
            let sent = requests.last().unwrap();
            assert_eq!(sent.credential(), Some(vendor.key), "{}", vendor.id);
            let body = sent.json().unwrap();
            assert_eq!(body["model"], vendor.model);
            assert_eq!(
                body["messages"][0]["role"], "user",
                "{}: {body:#}",
                vendor.id
            );
        }
    }
}

#[test]
fn a_picture_and_tools_go_along_and_a_call_comes_back() {
    let call = |index: usize, delta: Value, finish: Value| {
        let chunk = json!({ "id": "chatcmpl-9", "object": "chat.completion.chunk", "created": 1, "model": "m",
            "choices": [{ "index": index, "delta": delta, "finish_reason": finish }] });
        format!("data: {chunk}\n\n")
    };
    for vendor in ALL.iter().filter(|vendor| vendor.id != "perplexity") {
        let first = json!({ "role": "assistant", "tool_calls": [{ "index": 0, "id": "call_abc01", "type": "function",
            "function": { "name": "get_weather", "arguments": "{\"city\":" } }] });
        let rest =
            json!({ "tool_calls": [{ "index": 0, "function": { "arguments": "\"Oslo\"}" } }] });
        let chunks = [
            call(0, first, Value::Null),
            call(0, rest, Value::Null),
            call(0, json!({}), json!("tool_calls")),
            "data: [DONE]\n\n".to_owned(),
        ];
        let reply = Reply::stream(200, chunks).header("content-type", "text/event-stream");
        let mut flags = vec!["--tools", "tools.json"];
        if vendor.sees {
            flags.extend(["-f", "pixel.png"]);
        }
        let (told, upstream) = vendor.ask(reply, &flags);
        let id = vendor.id;
        assert_eq!(told["stop"], "tool", "{id}: {told:#}");
        let call = &told["answer"]["answers"][0]["parts"][0]["tool_call"];
        assert_eq!(call["name"], "get_weather", "{id}: {told:#}");
        assert_eq!(call["arguments"], "{\"city\":\"Oslo\"}", "{id}");
        let body = upstream.requests().pop().unwrap().json().unwrap();
        assert_eq!(
            body["tools"][0]["function"]["name"], "get_weather",
            "{id}: {body:#}"
        );
        if vendor.sees {
            let url = "data:image/png;base64,iVBORw0KGgo";
            assert!(body.to_string().contains(url), "{id}: {body:#}");
        }
    }
}

#[test]
fn a_picture_that_a_model_cannot_take_is_refused_before_anything_is_sent() {
    for vendor in ALL.iter().filter(|vendor| !vendor.sees) {
        let (told, upstream) = vendor.ask(openai::chat_stream(&["Hello"]), &["-f", "pixel.png"]);
        let reason = &told["error"]["data"]["trail"][0]["reason"];
        assert_eq!(reason, "input_not_supported", "{}: {told:#}", vendor.id);
        assert_eq!(upstream.requests().len(), 0, "{}", vendor.id);
    }
}

#[test]
fn each_way_to_fail_is_told_apart() {
    let cases = || {
        [
            (
                "auth",
                openai::error(
                    401,
                    "invalid_request_error",
                    "invalid_api_key",
                    "Incorrect API key provided.",
                ),
            ),
            (
                "rate_limit",
                openai::error(
                    429,
                    "rate_limit_error",
                    "rate_limit_exceeded",
                    "Rate limit reached.",
                )
                .retry_after(42),
            ),
            (
                "overloaded",
                openai::error(
                    503,
                    "server_error",
                    "overloaded",
                    "The server is overloaded.",
                ),
            ),
            (
                "billing",
                openai::error(
                    402,
                    "insufficient_quota",
                    "insufficient_quota",
                    "Insufficient balance.",
                ),
            ),
            (
                "context_overflow",
                openai::error(
                    400,
                    "invalid_request_error",
                    "context_length_exceeded",
                    "This model's maximum context length is 1000 tokens, however you requested 2000 tokens.",
                ),
            ),
            (
                "model_not_found",
                openai::error(
                    404,
                    "invalid_request_error",
                    "model_not_found",
                    "The model does not exist.",
                ),
            ),
            (
                "network",
                openai::chat_stream(&["Hello", " there."]).truncated(),
            ),
            (
                "server",
                Reply::full(502, "<html><body><h1>502 Bad Gateway</h1></body></html>")
                    .header("content-type", "text/html"),
            ),
            (
                "network",
                Reply::full(200, "").header("content-type", "text/event-stream"),
            ),
        ]
    };
    for vendor in &ALL {
        let mut seen = Vec::new();
        let mut wanted = Vec::new();
        for (kind, reply) in cases() {
            let (told, _) = vendor.ask(reply, &[]);
            let failure = &told["error"]["data"]["trail"][0]["failure"];
            wanted.push(kind);
            seen.push(failure["kind"].as_str().unwrap_or("none").to_owned());
            if kind == "rate_limit" {
                assert_eq!(failure["retryAfterMs"], 42_000, "{}: {told:#}", vendor.id);
            }
        }
        assert_eq!(seen, wanted, "{}", vendor.id);
    }
}

#[test]
fn a_key_is_proven_refused_and_its_models_are_listed() {
    for vendor in &ALL {
        let listing = openai::models(&[vendor.model, "brand-new-model-9"]);
        let upstream = Upstream::start(
            Script::new()
                .on(When::post("/"), openai::chat_answer("ok"))
                .on(When::get("/"), listing),
        )
        .unwrap();
        let world = vendor.home(&upstream);
        let id = vendor.id;
        let probe = format!("models status --probe --probe-provider {id} --json");
        let probed = world.openclaw(&probe).json();
        let results = &probed["auth"]["probes"]["results"];
        assert_eq!(results[0]["status"], "ok", "{id}: {probed:#}");
        assert!(
            upstream
                .requests()
                .iter()
                .all(|sent| sent.credential() == Some(vendor.key)),
            "{id}"
        );

        if vendor.id != "perplexity" {
            let listed = world
                .openclaw(&format!(
                    "models list --provider {id} --refresh --all --json"
                ))
                .json();
            let rows = listed.as_array().unwrap();
            let new = rows
                .iter()
                .find(|row| row["modelId"] == "brand-new-model-9");
            let tag = if id == "lmstudio" { "installed" } else { "new" };
            assert_eq!(new.unwrap()["tags"], json!([tag]), "{id}: {new:#?}");
        }

        let refused = openai::error(
            401,
            "invalid_request_error",
            "invalid_api_key",
            "Incorrect API key provided.",
        );
        upstream.follow(Script::new().otherwise(refused));
        let probed = world.openclaw(&probe).json();
        assert_eq!(
            probed["auth"]["probes"]["results"][0]["status"], "auth",
            "{id}: {probed:#}"
        );
    }
}
