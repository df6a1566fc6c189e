//! The gate against tables of calls: the published examples, and our own with the rule and the
//! smallest grant of its denials. Cases are data, in `data/`.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;

use openclaw_core::capability::{
    Allowed, Denial, DenialRule, Grant, GrantError, Origin, Target, allows, allows_address,
};
use serde_json::Value;

const EXAMPLES: &str = include_str!("data/http-gate-examples.json");
const TABLE: &str = include_str!("data/gate-table.json");

fn cases(text: &str) -> Vec<Value> {
    let mut file: Value = serde_json::from_str(text).unwrap();
    serde_json::from_value(file["cases"].take()).unwrap()
}

fn parse_grant(grant: &Value) -> Result<Grant, GrantError> {
    let methods: Vec<&str> = grant["methods"]
        .as_array()
        .unwrap()
        .iter()
        .map(|method| method.as_str().unwrap())
        .collect();
    let flag = |name| grant[name].as_bool().unwrap_or(false);
    let url = grant["url"].as_str().unwrap();
    Grant::parse(url, &methods, flag("private"), flag("any_host"))
}

fn grant(url: &str, methods: &[&str], private: bool) -> Grant {
    Grant::parse(url, methods, private, false).unwrap()
}

/// Checks one case; the error says what is wrong with it.
fn check_case(case: &Value) -> Result<(), String> {
    let grants: Result<Vec<Grant>, GrantError> = case["grants"]
        .as_array()
        .unwrap()
        .iter()
        .map(parse_grant)
        .collect();
    let (Some(method), Some(url)) = (case["method"].as_str(), case["url"].as_str()) else {
        return match grants {
            Err(_) if case["expect"] == "deny" => Ok(()),
            other => Err(format!("the grant parses: {other:?}")),
        };
    };
    let grants = grants.map_err(|error| format!("the grant does not parse: {error:?}"))?;
    match (allows(&grants, method, url), case["expect"].as_str()) {
        (Ok(allowed), Some("allow")) => check_allowed(&allowed, &grants, method),
        (Err(denial), Some("deny")) => check_denial(&denial, case, method, url),
        (other, _) => Err(format!("{other:?}")),
    }
}

fn check_allowed(allowed: &Allowed<'_>, grants: &[Grant], method: &str) -> Result<(), String> {
    let again = allows(grants, method, &allowed.target.to_string());
    if again.as_ref() != Ok(allowed) || allowed.grant != &grants[allowed.index] {
        return Err(format!("the canonical form is judged otherwise: {again:?}"));
    }
    Ok(())
}

fn check_denial(denial: &Denial, case: &Value, method: &str, url: &str) -> Result<(), String> {
    if case
        .get("rule")
        .is_some_and(|rule| rule != denial.rule.name())
    {
        return Err(format!("denied by {}: {denial}", denial.rule));
    }
    let smallest = denial.smallest_grant.as_deref();
    if case
        .get("smallest_grant")
        .is_some_and(|expected| expected.as_str() != smallest)
    {
        return Err(format!("smallest grant {smallest:?}"));
    }
    if denial.message.contains(char::is_control) || denial.message.contains('?') {
        return Err(format!("message {:?}", denial.message));
    }
    let Some(smallest) = smallest else {
        return Ok(());
    };
    let remedy: Value = serde_json::from_str(smallest).map_err(|error| error.to_string())?;
    let remedy = parse_grant(&remedy).map_err(|error| format!("{smallest}: {error:?}"))?;
    if remedy.methods() != [method] || remedy.manifest_json() != smallest {
        return Err(format!("{smallest} is not what it says"));
    }
    match allows(&[remedy], method, url) {
        Ok(_) => Ok(()),
        Err(denial) => Err(format!("{smallest} does not help: {denial}")),
    }
}

#[track_caller]
fn check_all(text: &str, at_least: usize) {
    let cases = cases(text);
    assert!(cases.len() >= at_least, "{} cases", cases.len());
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|case| {
            let error = check_case(case).err()?;
            Some(format!(
                "{} {} ({}): {error}",
                case["id"], case["url"], case["reason"]
            ))
        })
        .collect();
    assert!(
        wrong.is_empty(),
        "{} cases:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn every_published_example_is_decided_as_published() {
    check_all(EXAMPLES, 30);
}

