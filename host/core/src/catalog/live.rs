//! What a provider lists now, laid over what was known of it.

use super::Model;
use super::filter::undated;

/// How a model stands once its provider was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListingStatus {
    /// Known, and listed now.
    Listed,
    /// Listed now, and not known before.
    New,
    /// Known as served, and not listed now.
    Gone,
    /// Known as no longer served, and not listed now.
    Retired,
}

/// Lays a provider's live list over its known models: these in their order, then those that are new.
///
/// What is live goes before what was known, but the user's own facts stay. Vendors list a model by
/// its dated id, so `x-4-5` and `x-latest` are not gone while `x-4-5-20251101` is listed.
#[must_use]
pub fn lay_over(known: &[Model], live: &[Model], today: &str) -> Vec<(Model, ListingStatus)> {
    let stems: Vec<&str> = live.iter().map(|model| stem(&model.id)).collect();
    let mut rows: Vec<(Model, ListingStatus)> = known
        .iter()
        .map(|model| match live.iter().find(|now| now.id == model.id) {
            Some(now) if !model.is_configured() => (now.clone(), ListingStatus::Listed),
            Some(_) => (model.clone(), ListingStatus::Listed),
            None if stems.contains(&stem(&model.id)) => (model.clone(), ListingStatus::Listed),
            None if model.is_retired_on(today) || model.status == "delisted" => {
                (model.clone(), ListingStatus::Retired)
            }
            None => (model.clone(), ListingStatus::Gone),
        })
        .collect();
    let new = live
        .iter()
        .filter(|now| known.iter().all(|model| model.id != now.id));
    rows.extend(new.map(|model| (model.clone(), ListingStatus::New)));
    rows
}

/// Returns what is common to the ids of one model: without a date, `-latest`, or the `-0` that
/// stands for one.
fn stem(id: &str) -> &str {
    let id = undated(id).unwrap_or(id);
    let id = id.strip_suffix("-latest").unwrap_or(id);
    id.strip_suffix("-0").unwrap_or(id)
}
