//! An access token of Google's is a bearer that the guest holds a handle of: it is nowhere but in the
//! requests, and ends are known without it.

use openclaw_upstream::google;

use super::*;

#[test]
fn vertex_holds_no_access_token() {
    let secret = canary("vertex");
    let mut search = Search::begin("google-vertex", &[&secret]);
    let honest = || {
        Script::new()
            .on(
                When::post("/v1/projects/acme").target_contains(":streamGenerateContent"),
                google::stream(&["He", "llo"]),
            )
            .on(When::post("/v1/projects/acme"), google::answer("Hello"))
            .on(
                When::get("/v1beta1/publishers/google/models"),
                Reply::json(
                    200,
                    &json!({ "publisherModels": [{ "name": "publishers/google/models/gemini-x" }] }),
                ),
            )
    };
    let upstream = Upstream::start(honest()).expect("starts");
    let scene = Scene::bundled("google-vertex")
        .base(upstream.url())
        .variable("GOOGLE_CLOUD_PROJECT", "acme");
    let provider = search.on(scene);
    let key = held(&secret, "token");
    for call in 0..CALLS {
        let outcome = run(one_call(&search, &provider, &key, call));
        outcome.unwrap_or_else(|error| panic!("call {call}: {error}"));
    }
    search.finds_nothing(CALLS);
    let into: [fn(&str) -> Reply; 5] = [
        plain,
        |text| google::stream(&[text]),
        |text| google::answer(text),
        |text| google::error(401, "UNAUTHENTICATED", text),
        |text| google::stream_error(&["a"], 503, "UNAVAILABLE", text),
    ];
    let turn = echoed(&upstream, &into, |turn| {
        run(one_call(&search, &provider, &key, turn % CALLS)).ok();
    });
    let requests = upstream.requests();
    assert!(requests.len() >= turn, "{} requests", requests.len());
    for request in &requests {
        assert_eq!(request.credential(), Some(secret.as_str()));
    }
    search.finds_nothing(turn);
    search.finds_what_is_there();
}
