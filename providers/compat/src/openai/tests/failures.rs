//! Error replies. A sample says in its first line what it is to become: kind, code, waiting time.

use crate::testing::summary;

use openclaw_sdk::Failure;

use super::super::failure;
use super::{OPENAI, sample, samples};
use crate::vendor::Headers;

/// `Sun, 06 Nov 1994 08:49:37 GMT`.
const NOW_MS: u64 = 784_111_777_000;

fn classify(status: u16, headers: &Headers, body: &str, now_ms: u64) -> Failure {
    failure::classify(&OPENAI, status, headers, body, now_ms)
}

#[test]
fn each_error_reply_becomes_the_failure_that_it_names() {
    let names = samples("openai/errors");
    assert!(names.len() > 50, "{names:?}");
    for name in names {
        let text = sample(&format!("openai/errors/{name}"));
        let (head, body) = text
            .split_once("\n\n")
            .expect("a blank line after the head");
        let mut lines = head
            .lines()
            .map(|line| line.split_once(": ").expect("`name: value`"));
        let want = lines.next().expect("what it is to become").1;
        let status: u16 = lines.next().expect("a status").1.parse().expect("a number");
        let headers: Vec<_> = lines
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect();
        let failure = classify(status, &headers, body, NOW_MS);
        let (kind, code, told, wait) = summary(&failure);
        let or_dash = |value: Option<String>| value.unwrap_or_else(|| "-".to_owned());
        let got = format!(
            "{kind} {} {}",
            or_dash(code),
            or_dash(wait.map(|ms| ms.to_string()))
        );
        assert_eq!(
            (got.as_str(), told),
            (want, Some(status)),
            "{name}: {}",
            failure.message
        );
        assert!(!failure.message.is_empty(), "{name}");
    }
}

#[test]
fn the_vendors_words_are_kept_and_a_page_for_a_browser_is_not() {
    let message = |status, body: &str| classify(status, &[], body, NOW_MS).message;
    assert_eq!(message(400, r#"{"error":{"message":" Bad. "}}"#), "Bad.");
    assert_eq!(
        message(422, r#"{"detail":[{"msg":"field required"}]}"#),
        "field required"
    );
    assert_eq!(
        message(502, "<!DOCTYPE html><p>nginx"),
        "a page instead of an answer"
    );
    assert_eq!(message(503, "no healthy upstream\n"), "no healthy upstream");
    assert_eq!(message(413, ""), "HTTP 413 without a message");
    let long = format!(r#"{{"error":{{"message":"{}"}}}}"#, "é".repeat(5_000));
    assert_eq!(message(400, &long).len(), 2_000);
}

#[test]
fn no_body_is_too_odd_to_classify() {
    let odd = [
        "null",
        "[]",
        "{}",
        "[[]]",
        "\"x\"",
        "7",
        "{\"error\":null}",
        "{\"error\":[]}",
        "{\"error\":{}}",
        "{\"error\":{\"code\":{},\"type\":7,\"message\":[1]}}",
        "{\"detail\":[]}",
        "{\"error\":\"\"}",
        "{\"error\":{\"message\":\"Please try again in \"}}",
        "{\"error\":{\"code\":\"rate_limit_exceeded\",\"message\":\"try again in é\"}}",
        "{\"error\":{\"code\":\"rate_limit_exceeded\",\"message\":\"try again in 9e99 years\"}}",
    ];
    for body in odd {
        for status in [0, 100, 302, 400, 429, 599, 999] {
            assert_eq!(
                classify(status, &[], body, 0).status,
                Some(status),
                "{body}"
            );
        }
    }
}
