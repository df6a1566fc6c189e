//! "Token Expiry and Refresh"

use expect_test::expect_file;
use openclaw_tests::{Console, FIXED_TIME_MS};
use serde_json::json;

use super::{BACKUP, TOKEN, home, told, vendors};

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

    told(
        &console,
        &expect_file!["expected/expiry.an_expired_token_is_found_and_replaced.txt"],
    );
}
