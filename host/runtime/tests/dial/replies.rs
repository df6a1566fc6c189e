//! Replies: what is decoded, withheld and bounded.

use super::*;

#[test]
fn a_compressed_reply_is_decoded_though_none_is_asked_for() {
    let text = "x".repeat(1_000);
    let server = upstream(Reply::full(200, &*text).gzip());
    let told = run(post(&hostile(server.url()))).expect("it is answered");
    assert!(told.ends_with(&text), "{told}");
    assert!(
        !told.contains("content-encoding") && !told.contains("content-length"),
        "{told}"
    );
    assert_eq!(
        server.requests()[0].header("accept-encoding"),
        Some("identity")
    );
}

#[test]
fn a_coding_that_is_not_understood_is_named() {
    let server = upstream(Reply::full(200, "x").header("content-encoding", "br"));
    let told = told(run(post(&hostile(server.url()))));
    assert!(
        told.starts_with("interrupted: 127.0.0.1:") && told.contains("`br`"),
        "{told}"
    );
}

#[test]
fn cookies_and_the_connections_own_fields_are_withheld() {
    let reply = Reply::full(200, "here")
        .header("set-cookie", "session=1")
        .header("x-request-id", "r1")
        .chunked();
    let text = run(post(&hostile(upstream(reply).url()))).expect("it is answered");
    assert!(text.contains("x-request-id: r1\n"), "{text}");
    assert!(
        !text.contains("session") && !text.contains("transfer-encoding"),
        "{text}"
    );
}

#[test]
fn a_replys_headers_are_bounded() {
    let many = |count: usize| {
        (0..count).fold(Reply::full(200, "here"), |reply, index| {
            reply.header(format!("x-{index}"), "1")
        })
    };
    let long = |bytes: usize| Reply::full(200, "here").header("x-long", "a".repeat(bytes));
    for reply in [many(60), long(30_000)] {
        let text = run(post(&hostile(upstream(reply).url()))).expect("it is answered");
        assert!(text.ends_with("here"));
    }
    for reply in [many(500), long(100_000), long(2 << 20)] {
        let told = told(run(post(&hostile(upstream(reply).url()))));
        let typed = told.starts_with("too large: ") || told.starts_with("interrupted: ");
        assert!(typed, "{told}");
    }
}

/// A stream of comments, which a guest need not keep: it ends at the host's bound.
#[test]
fn a_replys_body_is_bounded() {
    let comment = [b": ".to_vec(), vec![b'x'; 1 << 20], b"\n".to_vec()].concat();
    let reply = Reply::stream(200, vec![comment; 65]).header("content-type", "text/event-stream");
    let server = upstream(reply);
    let (provider, ..) = Scene::bundled("anthropic").base(server.url()).on(&STAGE);
    let outcome = run(talk(&provider, None, &asking("claude-x", "hello", true)));
    match outcome {
        Err(CallError::Provider(failure)) => {
            assert!(failure.message.contains("at most"), "{failure:?}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn silence_is_a_timeout_before_and_after_the_first_byte() {
    let begun = anthropic::stream(&["Hello", "world"]).stall_after(40);
    for reply in [Reply::silence(), begun] {
        let server = upstream(reply);
        let (provider, ..) = Scene::bundled("anthropic").base(server.url()).on(&STAGE);
        let provider = provider.within(Duration::from_millis(400));
        let outcome = run(talk(&provider, None, &asking("claude-x", "hello", true)));
        match outcome {
            Err(CallError::Provider(failure)) => {
                assert_eq!(failure.kind, FailureKind::Timeout, "{failure:?}");
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn broken_replies_are_typed() {
    for reply in [
        Reply::disconnect(),
        Reply::raw("nonsense\r\n\r\n"),
        Reply::full(200, "cut off").cut_after(3),
    ] {
        let told = told(run(post(&hostile(upstream(reply).url()))));
        assert!(told.starts_with("interrupted: "), "{told}");
    }
    // A port where nobody listens: that of a server that has stopped.
    let server = upstream(Reply::full(200, "here"));
    server.stop();
    let told = told(run(post(&hostile(server.url()))));
    assert!(told.starts_with("connect: "), "{told}");
}

#[test]
fn a_connection_serves_only_the_grant_it_was_opened_for() {
    let script = Script::new()
        .on(When::get("/allowed"), Reply::full(200, ""))
        .on(When::post("/echo"), Reply::full(200, ""));
    let server = Upstream::start(script).expect("starts");
    let grants = ["allowed", "echo"].map(|path| {
        let url = format!("{}/{path}", server.url());
        Grant::parse(&url, &["GET", "POST"], true, false).expect("a grant")
    });
    let scene = Scene::guest("hostile");
    let mut rights =
        Rights::of(&scene.plugin, ProviderKind::Own, None, Vec::new()).expect("no base URL");
    let right = Right {
        source: Source::Manifest,
        reason: String::new(),
        secret_in: Vec::new(),
        captures: Vec::new(),
    };
    rights.rights = vec![right; 2];
    rights.grants = grants.to_vec();
    let (provider, ..) = scene.rights(rights.clone()).base(server.url()).on(&STAGE);
    let (other, ..) = Scene::guest("hostile")
        .rights(rights)
        .base(server.url())
        .on(&STAGE);
    run(async {
        post(&provider).await.expect("it is answered");
        post(&provider).await.expect("it is answered");
        assert_eq!(get(&provider).await.0, "sent");
        post(&other).await.expect("it is answered");
    });
    let connections: Vec<_> = server
        .requests()
        .iter()
        .map(|received| received.connection)
        .collect();
    let [first, again, of_get, of_other] = connections[..] else {
        panic!("{connections:?}")
    };
    assert_eq!(first, again, "under one grant it is used again");
    assert_ne!(first, of_get, "another grant");
    assert!(of_other != first && of_other != of_get, "another plugin");
}
