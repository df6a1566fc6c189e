//! Servers that want no key, under any id, and models whose facts the config has.

use serde_json::{Value, json};

use super::*;

#[test]
fn a_server_on_this_machine_needs_no_key_in_any_format() {
    for (api, body) in whole_answers() {
        let server = Server::saying(reply(
            "200 OK",
            &["content-type: application/json"],
            body.as_bytes(),
        ));
        for further in [
            "",
            "apiKey: \"\",",
            "auth: \"none\",",
            "authHeader: false,",
            "headers: { Authorization: \"Basic abc\" },",
        ] {
            let world = lab_of(api, &at(server.port), further);
            let output = world.openclaw("models run hi --no-stream --json");
            let answer = output.json();
            assert_eq!(
                (&answer["text"], &answer["source"]),
                (&json!("Hello"), &json!("none")),
                "{api} {further}: {output}"
            );
            let asked = server.asked();
            let sent = asked[0].headers.get("authorization").map(String::as_str);
            let expected = further.contains("Basic").then_some("Basic abc");
            assert_eq!(sent, expected, "{api} {further}");
            world.openclaw("models status --check").ok();
        }
    }
}

#[test]
fn a_server_elsewhere_needs_none_once_the_config_says_so() {
    let world = lab("https://llm.example.test/v1", "");
    let output = world.openclaw("models run hi");
    let hint = "if its server asks for none, say so with `openclaw config set models.providers.lab.auth none`";
    assert!(
        output.failed().contains("No API key found") || output.stderr.contains("no credential"),
        "{output}"
    );
    assert!(output.stderr.contains(hint), "{output}");
    assert_eq!(world.openclaw("models status --check").code, Some(1));
    world
        .openclaw("config set models.providers.lab.auth none")
        .ok();
    world.openclaw("models status --check").ok();
    let output = world.openclaw("models run hi");
    assert!(
        output.failed().contains("cannot resolve llm.example.test"),
        "{output}"
    );
}

#[test]
fn a_provider_that_asks_for_none_is_sent_none() {
    let server = Server::saying(hello());
    let world = lab(
        &at(server.port),
        "auth: \"none\", apiKey: \"cfg-key-000000000000\",",
    )
    .api_key("lab:default", "stored-key-0000000000");
    assert_eq!(world.openclaw("models run hi").ok(), "Hello\n");
    assert_eq!(server.asked()[0].headers.get("authorization"), None);
}

/// Returns what was sent for a model of these facts.
fn sent(api: &str, facts: &str, arguments: &[&str]) -> Value {
    let server = Server::saying(hello());
    let world = Sandbox::new().cache(crate::CACHE).config(&format!(
        r#"{{
            agents: {{ defaults: {{ model: {{ primary: "lab/m1" }} }} }},
            models: {{ providers: {{ lab: {{ baseUrl: "{}", api: "{api}", models: [{{ id: "m1", {facts} }}] }} }} }},
        }}"#,
        at(server.port)
    ));
    let arguments = [&["models", "run", "hi"], arguments].concat();
    let output = world.run(&arguments);
    let asked = server.asked();
    assert_eq!(asked.len(), 1, "{output}");
    serde_json::from_slice(&asked[0].body).unwrap()
}

#[test]
fn the_longest_answer_of_a_model_is_sent_where_nothing_else_is_asked_for() {
    for (api, place) in [
        ("openai-completions", "/max_tokens"),
        ("openai-responses", "/max_output_tokens"),
        ("anthropic-messages", "/max_tokens"),
        ("google-generative-ai", "/generationConfig/maxOutputTokens"),
        ("ollama", "/options/num_predict"),
    ] {
        let of = |facts, arguments: &[&str]| sent(api, facts, arguments).pointer(place).cloned();
        assert_eq!(of("maxTokens: 24", &[]), Some(json!(24)), "{api}");
        assert_eq!(
            of("maxTokens: 24", &["--max-output-tokens", "20"]),
            Some(json!(20)),
            "{api}"
        );
        // The one format that cannot do without.
        let unasked = (api == "anthropic-messages").then_some(json!(8192));
        assert_eq!(of("", &[]), unasked, "{api}");
        assert_eq!(of("maxTokens: 0", &[]), unasked, "{api}");
    }
}

#[test]
fn what_the_config_does_not_say_of_a_model_is_unknown() {
    let world = lab("http://127.0.0.1:1/v1", "");
    let listed = world.openclaw("models list --json").json();
    let model = &listed[0];
    assert_eq!(model["key"], "lab/m1");
    assert_eq!(model["contextWindow"], Value::Null, "{model:#}");
    assert_eq!(model["maxOutput"], Value::Null, "{model:#}");
    let table = world.openclaw("models list");
    let row = table.stdout.lines().find(|line| line.starts_with("lab/m1"));
    assert!(row.is_some_and(|row| !row.contains('k')), "{table}");
}

#[test]
fn a_longer_model_is_asked_where_a_shorter_ones_window_is_not_known() {
    let error = br#"{"error":{"message":"This model's maximum context length is 8192 tokens. However, you requested 9000 tokens","code":"context_length_exceeded"}}"#;
    let small = Server::saying(reply(
        "400 Bad Request",
        &["content-type: application/json"],
        error,
    ));
    let large = Server::saying(hello());
    for (facts, passed) in [
        ("", false),
        ("contextWindow: 200000", false),
        ("contextWindow: 4096", true),
    ] {
        let world = Sandbox::new().cache(crate::CACHE).config(&format!(
            r#"{{
                agents: {{ defaults: {{ model: {{ primary: "lab/m1", fallbacks: ["fb/m2"] }} }} }},
                models: {{ providers: {{
                    lab: {{ baseUrl: "{}", api: "openai-completions", models: [{{ id: "m1" }}] }},
                    fb: {{ baseUrl: "{}", api: "openai-completions", models: [{{ id: "m2", {facts} }}] }},
                }} }},
            }}"#,
            at(small.port),
            at(large.port)
        ));
        let output = world.openclaw("models run hi");
        assert_eq!(output.code == Some(1), passed, "{facts}: {output}");
        assert_eq!(large.lines().is_empty(), passed, "{facts}: {output}");
    }
}
