//! Places in which a secret may stand.

use super::*;

#[test]
fn text_does_not_stand_where_secrets_do_and_a_secret_stands_once() {
    let upstream = serving(|_| Reply::full(200, "x"));
    let (provider, notes) = hostile(&upstream);
    let tried = |steps: &[&str]| run(attack(&provider, KEY, steps)).expect("it is answered");
    let mut denied = 0;
    for place in ["echo", "token", "open"] {
        let request = format!("request\tPOST\t{{base}}/{place}");
        for name in [
            "x-api-key",
            "X-API-KEY",
            "X-Api-Key",
            "authorization",
            "Authorization",
        ] {
            for value in ["sk-of-the-author", "Bearer sk-of-the-author", ""] {
                let text = format!("text\t{name}\t{value}");
                let told = tried(&[&request, &text, "send"]);
                assert!(told.starts_with("denied: secret_place: "), "{name}: {told}");
                denied += 1;
            }
        }
    }
    for (first, second) in [("raw", "raw"), ("raw", "base64"), ("percent", "json")] {
        let [one, two] =
            [first, second].map(|encoding| format!("secret\tx-api-key\t0\t{encoding}\t\t"));
        let told = tried(&["request\tPOST\t{base}/echo", &one, &two, "send"]);
        assert!(told.starts_with("denied: secret_place: "), "{told}");
        denied += 1;
    }
    for name in [
        "x-leak",
        "x-request-id",
        "user-agent",
        "referer",
        "accept",
        "authorization",
        "content-type",
    ] {
        for encoding in ["raw", "base64", "percent", "json"] {
            let secret = format!("secret\t{name}\t0\t{encoding}\t\t");
            let told = tried(&["request\tPOST\t{base}/echo", &secret, "send"]);
            assert!(told.starts_with("denied: secret_place: "), "{name}: {told}");
            let told = tried(&["request\tPOST\t{base}/open", &secret, "send"]);
            assert!(
                told.starts_with("denied: secret_audience: "),
                "{name}: {told}"
            );
            denied += 2;
        }
    }
    for step in [
        "body-secret\t0\traw\t\t",
        "body-secret\t0\tbase64\tx\ty",
        "sign\t0\tr\ts",
    ] {
        for place in ["echo", "open"] {
            let request = format!("request\tPOST\t{{base}}/{place}");
            let told = tried(&[&request, step, "send"]);
            assert!(told.starts_with("denied: secret_"), "{step}: {told}");
            denied += 1;
        }
    }
    assert_eq!(notes.denials().len(), denied);
    assert_eq!(upstream.requests().len(), 0);
}

#[test]
fn keys_that_a_guest_knows_are_not_written_into_a_url() {
    let upstream = serving(|_| Reply::full(200, "x"));
    let key = format!("sk-ant-api03-{}", "a1".repeat(45));
    for url in [
        format!("{{base}}/open?key={key}"),
        format!("{{base}}/open?a=b&c={}", key.replace('-', "%2D")),
        "{base}/open?k=AIzaSyA0123456789abcdefghijklmnopqrstuv".to_owned(),
        format!("{{base}}/open?k=sk-proj-{}", "b2".repeat(30)),
    ] {
        let request = format!("request\tGET\t{url}");
        let told = attacked(&upstream, KEY, &[&request, "send"]);
        assert!(told.starts_with("denied: secret_place: "), "{told}");
    }
    assert_eq!(upstream.requests().len(), 0);
}

/// Below a base URL there is what the manifest has at the same place, and no more.
#[test]
fn a_base_url_joins_no_places() {
    let upstream = serving(|_| Reply::full(200, "{}"));
    for (custom, method, path, secret, want) in [
        (
            false,
            "POST",
            "echo",
            "secret\tx-api-key\t0\traw\t\t",
            "status 200",
        ),
        (
            false,
            "POST",
            "echo",
            "body-secret\t0\traw\t\t",
            "denied: secret_place",
        ),
        (
            false,
            "POST",
            "token",
            "body-secret\t0\traw\t\t",
            "status 200",
        ),
        (
            false,
            "GET",
            "token",
            "timeout\t1000",
            "denied: method_not_granted",
        ),
        (
            false,
            "POST",
            "allowed",
            "timeout\t1000",
            "denied: method_not_granted",
        ),
        (
            false,
            "POST",
            "open",
            "secret\tx-api-key\t0\traw\t\t",
            "denied: secret_audience",
        ),
        (
            false,
            "POST",
            "other",
            "timeout\t1000",
            "denied: path_outside_grant",
        ),
        (
            false,
            "GET",
            "public",
            "timeout\t1000",
            "denied: path_outside_grant",
        ),
        (
            true,
            "POST",
            "echo",
            "secret\tx-api-key\t0\traw\t\t",
            "status 200",
        ),
        (
            true,
            "POST",
            "echo",
            "body-secret\t0\traw\t\t",
            "denied: secret_place",
        ),
    ] {
        let scene = Scene::guest("hostile").base(format!("{}/below/v7", upstream.url()));
        let scene = if custom { scene.custom() } else { scene };
        let (provider, ..) = scene.on(&STAGE);
        let request = format!("request\t{method}\t{{base}}/{path}");
        let told =
            run(attack(&provider, KEY, &[&request, secret, "send"])).expect("it is answered");
        assert!(told.starts_with(want), "{method} {path}: {told}");
    }
}

#[test]
fn a_provider_of_the_users_own_has_its_base_url_alone() {
    let upstream = serving(|_| Reply::full(200, "x"));
    for custom in [false, true] {
        let scene = Scene::guest("hostile").base(upstream.url());
        let scene = if custom { scene.custom() } else { scene };
        let (provider, _, names) = scene.on(&STAGE);
        for url in [
            "https://api.hostile.test/v1/allowed",
            "https://cdn.hostile.test/public",
        ] {
            let request = format!("request\tGET\t{url}");
            let told = run(attack(&provider, KEY, &[&request, "send"])).expect("it is answered");
            let want = if custom {
                "denied: no_grant_for_host"
            } else {
                "connect: "
            };
            assert!(told.starts_with(want), "{custom} {url}: {told}");
        }
        assert_eq!(names.asked().is_empty(), custom);
        // Nor has it the vendor's key.
        let scene = Scene::guest("hostile").base(upstream.url());
        let scene = scene.variable("HOSTILE_API_KEY", OTHER);
        let scene = if custom { scene.custom() } else { scene };
        let (provider, ..) = scene.on(&STAGE);
        let told = run(attack(&provider, KEY, &["handle\tHOSTILE_API_KEY"]));
        let want = if custom {
            "no handle: true\n"
        } else {
            "handle 1\n"
        };
        assert_eq!(told.as_deref(), Ok(want));
    }
}
