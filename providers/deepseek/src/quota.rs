//! What is left of a DeepSeek account: <https://api-docs.deepseek.com/api/get-user-balance>.

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
    let host = call.base().trim_end_matches("/v1");
    let reply = ask(call, [host, "/user/balance"].concat())?;
    Ok(balances(&reply))
}

fn balances(reply: &Value) -> Report {
    let rows = reply["balance_infos"].as_array().into_iter().flatten();
    let rows = rows.filter_map(|row| {
        let unit = row["currency"].as_str()?;
        Some(left("balance", unit, number(&row["total_balance"])))
    });
    report(Vec::new(), rows.collect())
}

#[cfg(test)]
#[test]
fn amounts_are_written_as_text_and_stand_by_currency() {
    let reply = serde_json::json!({ "is_available": true, "balance_infos": [
        { "currency": "USD", "total_balance": "110.50", "granted_balance": "10.00" },
        { "total_balance": "1" },
    ] });
    let told = balances(&reply).balances;
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].unit.as_str(), told[0].left), ("USD", Some(110.5)));
}
