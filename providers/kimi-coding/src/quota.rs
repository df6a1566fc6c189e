//! What is left of a plan. The endpoint is the one that the vendor's own tool asks; its shape is not promised.

use openclaw_provider_compat::Call;
use openclaw_provider_compat::failure::time::rfc3339_ms;
use openclaw_provider_compat::quota::{ask_with_bearer, limit, number, report};
use openclaw_sdk::Failure;
use openclaw_sdk::quota::Report;
use serde_json::Value;

/// Reads it.
///
/// # Errors
/// As the vendor refused.
pub(crate) fn read(call: &Call<'_>) -> Result<Report, Failure> {
    Ok(plan(&ask_with_bearer(call, call.url("/v1/usages"))?))
}

fn plan(reply: &Value) -> Report {
    let windows = reply["limits"].as_array().into_iter().flatten();
    let windows = windows.map(|window| (&window["detail"], span_ms(&window["window"])));
    let whole = std::iter::once((&reply["usage"], None));
    let limits = whole.chain(windows).filter_map(|(told, span)| {
        let most = number(&told["limit"]).filter(|most| *most > 0.0)?;
        let left = number(&told["remaining"]).map(|left| most - left);
        let used = number(&told["used"]).or(left)?;
        let name = if span.is_some() { "window" } else { "plan" };
        let mut limit = limit(name, "requests", Some(used / most * 100.0));
        (limit.used, limit.most, limit.window_ms) = (Some(used), Some(most), span);
        let resets = told["resetTime"].as_str().or(told["reset_at"].as_str());
        limit.resets_at = resets.and_then(rfc3339_ms);
        Some(limit)
    });
    report(limits.collect(), Vec::new())
}

fn span_ms(window: &Value) -> Option<u64> {
    let unit_ms = match window["timeUnit"].as_str()? {
        "TIME_UNIT_MINUTE" => 60_000,
        "TIME_UNIT_HOUR" => 3_600_000,
        "TIME_UNIT_DAY" => 86_400_000,
        _ => return None,
    };
    window["duration"].as_u64()?.checked_mul(unit_ms)
}

#[cfg(test)]
#[test]
fn the_plan_and_its_windows_are_told() {
    let reply = serde_json::json!({
        "usage": { "limit": "2048", "used": "214", "resetTime": "2026-11-29T00:00:00Z" },
        "limits": [{ "window": { "duration": 300, "timeUnit": "TIME_UNIT_MINUTE" },
            "detail": { "limit": "200", "remaining": "50" } }],
    });
    let limits = plan(&reply).limits;
    assert_eq!(
        (limits[0].used_percent, limits[0].window_ms),
        (Some(75.0), Some(18_000_000))
    );
    assert_eq!(
        (limits[1].used, limits[1].most),
        (Some(214.0), Some(2048.0))
    );
    assert!(limits[1].resets_at.is_some());
}
