//! Waits that a server states, bursts of failures, and answers without text.

use std::time::Instant;

use super::*;

const ONE_KEY: &str = r#"model: "anthropic/claude-opus-4-5""#;

fn one_key(script: Script) -> Case {
    let case = Case::without_profiles(script, ONE_KEY, "");
    let world = case.world.api_key("anthropic:work", WORK);
    Case { world, ..case }
}

fn wait(seconds: u64) -> Reply {
    anthropic::error(429, "rate_limit_error", "Too many requests.").retry_after(seconds)
}

#[test]
fn a_short_wait_that_the_server_states_is_waited_for() {
    for (status, kind) in [
        (429, "rate_limit_error"),
        (529, "overloaded_error"),
        (503, "api_error"),
    ] {
        let refusal = anthropic::error(status, kind, "Later.").retry_after(1);
        let case = one_key(
            Script::new()
                .on(When::post(MESSAGES).nth(1), refusal)
                .on(When::post(MESSAGES), claude()),
        );
        let output = case.ask("");
        assert_eq!(
            output.stdout, "Hello from Claude.\n",
            "{status}: {}",
            output.stderr
        );
        assert!(
            output
                .stderr
                .contains("waiting 1 s for anthropic/claude-opus-4-5"),
            "{}",
            output.stderr
        );
        assert_eq!(case.asked().len(), 2, "{status}");
    }
}

#[test]
fn a_wait_longer_than_the_patience_is_the_end_and_is_kept_to_the_second() {
    let case = one_key(Script::new().otherwise(wait(4)));
    let begun = Instant::now();
    let output = case.ask("--wait 2");
    assert_eq!(output.code, Some(1));
    assert!(begun.elapsed() < PATIENCE);
    assert_eq!(case.asked().len(), 1);
    let usage = case.usage();
    let model = &usage["anthropic:work"]["models"]["claude-opus-4-5"];
    assert_eq!(model["until"], FIXED_TIME_MS + 4_000, "{usage:#}");
    // A second run, before the wait is over.
    case.ask("--wait 0").failed();
    assert_eq!(case.asked().len(), 1);
}

/// Makes many processes meet the same refusal at the same time.
fn burst(refusal: Reply, processes: usize) -> Value {
    let case = one_key(Script::new().otherwise(refusal.after(Duration::from_millis(800))));
    // The component is compiled once, before.
    case.ask("--wait 0").failed();
    case.world.openclaw("models auth cooldown clear --all").ok();
    let before = case.asked().len();
    let children: Vec<Child> = (0..processes)
        .map(|_| {
            let mut command = case.world.command();
            command.args(["models", "run", "Hello", "--wait", "0"]);
            command.stdin(std::process::Stdio::null()).spawn().unwrap()
        })
        .collect();
    for child in children {
        assert!(!child.wait_with_output().unwrap().status.success());
    }
    assert!(
        case.asked().len() > before + 1,
        "only one was under way at a time"
    );
    case.usage()["anthropic:work"].clone()
}

#[test]
fn a_burst_of_processes_leaves_the_cooldown_that_one_would() {
    let limited = anthropic::error(429, "rate_limit_error", "Too many requests.");
    let usage = burst(limited, 24);
    let model = &usage["models"]["claude-opus-4-5"];
    assert_eq!(model["until"], FIXED_TIME_MS + 30_000, "{usage:#}");
    assert_eq!(model["errorCount"], 1);

    let asked_for = burst(wait(60), 12);
    let model = &asked_for["models"]["claude-opus-4-5"];
    assert_eq!(model["until"], FIXED_TIME_MS + 60_000, "{asked_for:#}");

    let broke = anthropic::error(
        400,
        "invalid_request_error",
        "Your credit balance is too low to access the Anthropic API.",
    );
    let usage = burst(broke, 12);
    assert_eq!(
        usage["disabledUntil"],
        FIXED_TIME_MS + 5 * 3_600_000,
        "{usage:#}"
    );

    let refused = anthropic::error(401, "authentication_error", "invalid x-api-key");
    let usage = burst(refused, 12);
    assert_eq!(usage["cooldownUntil"], FIXED_TIME_MS + 30_000, "{usage:#}");
}

#[test]
fn no_credit_behind_an_id_of_the_users_own_concerns_the_model_alone() {
    let upstream = Upstream::start(
        Script::new()
            .on(
                When::post("/v1").json("/model", "m1"),
                openai::error(402, "billing", "insufficient_quota", "no credit"),
            )
            .otherwise(openai::chat_stream(&["From m2."])),
    )
    .unwrap();
    let url = upstream.url();
    let world = Sandbox::new()
        .config(&format!(
            r#"{{ agents: {{ defaults: {{ model: {{ primary: "corp/m1", fallbacks: ["corp/m2"] }} }} }},
            models: {{ providers: {{ corp: {{ baseUrl: "{url}/v1", api: "openai-completions",
                models: [{{ id: "m1", name: "m1" }}, {{ id: "m2", name: "m2" }}] }} }} }} }}"#
        ))
        .api_key("corp:default", "sk-corp-0123456789-0123456789")
        .cache(crate::CACHE);
    let output = world.openclaw("models run Hello");
    assert_eq!(output.stdout, "From m2.\n", "{}", output.stderr);
}

#[test]
fn an_answer_without_text_goes_on_to_the_next_model() {
    let empty = || anthropic::stream(&[]);
    let case = Case::new(
        Script::new()
            .on(When::post(MESSAGES), empty())
            .on(openai_stream(), gpt()),
    );
    steady(case.ask("")).is(expect![[r#"
        Hello from GPT.
        ---- stderr
        warning: fell back to openai/gpt-5.2: anthropic/claude-opus-4-5 with `anthropic:work` failed: an empty answer (finish reason `end`)
    "#]]);
    assert_eq!(
        case.usage()["anthropic:work"],
        Value::Null,
        "no credential is blamed"
    );
    let alone = one_key(Script::new().otherwise(empty()));
    steady(alone.ask("")).is(expect![[r#"
        ---- stderr
        error: failed: an empty answer (finish reason `end`)
          1. anthropic/claude-opus-4-5  `anthropic:work`  failed: an empty answer (finish reason `end`)
        hint: see every credential with `openclaw models status --check`
        [exit 1]
    "#]]);
}
