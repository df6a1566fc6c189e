//! Conversations with tools: the server's model calls, the result goes back, and the answer comes.
//! Whether a result was one is for the server to say: with none that it understands it calls again.

use super::*;

const TOOLS: &str = r#"[
    { "name": "get_weather", "description": "Weather of a city.", "input": { "schema":
        { "type": "object", "properties": { "city": { "type": "string" } }, "required": ["city"] } } },
    { "name": "get_time", "description": "Time in a zone.", "input": { "schema":
        { "type": "object", "properties": { "zone": { "type": "string" } }, "required": ["zone"] } } }
]"#;

const PROMPT: &str = "What is the weather in Oslo?";

/// A home whose provider is the server.
fn home(model: &str, api: &str, base: &str) -> Sandbox {
    let (provider, id) = model.split_once('/').unwrap();
    let api = match api {
        "" => String::new(),
        api => format!(r#"api: "{api}", "#),
    };
    let world = Sandbox::new().cache(crate::CACHE).config(&format!(
        r#"{{
            agents: {{ defaults: {{ model: "{model}" }} }},
            models: {{ providers: {{ {provider}: {{ {api}baseUrl: "{base}", models: [{{ id: "{id}" }}] }} }} }},
        }}"#,
    ));
    world.write("tools.json", TOOLS);
    if provider == "ollama" {
        return world;
    }
    world.api_key(&format!("{provider}:only"), KEY)
}

/// Asks the model, and goes on with what it said until it calls no more. Returns the calls, with the
/// round in which each was made, and the last answer.
fn until_answered(world: &Sandbox, flags: &[&str]) -> (Vec<(usize, Value)>, Value) {
    let mut calls = Vec::new();
    let mut messages = json!([{ "role": "user", "parts": [{ "text": PROMPT }] }]);
    for round in 0..4 {
        world.write("talk.json", messages.to_string());
        let fixed = "models run --json --no-fallback --tools tools.json --messages talk.json";
        let arguments: Vec<&str> = fixed.split(' ').chain(flags.iter().copied()).collect();
        let output = world.run(&arguments);
        assert_eq!(output.code, Some(0), "round {round}, {flags:?}: {output}");
        let told = output.json();
        messages = told["messages"].clone();
        let last = messages.as_array().unwrap().last().unwrap().clone();
        let parts = last["parts"].as_array().unwrap();
        let made: Vec<&Value> = parts
            .iter()
            .filter_map(|part| part.get("tool_call"))
            .collect();
        if made.is_empty() {
            return (calls, told);
        }
        assert_eq!(told["stop"], "tool", "{told:#}");
        let results: Vec<Value> = made
            .iter()
            .map(|call| {
                json!({ "tool_result": { "call_id": call["id"], "name": call["name"],
                    "content": [{ "text": format!("{} says 4 degrees", call["name"].as_str().unwrap()) }] } })
            })
            .collect();
        calls.extend(made.into_iter().map(|call| (round, call.clone())));
        let result = json!({ "role": "tool", "parts": results });
        messages.as_array_mut().unwrap().push(result);
    }
    panic!("it calls and calls: {messages:#}");
}

fn arguments(call: &Value) -> Value {
    serde_json::from_str(call["arguments"].as_str().unwrap()).unwrap()
}

#[test]
fn llmock_calls_a_tool_and_answers_when_its_result_is_there() {
    let Some(server) = Server::llmock() else {
        return;
    };
    for (model, api, path) in [
        ("anthropic/claude-opus-4-6", "", "/anthropic"),
        ("openai/gpt-5.2", "openai-responses", "/v1"),
        ("openai/gpt-5.2", "openai-completions", "/v1"),
        ("google/gemini-2.5-pro", "", "/gemini/v1beta"),
        ("mistral/mistral-medium-3-5", "", "/mistral/v1"),
        ("groq/qwen/qwen3.6-27b", "", "/groq/openai/v1"),
        ("together/Qwen/Qwen3.5-9B", "", "/together/v1"),
        ("xai/grok-4.3", "", "/xai/v1"),
    ] {
        let world = home(model, api, &server.url(path));
        for flags in [&[][..], &["--no-stream"]] {
            let of = format!("{model} {api} {flags:?}");
            server.control("POST", "/_llmock/reset", "");
            let (calls, answer) = until_answered(&world, flags);
            // It finds a tool by the words of the prompt, and makes up what its schema asks for.
            let [(0, call)] = calls.as_slice() else {
                panic!("{of}: {calls:?}");
            };
            assert_eq!(call["name"], "get_weather", "{of}");
            assert_eq!(arguments(call), json!({ "city": "mock-city" }), "{of}");
            let text = format!("Mock response from {}.", model.split_once('/').unwrap().1);
            assert_eq!(
                (&answer["text"], &answer["stop"]),
                (&json!(text), &json!("end")),
                "{of}"
            );
            let verdict = server.json("/_llmock/verdict");
            assert_eq!(verdict["passed"], true, "{of}: {verdict:#}");
            assert_eq!(verdict["findings"], json!([]), "{of}");
            assert_eq!(server.json("/_llmock/requests")["count"], 2, "{of}");
        }
    }
}

#[test]
fn aimock_gets_the_result_of_each_call_in_every_dialect() {
    let call = |id: &str, name: &str, arguments: Value| json!({ "type": "toolCall", "id": id, "name": name, "arguments": arguments });
    let fixtures = json!({ "fixtures": [
        { "match": { "userMessage": PROMPT, "hasToolResult": false }, "chunkSize": 3, "response": { "blocks": [
            { "type": "text", "text": "I look it up." },
            call("call_weather", "get_weather", json!({ "city": "Tromsø, \"north\"" })),
            call("call_time", "get_time", json!({ "zone": "Europe/Oslo" })),
        ] } },
        { "match": { "userMessage": PROMPT, "hasToolResult": true, "toolResultContains": "get_time says 4 degrees" },
          "response": { "content": "It is 4 degrees." } },
    ]});
    let aside = Sandbox::new();
    let Some(server) = Server::aimock(&aside, &fixtures, "") else {
        return;
    };
    for (model, api, path) in [
        ("anthropic/claude-opus-4-6", "", ""),
        ("openai/gpt-5.2", "openai-responses", "/v1"),
        ("openai/gpt-5.2", "openai-completions", "/v1"),
        ("google/gemini-2.5-pro", "", "/v1beta"),
        ("ollama/first:7b", "", ""),
        ("openrouter/anthropic/claude-opus-4.5", "", "/api/v1"),
    ] {
        let world = home(model, api, &server.url(path));
        for flags in [&[][..], &["--no-stream"]] {
            let of = format!("{model} {api} {flags:?}");
            let (calls, answer) = until_answered(&world, flags);
            let made: Vec<_> = calls
                .iter()
                .map(|(round, call)| (*round, call["name"].as_str().unwrap(), arguments(call)))
                .collect();
            let expected = [
                (0, "get_weather", json!({ "city": "Tromsø, \"north\"" })),
                (0, "get_time", json!({ "zone": "Europe/Oslo" })),
            ];
            assert_eq!(made, expected, "{of}");
            assert_eq!(
                (&answer["text"], &answer["stop"]),
                (&json!("It is 4 degrees."), &json!("end")),
                "{of}"
            );
        }
    }
}
