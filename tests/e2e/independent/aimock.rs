//! aimock, which speaks as Ollama, Bedrock and OpenRouter do, and checks keys.

use super::*;

fn ollama(fixtures: &Value) -> Option<(Server, Sandbox)> {
    let world = Sandbox::new().cache(crate::CACHE);
    let server = Server::aimock(&world, fixtures, "")?;
    let world = world.config(&format!(
        r#"{{
            agents: {{ defaults: {{ model: {{ primary: "ollama/first:7b", fallbacks: ["ollama/second:7b"] }} }} }},
            models: {{ providers: {{ ollama: {{ baseUrl: "{}" }} }} }},
        }}"#,
        server.url(""),
    ));
    Some((server, world))
}

/// Returns aimock's journal of chats: the model, and the status it gave.
fn chats(server: &Server) -> Vec<String> {
    let journal = server.json("/__aimock/journal");
    let entries = journal
        .as_array()
        .or(journal["entries"].as_array())
        .unwrap();
    entries
        .iter()
        .filter(|entry| entry["path"] == "/api/chat")
        .map(|entry| {
            format!(
                "{} {}",
                entry["body"]["model"].as_str().unwrap_or_default(),
                entry["response"]["status"]
            )
        })
        .collect()
}

fn second() -> Value {
    json!({ "match": { "model": "second:7b" }, "response": { "content": "Hello from the second model." } })
}

#[test]
fn ollama_answers_streamed_and_whole_without_a_key() {
    let fixtures = json!({ "fixtures": [
        { "match": { "model": "first:7b" }, "response": { "content": "Hello from the first model." }, "chunkSize": 3 },
        second(),
    ]});
    let Some((server, world)) = ollama(&fixtures) else {
        return;
    };
    for flags in ["models run Hello", "models run Hello --no-stream"] {
        assert_eq!(world.openclaw(flags).ok(), "Hello from the first model.\n");
    }
    let answer = world.openclaw("models run Hello --json").json();
    assert_eq!(
        (&answer["source"], &answer["stop"]),
        (&json!("none"), &json!("end")),
        "{answer:#}"
    );
    assert_eq!(chats(&server), ["first:7b 200"; 3]);
}

#[test]
fn ollama_that_refuses_is_left_for_the_next_model() {
    for (status, kind, response) in [
        (
            429,
            "rate_limit",
            json!({ "error": { "message": "Rate limited", "type": "rate_limit_error" }, "status": 429, "retryAfter": 7 }),
        ),
        (
            500,
            "server",
            json!({ "error": { "message": "boom", "type": "server_error" }, "status": 500 }),
        ),
        (
            503,
            "overloaded",
            json!({ "error": { "message": "server busy, please try again", "type": "overloaded_error" }, "status": 503 }),
        ),
        (
            404,
            "model_not_found",
            json!({ "error": { "message": "model 'first:7b' not found", "type": "not_found" }, "status": 404 }),
        ),
    ] {
        let fixtures = json!({ "fixtures": [{ "match": { "model": "first:7b" }, "response": response }, second()] });
        let Some((server, world)) = ollama(&fixtures) else {
            return;
        };
        let output = world.openclaw("models run Hello --json");
        assert_eq!(
            output.json()["text"],
            "Hello from the second model.",
            "{output}"
        );
        assert_eq!(
            output.json()["trail"][0]["failure"]["kind"],
            kind,
            "{output}"
        );
        assert_eq!(
            chats(&server),
            [format!("first:7b {status}"), "second:7b 200".to_owned()]
        );
    }
}

#[test]
fn an_ollama_stream_that_breaks_after_words_is_an_error() {
    let fixtures = json!({ "fixtures": [{
        "match": { "model": "first:7b" },
        "response": { "content": "This will be cut short before it has said everything." },
        "truncateAfterChunks": 5, "chunkSize": 5, "latency": 20,
    }, second()] });
    let Some((server, world)) = ollama(&fixtures) else {
        return;
    };
    let output = world.openclaw("models run Hello");
    assert_eq!(output.code, Some(1), "{output}");
    assert!(output.stdout.starts_with("This will"), "{output}");
    assert!(
        output.stderr.starts_with("error: the stream ended early\n"),
        "{output}"
    );
    assert_eq!(chats(&server).len(), 1);
}

