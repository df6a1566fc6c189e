//! "Token Expiry and Refresh"

use expect_test::expect;
use openclaw_tests::{Console, FIXED_TIME_MS};
use serde_json::json;

use super::{BACKUP, TOKEN, home, no_key_in, vendors};

#[test]
fn an_expired_token_is_found_and_replaced() {
    let vendors = vendors();
    let world = home(&vendors).profile(
        "anthropic:manual",
        json!({ "type": "token", "provider": "anthropic", "token": BACKUP, "expires": FIXED_TIME_MS - 86_400_000 }),
    );
    let mut console = Console::new(&world).stand_in("claude", &format!("echo '{TOKEN}'"));

    // Check expiry
    console.run("openclaw models status --check");
    console.run("openclaw models status --check >/dev/null 2>&1; echo $?  # Exit code: 0=ok, 1=expired, 2=expiring");

    // Refresh expired token (Anthropic)
    let token = console.unseen("claude setup-token").stdout;
    console.run_with(
        "openclaw models auth setup-token --provider anthropic --yes",
        &token,
    );

    // Or paste token generated elsewhere
    console.run_with(
        "openclaw models auth paste-token --provider anthropic --expires-in 365d",
        &token,
    );

    // Verify
    console.run("openclaw models status");
    console.run("openclaw models status --check; echo $?");

    // Restart gateway
    console.run("openclaw gateway restart");

    no_key_in(console.transcript());
    expect![[r#"
        $ openclaw models status --check
        Primary Model:   anthropic/claude-opus-4-5 (built in; none is configured)
        Image Model:     none
        Fallbacks:       none
        Image Fallbacks: none

        Auth Profiles:
          anthropic
            anthropic:manual  token  expired  24 h ago (2026-01-14); sk-ant-o…BBBB
            missing: no usable credential for `anthropic`, which is in use
            mend it: openclaw models auth add --provider anthropic

        Auth Order:
          anthropic  anthropic:manual (expired)
        ---- stderr
        warning: auth profile `anthropic:manual` expired 24 h ago (2026-01-14); mend it with `openclaw models auth paste-token --provider anthropic --profile-id anthropic:manual`
        warning: no usable credential for `anthropic`, which is in use; mend it with `openclaw models auth add --provider anthropic`
        [exit 1]
        $ openclaw models status --check >/dev/null 2>&1; echo $?  # Exit code: 0=ok, 1=expired, 2=expiring
        1
        $ openclaw models auth setup-token --provider anthropic --yes
        Updated ~/.openclaw/agents/main/agent/auth-profiles.json
        Auth profile: anthropic:manual (anthropic/token), expires in 365 d (2027-01-15)
        ---- stderr
        note: the credential that `anthropic:manual` held before was replaced
        $ openclaw models auth paste-token --provider anthropic --expires-in 365d
        Updated ~/.openclaw/agents/main/agent/auth-profiles.json
        Auth profile: anthropic:manual (anthropic/token), expires in 365 d (2027-01-15)
        ---- stderr
        note: the credential that `anthropic:manual` held before was replaced
        $ openclaw models status
        Primary Model:   anthropic/claude-opus-4-5 (built in; none is configured)
        Image Model:     none
        Fallbacks:       none
        Image Fallbacks: none

        Auth Profiles:
          anthropic
            anthropic:manual  token  active  expires in 365 d (2027-01-15); sk-ant-o…TTTT

        Auth Order:
          anthropic  anthropic:manual
        $ openclaw models status --check; echo $?
        Primary Model:   anthropic/claude-opus-4-5 (built in; none is configured)
        Image Model:     none
        Fallbacks:       none
        Image Fallbacks: none

        Auth Profiles:
          anthropic
            anthropic:manual  token  active  expires in 365 d (2027-01-15); sk-ant-o…TTTT

        Auth Order:
          anthropic  anthropic:manual
        0
        $ openclaw gateway restart
        Nothing has to be restarted: openclaw reads its files each time it runs, so your changes are in effect.
    "#]].assert_eq(console.transcript());
}
