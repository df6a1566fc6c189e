//! One agent's models: its own, inherited, none; and the commands that are for all agents.

use expect_test::{expect, expect_file};
use openclaw_tests::{FIXED_TIME_MS, Sandbox};
use serde_json::{Value, json};

use super::{key, snapshot};

/// Agents with every form of a model of their own.
const CONFIG: &str = r#"{
  agents: {
    defaults: {
      model: { primary: "anthropic/claude-opus-4-5", fallbacks: ["openai/gpt-5.2"] },
      imageModel: { primary: "google/gemini-2.5-flash", fallbacks: ["openai/gpt-5.2"] },
    },
    list: [
      { id: "main", default: true },
      { id: "text", model: "openai/gpt-5.2" },
      { id: "object", model: { primary: "google/gemini-2.5-pro" } },
      { id: "alone", model: { primary: "openai/gpt-5.2", fallbacks: [] } },
      { id: "own", model: { fallbacks: ["google/gemini-2.5-pro"] } },
      { id: "ordered", auth: { order: { anthropic: ["anthropic:b", "anthropic:a"] } } },
    ],
  },
  auth: { order: { anthropic: ["anthropic:a", "anthropic:b"] } },
}
"#;

fn world() -> Sandbox {
    Sandbox::new()
        .config(CONFIG)
        .profile("anthropic:a", key("anthropic"))
        .profile("anthropic:b", key("anthropic"))
        .profile("openai:default", key("openai"))
}

