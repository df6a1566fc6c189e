//! What is left of a coding plan. The endpoint is the vendor's own and its shape is not promised.

use openclaw_provider_compat::Call;
use openclaw_provider_compat::quota::{ask, limit, number, report};
use openclaw_sdk::Failure;
use openclaw_sdk::quota::Report;
use serde_json::Value;

const PATH: &str = "/api/monitor/usage/quota/limit";

/// Reads it.
///
/// # Errors
/// As the vendor refused.
pub(crate) fn read(call: &Call<'_>) -> Result<Report, Failure> {
    let base = call.base();
    // The path stands below the host; a base of one's own may be a host with a path before it.
    let host = base.split("/api/").next().unwrap_or(base);
    let host = host.trim_end_matches("/v4");
    Ok(plan(&ask(call, [host, PATH].concat())?["data"]))
}

fn plan(data: &Value) -> Report {
    let rows = data["limits"].as_array().into_iter().flatten();
    let limits = rows.filter_map(|row| {
        let (name, unit) = match row["type"].as_str()? {
            "TOKENS_LIMIT" => ("tokens", "tokens"),
            "TIME_LIMIT" => ("tools", "requests"),
            _ => return None,
        };
        let mut limit = limit(name, unit, number(&row["percentage"]));
        (limit.used, limit.most) = (number(&row["currentValue"]), number(&row["usage"]));
        limit.resets_at = row["nextResetTime"].as_u64();
        Some(limit)
    });
    let mut report = report(limits.collect(), Vec::new());
    report.plan = data["level"].as_str().map(str::to_owned);
    report
}

#[cfg(test)]
#[test]
fn windows_are_shares_with_the_time_they_refill() {
    let data = serde_json::json!({ "level": "pro", "limits": [
        { "type": "TIME_LIMIT", "usage": 1000, "currentValue": 20, "percentage": 2 },
        { "type": "TOKENS_LIMIT", "percentage": 43, "nextResetTime": 1_800_000_000_000_u64 },
        { "type": "OTHER" },
    ] });
    let report = plan(&data);
    assert_eq!(report.plan.as_deref(), Some("pro"));
    let told: Vec<_> = report
        .limits
        .iter()
        .map(|it| (it.name.as_str(), it.used_percent))
        .collect();
    assert_eq!(told, [("tokens", Some(43.0)), ("tools", Some(2.0))]);
}
