//! The four troubleshooting entries: the symptom as a user meets it, the diagnosis, the fix, and
//! that the symptom is gone.

use expect_test::expect;
use openclaw_tests::{Console, FIXED_TIME_MS, World};
use openclaw_upstream::{Script, When, anthropic};
use serde_json::json;

use super::{ANTHROPIC, BACKUP, GOOGLE, OPENAI, TOKEN, home, no_key_in, run_steady, vendors};

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
    no_key_in(console.transcript());
    expect![[r#"
        $ openclaw models run Hello
        ---- stderr
        error: No API key found for provider 'anthropic'
          1. anthropic/claude-opus-4-5    no credential
          environment `ANTHROPIC_OAUTH_TOKEN`: not set
          environment `ANTHROPIC_API_KEY`: not set
        hint: add a credential with `openclaw models auth add --provider anthropic`
        hint: see every credential with `openclaw models status --check`
        [exit 1]
        $ openclaw models status
        Primary Model:   anthropic/claude-opus-4-5 (built in; none is configured)
        Image Model:     none
        Fallbacks:       none
        Image Fallbacks: none

        Auth Profiles:
          anthropic
            missing: no usable credential for `anthropic`, which is in use
            mend it: openclaw models auth add --provider anthropic
            or set ANTHROPIC_API_KEY

        Auth Order:
          none
        $ openclaw models status --probe --probe-provider anthropic
        Primary Model:   anthropic/claude-opus-4-5 (built in; none is configured)
        Image Model:     none
        Fallbacks:       none
        Image Fallbacks: none

        Auth Profiles:
          anthropic
            missing: no usable credential for `anthropic`, which is in use
            mend it: openclaw models auth add --provider anthropic
            or set ANTHROPIC_API_KEY

        Auth Order:
          none

        Auth Probes:
          No probe targets. There is no credential for `anthropic`.
        $ openclaw models auth add --provider anthropic --method api-key --stdin
        Updated ~/.openclaw/agents/main/agent/auth-profiles.json
        Auth profile: anthropic:default (anthropic/api-key)
        $ openclaw models auth setup-token --provider anthropic
        Updated ~/.openclaw/agents/main/agent/auth-profiles.json
        Auth profile: anthropic:manual (anthropic/token), expires in 365 d (2027-01-15)
        $ openclaw agents add helper --workspace ~/helper
        Updated ~/.openclaw/openclaw.json
        Agent:     helper (agents.list[1])
        Workspace: ~/helper (made)
        Agent dir: ~/.openclaw/agents/helper/agent (made)
        Sessions:  ~/.openclaw/agents/helper/sessions (made)
        ---- stderr
        note: it uses the credentials of `main` until there are some in ~/.openclaw/agents/helper/agent/auth-profiles.json
        $ cp ~/.openclaw/agents/main/agent/auth-profiles.json \
           ~/.openclaw/agents/helper/agent/auth-profiles.json
        $ openclaw models run Hello
        OK
        $ openclaw models run Hello --agent helper
        OK
    "#]].assert_eq(console.transcript());
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
    no_key_in(console.transcript());
    expect![[r#"
        $ openclaw models run Hello
        ---- stderr
        warning: OAuth token refresh failed for anthropic: refresh token is invalid; only the login `anthropic:default` is lost, sign in again with `openclaw models auth setup-token --provider anthropic`
        error: unauthorized (400): OAuth token refresh failed for anthropic: refresh token is invalid
          1. anthropic/claude-opus-4-5  `anthropic:default`  unauthorized (400): OAuth token refresh failed for anthropic: refresh token is invalid
        hint: sign in again with `openclaw models auth setup-token --provider anthropic`
        hint: see every credential with `openclaw models status --check`
        [exit 1]
        $ openclaw models status --check
        Primary Model:   anthropic/claude-opus-4-5 (built in; none is configured)
        Image Model:     none
        Fallbacks:       none
        Image Fallbacks: none

        Auth Profiles:
          anthropic
            anthropic:default  oauth  expired  1 h ago (2026-01-15); cooling down: unauthorized, 30 s left;
                                               refused at its last use; sk-ant-o…BBBB

        Auth Order:
          anthropic  anthropic:default (expired)
        ---- stderr
        warning: auth profile `anthropic:default` expired 1 h ago (2026-01-15); mend it with `openclaw models auth add --provider anthropic --profile-id anthropic:default`
        [exit 1]
        $ openclaw models auth setup-token --provider anthropic
        Updated ~/.openclaw/agents/main/agent/auth-profiles.json
        Auth profile: anthropic:manual (anthropic/token), expires in 365 d (2027-01-15)
        $ openclaw gateway restart
        Nothing has to be restarted: openclaw reads its files each time it runs, so your changes are in effect.
        $ openclaw models auth paste-token --provider anthropic --expires-in 365d
        Updated ~/.openclaw/agents/main/agent/auth-profiles.json
        Auth profile: anthropic:manual (anthropic/token), expires in 365 d (2027-01-15)
        ---- stderr
        note: the credential that `anthropic:manual` held before was replaced
    "#]].assert_eq(console.transcript());
}

/// "Agent failed before reply: Unknown model"
#[test]
fn an_unknown_model_is_replaced_by_one_that_is_listed() {
    let vendors = vendors();
    let world = home(&vendors).profile(
        "anthropic:default",
        json!({ "type": "api_key", "provider": "anthropic", "key": ANTHROPIC }),
    );
    // Where the config names a base URL, the server there may serve anything; here it does not.
    let plain = World::new();
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
    no_key_in(console.transcript());
    expect![[r#"
        $ openclaw models set anthropic/claude-haiku-3-5
        ---- stderr
        error: Unknown model: anthropic/claude-haiku-3-5
          not an alias, and not among the 42 models that `anthropic` lists
          nothing was changed
        hint: did you mean `anthropic/claude-3-5-haiku-latest` or `anthropic/claude-3-5-haiku-20241022` or `anthropic/claude-haiku-4-5`?
        [exit 1]
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
        $ openclaw models set anthropic/claude-opus-4-5
        Updated ~/.openclaw/openclaw.json
        Primary model: anthropic/claude-opus-4-5
        $ openclaw models scan --provider anthropic --yes --set-default
        Scanning models...
        ✓ anthropic: 3 models available (auth: ok)

        Top candidates:
         1. anthropic/claude-opus-4-5      (size unknown, 2025-11-24, $5/$25/M)  current
         2. anthropic/claude-haiku-4-5     (size unknown, 2025-10-15, $1/$5/M)
         3. anthropic/claude-sonnet-4-5    (size unknown, 2025-09-29, $3/$15/M)

        Primary model: anthropic/claude-opus-4-5
        ---- stderr
        note: nothing was changed: it was so already
        $ openclaw models run Hello
        OK
    "#]].assert_eq(console.transcript());
}

/// All Models Failing
#[test]
fn a_chain_that_failed_altogether_is_mended() {
    let vendors = vendors();
    let world = home(&vendors).profile(
        "anthropic:default",
        json!({ "type": "token", "provider": "anthropic", "token": "sk-ant-oat01-revoked-revoked-revoked-revoked-revoked-revoked-revoked-revoked-0000" }),
    )
    .profile(
        "openai:default",
        json!({ "type": "api_key", "provider": "openai", "key": "sk-proj-revoked-revoked-revoked-revoked-revoked-0000" }),
    );
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
    no_key_in(console.transcript());
    expect![[r#"
        $ openclaw models set anthropic/claude-opus-4-5
        Updated ~/.openclaw/openclaw.json
        Primary model: anthropic/claude-opus-4-5
        $ openclaw models fallbacks add openai/gpt-5.2
        Updated ~/.openclaw/openclaw.json
        Fallbacks: openai/gpt-5.2
        $ openclaw models run Hello
        ---- stderr
        error: All models failed
          1. anthropic/claude-opus-4-5  `anthropic:default`  unauthorized (401): invalid x-api-key
          2. openai/gpt-5.2             `openai:default`     unauthorized (401): Incorrect API key provided
        hint: see every credential with `openclaw models status --check`
        [exit 1]
        $ openclaw models status --check
        Primary Model:   anthropic/claude-opus-4-5
        Image Model:     none
        Fallbacks:       openai/gpt-5.2
        Image Fallbacks: none

        Auth Profiles:
          anthropic
            anthropic:default  token    active  cooling down: unauthorized, 30 s left;
                                                refused at its last use; sk-ant-o…0000
          openai
            openai:default     api-key  active  cooling down: unauthorized, 30 s left;
                                                refused at its last use; sk-proj-…0000

        Auth Order:
          anthropic  anthropic:default (cooling down)
          openai     openai:default (cooling down)
        $ openclaw models status --probe
        Primary Model:   anthropic/claude-opus-4-5
        Image Model:     none
        Fallbacks:       openai/gpt-5.2
        Image Fallbacks: none

        Auth Profiles:
          anthropic
            anthropic:default  token    active  cooling down: unauthorized, 30 s left;
                                                refused at its last use; sk-ant-o…0000
          openai
            openai:default     api-key  active  cooling down: unauthorized, 30 s left;
                                                refused at its last use; sk-proj-…0000

        Auth Order:
          anthropic  anthropic:default (cooling down)
          openai     openai:default (cooling down)

        Auth Probes:
          anthropic/claude-opus-4-5  anthropic:default  auth  <n> ms; unauthorized (401): invalid x-api-key
          openai/gpt-5.2             openai:default     auth  <n> ms;
                                                              unauthorized (401): Incorrect API key provided
          Probed 2 targets in <n> ms
        $ openclaw logs --limit 50 | grep -i "model\|auth\|error" | sort
        2026-01-15T12:00:00Z anthropic allow POST http://127.0.0.1:<port>/anthropic/v1/messages error 401 in <n> ms
        2026-01-15T12:00:00Z anthropic allow POST http://127.0.0.1:<port>/anthropic/v1/messages error 401 in <n> ms
        2026-01-15T12:00:00Z openai allow POST http://127.0.0.1:<port>/openai/v1/responses error 401 in <n> ms
        2026-01-15T12:00:00Z openai allow POST http://127.0.0.1:<port>/openai/v1/responses error 401 in <n> ms
        $ openclaw config get agents.defaults.model
        {
          "primary": "anthropic/claude-opus-4-5",
          "fallbacks": [
            "openai/gpt-5.2"
          ]
        }
        $ openclaw config get agents.defaults.model.fallbacks
        [
          "openai/gpt-5.2"
        ]
        $ openclaw models auth setup-token --provider anthropic
        Updated ~/.openclaw/agents/main/agent/auth-profiles.json
        Auth profile: anthropic:manual (anthropic/token), expires in 365 d (2027-01-15)
        $ openclaw models fallbacks list
        Primary:   anthropic/claude-opus-4-5
        Fallbacks: openai/gpt-5.2
        $ openclaw models fallbacks add openai/gpt-5.2
        Fallbacks: openai/gpt-5.2
        ---- stderr
        note: nothing was changed: it was so already
        $ openclaw models fallbacks add google/gemini-2.5-pro
        Updated ~/.openclaw/openclaw.json
        Fallbacks: openai/gpt-5.2, google/gemini-2.5-pro
        ---- stderr
        warning: no credential for `google`: `google/gemini-2.5-pro` is passed over until there is one; add it with `openclaw models auth add`, or set GEMINI_API_KEY or GOOGLE_API_KEY
        $ openclaw gateway restart
        Nothing has to be restarted: openclaw reads its files each time it runs, so your changes are in effect.
        $ openclaw models auth paste-token --provider openai
        Updated ~/.openclaw/agents/main/agent/auth-profiles.json
        Auth profile: openai:manual (openai/api-key)
        ---- stderr
        note: openai takes API keys only, so it was stored as one
        $ openclaw models auth paste-token --provider google
        Updated ~/.openclaw/agents/main/agent/auth-profiles.json
        Auth profile: google:manual (google/api-key)
        ---- stderr
        warning: this has no form that google documents (API key: AIza…, API key (newer form): AQ…); it was stored all the same
        note: google takes API keys only, so it was stored as one
        $ openclaw models run Hello
        OK
    "#]].assert_eq(console.transcript());
}
