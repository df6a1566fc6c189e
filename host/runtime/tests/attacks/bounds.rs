//! Bounds of a call, and what they tell.

use super::*;

/// How much a guest may write beside a secret tells nothing of the secret.
#[test]
fn bounds_do_not_tell_how_long_a_secret_is() {
    let upstream = serving(|_| Reply::full(200, "x"));
    let (provider, _) = hostile(&upstream);
    let keys = [
        "a-key-of-some-length".to_owned(),
        "%\"\\".repeat(100),
        "k".repeat(4_000),
    ];
    for encoding in ["raw", "base64", "percent", "json"] {
        for padding in [
            1, 1_000, 30_000, 32_000, 32_480, 32_490, 32_500, 32_600, 33_000,
        ] {
            let text = format!("text\tx-padding\ta\t{padding}");
            let secret = format!("secret\tx-api-key\t0\t{encoding}\t\t");
            let steps = ["request\tPOST\t{base}/echo", &text, &secret, "send"];
            let outcomes: Vec<String> = keys
                .iter()
                .map(|key| {
                    let told = run(attack(&provider, key, &steps)).expect("it is answered");
                    told.lines().next().unwrap_or_default().to_owned()
                })
                .collect();
            assert!(
                outcomes.iter().all(|told| *told == outcomes[0]),
                "{padding}: {outcomes:?}"
            );
            let fits =
                padding + "x-padding".len() + "x-api-key".len() + SECRET_IN_HEADER <= HEADER_BYTES;
            assert_eq!(outcomes[0] == "status 200", fits, "{padding}: {outcomes:?}");
        }
    }
}

#[test]
fn uses_and_secrets_of_a_call_are_bounded() {
    let fault = |error: Option<CallError>| match error {
        Some(CallError::Plugin { fault, .. }) => fault,
        other => panic!("{other:?}"),
    };
    let count = Arc::new(Mutex::new(0_u64));
    let spread = |number: u64| number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let upstream = serving(move |_| {
        let mut count = count.lock().unwrap_or_else(PoisonError::into_inner);
        *count += 1;
        Reply::json(
            200,
            &json!({
                "access_token": format!("a{:011x}", spread(2 * *count) >> 20),
                "refresh_token": format!("r{:011x}", spread(2 * *count + 1) >> 20),
            }),
        )
    });
    let (provider, notes) = hostile(&upstream);
    let flood = format!("env-flood\t{}\t100000", USES + 10);
    assert_eq!(
        fault(run(attack(&provider, KEY, &[&flood])).err()),
        Fault::Uses
    );
    let events = notes.events();
    assert_eq!(events.len(), USES);
    for event in &events {
        let Use::Env { name, .. } = &event.use_of else {
            panic!("{event:?}")
        };
        let denied = event.denied.as_ref().expect("denied");
        let bytes = name.len()
            + denied.message.len()
            + denied.smallest_grant.as_ref().map_or(0, String::len);
        assert!(bytes < 1_000, "{bytes}");
    }
    let steps = ["request\tPOST\t{base}/token", "send"].repeat(SECRETS);
    assert_eq!(
        fault(run(attack(&provider, KEY, &steps)).err()),
        Fault::Secrets
    );
    // The credential is one of them.
    assert_eq!(upstream.requests().len(), SECRETS / 2);
}

/// The search of a reply that repeats what was minted does not keep others waiting.
#[test]
fn a_reply_full_of_pieces_of_many_secrets_is_searched_in_time() {
    let minted: Vec<String> = (0..40)
        .map(|at| format!("{}{at}", "ab".repeat(200)))
        .collect();
    let texts = minted.clone();
    let upstream = serving(move |request| {
        let at = request.text().parse::<usize>().unwrap_or(0);
        if request.path() == "/token" {
            Reply::json(200, &json!({ "access_token": texts[at] }))
        } else {
            Reply::full(200, "ab".repeat(20_000) + &"\\".repeat(20_000))
        }
    });
    let mut steps = Vec::new();
    for at in 0..40 {
        steps.push("request\tPOST\t{base}/token".to_owned());
        steps.push(format!("body\t{at}"));
        steps.extend(["capture\t/access_token", "send"].map(str::to_owned));
    }
    for at in 1..=40 {
        steps.push("request\tPOST\t{base}/echo".to_owned());
        steps.push(format!("secret\tx-api-key\t{at}\traw\t\t"));
        steps.push("send".to_owned());
    }
    steps.push("read\t1000000".to_owned());
    let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
    let told = attacked(&upstream, KEY, &steps);
    assert!(
        told.contains("read [secret]") && told.contains("\\\\\\") && !told.contains("abababababab"),
        "{}",
        told.len()
    );
}

#[test]
fn another_protocol_is_no_reply_and_no_time_sends_nothing() {
    let upstream = serving(|_| {
        Reply::raw("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n")
    });
    let told = attacked(&upstream, KEY, &["request\tPOST\t{base}/echo", "send"]);
    assert!(told.starts_with("interrupted: "), "{told}");
    let sent = upstream.requests().len();
    let told = attacked(
        &upstream,
        KEY,
        &["request\tPOST\t{base}/echo", "timeout\t0", "send"],
    );
    assert_eq!(told, "timeout\n");
    assert_eq!(upstream.requests().len(), sent);
}

#[test]
fn a_log_line_holds_no_secret_and_no_character_that_is_not_seen() {
    let upstream = serving(|request| Reply::full(401, request.credential().unwrap_or_default()));
    let (provider, notes) = hostile(&upstream);
    let line = "log\ta\u{202e}b\u{2066}c\u{200b}d\u{feff}e\u{1b}]0;x\u{7}f\u{e0041}g";
    run(attack(&provider, KEY, &[line])).expect("it is answered");
    let said = &notes.lines()[0].message;
    let odd = said
        .chars()
        .filter(|c| !c.is_ascii_graphic() && *c != '\u{fffd}')
        .count();
    assert_eq!(odd, 0, "{said:?}");
}

#[test]
fn a_plain_variable_that_holds_a_credential_is_withheld() {
    let upstream = serving(|_| Reply::full(200, "x"));
    let key = format!("sk-ant-api03-{}", "a1".repeat(45));
    for (value, given) in [
        ("eu-west-1", true),
        ("https://proxy.test:8080/path", true),
        ("https://user:word@proxy.test/", false),
        (key.as_str(), false),
        ("AIzaSyA0123456789abcdefghijklmnopqrstuv", false),
    ] {
        let (provider, ..) = Scene::guest("hostile")
            .base(upstream.url())
            .variable("HOSTILE_PLAIN", value)
            .on(&STAGE);
        let told = run(attack(&provider, KEY, &["env\tHOSTILE_PLAIN"])).expect("it is answered");
        assert_eq!(told.contains(value), given, "{told}");
        assert_eq!(told.contains("plain_credential"), !given, "{told}");
    }
}
