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
use crate::commands::verdict::Verdict;
use crate::render::style::{Label, visible};
use crate::render::{Layout, Reply, verdict};
use openclaw_router::{Fault, Plan};

/// What would be tried.
pub struct Explained {
    /// What would become of a prompt.
    pub verdict: Verdict,
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
        let mut text = verdict::lines(&self.verdict, self.now, page);
        for (at, (candidate, origin)) in self
            .plan
            .candidates
            .iter()
            .zip(&self.plan.origins)
            .enumerate()
        {
            let name = page
                .style
                .paint(Label::Name, &visible(candidate.model.to_string()));
            text.push_str(&format!(
                "{}. {name}  ({})\n",
                at + 1,
                origin_phrase(*origin)
            ));
            for option in &candidate.sources {
                let (label, state) = self.state(candidate, option);
                let state = page.style.paint(label, &visible(&state));
                let source = visible(trail::label(&option.source));
                text.push_str(&format!("   {source}  {state}\n"));
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
                let line = visible(format!("   `{}`  skipped: {reason}", skipped.id));
                text.push_str(&page.style.paint(Label::Dim, &line));
                text.push('\n');
            }
        }
        let skipped = self.plan.skipped.iter();
        for entry in skipped.filter(|entry| !trail::is_duplicate(&entry.outcome)) {
            text.push_str(&page.style.paint(
                Label::Dim,
                &visible(format!(
                    "-  {}  skipped: {}",
                    entry.model,
                    self.reason(entry)
                )),
            ));
            text.push('\n');
        }
        match &self.next {
            Some((attempt, wait)) if !wait.is_zero() => text.push_str(&format!(
                "A prompt would wait {} for {} with {}.\n",
                rough_duration(*wait),
                visible(attempt.model.to_string()),
                visible(trail::label(&attempt.option.source))
            )),
            _ => {}
        }
        text
    }

    fn json(&self) -> Value {
        let candidates = self.plan.candidates.iter().zip(&self.plan.origins);
        let next = self.next.as_ref().map(|(attempt, wait)| {
            let source = &attempt.option.source;
            json!({
                "model": attempt.model.to_string(),
                "source": source.to_string(),
                "profileId": trail::profile_id(source),
                "waitMs": millis(*wait),
            })
        });
        let skipped = self.plan.skipped.iter().map(|entry| {
            let mut value = json!({ "model": entry.model.to_string() });
            if let TrailOutcome::Skipped(reason) = &entry.outcome {
                trail::explain(&mut value, reason);
            }
            value
        });
        json!({
            "agentId": self.agent,
            "verdict": verdict::json(&self.verdict, self.now),
            "next": next,
            "candidates": candidates
                .map(|(candidate, origin)| self.candidate(candidate, *origin))
                .collect::<Value>(),
            "skipped": skipped.collect::<Value>(),
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
    fn candidate(&self, candidate: &Candidate, origin: Origin) -> Value {
        let fault = self.plan.faults.get(&candidate.model);
        let credentials = candidate.sources.iter().map(|option| {
            let cooling = self.cooling(candidate, option);
            let mut value = json!({
                "source": option.source.to_string(),
                "profileId": trail::profile_id(&option.source),
                "mode": option.mode.map(openclaw_core::credential::Mode::name),
                "usable": cooling.is_none() && fault.is_none(),
                "renewedFirst": option.refresh_first,
            });
            if let Some(fault) = fault {
                value["reason"] = fault.reason.into();
                value["message"] = format!("{}: {}", fault.part, fault.why).into();
            } else if let Some(cooling) = cooling {
                trail::explain(&mut value, &SkipReason::CoolingDown(cooling));
            }
            value
        });
        // Those in cooldown are among the credentials.
        let skipped = candidate.skipped.iter();
        let skipped = skipped.filter(|skipped| !matches!(skipped.reason, Skip::CoolingDown(_)));
        json!({
            "model": candidate.model.to_string(),
            "origin": origin.name(),
            "originSource": origin.scope().map(openclaw_core::selection::Scope::name),
            "originText": origin_phrase(origin),
            "credentials": credentials.collect::<Value>(),
            "skipped": trail::skipped_profiles(skipped.map(|one| (&one.id, &one.reason))),
        })
    }

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
        if let Some(fault) = self.plan.faults.get(&candidate.model) {
            let Fault { part, why, .. } = fault;
            return (Label::Bad, format!("cannot be used: {part}: {why}"));
        }
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
