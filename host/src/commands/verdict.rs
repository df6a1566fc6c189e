//! Whether a prompt would be answered now, as far as can be told without asking anybody.

use openclaw_core::auth_order::CredentialSource;
use openclaw_core::cascade::{Options, Step};
use openclaw_core::cooldown::usable;
use openclaw_core::credential::{ProfileId, ProviderId};
use openclaw_core::failure::{Failure as ProviderFailure, FailureKind};
use openclaw_core::model_ref::ModelRef;
use openclaw_core::selection::Purpose;
use openclaw_core::time::Timestamp;
use openclaw_router::{Plan, Request, Snapshot, Surroundings, plan};
use openclaw_store::move_broken;

use super::models::model_lookup;
use crate::render::models::trail;

/// What would become of a prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Somebody would be asked at once.
    Ready {
        /// The model.
        model: ModelRef,
        /// The credential.
        source: CredentialSource,
    },
    /// All that could be asked is in cooldown.
    InCooldown {
        /// When the first of it can be asked again.
        until: Timestamp,
        /// How many credentials there are.
        credentials: usize,
        /// The first of them, where each was refused: waiting helps none.
        refused: Option<(ProviderId, ProfileId)>,
        /// The agent, if it is not the default one.
        agent: Option<String>,
    },
    /// There is no credential for any model of the chain.
    NoCredential {
        /// The providers that lack one, in the order of the chain.
        providers: Vec<ProviderId>,
        /// Whether there is none of any provider and no model is configured, so that everything has yet
        /// to be set up.
        none: bool,
        /// The agent, if it is not the default one.
        agent: Option<String>,
    },
    /// The chain cannot be used, or is empty.
    Unusable {
        /// Why.
        why: String,
        /// A command that fixes it, where there is one.
        command: Option<String>,
    },
}

/// A live request that failed.
#[derive(Clone, Copy, Debug)]
pub struct FailedProbe<'a> {
    /// Whom it went to.
    pub provider: &'a ProviderId,
    /// The credential.
    pub source: &'a CredentialSource,
    /// The model that was asked, if one was.
    pub model: Option<&'a ModelRef>,
    /// How it failed.
    pub failure: &'a ProviderFailure,
}

impl Verdict {
    /// Decides on a text prompt to the default models.
    #[must_use]
    pub fn of(surroundings: &Surroundings, snapshot: &Snapshot) -> Self {
        match plan(surroundings, snapshot, &Request::new(Purpose::Text)) {
            Ok(plan) => Self::of_plan(plan, snapshot, surroundings),
            Err(failure) => Self::unusable(failure.message),
        }
    }

    /// Decides as [`of`](Self::of), once live requests showed what does not work.
    #[must_use]
    pub fn after_probes(
        surroundings: &Surroundings,
        snapshot: &Snapshot,
        failed: &[FailedProbe<'_>],
    ) -> Self {
        let before = Self::of(surroundings, snapshot);
        let Self::Ready { .. } = before else {
            return before;
        };
        let Ok(mut plan) = plan(surroundings, snapshot, &Request::new(Purpose::Text)) else {
            return before;
        };
        let mut why = None;
        for candidate in &mut plan.candidates {
            let model = &candidate.model;
            candidate.sources.retain(|option| {
                let found = failed.iter().find(|probe| {
                    let whole =
                        matches!(probe.failure.kind, FailureKind::Auth | FailureKind::Billing);
                    *probe.source == option.source
                        && *probe.provider == model.provider
                        && (whole || probe.model.is_none_or(|probed| probed == model))
                });
                if let Some(probe) = found {
                    why.get_or_insert_with(|| {
                        let label = trail::label(&option.source);
                        format!("{} with {label}: {}", model, trail::failed(probe.failure))
                    });
                }
                found.is_none()
            });
        }
        match (Self::of_plan(plan, snapshot, surroundings), why) {
            (Self::NoCredential { .. }, Some(why)) => Self::unusable(why),
            (verdict, _) => verdict,
        }
    }

    /// Returns the verdict on a chain that cannot be used.
    #[must_use]
    pub fn unusable(why: String) -> Self {
        Self::Unusable { why, command: None }
    }

    /// Decides on a plan.
    #[must_use]
    pub fn of_plan(plan: Plan, snapshot: &Snapshot, surroundings: &Surroundings) -> Self {
        let (now, paths) = (surroundings.now(), &surroundings.paths);
        let agent = Some(snapshot.agent.clone())
            .filter(|agent| *agent != snapshot.settings.default_agent());
        let mut models = plan.candidates.iter().map(|candidate| &candidate.model);
        let fault = models.find_map(|model| plan.faults.get(model)).cloned();
        // What no request can be sent to answers nobody, whatever there is to sign with.
        let plan = plan.askable();
        let mut until: Option<Timestamp> = None;
        let mut refused: Option<(ProviderId, ProfileId)> = None;
        let mut only_refused = true;
        let mut credentials: Vec<CredentialSource> = Vec::new();
        let mut providers: Vec<ProviderId> = Vec::new();
        for candidate in &plan.candidates {
            for option in &candidate.sources {
                if !credentials.contains(&option.source) {
                    credentials.push(option.source.clone());
                }
                let CredentialSource::Profile(id) = &option.source else {
                    continue;
                };
                let usage = snapshot.usage.get(id);
                let cooling =
                    usage.and_then(|usage| usable(usage, Some(&candidate.model.model), now).err());
                if let Some(cooling) = cooling {
                    let is_refusal = cooling.reason == FailureKind::Auth.name();
                    only_refused &= is_refusal;
                    let provider = candidate.model.provider.clone();
                    refused = refused.or_else(|| is_refusal.then(|| (provider, id.clone())));
                    until = Some(until.map_or(cooling.until, |until| until.min(cooling.until)));
                }
            }
            let provider = &candidate.model.provider;
            if candidate.sources.is_empty() && !providers.contains(provider) {
                providers.push(provider.clone());
            }
        }
        match plan.into_cascade(Options::default()).next(now) {
            Step::Attempt(attempt) | Step::Refresh(attempt) => Self::Ready {
                model: attempt.model,
                source: attempt.option.source,
            },
            _ => match until {
                Some(until) => Self::InCooldown {
                    until,
                    credentials: credentials.len(),
                    refused: refused.filter(|_| only_refused),
                    agent,
                },
                None if providers.is_empty() => match fault {
                    Some(fault) => Self::Unusable {
                        why: format!("{}: {}", fault.key, fault.why),
                        command: Some(fault.command),
                    },
                    None => Self::unusable("no model of the chain can be used".to_owned()),
                },
                None => match snapshot.unusable.first() {
                    // Nothing can be added to a store that cannot be read.
                    Some(store) => Self::Unusable {
                        why: format!(
                            "the credential store {} cannot be understood",
                            paths.shorten(store)
                        ),
                        command: Some(move_broken(store)),
                    },
                    None => Self::NoCredential {
                        none: is_new(snapshot),
                        providers,
                        agent,
                    },
                },
            },
        }
    }
}

/// Whether everything has yet to be set up: no model is configured, and there is no credential of any
/// provider, usable or not.
pub fn is_new(snapshot: &Snapshot) -> bool {
    let settings = &snapshot.settings;
    let configured = settings.primary(snapshot.agent_settings(), Purpose::Text);
    let known = |provider: &ProviderId| {
        snapshot.environment_key(provider).is_some() || snapshot.provider_config(provider).is_some()
    };
    configured.is_none()
        && snapshot.auth.profiles.is_empty()
        && !model_lookup::providers(snapshot).iter().any(known)
}
