//! Stored keys and times as others write them.

use super::*;
use openclaw_tests::FIXED_TIME_MS;

const GOOD_KEY: &str = "x-good-0123456789";

fn store(key: &str) -> Value {
    json!({ "type": "api_key", "provider": "lab", "key": key })
}

fn two_keys(upstream: &Upstream, first: &str) -> Sandbox {
    let more = r#"auth: "api-key","#;
    Sandbox::new()
        .cache(crate::CACHE)
        .config(&lab(&format!("{}/v1", upstream.url()), more).replacen(
            "{ agents:",
            "{ auth: { order: { lab: [\"lab:a\", \"lab:b\"] } }, agents:",
            1,
        ))
        .profile("lab:a", store(first))
        .profile("lab:b", store("x-second-0123456789"))
}

#[test]
fn what_is_around_a_stored_key_is_not_sent() {
    let good = answering("GOOD");
    for dirt in [
        format!("{GOOD_KEY}\n"),
        format!(" {GOOD_KEY}\r\n"),
        format!("\u{feff}{GOOD_KEY}\u{200b}"),
        format!("\"{GOOD_KEY}\""),
        format!("LAB_API_KEY={GOOD_KEY}"),
        format!("export LAB_API_KEY='{GOOD_KEY}'"),
        format!("Bearer {GOOD_KEY}"),
        format!("Authorization: Bearer {GOOD_KEY}"),
    ] {
        let world = two_keys(&good, &dirt);
        assert_eq!(world.openclaw("models run hi").ok(), "GOOD\n", "{dirt:?}");
        assert_eq!(
            good.requests().pop().unwrap().credential(),
            Some(GOOD_KEY),
            "{dirt:?}"
        );
        let world = Sandbox::new()
            .cache(crate::CACHE)
            .env("LAB_KEY", &dirt)
            .config(&lab(
                &format!("{}/v1", good.url()),
                "apiKey: \"${LAB_KEY}\",",
            ));
        assert_eq!(world.openclaw("models run hi").ok(), "GOOD\n", "{dirt:?}");
        assert_eq!(
            good.requests().pop().unwrap().credential(),
            Some(GOOD_KEY),
            "{dirt:?}"
        );
    }
}

#[test]
fn a_key_that_cannot_be_sent_yields_to_the_next() {
    let good = answering("GOOD");
    for (bad, why) in [
        (
            "x-good\n0123456789",
            "a line break or another control character after its first 6 characters",
        ),
        (
            "x-go\u{200b}od-0123456789",
            "an invisible character (U+200B) after its first 4 characters",
        ),
        ("x-gööd-0123456789", "character 4 of it is not ASCII"),
        ("x-good\u{1b}[0m", "control character after its first 6"),
    ] {
        let world = two_keys(&good, bad);
        let output = world.openclaw("models run hi");
        assert_eq!(output.stdout, "GOOD\n", "{bad:?}: {output}");
        assert_eq!(
            good.requests().pop().unwrap().credential(),
            Some("x-second-0123456789")
        );
        for command in ["models status", "models explain"] {
            let output = format!("{}", world.openclaw(command)).replace("\n", " ");
            let squeezed = output.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(squeezed.contains(why), "{bad:?}: {output}");
        }
        assert_eq!(findings(&world, "profile-unsendable").len(), 1, "{bad:?}");
        assert_eq!(world.openclaw("models status --check").code, Some(1));
    }
}

#[test]
fn a_key_of_the_config_that_cannot_be_sent_is_its_own_failure() {
    let good = answering("GOOD");
    let world = Sandbox::new()
        .cache(crate::CACHE)
        .env("LAB_KEY", "x-go\u{200b}od-0123456789")
        .config(&lab(
            &format!("{}/v1", good.url()),
            "apiKey: \"${LAB_KEY}\",",
        ));
    let output = world.openclaw("models run hi");
    output.failed();
    says(
        &output,
        "cannot be sent: it has an invisible character (U+200B)",
    );
    assert_eq!(good.connections(), 0);
}

