//! What would be tried, in order: the chain, each model's credentials, and what is passed over.

use std::collections::BTreeMap;

use openclaw_core::auth_order::{self, CredentialSource};
use openclaw_core::cascade::{
    Candidate, Cascade, Health, Options, SkipReason, TrailEntry, TrailOutcome,
};
use openclaw_core::cooldown::Policy;
use openclaw_core::credential::ProviderId;
use openclaw_core::model_ref::ModelRef;
use openclaw_core::selection::{Origin, Purpose, chain};

use super::Question;
use crate::app::App;
use crate::failure::{Failure, Kind};
use crate::state::State;

/// What would be tried.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Models with their credentials, in order.
    pub candidates: Vec<Candidate>,
    /// Where each candidate stands in the configuration.
    pub origins: Vec<Origin>,
    /// What is passed over before anything is tried.
    pub passed_over: Vec<TrailEntry>,
    /// What there is to say.
    pub warnings: Vec<String>,
    health: Health,
    policies: BTreeMap<ProviderId, Policy>,
}

impl Plan {
    /// Returns the state machine that walks the plan, with this much patience.
    #[must_use]
    pub fn into_cascade(self, patience: Options) -> Cascade {
        let mut cascade = Cascade::new(self.candidates, self.health, self.policies, patience);
        for entry in self.passed_over {
            cascade.note(entry);
        }
        cascade
    }
}

/// Works out what would be tried for a question. Calls nothing.
///
/// # Errors
/// When the model is unknown or not allowed, or the chosen profile cannot be used.
pub fn plan(app: &App, state: &State, question: &Question) -> Result<Plan, Failure> {
    let chain = chain(
        &state.settings,
        Some(&state.agent),
        question.purpose,
        question.model.as_deref(),
    )?;
    let catalog = state.catalog().on(&app.now().day());
    let mut plan = Plan {
        candidates: Vec::new(),
        origins: Vec::new(),
        passed_over: Vec::new(),
        warnings: chain.warnings,
        health: Health::new(),
        policies: BTreeMap::new(),
    };
    if let (Some(raw), Some(first)) = (&question.model, chain.links.first())
        && catalog.get(&first.model).is_none()
        && !state.accepts_unlisted(&first.model)
    {
        let failure = catalog.unknown(&first.model);
        return Err(if *raw == first.model.key() {
            failure
        } else {
            failure.detail(format!("`{raw}` was asked for"))
        });
    }
    for skipped in chain.skipped {
        if let Some(model) = skipped.model {
            plan.pass_over(model, SkipReason::Link(skipped.reason));
        }
    }
    for link in chain.links {
        let known = catalog.get(&link.model);
        let takes_images = known.is_none_or(|model| model.accepts("image"));
        if question.purpose == Purpose::Image && !takes_images {
            plan.pass_over(link.model, SkipReason::Input("image".to_owned()));
            continue;
        }
        if state.plugin(&link.model.provider).is_none() {
            plan.pass_over(link.model, SkipReason::NoPlugin);
            continue;
        }
        let candidate = candidate(
            app,
            state,
            question,
            &link.model,
            known.and_then(|model| model.context),
        )?;
        if let Some(candidate) = candidate {
            plan.add(state, candidate, link.origin);
        }
    }
    if plan.candidates.is_empty() && question.profile.is_some() {
        let id = question
            .profile
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default();
        return Err(Failure::new(
            Kind::Auth,
            format!("No credentials found for profile \"{id}\"."),
        )
        .detail("no model of the chain belongs to the profile's provider")
        .hint("name a model of that provider with `--model`"));
    }
    Ok(plan)
}

fn candidate(
    app: &App,
    state: &State,
    question: &Question,
    model: &ModelRef,
    context: Option<u64>,
) -> Result<Option<Candidate>, Failure> {
    let explicit = question.profile.as_ref();
    // A chosen profile belongs to one provider; the models of others are not asked.
    if let Some(id) = explicit {
        match state.profile(id) {
            Some(profile) if profile.provider != model.provider => return Ok(None),
            _ => {}
        }
    }
    let resolution = state.with_auth_inputs(
        app,
        &model.provider,
        Some(&model.model),
        explicit,
        auth_order::resolve,
    )?;
    Ok(Some(Candidate {
        model: model.clone(),
        sources: resolution.sources,
        skipped: resolution.skipped,
        context,
        locked: resolution.locked,
    }))
}

impl Plan {
    fn pass_over(&mut self, model: ModelRef, reason: SkipReason) {
        self.passed_over.push(TrailEntry {
            model,
            source: None,
            outcome: TrailOutcome::Skipped(reason),
        });
    }

    fn add(&mut self, state: &State, candidate: Candidate, origin: Origin) {
        let provider = &candidate.model.provider;
        for option in &candidate.sources {
            if let CredentialSource::Profile(id) = &option.source
                && let Some(usage) = state.usage.get(id)
            {
                self.health
                    .insert((provider.clone(), option.source.clone()), usage.clone());
            }
        }
        self.policies
            .insert(provider.clone(), state.policy(provider));
        self.candidates.push(candidate);
        self.origins.push(origin);
    }
}
