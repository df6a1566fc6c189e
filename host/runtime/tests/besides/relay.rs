//! Requests that are passed on as they came.

use super::*;

/// A component, where its requests lie below the base, a format that it passes on, and the paths of
/// what of it.
type Case = (
    &'static str,
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
);

const CASES: [Case; 6] = [
    (
        "anthropic",
        "",
        "anthropic-messages",
        &[
            ("chat", "/v1/messages"),
            ("count-tokens", "/v1/messages/count_tokens"),
        ],
    ),
    (
        "minimax",
        "",
        "anthropic-messages",
        &[("chat", "/v1/messages")],
    ),
    (
        "openai",
        "/v1",
        "openai-completions",
        &[
            ("chat", "/v1/chat/completions"),
            ("embeddings", "/v1/embeddings"),
        ],
    ),
    (
        "openai",
        "/v1",
        "openai-responses",
        &[
            ("chat", "/v1/responses"),
            ("count-tokens", "/v1/responses/input_tokens"),
        ],
    ),
    (
        "google",
        "/v1beta",
        "google-generative-ai",
        &[
            ("chat", "/v1beta/models/m:streamGenerateContent?alt=sse"),
            ("count-tokens", "/v1beta/models/m:countTokens"),
            ("embeddings", "/v1beta/models/m:embedContent"),
        ],
    ),
    (
        "ollama",
        "",
        "ollama",
        &[("chat", "/api/chat"), ("embeddings", "/api/embed")],
    ),
];

/// What no component could have written: other order, other blanks, keys that nobody knows.
const BODY: &str =
    "{ \"zz\":\t[1 ,2],  \"model\" : \"m\",\"text\":\"Gr\u{fc}\u{df}e \u{1f600}\" }\n";
const ANSWER: &str = "event: x\ndata: {\"b\": 1,\"a\":2}\n\n: comment\n\ndata: [DONE]\n\n";

#[test]
fn bodies_and_answers_pass_byte_for_byte_and_only_the_signature_is_added() {
    let stage = Stage::cached();
    for (id, below, dialect, operations) in CASES {
        let reply = Reply::stream(200, [ANSWER]).header("x-of-the-vendor", "told");
        let upstream = Upstream::start(Script::new().otherwise(reply)).expect("starts");
        // The configured format has no say in it.
        let base = format!("{}{below}", upstream.url());
        let (provider, _, _) = Scene::bundled(id).base(base).on(&stage);
        let key = held(SECRET, "api-key");
        assert!(
            run(provider.dialects())
                .expect("told")
                .contains(&dialect.to_owned())
        );
        for (operation, path) in operations {
            let asked = passed(dialect, operation, "m", BODY);
            let (status, told, bytes) = run(async {
                let mut relayed = provider.relay(Some(&key), &asked).await.expect("accepted");
                let bytes = whole(&mut relayed).await;
                let told = relayed.headers.clone();
                (relayed.status, told, bytes)
            });
            assert_eq!(
                (status, bytes.as_slice()),
                (200, ANSWER.as_bytes()),
                "{id} {operation}"
            );
            assert!(told.contains(&("x-of-the-vendor".to_owned(), "told".to_owned())));
            let sent = upstream.requests().pop().expect("it was sent");
            assert_eq!(
                (sent.target.as_str(), sent.text().as_str()),
                (*path, BODY),
                "{id}"
            );
            let credential = sent.credential().expect("it is signed");
            assert!(credential.contains(SECRET), "{credential}");
        }
        for (dialect, operation) in [(dialect, "images"), ("klingon", "chat")] {
            let asked = passed(dialect, operation, "m", BODY);
            let refused = run(provider.relay(Some(&key), &asked))
                .err()
                .expect("refused");
            assert_eq!(
                refused.into_failure().kind,
                FailureKind::Unsupported,
                "{id}"
            );
        }
    }
}

