//! The vendor's words for what went wrong, as data.
//!
//! Most are OpenAI's own; the rest are what servers of the same wire say. General words such as
//! `invalid_request_error` are not here: message and status tell more.

use openclaw_sdk::FailureKind;
use openclaw_sdk::FailureKind::{
    Auth, BadRequest, Billing, ContentFilter, ContextOverflow, Format, ModelNotFound, Overloaded,
    Permission, RateLimit, Timeout,
};

type Table = &'static [(FailureKind, &'static [&'static str])];

/// Codes and types.
const CODES: Table = &[
    (
        Auth,
        &[
            "account_deactivated",
            "authentication_error",
            "invalid_api_key",
            "invalid_authentication",
            "invalid_authentication_error",
            "token_expired",
        ],
    ),
    (
        Permission,
        &[
            "data_residency_mismatch",
            "insufficient_permissions",
            "ip_not_authorized",
            "missing_scope",
            "permission_denied",
            "permission_error",
            "unsupported_country_region_territory",
        ],
    ),
    (
        Billing,
        &[
            "billing_error",
            "billing_hard_limit_reached",
            "billing_not_active",
            "credit_balance_exhausted",
            "exceeded_current_quota_error",
            "insufficient_balance",
            "insufficient_quota",
            "organization_spend_limit_exceeded",
            "organization_usage_limit_exceeded",
            "project_spend_limit_exceeded",
            "usage_limit_exceeded",
            "usage_limit_reached",
        ],
    ),
    (
        RateLimit,
        &[
            "rate_limit_error",
            "rate_limit_exceeded",
            "rate_limit_reached_error",
            "requests",
            "slow_down",
            "tokens",
            "too_many_requests",
        ],
    ),
    (
        Overloaded,
        &[
            "engine_overloaded_error",
            "flex_unavailable",
            "overloaded",
            "overloaded_error",
            "queue_exceeded",
            "server_is_overloaded",
            "server_overloaded",
            "service_tier_capacity_exceeded",
            "service_unavailable_error",
        ],
    ),
    (Timeout, &["request_timeout", "timeout", "timeout_error"]),
    (
        ContextOverflow,
        &[
            "context_length_exceeded",
            "exceed_context_size_error",
            "request_too_large",
            "string_above_max_length",
        ],
    ),
    (ModelNotFound, &["model_not_found", "model_not_supported"]),
    (
        ContentFilter,
        &[
            "bio_policy",
            "content_filter",
            "content_policy_violation",
            "cyber_policy",
            "data_inspection_failed",
            "image_content_policy_violation",
            "invalid_prompt",
            "misalignment_policy_violation",
            "moderation_blocked",
        ],
    ),
    // What this model refuses the next may take.
    (Format, &["unsupported_parameter", "unsupported_value"]),
    (
        BadRequest,
        &[
            "empty_image_file",
            "image_file_too_large",
            "image_parse_error",
            "image_too_large",
            "image_too_small",
            "invalid_base64_image",
            "invalid_image",
            "invalid_image_format",
            "invalid_image_mode",
            "invalid_image_url",
            "invalid_type",
            "invalid_value",
            "missing_required_parameter",
            "unknown_parameter",
            "unsupported_image_media_type",
        ],
    ),
];

/// Phrases of messages in lower case, the telling ones first.
const PHRASES: Table = &[
    (
        Permission,
        &[
            "country, region, or territory not supported",
            "does not have access to model",
            "insufficient permissions",
            "ip is not authorized",
            "ip not authorized",
            "member of an organization",
            "missing scopes",
            "organization must be verified",
        ],
    ),
    (
        Auth,
        &[
            "api key not valid",
            "didn't provide an api key",
            "incorrect api key",
            "invalid api key",
            "no api key provided",
        ],
    ),
    (
        Billing,
        &[
            "billing details",
            "billing hard limit",
            "budget limit exceeded",
            "credit balance",
            "exceeded your current quota",
            "insufficient balance",
            "insufficient credits",
            "key limit exceeded",
            "no credits",
            "spend limit",
        ],
    ),
    (ContextOverflow, &["request too large"]),
    (RateLimit, &["rate limit", "too many requests"]),
    (
        Overloaded,
        &["at capacity", "over capacity", "overloaded", "server busy"],
    ),
    (
        ContentFilter,
        &[
            "content management policy",
            "content policy",
            "flagged as potentially violating",
            "our safety system",
            "violating our usage policy",
        ],
    ),
];

/// Returns the kind that a code or type names.
pub(super) fn kind_of_code(code: &str) -> Option<FailureKind> {
    find(CODES, |word| word == code)
}

/// Returns the kind that a phrase of the message names. Takes lower case.
pub(super) fn kind_of_message(text: &str) -> Option<FailureKind> {
    find(PHRASES, |phrase| text.contains(phrase))
}

fn find(table: Table, fits: impl Fn(&str) -> bool) -> Option<FailureKind> {
    table
        .iter()
        .find(|(_, words)| words.iter().any(|word| fits(word)))
        .map(|(kind, _)| *kind)
}
