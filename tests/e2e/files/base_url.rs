//! One judgement of a `baseUrl`, wherever it is written, checked or used.

use super::*;

/// What can never work, and what is said of it.
const UNUSABLE: [(&str, &str); 14] = [
    ("", "found an empty text"),
    ("  ", "found an empty text"),
    (
        "127.0.0.1:8000/v1",
        "did you mean `http://127.0.0.1:8000/v1`?",
    ),
    (
        "localhost:8000/v1",
        "did you mean `http://localhost:8000/v1`?",
    ),
    (
        "api.acme.test/v1",
        "did you mean `https://api.acme.test/v1`?",
    ),
    ("acme", "begins with `https://` or `http://`"),
    ("ftp://acme.test/v1", "neither https nor http"),
    ("https://me:hunter2@acme.test/v1", "user"),
    ("https://acme.test/v1?api-version=2024", "query"),
    ("https://acme.test/*/v1", "a `*`"),
    (
        "https://${LAB_URL:-acme.test}/v1",
        "only `${NAME}` is replaced",
    ),
    ("https://a_b..test/v1", "the host"),
    ("http://169.254.169.254/v1", "can never be granted"),
    (
        "http://acme.test/v1",
        "plain http to the public host `acme.test`",
    ),
];

#[test]
fn what_cannot_work_is_refused_wherever_it_is_met() {
    for (url, why) in UNUSABLE {
        let world = Sandbox::new().config(&lab(
            "http://127.0.0.1:9/v1",
            "apiKey: \"x-secret-0123456789\",",
        ));
        let set = world.run(&[
            "config",
            "set",
            "models.providers.lab.baseUrl",
            &format!("\"{url}\""),
        ]);
        set.failed();
        says(&set, why);
        assert_eq!(world.config_diff(), "", "{url}");

        let world = Sandbox::new()
            .cache(crate::CACHE)
            .config(&lab(url, "apiKey: \"x-secret-0123456789\","));
        let validate = world.openclaw("config validate --plain");
        assert_eq!(validate.code, Some(1), "{url}: {validate}");
        says(&validate, why);
        assert_eq!(findings(&world, "provider-unusable").len(), 1, "{url}");
        for command in [
            "models explain",
            "models status",
            "models status --check",
            "models run hi",
        ] {
            let output = world.openclaw(command);
            says(&output, "models.providers.lab.baseUrl");
            says(&output, why);
            assert!(!format!("{output}").contains("hunter2"), "{output}");
        }
        nothing_answers(&world, "models.providers.lab.baseUrl: ", "base_url");
        assert_eq!(
            world.openclaw("models status --check").code,
            Some(1),
            "{url}"
        );
        assert_eq!(world.openclaw("models run hi").code, Some(1), "{url}");
        let audit = world.read(".openclaw/logs/audit.jsonl").unwrap_or_default();
        assert!(!audit.contains("\"allow\""), "{url}: {audit}");
    }
}

/// Whoever says what would become of a prompt says the same, and names the key.
#[track_caller]
fn nothing_answers(world: &Sandbox, why: &str, reason: &str) {
    for command in ["models explain", "models status", "status", "doctor"] {
        let output = world.openclaw(command);
        let first = output.stdout.lines().next().unwrap_or_default().to_owned();
        assert!(
            first.starts_with(&format!("✗ nothing can answer: {why}")),
            "{command}: {output}"
        );
        assert!(
            output
                .stdout
                .contains("  fix: openclaw config set models.providers.lab.")
        );
        let told = world.openclaw(&format!("{command} --json")).json();
        assert_eq!(told["verdict"]["state"], "unusable", "{command}: {told:#}");
        let message = told["verdict"]["message"].as_str().unwrap();
        assert!(message.contains(why), "{command}: {message}");
    }
    let plan = world.openclaw("models explain --json").json();
    assert_eq!(plan["next"], Value::Null, "{plan:#}");
    let credential = &plan["candidates"][0]["credentials"][0];
    assert_eq!(credential["usable"], false, "{plan:#}");
    assert_eq!(credential["reason"], reason, "{plan:#}");
    let status = world.openclaw("models status --json").json();
    let fault = &status["auth"]["providers"][0]["fault"];
    assert_eq!(fault["reason"], reason, "{status:#}");
    let shown = world.openclaw("models status");
    says(&shown, "disabled");
    says(&shown, "cannot be used: models.providers.lab.");
    assert!(!shown.stdout.contains("active"), "{shown}");
    let model = world.openclaw("models show lab/m1 --json").json();
    assert_eq!(model["verdict"]["state"], "unusable", "{model:#}");
}

