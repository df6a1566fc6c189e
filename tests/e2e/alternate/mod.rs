//! A state folder that this program and the existing product use in turn. After each command of
//! this program every file of the home is compared with what it was: only what was asked for may
//! be different. The product's own turns are played by rewriting its files as it writes them.

use expect_test::{Expect, expect};
use openclaw_tests::{FIXED_TIME_MS, Sandbox};
use openclaw_upstream::{Script, Upstream, When, anthropic, openai};
use serde_json::{Value, json};

const CONFIG: &str = ".openclaw/openclaw.json";
const STORE: &str = ".openclaw/agents/main/agent/auth-profiles.json";

/// A home as the existing product leaves it.
struct House {
    world: Sandbox,
    upstream: Upstream,
}

impl House {
    fn new() -> Self {
        let upstream = Upstream::start(
            Script::new()
                .on(
                    When::post("/anthropic/v1/messages")
                        .credential("sk-ant-oat01-manual-0123456789"),
                    anthropic::error(429, "rate_limit_error", "Too many requests.").retry_after(42),
                )
                .on(
                    When::post("/anthropic/v1/messages"),
                    anthropic::stream(&["Hello."]),
                )
                .on(
                    When::post("/openai/v1/responses"),
                    openai::responses_stream(&["Hi."]),
                ),
        )
        .unwrap();
        let world = Sandbox::new()
            .env("UPSTREAM", &upstream.url())
            .env("GATEWAY_TOKEN", "gateway-secret")
            .env("TELEGRAM_TOKEN", "telegram-secret")
            .env("HOUSE_KEY", "house-secret")
            .cache(crate::CACHE);
        world.write(CONFIG, include_str!("fixtures/openclaw.json"));
        world.write(
            ".openclaw/models.json5",
            include_str!("fixtures/models.json5"),
        );
        world.write(STORE, include_str!("fixtures/auth-profiles.json"));
        world.write(
            ".openclaw/agents/main/agent/models.json",
            include_str!("fixtures/models.json"),
        );
        world.write(
            ".openclaw/agents/work/agent/auth.json",
            include_str!("fixtures/auth.json"),
        );
        world.write(
            ".openclaw/credentials/oauth.json",
            include_str!("fixtures/oauth.json"),
        );
        world.write(
            ".openclaw/agents/main/sessions/0001.jsonl",
            "{\"type\":\"session\"}\n",
        );
        // Backups and locks of the product's own.
        world.write(".openclaw/openclaw.json.bak", "{ \"older\": true }\n");
        let house = Self { world, upstream };
        house.world.make_private();
        house
    }

    /// Runs a command that has to succeed and compares what became of the files.
    #[track_caller]
    fn step(&self, arguments: &str, changes: &Expect) {
        self.step_with(arguments, "", changes);
    }

    #[track_caller]
    fn step_with(&self, arguments: &str, stdin: &str, changes: &Expect) {
        let before = self.world.contents();
        let output = self
            .world
            .run_with(&arguments.split_whitespace().collect::<Vec<_>>(), stdin);
        assert_eq!(output.code, Some(0), "{output}");
        for secret in ["gateway-secret", "telegram-secret", "house-secret"] {
            assert!(!output.to_string().contains(secret), "{output}");
        }
        changes.assert_eq(&folded(&before.changes(&self.world.contents())));
    }

    /// Runs commands that only read, and finds every byte where it was.
    #[track_caller]
    fn reads(&self) {
        for arguments in [
            "models status",
            "models status --json --agent work",
            "models list",
            "models list --all --json",
            "models aliases list",
            "models fallbacks list --json",
            "models image-fallbacks list",
            "models auth order get --provider anthropic",
            "models auth order get --provider openai --agent work --json",
            "models explain",
            "models explain --agent work",
            "models auth list",
            "models auth cooldown list",
            "status",
        ] {
            self.step(arguments, &expect![[""]]);
        }
    }

    /// The product's turn at the store: strict JSON in its own layout, with its own idea of what
    /// was used.
    fn product_uses(&self, change: impl FnOnce(&mut Value)) {
        let mut store: Value = serde_json::from_str(&self.world.read(STORE).unwrap()).unwrap();
        change(&mut store);
        self.world.write(STORE, format!("{store:#}\n"));
        self.world.make_private();
    }

