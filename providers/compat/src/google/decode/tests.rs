use openclaw_sdk::testing::{Decoded, chunkings, decode};

use super::*;
use crate::google::failure::tests::{NOON, OVERLOADED};
use crate::google::tests::GEMINI;
use crate::testing::{known, named};

/// A sample of `tests/wire`, by its name.
macro_rules! wire {
    ($name:literal) => {
        include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/wire/google/",
            $name
        ))
    };
}

/// Decodes a body in every chunking and checks that they agree.
fn all(body: &str) -> Decoded {
    let mut ways = chunkings(body.as_bytes()).into_iter();
    let first = ways.next().expect("one at least");
    let want = decode(Decoder::new(&GEMINI, NOON), FRAMING, &first);
    for chunks in ways {
        assert_eq!(
            decode(Decoder::new(&GEMINI, NOON), FRAMING, &chunks),
            want,
            "{} chunks",
            chunks.len()
        );
    }
    want
}

fn check(body: &str, text: &str, stop: &str, usage: (u64, u64, u64, u64, u64)) {
    let got = all(body);
    assert_eq!(got.failure, None);
    assert_eq!(
        (got.text.as_str(), got.stop.as_deref(), got.usage.map(known)),
        (text, Some(stop), Some(usage))
    );
}

fn check_failure(body: &str, text: &str, kind: &str, code: Option<&str>) {
    let got = all(body);
    assert_eq!((got.text.as_str(), got.stop), (text, None));
    let (got_kind, got_code, _, _) = named(got.failure.expect("a failure"));
    assert_eq!((got_kind.as_str(), got_code.as_deref()), (kind, code));
}

#[test]
fn a_stream_gives_reasoning_text_usage_and_the_end() {
    check(
        wire!("stream-thinking.sse"),
        "Grüß Gott 👋",
        "end",
        (20, 38, 100, 0, 30),
    );
    assert_eq!(
        all(wire!("stream-thinking.sse")).reasoning,
        "**Greeting**\n\nThe user says hello."
    );
}

#[test]
fn the_same_stream_as_an_array_gives_the_same() {
    assert_eq!(
        all(wire!("stream-array.json")),
        all(wire!("stream-thinking.sse"))
    );
}

#[test]
fn an_answer_in_one_piece_is_read_whatever_was_asked_for() {
    check(wire!("answer.json"), "Grüß Gott 👋", "end", (9, 6, 0, 0, 0));
    check(
        wire!("answer-thinking-spent.json"),
        "",
        "length",
        (8, 8, 0, 0, 8),
    );
}

#[test]
fn an_independent_servers_stream_is_read() {
    let got = all(wire!("stream-llmock.sse"));
    assert!(
        got.text.starts_with("Simulated answer from gemini-2.5-pro"),
        "{}",
        got.text
    );
    assert_eq!((got.stop.as_deref(), got.failure), (Some("end"), None));
    assert!(
        got.usage
            .is_some_and(|(input, output, ..)| input > Some(0) && output > Some(0))
    );
}

#[test]
fn usage_that_follows_the_reason_to_stop_is_kept() {
    check(
        wire!("stream-usage-after-stop.sse"),
        "Hi",
        "end",
        (4, 1, 0, 0, 0),
    );
}

#[test]
fn reasons_to_stop_become_the_contracts_words() {
    check(
        wire!("stream-length.sse"),
        "One two three",
        "length",
        (4, 3, 0, 0, 0),
    );
    check(wire!("stream-tool.sse"), "", "tool", (4, 5, 0, 0, 0));
    check(
        wire!("stream-safety-after-text.sse"),
        "It begins",
        "filter",
        (4, 2, 0, 0, 0),
    );
    for (reason, want) in [
        ("LANGUAGE", "LANGUAGE"),
        ("SPII", "filter"),
        ("MALFORMED_FUNCTION_CALL", "malformed"),
    ] {
        let body = format!(
            "data: {{\"candidates\":[{{\"content\":{{\"parts\":[{{\"text\":\"x\"}}]}},\"finishReason\":\"{reason}\"}}]}}\n\n"
        );
        assert_eq!(all(&body).stop.as_deref(), Some(want));
    }
    for reason in ["STOP", "FUNCTION_CALL"] {
        let body = format!(
            "data: {{\"candidates\":[{{\"content\":{{\"parts\":[{{\"functionCall\":{{\"name\":\"f\",\"args\":{{}}}}}}]}},\"finishReason\":\"{reason}\"}}]}}\n\n"
        );
        assert_eq!(all(&body).stop.as_deref(), Some("tool"), "{reason}");
    }
}

#[test]
fn an_answer_refused_before_its_first_word_is_a_failure() {
    check_failure(
        wire!("stream-recitation.sse"),
        "",
        "ContentFilter",
        Some("RECITATION"),
    );
    check_failure(
        wire!("stream-malformed-call.sse"),
        "",
        "Format",
        Some("MALFORMED_FUNCTION_CALL"),
    );
    for reason in [
        "SAFETY",
        "PROHIBITED_CONTENT",
        "SPII",
        "BLOCKLIST",
        "IMAGE_SAFETY",
    ] {
        let body = format!("{{\"candidates\":[{{\"finishReason\":\"{reason}\"}}]}}");
        check_failure(&body, "", "ContentFilter", Some(reason));
    }
    check_failure(
        "{\"candidates\":[{\"finishReason\":\"OTHER\"}]}",
        "",
        "Server",
        Some("OTHER"),
    );
}

