//! `models status --probe`: whether credentials work, shown by live requests.

mod flags;

use std::time::{Duration, Instant};

use openclaw_core::auth_order::CredentialSource;
use openclaw_core::credential::{Mode, ProfileId, ProviderId};
use openclaw_core::failure::Failure as ProviderFailure;
use openclaw_core::model_ref::ModelRef;
use openclaw_core::probe::{NotProbed, Target, model, targets};
use openclaw_core::time::Timestamp;
use openclaw_router::probe::{ProbeOptions, Proof};

use super::credentials::Provider;
use crate::app::App;
use crate::commands::block_on;
use crate::commands::models::model_lookup;
use crate::commands::until_interrupted;
use crate::commands::verdict::FailedProbe;
use crate::render::progress::Progress;
use openclaw_router::Plugins;
use openclaw_router::Snapshot;
use openclaw_router::probe::{Prober, Subject, each};
use openclaw_router::{Failure, Kind};

pub use flags::ProbeArgs;

use flags::{LIMIT, LOCAL_LIMIT, ProbeRequest};

/// What the probes found.
pub struct Probes {
    /// When they began and ended.
    pub span: (Timestamp, Timestamp),
    /// How long they took.
    pub elapsed: Duration,
    /// The one provider that was asked for.
    pub provider: Option<ProviderId>,
    /// The profiles that were asked for.
    pub profiles: Vec<ProfileId>,
    /// Longest that one was to take.
    pub limit: Duration,
    /// How many were asked at once.
    pub at_once: usize,
    /// Tokens that a model might generate.
    pub max_tokens: u32,
    /// What came of each, in the order of the providers.
    pub results: Vec<Probed>,
}

impl Probes {
    /// Returns the requests that failed.
    #[must_use]
    pub fn failed(&self) -> Vec<FailedProbe<'_>> {
        let failed = self.results.iter().filter_map(|one| {
            let ProbeOutcome::Failed(failure) = &one.outcome else {
                return None;
            };
            Some(FailedProbe {
                provider: &one.provider,
                source: &one.source,
                model: one.model.as_ref(),
                failure,
            })
        });
        failed.collect()
    }

    /// Returns how many credentials were asked about. Those that nothing would use, or that have
    /// expired, are no targets.
    #[must_use]
    pub fn called(&self) -> usize {
        self.results.iter().filter(|one| one.is_called()).count()
    }
}

/// A credential that was probed, or was to be.
pub struct Probed {
    /// The provider.
    pub provider: ProviderId,
    /// Which of its credentials.
    pub source: CredentialSource,
    /// Its auth type.
    pub mode: Option<Mode>,
    /// The model that was asked.
    pub model: Option<ModelRef>,
    /// What came of it.
    pub outcome: ProbeOutcome,
    /// How long it took, where anything was called.
    pub elapsed: Option<Duration>,
}

impl Probed {
    /// Whether anything was called.
    #[must_use]
    pub fn is_called(&self) -> bool {
        !matches!(self.outcome, ProbeOutcome::NotCalled(..))
    }
}

/// What came of a probe.
pub enum ProbeOutcome {
    /// A model answered.
    Proven(Proof),
    /// It did not.
    Failed(ProviderFailure),
    /// Nothing was called: the stable word, and why.
    NotCalled(&'static str, String),
}

/// A request to be made.
struct Request {
    subject: Subject,
    mode: Option<Mode>,
    model: Option<ModelRef>,
    limit: Duration,
    not_probed: Option<NotProbed>,
}

impl ProbeRequest {
    /// Returns what to say of flags that have no effect.
    pub(super) fn remarks(&self) -> Vec<String> {
        let unused = self.unused.then(|| {
            "nothing was probed: the `--probe-…` flags only say how; add `--probe`".to_owned()
        });
        unused.into_iter().collect()
    }

    /// Makes the requests. Returns what they found, and what there is to say of the audit log.
    ///
    /// # Errors
    /// When something was named that is not there, or Ctrl-C was pressed.
    pub(super) fn run(
        &self,
        app: &App,
        snapshot: &Snapshot,
        providers: &[Provider],
        configured: Vec<ModelRef>,
    ) -> Result<Option<(Probes, Option<String>)>, Failure> {
        if !self.probe {
            return Ok(None);
        }
        let only = match &self.provider {
            Some(typed) => Some(model_lookup::provider(snapshot, typed)?),
            None => None,
        };
        for id in &self.profiles {
            check_profile(app, snapshot, id, only.as_ref())?;
        }
        let requests = self.requests(app, snapshot, providers, only.as_ref(), &configured);
        let (begun, begun_at) = (Instant::now(), app.now());
        let plugins = Plugins::new(app);
        let called: Vec<ProviderId> = requests
            .iter()
            .filter(|request| request.is_called())
            .map(|request| request.subject.provider.clone())
            .collect();
        let (results, warning) = if called.is_empty() {
            let results = requests
                .into_iter()
                .map(|one| one.uncalled(app.now()))
                .collect();
            (results, None)
        } else {
            let progress = Progress::start(app, "Probing", called.len());
            plugins.prepare(snapshot, &called)?;
            let asked = each(
                requests,
                self.at_once,
                async |request| self.ask(app, snapshot, &plugins, request, &progress).await,
                |_| {},
            );
            let unchanged = "no profile was marked; nothing was changed";
            block_on(until_interrupted(app, &plugins, unchanged, asked))?
        };
        let probes = Probes {
            span: (begun_at, app.now()),
            elapsed: begun.elapsed(),
            provider: only,
            profiles: self.profiles.clone(),
            limit: self.limit.unwrap_or(LIMIT),
            at_once: self.at_once.get(),
            max_tokens: self.max_tokens,
            results,
        };
        Ok(Some((probes, warning)))
    }

