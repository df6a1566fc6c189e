//! A credential whose form says that it is another vendor's goes nowhere else, wherever it stands.

use super::*;

const ANTHROPIC: &str =
    "sk-ant-api03-Canary0Canary1Canary2Canary3Canary4Canary5Canary6Canary7Canary8Canary9";
const OPENAI_KEY: &str = "sk-proj-Canary0Canary1Canary2Canary3Canary4Canary5";
const GEMINI: &str = "AIzaSyCanary0Canary1Canary2Canary3Canar";

/// What was asked of vendors: each request is in the audit log, sent or not.
fn requests(world: &Sandbox) -> Vec<String> {
    let log = world.read(".openclaw/logs/audit.jsonl").unwrap_or_default();
    log.lines()
        .filter(|line| line.contains("\"http\"") && !line.contains("\"url\":\"http://127.0.0.1:"))
        .map(str::to_owned)
        .collect()
}

#[test]
fn a_key_in_the_variable_of_another_vendor_is_sent_to_nobody() {
    let cases = [
        (
            "OPENAI_API_KEY",
            ANTHROPIC,
            "openai/gpt-5.2",
            "Anthropic",
            "ANTHROPIC_API_KEY",
        ),
        (
            "OPENAI_API_KEY",
            GEMINI,
            "openai/gpt-5.2",
            "Google Gemini",
            "GEMINI_API_KEY",
        ),
        (
            "ANTHROPIC_API_KEY",
            OPENAI_KEY,
            "anthropic/claude-opus-4-5",
            "OpenAI",
            "OPENAI_API_KEY",
        ),
        (
            "ANTHROPIC_OAUTH_TOKEN",
            OPENAI_KEY,
            "anthropic/claude-opus-4-5",
            "OpenAI",
            "OPENAI_API_KEY",
        ),
        (
            "GEMINI_API_KEY",
            ANTHROPIC,
            "google/gemini-2.5-pro",
            "Anthropic",
            "ANTHROPIC_API_KEY",
        ),
        (
            "GOOGLE_API_KEY",
            OPENAI_KEY,
            "google/gemini-2.5-pro",
            "OpenAI",
            "OPENAI_API_KEY",
        ),
        (
            "MINIMAX_API_KEY",
            ANTHROPIC,
            "minimax/MiniMax-M2",
            "Anthropic",
            "ANTHROPIC_API_KEY",
        ),
    ];
    for (name, value, model, vendor, right) in cases {
        let world = Sandbox::new().env(name, value);
        let output = world.run(&["models", "run", "Hello", "--model", model]);
        assert_eq!(output.code, Some(1), "{output}");
        let said =
            format!("`{name}`: set, but not used: it has the form of a credential of {vendor}");
        assert!(output.stderr.contains(&said), "{output}");
        let fix = format!("export {right}=\"${name}\"; unset {name}");
        assert!(output.stderr.contains(&fix), "{output}");
        assert!(!output.stderr.contains("Canary"), "{output}");
        for command in [
            "models status",
            "doctor",
            "models status --probe",
            "models scan --yes",
        ] {
            let output = world.openclaw(command);
            let told = command.contains("scan") || output.to_string().contains(&fix);
            assert!(told, "{command}: {output}");
        }
        assert_eq!(requests(&world), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn the_next_variable_of_the_vendor_counts() {
    let world = Sandbox::new()
        .env("GEMINI_API_KEY", ANTHROPIC)
        .env("GOOGLE_API_KEY", GEMINI);
    let status = world.openclaw("models status --json").json();
    let providers = status["auth"]["providers"].as_array().unwrap();
    let google = providers.iter().find(|one| one["provider"] == "google");
    assert_eq!(
        google.unwrap()["env"]["source"],
        "env:GOOGLE_API_KEY",
        "{status:#}"
    );
}

#[test]
fn a_stored_key_and_one_of_the_config_are_held_back_too() {
    let stored = Sandbox::new().profile(
        "openai:default",
        json!({ "type": "api_key", "provider": "openai", "key": ANTHROPIC }),
    );
    let config = format!(
        "{{ models: {{ providers: {{ google: {{ apiKey: {}, models: [] }} }} }} }}\n",
        json!(OPENAI_KEY)
    );
    let written = Sandbox::new().config(&config);
    for (world, model) in [
        (stored, "openai/gpt-5.2"),
        (written, "google/gemini-2.5-pro"),
    ] {
        let output = world.run(&["models", "run", "Hello", "--model", model]);
        assert_eq!(output.code, Some(1), "{output}");
        assert!(
            output
                .stderr
                .contains("it was not sent: it has the form of a credential of"),
            "{output}"
        );
        let probed = world.openclaw("models status --probe");
        assert!(!probed.to_string().contains("Canary0"), "{probed}");
        assert_eq!(requests(&world), Vec::<String>::new());
    }
}

#[test]
fn a_proxy_gets_the_key_that_its_user_gives_it() {
    let script = Script::new().otherwise(openai::responses_stream(&["Hello"]));
    let upstream = Upstream::start(script).unwrap();
    let config = format!(
        "{{ models: {{ providers: {{ openai: {{ baseUrl: \"{}/v1\", models: [] }} }} }} }}\n",
        upstream.url()
    );
    let world = Sandbox::new()
        .config(&config)
        .env("OPENAI_API_KEY", ANTHROPIC);
    let output = world.run(&["models", "run", "Hello", "--model", "openai/gpt-5.2"]);
    assert_eq!(output.code, Some(0), "{output}");
    let sent = upstream.requests();
    let sent = sent.last().unwrap().header("authorization").unwrap();
    assert_eq!(sent, format!("Bearer {ANTHROPIC}"));
}
