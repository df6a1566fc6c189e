//! What is left of the credit: <https://vercel.com/docs/ai-gateway/usage>.

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
    Ok(credit(&ask(call, call.url("/credits"))?))
}

fn credit(reply: &Value) -> Report {
    let mut credit = left("credit", "USD", number(&reply["balance"]));
    credit.used = number(&reply["total_used"]);
    report(Vec::new(), vec![credit])
}

#[cfg(test)]
#[test]
fn amounts_are_written_as_text() {
    let reply = serde_json::json!({ "balance": "95.50", "total_used": "4.50" });
    let told = credit(&reply).balances;
    assert_eq!((told[0].left, told[0].used), (Some(95.5), Some(4.5)));
}
