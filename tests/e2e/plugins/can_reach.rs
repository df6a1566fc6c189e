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
            "reason": "GET https://api.hostile.test/v1/echo: `https://api.hostile.test/v1/echo` is granted for POST only",
            "smallestGrant": {"url": "https://api.hostile.test/v1/echo", "methods": ["GET"]},
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

#[test]
fn can_reach_explains_its_exit_codes() {
    let help = Sandbox::new().openclaw("plugins can-reach --help");
    assert!(
        help.ok().contains("Exit codes: 0 allowed; 1 denied"),
        "{help}"
    );
}