#[test]
fn every_case_of_the_table_is_decided_by_its_rule() {
    check_all(TABLE, 5 * cases(EXAMPLES).len());
}

#[test]
fn the_table_repeats_nothing_and_knows_every_rule() {
    let mut ids = HashSet::new();
    let mut calls = HashSet::new();
    let mut rules: HashMap<String, usize> = HashMap::new();
    for case in cases(EXAMPLES).into_iter().chain(cases(TABLE)) {
        assert!(
            ids.insert(case["id"].to_string()),
            "{} is used twice",
            case["id"]
        );
        let call = format!("{} {} {}", case["grants"], case["method"], case["url"]);
        assert!(calls.insert(call), "{} repeats another case", case["id"]);
        if let Some(rule) = case["rule"].as_str() {
            *rules.entry(rule.to_owned()).or_default() += 1;
        }
    }
    for rule in [
        DenialRule::TooLong,
        DenialRule::NotCanonical,
        DenialRule::BadEscape,
        DenialRule::Fragment,
        DenialRule::Scheme,
        DenialRule::Userinfo,
        DenialRule::BadHost,
        DenialRule::BadPort,
        DenialRule::BadMethod,
        DenialRule::NoGrantForHost,
        DenialRule::PrivateName,
        DenialRule::PrivateAddress,
        DenialRule::SchemeNotGranted,
        DenialRule::PortNotGranted,
        DenialRule::PathOutsideGrant,
        DenialRule::EncodedSeparator,
        DenialRule::MethodNotGranted,
    ] {
        assert!(
            rules.contains_key(rule.name()),
            "no case is denied by {rule}"
        );
    }
}

#[test]
fn a_denial_says_what_was_asked_and_why() {
    let grants = [grant(
        "https://api.acme.test/v1/**",
        &["GET", "POST"],
        false,
    )];
    for (method, url, expected) in [
        (
            "POST",
            "https://telemetry.acme.test/v1/x?key=hunter2",
            "POST https://telemetry.acme.test/v1/x: no grant names the host `telemetry.acme.test`",
        ),
        (
            "GET",
            "https://api.acme.test/admin",
            "GET https://api.acme.test/admin: the path is outside `https://api.acme.test/v1/**`",
        ),
        (
            "DELETE",
            "https://api.acme.test/v1/x",
            "DELETE https://api.acme.test/v1/x: `https://api.acme.test/v1/**` is granted for \
             GET,POST only",
        ),
        (
            "GET",
            "https://api.acme.test/v1/..%2fadmin",
            "GET https://api.acme.test/v1/..%2fadmin: the path holds an encoded separator, and \
             `https://api.acme.test/v1/**` is limited to a path",
        ),
        (
            "GET",
            "https://hunter2@api.acme.test/v1/",
            "the URL carries user information before its host",
        ),
    ] {
        assert_eq!(
            allows(&grants, method, url).unwrap_err().to_string(),
            expected
        );
    }
}

#[test]
fn the_nearest_grant_explains() {
    let grants = [
        grant("https://other.test/**", &["GET"], false),
        grant("https://api.acme.test/v1/**", &["GET"], false),
        grant("https://api.acme.test:8443/v2/**", &["GET"], false),
    ];
    let rule = |method, url| allows(&grants, method, url).unwrap_err().rule.name();
    assert_eq!(
        rule("POST", "https://api.acme.test/v1/x"),
        "method_not_granted"
    );
    assert_eq!(
        rule("GET", "https://api.acme.test/v2/x"),
        "path_outside_grant"
    );
    assert_eq!(
        rule("GET", "https://api.acme.test:9/v2/x"),
        "port_not_granted"
    );
    assert_eq!(
        rule("GET", "http://api.acme.test/v1/x"),
        "scheme_not_granted"
    );
    assert_eq!(
        allows(&grants, "GET", "https://api.acme.test:8443/v2/x")
            .unwrap()
            .index,
        2
    );
}

