//! `plugins can-reach`: which grant allows an address, or which rule denies it.

use super::*;

#[test]
fn can_reach_names_the_grant_that_allows() {
    let world = Sandbox::new();
    world.write("hostile.wasm", wasm::guest("hostile"));
    world
        .openclaw(
            "plugins can-reach hostile.wasm https://API.hostile.test:443/v1/./echo --method POST",
        )
        .is(expect![[r#"
            allow POST https://api.hostile.test/v1/echo
              plugin   hostile
              grant    2. POST https://api.hostile.test/v1/echo
              from     its manifest
              for      behaves, when asked to
              secrets  header x-api-key
              address  public ones only, checked when they are connected to
        "#]]);
}

#[test]
fn can_reach_names_the_rule_that_denies_and_the_smallest_grant() {
    let world = Sandbox::new();
    world.write("hostile.wasm", wasm::guest("hostile"));
    let output = world.openclaw("plugins can-reach hostile.wasm https://api.hostile.test/v1/echo");
    output.is(expect![[r#"
        deny GET https://api.hostile.test/v1/echo
          plugin          hostile
          rule            method_not_granted
          reason          GET https://api.hostile.test/v1/echo: `https://api.hostile.test/v1/echo` is granted for POST only
          smallest grant  {"url":"https://api.hostile.test/v1/echo","methods":["GET"]}
        [exit 1]
    "#]]);
    let output =
        world.openclaw("plugins can-reach hostile.wasm https://api.hostile.test/v1/echo --json");
    assert_eq!(output.code, Some(1));
    assert_eq!(
        output.json(),
        json!({
            "plugin": "hostile", "provider": "hostile", "method": "GET",
            "url": "https://api.hostile.test/v1/echo", "verdict": "deny", "rule": "method_not_granted",
            "message": "GET https://api.hostile.test/v1/echo: `https://api.hostile.test/v1/echo` is granted for POST only",
            "smallestGrant": {"url": "https://api.hostile.test/v1/echo", "methods": ["GET"]},
            "warnings": [], "notes": [],
        })
    );
}

#[test]
fn can_reach_judges_literal_addresses() {
    let world = Sandbox::new();
    let verdict = |url: &str, method: &str| {
        let output = world.run(&[
            "plugins",
            "can-reach",
            "ollama",
            url,
            "--method",
            method,
            "--json",
        ]);
        let value = output.json();
        let rule = value["rule"].as_str().unwrap_or("-").to_owned();
        format!(
            "{} {} {rule}",
            output.code.unwrap(),
            value["verdict"].as_str().unwrap()
        )
    };
    assert_eq!(
        verdict("http://127.0.0.1:11434/api/chat", "POST"),
        "0 allow -"
    );
    assert_eq!(
        verdict("http://127.0.0.1:11435/api/chat", "POST"),
        "1 deny port_not_granted"
    );
    assert_eq!(
        verdict("http://127.1:11434/api/chat", "POST"),
        "1 deny bad_host"
    );
    assert_eq!(
        verdict("http://[::1]:11434/api/chat", "POST"),
        "1 deny no_grant_for_host"
    );
    assert_eq!(
        verdict("http://169.254.169.254/latest", "GET"),
        "1 deny private_address"
    );
    assert_eq!(
        verdict("http://127.0.0.1:11434/api/chat", "post"),
        "1 deny bad_method"
    );
}

#[test]
fn can_reach_counts_the_base_url_of_the_config() {
    let world = Sandbox::new().config(BASE_URL);
    let code = |provider: &str, url: &str| {
        world
            .run(&["plugins", "can-reach", provider, url, "--method", "POST"])
            .code
    };
    assert_eq!(
        code("anthropic", "https://proxy.corp.test/anthropic/v1/messages"),
        Some(0)
    );
    assert_eq!(code("anthropic", "https://proxy.corp.test/other"), Some(1));
    assert_eq!(
        code("mine", "http://127.0.0.1:8080/v1/chat/completions"),
        Some(0)
    );
    assert_eq!(
        code("openai", "http://127.0.0.1:8080/v1/chat/completions"),
        Some(1)
    );
    let output = world.openclaw("plugins can-reach odd https://odd.test/");
    assert!(
        output
            .failed()
            .starts_with("error: cannot use the configured `baseUrl`"),
        "{output}"
    );
}

/// A provider of the user's own has its base URL and no vendor's; a base URL is one address.
#[test]
fn a_provider_of_the_users_own_reaches_its_base_url_alone() {
    let world = Sandbox::new().config(
        r#"{ models: { providers: {
          lab: { api: "openai-completions", baseUrl: "http://127.0.0.1:8080/v1", models: [{ id: "m" }] },
          msgs: { api: "anthropic-messages", baseUrl: "https://gw.test/x/v1", models: [{ id: "m" }] },
          gem: { api: "google-generative-ai", baseUrl: "https://gw.test/g", models: [{ id: "m" }] },
          box: { api: "ollama", baseUrl: "http://10.0.0.7:11434/v1", models: [{ id: "m" }] },
          star: { api: "openai-completions", baseUrl: "http://h.test/*/v1", models: [{ id: "m" }] },
          openai: { baseUrl: "https://eu.openai.test" },
        } } }"#,
    );
    let verdict = |provider: &str, method: &str, url: &str| {
        let run = ["plugins", "can-reach", provider, url, "--method", method];
        world.run(&run).code == Some(0)
    };
    for (provider, method, url, allowed) in [
        (
            "lab",
            "POST",
            "http://127.0.0.1:8080/v1/chat/completions",
            true,
        ),
        ("lab", "GET", "http://127.0.0.1:8080/v1/models", true),
        (
            "lab",
            "POST",
            "https://api.openai.com/v1/chat/completions",
            false,
        ),
        ("lab", "GET", "http://127.0.0.1:8080/v2/models", false),
        ("msgs", "POST", "https://gw.test/x/v1/messages", true),
        (
            "msgs",
            "POST",
            "https://gw.test/x/v1/messages/count_tokens",
            true,
        ),
        ("msgs", "POST", "https://gw.test/x/v1/complete", false),
        (
            "msgs",
            "POST",
            "https://api.anthropic.com/v1/messages",
            false,
        ),
        (
            "msgs",
            "POST",
            "https://platform.claude.com/v1/oauth/token",
            false,
        ),
        (
            "gem",
            "POST",
            "https://gw.test/g/v1beta/models/m:generateContent",
            true,
        ),
        ("gem", "GET", "https://gw.test/g/v1beta/models", true),
        ("gem", "DELETE", "https://gw.test/g/v1beta/models/m", false),
        ("box", "POST", "http://10.0.0.7:11434/api/chat", true),
        ("box", "POST", "http://127.0.0.1:11434/api/chat", false),
        ("box", "POST", "https://ollama.com/api/chat", false),
        ("star", "GET", "http://h.test/a/v1/models", false),
        (
            "openai",
            "POST",
            "https://eu.openai.test/v1/responses",
            true,
        ),
        (
            "openai",
            "POST",
            "https://api.openai.com/v1/responses",
            true,
        ),
    ] {
        assert_eq!(
            verdict(provider, method, url),
            allowed,
            "{provider} {method} {url}"
        );
    }
    let output = world.openclaw("plugins can-reach star http://h.test/a/v1/models");
    assert!(output.failed().contains("found a `*`"), "{output}");
}

/// What the door would not send as it stands is not allowed here either.
#[test]
fn can_reach_asks_what_the_door_asks() {
    let world = Sandbox::new().config(
        r#"{ models: { providers: { lab: { api: "openai-completions", baseUrl: "http://[::ffff:127.0.0.1]:8080/v1", models: [{ id: "m" }] } } } }"#,
    );
    for url in [
        "http://[::ffff:127.0.0.1]:8080/v1/models",
        "https://api.openai.com/v1/models?q='a'",
    ] {
        let provider = if url.contains("8080") {
            "lab"
        } else {
            "openai"
        };
        let output = world.run(&["plugins", "can-reach", provider, url, "--json"]);
        assert_eq!(output.json()["verdict"], "deny", "{output}");
    }
    // No grant would help, so none is named; whether the host is granted or not.
    for url in [
        "http://[::ffff:127.0.0.1]:8080/v1/models",
        "http://[::ffff:127.0.0.1]/",
        "https://api.openai.com/v1/models?q='a'",
        "https://elsewhere.test/x?q='a'",
    ] {
        for provider in ["lab", "openai"] {
            let run = ["plugins", "can-reach", provider, url, "--json"];
            let told = world.run(&run).json();
            assert_eq!(told["rule"], "not_canonical", "{provider} {url}: {told:#}");
            assert_eq!(
                told["smallestGrant"],
                json!(null),
                "{provider} {url}: {told:#}"
            );
        }
    }
    let told = world
        .openclaw("plugins can-reach openai https://elsewhere.test/x --json")
        .json();
    assert_eq!(told["rule"], "no_grant_for_host", "{told:#}");
    assert!(told["smallestGrant"].is_object(), "{told:#}");
}

#[test]
fn can_reach_explains_its_exit_codes() {
    let help = Sandbox::new().openclaw("plugins can-reach --help");
    assert!(
        help.ok().contains("Exit codes: 0 allowed; 1 denied"),
        "{help}"
    );
}
