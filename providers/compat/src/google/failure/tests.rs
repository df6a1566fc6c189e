use crate::testing::summary;

use super::*;
use crate::google::tests::GEMINI;

/// 22 November 2026, 12:00 UTC: twenty hours before midnight Pacific.
pub(crate) const NOON: u64 = 1_795_348_800_000;
const TO_MIDNIGHT: u64 = 20 * 3_600_000;

fn classify(status: u16, headers: &Headers, body: &str, now_ms: u64) -> Failure {
    super::classify(&GEMINI, status, headers, body, now_ms)
}

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

pub(crate) const OVERLOADED: &str = wire!("error-503.json");

fn check(status: u16, body: &str, kind: &str, code: &str, wait: Option<u64>) {
    let (got_kind, got_code, got_status, got_wait) = summary(&classify(status, &[], body, NOON));
    assert_eq!(
        (
            got_kind.as_str(),
            got_code.as_deref().unwrap_or(""),
            got_wait
        ),
        (kind, code, wait),
        "{body}"
    );
    assert_eq!(got_status, Some(status));
}

#[test]
fn a_bad_key_is_no_bad_request() {
    check(
        400,
        wire!("error-400-key-invalid.json"),
        "Auth",
        "API_KEY_INVALID",
        None,
    );
    check(
        400,
        wire!("error-400-key-expired.json"),
        "Auth",
        "API_KEY_INVALID",
        None,
    );
    check(
        400,
        wire!("error-400-key-without-details.json"),
        "Auth",
        "INVALID_ARGUMENT",
        None,
    );
    check(
        401,
        wire!("error-401.json"),
        "Auth",
        "ACCESS_TOKEN_TYPE_UNSUPPORTED",
        None,
    );
    check(
        403,
        wire!("error-403-suspended.json"),
        "Auth",
        "CONSUMER_SUSPENDED",
        None,
    );
    check(
        403,
        wire!("error-403-leaked.json"),
        "Auth",
        "PERMISSION_DENIED",
        None,
    );
    check(
        403,
        wire!("error-403-no-key.json"),
        "Auth",
        "PERMISSION_DENIED",
        None,
    );
}

#[test]
fn a_restricted_key_or_place_is_a_matter_of_permission() {
    check(
        403,
        wire!("error-403-service-disabled.json"),
        "Permission",
        "SERVICE_DISABLED",
        None,
    );
    check(
        403,
        wire!("error-403-referrer.json"),
        "Permission",
        "API_KEY_HTTP_REFERRER_BLOCKED",
        None,
    );
    check(
        403,
        wire!("error-403-ip.json"),
        "Permission",
        "API_KEY_IP_ADDRESS_BLOCKED",
        None,
    );
    check(
        403,
        wire!("error-403-service-blocked.json"),
        "Permission",
        "API_KEY_SERVICE_BLOCKED",
        None,
    );
    check(
        403,
        wire!("error-403-plain.json"),
        "Permission",
        "PERMISSION_DENIED",
        None,
    );
    check(
        400,
        wire!("error-400-location.json"),
        "Permission",
        "FAILED_PRECONDITION",
        None,
    );
}

#[test]
fn money_is_told_from_rates() {
    check(
        400,
        wire!("error-400-free-tier-country.json"),
        "Billing",
        "FAILED_PRECONDITION",
        None,
    );
    check(
        400,
        wire!("error-400-billing-off.json"),
        "Billing",
        "FAILED_PRECONDITION",
        None,
    );
    check(
        403,
        wire!("error-403-billing.json"),
        "Billing",
        "BILLING_DISABLED",
        None,
    );
    check(
        403,
        wire!("error-403-dunning.json"),
        "Billing",
        "PERMISSION_DENIED",
        None,
    );
    check(
        402,
        wire!("error-402-prepay.json"),
        "Billing",
        "RESOURCE_EXHAUSTED",
        None,
    );
    check(
        429,
        wire!("error-429-prepay.json"),
        "Billing",
        "RESOURCE_EXHAUSTED",
        None,
    );
    check(
        429,
        wire!("error-429-spending-cap.json"),
        "Billing",
        "RESOURCE_EXHAUSTED",
        None,
    );
    check(
        429,
        wire!("error-429-spend-rate.json"),
        "RateLimit",
        "RESOURCE_EXHAUSTED",
        Some(600_000),
    );
}

