//! What is left of the accounts behind credentials, where their vendors tell.

use std::num::NonZeroUsize;
use std::time::Duration;

use openclaw_core::auth_order::{CredentialSource, resolve};
use openclaw_core::credential::ProviderId;
use openclaw_core::failure::Failure as ProviderFailure;
use openclaw_core::quota::Report;
use openclaw_core::time::Timestamp;
use openclaw_router::probe::{Prober, Subject, each};
use openclaw_router::{Failure, Plugins, Snapshot};

use crate::app::App;
use crate::commands::models::model_lookup;
use crate::commands::{block_on, until_interrupted};
use crate::render::progress::Progress;

/// Longest that one vendor may take.
const LIMIT: Duration = Duration::from_secs(10);
/// Vendors that are asked at once.
const AT_ONCE: NonZeroUsize = NonZeroUsize::new(8).expect("eight is not zero");

/// What a vendor said of an account.
pub struct Quota {
    /// The provider.
    pub provider: ProviderId,
    /// The credential.
    pub source: CredentialSource,
    /// What was said, or why nothing was.
    pub report: Result<Report, ProviderFailure>,
    /// When it was asked.
    pub asked: Timestamp,
}

/// Asks every vendor that can tell, at the same time. A credential of a kind that its vendor tells
/// nothing about is left out. Returns what there is to say of the audit log, too.
///
/// # Errors
/// When it was interrupted.
pub(super) fn ask(app: &App, snapshot: &Snapshot) -> Result<(Vec<Quota>, Option<String>), Failure> {
    let plugins = Plugins::new(app);
    let prober = Prober {
        surroundings: app,
        snapshot,
        plugins: &plugins,
        limit: LIMIT,
    };
    let mut subjects = Vec::new();
    for provider in model_lookup::providers(snapshot) {
        let sources = snapshot.with_auth_inputs(app, &provider, None, None, |inputs| {
            resolve(inputs).map_or_else(|_| Vec::new(), |found| found.sources)
        });
        if sources.is_empty() || !prober.offers(&provider, "quota") {
            continue;
        }
        subjects.extend(sources.into_iter().map(|option| Subject {
            provider: provider.clone(),
            source: option.source,
        }));
    }
    if subjects.is_empty() {
        return Ok((Vec::new(), None));
    }
    let progress = Progress::start(app, "Asking vendors …", subjects.len());
    let asking = async {
        each(
            subjects,
            AT_ONCE,
            async |subject: Subject| {
                progress.begin(subject.provider.as_str());
                let verdict = prober.quota(&subject).await;
                Quota {
                    provider: subject.provider,
                    source: subject.source,
                    report: verdict.result,
                    asked: app.now(),
                }
            },
            |quota| progress.end(quota.provider.as_str()),
        )
        .await
    };
    let unchanged = "nothing was changed";
    let (mut found, audit) = block_on(until_interrupted(app, &plugins, unchanged, asking))?;
    found.retain(|quota| !matches!(&quota.report, Err(failure) if failure.is_unsupported()));
    Ok((found, audit))
}
