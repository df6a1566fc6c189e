//! Without a terminal: flags decide, nothing is asked.

use expect_test::expect;
use openclaw_tests::Sandbox;
use openclaw_upstream::Upstream;

use super::{anthropic_key, furnished, openai_key, vendors};
use crate::steady;

#[test]
fn keys_of_the_environment_are_proven_and_used() {
    let upstream = Upstream::start(vendors()).unwrap();
    let world = furnished(&upstream)
        .env("OPENAI_API_KEY", &openai_key())
        .env(
            "GEMINI_API_KEY",
            &format!("AIzaSy{}", "Canary_9xT0".repeat(3)),
        );
    steady(world.openclaw("setup --yes")).is(expect![[r#"
        ✓ openai: 3 models available (auth: ok)
        ✓ google: 2 models available (auth: ok)
        ✗ ollama: failed (404): no such page: is `baseUrl` the address of the API?
        Updated ~/.openclaw/openclaw.json
        Primary model: openai/gpt-5.2
        Fallbacks: google/gemini-2.5-pro
        Next: openclaw models run "Say hello"
    "#]]);
    expect![[r#"
        +  agents: {
        +    defaults: {
        +      model: {
        +        primary: "openai/gpt-5.2",
        +        fallbacks: ["google/gemini-2.5-pro"]
        +      }
        +    }
        +  },
    "#]]
    .assert_eq(&world.config_diff());
    steady(world.openclaw("setup --yes --json")).is(expect![[r#"
        {
          "providers": [
            {
              "provider": "openai",
              "outcome": "ok",
              "message": "3 models available (auth: ok)"
            },
            {
              "provider": "google",
              "outcome": "ok",
              "message": "2 models available (auth: ok)"
            },
            {
              "provider": "ollama",
              "outcome": "failed",
              "message": "failed (404): no such page: is `baseUrl` the address of the API?"
            }
          ],
          "profileId": null,
          "primary": "openai/gpt-5.2",
          "fallbacks": [
            "google/gemini-2.5-pro"
          ],
          "next": "openclaw models run \"Say hello\"",
          "changed": false,
          "configPath": "<home>/.openclaw/openclaw.json",
          "warnings": [],
          "notes": [
            "already set; nothing was changed"
          ]
        }
    "#]]);
    let answer = world.openclaw("models run hi");
    assert_eq!(answer.stdout, "Hello from OpenAI.\n");
}

#[test]
fn a_key_on_standard_input_is_proven_before_it_is_stored() {
    let upstream = Upstream::start(vendors()).unwrap();
    let world = furnished(&upstream);
    let line = "setup --provider anthropic --key-stdin";
    let wrong = format!("sk-ant-api03-{}", "Wrong-9xT_x".repeat(9));
    steady(world.openclaw_with(line, &wrong)).is(expect![[r#"
        ---- stderr
        error: anthropic refused this credential
          unauthorized (401): invalid x-api-key
          nothing was stored
        [exit 1]
    "#]]);
    steady(world.openclaw_with(line, anthropic_key())).is(expect![[r#"
        ✓ anthropic: 2 models available (auth: ok)
        Auth profile: anthropic:default
        Updated ~/.openclaw/openclaw.json
        Primary model: anthropic/claude-opus-4-5
        Next: openclaw models run "Say hello"
    "#]]);
    let answer = world.openclaw("models run hi");
    assert_eq!(answer.stdout, "Hello from Anthropic.\n");
}

#[test]
fn what_is_missing_is_named() {
    Sandbox::new().openclaw("setup").is(expect![[r#"
        ---- stderr
        error: No credential was found
          environment: none of these is set: ANTHROPIC_OAUTH_TOKEN, ANTHROPIC_API_KEY, OPENAI_API_KEY, GEMINI_API_KEY, GOOGLE_API_KEY, MINIMAX_API_KEY, XAI_API_KEY, DEEPSEEK_API_KEY, MISTRAL_API_KEY, ZAI_API_KEY, Z_AI_API_KEY, MOONSHOT_API_KEY, DASHSCOPE_API_KEY, QWEN_API_KEY, COHERE_API_KEY, CO_API_KEY, KIMI_API_KEY, KIMICODE_API_KEY, PERPLEXITY_API_KEY, GROQ_API_KEY, CEREBRAS_API_KEY, TOGETHER_API_KEY, FIREWORKS_API_KEY, HF_TOKEN, HUGGINGFACE_HUB_TOKEN, NVIDIA_API_KEY, OPENCODE_API_KEY, OPENCODE_ZEN_API_KEY, OPENROUTER_API_KEY, AI_GATEWAY_API_KEY
          nothing was changed
        hint: pipe a key in: printf '%s' "$KEY" | openclaw setup --provider anthropic --key-stdin
        [exit 1]
    "#]]);
    Sandbox::new()
        .openclaw("setup --yes --provider openai")
        .is(expect![[r#"
            ---- stderr
            error: No credential was found
              environment `OPENAI_API_KEY`: not set
              nothing was changed
            hint: pipe a key in: printf '%s' "$KEY" | openclaw setup --provider openai --key-stdin
            [exit 1]
        "#]]);
    Sandbox::new()
        .openclaw("setup --provider opnai --key-stdin")
        .is(expect![[r#"
            ---- stderr
            error: Unknown provider: opnai
              there are: amazon-bedrock, anthropic, azure-openai, cerebras, cohere, deepseek, fireworks, github-copilot, google, google-vertex, groq, huggingface, kimi-coding, litellm, lmstudio, minimax, mistral, moonshot, nvidia, ollama, openai, openai-codex, opencode, openrouter, perplexity, qwen, qwen-portal, together, vercel-ai-gateway, xai, zai
            hint: did you mean `openai`?
            [exit 1]
        "#]]);
}

#[test]
fn without_a_probe_the_catalog_decides() {
    let world = Sandbox::new().env("GEMINI_API_KEY", "AIzaSyNotReal");
    world.openclaw("setup --yes --no-probe").is(expect![[r#"
        - google: 18 models in the catalog (auth: not checked)
        Updated ~/.openclaw/openclaw.json
        Primary model: google/gemini-2.5-pro
        Next: openclaw models run "Say hello"
    "#]]);
}

#[test]
fn a_primary_that_works_stays() {
    let upstream = Upstream::start(vendors()).unwrap();
    let world = furnished(&upstream)
        .env("OPENAI_API_KEY", &openai_key())
        .env("ANTHROPIC_API_KEY", &anthropic_key());
    assert_eq!(world.openclaw("models set openai/o3").code, Some(0));
    let done = world.openclaw("setup --yes --json").json();
    assert_eq!(done["primary"], "openai/o3");
    assert_eq!(
        done["fallbacks"],
        serde_json::json!(["anthropic/claude-opus-4-5"])
    );
}

#[test]
fn one_agent_gets_a_credential_and_models_of_its_own() {
    let upstream = Upstream::start(vendors()).unwrap();
    let world = furnished(&upstream);
    let added = world.openclaw("agents add work --workspace ~/work");
    assert_eq!(added.code, Some(0), "{added}");
    let before = world.config_text();
    let done = world.run_with(
        &[
            "setup",
            "--agent",
            "work",
            "--provider",
            "openai",
            "--key-stdin",
        ],
        format!("{}\n", openai_key()),
    );
    assert_eq!(done.code, Some(0), "{done}");
    assert!(
        done.stdout
            .contains("Next: openclaw models run --agent work \"Say hello\""),
        "{done}"
    );
    assert!(world.config_text() != before);
    assert!(
        world
            .read(".openclaw/agents/main/agent/auth-profiles.json")
            .is_none()
    );
    let own = world
        .openclaw("models fallbacks list --agent work --json")
        .json();
    assert_eq!(own["primary"], "openai/gpt-5.2", "{own}");
    let answer = world.openclaw("models run hi --agent work");
    assert_eq!(answer.stdout, "Hello from OpenAI.\n", "{answer}");
    world.openclaw("models run hi").failed();
    let again = world.openclaw("setup --agent work --yes --json").json();
    assert_eq!(again["changed"], false, "{again}");
}

/// An alias stays one, and what resolves to nothing is not lost.
#[test]
fn the_fallbacks_of_an_agent_stay_as_they_are_written() {
    let upstream = Upstream::start(vendors()).unwrap();
    let config = furnished(&upstream).config_text().replacen(
        '{',
        r#"{ agents: {
            defaults: { models: { "google/gemini-2.5-pro": { alias: "gem" }, "*": {} } },
            list: [{ id: "main" }, { id: "work", model: { fallbacks: ["gem", "/broken", "openai/gpt-5.2"] } }],
        },"#,
        1,
    );
    let world = Sandbox::new()
        .config(&config)
        .cache(crate::CACHE)
        .env("OPENAI_API_KEY", &openai_key())
        .env("ANTHROPIC_API_KEY", &anthropic_key());
    let done = world.openclaw("setup --agent work --yes --provider openai");
    assert_eq!(done.code, Some(0), "{done}");
    let own = world
        .openclaw("config get agents.list.work.model --json")
        .json();
    assert_eq!(
        own,
        serde_json::json!({ "fallbacks": ["gem", "/broken"], "primary": "openai/gpt-5.2" })
    );
}
