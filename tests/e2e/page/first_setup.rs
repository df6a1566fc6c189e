//! "First-Time Model Setup"

use expect_test::expect;
use openclaw_tests::Console;
use openclaw_tests::pty::key;

use super::{ANTHROPIC, GOOGLE, OPENAI, add_at_the_terminal, home, no_key_in, vendors};

#[test]
fn a_new_user_gets_an_answer() {
    let vendors = vendors();
    let world = home(&vendors);
    let mut console = Console::new(&world);

    // 1. Add Anthropic API key: select anthropic, select API key, paste key
    let mut terminal = world.pty(&["models", "auth", "add"]);
    terminal.wait_for("? Provider").press(&[key::ENTER]);
    terminal.wait_for("? Method").press(&[key::ENTER]);
    let added = add_at_the_terminal(terminal, ANTHROPIC);
    console.say("openclaw models auth add", &added);

    // 2. Set primary model
    console.run("openclaw models set anthropic/claude-opus-4-5");

    // 3. Add fallbacks
    console.run("openclaw models fallbacks add openai/gpt-5.2");
    console.run("openclaw models fallbacks add google/gemini-2.5-pro");

    // 4. Verify
    console.run("openclaw models status");

    // 5. Restart gateway
    console.run("openclaw gateway restart");

    console.run("openclaw models run Hello");
    assert_eq!(
        vendors
            .requests()
            .last()
            .and_then(|asked| asked.credential().map(str::to_owned))
            .as_deref(),
        Some(ANTHROPIC)
    );
    no_key_in(console.transcript());
    expect![[r#"
        $ openclaw models auth add
        ✓ Provider anthropic  Anthropic
        ✓ Method API key
        Create one at https://console.anthropic.com/settings/keys
        ✓ Paste the API key of anthropic (hidden)
        ✓ Check it now with a free call? Yes
        Asking anthropic …
        ✓ Profile id anthropic:default
        Updated ~/.openclaw/agents/main/agent/auth-profiles.json
        Auth profile: anthropic:default (anthropic/api-key)
        Checked: key accepted (<n> ms)
        $ openclaw models set anthropic/claude-opus-4-5
        Updated ~/.openclaw/openclaw.json
        Primary model: anthropic/claude-opus-4-5
        $ openclaw models fallbacks add openai/gpt-5.2
        Updated ~/.openclaw/openclaw.json
        Fallbacks: openai/gpt-5.2
        ---- stderr
        warning: no credential for `openai`: `openai/gpt-5.2` is passed over until there is one; add it with `openclaw models auth add`, or set OPENAI_API_KEY
        $ openclaw models fallbacks add google/gemini-2.5-pro
        Updated ~/.openclaw/openclaw.json
        Fallbacks: openai/gpt-5.2, google/gemini-2.5-pro
        ---- stderr
        warning: no credential for `google`: `google/gemini-2.5-pro` is passed over until there is one; add it with `openclaw models auth add`, or set GEMINI_API_KEY or GOOGLE_API_KEY
        $ openclaw models status
        Primary Model:   anthropic/claude-opus-4-5
        Image Model:     none
        Fallbacks:       openai/gpt-5.2
                         google/gemini-2.5-pro
        Image Fallbacks: none

        Auth Profiles:
          anthropic
            anthropic:default  api-key  active  sk-ant-a…AAAA
          google
            missing: no usable credential for `google`, which is in use
            mend it: openclaw models auth add --provider google
            or set GEMINI_API_KEY
          openai
            missing: no usable credential for `openai`, which is in use
            mend it: openclaw models auth add --provider openai
            or set OPENAI_API_KEY

        Auth Order:
          anthropic  anthropic:default
        $ openclaw gateway restart
        Nothing has to be restarted: openclaw reads its files each time it runs, so your changes are in effect.
        $ openclaw models run Hello
        OK
    "#]].assert_eq(console.transcript());
    expect![[r#"
        +  agents: {
        +    defaults: {
        +      model: {
        +        primary: "anthropic/claude-opus-4-5",
        +        fallbacks: ["openai/gpt-5.2", "google/gemini-2.5-pro"]
        +      }
        +    }
        +  },
    "#]]
    .assert_eq(&world.config_diff());
    let stored = world
        .read(".openclaw/agents/main/agent/auth-profiles.json")
        .unwrap();
    expect![[r#"
        {
          "version": 1,
          "profiles": {
            "anthropic:default": {
              "type": "api_key",
              "provider": "anthropic",
              "key": "sk-ant-api03-Canary0123456789Canary0123456789Canary0123456789Canary0123456789Canary0123456789-AAAA"
            }
          },
          "usageStats": {
            "anthropic:default": {
              "lastUsed": 1768478400000,
              "errorCount": 0
            }
          },
          "lastGood": {
            "anthropic": "anthropic:default"
          }
        }
    "#]].assert_eq(&stored);
    for other in [OPENAI, GOOGLE] {
        assert!(!stored.contains(other));
    }
}