    /// The product's turn at the config: comments are gone, references are replaced by values,
    /// defaults are written out, the time is stamped.
    fn product_writes_config(&self) {
        let config = json!({
            "agents": {
                "defaults": {
                    "model": { "primary": "openai/gpt-5.2", "fallbacks": ["anthropic/claude-opus-4-5"] },
                    "models": {
                        "anthropic/claude-opus-4-5": { "alias": "opus" },
                        "openai/gpt-5.2": { "alias": "gpt" },
                    },
                    "maxConcurrent": 4,
                    "compaction": { "mode": "safeguard" },
                },
                "list": [{ "id": "main", "default": true }, { "id": "work" }],
            },
            "models": { "providers": {
                "anthropic": { "baseUrl": "${UPSTREAM}/anthropic", "models": [] },
                "openai": { "baseUrl": "${UPSTREAM}/openai/v1", "models": [] },
            } },
            "messages": { "ackReactionScope": "group-mentions" },
            "meta": { "lastTouchedVersion": "2026.1.30", "lastTouchedAt": "2026-01-15T11:00:00.000Z" },
        });
        self.world.write(CONFIG, format!("{config:#}\n"));
        self.world.make_private();
    }
}

/// Makes one line of the backups, which move on with each change of the config.
fn folded(changes: &str) -> String {
    let backup = |line: &str| line.contains(".bak: what ") || line.contains(".bak.");
    let (backups, rest): (Vec<&str>, Vec<&str>) = changes.lines().partition(|line| backup(line));
    let mut text: String = rest.iter().map(|line| format!("{line}\n")).collect();
    if let Some(newest) = backups.first() {
        let kept = ".openclaw/openclaw.json.bak: what .openclaw/openclaw.json was";
        assert_eq!(*newest, kept, "the newest backup is what the config was");
        let moved = |line: &&str| line.ends_with(" was");
        assert!(backups.iter().all(moved), "{changes}");
        text.push_str("backups moved on\n");
    }
    text
}

