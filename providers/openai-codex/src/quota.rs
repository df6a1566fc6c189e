//! What is left of a ChatGPT plan. The endpoint is the vendor's own and its shape is not promised:
//! what is not understood is left out.

use openclaw_provider_compat::Call;
use openclaw_provider_compat::quota::{ask, left, limit, number, report};
use openclaw_sdk::quota::Report;
use openclaw_sdk::{Failure, Limit, clock};
use serde_json::Value;

const PATH: &str = "/wham/usage";

/// Reads it.
///
/// # Errors
/// As the vendor refused.
pub(crate) fn read(call: &Call<'_>) -> Result<Report, Failure> {
    let told = ask(call, call.url(PATH))?;
    Ok(told_of(&told, clock::now_ms()))
}

fn told_of(told: &Value, now_ms: u64) -> Report {
    let windows = ["primary_window", "secondary_window"];
    let limits = windows
        .iter()
        .filter_map(|name| window(&told["rate_limit"][*name], now_ms));
    let credits = &told["credits"];
    let balance = (credits["has_credits"] == true).then(|| {
        let mut balance = left("credits", "credits", number(&credits["balance"]));
        balance.unlimited = credits["unlimited"] == true;
        balance
    });
    let mut report = report(limits.collect(), balance.into_iter().collect());
    report.plan = told["plan_type"].as_str().map(str::to_owned);
    report
}

fn window(told: &Value, now_ms: u64) -> Option<Limit> {
    let seconds = told["limit_window_seconds"].as_u64()?;
    let name = match seconds / 3_600 {
        0 => format!("{} min", seconds / 60),
        168 => "weekly".to_owned(),
        hours => format!("{hours}h"),
    };
    let ms = |seconds: u64| seconds.checked_mul(1_000);
    let after = || ms(told["reset_after_seconds"].as_u64()?)?.checked_add(now_ms);
    Some(Limit {
        window_ms: ms(seconds),
        resets_at: told["reset_at"].as_u64().and_then(ms).or_else(after),
        ..limit(&name, "percent", number(&told["used_percent"]))
    })
}

#[cfg(test)]
#[test]
fn windows_and_credits_are_read_and_the_rest_is_left_out() {
    let told = serde_json::json!({
        "plan_type": "plus",
        "rate_limit": {
            "primary_window": { "used_percent": 39, "reset_at": 1_738_300_000, "limit_window_seconds": 18_000 },
            "secondary_window": { "used_percent": 15, "reset_after_seconds": 60, "limit_window_seconds": 604_800 }
        },
        "credits": { "has_credits": true, "unlimited": false, "balance": "5.39" }
    });
    let report = told_of(&told, 1_000);
    let mut limits: Vec<_> = report
        .limits
        .iter()
        .map(|limit| (limit.name.as_str(), limit.used_percent, limit.resets_at))
        .collect();
    limits.sort_by_key(|(name, ..)| *name);
    assert_eq!(
        limits,
        [
            ("5h", Some(39.0), Some(1_738_300_000_000)),
            ("weekly", Some(15.0), Some(61_000))
        ]
    );
    assert_eq!(report.balances[0].left, Some(5.39));
    assert_eq!(report.plan.as_deref(), Some("plus"));
    for odd in [
        serde_json::json!(null),
        serde_json::json!({ "rate_limit": 3 }),
    ] {
        let report = told_of(&odd, 0);
        assert!(report.limits.is_empty() && report.balances.is_empty());
    }
}
