//! What is left of accounts.

use openclaw_core::conversation::Limit;
use openclaw_core::quota::Balance;
use openclaw_core::status::relative;
use openclaw_core::time::Timestamp;
use serde_json::{Value, json};

use crate::commands::status::quota::Quota;
use crate::render::Layout;
use crate::render::models::trail;
use crate::render::style::{Label, columns, visible};

/// Returns a table: a row for each window and each balance.
pub(super) fn table(quotas: &[Quota], now: Timestamp, page: &Layout) -> String {
    let head = ["ACCOUNT", "LIMIT", "USED", "LEFT", "REFILLS"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    let mut labels = vec![Label::Heading];
    for quota in quotas {
        let mut account = visible(format!(
            "{} ({})",
            quota.provider,
            trail::label(&quota.source)
        ));
        let mut add = |cells: [String; 4], label: Label| {
            let [limit, used, left, refills] = cells;
            rows.push(vec![
                std::mem::take(&mut account),
                limit,
                used,
                left,
                refills,
            ]);
            labels.push(label);
        };
        let report = match &quota.report {
            Ok(report) => report,
            Err(failure) => {
                let why = visible(format!("cannot tell: {}", trail::failed(failure)));
                add(
                    [why, String::new(), String::new(), String::new()],
                    Label::Warning,
                );
                continue;
            }
        };
        if let Some(plan) = &report.plan {
            add(
                [
                    visible(format!("plan {plan}")),
                    String::new(),
                    String::new(),
                    String::new(),
                ],
                Label::Dim,
            );
        }
        for limit in &report.limits {
            add(window(limit, now), tightness(limit.used_percent));
        }
        for balance in &report.balances {
            add(money(balance, now), Label::Dim);
        }
        if report.limits.is_empty() && report.balances.is_empty() {
            add(
                [
                    "nothing told".to_owned(),
                    String::new(),
                    String::new(),
                    String::new(),
                ],
                Label::Dim,
            );
        }
    }
    columns(&rows, page.width, |row, column, text| {
        let label = match (row, column) {
            (0, _) => Label::Heading,
            (_, 0) => Label::Name,
            (row, 2) => labels[row],
            _ => return text.to_owned(),
        };
        page.style.paint(label, text)
    })
}

fn tightness(used: Option<f64>) -> Label {
    match used {
        Some(used) if used >= 100.0 => Label::Bad,
        Some(used) if used >= 80.0 => Label::Warning,
        _ => Label::Good,
    }
}

fn window(limit: &Limit, now: Timestamp) -> [String; 4] {
    let name = match &limit.scope {
        Some(scope) => format!("{} ({scope})", limit.name),
        None => limit.name.clone(),
    };
    let share = limit.used_percent.map(|used| format!("{used:.0}%"));
    let counted = limit.used.zip(limit.most);
    let counted = counted.map(|(used, most)| format!("{used:.0} of {most:.0} {}", limit.unit));
    let used = match (share, counted) {
        (Some(share), Some(counted)) => format!("{share}, {counted}"),
        (share, counted) => share.or(counted).unwrap_or_else(|| "?".to_owned()),
    };
    let left = limit
        .used_percent
        .map(|used| format!("{:.0}%", (100.0 - used).max(0.0)));
    let refills = limit.resets_at.map(|at| relative(now, Timestamp(at)));
    [
        visible(name),
        visible(used),
        left.unwrap_or_default(),
        refills.unwrap_or_default(),
    ]
}

fn money(balance: &Balance, now: Timestamp) -> [String; 4] {
    let amount = |number: f64| format!("{number:.2} {}", balance.unit);
    let left = match balance.left {
        _ if balance.unlimited => "unlimited".to_owned(),
        left => left.map(amount).unwrap_or_default(),
    };
    let used = match (balance.used, balance.most) {
        (Some(used), Some(most)) => format!("{used:.2} of {}", amount(most)),
        (used, _) => used.map(amount).unwrap_or_default(),
    };
    let lapses = balance
        .expires_at
        .map(|at| format!("lapses {}", relative(now, Timestamp(at))));
    [
        visible(&balance.name),
        visible(used),
        visible(left),
        lapses.unwrap_or_default(),
    ]
}

/// Returns them as data.
pub(super) fn json(quotas: &[Quota]) -> Value {
    quotas
        .iter()
        .map(|quota| {
            let report = quota.report.as_ref().ok();
            let limits = report.map(|report| report.limits.iter().map(limit).collect::<Value>());
            let balances =
                report.map(|report| report.balances.iter().map(balance).collect::<Value>());
            json!({
                "provider": quota.provider.as_str(),
                "source": quota.source.to_string(),
                "plan": report.and_then(|report| report.plan.as_ref()),
                "account": report.and_then(|report| report.account.as_ref()),
                "limits": limits.unwrap_or_else(|| json!([])),
                "balances": balances.unwrap_or_else(|| json!([])),
                "asOf": report.and_then(|report| report.as_of).unwrap_or(quota.asked.0),
                "error": quota.report.as_ref().err().map(trail::failed),
            })
        })
        .collect()
}

fn limit(limit: &Limit) -> Value {
    json!({
        "name": limit.name,
        "scope": limit.scope,
        "unit": limit.unit,
        "usedPercent": limit.used_percent,
        "used": limit.used,
        "most": limit.most,
        "windowMs": limit.window_ms,
        "resetsAt": limit.resets_at,
        "status": limit.status,
    })
}

fn balance(balance: &Balance) -> Value {
    json!({
        "name": balance.name,
        "left": balance.left,
        "used": balance.used,
        "most": balance.most,
        "unit": balance.unit,
        "unlimited": balance.unlimited,
        "expiresAt": balance.expires_at,
    })
}
