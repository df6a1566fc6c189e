//! What is left of a Claude subscription. The endpoint is the vendor's own and its shape is not
//! promised: what is not understood is left out.

use openclaw_provider_compat::anthropic::api;
use openclaw_provider_compat::failure::time::rfc3339_ms;
use openclaw_provider_compat::{Call, quota};
use openclaw_sdk::quota::{Balance, Report};
use openclaw_sdk::{Failure, Limit, clock};
use serde_json::Value;

const PATH: &str = "/api/oauth/usage";
const HOUR_MS: u64 = 3_600_000;

/// The windows by their keys: the name, the family that it covers, and its length in hours.
const WINDOWS: [(&str, &str, Option<&str>, u64); 5] = [
    ("five_hour", "5h", None, 5),
    ("seven_day", "weekly", None, 7 * 24),
    ("seven_day_opus", "weekly", Some("opus"), 7 * 24),
    ("seven_day_sonnet", "weekly", Some("sonnet"), 7 * 24),
    ("seven_day_oauth_apps", "weekly", Some("apps"), 7 * 24),
];

/// Reads it.
///
/// # Errors
/// Code `unsupported` for a key, of which the vendor tells nothing; else as it refused.
pub(crate) fn read(call: &Call<'_>) -> Result<Report, Failure> {
    if !matches!(call.mode().as_deref(), Some("token" | "oauth")) {
        return Err(call.vendor().lacks("call that tells what is left of a key"));
    }
    let reply = api::get(call, PATH)?;
    Ok(report(&reply.body, reply.account, clock::now_ms()))
}

fn report(body: &Value, account: Option<String>, now_ms: u64) -> Report {
    let limits = WINDOWS
        .iter()
        .filter_map(|(key, name, scope, hours)| {
            let window = &body[*key];
            let used = window["utilization"].as_f64()?;
            Some(Limit {
                scope: scope.map(str::to_owned),
                window_ms: Some(hours * HOUR_MS),
                resets_at: window["resets_at"].as_str().and_then(rfc3339_ms),
                ..quota::limit(name, "percent", Some(used))
            })
        })
        .collect();
    Report {
        account,
        as_of: Some(now_ms),
        ..quota::report(limits, extra(&body["extra_usage"]).into_iter().collect())
    }
}

/// Returns what may be spent beyond the plan. Amounts are in hundredths.
fn extra(told: &Value) -> Option<Balance> {
    if told["is_enabled"].as_bool() != Some(true) {
        return None;
    }
    let amount = |key: &str| told[key].as_f64().map(|hundredths| hundredths / 100.0);
    let (used, most) = (amount("used_credits"), amount("monthly_limit"));
    let unlimited = most.is_none_or(|most| most == 0.0);
    let most = most.filter(|_| !unlimited);
    Some(Balance {
        name: "extra-usage".to_owned(),
        left: most.map(|most| (most - used.unwrap_or(0.0)).max(0.0)),
        used,
        most,
        unit: told["currency"].as_str().unwrap_or("USD").to_owned(),
        unlimited,
        expires_at: None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn windows_and_extra_usage_are_read_and_the_rest_is_left_out() {
        let body = json!({
            "five_hour": { "utilization": 25, "resets_at": "2026-01-28T15:00:00Z" },
            "seven_day": { "utilization": 40.5, "resets_at": "2026-02-01T00:00:00.571404+00:00" },
            "seven_day_opus": null,
            "iguana": 3,
            "extra_usage": { "is_enabled": true, "used_credits": 500, "monthly_limit": 10000, "currency": "USD" }
        });
        let report = report(&body, Some("org".to_owned()), 1);
        let told: Vec<(&str, Option<f64>)> = report
            .limits
            .iter()
            .map(|limit| (limit.name.as_str(), limit.used_percent))
            .collect();
        assert_eq!(told, [("weekly", Some(40.5)), ("5h", Some(25.0))]);
        assert_eq!(report.limits[1].resets_at, Some(1_769_612_400_000));
        assert_eq!(report.balances[0].left, Some(95.0));
        for odd in [json!(null), json!([]), json!({ "five_hour": "x" })] {
            let report = super::report(&odd, None, 1);
            assert!(report.limits.is_empty() && report.balances.is_empty());
        }
    }
}
