//! Streams that break: nothing is retried once text was shown.

use super::*;

#[track_caller]
fn breaks_after_text(reply: Reply, expect: &Expect) {
    let case = Case::new(work(reply));
    let output = steady(case.ask(""));
    check(&output, expect);
    assert_eq!(
        (output.code, output.stdout.as_str()),
        (Some(1), "Hello from\n")
    );
    assert_eq!(
        case.asked(),
        ["claude-opus-4-5 with work"],
        "half an answer is not begun again"
    );
}

#[test]
fn a_disconnect_after_the_first_token_is_not_retried() {
    breaks_after_text(
        claude().cut_after(up_to_text()),
        &expect![[r#"
            Hello from
            ---- stderr
            error: the stream ended early
              caused by: connection failed: 127.0.0.1:<port> closed the connection before the reply was complete
              1. anthropic/claude-opus-4-5  `anthropic:work`  connection failed: 127.0.0.1:<port> closed the connection before the reply was complete
              not retried, because part of the answer was already printed
            hint: see every credential with `openclaw models status --check`
            [exit 1]
        "#]],
    );
}

#[test]
fn an_answer_that_ends_early_is_not_taken_for_whole() {
    breaks_after_text(
        anthropic::stream(&["Hello", " from"]).truncated(),
        &expect![[r#"
            Hello from
            ---- stderr
            error: the stream ended early
              caused by: connection failed: the stream ended before the answer was complete
              1. anthropic/claude-opus-4-5  `anthropic:work`  connection failed: the stream ended before the answer was complete
              not retried, because part of the answer was already printed
            hint: see every credential with `openclaw models status --check`
            [exit 1]
        "#]],
    );
}

#[test]
fn an_error_in_the_middle_of_the_stream_is_not_retried() {
    breaks_after_text(
        anthropic::stream_error(&["Hello", " from"], "overloaded_error", "Overloaded"),
        &expect![[r#"
        Hello from
        ---- stderr
        error: the stream ended early
          caused by: overloaded (200): Overloaded
          1. anthropic/claude-opus-4-5  `anthropic:work`  overloaded (200): Overloaded
          not retried, because part of the answer was already printed
        hint: see every credential with `openclaw models status --check`
        [exit 1]
    "#]],
    );
}

#[test]
fn half_an_answer_is_in_the_data_of_the_error() {
    let case = Case::new(work(anthropic::stream(&["Hello", " from"]).truncated()));
    let error: Value = serde_json::from_str(case.ask("--json").failed()).unwrap();
    assert_eq!(error["error"]["message"], "the stream ended early");
    assert_eq!(error["error"]["data"]["text"], "Hello from");
    assert_eq!(
        error["error"]["data"]["trail"][0]["failure"]["code"],
        "stream_truncated"
    );
}

#[track_caller]
fn breaks_before_text(reply: Reply, kind: &str) {
    let case = Case::new(all_of_anthropic(reply));
    let output = case.ask("--json");
    assert_eq!(output.code, Some(0), "{output}");
    let value = output.json();
    assert_eq!(value["text"], "Hello from GPT.");
    assert_eq!(value["trail"][0]["failure"]["kind"], kind, "{value:#}");
}

#[test]
fn before_the_first_token_a_broken_stream_falls_back() {
    breaks_before_text(Reply::disconnect(), "network");
    breaks_before_text(anthropic::stream(&[]).truncated(), "network");
    breaks_before_text(anthropic::stream(&[]).cut_after(40), "network");
    breaks_before_text(
        anthropic::stream_error(&[], "overloaded_error", "Overloaded"),
        "overloaded",
    );
}
