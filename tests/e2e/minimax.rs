//! MiniMax, which speaks Anthropic's format and reports failures in its own.

use expect_test::{expect, expect_file};
use openclaw_tests::{Output, Sandbox};
use openclaw_upstream::{Reply, Script, Upstream, When, anthropic, openai};
use serde_json::json;

use crate::steady;

const KEY: &str = "sk-api-0123456789abcdefghijklmnopqrstuvwxyz-minimax";
const MESSAGES: &str = "/anthropic/v1/messages";

/// A user with a key in the environment, MiniMax as the primary and OpenAI as the fallback.
fn world(upstream: &Upstream) -> Sandbox {
    let url = upstream.url();
    Sandbox::new()
        .config(&format!(
            r#"{{
  agents: {{ defaults: {{ model: {{ primary: "minimax/MiniMax-M2.1", fallbacks: ["openai/gpt-5.2"] }} }} }},
  models: {{ providers: {{
    minimax: {{ baseUrl: "{url}/anthropic" }},
    openai: {{ baseUrl: "{url}/openai/v1" }},
  }} }},
}}
"#
        ))
        .cache(crate::CACHE)
        .env("MINIMAX_API_KEY", KEY)
        .env("OPENAI_API_KEY", "sk-proj-0123456789abcdefghijklmnopqrstuvwxyz")
}

fn ask(upstream: &Upstream, arguments: &str) -> Output {
    let output = world(upstream).openclaw(&format!("models run Hello {arguments}"));
    assert!(!output.to_string().contains(KEY), "{output}");
    output
}

/// Replies as MiniMax; OpenAI answers.
fn script(reply: Reply) -> Script {
    Script::new()
        .on(When::post(MESSAGES).credential(KEY), reply)
        .on(
            When::post("/openai"),
            openai::responses_stream(&["Hello from GPT."]),
        )
}

