//! `openclaw models auth add` and `setup-token` without a terminal: nothing is asked, and what cannot
//! be used changes nothing.

use expect_test::{Expect, expect, expect_file};
use openclaw_tests::{FIXED_TIME_MS, Output, Sandbox, canary};
use openclaw_upstream::{Reply, Script, Upstream, When, anthropic};
use serde_json::json;

use super::{DAY_MS, key, snapshot, store, token};
use crate::{check, steady};

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

/// Checks what a refusal says, and that nothing was changed.
#[track_caller]
fn refused(arguments: &str, stdin: &str, expect: &Expect) {
    let world = Sandbox::new().config("{ /* mine */ }\n");
    let before = snapshot(&world);
    let output = auth(&world, arguments, stdin);
    output.failed();
    check(&output, expect);
    assert_eq!(snapshot(&world), before);
}

#[test]
fn a_key_is_read_from_standard_input_or_a_variable() {
    let world = Sandbox::new();
    let arguments = "add --provider anthropic --method api-key --stdin";
    auth(&world, arguments, &format!("{}\r\n", key("work"))).is(expect![[r#"
            Updated ~/.openclaw/agents/main/agent/auth-profiles.json
            Auth profile: anthropic:default (anthropic/api-key)
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
    refused(
        "add",
        "",
        &expect![[r#"
        ---- stderr
        error: cannot add a credential without a terminal to ask at
          nothing was changed
        hint: in a script: `openclaw models auth add --provider NAME --method METHOD --stdin`, or `--from-env VARIABLE`
        [exit 1]
    "#]],
    );
    refused(
        "add --stdin",
        &key("work"),
        &expect![[r#"
            ---- stderr
            error: `--stdin` asks nothing, so it needs `--provider`
              there are: anthropic, google, minimax, ollama, openai
            hint: `openclaw models auth add --provider NAME --method METHOD --stdin`
            [exit 1]
        "#]],
    );
    refused(
        "add --provider anthropc --stdin",
        &key("work"),
        &expect![[r#"
            ---- stderr
            error: Unknown provider: anthropc
              there are: anthropic, google, minimax, ollama, openai
            hint: did you mean `anthropic`?
            [exit 1]
        "#]],
    );
    refused(
        "add --provider openai --method token --stdin",
        OPENAI,
        &expect![[r#"
            ---- stderr
            error: openai takes no token
              openai takes: api-key (API key)
            hint: `openclaw models auth add --provider openai --method api-key`
            [exit 1]
        "#]],
    );
    refused(
        "add --provider openai --method magic --stdin",
        OPENAI,
        &expect![[r#"
            ---- stderr
            error: Unknown method: magic
              openai takes: api-key (API key)
            hint: `openclaw models auth add --provider openai --method api-key`
            [exit 1]
        "#]],
    );
    refused(
        "add --provider anthropic --method oauth --stdin",
        &token(),
        &expect![[r#"
            ---- stderr
            error: one signs in at a terminal, not with a key
            hint: `openclaw models auth add --provider anthropic --method oauth`
            [exit 1]
        "#]],
    );
    refused(
        "add --provider openai --stdin --agent nobody",
        OPENAI,
        &expect![[r#"
            ---- stderr
            error: Unknown agent id "nobody". Use "openclaw agents list" to see configured agents.
            [exit 1]
        "#]],
    );
    refused(
        "add --provider openai --stdin --expires-in soon",
        OPENAI,
        &expect![[r#"
            ---- stderr
            error: invalid duration: soon
            hint: write it as `365d`, `12h` or `30m`
            [exit 1]
        "#]],
    );
    refused(
        "add --provider openai --stdin --order middle",
        OPENAI,
        &expect![[r#"
            ---- stderr
            error: invalid value 'middle' for '--order <PLACE>'
              [possible values: first, last]

            For more information, try '--help'.
            [exit 1]
        "#]],
    );
    refused(
        "add --provider openai --stdin --from-env KEY",
        OPENAI,
        &expect![[r#"
            ---- stderr
            error: the argument '--stdin' cannot be used with '--from-env <NAME>'

            Usage: openclaw models auth add --provider <NAME> --stdin

            For more information, try '--help'.
            [exit 1]
        "#]],
    );
    refused(
        "add --provider openai --stdin",
        "",
        &expect![[r#"
        ---- stderr
        error: no token was given
          nothing was stored
        hint: at a terminal it is asked for; in a script: printf '%s' "$TOKEN" | openclaw models auth add --provider openai --stdin
        [exit 1]
    "#]],
    );
}

#[test]
fn a_variable_that_is_not_set_is_named_but_a_key_in_its_place_is_not() {
    refused(
        "add --provider openai --from-env CI_KEY",
        "",
        &expect![[r#"
            ---- stderr
            error: the variable `CI_KEY` is not set
              nothing was stored
            hint: export it first, or pipe the key in: printf '%s' "$KEY" | openclaw models auth add --provider openai --stdin
            [exit 1]
        "#]],
    );
    let wrong = format!("add --provider openai --from-env {OPENAI}");
    refused(
        &wrong,
        "",
        &expect![[r#"
        ---- stderr
        error: `--from-env` takes the name of a variable that is set, and this is none
          nothing was stored
        hint: export it first, or pipe the key in: printf '%s' "$KEY" | openclaw models auth add --provider openai --stdin
        [exit 1]
    "#]],
    );
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
    let add = "add --provider anthropic --stdin";
    refused(
        add,
        &format!("Bearer {}", key("work")),
        &expect![[r#"
        ---- stderr
        error: the pasted text has a space or line break after its first 6 characters; a token has none
          nothing was stored
        hint: paste the token alone, in one piece: no `Bearer`, no name of a variable, no line break
        [exit 1]
    "#]],
    );
    refused(
        add,
        OPENAI,
        &expect![[r#"
        ---- stderr
        error: anthropic cannot use this credential
          it has the form of a credential of OpenAI: API key
          nothing was stored
        hint: add it there: `openclaw models auth add --provider openai`; a proxy that takes it needs a `baseUrl` in `models.providers.anthropic`
        [exit 1]
    "#]],
    );
    refused(
        "add --provider openai --stdin",
        &key("work"),
        &expect![[r#"
            ---- stderr
            error: openai cannot use this credential
              This is a credential of Anthropic. Add it to the provider `anthropic`
              nothing was stored
            [exit 1]
        "#]],
    );
    refused(
        "paste-token --provider google",
        OPENAI,
        &expect![[r#"
        ---- stderr
        error: google cannot use this credential
          it has the form of a credential of OpenAI: API key
          nothing was stored
        hint: add it there: `openclaw models auth add --provider openai`; a proxy that takes it needs a `baseUrl` in `models.providers.google`
        [exit 1]
    "#]],
    );
    refused(
        "add --provider anthropic --method api-key --stdin",
        &token(),
        &expect![[r#"
            ---- stderr
            error: this is no API key of anthropic
              it has the form of another kind: Setup token of a Claude subscription
              nothing was stored
            hint: store it as what it is: `openclaw models auth add --provider anthropic --method token`
            [exit 1]
        "#]],
    );
    refused(
        add,
        &token().replace("oat01", "ort01"),
        &expect![[r#"
        ---- stderr
        error: anthropic cannot use this credential
          This is a refresh token: it renews a sign-in and cannot sign requests. Run `claude setup-token` for a setup token, or use an API key.
          nothing was stored
        [exit 1]
    "#]],
    );
}

#[test]
fn a_provider_at_another_address_takes_what_that_wants() {
    let config = "{ models: { providers: { anthropic: { baseUrl: \"https://proxy.test\" } } } }\n";
    let world = Sandbox::new().config(config);
    let arguments = "add --provider anthropic --method api-key --stdin";
    auth(&world, arguments, OPENAI).is(expect![[r#"
        Updated ~/.openclaw/agents/main/agent/auth-profiles.json
        Auth profile: anthropic:default (anthropic/api-key)
        ---- stderr
        warning: this has no form that anthropic documents (API key: sk-ant-api03-…); it was stored all the same
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
    "#]]);
    let before = snapshot(&world);
    auth(&world, "setup-token", &token()).is(expect![[r#"
        ---- stderr
        error: cannot replace `anthropic:manual` (token, expires in 365 d) without a terminal to ask at
          nothing was changed
        hint: to replace it: `openclaw models auth setup-token --provider anthropic --yes`
        [exit 1]
    "#]]);
    assert_eq!(snapshot(&world), before);
    let output = auth(&world, "setup-token --provider anthropic --yes", &token());
    output.is(expect![[r#"
        Updated ~/.openclaw/agents/main/agent/auth-profiles.json
        Auth profile: anthropic:manual (anthropic/token), expires in 365 d (2027-01-15)
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
        ---- stderr
        note: the credential that `anthropic:manual` held before was replaced
    "#]]);
}

#[test]
fn what_is_no_setup_token_is_refused_with_the_reason() {
    refused(
        "setup-token",
        &token()[..60],
        &expect![[r#"
            ---- stderr
            error: this is no setup token of anthropic
              this begins like a credential of anthropic (Setup token of a Claude subscription) but has 60 characters of at least 80, so perhaps not all of it was pasted
              nothing was stored
            hint: Run `claude setup-token` and paste what it prints. Anthropic accepts subscription tokens only from its own products; an API key works everywhere.
            [exit 1]
        "#]],
    );
    refused(
        "setup-token",
        "gibberish",
        &expect![[r#"
            ---- stderr
            error: this is no setup token of anthropic
              this has no form that anthropic documents (Setup token of a Claude subscription: sk-ant-oat01-…)
              nothing was stored
            hint: Run `claude setup-token` and paste what it prints. Anthropic accepts subscription tokens only from its own products; an API key works everywhere.
            [exit 1]
        "#]],
    );
    refused(
        "setup-token",
        &key("work"),
        &expect![[r#"
        ---- stderr
        error: this is no token of anthropic
          it has the form of another kind: API key
          nothing was stored
        hint: store it as what it is: `openclaw models auth add --provider anthropic --method api-key`
        [exit 1]
    "#]],
    );
    refused(
        "setup-token",
        &format!("{} x", token()),
        &expect![[r#"
        ---- stderr
        error: the pasted text has a space or line break after its first 112 characters; a token has none
          nothing was stored
        hint: paste the token alone, in one piece: no `Bearer`, no name of a variable, no line break
        [exit 1]
    "#]],
    );
    refused(
        "setup-token --yes",
        "",
        &expect![[r#"
        ---- stderr
        error: no token was given
          nothing was stored
        hint: at a terminal it is asked for; in a script: printf '%s' "$TOKEN" | openclaw models auth setup-token --provider anthropic
        [exit 1]
    "#]],
    );
    refused(
        "setup-token --provider openai",
        OPENAI,
        &expect![[r#"
        ---- stderr
        error: openai has no setup tokens
          providers that have them: anthropic
          nothing was stored
        hint: store its API key with `openclaw models auth add --provider openai`
        [exit 1]
    "#]],
    );
}

#[test]
fn failures_are_data_where_data_was_asked_for() {
    let output = auth(&Sandbox::new(), "setup-token --json", "gibberish");
    let error: serde_json::Value = serde_json::from_str(output.failed()).unwrap();
    assert_eq!(error["error"]["code"], "auth");
    let output = auth(&Sandbox::new(), "add --json", "");
    let error: serde_json::Value = serde_json::from_str(output.failed()).unwrap();
    assert_eq!(error["error"]["code"], "usage");
}

/// Adds a key with `--check` where the vendor answers so.
fn checked(reply: Reply) -> (Sandbox, Output) {
    let models = When::get("/anthropic/v1/models");
    let upstream = Upstream::start(Script::new().on(models, reply)).unwrap();
    let config = format!(
        "{{ models: {{ providers: {{ anthropic: {{ baseUrl: \"{}/anthropic\" }} }} }} }}\n",
        upstream.url()
    );
    let cache = concat!(env!("CARGO_TARGET_TMPDIR"), "/cache");
    let world = Sandbox::new().config(&config).env("XDG_CACHE_HOME", cache);
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
        ---- stderr
        warning: the check did not prove that it works: overloaded (529): Overloaded; it was stored all the same
    "#]]);
    assert_eq!(
        store(&world)["profiles"]["anthropic:default"]["key"],
        key("work")
    );
}
