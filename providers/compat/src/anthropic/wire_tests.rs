//! Wire samples through the decoder, in every chunking.

use openclaw_sdk::Failure;
use openclaw_sdk::facts::Catalog;
use openclaw_sdk::framing::Framing;
use openclaw_sdk::testing::Decoded;

use super::decode::{Decoder, framing};
use super::{WIRE, failure};
use crate::testing::{decoded, feed, framing_of, known, named};
use crate::vendor::{Headers, Vendor, Wire};

/// 2026-11-22T12:00:00Z.
pub(super) const NOW_MS: u64 = 1_795_348_800_000;

pub(super) static VENDOR: Vendor = Vendor {
    base: "https://vendor.test",
    models: Catalog::new(
        "claude-haiku-4-5\t\t200000\t64000\t1/5/0.1/1.25\t\t\t\t\t2025-10-01\n\
         claude-haiku-4-5-20251001\t\t200000\t64000\t1/5/0.1/1.25\n\
         claude-opus-4-1-20250805\t\t200000\t64000\t1/5/0.1/1.25\t\t\t\t\t\t\tretired\n",
    ),
    ..Vendor::DEFAULT
};

static MESSAGES: Wire = WIRE;

fn decoder() -> Decoder {
    Decoder::new(&VENDOR, &MESSAGES, 200, NOW_MS)
}

pub(super) fn classify(status: u16, headers: &Headers, body: &str, now_ms: u64) -> Failure {
    failure::classify(&VENDOR, status, headers, body, now_ms)
}

