//! What holds for every URL, not only for those somebody thought of.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]

use openclaw_core::capability::{Grant, Host, HostPattern, Target, allows};
use proptest::prelude::*;

const HOST: &str = "api.acme.test";

fn grant(url: &str) -> Grant {
    Grant::parse(url, &["GET"], false, false).unwrap()
}

/// Text that is nearly a URL: pieces of URLs, good and bad, in any order.
fn nearly_urls() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            "https://",
            "http://",
            "HTTPS:",
            "//",
            "/",
            "\\",
            ":",
            "@",
            "?",
            "#",
            "%2e",
            "%2F",
            "%25",
            "%",
            "..",
            ".",
            ";",
            "[",
            "]",
            "::1",
            "127.0.0.1",
            "0x7f",
            "api",
            "acme.test",
            "API",
            "443",
            "80",
            "0",
            "xn--a",
            "-",
            "_",
            "*",
            "**",
            "v1",
            "é",
            "\n",
            "\t",
            " ",
            "\0",
        ])
        .prop_map(str::to_owned),
        "[a-z0-9.]{1,4}",
        any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

/// A URL that parses, with every allowed way of writing it.
fn urls() -> impl Strategy<Value = String> {
    let scheme = prop::sample::select(vec!["https", "HTTPS", "http", "hTTp"]);
    let host = prop_oneof![
        "[a-zA-Z]([a-zA-Z0-9-]{0,8}[a-z0-9])?(\\.[a-z]([a-z0-9-]{0,5}[a-z])?){0,3}",
        any::<[u8; 4]>().prop_map(|octets| std::net::Ipv4Addr::from(octets).to_string()),
        any::<u128>().prop_map(|bits| format!("[{}]", std::net::Ipv6Addr::from(bits))),
    ];
    let port = prop_oneof![
        Just(String::new()),
        (1..=u16::MAX).prop_map(|port| format!(":{port}")),
        Just(":443".to_owned()),
        Just(":80".to_owned())
    ];
    let path = prop_oneof![Just(String::new()), paths()];
    let query = prop_oneof![Just(String::new()), "\\?([a-z0-9=&/?.@:]|%0a|%2E){0,12}"];
    (scheme, host, port, path, query).prop_map(|(scheme, host, port, path, query)| {
        format!("{scheme}://{host}{port}{path}{query}")
    })
}

