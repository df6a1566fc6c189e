//! Wire samples through the decoder, in every chunking, and refusals through the classification.

use openclaw_provider_compat::anthropic::decode::Decoder;
use openclaw_provider_compat::testing::{
    decoded, feed, framing_of, known, named, refusal, summary,
};
use openclaw_provider_compat::{Headers, Wire, anthropic};
use openclaw_sdk::Failure;
use openclaw_sdk::FailureKind::{self, *};
use openclaw_sdk::framing::Framing;
use openclaw_sdk::testing::Decoded;
use serde_json::Value;

use crate::VENDOR;

/// 2026-11-22T12:00:00Z.
const NOW_MS: u64 = 1_795_348_800_000;
const HOUR_MS: u64 = 3_600_000;

static MESSAGES: Wire = anthropic::WIRE;

fn classify(status: u16, headers: &Headers, body: &str, now_ms: u64) -> Failure {
    anthropic::failure::classify(&VENDOR, status, headers, body, now_ms)
}

fn sample(name: &str) -> String {
    let path = format!("{}/tests/wire/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn names(folder: &str) -> Vec<String> {
    let path = format!("{}/tests/wire/{folder}", env!("CARGO_MANIFEST_DIR"));
    let mut names: Vec<_> = std::fs::read_dir(path)
        .expect("samples are there")
        .map(|entry| entry.expect("readable").file_name())
        .map(|name| name.into_string().expect("UTF-8"))
        .collect();
    names.sort();
    names
}

fn run(name: &str, framing: Framing) -> Decoded {
    decoded(&sample(name), framing, || {
        Decoder::new(&VENDOR, &MESSAGES, 200, NOW_MS)
    })
}

#[test]
fn an_answer_says_the_same_whole_and_streamed() {
    for name in ["message.json", "stream.sse"] {
        let got = run(name, framing_of(name));
        assert_eq!(
            (
                got.text.as_str(),
                got.reasoning.as_str(),
                got.stop.as_deref()
            ),
            ("Hello, wörld!", "Greet back.", Some("end")),
            "{name}"
        );
        assert_eq!(got.usage.map(known), Some((39, 21, 8, 0, 0)), "{name}");
        assert_eq!(got.failure, None, "{name}");
    }
}

#[track_caller]
fn check_failure(name: &str, text: &str, kind: &str, code: &str) {
    let decoded = run(name, framing_of(name));
    assert_eq!((decoded.text.as_str(), decoded.stop), (text, None));
    let (got_kind, got_code, ..) = named(decoded.failure.expect("a failure"));
    assert_eq!((got_kind.as_str(), got_code.as_deref()), (kind, Some(code)));
}

#[test]
fn a_success_that_reports_a_failure_is_one() {
    check_failure("error-200.json", "", "RateLimit", "1002");
    check_failure("error-200-message.json", "", "ContentFilter", "1026");
    check_failure("stream-error.sse", "", "Billing", "1008");
    check_failure("stream-base-resp.sse", "Half", "ContentFilter", "1027");
}

#[test]
fn an_answer_without_its_end_is_cut_off() {
    check_failure(
        "stream-cut.sse",
        "Half an ans",
        "Network",
        "stream_truncated",
    );
}

type Refusal = (&'static str, FailureKind, Option<&'static str>, Option<u64>);

/// Every sample in `tests/wire/errors`: kind, code, waiting time.
const REFUSALS: &[Refusal] = &[
    ("bad-key", Auth, Some("authentication_error"), None),
    ("bad-key-coded", Auth, Some("1004"), None),
    ("bad-key-native", Auth, Some("2049"), None),
    ("bad-request", BadRequest, Some("2013"), None),
    ("balance", Billing, Some("1008"), None),
    ("balance-limited", Billing, Some("1008"), None),
    ("balance-native", Billing, Some("1008"), None),
    ("context", ContextOverflow, Some("2013"), None),
    ("context-otherwise", ContextOverflow, Some("2013"), None),
    ("gateway", Server, None, None),
    ("native-unknown-code", Server, Some("9"), None),
    ("native-without-words", Server, Some("1024"), None),
    ("no-key", Auth, Some("authentication_error"), None),
    ("not-found", Other, None, None),
    ("overloaded", Overloaded, Some("2064"), None),
    ("plan-window", RateLimit, Some("2056"), Some(3 * HOUR_MS)),
    ("plan-window-past", RateLimit, Some("2056"), Some(30_000)),
    ("plan-window-undated", RateLimit, Some("2056"), None),
    ("plan-without-model", Permission, Some("2061"), None),
    ("rate-limit", RateLimit, Some("1002"), Some(7_000)),
    ("rate-limit-native", RateLimit, Some("1002"), None),
    ("sensitive-input", ContentFilter, Some("1026"), None),
    ("sensitive-output", ContentFilter, Some("1027"), None),
    ("timeout", Timeout, Some("1001"), None),
    ("token-limit", RateLimit, Some("1039"), None),
    ("unknown", Server, Some("1000"), None),
    ("unknown-model", ModelNotFound, Some("2013"), None),
];

#[test]
fn every_refusal_has_its_kind_and_waiting_time() {
    let mut listed: Vec<_> = REFUSALS
        .iter()
        .map(|(name, ..)| format!("{name}.http"))
        .collect();
    listed.sort();
    assert_eq!(names("errors"), listed, "each sample is listed once");
    for (name, kind, code, wait) in REFUSALS {
        let (status, headers, body) = refusal(&sample(&format!("errors/{name}.http")));
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
fn the_vendors_words_are_kept() {
    let said = |name: &str| {
        let (status, headers, body) = refusal(&sample(&format!("errors/{name}.http")));
        classify(status, &headers, &body, NOW_MS).message
    };
    assert_eq!(said("balance-native"), "insufficient balance (1008)");
    assert_eq!(said("native-without-words"), "no explanation (1024)");
    assert_eq!(said("gateway"), "HTTP 502 without an explanation");
}

#[test]
fn nothing_the_vendor_sends_panics() {
    for name in names("").into_iter().filter(|name| name != "errors") {
        let body = sample(&name);
        for value in [
            "null",
            "-1",
            "[]",
            "{}",
            "1e999",
            "\"é\"",
            "99999999999999999999",
        ] {
            for key in [
                "base_resp",
                "status_code",
                "status_msg",
                "error",
                "message",
                "type",
            ] {
                let from = format!("\"{key}\":");
                let broken = body.replace(&from, &format!("{from}{value},\"was\":"));
                let mut decoder = Decoder::new(&VENDOR, &MESSAGES, 200, NOW_MS);
                feed(&broken, framing_of(&name), &mut decoder);
                classify(200, &[], &broken, NOW_MS);
            }
        }
    }
    for message in ["(", ")", "()", "(12é4)", "é(1234)", "(99999)", "(1002) "] {
        let body = serde_json::json!({ "error": { "message": message } });
        classify(500, &[], &body.to_string(), NOW_MS);
    }
}

#[test]
fn the_manifest_grants_what_is_sent_and_no_more() {
    let manifest: Value = serde_json::from_str(crate::OPENCLAW_MANIFEST).expect("canonical JSON");
    assert_eq!(manifest["base_url"], VENDOR.base);
    let grants = manifest["http"].as_array().expect("grants");
    assert_eq!(grants.len(), 2);
    assert_eq!(
        grants[0]["url"],
        format!("{}/v1/messages", VENDOR.base).as_str()
    );
    assert_eq!(grants[0]["methods"], serde_json::json!(["POST"]));
    assert_eq!(
        grants[0]["secret_in"],
        serde_json::json!(["header:x-api-key"])
    );
    assert_eq!(
        grants[1]["url"],
        format!("https://api.minimax.io{}", crate::quota::PATH).as_str()
    );
    assert_eq!(
        grants[1]["secret_in"],
        serde_json::json!(["header:authorization"])
    );
}

#[test]
fn the_model_that_proves_a_key_is_known() {
    let known = VENDOR.probe_model.and_then(|id| VENDOR.model(id));
    assert!(known.is_some_and(|facts| facts.model().status == "active"));
    openclaw_sdk::testing::check_catalog(&VENDOR.models);
}
