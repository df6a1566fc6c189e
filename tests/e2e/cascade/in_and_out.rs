//! What goes in and what comes out, and where no key may be.

use super::*;
use openclaw_tests::JsonIs as _;

#[test]
fn an_empty_prompt_is_refused_before_anything_is_read() {
    let case = Case::new(work(claude()));
    case.world.write(".openclaw/openclaw.json", "{ broken");
    case.run(&["models", "run", ""]).is(expect![[r#"
        ---- stderr
        error: the prompt is empty
        hint: give it as an argument, `openclaw models run "Hello"`, or on standard input
        [exit 1]
    "#]]);
    for (arguments, stdin) in [
        (&["models", "run", "  \n"][..], ""),
        (&["models", "run"], " \n\t"),
        (&["models", "run", "-"], ""),
    ] {
        let output = case.seen(case.world.run_with(arguments, stdin));
        assert!(
            output.failed().starts_with("error: the prompt is empty"),
            "{output}"
        );
    }
    let output = case.world.openclaw_with("models run", b"\xff\xfe");
    assert_eq!(
        output.failed(),
        "error: the prompt on standard input is not UTF-8 text\n"
    );
    assert_eq!(case.asked(), [""; 0]);
}

#[test]
fn the_prompt_is_the_arguments_standard_input_or_both() {
    let case = Case::new(work(claude()));
    for (arguments, stdin, expected) in [
        (&["models", "run", "Grüße"][..], "", "Grüße"),
        (&["models", "run", "Viele", "Grüße"], "", "Viele Grüße"),
        (&["models", "run"], "Grüße", "Grüße"),
        (&["models", "run", "-"], "Grüße", "Grüße"),
        (
            &["models", "run", "Summarize"],
            "+1\n-1\n",
            "+1\n-1\n\nSummarize",
        ),
        (
            &["models", "run", "This", "-", "ends"],
            "ctx",
            "This\n\nctx\n\nends",
        ),
    ] {
        let output = case.seen(case.world.run_with(arguments, stdin));
        assert_eq!(output.ok(), "Hello from Claude.\n");
        let body = case.upstream.requests().pop().unwrap().json().unwrap();
        assert_eq!(
            body["messages"],
            json!([{ "role": "user", "content": [{ "type": "text", "text": expected }] }])
        );
    }
}

#[test]
fn options_of_the_request_arrive() {
    let case = Case::new(
        Script::new()
            .on(When::post(MESSAGES).json("/stream", true), refused())
            .otherwise(anthropic::answer("All at once.")),
    );
    let output = case.run(&[
        "models",
        "run",
        "Hello",
        "--no-stream",
        "--system",
        "Be brief.",
        "--max-output-tokens",
        "77",
    ]);
    assert_eq!(output.ok(), "All at once.\n");
    let body = case.upstream.requests().pop().unwrap().json().unwrap();
    assert_eq!(body["max_tokens"], 77);
    assert!(body["system"].to_string().contains("Be brief."), "{body:#}");
}

#[test]
fn an_answer_as_data() {
    let case = Case::new(work(limited()));
    let output = case.ask("--json");
    let mut value: Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!(output.code, Some(0), "{output}");
    for pointer in ["/elapsedMs", "/trail/0/elapsedMs", "/trail/1/elapsedMs"] {
        let elapsed = value.pointer_mut(pointer).unwrap();
        assert!(elapsed.is_u64(), "{pointer}");
        *elapsed = json!("<n>");
    }
    value.is(expect![[r#"
        {
          "model": "anthropic/claude-opus-4-5",
          "requestedModel": "anthropic/claude-opus-4-5",
          "source": "profile:anthropic:backup",
          "profileId": "anthropic:backup",
          "text": "Hello from Claude.",
          "stop": "end",
          "usage": {
            "input": 12,
            "output": 3,
            "cacheRead": 0,
            "cacheWrite": 0,
            "reasoning": null
          },
          "cost": {
            "usd": 0.000135,
            "source": "catalog"
          },
          "answer": {
            "answers": [
              {
                "parts": [
                  {
                    "text": "Hello from Claude."
                  }
                ],
                "finish": {
                  "reason": "end",
                  "vendor_reason": "end_turn"
                }
              }
            ],
            "usage": {
              "input": 12,
              "output": 3,
              "cache_read": 0,
              "cache_write": 0
            },
            "about": {
              "id": "msg_01XFDUDYJgAACzvnptvVoYEL",
              "model": "claude-haiku-4-5-20251001",
              "service_tier": "standard"
            }
          },
          "messages": [
            {
              "role": "user",
              "parts": [
                {
                  "text": "Hello"
                }
              ]
            },
            {
              "role": "assistant",
              "parts": [
                {
                  "text": "Hello from Claude."
                }
              ],
              "origin": {
                "provider": "anthropic",
                "realm": "anthropic",
                "model": "claude-opus-4-5",
                "account": "anthropic:backup",
                "complete": true
              }
            }
          ],
          "elapsedMs": "<n>",
          "trail": [
            {
              "model": "anthropic/claude-opus-4-5",
              "source": "profile:anthropic:work",
              "profileId": "anthropic:work",
              "outcome": "failed",
              "failure": {
                "kind": "rate_limit",
                "code": "rate_limit_error",
                "status": 429,
                "message": "Too many requests.",
                "retryAfterMs": 42000
              },
              "elapsedMs": "<n>"
            },
            {
              "model": "anthropic/claude-opus-4-5",
              "source": "profile:anthropic:backup",
              "profileId": "anthropic:backup",
              "outcome": "succeeded",
              "elapsedMs": "<n>"
            }
          ],
          "warnings": [
            "answered with `anthropic:backup`: anthropic/claude-opus-4-5 with `anthropic:work` is rate limited (429)"
          ],
          "notes": []
        }
    "#]]);
}

#[test]
fn nothing_that_a_vendor_echoes_shows_a_key() {
    for form in Form::ALL {
        for split in [None, Some(7)] {
            let echo = |status: u16| {
                let echo = Echo::new(form)
                    .status(status)
                    .into_reply(|text| anthropic::error(400, "invalid_request_error", text));
                match split {
                    Some(size) => echo.split(size),
                    None => echo,
                }
            };
            let case = Case::new(
                Script::new()
                    .on(When::post(MESSAGES), echo(401))
                    .on(When::any(), echo(400)),
            );
            let output = case.ask("--explain");
            assert_eq!(output.code, Some(1), "{output}");
            assert!(
                case.asked()
                    .contains(&"claude-opus-4-5 with work".to_owned()),
                "the keys were sent: {:?}",
                case.asked()
            );
        }
    }
}

#[test]
fn no_key_is_in_what_is_cached_or_logged() {
    let mut case = Case::new(work(limited()));
    case.world = case.world.without("XDG_CACHE_HOME");
    assert_eq!(case.ask("--explain").stdout, "Hello from Claude.\n");
    let files = case.world.files();
    assert!(
        files
            .iter()
            .any(|name| name.starts_with(".cache/openclaw/components/")),
        "{files:?}"
    );
    assert!(
        files.contains(&".openclaw/logs/audit.jsonl".to_owned()),
        "{files:?}"
    );
}

#[test]
fn every_request_is_in_the_audit_log_whose_lines_are_chained() {
    let case = Case::new(work(limited()));
    let runs = [
        case.ask(""),
        case.ask(""),
        case.ask("--model openai/gpt-5.2"),
    ];
    assert!(runs.iter().all(|output| output.code == Some(0)));
    let lines = audit(&case.world);
    let told: Vec<String> = lines
        .iter()
        .map(|line| {
            format!(
                "{} {} {}",
                line["plugin"], line["status"], line["secrets_in"]
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            r#""anthropic" 429 ["header:x-api-key"]"#,
            r#""anthropic" 200 ["header:x-api-key"]"#,
            r#""anthropic" 200 ["header:x-api-key"]"#,
            r#""openai" 200 ["header:authorization"]"#,
        ]
    );
    let mut previous = "0".repeat(64);
    for mut line in lines {
        assert_eq!(line["prev"], previous.as_str());
        let hash = line.as_object_mut().unwrap().shift_remove("hash").unwrap();
        previous = format!("{:x}", Sha256::digest(line.to_string()));
        assert_eq!(hash, previous.as_str());
    }
}
