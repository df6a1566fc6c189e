//! What a script reads.

use super::*;
use openclaw_tests::JsonIs as _;

#[test]
fn data_has_the_shape_of_the_documentation_and_of_the_existing_product() {
    let output = lived_in().openclaw("models status --json");
    assert!(output.stderr.is_empty(), "{output}");
    assert!(!output.stdout.contains(&TOKEN[8..20]), "{output}");
    let mut value = output.json();
    let auth = value["auth"].take();
    value.is(expect![[r#"
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
              "model": "anthropic/claude-opus-4-5",
              "configured": "opus",
              "aliases": [
                "opus"
              ],
              "marks": []
            },
            {
              "role": "fallback#1",
              "model": "openai/gpt-5.2",
              "configured": "openai/gpt-5.2",
              "aliases": [
                "gpt"
              ],
              "marks": []
            },
            {
              "role": "fallback#2",
              "model": "anthropic/claude-3-opus-20240229",
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
              "model": "acme/first",
              "configured": "acme/first",
              "aliases": [],
              "marks": [
                "no_provider"
              ]
            },
            {
              "role": "fallback#4",
              "model": "openai/gtp-5.2",
              "configured": "openai/gtp-5.2",
              "aliases": [],
              "marks": [
                "missing"
              ],
              "suggestion": "openai/gpt-5.2"
            },
            {
              "role": "image",
              "model": "anthropic/claude-sonnet-4-5",
              "configured": "anthropic/claude-sonnet-4-5",
              "aliases": [
                "sonnet"
              ],
              "marks": []
            },
            {
              "role": "img-fallback#1",
              "model": "google/gemini-2.5-flash",
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
                "profileId": "anthropic:me",
                "provider": "anthropic",
                "mode": "oauth",
                "status": "active",
                "expiresAt": 1768392000000,
                "remainingMs": -86400000,
                "email": "me@example.com",
                "masked": "sk-ant-o…SKED",
                "secretRef": null,
                "refused": false,
                "cooldowns": [],
                "inOrder": true
              },
              {
                "profileId": "anthropic:old",
                "provider": "anthropic",
                "mode": "token",
                "status": "expired",
                "expiresAt": 1768219200000,
                "remainingMs": -259200000,
                "email": null,
                "masked": "sk-ant-o…SKED",
                "secretRef": null,
                "refused": false,
                "cooldowns": [],
                "inOrder": false
              },
              {
                "profileId": "anthropic:soon",
                "provider": "anthropic",
                "mode": "token",
                "status": "expiring",
                "expiresAt": 1768737600000,
                "remainingMs": 259200000,
                "email": null,
                "masked": "sk-ant-o…SKED",
                "secretRef": null,
                "refused": false,
                "cooldowns": [],
                "inOrder": false
              },
              {
                "profileId": "anthropic:work",
                "provider": "anthropic",
                "mode": "token",
                "status": "active",
                "expiresAt": 1785758400000,
                "remainingMs": 17280000000,
                "email": null,
                "masked": "sk-ant-o…SKED",
                "secretRef": null,
                "refused": false,
                "cooldowns": [
                  {
                    "profileId": "anthropic:work",
                    "provider": "anthropic",
                    "kind": "cooldown",
                    "reason": "rate_limit",
                    "message": "in cooldown: rate limited",
                    "model": "anthropic/claude-opus-4-5",
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
                "profileId": "openai:backup",
                "provider": "openai",
                "mode": "api-key",
                "status": "cooldown",
                "expiresAt": null,
                "remainingMs": null,
                "email": null,
                "masked": "sk-proj-…SKED",
                "secretRef": null,
                "refused": false,
                "cooldowns": [
                  {
                    "profileId": "openai:backup",
                    "provider": "openai",
                    "kind": "cooldown",
                    "reason": "rate_limit",
                    "message": "in cooldown: rate limited",
                    "model": null,
                    "until": 1768478440000,
                    "remainingMs": 40000
                  }
                ],
                "inOrder": true
              },
              {
                "profileId": "openai:blank",
                "provider": "openai",
                "mode": "api-key",
                "status": "disabled",
                "expiresAt": null,
                "remainingMs": null,
                "email": null,
                "masked": "(empty)",
                "secretRef": null,
                "refused": false,
                "cooldowns": [],
                "inOrder": true
              },
              {
                "profileId": "openai:default",
                "provider": "openai",
                "mode": "api-key",
                "status": "disabled",
                "expiresAt": null,
                "remainingMs": null,
                "email": null,
                "masked": "sk-proj-…SKED",
                "secretRef": null,
                "refused": false,
                "cooldowns": [
                  {
                    "profileId": "openai:default",
                    "provider": "openai",
                    "kind": "disabled",
                    "reason": "billing",
                    "message": "disabled: insufficient credit",
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
          "verdict": {
            "state": "ready",
            "message": "ready: anthropic/claude-opus-4-5 with `anthropic:me`",
            "until": null,
            "remainingMs": null,
            "command": null
          },
          "check": {
            "status": "failing",
            "exitCode": 1,
            "problems": [
              {
                "id": "provider-unknown",
                "provider": "acme",
                "profileId": null,
                "message": "no plugin or config entry serves `acme`, which is in use",
                "command": null,
                "advice": "add `models.providers.acme` to the config, or choose from `openclaw models list --all`"
              },
              {
                "id": "profile-expired",
                "provider": "anthropic",
                "profileId": "anthropic:old",
                "message": "auth profile `anthropic:old` expired 3 d ago (2026-01-12)",
                "command": "openclaw models auth add --provider anthropic --method token --profile-id anthropic:old",
                "advice": null
              },
              {
                "id": "profile-expiring",
                "provider": "anthropic",
                "profileId": "anthropic:soon",
                "message": "auth profile `anthropic:soon` expires in 3 d (2026-01-18)",
                "command": "openclaw models auth add --provider anthropic --method token --profile-id anthropic:soon",
                "advice": null
              },
              {
                "id": "credential-missing",
                "provider": "google",
                "profileId": null,
                "message": "no usable credential for `google`, which is in use",
                "command": "openclaw models auth add --provider google",
                "advice": "set GEMINI_API_KEY"
              },
              {
                "id": "profile-empty",
                "provider": "openai",
                "profileId": "openai:blank",
                "message": "auth profile `openai:blank` holds no usable credential",
                "command": "openclaw models auth add --provider openai --profile-id openai:blank",
                "advice": null
              }
            ]
          },
          "warnings": [],
          "notes": []
        }
    "#]]);
    auth.is(expect_file![
        "expected/data.data_has_the_shape_of_the_documentation_and_of_the_existing_product.auth.txt"
    ]);
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
