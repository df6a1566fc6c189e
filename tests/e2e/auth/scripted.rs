//! `openclaw models auth add` and `setup-token` without a terminal: nothing is asked, and what cannot
//! be used changes nothing.

use std::fmt::Write as _;

use expect_test::{expect, expect_file};
use openclaw_tests::{FIXED_TIME_MS, Output, Sandbox, canary};
use openclaw_upstream::{Reply, anthropic};
use serde_json::json;

use super::{DAY_MS, answering, key, snapshot, store, token};
use crate::steady;

const OPENAI: &str = "sk-proj-Canary9xTCanary9xTCanary9xTCanary9xT0123";

/// Runs a command of `models auth` with a secret on its standard input.
fn auth(world: &Sandbox, arguments: &str, stdin: &str) -> Output {
    let arguments: Vec<&str> = ["models", "auth"]
        .into_iter()
        .chain(arguments.split_whitespace())
        .collect();
    let output = world.run_with(&arguments, stdin);
    let said = output.to_string();
    for secret in [key("work"), token(), OPENAI.to_owned()] {
        assert_eq!(canary::traces(&secret, said.as_bytes()), [""; 0], "{said}");
    }
    output
}

/// Runs commands of `models auth` with what is on their standard input, each in a home of its own.
/// All are to be refused and to change nothing; returns what was typed and said.
#[track_caller]
fn refused(commands: &[(&str, &str)]) -> String {
    let mut said = String::new();
    for (arguments, stdin) in commands {
        let world = Sandbox::new().config("{ /* mine */ }\n");
        let before = snapshot(&world);
        let output = auth(&world, arguments, stdin);
        output.failed();
        assert_eq!(snapshot(&world), before);
        let typed = arguments.replace(OPENAI, "<key>");
        let _infallible = write!(said, "$ openclaw models auth {typed}\n{output}");
    }
    said
}

