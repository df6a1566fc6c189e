//! Wire samples through the decoder, in every chunking, and refusals through the classification.

use openclaw_sdk::Failure;
use openclaw_sdk::FailureKind::{self, *};
use openclaw_sdk::facts::Catalog;
use openclaw_sdk::framing::Framing;
use openclaw_sdk::testing::{Decoded, summary};

use super::decode::{Decoder, framing};
use super::{WIRE, failure};
use crate::testing::{decoded, feed, framing_of};
use crate::vendor::{Headers, Vendor, Wire};

/// 2026-11-22T12:00:00Z.
const NOW_MS: u64 = 1_795_348_800_000;
const HOUR_MS: u64 = 3_600_000;

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

fn classify(status: u16, headers: &Headers, body: &str, now_ms: u64) -> Failure {
    failure::classify(&VENDOR, status, headers, body, now_ms)
}

fn sample(name: &str) -> String {
    let path = format!("{}/tests/wire/anthropic/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn names(folder: &str) -> Vec<String> {
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
    let want = Decoded {
        text: text.to_owned(),
        reasoning: reasoning.to_owned(),
        usage: Some(usage),
        stop: Some(stop.to_owned()),
        failure: None,
    };
    assert_eq!(run(name, framing_of(name)), want, "{name}");
}

fn check_failure(name: &str, framing: Framing, text: &str, kind: &str, code: Option<&str>) {
    let decoded = run(name, framing);
    assert_eq!(decoded.text, text, "{name}");
    assert_eq!(decoded.stop, None, "{name}");
    let (got_kind, got_code, ..) = decoded.failure.expect("a failure");
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
        "filter",
    );
    check(
        "stream-pause.sse",
        "Searching",
        "",
        (12, 3, 2_000, 100, 0),
        "pause_turn",
    );
}