#[test]
fn a_blocked_prompt_is_a_failure_though_the_status_is_200() {
    check_failure(
        wire!("answer-blocked-prompt.json"),
        "",
        "ContentFilter",
        Some("PROHIBITED_CONTENT"),
    );
    check_failure(
        wire!("stream-blocked-prompt.sse"),
        "",
        "ContentFilter",
        Some("SAFETY"),
    );
    assert_eq!(
        all(wire!("stream-blocked-prompt.sse")).usage,
        Some((Some(38), None, None, None, None))
    );
}

#[test]
fn an_error_inside_a_stream_is_the_failure_in_either_of_its_forms() {
    check_failure(
        wire!("stream-error-event.sse"),
        "It beg",
        "Overloaded",
        Some("UNAVAILABLE"),
    );
    check_failure(
        wire!("stream-error-bare.sse"),
        "It beg",
        "Overloaded",
        Some("UNAVAILABLE"),
    );
    check_failure(
        wire!("error-429-array.json"),
        "",
        "RateLimit",
        Some("RESOURCE_EXHAUSTED"),
    );
    check_failure(OVERLOADED, "", "Overloaded", Some("UNAVAILABLE"));
    let failure = all(wire!("stream-error-bare.sse"))
        .failure
        .expect("a failure");
    assert_eq!(failure.2, Some(503));
}

#[test]
fn a_stream_without_a_reason_to_stop_is_truncated() {
    check_failure(
        wire!("stream-truncated.sse"),
        "It beg",
        "Network",
        Some("stream_truncated"),
    );
    check_failure("", "", "Network", Some("stream_truncated"));
    check_failure("{}", "", "Network", Some("stream_truncated"));
    check_failure("data: [DONE]\n\n", "", "Network", Some("stream_truncated"));
}

#[test]
fn a_stream_cut_anywhere_never_counts_as_complete() {
    let body = wire!("stream-thinking.sse");
    let finish = body.find("finishReason").expect("it has one");
    for at in (0..finish).filter(|at| body.is_char_boundary(*at)) {
        let got = decode(
            Decoder::new(&GEMINI, NOON),
            FRAMING,
            &[body.as_bytes()[..at].to_vec()],
        );
        let (kind, code, ..) = named(got.failure.expect("cut off"));
        assert_eq!(
            (kind.as_str(), code.as_deref()),
            ("Network", Some("stream_truncated")),
            "{at}"
        );
    }
    let body = wire!("stream-array.json");
    for at in (1..body.len() - 2).filter(|at| body.is_char_boundary(*at)) {
        let got = decode(
            Decoder::new(&GEMINI, NOON),
            FRAMING,
            &[body.as_bytes()[..at].to_vec()],
        );
        let (kind, code, ..) = named(got.failure.expect("cut off"));
        assert_eq!(
            (kind.as_str(), code.as_deref()),
            ("Network", Some("stream_truncated")),
            "{at}"
        );
    }
}

#[test]
fn what_is_no_answer_is_said_to_be_none() {
    for body in [
        "<html>Sign in to the hotel's network</html>",
        "data: nonsense\n\n",
        "data: 7\n\n",
        "true",
        "[1]",
    ] {
        check_failure(body, "", "Server", None);
    }
    let got = all(wire!("stream-llmock-malformed.sse"));
    assert!(got.failure.is_some() && got.stop.is_none());
}

#[test]
fn fields_of_events_and_data_of_several_lines_are_read() {
    let body = ": hello\nevent: message\nid: 1\nretry: 5\ndata: {\"candidates\":\ndata: [{\"content\":{\"parts\":[{\"text\":\"x\"}]},\ndata: \"finishReason\":\"STOP\"}]}\n\ndata: [DONE]\n\n";
    let got = all(body);
    assert_eq!((got.text.as_str(), got.stop.as_deref()), ("x", Some("end")));
}

#[test]
fn odd_shapes_neither_panic_nor_complete() {
    for body in [
        r#"{"candidates":null}"#,
        r#"{"candidates":[]}"#,
        r#"{"candidates":{}}"#,
        r#"{"candidates":["x"]}"#,
        r#"{"candidates":[{"content":{"parts":"x"}}]}"#,
        r#"{"candidates":[{"content":{"parts":[null,7,{"text":7},{"text":null}]},"finishReason":7}]}"#,
        r#"{"candidates":[{"finishReason":"FINISH_REASON_UNSPECIFIED"}]}"#,
        r#"{"usageMetadata":{"promptTokenCount":-1,"candidatesTokenCount":1e99}}"#,
        r#"{"usageMetadata":[],"promptFeedback":7}"#,
    ] {
        check_failure(body, "", "Network", Some("stream_truncated"));
    }
    let most = u64::MAX;
    let body = format!(
        r#"{{"candidates":[{{"finishReason":"STOP"}}],"usageMetadata":{{"promptTokenCount":1,"cachedContentTokenCount":9,"candidatesTokenCount":{most},"thoughtsTokenCount":{most}}}}}"#
    );
    check(&body, "", "end", (0, most, 1, 0, most));
}
