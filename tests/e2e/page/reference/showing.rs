//! `models status` and `models list`

use expect_test::expect;
use openclaw_tests::{Console, World};
use serde_json::Value;

use super::super::{no_key_in, vendors};
use super::furnished;
use crate::{check, steady};

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
    no_key_in(console.transcript());
    expect![[r#"
        $ openclaw models
        Primary Model:   anthropic/claude-opus-4-5 (built in; none is configured)
        Image Model:     none
        Fallbacks:       none
        Image Fallbacks: none

        Auth Profiles:
          anthropic
            anthropic:default  api-key  active  sk-ant-a…AAAA
            anthropic:work     token    active  expires in 30 d (2026-02-14); sk-ant-o…TTTT
          openai (not in use)
            openai:default     api-key  active  sk-proj-…OOOO

        Auth Order:
          anthropic  anthropic:default, anthropic:work  (not set: they take turns)
          openai     openai:default
        $ openclaw models status --plain
        anthropic/claude-opus-4-5
        $ openclaw models status --check > /dev/null || echo "Auth needs refresh"
    "#]]
    .assert_eq(console.transcript());
}

#[test]
fn probes_as_documented() {
    let vendors = vendors();
    let world = furnished(&vendors);
    let console = Console::new(&world);
    check(
        &steady(console.unseen("openclaw models status --probe --probe-provider anthropic")),
        &expect![[r#"
            Primary Model:   anthropic/claude-opus-4-5 (built in; none is configured)
            Image Model:     none
            Fallbacks:       none
            Image Fallbacks: none

            Auth Profiles:
              anthropic
                anthropic:default  api-key  active  sk-ant-a…AAAA
                anthropic:work     token    active  expires in 30 d (2026-02-14); sk-ant-o…TTTT
              openai (not in use)
                openai:default     api-key  active  sk-proj-…OOOO

            Auth Order:
              anthropic  anthropic:default, anthropic:work  (not set: they take turns)
              openai     openai:default

            Auth Probes:
              anthropic/claude-opus-4-5  anthropic:work     ok  <n> ms; model answered; 13 tokens
              anthropic/claude-opus-4-5  anthropic:default  ok  <n> ms; model answered; 13 tokens
              Probed 2 targets in <n> ms
        "#]],
    );
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
    expect![[r#"
        $ openclaw models list --provider anthropic
        Model                        Context  Out   $/M in/out  Thinks  Input  Auth  Tags
        anthropic/claude-opus-4-5    200k     64k   $5/$25      yes     TIF    yes   default
        anthropic/claude-sonnet-5    1M       128k  $2/$10      yes     TIF    yes
        anthropic/claude-fable-5     1M       128k  $10/$50     yes     TIF    yes
        anthropic/claude-opus-4-8    1M       128k  $5/$25      yes     TIF    yes
        anthropic/claude-opus-4-7    1M       128k  $5/$25      yes     TIF    yes
        anthropic/claude-sonnet-4-6  1M       128k  $3/$15      yes     TIF    yes
        anthropic/claude-opus-4-6    1M       128k  $5/$25      yes     TIF    yes
        anthropic/claude-haiku-4-5   200k     64k   $1/$5       yes     TIF    yes
        anthropic/claude-sonnet-4-5  1M       64k   $3/$15      yes     TIF    yes   retires 2026-11-30
        anthropic/claude-fable-5-1   1M       128k  $10/$50     yes     TI     yes
        anthropic/claude-fable-5-2   1M       128k  $8/$40      yes     TI     yes
        anthropic/claude-haiku-5-5   1M       128k  $0.1/$0.5   yes     TI     yes
        anthropic/claude-mythos-5    1M       128k  $10/$50     yes     TIF    yes
        anthropic/claude-mythos-5-1  1M       128k  $10/$50     yes     TIF    yes
        anthropic/claude-opus-5      1M       128k  $5/$25      yes     TIF    yes
        anthropic/claude-opus-5-5    1M       128k  $4/$20      yes     TI     yes
        anthropic/claude-sonnet-5-5  1M       128k  $2/$10      yes     TI     yes

        Input: T text, I image, A audio, V video, F file
        ---- stderr
        note: older and special models are left out; `--all` shows 25 more
    "#]].assert_eq(console.transcript());
}

/// A home without base URLs of its own: in the others every vendor is on loopback, so all is local.
#[test]
fn local_models_are_those_of_local_servers() {
    let world = World::new();
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
        eprintln!("skipped: jq is not installed; `.ci/run` installs it");
        return;
    }
    console.run("openclaw models status --json | jq '.authProfiles.anthropic[]'");
    no_key_in(console.transcript());
    expect![[r#"
        $ openclaw models status --json | jq '.authProfiles.anthropic[]'
        {
          "id": "anthropic:default",
          "provider": "anthropic",
          "mode": "api-key",
          "status": "active",
          "expiresAt": null,
          "expires": null,
          "remainingMs": null,
          "email": null,
          "label": "sk-ant-a…AAAA",
          "refused": false,
          "cooldowns": [],
          "inOrder": true
        }
        {
          "id": "anthropic:work",
          "provider": "anthropic",
          "mode": "token",
          "status": "active",
          "expiresAt": 1771070400000,
          "expires": "2026-02-14T12:00:00Z",
          "remainingMs": 2592000000,
          "email": null,
          "label": "sk-ant-o…TTTT",
          "refused": false,
          "cooldowns": [],
          "inOrder": true
        }
    "#]]
    .assert_eq(console.transcript());
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
    expect![[r#"
        {
          "key": "anthropic/claude-opus-4-5",
          "name": "Claude Opus 4.5 (latest)",
          "provider": "anthropic",
          "id": "claude-opus-4-5",
          "contextWindow": 200000,
          "maxOutput": 64000,
          "cost": {
            "input": 5.0,
            "output": 25.0,
            "cacheRead": 0.5,
            "cacheWrite": 6.25
          },
          "reasoning": true,
          "input": [
            "text",
            "image",
            "file"
          ],
          "local": true,
          "available": true,
          "tags": [
            "default"
          ],
          "alias": null,
          "missing": false,
          "suggestions": [],
          "live": null,
          "status": "active",
          "released": "2025-11-24",
          "retires": null,
          "parametersB": null,
          "sources": [
            "pi@2026-11",
            "pi@2026-05",
            "pi@2026-02",
            "models.dev@2026-08",
            "models.dev@2026-07",
            "litellm@2026-11",
            "litellm@2026-02"
          ]
        }
    "#]]
    .assert_eq(&format!("{:#}\n", row.unwrap()));
}
