//! `openclaw agents`: entries of the config and the folders they name.

use expect_test::{expect, expect_file};
use openclaw_tests::Sandbox;
use openclaw_tests::pty::key;
use serde_json::json;

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
    let world = Sandbox::new().profile("anthropic:default", api_key("anthropic"));
    world.shell("$OPENCLAW agents add work --workspace ~/.openclaw/workspace-work").is(expect![[r#"
        Updated ~/.openclaw/openclaw.json
        Agent:     work (agents.list[1])
        Workspace: ~/.openclaw/workspace-work (created)
        Agent dir: ~/.openclaw/agents/work/agent (created)
        Sessions:  ~/.openclaw/agents/work/sessions (created)
        ---- stderr
        note: it uses the credentials of `main` until there are some in ~/.openclaw/agents/work/agent/auth-profiles.json
    "#]]);
    world
        .shell(r#"$OPENCLAW config set agents.list[1].model.primary "openai/gpt-5.2""#)
        .is(expect![[r#"
            Updated ~/.openclaw/openclaw.json
            agents.list[1].model.primary = "openai/gpt-5.2"
        "#]]);
    world
        .shell(r#"$OPENCLAW config set agents.list[1].model.fallbacks '["google/gemini-2.5-pro"]'"#)
        .is(expect![[r#"
            Updated ~/.openclaw/openclaw.json
            agents.list[1].model.fallbacks = ["google/gemini-2.5-pro"]
        "#]]);
    expect_file!["expected/agents.the_documented_workflow_works_as_written.txt"].assert_eq(
        &world
            .config_text()
            .replace(&world.home().display().to_string(), "<home>"),
    );
    // The folder is there, so that a copy of credentials can be put into it.
    let copied = world.shell(
        "cp ~/.openclaw/agents/main/agent/auth-profiles.json \\\n   ~/.openclaw/agents/work/agent/auth-profiles.json",
    );
    assert_eq!(copied.ok(), "");
    world.openclaw("agents list").is(expect_file![
        "expected/agents.the_documented_workflow_works_as_written.2.txt"
    ]);
}

#[test]
#[cfg(unix)]
fn the_folders_are_for_their_owner_alone_and_what_is_there_stays() {
    use std::os::unix::fs::PermissionsExt as _;
    let world = Sandbox::new();
    world.write("open/notes.txt", "mine");
    let mode = |name: &str| {
        let metadata = std::fs::metadata(world.path(name)).unwrap();
        metadata.permissions().mode() & 0o777
    };
    let before = mode("open");
    world
        .run(&[
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
        ])
        .is(expect![[r#"
            {
              "agentId": "lab-rat",
              "index": 1,
              "workspace": "<home>/open",
              "agentDir": "<home>/rat",
              "sessionsDir": "<home>/.openclaw/agents/lab-rat/sessions",
              "model": "openai/gpt-5.2",
              "changed": true,
              "configPath": "<home>/.openclaw/openclaw.json",
              "warnings": [],
              "notes": [
                "it uses the credentials of `main` until there are some in ~/rat/auth-profiles.json"
              ]
            }
        "#]]);
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
    let world = Sandbox::new().config(CONFIG);
    world
        .openclaw("agents add work --workspace ~/work --model google/gemini-2.5-pro")
        .is(expect_file![
            "expected/agents.an_agent_is_added_beside_those_that_are_there.txt"
        ]);
    expect_file!["expected/agents.an_agent_is_added_beside_those_that_are_there.2.txt"].assert_eq(
        &world
            .config_diff()
            .replace(&world.home().display().to_string(), "<home>"),
    );
}

#[test]
fn what_cannot_be_an_agent_is_refused_and_makes_nothing() {
    let world = Sandbox::new().config(CONFIG);
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
                hint: an id has letters, digits, `_` and `-`, as in `openclaw agents add work --workspace ~/work`
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
                hint: did you mean `anthropic/claude-opus-4-6` or `anthropic/claude-opus-4-6-20260205` or `anthropic/claude-opus-4-0`? `openclaw agents add new --workspace w --model anthropic/claude-opus-4-6`
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
                hint: <home>/file/w leads through a file where a folder should be: move that file away, or set OPENCLAW_STATE_DIR to a folder of your own
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
                  usage: openclaw agents add --workspace <DIR> <NAME>
                hint: see `openclaw agents add --help`
                [exit 1]
            "#]],
        ),
    ] {
        let output = world.run(&[vec!["agents", "add"], arguments].concat());
        output.failed();
        output.is(expected);
        assert_eq!(world.config_diff(), "");
        assert_eq!(world.files(), before);
    }
}

#[test]
fn the_list_says_what_is_in_effect_and_where_from() {
    let world = Sandbox::new()
        .config(CONFIG)
        .profile("anthropic:default", api_key("anthropic"))
        .profile("openai:default", api_key("openai"))
        .agent_profile("lab", "openai:default", api_key("openai"));
    world.write(
        "home-agent/auth-profiles.json",
        json!({"version": 1, "profiles": {"google:mine": api_key("google")}}).to_string(),
    );
    let before = world.files();
    world.openclaw("agents list").is(expect_file![
        "expected/agents.the_list_says_what_is_in_effect_and_where_from.txt"
    ]);
    world.openclaw("agents list --json").is(expect_file![
        "expected/agents.the_list_says_what_is_in_effect_and_where_from.2.txt"
    ]);
    assert_eq!(world.files(), before);
}

#[test]
fn without_a_config_there_is_one_agent() {
    Sandbox::new().openclaw("agents list").is(expect![[r#"
        main (default)
          Model:       anthropic/claude-opus-4-5  (default)
          Fallbacks:   none
          Workspace:   not set
          Agent dir:   ~/.openclaw/agents/main/agent
          Credentials: none stored
    "#]]);
}

#[test]
fn an_agent_is_removed_from_the_config_alone() {
    let world =
        Sandbox::new()
            .config(CONFIG)
            .agent_profile("lab", "openai:default", api_key("openai"));
    world.write(".openclaw/agents/lab/sessions/one.jsonl", "");
    world.openclaw("agents remove lab").is(expect![[r#"
        ---- stderr
        error: cannot remove the agent: not a terminal, so nothing can be asked
          nothing was changed
        hint: openclaw agents remove lab --yes
        [exit 1]
    "#]]);
    assert_eq!(world.config_diff(), "");
    world.openclaw("agents remove Lab --yes").is(expect![[r#"
        Updated ~/.openclaw/openclaw.json
        Agent lab removed
        These folders stay:
          Agent dir: ~/.openclaw/agents/lab/agent
          Sessions:  ~/.openclaw/agents/lab/sessions
    "#]]);
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
    let world = Sandbox::new().config(
        "{ agents: { list: [{ id: 'main' }, { id: 'a' }, { id: 'b' }] },\n  bindings: [{ agentId: 'A', match: {} }] }\n",
    );
    world.openclaw("agents remove a --yes").is(expect![[r#"
        Updated ~/.openclaw/openclaw.json
        Agent a removed
        ---- stderr
        warning: `bindings[0]` still names the agent `a`
        note: `b` is now `agents.list[1]`
    "#]]);
    world
        .openclaw("agents remove b --yes --json")
        .is(expect![[r#"
            {
              "agentId": "b",
              "keptFolders": {},
              "moved": [],
              "changed": true,
              "configPath": "<home>/.openclaw/openclaw.json",
              "warnings": [],
              "notes": []
            }
        "#]]);
    expect![[r#"
        { agents: { list: [{ id: 'main' }] },
          bindings: [{ agentId: 'A', match: {} }] }
    "#]]
    .assert_eq(&world.config_text());
}

#[test]
fn an_agent_that_others_rely_on_is_not_removed() {
    let world = Sandbox::new().config(CONFIG);
    for (id, expected) in [
        (
            "main",
            expect![[r#"
                ---- stderr
                error: Agent "main" cannot be removed: other agents use its credentials
                  nothing was changed
                hint: take single settings back instead; see them with `openclaw config list`
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
        output.is(expected);
        assert_eq!(world.config_diff(), "");
    }
    let first = Sandbox::new().config("{ agents: { list: [{ id: 'a' }, { id: 'b' }] } }");
    first.openclaw("agents remove a --yes").is(expect![[r#"
        ---- stderr
        error: Agent "a" cannot be removed: it is the default agent
          it is the first of `agents.list`, and no other is marked
          nothing was changed
        hint: make another the default first, such as `b`: openclaw config set 'agents.list[1].default' true
        [exit 1]
    "#]]);
}

#[test]
fn at_a_terminal_it_asks_before_it_removes() {
    let world = Sandbox::new().config(CONFIG);
    let question = "Remove the agent lab from the config?";
    let mut pty = world.pty(&["agents", "remove", "lab"]);
    pty.wait_for(question).press(&["n", key::ENTER]);
    let ended = pty.end();
    ended.assert_code(130);
    ended.assert_shows("nothing was changed");
    let mut pty = world.pty(&["agents", "remove", "lab"]);
    pty.wait_for(question).press(&[key::CTRL_C]);
    pty.end().assert_code(130);
    assert_eq!(world.config_diff(), "");
    let mut pty = world.pty(&["agents", "remove", "lab"]);
    pty.wait_for(question).press(&["y", key::ENTER]);
    let ended = pty.end();
    ended.assert_code(0);
    ended.assert_shows("Agent lab removed");
    assert!(!world.config_text().contains("lab"));
}