#[test]
fn the_documented_command_sets_it_and_a_prompt_is_answered() {
    let upstream =
        Upstream::start(script(anthropic::stream(&["Hello", " from MiniMax."]))).unwrap();
    let world = world(&upstream).config(&format!(
        "{{ models: {{ providers: {{ minimax: {{ baseUrl: \"{}/anthropic/v1\" }} }} }} }}\n",
        upstream.url()
    ));
    world
        .openclaw("models set minimax/MiniMax-M2.1")
        .is(expect![[r#"
            Updated ~/.openclaw/openclaw.json
            Primary model: minimax/MiniMax-M2.1
        "#]]);
    world.openclaw("models status").is(expect_file![
        "expected/minimax.the_documented_command_sets_it_and_a_prompt_is_answered.txt"
    ]);
    world.openclaw("models run Hello").is(expect![[r#"
        Hello from MiniMax.
    "#]]);
    let requests = upstream.requests();
    let [request] = &requests[..] else {
        panic!("{requests:?}");
    };
    let header = |name: &str| {
        request
            .headers
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    };
    assert_eq!(request.path(), MESSAGES);
    assert_eq!(header("x-api-key"), Some(KEY));
    assert_eq!(header("authorization"), None);
    assert_eq!(
        request.json().unwrap(),
        json!({
            "model": "MiniMax-M2.1",
            "max_tokens": 131_072,
            "stream": true,
            "messages": [{ "role": "user", "content": [{ "type": "text", "text": "Hello" }] }],
        })
    );
}

#[test]
fn models_are_known_by_their_exact_names() {
    let world = Sandbox::new();
    world.openclaw("models set minimax/minimax-m2.1").is(expect![[r#"
        ---- stderr
        error: Unknown model: minimax/minimax-m2.1
          not an alias, and not among the 10 models that `minimax` lists
          nothing was changed
        hint: did you mean `minimax/MiniMax-M2.1` or `minimax/MiniMax-M2.5` or `minimax/MiniMax-M2.7`? `openclaw models set minimax/MiniMax-M2.1`
        [exit 1]
    "#]]);
    world
        .openclaw("models list --provider minimax --plain")
        .is(expect_file![
            "expected/minimax.models_are_known_by_their_exact_names.txt"
        ]);
}

#[test]
fn there_is_no_list_to_ask_for() {
    let upstream = Upstream::start(Script::new()).unwrap();
    let output = world(&upstream).openclaw("models list --provider minimax --refresh --plain");
    assert_eq!(output.code, Some(0), "{output}");
    assert!(output.stdout.contains("minimax/MiniMax-M2.1\n"), "{output}");
    expect![[r#"
        note: `minimax` was not asked: MiniMax has no list of the models that a key may use
    "#]]
    .assert_eq(&output.stderr);
    assert!(upstream.requests().is_empty());
}

#[test]
fn a_key_is_proven_by_one_token() {
    let upstream = Upstream::start(script(anthropic::answer("OK"))).unwrap();
    let world = world(&upstream);
    let probed = world.openclaw("models status --probe --probe-provider minimax --json");
    assert_eq!(probed.code, Some(0), "{probed}");
    assert_eq!(
        probed.json()["auth"]["probes"]["results"][0]["status"],
        "ok",
        "{probed}"
    );
    let scanned = world.openclaw("models scan --provider minimax --no-input --yes");
    assert_eq!(scanned.code, Some(0), "{scanned}");
    assert!(scanned.to_string().contains("(auth: ok)"), "{scanned}");
    let asked: Vec<_> = upstream
        .requests()
        .iter()
        .map(|request| {
            let body = request.json().unwrap();
            format!("{} {}", request.path(), body["max_tokens"])
        })
        .collect();
    assert_eq!(asked, [format!("{MESSAGES} 8"), format!("{MESSAGES} 1")]);
}

#[test]
fn a_failure_in_a_success_is_a_failure() {
    let native = |code: u16, message: &str| {
        Reply::json(
            200,
            &json!({ "base_resp": { "status_code": code, "status_msg": message } }),
        )
    };
    let upstream = Upstream::start(script(native(1008, "insufficient balance"))).unwrap();
    steady(ask(&upstream, "--explain")).is(expect![[r#"
        Hello from GPT.
        ---- stderr
        → minimax/MiniMax-M2.1  env:MINIMAX_API_KEY
        ✗ minimax/MiniMax-M2.1  insufficient credit (200): insufficient balance (1008)  [<n> ms]
        → openai/gpt-5.2  env:OPENAI_API_KEY
        ✓ openai/gpt-5.2  answered  [<n> ms]
          21 tokens in, 3 out; $0.000079 by the catalog's prices
        warning: fell back to openai/gpt-5.2: minimax/MiniMax-M2.1 with env:MINIMAX_API_KEY has insufficient credit (200)
    "#]]);
    for (reply, kind, code) in [
        (native(1002, "rate limit"), "rate_limit", "1002"),
        (native(2049, "invalid api key"), "auth", "2049"),
        (
            anthropic::error(500, "api_error", "insufficient balance (1008)"),
            "billing",
            "1008",
        ),
        (
            anthropic::error(
                500,
                "api_error",
                "your current token plan not support model, MiniMax-M2.1 (2061)",
            ),
            "permission",
            "2061",
        ),
    ] {
        upstream.follow(script(reply));
        let value = ask(&upstream, "--json").json();
        assert_eq!(value["text"], "Hello from GPT.");
        let failure = &value["trail"][0]["failure"];
        assert_eq!(
            (failure["kind"].as_str(), failure["code"].as_str()),
            (Some(kind), Some(code)),
            "{value:#}"
        );
    }
}

#[test]
fn a_plans_window_rests_the_key_until_it_renews() {
    let limited = anthropic::error(
        429,
        "rate_limit_error",
        "usage limit exceeded, 5-hour usage limit reached for Token Plan Starter (1500/1500 used), \
         resets at 2026-01-15T14:00:00Z (2056)",
    );
    let upstream = Upstream::start(script(limited)).unwrap();
    let world = world(&upstream)
        .without("MINIMAX_API_KEY")
        .api_key("minimax:plan", KEY);
    assert_eq!(
        world.openclaw("models run Hello").stdout,
        "Hello from GPT.\n"
    );
    world.openclaw("models explain").is(expect![[r#"
        ✓ ready: openai/gpt-5.2 with env:OPENAI_API_KEY
        1. minimax/MiniMax-M2.1  (primary, from defaults)
           `minimax:plan`  in cooldown: rate limited, 2 h left
        2. openai/gpt-5.2  (fallback 1, from defaults)
           env:OPENAI_API_KEY  usable
    "#]]);
}

#[test]
fn a_pasted_key_of_either_platform_account_is_recognized() {
    let paste =
        |key: &str| Sandbox::new().openclaw_with("models auth paste-token --provider minimax", key);
    let token = format!("eyJ{0}.eyJ{0}.{0}", "hbGciOiJSUzI1NiIs");
    for key in [KEY.to_owned(), KEY.replace("sk-api", "sk-cp"), token] {
        let output = paste(&key);
        assert_eq!(output.code, Some(0), "{output}");
        assert!(!output.stderr.contains("warning"), "{output}");
    }
    paste("sk-ant-api03-0123456789").is(expect![[r#"
        ---- stderr
        error: minimax cannot use this credential
          it has the form of a credential of Anthropic: API key
          nothing was stored
        hint: add it there: `openclaw models auth add --provider anthropic`; a proxy that takes it needs a `baseUrl` in `models.providers.minimax`
        [exit 1]
    "#]]);
}
