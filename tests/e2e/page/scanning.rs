//! "Model Scanning and Auto-Selection"

use expect_test::expect;
use openclaw_tests::Console;
use serde_json::json;

use super::{ANTHROPIC, MINIMAX, OPENAI, home, no_key_in, vendors};

#[test]
fn the_best_model_is_found_and_set() {
    let vendors = vendors();
    let key =
        |provider: &str, key: &str| json!({ "type": "api_key", "provider": provider, "key": key });
    let world = home(&vendors)
        .profile("anthropic:default", key("anthropic", ANTHROPIC))
        .profile("openai:default", key("openai", OPENAI))
        .profile(
            "google:default",
            key("google", "AIzaThisKeyIsRefused0123456789-Refused1"),
        )
        .profile("minimax:default", key("minimax", MINIMAX));
    let mut console = Console::new(&world);

    // Scan all providers and select interactively: there is no terminal here, so it says what to do;
    // the choice itself is made in a pseudo-terminal, in `scan.rs`.
    console.run("openclaw models scan");

    // Auto-select best available (non-interactive)
    console.run("openclaw models scan --yes --set-default");

    // Scan for large, recent models only
    console.run("openclaw models scan --min-params 70 --max-age-days 90 --yes --set-default");

    // Scan Anthropic only
    console.run("openclaw models scan --provider anthropic --yes");

    // Scan without probing (metadata only)
    console.run("openclaw models scan --no-probe");

    no_key_in(console.transcript());
    expect![[r#"
        $ openclaw models scan
        ---- stderr
        error: cannot let you select a model without a terminal to ask at
          nothing was changed
        hint: take the best candidate without a question: `openclaw models scan --yes`
        [exit 1]
        $ openclaw models scan --yes --set-default
        Scanning models...
        ✓ anthropic: 3 models available (auth: ok)
        ✓ minimax: 5 models available (auth: ok)
        ✓ openai: 2 models available (auth: ok)
        ✗ google: no valid authentication (400: API key not valid. Please pass a valid API key.)

        Top candidates:
         1. minimax/MiniMax-M2.1              (230B,         2025-12-23,   $0.3/$1.2/M)
         2. minimax/MiniMax-M2                (230B,         2025-10-27,   $0.3/$1.2/M)
         3. minimax/MiniMax-M2.1-lightning    (230B,         date unknown, $0.3/$2.4/M)
         4. minimax/MiniMax-M2.5-lightning    (230B,         date unknown, $0.3/$2.4/M)
         5. openai/gpt-5.2                    (size unknown, 2025-12-11,   $1.75/$14/M)
         6. anthropic/claude-opus-4-5         (size unknown, 2025-11-24,   $5/$25/M)
         7. anthropic/claude-haiku-4-5        (size unknown, 2025-10-15,   $1/$5/M)
         8. anthropic/claude-sonnet-4-5       (size unknown, 2025-09-29,   $3/$15/M)
         9. openai/gpt-5-mini                 (size unknown, 2025-08-07,   $0.25/$2/M)
        10. minimax/MiniMax-M3.1-Flash        (size unknown, date unknown, $0.15/$0.6/M)

        Updated ~/.openclaw/openclaw.json
        Primary model: minimax/MiniMax-M2.1
        $ openclaw models scan --min-params 70 --max-age-days 90 --yes --set-default
        Scanning models...
        ✓ anthropic: 3 models available (auth: ok)
        ✓ minimax: 5 models available (auth: ok)
        ✓ openai: 2 models available (auth: ok)
        ✗ google: no valid authentication (400: API key not valid. Please pass a valid API key.)

        Top candidates:
         1. minimax/MiniMax-M2.1    (230B, 2025-12-23, $0.3/$1.2/M)  current
         2. minimax/MiniMax-M2      (230B, 2025-10-27, $0.3/$1.2/M)

        Primary model: minimax/MiniMax-M2.1
        ---- stderr
        note: 6 models are left out, because their size is not published (anthropic 3, minimax 1, openai 2); see them without `--min-params`
        note: 2 models are left out, because their release day is not known (minimax 2); see them without `--max-age-days`
        note: nothing was changed: it was so already
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
        $ openclaw models scan --no-probe
        Scanning models...
        - anthropic: 11 models in the catalog (auth: not probed)
        - google: 18 models in the catalog (auth: not probed)
        - minimax: 5 models in the catalog (auth: not probed)
        - openai: 33 models in the catalog (auth: not probed)

        Top candidates:
         1. minimax/MiniMax-M2.1              (230B,         2025-12-23,   $0.3/$1.2/M)  current
         2. minimax/MiniMax-M2                (230B,         2025-10-27,   $0.3/$1.2/M)
         3. minimax/MiniMax-M2.1-lightning    (230B,         date unknown, $0.3/$2.4/M)
         4. minimax/MiniMax-M2.5-lightning    (230B,         date unknown, $0.3/$2.4/M)
         5. openai/gpt-5.2                    (size unknown, 2025-12-11,   $1.75/$14/M)
         6. openai/gpt-5.1                    (size unknown, 2025-11-13,   $1.25/$10/M)
         7. anthropic/claude-opus-4-5         (size unknown, 2025-11-24,   $5/$25/M)
         8. anthropic/claude-haiku-4-5        (size unknown, 2025-10-15,   $1/$5/M)
         9. anthropic/claude-sonnet-4-5       (size unknown, 2025-09-29,   $3/$15/M)
        10. openai/gpt-5.2-pro                (size unknown, 2025-12-11,   $21/$168/M)
        ---- stderr
        note: the best 10 of 67 candidates are shown; see all with `--max-candidates 67`
    "#]]
    .assert_eq(console.transcript());
    expect![[r#"
        +  agents: {
        +    defaults: {
        +      model: {
        +        primary: "minimax/MiniMax-M2.1"
        +      }
        +    }
        +  },
    "#]]
    .assert_eq(&world.config_diff());
}
