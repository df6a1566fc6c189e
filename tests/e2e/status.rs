//! `openclaw models` and `openclaw models status`: what a person sees, what a script reads, and what
//! `--check` comes to. What `--probe` adds is in `probe.rs`.

use expect_test::{Expect, expect};
use openclaw_tests::{FIXED_TIME_MS, World};
use serde_json::{Value, json};

use crate::check;

const HOUR_MS: u64 = 3_600_000;
const DAY_MS: u64 = 24 * HOUR_MS;
const STORE: &str = ".openclaw/agents/main/agent/auth-profiles.json";

/// Secrets; what is printed of each is its first eight and last four characters at most.
const TOKEN: &str = "sk-ant-oat01-0123456789012345678901234567890123456789-MASKED";
const KEY: &str = "sk-proj-0123456789012345678901234567890123456789-MASKED";

const SIMPLE: &str = r#"{ agents: { defaults: { model: "anthropic/claude-opus-4-5" } } }"#;

const CONFIG: &str = r#"{
  // my models
  agents: {
    defaults: {
      model: {
        primary: "opus",
        fallbacks: ["openai/gpt-5.2", "anthropic/claude-3-opus-20240229", "acme/first", "openai/gtp-5.2"],
      },
      imageModel: { primary: "anthropic/claude-sonnet-4-5", fallbacks: ["google/gemini-2.5-flash"] },
      models: {
        "anthropic/claude-opus-4-5": { alias: "opus" },
        "openai/gpt-5.2": { alias: "gpt" },
        "anthropic/claude-sonnet-4-5": {},
        "openai/gtp-5.2": {},
        "acme/first": {},
      },
    },
    list: [
      { id: "main" },
      { id: "work", model: { primary: "openai/gpt-5.2", fallbacks: [] }, auth: { order: { openai: ["openai:default"] } } },
    ],
  },
  auth: { order: { anthropic: ["anthropic:work", "anthropic:me", "anthropic:gone"] } },
  models: { providers: { lmstudio: {
    baseUrl: "http://127.0.0.1:1234/v1", api: "openai-completions", apiKey: "${LM_KEY}", models: [],
  } } },
}
"#;

fn token(expires: u64) -> Value {
    json!({ "type": "token", "provider": "anthropic", "token": TOKEN, "expires": expires })
}

fn login(expires: u64) -> Value {
    json!({
        "type": "oauth", "provider": "anthropic", "access": TOKEN, "refresh": TOKEN, "expires": expires,
        "email": "me@example.com",
    })
}

fn key(text: &str) -> Value {
    json!({ "type": "api_key", "provider": "openai", "key": text })
}

/// A home with models and credentials in every state.
fn lived_in() -> World {
    let world = World::new()
        .config(CONFIG)
        .profile("anthropic:work", token(FIXED_TIME_MS + 200 * DAY_MS))
        .profile("anthropic:me", login(FIXED_TIME_MS - DAY_MS))
        .profile("anthropic:soon", token(FIXED_TIME_MS + 3 * DAY_MS))
        .profile("anthropic:old", token(FIXED_TIME_MS - 3 * DAY_MS))
        .profile("openai:default", key(KEY))
        .profile("openai:backup", key(KEY))
        .profile("openai:blank", key(""))
        .env("LM_KEY", "lm-key")
        .env("OPENAI_API_KEY", KEY);
    using(
        world,
        &json!({
            "anthropic:work": { "models": { "claude-opus-4-5": {
                "until": FIXED_TIME_MS + 240_000, "reason": "rate_limit", "errorCount": 2,
            } } },
            "openai:default": {
                "disabledUntil": FIXED_TIME_MS + 5 * HOUR_MS, "disabledReason": "billing",
            },
            "openai:backup": { "cooldownUntil": FIXED_TIME_MS + 40_000, "errorCount": 1 },
        }),
    )
}

/// Writes what is remembered of the use of credentials.
fn using(world: World, usage: &Value) -> World {
    let mut store: Value = serde_json::from_str(&world.read(STORE).unwrap()).unwrap();
    store["usageStats"] = usage.clone();
    world.write(STORE, format!("{store:#}\n"));
    world
}

fn check_json(value: &Value, expect: &Expect) {
    expect.assert_eq(&format!("{value:#}\n"));
}

