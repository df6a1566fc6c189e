//! Looking up installed facts, a provider's at a time.

use std::sync::{Arc, OnceLock};

use openclaw_core::catalog::Model;
use openclaw_core::credential::ProviderId;
use openclaw_runtime::facts;
use openclaw_store::catalog_data::CatalogData;

use super::is_used;

/// The installed facts of one provider. Its lines are read when first asked for; where they cannot be,
/// the program's own are in their place.
#[derive(Debug)]
pub(crate) struct Newer {
    data: Arc<CatalogData>,
    provider: ProviderId,
    lines: OnceLock<Option<String>>,
}

impl Newer {
    /// Returns the installed facts of a provider, if they are used.
    pub(crate) fn of(data: &Arc<CatalogData>, provider: &ProviderId) -> Option<Self> {
        let section = data.current()?.section(provider)?;
        is_used(&section.date).then(|| Self {
            data: Arc::clone(data),
            provider: provider.clone(),
            lines: OnceLock::new(),
        })
    }

    /// Returns all models; nothing where the file cannot be read.
    pub(crate) fn models(&self) -> Option<Vec<Model>> {
        self.lines().map(facts::models)
    }

    /// Returns what is known of one model; the outer nothing where the file cannot be read.
    pub(crate) fn model(&self, id: &str) -> Option<Option<Model>> {
        self.lines().map(|lines| facts::model(lines, id))
    }

    /// Whether there are any.
    pub(crate) fn has_models(&self) -> bool {
        let found = self.data.current();
        let section = found.and_then(|current| current.section(&self.provider));
        section.is_some_and(|section| section.models > 0)
    }

    fn lines(&self) -> Option<&str> {
        let lines = self.lines.get_or_init(|| read(&self.data, &self.provider));
        lines.as_deref()
    }
}

/// Returns the installed facts of a provider, if they are used and can be read.
pub(super) fn models(data: &CatalogData, provider: &ProviderId) -> Option<Vec<Model>> {
    let section = data.current()?.section(provider)?;
    if !is_used(&section.date) {
        return None;
    }
    Some(facts::models(&read(data, provider)?))
}

fn read(data: &CatalogData, provider: &ProviderId) -> Option<String> {
    let current = data.current()?;
    let lines = data.lines(current, current.section(provider)?);
    lines
        .inspect_err(|why| tracing::warn!("installed facts: {why}"))
        .ok()
}