#[test]
fn of_a_clients_headers_only_those_of_the_manifest_go_along() {
    let stage = Stage::cached();
    let upstream =
        Upstream::start(Script::new().otherwise(Reply::full(200, "{}"))).expect("starts");
    let (provider, _, _) = Scene::bundled("anthropic").base(upstream.url()).on(&stage);
    let asked = Relay {
        headers: [
            ("anthropic-version", "2099-01-01"),
            ("anthropic-beta", "new-thing"),
            ("x-api-key", "the-clients-own"),
            ("authorization", "Bearer the-clients-own"),
            ("cookie", "a=b"),
            ("host", "elsewhere.test"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec(),
        ..passed("anthropic-messages", "chat", "m", "{}")
    };
    let key = held(SECRET, "api-key");
    run(provider.relay(Some(&key), &asked)).expect("accepted");
    let sent = upstream.requests().pop().expect("it was sent");
    assert_eq!(sent.header("anthropic-version"), Some("2099-01-01"));
    assert_eq!(sent.header("anthropic-beta"), Some("new-thing"));
    assert_eq!(sent.header("x-api-key"), Some(SECRET));
    assert_eq!(
        (sent.header("authorization"), sent.header("cookie")),
        (None, None)
    );
}

#[test]
fn a_refusal_is_told_apart_before_anything_is_passed_on() {
    let stage = Stage::cached();
    for (reply, kind) in [
        (
            anthropic::error(401, "authentication_error", "invalid x-api-key"),
            FailureKind::Auth,
        ),
        (
            anthropic::error(429, "rate_limit_error", "slow down").retry_after(7),
            FailureKind::RateLimit,
        ),
        (
            anthropic::error(529, "overloaded_error", "Overloaded"),
            FailureKind::Overloaded,
        ),
        (
            Reply::redirect(307, "http://127.0.0.1:1/"),
            FailureKind::Other,
        ),
    ] {
        let upstream = Upstream::start(Script::new().otherwise(reply)).expect("starts");
        let (provider, _, _) = Scene::bundled("anthropic").base(upstream.url()).on(&stage);
        let key = held(SECRET, "api-key");
        let asked = passed("anthropic-messages", "chat", "m", "{}");
        let failure = run(provider.relay(Some(&key), &asked))
            .err()
            .expect("refused");
        let failure = failure.into_failure();
        assert_eq!(failure.kind, kind, "{failure:?}");
        if kind == FailureKind::RateLimit {
            assert_eq!(failure.retry_after.map(|wait| wait.as_secs()), Some(7));
        }
    }
    // An error inside an accepted answer is told apart by the component.
    let upstream =
        Upstream::start(Script::new().otherwise(Reply::full(200, "{}"))).expect("starts");
    let (provider, _, _) = Scene::bundled("anthropic").base(upstream.url()).on(&stage);
    let key = held(SECRET, "api-key");
    let asked = passed("anthropic-messages", "chat", "m", "{}");
    let failure = run(async {
        let mut relayed = provider.relay(Some(&key), &asked).await.expect("accepted");
        let body = json!({ "type": "error", "error": { "type": "overloaded_error", "message": "Overloaded" } });
        relayed
            .classify("anthropic-messages", &body.to_string())
            .await
    });
    assert_eq!(failure.expect("told apart").kind, FailureKind::Overloaded);
}

#[test]
fn a_secret_that_comes_back_is_taken_out_of_what_is_passed_on() {
    let stage = Stage::cached();
    for form in Form::ALL {
        for split in [None, Some(1), Some(5)] {
            let mut echo = Echo::new(form).into_reply(|text| Reply::full(200, text));
            if let Some(size) = split {
                echo = echo.split(size);
            }
            let upstream = Upstream::start(Script::new().otherwise(echo)).expect("starts");
            let (provider, _, _) = Scene::bundled("anthropic").base(upstream.url()).on(&stage);
            let key = held(SECRET, "api-key");
            let asked = passed("anthropic-messages", "chat", "m", "{}");
            let bytes = run(async {
                let mut relayed = provider.relay(Some(&key), &asked).await.expect("accepted");
                whole(&mut relayed).await
            });
            for needle in openclaw_runtime::redact::encodings_of(SECRET) {
                let found = bytes.windows(needle.len()).any(|window| window == needle);
                assert!(!found, "{form:?}: {}", String::from_utf8_lossy(&bytes));
            }
        }
    }
}

#[test]
fn neither_request_nor_answer_is_ever_in_the_guests_memory() {
    const ASKED: &str = "Xq7-of-the-request-Xq7";
    const TOLD: &str = "Xq8-of-the-answer-Xq8";
    let stage = Stage::new(&Options {
        cache: None,
        record_memory: true,
    });
    let reply = Reply::stream(200, [TOLD, "\n"]);
    let upstream = Upstream::start(Script::new().otherwise(reply)).expect("starts");
    let (provider, _, _) = Scene::bundled("ollama").base(upstream.url()).on(&stage);
    let key = held(SECRET, "api-key");
    // The name of the model is told to the guest: the search finds what is there.
    // What is freed is partly overwritten, so the name is long.
    let model = format!("{0}Xq9-the-model-Xq9{0}", "m".repeat(200));
    let asked = passed(
        "ollama",
        "chat",
        &model,
        &json!({ "text": ASKED }).to_string(),
    );
    let bytes = run(async {
        let mut relayed = provider.relay(Some(&key), &asked).await.expect("accepted");
        whole(&mut relayed).await
    });
    assert!(String::from_utf8_lossy(&bytes).contains(TOLD));
    let recorder = stage.runtime.recorder().expect("memory is recorded");
    let count = |text: &str| recorder.count(&[text.as_bytes().to_vec()]);
    assert!(count("Xq9-the-model-Xq9") > 0);
    assert_eq!((count(ASKED), count(TOLD), count(SECRET)), (0, 0, 0));
}

#[test]
fn a_stream_that_breaks_is_a_failure_and_one_that_is_dropped_is_closed() {
    let stage = Stage::cached();
    let broken = Reply::stream(200, ["data: 1\n\n", "data: 2\n\n"]).cut_after(12);
    let upstream = Upstream::start(Script::new().otherwise(broken)).expect("starts");
    let (provider, _, _) = Scene::bundled("openai")
        .base(format!("{}/v1", upstream.url()))
        .on(&stage);
    let key = held(SECRET, "api-key");
    let asked = passed("openai-completions", "chat", "m", "{}");
    let ended = run(async {
        let mut relayed = provider.relay(Some(&key), &asked).await.expect("accepted");
        loop {
            match relayed.next().await {
                Ok(Some(_)) => {}
                ended => break ended,
            }
        }
    });
    let failure = ended.expect_err("it broke").into_failure();
    assert_eq!(failure.kind, FailureKind::Network, "{failure:?}");
}