    fn requests(
        &self,
        app: &App,
        snapshot: &Snapshot,
        providers: &[Provider],
        only: Option<&ProviderId>,
        configured: &[ModelRef],
    ) -> Vec<Request> {
        let today = app.now().day();
        let catalog = snapshot.catalog();
        let mut requests = Vec::new();
        for provider in providers {
            if only.is_some_and(|only| *only != provider.id) {
                continue;
            }
            let found = snapshot.with_auth_inputs(app, &provider.id, None, None, |inputs| {
                targets(inputs, &self.profiles)
            });
            if found.is_empty() {
                continue;
            }
            let models = catalog.of(&provider.id);
            let model = model(&provider.id, configured, models, &today);
            let is_local = snapshot.registry.is_local(&provider.id);
            let default = if is_local { LOCAL_LIMIT } else { LIMIT };
            let limit = self.limit.unwrap_or(default);
            requests.extend(found.into_iter().map(|target| {
                let Target {
                    source,
                    mode,
                    not_probed,
                } = target;
                Request {
                    subject: Subject {
                        provider: provider.id.clone(),
                        source,
                    },
                    mode,
                    model: model.clone(),
                    limit,
                    not_probed,
                }
            }));
        }
        requests
    }

    async fn ask(
        &self,
        app: &App,
        snapshot: &Snapshot,
        plugins: &Plugins,
        request: Request,
        progress: &Progress,
    ) -> Probed {
        let (Some(model), None) = (&request.model, &request.not_probed) else {
            return request.uncalled(app.now());
        };
        let name = name_of(&request.subject.source);
        progress.begin(&name);
        let prober = Prober {
            surroundings: app,
            snapshot,
            plugins,
            limit: request.limit,
        };
        let options = ProbeOptions {
            model: Some(model.model.clone()),
            max_tokens: self.max_tokens,
            may_spend: true,
        };
        let verdict = prober.probe(&request.subject, &options).await;
        progress.end(&name);
        Probed {
            outcome: match verdict.result {
                Ok(proof) => ProbeOutcome::Proven(proof),
                Err(failure) => ProbeOutcome::Failed(failure),
            },
            elapsed: Some(verdict.elapsed),
            provider: request.subject.provider,
            source: request.subject.source,
            mode: request.mode,
            model: request.model,
        }
    }
}

impl Request {
    fn is_called(&self) -> bool {
        self.not_probed.is_none() && self.model.is_some()
    }

    fn uncalled(self, now: Timestamp) -> Probed {
        let (status, why) = match &self.not_probed {
            Some(not_probed) => (not_probed.status(), not_probed.message(now)),
            None => ("no_model", "No model available for probe".to_owned()),
        };
        Probed {
            provider: self.subject.provider,
            source: self.subject.source,
            mode: self.mode,
            model: self.model,
            outcome: ProbeOutcome::NotCalled(status, why),
            elapsed: None,
        }
    }
}

/// Returns the name of a credential for a person: the profile's id, or where it stands.
pub(crate) fn name_of(source: &CredentialSource) -> String {
    match source {
        CredentialSource::Profile(id) => id.to_string(),
        other => other.to_string(),
    }
}

/// Makes sure that a profile is stored, for the provider that was asked for.
fn check_profile(
    app: &App,
    snapshot: &Snapshot,
    id: &ProfileId,
    provider: Option<&ProviderId>,
) -> Result<(), Failure> {
    let Some(profile) = snapshot.profile(id) else {
        return Err(model_lookup::unknown_profile(app, snapshot, id));
    };
    match provider {
        Some(provider) if profile.provider != *provider => Err(Failure::new(
            Kind::Usage,
            format!(
                "Auth profile \"{id}\" is for {}, not {provider}.",
                profile.provider
            ),
        )
        .hint("leave out `--probe-provider`: the profile says what it is for")),
        _ => Ok(()),
    }
}