#[test]
fn a_rate_limit_waits_as_long_as_its_quota_needs() {
    check(
        429,
        wire!("error-429-minute.json"),
        "RateLimit",
        "RESOURCE_EXHAUSTED",
        Some(34_000),
    );
    check(
        429,
        wire!("error-429-text-only.json"),
        "RateLimit",
        "RESOURCE_EXHAUSTED",
        Some(34_075),
    );
    check(
        429,
        wire!("error-429-bare.json"),
        "RateLimit",
        "RESOURCE_EXHAUSTED",
        None,
    );
    check(
        429,
        wire!("error-429-array.json"),
        "RateLimit",
        "RESOURCE_EXHAUSTED",
        None,
    );
    check(
        429,
        wire!("error-429-day.json"),
        "RateLimit",
        "RESOURCE_EXHAUSTED",
        Some(TO_MIDNIGHT),
    );
}

#[test]
fn a_quota_of_nothing_is_not_worth_waiting_for() {
    check(
        429,
        wire!("error-429-limit-0.json"),
        "Permission",
        "RESOURCE_EXHAUSTED",
        None,
    );
    let limit = |text: &str| {
        let body = format!(
            r#"{{"error":{{"code":429,"message":"{text}","status":"RESOURCE_EXHAUSTED"}}}}"#
        );
        summary(&classify(429, &[], &body, NOON)).0
    };
    assert_eq!(limit("limit: 0"), "Permission");
    assert_eq!(limit("limit: 0."), "Permission");
    assert_eq!(limit("limit: 0.5, model: x"), "RateLimit");
    assert_eq!(limit("limit: 05"), "RateLimit");
    assert_eq!(limit("limit: 10"), "RateLimit");
}

#[test]
fn headers_are_trusted_before_the_body_but_bring_no_day_back() {
    let wait = |name: &str, value: &str, body: &str| {
        classify(429, &[(name.to_owned(), value.to_owned())], body, NOON).retry_after_ms
    };
    assert_eq!(
        wait("retry-after-ms", "1500", wire!("error-429-minute.json")),
        Some(1_500)
    );
    assert_eq!(
        wait("retry-after", "7", wire!("error-429-minute.json")),
        Some(7_000)
    );
    assert_eq!(
        wait(
            "retry-after",
            "Sun, 22 Nov 2026 12:01:00 GMT",
            wire!("error-429-bare.json")
        ),
        Some(60_000)
    );
    assert_eq!(
        wait("retry-after", "7", wire!("error-429-day.json")),
        Some(TO_MIDNIGHT)
    );
    assert_eq!(
        wait("retry-after", "90000", wire!("error-429-day.json")),
        Some(90_000_000)
    );
    assert_eq!(
        wait("retry-after", "7", wire!("error-429-spend-rate.json")),
        Some(7_000)
    );
    assert_eq!(
        wait("retry-after", "7", wire!("error-429-prepay.json")),
        None
    );
}

#[test]
fn an_input_that_is_too_long_is_told_from_a_wrong_one() {
    check(
        400,
        wire!("error-400-overflow.json"),
        "ContextOverflow",
        "INVALID_ARGUMENT",
        None,
    );
    check(
        400,
        wire!("error-400-overflow-vertex.json"),
        "ContextOverflow",
        "INVALID_ARGUMENT",
        None,
    );
    check(
        400,
        wire!("error-400-payload-size.json"),
        "ContextOverflow",
        "INVALID_ARGUMENT",
        None,
    );
    check(413, "<html>413</html>", "ContextOverflow", "", None);
    check(
        400,
        wire!("error-400-bad-request.json"),
        "BadRequest",
        "INVALID_ARGUMENT",
        None,
    );
}

