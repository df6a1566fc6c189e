//! Refusals of `tests/wire/anthropic/errors` through the classification.

use crate::testing::summary;
use openclaw_sdk::FailureKind::{self, *};

use super::wire_tests::{NOW_MS, classify, names, sample};

const HOUR_MS: u64 = 3_600_000;

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
    ("image-too-large", Format, INVALID, None),
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
    ("server-503", Server, Some("api_error"), None),
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
