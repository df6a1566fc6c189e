//! `models scan`

use expect_test::expect;
use openclaw_tests::Console;

use super::super::{no_key_in, vendors};
use super::furnished;

#[test]
fn scans_as_documented() {
    let vendors = vendors();
    let world = furnished(&vendors);
    let mut console = Console::new(&world);
    console.run("openclaw models scan");
    assert_eq!(world.config_diff(), "");
    console.run("openclaw models scan --yes");
    assert_eq!(world.config_diff(), "");
    console.run("openclaw models scan --yes --set-default");
    console.run("openclaw models scan --yes --set-image");
    console.run("openclaw models scan --min-params 70 --max-age-days 90");
    console.run("openclaw models scan --provider anthropic --yes");
    console.run("openclaw models scan --no-input");
    let json = console
        .unseen("openclaw models scan --provider anthropic --yes --json")
        .json();
    assert!(
        json["selected"].is_object() || json["selected"].is_string(),
        "{json:#}"
    );
    no_key_in(console.transcript());
    expect![[r#"
        $ openclaw models scan
        ---- stderr
        error: cannot let you select a model without a terminal to ask at
          nothing was changed
        hint: take the best candidate without a question: `openclaw models scan --yes`
        [exit 1]
        $ openclaw models scan --yes
        Scanning models...
        ✓ anthropic: 3 models available (auth: ok)
        ✓ openai: 2 models available (auth: ok)
        ✗ google: no valid authentication
        ✗ minimax: no valid authentication

        Top candidates:
         1. openai/gpt-5.2                 (size unknown, 2025-12-11, $1.75/$14/M)
         2. anthropic/claude-opus-4-5      (size unknown, 2025-11-24, $5/$25/M)
         3. anthropic/claude-haiku-4-5     (size unknown, 2025-10-15, $1/$5/M)
         4. anthropic/claude-sonnet-4-5    (size unknown, 2025-09-29, $3/$15/M)
         5. openai/gpt-5-mini              (size unknown, 2025-08-07, $0.25/$2/M)

        Selected: openai/gpt-5.2
        ---- stderr
        note: nothing was changed; make it the primary model with `openclaw models set openai/gpt-5.2`
        $ openclaw models scan --yes --set-default
        Scanning models...
        ✓ anthropic: 3 models available (auth: ok)
        ✓ openai: 2 models available (auth: ok)
        ✗ google: no valid authentication
        ✗ minimax: no valid authentication

        Top candidates:
         1. openai/gpt-5.2                 (size unknown, 2025-12-11, $1.75/$14/M)
         2. anthropic/claude-opus-4-5      (size unknown, 2025-11-24, $5/$25/M)
         3. anthropic/claude-haiku-4-5     (size unknown, 2025-10-15, $1/$5/M)
         4. anthropic/claude-sonnet-4-5    (size unknown, 2025-09-29, $3/$15/M)
         5. openai/gpt-5-mini              (size unknown, 2025-08-07, $0.25/$2/M)

        Updated ~/.openclaw/openclaw.json
        Primary model: openai/gpt-5.2
        $ openclaw models scan --yes --set-image
        Scanning models...
        ✓ anthropic: 3 models available (auth: ok)
        ✓ openai: 2 models available (auth: ok)
        ✗ google: no valid authentication
        ✗ minimax: no valid authentication

        Top candidates for images:
         1. openai/gpt-5.2                 (size unknown, 2025-12-11, $1.75/$14/M)
         2. anthropic/claude-opus-4-5      (size unknown, 2025-11-24, $5/$25/M)
         3. anthropic/claude-haiku-4-5     (size unknown, 2025-10-15, $1/$5/M)
         4. anthropic/claude-sonnet-4-5    (size unknown, 2025-09-29, $3/$15/M)
         5. openai/gpt-5-mini              (size unknown, 2025-08-07, $0.25/$2/M)

        Updated ~/.openclaw/openclaw.json
        Image model: openai/gpt-5.2
        $ openclaw models scan --min-params 70 --max-age-days 90
        ---- stderr
        error: cannot let you select a model without a terminal to ask at
          nothing was changed
        hint: take the best candidate without a question: `openclaw models scan --yes`
        [exit 1]
        $ openclaw models scan --provider anthropic --yes
        Scanning models...
        ✓ anthropic: 3 models available (auth: ok)

        Top candidates:
         1. anthropic/claude-opus-4-5      (size unknown, 2025-11-24, $5/$25/M)
         2. anthropic/claude-haiku-4-5     (size unknown, 2025-10-15, $1/$5/M)
         3. anthropic/claude-sonnet-4-5    (size unknown, 2025-09-29, $3/$15/M)

        Selected: anthropic/claude-opus-4-5
        ---- stderr
        note: nothing was changed; make it the primary model with `openclaw models set anthropic/claude-opus-4-5`
        $ openclaw models scan --no-input
        ---- stderr
        error: --no-input needs --yes
          without a question, only the best candidate can be taken
        hint: take it with `openclaw models scan --no-input --yes`
        [exit 1]
    "#]].assert_eq(console.transcript());
    expect![[r#"
        +  agents: {
        +    defaults: {
        +      model: {
        +        primary: "openai/gpt-5.2"
        +      },
        +      imageModel: {
        +        primary: "openai/gpt-5.2"
        +      }
        +    }
        +  },
    "#]]
    .assert_eq(&world.config_diff());
}
