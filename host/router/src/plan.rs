//! What would be tried, in order: the chain, each model's credentials, and what is skipped.

use std::collections::BTreeMap;

use openclaw_core::auth_order::{self, CredentialSource};
use openclaw_core::cascade::{
    Candidate, Cascade, Health, Options, SkipReason, TrailEntry, TrailOutcome,
};
use openclaw_core::conversation::{Need, Target, Unfit, check_room, estimate_tokens, normal_form};
use openclaw_core::cooldown::Policy;
use openclaw_core::credential::{Profile, ProfileId, ProviderId};
use openclaw_core::model_ref::ModelRef;
use openclaw_core::selection::{Chain, Origin, Purpose, chain};

use crate::failure::{Failure, Kind};
use crate::request::Request;
use crate::requested::requested;
use crate::snapshot::{Fault, Snapshot};
use crate::surroundings::Surroundings;
use crate::target;

/// What would be tried.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Models with their credentials, in order.
    pub candidates: Vec<Candidate>,
    /// Where each candidate stands in the configuration.
    pub origins: Vec<Origin>,
    /// What keeps candidates from being asked at all.
    pub faults: BTreeMap<ModelRef, Fault>,
    /// What is skipped before anything is tried.
    pub skipped: Vec<TrailEntry>,
    /// What there is to say.
    pub warnings: Vec<String>,
    /// The model that was asked for, or the primary.
    pub asked: Option<ModelRef>,
    /// What is known of each candidate's model.
    pub(crate) targets: Vec<Target>,
    health: Health,
    policies: BTreeMap<ProviderId, Policy>,
}

impl Plan {
    /// Returns the stored profiles among the credentials, with their providers.
    #[must_use]
    pub(crate) fn stored_profiles(&self) -> Vec<(ProviderId, CredentialSource)> {
        let candidates = self.candidates.iter();
        let sources = candidates.flat_map(|candidate| {
            let provider = &candidate.model.provider;
            let options = candidate.sources.iter();
            options.map(|option| (provider.clone(), option.source.clone()))
        });
        let is_stored = |source: &CredentialSource| matches!(source, CredentialSource::Profile(_));
        sources.filter(|(_, source)| is_stored(source)).collect()
    }

    /// Returns what is left of the plan without the candidates that no request can be sent to.
    #[must_use]
    pub fn askable(mut self) -> Self {
        let all = self.candidates.into_iter().zip(self.origins);
        let kept = all.filter(|(candidate, _)| !self.faults.contains_key(&candidate.model));
        (self.candidates, self.origins) = kept.unzip();
        self
    }

    /// Returns the state machine that walks the plan, within these limits.
    #[must_use]
    pub fn into_cascade(self, limits: Options) -> Cascade {
        let mut cascade = Cascade::new(self.candidates, self.health, self.policies, limits);
        for entry in self.skipped {
            cascade.note(entry);
        }
        cascade
    }
}

/// Works out what would be tried for a request. Calls nothing.
///
/// # Errors
/// When the model is unknown or not allowed, or the chosen profile cannot be used.
pub fn plan(
    surroundings: &Surroundings,
    snapshot: &Snapshot,
    request: &Request,
) -> Result<Plan, Failure> {
    let catalog = snapshot.catalog().on(&surroundings.now().day());
    let asked = match &request.model {
        Some(raw) => Some(requested(surroundings, snapshot, &catalog, raw)?),
        None => None,
    };
    let mut chain = chain(
        &snapshot.settings,
        Some(&snapshot.agent),
        request.purpose,
        asked.as_deref(),
    )
    .map_err(|error| {
        let today = surroundings.now().day();
        snapshot.not_selected(error, request.model.as_deref(), &today)
    })?;
    if !request.fallbacks {
        chain.links.truncate(1);
        chain.skipped.clear();
    }
    // A chosen profile belongs to one provider; the models of others are not asked.
    let chosen = request.profile.as_ref().and_then(|id| snapshot.profile(id));
    if let Some(chosen) = chosen {
        belongs_to(chosen, &chain)?;
    }
    let mut plan = Plan {
        asked: chain.links.first().map(|link| link.model.clone()),
        candidates: Vec::new(),
        origins: Vec::new(),
        faults: BTreeMap::new(),
        skipped: Vec::new(),
        warnings: chain.warnings,
        targets: Vec::new(),
        health: Health::new(),
        policies: BTreeMap::new(),
    };
    if let (Some(raw), Some(first)) = (&request.model, chain.links.first())
        && catalog.get(&first.model).is_none()
        && !snapshot.accepts_unlisted(&first.model)
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
            plan.skip(model, SkipReason::Link(skipped.reason));
        }
    }
    let estimated = estimate_tokens(&request.conversation);
    for link in chain.links {
        let known = catalog.get(&link.model);
        let takes_images = known.as_ref().is_none_or(|model| model.accepts("image"));
        if request.purpose == Purpose::Image && !takes_images {
            plan.skip(link.model, SkipReason::Input("image".to_owned()));
            continue;
        }
        if snapshot.plugin(&link.model.provider).is_none() {
            plan.skip(link.model, SkipReason::NoPlugin);
            continue;
        }
        if chosen.is_some_and(|profile| profile.provider != link.model.provider) {
            continue;
        }
        let target = target::target(snapshot, &link.model, known.as_ref());
        let context = known.and_then(|model| model.context);
        let fits = normal_form(&request.conversation, &target).and_then(|_| {
            // The first model is asked all the same: its vendor counts better than an estimate.
            let known = context.filter(|_| !plan.candidates.is_empty());
            check_room(estimated, known)
        });
        if let Err(why) = fits {
            plan.skip(link.model, unfit(&why));
            continue;
        }
        let candidate = candidate(
            surroundings,
            snapshot,
            request.profile.as_ref(),
            &link.model,
            context,
        )?;
        plan.targets.push(target);
        plan.add(snapshot, candidate, link.origin);
    }
    Ok(plan)
}

