//! LiteLLM's proxy, whose models only pretend: two formats, a key, and refusals in its own words.

use super::*;

const MASTER: &str = "sk-litellm-0123456789abcdef";

fn started() -> Option<(Server, Sandbox)> {
    let world = Sandbox::new().cache(crate::CACHE);
    let server = Server::litellm(&world, MASTER)?;
    let base = server.url("/v1");
    let provider = |id: &str, api: &str| {
        format!(
            r#"{id}: {{ baseUrl: "{base}", api: "{api}", apiKey: "{MASTER}", models: [{{ id: "first" }}, {{ id: "limited" }}, {{ id: "long" }}] }}"#
        )
    };
    let world = world.config(&format!(
        r#"{{
            agents: {{ defaults: {{ model: {{ primary: "chat/first", fallbacks: ["chat/first"] }} }} }},
            models: {{ providers: {{ {}, {} }} }},
        }}"#,
        provider("chat", "openai-completions"),
        provider("messages", "anthropic-messages"),
    ));
    Some((server, world))
}

#[test]
fn litellm_answers_lists_and_refuses_in_words_that_are_understood() {
    let Some((_server, world)) = started() else {
        return;
    };
    for provider in ["chat", "messages"] {
        for flags in [&[][..], &["--no-stream"]] {
            let model = format!("{provider}/first");
            let arguments = [&["models", "run", "hi", "--model", &model], flags].concat();
            assert_eq!(
                world.run(&arguments).ok(),
                "Hello from LiteLLM.\n",
                "{model}"
            );
        }
        for (model, kind) in [
            ("limited", "rate_limit"),
            ("long", "context_overflow"),
            ("nope", "model_not_found"),
        ] {
            let model = format!("{provider}/{model}");
            let output = world.run(&["models", "run", "hi", "--json", "--model", &model]);
            let told = if output.code == Some(0) {
                output.json()
            } else {
                let error: Value = serde_json::from_str(&output.stderr).unwrap();
                error["error"]["data"].clone()
            };
            let trail = told["trail"].as_array().unwrap();
            let tried = trail
                .iter()
                .find(|entry| entry["model"] == model.as_str())
                .unwrap();
            assert_eq!(tried["failure"]["kind"], kind, "{model}: {output}");
        }
    }
    let listed = world.openclaw("models list --all --refresh --provider chat --json");
    assert!(listed.stdout.contains("chat/limited"), "{listed}");
    let changed =
        world.openclaw("config set models.providers.chat.apiKey sk-litellm-wrong-0123456789");
    assert_eq!(changed.code, Some(0), "{changed}");
    let output = world.openclaw("models run hi --model chat/first --json");
    let error: Value = serde_json::from_str(output.failed()).unwrap();
    let trail = error.pointer("/error/data/trail").unwrap();
    let trail = trail.as_array().unwrap();
    let tried = trail.iter().find(|entry| !entry["failure"].is_null());
    assert_eq!(tried.unwrap()["failure"]["kind"], "auth", "{output}");
}