#[test]
fn times_that_are_never_set_count_as_over() {
    let good = answering("GOOD");
    let far = FIXED_TIME_MS + 3_650 * 24 * 3_600_000;
    for usage in [
        json!({ "cooldownUntil": far }),
        json!({ "disabledUntil": far, "disabledReason": "billing" }),
        json!({ "models": { "m1": { "until": far, "reason": "rate_limit", "errorCount": 3 } } }),
        json!({ "lastUsed": FIXED_TIME_MS + 1_000 * 3_600_000_u64 }),
    ] {
        let world = Sandbox::new()
            .cache(crate::CACHE)
            .config(&lab(&format!("{}/v1", good.url()), ""));
        let text = json!({
            "version": 1,
            "profiles": { "lab:a": store(GOOD_KEY), "lab:b": store("x-second-0123456789") },
            "usageStats": { "lab:a": usage, "lab:b": { "lastUsed": FIXED_TIME_MS - 1_000 } },
        });
        world.write(
            ".openclaw/agents/main/agent/auth-profiles.json",
            text.to_string(),
        );
        assert_eq!(findings(&world, "time-in-future").len(), 1, "{usage}");
        assert_eq!(world.openclaw("models run hi").ok(), "GOOD\n", "{usage}");
        assert_eq!(
            good.requests().pop().unwrap().credential(),
            Some(GOOD_KEY),
            "{usage}"
        );
    }
}

#[test]
fn a_use_that_is_yet_to_come_stops_no_turns() {
    const HOUR: u64 = 3_600_000;
    let good = answering("GOOD");
    let keys = [GOOD_KEY, "x-second-0123456789"];
    for ahead in [HOUR / 6, HOUR, 23 * HOUR, 1_000 * HOUR] {
        for first in ["lab:a", "lab:b"] {
            let world = Sandbox::new()
                .cache(crate::CACHE)
                .config(&lab(&format!("{}/v1", good.url()), ""));
            let text = json!({
                "version": 1,
                "profiles": { "lab:a": store(keys[0]), "lab:b": store(keys[1]) },
                "usageStats": { first: {
                    "lastUsed": FIXED_TIME_MS + ahead, "lastFailureAt": FIXED_TIME_MS + ahead,
                    "errorCount": 2, "failureCounts": { "rate_limit": 2 },
                } },
            });
            let file = ".openclaw/agents/main/agent/auth-profiles.json";
            world.write(file, text.to_string());
            let turns = (0..4).map(|run: u64| {
                let now = (FIXED_TIME_MS + run * 1_000).to_string();
                let mut command = world.command();
                command.env("OPENCLAW_FIXED_TIME_MS", now);
                let output = command.args(["models", "run", "hi"]).output().unwrap();
                assert!(output.status.success(), "{output:?}");
                let asked = good.requests().pop().unwrap();
                keys.iter().position(|key| asked.credential() == Some(*key))
            });
            let turns: Vec<Option<usize>> = turns.collect();
            assert_eq!(turns[0], turns[2], "{ahead} {first}: {turns:?}");
            assert_eq!(turns[1], turns[3], "{ahead} {first}: {turns:?}");
            assert_ne!(turns[0], turns[1], "{ahead} {first}: {turns:?}");
            let kept: Value = serde_json::from_str(&world.read(file).unwrap()).unwrap();
            let usage = &kept["usageStats"][first];
            let used = usage["lastUsed"].as_u64().unwrap();
            assert!(used < FIXED_TIME_MS + HOUR / 6, "{usage:#}");
            assert!(
                usage
                    .get("failureCounts")
                    .is_none_or(|counts| *counts == json!({}))
            );
        }
    }
}

#[test]
fn an_expiry_that_is_no_time_is_no_promise() {
    for expires in [
        json!("junk"),
        json!("2027-13-45"),
        json!(true),
        json!(-5),
        json!({}),
    ] {
        for kind in ["token", "oauth"] {
            let secret = if kind == "token" { "token" } else { "access" };
            let world = Sandbox::new().profile(
                "anthropic:t",
                json!({ "type": kind, "provider": "anthropic", secret: "sk-ant-oat01-0123456789", "expires": expires }),
            );
            let output = world.openclaw("models status --check");
            assert_eq!(output.code, Some(2), "{expires} {kind}: {output}");
            says(&output, "no point in time");
            assert_eq!(
                findings(&world, "expiry-unreadable").len(),
                1,
                "{expires} {kind}"
            );
        }
    }
    for expires in [json!(null), json!(0), json!("")] {
        let world = Sandbox::new().profile(
            "anthropic:t",
            json!({ "type": "token", "provider": "anthropic", "token": "sk-ant-oat01-0123456789", "expires": expires }),
        );
        world.openclaw("models status --check").ok();
        assert!(
            findings(&world, "expiry-unreadable").is_empty(),
            "{expires}"
        );
    }
}

