//! `openclaw agents`: entries of the config and the folders they name.

use expect_test::expect;
use openclaw_tests::World;
use openclaw_tests::pty::key;
use serde_json::json;

use crate::check;

const CONFIG: &str = r#"{
  // who answers
  agents: {
    defaults: {
      model: { primary: "opus", fallbacks: ["openai/gpt-5.2"] },
      workspace: "~/shared",
      models: { "anthropic/claude-opus-4-5": { alias: "opus" }, "openai/gpt-5.2": {} },
    },
    list: [
      { id: "main" }, // the first
      { id: "home", name: "At home", default: true, model: "openai/gpt-5.2", agentDir: "~/home-agent" },
      /* for testing */
      { id: "lab", model: { fallbacks: [] } },
    ],
  },
}
"#;

fn api_key(provider: &str) -> serde_json::Value {
    json!({"type": "api_key", "provider": provider, "key": "sk-secret-key"})
}

#[test]
fn the_documented_workflow_works_as_written() {
    let world = World::new().profile("anthropic:default", api_key("anthropic"));
    check(
        &world.shell("$OPENCLAW agents add work --workspace ~/.openclaw/workspace-work"),
        &expect![[r#"
            Updated ~/.openclaw/openclaw.json
            Agent:     work (agents.list[1])
            Workspace: ~/.openclaw/workspace-work (made)
            Agent dir: ~/.openclaw/agents/work/agent (made)
            Sessions:  ~/.openclaw/agents/work/sessions (made)
            ---- stderr
            note: it uses the credentials of `main` until there are some in ~/.openclaw/agents/work/agent/auth-profiles.json
        "#]],
    );
    check(
        &world.shell(r#"$OPENCLAW config set agents.list[1].model.primary "openai/gpt-5.2""#),
        &expect![[r#"
            Updated ~/.openclaw/openclaw.json
            agents.list[1].model.primary = "openai/gpt-5.2"
        "#]],
    );
    check(
        &world.shell(
            r#"$OPENCLAW config set agents.list[1].model.fallbacks '["google/gemini-2.5-pro"]'"#,
        ),
        &expect![[r#"
            Updated ~/.openclaw/openclaw.json
            agents.list[1].model.fallbacks = ["google/gemini-2.5-pro"]
        "#]],
    );
    expect![[r#"
        {
          "agents": {
            "list": [
              {
                "id": "main"
              },
              {
                "id": "work",
                "name": "work",
                "workspace": "<home>/.openclaw/workspace-work",
                "agentDir": "<home>/.openclaw/agents/work/agent",
                "model": {
                  "primary": "openai/gpt-5.2",
                  "fallbacks": ["google/gemini-2.5-pro"]
                }
              }
            ]
          }
        }
    "#]]
    .assert_eq(
        &world
            .config_text()
            .replace(&world.home().display().to_string(), "<home>"),
    );
    // The folder is there, so that a copy of credentials can be put into it.
    let copied = world.shell(
        "cp ~/.openclaw/agents/main/agent/auth-profiles.json \\\n   ~/.openclaw/agents/work/agent/auth-profiles.json",
    );
    assert_eq!(copied.ok(), "");
    check(
        &world.openclaw("agents list"),
        &expect![[r#"
        main (default)
          Model:       anthropic/claude-opus-4-5  (built in; none is configured)
          Fallbacks:   none
          Workspace:   not set
          Agent dir:   ~/.openclaw/agents/main/agent
          Credentials: 1 of its own

        work
          Model:       openai/gpt-5.2  (agents.list[1])
          Fallbacks:   google/gemini-2.5-pro  (agents.list[1])
          Workspace:   ~/.openclaw/workspace-work  (agents.list[1])
          Agent dir:   ~/.openclaw/agents/work/agent
          Credentials: 1 of its own
    "#]],
    );
}

#[test]
#[cfg(unix)]
fn the_folders_are_for_their_owner_alone_and_what_is_there_stays() {
    use std::os::unix::fs::PermissionsExt as _;
    let world = World::new();
    world.write("open/notes.txt", "mine");
    let mode = |name: &str| {
        let metadata = std::fs::metadata(world.path(name)).unwrap();
        metadata.permissions().mode() & 0o777
    };
    let before = mode("open");
    check(
        &world.run(&[
            "agents",
            "add",
            "Lab Rat",
            "--workspace",
            "./open",
            "--agent-dir",
            "~/rat",
            "--model",
            "openai/gpt-5.2",
            "--json",
        ]),
        &expect![[r#"
            {
              "agentId": "lab-rat",
              "index": 1,
              "workspace": "<home>/open",
              "agentDir": "<home>/rat",
              "sessionsDir": "<home>/.openclaw/agents/lab-rat/sessions",
              "model": "openai/gpt-5.2",
              "changed": true,
              "configPath": "<home>/.openclaw/openclaw.json"
            }
            ---- stderr
            note: it uses the credentials of `main` until there are some in ~/rat/auth-profiles.json
        "#]],
    );
    assert_eq!(world.read("open/notes.txt").as_deref(), Some("mine"));
    assert_eq!((mode("open"), mode("rat")), (before, 0o700));
    for made in [
        ".openclaw",
        ".openclaw/agents",
        ".openclaw/agents/lab-rat/sessions",
    ] {
        assert_eq!(mode(made), 0o700, "{made}");
    }
}

#[test]
fn an_agent_is_added_beside_those_that_are_there() {
    let world = World::new().config(CONFIG);
    check(
        &world.openclaw("agents add work --workspace ~/work --model google/gemini-2.5-pro"),
        &expect![[r#"
            Updated ~/.openclaw/openclaw.json
            Agent:     work (agents.list[3])
            Workspace: ~/work (made)
            Agent dir: ~/.openclaw/agents/work/agent (made)
            Sessions:  ~/.openclaw/agents/work/sessions (made)
            Model:     google/gemini-2.5-pro
            ---- stderr
            note: `google/gemini-2.5-pro` was added to `agents.defaults.models`, which lists the models that may be used
            note: it uses the credentials of `main` until there are some in ~/.openclaw/agents/work/agent/auth-profiles.json
        "#]],
    );
    expect![[r#"
        -      models: { "anthropic/claude-opus-4-5": { alias: "opus" }, "openai/gpt-5.2": {} },
        +      models: { "anthropic/claude-opus-4-5": { alias: "opus" }, "openai/gpt-5.2": {}, "google/gemini-2.5-pro": {} },
        +      {
        +        id: "work",
        +        name: "work",
        +        workspace: "<home>/work",
        +        agentDir: "<home>/.openclaw/agents/work/agent",
        +        model: {
        +          primary: "google/gemini-2.5-pro"
        +        }
        +      },
    "#]].assert_eq(
        &world
            .config_diff()
            .replace(&world.home().display().to_string(), "<home>"),
    );
}

#[test]
fn what_cannot_be_an_agent_is_refused_and_makes_nothing() {
    let world = World::new().config(CONFIG);
    world.write("file", "");
    let before = world.files();
    for (arguments, expected) in [
        (
            vec!["HOME", "--workspace", "w"],
            expect![[r#"
            ---- stderr
            error: Agent "home" already exists.
              nothing was changed
            hint: choose another name; see the agents with `openclaw agents list`
            [exit 1]
        "#]],
        ),
        (
            vec!["main", "--workspace", "w"],
            expect![[r#"
            ---- stderr
            error: Agent "main" already exists.
              `main` is there without being added
              nothing was changed
            hint: choose another name; see the agents with `openclaw agents list`
            [exit 1]
        "#]],
        ),
        (
            vec!["?!", "--workspace", "w"],
            expect![[r#"
            ---- stderr
            error: "?!" has no letter or digit to make an id of
              nothing was changed
            hint: an id has letters, digits, `_` and `-`, as in `openclaw agents add work`
            [exit 1]
        "#]],
        ),
        (
            vec![
                "new",
                "--workspace",
                "w",
                "--model",
                "anthropic/claude-opus-4-6-turbo",
            ],
            expect![[r#"
                ---- stderr
                error: Unknown model: anthropic/claude-opus-4-6-turbo
                  not an alias, and not among the 42 models that `anthropic` lists
                  nothing was changed
                hint: did you mean `anthropic/claude-opus-4-6` or `anthropic/claude-opus-4-6-20260205` or `anthropic/claude-opus-4-0`?
                [exit 1]
            "#]],
        ),
        (
            vec!["new", "--workspace", "file/w"],
            expect![[r#"
            ---- stderr
            error: cannot add the agent
              caused by: cannot create <home>/file/w
              caused by: not a directory
              nothing was changed
            hint: '<home>/file/w' leads through a file where a folder should be: move that file away, or set OPENCLAW_STATE_DIR to a folder of your own
            [exit 1]
        "#]],
        ),
        (
            vec!["new", "--workspace", " "],
            expect![[r#"
            ---- stderr
            error: --workspace needs a folder
              nothing was changed
            hint: for example: --workspace ~/.openclaw/workspace-work
            [exit 1]
        "#]],
        ),
        (
            vec!["new"],
            expect![[r#"
            ---- stderr
            error: the following required arguments were not provided:
              --workspace <DIR>

            Usage: openclaw agents add --workspace <DIR> <NAME>

            For more information, try '--help'.
            [exit 1]
        "#]],
        ),
    ] {
        let output = world.run(&[vec!["agents", "add"], arguments].concat());
        output.failed();
        check(&output, &expected);
        assert_eq!(world.config_diff(), "");
        assert_eq!(world.files(), before);
    }
}

#[test]
fn the_list_says_what_is_in_effect_and_where_from() {
    let world = World::new()
        .config(CONFIG)
        .profile("anthropic:default", api_key("anthropic"))
        .profile("openai:default", api_key("openai"))
        .agent_profile("lab", "openai:default", api_key("openai"));
    world.write(
        "home-agent/auth-profiles.json",
        json!({"version": 1, "profiles": {"google:mine": api_key("google")}}).to_string(),
    );
    let before = world.files();
    check(
        &world.openclaw("agents list"),
        &expect![[r#"
        main
          Model:       anthropic/claude-opus-4-5 (alias opus)  (agents.defaults)
          Fallbacks:   openai/gpt-5.2  (agents.defaults)
          Workspace:   ~/shared  (agents.defaults)
          Agent dir:   ~/.openclaw/agents/main/agent
          Credentials: 2 of its own

        home "At home" (default)
          Model:       openai/gpt-5.2  (agents.list[1])
          Fallbacks:   openai/gpt-5.2  (agents.defaults)
          Workspace:   ~/shared  (agents.defaults)
          Agent dir:   ~/home-agent
          Credentials: 1 of its own, and 2 inherited from main

        lab
          Model:       anthropic/claude-opus-4-5 (alias opus)  (agents.defaults)
          Fallbacks:   none  (agents.list[2])
          Workspace:   ~/shared  (agents.defaults)
          Agent dir:   ~/.openclaw/agents/lab/agent
          Credentials: 1 of its own, and 1 inherited from main
    "#]],
    );
    check(
        &world.openclaw("agents list --json"),
        &expect![[r#"
            [
              {
                "id": "main",
                "name": null,
                "default": false,
                "index": 0,
                "model": "anthropic/claude-opus-4-5",
                "modelAlias": "opus",
                "modelSource": "defaults",
                "fallbacks": [
                  "openai/gpt-5.2"
                ],
                "fallbacksSource": "defaults",
                "workspace": "<home>/shared",
                "workspaceSource": "defaults",
                "agentDir": "<home>/.openclaw/agents/main/agent",
                "credentials": {
                  "own": 2,
                  "inherited": 0
                }
              },
              {
                "id": "home",
                "name": "At home",
                "default": true,
                "index": 1,
                "model": "openai/gpt-5.2",
                "modelAlias": null,
                "modelSource": "agent",
                "fallbacks": [
                  "openai/gpt-5.2"
                ],
                "fallbacksSource": "defaults",
                "workspace": "<home>/shared",
                "workspaceSource": "defaults",
                "agentDir": "<home>/home-agent",
                "credentials": {
                  "own": 1,
                  "inherited": 2
                }
              },
              {
                "id": "lab",
                "name": null,
                "default": false,
                "index": 2,
                "model": "anthropic/claude-opus-4-5",
                "modelAlias": "opus",
                "modelSource": "defaults",
                "fallbacks": [],
                "fallbacksSource": "agent",
                "workspace": "<home>/shared",
                "workspaceSource": "defaults",
                "agentDir": "<home>/.openclaw/agents/lab/agent",
                "credentials": {
                  "own": 1,
                  "inherited": 1
                }
              }
            ]
        "#]],
    );
    assert_eq!(world.files(), before);
}

#[test]
fn without_a_config_there_is_one_agent() {
    check(
        &World::new().openclaw("agents list"),
        &expect![[r#"
        main (default)
          Model:       anthropic/claude-opus-4-5  (built in; none is configured)
          Fallbacks:   none
          Workspace:   not set
          Agent dir:   ~/.openclaw/agents/main/agent
          Credentials: none stored
    "#]],
    );
}

#[test]
fn an_agent_is_removed_from_the_config_alone() {
    let world =
        World::new()
            .config(CONFIG)
            .agent_profile("lab", "openai:default", api_key("openai"));
    world.write(".openclaw/agents/lab/sessions/one.jsonl", "");
    check(
        &world.openclaw("agents remove lab"),
        &expect![[r#"
        ---- stderr
        error: cannot remove the agent without a terminal to ask at
          nothing was changed
        hint: openclaw agents remove lab --yes
        [exit 1]
    "#]],
    );
    assert_eq!(world.config_diff(), "");
    check(
        &world.openclaw("agents remove Lab --yes"),
        &expect![[r#"
        Updated ~/.openclaw/openclaw.json
        Agent lab removed
        These folders stay:
          Agent dir: ~/.openclaw/agents/lab/agent
          Sessions:  ~/.openclaw/agents/lab/sessions
    "#]],
    );
    expect![[r#"
        -      { id: "lab", model: { fallbacks: [] } },
    "#]]
    .assert_eq(&world.config_diff());
    for stays in ["agent/auth-profiles.json", "sessions/one.jsonl"] {
        assert!(
            world
                .path(&format!(".openclaw/agents/lab/{stays}"))
                .exists()
        );
    }
}

#[test]
fn what_moves_up_and_what_still_names_it_is_said() {
    let world = World::new().config(
        "{ agents: { list: [{ id: 'main' }, { id: 'a' }, { id: 'b' }] },\n  bindings: [{ agentId: 'A', match: {} }] }\n",
    );
    check(
        &world.openclaw("agents remove a --yes"),
        &expect![[r#"
        Updated ~/.openclaw/openclaw.json
        Agent a removed
        ---- stderr
        warning: `bindings[0]` still names the agent `a`
        note: `b` is now `agents.list[1]`
    "#]],
    );
    check(
        &world.openclaw("agents remove b --yes --json"),
        &expect![[r#"
            {
              "agentId": "b",
              "stays": {},
              "moved": [],
              "changed": true,
              "configPath": "<home>/.openclaw/openclaw.json"
            }
        "#]],
    );
    expect![[r#"
        { agents: { list: [{ id: 'main' }] },
          bindings: [{ agentId: 'A', match: {} }] }
    "#]]
    .assert_eq(&world.config_text());
}

#[test]
fn an_agent_that_others_rely_on_is_not_removed() {
    let world = World::new().config(CONFIG);
    for (id, expected) in [
        (
            "main",
            expect![[r#"
            ---- stderr
            error: Agent "main" cannot be removed: other agents use its credentials
              nothing was changed
            hint: take single settings back with `openclaw config unset`
            [exit 1]
        "#]],
        ),
        (
            "home",
            expect![[r#"
            ---- stderr
            error: Agent "home" cannot be removed: it is the default agent
              `agents.list[1].default` says so
              nothing was changed
            hint: make another the default first, such as `main`: openclaw config unset 'agents.list[1].default' && openclaw config set 'agents.list[0].default' true
            [exit 1]
        "#]],
        ),
        (
            "labb",
            expect![[r#"
            ---- stderr
            error: Unknown agent id "labb". Use "openclaw agents list" to see configured agents.
              nothing was changed
            hint: did you mean `lab`?
            [exit 1]
        "#]],
        ),
    ] {
        let output = world.openclaw(&format!("agents remove {id} --yes"));
        output.failed();
        check(&output, &expected);
        assert_eq!(world.config_diff(), "");
    }
    let first = World::new().config("{ agents: { list: [{ id: 'a' }, { id: 'b' }] } }");
    check(
        &first.openclaw("agents remove a --yes"),
        &expect![[r#"
        ---- stderr
        error: Agent "a" cannot be removed: it is the default agent
          it is the first of `agents.list`, and no other is marked
          nothing was changed
        hint: make another the default first, such as `b`: openclaw config set 'agents.list[1].default' true
        [exit 1]
    "#]],
    );
}

#[test]
fn at_a_terminal_it_asks_before_it_removes() {
    let world = World::new().config(CONFIG);
    let question = "Remove the agent lab from the config?";
    let mut pty = world.pty(&["agents", "remove", "lab"]);
    pty.wait_for(question).press(&["n", key::ENTER]);
    let ended = pty.end();
    assert_eq!(ended.code, 130, "{}", ended.screen);
    assert!(
        ended.screen.contains("nothing was changed"),
        "{}",
        ended.screen
    );
    let mut pty = world.pty(&["agents", "remove", "lab"]);
    pty.wait_for(question).press(&[key::CTRL_C]);
    assert_eq!(pty.end().code, 130);
    assert_eq!(world.config_diff(), "");
    let mut pty = world.pty(&["agents", "remove", "lab"]);
    pty.wait_for(question).press(&["y", key::ENTER]);
    let ended = pty.end();
    assert_eq!(ended.code, 0, "{}", ended.screen);
    assert!(
        ended.screen.contains("Agent lab removed"),
        "{}",
        ended.screen
    );
    assert!(!world.config_text().contains("lab"));
}
