//! The engine; what the tables say is tested at each wire, against its samples.

use openclaw_sdk::FailureKind::*;

use super::*;

const RULES: Rules = Rules {
    rows: &[
        Rule::word(Permission, "wire"),
        Rule::phrase(Format, "first*second"),
    ],
    numbers_are_codes: false,
    names_missing_models: false,
    unexplained: "without a message",
    page: "",
    plain_bytes: 300,
};

static ACME: Vendor = Vendor {
    rules: &[
        Rule::word(Auth, "wire|vendors"),
        Rule::general(Billing, "broad"),
    ],
    ..Vendor::DEFAULT
};

#[track_caller]
fn check(status: u16, headers: &[(&str, &str)], body: &str, kind: FailureKind, wait: Option<u64>) {
    let headers: Vec<_> = headers
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    // 2026-11-22T12:00:00Z.
    let failure = classify(&ACME, &RULES, status, &headers, body, 1_795_348_800_000);
    assert_eq!(
        (failure.kind(), failure.retry_after_ms),
        (kind, wait),
        "{body}"
    );
}

#[test]
fn a_vendors_row_goes_before_its_wires_and_a_word_before_a_phrase() {
    check(400, &[], r#"{"error":{"code":"wire"}}"#, Auth, None);
    check(
        400,
        &[],
        r#"{"error":{"code":"vendors","message":"first, then second"}}"#,
        Auth,
        None,
    );
    check(
        400,
        &[],
        r#"{"error":{"code":"else","message":"FIRST, then second"}}"#,
        Format,
        None,
    );
    check(
        400,
        &[],
        r#"{"error":{"code":"else","message":"second, then first"}}"#,
        BadRequest,
        None,
    );
    check(
        400,
        &[],
        r#"{"error":{"type":"broad","message":"first or second"}}"#,
        Format,
        None,
    );
    check(400, &[], r#"{"error":{"type":"broad"}}"#, Billing, None);
}

#[test]
fn codes_are_found_wherever_servers_put_them() {
    for body in [
        r#"{"error":{"code":"invalid_api_key"}}"#,
        r#"{"error":{"type":"Invalid-API-Key"}}"#,
        r#"{"error":{"error":{"type":"invalid_api_key"}}}"#,
        r#"[{"error":{"details":[{"reason":"API_KEY_INVALID"}]}}]"#,
        r#"{"error":{"innererror":{"code":"invalid_api_key"}}}"#,
        r#"{"error":"{\"error\":{\"code\":\"invalid_api_key\"}}"}"#,
        r#"{"error_type":"INVALID_API_KEY"}"#,
        r#"{"__type":"com.amazon.coral.service#UnrecognizedClientException"}"#,
        r#"{"error":{"message":"litellm.AuthenticationError: OpenAIException - no"}}"#,
        "event: error\ndata: {\"error\":{\"code\":\"invalid_api_key\"}}\n\n",
    ] {
        check(400, &[], body, Auth, None);
    }
    let amazon = [("x-amzn-ErrorType", "UnrecognizedClientException:http://x/")];
    check(403, &amazon, r#"{"message":"no"}"#, Auth, None);
}

#[test]
fn a_limit_that_refills_soon_is_no_matter_of_money() {
    let quota = "You exceeded your current quota, please check your plan and billing details.";
    let body = |more: &str| format!(r#"{{"error":{{"message":"{quota}{more}"}}}}"#);
    check(429, &[], &body(""), Billing, None);
    check(
        429,
        &[],
        &body(" Try again in 20s."),
        RateLimit,
        Some(20_000),
    );
    check(429, &[], &body(" Limit: 10 per hour"), RateLimit, None);
    check(
        429,
        &[("retry-after", "30")],
        &body(""),
        RateLimit,
        Some(30_000),
    );
    check(
        429,
        &[],
        &body(" Try again in 5 hours."),
        Billing,
        Some(18_000_000),
    );
    let codex = r#"{"error":{"type":"usage_limit_reached","resets_in_seconds":600}}"#;
    check(429, &[], codex, RateLimit, Some(600_000));
    check(
        429,
        &[],
        &codex.replace("600", "7200"),
        Billing,
        Some(7_200_000),
    );
    check(402, &[("retry-after", "120")], "{}", Billing, Some(120_000));
}

#[test]
fn a_stated_wait_is_read_wherever_it_stands() {
    let limited = |more: &str| format!(r#"{{"error":{{"code":"rate_limit_exceeded"{more}}}}}"#);
    let told = |message: &str| limited(&format!(r#","message":"{message}""#));
    for (message, wait) in [
        ("Please retry after 6 seconds.", 6_000),
        ("please try again after 1 seconds", 1_000),
        ("Please try again in 9m38.016s. Need more?", 578_016),
        ("Try again in 2 hours and 5 minutes.", 7_500_000),
        ("Please wait 30 seconds before retrying", 30_000),
        ("retry in about 1.5 minutes", 90_000),
        ("resets in 174ms!", 174),
        ("Your limit will reset at 2026-11-22 14:00:00", 7_200_000),
        ("您的限额将在 2026-11-22 22:00:00 重置。", 7_200_000),
        ("free again on 2026-11-23", 43_200_000),
    ] {
        check(429, &[], &told(message), RateLimit, Some(wait));
    }
    for message in [
        "Please wait a moment",
        "try again in ",
        "wait 5",
        "retry after é",
        "in 2020-01-01",
    ] {
        check(429, &[], &told(message), RateLimit, None);
    }
    for (field, wait) in [
        (r#""retry_after":120"#, 120_000),
        (r#""retryAfterMs":1500"#, 1_500),
        (r#""resets_at":1795348860"#, 60_000),
        (r#""reset_at":"2026-11-22T12:01:00Z""#, 60_000),
        (r#""details":[{"retryDelay":"34s"}]"#, 34_000),
        (
            r#""metadata":{"headers":{"X-RateLimit-Reset":"1795349400000"}}"#,
            600_000,
        ),
    ] {
        check(
            429,
            &[],
            &limited(&format!(",{field}")),
            RateLimit,
            Some(wait),
        );
    }
    let used_up = [
        ("X-RateLimit-Remaining", "0"),
        ("X-RateLimit-Reset", "1795349400000"),
    ];
    check(429, &used_up, "", RateLimit, Some(600_000));
    check(
        429,
        &[("ratelimit-remaining", "0"), ("ratelimit-reset", "7")],
        "",
        RateLimit,
        Some(7_000),
    );
    check(
        429,
        &[("x-ratelimit-remaining", "3"), ("x-ratelimit-reset", "7")],
        "",
        RateLimit,
        None,
    );
    check(522, &[], r#"{"retry_after":120}"#, Timeout, Some(120_000));
}

#[test]
fn an_address_without_the_api_is_said_to_be_one() {
    let said = |status, body: &str| classify(&ACME, &RULES, status, &[], body, 0);
    for (status, body) in [
        (404, "<html>404</html>"),
        (405, "{\"detail\":\"Method Not Allowed\"}"),
        (
            404,
            "{\"error\":\"No handler found on route. Please double check your URL\"}",
        ),
        (404, "404 page not found"),
    ] {
        let failure = said(status, body);
        assert_eq!(failure.kind, Other, "{body}");
        assert!(failure.message.contains("address"), "{}", failure.message);
    }
    assert_eq!(said(404, "").kind, ModelNotFound);
    assert_eq!(said(404, "{\"detail\":\"Not Found\"}").kind, ModelNotFound);
}

#[test]
fn phrases_of_many_servers_are_known() {
    for (kind, message) in [
        (
            ContextOverflow,
            "Range of input length should be [1, 30720]",
        ),
        (
            ContextOverflow,
            "Prompt contains 40961 tokens, too large for model with 32768 maximum",
        ),
        (
            ContextOverflow,
            "too many input tokens. Max input tokens: 8192, request input token count: 9000",
        ),
        (ContextOverflow, "Prompt exceeds max length"),
        (ModelNotFound, "The provided model identifier is invalid."),
        (
            ModelNotFound,
            "Invalid model 'sonar-9'. Permitted models can be found in the documentation",
        ),
        (
            ModelNotFound,
            "Publisher Model `x` was not found or your project does not have access to it.",
        ),
        (
            ModelNotFound,
            "This is not a chat model and thus not supported in the v1/chat/completions endpoint.",
        ),
        (ModelNotFound, "No endpoints found for acme/x."),
        (Permission, "Project `p` does not have access to model `m`"),
        (
            Permission,
            "The current subscription plan does not yet include access to GLM-5",
        ),
        (
            Billing,
            "Your newly created team doesn't have any credits yet. You can purchase credits on x",
        ),
        (Billing, "余额不足或无可用资源包,请充值。"),
        (
            ContentFilter,
            "Your request was flagged because it violates our usage policies.",
        ),
        (ContentFilter, "Content Exists Risk"),
        (
            RateLimit,
            "Request too large on tokens per min (TPM): Limit 30000, Requested 40000",
        ),
        (Overloaded, "当前服务集群负载较高，请稍后重试"),
        (Format, "`temperature` is deprecated for this model."),
        (Auth, "Your API key has been revoked"),
        (
            BadRequest,
            "The provider returned nothing. No credits were charged.",
        ),
        (
            BadRequest,
            "Try an alternative video of 30 frames per second",
        ),
    ] {
        let body = serde_json::json!({ "error": { "message": message } });
        check(400, &[], &body.to_string(), kind, None);
    }
}

#[test]
fn a_page_is_no_message() {
    check(
        503,
        &[],
        "<html>Rate limit exceeded</html>",
        Overloaded,
        None,
    );
    check(
        500,
        &[],
        "<!doctype html>insufficient balance",
        Server,
        None,
    );
}

#[test]
fn every_row_can_be_reached() {
    for (at, row) in shared::ROWS.iter().enumerate() {
        for any in row.any.split('|') {
            assert_eq!(any.to_lowercase(), any, "{any} is compared in lower case");
            if matches!(row.on, On::Word | On::General) {
                assert!(!any.contains('-'), "{any} is compared with `_`");
                let twice = shared::ROWS[..at].iter().filter(|other| {
                    other.on == row.on && other.any.split('|').any(|own| own == any)
                });
                assert_eq!(twice.count(), 0, "{any} stands in two rows");
            }
        }
    }
}

#[test]
fn nothing_a_server_sends_panics() {
    let deep = "[".repeat(100) + &"]".repeat(100);
    for body in [
        "",
        "null",
        "7",
        "\"\"",
        "[]",
        "[[]]",
        "{}",
        "{\"error\":null}",
        "{\"error\":[]}",
        "{\"error\":{\"code\":{},\"type\":7,\"message\":[1],\"details\":7,\"metadata\":[]}}",
        "{\"base_resp\":7}",
        "{\"base_resp\":{\"status_code\":-9223372036854775808}}",
        "data: ",
        "data: {",
        ":",
        "event: x",
        "{\"retry_after\":1e300}",
        "{\"retry_after\":-1}",
        "{\"resets_at\":99999999999999999999}",
        "{\"message\":\"a: b: c: \"}",
        "{\"message\":\"try again in 99999999999999999999h99999999999999999h\"}",
        &deep,
    ] {
        for status in [0, 100, 200, 302, 400, 404, 429, 503, 999] {
            let failure = classify(&ACME, &RULES, status, &[], body, u64::MAX);
            assert_eq!(failure.status, Some(status), "{body}");
            assert!(!failure.message.is_empty(), "{body}");
        }
    }
}

#[test]
fn what_a_vendor_gave_and_no_longer_takes_is_told_apart() {
    let say = |message: &str, code: &str, kind| {
        let body = serde_json::json!({ "error": { "message": message, "code": code } });
        check(400, &[], &body.to_string(), kind, None);
    };
    for message in [
        "messages.1.content.0: Invalid `signature` in `thinking` block",
        "messages.3.content.0.type: Expected `thinking` or `redacted_thinking`, but found `tool_use`. When `thinking` is enabled, a final `assistant` message must start with a thinking block",
        "messages.5.content.1: `thinking` or `redacted_thinking` blocks in the latest assistant message cannot be modified. These blocks must remain as they were in the original response.",
        "The encrypted content gAAA for item rs_1 could not be verified. Reason: Encrypted content could not be decrypted or parsed.",
        "Item 'rs_1' of type 'reasoning' was provided without its required following item.",
        "Item 'fc_1' of type 'function_call' was provided without its required 'reasoning' item: 'rs_1'.",
        "Item with id 'rs_1' not found. Items are not persisted when `store` is set to false. Try again with `store` set to true, or remove this item from your input.",
        "Thought signature is not valid",
        "Corrupted thought signature.",
    ] {
        say(message, "invalid_request_error", Replay);
    }
    say(
        "The encrypted content could not be read.",
        "invalid_encrypted_content",
        Replay,
    );
    // A signature that was never there, or is another's, is no matter of states.
    say(
        "Function call is missing a thought_signature in functionCall parts",
        "invalid_request_error",
        Format,
    );
    say(
        "Invalid signature in the request",
        "invalid_request_error",
        BadRequest,
    );
}
