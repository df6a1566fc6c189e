//! Refusals of Vertex AI's, each told apart.

use std::time::Duration;

use super::*;

fn failure(reply: Reply) -> Value {
    let script = Script::new()
        .on(When::post("/token"), token())
        .on(When::post("/v1"), reply);
    let upstream = Upstream::start(script).unwrap();
    let world = signed_in(&upstream);
    let output = world.openclaw("models run Hello --json --no-fallback --wait 0");
    holds_no_secret(&world, &[&output]);
    let told: Value =
        serde_json::from_str(&output.stderr).unwrap_or_else(|why| panic!("{why}: {output}"));
    told["error"]["data"]["trail"][0]["failure"].clone()
}

#[test]
fn each_way_to_fail_is_told_apart() {
    let quota = "Quota exceeded for aiplatform.googleapis.com/generate_content_requests_per_minute_per_project_per_base_model with base model: gemini-2.5-pro. Please submit a quota increase request.";
    let missing = "Publisher Model `projects/acme-project/locations/global/publishers/google/models/gemini-0` was not found or your project does not have access to it.";
    for (kind, reply) in [
        (
            "auth",
            google::error(
                401,
                "UNAUTHENTICATED",
                "Request had invalid authentication credentials.",
            ),
        ),
        (
            "permission",
            google::error(
                403,
                "PERMISSION_DENIED",
                "Permission 'aiplatform.endpoints.predict' denied on resource.",
            ),
        ),
        (
            "billing",
            google::error_with(
                403,
                "PERMISSION_DENIED",
                "This API method requires billing to be enabled.",
                &[google::error_info("BILLING_DISABLED")],
            ),
        ),
        (
            "rate_limit",
            google::error(429, "RESOURCE_EXHAUSTED", quota),
        ),
        (
            "overloaded",
            google::error(503, "UNAVAILABLE", "The service is currently unavailable."),
        ),
        ("model_not_found", google::error(404, "NOT_FOUND", missing)),
        (
            "context_overflow",
            google::error(
                400,
                "INVALID_ARGUMENT",
                "The input token count (1250074) exceeds the maximum number of tokens allowed (1048576).",
            ),
        ),
        ("network", google::stream(&["Hello", " there."]).truncated()),
        (
            "server",
            Reply::full(502, "<html><body><h1>502 Bad Gateway</h1></body></html>")
                .header("content-type", "text/html"),
        ),
    ] {
        let failure = failure(reply);
        assert_eq!(failure["kind"], kind, "{failure:#}");
    }
}

#[test]
fn the_wait_is_that_of_the_reply() {
    let details = [google::retry_info(Duration::from_secs(34))];
    let limited = google::error_with(429, "RESOURCE_EXHAUSTED", "Resource exhausted.", &details);
    let told = failure(limited);
    assert_eq!(
        (&told["kind"], &told["retryAfterMs"]),
        (&json!("rate_limit"), &json!(34_000)),
        "{told:#}"
    );
}
