//! What is asked besides answers: `models count`, `models embed`, what is left of an account, and what a
//! run cost.

use expect_test::expect;
use openclaw_tests::{Output, Sandbox, canary};
use openclaw_upstream::{Reply, Script, Upstream, When, anthropic, openai};
use serde_json::json;

const KEY: &str = "sk-ant-api03-Canary0Canary1Canary2Canary3";
const TOKEN: &str =
    "sk-ant-oat01-Canary4Canary5Canary6Canary7Canary8Canary9Canary0Canary1Canary2Canary3Canary4";

fn vendors() -> Script {
    let floats = json!({ "object": "list", "model": "text-embedding-3-small",
        "usage": { "prompt_tokens": 5, "total_tokens": 5 },
        "data": [ { "index": 1, "embedding": [0.5, 0.25] }, { "index": 0, "embedding": [0.1, -1] } ] });
    Script::new()
        .on(
            When::post("/anthropic/v1/messages/count_tokens"),
            Reply::json(200, &json!({ "input_tokens": 1_234 })),
        )
        .on(
            When::post("/openai/v1/responses/input_tokens"),
            Reply::json(200, &json!({ "object": "response.input_tokens", "input_tokens": 77 })),
        )
        .on(
            When::post("/google/v1beta/models/gemini-2.5-pro:countTokens"),
            Reply::json(200, &json!({ "totalTokens": 42 })),
        )
        .on(
            When::post("/google/v1beta/models/gemini-embedding-001:batchEmbedContents"),
            Reply::json(200, &json!({ "embeddings": [{ "values": [1, 2] }] })),
        )
        .on(When::post("/openai/v1/embeddings"), Reply::json(200, &floats))
        .on(
            When::post("/ollama/api/embed"),
            Reply::json(200, &json!({ "model": "m", "embeddings": [[3]], "prompt_eval_count": 2 })),
        )
        .on(
            When::get("/anthropic/api/oauth/usage"),
            Reply::json(200, &json!({
                "five_hour": { "utilization": 25, "resets_at": "2026-01-15T15:00:00Z" },
                "seven_day": { "utilization": 91.5, "resets_at": "2026-01-18T12:00:00Z" },
                "extra_usage": { "is_enabled": true, "used_credits": 500, "monthly_limit": 10_000, "currency": "USD" }
            })),
        )
        .otherwise(openai::error(404, "invalid_request_error", "not_found", "no such page"))
}

fn world(upstream: &Upstream) -> Sandbox {
    let url = upstream.url();
    let of = |id: &str, path: &str| format!("{id}: {{ baseUrl: \"{url}/{path}\", models: [] }}");
    Sandbox::new()
        .config(&format!(
            "{{ models: {{ providers: {{ {}, {}, {}, {} }} }} }}\n",
            of("anthropic", "anthropic"),
            of("openai", "openai/v1"),
            of("google", "google/v1beta"),
            of("ollama", "ollama")
        ))
        .env("ANTHROPIC_API_KEY", KEY)
        .env("OPENAI_API_KEY", "sk-of-a-test")
        .env("GEMINI_API_KEY", "of-a-test")
}

fn last_body(upstream: &Upstream) -> serde_json::Value {
    upstream.requests().last().unwrap().json().unwrap()
}

