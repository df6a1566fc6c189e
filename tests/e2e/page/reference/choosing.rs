//! `models set`, `set-image`, `aliases`, `fallbacks` and `image-fallbacks`

use expect_test::expect;
use openclaw_tests::Console;

use super::super::vendors;
use super::furnished;

#[test]
fn primary_and_image_models_are_set() {
    let vendors = vendors();
    let world = furnished(&vendors);
    let mut console = Console::new(&world);
    for line in [
        "openclaw models set anthropic/claude-opus-4-5",
        "openclaw models set openai/gpt-5.2",
        "openclaw models set minimax/MiniMax-M2.1",
        "openclaw agents add work --workspace ~/work",
        "openclaw config set agents.list[1].model.primary \"openai/gpt-5.2\"",
        "openclaw gateway restart",
        "openclaw models set-image anthropic/claude-sonnet-4",
        "openclaw models set-image openai/gpt-5.2-vision",
        "openclaw models set-image google/gemini-2.5-flash",
        "openclaw models set anthropic/claude-opus-4-5",
        "openclaw models set-image anthropic/claude-opus-4-5",
    ] {
        assert_eq!(console.run(line).code, Some(0), "{line}");
    }
    expect![[r#"
        $ openclaw models set anthropic/claude-opus-4-5
        Updated ~/.openclaw/openclaw.json
        Primary model: anthropic/claude-opus-4-5
        $ openclaw models set openai/gpt-5.2
        Updated ~/.openclaw/openclaw.json
        Primary model: openai/gpt-5.2
        $ openclaw models set minimax/MiniMax-M2.1
        Updated ~/.openclaw/openclaw.json
        Primary model: minimax/MiniMax-M2.1
        $ openclaw agents add work --workspace ~/work
        Updated ~/.openclaw/openclaw.json
        Agent:     work (agents.list[1])
        Workspace: ~/work (made)
        Agent dir: ~/.openclaw/agents/work/agent (made)
        Sessions:  ~/.openclaw/agents/work/sessions (made)
        ---- stderr
        note: it uses the credentials of `main` until there are some in ~/.openclaw/agents/work/agent/auth-profiles.json
        $ openclaw config set agents.list[1].model.primary "openai/gpt-5.2"
        Updated ~/.openclaw/openclaw.json
        agents.list[1].model.primary = "openai/gpt-5.2"
        $ openclaw gateway restart
        Nothing has to be restarted: openclaw reads its files each time it runs, so your changes are in effect.
        $ openclaw models set-image anthropic/claude-sonnet-4
        Updated ~/.openclaw/openclaw.json
        Image model: anthropic/claude-sonnet-4-0
        ---- stderr
        warning: `anthropic/claude-sonnet-4-0` retires on 2026-05-14; see `openclaw models list --provider anthropic`
        note: `anthropic/claude-sonnet-4` is served as `anthropic/claude-sonnet-4-0`
        $ openclaw models set-image openai/gpt-5.2-vision
        Updated ~/.openclaw/openclaw.json
        Image model: openai/gpt-5.2
        ---- stderr
        note: `openai/gpt-5.2-vision` is served as `openai/gpt-5.2`
        $ openclaw models set-image google/gemini-2.5-flash
        Updated ~/.openclaw/openclaw.json
        Image model: google/gemini-2.5-flash
        $ openclaw models set anthropic/claude-opus-4-5
        Updated ~/.openclaw/openclaw.json
        Primary model: anthropic/claude-opus-4-5
        $ openclaw models set-image anthropic/claude-opus-4-5
        Updated ~/.openclaw/openclaw.json
        Image model: anthropic/claude-opus-4-5
    "#]].assert_eq(console.transcript());
    expect![[r#"
        +  agents: {
        +    defaults: {
        +      model: {
        +        primary: "anthropic/claude-opus-4-5"
        +      },
        +      imageModel: {
        +        primary: "anthropic/claude-opus-4-5"
        +      }
        +    },
        +    list: [
        +      {
        +        id: "main"
        +      },
        +      {
        +        id: "work",
        +        name: "work",
        +        workspace: "<home>/work",
        +        agentDir: "<home>/.openclaw/agents/work/agent",
        +        model: {
        +          primary: "openai/gpt-5.2"
        +        }
        +      }
        +    ]
        +  },
    "#]]
    .assert_eq(&world.config_diff());
}

#[test]
fn aliases_are_added_listed_used_and_removed() {
    let vendors = vendors();
    let world = furnished(&vendors);
    let mut console = Console::new(&world);
    for line in [
        "openclaw models aliases add opus anthropic/claude-opus-4-5",
        "openclaw models aliases add fast google/gemini-2.5-flash",
        "openclaw models aliases list",
        "openclaw models aliases list --json",
        "openclaw models aliases list --plain",
        "openclaw models set opus",
        "openclaw models aliases remove opus",
        "openclaw models aliases list",
    ] {
        assert_eq!(console.run(line).code, Some(0), "{line}");
    }
    expect![[r#"
        $ openclaw models aliases add opus anthropic/claude-opus-4-5
        Updated ~/.openclaw/openclaw.json
        Alias opus → anthropic/claude-opus-4-5
        ---- stderr
        note: from now on only models in `agents.defaults.models` may be used; `models set` and `models fallbacks add` add to it
        $ openclaw models aliases add fast google/gemini-2.5-flash
        Updated ~/.openclaw/openclaw.json
        Alias fast → google/gemini-2.5-flash
        ---- stderr
        note: `google/gemini-2.5-flash` was added to `agents.defaults.models`, which lists the models that may be used
        $ openclaw models aliases list
        opus     → anthropic/claude-opus-4-5
        fast     → google/gemini-2.5-flash
        $ openclaw models aliases list --json
        {
          "aliases": {
            "opus": "anthropic/claude-opus-4-5",
            "fast": "google/gemini-2.5-flash"
          }
        }
        $ openclaw models aliases list --plain
        opus anthropic/claude-opus-4-5
        fast google/gemini-2.5-flash
        $ openclaw models set opus
        Updated ~/.openclaw/openclaw.json
        Primary model: anthropic/claude-opus-4-5
        $ openclaw models aliases remove opus
        Updated ~/.openclaw/openclaw.json
        Alias opus removed
        $ openclaw models aliases list
        fast     → google/gemini-2.5-flash
    "#]].assert_eq(console.transcript());
    expect![[r#"
        +  agents: {
        +    defaults: {
        +      models: {
        +        "anthropic/claude-opus-4-5": {
        +          alias: ""
        +        },
        +        "google/gemini-2.5-flash": {
        +          alias: "fast"
        +        }
        +      },
        +      model: {
        +        primary: "anthropic/claude-opus-4-5"
        +      }
        +    }
        +  },
    "#]]
    .assert_eq(&world.config_diff());
}

#[test]
fn fallbacks_are_added_listed_removed_and_cleared() {
    let vendors = vendors();
    let world = furnished(&vendors);
    let mut console = Console::new(&world);
    for line in [
        "openclaw models set anthropic/claude-opus-4-5",
        "openclaw models fallbacks add openai/gpt-5.2",
        "openclaw models fallbacks add google/gemini-2.5-pro",
        "openclaw models fallbacks list",
        "openclaw models fallbacks list --json",
    ] {
        assert_eq!(console.run(line).code, Some(0), "{line}");
    }
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
    for line in [
        "openclaw models fallbacks remove openai/gpt-5.2",
        "openclaw models fallbacks clear",
        "openclaw models fallbacks list",
    ] {
        assert_eq!(console.run(line).code, Some(0), "{line}");
    }
    expect![[r#"
        $ openclaw models set anthropic/claude-opus-4-5
        Updated ~/.openclaw/openclaw.json
        Primary model: anthropic/claude-opus-4-5
        $ openclaw models fallbacks add openai/gpt-5.2
        Updated ~/.openclaw/openclaw.json
        Fallbacks: openai/gpt-5.2
        $ openclaw models fallbacks add google/gemini-2.5-pro
        Updated ~/.openclaw/openclaw.json
        Fallbacks: openai/gpt-5.2, google/gemini-2.5-pro
        ---- stderr
        warning: no credential for `google`: `google/gemini-2.5-pro` is passed over until there is one; add it with `openclaw models auth add`, or set GEMINI_API_KEY or GOOGLE_API_KEY
        $ openclaw models fallbacks list
        Primary:   anthropic/claude-opus-4-5
        Fallbacks: openai/gpt-5.2
                   google/gemini-2.5-pro
        $ openclaw models fallbacks list --json
        {
          "primary": "anthropic/claude-opus-4-5",
          "fallbacks": [
            "openai/gpt-5.2",
            "google/gemini-2.5-pro"
          ]
        }
        $ openclaw models fallbacks remove openai/gpt-5.2
        Updated ~/.openclaw/openclaw.json
        Fallbacks: google/gemini-2.5-pro
        $ openclaw models fallbacks clear
        Updated ~/.openclaw/openclaw.json
        Fallback list cleared.
        $ openclaw models fallbacks list
        Primary:   anthropic/claude-opus-4-5
        Fallbacks: none
    "#]].assert_eq(console.transcript());
}

#[test]
fn image_fallbacks_work_as_fallbacks_do() {
    let vendors = vendors();
    let world = furnished(&vendors);
    let mut console = Console::new(&world);
    for line in [
        "openclaw models set-image anthropic/claude-sonnet-4",
        "openclaw models image-fallbacks add openai/gpt-5.2-vision",
        "openclaw models image-fallbacks add google/gemini-2.5-flash",
        "openclaw models image-fallbacks list",
        "openclaw models image-fallbacks list --json",
        "openclaw models image-fallbacks list --plain",
        "openclaw models image-fallbacks remove google/gemini-2.5-flash",
        "openclaw models image-fallbacks clear",
    ] {
        assert_eq!(console.run(line).code, Some(0), "{line}");
    }
    expect![[r#"
        $ openclaw models set-image anthropic/claude-sonnet-4
        Updated ~/.openclaw/openclaw.json
        Image model: anthropic/claude-sonnet-4-0
        ---- stderr
        warning: `anthropic/claude-sonnet-4-0` retires on 2026-05-14; see `openclaw models list --provider anthropic`
        note: `anthropic/claude-sonnet-4` is served as `anthropic/claude-sonnet-4-0`
        $ openclaw models image-fallbacks add openai/gpt-5.2-vision
        Updated ~/.openclaw/openclaw.json
        Image fallbacks: openai/gpt-5.2
        ---- stderr
        note: `openai/gpt-5.2-vision` is served as `openai/gpt-5.2`
        $ openclaw models image-fallbacks add google/gemini-2.5-flash
        Updated ~/.openclaw/openclaw.json
        Image fallbacks: openai/gpt-5.2, google/gemini-2.5-flash
        ---- stderr
        warning: no credential for `google`: `google/gemini-2.5-flash` is passed over until there is one; add it with `openclaw models auth add`, or set GEMINI_API_KEY or GOOGLE_API_KEY
        $ openclaw models image-fallbacks list
        Primary:   anthropic/claude-sonnet-4-0
        Fallbacks: openai/gpt-5.2
                   google/gemini-2.5-flash
        Then:      anthropic/claude-opus-4-5 (the primary text model)
        $ openclaw models image-fallbacks list --json
        {
          "primary": "anthropic/claude-sonnet-4-0",
          "fallbacks": [
            "openai/gpt-5.2",
            "google/gemini-2.5-flash"
          ],
          "textPrimary": "anthropic/claude-opus-4-5"
        }
        $ openclaw models image-fallbacks list --plain
        openai/gpt-5.2
        google/gemini-2.5-flash
        $ openclaw models image-fallbacks remove google/gemini-2.5-flash
        Updated ~/.openclaw/openclaw.json
        Image fallbacks: openai/gpt-5.2
        $ openclaw models image-fallbacks clear
        Updated ~/.openclaw/openclaw.json
        Image fallback list cleared.
    "#]].assert_eq(console.transcript());
}
