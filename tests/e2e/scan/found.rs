//! What is found, and what is written of it.

use openclaw_tests::Console;

use super::*;

/// Makes ports and durations the same in every run.
fn lines(console: &Console<'_>) -> String {
    console.transcript().to_owned()
}

#[test]
fn the_documented_lines_work_as_they_stand() {
    let case = Case::with(local(vendors()), "", OLLAMA);
    // A day on which a model whose size is published was new.
    let world = case.world.env("OPENCLAW_FIXED_TIME_MS", "1759276800000");
    let mut console = Console::new(&world);
    console.run("openclaw models scan --yes --set-default");
    console.run("openclaw models scan --min-params 70 --max-age-days 90 --yes --set-default");
    console.run("openclaw models scan --provider anthropic --yes");
    console.run("openclaw models scan --provider anthropic --yes --set-default");
    console.run("openclaw models scan --no-probe");
    expect![[r#"
        $ openclaw models scan --yes --set-default
        Scanning models...
        ✓ anthropic: 3 models available (auth: ok)
        ✓ ollama: 2 models available (auth: ok)
        ✓ openai: 2 models available (auth: ok)
        ✗ google: no valid authentication (400: API key not valid. Please pass a valid API key.)

        Top candidates:
         1. anthropic/claude-haiku-4-5       (size unknown, 2025-10-15,   $1/$5/M)
         2. openai/gpt-5.2                   (size unknown, 2025-12-11,   $1.75/$14/M)
         3. anthropic/claude-sonnet-4-5      (size unknown, 2025-09-29,   $3/$15/M)
         4. anthropic/claude-opus-4-5        (size unknown, 2025-11-24,   $5/$25/M)
         5. ollama/qwen3-coder:480b-cloud    (8.03B,        2025-07-23,   free)
         6. openai/gpt-5-mini                (size unknown, 2025-08-07,   $0.25/$2/M)
         7. ollama/llama3:8b                 (8.03B,        date unknown, free)

        Updated ~/.openclaw/openclaw.json
        Primary model: anthropic/claude-haiku-4-5
        $ openclaw models scan --min-params 70 --max-age-days 90 --yes --set-default
        ---- stderr
        error: No candidates: no model is left
          ✓ anthropic: 3 models available (auth: ok)
          ✓ ollama: 2 models available (auth: ok)
          ✓ openai: 2 models available (auth: ok)
          ✗ google: no valid authentication (400: API key not valid. Please pass a valid API key.)
          5 models left out: the size is not published
          2 models left out: the size is below `--min-params`
          nothing was changed
        hint: see what there is without a filter: `openclaw models scan --no-probe`
        [exit 1]
        $ openclaw models scan --provider anthropic --yes
        Scanning models...
        ✓ anthropic: 3 models available (auth: ok)

        Top candidates:
         1. anthropic/claude-haiku-4-5     (size unknown, 2025-10-15, $1/$5/M)  current
         2. anthropic/claude-sonnet-4-5    (size unknown, 2025-09-29, $3/$15/M)
         3. anthropic/claude-opus-4-5      (size unknown, 2025-11-24, $5/$25/M)

        Selected: anthropic/claude-haiku-4-5
        ---- stderr
        note: nothing was changed: `anthropic/claude-haiku-4-5` is the primary model already
        $ openclaw models scan --provider anthropic --yes --set-default
        Scanning models...
        ✓ anthropic: 3 models available (auth: ok)

        Top candidates:
         1. anthropic/claude-haiku-4-5     (size unknown, 2025-10-15, $1/$5/M)  current
         2. anthropic/claude-sonnet-4-5    (size unknown, 2025-09-29, $3/$15/M)
         3. anthropic/claude-opus-4-5      (size unknown, 2025-11-24, $5/$25/M)

        Primary model: anthropic/claude-haiku-4-5
        ---- stderr
        note: nothing was changed: it was so already
        $ openclaw models scan --no-probe
        Scanning models...
        - anthropic: 9 models in the catalog (auth: not probed)
        - google: 17 models in the catalog (auth: not probed)
        - ollama: 0 models in the config (not asked)
        - openai: 29 models in the catalog (auth: not probed)

        Top candidates:
         1. anthropic/claude-sonnet-4-5        (size unknown, 2025-09-29, $3/$15/M)
         2. openai/gpt-5                       (size unknown, 2025-08-07, $1.25/$10/M)
         3. google/gemini-2.5-pro              (size unknown, 2025-06-17, $1.25/$10/M)
         4. openai/o3                          (size unknown, 2025-04-16, $2/$8/M)
         5. openai/gpt-4.1                     (size unknown, 2025-04-14, $2/$8/M)
         6. openai/o3-pro                      (size unknown, 2025-06-10, $20/$80/M)
         7. openai/gpt-4o-search-preview       (size unknown, 2025-03-12, $2.5/$10/M)
         8. google/gemma-3-27b-it              (27B,          2025-03-12, free)
         9. google/gemini-flash-lite-latest    (size unknown, 2025-09-25, $0.25/$1.5/M)
        10. google/gemini-flash-latest         (size unknown, 2025-09-25, $1.5/$9/M)
        ---- stderr
        note: the best 10 of 55 candidates are shown; see all with `--max-candidates 55`
    "#]].assert_eq(&lines(&console));
}

#[test]
fn the_best_is_recommended_and_nothing_is_written_without_being_asked() {
    let case = Case::with(vendors(), r#"model: "openai/gpt-5.2""#, "");
    check(&case.look("--yes"), &expect![[r#"
        Scanning models...
        ✓ anthropic: 3 models available (auth: ok)
        ✓ openai: 2 models available (auth: ok)
        ✗ google: no valid authentication (400: API key not valid. Please pass a valid API key.)

        Top candidates:
         1. openai/gpt-5.2                 (size unknown, 2025-12-11, $1.75/$14/M)  current
         2. anthropic/claude-opus-4-5      (size unknown, 2025-11-24, $5/$25/M)
         3. anthropic/claude-haiku-4-5     (size unknown, 2025-10-15, $1/$5/M)
         4. anthropic/claude-sonnet-4-5    (size unknown, 2025-09-29, $3/$15/M)
         5. openai/gpt-5-mini              (size unknown, 2025-08-07, $0.25/$2/M)

        Selected: openai/gpt-5.2
        ---- stderr
        note: nothing was changed: `openai/gpt-5.2` is the primary model already
    "#]]);
    check(
        &case.look("--yes --provider anthropic --plain"),
        &expect![[r#"
            ok anthropic: 3 models available (auth: ok)

            Top candidates:
             1. anthropic/claude-opus-4-5      (size unknown, 2025-11-24, $5/$25/M)
             2. anthropic/claude-haiku-4-5     (size unknown, 2025-10-15, $1/$5/M)
             3. anthropic/claude-sonnet-4-5    (size unknown, 2025-09-29, $3/$15/M)

            Selected: anthropic/claude-opus-4-5
            ---- stderr
            note: nothing was changed; make it the primary model with `openclaw models set anthropic/claude-opus-4-5`
        "#]],
    );
    assert_eq!(case.asked(), [ANTHROPIC, ANTHROPIC, GOOGLE, OPENAI]);
}

#[test]
fn json_tells_everything() {
    let case = Case::new(vendors());
    let output = case.look("--json");
    assert_eq!((output.code, output.stderr.as_str()), (Some(0), ""));
    let mut value = steady(output.json());
    // The first candidate stands for all.
    value["candidates"].as_array_mut().unwrap().truncate(1);
    for reason in value["leftOut"].as_array_mut().unwrap() {
        if reason["reason"] == "not_listed" {
            reason["models"] = json!("…");
            reason["count"] = json!("…");
        }
    }
    check_json(&value, &expect![[r#"
        {
          "probed": true,
          "filters": {
            "minParams": null,
            "maxAgeDays": null,
            "provider": null
          },
          "timeoutMs": 10000,
          "concurrency": 4,
          "current": null,
          "currentImage": null,
          "providers": [
            {
              "provider": "anthropic",
              "outcome": "ok",
              "source": "profile:anthropic:work",
              "models": 3,
              "latencyMs": "<n>",
              "reason": null,
              "error": null,
              "tried": [],
              "skipped": []
            },
            {
              "provider": "openai",
              "outcome": "ok",
              "source": "profile:openai:default",
              "models": 2,
              "latencyMs": "<n>",
              "reason": null,
              "error": null,
              "tried": [],
              "skipped": []
            },
            {
              "provider": "google",
              "outcome": "failed",
              "source": null,
              "models": 0,
              "latencyMs": "<n>",
              "reason": null,
              "error": {
                "kind": "auth",
                "code": "INVALID_ARGUMENT",
                "status": 400,
                "message": "API key not valid. Please pass a valid API key.",
                "retryAfterMs": null
              },
              "tried": [
                {
                  "source": "profile:google:default",
                  "error": {
                    "kind": "auth",
                    "code": "INVALID_ARGUMENT",
                    "status": 400,
                    "message": "API key not valid. Please pass a valid API key.",
                    "retryAfterMs": null
                  }
                }
              ],
              "skipped": []
            },
            {
              "provider": "ollama",
              "outcome": "failed",
              "source": null,
              "models": 0,
              "latencyMs": "<n>",
              "reason": null,
              "error": {
                "kind": "network",
                "code": null,
                "status": null,
                "message": "error sending request: client error (Connect): tcp connect error: Connection refused (os error 111)",
                "retryAfterMs": null
              },
              "tried": [
                {
                  "source": "none",
                  "error": {
                    "kind": "network",
                    "code": null,
                    "status": null,
                    "message": "error sending request: client error (Connect): tcp connect error: Connection refused (os error 111)",
                    "retryAfterMs": null
                  }
                }
              ],
              "skipped": []
            }
          ],
          "candidates": [
            {
              "rank": 1,
              "key": "openai/gpt-5.2",
              "provider": "openai",
              "id": "gpt-5.2",
              "name": "GPT-5.2",
              "score": 0.753,
              "parts": {
                "parameters": {
                  "value": 0.5,
                  "weight": 0.45,
                  "known": false
                },
                "recency": {
                  "value": 0.9357,
                  "weight": 0.3,
                  "known": true
                },
                "cost": {
                  "value": 0.9453,
                  "weight": 0.05,
                  "known": true
                },
                "availability": {
                  "value": 1.0,
                  "weight": 0.2,
                  "known": true
                }
              },
              "availability": "live",
              "parametersB": null,
              "parametersFrom": null,
              "releaseDate": "2025-12-11",
              "cost": {
                "input": 1.75,
                "output": 14.0,
                "cacheRead": 0.175,
                "cacheWrite": null
              },
              "contextWindow": 400000,
              "maxOutput": 128000,
              "reasoning": true,
              "input": [
                "text",
                "image"
              ]
            }
          ],
          "totalCandidates": 5,
          "leftOut": [
            {
              "reason": "not_listed",
              "count": "…",
              "models": "…"
            },
            {
              "reason": "copy",
              "count": 5,
              "models": [
                "anthropic/claude-haiku-4-5-20251001",
                "anthropic/claude-opus-4-5-20251101",
                "anthropic/claude-sonnet-4-5-20250929",
                "openai/gpt-5-mini-2025-08-07",
                "openai/gpt-5.2-2025-12-11"
              ]
            }
          ],
          "selected": null,
          "selectedImage": null,
          "setDefault": false,
          "setImage": false,
          "changed": false,
          "warnings": []
        }
    "#]]);
}

#[test]
fn json_says_what_was_selected_and_written() {
    let case = Case::new(vendors());
    let value = case.scan("--json --yes --set-default --set-image").json();
    let told = json!({
        "selected": value["selected"],
        "selectedImage": value["selectedImage"],
        "setDefault": value["setDefault"],
        "setImage": value["setImage"],
        "changed": value["changed"],
        "warnings": value["warnings"],
    });
    check_json(&told, &expect![[r#"
        {
          "selected": "openai/gpt-5.2",
          "selectedImage": "openai/gpt-5.2",
          "setDefault": true,
          "setImage": true,
          "changed": true,
          "warnings": []
        }
    "#]]);
    assert_eq!(
        value["configPath"],
        case.world.path(CONFIG).display().to_string()
    );
    expect![""].assert_eq(&case.world.config_diff());
    let again = case.scan("--json --yes --set-default --set-image").json();
    assert_eq!(again["changed"], false);
    assert_eq!(case.world.config_diff(), "");
}

#[test]
fn only_the_keys_that_were_asked_for_change() {
    let model = r#"model: { primary: "openai/gpt-5-mini" /* cheap */, fallbacks: ["anthropic/claude-haiku-4-5"] }, models: { "openai/gpt-5-mini": {} }"#;
    let case = Case::with(vendors(), model, "");
    check(&case.scan("--yes --set-default"), &expect![[r#"
        Scanning models...
        ✓ anthropic: 3 models available (auth: ok)
        ✓ openai: 2 models available (auth: ok)
        ✗ google: no valid authentication (400: API key not valid. Please pass a valid API key.)

        Top candidates:
         1. openai/gpt-5.2                 (size unknown, 2025-12-11, $1.75/$14/M)
         2. anthropic/claude-opus-4-5      (size unknown, 2025-11-24, $5/$25/M)
         3. anthropic/claude-haiku-4-5     (size unknown, 2025-10-15, $1/$5/M)
         4. anthropic/claude-sonnet-4-5    (size unknown, 2025-09-29, $3/$15/M)
         5. openai/gpt-5-mini              (size unknown, 2025-08-07, $0.25/$2/M)  current

        Updated ~/.openclaw/openclaw.json
        Primary model: openai/gpt-5.2
        ---- stderr
        note: `openai/gpt-5.2` was added to `agents.defaults.models`, which lists the models that may be used
    "#]]);
    expect![[r#"
        -  agents: { defaults: { model: { primary: "openai/gpt-5-mini" /* cheap */, fallbacks: ["anthropic/claude-haiku-4-5"] }, models: { "openai/gpt-5-mini": {} } } },
        +  agents: { defaults: { model: { primary: "openai/gpt-5.2" /* cheap */, fallbacks: ["anthropic/claude-haiku-4-5"] }, models: { "openai/gpt-5-mini": {},
        +    "openai/gpt-5.2": {}
        +  } } },
    "#]].assert_eq(&case.world.config_diff());
    check(
        &case.scan("--yes --set-image --provider anthropic"),
        &expect![[r#"
            Scanning models...
            ✓ anthropic: 3 models available (auth: ok)

            Top candidates for images:
             1. anthropic/claude-opus-4-5      (size unknown, 2025-11-24, $5/$25/M)
             2. anthropic/claude-haiku-4-5     (size unknown, 2025-10-15, $1/$5/M)
             3. anthropic/claude-sonnet-4-5    (size unknown, 2025-09-29, $3/$15/M)

            Updated ~/.openclaw/openclaw.json
            Image model: anthropic/claude-opus-4-5
            ---- stderr
            note: `anthropic/claude-opus-4-5` was added to `agents.defaults.models`, which lists the models that may be used
        "#]],
    );
    expect![[r#"
        -    "openai/gpt-5.2": {}
        -  } } },
        +    "openai/gpt-5.2": {},
        +    "anthropic/claude-opus-4-5": {}
        +  }, imageModel: { primary: "anthropic/claude-opus-4-5" } } },
    "#]].assert_eq(&case.world.config_diff());
}

#[test]
fn the_image_model_is_the_best_that_takes_images() {
    let case = Case::with(local(vendors()), "", OLLAMA);
    let value = case.scan("--json --yes --set-default --set-image").json();
    assert_eq!(
        (&value["selected"], &value["selectedImage"]),
        (
            &json!("ollama/qwen3-coder:480b-cloud"),
            &json!("openai/gpt-5.2")
        )
    );
    expect![""].assert_eq(&case.world.config_diff());
}

#[test]
fn a_model_that_the_catalog_lacks_joins_with_what_is_known_of_it() {
    let script = Script::new().on(
        When::get(OPENAI),
        openai::models(&["gpt-5.2", "nova-70b-instruct"]),
    );
    let case = Case::new(script);
    check(
        &case.look("--yes --provider openai --min-params 50"),
        &expect![[r#"
            Scanning models...
            ✓ openai: 2 models available (auth: ok)

            Top candidates:
             1. openai/nova-70b-instruct    (70B, date unknown, price unknown)

            Selected: openai/nova-70b-instruct
            ---- stderr
            note: 1 model is left out, because its size is not published (openai 1); see it without `--min-params`
            note: nothing was changed; make it the primary model with `openclaw models set openai/nova-70b-instruct`
        "#]],
    );
}

#[test]
fn a_local_server_that_answers_is_found_and_one_that_does_not_is_no_news() {
    let case = Case::with(local(vendors()), "", OLLAMA);
    check(&case.look("--yes --max-candidates 2"), &expect![[r#"
        Scanning models...
        ✓ anthropic: 3 models available (auth: ok)
        ✓ ollama: 2 models available (auth: ok)
        ✓ openai: 2 models available (auth: ok)
        ✗ google: no valid authentication (400: API key not valid. Please pass a valid API key.)

        Top candidates:
         1. openai/gpt-5.2               (size unknown, 2025-12-11, $1.75/$14/M)
         2. anthropic/claude-opus-4-5    (size unknown, 2025-11-24, $5/$25/M)

        Selected: openai/gpt-5.2
        ---- stderr
        note: the best 2 of 7 candidates are shown; see all with `--max-candidates 7`
        note: nothing was changed; make it the primary model with `openclaw models set openai/gpt-5.2`
    "#]]);
    // Nothing listens where Ollama would: a user who has none need not hear of it.
    let case = Case::new(vendors());
    assert!(!case.look("--yes").stdout.contains("ollama"));
}

#[test]
fn without_probing_the_catalog_is_all_there_is() {
    let case = Case::new(vendors());
    check(&case.look("--no-probe --max-candidates 3"), &expect![[r#"
        Scanning models...
        - anthropic: 11 models in the catalog (auth: not probed)
        - google: 18 models in the catalog (auth: not probed)
        - openai: 33 models in the catalog (auth: not probed)

        Top candidates:
         1. openai/gpt-5.2               (size unknown, 2025-12-11, $1.75/$14/M)
         2. openai/gpt-5.1               (size unknown, 2025-11-13, $1.25/$10/M)
         3. anthropic/claude-opus-4-5    (size unknown, 2025-11-24, $5/$25/M)
        ---- stderr
        note: the best 3 of 62 candidates are shown; see all with `--max-candidates 62`
    "#]]);
    check(
        &case.look("--no-probe --yes --plain --provider google --max-candidates 1"),
        &expect![[r#"
            unproven google: 18 models in the catalog (auth: not probed)

            Top candidates:
             1. google/gemini-2.5-pro    (size unknown, 2025-06-17, $1.25/$10/M)

            Selected: google/gemini-2.5-pro
            ---- stderr
            note: the best 1 of 18 candidates are shown; see all with `--max-candidates 18`
            note: nothing was changed; make it the primary model with `openclaw models set google/gemini-2.5-pro`
        "#]],
    );
    assert_eq!(case.upstream.connections(), 0);
}

#[test]
fn the_users_own_models_of_a_local_server_count_without_probing() {
    let provider = r#"ollama: { baseUrl: "<url>/ollama", models: [{ id: "mine-70b" }] },"#;
    let case = Case::with(local(vendors()), "", provider);
    check(&case.look("--no-probe --provider ollama"), &expect![[r#"
        Scanning models...
        - ollama: 1 model in the config (not asked)

        Top candidates:
         1. ollama/mine-70b    (70B, date unknown, price unknown)
    "#]]);
}
