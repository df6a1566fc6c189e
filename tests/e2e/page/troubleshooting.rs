//! The four troubleshooting entries: the symptom as a user meets it, the diagnosis, the fix, and
//! that the symptom is gone.

use expect_test::{expect, expect_file};
use openclaw_tests::{Console, FIXED_TIME_MS, Sandbox};
use openclaw_upstream::{Script, When, anthropic};
use serde_json::json;

use super::{ANTHROPIC, BACKUP, GOOGLE, OPENAI, TOKEN, home, run_steady, told, vendors};

/// "No API key found for provider"
#[test]
fn a_missing_key_is_diagnosed_and_added() {
    let vendors = vendors();
    let world = home(&vendors);
    let mut console = Console::new(&world);
    console.run("openclaw models run Hello");

    // Diagnosis
    console.run("openclaw models status");
    console.run("openclaw models status --probe --probe-provider anthropic");

    // Option 1: Add API key; without a terminal it is given on stdin
    console.run_with(
        "openclaw models auth add --provider anthropic --method api-key --stdin",
        ANTHROPIC,
    );

    // Option 2: Paste setup-token
    console.run_with(
        "openclaw models auth setup-token --provider anthropic",
        TOKEN,
    );

    // Option 3: Copy auth profiles from main agent
    console.run("openclaw agents add helper --workspace ~/helper");
    console.run(
        "cp ~/.openclaw/agents/main/agent/auth-profiles.json \\\n   ~/.openclaw/agents/helper/agent/auth-profiles.json",
    );

    console.run("openclaw models run Hello");
    console.run("openclaw models run Hello --agent helper");
    told(
        &console,
        &expect_file!["expected/troubleshooting.a_missing_key_is_diagnosed_and_added.txt"],
    );
}

/// "OAuth token refresh failed"
#[test]
fn a_login_that_cannot_be_renewed_is_replaced_by_a_setup_token() {
    let vendors = vendors();
    let world = home(&vendors).profile(
        "anthropic:default",
        json!({ "type": "oauth", "provider": "anthropic", "access": BACKUP, "refresh": "sk-ant-ort01-spent",
            "expires": FIXED_TIME_MS - 3_600_000 }),
    );
    vendors.follow(Script::new().on(
        When::post("/anthropic/v1/oauth/token"),
        anthropic::error(400, "invalid_grant", "refresh token is invalid"),
    ));
    let mut console = Console::new(&world).stand_in("claude", &format!("echo '{TOKEN}'"));
    console.run("openclaw models run Hello");

    // Diagnosis
    console.run("openclaw models status --check");

    // Fix (recommended: switch to setup-token)
    let token = console.unseen("claude setup-token").stdout;
    console.run_with(
        "openclaw models auth setup-token --provider anthropic",
        &token,
    );
    console.run("openclaw gateway restart");

    // Or paste token generated elsewhere
    console.run_with(
        "openclaw models auth paste-token --provider anthropic --expires-in 365d",
        &token,
    );
    told(
        &console,
        &expect_file![
            "expected/troubleshooting.a_login_that_cannot_be_renewed_is_replaced_by_a_setup_token.txt"
        ],
    );
}

/// "Agent failed before reply: Unknown model"
#[test]
fn an_unknown_model_is_replaced_by_one_that_is_listed() {
    let vendors = vendors();
    let world = home(&vendors).api_key("anthropic:default", ANTHROPIC);
    // Where the config names a base URL, the server there may serve anything; here it does not.
    let plain = Sandbox::new();
    let mut elsewhere = Console::new(&plain);
    elsewhere.run("openclaw models run Hello --model anthropic/claude-haiku-3-5");
    expect![[r#"
        $ openclaw models run Hello --model anthropic/claude-haiku-3-5
        ---- stderr
        error: Unknown model: anthropic/claude-haiku-3-5
          not an alias, and not among the 42 models that `anthropic` lists
        hint: did you mean `anthropic/claude-3-5-haiku-latest` or `anthropic/claude-3-5-haiku-20241022` or `anthropic/claude-haiku-4-5`?
        [exit 1]
    "#]].assert_eq(elsewhere.transcript());
    let mut console = Console::new(&world);
    console.run("openclaw models set anthropic/claude-haiku-3-5");

    // List available models
    console.run("openclaw models list --provider anthropic");

    // Update to supported model
    console.run("openclaw models set anthropic/claude-opus-4-5");

    // Or scan for best available
    console.run("openclaw models scan --provider anthropic --yes --set-default");
    console.run("openclaw models run Hello");
    told(
        &console,
        &expect_file![
            "expected/troubleshooting.an_unknown_model_is_replaced_by_one_that_is_listed.txt"
        ],
    );
}

/// All Models Failing
#[test]
fn a_chain_that_failed_altogether_is_mended() {
    let vendors = vendors();
    let world = home(&vendors).profile(
        "anthropic:default",
        json!({ "type": "token", "provider": "anthropic", "token": "sk-ant-oat01-revoked-revoked-revoked-revoked-revoked-revoked-revoked-revoked-0000" }),
    )
    .api_key("openai:default", "sk-proj-revoked-revoked-revoked-revoked-revoked-0000");
    let mut console = Console::new(&world);
    console.run("openclaw models set anthropic/claude-opus-4-5");
    console.run("openclaw models fallbacks add openai/gpt-5.2");
    console.run("openclaw models run Hello");

    // 1. Check auth status
    console.run("openclaw models status --check");
    // 2. Probe live credentials
    run_steady(&mut console, "openclaw models status --probe");
    // 3. Check gateway logs
    // Two probes at once may end in either order.
    run_steady(
        &mut console,
        "openclaw logs --limit 50 | grep -i \"model\\|auth\\|error\" | sort",
    );
    // 4. Verify config
    console.run("openclaw config get agents.defaults.model");
    console.run("openclaw config get agents.defaults.model.fallbacks");

    // Refresh auth
    console.run_with(
        "openclaw models auth setup-token --provider anthropic",
        TOKEN,
    );
    // Verify fallback chain
    console.run("openclaw models fallbacks list");
    // Add working fallbacks
    console.run("openclaw models fallbacks add openai/gpt-5.2");
    console.run("openclaw models fallbacks add google/gemini-2.5-pro");
    // Restart gateway
    console.run("openclaw gateway restart");

    for (provider, key) in [("openai", OPENAI), ("google", GOOGLE)] {
        console.run_with(
            &format!("openclaw models auth paste-token --provider {provider}"),
            key,
        );
    }
    console.run("openclaw models run Hello");
    told(
        &console,
        &expect_file!["expected/troubleshooting.a_chain_that_failed_altogether_is_mended.txt"],
    );
}
