//! The sections before the workflows: usage, examples and documented output of every command.

mod auth;
mod choosing;
mod scan;
mod showing;

use openclaw_tests::Sandbox;
use openclaw_upstream::Upstream;
use serde_json::json;

use super::{ANTHROPIC, OPENAI, TOKEN, home};

/// A home in which two providers have credentials.
fn furnished(vendors: &Upstream) -> Sandbox {
    home(vendors)
        .api_key("anthropic:default", ANTHROPIC)
        .profile(
            "anthropic:work",
            json!({ "type": "token", "provider": "anthropic", "token": TOKEN,
                "expires": openclaw_tests::FIXED_TIME_MS + 30 * 86_400_000 }),
        )
        .api_key("openai:default", OPENAI)
}
