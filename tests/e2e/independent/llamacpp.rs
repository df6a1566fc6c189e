//! llama.cpp's own server, with a model of a few kilobytes: no key, three formats, and a window that
//! is really full.

use super::*;

/// A home whose models all are the server's; `m` has an answer of 24 tokens at most.
fn started() -> Option<(Server, Sandbox)> {
    let world = Sandbox::new().cache(crate::CACHE);
    let server = Server::llamacpp(&world)?;
    let provider = |id: &str, api: &str| {
        let base = server.url("/v1");
        format!(
            r#"{id}: {{ baseUrl: "{base}", api: "{api}", models: [{{ id: "tiny", maxTokens: 24, contextWindow: 512 }}] }}"#
        )
    };
    let world = world.config(&format!(
        r#"{{
            agents: {{ defaults: {{ model: {{ primary: "chat/tiny" }} }} }},
            models: {{ providers: {{ {}, {}, {} }} }},
        }}"#,
        provider("chat", "openai-completions"),
        provider("messages", "anthropic-messages"),
        provider("responses", "openai-responses"),
    ));
    Some((server, world))
}

#[test]
fn llamacpp_answers_in_three_formats_without_a_key_and_no_longer_than_the_config_says() {
    let Some((_server, world)) = started() else {
        return;
    };
    for model in ["chat/tiny", "messages/tiny", "responses/tiny"] {
        for flags in [&[][..], &["--no-stream"]] {
            let arguments = [&["models", "run", "hi", "--json", "--model", model], flags].concat();
            let output = world.run(&arguments);
            let answer = output.json();
            assert_eq!(answer["source"], "none", "{model}: {output}");
            assert_eq!(answer["usage"]["output"], 24, "{model}: {output}");
            // In the third it says "completed", whatever ended the answer.
            let stop = if model == "responses/tiny" {
                "end"
            } else {
                "length"
            };
            assert_eq!(answer["stop"], stop, "{model}: {output}");
            assert_eq!(
                answer["text"].as_str().unwrap().trim(),
                ["ok"; 24].join(" ")
            );
        }
    }
    world.openclaw("models status --check").ok();
    let listed = world.openclaw("models list --all --refresh --provider chat --json");
    assert!(listed.stdout.contains("chat/tiny"), "{listed}");
}

#[test]
fn a_prompt_that_llamacpp_has_no_room_for_goes_to_a_longer_model() {
    let Some((_server, world)) = started() else {
        return;
    };
    world
        .openclaw("config set agents.defaults.model.fallbacks [\"messages/tiny\"]")
        .ok();
    let prompt = "ok ".repeat(2_000);
    let output = world.openclaw_with("models run - --json", &prompt);
    let error: Value = serde_json::from_str(output.failed()).unwrap();
    let trail = error.pointer("/error/data/trail").unwrap();
    let of = |model: &str| {
        let mut entries = trail.as_array().unwrap().iter();
        entries.find(|entry| entry["model"] == model).unwrap()
    };
    let asked = of("chat/tiny");
    assert_eq!(asked["failure"]["kind"], "context_overflow", "{trail:#}");
    // The other one is known to be no longer.
    let skipped = of("messages/tiny");
    assert_eq!(skipped["reason"], "context_too_small", "{trail:#}");
    assert_eq!(skipped["failure"], Value::Null, "{trail:#}");
}
