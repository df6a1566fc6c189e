//! What is left of a Moonshot account: <https://platform.moonshot.ai/docs/api/balance>. The platform in China
//! counts in yuan.

use openclaw_provider_compat::Call;
use openclaw_provider_compat::quota::{ask, left, number, report};
use openclaw_sdk::Failure;
use openclaw_sdk::quota::Report;
use serde_json::Value;

/// Reads it.
///
/// # Errors
/// As the vendor refused.
pub(crate) fn read(call: &Call<'_>) -> Result<Report, Failure> {
    let reply = ask(call, call.url("/users/me/balance"))?;
    let unit = if call.base().contains(".cn/") {
        "CNY"
    } else {
        "USD"
    };
    Ok(balances(&reply, unit))
}

fn balances(reply: &Value, unit: &str) -> Report {
    let data = &reply["data"];
    let amounts = [
        ("balance", "available_balance"),
        ("voucher", "voucher_balance"),
        ("cash", "cash_balance"),
    ];
    let told = amounts.into_iter().filter_map(|(name, key)| {
        let amount = number(&data[key])?;
        Some(left(name, unit, Some(amount)))
    });
    report(Vec::new(), told.collect())
}

#[cfg(test)]
#[test]
fn what_is_told_is_taken_and_what_is_not_is_left_out() {
    let reply = serde_json::json!({ "code": 0, "data": {
        "available_balance": 49.5, "voucher_balance": 46.5
    }, "status": true });
    let told = balances(&reply, "USD").balances;
    let names: Vec<&str> = told.iter().map(|amount| amount.name.as_str()).collect();
    assert_eq!(names, ["balance", "voucher"]);
    assert_eq!(told[0].left, Some(49.5));
}
