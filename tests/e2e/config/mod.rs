//! `openclaw config`: the user's file by its keys.

mod get;
mod refused;
mod set;
mod validate;

use expect_test::{Expect, expect};
use openclaw_tests::Sandbox;
use serde_json::{Value, json};

use crate::check;

const CONFIG: &str = r#"// mine, and nobody else's
{
  agents: {
    defaults: {
      model: { primary: "anthropic/claude-opus-4-5", fallbacks: ["openai/gpt-5.2"] }, // the good ones
      models: {
        "anthropic/claude-opus-4-5": { alias: "opus" },
        "openai/gpt-5.2": {},
      },
    },
    list: [ { id: "main" }, { id: 'work', model: 'opus' } ],
  },
  models: {
    providers: {
      custom: {
        baseUrl: "http://${CUSTOM_HOST}/v1", /* at home */
        apiKey: "${CUSTOM_KEY}",
        headers: { "X-Team": "team-secret-0123456789abcdef" },
        models: [],
      },
    },
  },
  channels: { telegram: { botToken: "123456:abcdefghijklmnopqrstuvwxyz" } },
}
"#;

fn world() -> Sandbox {
    Sandbox::new()
        .config(CONFIG)
        .env("CUSTOM_HOST", "localhost:1")
}

/// A run that is refused changes nothing.
#[track_caller]
fn refused(world: &Sandbox, arguments: &[&str], expected: &Expect) {
    let (config, files) = (world.config_text(), world.files());
    let output = world.run(arguments);
    output.failed();
    check(&output, expected);
    assert_eq!((world.config_text(), world.files()), (config, files));
}
