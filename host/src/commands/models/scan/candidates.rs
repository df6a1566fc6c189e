//! Which providers can be used now, and what they offer.

use openclaw_router::Registry;
use std::time::Duration;

use openclaw_core::auth_order::{CredentialSource, SkippedProfile, SourceOption, resolve};
use openclaw_core::cascade::{Reaction, reaction};
use openclaw_core::catalog::Model;
use openclaw_core::credential::ProviderId;
use openclaw_core::failure::{Failure as ProviderFailure, FailureKind};
use openclaw_core::scan::{Availability, Offer, offer};
use openclaw_core::status::expiry_phrase;

use super::report::ScanRequest;
use crate::app::App;
use crate::commands::models::model_lookup;
use crate::commands::until_interrupted;
use crate::render::progress::Progress;
use openclaw_router::Catalog;
use openclaw_router::Failure;
use openclaw_router::Plugins;
use openclaw_router::Snapshot;
use openclaw_router::probe::{Prober, Subject, each};

/// A provider, and what came of looking at it.
#[derive(Clone, Debug)]
pub struct ProviderCandidates {
    /// The provider.
    pub provider: ProviderId,
    /// Whether it can be used.
    pub finding: Finding,
    /// Credentials that were tried to no avail, in order.
    pub tried: Vec<FailedCredential>,
    /// How long it took to ask.
    pub elapsed: Option<Duration>,
    /// Its models; empty where it cannot be used.
    pub offer: Offer,
    /// Whether a person expects to hear of it: not of a local server that was never set up.
    pub expected: bool,
}

/// A credential that did not work.
#[derive(Clone, Debug)]
pub struct FailedCredential {
    /// Which.
    pub source: CredentialSource,
    /// Why.
    pub failure: ProviderFailure,
}

/// Whether a provider can be used.
#[derive(Clone, Debug)]
pub enum Finding {
    /// It listed its models for this credential.
    Proven(CredentialSource),
    /// It has this credential, and was not to be asked.
    NotProbed(CredentialSource),
    /// Asking proves nothing about this credential, for the reason given.
    Unproven(CredentialSource, String),
    /// No credential worked; the last one failed so.
    Failed(ProviderFailure),
    /// There is none; these profiles were passed over.
    NoCredential(Vec<SkippedProfile>),
    /// There is none, and none is needed to look at the catalog.
    CatalogAlone,
    /// A local server that was not to be asked.
    NotAsked,
    /// Nothing here speaks to it.
    NoPlugin,
}

impl Finding {
    /// Returns how sure it is that the provider's models answer; `None` when they do not.
    #[must_use]
    pub fn availability(&self) -> Option<Availability> {
        match self {
            Self::Proven(_) => Some(Availability::Live),
            Self::NotProbed(_) | Self::Unproven(..) | Self::NotAsked | Self::CatalogAlone => {
                Some(Availability::Unproven)
            }
            Self::Failed(_) | Self::NoCredential(_) | Self::NoPlugin => None,
        }
    }

    /// Whether nobody ever had a credential there.
    #[must_use]
    pub fn is_stranger(&self) -> bool {
        matches!(self, Self::NoCredential(skipped) if skipped.is_empty())
    }

    /// Returns its state in one word of the scale that all checks share.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Proven(_) => "ok",
            Self::NotProbed(_) | Self::Unproven(..) | Self::NotAsked | Self::CatalogAlone => {
                "not checked"
            }
            Self::Failed(_) => "failed",
            Self::NoCredential(_) | Self::NoPlugin => "skipped",
        }
    }

    /// Returns its place in a list, the best first.
    pub(super) fn place(&self) -> u8 {
        match self {
            Self::Proven(_) => 0,
            Self::NotProbed(_) | Self::Unproven(..) | Self::NotAsked | Self::CatalogAlone => 1,
            Self::Failed(_) => 2,
            Self::NoCredential(_) => 3,
            Self::NoPlugin => 4,
        }
    }
}