#[test]
fn resolved_addresses_are_held_to_the_grant() {
    #[track_caller]
    fn check(grant: &Grant, address: &str, expected: Result<(), Option<&str>>) {
        let address: IpAddr = address.parse().unwrap();
        let outcome = allows_address(grant, address);
        let outcome = outcome.as_ref().copied().map_err(|denial| {
            assert_eq!(denial.rule, DenialRule::PrivateAddress);
            denial.smallest_grant.as_deref()
        });
        assert_eq!(outcome, expected, "{address}");
    }
    let public = grant("https://api.acme.test/v1/**", &["GET", "POST"], false);
    let remedy = r#"{"url":"https://api.acme.test/v1/**","methods":["GET","POST"],"private":true}"#;
    let local = grant("http://ollama.lan:11434/**", &["GET"], true);
    let any = Grant::parse("https://*/**", &["GET"], false, true).unwrap();
    for global in [
        "160.79.104.10",
        "2607:6bc0::10",
        "64:ff9b::a04f:680a",
        "::ffff:160.79.104.10",
    ] {
        for grant in [&public, &local, &any] {
            check(grant, global, Ok(()));
        }
    }
    for private in [
        "127.0.0.1",
        "10.1.2.3",
        "100.64.0.1",
        "::1",
        "fd12::1",
        "::ffff:127.0.0.1",
    ] {
        check(&public, private, Err(Some(remedy)));
        check(&local, private, Ok(()));
        check(&any, private, Err(None));
    }
    for never in [
        "169.254.169.254",
        "0.0.0.0",
        "255.255.255.255",
        "::",
        "fe80::1",
        "ff02::1",
        "fd00:ec2::254",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:0:808:808::80ff:fffe",
        "2606:4700::5efe:127.0.0.1",
    ] {
        for grant in [&public, &local, &any] {
            check(grant, never, Err(None));
        }
    }
}

#[test]
fn a_literal_grant_dials_itself_only() {
    let literal = grant("http://127.0.0.1:11434/**", &["GET"], true);
    assert_eq!(allows_address(&literal, [127, 0, 0, 1].into()), Ok(()));
    for other in ["127.0.0.2", "8.8.8.8", "::1"] {
        let denial = allows_address(&literal, other.parse().unwrap()).unwrap_err();
        assert_eq!(denial.rule.name(), "address_mismatch");
    }
}

#[test]
fn a_name_that_resolves_to_a_private_address_is_told_the_smallest_grant() {
    let any = [Grant::parse("https://*/**", &["GET", "POST"], false, true).unwrap()];
    let allowed = allows(&any, "GET", "https://rebind.test/a?b").unwrap();
    assert_eq!(allowed.allows_address([8, 8, 8, 8].into()), Ok(()));
    let denial = allowed.allows_address([127, 0, 0, 1].into()).unwrap_err();
    let smallest = r#"{"url":"https://rebind.test/a","methods":["GET"],"private":true}"#;
    assert_eq!(denial.rule.name(), "private_address");
    assert_eq!(denial.smallest_grant.as_deref(), Some(smallest));
    assert_eq!(
        denial.to_string(),
        "GET https://rebind.test/a: the address 127.0.0.1 is loopback (RFC 1122), and the grant \
         is not private"
    );
    let remedy = [parse_grant(&serde_json::from_str(smallest).unwrap()).unwrap()];
    let allowed = allows(&remedy, "GET", "https://rebind.test/a?b").unwrap();
    assert_eq!(allowed.allows_address([127, 0, 0, 1].into()), Ok(()));
    let denial = allowed
        .allows_address([169, 254, 169, 254].into())
        .unwrap_err();
    assert_eq!(denial.smallest_grant, None);
}

#[test]
fn targets_are_taken_apart() {
    let target = Target::parse("HTTPS://API.Acme.test:443/a/./b/../c?x=/../y").unwrap();
    assert_eq!(target.to_string(), "https://api.acme.test/a/c?x=/../y");
    assert_eq!(target.path_and_query(), "/a/c?x=/../y");
    assert_eq!(
        (target.authority().as_str(), target.port()),
        ("api.acme.test", 443)
    );
    assert_eq!(target.origin().to_string(), "https://api.acme.test");
    let target = Target::parse("http://[::1]:11434").unwrap();
    assert_eq!(target.to_string(), "http://[::1]:11434/");
    assert_eq!(
        (target.authority().as_str(), target.query()),
        ("[::1]:11434", None)
    );
    assert_eq!(target.host().address(), Some("::1".parse().unwrap()));
    assert_eq!(target.host().name(), None);
}

