//! The line that says whether a prompt would be answered now, and the way out if not.

use openclaw_core::shell::pasteable;
use openclaw_core::status::rough_duration;
use openclaw_core::time::{Timestamp, millis};
use openclaw_router::failure::agent_flag;
use serde_json::{Value, json};

use super::models::trail;
use super::style::{Label, visible};
use super::{Layout, paragraph};
use crate::commands::verdict::Verdict;

/// Returns the verdict for a person: a line, and one with the way out.
#[must_use]
pub fn lines(verdict: &Verdict, now: Timestamp, page: &Layout) -> String {
    let (sign, label) = match verdict {
        Verdict::Ready { .. } => ("✓", Label::Good),
        Verdict::InCooldown { .. } => ("✗", Label::Warning),
        Verdict::NoCredential { .. } | Verdict::Unusable { .. } => ("✗", Label::Bad),
    };
    let text = visible(sentence(verdict, now));
    let text = paragraph(&text, 2, page.prose);
    let mut lines = format!("{} {text}\n", page.style.paint(label, sign));
    if let Some(command) = way_out(verdict) {
        lines.push_str(&format!(
            "  fix: {}\n",
            page.style.paint(Label::Name, &visible(command))
        ));
    }
    lines
}

/// Returns the verdict as data.
#[must_use]
pub fn json(verdict: &Verdict, now: Timestamp) -> Value {
    let state = match verdict {
        Verdict::Ready { .. } => "ready",
        Verdict::InCooldown { .. } => "cooldown",
        Verdict::NoCredential { .. } => "no_credential",
        Verdict::Unusable { .. } => "unusable",
    };
    let until = match verdict {
        Verdict::InCooldown { until, .. } => Some(*until),
        _ => None,
    };
    json!({
        "state": state,
        "message": sentence(verdict, now),
        "until": until.map(|until| until.0),
        "remainingMs": until.map(|until| millis(now.until(until))),
        "command": way_out(verdict),
    })
}

fn sentence(verdict: &Verdict, now: Timestamp) -> String {
    match verdict {
        Verdict::Ready { model, source } => {
            format!("ready: {model} with {}", trail::label(source))
        }
        Verdict::InCooldown {
            credentials,
            refused: Some(_),
            ..
        } => {
            let which = match credentials {
                1 => "the only credential was".to_owned(),
                2 => "both credentials were".to_owned(),
                count => format!("all {count} credentials were"),
            };
            format!("nothing can answer: {which} refused")
        }
        Verdict::InCooldown {
            until, credentials, ..
        } => {
            let which = match credentials {
                1 => "the only credential is".to_owned(),
                2 => "both credentials are".to_owned(),
                count => format!("all {count} credentials are"),
            };
            let left = rough_duration(now.until(*until));
            format!("nothing can answer for {left}: {which} in cooldown")
        }
        Verdict::NoCredential { none: true, .. } => {
            "nothing can answer: there is no credential yet".to_owned()
        }
        Verdict::NoCredential { providers, .. } => {
            let names: Vec<String> = providers.iter().map(|id| format!("`{id}`")).collect();
            format!("nothing can answer: no credential for {}", names.join(", "))
        }
        Verdict::Unusable { why, .. } => format!("nothing can answer: {why}"),
    }
}

fn way_out(verdict: &Verdict) -> Option<String> {
    match verdict {
        Verdict::InCooldown {
            refused: Some((provider, id)),
            agent,
            ..
        } => Some(format!(
            "openclaw models auth add --provider {provider} --profile-id {}{}",
            pasteable(id.as_str()),
            agent_flag(agent.as_deref())
        )),
        Verdict::NoCredential {
            none: true, agent, ..
        } => Some(format!("openclaw setup{}", agent_flag(agent.as_deref()))),
        Verdict::InCooldown { agent, .. } => Some(format!(
            "openclaw models auth cooldown clear --all{}",
            agent_flag(agent.as_deref())
        )),
        Verdict::NoCredential {
            providers, agent, ..
        } => providers.first().map(|provider| {
            format!(
                "openclaw models auth add --provider {provider}{}",
                agent_flag(agent.as_deref())
            )
        }),
        Verdict::Unusable { command, .. } => command.clone(),
        Verdict::Ready { .. } => None,
    }
}