fn paths() -> impl Strategy<Value = String> {
    let segment = prop_oneof![
        3 => Just("..".to_owned()),
        1 => Just(".".to_owned()),
        1 => Just(String::new()),
        1 => Just("v1".to_owned()),
        1 => prop::sample::select(vec!["%2e%2e", ".%2E", "..%2f", "%252e", "..;", "%5c..", "%c0%af"])
            .prop_map(str::to_owned),
        3 => "[a-zA-Z0-9:;~*]{1,4}",
    ];
    prop::collection::vec(segment, 1..10).prop_map(|segments| format!("/{}", segments.join("/")))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_panics_and_what_parses_is_canonical(text in prop_oneof![nearly_urls(), any::<String>()]) {
        let grants = [grant("https://api.acme.test/v1/**")];
        let allowed = allows(&grants, "GET", &text);
        if let Ok(target) = Target::parse(&text) {
            let canonical = target.to_string();
            prop_assert_eq!(Target::parse(&canonical), Ok(target));
            prop_assert!(canonical.bytes().all(|byte| byte.is_ascii_graphic()));
        } else {
            prop_assert!(allowed.is_err());
        }
        if let Err(error) = Grant::parse(&text, &["GET"], true, false) {
            prop_assert!(!error.to_string().contains(char::is_control));
        }
    }

    #[test]
    fn the_canonical_form_is_a_fixed_point(url in urls()) {
        let target = Target::parse(&url).unwrap();
        let canonical = target.to_string();
        let again = Target::parse(&canonical).unwrap();
        prop_assert_eq!(&again, &target);
        prop_assert_eq!(again.to_string(), canonical);
        let has_dots = target.path().split('/').any(|segment| segment == "." || segment == "..");
        prop_assert!(target.path().starts_with('/') && !has_dots);
    }

    #[test]
    fn whatever_is_allowed_goes_to_the_granted_place(url in urls(), path in paths()) {
        for url in [url, format!("https://{HOST}{path}")] {
            let grants = [grant("https://api.acme.test/v1/**"), grant("https://*.acme.test/*"),
                Grant::parse("https://*/**", &["GET"], false, true).unwrap()];
            let Ok(allowed) = allows(&grants, "GET", &url) else { continue };
            let again = allows(&grants, "GET", &allowed.target.to_string()).unwrap();
            prop_assert_eq!(&again, &allowed);
            let host = allowed.target.host();
            match allowed.grant.host() {
                HostPattern::Exact(granted) => prop_assert_eq!(granted, host),
                HostPattern::OneLabel(suffix) => {
                    let (label, rest) = host.name().unwrap().split_once('.').unwrap();
                    prop_assert!(!label.is_empty() && rest == suffix);
                }
                HostPattern::Any => prop_assert!(!host.is_private_name() && host.address().is_none()),
            }
            prop_assert_eq!(allowed.target.port(), 443);
        }
    }

    #[test]
    fn a_changed_host_is_never_allowed(at in 0..=HOST.len(), remove in 0..3usize, insert in "[ -~]{0,3}|\\PC{0,2}") {
        let end = (at + remove).min(HOST.len());
        let host = format!("{}{insert}{}", &HOST[..at], &HOST[end..]);
        prop_assume!(!host.eq_ignore_ascii_case(HOST));
        // `api.acme.test/../v1/models` changes the path, and back.
        prop_assume!(!host.starts_with("api.acme.test/"));
        let grants = [grant("https://api.acme.test/v1/**")];
        let url = format!("https://{host}/v1/models");
        prop_assert!(allows(&grants, "GET", &url).is_err(), "{}", url);
    }

    #[test]
    fn dots_never_escape(path in paths()) {
        let grants = [grant("https://api.acme.test/v1/**")];
        if let Ok(allowed) = allows(&grants, "GET", &format!("https://{HOST}/v1{path}")) {
            // Walked as a careless server would: separators decoded, parameters dropped.
            let decoded = allowed.target.path().replace("%2f", "/").replace("%5c", "/")
                .replace("%252e", ".").replace("%2e", ".").replace("%2E", ".");
            let mut walked: Vec<&str> = Vec::new();
            for segment in decoded.split('/').filter(|segment| !segment.is_empty()) {
                match segment.split(';').next() {
                    Some("..") => { walked.pop(); }
                    Some(".") => {}
                    _ => walked.push(segment),
                }
                prop_assert_eq!(walked.first(), Some(&"v1"));
            }
        }
    }

    #[test]
    fn the_smallest_grant_of_a_denial_allows_the_call_and_no_other_host(url in urls()) {
        let Err(denial) = allows(&[], "GET", &url) else { return Err(TestCaseError::fail("allowed")) };
        let Some(json) = denial.smallest_grant else {
            // No grant reaches such an address, nor a path with escaped dots.
            let dots = url.to_ascii_lowercase().contains("%2e");
            prop_assert!(dots || denial.rule.name() == "private_address", "{}", denial);
            return Ok(());
        };
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        let private = json["private"].as_bool().unwrap_or(false);
        let remedy = [Grant::parse(json["url"].as_str().unwrap(), &["GET"], private, false).unwrap()];
        let allowed = allows(&remedy, "GET", &url).unwrap();
        prop_assert_eq!(remedy[0].host(), &HostPattern::Exact(allowed.target.host().clone()));
        prop_assert!(allows(&remedy, "POST", &url).is_err());
        prop_assert!(allows(&remedy, "GET", "https://other.test/").is_err());
    }

    #[test]
    fn a_literal_address_is_judged_as_a_resolved_one(bits in any::<u32>(), private in any::<bool>()) {
        let address = std::net::Ipv4Addr::from_bits(bits);
        let named = Grant::parse("https://api.acme.test/**", &["GET"], private, false).unwrap();
        let resolved = openclaw_core::capability::allows_address(&named, address.into()).is_ok();
        let url = format!("https://{address}/");
        let literal = Grant::parse(&url, &["GET"], private, false)
            .is_ok_and(|grant| allows(&[grant], "GET", &url).is_ok());
        prop_assert_eq!(literal, resolved);
        prop_assert_eq!(Host::parse(&address.to_string()), Ok(Host::V4(address)));
    }
}
