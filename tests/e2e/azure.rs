//! Azure OpenAI through the binary: keys and tokens, where a resource is, answers in both formats, and
//! each way to fail.

use openclaw_tests::Sandbox;
use openclaw_upstream::{Reply, Script, Upstream, When, openai};
use serde_json::{Value, json};

use crate::vendors::{PIXEL, TOOLS, told};

const KEY: &str = "0123456789abcdef0123456789abcdef";
const TOKEN: &str = "eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJodHRwczovL2NvZ25pdGl2ZXNlcnZpY2VzLmF6dXJlLmNvbSJ9.c2lnbmF0dXJl";
const RESPONSES: &str = "/openai/v1/responses";
const CHAT: &str = "/openai/v1/chat/completions";

/// A home whose resource is the server; the deployment has a name of its own.
fn world(upstream: &Upstream, api: &str) -> Sandbox {
    let (url, api) = (upstream.url(), api_line(api));
    let world = Sandbox::new().cache(crate::CACHE).config(&format!(
        r#"{{ agents: {{ defaults: {{ model: "azure-openai/team-chat" }} }}, models: {{ providers: {{ "azure-openai": {{ baseUrl: "{url}",{api} models: [{{ id: "team-chat", input: ["text", "image"] }}] }} }} }} }}
"#
    ));
    world.write("pixel.png", PIXEL);
    world.write("tools.json", TOOLS);
    world
}

fn api_line(api: &str) -> String {
    if api.is_empty() {
        String::new()
    } else {
        format!(" api: \"{api}\",")
    }
}

fn with_key(upstream: &Upstream, api: &str) -> Sandbox {
    world(upstream, api).api_key("azure-openai:default", KEY)
}

/// Asks with one reply, and returns what was printed as data.
fn ask(api: &str, reply: Reply, flags: &[&str]) -> (Value, Upstream) {
    let upstream = Upstream::start(Script::new().on(When::post("/openai/v1"), reply)).unwrap();
    let world = with_key(&upstream, api);
    let told = told(&world, KEY, flags);
    (told, upstream)
}

#[test]
fn a_key_goes_into_its_own_header_and_answers_come_in_both_formats() {
    for (api, path, whole, stream) in [
        (
            "",
            RESPONSES,
            openai::responses_answer("Hello there."),
            openai::responses_stream(&["Hello", " there."]),
        ),
        (
            "openai-completions",
            CHAT,
            openai::chat_answer("Hello there."),
            openai::chat_stream(&["Hello", " there."]),
        ),
    ] {
        for (reply, flags) in [(stream, &[][..]), (whole, &["--no-stream"][..])] {
            let (told, upstream) = ask(api, reply, flags);
            assert_eq!(told["text"], "Hello there.", "{told:#}");
            assert_eq!(told["stop"], "end", "{told:#}");
            let requests = upstream.requests();
            assert_eq!(requests[0].target, path);
            assert_eq!(requests[0].header("api-key"), Some(KEY));
            assert_eq!(requests[0].header("authorization"), None);
            assert_eq!(requests[0].json().unwrap()["model"], "team-chat");
        }
    }
}

#[test]
fn a_token_of_entra_id_is_a_bearer() {
    let upstream = Upstream::start(
        Script::new().on(When::post(RESPONSES), openai::responses_stream(&["Hello."])),
    )
    .unwrap();
    for world in [
        world(&upstream, "").env("AZURE_OPENAI_AD_TOKEN", TOKEN),
        world(&upstream, "").profile(
            "azure-openai:entra",
            json!({ "type": "token", "provider": "azure-openai", "token": TOKEN }),
        ),
    ] {
        let output = world.openclaw("models run Hello");
        assert_eq!(output.stdout, "Hello.\n", "{output}");
        let request = upstream.requests().pop().unwrap();
        let bearer = format!("Bearer {TOKEN}");
        assert_eq!(request.header("authorization"), Some(bearer.as_str()));
        assert_eq!(request.header("api-key"), None);
    }
}