#[test]
fn what_cannot_be_asked_is_passed_over_in_the_verdict_too() {
    let world = Sandbox::new().config(
        r#"{ agents: { defaults: { model: { primary: "bad/m1", fallbacks: ["lab/m1"] } } },
  models: { providers: {
    bad: { baseUrl: "127.0.0.1:1/v1", api: "openai-completions", apiKey: "x-bad-0123456789", models: [{ id: "m1", name: "m1" }] },
    lab: { baseUrl: "http://127.0.0.1:9/v1", api: "openai-completions", apiKey: "x-lab-0123456789", models: [{ id: "m1", name: "m1" }] } } } }
"#,
    );
    let plan = world.openclaw("models explain --json").json();
    assert_eq!(plan["verdict"]["state"], "ready", "{plan:#}");
    assert_eq!(plan["next"]["model"], "lab/m1", "{plan:#}");
    assert_eq!(plan["candidates"][0]["model"], "bad/m1", "{plan:#}");
    // A stored key of such a provider is not called active either.
    let world = Sandbox::new()
        .config(&lab("127.0.0.1:8000/v1", ""))
        .api_key("lab:a", "x-lab-0123456789");
    let status = world.openclaw("models status --json").json();
    assert_eq!(
        status["authProfiles"]["lab"][0]["status"], "disabled",
        "{status:#}"
    );
    let shown = world.openclaw("models status");
    assert!(!shown.stdout.contains("active"), "{shown}");
}

#[test]
fn one_provider_that_cannot_be_used_stops_no_other() {
    let good = answering("GOOD");
    let text = format!(
        r#"{{ agents: {{ defaults: {{ model: {{ primary: "bad/m1", fallbacks: ["lab/m1"] }} }} }},
  models: {{ providers: {{
    bad: {{ baseUrl: "", api: "openai-completions", apiKey: "x-bad-0123456789", models: [{{ id: "m1", name: "m1" }}] }},
    lab: {{ baseUrl: "{}/v1", api: "openai-completions", apiKey: "x-lab-0123456789", models: [{{ id: "m1", name: "m1" }}] }} }} }} }}
"#,
        good.url()
    );
    let world = Sandbox::new().cache(crate::CACHE).config(&text);
    let output = world.openclaw("models run hi");
    assert_eq!((output.stdout.as_str(), output.code), ("GOOD\n", Some(0)));
    says(&output, "models.providers.bad.baseUrl: expected a URL");
    assert_eq!(
        good.requests().pop().unwrap().credential(),
        Some("x-lab-0123456789")
    );
    let listed = world.openclaw("models list --plain");
    assert_eq!(listed.code, Some(0), "{listed}");
}

#[test]
fn plain_http_is_for_this_machine_and_its_network_unless_it_is_allowed() {
    for url in [
        "http://127.0.0.1:8000/v1",
        "http://[::1]:8000/v1",
        "http://localhost:1234",
        "http://192.168.0.7/v1",
        "http://10.1.2.3:80/v1",
        "http://vllm:8000/v1",
        "http://box.local/v1",
        "http://host.docker.internal:1234/v1",
    ] {
        let world = Sandbox::new().config(&lab(url, ""));
        world.openclaw("config validate").ok();
    }
    let world = Sandbox::new().config(&lab("http://acme.test/v1", ""));
    let output = world.openclaw("config validate --plain");
    let command = "openclaw config set models.providers.lab.allowInsecure true";
    says(&output, command);
    world
        .shell(&command.replace("openclaw", "\"$OPENCLAW\""))
        .ok();
    world.openclaw("config validate").ok();
    assert!(findings(&world, "provider-unusable").is_empty());
    // Before the address is there it can be allowed too.
    let world = Sandbox::new();
    world
        .openclaw("config set models.providers.openai.baseUrl http://example.com/v1")
        .failed();
    world
        .openclaw("config set models.providers.openai.allowInsecure true")
        .ok();
    world
        .openclaw("config set models.providers.openai.baseUrl http://example.com/v1")
        .ok();
}

#[test]
fn a_pasted_endpoint_is_left_out_with_a_word() {
    let good = answering("GOOD");
    for (api, endpoint) in [
        ("openai-completions", "/v1/chat/completions"),
        ("openai-completions", "/v1/chat/completions/"),
        ("openai-completions", "/v1/models"),
    ] {
        let url = format!("{}{endpoint}", good.url());
        let world = Sandbox::new().cache(crate::CACHE).config(&lab(
            &url,
            &format!("apiKey: \"x-lab-0123456789\", api: \"{api}\","),
        ));
        let output = world.openclaw("models run hi");
        assert_eq!(output.stdout, "GOOD\n", "{output}");
        says(
            &output,
            "is an endpoint and no part of a base URL, so it is left out",
        );
        assert_eq!(
            good.requests().pop().unwrap().path(),
            "/v1/chat/completions"
        );
        let validate = world.openclaw("config validate");
        says(&validate, "is an endpoint");
        assert_eq!(validate.code, Some(0), "{validate}");
    }
    let world = Sandbox::new();
    let url = "https://api.acme.test/v1/messages";
    says(
        &world.openclaw(&format!("config set models.providers.acme.baseUrl {url}")),
        "`/messages` is an endpoint",
    );
}

#[test]
fn a_variable_is_judged_by_its_value() {
    let world = Sandbox::new().config(&lab("${LAB_URL}", ""));
    let with = |value: &str| {
        let world = Sandbox::new()
            .config(&lab("${LAB_URL}", ""))
            .env("LAB_URL", value);
        world.openclaw("config validate --plain")
    };
    with("http://127.0.0.1:8000/v1").ok();
    assert_eq!(with("127.0.0.1:8000").code, Some(1));
    assert_eq!(with("http://acme.test").code, Some(1));
    assert_eq!(world.openclaw("config validate").code, Some(1));
}
