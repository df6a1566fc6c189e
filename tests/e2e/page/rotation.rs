//! "Multi-Provider Setup with Rotation"

use expect_test::expect;
use openclaw_tests::Console;
use openclaw_tests::pty::key;
use openclaw_upstream::{Script, When, anthropic, openai};

use super::{BACKUP, OPENAI, TOKEN, add_at_the_terminal, home, no_key_in, run_steady, vendors};

#[test]
fn two_profiles_rotate_before_the_other_provider_answers() {
    let vendors = vendors();
    let world = home(&vendors);
    let mut console = Console::new(&world);

    // 1. Add multiple Anthropic profiles
    console.run_with(
        "openclaw models auth paste-token --provider anthropic --profile-id anthropic:primary --expires-in 365d",
        TOKEN,
    );
    console.run_with(
        "openclaw models auth paste-token --provider anthropic --profile-id anthropic:backup --expires-in 365d",
        BACKUP,
    );

    // 2. Set rotation order
    console.run(
        "openclaw models auth order set --provider anthropic anthropic:primary anthropic:backup",
    );

    // 3. Add OpenAI as fallback provider: select openai, paste API key
    let mut terminal = world.pty(&["models", "auth", "add"]);
    terminal
        .wait_for("? Provider")
        .write("openai")
        .press(&[key::ENTER]);
    let added = add_at_the_terminal(terminal, OPENAI);
    console.say("openclaw models auth add", &added);

    // 4. Configure fallback chain
    console.run("openclaw models set anthropic/claude-opus-4-5");
    console.run("openclaw models fallbacks add openai/gpt-5.2");

    // 5. Verify
    console.run("openclaw models status");

    // What it was all for: both tokens are limited, so the fallback answers.
    vendors.follow(
        Script::new()
            .on(
                When::post("/anthropic/v1/messages"),
                anthropic::error(429, "rate_limit_error", "Too many requests.").retry_after(42),
            )
            .on(
                When::post("/openai/v1/responses"),
                openai::responses_stream(&["Hello", " from GPT."]),
            ),
    );
    run_steady(&mut console, "openclaw models run Hello --explain");
    no_key_in(console.transcript());
    expect![[r#"
        $ openclaw models auth paste-token --provider anthropic --profile-id anthropic:primary --expires-in 365d
        Updated ~/.openclaw/agents/main/agent/auth-profiles.json
        Auth profile: anthropic:primary (anthropic/token), expires in 365 d (2027-01-15)
        $ openclaw models auth paste-token --provider anthropic --profile-id anthropic:backup --expires-in 365d
        Updated ~/.openclaw/agents/main/agent/auth-profiles.json
        Auth profile: anthropic:backup (anthropic/token), expires in 365 d (2027-01-15)
        $ openclaw models auth order set --provider anthropic anthropic:primary anthropic:backup
        Updated ~/.openclaw/openclaw.json
        Provider: anthropic
        Order:    anthropic:primary, anthropic:backup
        Source:   auth.order in ~/.openclaw/openclaw.json
        $ openclaw models auth add
        ✓ Provider openai     OpenAI
        Create one at https://platform.openai.com/api-keys
        ✓ Paste the API key of openai (hidden)
        ✓ Check it now with a free call? Yes
        Asking openai …
        ✓ Profile id openai:default
        Updated ~/.openclaw/agents/main/agent/auth-profiles.json
        Auth profile: openai:default (openai/api-key)
        Checked: the server lists its models (<n> ms)
        $ openclaw models set anthropic/claude-opus-4-5
        Updated ~/.openclaw/openclaw.json
        Primary model: anthropic/claude-opus-4-5
        $ openclaw models fallbacks add openai/gpt-5.2
        Updated ~/.openclaw/openclaw.json
        Fallbacks: openai/gpt-5.2
        $ openclaw models status
        Primary Model:   anthropic/claude-opus-4-5
        Image Model:     none
        Fallbacks:       openai/gpt-5.2
        Image Fallbacks: none

        Auth Profiles:
          anthropic
            anthropic:backup   token    active  expires in 365 d (2027-01-15); sk-ant-o…BBBB
            anthropic:primary  token    active  expires in 365 d (2027-01-15); sk-ant-o…TTTT
          openai
            openai:default     api-key  active  sk-proj-…OOOO

        Auth Order:
          anthropic  anthropic:primary, anthropic:backup  (auth.order)
          openai     openai:default
        $ openclaw models run Hello --explain
        Hello from GPT.
        ---- stderr
        → anthropic/claude-opus-4-5  `anthropic:primary`
        ✗ anthropic/claude-opus-4-5  rate limited (429), retry in 42 s: Too many requests.  [<n> ms]
        → anthropic/claude-opus-4-5  `anthropic:backup`
        ✗ anthropic/claude-opus-4-5  rate limited (429), retry in 42 s: Too many requests.  [<n> ms]
        → openai/gpt-5.2  `openai:default`
        ✓ openai/gpt-5.2  answered  [<n> ms]
    "#]].assert_eq(console.transcript());
    expect![[r#"
        +  auth: {
        +    order: {
        +      anthropic: ["anthropic:primary", "anthropic:backup"]
        +    }
        +  },
        +  agents: {
        +    defaults: {
        +      model: {
        +        primary: "anthropic/claude-opus-4-5",
        +        fallbacks: ["openai/gpt-5.2"]
        +      }
        +    }
        +  },
    "#]]
    .assert_eq(&world.config_diff());
}