#[test]
fn grants_print_as_people_and_manifests_write_them() {
    for (url, methods, private, any_host, shown, json) in [
        (
            "HTTPS://API.acme.test:443/v1/**",
            &["GET", "POST"][..],
            false,
            false,
            "GET,POST https://api.acme.test/v1/**",
            r#"{"url":"https://api.acme.test/v1/**","methods":["GET","POST"]}"#,
        ),
        (
            "http://127.0.0.1:11434/api/*",
            &["GET"],
            true,
            false,
            "GET http://127.0.0.1:11434/api/* (private)",
            r#"{"url":"http://127.0.0.1:11434/api/*","methods":["GET"],"private":true}"#,
        ),
        (
            "https://*/**",
            &["GET"],
            false,
            true,
            "GET https://*/** (any host)",
            r#"{"url":"https://*/**","methods":["GET"],"any_host":true}"#,
        ),
    ] {
        let grant = Grant::parse(url, methods, private, any_host).unwrap();
        assert_eq!(
            (grant.to_string().as_str(), grant.manifest_json().as_str()),
            (shown, json)
        );
        assert_eq!(
            Grant::parse(&grant.url(), methods, private, any_host),
            Ok(grant)
        );
    }
}

#[test]
fn a_grant_that_is_refused_says_why() {
    for (url, methods, private, any_host, expected) in [
        (
            "*",
            &["GET"][..],
            false,
            false,
            "cannot read the grant's url",
        ),
        (
            "https://api.*.com/**",
            &["GET"],
            false,
            false,
            "`*` in the host `api.*.com` stands for the first label only, as in `*.example.com`",
        ),
        (
            "https://*.com/**",
            &["GET"],
            false,
            false,
            "the wildcard `*.com` needs at least two labels after the star",
        ),
        (
            "https://a.test",
            &["GET"],
            false,
            false,
            "the grant has no path; add `/**` to grant every path of the host",
        ),
        (
            "https://a.test/?x",
            &["GET"],
            false,
            false,
            "the grant has a query; queries are not part of a grant",
        ),
        (
            "https://*/**",
            &["GET"],
            false,
            false,
            "a grant for every host needs `\"any_host\": true`",
        ),
        (
            "https://a.test/**",
            &["GET"],
            false,
            true,
            "`any_host` goes with the host `*`, not with `a.test`",
        ),
        (
            "https://*/**",
            &["GET"],
            true,
            true,
            "a grant for every host cannot be private: it covers public names only",
        ),
        (
            "https://a.test/a/**/b",
            &["GET"],
            false,
            false,
            "the path `/a/**/b` is refused: `*` stands for a whole segment, and `**` only at the end",
        ),
        (
            "https://a.test/**",
            &[],
            false,
            false,
            "the grant lists no methods",
        ),
        (
            "https://a.test/**",
            &["get\n"],
            false,
            false,
            "the method `get\\n` cannot be granted",
        ),
        (
            "https://a.test/**",
            &["GET", "GET"],
            false,
            false,
            "the method `GET` is listed twice",
        ),
        (
            "http://a.test/**",
            &["GET"],
            false,
            false,
            "plain http to `a.test` needs `\"private\": true`",
        ),
        (
            "http://169.254.169.254/**",
            &["GET"],
            true,
            false,
            "the address `169.254.169.254` can never be granted: link-local (RFC 3927)",
        ),
    ] {
        let error = Grant::parse(url, methods, private, any_host).unwrap_err();
        assert_eq!(error.to_string(), expected, "{url}");
    }
}

#[test]
fn a_secret_follows_the_origin_of_a_grant() {
    let origin = |url: &str| -> Origin { Target::parse(url).unwrap().origin().clone() };
    let exact = grant("https://api.acme.test/v1/**", &["GET"], false);
    assert!(exact.covers_origin(&origin("https://api.acme.test/elsewhere")));
    let wildcard = grant("https://*.acme.test/**", &["GET"], false);
    assert!(wildcard.covers_origin(&origin("https://api.acme.test/")));
    for other in [
        "http://api.acme.test/",
        "https://api.acme.test:8443/",
        "https://a.b.acme.test/",
        "https://acme.test/",
        "https://10.0.0.1/",
    ] {
        assert!(
            !exact.covers_origin(&origin(other)) && !wildcard.covers_origin(&origin(other)),
            "{other}"
        );
    }
}
