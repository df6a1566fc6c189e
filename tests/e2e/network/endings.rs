//! Answers that end before the model is done: the text is there, and so is a word about it.

use super::*;

const FILTERED: &str = "the answer was cut by the content filter of its provider";
const LONGEST: &str = "the answer was cut at its longest; ask for more with --max-output-tokens";

/// Returns an answer `Hello` in one piece that ended for this reason.
fn ended(api: &str, reason: &str) -> String {
    let (_, whole) = whole_answers()
        .into_iter()
        .find(|(name, _)| *name == api)
        .unwrap();
    let mut answer: serde_json::Value = serde_json::from_str(&whole).unwrap();
    match api {
        "openai-completions" => answer["choices"][0]["finish_reason"] = reason.into(),
        "openai-responses" => {
            answer["status"] = "incomplete".into();
            answer["incomplete_details"] = json!({ "reason": reason });
        }
        "anthropic-messages" => answer["stop_reason"] = reason.into(),
        "google-generative-ai" => answer["candidates"][0]["finishReason"] = reason.into(),
        _ => answer["done_reason"] = reason.into(),
    }
    answer.to_string()
}

#[test]
fn an_answer_that_was_cut_says_so_in_each_format() {
    for (api, reason, expected) in [
        ("openai-completions", "content_filter", FILTERED),
        ("openai-completions", "refusal", FILTERED),
        ("openai-completions", "sensitive", FILTERED),
        ("openai-completions", "length", LONGEST),
        ("openai-responses", "content_filter", FILTERED),
        ("openai-responses", "max_output_tokens", LONGEST),
        ("anthropic-messages", "refusal", FILTERED),
        ("anthropic-messages", "max_tokens", LONGEST),
        ("google-generative-ai", "SAFETY", FILTERED),
        ("google-generative-ai", "RECITATION", FILTERED),
        ("google-generative-ai", "PROHIBITED_CONTENT", FILTERED),
        ("google-generative-ai", "MAX_TOKENS", LONGEST),
        ("ollama", "content_filter", FILTERED),
        ("ollama", "length", LONGEST),
        (
            "google-generative-ai",
            "OTHER",
            "the answer ended before it was complete (finish reason `OTHER`)",
        ),
    ] {
        let server = Server::saying(reply(
            "200 OK",
            &["content-type: application/json"],
            ended(api, reason).as_bytes(),
        ));
        let world = lab_of(api, &at(server.port), "");
        let output = world.openclaw("models run hi --no-stream");
        assert_eq!(output.code, Some(0), "{api} {reason}: {output}");
        assert_eq!(output.stdout, "Hello\n", "{api} {reason}: {output}");
        assert_eq!(
            output.stderr,
            format!("warning: {expected}\n"),
            "{api} {reason}"
        );
        let output = world.openclaw("models run hi --no-stream --json");
        let told: serde_json::Value = serde_json::from_str(output.ok()).unwrap();
        assert_eq!(told["warnings"], json!([expected]), "{api} {reason}");
    }
}

#[test]
fn a_whole_answer_says_nothing() {
    for (api, body) in whole_answers() {
        let server = Server::saying(reply(
            "200 OK",
            &["content-type: application/json"],
            body.as_bytes(),
        ));
        let output = lab_of(api, &at(server.port), "").openclaw("models run hi --no-stream");
        assert_eq!(
            (output.ok(), output.stderr.as_str()),
            ("Hello\n", ""),
            "{api}"
        );
    }
}