/// Looks at every provider that was asked for. Returns what there is to say of the audit log.
pub(in crate::commands) async fn survey(
    app: &App,
    snapshot: &Snapshot,
    wanted: &ScanRequest,
) -> Result<(Vec<ProviderCandidates>, Option<String>), Failure> {
    let in_use: Vec<ProviderId> = snapshot
        .models_in_use()
        .into_iter()
        .map(|model| model.provider)
        .collect();
    let catalog = snapshot.catalog();
    let today = app.now().day();
    let surveyor = CandidateSearch {
        app,
        snapshot,
        wanted,
        catalog: &catalog,
        today: &today,
        in_use,
    };
    let providers: Vec<ProviderId> = match &wanted.provider {
        Some(provider) => vec![provider.clone()],
        None => model_lookup::providers(snapshot),
    };
    let (mut asked, mut surveyed) = (Vec::new(), Vec::new());
    for provider in providers {
        match surveyor.look(&provider) {
            Seen::Ask(sources) => asked.push((provider, sources)),
            Seen::Done(finding) => {
                surveyed.push(surveyor.surveyed(provider, finding, Vec::new(), None, None));
            }
        }
    }
    if asked.is_empty() {
        if !wanted.probe {
            surveyor.by_catalog(&mut surveyed);
        }
        return Ok((surveyed, None));
    }
    let plugins = Plugins::new(app);
    let prober = Prober {
        surroundings: app,
        snapshot,
        plugins: &plugins,
        limit: wanted.timeout,
    };
    let progress = Progress::start(app, "Scanning models...", asked.len());
    let unchanged = "nothing was changed";
    let asking = async {
        let ids: Vec<ProviderId> = asked.iter().map(|(id, _)| id.clone()).collect();
        plugins.prepare(snapshot, &ids)?;
        let answers = each(
            asked,
            wanted.concurrency,
            async |(provider, sources): (ProviderId, _)| {
                progress.begin(provider.as_str());
                surveyor.ask(prober, provider, sources).await
            },
            |surveyed| progress.end(surveyed.provider.as_str()),
        );
        Ok(answers.await)
    };
    let (answers, audit): (Result<Vec<ProviderCandidates>, Failure>, _) =
        until_interrupted(app, &plugins, unchanged, asking).await?;
    surveyed.extend(answers?);
    Ok((surveyed, audit))
}

/// What can be said of a provider before anything is asked.
enum Seen {
    Ask(Vec<SourceOption>),
    Done(Finding),
}

struct CandidateSearch<'a> {
    app: &'a App,
    snapshot: &'a Snapshot,
    wanted: &'a ScanRequest,
    catalog: &'a Catalog,
    today: &'a str,
    in_use: Vec<ProviderId>,
}