#[test]
fn models_and_their_lists_change_alone() {
    let house = House::new();
    house.reads();
    house.step(
        "models set anthropic/claude-opus-4-5",
        &expect![[r#"
            .openclaw/openclaw.json
            -        primary: "opus",
            +        primary: "anthropic/claude-opus-4-5",
            new .openclaw/openclaw.json.lock: empty
            backups moved on
        "#]],
    );
    house.step(
        "models set work-horse",
        &expect![[r#"
            .openclaw/openclaw.json
            -        primary: "anthropic/claude-opus-4-5",
            +        primary: "openai/gpt-5.2",
            backups moved on
        "#]],
    );
    house.step(
        "models set-image google/gemini-2.5-flash",
        &expect![[r#"
            .openclaw/openclaw.json
            -      imageModel: { "primary": "anthropic/claude-sonnet-4-5" },
            +      imageModel: { "primary": "google/gemini-2.5-flash" },
            +        "google/gemini-2.5-flash": {},
            backups moved on
        "#]],
    );
    house.step(
        "models fallbacks add anthropic/claude-sonnet-4-5",
        &expect![[r#"
            .openclaw/openclaw.json
            +          "anthropic/claude-sonnet-4-5",
            backups moved on
        "#]],
    );
    house.step(
        "models fallbacks remove openai/gpt-5.2",
        &expect![[r#"
            .openclaw/openclaw.json
            -          "openai/gpt-5.2", // when it rests
            +          // when it rests
            backups moved on
        "#]],
    );
    house.step(
        "models fallbacks clear",
        &expect![[r#"
            .openclaw/openclaw.json
            -          "anthropic/claude-sonnet-4-5",
            backups moved on
        "#]],
    );
    house.step("models image-fallbacks add openai/gpt-5.2", &expect![[r#"
        .openclaw/openclaw.json
        -      imageModel: { "primary": "google/gemini-2.5-flash" },
        +      imageModel: { "primary": "google/gemini-2.5-flash", "fallbacks": ["openai/gpt-5.2"] },
        backups moved on
    "#]]);
    house.step(
        "models aliases add fast openai/gpt-5-mini",
        &expect![[r#"
            .openclaw/openclaw.json
            +        "openai/gpt-5-mini": { alias: "fast" },
            backups moved on
        "#]],
    );
    house.step("models aliases remove opus", &expect![[r#"
        .openclaw/openclaw.json
        -        "anthropic/claude-opus-4-5": { params: { temperature: 0.2 } }, // the built-in alias
        +        "anthropic/claude-opus-4-5": { params: { temperature: 0.2 }, alias: "" }, // the built-in alias
        backups moved on
    "#]]);
    house.reads();
}

#[test]
fn credentials_and_their_order_change_alone() {
    let house = House::new();
    house.step(
        "models auth order set --provider anthropic anthropic:default anthropic:manual",
        &expect![[r#"
            .openclaw/openclaw.json
            -    order: { anthropic: ["anthropic:manual", "anthropic:default"] },
            +    order: { anthropic: ["anthropic:default", "anthropic:manual"] },
            new .openclaw/openclaw.json.lock: empty
            backups moved on
        "#]],
    );
    house.step(
        "models auth order set --provider anthropic --agent work anthropic:default",
        &expect![[r#"
            .openclaw/openclaw.json
            +        auth: { order: { anthropic: ["anthropic:default"] } },
            backups moved on
        "#]],
    );
    house.step(
        "models auth order clear --provider anthropic",
        &expect![[r#"
            .openclaw/openclaw.json
            -    order: { anthropic: ["anthropic:default", "anthropic:manual"] },
            backups moved on
        "#]],
    );
    // The product keeps an order in the store; it goes where it was.
    house.step(
        "models auth order clear --provider openai",
        &expect![[r#"
        .openclaw/agents/main/agent/auth-profiles.json
        -  "order": {
        -    "openai": [
        -      "openai:default"
        -    ]
        -  },
        new .openclaw/agents/main/agent/auth-profiles.json.lock: empty
    "#]],
    );
    let token = format!("sk-ant-oat01-{}\n", "n".repeat(90));
    house.step_with(
        "models auth paste-token --provider anthropic --profile-id anthropic:manual --expires-in 365d",
        &token,
        &expect![[r#"
            .openclaw/agents/main/agent/auth-profiles.json
            -      "token": "sk-ant-oat01-manual-0123456789",
            -      "expires": 1795349367334,
            +      "token": "sk-ant-oat01-nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn",
            +      "expires": 1800014400000,
        "#]],
    );
    house.step_with(
        "models auth paste-token --provider openai --profile-id openai:second",
        "sk-proj-second-0123456789012345678901234567890\n",
        &expect![[r#"
            .openclaw/agents/main/agent/auth-profiles.json
            +    },
            +    "openai:second": {
            +      "type": "api_key",
            +      "provider": "openai",
            +      "key": "sk-proj-second-0123456789012345678901234567890"
        "#]],
    );
    house.reads();
}

#[test]
fn runs_remember_beside_what_the_product_remembers() {
    let house = House::new();
    house.step(
        "models run Hello",
        &expect![[r#"
            .openclaw/agents/main/agent/auth-profiles.json
            -    "anthropic": "anthropic:manual",
            +    "anthropic": "anthropic:default",
            -      "tokensToday": 1234
            +      "tokensToday": 1234,
            +      "failureCounts": {
            +        "rate_limit": 1
            +      },
            +      "lastFailureAt": 1768478400000,
            +      "models": {
            +        "claude-opus-4-5": {
            +          "until": 1768478442000,
            +          "since": 1768478400000,
            +          "reason": "rate_limit",
            +          "errorCount": 1
            +        }
            +      }
            +    },
            +    "anthropic:default": {
            +      "lastUsed": 1768478400000,
            +      "errorCount": 0
            new .openclaw/agents/main/agent/auth-profiles.json.lock: empty
            new .openclaw/logs/audit.jsonl
        "#]],
    );
    // The product finds its own fields and keeps those it does not know.
    house.product_uses(|store| {
        let usage = &mut store["usageStats"];
        usage["anthropic:manual"]["lastUsed"] = json!(FIXED_TIME_MS + 1_000);
        usage["anthropic:default"]["errorCount"] = json!(1);
        usage["anthropic:default"]["cooldownUntil"] = json!(FIXED_TIME_MS + 60_000);
        store["lastGood"]["anthropic"] = json!("anthropic:manual");
    });
    house.reads();
    // Both profiles of the primary rest now, one by each program's word.
    house.step(
        "models run Hello",
        &expect![[r#"
        .openclaw/agents/main/agent/auth-profiles.json
        -      "cooldownUntil": 1768470600000,
        -      "errorCount": 2,
        -      "failureCounts": {
        -        "rate_limit": 2
        -      },
        -      "lastFailureAt": 1768470000000
        +      "errorCount": 0,
        +      "lastFailureAt": 1768470000000,
        +      "lastUsed": 1768478400000
        grown .openclaw/logs/audit.jsonl
    "#]],
    );
    let last = house.upstream.requests();
    assert_eq!(last.last().unwrap().path(), "/openai/v1/responses");
    // The other agent has an old file of its own, which its first write takes over.
    house.step(
        "models run Hello --agent work",
        &expect![[r#"
        gone .openclaw/agents/work/agent/auth.json
        grown .openclaw/logs/audit.jsonl
        new .openclaw/agents/work/agent/auth-profiles.json (600)
        +{
        +  "version": 1,
        +  "profiles": {
        +    "openai:default": {
        +      "type": "api_key",
        +      "provider": "openai",
        +      "key": "sk-proj-of-the-work-agent-0123456789",
        +      "addedAt": 1700000000000
        +    }
        +  },
        +  "lastGood": {
        +    "openai": "openai:default"
        +  }
        +}
        new .openclaw/agents/work/agent/auth-profiles.json.lock: empty
    "#]],
    );
}

#[test]
fn the_config_goes_back_and_forth() {
    let house = House::new();
    house.step(
        "models fallbacks add anthropic/claude-sonnet-4-5",
        &expect![[r#"
            .openclaw/openclaw.json
            +          "anthropic/claude-sonnet-4-5",
            new .openclaw/openclaw.json.lock: empty
            backups moved on
        "#]],
    );
    house.product_writes_config();
    house.step(
        "models set opus",
        &expect![[r#"
            .openclaw/openclaw.json
            -        "primary": "openai/gpt-5.2",
            +        "primary": "anthropic/claude-opus-4-5",
            backups moved on
        "#]],
    );
    house.step(
        "models aliases add big anthropic/claude-opus-4-5",
        &expect![[r#"
            .openclaw/openclaw.json
            -          "alias": "opus"
            +          "alias": "big"
            backups moved on
        "#]],
    );
    house.product_uses(|store| {
        store["order"]["anthropic"] = json!(["anthropic:default"]);
    });
    house.step(
        "models auth order clear --provider anthropic --agent main",
        &expect![[r#"
            .openclaw/agents/main/agent/auth-profiles.json
            -    ],
            -    "anthropic": [
            -      "anthropic:default"
            new .openclaw/agents/main/agent/auth-profiles.json.lock: empty
        "#]],
    );
    house.step(
        "models fallbacks clear",
        &expect![[r#"
            .openclaw/openclaw.json
            -        "fallbacks": [
            -          "anthropic/claude-opus-4-5"
            -        ]
            +        "fallbacks": []
            backups moved on
        "#]],
    );
    house.step(
        "config set agents.list[1].model.primary openai/gpt-5.2",
        &expect![[r#"
            .openclaw/openclaw.json
            -        "id": "work"
            +        "id": "work",
            +        "model": {
            +          "primary": "openai/gpt-5.2"
            +        }
            backups moved on
        "#]],
    );
    house.reads();
}

#[test]
fn a_command_that_is_refused_changes_nothing() {
    let house = House::new();
    let before = house.world.contents();
    for (arguments, stdin) in [
        ("models set anthropic/claude-nonsense", ""),
        ("models set-image openai/gpt-3.5-turbo", ""),
        ("models fallbacks remove google/gemini-2.5-pro", ""),
        ("models aliases remove nobody", ""),
        ("models aliases add a/b openai/gpt-5.2", ""),
        (
            "models auth order set --provider anthropic openai:default",
            "",
        ),
        (
            "models auth order set --provider anthropic anthropic:nobody",
            "",
        ),
        ("models auth paste-token --provider anthropic", ""),
        (
            "models auth paste-token --provider anthropic",
            "sk-ant two words\n",
        ),
        (
            "models auth paste-token --provider anthropic --expires-in soon",
            "sk-ant-api03-x\n",
        ),
        ("models status --agent nobody", ""),
        ("models run Hello --profile nobody:x", ""),
    ] {
        let output = house
            .world
            .run_with(&arguments.split_whitespace().collect::<Vec<_>>(), stdin);
        assert!(output.failed().contains("error: "), "{arguments}: {output}");
        assert_eq!(before.changes(&house.world.contents()), "", "{arguments}");
    }
}
