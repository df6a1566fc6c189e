//! Asking providers which models they serve now, for `models list --refresh`. Nothing is written but
//! the audit log.

use std::num::NonZeroUsize;
use std::time::Duration;

use openclaw_core::auth_order::{CredentialSource, resolve};
use openclaw_core::catalog::Model;
use openclaw_core::credential::ProviderId;
use openclaw_core::failure::Failure as ProviderFailure;

use crate::app::App;
use crate::commands::block_on;
use crate::commands::until_interrupted;
use crate::render::progress::Progress;
use openclaw_router::Failure;
use openclaw_router::Plugins;
use openclaw_router::Snapshot;
use openclaw_router::probe::{Prober, Subject, each};

/// Longest that one provider is waited for.
const LIMIT: Duration = Duration::from_secs(15);
/// How many are asked at once.
const AT_ONCE: NonZeroUsize = NonZeroUsize::new(4).expect("four is not zero");

/// What came of asking.
pub(super) struct Asked {
    /// Each provider and its models, or why there is no answer.
    pub(super) answers: Vec<(ProviderId, Result<Vec<Model>, ProviderFailure>)>,
    /// What there is to say.
    pub(super) warning: Option<String>,
}

/// Returns the credential that a provider is asked with; `None` when there is none that may be used.
/// A login that would have to be renewed first comes last: asking renews nothing.
pub(super) fn source(
    app: &App,
    snapshot: &Snapshot,
    provider: &ProviderId,
    local: bool,
) -> Option<CredentialSource> {
    let found = snapshot.with_auth_inputs(app, provider, None, None, |inputs| resolve(inputs).ok());
    let sources = found.map(|found| found.sources).unwrap_or_default();
    let ready = sources.iter().find(|option| !option.refresh_first);
    ready
        .or(sources.first())
        .map(|option| option.source.clone())
        .or(local.then_some(CredentialSource::NoneNeeded))
}

/// Asks every provider, several at a time.
///
/// # Errors
/// When the engine cannot start, or after Ctrl-C.
pub(super) fn ask(
    app: &App,
    snapshot: &Snapshot,
    subjects: Vec<Subject>,
) -> Result<Asked, Failure> {
    if subjects.is_empty() {
        return Ok(Asked {
            answers: Vec::new(),
            warning: None,
        });
    }
    let plugins = Plugins::new(app);
    let progress = Progress::start(app, "Asking providers", subjects.len());
    let ids: Vec<ProviderId> = subjects
        .iter()
        .map(|subject| subject.provider.clone())
        .collect();
    plugins.prepare(snapshot, &ids)?;
    let prober = Prober {
        surroundings: app,
        snapshot,
        plugins: &plugins,
        limit: LIMIT,
    };
    let work = each(
        subjects,
        AT_ONCE,
        async |subject: Subject| {
            progress.begin(subject.provider.as_str());
            let verdict = prober.discover(&subject).await;
            (subject.provider, verdict.result)
        },
        |(provider, _)| progress.end(provider.as_str()),
    );
    let unchanged = "no file was changed";
    let (answers, warning) = block_on(until_interrupted(app, &plugins, unchanged, work))?;
    Ok(Asked { answers, warning })
}