impl CandidateSearch<'_> {
    fn look(&self, provider: &ProviderId) -> Seen {
        if self.snapshot.plugin(provider).is_none() {
            return Seen::Done(Finding::NoPlugin);
        }
        let found = self
            .snapshot
            .with_auth_inputs(self.app, provider, None, None, resolve);
        let (sources, skipped) = found.map_or_else(
            |_| (Vec::new(), Vec::new()),
            |found| (found.sources, found.skipped),
        );
        let Some(first) = sources.first() else {
            return Seen::Done(Finding::NoCredential(skipped));
        };
        if self.wanted.probe {
            return Seen::Ask(sources);
        }
        Seen::Done(match &first.source {
            CredentialSource::NoneNeeded => Finding::NotAsked,
            source => Finding::NotProbed(source.clone()),
        })
    }

    /// Takes providers without a credential as they are in the catalog: the one that was asked for, or
    /// all where none has a credential.
    fn by_catalog(&self, surveyed: &mut Vec<ProviderCandidates>) {
        let has_credential =
            |one: &ProviderCandidates| matches!(one.finding, Finding::NotProbed(_));
        if self.wanted.provider.is_none() && surveyed.iter().any(has_credential) {
            return;
        }
        for one in surveyed {
            if matches!(one.finding, Finding::NoCredential(_)) {
                let (provider, tried) = (one.provider.clone(), Vec::new());
                *one = self.surveyed(provider, Finding::CatalogAlone, tried, None, None);
            }
        }
    }

    /// Tries a provider's credentials in order until one works, or another would not do better.
    async fn ask(
        &self,
        prober: Prober<'_>,
        provider: ProviderId,
        sources: Vec<SourceOption>,
    ) -> ProviderCandidates {
        let mut tried: Vec<FailedCredential> = Vec::new();
        let mut elapsed = Duration::ZERO;
        let mut unproven = None;
        let mut live = None;
        for option in sources {
            let source = option.source.clone();
            if let Some(why) = self.to_be_renewed(&option) {
                unproven.get_or_insert(Finding::Unproven(source, why));
                continue;
            }
            let subject = Subject {
                provider: provider.clone(),
                source: source.clone(),
            };
            let verdict = prober.prove(&subject).await;
            elapsed += verdict.elapsed;
            let failure = match verdict.result {
                Ok(models) => {
                    live = Some((source, models));
                    break;
                }
                Err(failure) => failure,
            };
            if is_own(&self.snapshot.registry, &provider) && lists_nothing(&failure) {
                let status = failure.status.unwrap_or_default();
                let why = format!("it has no list of models ({status})");
                unproven.get_or_insert(Finding::Unproven(source, why));
                break;
            }
            let next = another_may_do_better(failure.kind);
            tried.push(FailedCredential { source, failure });
            if !next {
                break;
            }
        }
        let last = tried.last().map(|tried| tried.failure.clone());
        let (finding, models) = match (live, unproven, last) {
            (Some((source, models)), ..) => (Finding::Proven(source), models),
            (None, Some(unproven), _) => (unproven, None),
            (None, None, Some(failure)) => (Finding::Failed(failure), None),
            (None, None, None) => (Finding::NoCredential(Vec::new()), None),
        };
        self.surveyed(provider, finding, tried, Some(elapsed), models.as_deref())
    }

    /// Returns why asking with a login would prove nothing: it has to be renewed first, which only
    /// a run does.
    fn to_be_renewed(&self, option: &SourceOption) -> Option<String> {
        let CredentialSource::Profile(id) = &option.source else {
            return None;
        };
        let expires = self.snapshot.profile(id)?.credential.expires()?;
        let now = self.app.now();
        (option.refreshable && expires.0 > 0 && expires <= now).then(|| {
            format!(
                "OAuth token {}; it is refreshed when it is used",
                expiry_phrase(now, expires)
            )
        })
    }

    fn surveyed(
        &self,
        provider: ProviderId,
        finding: Finding,
        tried: Vec<FailedCredential>,
        elapsed: Option<Duration>,
        live: Option<&[Model]>,
    ) -> ProviderCandidates {
        let entry = self.snapshot.provider_config(&provider);
        let local = self.snapshot.registry.is_local(&provider);
        let configured = entry.is_some() || self.wanted.provider.is_some();
        let expected = configured || !local || self.in_use.contains(&provider);
        let known = self.catalog.of(&provider);
        let offer = match &finding {
            _ if finding.availability().is_none() => Offer::default(),
            // What a local server has is known only when it is asked; the user may know.
            Finding::NotAsked => {
                let own = known.iter().filter(|model| model.is_configured());
                offer(&own.cloned().collect::<Vec<_>>(), None, self.today)
            }
            _ => offer(known, live, self.today),
        };
        let expected = expected || !offer.models.is_empty();
        ProviderCandidates {
            provider,
            finding,
            tried,
            elapsed,
            offer,
            expected,
        }
    }
}

/// Whether another credential may do better after a failure of this kind.
fn another_may_do_better(kind: FailureKind) -> bool {
    matches!(reaction(kind), Reaction::Rotate | Reaction::RefreshOrRotate)
}

/// Whether a provider is the user's own, which speaks as another does, and may lack a list.
fn is_own(registry: &Registry, provider: &ProviderId) -> bool {
    registry.find(provider).is_none()
}

/// Whether a server says that it has no list.
fn lists_nothing(failure: &ProviderFailure) -> bool {
    matches!(failure.status, Some(404 | 405 | 501))
}