#[test]
fn where_a_resource_is_has_to_be_told_and_the_environment_names_azures_hosts_alone() {
    let home = || {
        Sandbox::new()
            .cache(crate::CACHE)
            .config(r#"{ agents: { defaults: { model: "azure-openai/team-chat" } } }"#)
            .env("AZURE_OPENAI_API_KEY", KEY)
    };
    let output = home().openclaw("models run Hello");
    let said = output.failed();
    assert!(said.contains("AZURE_OPENAI_ENDPOINT"), "{output}");

    let upstream = Upstream::start(Script::new()).unwrap();
    let output = home()
        .env("AZURE_OPENAI_ENDPOINT", &upstream.url())
        .openclaw("models run Hello");
    let command = "openclaw config set models.providers.azure-openai.baseUrl http://127.0.0.1:";
    assert!(output.failed().contains(command), "{output}");
    assert!(upstream.requests().is_empty());
}

#[test]
fn a_picture_and_tools_go_along_and_a_call_comes_back() {
    let chunk = |delta: Value, finish: Value| {
        let chunk = json!({ "id": "chatcmpl-9", "object": "chat.completion.chunk", "created": 1, "model": "gpt-5",
            "choices": [{ "index": 0, "delta": delta, "finish_reason": finish }] });
        format!("data: {chunk}\n\n")
    };
    // Its streams begin with what the filter says of the prompt.
    let filter = json!({ "choices": [], "created": 0, "id": "", "model": "", "object": "",
        "prompt_filter_results": [{ "prompt_index": 0, "content_filter_results": {} }] });
    let first = json!({ "role": "assistant", "content": null, "tool_calls": [{ "index": 0, "id": "call_abc01", "type": "function",
        "function": { "name": "get_weather", "arguments": "{\"city\":\"Oslo\"}" } }] });
    let chunks = [
        format!("data: {filter}\n\n"),
        chunk(first, Value::Null),
        chunk(json!({}), json!("tool_calls")),
        "data: [DONE]\n\n".to_owned(),
    ];
    let reply = Reply::stream(200, chunks).header("content-type", "text/event-stream");
    let flags = ["--tools", "tools.json", "-f", "pixel.png"];
    let (told, upstream) = ask("openai-completions", reply, &flags);
    assert_eq!(told["stop"], "tool", "{told:#}");
    let call = &told["answer"]["answers"][0]["parts"][0]["tool_call"];
    assert_eq!(
        (&call["name"], &call["arguments"]),
        (&json!("get_weather"), &json!("{\"city\":\"Oslo\"}")),
        "{told:#}"
    );
    let body = upstream.requests().pop().unwrap().json().unwrap();
    assert_eq!(body["tools"][0]["function"]["name"], "get_weather");
    let url = "data:image/png;base64,iVBORw0KGgo";
    assert!(body.to_string().contains(url), "{body:#}");
}

#[test]
fn each_way_to_fail_is_told_apart() {
    let error = |status: u16, code: &str, message: &str| {
        Reply::json(
            status,
            &json!({ "error": { "code": code, "message": message } }),
        )
    };
    let filtered = json!({ "error": { "code": "content_filter", "param": "prompt", "status": 400,
        "message": "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
        "innererror": { "code": "ResponsibleAIPolicyViolation", "content_filter_result": { "jailbreak": { "filtered": true, "detected": true } } } } });
    let cases = || {
        [
            (
                "auth",
                error(
                    401,
                    "401",
                    "Access denied due to invalid subscription key or wrong API endpoint.",
                ),
                None,
            ),
            (
                "permission",
                error(
                    403,
                    "AccessDenied",
                    "Access denied due to Virtual Network/Firewall rules.",
                ),
                None,
            ),
            (
                "model_not_found",
                error(
                    404,
                    "DeploymentNotFound",
                    "The API deployment for this resource does not exist.",
                ),
                None,
            ),
            (
                "rate_limit",
                error(
                    429,
                    "429",
                    "Requests have exceeded token rate limit of your current OpenAI S0 pricing tier. Please retry after 9 seconds.",
                ),
                Some(9_000),
            ),
            (
                "rate_limit",
                error(429, "RateLimitReached", "Slow down.")
                    .header("retry-after-ms", "1500")
                    .retry_after(2),
                Some(1_500),
            ),
            (
                "overloaded",
                error(
                    503,
                    "ServiceUnavailable",
                    "The service is temporarily unavailable.",
                ),
                None,
            ),
            (
                "billing",
                error(
                    429,
                    "insufficient_quota",
                    "You exceeded your current quota.",
                ),
                None,
            ),
            (
                "context_overflow",
                error(
                    400,
                    "context_length_exceeded",
                    "This model's maximum context length is 1000 tokens.",
                ),
                None,
            ),
            ("content_filter", Reply::json(400, &filtered), None),
        ]
    };
    for (api, broken) in [
        (
            "",
            openai::responses_stream(&["Hello", " there."]).truncated(),
        ),
        (
            "openai-completions",
            openai::chat_stream(&["Hello", " there."]).truncated(),
        ),
    ] {
        for (kind, reply, wait) in cases().into_iter().chain([("network", broken, None)]) {
            let (told, _) = ask(api, reply, &[]);
            let failure = &told["error"]["data"]["trail"][0]["failure"];
            assert_eq!(failure["kind"], kind, "{told:#}");
            if let Some(wait) = wait {
                assert_eq!(failure["retryAfterMs"], wait, "{told:#}");
            }
        }
    }
}

#[test]
fn a_key_is_proven_refused_and_the_region_s_models_are_listed() {
    let script = || {
        Script::new()
            .on(When::post("/"), openai::responses_answer("ok"))
            .on(
                When::get("/openai/v1/models"),
                openai::models(&["gpt-5", "brand-new-model-9"]),
            )
    };
    let upstream = Upstream::start(script()).unwrap();
    let world = with_key(&upstream, "");
    let probe = "models status --probe --probe-provider azure-openai --json";
    let result = |told: &Value| told["auth"]["probes"]["results"][0].clone();
    let proven = result(&world.openclaw(probe).json());
    assert_eq!(proven["status"], "ok", "{proven:#}");
    assert!(
        upstream
            .requests()
            .iter()
            .all(|sent| sent.header("api-key") == Some(KEY))
    );

    let listed = world
        .openclaw("models list --provider azure-openai --refresh --all --json")
        .json();
    let rows = listed.as_array().unwrap();
    let new = rows
        .iter()
        .find(|row| row["modelId"] == "brand-new-model-9");
    assert_eq!(new.unwrap()["tags"], json!(["new"]));

    let message = "Access denied due to invalid subscription key or wrong API endpoint.";
    let refused = Reply::json(
        401,
        &json!({ "error": { "code": "401", "message": message } }),
    );
    upstream.follow(Script::new().otherwise(refused));
    let refused = result(&world.openclaw(probe).json());
    assert_eq!(refused["status"], "auth", "{refused:#}");
}