#[test]
fn what_only_this_model_refuses_leaves_the_others_open() {
    check(
        400,
        wire!("error-400-developer-instruction.json"),
        "Format",
        "INVALID_ARGUMENT",
        None,
    );
    check(
        400,
        wire!("error-400-modality.json"),
        "Format",
        "INVALID_ARGUMENT",
        None,
    );
    check(
        400,
        wire!("error-400-interactions-only.json"),
        "ModelNotFound",
        "INVALID_ARGUMENT",
        None,
    );
    check(
        404,
        wire!("error-404.json"),
        "ModelNotFound",
        "NOT_FOUND",
        None,
    );
}

#[test]
fn trouble_at_the_vendor_is_told_apart() {
    check(
        429,
        wire!("error-429-capacity.json"),
        "Overloaded",
        "MODEL_CAPACITY_EXHAUSTED",
        None,
    );
    check(499, wire!("error-499.json"), "Aborted", "CANCELLED", None);
    check(500, wire!("error-500.json"), "Server", "INTERNAL", None);
    check(
        503,
        wire!("error-503.json"),
        "Overloaded",
        "UNAVAILABLE",
        None,
    );
    check(
        504,
        wire!("error-504.json"),
        "Timeout",
        "DEADLINE_EXCEEDED",
        None,
    );
    check(502, wire!("error-502-html.html"), "Server", "", None);
}

#[test]
fn the_newer_shape_has_a_word_for_a_code() {
    check(
        400,
        wire!("error-400-interactions.json"),
        "BadRequest",
        "invalid_request",
        None,
    );
    check(
        400,
        wire!("error-400-interactions-blocked.json"),
        "ContentFilter",
        "invalid_request",
        None,
    );
    check(
        401,
        wire!("error-401-interactions.json"),
        "Auth",
        "authentication",
        None,
    );
    check(
        402,
        wire!("error-402-interactions.json"),
        "Billing",
        "payment_required",
        None,
    );
    check(
        404,
        wire!("error-404-interactions.json"),
        "ModelNotFound",
        "model_not_found",
        None,
    );
    check(
        429,
        wire!("error-429-interactions-rate.json"),
        "RateLimit",
        "rate_limit_exceeded",
        None,
    );
    check(
        429,
        wire!("error-429-interactions-day.json"),
        "RateLimit",
        "quota_exceeded",
        Some(TO_MIDNIGHT),
    );
}

#[test]
fn a_body_that_is_not_googles_leaves_the_status() {
    for (status, kind) in [
        (400, "BadRequest"),
        (401, "Auth"),
        (403, "Permission"),
        (404, "ModelNotFound"),
        (429, "RateLimit"),
        (500, "Server"),
        (503, "Overloaded"),
        (504, "Timeout"),
        (529, "Overloaded"),
        (302, "Other"),
    ] {
        for body in [
            "",
            "{}",
            "[]",
            "null",
            "7",
            "\"x\"",
            r#"{"error":{}}"#,
            r#"{"error":{"code":{},"message":7,"details":[7,{"violations":7}]}}"#,
        ] {
            check(status, body, kind, "", None);
        }
    }
    check(
        429,
        "prompt is too long: slow down",
        "ContextOverflow",
        "",
        None,
    );
}

#[test]
fn messages_are_kept_but_for_keys() {
    let failure = classify(403, &[], wire!("error-403-suspended.json"), NOON);
    assert_eq!(
        failure.message,
        "Permission denied: Consumer '***' has been suspended."
    );
    assert_eq!(
        without_keys("The FAQ. and AQ. say AIza"),
        "The FAQ. and AQ. say AIza"
    );
    assert_eq!(
        without_keys("a ya29.a0AfH6SMB b AQ.Ab8RN6K-x_y é"),
        "a *** b *** é"
    );
    let long = format!(r#"{{"error":{{"message":"{}"}}}}"#, "é".repeat(5_000));
    assert_eq!(classify(500, &[], &long, NOON).message.len(), 2_000);
}
