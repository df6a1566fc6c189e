//! AWS keys sign in the host: none of their parts is in the guest, and only the id and the session
//! token are in the requests.

use openclaw_core::secret::Secret;
use openclaw_upstream::bedrock;

use super::*;

#[test]
fn bedrock_holds_no_part_of_aws_keys() {
    let [id, secret, token] = ["aws-id", "aws-secret", "aws-token"].map(|name| {
        // As keys are: letters, digits, and what base64 has besides.
        format!("{name}/+{FRAGMENT}{name}==")
    });
    let mut search = Search::begin("amazon-bedrock", &[&id, &secret, &token]);
    let upstream = Upstream::start(
        Script::new()
            .on(
                When::get("/foundation-models"),
                bedrock::models(&["acme.x-v1:0"]),
            )
            .on(
                When::get("/inference-profiles"),
                bedrock::profiles_page(&[], None),
            )
            .on(
                When::post("/model").target_contains("converse-stream"),
                bedrock::stream(&["He", "llo"]),
            )
            .on(When::post("/model"), bedrock::answer("Hello")),
    )
    .expect("starts");
    let provider = search.on(Scene::bundled("amazon-bedrock").base(upstream.url()));
    let text = |text: &str| Secret::new(text.to_owned());
    let keys = StoredSecret::aws(text(&id), text(&secret), Some(text(&token)), None);
    search.note_text(format!("{keys:?}"));
    let key = Arc::new(keys);
    for call in 0..CALLS {
        let outcome = run(one_call(&search, &provider, &key, call));
        outcome.unwrap_or_else(|error| panic!("call {call}: {error}"));
    }
    search.finds_nothing(CALLS);

    let into: [fn(&str) -> Reply; 6] = [
        plain,
        |text| bedrock::stream(&[text]),
        |text| bedrock::answer(text),
        |text| bedrock::error(403, "UnrecognizedClientException", text),
        |text| bedrock::stream_error(&["a"], "throttlingException", text),
        |text| bedrock::models(&[text]),
    ];
    let turn = echoed(&upstream, &into, |turn| {
        run(one_call(&search, &provider, &key, turn)).ok();
    });
    let requests = upstream.requests();
    assert!(requests.len() >= turn, "{} requests", requests.len());
    for request in &requests {
        assert_eq!(request.header("x-amz-security-token"), Some(token.as_str()));
        let signature = request.header("authorization").expect("signed");
        assert!(
            signature.contains(&format!("Credential={id}/")),
            "{signature}"
        );
        assert!(!format!("{request:?}").contains(&secret));
    }
    search.finds_nothing(turn);
    search.finds_what_is_there();
}

/// A guest that would write the keys somewhere is refused, and nothing is sent.
#[test]
fn aws_keys_are_written_nowhere() {
    let mut search = Search::begin("aws-written", &[]);
    let upstream = Upstream::start(Script::new()).expect("starts");
    let provider = search.on(Scene::guest("hostile").base(upstream.url()));
    let text = |text: &str| Secret::new(text.to_owned());
    let keys = StoredSecret::aws(text("AKIAEXAMPLE"), text("a-secret-key"), None, None);
    let request = asking("echo", "Hello?", true);
    let outcome = run(talk(&provider, Some(&Arc::new(keys)), &request));
    let shown = format!("{outcome:?}");
    assert!(shown.contains("AWS keys sign requests"), "{shown}");
    assert!(upstream.requests().is_empty());
}