#[test]
fn a_vendor_counts_what_it_would_get() {
    let upstream = Upstream::start(vendors()).unwrap();
    let world = world(&upstream);
    world
        .openclaw("models count Hello --system Brief")
        .is(expect![[r#"
        1,234 tokens for anthropic/claude-opus-4-5 (counted by anthropic)
        fits its context of 200,000
    "#]]);
    // Only what counts is sent: the endpoint refuses all else.
    assert_eq!(
        last_body(&upstream),
        json!({ "model": "claude-opus-4-5", "system": "Brief",
            "messages": [{ "role": "user", "content": [{ "type": "text", "text": "Hello" }] }] })
    );
    let counted = |line: &str| world.openclaw(line).json()["inputTokens"].clone();
    assert_eq!(counted("models count Hello -m openai/gpt-5.2 --json"), 77);
    let sent = last_body(&upstream);
    let keys: Vec<&String> = sent.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["model", "input"], "{sent}");
    assert_eq!(
        counted("models count Hello -m google/gemini-2.5-pro --json"),
        42
    );
    assert_eq!(
        last_body(&upstream)["generateContentRequest"]["model"],
        "models/gemini-2.5-pro"
    );
    assert_eq!(world.openclaw("models count Hello --plain").ok(), "1234\n");
}

#[test]
fn where_no_vendor_counts_it_is_an_estimate_and_says_so() {
    let refusing = Script::new().otherwise(anthropic::error(
        401,
        "authentication_error",
        "invalid x-api-key",
    ));
    let upstream = Upstream::start(refusing).unwrap();
    let refused = world(&upstream).openclaw("models count Hello");
    assert!(refused.stdout.starts_with("about "), "{refused}");
    assert!(
        refused
            .stderr
            .contains("anthropic did not count: unauthorized (401)"),
        "{refused}"
    );
    // Nobody is asked where nobody can tell, nor without a key.
    for line in [
        "models count Hello -m minimax/MiniMax-M2 --json",
        "models count Hello -m ollama/llama3 --json",
        "models count Hello --json",
    ] {
        let data = Sandbox::new().openclaw(line).json();
        assert_eq!(data["method"], "estimate", "{line}: {data}");
        assert_eq!(data["source"], json!(null), "{line}");
    }
    let nothing = Sandbox::new().openclaw_with("models count", "");
    assert_eq!(nothing.code, Some(1), "{nothing}");
}

#[test]
fn texts_become_vectors_in_their_order() {
    let upstream = Upstream::start(vendors()).unwrap();
    let world = world(&upstream);
    world
        .run(&["models", "embed", "one", "two"])
        .is(expect![[r#"
        one  2 numbers  [0.1, -1]
        two  2 numbers  [0.5, 0.25]
        2 vectors by openai/text-embedding-3-small, 5 tokens
    "#]]);
    assert_eq!(
        last_body(&upstream),
        json!({ "model": "text-embedding-3-small", "input": ["one", "two"], "encoding_format": "float" })
    );
    let data = world
        .openclaw("models embed one two --dimensions 2 --purpose query --json")
        .json();
    assert_eq!(data["vectors"], json!([[0.1, -1.0], [0.5, 0.25]]));
    assert_eq!(
        data["warnings"],
        json!(["purpose: this format has no place for it"])
    );
    let lines = world.openclaw_with(
        "models embed --lines - -m ollama/nomic-embed-text --plain",
        "a\n\n",
    );
    assert_eq!(lines.ok(), "3\n");
    assert_eq!(last_body(&upstream)["truncate"], false);
    world
        .openclaw("models embed one -m google/gemini-embedding-001 --purpose document --plain")
        .ok();
    assert_eq!(
        last_body(&upstream)["requests"][0]["taskType"],
        "RETRIEVAL_DOCUMENT"
    );
    // A vector too few is no answer.
    let short = world.openclaw("models embed one --json");
    assert_eq!(short.code, Some(1), "{short}");
    assert!(
        short.stderr.contains("2 vectors came for 1 inputs"),
        "{short}"
    );
}

#[test]
fn what_cannot_be_embedded_is_refused_before_anybody_is_asked() {
    let upstream = Upstream::start(vendors()).unwrap();
    let world = world(&upstream);
    for (line, said) in [
        ("models embed", "there is no text to embed"),
        (
            "models embed one -m anthropic/claude-opus-4-5",
            "`anthropic` has no embeddings",
        ),
        ("models embed one -m nobody/x", "Unknown provider: nobody"),
        ("models embed one --dimensions 0", "invalid value"),
        ("models embed --lines /nowhere", "cannot read the texts"),
    ] {
        let output = world.openclaw(line);
        assert_eq!(output.code, Some(1), "{line}: {output}");
        assert!(output.stderr.contains(said), "{line}: {output}");
    }
    let none = Sandbox::new().openclaw("models embed one");
    assert!(
        none.stderr
            .contains("no provider with embeddings has a credential"),
        "{none}"
    );
    assert_eq!(upstream.requests().len(), 0);
}

#[test]
fn what_is_left_of_an_account_stands_beside_what_is_remembered() {
    let upstream = Upstream::start(vendors()).unwrap();
    let world = world(&upstream).profile(
        "anthropic:plan",
        json!({ "type": "token", "provider": "anthropic", "token": TOKEN }),
    );
    let output = world.openclaw("status --usage");
    let table: Vec<&str> = output
        .stdout
        .lines()
        .skip_while(|line| !line.starts_with("ACCOUNT"))
        .collect();
    expect![[r#"
        ACCOUNT                       LIMIT        USED                LEFT       REFILLS
        anthropic (`anthropic:plan`)  weekly       92%                 8%         in 3 d
                                      5h           25%                 75%        in 3 h
                                      extra-usage  5.00 of 100.00 USD  95.00 USD"#]]
    .assert_eq(&table.join("\n"));
    // A key is of a kind that the vendor tells nothing about: nobody was asked with it.
    assert_eq!(upstream.requests().len(), 1);
    // Nothing of the user's changes: no use, no cooldown.
    let store = world
        .read(".openclaw/agents/main/agent/auth-profiles.json")
        .unwrap();
    assert!(!store.contains("usageStats"), "{store}");
    let data = world.openclaw("status --usage --json").json();
    assert_eq!(
        data["quotas"][0]["limits"][0]["usedPercent"], 91.5,
        "{data:#}"
    );
    assert!(canary::traces(TOKEN, output.to_string().as_bytes()).is_empty());
    let log = world.read(".openclaw/logs/audit.jsonl").unwrap();
    assert!(log.contains("/api/oauth/usage") && canary::traces(TOKEN, log.as_bytes()).is_empty());
}

#[test]
fn a_vendor_that_does_not_tell_fails_alone() {
    let busy = Script::new().otherwise(anthropic::error(529, "overloaded_error", "Overloaded"));
    let upstream = Upstream::start(busy).unwrap();
    let world = world(&upstream).profile(
        "anthropic:plan",
        json!({ "type": "token", "provider": "anthropic", "token": TOKEN }),
    );
    let output = world.openclaw("status --usage");
    assert_eq!(output.code, Some(0), "{output}");
    assert!(
        output.stdout.contains("cannot tell: overloaded (529)"),
        "{output}"
    );
    let data = world.openclaw("status --usage --json").json();
    assert_eq!(data["quotas"][0]["limits"], json!([]));
    assert_eq!(data["quotas"][0]["error"], "overloaded (529): Overloaded");
}

fn answered(usage: serde_json::Value) -> Script {
    Script::new().otherwise(Reply::json(
        200,
        &json!({ "id": "m", "type": "message", "role": "assistant", "model": "claude-opus-4-5",
            "content": [{ "type": "text", "text": "hi" }], "stop_reason": "end_turn", "usage": usage }),
    ))
}

#[test]
fn a_run_says_what_it_used_and_cost() {
    let usage =
        json!({ "input_tokens": 1_000, "output_tokens": 200, "cache_read_input_tokens": 500 });
    let upstream = Upstream::start(answered(usage)).unwrap();
    let world = world(&upstream);
    let explained: Output = world.openclaw("models run Hello --no-stream --explain");
    assert!(
        explained.stderr.contains(
            "  1,500 tokens in (500 from the cache), 200 out; $0.010 by the catalog's prices\n"
        ),
        "{explained}"
    );
    let data = world.openclaw("models run Hello --no-stream --json").json();
    // 1,000 at $5, 500 at $0.50 and 200 at $25 a million.
    assert_eq!(data["cost"], json!({ "usd": 0.01025, "source": "catalog" }));
    // A plan is not paid by use.
    let plan = world.profile(
        "anthropic:plan",
        json!({ "type": "token", "provider": "anthropic", "token": TOKEN }),
    );
    let data = plan.openclaw("models run Hello --no-stream --json").json();
    assert_eq!(data["source"], "profile:anthropic:plan");
    assert_eq!(data["cost"], json!(null));
}