#[test]
fn an_agent_has_its_own_models_or_those_of_all() {
    let world = world();
    for (agent, expect) in [
        (
            "main",
            expect![[r#"
            Primary:   anthropic/claude-opus-4-5 (inherited)
            Fallbacks: openai/gpt-5.2 (inherited)
        "#]],
        ),
        (
            "text",
            expect![[r#"
            Primary:   openai/gpt-5.2 (of this agent)
            Fallbacks: openai/gpt-5.2 (inherited)
        "#]],
        ),
        (
            "object",
            expect![[r#"
            Primary:   google/gemini-2.5-pro (of this agent)
            Fallbacks: openai/gpt-5.2 (inherited)
        "#]],
        ),
        (
            "alone",
            expect![[r#"
            Primary:   openai/gpt-5.2 (of this agent)
            Fallbacks: none (of this agent)
        "#]],
        ),
        (
            "own",
            expect![[r#"
            Primary:   anthropic/claude-opus-4-5 (inherited)
            Fallbacks: google/gemini-2.5-pro (of this agent)
        "#]],
        ),
    ] {
        let list = world.run(&["models", "fallbacks", "list", "--agent", agent]);
        list.is(expect);
        // What status says and what a prompt would try is the same.
        let listed = world
            .run(&["models", "fallbacks", "list", "--agent", agent, "--json"])
            .json();
        let status = world
            .run(&["models", "status", "--agent", agent, "--json"])
            .json();
        assert_eq!(status["resolvedDefault"], listed["primary"], "{status}");
        assert_eq!(status["fallbacks"], listed["fallbacks"], "{status}");
        let tried = world
            .run(&["models", "explain", "--agent", agent, "--json"])
            .json();
        let tried: Vec<Value> = tried["candidates"]
            .as_array()
            .unwrap()
            .iter()
            .map(|candidate| candidate["model"].clone())
            .collect();
        let mut chain = vec![listed["primary"].clone()];
        chain.extend(listed["fallbacks"].as_array().unwrap().clone());
        chain.dedup();
        assert_eq!(tried, chain, "{agent}");
    }
    world
        .openclaw("models fallbacks list --agent alone --json")
        .is(expect![[r#"
            {
              "primary": "openai/gpt-5.2",
              "fallbacks": [],
              "agentId": "alone",
              "primarySource": "agent",
              "fallbacksSource": "agent",
              "warnings": [],
              "notes": []
            }
        "#]]);
    world
        .openclaw("models image-fallbacks list --agent alone")
        .is(expect![[r#"
            Primary:   google/gemini-2.5-flash (inherited)
            Fallbacks: openai/gpt-5.2 (inherited)
            Then:      openai/gpt-5.2 (the primary text model)
        "#]]);
}

#[test]
fn tags_are_those_of_the_agent() {
    let world = world();
    let tags = |arguments: &str| -> Vec<String> {
        let rows = world.openclaw(arguments).json();
        let rows = rows.as_array().unwrap().iter();
        rows.filter(|row| !row["tags"].as_array().unwrap().is_empty())
            .map(|row| format!("{} {}", row["key"], row["tags"]))
            .collect()
    };
    expect![[r#"
        "anthropic/claude-opus-4-5" ["default"]
        "openai/gpt-5.2" ["fallback#1","img-fallback#1"]
        "google/gemini-2.5-flash" ["image"]"#]]
    .assert_eq(&tags("models list --json").join("\n"));
    expect![[r#"
        "openai/gpt-5.2" ["default","img-fallback#1"]
        "google/gemini-2.5-flash" ["image"]"#]]
    .assert_eq(&tags("models list --agent alone --json").join("\n"));
    assert_eq!(
        tags("models list --agent Main --json"),
        tags("models list --json")
    );
}

#[test]
fn an_agent_has_its_own_order() {
    let world = world();
    let order = |arguments: &str| world.openclaw(arguments).json()["order"].clone();
    let get = "models auth order get --provider anthropic --json";
    assert_eq!(order(get), json!(["anthropic:a", "anthropic:b"]));
    assert_eq!(
        order(&format!("{get} --agent ordered")),
        json!(["anthropic:b", "anthropic:a"])
    );
    let first = |agent: &str| {
        let tried = world
            .run(&["models", "explain", "--agent", agent, "--json"])
            .json();
        tried["candidates"][0]["credentials"][0]["source"].clone()
    };
    assert_eq!(first("main"), "profile:anthropic:a");
    assert_eq!(first("ordered"), "profile:anthropic:b");
}

#[test]
fn an_agent_inherits_credentials_in_memory() {
    let world = world().agent_profile(
        "alone",
        "google:mine",
        json!({"type": "token", "provider": "google", "token": "ya29.0123456789-0123456789", "expires": FIXED_TIME_MS + 1_000_000_000}),
    );
    let before = snapshot(&world);
    for command in [
        "models status --agent text --json",
        "models status --agent alone",
        "models list --agent text",
        "models explain --agent text",
        "models fallbacks list --agent text",
        "models auth order get --provider anthropic --agent text",
    ] {
        let output = world.openclaw(command);
        assert_eq!(output.code, Some(0), "{output}");
        assert_eq!(snapshot(&world), before, "{command}");
    }
    let available = |agent: &str, model: &str| {
        let rows = world
            .run(&["models", "list", "--all", "--agent", agent, "--json"])
            .json();
        let rows = rows.as_array().unwrap().clone();
        let row = rows.into_iter().find(|row| row["key"] == model).unwrap();
        row["available"].clone()
    };
    assert_eq!(available("text", "anthropic/claude-opus-4-5"), true);
    assert_eq!(available("text", "google/gemini-2.5-pro"), false);
    assert_eq!(available("alone", "google/gemini-2.5-pro"), true);
    assert_eq!(available("alone", "openai/gpt-5.2"), true);
}

/// Every command with `--agent`: what it says and what becomes of the config, each in a home of its
/// own.
#[test]
fn a_command_with_an_agent_changes_that_agent_alone() {
    let mut told = String::new();
    for line in [
        "models set opus-4.5 --agent object",
        "models set google/gemini-2.5-pro --agent text",
        "models set google/gemini-2.5-pro --agent main",
        "models set-image google/gemini-2.5-pro --agent own",
        "models fallbacks add google/gemini-2.5-pro --agent text",
        "models fallbacks --agent object add google/gemini-2.5-flash",
        "models fallbacks remove google/gemini-2.5-pro --agent own",
        "models fallbacks remove openai/gpt-5.2 --agent own",
        "models fallbacks clear --agent object",
        "models image-fallbacks clear --agent own",
        "models aliases add x openai/gpt-5.2 --agent own",
        "models aliases list --agent own",
        "models set openai/gpt-5.2 --agent nobody",
        "models set /x --agent own",
        "models list --agent nobody",
        "models fallbacks list --agent nobody",
    ] {
        let world = world();
        let output = world.openclaw(line);
        told.push_str(&format!(
            "$ openclaw {line}\n{output}{}",
            world.config_diff()
        ));
    }
    expect_file!["expected/agents.a_command_with_an_agent_changes_that_agent_alone.txt"]
        .assert_eq(&told);
}

#[test]
fn main_without_an_entry_is_all_agents() {
    let world = Sandbox::new();
    world
        .openclaw("models set openai/gpt-5.2 --agent main")
        .is(expect![[r#"
            Updated ~/.openclaw/openclaw.json
            Primary model of main: openai/gpt-5.2
            ---- stderr
            note: no credential for `openai`: `openai/gpt-5.2` is skipped until there is one; add it with `openclaw models auth add --provider openai`, or set OPENAI_API_KEY
        "#]]);
    expect![[r#"
        {
          "agents": {
            "defaults": {
              "model": {
                "primary": "openai/gpt-5.2"
              }
            }
          }
        }
    "#]]
    .assert_eq(&world.config_text());
    let used = world.openclaw("models fallbacks list --json").json();
    assert_eq!(used["primary"], "openai/gpt-5.2");
}

/// For each form that an agent's `model` may have.
#[test]
fn an_agents_entry_takes_the_change_in_its_own_form() {
    for (command, agent, expect) in [
        (
            "models set google/gemini-2.5-flash",
            "object",
            expect![[r#"
                -      { id: "object", model: { primary: "google/gemini-2.5-pro" } },
                +      { id: "object", model: { primary: "google/gemini-2.5-flash" } },
            "#]],
        ),
        (
            "models set google/gemini-2.5-flash",
            "text",
            expect![[r#"
            -      { id: "text", model: "openai/gpt-5.2" },
            +      { id: "text", model: "google/gemini-2.5-flash" },
        "#]],
        ),
        (
            "models set google/gemini-2.5-flash",
            "main",
            expect![[r#"
            -      { id: "main", default: true },
            +      { id: "main", default: true, model: { primary: "google/gemini-2.5-flash" } },
        "#]],
        ),
        (
            "models fallbacks add google/gemini-2.5-pro",
            "text",
            expect![[r#"
                -      { id: "text", model: "openai/gpt-5.2" },
                +      { id: "text", model: { primary: "openai/gpt-5.2", fallbacks: ["openai/gpt-5.2", "google/gemini-2.5-pro"] } },
            "#]],
        ),
        (
            "models fallbacks add google/gemini-2.5-pro",
            "alone",
            expect![[r#"
                -      { id: "alone", model: { primary: "openai/gpt-5.2", fallbacks: [] } },
                +      { id: "alone", model: { primary: "openai/gpt-5.2", fallbacks: ["google/gemini-2.5-pro"] } },
            "#]],
        ),
        (
            "models fallbacks remove google/gemini-2.5-pro",
            "own",
            expect![[r#"
                -      { id: "own", model: { fallbacks: ["google/gemini-2.5-pro"] } },
                +      { id: "own", model: { fallbacks: [] } },
            "#]],
        ),
        (
            "models fallbacks clear",
            "object",
            expect![[r#"
            -      { id: "object", model: { primary: "google/gemini-2.5-pro" } },
            +      { id: "object", model: { primary: "google/gemini-2.5-pro", fallbacks: [] } },
        "#]],
        ),
        (
            "models image-fallbacks add anthropic/claude-opus-4-5",
            "main",
            expect![[r#"
                -      { id: "main", default: true },
                +      { id: "main", default: true, imageModel: { fallbacks: ["openai/gpt-5.2", "anthropic/claude-opus-4-5"] } },
            "#]],
        ),
    ] {
        let world = world();
        let output = world.openclaw(&format!("{command} --agent {agent}"));
        assert_eq!(output.code, Some(0), "{output}");
        expect.assert_eq(&world.config_diff());
        let family = if command.contains("image") {
            "image-fallbacks"
        } else {
            "fallbacks"
        };
        let list = world.run(&["models", family, "list", "--agent", agent]);
        assert!(list.stdout.contains("(of this agent)"), "{list}");
    }
}