#[test]
fn a_key_that_another_server_checks_is_the_one_that_was_stored() {
    let world = Sandbox::new().cache(crate::CACHE);
    let fixtures =
        json!({ "fixtures": [{ "match": {}, "response": { "content": "Hello from aimock." } }] });
    let Some(server) = Server::aimock(&world, &fixtures, KEY) else {
        return;
    };
    for (provider, model, base) in [
        ("anthropic", "claude-opus-4-6", server.url("")),
        ("openai", "gpt-5.2", server.url("/v1")),
        ("google", "gemini-2.5-pro", server.url("/v1beta")),
    ] {
        let world = Sandbox::new()
            .cache(crate::CACHE)
            .config(&format!(r#"{{ agents: {{ defaults: {{ model: "{provider}/{model}" }} }}, models: {{ providers: {{ {provider}: {{ baseUrl: "{base}" }} }} }} }}"#))
            .profile(&format!("{provider}:wrong"), json!({ "type": "api_key", "provider": provider, "key": "sk-wrong-0123456789" }))
            .profile(&format!("{provider}:right"), json!({ "type": "api_key", "provider": provider, "key": KEY }));
        let answer = world.openclaw("models run Hello --json");
        assert_eq!(answer.json()["text"], "Hello from aimock.", "{answer}");
        assert_eq!(
            answer.json()["trail"][0]["failure"]["kind"],
            "auth",
            "{answer}"
        );
        assert_eq!(
            answer.json()["source"],
            format!("profile:{provider}:right"),
            "{answer}"
        );
    }
}

/// Bedrock's server, with a model and the fallback of the model's; keys sign, which aimock does not check.
fn bedrock(fixtures: &Value) -> Option<(Server, Sandbox)> {
    let world = Sandbox::new().cache(crate::CACHE);
    let server = Server::aimock(&world, fixtures, "")?;
    let world = world
        .config(&format!(
            r#"{{
                agents: {{ defaults: {{ model: {{ primary: "amazon-bedrock/acme.first-v1", fallbacks: ["amazon-bedrock/acme.second-v1"] }} }} }},
                models: {{ providers: {{ "amazon-bedrock": {{ baseUrl: "{}" }} }} }},
            }}"#,
            server.url(""),
        ))
        .env("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
    Some((server, world))
}

fn second_of_bedrock() -> Value {
    json!({ "match": { "model": "acme.second-v1" }, "response": { "content": "Hello from the second model." } })
}

#[test]
fn bedrock_answers_streamed_and_whole_and_calls_tools() {
    let fixtures = json!({ "fixtures": [
        { "match": { "model": "acme.first-v1", "userMessage": "weather" }, "response": { "toolCalls": [{ "name": "weather", "arguments": "{\"city\":\"Oslo\"}" }] } },
        { "match": { "model": "acme.first-v1" }, "response": {
            "content": "Hello from the first model.",
            "reasoning": "Greet back.",
            "usage": { "input_tokens": 7, "output_tokens": 5 },
        }, "chunkSize": 3 },
    ]});
    let Some((_server, world)) = bedrock(&fixtures) else {
        return;
    };
    for flags in ["models run Hello", "models run Hello --no-stream"] {
        assert_eq!(world.openclaw(flags).ok(), "Hello from the first model.\n");
    }
    let answer = world.openclaw("models run Hello --json").json();
    assert_eq!(
        (
            &answer["usage"]["input"],
            &answer["usage"]["output"],
            &answer["stop"]
        ),
        (&json!(7), &json!(5), &json!("end")),
        "{answer:#}"
    );
    let parts = answer["answer"]["answers"][0]["parts"].as_array().unwrap();
    assert_eq!(parts[0]["reasoning"]["text"], "Greet back.", "{answer:#}");
    let probed = world.openclaw("models status --probe --json").json();
    let result = &probed["auth"]["probes"]["results"][0];
    assert_eq!(result["status"], "ok", "{result:#}");
    world.write(
        "tools.json",
        r#"[{ "name": "weather", "input": { "schema": { "type": "object" } } }]"#,
    );
    let tools = world.path("tools.json").display().to_string();
    for flag in ["--no-fallback", "--no-stream"] {
        let output = world.run(&[
            "models", "run", "weather", "--tools", &tools, "--json", flag,
        ]);
        let call = output.json()["answer"]["answers"][0]["parts"][0]["tool_call"].clone();
        assert_eq!(
            (&call["name"], &call["arguments"]),
            (&json!("weather"), &json!("{\"city\":\"Oslo\"}")),
            "{output}"
        );
    }
}

#[test]
fn bedrock_that_refuses_is_left_for_the_next_model() {
    for (status, kind, response) in [
        (
            429,
            "rate_limit",
            json!({ "error": { "message": "Too many requests", "type": "ThrottlingException" }, "status": 429 }),
        ),
        (
            503,
            "overloaded",
            json!({ "error": { "message": "Bedrock is unable to process your request.", "type": "ServiceUnavailableException" }, "status": 503 }),
        ),
        (
            400,
            "model_not_found",
            json!({ "error": { "message": "The provided model identifier is invalid.", "type": "ValidationException" }, "status": 400 }),
        ),
    ] {
        let fixtures = json!({ "fixtures": [{ "match": { "model": "acme.first-v1" }, "response": response }, second_of_bedrock()] });
        let Some((_server, world)) = bedrock(&fixtures) else {
            return;
        };
        let output = world.openclaw("models run Hello --json");
        let told = output.json();
        assert_eq!(told["text"], "Hello from the second model.", "{output}");
        assert_eq!(
            told["trail"][0]["failure"]["kind"], kind,
            "{status}: {output}"
        );
    }
}

#[test]
fn a_bedrock_stream_that_breaks_after_words_is_an_error() {
    // Its frames have no line ends: the last 1,024 bytes wait for what follows them.
    let content = "This will be cut short before it has said everything. ".repeat(8);
    let fixtures = json!({ "fixtures": [{
        "match": { "model": "acme.first-v1" },
        "response": { "content": content },
        "truncateAfterChunks": 60, "chunkSize": 5, "latency": 5,
    }, second_of_bedrock()] });
    let Some((_server, world)) = bedrock(&fixtures) else {
        return;
    };
    let output = world.openclaw("models run Hello");
    assert_eq!(output.code, Some(1), "{output}");
    assert!(output.stdout.starts_with("This will"), "{output}");
    assert!(output.stderr.contains("the stream ended early"), "{output}");
}

/// A server that checks keys, and one with the wrong key first.
fn with_two_keys(provider: &str, model: &str, path: &str) -> Option<(Server, Sandbox)> {
    let world = Sandbox::new().cache(crate::CACHE);
    let fixtures = json!({ "fixtures": [
        { "match": { "userMessage": "weather" }, "response": { "toolCalls": [{ "name": "weather", "arguments": "{\"city\":\"Oslo\"}" }] } },
        { "match": {}, "response": { "content": "Hello from aimock." }, "chunkSize": 3 },
    ] });
    let server = Server::aimock(&world, &fixtures, KEY)?;
    let world = Sandbox::new()
        .cache(crate::CACHE)
        .env("GOOGLE_CLOUD_PROJECT", "acme")
        .env("NO_GCE_CHECK", "true")
        .config(&format!(
            r#"{{ agents: {{ defaults: {{ model: "{provider}/{model}" }} }}, models: {{ providers: {{ "{provider}": {{ baseUrl: "{}" }} }} }} }}"#,
            server.url(path)
        ));
    world.write(
        "tools.json",
        r#"[{ "name": "weather", "input": { "schema": { "type": "object" } } }]"#,
    );
    Some((server, world))
}

/// Asks streamed and whole and for a tool, and expects a refusal of the wrong credential first.
fn answers_with_the_right_one(world: &Sandbox, provider: &str) {
    for flags in [
        "models run Hello --json",
        "models run Hello --no-stream --json",
    ] {
        let output = world.openclaw(flags);
        let told = output.json();
        assert_eq!(told["text"], "Hello from aimock.", "{output}");
        assert_eq!(
            told["source"],
            format!("profile:{provider}:right"),
            "{output}"
        );
    }
    let output = world.openclaw("models run weather --tools tools.json --json");
    let told = output.json();
    let parts = told["answer"]["answers"][0]["parts"].as_array().unwrap();
    let mut calls = parts.iter().filter_map(|part| part.get("tool_call"));
    let call = calls.next().unwrap();
    assert_eq!(
        (&call["name"], &call["arguments"]),
        (&json!("weather"), &json!("{\"city\":\"Oslo\"}")),
        "{output}"
    );
}

#[test]
fn azure_answers_in_both_formats_to_the_right_key() {
    for api in ["openai-responses", "openai-completions"] {
        let Some((_server, world)) = with_two_keys("azure-openai", "gpt-5.2", "") else {
            return;
        };
        let set = format!("config set models.providers.azure-openai.api {api}");
        assert_eq!(world.openclaw(&set).code, Some(0));
        let world = world
            .profile("azure-openai:wrong", json!({ "type": "api_key", "provider": "azure-openai", "key": "wrong-0123456789abcdef0123456789" }))
            .profile("azure-openai:right", json!({ "type": "api_key", "provider": "azure-openai", "key": KEY }));
        answers_with_the_right_one(&world, "azure-openai");
    }
}

#[test]
fn vertex_answers_to_the_right_token() {
    let Some((_server, world)) = with_two_keys("google-vertex", "gemini-2.5-pro", "") else {
        return;
    };
    let world = world
        .profile(
            "google-vertex:wrong",
            json!({ "type": "token", "provider": "google-vertex", "token": "wrong-0123456789" }),
        )
        .profile(
            "google-vertex:right",
            json!({ "type": "token", "provider": "google-vertex", "token": KEY }),
        );
    answers_with_the_right_one(&world, "google-vertex");
}

const OPENROUTER_KEY: &str =
    "sk-or-v1-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// OpenRouter's server, with a model and another that is the fallback, for one key.
fn openrouter(fixtures: &Value) -> Option<(Server, Sandbox)> {
    let world = Sandbox::new().cache(crate::CACHE);
    let server = Server::aimock(&world, fixtures, OPENROUTER_KEY)?;
    let world = world
        .config(&format!(
            r#"{{
                agents: {{ defaults: {{ model: {{ primary: "openrouter/anthropic/claude-opus-4.5", fallbacks: ["openrouter/openai/gpt-5.2"] }} }} }},
                models: {{ providers: {{ openrouter: {{ baseUrl: "{}" }} }} }},
            }}"#,
            server.url("/api/v1"),
        ))
        .api_key("openrouter:only", OPENROUTER_KEY);
    Some((server, world))
}

