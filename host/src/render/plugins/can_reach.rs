//! The reply of `openclaw plugins can-reach`.

use serde_json::{Value, json};

use super::{grant, origin, places};
use crate::commands::plugins::can_reach::{Decision, Verdict};
use crate::render::style::{Label, columns, visible};
use crate::render::{Layout, Reply};

impl Reply for Verdict {
    fn human(&self, page: &Layout) -> String {
        let (label, word) = match self.decision {
            Decision::Allow { .. } => (Label::Good, "allow"),
            Decision::Deny { .. } => (Label::Bad, "deny"),
        };
        let call = format!("{} {}", visible(&self.method), visible(&self.url));
        let rows = match &self.decision {
            Decision::Allow {
                number,
                by,
                literal,
            } => {
                let mut rows = vec![
                    ["plugin".to_owned(), self.subject()],
                    ["grant".to_owned(), format!("{number}. {}", by.grant)],
                    ["from".to_owned(), origin(by)],
                ];
                if !by.reason.is_empty() {
                    rows.push(["for".to_owned(), visible(&by.reason)]);
                }
                rows.push(["secrets".to_owned(), places(by)]);
                rows.push([
                    "address".to_owned(),
                    addresses(by.grant.private(), *literal).to_owned(),
                ]);
                rows
            }
            Decision::Deny {
                rule,
                reason,
                smallest_grant,
            } => vec![
                ["plugin".to_owned(), self.subject()],
                ["rule".to_owned(), (*rule).to_owned()],
                ["reason".to_owned(), visible(reason)],
                [
                    "smallest grant".to_owned(),
                    smallest_grant
                        .as_deref()
                        .map_or("none: no grant can allow this".to_owned(), visible),
                ],
            ],
        };
        let rows: Vec<Vec<String>> = rows
            .into_iter()
            .map(|[name, value]| vec![format!("  {name}"), value])
            .collect();
        let table = columns(&rows, None, |_, column, text| match column {
            0 => page.style.paint(Label::Dim, text),
            _ => text.to_owned(),
        });
        format!("{} {call}\n{table}", page.style.paint(label, word))
    }

    fn json(&self) -> Value {
        let mut value = json!({
            "plugin": self.plugin,
            "provider": self.provider,
            "method": self.method,
            "url": self.url,
        });
        match &self.decision {
            Decision::Allow { number, by, .. } => {
                value["verdict"] = "allow".into();
                value["number"] = (*number).into();
                value["grant"] = grant(by);
            }
            Decision::Deny {
                rule,
                reason,
                smallest_grant,
            } => {
                value["verdict"] = "deny".into();
                value["rule"] = (*rule).into();
                value["message"] = reason.clone().into();
                // Text of a manifest; as a value it can be pasted and compared.
                let grant = smallest_grant
                    .as_deref()
                    .and_then(|text| serde_json::from_str(text).ok());
                value["smallestGrant"] = grant.unwrap_or(Value::Null);
            }
        }
        value
    }

    fn notes(&self) -> Vec<String> {
        self.notes.clone()
    }

    fn exit_code(&self) -> u8 {
        match self.decision {
            Decision::Allow { .. } => 0,
            Decision::Deny { .. } => 1,
        }
    }
}

impl Verdict {
    fn subject(&self) -> String {
        if self.plugin == self.provider {
            visible(&self.plugin)
        } else {
            format!(
                "{}, for the provider {}",
                visible(&self.plugin),
                visible(&self.provider)
            )
        }
    }
}

fn addresses(private: bool, literal: bool) -> &'static str {
    match (literal, private) {
        (true, _) => "the one in the URL, and no other",
        (false, false) => "public ones only, checked when they are connected to",
        (false, true) => "public and private ones, checked when they are connected to",
    }
}
