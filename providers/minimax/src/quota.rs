//! What is left of a MiniMax plan. The shape is not promised, and counts that are named as used are
//! what is left (<https://github.com/MiniMax-AI/MiniMax-M2/issues/99>); newer replies tell the share
//! alone.

use openclaw_provider_compat::{Call, quota};
use openclaw_sdk::http::Request;
use openclaw_sdk::quota::Report;
use openclaw_sdk::{Failure, FailureKind, Limit, clock, errors};
use serde_json::Value;

/// Below the host, not below the base of the Anthropic format.
pub(crate) const PATH: &str = "/v1/api/openplatform/coding_plan/remains";
/// The code of a key without a plan.
const NO_PLAN: i64 = 1_004;

/// The windows: the name and what its keys begin with.
const WINDOWS: [(&str, &str, &str); 2] = [
    ("5h", "current_interval", "end_time"),
    ("weekly", "current_weekly", "weekly_end_time"),
];

/// Reads it.
///
/// # Errors
/// Code `unsupported` for a key without a plan; else as the vendor refused.
pub(crate) fn read(call: &Call<'_>) -> Result<Report, Failure> {
    if !call.is_vendors_own() {
        return Err(call
            .vendor()
            .lacks("call that tells what is left of a plan at another address"));
    }
    let host = call.base().trim_end_matches("/anthropic");
    let reply = call
        .send_with_bearer(Request::get([host, PATH].concat()))?
        .json()?;
    let code = reply["base_resp"]["status_code"].as_i64().unwrap_or(0);
    match code {
        0 => Ok(report(&reply, clock::now_ms())),
        NO_PLAN => Err(call
            .vendor()
            .lacks("plan behind this key, so nothing to tell of it")),
        code => {
            let said = reply["base_resp"]["status_msg"]
                .as_str()
                .unwrap_or_default();
            Err(errors::failure(
                FailureKind::Other,
                format!("{said} ({code})"),
            ))
        }
    }
}

fn report(body: &Value, now_ms: u64) -> Report {
    let rows = body["model_remains"].as_array();
    let mut limits = Vec::new();
    for row in rows.into_iter().flatten() {
        for (name, keys, end) in WINDOWS {
            limits.extend(limit(row, name, keys, end));
        }
    }
    Report {
        as_of: Some(now_ms),
        ..quota::report(limits, Vec::new())
    }
}

fn limit(row: &Value, name: &str, keys: &str, end: &str) -> Option<Limit> {
    let field = |rest: &str| &row[[keys, rest].concat()];
    let most = field("_total_count").as_f64().filter(|most| *most > 0.0);
    let left = field("_usage_count").as_f64();
    let counted = most
        .zip(left)
        .map(|(most, left)| (most - left).clamp(0.0, most));
    let share = field("_remaining_percent").as_f64();
    let used_percent = match (most, counted) {
        (Some(most), Some(used)) => Some(used / most * 100.0),
        _ => share.map(|left| (100.0 - left).max(0.0)),
    }?;
    let scope = row["model_name"].as_str().filter(|name| *name != "general");
    let unit = if most.is_some() {
        "requests"
    } else {
        "percent"
    };
    Some(Limit {
        scope: scope.map(str::to_owned),
        used: counted,
        most,
        resets_at: row[end].as_u64(),
        ..quota::limit(name, unit, Some(used_percent))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn counts_are_what_is_left_and_shares_count_where_there_are_none() {
        let body = json!({ "base_resp": { "status_code": 0 }, "model_remains": [
            { "model_name": "MiniMax-M2", "end_time": 1_800_000_000_000_u64,
              "current_interval_total_count": 100, "current_interval_usage_count": 80 },
            { "model_name": "general", "current_interval_total_count": 0,
              "current_interval_remaining_percent": 73, "current_weekly_remaining_percent": 97 },
            { "model_name": "video", "current_interval_total_count": 0 },
        ] });
        let told: Vec<(String, Option<String>, f64)> = report(&body, 1)
            .limits
            .into_iter()
            .map(|limit| (limit.name, limit.scope, limit.used_percent.unwrap_or(-1.0)))
            .collect();
        assert_eq!(
            told,
            [
                ("5h".to_owned(), None, 27.0),
                ("5h".to_owned(), Some("MiniMax-M2".to_owned()), 20.0),
                ("weekly".to_owned(), None, 3.0),
            ]
        );
    }
}