pub(super) fn sample(name: &str) -> String {
    let path = format!("{}/tests/wire/anthropic/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

pub(super) fn names(folder: &str) -> Vec<String> {
    let path = format!(
        "{}/tests/wire/anthropic/{folder}",
        env!("CARGO_MANIFEST_DIR")
    );
    let mut names: Vec<_> = std::fs::read_dir(path)
        .expect("samples are there")
        .map(|entry| {
            entry
                .expect("readable")
                .file_name()
                .into_string()
                .expect("UTF-8")
        })
        .collect();
    names.sort();
    names
}

/// Decodes a sample in every chunking; each must give the same.
fn run(name: &str, framing: Framing) -> Decoded {
    decoded(&sample(name), framing, decoder)
}

fn check(name: &str, text: &str, reasoning: &str, usage: (u64, u64, u64, u64, u64), stop: &str) {
    let got = run(name, framing_of(name));
    assert_eq!(got.failure, None, "{name}");
    assert_eq!(
        (
            got.text.as_str(),
            got.reasoning.as_str(),
            got.stop.as_deref()
        ),
        (text, reasoning, Some(stop)),
        "{name}"
    );
    assert_eq!(got.usage.map(known), Some(usage), "{name}");
}

fn check_failure(name: &str, framing: Framing, text: &str, kind: &str, code: Option<&str>) {
    let decoded = run(name, framing);
    assert_eq!(decoded.text, text, "{name}");
    assert_eq!(decoded.stop, None, "{name}");
    let (got_kind, got_code, ..) = named(decoded.failure.expect("a failure"));
    assert_eq!(
        (got_kind.as_str(), got_code.as_deref()),
        (kind, code),
        "{name}"
    );
}

#[test]
fn an_answer_streams_as_text_with_the_highest_counts_told() {
    check(
        "stream-text.sse",
        "Hello, wörld 👋!",
        "",
        (12, 31, 2_000, 100, 0),
        "end",
    );
}

#[test]
fn thinking_is_reasoning_and_what_is_redacted_or_signed_is_not_shown() {
    check(
        "stream-thinking.sse",
        "Four.",
        "Two and two.",
        (12, 40, 2_000, 100, 25),
        "end",
    );
}

#[test]
fn an_answer_that_is_not_streamed_says_the_same() {
    check(
        "message.json",
        "Hello, wörld!",
        "Greet.",
        (12, 31, 2_000, 100, 3),
        "end",
    );
}

#[test]
fn stop_reasons_become_the_contracts_words() {
    check(
        "stream-tool.sse",
        "Let me look.",
        "",
        (12, 50, 2_000, 100, 0),
        "tool",
    );
    check(
        "stream-length.sse",
        "Once upon a",
        "",
        (12, 4, 2_000, 100, 0),
        "length",
    );
    check(
        "stream-refusal.sse",
        "I",
        "",
        (12, 1, 2_000, 100, 0),
        "refusal",
    );
    check(
        "stream-pause.sse",
        "Searching",
        "",
        (12, 3, 2_000, 100, 0),
        "pause",
    );
}

#[test]
fn an_answer_refused_before_its_first_word_is_a_failure() {
    let body = sample("stream-refusal.sse").replace("\"text\":\"I\"", "\"text\":\"\"");
    let decoded = decoded(&body, Framing::Sse, decoder);
    let (kind, code, ..) = named(decoded.failure.expect("a failure"));
    assert_eq!(
        (kind.as_str(), code.as_deref(), decoded.stop),
        ("ContentFilter", Some("refusal"), None)
    );
}

#[test]
fn half_a_surrogate_pair_is_replaced() {
    let body = sample("stream-text.sse").replace("Hello", "\\ud83e");
    let decoded = decoded(&body, Framing::Sse, decoder);
    assert!(decoded.text.starts_with('\u{fffd}'), "{}", decoded.text);
    assert_eq!(decoded.stop.as_deref(), Some("end"));
}

#[test]
fn a_full_context_cuts_an_answer_short_or_leaves_no_room_for_one() {
    check(
        "stream-window.sse",
        "As far as",
        "",
        (199_990, 5, 2_000, 100, 0),
        "context",
    );
    let code = Some("model_context_window_exceeded");
    check_failure(
        "stream-window-empty.sse",
        Framing::Sse,
        "",
        "ContextOverflow",
        code,
    );
}

#[test]
fn a_gateways_habits_do_no_harm() {
    check("stream-gateway.sse", "Hi there", "", (7, 2, 0, 0, 0), "end");
}

#[test]
fn an_answer_without_the_mark_of_completion_is_cut_off() {
    let code = Some("stream_truncated");
    check_failure(
        "stream-cut.sse",
        Framing::Sse,
        "Half an ans",
        "Network",
        code,
    );
}

#[test]
fn an_answer_is_complete_once_its_reason_to_stop_was_told() {
    check(
        "stream-without-stop.sse",
        "All of it.",
        "",
        (12, 4, 2_000, 100, 0),
        "end",
    );
}

#[test]
fn an_error_after_a_success_began_is_a_failure() {
    let overloaded = Some("overloaded_error");
    check_failure(
        "stream-overloaded.sse",
        Framing::Sse,
        "Half",
        "Overloaded",
        overloaded,
    );
    check_failure(
        "stream-api-error.sse",
        Framing::Sse,
        "",
        "Server",
        Some("api_error"),
    );
    check_failure("stream-error-plain.sse", Framing::Sse, "", "Server", None);
    check_failure(
        "stream-error-unnamed.sse",
        Framing::Sse,
        "",
        "Overloaded",
        None,
    );
    check_failure(
        "error-200.json",
        Framing::Whole,
        "",
        "Overloaded",
        overloaded,
    );
}

#[test]
fn a_success_that_is_no_answer_is_a_failure() {
    check_failure("page.html", Framing::Whole, "", "Server", None);
    check_failure("stream-garbage.sse", Framing::Sse, "", "Server", None);
    check_failure("models-1.json", Framing::Whole, "", "Server", None);
}

#[test]
fn a_reply_is_cut_by_what_it_is_rather_than_by_what_was_asked_for() {
    assert_eq!(
        framing(Some("text/event-stream; charset=utf-8"), false),
        Framing::Sse
    );
    assert_eq!(framing(Some("Application/JSON"), true), Framing::Whole);
    assert_eq!(framing(Some("text/html"), true), Framing::Whole);
    assert_eq!(framing(Some("text/plain"), true), Framing::Sse);
    assert_eq!(framing(Some("text/plain"), false), Framing::Whole);
    assert_eq!(framing(None, true), Framing::Sse);
    assert_eq!(framing(None, false), Framing::Whole);
}

#[test]
fn nothing_a_vendor_sends_panics() {
    // Whether a frame is understood does not matter here, only that the next may follow.
    let feed = |body: &str, framing| {
        feed(body, framing, &mut decoder());
        classify(400, &[], body, NOW_MS)
    };
    for name in names("").into_iter().filter(|name| name != "errors") {
        let body = sample(&name);
        let framing = framing_of(&name);
        let ends = (0..=body.len()).filter(|end| body.is_char_boundary(*end));
        for end in ends.step_by(7) {
            feed(&body[..end], framing);
        }
        for value in [
            "null",
            "-1",
            "[]",
            "{}",
            "1e999",
            "\"é\"",
            "18446744073709551616",
        ] {
            for key in [
                "type",
                "delta",
                "usage",
                "content",
                "error",
                "message",
                "text",
                "input_tokens",
            ] {
                let from = format!("\"{key}\":");
                feed(
                    &body.replace(&from, &format!("{from}{value},\"was\":")),
                    framing,
                );
            }
        }
    }
    for header in [
        "",
        "é",
        "18446744073709551615",
        "-1",
        "NaN",
        "9999-99-99T99:99:99Z",
        "2026-11-22T12:00:00+é9:00",
    ] {
        for limit in ["unified", "tokens", ""] {
            let headers = [(
                format!("anthropic-ratelimit-{limit}-reset"),
                header.to_owned(),
            )];
            drop(classify(429, &headers, "", NOW_MS));
        }
        let headers = [("retry-after".to_owned(), header.to_owned())];
        drop(classify(429, &headers, "", NOW_MS));
    }
}