#[test]
fn six_sections_say_what_is_set_and_what_is_wrong_with_it() {
    let world = lived_in();
    let before = world.files();
    let text = world.openclaw("models status");
    check(
        &text,
        &expect![[r#"
            Primary Model:   anthropic/claude-opus-4-5 (alias opus)
            Image Model:     anthropic/claude-sonnet-4-5 (alias sonnet)
            Fallbacks:       openai/gpt-5.2 (alias gpt)
                             anthropic/claude-3-opus-20240229
                               (retired since 2026-01-05; not allowed: not in agents.defaults.models)
                             acme/first (no such provider)
                             openai/gtp-5.2 (not in the catalog; did you mean openai/gpt-5.2?)
            Image Fallbacks: google/gemini-2.5-flash (not allowed: not in agents.defaults.models)

            Auth Profiles:
              acme
                missing: no plugin or config entry serves `acme`, which is in use
                add `models.providers.acme` to the config, or choose from `openclaw models list --all`
              anthropic
                anthropic:me        oauth    active    renews itself; access token expired 24 h ago;
                                                       me@example.com; sk-ant-o…SKED
                anthropic:old       token    expired   3 d ago (2026-01-12); not in the auth order;
                                                       sk-ant-o…SKED
                anthropic:soon      token    expiring  in 3 d (2026-01-18); not in the auth order; sk-ant-o…SKED
                anthropic:work      token    active    expires in 200 d (2026-08-03);
                                                       `claude-opus-4-5` cooling down: rate limited, 4 min left;
                                                       sk-ant-o…SKED
              google
                missing: no usable credential for `google`, which is in use
                mend it: openclaw models auth add --provider google
                or set GEMINI_API_KEY
              lmstudio (not in use)
                models.json         api-key  active    models.providers.lmstudio.apiKey
              openai
                openai:backup       api-key  active    cooling down: rate limited, 40 s left; sk-proj-…SKED
                openai:blank        api-key  disabled  holds no credential
                openai:default      api-key  disabled  out of credit, 5 h left; sk-proj-…SKED
                env:OPENAI_API_KEY  api-key  active    sk-proj-…SKED

            Auth Order:
              anthropic  anthropic:work, anthropic:me, anthropic:gone (not stored)  (auth.order)
              openai     openai:default (disabled), openai:backup (cooling down), openai:blank (disabled)
                         (not set: they take turns)
        "#]],
    );
    assert_eq!(world.openclaw("models"), text);
    assert_eq!(world.files(), before, "a read writes nothing");
}

#[test]
fn a_narrow_window_puts_details_below() {
    let world = lived_in().env("COLUMNS", "60");
    check(
        &world.openclaw("models status"),
        &expect![[r#"
            Primary Model:   anthropic/claude-opus-4-5 (alias opus)
            Image Model:     anthropic/claude-sonnet-4-5
                               (alias sonnet)
            Fallbacks:       openai/gpt-5.2 (alias gpt)
                             anthropic/claude-3-opus-20240229
                               (retired since 2026-01-05;
                               not allowed: not in
                               agents.defaults.models)
                             acme/first (no such provider)
                             openai/gtp-5.2
                               (not in the catalog; did you mean
                               openai/gpt-5.2?)
            Image Fallbacks: google/gemini-2.5-flash
                               (not allowed: not in
                               agents.defaults.models)

            Auth Profiles:
              acme
                missing: no plugin or config entry serves `acme`, which
                is in use
                add `models.providers.acme` to the config, or choose
                from `openclaw models list --all`
              anthropic
                anthropic:me        oauth    active
                    renews itself; access token expired 24 h ago;
                    me@example.com; sk-ant-o…SKED
                anthropic:old       token    expired
                    3 d ago (2026-01-12); not in the auth order;
                    sk-ant-o…SKED
                anthropic:soon      token    expiring
                    in 3 d (2026-01-18); not in the auth order;
                    sk-ant-o…SKED
                anthropic:work      token    active
                    expires in 200 d (2026-08-03);
                    `claude-opus-4-5` cooling down: rate limited, 4 min
                    left; sk-ant-o…SKED
              google
                missing: no usable credential for `google`, which is in
                use
                mend it: openclaw models auth add --provider google
                or set GEMINI_API_KEY
              lmstudio (not in use)
                models.json         api-key  active
                    models.providers.lmstudio.apiKey
              openai
                openai:backup       api-key  active
                    cooling down: rate limited, 40 s left; sk-proj-…SKED
                openai:blank        api-key  disabled
                    holds no credential
                openai:default      api-key  disabled
                    out of credit, 5 h left; sk-proj-…SKED
                env:OPENAI_API_KEY  api-key  active
                    sk-proj-…SKED

            Auth Order:
              anthropic  anthropic:work, anthropic:me,
                         anthropic:gone (not stored)  (auth.order)
              openai     openai:default (disabled),
                         openai:backup (cooling down),
                         openai:blank (disabled)
                         (not set: they take turns)
        "#]],
    );
}

#[test]
fn a_wide_window_puts_details_beside() {
    let world = lived_in().env("COLUMNS", "140");
    check(
        &world.openclaw("models status"),
        &expect![[r#"
            Primary Model:   anthropic/claude-opus-4-5 (alias opus)
            Image Model:     anthropic/claude-sonnet-4-5 (alias sonnet)
            Fallbacks:       openai/gpt-5.2 (alias gpt)
                             anthropic/claude-3-opus-20240229 (retired since 2026-01-05; not allowed: not in agents.defaults.models)
                             acme/first (no such provider)
                             openai/gtp-5.2 (not in the catalog; did you mean openai/gpt-5.2?)
            Image Fallbacks: google/gemini-2.5-flash (not allowed: not in agents.defaults.models)

            Auth Profiles:
              acme
                missing: no plugin or config entry serves `acme`, which is in use
                add `models.providers.acme` to the config, or choose from `openclaw models list --all`
              anthropic
                anthropic:me        oauth    active    renews itself; access token expired 24 h ago; me@example.com; sk-ant-o…SKED
                anthropic:old       token    expired   3 d ago (2026-01-12); not in the auth order; sk-ant-o…SKED
                anthropic:soon      token    expiring  in 3 d (2026-01-18); not in the auth order; sk-ant-o…SKED
                anthropic:work      token    active    expires in 200 d (2026-08-03); `claude-opus-4-5` cooling down: rate limited, 4 min left;
                                                       sk-ant-o…SKED
              google
                missing: no usable credential for `google`, which is in use
                mend it: openclaw models auth add --provider google
                or set GEMINI_API_KEY
              lmstudio (not in use)
                models.json         api-key  active    models.providers.lmstudio.apiKey
              openai
                openai:backup       api-key  active    cooling down: rate limited, 40 s left; sk-proj-…SKED
                openai:blank        api-key  disabled  holds no credential
                openai:default      api-key  disabled  out of credit, 5 h left; sk-proj-…SKED
                env:OPENAI_API_KEY  api-key  active    sk-proj-…SKED

            Auth Order:
              anthropic  anthropic:work, anthropic:me, anthropic:gone (not stored)  (auth.order)
              openai     openai:default (disabled), openai:backup (cooling down), openai:blank (disabled)  (not set: they take turns)
        "#]],
    );
}

#[test]
fn no_line_is_longer_than_the_window_but_for_what_can_be_pasted() {
    for columns in [60, 80, 100, 120] {
        let world = lived_in().env("COLUMNS", &columns.to_string());
        let text = world.openclaw("models status").stdout;
        for line in text.lines() {
            let breaks = !line.contains("mend it: ") && line.trim().contains(' ');
            assert!(
                line.chars().count() <= columns || !breaks,
                "{columns} columns: {line}"
            );
        }
    }
}

#[test]
fn color_repeats_what_the_words_say() {
    let world = lived_in();
    let plain = world.openclaw("models status").stdout;
    let colored = lived_in()
        .env("CLICOLOR_FORCE", "1")
        .openclaw("models status")
        .stdout;
    for (word, code) in [
        ("active", 32),
        ("expiring", 33),
        ("expired", 31),
        ("disabled", 31),
    ] {
        assert!(
            colored.contains(&format!("\u{1b}[{code}m{word}\u{1b}[0m")),
            "{word}: {colored}"
        );
    }
    let mut bare = String::new();
    for (at, part) in colored.split('\u{1b}').enumerate() {
        bare.push_str(if at == 0 {
            part
        } else {
            part.split_once('m').unwrap().1
        });
    }
    assert_eq!(bare, plain);
}

#[test]
fn an_empty_home_shows_what_to_do_first() {
    check(
        &World::new().openclaw("models status"),
        &expect![[r#"
        Primary Model:   anthropic/claude-opus-4-5 (built in; none is configured)
        Image Model:     none
        Fallbacks:       none
        Image Fallbacks: none

        Auth Profiles:
          anthropic
            missing: no usable credential for `anthropic`, which is in use
            mend it: openclaw models auth add --provider anthropic
            or set ANTHROPIC_API_KEY

        Auth Order:
          none
    "#]],
    );
}

#[test]
fn an_agent_is_shown_with_its_own_and_with_what_it_inherits() {
    let world = lived_in();
    let before = world.files();
    let text = world.openclaw("models status --agent work");
    check(
        &text,
        &expect![[r#"
            Primary Model:   openai/gpt-5.2 (alias gpt) (of the agent `work`)
            Image Model:     anthropic/claude-sonnet-4-5 (alias sonnet)
            Fallbacks:       none (of the agent `work`)
            Image Fallbacks: google/gemini-2.5-flash (not allowed: not in agents.defaults.models)

            Auth Profiles:
              anthropic
                anthropic:me        oauth    active    renews itself; access token expired 24 h ago;
                                                       me@example.com; sk-ant-o…SKED
                anthropic:old       token    expired   3 d ago (2026-01-12); not in the auth order;
                                                       sk-ant-o…SKED
                anthropic:soon      token    expiring  in 3 d (2026-01-18); not in the auth order; sk-ant-o…SKED
                anthropic:work      token    active    expires in 200 d (2026-08-03);
                                                       `claude-opus-4-5` cooling down: rate limited, 4 min left;
                                                       sk-ant-o…SKED
              google
                missing: no usable credential for `google`, which is in use
                mend it: openclaw models auth add --provider google
                or set GEMINI_API_KEY
              lmstudio (not in use)
                models.json         api-key  active    models.providers.lmstudio.apiKey
              openai
                openai:backup       api-key  active    cooling down: rate limited, 40 s left;
                                                       not in the auth order; sk-proj-…SKED
                openai:blank        api-key  disabled  holds no credential; not in the auth order
                openai:default      api-key  disabled  out of credit, 5 h left; sk-proj-…SKED
                env:OPENAI_API_KEY  api-key  active    sk-proj-…SKED

            Auth Order:
              anthropic  anthropic:work, anthropic:me, anthropic:gone (not stored)  (auth.order)
              openai     openai:default (disabled)  (auth.order of the agent)
        "#]],
    );
    assert_eq!(world.openclaw("models --agent WORK"), text);
    assert_eq!(world.files(), before, "nothing is copied to the agent");
    let value = world.openclaw("models status --agent work --json").json();
    assert_eq!(value["agentId"], "work");
    check_json(
        &value["modelConfig"],
        &expect![[r#"
        {
          "defaultSource": "agent",
          "fallbacksSource": "agent"
        }
    "#]],
    );
    check_json(
        &value["authOrderSource"],
        &expect![[r#"
        {
          "anthropic": "config",
          "google": "stored",
          "lmstudio": "stored",
          "openai": "agent-config"
        }
    "#]],
    );
    check(
        &world.openclaw("models status --agent nobody"),
        &expect![[r#"
            ---- stderr
            error: Unknown agent id "nobody". Use "openclaw agents list" to see configured agents.
            [exit 1]
        "#]],
    );
}

#[test]
fn data_has_the_shape_of_the_documentation_and_of_the_existing_product() {
    let output = lived_in().openclaw("models status --json");
    assert!(output.stderr.is_empty(), "{output}");
    assert!(!output.stdout.contains(&TOKEN[8..20]), "{output}");
    let mut value = output.json();
    let auth = value["auth"].take();
    check_json(
        &value,
        &expect![[r#"
            {
              "configPath": "<home>/.openclaw/openclaw.json",
              "agentDir": "<home>/.openclaw/agents/main/agent",
              "defaultModel": "opus",
              "resolvedDefault": "anthropic/claude-opus-4-5",
              "fallbacks": [
                "openai/gpt-5.2",
                "anthropic/claude-3-opus-20240229",
                "acme/first",
                "openai/gtp-5.2"
              ],
              "imageModel": "anthropic/claude-sonnet-4-5",
              "imageFallbacks": [
                "google/gemini-2.5-flash"
              ],
              "aliases": {
                "opus": "anthropic/claude-opus-4-5",
                "gpt": "openai/gpt-5.2",
                "sonnet": "anthropic/claude-sonnet-4-5"
              },
              "allowed": [
                "anthropic/claude-opus-4-5",
                "openai/gpt-5.2",
                "anthropic/claude-sonnet-4-5",
                "openai/gtp-5.2",
                "acme/first"
              ],
              "configuredModels": [
                "anthropic/claude-opus-4-5",
                "openai/gpt-5.2",
                "anthropic/claude-3-opus-20240229",
                "acme/first",
                "openai/gtp-5.2",
                "anthropic/claude-sonnet-4-5",
                "google/gemini-2.5-flash"
              ],
              "models": [
                {
                  "role": "primary",
                  "key": "anthropic/claude-opus-4-5",
                  "configured": "opus",
                  "aliases": [
                    "opus"
                  ],
                  "marks": []
                },
                {
                  "role": "fallback#1",
                  "key": "openai/gpt-5.2",
                  "configured": "openai/gpt-5.2",
                  "aliases": [
                    "gpt"
                  ],
                  "marks": []
                },
                {
                  "role": "fallback#2",
                  "key": "anthropic/claude-3-opus-20240229",
                  "configured": "anthropic/claude-3-opus-20240229",
                  "aliases": [],
                  "marks": [
                    "retired",
                    "not_allowed"
                  ],
                  "retires": "2026-01-05"
                },
                {
                  "role": "fallback#3",
                  "key": "acme/first",
                  "configured": "acme/first",
                  "aliases": [],
                  "marks": [
                    "no_provider"
                  ]
                },
                {
                  "role": "fallback#4",
                  "key": "openai/gtp-5.2",
                  "configured": "openai/gtp-5.2",
                  "aliases": [],
                  "marks": [
                    "missing"
                  ],
                  "suggestion": "openai/gpt-5.2"
                },
                {
                  "role": "image",
                  "key": "anthropic/claude-sonnet-4-5",
                  "configured": "anthropic/claude-sonnet-4-5",
                  "aliases": [
                    "sonnet"
                  ],
                  "marks": []
                },
                {
                  "role": "img-fallback#1",
                  "key": "google/gemini-2.5-flash",
                  "configured": "google/gemini-2.5-flash",
                  "aliases": [],
                  "marks": [
                    "not_allowed"
                  ]
                }
              ],
              "authProfiles": {
                "acme": [],
                "anthropic": [
                  {
                    "id": "anthropic:me",
                    "provider": "anthropic",
                    "mode": "oauth",
                    "status": "active",
                    "expiresAt": 1768392000000,
                    "expires": "2026-01-14T12:00:00Z",
                    "remainingMs": -86400000,
                    "email": "me@example.com",
                    "label": "sk-ant-o…SKED",
                    "refused": false,
                    "cooldowns": [],
                    "inOrder": true
                  },
                  {
                    "id": "anthropic:old",
                    "provider": "anthropic",
                    "mode": "token",
                    "status": "expired",
                    "expiresAt": 1768219200000,
                    "expires": "2026-01-12T12:00:00Z",
                    "remainingMs": -259200000,
                    "email": null,
                    "label": "sk-ant-o…SKED",
                    "refused": false,
                    "cooldowns": [],
                    "inOrder": false
                  },
                  {
                    "id": "anthropic:soon",
                    "provider": "anthropic",
                    "mode": "token",
                    "status": "expiring",
                    "expiresAt": 1768737600000,
                    "expires": "2026-01-18T12:00:00Z",
                    "remainingMs": 259200000,
                    "email": null,
                    "label": "sk-ant-o…SKED",
                    "refused": false,
                    "cooldowns": [],
                    "inOrder": false
                  },
                  {
                    "id": "anthropic:work",
                    "provider": "anthropic",
                    "mode": "token",
                    "status": "active",
                    "expiresAt": 1785758400000,
                    "expires": "2026-08-03T12:00:00Z",
                    "remainingMs": 17280000000,
                    "email": null,
                    "label": "sk-ant-o…SKED",
                    "refused": false,
                    "cooldowns": [
                      {
                        "kind": "cooldown",
                        "reason": "rate_limit",
                        "model": "claude-opus-4-5",
                        "until": 1768478640000,
                        "remainingMs": 240000
                      }
                    ],
                    "inOrder": true
                  }
                ],
                "google": [],
                "lmstudio": [],
                "openai": [
                  {
                    "id": "openai:backup",
                    "provider": "openai",
                    "mode": "api-key",
                    "status": "active",
                    "expiresAt": null,
                    "expires": null,
                    "remainingMs": null,
                    "email": null,
                    "label": "sk-proj-…SKED",
                    "refused": false,
                    "cooldowns": [
                      {
                        "kind": "cooldown",
                        "reason": "rate_limit",
                        "model": null,
                        "until": 1768478440000,
                        "remainingMs": 40000
                      }
                    ],
                    "inOrder": true
                  },
                  {
                    "id": "openai:blank",
                    "provider": "openai",
                    "mode": "api-key",
                    "status": "disabled",
                    "expiresAt": null,
                    "expires": null,
                    "remainingMs": null,
                    "email": null,
                    "label": "(empty)",
                    "refused": false,
                    "cooldowns": [],
                    "inOrder": true
                  },
                  {
                    "id": "openai:default",
                    "provider": "openai",
                    "mode": "api-key",
                    "status": "disabled",
                    "expiresAt": null,
                    "expires": null,
                    "remainingMs": null,
                    "email": null,
                    "label": "sk-proj-…SKED",
                    "refused": false,
                    "cooldowns": [
                      {
                        "kind": "disabled",
                        "reason": "billing",
                        "model": null,
                        "until": 1768496400000,
                        "remainingMs": 18000000
                      }
                    ],
                    "inOrder": true
                  }
                ]
              },
              "authOrder": {
                "acme": [],
                "anthropic": [
                  "anthropic:work",
                  "anthropic:me",
                  "anthropic:gone"
                ],
                "google": [],
                "lmstudio": [],
                "openai": [
                  "openai:default",
                  "openai:backup",
                  "openai:blank"
                ]
              },
              "authOrderSource": {
                "acme": "stored",
                "anthropic": "config",
                "google": "stored",
                "lmstudio": "stored",
                "openai": "stored"
              },
              "auth": null,
              "check": {
                "status": "failing",
                "exitCode": 1,
                "problems": [
                  "no plugin or config entry serves `acme`, which is in use; add `models.providers.acme` to the config, or choose from `openclaw models list --all`",
                  "auth profile `anthropic:old` expired 3 d ago (2026-01-12); mend it with `openclaw models auth paste-token --provider anthropic --profile-id anthropic:old`",
                  "auth profile `anthropic:soon` expires in 3 d (2026-01-18); mend it with `openclaw models auth paste-token --provider anthropic --profile-id anthropic:soon`",
                  "no usable credential for `google`, which is in use; mend it with `openclaw models auth add --provider google`, or set GEMINI_API_KEY",
                  "auth profile `openai:blank` holds no usable credential; mend it with `openclaw models auth add --provider openai --profile-id openai:blank`"
                ]
              }
            }
        "#]],
    );
    check_json(
        &auth,
        &expect![[r#"
        {
          "storePath": "<home>/.openclaw/agents/main/agent/auth-profiles.json",
          "shellEnvFallback": {
            "enabled": false,
            "appliedKeys": []
          },
          "providersWithOAuth": [
            "anthropic (4)"
          ],
          "missingProvidersInUse": [
            "acme",
            "google"
          ],
          "providers": [
            {
              "provider": "anthropic",
              "effective": {
                "kind": "profiles",
                "detail": "~/.openclaw/agents/main/agent/auth-profiles.json"
              },
              "profiles": {
                "count": 4,
                "oauth": 1,
                "token": 3,
                "apiKey": 0,
                "labels": [
                  "anthropic:me=OAuth (me@example.com)",
                  "anthropic:old=token:sk-ant-o…SKED",
                  "anthropic:soon=token:sk-ant-o…SKED",
                  "anthropic:work=token:sk-ant-o…SKED"
                ]
              }
            },
            {
              "provider": "lmstudio",
              "effective": {
                "kind": "models.json",
                "detail": "…"
              },
              "profiles": {
                "count": 0,
                "oauth": 0,
                "token": 0,
                "apiKey": 0,
                "labels": []
              },
              "modelsJson": {
                "value": "…",
                "source": "models.json: ~/.openclaw/openclaw.json"
              }
            },
            {
              "provider": "openai",
              "effective": {
                "kind": "profiles",
                "detail": "~/.openclaw/agents/main/agent/auth-profiles.json"
              },
              "profiles": {
                "count": 3,
                "oauth": 0,
                "token": 0,
                "apiKey": 3,
                "labels": [
                  "openai:backup=sk-proj-…SKED [cooldown 1m]",
                  "openai:blank=(empty)",
                  "openai:default=sk-proj-…SKED [disabled:billing 5h]"
                ]
              },
              "env": {
                "value": "sk-proj-…SKED",
                "source": "env:OPENAI_API_KEY"
              }
            }
          ],
          "unusableProfiles": [
            {
              "kind": "cooldown",
              "reason": "rate_limit",
              "model": null,
              "until": 1768478440000,
              "remainingMs": 40000,
              "profileId": "openai:backup",
              "provider": "openai"
            },
            {
              "kind": "disabled",
              "reason": "billing",
              "model": null,
              "until": 1768496400000,
              "remainingMs": 18000000,
              "profileId": "openai:default",
              "provider": "openai"
            }
          ],
          "oauth": {
            "warnAfterMs": 604800000,
            "profiles": [
              {
                "profileId": "anthropic:me",
                "provider": "anthropic",
                "type": "oauth",
                "status": "ok",
                "expiresAt": 1768392000000,
                "remainingMs": -86400000,
                "source": "store",
                "label": "anthropic:me=OAuth (me@example.com)"
              },
              {
                "profileId": "anthropic:old",
                "provider": "anthropic",
                "type": "token",
                "status": "expired",
                "expiresAt": 1768219200000,
                "remainingMs": -259200000,
                "source": "store",
                "label": "anthropic:old=token:sk-ant-o…SKED"
              },
              {
                "profileId": "anthropic:soon",
                "provider": "anthropic",
                "type": "token",
                "status": "expiring",
                "expiresAt": 1768737600000,
                "remainingMs": 259200000,
                "source": "store",
                "label": "anthropic:soon=token:sk-ant-o…SKED"
              },
              {
                "profileId": "anthropic:work",
                "provider": "anthropic",
                "type": "token",
                "status": "ok",
                "expiresAt": 1785758400000,
                "remainingMs": 17280000000,
                "source": "store",
                "label": "anthropic:work=token:sk-ant-o…SKED"
              },
              {
                "profileId": "openai:backup",
                "provider": "openai",
                "type": "api_key",
                "status": "static",
                "expiresAt": null,
                "remainingMs": null,
                "source": "store",
                "label": "openai:backup=sk-proj-…SKED [cooldown 1m]"
              },
              {
                "profileId": "openai:blank",
                "provider": "openai",
                "type": "api_key",
                "status": "missing",
                "expiresAt": null,
                "remainingMs": null,
                "source": "store",
                "label": "openai:blank=(empty)"
              },
              {
                "profileId": "openai:default",
                "provider": "openai",
                "type": "api_key",
                "status": "static",
                "expiresAt": null,
                "remainingMs": null,
                "source": "store",
                "label": "openai:default=sk-proj-…SKED [disabled:billing 5h]"
              }
            ],
            "providers": [
              {
                "provider": "acme",
                "status": "missing",
                "profiles": [],
                "expiresAt": null,
                "remainingMs": null
              },
              {
                "provider": "anthropic",
                "status": "expired",
                "profiles": [
                  {
                    "profileId": "anthropic:me",
                    "provider": "anthropic",
                    "type": "oauth",
                    "status": "ok",
                    "expiresAt": 1768392000000,
                    "remainingMs": -86400000,
                    "source": "store",
                    "label": "anthropic:me=OAuth (me@example.com)"
                  },
                  {
                    "profileId": "anthropic:old",
                    "provider": "anthropic",
                    "type": "token",
                    "status": "expired",
                    "expiresAt": 1768219200000,
                    "remainingMs": -259200000,
                    "source": "store",
                    "label": "anthropic:old=token:sk-ant-o…SKED"
                  },
                  {
                    "profileId": "anthropic:soon",
                    "provider": "anthropic",
                    "type": "token",
                    "status": "expiring",
                    "expiresAt": 1768737600000,
                    "remainingMs": 259200000,
                    "source": "store",
                    "label": "anthropic:soon=token:sk-ant-o…SKED"
                  },
                  {
                    "profileId": "anthropic:work",
                    "provider": "anthropic",
                    "type": "token",
                    "status": "ok",
                    "expiresAt": 1785758400000,
                    "remainingMs": 17280000000,
                    "source": "store",
                    "label": "anthropic:work=token:sk-ant-o…SKED"
                  }
                ],
                "expiresAt": 1768219200000,
                "remainingMs": -259200000
              },
              {
                "provider": "google",
                "status": "missing",
                "profiles": [],
                "expiresAt": null,
                "remainingMs": null
              },
              {
                "provider": "lmstudio",
                "status": "missing",
                "profiles": [],
                "expiresAt": null,
                "remainingMs": null
              },
              {
                "provider": "openai",
                "status": "expired",
                "profiles": [
                  {
                    "profileId": "openai:backup",
                    "provider": "openai",
                    "type": "api_key",
                    "status": "static",
                    "expiresAt": null,
                    "remainingMs": null,
                    "source": "store",
                    "label": "openai:backup=sk-proj-…SKED [cooldown 1m]"
                  },
                  {
                    "profileId": "openai:blank",
                    "provider": "openai",
                    "type": "api_key",
                    "status": "missing",
                    "expiresAt": null,
                    "remainingMs": null,
                    "source": "store",
                    "label": "openai:blank=(empty)"
                  },
                  {
                    "profileId": "openai:default",
                    "provider": "openai",
                    "type": "api_key",
                    "status": "static",
                    "expiresAt": null,
                    "remainingMs": null,
                    "source": "store",
                    "label": "openai:default=sk-proj-…SKED [disabled:billing 5h]"
                  }
                ],
                "expiresAt": null,
                "remainingMs": null
              }
            ]
          }
        }
    "#]],
    );
}

#[test]
fn plain_is_the_primary_model_alone() {
    let world = lived_in();
    for line in [
        "models status --plain",
        "models --plain",
        "models --status-plain",
    ] {
        assert_eq!(
            world.openclaw(line).ok(),
            "anthropic/claude-opus-4-5\n",
            "{line}"
        );
    }
    assert_eq!(
        world.openclaw("models status --plain --agent work").ok(),
        "openai/gpt-5.2\n"
    );
    assert_eq!(
        world.openclaw("models status --plain --check").code,
        Some(1)
    );
}

#[test]
fn the_flags_of_the_group_are_those_of_status() {
    let world = lived_in();
    assert_eq!(
        world.openclaw("models --status-json"),
        world.openclaw("models status --json")
    );
    assert_eq!(
        world.openclaw("models --check --json"),
        world.openclaw("models status --check --json")
    );
    assert_eq!(
        world.openclaw("models --agent work --check"),
        world.openclaw("models status --check --agent work")
    );
    check(
        &world.openclaw("models --status-json --status-plain"),
        &expect![[r#"
            ---- stderr
            error: Choose either --json or --plain, not both.
            [exit 1]
        "#]],
    );
    check(
        &world.openclaw("models --status-json list"),
        &expect![[r#"
        ---- stderr
        {
          "error": {
            "code": "usage",
            "message": "`--agent`, `--check`, `--probe…` and `--status-…` before a command are for `models status` alone",
            "details": [],
            "hints": [
              "write the flag after the command, if it has it; see `openclaw models --help`"
            ]
          }
        }
        [exit 1]
    "#]],
    );
}

#[test]
fn a_check_answers_by_its_exit_code() {
    let with = |credential: Value| {
        let world = World::new()
            .config(SIMPLE)
            .profile("anthropic:a", credential);
        world.openclaw("models status --check").code
    };
    assert_eq!(with(token(FIXED_TIME_MS + 7 * DAY_MS + 1)), Some(0));
    assert_eq!(with(token(FIXED_TIME_MS + 7 * DAY_MS)), Some(2));
    assert_eq!(with(token(FIXED_TIME_MS + 1)), Some(2));
    assert_eq!(with(token(FIXED_TIME_MS)), Some(1));
    // A login renews itself.
    assert_eq!(with(login(FIXED_TIME_MS - DAY_MS)), Some(0));
    let lost = |mut login: Value| {
        login["refresh"] = "".into();
        login
    };
    assert_eq!(with(lost(login(FIXED_TIME_MS - DAY_MS))), Some(1));
    assert_eq!(with(lost(login(FIXED_TIME_MS + DAY_MS))), Some(2));
    let simple = || World::new().config(SIMPLE);
    let code = |world: World| world.openclaw("models status --check").code;
    assert_eq!(code(simple()), Some(1));
    assert_eq!(code(simple().env("ANTHROPIC_API_KEY", KEY)), Some(0));
    assert_eq!(
        code(
            simple()
                .env("ANTHROPIC_API_KEY", KEY)
                .profile("openai:default", key(KEY))
        ),
        Some(0)
    );
    // A profile counts even when nothing uses its provider.
    let unused = json!({ "type": "token", "provider": "openai", "token": TOKEN, "expires": 1 });
    assert_eq!(
        code(
            simple()
                .env("ANTHROPIC_API_KEY", KEY)
                .profile("openai:old", unused)
        ),
        Some(1)
    );
}

#[test]
fn a_login_whose_renewal_was_refused_is_not_called_valid() {
    let world = World::new()
        .config(SIMPLE)
        .profile("anthropic:me", login(FIXED_TIME_MS - DAY_MS));
    let world = using(
        world,
        &json!({ "anthropic:me": { "errorCount": 1, "failureCounts": { "auth": 1 } } }),
    );
    check(
        &world.openclaw("models status --check"),
        &expect![[r#"
            Primary Model:   anthropic/claude-opus-4-5
            Image Model:     none
            Fallbacks:       none
            Image Fallbacks: none

            Auth Profiles:
              anthropic
                anthropic:me  oauth  expired  24 h ago (2026-01-14); refused at its last use; me@example.com;
                                              sk-ant-o…SKED

            Auth Order:
              anthropic  anthropic:me (expired)
            ---- stderr
            warning: auth profile `anthropic:me` expired 24 h ago (2026-01-14); mend it with `openclaw models auth add --provider anthropic --profile-id anthropic:me`
            [exit 1]
        "#]],
    );
}

#[test]
fn a_cooldown_is_no_problem_of_a_check() {
    let world = World::new()
        .config(SIMPLE)
        .profile("anthropic:a", token(FIXED_TIME_MS + 30 * DAY_MS));
    let world = using(
        world,
        &json!({ "anthropic:a": { "disabledUntil": FIXED_TIME_MS + DAY_MS, "disabledReason": "billing" } }),
    );
    assert_eq!(world.openclaw("models status --check").code, Some(0));
}

#[test]
fn a_check_names_each_problem_and_its_mend() {
    let output = lived_in().openclaw("models status --check");
    assert_eq!(output.code, Some(1));
    expect![[r#"
        warning: no plugin or config entry serves `acme`, which is in use; add `models.providers.acme` to the config, or choose from `openclaw models list --all`
        warning: auth profile `anthropic:old` expired 3 d ago (2026-01-12); mend it with `openclaw models auth paste-token --provider anthropic --profile-id anthropic:old`
        warning: auth profile `anthropic:soon` expires in 3 d (2026-01-18); mend it with `openclaw models auth paste-token --provider anthropic --profile-id anthropic:soon`
        warning: no usable credential for `google`, which is in use; mend it with `openclaw models auth add --provider google`, or set GEMINI_API_KEY
        warning: auth profile `openai:blank` holds no usable credential; mend it with `openclaw models auth add --provider openai --profile-id openai:blank`
    "#]].assert_eq(&output.stderr);
}

#[test]
fn an_order_without_a_stored_profile_leaves_the_provider_without_one() {
    let world = World::new()
        .config(
            r#"{ agents: { defaults: { model: "openai/gpt-5.2" } }, auth: { order: { openai: ["openai:gone"] } } }"#,
        )
        .profile("openai:default", key(KEY));
    check(
        &world.openclaw("models status --check"),
        &expect![[r#"
            Primary Model:   openai/gpt-5.2
            Image Model:     none
            Fallbacks:       none
            Image Fallbacks: none

            Auth Profiles:
              openai
                openai:default  api-key  active  not in the auth order; sk-proj-…SKED
                missing: `openai` is in use, but its auth order names no stored profile
                mend it: openclaw models auth order clear --provider openai

            Auth Order:
              openai  openai:gone (not stored)  (auth.order)
            ---- stderr
            warning: `openai` is in use, but its auth order names no stored profile; mend it with `openclaw models auth order clear --provider openai`
            [exit 1]
        "#]],
    );
}

#[test]
fn credentials_of_the_aws_sdk_count() {
    let world = World::new()
        .config(r#"{ agents: { defaults: { model: "amazon-bedrock/claude" } } }"#)
        .env("AWS_PROFILE", "work");
    check(
        &world.openclaw("models status --check"),
        &expect![[r#"
        Primary Model:   amazon-bedrock/claude (no such provider)
        Image Model:     none
        Fallbacks:       none
        Image Fallbacks: none

        Auth Profiles:
          amazon-bedrock
            env:AWS_PROFILE  aws-sdk  active  not looked into

        Auth Order:
          none
    "#]],
    );
    let value = world.openclaw("models status --json").json();
    check_json(
        &value["auth"]["providers"],
        &expect![[r#"
        [
          {
            "provider": "amazon-bedrock",
            "effective": {
              "kind": "env",
              "detail": "env:AWS_PROFILE"
            },
            "profiles": {
              "count": 0,
              "oauth": 0,
              "token": 0,
              "apiKey": 0,
              "labels": []
            }
          }
        ]
    "#]],
    );
}

#[test]
fn what_files_hold_cannot_move_the_cursor() {
    let world = World::new().config(SIMPLE).profile(
        "anthropic:\u{1b}[2J",
        json!({
            "type": "oauth", "provider": "anthropic", "access": "a", "refresh": "r",
            "expires": FIXED_TIME_MS, "email": "\u{1b}]0;x\u{7}",
        }),
    );
    let text = world.openclaw("models status --check");
    assert!(!text.to_string().contains('\u{1b}'), "{text}");
}
