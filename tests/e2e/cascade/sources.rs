//! Where credentials come from, and where requests may go.

use super::*;
use expect_test::expect_file;

#[track_caller]
fn source(case: &Case, want: &str, key: &str) {
    let output = case.ask("--json");
    assert_eq!(output.code, Some(0), "{output}");
    assert_eq!(output.json()["source"], want, "{output}");
    assert_eq!(
        case.asked().last().unwrap(),
        &format!("claude-opus-4-5 with {key}")
    );
}

#[test]
fn a_profile_comes_before_the_environment_and_that_before_the_config() {
    let mut case = Case::without_profiles(Script::new().otherwise(claude()), CHAIN, "");
    let keyed = providers(&case.upstream, &format!("apiKey: {},", json!(ELSEWHERE)));
    case.world
        .write(".openclaw/openclaw.json", config(CHAIN, &keyed, ""));
    source(&case, "models.json", "elsewhere");
    case.world = case.world.env("ANTHROPIC_API_KEY", BACKUP);
    source(&case, "env:ANTHROPIC_API_KEY", "backup");
    case.world = case.world.api_key("anthropic:work", WORK);
    source(&case, "profile:anthropic:work", "work");
    let usage = case.usage();
    assert_eq!(
        usage.as_object().unwrap().len(),
        1,
        "only a stored profile is remembered: {usage:#}"
    );
}

#[test]
fn a_key_of_the_environment_that_is_refused_yields_to_the_next_source() {
    let script = Script::new()
        .on(When::post(MESSAGES).credential(BACKUP), refused())
        .otherwise(claude());
    let mut case = Case::without_profiles(script, CHAIN, "");
    case.world = case
        .world
        .env("ANTHROPIC_API_KEY", BACKUP)
        .env("OTHER_KEY", ELSEWHERE);
    case.world.write(
        ".openclaw/openclaw.json",
        config(
            CHAIN,
            &providers(&case.upstream, r#"apiKey: "${OTHER_KEY}","#),
            "",
        ),
    );
    steady(case.ask("--explain")).is(expect![[r#"
        Hello from Claude.
        ---- stderr
        → anthropic/claude-opus-4-5  env:ANTHROPIC_API_KEY
        ✗ anthropic/claude-opus-4-5  unauthorized (401): invalid x-api-key  [<n> ms]
        → anthropic/claude-opus-4-5  models.json
        ✓ anthropic/claude-opus-4-5  answered  [<n> ms]
          12 tokens in, 3 out; $0.0001 by the catalog's prices
    "#]]);
    assert_eq!(
        case.asked(),
        [
            "claude-opus-4-5 with backup",
            "claude-opus-4-5 with elsewhere"
        ]
    );
}

#[test]
fn without_any_credential_it_says_where_it_looked() {
    let case = Case::without_profiles(Script::new(), CHAIN, "");
    case.ask("").is(expect_file![
        "expected/sources.without_any_credential_it_says_where_it_looked.txt"
    ]);
    case.ask("--model anthropic/claude-haiku-4-5 --json")
        .is(expect_file![
            "expected/sources.without_any_credential_it_says_where_it_looked.2.txt"
        ]);
    let alone = config(
        r#"model: "anthropic/claude-opus-4-5""#,
        &providers(&case.upstream, ""),
        "",
    );
    case.world.write(".openclaw/openclaw.json", alone);
    case.ask("").is(expect![[r#"
            ---- stderr
            error: No API key found for provider 'anthropic'
              1. anthropic/claude-opus-4-5    no credential
              environment `ANTHROPIC_OAUTH_TOKEN`: not set
              environment `ANTHROPIC_API_KEY`: not set
            hint: add a credential with `openclaw models auth add --provider anthropic`
            hint: see every credential with `openclaw models status --check`
            [exit 1]
        "#]]);
    assert_eq!(case.asked(), [""; 0]);
}

#[test]
fn header_fields_of_the_config_are_added_on_the_way_out_and_never_shown() {
    let case = Case::new(work(overloaded()));
    let headers = format!(
        r#"headers: {{ "x-team": "blue", "x-proxy-key": {} }},"#,
        json!(ELSEWHERE)
    );
    case.world.write(
        ".openclaw/openclaw.json",
        config(CHAIN, &providers(&case.upstream, &headers), ""),
    );
    let output = case.ask("--explain");
    assert_eq!(output.code, Some(0), "{output}");
    for request in case.upstream.requests() {
        assert_eq!(
            (request.header("x-team"), request.header("x-proxy-key")),
            (Some("blue"), Some(ELSEWHERE))
        );
    }
    assert_eq!(case.upstream.requests().len(), 2);
    let other = case.ask("--model openai/gpt-5.2");
    assert_eq!(other.code, Some(0), "{other}");
    assert_eq!(
        case.upstream
            .requests()
            .pop()
            .unwrap()
            .header("x-proxy-key"),
        None,
        "another vendor's request"
    );
}

#[test]
fn a_model_of_the_config_has_its_own_wire_format_and_header_fields() {
    let script = Script::new()
        .on(
            When::post("/lab/v1/messages"),
            anthropic::stream(&["Hello in the one format."]),
        )
        .on(
            When::post("/lab/v1/chat/completions"),
            openai::chat_stream(&["Hello in the other."]),
        );
    let upstream = Upstream::start(script).unwrap();
    let config = format!(
        r#"{{ models: {{ providers: {{ lab: {{
            baseUrl: "{}/lab/v1", api: "openai-completions", apiKey: "lab-key-0123456789abcdef",
            headers: {{ "x-team": "blue", "x-tier": "low" }},
            models: [
                {{ id: "plain", name: "Plain" }},
                {{ id: "own", name: "Own", api: "anthropic-messages", headers: {{ "X-Tier": "high", "x-proxy-key": {} }} }},
            ],
        }} }} }} }}"#,
        upstream.url(),
        json!(ELSEWHERE),
    );
    let world = Sandbox::new().config(&config).cache(crate::CACHE);
    for (model, said, fields) in [
        ("lab/plain", "Hello in the other.\n", ["blue", "low", ""]),
        (
            "lab/own",
            "Hello in the one format.\n",
            ["blue", "high", ELSEWHERE],
        ),
    ] {
        let output = world.run(&["models", "run", "hi", "--model", model]);
        assert_eq!(output.stdout, said, "{output}");
        let asked = upstream.requests().pop().unwrap();
        let sent = ["x-team", "x-tier", "x-proxy-key"];
        let sent = sent.map(|name| asked.header(name).unwrap_or_default());
        assert_eq!(sent, fields, "{model}");
    }
    let log = world.read(".openclaw/logs/audit.jsonl").unwrap();
    assert!(!log.contains(ELSEWHERE), "{log}");
}

