//! The commands that are said to mend.

use expect_test::{expect, expect_file};
use openclaw_tests::Sandbox;

use super::{STORE, found, models, set_mode};
use crate::surface::{misunderstood, words};

#[test]
fn every_command_that_mends_is_one_of_ours_or_of_the_system() {
    let world = models();
    let value = world.openclaw("doctor --json").json();
    let mut ours = 0;
    for finding in value["findings"].as_array().unwrap() {
        let Some(command) = finding["command"].as_str() else {
            continue;
        };
        let words = words(command);
        match words[0].as_str() {
            "openclaw" => {
                ours += 1;
                assert_eq!(misunderstood(&world, &words[1..]), None, "{command}");
            }
            other => assert!(["chmod", "mv", "ollama"].contains(&other), "{command}"),
        }
    }
    assert!(ours > 5, "{value:#}");
}

/// Runs the commands that mend, round by round, until none of them is new.
fn mend(world: &Sandbox) {
    let mut done: Vec<String> = Vec::new();
    for _round in 0..40 {
        let value = world.openclaw("doctor --json").json();
        let commands = value["findings"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|finding| finding["command"].as_str())
            // These ask for a secret.
            .filter(|command| !command.contains("paste-token") && !command.contains("auth add"));
        let Some(next) = commands
            .map(str::to_owned)
            .find(|command| !done.contains(command))
        else {
            return;
        };
        let ours = next.strip_prefix("openclaw ");
        let line = ours.map_or_else(|| next.clone(), |rest| format!("\"$OPENCLAW\" {rest}"));
        let output = world.shell(&line);
        assert_eq!(output.code, Some(0), "{next}: {output}");
        done.push(next);
    }
    panic!("there is no end of it: {done:#?}");
}

#[test]
fn what_is_said_to_mend_mends() {
    let world = models().private();
    set_mode(&world.path(STORE), 0o644);
    world.write(".openclaw/agents/main/agent/auth.json", "{}");
    mend(&world);
    found(
        &world,
        &expect![[r#"
        warning credential-missing: agent `main` uses a model of `google`, and there is no credential for it
        note fallbacks-share-account: the fallback `openai/gpt-5.2` of agent `work` uses the one account of `openai` that the primary uses, so they fail together
    "#]],
    );
    expect_file!["expected/mending.what_is_said_to_mend_mends.txt"].assert_eq(&world.config_text());
}