#[test]
fn a_key_is_read_from_standard_input_or_a_variable() {
    let world = Sandbox::new();
    let arguments = "add --provider anthropic --method api-key --stdin";
    auth(&world, arguments, &format!("{}\r\n", key("work"))).is(expect![[r#"
        Updated ~/.openclaw/agents/main/agent/auth-profiles.json
        Auth profile: anthropic:default (anthropic/api-key)
        Next: openclaw models run "Say hello"
    "#]]);
    let world = world.env("CI_KEY", OPENAI);
    let arguments =
        "add --provider openai --method api-key --from-env CI_KEY --profile-id openai:ci --json";
    let output = auth(&world, arguments, "");
    output.is(expect_file![
        "expected/scripted.a_key_is_read_from_standard_input_or_a_variable.txt"
    ]);
    let profiles = &store(&world)["profiles"];
    assert_eq!(
        *profiles,
        json!({
            "anthropic:default": { "type": "api_key", "provider": "anthropic", "key": key("work") },
            "openai:ci": { "type": "api_key", "provider": "openai", "key": OPENAI },
        })
    );
}

#[test]
fn a_token_gets_the_expiry_that_its_vendor_documents_unless_another_is_given() {
    let world = Sandbox::new();
    auth(&world, "add --provider anthropic --stdin", &token()).ok();
    let arguments = "add --provider anthropic --method setup-token --stdin --profile-id anthropic:x --expires-in 12h";
    auth(&world, arguments, &token()).ok();
    let profiles = &store(&world)["profiles"];
    let expires = |id: &str| {
        profiles[id]["expires"]
            .as_u64()
            .map(|at| at - FIXED_TIME_MS)
    };
    assert_eq!(expires("anthropic:default"), Some(365 * DAY_MS));
    assert_eq!(expires("anthropic:x"), Some(DAY_MS / 2));
}

#[test]
fn an_order_is_made_or_kept_with_the_place_that_was_wanted() {
    let world = Sandbox::new().config("{\n  // mine\n}\n");
    let add = |arguments: &str| {
        let arguments = format!("add --provider anthropic --stdin {arguments}");
        auth(&world, &arguments, &key("work"))
    };
    add("--profile-id anthropic:a").ok();
    add("--profile-id anthropic:b --order last");
    expect![[r#"
        +  "auth": {
        +    "order": {
        +      "anthropic": ["anthropic:a", "anthropic:b"]
        +    }
        +  }
    "#]]
    .assert_eq(&world.config_diff());
    add("--profile-id anthropic:c --order first");
    add("--profile-id anthropic:d --order last");
    add("--profile-id anthropic:e").is(expect![[r#"
        Updated ~/.openclaw/agents/main/agent/auth-profiles.json
        Updated ~/.openclaw/openclaw.json
        Auth profile: anthropic:e (anthropic/api-key)
        Next: openclaw models run "Say hello"
        ---- stderr
        note: it is now first in the auth order of its provider
    "#]]);
    expect![[r#"
        -      "anthropic": ["anthropic:a", "anthropic:b"]
        +      "anthropic": ["anthropic:e", "anthropic:c", "anthropic:a", "anthropic:b", "anthropic:d"]
    "#]]
    .assert_eq(&world.config_diff());
}

#[test]
fn one_agent_alone_may_have_it() {
    let world = Sandbox::new().config("{ agents: { list: [{ id: \"work\" }] } }\n");
    let arguments = "add --provider openai --stdin --agent work";
    auth(&world, arguments, OPENAI).ok();
    assert_eq!(
        world.files(),
        [
            ".openclaw/agents/work/agent/auth-profiles.json",
            ".openclaw/agents/work/agent/auth-profiles.json.lock",
            ".openclaw/openclaw.json",
        ]
    );
}

#[test]
fn what_is_missing_or_unknown_is_named() {
    let said = refused(&[
        ("add", ""),
        ("add --stdin", &key("work")),
        ("add --provider anthropc --stdin", &key("work")),
        ("add --provider openai --method token --stdin", OPENAI),
        ("add --provider openai --method magic --stdin", OPENAI),
        ("add --provider anthropic --method oauth --stdin", &token()),
        ("add --provider openai --stdin --agent nobody", OPENAI),
        ("add --provider openai --stdin --expires-in soon", OPENAI),
        ("add --provider openai --stdin --order middle", OPENAI),
        ("add --provider openai --stdin --from-env KEY", OPENAI),
        ("add --provider openai --stdin", ""),
    ]);
    expect_file!["expected/scripted.what_is_missing_or_unknown_is_named.txt"].assert_eq(&said);
}

#[test]
fn a_variable_that_is_not_set_is_named_but_a_key_in_its_place_is_not() {
    let said = refused(&[
        ("add --provider openai --from-env CI_KEY", ""),
        (&format!("add --provider openai --from-env {OPENAI}"), ""),
    ]);
    expect_file![
        "expected/scripted.a_variable_that_is_not_set_is_named_but_a_key_in_its_place_is_not.txt"
    ]
    .assert_eq(&said);
}

#[test]
fn a_key_that_stands_on_the_command_line_is_not_repeated() {
    let world = Sandbox::new();
    for arguments in ["add", "paste-token --provider openai", "add --json --key"] {
        let arguments = format!("{arguments} {OPENAI}");
        let output = auth(&world, &arguments, "");
        output.failed();
    }
    let output = auth(&world, &format!("setup-token --token={}", token()), "");
    output.failed();
}

#[test]
fn a_secret_of_another_form_or_vendor_is_refused_with_the_reason() {
    let said = refused(&[
        (
            "add --provider anthropic --stdin",
            &format!("Bearer {}", key("work")),
        ),
        ("add --provider anthropic --stdin", OPENAI),
        ("add --provider openai --stdin", &key("work")),
        ("paste-token --provider google", OPENAI),
        (
            "add --provider anthropic --method api-key --stdin",
            &token(),
        ),
        (
            "add --provider anthropic --stdin",
            &token().replace("oat01", "ort01"),
        ),
    ]);
    expect_file![
        "expected/scripted.a_secret_of_another_form_or_vendor_is_refused_with_the_reason.txt"
    ]
    .assert_eq(&said);
}

#[test]
fn a_provider_at_another_address_takes_what_that_wants() {
    let config = "{ models: { providers: { anthropic: { baseUrl: \"https://proxy.test\" } } } }\n";
    let world = Sandbox::new().config(config);
    let arguments = "add --provider anthropic --method api-key --stdin";
    auth(&world, arguments, OPENAI).is(expect![[r#"
        Updated ~/.openclaw/agents/main/agent/auth-profiles.json
        Auth profile: anthropic:default (anthropic/api-key)
        Next: openclaw models run "Say hello"
        ---- stderr
        warning: this does not look like a credential of anthropic (expected API key: sk-ant-api03-…); it was stored anyway
    "#]]);
}

#[test]
fn a_profile_of_another_provider_is_not_overwritten() {
    let other = json!({ "type": "api_key", "provider": "google", "key": "k" });
    let world = Sandbox::new().profile("mine", other);
    let before = snapshot(&world);
    let output = auth(
        &world,
        "add --provider openai --stdin --profile-id mine",
        OPENAI,
    );
    output.is(expect![[r#"
        ---- stderr
        error: the auth profile `mine` is for google, not openai
          nothing was stored
        hint: choose another id, such as `--profile-id openai:default`
        [exit 1]
    "#]]);
    assert_eq!(snapshot(&world), before);
}

#[test]
fn a_setup_token_is_kept_with_its_expiry_and_replaced_with_leave() {
    let world = Sandbox::new();
    auth(&world, "setup-token", &token()).is(expect![[r#"
        Updated ~/.openclaw/agents/main/agent/auth-profiles.json
        Auth profile: anthropic:manual (anthropic/token), expires in 365 d (2027-01-15)
        Next: openclaw models run "Say hello"
    "#]]);
    let before = snapshot(&world);
    auth(&world, "setup-token", &token()).is(expect![[r#"
        ---- stderr
        error: cannot replace `anthropic:manual` (token, expires in 365 d): not a terminal, so nothing can be asked
          nothing was changed
        hint: to replace it: `openclaw models auth setup-token --provider anthropic --yes`
        [exit 1]
    "#]]);
    assert_eq!(snapshot(&world), before);
    let output = auth(&world, "setup-token --provider anthropic --yes", &token());
    output.is(expect![[r#"
        Updated ~/.openclaw/agents/main/agent/auth-profiles.json
        Auth profile: anthropic:manual (anthropic/token), expires in 365 d (2027-01-15)
        Next: openclaw models run "Say hello"
        ---- stderr
        note: the credential that `anthropic:manual` held before was replaced
    "#]]);
    assert_eq!(
        store(&world)["profiles"],
        json!({ "anthropic:manual": {
            "type": "token", "provider": "anthropic", "token": token(),
            "expires": FIXED_TIME_MS + 365 * DAY_MS,
        }})
    );
}

#[test]
fn an_expired_token_is_replaced_without_being_asked() {
    let old = json!({
        "type": "token", "provider": "anthropic", "token": "old", "expires": FIXED_TIME_MS - 1,
    });
    let world = Sandbox::new().profile("anthropic:manual", old);
    let output = auth(&world, "setup-token --provider anthropic", &token());
    output.is(expect![[r#"
        Updated ~/.openclaw/agents/main/agent/auth-profiles.json
        Auth profile: anthropic:manual (anthropic/token), expires in 365 d (2027-01-15)
        Next: openclaw models run "Say hello"
        ---- stderr
        note: the credential that `anthropic:manual` held before was replaced
    "#]]);
}

#[test]
fn what_is_no_setup_token_is_refused_with_the_reason() {
    let said = refused(&[
        ("setup-token", &token()[..60]),
        ("setup-token", "gibberish"),
        ("setup-token", &key("work")),
        ("setup-token", &format!("{} x", token())),
        ("setup-token --yes", ""),
        ("setup-token --provider openai", OPENAI),
    ]);
    expect_file!["expected/scripted.what_is_no_setup_token_is_refused_with_the_reason.txt"]
        .assert_eq(&said);
}

#[test]
fn failures_are_data_where_data_was_asked_for() {
    let output = auth(&Sandbox::new(), "setup-token --json", "gibberish");
    let error: serde_json::Value = serde_json::from_str(output.failed()).unwrap();
    assert_eq!(error["error"]["code"], "auth");
    let output = auth(&Sandbox::new(), "add --json", "");
    let error: serde_json::Value = serde_json::from_str(output.failed()).unwrap();
    assert_eq!(error["error"]["code"], "input");
}

/// Adds a key with `--check` where the vendor answers so.
fn checked(reply: Reply) -> (Sandbox, Output) {
    let (world, _upstream) = answering(reply);
    let arguments = "add --provider anthropic --method api-key --stdin --check";
    let output = steady(auth(&world, arguments, &key("work")));
    (world, output)
}

#[test]
fn a_check_that_proves_the_key_is_told() {
    let (world, output) = checked(anthropic::models(&["claude-opus-4-5"]));
    output.is(expect![[r#"
        Updated ~/.openclaw/agents/main/agent/auth-profiles.json
        Auth profile: anthropic:default (anthropic/api-key)
        Checked: key accepted (<n> ms)
        Next: openclaw models run "Say hello"
    "#]]);
    assert_eq!(
        store(&world)["profiles"]["anthropic:default"]["key"],
        key("work")
    );
}

#[test]
fn a_key_that_is_refused_is_not_stored() {
    let refusal = anthropic::error(401, "authentication_error", "invalid x-api-key");
    let (world, output) = checked(refusal);
    output.is(expect![[r#"
        ---- stderr
        error: anthropic refused this credential
          unauthorized (401): invalid x-api-key
          nothing was stored
        [exit 1]
    "#]]);
    assert_eq!(world.read(super::STORE), None);
}

#[test]
fn a_check_that_proves_nothing_is_said_and_the_key_is_stored() {
    let (world, output) = checked(anthropic::error(529, "overloaded_error", "Overloaded"));
    output.is(expect![[r#"
        Updated ~/.openclaw/agents/main/agent/auth-profiles.json
        Auth profile: anthropic:default (anthropic/api-key)
        Next: openclaw models run "Say hello"
        ---- stderr
        warning: the check did not prove that it works: overloaded (529): Overloaded; it was stored anyway
    "#]]);
    assert_eq!(
        store(&world)["profiles"]["anthropic:default"]["key"],
        key("work")
    );
}