#[test]
fn an_expiry_is_understood_however_it_is_written() {
    let soon = FIXED_TIME_MS + 24 * 3_600_000;
    let past = FIXED_TIME_MS - 24 * 3_600_000;
    let iso = |ms: u64| rfc_3339(ms);
    for (expires, code) in [
        (json!(soon), 2),
        (json!(soon / 1_000), 2),
        (json!(soon.to_string()), 2),
        (json!((soon / 1_000).to_string()), 2),
        (json!(iso(soon)), 2),
        (json!(past), 1),
        (json!(past / 1_000), 1),
        (json!(past.to_string()), 1),
        (json!(iso(past)), 1),
    ] {
        let token = json!({ "type": "token", "provider": "anthropic", "token": "sk-ant-oat01-0123456789", "expires": expires });
        let world = Sandbox::new().profile("anthropic:t", token);
        let output = world.openclaw("models status --check");
        assert_eq!(output.code, Some(code), "{expires}: {output}");
    }
}

/// Returns a time as RFC 3339 has it, by the system's `date`.
fn rfc_3339(ms: u64) -> String {
    let output = std::process::Command::new("date")
        .args([
            "-u",
            "-d",
            &format!("@{}", ms / 1_000),
            "+%Y-%m-%dT%H:%M:%SZ",
        ])
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[test]
fn references_to_variables_are_followed_and_others_stop_that_key_alone() {
    let good = answering("GOOD");
    let reference = |source: &str| {
        format!(r#"apiKey: {{ source: "{source}", provider: "default", id: "LAB_KEY" }},"#)
    };
    let url = format!("{}/v1", good.url());
    let world = |source: &str| {
        Sandbox::new()
            .cache(crate::CACHE)
            .config(&lab(&url, &reference(source)))
    };
    let with_key = world("env").env("LAB_KEY", GOOD_KEY);
    assert_eq!(with_key.openclaw("models run hi").ok(), "GOOD\n");
    assert_eq!(good.requests().pop().unwrap().credential(), Some(GOOD_KEY));
    with_key.openclaw("config validate").ok();
    assert_eq!(findings(&world("env"), "variable-unset").len(), 1);
    for (source, told) in [
        (
            "file",
            "`id` has to be a JSON pointer such as `/work/apiKey`",
        ),
        ("exec", "the config has no `secrets.providers.default`"),
    ] {
        let world = world(source);
        for command in ["models status", "models list --plain", "models explain"] {
            let output = world.openclaw(command);
            assert_eq!(output.code, Some(0), "{output}");
            says(&output, told);
        }
        // A stored key takes its place.
        let world = world.profile("lab:a", store(GOOD_KEY));
        assert_eq!(world.openclaw("models run hi").stdout, "GOOD\n");
    }
    let stored = json!({ "type": "api_key", "provider": "lab", "keyRef": { "source": "env", "provider": "default", "id": "LAB_KEY" } });
    let world = Sandbox::new()
        .cache(crate::CACHE)
        .config(&lab(&url, ""))
        .profile("lab:a", stored)
        .env("LAB_KEY", "x-referred-0123456789");
    assert_eq!(world.openclaw("models run hi").ok(), "GOOD\n");
    assert_eq!(
        good.requests().pop().unwrap().credential(),
        Some("x-referred-0123456789")
    );
    let kept = world.read(".openclaw/agents/main/agent/auth-profiles.json");
    assert!(!kept.unwrap().contains("x-referred"));
    for (field, reference, why) in [
        (
            "keyRef",
            json!({ "source": "file", "id": "x" }),
            "in its reference `id` has to be a JSON pointer",
        ),
        (
            "key",
            json!({ "source": "exec", "id": "x" }),
            "the secret `exec:x` cannot be read: the config has no `secrets.providers.default`",
        ),
        (
            "keyRef",
            json!({ "source": "env", "id": "GONE" }),
            "it refers to the variable GONE, which is not set",
        ),
        (
            "keyRef",
            json!({ "source": "env" }),
            "its reference names no variable",
        ),
        ("keyRef", json!({}), "its reference names no source"),
    ] {
        let stored = json!({ "type": "api_key", "provider": "lab", field: reference });
        let world = Sandbox::new()
            .config(&lab(&url, ""))
            .profile("lab:a", stored);
        let output = world.openclaw("models auth list");
        says(
            &output,
            &format!("the auth profile `lab:a` cannot be used: {why}"),
        );
    }
}

#[test]
fn thousands_of_profiles_are_listed() {
    let profiles: serde_json::Map<String, Value> = (0..4_000)
        .map(|at| (format!("lab:p{at}"), store(&format!("x-key-{at:012}"))))
        .collect();
    let text = json!({ "version": 1, "profiles": profiles });
    let world = Sandbox::new().config(&lab("http://127.0.0.1:9/v1", ""));
    world.write(
        ".openclaw/agents/main/agent/auth-profiles.json",
        text.to_string(),
    );
    let listed = world.openclaw("models auth list --json").json();
    assert_eq!(
        listed["profiles"]
            .as_array()
            .or(listed.as_array())
            .map(Vec::len),
        Some(4_000)
    );
}
