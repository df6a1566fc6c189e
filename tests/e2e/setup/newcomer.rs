//! One key of any bundled vendor in the environment, and nothing else: there is an answer, and every
//! command agrees on the model.

use expect_test::expect;
use openclaw_upstream::Upstream;

use super::{anthropic_key, furnished, openai_key, vendors};

/// A vendor's variable, a key, and the model that answers.
fn keys() -> Vec<(&'static str, String, &'static str)> {
    let google = format!("AIzaSy{}", "Canary_9xT0".repeat(3));
    vec![
        (
            "ANTHROPIC_API_KEY",
            anthropic_key(),
            "anthropic/claude-opus-4-5",
        ),
        ("OPENAI_API_KEY", openai_key(), "openai/gpt-5.2"),
        ("GEMINI_API_KEY", google, "google/gemini-2.5-pro"),
        (
            "MINIMAX_API_KEY",
            format!("eyJ{}", "Canary9xT".repeat(12)),
            "minimax/MiniMax-M2.1",
        ),
    ]
}

#[test]
fn one_key_of_any_vendor_answers_at_once() {
    let upstream = Upstream::start(vendors()).unwrap();
    let mut told = String::new();
    for (variable, key, model) in keys() {
        let world = furnished(&upstream).env(variable, &key).private();
        let answer = world.openclaw("models run hi --json");
        assert_eq!(answer.code, Some(0), "{variable}: {answer}");
        let answer = answer.json();
        let text = answer["text"].as_str().unwrap_or_default().to_owned();
        told.push_str(&format!("{variable}: {} says {text}\n", answer["model"]));
        for line in [
            "models status --plain",
            "models explain",
            "models fallbacks list",
            "status",
            "models list",
            "agents list",
        ] {
            let said = world.openclaw(line);
            assert!(said.stdout.contains(model), "{variable}: {line}: {said}");
        }
        let doctor = world.openclaw("doctor");
        assert!(!doctor.stdout.contains("error:"), "{variable}: {doctor}");
    }
    expect![[r#"
        ANTHROPIC_API_KEY: "anthropic/claude-opus-4-5" says Hello from Anthropic.
        OPENAI_API_KEY: "openai/gpt-5.2" says Hello from OpenAI.
        GEMINI_API_KEY: "google/gemini-2.5-pro" says Hello from Google.
        MINIMAX_API_KEY: "minimax/MiniMax-M2.1" says Hello from MiniMax.
    "#]]
    .assert_eq(&told);
}

#[test]
fn the_default_is_marked_as_one_and_is_allowed_where_there_is_a_list() {
    let upstream = Upstream::start(vendors()).unwrap();
    let world = furnished(&upstream).env("OPENAI_API_KEY", &openai_key());
    let said = world.openclaw("models fallbacks list");
    expect![[r#"
        Primary:   openai/gpt-5.2 (default)
        Fallbacks: none
    "#]]
    .assert_eq(&said.to_string());
    let begun = world.openclaw("models allow openai/gpt-5-mini");
    assert_eq!(begun.code, Some(0), "{begun}");
    let answer = world.openclaw("models run hi");
    assert_eq!(answer.code, Some(0), "{answer}");
    let only = world.openclaw("models disallow openai/gpt-5.2");
    assert_eq!(only.code, Some(0), "{only}");
    let answer = world.openclaw("models run hi --json").json();
    assert_eq!(answer["model"], "openai/gpt-5-mini");
}

#[test]
fn a_provider_of_ones_own_is_a_default_too() {
    let world = openclaw_tests::Sandbox::new().config(
        "{ models: { providers: { lab: { baseUrl: \"http://127.0.0.1:9/v1\", api: \"openai-completions\", apiKey: \"k\", models: [{ id: \"llama-3.3-70b\", name: \"Llama\" }] } } } }\n",
    );
    let said = world.openclaw("models fallbacks list --json").json();
    assert_eq!(said["primary"], "lab/llama-3.3-70b");
}