fn second_of_openrouter() -> Value {
    json!({ "match": { "model": "openai/gpt-5.2" }, "response": { "content": "Hello from the second model." } })
}

#[test]
fn openrouter_answers_streamed_and_whole_and_its_key_is_proven() {
    let fixtures = json!({ "fixtures": [
        { "match": { "model": "anthropic/claude-opus-4.5" }, "response": { "content": "Hello from the first model." }, "chunkSize": 3 },
    ]});
    let Some((_server, world)) = openrouter(&fixtures) else {
        return;
    };
    for flags in ["models run Hello", "models run Hello --no-stream"] {
        assert_eq!(world.openclaw(flags).ok(), "Hello from the first model.\n");
    }
    let probe = "models status --probe --probe-provider openrouter --json";
    let probed = world.openclaw(probe).json();
    let results = &probed["auth"]["probes"]["results"];
    assert_eq!(results[0]["status"], "ok", "{probed:#}");
    let wrong = json!({ "type": "api_key", "provider": "openrouter", "key": OPENROUTER_KEY.replace('a', "b") });
    let world = world.profile("openrouter:wrong", wrong);
    let probed = world.openclaw(&format!("{probe} --probe-profile openrouter:wrong"));
    let probed = probed.json();
    let results = &probed["auth"]["probes"]["results"];
    assert_eq!(results[0]["status"], "auth", "{probed:#}");
}