#[test]
fn a_header_whose_variable_is_not_set_is_named() {
    let case = Case::new(work(claude()));
    let headers = r#"headers: { "x-proxy-key": "${PROXY_KEY}" },"#;
    case.world.write(
        ".openclaw/openclaw.json",
        config(CHAIN, &providers(&case.upstream, headers), ""),
    );
    steady(case.ask("--explain")).is(expect![[r#"
        Hello from GPT.
        ---- stderr
        → anthropic/claude-opus-4-5  `anthropic:work`
        ✗ anthropic/claude-opus-4-5  failed: Missing env var "PROXY_KEY" referenced at config path: models.providers.anthropic.headers.x-proxy-key  [<n> ms]
        → openai/gpt-5.2  `openai:default`
        ✓ openai/gpt-5.2  answered  [<n> ms]
          21 tokens in, 3 out; $0.000079 by the catalog's prices
        warning: fell back to openai/gpt-5.2: anthropic/claude-opus-4-5 with `anthropic:work` failed: Missing env var "PROXY_KEY" referenced at config path: models.providers.anthropic.headers.x-proxy-key
    "#]]);
}

#[test]
fn a_base_url_is_the_only_place_that_is_asked() {
    let elsewhere = Upstream::start(Script::new().otherwise(claude())).unwrap();
    let script = Script::new()
        .on(
            When::post(MESSAGES),
            Reply::redirect(307, &format!("{}/v1/messages", elsewhere.url())),
        )
        .on(openai_stream(), gpt());
    let case = Case::new(script);
    let output = case.ask("--json");
    assert_eq!(output.json()["text"], "Hello from GPT.", "{output}");
    assert_eq!(elsewhere.connections(), 0, "a redirect is not followed");
}

#[test]
fn a_base_url_that_cannot_be_granted_is_a_clear_error() {
    let case = Case::new(work(claude()));
    let base = format!("{}/anthropic", case.upstream.url());
    let providers = providers(&case.upstream, "").replacen(
        &base,
        "http://user:hunter2@127.0.0.1:1/x?key=hunter3",
        1,
    );
    case.world.write(
        ".openclaw/openclaw.json",
        config(r#"model: "anthropic/claude-opus-4-5""#, &providers, ""),
    );
    steady(case.ask("")).is(expect![[r#"
        ---- stderr
        warning: models.providers.anthropic.baseUrl: expected a URL of the form scheme://host[:port]/path, found a user name or password before the host (<home>/.openclaw/openclaw.json:4:48)
        error: failed: cannot use the configured `baseUrl`; caused by: `http://…@127.0.0.1:1/x?…` cannot be used as a base URL; caused by: the URL carries user information before its host
          1. anthropic/claude-opus-4-5  `anthropic:work`  failed: cannot use the configured `baseUrl`; caused by: `http://…@127.0.0.1:1/x?…` cannot be used as a base URL; caused by: the URL carries user information before its host
        hint: see every credential with `openclaw models status --check`
        [exit 1]
    "#]]);
}

#[test]
fn a_denied_request_is_on_record_and_the_next_model_answers() {
    let case = Case::new(work(claude()));
    let output = steady(case.ask("--model google/a%2fb --explain"));
    output.is(expect![[r#"
        Hello from GPT.
        ---- stderr
        → google/a%2fb  `google:default`
        ✗ google/a%2fb  failed: POST http://127.0.0.1:<port>/google/v1beta/models/a%252fb:streamGenerateContent: the path holds an encoded separator, and `http://127.0.0.1:<port>/google/v1beta/models` is limited to a path  [<n> ms]
        → openai/gpt-5.2  `openai:default`
        ✓ openai/gpt-5.2  answered  [<n> ms]
          21 tokens in, 3 out; $0.000079 by the catalog's prices
        warning: fell back to openai/gpt-5.2: google/a%2fb with `google:default` failed: POST http://127.0.0.1:<port>/google/v1beta/models/a%252fb:streamGenerateContent: the path holds an encoded separator, and `http://127.0.0.1:<port>/google/v1beta/models` is limited to a path
    "#]]);
    let denied: Vec<Value> = audit(&case.world)
        .into_iter()
        .filter(|line| line["decision"] == "deny")
        .collect();
    assert_eq!(denied.len(), 1);
    assert_eq!(
        (&denied[0]["plugin"], &denied[0]["status"]),
        (&json!("google"), &Value::Null)
    );
    assert_eq!(case.asked(), ["gpt-5.2 with openai"], "nothing of it left");
}
