//! What proves a credential, and what only looks like it.

use super::*;
use expect_test::expect_file;
use openclaw_tests::JsonIs as _;

#[test]
fn an_answer_proves_a_credential() {
    let case = Case::new(answering(), "")
        .api_key("anthropic:work", WORK)
        .api_key("openai:default", OPENAI);
    expect![[r#"
        Auth Probes:
          anthropic/claude-opus-4-5  anthropic:work  ok  <n> ms; model answered; 13 tokens
          openai/gpt-5.2             openai:default  ok  <n> ms; model answered; 22 tokens
          Probed 2 targets in <n> ms
    "#]]
    .assert_eq(&case.section(""));
    // Two are asked at once, in whatever order.
    let mut asked = case.asked();
    asked.sort();
    assert_eq!(
        asked,
        [
            (MESSAGES.to_owned(), "claude-opus-4-5".to_owned()),
            ("/openai/v1/responses".to_owned(), "gpt-5.2".to_owned()),
        ]
    );
    let requests = case.upstream.requests();
    let body = requests
        .iter()
        .find(|asked| asked.path() == MESSAGES)
        .and_then(Received::json)
        .unwrap();
    assert_eq!(body["max_tokens"], 8);
    let narrow = Case::new(answering(), "")
        .api_key("anthropic:work", WORK)
        .env("COLUMNS", "60");
    expect![[r#"
        Auth Probes:
          anthropic/claude-opus-4-5  anthropic:work  ok
              <n> ms; model answered; 13 tokens
          Probed 1 target in <n> ms
    "#]]
    .assert_eq(&narrow.section(""));
}

#[test]
fn data_has_the_fields_of_the_existing_product_and_what_was_proven() {
    let script = Script::new().on(When::post(MESSAGES), claude()).otherwise(
        openai::error(429, "rate_limit", "rate_limit_exceeded", "Slow down.").retry_after(7),
    );
    let case = Case::new(script, "")
        .api_key("anthropic:work", WORK)
        .api_key("openai:default", OPENAI);
    let output = case.probe("--json --probe-timeout 9000 --probe-max-tokens 20");
    assert!(output.stderr.is_empty(), "{output}");
    let mut probes = output.json()["auth"]["probes"].clone();
    assert!(probes["durationMs"].take().is_u64());
    for result in probes["results"].as_array_mut().unwrap() {
        assert!(result["latencyMs"].take().is_u64());
    }
    probes.is(expect![[r#"
        {
          "startedAt": 1768478400000,
          "finishedAt": 1768478400000,
          "durationMs": null,
          "totalTargets": 2,
          "options": {
            "provider": null,
            "profileIds": [],
            "timeoutMs": 9000,
            "concurrency": 2,
            "maxTokens": 20
          },
          "results": [
            {
              "provider": "anthropic",
              "model": "anthropic/claude-opus-4-5",
              "profileId": "anthropic:work",
              "label": "anthropic:work",
              "source": "profile",
              "mode": "api_key",
              "status": "ok",
              "called": true,
              "latencyMs": null,
              "proven": "model answered",
              "generated": true,
              "tokensSpent": 13,
              "account": null
            },
            {
              "provider": "openai",
              "model": "openai/gpt-5.2",
              "profileId": "openai:default",
              "label": "openai:default",
              "source": "profile",
              "mode": "api_key",
              "status": "rate_limit",
              "called": true,
              "latencyMs": null,
              "error": "rate limited (429), retry in 7 s: Slow down.",
              "code": "rate_limit_exceeded",
              "httpStatus": 429,
              "retryAfterMs": 7000
            }
          ]
        }
    "#]]);
}

/// Replies that are no answer, and what each comes to.
#[test]
fn nothing_but_an_answer_is_called_ok() {
    let answer = || claude();
    let html = "<!doctype html><html><body>Sign in to the network</body></html>";
    let replies: Vec<(&str, Reply)> = vec![
        ("text", Reply::full(200, "OK")),
        ("nothing", Reply::full(200, "")),
        (
            "a page",
            Reply::full(200, html).header("content-type", "text/html"),
        ),
        ("empty object", Reply::json(200, &json!({}))),
        ("another vendor's answer", gpt()),
        (
            "an error with status 200",
            anthropic::error(200, "authentication_error", "invalid x-api-key"),
        ),
        ("half an answer", answer().truncated()),
        ("a cut connection", answer().cut_after(40)),
        ("half a stream", anthropic::stream(&["O", "K"]).truncated()),
        ("a stream", anthropic::stream(&["O", "K"])),
        ("a redirect", Reply::redirect(302, "/elsewhere")),
        ("a permanent redirect", Reply::redirect(308, "/elsewhere")),
        (
            "400",
            anthropic::error(400, "invalid_request_error", "max_tokens: wrong"),
        ),
        (
            "401",
            anthropic::error(401, "authentication_error", "invalid x-api-key"),
        ),
        (
            "402",
            anthropic::error(402, "billing_error", "Your credit balance is too low."),
        ),
        (
            "403",
            anthropic::error(403, "permission_error", "Not for your organization."),
        ),
        (
            "404",
            anthropic::error(404, "not_found_error", "model: claude-opus-4-5"),
        ),
        (
            "429",
            anthropic::error(429, "rate_limit_error", "Too many requests.").retry_after(42),
        ),
        (
            "500",
            anthropic::error(500, "api_error", "Internal server error"),
        ),
        (
            "529",
            anthropic::error(529, "overloaded_error", "Overloaded"),
        ),
        ("a closed connection", Reply::disconnect()),
        ("no HTTP", Reply::raw("SSH-2.0-OpenSSH_9.9\r\n")),
    ];
    let mut table = String::new();
    for (name, reply) in replies {
        let case = one(reply);
        let output = case.probe("--json");
        let result = output.json()["auth"]["probes"]["results"][0].clone();
        assert_ne!(result["status"], "ok", "{name}");
        assert_eq!(
            case.asked().len(),
            1,
            "{name}: asked once, redirects are not followed"
        );
        assert_eq!(case.log().len(), 1, "{name}: on record");
        let text = |field: &str| result[field].as_str().unwrap_or("-").to_owned();
        table.push_str(&format!("{name}: {}: {}\n", text("status"), text("error")));
    }
    let gone = one(claude());
    gone.upstream.stop();
    let output = gone.probe("--json");
    let result = &output.json()["auth"]["probes"]["results"][0];
    table.push_str(&format!("nobody listens: {}\n", result["status"]));
    expect_file!["expected/proof.nothing_but_an_answer_is_called_ok.txt"].assert_eq(&table);
}

#[test]
fn no_vendor_is_proven_by_a_page_and_each_by_its_own_answer() {
    let case = |script: Script| {
        let case = Case::new(script, "");
        let url = case.upstream.url();
        let config = format!(
            r#"{{
  agents: {{ defaults: {{ model: {{ primary: "anthropic/claude-opus-4-5",
    fallbacks: ["openai/gpt-5.2", "google/gemini-2.5-pro", "ollama/qwen3:8b", "own/first"] }} }} }},
  models: {{ providers: {{
    anthropic: {{ baseUrl: "{url}/anthropic", apiKey: "key-of-anthropic" }},
    openai: {{ baseUrl: "{url}/openai/v1", apiKey: "key-of-openai" }},
    google: {{ baseUrl: "{url}/google/v1beta", apiKey: "key-of-google" }},
    ollama: {{ baseUrl: "{url}/ollama" }},
    own: {{ baseUrl: "{url}/own/v1", api: "openai-completions", apiKey: "key-of-own", models: [] }},
  }} }},
}}
"#
        );
        case.world.write(".openclaw/openclaw.json", config);
        case
    };
    let right = Script::new()
        .on(When::path("/anthropic"), claude())
        .on(When::path("/openai"), gpt())
        .on(When::path("/google"), google::answer("OK"))
        .on(When::path("/ollama"), ollama::answer("OK"))
        .on(When::path("/own"), openai::chat_answer("OK"));
    let labels = [
        "models.json",
        "models.json",
        "none",
        "models.json",
        "models.json",
    ];
    let all = |status: &str| labels.map(|label| format!("{label} {status}"));
    assert_eq!(case(right).results(""), all("ok"));
    for reply in [
        Reply::full(200, "<html></html>").header("content-type", "text/html"),
        Reply::full(200, ""),
        Reply::json(200, &json!({ "ok": true })),
        Reply::json(200, &json!([])),
    ] {
        assert_eq!(
            case(Script::new().otherwise(reply)).results(""),
            all("server")
        );
    }
}

#[test]
fn a_server_that_takes_for_ever_is_given_up() {
    let minute = Duration::from_secs(60);
    for reply in [
        claude().drip(minute),
        claude().slow_head(minute),
        claude().stall_after(20),
        Reply::silence(),
    ] {
        let case = one(reply)
            .api_key("anthropic:b", BACKUP)
            .api_key("anthropic:c", BACKUP);
        assert_eq!(
            case.results("--probe-timeout 400"),
            [
                "anthropic:a timeout",
                "anthropic:b timeout",
                "anthropic:c timeout"
            ]
        );
        let log = case.log();
        assert_eq!(log.len(), 3, "what was given up is on record all the same");
        for line in log {
            assert_eq!(line["secrets_in"], json!(["header:x-api-key"]));
        }
    }
}

#[test]
fn no_more_is_asked_at_once_than_was_allowed() {
    for (flags, allowed) in [
        ("", 2),
        ("--probe-concurrency 3", 3),
        ("--probe-concurrency 1", 1),
    ] {
        let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        // Answers only when as many are there as may be: fewer would never be answered.
        let together = Barrier::new(allowed);
        let counted = Arc::clone(&most);
        let script = Script::new().otherwise(move |_: &Received| {
            let now = running.fetch_add(1, Ordering::SeqCst) + 1;
            counted.fetch_max(now, Ordering::SeqCst);
            together.wait();
            running.fetch_sub(1, Ordering::SeqCst);
            claude()
        });
        let mut case = Case::new(script, "");
        for number in 0..6 {
            case = case.profile(&format!("anthropic:{number}"), key("anthropic", WORK));
        }
        let results = case.results(&format!("{flags} --probe-timeout 60000"));
        assert!(
            results.len() == 6 && results.iter().all(|line| line.ends_with(" ok")),
            "{results:?}"
        );
        assert_eq!(most.load(Ordering::SeqCst), allowed);
    }
}
