//! Which model is used when none is configured: the best one of a provider that has a credential.

use openclaw_core::catalog::Model;
use openclaw_core::credential::ProviderId;
use openclaw_core::defaults::{FLAGSHIPS, flagships};
use openclaw_core::model_ref::{ModelRef, normalize_provider};
use openclaw_core::selection::Purpose;

use super::Snapshot;
use crate::catalog::Catalog;
use crate::surroundings::Surroundings;

/// Returns the model for an agent that has none configured; `None` when it has one, or when nothing
/// speaks for another than the product's own default.
pub(super) fn of(surroundings: &Surroundings, snapshot: &Snapshot) -> Option<ModelRef> {
    let settings = &snapshot.settings;
    if settings
        .primary(snapshot.agent_settings(), Purpose::Text)
        .is_some()
    {
        return None;
    }
    let today = surroundings.now().day();
    let catalog = snapshot.catalog().on(&today);
    FLAGSHIPS
        .iter()
        .map(|(provider, _)| ProviderId::new(*provider))
        .filter(|provider| snapshot.is_available(surroundings, provider))
        .find_map(|provider| best_of(snapshot, &catalog, &provider, &today))
        .or_else(|| configured(surroundings, snapshot))
        .or_else(|| allowed(surroundings, snapshot))
}

impl Snapshot {
    /// Returns the best model of a provider to begin with, where one is known and allowed: of a
    /// vendor its flagship, of a provider of the user's own the first one listed.
    #[must_use]
    pub fn best_of(&self, surroundings: &Surroundings, provider: &ProviderId) -> Option<ModelRef> {
        let today = surroundings.now().day();
        best_of(self, &self.catalog().on(&today), provider, &today)
            .or_else(|| first_of_own(self, provider))
    }
}

fn best_of(
    snapshot: &Snapshot,
    catalog: &Catalog,
    provider: &ProviderId,
    today: &str,
) -> Option<ModelRef> {
    let is_out = |model: &Model| {
        let released = model.released.as_deref();
        model.is_current_on(today) && released.is_none_or(|day| day <= today)
    };
    flagships(provider)
        .iter()
        .map(|id| ModelRef::new(provider.as_str(), id))
        .filter(|model| snapshot.settings.allows(model))
        .find(|model| catalog.get(model).is_some_and(|facts| is_out(&facts)))
}

/// Returns the first model of the user's own providers that can be asked.
fn configured(surroundings: &Surroundings, snapshot: &Snapshot) -> Option<ModelRef> {
    let entries = snapshot.config.typed.models.providers.iter();
    let mut usable = entries
        .map(|(key, _)| normalize_provider(key))
        .filter(|provider| snapshot.plugin(provider).is_some())
        .filter(|provider| {
            snapshot.is_available(surroundings, provider) || snapshot.needs_no_credential(provider)
        });
    usable.find_map(|provider| first_of_own(snapshot, &provider))
}

fn first_of_own(snapshot: &Snapshot, provider: &ProviderId) -> Option<ModelRef> {
    let entry = snapshot.provider_config(provider)?;
    entry
        .models
        .iter()
        .map(|model| ModelRef::new(provider.as_str(), &model.id))
        .find(|model| snapshot.settings.allows(model))
}

/// Returns one of the only models allowed, where the product's default is none of them.
fn allowed(surroundings: &Surroundings, snapshot: &Snapshot) -> Option<ModelRef> {
    let list = snapshot.settings.allowlist();
    let usable = list
        .iter()
        .find(|model| snapshot.is_available(surroundings, &model.provider));
    match usable {
        Some(model) => Some(model.clone()),
        None if list.contains(&ModelRef::fallback_default()) => None,
        None => list.into_iter().next(),
    }
}