#[test]
fn an_answer_refused_before_its_first_word_is_a_failure() {
    let body = sample("stream-refusal.sse").replace("\"text\":\"I\"", "\"text\":\"\"");
    let decoded = decoded(&body, Framing::Sse, decoder);
    let (kind, code, ..) = decoded.failure.expect("a failure");
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
        "length",
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
    check_failure(
        "stream-cut-after-reason.sse",
        Framing::Sse,
        "All of it.",
        "Network",
        code,
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

type Refusal = (&'static str, FailureKind, Option<&'static str>, Option<u64>);

const INVALID: Option<&str> = Some("invalid_request_error");
const LIMITED: Option<&str> = Some("rate_limit_error");
const SPENT: Option<&str> = Some("enforced_spend_limit_reached");

/// Every sample in `tests/wire/errors`: kind, code, waiting time.
const REFUSALS: &[Refusal] = &[
    ("bad-key", Auth, Some("authentication_error"), None),
    ("bad-request", BadRequest, INVALID, None),
    ("billing", Billing, Some("billing_error"), None),
    ("blocked-by-edge", Permission, None, None),
    ("claude-code-only", Permission, INVALID, None),
    ("cloudflare-timeout", Timeout, None, None),
    ("conflict", Server, Some("conflict_error"), None),
    ("content-filter", ContentFilter, INVALID, None),
    ("credit-balance", Billing, INVALID, None),
    ("extra-usage-required", Permission, LIMITED, None),
    ("extra-usage-spent", Billing, INVALID, None),
    ("gateway", Server, None, None),
    ("gateway-empty", Overloaded, None, Some(3_000)),
    ("image-too-large", BadRequest, INVALID, None),
    (
        "insufficient-quota",
        Billing,
        Some("insufficient_quota"),
        None,
    ),
    ("litellm-model", ModelNotFound, INVALID, None),
    ("max-tokens-too-large", Format, INVALID, None),
    ("method-not-allowed", Other, None, None),
    (
        "model-not-found",
        ModelNotFound,
        Some("not_found_error"),
        None,
    ),
    ("no-key", Auth, Some("authentication_error"), None),
    ("not-found", Other, Some("not_found_error"), None),
    ("not-found-elsewhere", Other, None, None),
    ("organization-disabled", Auth, INVALID, None),
    ("overloaded", Overloaded, Some("overloaded_error"), None),
    ("permission", Permission, Some("permission_error"), None),
    ("prompt-and-max-tokens", ContextOverflow, INVALID, None),
    ("prompt-too-long", ContextOverflow, INVALID, None),
    ("rate-limit-bare", RateLimit, LIMITED, None),
    ("rate-limit-reset", RateLimit, LIMITED, Some(45_000)),
    (
        "rate-limit-reset-nearly-used-up",
        RateLimit,
        LIMITED,
        Some(58_000),
    ),
    ("rate-limit-retry-after", RateLimit, LIMITED, Some(17_000)),
    ("rate-limit-retry-after-ms", RateLimit, LIMITED, Some(1_500)),
    (
        "rate-limit-subscription",
        RateLimit,
        LIMITED,
        Some(9_000_000),
    ),
    (
        "rate-limit-subscription-windows",
        RateLimit,
        LIMITED,
        Some(451_200_000),
    ),
    ("redirect", Other, None, None),
    ("region", Permission, Some("forbidden"), None),
    ("refresh-invalid", Auth, Some("invalid_grant"), None),
    ("refresh-invalid-new", Auth, Some("invalid_grant"), None),
    ("server", Server, Some("api_error"), None),
    ("server-overloaded", Overloaded, Some("api_error"), None),
    ("size-over-window", ContextOverflow, INVALID, None),
    // 1 December is 8.5 days away.
    ("spend-limit-enforced", Billing, SPENT, Some(204 * HOUR_MS)),
    (
        "spend-limit-enforced-dated",
        Billing,
        SPENT,
        Some(204 * HOUR_MS),
    ),
    ("spend-limit-own", Billing, INVALID, Some(204 * HOUR_MS)),
    (
        "spend-limit-workspace",
        Billing,
        INVALID,
        Some(168 * HOUR_MS + HOUR_MS / 2),
    ),
    ("temperature", Format, INVALID, None),
    ("timeout", Timeout, Some("timeout_error"), None),
    ("token-expired", Auth, Some("authentication_error"), None),
    ("token-revoked", Auth, Some("permission_error"), None),
    (
        "too-large",
        ContextOverflow,
        Some("request_too_large"),
        None,
    ),
    ("too-large-edge", ContextOverflow, None, None),
];

/// A refusal as it came: status, headers, body.
fn refusal(name: &str) -> (u16, Vec<(String, String)>, String) {
    crate::testing::refusal(&sample(&format!("errors/{name}")))
}

#[test]
fn every_refusal_has_its_kind_and_waiting_time() {
    let mut listed: Vec<_> = REFUSALS
        .iter()
        .map(|(name, ..)| format!("{name}.http"))
        .collect();
    listed.sort();
    assert_eq!(names("errors"), listed, "each sample is listed once");
    for (name, kind, code, wait) in REFUSALS {
        let (status, headers, body) = refusal(&format!("{name}.http"));
        let failure = classify(status, &headers, &body, NOW_MS);
        let want = (
            format!("{kind:?}").replace("FailureKind::", ""),
            code.map(str::to_owned),
            Some(status),
            *wait,
        );
        assert_eq!(summary(&failure), want, "{name}: {}", failure.message);
        assert!(!failure.message.is_empty(), "{name}");
    }
}

#[test]
fn the_vendors_words_are_kept_and_a_page_is_not_quoted() {
    let said = |name: &str| {
        let (status, headers, body) = refusal(name);
        classify(status, &headers, &body, NOW_MS).message
    };
    assert_eq!(said("bad-key.http"), "invalid x-api-key");
    assert_eq!(
        said("refresh-invalid.http"),
        "Refresh token not found or invalid"
    );
    assert_eq!(
        said("gateway.http"),
        "upstream connect error or disconnect/reset before headers"
    );
    assert_eq!(
        said("blocked-by-edge.http"),
        "HTTP 403 without an explanation"
    );
    let subscription = said("claude-code-only.http");
    assert!(
        subscription.starts_with("This credential is only authorized for use with Claude Code")
    );
    assert!(subscription.contains("use an API key"), "{subscription}");
}

#[test]
fn a_long_message_is_clipped_and_a_past_date_is_no_wait() {
    let long = format!(
        r#"{{"error":{{"type":"{0}","message":"{0}"}}}}"#,
        "é".repeat(5_000)
    );
    let failure = classify(400, &[], &long, NOW_MS);
    assert!(failure.message.len() <= 2_000 && failure.code.is_some_and(|code| code.len() <= 2_000));
    let (status, headers, body) = refusal("spend-limit-own.http");
    assert_eq!(
        classify(status, &headers, &body, NOW_MS + 1_000 * HOUR_MS).retry_after_ms,
        None
    );
    let (status, headers, body) = refusal("spend-limit-enforced.http");
    let december = NOW_MS + 204 * HOUR_MS;
    let wait = classify(status, &headers, &body, december).retry_after_ms;
    assert_eq!(
        wait,
        Some(31 * 24 * HOUR_MS),
        "the first of the next month, even on a first"
    );
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
