//! `models status` and `models list`

use expect_test::{expect, expect_file};
use openclaw_tests::{Console, Sandbox};
use serde_json::Value;

use super::super::{told, vendors};
use super::furnished;
use crate::steady;

#[test]
fn status_in_every_documented_form() {
    let vendors = vendors();
    let world = furnished(&vendors);
    let mut console = Console::new(&world);
    let usual = console.run("openclaw models");
    assert_eq!(console.unseen("openclaw models status"), usual);
    console.run("openclaw models status --plain");
    assert_eq!(
        console.unseen("openclaw models status --check").code,
        Some(0)
    );
    console.run("openclaw models status --check > /dev/null || echo \"Auth needs refresh\"");
    let json = console.unseen("openclaw models status --json").json();
    assert_eq!(
        json["authProfiles"]["anthropic"].as_array().unwrap().len(),
        2
    );
    told(
        &console,
        &expect_file!["expected/showing.status_in_every_documented_form.txt"],
    );
}

#[test]
fn probes_as_documented() {
    let vendors = vendors();
    let world = furnished(&vendors);
    let console = Console::new(&world);
    steady(console.unseen("openclaw models status --probe --probe-provider anthropic"))
        .is(expect_file!["expected/showing.probes_as_documented.txt"]);
    let of_one =
        console.unseen("openclaw models status --probe --probe-profile \"anthropic:work\" --json");
    let results = of_one.json()["auth"]["probes"]["results"].clone();
    assert_eq!(results.as_array().map(Vec::len), Some(1), "{results}");
    assert_eq!(results[0]["profileId"], "anthropic:work");
    assert_eq!(results[0]["status"], "ok");
}

#[test]
fn list_in_every_documented_form() {
    let vendors = vendors();
    let world = furnished(&vendors);
    let mut console = Console::new(&world);
    console.run("openclaw models list --provider anthropic");
    let keys = |line: &str| -> Vec<String> {
        let rows = console.unseen(line).json();
        let rows = rows.as_array().expect("an array of model objects").clone();
        let key = |row: &Value| row["key"].as_str().unwrap().to_owned();
        rows.iter().map(key).collect()
    };
    let recommended = keys("openclaw models list --json");
    let all = keys("openclaw models list --all --json");
    assert!(recommended.iter().all(|key| all.contains(key)));
    assert!(all.len() > recommended.len());
    for line in [
        "openclaw models list",
        "openclaw models list --all",
        "openclaw models list --plain",
    ] {
        let output = console.unseen(line);
        assert_eq!(output.code, Some(0), "{output}");
        assert!(
            output.stdout.contains("anthropic/claude-opus-4-5"),
            "{output}"
        );
    }
    told(
        &console,
        &expect_file!["expected/showing.list_in_every_documented_form.txt"],
    );
}

/// A home without base URLs of its own: in the others every vendor is on loopback, so all is local.
#[test]
fn local_models_are_those_of_local_servers() {
    let world = Sandbox::new();
    let mut console = Console::new(&world);
    console.run("openclaw models list --local");
    console.run("openclaw models list --local --json");
    expect![[r#"
        $ openclaw models list --local
        No models found.
        What a server has shows when it is asked: openclaw models list --local --refresh
        $ openclaw models list --local --json
        []
    "#]]
    .assert_eq(console.transcript());
}

/// The pipes into jq, which `.ci/run` installs. Without it they are not tried, and that is said.
#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "CI says that it is CI this way only"
)]
fn what_is_printed_can_be_piped_into_jq() {
    let vendors = vendors();
    let world = furnished(&vendors);
    let mut console = Console::new(&world);
    if console.unseen("command -v jq").code != Some(0) {
        assert!(
            std::env::var_os("CI").is_none(),
            "jq is not installed, and on CI it has to be"
        );
        openclaw_tests::skipped("jq is not installed");
        return;
    }
    console.run("openclaw models status --json | jq '.authProfiles.anthropic[]'");
    told(
        &console,
        &expect_file!["expected/showing.what_is_printed_can_be_piped_into_jq.txt"],
    );
    let reasoning = console
        .unseen("openclaw models list --json | jq '.[] | select(.reasoning == true) | .key'");
    assert!(
        reasoning.stdout.contains("\"anthropic/claude-opus-4-5\""),
        "{reasoning}"
    );
}

#[test]
fn every_documented_field_of_a_model_is_there() {
    let vendors = vendors();
    let world = furnished(&vendors);
    let rows = Console::new(&world)
        .unseen("openclaw models list --all --json --provider anthropic")
        .json();
    let rows = rows.as_array().unwrap();
    let row = rows
        .iter()
        .find(|row| row["key"] == "anthropic/claude-opus-4-5");
    expect_file!["expected/showing.every_documented_field_of_a_model_is_there.txt"]
        .assert_eq(&format!("{:#}\n", row.unwrap()));
}
