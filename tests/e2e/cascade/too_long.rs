//! Refusals of what is too long or too large: what they tell of the other models.

use super::*;

/// Asks a model of a long stated context, whose server refuses, and then one of a short one.
fn after(status: u16, kind: &str, body: &str) -> Output {
    let refused = Reply::full(status, body).header("content-type", kind);
    let upstream = Upstream::start(
        Script::new()
            .on(When::post("/v1").json("/model", "m1"), refused)
            .otherwise(openai::chat_stream(&["From m2."])),
    )
    .unwrap();
    let url = upstream.url();
    let world = Sandbox::new().cache(crate::CACHE).config(&format!(
        r#"{{ agents: {{ defaults: {{ model: {{ primary: "corp/m1", fallbacks: ["corp/m2"] }} }} }},
        models: {{ providers: {{ corp: {{ baseUrl: "{url}/v1", api: "openai-completions", models: [
            {{ id: "m1", name: "m1", contextWindow: 400000 }},
            {{ id: "m2", name: "m2", contextWindow: 200000 }} ] }} }} }} }}"#
    ));
    world.openclaw("models run Hello")
}

#[test]
fn a_bound_on_bytes_keeps_no_other_model_from_being_asked() {
    let page = "<html><head><title>413 Request Entity Too Large</title></head></html>";
    for (kind, body) in [
        ("text/html", page),
        ("text/plain", "Payload Too Large"),
        ("text/plain", ""),
        (
            "application/json",
            r#"{"error":{"message":"Request exceeds the maximum size","type":"request_too_large"}}"#,
        ),
    ] {
        let output = after(413, kind, body);
        assert_eq!(output.stdout, "From m2.\n", "{body}: {output}");
        assert!(!output.stderr.contains("400001"), "{body}: {output}");
    }
}

#[test]
fn a_models_own_bound_passes_over_those_that_are_no_longer() {
    for (status, body) in [
        (
            413,
            r#"{"error":{"message":"Your input exceeds the context window of this model.","code":"context_length_exceeded"}}"#,
        ),
        (
            400,
            r#"{"error":{"message":"too long","code":"context_length_exceeded"}}"#,
        ),
        (
            413,
            r#"{"error":{"message":"prompt is too long: 450000 tokens > 400000 maximum","code":"context_length_exceeded"}}"#,
        ),
    ] {
        let output = after(status, "application/json", body);
        assert_eq!(output.code, Some(1), "{body}: {output}");
        assert!(
            output.stderr.contains("its context is 200000"),
            "{body}: {output}"
        );
    }
}