/// Returns why a model is skipped that a request cannot go to.
fn unfit(why: &Unfit) -> SkipReason {
    match why {
        Unfit::LastMessage { modality } => SkipReason::Input(modality.clone()),
        Unfit::Unsupported {
            need: Need::Input(modality),
        } => SkipReason::Input(modality.clone()),
        Unfit::Unsupported { need } => SkipReason::Unsupported(need.to_string()),
        Unfit::TooLong { input, context } => SkipReason::ContextTooSmall {
            context: *context,
            needed: *input,
        },
    }
}

/// Makes sure that a chosen profile is one of the provider of the first model: another vendor would
/// be asked than the one that was named.
fn belongs_to(profile: &Profile, chain: &Chain) -> Result<(), Failure> {
    let (id, provider) = (&profile.id, &profile.provider);
    let first = match chain.links.first() {
        Some(first) if first.model.provider != *provider => first,
        _ => return Ok(()),
    };
    let failure = Failure::new(
        Kind::Auth,
        format!(
            "profile \"{id}\" is one of {provider}, and {} is not",
            first.model
        ),
    );
    let own = chain
        .links
        .iter()
        .find(|link| link.model.provider == *provider);
    Err(match own {
        Some(link) => failure.hint(format!(
            "name a model of {provider}, as in `openclaw models run --profile {id} --model {} \"Hello\"`",
            link.model
        )),
        None => failure.hint(format!(
            "name a model of {provider} with `--model`; see them with `openclaw models list --all --provider {provider}`"
        )),
    })
}

/// Returns a model with its credentials, of which one may be the only one.
pub(crate) fn candidate(
    surroundings: &Surroundings,
    snapshot: &Snapshot,
    explicit: Option<&ProfileId>,
    model: &ModelRef,
    context: Option<u64>,
) -> Result<Candidate, Failure> {
    let resolution = snapshot.with_auth_inputs(
        surroundings,
        &model.provider,
        Some(&model.model),
        explicit,
        auth_order::resolve,
    )?;
    Ok(Candidate {
        model: model.clone(),
        sources: resolution.sources,
        skipped: resolution.skipped,
        context,
        locked: resolution.locked,
    })
}

impl Plan {
    fn skip(&mut self, model: ModelRef, reason: SkipReason) {
        self.skipped.push(TrailEntry {
            model,
            source: None,
            outcome: TrailOutcome::Skipped(reason),
        });
    }

    fn add(&mut self, snapshot: &Snapshot, candidate: Candidate, origin: Origin) {
        let provider = &candidate.model.provider;
        for option in &candidate.sources {
            if let CredentialSource::Profile(id) = &option.source
                && let Some(usage) = snapshot.usage.get(id)
            {
                self.health
                    .insert((provider.clone(), option.source.clone()), usage.clone());
            }
        }
        self.policies
            .insert(provider.clone(), snapshot.policy(provider));
        let fault = snapshot.fault_for(provider, Some(&candidate.model.model));
        let fault = fault.map(|fault| (candidate.model.clone(), fault));
        self.candidates.push(candidate);
        self.origins.push(origin);
        self.faults.extend(fault);
    }
}
