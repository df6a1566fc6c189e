//! What MiniMax' error codes mean: <https://platform.minimax.io/docs/api-reference/errorcode>.
//!
//! They have four digits. They come as `base_resp.status_code`, also with HTTP 200, or in brackets at
//! the end of an error's message in Anthropic's format, whose type and status are then often wrong: an
//! empty account is an `api_error` with HTTP 500. So the code decides.

use openclaw_provider_compat::Rule;
use openclaw_sdk::FailureKind::{
    Auth, BadRequest, Billing, ContentFilter, Permission, RateLimit, Server, Timeout,
};

/// The codes.
pub(crate) const RULES: &[Rule] = &[
    Rule::word(Server, "1000|1013|1024|1033"),
    Rule::word(Timeout, "1001"),
    // Requests and tokens a minute, connections, growth; and a plan's window, which renews by itself
    // and, as plans do, counts each model apart.
    Rule::word(RateLimit, "1002|1039|1041|2045|2056"),
    Rule::word(Auth, "1004|2049"),
    Rule::word(Billing, "1008"),
    Rule::word(ContentFilter, "1026|1027"),
    Rule::word(BadRequest, "1042"),
    // The plan does not have this model.
    Rule::word(Permission, "2061"),
    // "Invalid params": the message says which.
    Rule::general(BadRequest, "2013"),
];
