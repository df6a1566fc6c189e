//! What a refusal means. Pure: neither clock nor network.
//!
//! Anthropic reports spending limits, revoked tokens and prompts that are too long under the same
//! type as a malformed request, so a type that is that general is decided by what else was said.

use openclaw_sdk::Failure;
use openclaw_sdk::FailureKind::{Billing, Permission, RateLimit, Server};
use openclaw_sdk::errors;

use crate::failure::{Rule, Rules, Told, time, verdict};
use crate::vendor::{Headers, Vendor};

/// Appended where Anthropic refuses a subscription's credential, since its own words do not say
/// what to do instead.
const SUBSCRIPTION_HINT: &str =
    "Anthropic accepts subscription credentials only from its own products: use an API key";

/// What the format adds to what all share.
pub const RULES: Rules = Rules {
    // Here it is the vendor's word for any trouble of its own, whatever the status.
    rows: &[Rule::word(Server, "api_error")],
    numbers_are_codes: false,
    names_missing_models: true,
    unexplained: "without an explanation",
    page: "",
    plain_bytes: 300,
};

/// Classifies a reply that is no answer.
#[must_use]
pub fn classify(
    vendor: &Vendor,
    status: u16,
    headers: &Headers,
    body: &str,
    now_ms: u64,
) -> Failure {
    let Told { body, wait, .. } = Told::read(vendor, &RULES, status, headers, body, now_ms);
    let mut failure = verdict(vendor, &RULES, &body, &wait, Some(status), headers);
    match failure.kind() {
        Permission
            if body
                .text
                .contains("only authorized for use with claude code") =>
        {
            failure.message =
                errors::clip([&failure.message, " (", SUBSCRIPTION_HINT, ")"].concat());
        }
        // The monthly spending limit that Anthropic sets.
        Billing if body.names("enforced_spend_limit_reached") && wait.date.is_none() => {
            failure.retry_after_ms = time::next_month_ms(now_ms).map(|end| end - now_ms);
        }
        RateLimit if failure.retry_after_ms.is_none() => {
            failure.retry_after_ms = reset_ms(headers).map(|end| end.saturating_sub(now_ms));
        }
        _ => {}
    }
    failure
}

/// Returns when the limit that was hit resets, from `anthropic-ratelimit-<limit>-reset`: the
/// subscription's own answer, else the last of the limits that are used up, else the last of all.
fn reset_ms(headers: &Headers) -> Option<u64> {
    let mut used_up = None;
    let mut any = None;
    for (name, value) in headers {
        let name = name.to_ascii_lowercase();
        let Some(limit) = name
            .strip_prefix("anthropic-ratelimit-")
            .and_then(|rest| rest.strip_suffix("-reset"))
        else {
            continue;
        };
        let Some(reset) = reset_time(value) else {
            continue;
        };
        let told = |what: &str| {
            let wanted = format!("anthropic-ratelimit-{limit}-{what}");
            headers
                .iter()
                .find(|(name, _)| name.eq_ignore_ascii_case(&wanted))
                .map(|(_, v)| v.trim())
        };
        let refused = match (told("status"), told("remaining")) {
            (Some(status), _) => status == "rejected",
            (None, Some(remaining)) => remaining == "0",
            (None, None) => limit == "unified",
        };
        match limit {
            "unified" if refused => return Some(reset),
            // Paid usage beyond the plan renews by the month, whatever the plan's windows do.
            "unified-overage" => {}
            _ if refused => used_up = used_up.max(Some(reset)),
            _ if limit.starts_with("unified") => {}
            _ => any = any.max(Some(reset)),
        }
    }
    used_up.or(any)
}

/// Reads seconds since the epoch, or RFC 3339.
fn reset_time(value: &str) -> Option<u64> {
    match value.trim().parse::<u64>() {
        Ok(seconds) => seconds.checked_mul(1_000),
        Err(_) => time::rfc3339_ms(value),
    }
}
