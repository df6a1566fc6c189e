//! What is left of a key and of its account: <https://openrouter.ai/docs/api-reference/limits>.

use openclaw_provider_compat::Call;
use openclaw_provider_compat::quota::{ask, left, limit, number, report};
use openclaw_sdk::Failure;
use openclaw_sdk::quota::Report;
use serde_json::Value;

/// Reads it. What is left of the account is told to some keys alone.
///
/// # Errors
/// As the vendor refused to tell of the key.
pub(crate) fn read(call: &Call<'_>) -> Result<Report, Failure> {
    let key = ask(call, call.url("/key"))?;
    let credits = ask(call, call.url("/credits")).unwrap_or(Value::Null);
    Ok(told(&key["data"], &credits["data"]))
}

fn told(key: &Value, credits: &Value) -> Report {
    let most = number(&key["limit"]);
    let used = number(&key["usage"]);
    let remaining = number(&key["limit_remaining"]);
    let mut of_key = limit("key", "USD", None);
    (of_key.most, of_key.used) = (most, used);
    // The usage is that of all time; what is left is of the window.
    of_key.used_percent = most
        .zip(remaining)
        .filter(|(most, _)| *most > 0.0)
        .map(|(most, left)| (most - left) / most * 100.0);
    of_key.scope = key["limit_reset"].as_str().map(str::to_owned);
    let bought = number(&credits["total_credits"]);
    let spent = number(&credits["total_usage"]);
    let balance = bought.zip(spent).map(|(bought, spent)| {
        let mut balance = left("credit", "USD", Some(bought - spent));
        (balance.most, balance.used) = (Some(bought), Some(spent));
        balance
    });
    let limits = most.map(|_| of_key).into_iter().collect();
    let mut report = report(limits, balance.into_iter().collect());
    if key["is_free_tier"] == true {
        report.plan = Some("free".to_owned());
    }
    report
}

#[cfg(test)]
#[test]
fn a_key_has_a_limit_and_its_account_has_credit() {
    let key = serde_json::json!({ "usage": 30.0, "limit": 50, "limit_remaining": 20, "is_free_tier": false });
    let report = told(
        &key,
        &serde_json::json!({ "total_credits": 110, "total_usage": 35.5 }),
    );
    assert_eq!(report.limits[0].used_percent, Some(60.0));
    assert_eq!(report.balances[0].left, Some(74.5));
    let unlimited = serde_json::json!({ "usage": 30.0, "limit": null, "is_free_tier": true });
    let report = told(&unlimited, &Value::Null);
    assert!(report.limits.is_empty() && report.balances.is_empty());
    assert_eq!(report.plan.as_deref(), Some("free"));
}