#[test]
fn openrouter_that_refuses_is_left_for_the_next_model() {
    for (status, kind, error) in [
        (
            429,
            "rate_limit",
            json!({ "message": "Rate limit exceeded: free-models-per-min.", "code": 429 }),
        ),
        (
            402,
            "billing",
            json!({ "message": "Insufficient credits", "code": 402 }),
        ),
        (
            503,
            "overloaded",
            json!({ "message": "No capacity: the provider is overloaded", "code": 503 }),
        ),
        (
            404,
            "model_not_found",
            json!({ "message": "No endpoints found for anthropic/claude-opus-4.5.", "code": 404 }),
        ),
        (
            500,
            "server",
            json!({ "message": "Internal Server Error", "code": 500 }),
        ),
    ] {
        let response = json!({ "error": error, "status": status });
        let fixtures = json!({ "fixtures": [
            { "match": { "model": "anthropic/claude-opus-4.5" }, "response": response }, second_of_openrouter(),
        ]});
        let Some((_server, world)) = openrouter(&fixtures) else {
            return;
        };
        let output = world.openclaw("models run Hello --json --wait 0");
        let told = output.json();
        assert_eq!(told["text"], "Hello from the second model.", "{output}");
        assert_eq!(told["trail"][0]["failure"]["kind"], kind, "{output}");
    }
}

#[test]
fn an_openrouter_stream_that_breaks_after_words_is_an_error() {
    let fixtures = json!({ "fixtures": [{
        "match": { "model": "anthropic/claude-opus-4.5" },
        "response": { "content": "This will be cut short before it has said everything." },
        "truncateAfterChunks": 5, "chunkSize": 5, "latency": 20,
    }, second_of_openrouter()] });
    let Some((_server, world)) = openrouter(&fixtures) else {
        return;
    };
    let output = world.openclaw("models run Hello");
    assert_eq!(output.code, Some(1), "{output}");
    assert!(output.stdout.starts_with("This will"), "{output}");
    let ended = "error: the stream ended early\n";
    assert!(output.stderr.starts_with(ended), "{output}");
}
