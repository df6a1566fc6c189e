//! What setup finds, and which models it can offer.

use std::num::NonZeroUsize;
use std::time::Duration;

use openclaw_core::credential::ProviderId;
use openclaw_core::defaults::place;
use openclaw_core::model_ref::ModelRef;
use openclaw_core::scan::{Criteria, rank};
use openclaw_core::selection::{AgentSettings, Purpose};

use super::SetupArgs;
use crate::app::App;
use crate::commands::block_on;
use crate::commands::models::model_lookup;
use crate::commands::models::scan::candidates::{self, Finding, ProviderCandidates};
use crate::commands::models::scan::report::ScanRequest;
use crate::tcp_check::{self, Address, listening};
use openclaw_router::{Failure, Snapshot};

/// Longest that one question to a provider may take.
const TIMEOUT: Duration = Duration::from_secs(20);
/// Providers that are asked at once.
const CONCURRENCY: NonZeroUsize = NonZeroUsize::new(4).expect("four is not zero");

/// Whether there is a credential of any provider, or of the one that is meant, or a server on this
/// machine that needs none.
pub(super) fn has_any(app: &App, snapshot: &Snapshot, only: Option<&ProviderId>) -> bool {
    let all = model_lookup::providers(snapshot);
    all.iter()
        .filter(|provider| only.is_none_or(|only| only == *provider))
        .any(|provider| {
            let local = snapshot.registry.is_local(provider);
            let meant = only.is_some() || snapshot.provider_config(provider).is_some();
            snapshot.is_available(app, provider) && (!local || meant || runs(snapshot, provider))
        })
}

/// Whether something listens where a provider's server on this machine is by itself.
fn runs(snapshot: &Snapshot, provider: &ProviderId) -> bool {
    let manifest = snapshot.registry.manifest(provider);
    let url = manifest.and_then(|manifest| manifest.base_url.as_deref());
    let Some(address) = url.and_then(Address::of_url) else {
        return false;
    };
    listening(&[address], tcp_check::TIMEOUT)
        .iter()
        .all(Result::is_ok)
}

/// Looks at the providers: all of them, or the one that is meant and that of the primary model, which
/// stays if it works. Returns those that a person expects to hear of.
pub(super) fn survey(
    app: &App,
    snapshot: &Snapshot,
    args: &SetupArgs,
    only: Option<&ProviderId>,
) -> Result<(Vec<ProviderCandidates>, Option<String>), Failure> {
    let wanted = |provider: Option<ProviderId>| ScanRequest {
        criteria: Criteria::default(),
        provider,
        shown: usize::MAX,
        timeout: TIMEOUT,
        concurrency: CONCURRENCY,
        probe: !args.no_probe,
        purposes: vec![(Purpose::Text, true)],
    };
    let look = |provider| block_on(candidates::survey(app, snapshot, &wanted(provider)));
    let (mut found, mut audit) = look(only.cloned())?;
    let entry = args.agent.as_ref().and_then(|_| snapshot.agent_settings());
    let configured = configured(snapshot, entry);
    if let (Some(only), Some(primary)) = (only, configured)
        && primary.provider != *only
        && snapshot.is_available(app, &primary.provider)
    {
        let (more, told) = look(Some(primary.provider))?;
        found.extend(more);
        audit = audit.or(told);
    }
    // Of vendors that the person has no account of there is nothing to say.
    found.retain(|one| one.expected && (only == Some(&one.provider) || !one.finding.is_stranger()));
    found.sort_by_key(|one| (place(&one.provider), one.provider.clone()));
    Ok((found, audit))
}

/// Returns the primary model that the config names.
pub(super) fn configured(snapshot: &Snapshot, entry: Option<&AgentSettings>) -> Option<ModelRef> {
    let (raw, _) = snapshot.settings.primary(entry, Purpose::Text)?;
    Some(snapshot.settings.resolve(raw).ok()?.model)
}

pub(super) fn works(found: &ProviderCandidates) -> bool {
    let has = !matches!(found.finding, Finding::CatalogAlone | Finding::NotAsked);
    has && found.finding.availability().is_some()
}

/// Returns the best model of each provider that works. Of one that no catalog knows only where the
/// person is asked, or has said so by naming the provider, here or in the config.
pub(super) fn offers(
    app: &App,
    snapshot: &Snapshot,
    found: &[ProviderCandidates],
    only: Option<&ProviderId>,
    asks: bool,
) -> Vec<ModelRef> {
    let today = app.now().day();
    let working = found.iter().filter(|one| works(one));
    let best = working.filter_map(|one| {
        let flagship = snapshot.best_of(app, &one.provider);
        let listed = |model: &ModelRef| {
            let mut models = one.offer.models.iter();
            models.any(|known| known.id == model.model)
        };
        if let Some(model) = flagship.filter(|model| one.offer.models.is_empty() || listed(model)) {
            return Some(model);
        }
        let availability = one.finding.availability()?;
        let offer = [(&one.provider, availability, &*one.offer.models)];
        let own = snapshot.provider_config(&one.provider).is_some() || only == Some(&one.provider);
        rank(offer, &Criteria::default(), &today)
            .candidates
            .into_iter()
            .find(|candidate| candidate.known || asks || own)
            .map(|candidate| candidate.model)
    });
    best.collect()
}
