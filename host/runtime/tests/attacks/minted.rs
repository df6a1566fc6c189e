//! Replies that mint secrets, and what is captured of them.

use super::spelling::hex;
use super::*;

const ACCESS: &str = "minted-access-0123456789";
const REFRESH: &str = "minted-refresh-9876543210";

#[test]
fn minted_secrets_are_taken_whatever_the_status_and_whatever_was_asked_for() {
    for status in [200, 201, 302, 400, 401, 403, 404, 429, 500, 503] {
        for wanted in [
            vec![],
            vec!["/access_token"],
            vec!["/refresh_token"],
            vec!["/refresh_token", "/access_token"],
        ] {
            let upstream = serving(move |_| {
                let body = json!({
                    "access_token": ACCESS, "refresh_token": REFRESH, "expires_in": 3600,
                    "again": [ACCESS, hex(REFRESH, "")],
                });
                Reply::json(200, &body)
                    .status(status)
                    .header("x-token", ACCESS)
            });
            let captures: Vec<String> = wanted
                .iter()
                .map(|pointer| format!("capture\t{pointer}"))
                .collect();
            let mut steps = vec!["request\tPOST\t{base}/token"];
            steps.extend(captures.iter().map(String::as_str));
            steps.extend(["send", "read\t4096", "mode\t1"]);
            let told = attacked(&upstream, KEY, &steps);
            let what = format!("{status} {wanted:?}");
            for secret in [ACCESS, REFRESH, &hex(REFRESH, "")] {
                holds_nothing_of(&told, secret, &what);
            }
            assert!(told.contains("\"expires_in\":3600"), "{what}: {told}");
            assert_eq!(
                told.matches("captured ").count(),
                wanted.len(),
                "{what}: {told}"
            );
        }
    }
}

#[test]
fn what_is_no_text_is_blanked_with_all_in_it() {
    for shape in [
        format!(r#"{{"access_token":["{ACCESS}"]}}"#),
        format!(r#"{{"access_token":{{"value":"{ACCESS}"}}}}"#),
        format!(r#"{{"access_token":[[[["{ACCESS}"]]]],"more":"{ACCESS}"}}"#),
        format!(r#"{{"access_token":{{"{ACCESS}":1}}}}"#),
        r#"{"access_token":123456789012345678}"#.to_owned(),
        format!(r#"{{"access_token":null,"access_token":"{ACCESS}"}}"#),
        format!(r#"{{"access_token":"{ACCESS}","access_token":"other-0123456789"}}"#),
        format!(r#"{{"access_token":"{ACCESS}","access_token":1}}"#),
        format!(r#"{{"access_\u0074oken":"{ACCESS}"}}"#),
        format!("access_token={ACCESS}"),
        format!(r#"{{"access_token":"{ACCESS}""#),
        format!("[\"{ACCESS}\"").repeat(200),
        format!("\u{feff}{{\"access_token\":\"{ACCESS}\"}}"),
    ] {
        for status in [200, 400] {
            let body = shape.clone();
            let upstream = serving(move |_| Reply::full(status, body.clone()));
            let told = attacked(
                &upstream,
                KEY,
                &[
                    "request\tPOST\t{base}/token",
                    "capture\t/access_token",
                    "send",
                    "read\t4096",
                ],
            );
            holds_nothing_of(&told, ACCESS, &shape);
            assert!(!told.contains("123456789012345678"), "{told}");
        }
    }
}

/// An endpoint that gives its input back in JSON, under a grant with a place and a capture.
#[test]
fn a_captured_echo_is_no_other_name_for_a_secret() {
    let upstream = serving(|request| Reply::json(200, &json!({ "access_token": request.text() })));
    let with = |body: &[&str]| {
        let mut steps = vec!["request\tPOST\t{base}/token", "capture\t/access_token"];
        steps.extend(body);
        steps.extend(["send", "read\t4096", "claim\t1\tk", "mode\t1", "expires\t1"]);
        let told = attacked(&upstream, KEY, &steps);
        holds_nothing_of(&told, KEY, &body.join(" "));
        told
    };
    for (before, encoding, prefix, suffix, after) in [
        ("e30.", "base64", r#"{"k":""#, r#""}"#, ".c2ln"),
        ("e30.", "base64", r#"{"k":"x"#, r#"x"}"#, ".c2ln"),
        ("A", "raw", "", "", ""),
        ("", "raw", "A", "", ""),
        ("", "json", "A", "", ""),
        ("", "percent", "A", "", "A"),
        ("x", "base64", "", "", ""),
        ("", "base64", "ab", "cd", ""),
    ] {
        let before = format!("body\t{before}");
        let secret = format!("body-secret\t0\t{encoding}\t{prefix}\t{suffix}");
        let after = format!("body\t{after}");
        let told = with(&[&before, &secret, &after]);
        assert!(told.contains("mode: None"), "no handle: {told}");
    }
    // The secret itself is the handle that the guest has already; its mode is what was stored.
    let told = with(&["body-secret\t0\traw\t\t"]);
    assert!(told.contains("mode: Some(\"oauth\")"), "{told}");
    // What is nobody's secret is one, and its form is told to nobody.
    let told = with(&["body\tA-new-token-0123456789"]);
    assert!(told.contains("mode: Some(\"oauth\")"), "{told}");
}

#[test]
fn a_claim_that_holds_a_secret_is_blanked() {
    // A token of the user's own that holds another secret of this guest.
    let payload = URL_SAFE_NO_PAD.encode(json!({ "k": format!("key {KEY}!") }).to_string());
    let token = format!("e30.{payload}.c2lnbmF0dXJl");
    let upstream = serving(|_| Reply::full(200, "x"));
    let (provider, ..) = Scene::guest("hostile")
        .base(upstream.url())
        .variable("HOSTILE_API_KEY", KEY)
        .on(&STAGE);
    let told = run(attack(
        &provider,
        &token,
        &[
            "claim\t0\tk",
            "handle\tHOSTILE_API_KEY",
            "claim\t0\tk",
            "claim\t0\tother",
        ],
    ))
    .expect("it is answered");
    assert!(told.contains("[secret]!"), "{told}");
    assert!(told.ends_with("claim: Some(None)\n"), "{told}");
}
