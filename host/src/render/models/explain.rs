//! What `openclaw models explain` says.

use std::collections::BTreeMap;
use std::time::Duration;

use openclaw_core::auth_order::{CredentialSource, Skip, SourceOption};
use openclaw_core::cascade::{Attempt, Candidate, SkipReason, TrailEntry, TrailOutcome};
use openclaw_core::cooldown::{UsageStats, usable};
use openclaw_core::credential::ProfileId;
use openclaw_core::selection::Origin;
use openclaw_core::status::rough_duration;
use openclaw_core::time::{Timestamp, millis};
use serde_json::{Value, json};

use super::trail;
use crate::render::style::Label;
use crate::render::{Layout, Reply};
use openclaw_router::Plan;

/// What would be tried.
pub struct Explained {
    /// The plan.
    pub plan: Plan,
    /// What a prompt would be tried with first, and how long it would wait before.
    pub next: Option<(Attempt, Duration)>,
    /// Use and cooldowns by profile.
    pub usage: BTreeMap<ProfileId, UsageStats>,
    /// The agent.
    pub agent: String,
    /// The present.
    pub now: Timestamp,
    /// What there is to say about the files.
    pub warnings: Vec<String>,
}

impl Reply for Explained {
    fn human(&self, page: &Layout) -> String {
        let mut text = String::new();
        for (at, (candidate, origin)) in self
            .plan
            .candidates
            .iter()
            .zip(&self.plan.origins)
            .enumerate()
        {
            let name = page.style.paint(Label::Name, &candidate.model.to_string());
            text.push_str(&format!(
                "{}. {name}  ({})\n",
                at + 1,
                origin_phrase(*origin)
            ));
            for option in &candidate.sources {
                let (label, state) = self.state(candidate, option);
                let state = page.style.paint(label, &state);
                text.push_str(&format!("   {}  {state}\n", trail::label(&option.source)));
            }
            if candidate.sources.is_empty() {
                text.push_str(&format!(
                    "   {}\n",
                    page.style.paint(Label::Bad, "no credential")
                ));
            }
            for skipped in &candidate.skipped {
                if matches!(skipped.reason, Skip::CoolingDown(_)) {
                    continue;
                }
                let reason = trail::skipped(&SkipReason::Profile(skipped.reason.clone()), self.now);
                let line = format!("   `{}`  skipped: {reason}", skipped.id);
                text.push_str(&page.style.paint(Label::Dim, &line));
                text.push('\n');
            }
        }
        for entry in &self.plan.skipped {
            text.push_str(&page.style.paint(
                Label::Dim,
                &format!("-  {}  skipped: {}", entry.model, self.reason(entry)),
            ));
            text.push('\n');
        }
        match &self.next {
            None => text.push_str("Nothing would be tried.\n"),
            Some((attempt, wait)) if !wait.is_zero() => text.push_str(&format!(
                "A prompt would wait {} for {} with {}.\n",
                rough_duration(*wait),
                attempt.model,
                trail::label(&attempt.option.source)
            )),
            Some(_) => {}
        }
        text
    }

    fn json(&self) -> Value {
        let candidates: Vec<Value> = self
            .plan
            .candidates
            .iter()
            .zip(&self.plan.origins)
            .map(|(candidate, origin)| {
                json!({
                    "model": candidate.model.to_string(),
                    "origin": origin_phrase(*origin),
                    "credentials": candidate.sources.iter().map(|option| {
                        let cooling = self.cooling(candidate, option);
                        json!({
                            "source": option.source.to_string(),
                            "mode": option.mode.map(openclaw_core::credential::Mode::name),
                            "usable": cooling.is_none(),
                            "until": cooling.as_ref().map(|cooling| cooling.until.0),
                            "reason": cooling.as_ref().map(|cooling| cooling.reason.clone()),
                            "renewedFirst": option.refresh_first,
                        })
                    }).collect::<Vec<_>>(),
                    "passedOver": candidate.skipped.iter().map(|skipped| json!({
                        "profileId": skipped.id.as_str(),
                        "reason": skipped.reason.to_string(),
                    })).collect::<Vec<_>>(),
                })
            })
            .collect();
        let skipped: Vec<Value> = self
            .plan
            .skipped
            .iter()
            .map(|entry| json!({ "model": entry.model.to_string(), "reason": self.reason(entry) }))
            .collect();
        let next = self.next.as_ref().map(|(attempt, wait)| {
            json!({
                "model": attempt.model.to_string(),
                "source": attempt.option.source.to_string(),
                "waitMs": millis(*wait),
            })
        });
        json!({
            "agentId": self.agent,
            "next": next,
            "candidates": candidates,
            "passedOver": skipped,
        })
    }

    fn notes(&self) -> Vec<String> {
        self.warnings
            .iter()
            .chain(&self.plan.warnings)
            .cloned()
            .collect()
    }
}

impl Explained {
    fn cooling(
        &self,
        candidate: &Candidate,
        option: &SourceOption,
    ) -> Option<openclaw_core::cooldown::Cooling> {
        let CredentialSource::Profile(id) = &option.source else {
            return None;
        };
        usable(self.usage.get(id)?, Some(&candidate.model.model), self.now).err()
    }

    fn state(&self, candidate: &Candidate, option: &SourceOption) -> (Label, String) {
        match self.cooling(candidate, option) {
            Some(cooling) => (Label::Warning, trail::in_cooldown(&cooling, self.now)),
            None if option.refresh_first => (Label::Good, "usable, renewed first".to_owned()),
            None => (Label::Good, "usable".to_owned()),
        }
    }

    fn reason(&self, entry: &TrailEntry) -> String {
        match &entry.outcome {
            TrailOutcome::Skipped(reason) => trail::skipped(reason, self.now),
            _ => String::new(),
        }
    }
}

fn origin_phrase(origin: Origin) -> String {
    match origin {
        Origin::Requested => "requested".to_owned(),
        Origin::Primary(scope) => format!("primary, from {}", scope.name()),
        Origin::Fallback(scope, index) => format!("fallback {}, from {}", index + 1, scope.name()),
        Origin::AppendedPrimary(scope) => {
            format!("primary as the last resort, from {}", scope.name())
        }
        Origin::TextPrimary(scope) => {
            format!("text primary as the last resort, from {}", scope.name())
        }
        Origin::BuiltInDefault => "default".to_owned(),
    }
}
