//! What goes wrong: refusals, streams that break, checksums that are wrong.

use super::*;

/// Asks past a reply, and returns the failure of the only attempt.
fn failure(reply: Reply) -> (String, Value) {
    let upstream = Upstream::start(Script::new().otherwise(reply)).unwrap();
    let world = with_keys(&upstream);
    let output = world.openclaw("models run Hello --json --wait 0s");
    holds_no_secret(&world, &[&output]);
    let told: Value = serde_json::from_str(&output.stderr).unwrap_or_else(|_| panic!("{output}"));
    let failure = told["error"]["data"]["trail"][0]["failure"].clone();
    assert!(failure["kind"].is_string(), "{output}");
    (
        failure["kind"].as_str().unwrap_or_default().to_owned(),
        failure,
    )
}

#[test]
fn each_refusal_is_what_it_is() {
    for (status, exception, message, kind) in [
        (
            429,
            "ThrottlingException",
            "Too many tokens, please wait before trying again.",
            "rate_limit",
        ),
        (
            503,
            "ServiceUnavailableException",
            "Bedrock is unable to process your request.",
            "overloaded",
        ),
        (
            429,
            "ModelNotReadyException",
            "Model is not ready for inference.",
            "overloaded",
        ),
        (
            403,
            "AccessDeniedException",
            "Model access is denied due to INVALID_PAYMENT_INSTRUMENT:A valid payment instrument must be provided.",
            "billing",
        ),
        (
            400,
            "ValidationException",
            "Input is too long for requested model.",
            "context_overflow",
        ),
        (
            400,
            "ValidationException",
            "The provided model identifier is invalid.",
            "model_not_found",
        ),
        (
            404,
            "ResourceNotFoundException",
            "Could not resolve the foundation model",
            "model_not_found",
        ),
        (
            403,
            "AccessDeniedException",
            "You don't have access to the model with the specified model ID.",
            "permission",
        ),
        (
            403,
            "ExpiredTokenException",
            "The security token included in the request is expired",
            "auth",
        ),
        (
            408,
            "ModelTimeoutException",
            "Model has timed out in processing the request.",
            "timeout",
        ),
    ] {
        let (found, failure) = failure(bedrock::error(status, exception, message));
        assert_eq!(found, kind, "{failure}");
        assert_eq!(failure["code"], exception, "{failure}");
    }
}

#[test]
fn a_throttle_that_states_its_wait_is_waited_for() {
    let throttled = bedrock::error(
        429,
        "ThrottlingException",
        "Too many requests, please wait before trying again.",
    )
    .retry_after(1);
    let script = Script::new()
        .on(When::post("/model").nth(1), throttled)
        .on(When::post("/model"), bedrock::stream(&["after the wait"]));
    let upstream = Upstream::start(script).unwrap();
    let output = with_keys(&upstream).openclaw("models run Hello");
    assert_eq!(output.stdout, "after the wait\n", "{output}");
    assert_eq!(upstream.requests().len(), 2);
}

#[test]
fn what_breaks_within_a_stream_is_a_typed_failure() {
    for (reply, kind, code) in [
        (
            bedrock::stream(&[]).truncated(),
            "network",
            "stream_truncated",
        ),
        (
            bedrock::damaged_stream(&[]),
            "server",
            "event_stream_broken",
        ),
        (
            bedrock::stream_error(&[], "throttlingException", "Too many requests"),
            "rate_limit",
            "throttlingException",
        ),
        (
            bedrock::stream_error(
                &[],
                "modelStreamErrorException",
                "An error occurred while streaming.",
            ),
            "server",
            "modelStreamErrorException",
        ),
    ] {
        let (found, failure) = failure(reply);
        assert_eq!(
            (found.as_str(), failure["code"].as_str()),
            (kind, Some(code)),
            "{failure}"
        );
    }
}

#[test]
fn what_breaks_after_words_is_an_error_and_nobody_else_is_asked() {
    for reply in [
        bedrock::stream(&["Some ", "words"]).truncated(),
        bedrock::damaged_stream(&["Some ", "words"]),
        bedrock::stream_error(&["Some ", "words"], "internalServerException", "Oops"),
    ] {
        let upstream = Upstream::start(Script::new().otherwise(reply)).unwrap();
        let output = with_keys(&upstream).openclaw("models run Hello");
        assert_eq!(output.code, Some(1), "{output}");
        assert!(output.stdout.starts_with("Some words"), "{output}");
        assert_eq!(upstream.requests().len(), 1);
    }
}

#[test]
fn replies_that_are_no_converse_reply_are_typed_failures() {
    let event_stream = |body: &[u8]| {
        Reply::full(200, body).header("content-type", "application/vnd.amazon.eventstream")
    };
    for reply in [
        Reply::full(200, "<html>a page</html>").header("content-type", "text/html"),
        Reply::full(200, "{}").header("content-type", "application/json"),
        Reply::full(200, "").header("content-type", "application/json"),
        event_stream(b"<html>This is a page for a browser</html>"),
        event_stream(b"\x00\x00\x00\x05\x00\x00\x00\x00\x00\x00\x00\x00"),
        event_stream(b"\xff\xff\xff\xff\x00\x00\x00\x00\x00\x00\x00\x00"),
        event_stream(b""),
    ] {
        let (kind, failure) = failure(reply);
        assert!(["server", "network"].contains(&kind.as_str()), "{failure}");
    }
}

#[test]
fn a_model_of_another_region_is_not_asked_for() {
    let world = Sandbox::new()
        .cache(crate::CACHE)
        .env("AWS_ACCESS_KEY_ID", ID)
        .env("AWS_SECRET_ACCESS_KEY", SECRET)
        .env("AWS_REGION", "us-east-1");
    let output = world.openclaw("models run Hello --model amazon-bedrock/eu.amazon.nova-lite-v1:0");
    let said = output.failed();
    assert!(
        said.contains("is served in regions that begin with `eu-`"),
        "{output}"
    );
    assert!(said.contains("AWS_REGION is us-east-1"), "{output}");
}

#[test]
fn a_bearer_key_is_not_sent_in_the_open() {
    let world = Sandbox::new()
        .config(r#"{ models: { providers: { "amazon-bedrock": { baseUrl: "http://bedrock.example.test", allowInsecure: true } } } }"#)
        .cache(crate::CACHE)
        .env("AWS_BEARER_TOKEN_BEDROCK", BEARER);
    let output = world.openclaw(&format!("models run Hello --model amazon-bedrock/{MODEL}"));
    let said = output.failed().to_owned();
    assert!(said.contains("HTTPS"), "{output}");
    holds_no_secret(&world, &[&output]);
}
